"""Random lives of a parent order, with everything that can go wrong in one."""

from route import parent

MILLI = 1_000_000
ANSWERS = {"full": 5, "fills": 3, "partial": 4, "rejected": 3, "canceled": 2, "expired": 1, "silent": 4,
           "overfill": .4, "after_end": .7}
LATE = {"full": 3, "partial": 3, "canceled": 2, "rejected": 1, "settled": 2, "settled_then_fill": 1, "never": 2}


def choose(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


class Writer:
    """Writes one life; it applies each event at once, so that the next one fits."""

    def __init__(self, rng):
        self.rng = rng
        self.events, self.features = [], set()
        self.life = parent.Life()
        self.now = 1_700_000_000 * parent.NANO
        self.tick = rng.choice((10_000_000, 10_000, 5_000_000))
        self.mid = rng.randint(1000, 50_000) * 10_000_000
        self.lot = rng.choice((parent.UNIT, 100 * parent.UNIT, 1, 250_000))
        self.lots = rng.choice((1, rng.randint(2, 20), rng.randint(20, 5000)))
        self.later = []                 # events that come in a later round
        self.queues = []                # of this round: per child, in order
        self.executions = 0

    def add(self, event, **more):
        self.now += self.rng.choice((0, 1, 1000, MILLI, 40 * MILLI, 900 * MILLI))
        full = {"event": event, "at_ns": str(self.now), **more}
        self.events.append(full)
        outcome = self.life.apply(full)
        if outcome in ("duplicate", "parked", "refused", "annihilated"):
            self.features.add(outcome)
        if self.life.stopped:
            self.features.add("stopped")
        if parent.reopens(self.life, full):
            self.features.add("bust_of_full")
            self.add("canceled", child=full["child"])
        return outcome

    def quote(self):
        self.mid = max(200 * self.tick, self.mid + self.rng.randint(-5, 5) * self.tick)
        half = self.rng.randint(1, 6)
        return {"bid": str(self.mid - half * self.tick),
                "ask": str(self.mid + self.rng.randint(1, 6) * self.tick)}

    def price(self):
        return str(self.mid + self.rng.randint(-8, 8) * self.tick)

    def execution(self):
        """Unique within a child only: another child may carry the same one."""
        self.executions += 1
        return f"E{self.executions % 7 if self.rng.random() < .5 else self.executions + 10}"

    def fill(self, child, qty):
        coming = [event for queue in self.queues for event in queue] + self.later
        known = self.life.children[child].known | {e["exec"] for e in coming if e["child"] == child and "exec" in e}
        name = self.execution()
        while name in known:
            name = self.execution()
        return {"event": "filled", "child": child, "exec": name, "qty": str(qty), "px": self.price()}

    def send(self):
        rng, life = self.rng, self.life
        room = (life.qty - life.cum - life.exposure()) // self.lot
        tries = []
        if rng.random() < .25:
            tries.append((max(0, room) + rng.randint(1, 3)) * self.lot)
        if room > 0:
            tries.append(rng.choice((room, rng.randint(1, room), rng.randint(1, room))) * self.lot)
        elif rng.random() < .3:
            tries.append(self.lot)
        for qty in tries:
            name = f"C{len(life.children) + 1}"
            if life.children and rng.random() < .05:
                name = rng.choice(sorted(life.children))
                self.features.add("used_id")
            outcome = self.add("send", child=name, lp=f"LP_{rng.choice('ABCD')}", qty=str(qty),
                               fee_bps=str(rng.randint(-20, 30) / 10), **self.quote())
            if outcome == "allowed":
                self.queues.append(self.answer(name, qty))

    def pieces(self, qty):
        lots = qty // self.lot
        if lots < 2:
            return [qty]
        first = self.rng.randint(1, lots - 1)
        return [first * self.lot, (lots - first) * self.lot]

    def answer(self, child, qty):
        rng, what = self.rng, choose(self.rng, ANSWERS)
        self.features.add(what)
        done = {"event": rng.choice(("canceled", "expired")), "child": child}
        acked = [{"event": "acked", "child": child}] if rng.random() < .5 else []
        part = self.pieces(qty)[0]
        if what == "full":
            return acked + [self.fill(child, qty)]
        if what == "fills":
            return acked + [self.fill(child, piece) for piece in self.pieces(qty)]
        if what == "partial":
            return acked + ([self.fill(child, part)] if part < qty else []) + [done]
        if what == "overfill":
            return acked + [self.fill(child, qty + self.lot)]
        if what == "after_end":
            return acked + [done, self.fill(child, part)]
        if what == "silent":
            self.later += self.late(child, qty, part)
            before = [self.fill(child, part)] if part < qty and rng.random() < .2 else []
            return acked + before + [{"event": "timed_out", "child": child}]
        return acked + [{"event": what, "child": child}]

    def late(self, child, qty, part):
        what = choose(self.rng, LATE)
        self.features.add("late_" + what)
        canceled = {"event": "canceled", "child": child}
        settled = {"event": "settled", "child": child}
        return {"full": lambda: [self.fill(child, qty), canceled], "partial": lambda: [self.fill(child, part), canceled],
                "canceled": lambda: [canceled], "rejected": lambda: [{"event": "rejected", "child": child}],
                "settled": lambda: [settled], "settled_then_fill": lambda: [settled, self.fill(child, part)],
                "never": list}[what]()

    def trouble(self):
        """Duplicates, busts, early busts and corrections of what is there or on its way."""
        rng = self.rng
        seen = [e for e in self.events if e["event"] == "filled"]
        if seen and rng.random() < .3:
            one = rng.choice(seen)
            self.add("filled", child=one["child"], exec=one["exec"], qty=one["qty"], px=self.price())
        if seen and rng.random() < .25:
            one = rng.choice(seen)
            self.features.add("bust")
            self.add("busted", child=one["child"], ref=one["exec"])
        if seen and rng.random() < .2:
            one = rng.choice(seen)
            lots = int(one["qty"]) // self.lot
            qty = rng.choice((lots, lots, rng.randint(1, max(1, lots)), lots + 1)) * self.lot
            self.features.add("correct")
            self.add("corrected", child=one["child"], ref=one["exec"], exec=f"X{len(self.events)}", qty=str(qty),
                     px=self.price())
        waiting = [e for q in self.queues for e in q if e["event"] == "filled"]
        if waiting and rng.random() < .08:
            one = rng.choice(waiting)
            self.add("busted", child=one["child"], ref=one["exec"])

    def drain(self):
        while any(self.queues):
            queue = self.rng.choice([q for q in self.queues if q])
            self.play(queue.pop(0))
            if self.rng.random() < .4:
                self.trade()
        self.queues = []

    def play(self, event):
        self.add(**event)

    def trade(self):
        self.add("traded", qty=str(self.rng.randint(1, 50) * self.lot), px=self.price(),
                 own="yes" if self.rng.random() < .2 else "no")

    def write(self):
        rng = self.rng
        self.add("parent", parent="P1", side=rng.choice(("buy", "sell")), qty=str(self.lots * self.lot), **self.quote())
        for _ in range(rng.randint(0, 10)):
            for _ in range(rng.randint(1, 3)):
                self.send()
            self.trouble()
            self.drain()
            while self.later and rng.random() < .4:
                self.play(self.later.pop(0))
            self.trouble()
        if rng.random() < .85:
            self.features.add("ended")
            self.add("ended", **self.quote())
            if rng.random() < .3:
                self.send()
        for event in self.later:
            self.play(event)
        self.trouble()
        return self.events, sorted(self.features)
