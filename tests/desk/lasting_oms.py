"""An OMS whose session outlives the desk's ends: numbers go on, gaps are asked for and filled."""

from counterparty import Counterparty


class LastingOms(Counterparty):
    def __init__(self, us="OMS", desk="DESK"):
        super().__init__(us, desk)
        self.next_in, self.asked = 1, False  # the number that comes next; whether a gap has been asked for
        self.calls = 0                       # how often it has called; each report heard has its "call"
        self.said = {}                       # number -> (kind, fields): what may have to be said again
        self.heard = []                      # reports, each number once, in the order of numbers

    def call(self, port, heartbeat=30, reset=False):
        self.asked = False
        self.calls += 1
        super().call(port, heartbeat, reset)

    def say(self, kind, *pairs, seq=None, poss_dup=False):
        if seq is None:
            self.said[self.out] = (kind, pairs)
        return super().say(kind, *pairs, seq=seq, poss_dup=poss_dup)

    def _cut(self):
        new = super()._cut()
        for m in new:
            self._take(m)
        return new

    def _take(self, m):
        seq, kind = int(m["34"]), m["35"]
        if kind == "2":
            self._again(int(m["7"]), int(m["16"]))
        if seq > self.next_in:
            if not self.asked:
                self.asked = True
                self.say("2", (7, self.next_in), (16, 0))
            return
        if seq < self.next_in:
            assert m.get("43") == "Y", f"{seq} came, {self.next_in} was next: {m}"
            return
        self.next_in = int(m["36"]) if kind == "4" else seq + 1
        self.asked = False
        if kind in ("8", "9"):
            m["call"] = self.calls
            self.heard.append(m)

    def _again(self, first, last):
        """Orders as PossDup, what is of the session as a gap fill."""
        last = self.out - 1 if last == 0 else min(last, self.out - 1)
        seq = first
        while seq <= last:
            kind, pairs = self.said[seq]
            if kind == "D":
                self.say(kind, *pairs, seq=seq, poss_dup=True)
                seq += 1
                continue
            begin = seq
            while seq <= last and self.said[seq][0] != "D":
                seq += 1
            self.say("4", (123, "Y"), (36, seq), seq=begin, poss_dup=True)
