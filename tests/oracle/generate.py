#!/usr/bin/env python3
"""A seeded generator of FIX logs with every kind of trouble, their quotes, and what was intended."""

import argparse
import datetime
import json
import os
import random

from desk import MILLI, Desk, Draft, Lp
from market import DAY_OPENS, MICRO, SECOND, Market, decimal
from zoo import WEIGHTS, Zoo

US = "SOR"
FEED = "MDFEED"
JUNK = (b"-- rotating log --", b"ERROR socket closed by peer", b"\x00\xff\xfe\x80binary", b"10=123|35=8",
        b"8=FI", b"9=100", b"heartbeat ok, 34=17", b"=", b"\x01\x01\x01")
SPACING = 200_000                       # microseconds between orders, on average


def moment(time):
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=time // MICRO)


def fix_stamp(time):
    return moment(time).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


def prefix_stamp(time):
    return moment(time).strftime("%Y%m%d-%H:%M:%S.%f")


def iso_stamp(time):
    return moment(time).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def frame(version, fields):
    body = "".join(f"{tag}={value}\x01" for tag, value in fields).encode("latin-1")
    head = f"8={version}\x019={len(body)}\x01".encode("latin-1") + body
    return head + b"10=%03d\x01" % (sum(head) % 256)


class Generator:
    def __init__(self, seed, messages, quotes_in_log=False, streams=1):
        self.rng = rng = random.Random(seed)
        self.target = messages
        self.quotes_in_log = quotes_in_log
        self.truth = {"seed": seed, "orders": {}, "wire": {}}
        self.lps = [Lp(rng, f"LP_{letter}", rng.choice(("FIX.4.2", "FIX.4.4")))
                    for letter in "ABCDEFGH"[:rng.randint(4, 8)]]
        seconds = max(30, messages // 4 * SPACING // 1_000_000 // len(DAY_OPENS))
        self.market = Market(rng, rng.randint(6, 40), seconds, messages * 3 // 2)
        self.desk = Desk(rng, self.market, self.lps)
        self.desk.stamp = fix_stamp
        self.stream_of = {lp.name: index % streams for index, lp in enumerate(self.lps)}
        self.stream_of[FEED] = 0
        self.streams = [[] for _ in range(streams)]
        self.numbers = {}

    def count(self, what):
        self.truth["wire"][what] = self.truth["wire"].get(what, 0) + 1

    # -- orders -----------------------------------------------------------------------------

    def orders(self):
        zoo = Zoo(self.desk)
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        for opening in DAY_OPENS:
            until = len(self.desk.drafts) + self.target * 94 // 100 // len(DAY_OPENS)
            now = opening + SECOND
            for lp in self.lps:
                for outgoing in (True, False):
                    self.session(opening, lp, outgoing, "A", [("98", "0"), ("108", "30"), ("141", "Y")])
            while len(self.desk.drafts) < until:
                now += int(self.rng.expovariate(1 / SPACING)) * MICRO
                if self.rng.random() < 0.05:
                    near = self.market.at(self.rng.choice(self.market.symbols), now)
                    now = near.time if near and near.time > opening + SECOND else now
                name = self.rng.choices(names, weights)[0]
                self.truth["orders"][name] = self.truth["orders"].get(name, 0) + 1
                getattr(zoo, name)(now)
                if self.rng.random() < 0.03:
                    self.session(now, self.rng.choice(self.lps), self.rng.random() < 0.5, "0", [])
            self.quotes_at_orders(opening)

    def session(self, time, lp, outgoing, kind, body):
        self.desk.drafts.append(Draft(time, lp, outgoing, kind, body, kind == "A"))

    def quotes_at_orders(self, opening):
        """Some quotes of the very instant of an order: they count for it."""
        sends = [draft for draft in self.desk.drafts if draft.kind == "D" and draft.time > opening]
        for draft in sends:
            if self.rng.random() < 0.04:
                self.market.quotes.append(self.market.one(draft.time, dict(draft.body)["55"]))
                self.count("quote_at_the_order")
        self.market.sort()

    # -- the wire ---------------------------------------------------------------------------

    def render(self, draft, number, header=()):
        lp = draft.lp.name
        sent = draft.time if draft.outgoing else draft.time + draft.lp.clock_offset
        ends = (US, lp) if draft.outgoing else (lp, US)
        fields = [("35", draft.kind), ("34", number), ("49", ends[0]), ("52", fix_stamp(sent)), ("56", ends[1])]
        body = draft.body
        if draft.refers_to is not None:
            body = [(tag, draft.refers_to.number if tag == "45" else value) for tag, value in body]
        return frame(draft.lp.version, fields + list(header) + body)

    def next_number(self, draft):
        key = (draft.lp.name, draft.outgoing)
        self.numbers[key] = 0 if draft.kind == "A" else self.numbers.get(key, 0)
        self.numbers[key] += 1
        return self.numbers[key]

    def put(self, time, lp, content):
        self.streams[self.stream_of[lp]].append((time, 1, content))

    def wire(self):
        for draft in sorted(self.desk.drafts, key=lambda d: d.time):
            draft.number = self.next_number(draft)
            text = self.render(draft, draft.number)
            fate = self.rng.random()
            if draft.protected or draft.outgoing:
                fate = 1.0
            if fate < 0.003:
                self.lose(draft)
            elif fate < 0.008:
                self.put(draft.time, draft.lp.name, self.garble(text))
            else:
                self.put(draft.time, draft.lp.name, text)
                self.again(draft, text)

    def lose(self, draft):
        self.count("gap")
        if self.rng.random() < 0.5:
            self.resend(draft, "gap_resent")

    def resend(self, draft, why):
        """PossDup: the same number and OrigSendingTime, a new SendingTime."""
        original = dict(self.fields(self.render(draft, draft.number)))["52"]
        late = Draft(draft.time + self.rng.randint(100, 3000) * MILLI, draft.lp, draft.outgoing, draft.kind,
                     draft.body, True)
        late.refers_to = draft.refers_to
        self.put(late.time, draft.lp.name, self.render(late, draft.number, [("43", "Y"), ("122", original)]))
        self.count(why)

    @staticmethod
    def fields(text):
        return [tuple(pair.split("=", 1)) for pair in text.decode("latin-1").split("\x01") if pair]

    def again(self, draft, text):
        """Copies: a second tap, a resend, an application resend, a garbled extra."""
        chance = self.rng.random()
        if chance < 0.012:
            self.put(draft.time + self.rng.randint(0, 2000) * MICRO, draft.lp.name, text)
            self.count("second_copy")
        elif chance < 0.018:
            self.resend(draft, "poss_dup")
        elif chance < 0.026 and draft.kind in "8D":
            self.poss_resend.append(draft)
        elif chance < 0.031:
            self.put(draft.time + self.rng.randint(0, 500) * MICRO, draft.lp.name, self.garble(text))

    def garble(self, text):
        kind = self.rng.choice(("checksum", "length"))
        self.count("wrong_" + kind)
        if kind == "checksum":
            return text[:-4] + b"%03d\x01" % ((int(text[-4:-1]) + self.rng.randint(1, 255)) % 256)
        head, rest = text.split(b"\x019=", 1)
        length, rest = rest.split(b"\x01", 1)
        wrong = max(0, int(length) + self.rng.choice((-7, -1, 1, 5, 1000)))
        return head + b"\x019=%d\x01" % wrong + rest

    def late_resends(self):
        """PossResend: a new number at the end of the day's traffic, the same content."""
        ends = {}
        for draft in self.desk.drafts:
            day = draft.time // (86_400 * SECOND)
            ends[day] = max(ends.get(day, 0), draft.time)
        for draft in self.poss_resend:
            day = ends[draft.time // (86_400 * SECOND)]
            key = (draft.lp.name, draft.outgoing)
            self.numbers[key] += 1
            late = Draft(day + self.rng.randint(1, 999) * MILLI, draft.lp, draft.outgoing, draft.kind, draft.body, True)
            late.refers_to = draft.refers_to
            self.put(late.time, draft.lp.name, self.render(late, 900_000 + self.numbers[key], [("97", "Y")]))
            self.count("poss_resend")

    def market_messages(self):
        """W, and X for what changed, from a source that is not an LP."""
        known = {}
        for number, quote in enumerate(self.market.quotes, 1):
            sides = {"0": (quote.bid, quote.bid_size), "1": (quote.ask, quote.ask_size)}
            old = known.get(quote.symbol)
            changes = [side for side in sides if old is None or old[side] != sides[side]]
            known[quote.symbol] = sides
            head = [("34", number), ("49", FEED), ("52", fix_stamp(quote.time)), ("56", US)]
            if old is not None and changes and self.rng.random() < 0.3:
                body = [("268", len(changes))]
                for side in changes:
                    price, size = sides[side]
                    action = "2" if price is None else "1"
                    body += [("279", action), ("269", side), ("55", quote.symbol)]
                    if price is not None:
                        body += [("270", decimal(price, 9)), ("271", size)]
                text = frame("FIX.4.4", [("35", "X")] + head + body)
            else:
                entries = [(side, price, size) for side, (price, size) in sides.items() if price is not None]
                body = [("55", quote.symbol), ("268", len(entries))]
                for side, price, size in entries:
                    body += [("269", side), ("270", decimal(price, 9)), ("271", size)]
                text = frame("FIX.4.4", [("35", "W")] + head + body)
            self.streams[0].append((quote.time, 0, text))

    def write(self, folder):
        self.poss_resend = []
        os.makedirs(folder, exist_ok=True)
        self.orders()
        self.wire()
        self.late_resends()
        if self.quotes_in_log:
            self.market_messages()
        self.market.write_csv(os.path.join(folder, "quotes.csv"), iso_stamp)
        names = []
        for index, lines in enumerate(self.streams):
            names.append(os.path.join(folder, f"session{index}.fix.log"))
            with open(names[-1], "wb") as file:
                file.write(self.text(sorted(lines, key=lambda line: line[:2])))
        self.truth["quotes"] = self.market.counts
        with open(os.path.join(folder, "truth.json"), "w", encoding="ascii") as file:
            json.dump(self.truth, file, indent=1, sort_keys=True)
        return names

    def text(self, lines):
        pieces = []
        for time, _, content in lines:
            if self.rng.random() < 0.004:
                pieces.append(self.rng.choice(JUNK) + b"\n")
                self.count("junk")
            pieces.append(prefix_stamp(time).encode() + b" : " + content + b"\n")
            self.count("lines")
        if lines and self.rng.random() < 0.5:
            last = prefix_stamp(lines[-1][0] + MILLI).encode() + b" : "
            whole = frame("FIX.4.4", [("35", "0"), ("34", 999_999), ("49", US), ("52", fix_stamp(lines[-1][0])),
                                      ("56", self.lps[0].name), ("58", "the log ends in the middle")])
            pieces.append(last + whole[:self.rng.randint(30, len(whole) - 8)])
            self.count("truncated")
        return b"".join(pieces)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--streams", type=int, default=1, help="log files to spread the sessions over")
    parser.add_argument("--quotes-in-log", action="store_true")
    given = parser.parse_args()
    for name in Generator(given.seed, given.messages, given.quotes_in_log, given.streams).write(given.out):
        print(name)


if __name__ == "__main__":
    main()
