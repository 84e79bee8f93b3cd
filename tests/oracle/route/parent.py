#!/usr/bin/env python3
"""The accounts of one parent order, replayed from a log: docs/spec.md section 2.12 and what must always hold.

    parent.py LOG       prints the accounts after every event, then the shortfall; exits with 1 if a rule was broken

A line of the log is `AT_NS EVENT name=value ...`, with the names of README.md. Quantities are integers of 1e-6,
prices of 1e-9, money of 1e-15 (their product). A line may carry what its writer believes after the event
(claim_cum=, claim_leaves=, claim_exposure=): it is checked.
"""

import sys
from fractions import Fraction

MONEY = 10 ** 15
NANO = 10 ** 9
UNIT = 10 ** 6
SIGN = {"buy": 1, "sell": -1}


class Fill:
    def __init__(self, after, qty, px):
        self.after, self.qty, self.px = after, qty, px  # after so many prints


class Child:
    """Open: sent or live. Unknown: sent, not answered in time. Done: no more is to come, though more may come."""

    def __init__(self, event):
        self.lp = event["lp"]
        self.qty = int(event["qty"])
        self.fee = Fraction(event.get("fee_bps", "0")) / 10_000
        self.state = "open"
        self.by_fills = False           # done only because it was full
        self.cum = 0
        self.fills = {}                 # exec id -> Fill, the surviving ones
        self.known = set()              # every exec id that was ever seen on this child
        self.newest = {}                # exec id -> the one that stands for it after corrections
        self.early_busts = set()

    def leaves(self):
        return 0 if self.state == "done" else max(0, self.qty - self.cum)

    def overfill(self):
        return max(0, self.cum - self.qty)

    def changed(self, by):
        self.cum += by
        if self.state != "done" and self.cum >= self.qty:
            self.state, self.by_fills = "done", True


class Life:
    """One parent from its entry to its end and beyond."""

    def __init__(self):
        self.children = {}
        self.prints = []
        self.broken = []
        self.parent = self.first_route = self.end = None
        self.cum = 0
        self.stopped = False

    def apply(self, event):
        """What became of it: applied, allowed, refused, duplicate, parked or ignored."""
        what = event["event"]
        before = {name: child.cum for name, child in self.children.items()}
        outcome = getattr(self, "on_" + what)(event)
        self.check(event, before)
        return outcome

    # What happens.
    def on_parent(self, event):
        self.parent = event
        self.qty = int(event["qty"])
        self.sign = SIGN[event["side"]]
        return "applied"

    def on_send(self, event):
        """A send that is asked for: allowed, or refused and nothing has changed."""
        if self.refusal(event):
            return "refused"
        self.on_sent(event)
        return "allowed"

    def on_sent(self, event):
        """A send that happened, right or wrong."""
        wrong = self.refusal(event)
        if wrong:
            self.broken.append((event["at_ns"], wrong))
        self.children[event["child"]] = Child(event)
        if self.first_route is None:
            self.first_route = mid(event)
        return "applied"

    def refusal(self, event):
        qty = int(event["qty"])
        if self.parent is None or self.end is not None:
            return "19: a child without a live parent"
        if self.stopped:
            return "5: a child after an overfill"
        if event["child"] in self.children:
            return "16: a child's id for the second time"
        if qty <= 0:
            return "19: a child of nothing"
        if self.cum + self.exposure() + qty > self.qty:
            return f"2: {self.cum} filled + {self.exposure()} out + {qty} > {self.qty}"
        return None

    def on_acked(self, event):
        return "applied"

    def on_filled(self, event):
        child, name = self.children[event["child"]], event["exec"]
        if name in child.known:
            return "duplicate"
        child.known.add(name)
        child.newest[name] = name
        if name in child.early_busts:
            return "annihilated"
        child.fills[name] = Fill(len(self.prints), int(event["qty"]), int(event["px"]))
        self.moved(child, child.fills[name].qty)
        return "applied"

    def on_busted(self, event):
        child = self.children[event["child"]]
        if event["ref"] not in child.known:
            child.early_busts.add(event["ref"])
            return "parked"
        fill = child.fills.pop(child.newest[event["ref"]], None)
        if fill is None:
            return "ignored"
        self.moved(child, -fill.qty)
        return "applied"

    def on_corrected(self, event):
        child, name = self.children[event["child"]], event["exec"]
        if name in child.known:
            return "duplicate"
        old = child.fills.pop(child.newest.get(event["ref"]), None)
        if old is None:
            return "ignored"
        child.known.add(name)
        child.newest[event["ref"]] = child.newest[name] = name
        child.fills[name] = Fill(old.after, int(event["qty"]), int(event["px"]))
        self.moved(child, child.fills[name].qty - old.qty)
        return "applied"

    def moved(self, child, by):
        child.changed(by)
        self.cum += by
        if child.overfill() or self.cum > self.qty:
            self.stopped = True

    def done(self, event):
        child = self.children[event["child"]]
        if child.state == "done":
            return "ignored"
        child.state, child.by_fills = "done", False
        return "applied"

    on_rejected = on_canceled = on_expired = done

    def on_settled(self, event):
        """Two people, or the LP, say that nothing more of it is out."""
        return self.done(event)

    def on_timed_out(self, event):
        child = self.children[event["child"]]
        if child.state != "open":
            return "ignored"
        child.state = "unknown"
        return "applied"

    def on_traded(self, event):
        self.prints.append((int(event["qty"]), int(event["px"]), event.get("own", "no")))
        return "applied"

    def on_ended(self, event):
        self.end = mid(event)
        return "applied"

    # The accounts.
    def exposure(self):
        return sum(child.leaves() for child in self.children.values())

    def unknown(self):
        return sum(child.leaves() for child in self.children.values() if child.state == "unknown")

    def leaves(self):
        return 0 if self.end is not None else max(0, self.qty - self.cum)

    def fills(self):
        return [fill for child in self.children.values() for fill in child.fills.values()]

    def notional(self):
        return sum(fill.qty * fill.px for fill in self.fills())

    def avg_px(self):
        """In units of 1e-9, exact; None where nothing is filled."""
        return Fraction(self.notional(), self.cum) if self.cum else None

    def fees(self):
        return sum(fill.qty * fill.px * child.fee for child in self.children.values() for fill in child.fills.values())

    def shortfall(self):
        """Perold's parts in money of 1e-15, exact; None before the end."""
        if self.end is None:
            return None
        s, p0 = self.sign, mid(self.parent)
        p1 = p0 if self.first_route is None else self.first_route
        parts = {"delay": s * self.cum * (p1 - p0),
                 "execution": s * (self.notional() - self.cum * p1),
                 "opportunity": s * (self.qty - self.cum) * (self.end - p0),
                 "fees": Fraction(self.fees())}
        parts["total"] = sum(parts.values())
        parts["bps"] = 10_000 * parts["total"] / (self.qty * p0)
        return parts

    def vwap_slippage(self):
        """bps against what others printed after the first and not after the last fill that stands, in the order of
        events; None without them."""
        fills = self.fills()
        if not fills:
            return None
        first, last = min(f.after for f in fills), max(f.after for f in fills)
        prints = [(q, p) for q, p, own in self.prints[first:last] if own != "yes"]
        volume = sum(q for q, _ in prints)
        if not volume:
            return None
        vwap = Fraction(sum(q * p for q, p in prints), volume)
        return 10_000 * self.sign * (self.avg_px() - vwap) / vwap

    # What must always hold; the numbers are those of the list in README.md.
    def check(self, event, before):
        def broken(rule):
            self.broken.append((event["at_ns"], rule))

        if self.cum != sum(fill.qty for fill in self.fills()):
            broken("1: cum of the parent is not the sum of the fills that stand")
        seen = [(child.lp, name, key) for name, child in self.children.items() for key in child.fills]
        if len(seen) != len(set(seen)):
            broken("1: a fill counted twice")
        for name, child in self.children.items():
            if child.cum != sum(fill.qty for fill in child.fills.values()):
                broken(f"1: cum of {name}")
            if child.state != "done" and child.qty != child.cum + child.leaves():
                broken(f"3: {name}: OrderQty is not cum + leaves")
            if child.state == "done" and child.leaves():
                broken(f"3: {name}: leaves of what is done")
            if child.cum < before.get(name, 0) and event["event"] not in ("busted", "corrected"):
                broken(f"3: cum of {name} fell")
            if child.state == "unknown" and child.leaves() != child.qty - child.cum:
                broken(f"17: {name}: what is unknown is not exposure")
        for claim, value in (("cum", self.cum), ("leaves", self.leaves()), ("exposure", self.exposure())):
            if int(event.get("claim_" + claim, value)) != value:
                broken(f"claimed {claim} {event['claim_' + claim]}, is {value}")


def mid(event):
    """Of the quote that the event carries, in units of 1e-9."""
    return Fraction(int(event["bid"]) + int(event["ask"]), 2)


def reopens(life, event):
    """Whether the event lowers a child that was done only because it was full.

    The specification lets a bust reopen it and does not say that its quantity is out again: exposure is left open until
    the next word about that child (AMBIGUITIES.md).
    """
    child = life.children.get(event.get("child"))
    if child is None or not child.by_fills:
        return False
    return event["event"] in ("busted", "corrected") and child.cum < child.qty


def accounts(events):
    """Everything that a program under test must report of a life."""
    life, steps = Life(), []
    for event in events:
        outcome = life.apply(event)
        step = {"cum": str(life.cum), "leaves": str(life.leaves()), "exposure": str(life.exposure())}
        if reopens(life, event):
            step["exposure"] = None
        if life.stopped and life.end is None and life.cum < life.qty:
            step["leaves"] = None
        if event["event"] == "send":
            step["allowed"] = outcome == "allowed"
        steps.append(step)
    shortfall, average, slippage = life.shortfall(), life.avg_px(), life.vwap_slippage()
    return {
        "steps": steps,
        "children": [{"child": name, "cum": str(c.cum), "leaves": str(c.leaves()), "overfill": str(c.overfill()),
                      "unknown": c.state == "unknown"} for name, c in life.children.items()],
        "notional": str(life.notional()),
        "avg_px": None if average is None else float(average / NANO),
        "stopped": life.stopped,
        "shortfall": shortfall and {name: float(v if name == "bps" else v / MONEY) for name, v in shortfall.items()},
        "vwap_slippage_bps": None if slippage is None else float(slippage),
    }, life


def read_log(lines):
    events = []
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) < 2 or not words[0].isdigit() or not hasattr(Life, "on_" + words[1]):
            raise ValueError(f"line {number}: \"{line.strip()}\" is not `AT_NS EVENT name=value ...`")
        events.append({"at_ns": words[0], "event": words[1], **dict(word.split("=", 1) for word in words[2:])})
    return events


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        events = read_log(file)
    report, life = accounts(events)
    for event, step in zip(events, report.pop("steps")):
        told = " ".join(f"{name}={value}" for name, value in step.items())
        print(f"{event['at_ns']} {event['event']} {event.get('child', '')}: {told}")
    for name, value in report.items():
        print(f"{name}: {value}")
    for at, rule in life.broken:
        print(f"broken at {at}: {rule}")
    return 1 if life.broken else 0


if __name__ == "__main__":
    sys.exit(main())
