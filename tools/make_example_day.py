#!/usr/bin/env python3
"""Writes examples/day: one made-up trading day with every kind of trouble that real logs have.

    tools/make_example_day.py [FOLDER]           writes it (default examples/day)
    tools/make_example_day.py --check [FOLDER]   exits with 1 where FOLDER is not what would be written

The same bytes every time. All names, prices and people in it are invented.
"""

import gzip
import heapq
import io
import math
import os
import random
import sys

US = "DESK1"
MICRO = 1_000_000
OPENS = (14 * 60 + 30) * 60 * MICRO     # times are microseconds of 2026-03-02, UTC
CLOSES = 21 * 3600 * MICRO
DAY = "20260302"
STRESSED = ((OPENS, OPENS + 20 * 60 * MICRO), (19 * 3600 * MICRO, 19 * 3600 * MICRO + 25 * 60 * MICRO))
# symbol: (first mid in ticks of 0.01, spread in ticks, ticks of move per root second)
SYMBOLS = {"XYZ": (10001.0, 2, 0.32), "ABC": (5025.0, 2, 0.22), "LMN": (2004.5, 1, 0.12), "QRS": (24960.0, 6, 0.9)}
SIZES = (50, 100, 100, 200, 200, 300, 500, 500, 1000, 1500, 2500, 5000)


class Lp:
    def __init__(self, name, comp_id, version, latency_ms, ahead_ms=0, symbols=None):
        self.name, self.comp_id, self.version = name, comp_id, version
        self.latency_ms, self.ahead = latency_ms, ahead_ms * 1000
        self.symbols = symbols or {}
        self.numbers = {"out": 0, "in": 0}
        self.execs = self.orders = 0

    @property
    def old(self):
        return self.version == "FIX.4.2"


LPS = {
    "A": Lp("LP_A", "LPA_PROD", "FIX.4.4", 4.0),
    "B": Lp("LP_B", "LPB", "FIX.4.2", 55.0, -12, {"XYZ": "XYZ.N", "ABC": "ABC.N"}),
    "C": Lp("LP_C", "LPC_NY4", "FIX.4.4", 25.0, 3),
    "D": Lp("LP_D", "LP_D", "FIX.4.4", 30.0),
    "E": Lp("LP_E", "LP_E", "FIX.4.2", 6.0),
    "G": Lp("LP_G", "LP_G", "FIX.4.4", 85.0, 37),
}


def clock(time):
    seconds, micro = divmod(time, MICRO)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}", micro


def stamp(time):
    hms, micro = clock(time)
    return f"{DAY}-{hms}.{micro // 1000:03}"


def price(ticks):
    return f"{ticks / 100:.4f}"


class Draft:
    def __init__(self, time, lp, way, kind, body, same_as, spoil):
        self.time, self.lp, self.way, self.kind, self.body = time, lp, way, kind, body
        self.same_as, self.spoil, self.number = same_as, spoil, 0

    def message(self):
        ends = (US, self.lp.comp_id) if self.way == "out" else (self.lp.comp_id, US)
        sent = self.time if self.way == "out" else self.time + self.lp.ahead - 150
        fields = [("35", self.kind), ("34", self.number), ("49", ends[0]), ("52", stamp(sent)), ("56", ends[1])]
        fields += [(tag, value.number if isinstance(value, Draft) else value) for tag, value in self.body]
        text = "".join(f"{tag}={value}\x01" for tag, value in fields).encode("latin-1")
        text = f"8={self.lp.version}\x019={len(text)}\x01".encode("latin-1") + text
        text += b"10=%03d\x01" % (sum(text) % 256)
        return self.spoil(text) if self.spoil else text


class Order:
    def __init__(self, lp, cl_ord_id, symbol, side, quantity, limit, tif="3"):
        self.lp, self.cl_ord_id, self.symbol, self.side, self.quantity = lp, cl_ord_id, symbol, side, quantity
        self.limit, self.tif, self.cum, self.paid, self.order_id = limit, tif, 0, 0.0, None
        self.sign = 1 if side == "1" else -1
        self.origin = cl_ord_id


class Day:
    def __init__(self):
        self.rng = random.Random(11)
        self.heap, self.tie = [], 0
        self.mid = {name: start for name, (start, _, _) in SYMBOLS.items()}
        self.last_tick = {name: OPENS - 10 * MICRO for name in SYMBOLS}
        self.best = {}
        self.quotes = ["time,symbol,bid,ask,bid_size,ask_size"]
        self.logs = {"router.log": [], "lp_c.log": []}
        self.drafts = []
        self.next_id = 0
        self.special = {}   # trouble -> ids, for the README

    # -- chance, from random() alone: the same in every version of Python ------------------

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, items):
        return items[int(self.rng.random() * len(items))]

    def normal(self):
        return sum(self.rng.random() for _ in range(12)) - 6.0

    def wait(self, mean):
        return int(-math.log(1.0 - self.rng.random()) * mean)

    # -- what happens when -----------------------------------------------------------------

    def at(self, time, what, *arguments):
        self.tie += 1
        heapq.heappush(self.heap, (time, self.tie, what, arguments))

    def live(self):
        while self.heap:
            time, _, what, arguments = heapq.heappop(self.heap)
            what(time, *arguments)

    # -- the market ------------------------------------------------------------------------

    @staticmethod
    def stressed(time):
        return any(since <= time < until for since, until in STRESSED)

    def tick(self, time, symbol, move=None):
        _, spread, pace = SYMBOLS[symbol]
        wild = 2.5 if self.stressed(time) else 1.0
        if move is None:
            passed = (time - self.last_tick[symbol]) / MICRO
            move = self.normal() * pace * wild * math.sqrt(min(passed, 30.0))
            self.at(time + 200_000 + self.wait(4_000_000), self.tick_again, symbol)
        self.last_tick[symbol] = time
        self.mid[symbol] += move
        width = spread * 2 if wild > 1 and self.chance(0.5) else spread
        bid = round(self.mid[symbol] - width / 2)
        self.quote(time, symbol, bid, bid + width)

    def tick_again(self, time, symbol):
        if time < CLOSES:
            self.tick(time, symbol)

    def quote(self, time, symbol, bid, ask, state=None):
        sizes = [100 * (1 + int(self.rng.random() ** 2 * 12)) for _ in range(2)]
        if state is None:
            self.best[symbol] = (bid, ask, sizes)
        hms, micro = clock(time)
        self.quotes.append(f"2026-03-02T{hms}.{micro:06}Z,{symbol},{bid / 100:.2f},{ask / 100:.2f},"
                           f"{sizes[0]},{sizes[1]}")

    def push(self, time, symbol, ticks):
        """What an order does to the price."""
        if time < CLOSES:
            self.tick(time, symbol, ticks)

    # -- the wire --------------------------------------------------------------------------

    def junk(self, time, log, text):
        self.logs[log].append((time, text.encode("latin-1") + b"\n"))

    def say(self, time, lp, way, kind, body, same_as=None, header=(), spoil=None):
        """A message to be written when its time comes: MsgSeqNums follow the clock."""
        draft = Draft(time, lp, way, kind, list(header) + body, same_as, spoil)
        self.drafts.append(draft)
        return draft

    def render(self):
        for draft in sorted(self.drafts, key=lambda d: d.time):
            lp, way = draft.lp, draft.way
            if draft.kind == "gap":
                lp.numbers[way] += 3
                continue
            if draft.same_as is None:
                lp.numbers[way] += 1
            draft.number = lp.numbers[way] if draft.same_as is None else draft.same_as.number
            message = draft.message()
            hms, micro = clock(draft.time)
            if lp is LPS["C"]:
                arrow = "OUT" if way == "out" else "IN "
                line = f"2026-03-02T{hms}.{micro:06}Z {arrow} ".encode() + message.replace(b"\x01", b"|") + b"\n"
            else:
                line = f"{DAY}-{hms}.{micro:06} : ".encode() + message + b"\n"
            self.logs["lp_c.log" if lp is LPS["C"] else "router.log"].append((draft.time, line))

    # -- orders and what is said of them ---------------------------------------------------

    def new_id(self):
        self.next_id += 1
        return f"D-{self.next_id:06}"

    def name(self, order):
        return order.lp.symbols.get(order.symbol, order.symbol)

    def send(self, time, order):
        order.sent = time
        order.route = self.best[order.symbol]
        order.draft = self.say(time, order.lp, "out", "D", [
            ("11", order.cl_ord_id), ("21", 1), ("55", self.name(order)), ("54", order.side), ("60", stamp(time)),
            ("38", order.quantity), ("40", 2), ("44", price(order.limit)), ("59", order.tif)])

    def report(self, time, order, kind, status, last=0, at=0.0, exec_id=None, extra=(), spoil=None, same_as=None,
               header=(), cl_ord_id=None, transaction="0"):
        lp = order.lp
        if order.order_id is None:
            lp.orders += 1
            order.order_id = f"{lp.name[-1]}{lp.orders}"
        if exec_id is None:
            lp.execs += 1
            # LP_E starts again at 1 for each order: its ExecIDs repeat across orders.
            order.execs = getattr(order, "execs", 0) + 1
            exec_id = str(order.execs) if lp is LPS["E"] else f"X{lp.execs}"
        leaves = 0 if status in ("4", "8", "C") else max(0, order.quantity - order.cum)
        kind = {"F": "2" if status == "2" else "1"}.get(kind, kind) if lp.old else kind
        body = [("37", order.order_id), ("11", cl_ord_id or order.cl_ord_id), ("17", exec_id)]
        body += [("20", transaction)] if lp.old else []
        body += [("150", kind), ("39", status), ("55", self.name(order)), ("54", order.side), ("38", order.quantity)]
        if last:
            body += [("32", last), ("31", price(at))]
        body += [("14", order.cum), ("151", leaves), ("6", price(order.paid / order.cum) if order.cum else 0),
                 ("60", stamp(time + lp.ahead - 150))]
        return self.say(time, lp, "in", "8", body + list(extra), same_as, header, spoil), exec_id

    def fill(self, time, order, last, at, **more):
        order.cum += last
        order.paid += last * at
        return self.report(time, order, "F", "2" if order.cum >= order.quantity else "1", last, at, **more)

    def latency(self, lp, time):
        wild = 1.6 if self.stressed(time) else 1.0
        return int(1000 * lp.latency_ms * wild * math.exp(0.35 * self.normal()))

    # -- what each LP is like --------------------------------------------------------------

    def route(self, time, key, symbol, side, quantity, then=None):
        lp = LPS[key]
        bid, ask, _ = self.best[symbol]
        sign = 1 if side == "1" else -1
        far = ask if sign > 0 else bid
        order = Order(lp, self.new_id(), symbol, side, quantity, far + sign * SYMBOLS[symbol][1])
        order.then = then
        self.send(time, order)
        decided = time + self.latency(lp, time)
        self.at(decided, getattr(self, "answer_" + key), order, far, (ask - bid) / 2)
        if key == "B" and self.chance(0.3):  # the price moves while LP_B holds the order
            self.at(time + (decided - time) // 2, self.push, symbol, self.pick((-1.2, 1.2)))
        if key == "E":                        # and after LP_E has seen one
            for after in (300_000, 2_500_000, 9_000_000):
                self.at(time + after + self.wait(400_000), self.push, symbol, sign * 0.9)
        return order

    def end(self, time, order, status="4", extra=()):
        kind = {"4": "4", "8": "8", "C": "C"}[status]
        self.report(time, order, kind, status, extra=extra)
        if order.then:
            self.at(time + 120_000, order.then, order.quantity - order.cum)

    def reject(self, time, order, reason, text):
        self.end(time, order, "8", [("103", reason), ("58", text)])

    def ack(self, time, order):
        self.report(time, order, "0", "0")

    def answer_A(self, time, order, far, half):
        if self.chance(0.006):
            return self.reject(time, order, 99, "system busy")
        gain = 0.2 * half if self.chance(0.3) else 0.0
        if order.quantity >= 1000:
            self.ack(time - 1500, order)
        whole = self.chance(0.96)
        self.fill(time, order, order.quantity if whole else max(1, order.quantity // 2), far - order.sign * gain)
        if not whole:
            self.end(time + 300, order)

    def answer_B(self, time, order, far, half):
        bid, ask, _ = self.best[order.symbol]
        now = ask if order.sign > 0 else bid
        self.ack(time - 20_000, order)
        if order.sign * (now - far) > 0.5:
            return self.reject(time, order, 0, "last look: off market")
        if self.chance(0.03):
            return self.reject(time, order, 8, "stale order")
        room = 100 * (1 + self.wait(5))
        self.fill(time, order, min(order.quantity, room), far)
        if order.cum < order.quantity:
            self.end(time + 4000, order)

    def answer_C(self, time, order, far, half):
        self.ack(time - 12_000, order)
        if self.chance(0.03):
            return self.reject(time, order, 0, "broker option")
        gain = half * self.pick((0.25, 0.4, 0.5, 0.5, 0.8))
        first = order.quantity if order.quantity < 500 or self.chance(0.5) else order.quantity * 3 // 5
        self.fill(time, order, first, far - order.sign * gain)
        if first < order.quantity and self.chance(0.85):
            self.fill(time + 5000, order, order.quantity - first, far - order.sign * gain / 2)
        elif first < order.quantity:
            self.end(time + 5000, order)

    def answer_D(self, time, order, far, half):
        self.ack(time - 15_000, order)
        if self.chance(0.52):
            return self.end(time, order)
        share = self.pick((0.5, 1.0, 1.0))
        self.fill(time, order, max(1, int(order.quantity * share)), far - order.sign * half)
        if order.cum < order.quantity:
            self.end(time + 2000, order)

    def answer_E(self, time, order, far, half):
        if self.chance(0.01):
            return self.reject(time, order, 2, "exchange closed")
        self.fill(time, order, order.quantity if self.chance(0.92) else max(1, order.quantity // 3), far)
        if self.chance(0.1):
            self.ack(time + 900, order)       # the acknowledgement overtaken by the fill
        if order.cum < order.quantity:
            self.end(time + 500, order)

    def answer_G(self, time, order, far, half):
        self.ack(time - 40_000, order)
        if self.chance(0.30 if self.stressed(time) else 0.03):
            reason, text = self.pick(((0, "last look"), (0, "last look"), (3, "credit limit exceeded")))
            return self.reject(time, order, reason, text)
        self.fill(time, order, order.quantity if self.chance(0.9) else order.quantity // 2,
                  far - order.sign * half * self.pick((0.2, 0.4, 0.6)))
        if order.cum < order.quantity:
            self.end(time + 3000, order)

    # -- the desk --------------------------------------------------------------------------

    def parent(self, time):
        if time > CLOSES - 6 * 60 * MICRO:
            return
        self.at(time + 500_000 + self.wait(19_000_000), self.parent)
        symbol, side, quantity = self.pick(tuple(SYMBOLS)), self.pick("12"), self.pick(SIZES)
        first = self.pick("AAABBCCCDDEEG")

        def again(now, left):
            key = self.pick([k for k in "ACDEG" if k != first])
            if left > 0 and now < CLOSES - MICRO:
                self.route(now, key, symbol, side, left)

        self.route(time, first, symbol, side, quantity, again)

    # -- troubles, each on purpose and once (see the README of the folder) -----------------

    def resting(self, time, key, symbol, side, quantity, away=3):
        bid, ask, _ = self.best[symbol]
        sign = 1 if side == "1" else -1
        order = Order(LPS[key], self.new_id(), symbol, side, quantity, (bid if sign > 0 else ask) - sign * away, "0")
        order.then = None
        self.send(time, order)
        return order

    def plain(self, time, key, symbol, side, quantity):
        bid, ask, _ = self.best[symbol]
        far = ask if side == "1" else bid
        order = Order(LPS[key], self.new_id(), symbol, side, quantity, far)
        order.then = None
        self.send(time, order)
        return order, far

    def bust(self, time):
        order, far = self.plain(time, "A", "XYZ", "1", 400)
        _, exec_id = self.fill(time + 4200, order, 400, far)
        order.cum, order.paid = 0, 0.0
        self.report(time + 45 * MICRO, order, "H", "0", 400, far, extra=[("19", exec_id), ("58", "clearly erroneous")])
        self.special["bust"] = f"{order.cl_ord_id}: its fill {exec_id} is taken back 45 s later (150=H)"

    def correct(self, time):
        order, far = self.plain(time, "B", "ABC", "2", 300)
        _, exec_id = self.fill(time + 51_000, order, 300, far)
        order.cum, order.paid = 300, 300.0 * (far + 1)
        self.report(time + 30 * MICRO, order, "2", "2", 300, far + 1, extra=[("19", exec_id)], transaction="2")
        self.special["correct"] = f"{order.cl_ord_id}: the price of {exec_id} is corrected by a tick (20=2, FIX 4.2)"

    def replace(self, time):
        order = self.resting(time, "G", "LMN", "1", 1000)
        self.ack(time + 60_000, order)
        first, sent = order.cl_ord_id, time + 8 * MICRO
        order.cl_ord_id = self.new_id()
        order.quantity, order.limit = 1500, self.best["LMN"][1]
        self.say(sent, order.lp, "out", "G", [
            ("41", first), ("11", order.cl_ord_id), ("21", 1), ("55", "LMN"), ("54", "1"), ("60", stamp(sent)),
            ("38", 1500), ("40", 2), ("44", price(order.limit))])
        self.report(sent + 90_000, order, "5", "5", extra=[("41", first)])
        self.fill(sent + 400_000, order, 900, order.limit)
        self.fill(sent + 2_700_000, order, 600, order.limit)
        self.special["replace"] = f"{first} becomes {order.cl_ord_id} (G, then 150=5), and fills in two"

    def late_fill(self, time):
        order, far = self.plain(time, "D", "QRS", "1", 500)
        self.ack(time + 14_000, order)
        self.fill(time + 31_000, order, 200, far - 3)
        self.end(time + 33_000, order)
        self.fill(time + 640_000, order, 100, far - 3)
        self.special["late fill"] = f"{order.cl_ord_id}: a fill 607 ms after its cancel"

    def unsolicited(self, time):
        order = self.resting(time, "A", "QRS", "2", 700, 8)
        self.ack(time + 5_000, order)
        self.end(time + 40 * MICRO, order, extra=[("58", "cancelled by the venue")])
        self.special["unsolicited cancel"] = f"{order.cl_ord_id}: we never asked for it"

    def unknown_order(self, time):
        order = Order(LPS["E"], "M-77", "ABC", "1", 100, self.best["ABC"][1])
        order.order_id = "E-MANUAL"
        self.fill(time, order, 100, order.limit)
        self.special["unknown order"] = f"{order.cl_ord_id}: a fill of an order that no log has; it waits, and is not scored"

    def session_reject(self, time):
        order, _ = self.plain(time, "B", "LMN", "1", 200)
        self.say(time + 9_000, order.lp, "in", "3", [
            ("45", order.draft), ("371", 44), ("372", "D"), ("373", 5), ("58", "value is incorrect")])
        self.special["session reject"] = f"{order.cl_ord_id}: refused by the session (3), which is our fault and not LP_B's"

    def our_reject(self, time):
        order, _ = self.plain(time, "A", "LMN", "2", 100)
        self.reject(time + 3_100, order, 1, "unknown symbol")
        self.special["our own error"] = f"{order.cl_ord_id}: OrdRejReason(103) = 1, unknown symbol; kept out of LP_A's numbers"

    def time_out(self, time):
        order, _ = self.plain(time, "D", "XYZ", "2", 300)
        self.special["time-out"] = f"{order.cl_ord_id}: an IOC that nobody ever answers"

    def over_fill(self, time):
        order, far = self.plain(time, "B", "XYZ", "2", 600)
        self.fill(time + 48_000, order, 600, far)
        self.fill(time + 52_000, order, 200, far)
        self.special["over-fill"] = f"{order.cl_ord_id}: 800 filled of 600"

    def duplicate(self, time):
        order, far = self.plain(time, "G", "ABC", "1", 250)
        draft, exec_id = self.fill(time + 83_000, order, 250, far - 1)
        self.report(time + 5 * MICRO, order, "F", "2", 250, far - 1, exec_id=exec_id, same_as=draft,
                    header=[("43", "Y"), ("122", stamp(time + 83_000 + order.lp.ahead - 150))])
        self.special["duplicate"] = f"{order.cl_ord_id}: its fill {exec_id} is sent again with PossDupFlag(43) = Y"

    def too_late(self, time):
        order, far = self.plain(time, "G", "XYZ", "1", 300)
        cancel = self.new_id()
        self.say(time + 70_000, order.lp, "out", "F", [("41", order.cl_ord_id), ("11", cancel), ("55", "XYZ"),
                                                      ("54", "1"), ("60", stamp(time + 70_000)), ("38", 300)])
        self.fill(time + 84_000, order, 300, far)
        self.say(time + 150_000, order.lp, "in", "9", [("37", order.order_id), ("11", cancel), ("41", order.cl_ord_id),
                                                      ("39", "2"), ("434", 1), ("102", 0)])
        self.special["cancel too late"] = f"{order.cl_ord_id}: our cancel {cancel} is refused (9), it was filled"

    def wrong_checksum(self, time):
        order, far = self.plain(time, "A", "ABC", "2", 200)

        def spoil(message):
            right = int(message[-4:-1])
            return message[:-4] + b"%03d\x01" % ((right + 7) % 256)

        self.report(time + 2_000, order, "0", "0", spoil=spoil)
        self.fill(time + 4_400, order, 200, far)
        self.special["wrong CheckSum"] = f"the acknowledgement of {order.cl_ord_id}: a dead letter; its fill is sound"

    def truncated(self, time):
        self.say(time, LPS["G"], "in", "0", [], spoil=lambda message: message[:47])
        self.special["truncated message"] = "a heartbeat of LP_G that ends in the middle: a dead letter"

    def gap(self, time):
        self.say(time, LPS["G"], "in", "gap", [])
        self.special["sequence gap"] = "three messages of LP_G (34) are in no log"

    def crossed(self, time):
        bid, ask, _ = self.best["XYZ"]
        self.quote(time, "XYZ", ask, bid, "crossed")
        self.quote(time + 180_000, "XYZ", bid, ask)
        bid, ask, _ = self.best["QRS"]
        self.quote(time + 60 * MICRO, "QRS", bid, bid, "locked")
        self.quote(time + 60 * MICRO + 220_000, "QRS", bid, ask)
        hms, _ = clock(time)
        order, far = self.plain(time + 40_000, "E", "XYZ", "1", 100)
        self.fill(time + 46_000, order, 100, far)
        self.special["crossed and locked quotes"] = (
            f"XYZ is crossed at {hms}, when {order.cl_ord_id} is sent (no price KPI for it); QRS is locked a minute later")

    def bad_quote(self, time):
        hms, micro = clock(time)
        self.quotes.append(f"2026-03-02T{hms}.{micro:06}Z,LMN,n/a,20.05,300,200")
        self.special["bad row of quotes"] = "a bid of `n/a`: a dead letter of quotes.csv.gz"

    # -- the whole -------------------------------------------------------------------------

    def logon(self):
        for index, (key, lp) in enumerate(LPS.items()):
            time = OPENS - 20 * MICRO + index * 310_000
            who = [("553", "desk1"), ("554", "correct horse battery")] if key == "A" else []
            self.say(time, lp, "out", "A", [("98", 0), ("108", 30), ("141", "Y")] + who)
            self.say(time + 45_000, lp, "in", "A", [("98", 0), ("108", 30), ("141", "Y")])
            self.at(CLOSES + index * 200_000, self.logout, lp)
        self.special["password"] = "the Logon to LPA_PROD carries a Password(554); it is masked in whatever Assay prints"

    def logout(self, time, lp):
        self.say(time, lp, "out", "5", [])
        self.say(time + 40_000, lp, "in", "5", [])

    def heartbeat(self, time, key):
        if time < CLOSES:
            self.say(time, LPS[key], self.pick(("out", "in")), "0", [])
            self.at(time + 1500 * MICRO, self.heartbeat, key)

    def whole(self):
        for index, symbol in enumerate(SYMBOLS):
            self.tick(OPENS - 5 * MICRO + index * 1000, symbol)
        self.logon()
        for index, key in enumerate(LPS):
            self.at(OPENS + (600 + 200 * index) * MICRO, self.heartbeat, key)
        self.at(OPENS + 2 * MICRO, self.parent)
        troubles = (self.bust, self.correct, self.replace, self.late_fill, self.unsolicited, self.unknown_order,
                    self.session_reject, self.our_reject, self.time_out, self.over_fill, self.duplicate, self.too_late,
                    self.wrong_checksum, self.truncated, self.gap, self.crossed, self.bad_quote)
        for index, trouble in enumerate(troubles):
            self.at(OPENS + (30 + 17 * index) * 60 * MICRO + 333_333, trouble)
        self.junk(OPENS - 21 * MICRO, "router.log", "=== router 3.1.4 started, config desk1.cfg ===")
        self.junk(OPENS + 5000 * MICRO, "router.log", "WARN  slow consumer on market data thread (412 ms)")
        self.junk(OPENS + 9000 * MICRO, "router.log", "java.net.SocketTimeoutException: read timed out\n"
                                                      "    at com.example.Gateway.read(Gateway.java:212)")
        self.junk(OPENS + 12000 * MICRO, "router.log", "-- log rotated --\n\n\xff\xfe\x80 8=FI 9=12 10=abc")
        self.junk(OPENS + 8000 * MICRO, "lp_c.log", "2026-03-02T16:43:20Z INFO keepalive ok, next check in 60 s")
        self.special["junk lines"] = "start-up banners, a stack trace, broken bytes: five places in the two logs"
        self.special["repeated ExecIDs"] = "LP_E numbers its ExecIDs from 1 for each order"
        self.live()
        self.render()

    def files(self):
        self.whole()
        files = {name: b"".join(line for _, line in sorted(lines, key=lambda l: l[0]))
                 for name, lines in self.logs.items()}
        head, rows = self.quotes[0], self.quotes[1:]
        files["quotes.csv.gz"] = ("\n".join([head] + sorted(rows, key=lambda r: r.split(",")[0])) + "\n").encode()
        files["README.md"] = self.readme(files).encode()
        return files

    def readme(self, files):
        rows = "\n".join(f"| {trouble} | {text} |" for trouble, text in sorted(self.special.items()))
        reports = files["router.log"].count(b"\x0135=8\x01") + files["lp_c.log"].count(b"|35=8|")
        return README.format(orders=files["router.log"].count(b"\x0135=D\x01") + files["lp_c.log"].count(b"|35=D|"),
                             reports=reports, quotes=len(self.quotes) - 1, rows=rows)


README = """# A made-up day

2 March 2026, 14:30 to 21:00 UTC: {orders} orders, {reports} execution reports, {quotes} quotes. Written by
`tools/make_example_day.py`; all names and prices in it are invented.

| file | as firms have it |
|---|---|
| `router.log` | the router's log of five sessions, FIX 4.2 and 4.4, SOH between fields, QuickFIX time stamps |
| `lp_c.log` | another gateway's log of one session, `|` between fields, ISO time stamps |
| `quotes.csv.gz` | the market's best bid and offer, a row for each change |

Six liquidity providers:

| LP | what it is like |
|---|---|
| LP_A | fast, fills nearly everything, at the touch or a little better |
| LP_B | slow, fills small pieces, and rejects after a last look when the price has moved our way |
| LP_C | a good price, in 25 ms |
| LP_D | dark: fills at mid, or half of the time not at all |
| LP_E | fast and full, and the price runs away after it has seen an order |
| LP_G | a bank: good prices in calm markets, rejects in stressed ones (14:30 to 14:50, 19:00 to 19:25) |

And every kind of trouble, once:

| trouble | where |
|---|---|
{rows}

    assay score examples/day --reference examples/reference.toml --fees examples/fees.toml
    assay health examples/day --reference examples/reference.toml
"""


def packed(name, content):
    if not name.endswith(".gz"):
        return content
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=9) as file:
        file.write(content)
    return out.getvalue()


def main():
    given = [argument for argument in sys.argv[1:] if argument != "--check"]
    here = os.path.dirname(os.path.abspath(__file__))
    folder = given[0] if given else os.path.join(here, "..", "examples", "day")
    files = Day().files()
    if "--check" in sys.argv:
        wrong = []
        for name, content in files.items():
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                    if file.read() == content:
                        continue
            wrong.append(name)
        for name in wrong:
            print(f"{name} is not what tools/make_example_day.py writes")
        return 1 if wrong else 0
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(packed(name, content))
    return 0


if __name__ == "__main__":
    sys.exit(main())
