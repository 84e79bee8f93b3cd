"""The circuit breaker of an LP: a CUSUM of rejects and time-outs, docs/spec.md section 7f."""

import math

SECOND = 1_000_000_000
OPEN_FOR = 30 * SECOND
LONGEST = 30 * 60 * SECOND
CLEAN = 3600 * SECOND
PROBES = 3
AT_ONCE = ("session_down", "bust", "crossed_quote")
NOT_COUNTED = ("ours", "halt")


def rates(posterior_mean):
    """(p0, p1): what is usual for this LP, and what is alarming."""
    p0 = max(.02, posterior_mean)
    return p0, min(.6, max(.2, 4 * p0))


def steps(p0, p1):
    """What a failure adds and what a success adds (below 0)."""
    return math.log(p1 / p0), math.log((1 - p1) / (1 - p0))


class Breaker:
    def __init__(self, posterior_mean, threshold):
        self.p0, self.p1 = rates(posterior_mean)
        self.up, self.down = steps(self.p0, self.p1)
        self.threshold = threshold
        self.cusum = 0.0
        self.state = "closed"
        self.times = 0                  # k: openings that are not forgotten yet
        self.timeouts = 0
        self.passed = 0                 # probes in a row while half open
        self.until = None
        self.closed_at = None

    def look(self, now):
        """What time alone does."""
        if self.state == "open" and now >= self.until:
            self.state, self.passed = "half_open", 0
        if self.state == "closed" and self.closed_at is not None:
            hours = (now - self.closed_at) // CLEAN
            self.times = max(0, self.times - hours)
            self.closed_at += hours * CLEAN

    def open(self, now):
        self.state, self.cusum, self.timeouts = "open", 0.0, 0
        self.until = now + min(LONGEST, OPEN_FOR * 2 ** self.times)
        self.times += 1

    def see(self, now, what):
        self.look(now)
        if what in NOT_COUNTED or self.state == "open":
            return
        if what in AT_ONCE:
            self.open(now)
            return
        failed = what != "ok"
        if self.state == "half_open":
            self.probe(now, failed)
            return
        self.timeouts = self.timeouts + 1 if what == "timeout" else 0
        self.cusum = max(0.0, self.cusum + (self.up if failed else self.down))
        if self.cusum >= self.threshold or self.timeouts >= 3:
            self.open(now)

    def probe(self, now, failed):
        if failed:
            self.open(now)
            return
        self.passed += 1
        if self.passed == PROBES:
            self.state, self.cusum, self.timeouts, self.until = "closed", 0.0, 0, None
            self.closed_at = now


def life(case):
    breaker = Breaker(case["reject_posterior_mean"], case["threshold"])
    told = []
    for event in case["events"]:
        breaker.see(int(event["at_ns"]), event["what"])
        until = str(breaker.until) if breaker.state == "open" else None
        told.append({"state": breaker.state, "cusum": breaker.cusum, "open_until_ns": until})
    return {"p0": breaker.p0, "p1": breaker.p1, "steps": told}


def run_length(p0, p1, threshold, p, cells=200):
    """Mean number of orders until S >= threshold, from S = 0, when orders fail with probability p.

    L(S) = 1 + p L(S + up) + (1 - p) L(max(0, S - down)) on a grid that holds every S - down exactly and reads
    S + up between its points; L is kept as alpha + beta L(0), and swept until it stands.
    """
    up, down = steps(p0, p1)
    step = -down / cells
    size = math.ceil(threshold / step)
    alpha, beta = [0.0] * size, [0.0] * size

    def above(values, s):
        place = s / step
        low = int(place)
        if s >= threshold or low >= size:
            return 0.0
        high = values[low + 1] if low + 1 < size else 0.0
        return values[low] + (place - low) * (high - values[low])

    for _ in range(400):
        change = 0.0
        for i in range(size):
            a, b = 1 + p * above(alpha, i * step + up), p * above(beta, i * step + up)
            if i <= cells:
                b += 1 - p
            else:
                a += (1 - p) * alpha[i - cells]
                b += (1 - p) * beta[i - cells]
            change = max(change, abs(a - alpha[i]), abs(b - beta[i]))
            alpha[i], beta[i] = a, b
        if change < 1e-10:
            break
    return alpha[0] / (1 - beta[0])
