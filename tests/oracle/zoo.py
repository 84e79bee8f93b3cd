"""Every kind of order life that a log can hold, each written as one function."""

from desk import MILLI, Order
from market import SECOND

IOC, FOK, DAY = "3", "4", "0"
REJECTS = (("0", "last look"), ("0", "off market"), ("0", "credit limit exceeded"), ("0", "throttled"),
           ("0", "broker option"), ("0", None), ("1", "unknown symbol"), ("2", "exchange closed"),
           ("3", "order exceeds limit"), ("4", "too late to enter"), ("5", "unknown order"),
           ("8", "stale order"), ("8", "last look"), ("99", None), (None, None))
NEW_REJECTS = (("11", "unsupported"), ("13", "incorrect quantity"), ("15", "unknown account"), ("99", "other"))


class Zoo:
    def __init__(self, desk):
        self.desk = desk
        self.rng = desk.rng

    def quantity(self):
        if self.rng.random() < 0.1:
            return self.rng.randint(1, 2_000_000_000)
        return self.rng.choice((100, 100, 200, 300, 500, 1000, 2500, 10_000)) * 1_000_000

    def order(self, time, tif, protected=True, cl_ord_id=None, lp=None):
        rng, desk = self.rng, self.desk
        lp = lp or rng.choice(desk.lps)
        symbol = rng.choice(desk.market.symbols)
        side = rng.choices(("1", "2", "5", "3", "6", "8"), (48, 40, 6, 2, 2, 1))[0]
        order = Order(lp, cl_ord_id or desk.identifier("C"), symbol, side, self.quantity(),
                      None if tif == DAY and rng.random() < 0.5 else tif, time, 0)
        order.protected = protected
        order.limit = desk.price(order, time)
        desk.send(order)
        return order

    def splits(self, total, parts):
        """`total` in at most `parts` positive pieces."""
        cuts = sorted({self.rng.randint(1, total) for _ in range(parts - 1)} | {total})
        return [b - a for a, b in zip([0] + cuts, cuts)]

    def after(self, order, time):
        return time + self.desk.pause(order.lp)

    def acked(self, time, tif, protected=True, **more):
        order = self.order(time, tif, protected, **more)
        now = self.after(order, time)
        if self.rng.random() < 0.05:
            self.desk.report(order, now, "A", "A")
            now = self.after(order, now)
        self.desk.ack(order, now)
        return order, now

    def fills(self, order, now, total, parts=3):
        last = None
        for piece in self.splits(total, self.rng.randint(1, parts)) if total else []:
            now = self.after(order, now)
            last = self.desk.fill(order, now, piece)
        return now, last

    def share(self, order):
        return max(1, min(order.quantity - 1, int(order.quantity * self.rng.uniform(0.1, 0.9))))

    # -- ordinary lives ---------------------------------------------------------------------

    def full(self, time):
        tif = self.rng.choice((IOC, IOC, FOK, DAY))
        order, now = self.acked(time, tif, protected=False)
        self.fills(order, now, order.quantity, 1 if tif == FOK else 4)

    def reusable(self, time):
        """Ends cleanly, and its ClOrdID may come again on another day."""
        pool = [entry for entry in self.desk.reusable if time - entry[2] > 3600 * SECOND]
        if pool:
            lp, cl_ord_id, _ = entry = self.rng.choice(pool)
            self.desk.reusable.remove(entry)
            order, now = self.acked(time, IOC, lp=lp, cl_ord_id=cl_ord_id)
        else:
            order, now = self.acked(time, IOC)
            self.desk.reusable.append((order.lp, order.cl_ord_id, time))
        self.fills(order, now, order.quantity)

    def late_ack(self, time):
        order = self.order(time, IOC, protected=False)
        now = self.after(order, time)
        self.desk.fill(order, now, order.quantity)
        self.desk.ack(order, self.after(order, now))

    def partial_ioc(self, time):
        order, now = self.acked(time, IOC, protected=False)
        if order.quantity > 1:
            now, _ = self.fills(order, now, self.share(order))
        self.desk.end(order, self.after(order, now), self.rng.choice("444C"))

    def zero_ioc(self, time):
        order, now = self.acked(time, self.rng.choice((IOC, FOK)), protected=False)
        self.desk.end(order, self.after(order, now), self.rng.choice("44C"))

    def reject(self, time):
        order = self.order(time, self.rng.choice((IOC, IOC, FOK, DAY)), protected=False)
        options = REJECTS if order.lp.version == "FIX.4.2" else REJECTS + NEW_REJECTS
        reason, text = self.rng.choice(options)
        extra = [(tag, value) for tag, value in (("103", reason), ("58", text)) if value]
        self.desk.end(order, self.after(order, time), "8", extra=extra)

    def open(self, time):
        order, now = self.acked(time, DAY)
        if self.rng.random() < 0.5 and order.quantity > 1:
            self.fills(order, now, self.share(order))

    def done_for_day(self, time):
        order, now = self.acked(time, self.rng.choice((DAY, IOC)))
        self.desk.end(order, self.after(order, now), "3")

    def expired(self, time):
        order, now = self.acked(time, DAY)
        self.desk.end(order, now + self.rng.randint(3, 20) * SECOND, "C")

    def unsolicited(self, time):
        order, now = self.acked(time, DAY)
        if order.quantity > 1 and self.rng.random() < 0.5:
            now, _ = self.fills(order, now, self.share(order))
        self.desk.end(order, now + self.rng.randint(100, 5000) * MILLI, "4")

    # -- troubles ---------------------------------------------------------------------------

    def reject_after_partial(self, time):
        order, now = self.acked(time, IOC)
        if order.quantity > 1:
            now, _ = self.fills(order, now, self.share(order))
            self.desk.end(order, self.after(order, now), "8", extra=[("103", "0"), ("58", "last look")])

    def session_reject(self, time):
        order = self.order(time, self.rng.choice((IOC, DAY)))
        kind = self.rng.choice("3j")
        body = [("45", "?"), ("372", "D"), ("380" if kind == "j" else "373", "5"), ("58", "required tag missing")]
        draft = self.desk.emit(self.after(order, time), order, False, kind, body)
        draft.refers_to = order.draft

    def fill_after_cancel(self, time):
        order, now = self.acked(time, IOC)
        if order.quantity > 2:
            now, _ = self.fills(order, now, order.quantity // 2)
            now = self.after(order, now)
            self.desk.end(order, now, "4")
            late = now + self.rng.choice((self.rng.randint(1, 800), self.rng.randint(1200, 4000))) * MILLI
            self.desk.fill(order, late, max(1, (order.quantity - order.cum) // 2))

    def time_out(self, time):
        order = self.order(time, self.rng.choice((IOC, IOC, FOK, DAY)))
        if self.rng.random() < 0.4:
            now = time + self.rng.randint(1100, 4000) * MILLI
            if order.quantity == 1 or self.rng.random() < 0.6:
                self.desk.fill(order, now, order.quantity)
            else:
                self.desk.fill(order, now, self.share(order))
                self.desk.end(order, self.after(order, now), "4")

    def over_fill(self, time):
        order, now = self.acked(time, IOC)
        now, _ = self.fills(order, now, order.quantity)
        self.desk.fill(order, self.after(order, now), max(1, order.quantity // 4))

    def restated(self, time):
        order, now = self.acked(time, DAY)
        if order.quantity < 4:
            return
        whole = order.quantity
        order.quantity = whole // 2
        now = self.after(order, now)
        self.desk.report(order, now, "D", "D", extra=[("378", "5")])
        self.fills(order, now, order.quantity)

    def status(self, time):
        order, now = self.acked(time, DAY)
        now, fill = self.fills(order, now, order.quantity)
        old = order.lp.version == "FIX.4.2"
        self.desk.report(order, now + SECOND, "2" if old else "I", "2", fill.last, fill.price,
                         transaction="3", exec_id=fill.exec_id if old else "0")

    def orphan(self, time):
        order = Order(self.rng.choice(self.desk.lps), self.desk.identifier("U"),
                      self.rng.choice(self.desk.market.symbols), "1", 100_000_000, IOC, time, 0)
        order.protected = True
        order.order_id = "UNKNOWN-" + order.cl_ord_id
        order.limit = self.desk.price(order, time)
        self.desk.fill(order, time, order.quantity)

    def quarantined(self, time):
        """A fill nobody should believe, between good ones."""
        order, now = self.acked(time, IOC)
        now = self.after(order, now)
        quotes = [self.desk.market.at(order.symbol, moment) for moment in (time, now)]
        if all(quote is not None and quote.plain() for quote in quotes):
            bad, size = self.rng.choice(((3 * quotes[0].ask, order.quantity), (quotes[0].bid // 2, order.quantity),
                                         (-quotes[0].bid, order.quantity), (quotes[0].bid, -order.quantity)))
            side = order.side
            if bad == quotes[0].bid and self.rng.random() < 0.7:
                size, order.side = order.quantity, "2" if order.buy else "1"
            kind = "1" if order.lp.version == "FIX.4.2" else "F"
            self.desk.report(order, now, kind, "1", size, bad)
            order.side = side
        self.fills(order, now, order.quantity)

    # -- cancels and replaces ---------------------------------------------------------------

    def wait(self):
        """Clearly below or clearly above the least exposure of one second."""
        return self.rng.choice((self.rng.randint(50, 400), self.rng.randint(2500, 9000))) * MILLI

    def own_cancel(self, time):
        order, now = self.acked(time, DAY)
        if order.quantity > 1 and self.rng.random() < 0.5:
            now, _ = self.fills(order, now, self.share(order), 1)
        self.cancel(order, now + self.wait())

    def cancel(self, order, now):
        request = self.desk.request(order, now, "F")
        now = self.after(order, now)
        if self.rng.random() < 0.5:
            self.desk.report(order, now, "6", "6", cl_ord_id=request, original=order.cl_ord_id)
            now = self.after(order, now)
        self.desk.end(order, now, "4", cl_ord_id=request, original=order.cl_ord_id)

    def cancel_unanswered(self, time):
        order = self.order(time, DAY)
        now = time + self.rng.randint(50, 500) * 1000
        request = self.desk.request(order, now, "F")
        now = time + self.rng.randint(2, 100) * MILLI
        if self.rng.random() < 0.5:
            self.desk.ack(order, now)
            now = self.after(order, now)
        self.desk.end(order, now, "4", cl_ord_id=request, original=order.cl_ord_id)

    def cancel_rejected(self, time):
        order, now = self.acked(time, DAY)
        now += self.wait()
        request = self.desk.request(order, now, "F")
        if self.rng.random() < 0.5:
            now, _ = self.fills(order, now, order.quantity, 1)
            self.desk.cancel_reject(order, self.after(order, now), request, "0", "1")
        else:
            now = self.after(order, now)
            self.desk.cancel_reject(order, now, request, "2", "1")
            self.fills(order, now, order.quantity, 2)

    def replace(self, time):
        order, now = self.acked(time, DAY)
        whole = order.quantity
        if whole > 100 and self.rng.random() < 0.5:
            now, _ = self.fills(order, now, whole // 4, 1)
        for _ in range(self.rng.choice((1, 1, 2))):
            now += self.wait()
            order.quantity = self.rng.choice((whole * 2, whole * 3 // 2, max(order.cum + 50, whole // 2)))
            request = self.desk.request(order, now, "G", order.quantity)
            now = self.after(order, now)
            if self.rng.random() < 0.3:
                self.desk.report(order, now, "E", "E", cl_ord_id=request, original=order.cl_ord_id)
                now = self.after(order, now)
            self.desk.report(order, now, "5", "5", cl_ord_id=request, original=order.cl_ord_id)
            order.cl_ord_id = request
        rest = order.quantity - order.cum
        if self.rng.random() < 0.6:
            self.fills(order, now, rest, 2)
        else:
            now, _ = self.fills(order, now, rest // 2, 1)
            self.cancel(order, now + self.wait())

    def replace_rejected(self, time):
        order, now = self.acked(time, DAY)
        now += self.wait()
        request = self.desk.request(order, now, "G", order.quantity * 2)
        now = self.after(order, now)
        self.desk.cancel_reject(order, now, request, "0", "2")
        self.fills(order, now, order.quantity, 2)

    # -- busts and corrections --------------------------------------------------------------

    def later(self, now):
        return now + self.rng.randint(2_000, 20_000) * MILLI

    def bust(self, time):
        order, now = self.acked(time, IOC)
        now, fill = self.fills(order, now, order.quantity, 3)
        now = self.later(now)
        self.desk.bust(order, now, fill)
        if self.rng.random() < 0.25:
            self.desk.bust(order, self.later(now), fill)

    def bust_unknown(self, time):
        order, now = self.acked(time, IOC)
        now, fill = self.fills(order, now, order.quantity, 2)
        ghost = self.desk.bust(order, self.later(now), fill)
        ghost.body = [(tag, "GHOST" if tag == "19" else value) for tag, value in ghost.body]

    def bust_too_late(self, time):
        order, now = self.acked(time, IOC)
        now, fill = self.fills(order, now, order.quantity, 2)
        self.desk.bust(order, now + 86_400 * SECOND, fill)

    def bust_before(self, time):
        self.early(time, lambda order, now, fill: self.desk.bust(order, now, fill))

    def correct_before(self, time):
        self.early(time, lambda order, now, fill: self.desk.correct(
            order, now, fill, fill.last, fill.price + self.desk.market.tick[order.symbol]))

    def early(self, time, refer):
        """A bust or correction overtakes its fill; the order then ends by a cancel."""
        order, now = self.acked(time, IOC)
        if order.quantity < 4:
            return
        now, _ = self.fills(order, now, order.quantity // 4, 1)
        later = self.after(order, now) + 3 * MILLI
        fill = self.desk.fill(order, later, order.quantity // 4)
        refer(order, later - self.rng.randint(1, 2) * MILLI, fill)
        self.desk.end(order, self.after(order, later), "4")

    def correct(self, time):
        order, now = self.acked(time, IOC)
        now, fill = self.fills(order, now, order.quantity, 2)
        tick = self.desk.market.tick[order.symbol]
        quantity = self.rng.choice((fill.last, max(1, fill.last // 2)))
        now = self.later(now)
        second = self.desk.correct(order, now, fill, quantity, fill.price + self.rng.choice((-1, 1)) * tick)
        if self.rng.random() < 0.3:
            self.desk.bust(order, self.later(now), self.rng.choice((fill, second)))

    def dont_know(self, time):
        order, now = self.acked(time, IOC)
        now, fill = self.fills(order, now, order.quantity, 1)
        body = [("37", order.order_id), ("17", fill.exec_id), ("127", "A"), ("55", order.symbol), ("54", order.side)]
        self.desk.emit(now + SECOND, order, True, "Q", body)


WEIGHTS = {
    "full": 24, "reusable": 3, "late_ack": 4, "partial_ioc": 14, "zero_ioc": 4, "reject": 11, "open": 2,
    "done_for_day": 0.7, "expired": 1, "unsolicited": 1, "reject_after_partial": 1, "session_reject": 1.5,
    "fill_after_cancel": 1.5, "time_out": 3, "over_fill": 0.7, "restated": 0.7, "status": 1, "orphan": 0.5,
    "quarantined": 0.6, "own_cancel": 5, "cancel_unanswered": 1, "cancel_rejected": 2, "replace": 5,
    "replace_rejected": 2, "bust": 2, "bust_unknown": 0.5, "bust_too_late": 0.2, "bust_before": 0.7,
    "correct_before": 0.5, "correct": 1.5, "dont_know": 0.3,
}
