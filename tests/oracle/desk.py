"""The two ends of a session: orders we send, reports an LP answers with, as unnumbered messages."""

from market import MICRO, SECOND, decimal

MILLI = 1000 * MICRO


class Draft:
    """A message before it has a sequence number."""

    def __init__(self, time, lp, outgoing, kind, body, protected):
        self.time, self.lp, self.outgoing, self.kind, self.body = time, lp, outgoing, kind, body
        self.protected = protected      # may not be lost or garbled
        self.header = []
        self.refers_to = None           # the draft whose sequence number tag 45 takes
        self.number = None
        self.text = None


class Lp:
    def __init__(self, rng, name, version):
        self.name, self.version = name, version
        self.latency = rng.randint(1_000, 25_000)            # microseconds
        self.clock_offset = rng.randint(-3, 3) * MILLI
        self.exec_style = rng.choice(("unique", "unique", "per_order", "per_day"))
        self.orders = 0
        self.executions = 0
        self.day = None


class Order:
    def __init__(self, lp, cl_ord_id, symbol, side, quantity, tif, sent, limit):
        self.lp, self.symbol, self.side = lp, symbol, side
        self.cl_ord_id = self.root = cl_ord_id
        self.quantity, self.tif, self.sent, self.limit = quantity, tif, sent, limit
        self.order_id = ""
        self.cum = 0
        self.notional = 0
        self.executions = 0
        self.protected = False

    @property
    def buy(self):
        return self.side in ("1", "3")


class Desk:
    def __init__(self, rng, market, lps):
        self.rng, self.market, self.lps = rng, market, lps
        self.drafts = []
        self.serial = 0
        self.reusable = []              # (LP, ClOrdID, day) of orders that ended cleanly

    def emit(self, time, order, outgoing, kind, body):
        draft = Draft(time, order.lp, outgoing, kind, body, order.protected)
        self.drafts.append(draft)
        return draft

    def pause(self, lp, low=0.3, high=3.0):
        """A latency of this LP in ns, at most 150 ms."""
        return min(int(lp.latency * self.rng.uniform(low, high)), 150_000) * MICRO + self.rng.randint(1, 400) * MICRO

    def identifier(self, letter):
        self.serial += 1
        return f"{letter}{self.serial:07d}"

    def exec_id(self, order, day):
        lp = order.lp
        if lp.exec_style == "per_order":
            order.executions += 1
            return str(order.executions)
        if lp.exec_style == "per_day" and lp.day != day:
            lp.day, lp.executions = day, 0
        lp.executions += 1
        return f"X{lp.executions:06d}"

    def stamp(self, time):
        raise NotImplementedError       # set by the generator: FIX time text of ns

    # -- ours -------------------------------------------------------------------------------

    def send(self, order):
        body = [("11", order.cl_ord_id), ("21", "1"), ("55", order.symbol), ("54", order.side),
                ("38", decimal(order.quantity, 6)), ("40", "2"), ("44", decimal(order.limit, 9))]
        if order.tif is not None:
            body.append(("59", order.tif))
        order.lp.orders += 1
        order.order_id = f"{order.lp.name}-{order.lp.orders}"
        order.draft = self.emit(order.sent, order, True, "D", body + [("60", self.stamp(order.sent))])
        return order.draft

    def request(self, order, time, kind, quantity=None):
        """F or G: a new ClOrdID that points at the one in force."""
        new = self.identifier("R")
        body = [("11", new), ("41", order.cl_ord_id), ("55", order.symbol), ("54", order.side),
                ("38", decimal(quantity or order.quantity, 6))]
        if kind == "G":
            body += [("40", "2"), ("44", decimal(order.limit, 9))]
        self.emit(time, order, True, kind, body + [("60", self.stamp(time))])
        return new

    # -- theirs -----------------------------------------------------------------------------

    def report(self, order, time, exec_type, status, last=0, price=0, extra=(), transaction="0",
               cl_ord_id=None, original=None, exec_id=None, leaves=None):
        old = order.lp.version == "FIX.4.2"
        transact = time + order.lp.clock_offset - self.rng.randint(0, 900) * MICRO
        exec_id = exec_id or self.exec_id(order, time // (86_400 * SECOND))
        if leaves is None:
            leaves = max(0, order.quantity - order.cum) if status in "01A5E6D" else 0
        average = order.notional // order.cum if order.cum else 0
        body = [("37", order.order_id), ("11", cl_ord_id or order.cl_ord_id)]
        if original:
            body.append(("41", original))
        body.append(("17", exec_id))
        if old:
            body.append(("20", transaction))
        body += [("150", exec_type), ("39", status), ("55", order.symbol), ("54", order.side),
                 ("38", decimal(order.quantity, 6)), ("32", decimal(last, 6)), ("31", decimal(price, 9)),
                 ("151", decimal(leaves, 6)), ("14", decimal(order.cum, 6)), ("6", decimal(average, 9))]
        draft = self.emit(time, order, False, "8", body + list(extra) + [("60", self.stamp(transact))])
        draft.exec_id = exec_id
        draft.last, draft.price = last, price
        return draft

    def ack(self, order, time):
        return self.report(order, time, "0", "0")

    def fill(self, order, time, quantity, price=None, **more):
        price = price or self.price(order, time)
        order.cum += quantity
        order.notional += quantity * price
        done = order.cum >= order.quantity
        if order.lp.version == "FIX.4.2":
            exec_type = "2" if done else "1"
        else:
            exec_type = "F"
        return self.report(order, time, exec_type, "2" if done else "1", quantity, price, **more)

    def end(self, order, time, exec_type, **more):
        return self.report(order, time, exec_type, {"3": "3", "4": "4", "8": "8", "C": "C"}[exec_type], **more)

    def bust(self, order, time, reference, exec_id=None):
        old = order.lp.version == "FIX.4.2"
        return self.report(order, time, "1" if old else "H", "1", reference.last, reference.price,
                           [("19", reference.exec_id)], "1", exec_id=exec_id)

    def correct(self, order, time, reference, quantity, price):
        old = order.lp.version == "FIX.4.2"
        return self.report(order, time, "1" if old else "G", "1", quantity, price,
                           [("19", reference.exec_id)], "2")

    def cancel_reject(self, order, time, request, reason, response):
        body = [("37", order.order_id), ("11", request), ("41", order.cl_ord_id), ("39", "1"),
                ("434", response), ("102", reason), ("60", self.stamp(time))]
        return self.emit(time, order, False, "9", body)

    def price(self, order, time):
        quote = self.market.at(order.symbol, time)
        tick = self.market.tick[order.symbol]
        if quote is None or not quote.plain():
            quote = self.market.plain_before(order.symbol, time)
        far, sign = (quote.ask, 1) if order.buy else (quote.bid, -1)
        half = (quote.bid + quote.ask) // 2
        return max(tick, self.rng.choice((far, far, far, far - sign * tick, far + sign * tick, half,
                                          half + self.rng.randint(0, 9))))
