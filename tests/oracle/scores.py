#!/usr/bin/env python3
"""Every worked number of the specification for estimates, scores and capacity: `scores.py selftest`."""

import sys

import beta
import capacity
import composite
import estimates

LPS = {                                 # the desk's scorecard; impact as the acme profile has it
    "A": {"price_improvement": .50, "fill_rate": 98.5, "latency": 16.5, "reject_rate": 1.2, "impact": .09},
    "B": {"price_improvement": -.25, "fill_rate": 65.0, "latency": 55.0, "reject_rate": 15.0, "impact": 1.13},
    "C": {"price_improvement": 1.00, "fill_rate": 95.0, "latency": 25.0, "reject_rate": 3.5, "impact": .265},
    "D": {"price_improvement": 1.00, "fill_rate": 83.1, "latency": 20.0, "reject_rate": 0.0, "impact": 0.0},
}


class Checks:
    """Counts comparisons to half a unit of the last printed digit."""

    def __init__(self):
        self.passed = 0
        self.failed = []

    def near(self, what, value, printed):
        digits = len(printed.split(".")[1]) if "." in printed else 0
        if abs(value - float(printed)) <= 0.5 * 10 ** -digits + 1e-9:
            self.passed += 1
        else:
            self.failed.append(f"{what}: {value!r}, expected {printed}")

    def each(self, what, values, printed):
        values = list(values)
        if len(values) != len(printed.split()):
            self.failed.append(f"{what}: {len(values)} values for {printed}")
        for value, text in zip(values, printed.split()):
            self.near(what, value, text)


def decay(check):
    cell = estimates.Decayed(1800.0, 0.0, 10.0, 10.0, 9.85, 9.85)
    check.near("4.1 d", 2 ** (-600 / 1800), ".7937")
    cell.observe(600.0, 0.5)
    check.each("4.1", (cell.w, cell.mean, cell.n_eff), "8.937 .9307 10.94")
    cell.remove(600.0, 0.5)
    check.near("4.1 removal", cell.mean, ".9850")
    late = estimates.Decayed(1800.0)
    early = estimates.Decayed(1800.0)
    for t, x in ((0, 1), (900, 2), (1700, 4)):
        early.observe(t, x)
    for t, x in ((1700, 4), (0, 1), (900, 2)):
        late.observe(t, x)
    check.near("4.1 late rule", late.mean - early.mean, "0.000000000")
    one, two = estimates.Decayed(1800.0), estimates.Decayed(1800.0)
    one.observe(0, 1)
    two.observe(900, 2)
    two.observe(1700, 4)
    check.near("4.1 merge", one.merge(two).variance - early.variance, "0.000000000")


def sketch(check):
    for milliseconds, bucket, value in ((15, 827, "15.104"), (40, 876, "40.247")):
        index = estimates.sketch_index(milliseconds * 1e6)
        check.near("4.2 bucket", index, str(bucket))
        check.near("4.2 value", estimates.sketch_value(index) / 1e6, value)
    for alpha, buckets in ((.01, "896"), (.02, "449")):
        span = estimates.sketch_index(60e9, alpha) - estimates.sketch_index(1e3, alpha) + 1
        check.near("4.2 buckets", span, buckets)


def shrinkage(check):
    children = [(95, 100), (180, 200), (26, 40), (55, 60)]
    (mu,), strength, _ = estimates.kleinman([children])
    check.each("4.3 Kleinman", (mu, strength), ".8582 6.28")
    new = estimates.beta_posterior(0, 0, mu, strength)
    check.each("4.4 new LP", new + (beta.mean(*new), beta.quantile(*new, .1)), "5.39 .89 .858 .673")
    posteriors = (beta.mean(*estimates.beta_posterior(y, n, mu, strength)) for y, n in children)
    check.each("4.3 posteriors", posteriors, ".9446 .8987 .6782 .9111")
    check.each("4.3 design effect", (estimates.design_effect(n, 22) for n in (100, 4, 6)), "18.85 3.54 4.93")
    check.near("4.3 inflated prior", estimates.inflated_strength(.86, .0012, 22), "17.7")
    (_,), doubled, _ = estimates.kleinman([[(y * 2, n * 2) for y, n in children]], dispersion=2.0)
    check.near("4.3 phi", doubled - strength, "0.000000")
    _, most, _ = estimates.kleinman([[(50, 100)] * 6])
    check.near("4.3 floor of gamma", most, "100.0")
    x, v = (.5, 1, -.25, .8), (.04, .09, .25, .01)
    tau2, mu, _ = estimates.dersimonian_laird(x, v)
    check.each("4.3 DerSimonian-Laird", (tau2, mu), ".0547 .655")
    means = (estimates.normal_posterior(a, b, mu, tau2)[0] for a, b in zip(x, v))
    check.each("4.3 normal posteriors", means, ".566 .786 .493 .778")


def note4(check):
    weights = composite.PROFILES["note4"]
    for name, printed, rounded in (("A", "92.479", "92.5"), ("B", "45.849", "45.8"), ("C", "88.227", "88.2")):
        value = composite.score(LPS[name], weights)
        check.near(f"5.4 note4 {name}", value, printed)
        check.near(f"5.4 note4 {name}", value, rounded)
    order = ("price_improvement", "fill_rate", "latency", "reject_rate")
    for name, printed in (("A", "7.000 33.950 17.579 33.950"), ("B", "4.00 10.500 9.474 21.875"),
                          ("C", "9.00 31.500 15.789 31.938")):
        points = composite.parts(LPS[name], weights)
        check.each(f"5.4 parts {name}", (points[kpi] for kpi in order), printed)
    steps = {"price_improvement": .1, "fill_rate": 1, "latency": 1, "reject_rate": 1}
    slopes = (100 * weights[k] * steps[k] * composite.slope(LPS["A"][k], *composite.GOALPOSTS[k]) for k in order)
    check.each("5.4 slopes", slopes, ".4 .7 .21 .875")
    sds = {"price_improvement": .10, "fill_rate": 1.2, "latency": 1.2, "reject_rate": .6}
    terms = composite.deviations(LPS["A"], sds, weights)
    check.each("5.3 terms", (terms[k] for k in order), "0.400 0.840 0.253 0.525")
    sd = composite.deviation(LPS["A"], sds, weights)
    value = composite.score(LPS["A"], weights)
    check.each("5.3 LCB", (sd, composite.lower_bound(value, sd, 1), composite.lower_bound(value, sd, 1.645)),
               "1.098 91.4 90.7")
    lcbs = (composite.lower_bound(v, s, 1) for v, s in ((84.973, 8.9), (88.227, 7.6), (84.0, 6.0)))
    check.each("7a LCB", lcbs, "76.1 80.6 78.0")
    for sample, printed in ((False, "9.7"), (True, "14.5")):
        best = max(100 * composite.z_to_phi([s * LPS[n][k] for n in "ABC"], s * LPS["B"][k], sample)
                   for k, s in (("price_improvement", 1), ("fill_rate", 1), ("latency", -1), ("reject_rate", -1)))
        check.near("5.1 z to Phi", best, printed)


def after_children(lp, fills, times, kappa):
    return dict(lp, fill_rate=100 * composite.shrunk_mean(lp["fill_rate"] / 100, kappa, fills),
                latency=composite.shrunk_mean(lp["latency"], kappa, times))


def acme(check):
    first = after_children(LPS["A"], [1.0], [15], 3)
    second = after_children(LPS["A"], [1.0, 0.5], [15, 40], 3)
    third = after_children(LPS["A"], [1.0, 0.5, 1.0], [15, 40, 15], 3)
    check.each("5.4 first child", (first["fill_rate"] / 100, first["latency"]), ".98875 16.125")
    check.each("5.4 second child", (second["fill_rate"] / 100, second["latency"]), ".891 20.9")
    for profile in ("note4", "acme"):
        weights = composite.PROFILES[profile]
        check.near(f"5.4 {profile} 1", composite.score(first, weights), "92.8")
        check.near(f"5.4 {profile} 2", composite.score(second, weights), "84.973")
    points = composite.parts(second, composite.PROFILES["note4"])
    check.each("5.4 second parts", (points[k] for k in ("fill_rate", "latency")), "27.370 16.653")
    check.near("5.4 third", composite.score(third, composite.PROFILES["note4"]), "86.5")
    for kappa, printed in ((10, "89.4"), (50, "91.8")):
        value = composite.score(after_children(LPS["A"], [1.0, 0.5], [15, 40], kappa), composite.PROFILES["note4"])
        check.near(f"5.4 kappa {kappa}", value, printed)
    for name, printed in (("A", "92.479"), ("B", "45.799"), ("C", "88.202"), ("D", "84.012")):
        check.near(f"5.4 acme {name}", composite.score(LPS[name], composite.PROFILES["acme"]), printed)
    a = (3 * .985 + 1.5, 3 * .015 + .5)
    c = (3 * .95, 3 * .05)
    check.each("5.4 noise A", a + (beta.sd(*a), 70 * beta.sd(*a)), "4.455 .545 .127 8.9")
    check.each("5.4 noise C", (beta.sd(*c), 70 * beta.sd(*c)), ".109 7.6")
    check.near("5.4 P(A above C)", 100 * above(a, c), "38")


def above(a, c, steps=2000):
    """P(score of A > score of C), only their fill rates uncertain: the mean over quantiles of A."""
    weights = composite.PROFILES["note4"]
    known = {name: composite.score(dict(lp, fill_rate=50.0), weights)
             for name, lp in (("A", after_children(LPS["A"], [1.0, .5], [15, 40], 3)), ("C", LPS["C"]))}
    total = 0.0
    for step in range(steps):
        rate = beta.quantile(*a, (step + .5) / steps)
        score = known["A"] + 35 * composite.utility(rate, .5, 1)
        needed = .5 + .5 * (score - known["C"]) / 35
        total += beta.incomplete(*c, needed) if needed > .5 else 0.0
    return total / steps


def profiles(check):
    impacts = {"A": .5, "B": 2.0, "C": 1.2}
    for profile, printed in (("high-frequency", "86.8 41.9 78.9"), ("block", "86.6 34.7 79.9"),
                             ("best-price", "80.3 38.8 84.8")):
        values = (composite.score(dict(LPS[n], impact=impacts[n]), composite.PROFILES[profile]) for n in "ABC")
        check.each(f"5.5 {profile}", values, printed)
    edge = {"x": .6, "y": .4}
    posts = {"x": (0, 1), "y": (0, 1)}
    check.near("5.2 exactly 40 % absent", composite.score({"x": .5}, edge, posts), "50.0")
    check.near("5.2 more absent", float(composite.score({"y": .5}, edge, posts) is None), "1")


def tails(check):
    values = (.95, .9, .85, .8, .6, .6, .5, .4)
    full, expected = capacity.prediction(values, 8)
    check.each("6.1", (values[4], full, expected), ".6 .4 5.6")
    orders = [(10, 10), (10, 4), (10, 0), (6, 6), (20, 12), (8, 3)]
    plain = capacity.tail(orders, 20, m0=0)
    check.each("7b KM", (plain[1], plain[4], plain[5], plain[13]), ".8333 .6667 .5 0")
    prior = capacity.tail(orders, 20, 5, lambda k: .3 if k == 0 else .03)
    check.each("7b with prior", (prior[k] for k in (1, 4, 5, 10, 13)), ".7727 .6635 .5787 .5207 .4001")
    check.each("7b n(k)", (capacity.weight_at(orders, k) for k in (1, 4, 5, 10, 13)), "11 11 11 10 9")
    upper = (capacity.wilson_upper(prior[k], capacity.weight_at(orders, k)) for k in (1, 4, 5, 10, 13))
    check.each("7b Wilson", upper, ".8731 .7870 .7148 .6695 .5654")
    hopeful = capacity.optimistic(orders, prior)
    check.near("7b non-increasing", float(all(a >= b for a, b in zip(hopeful, hopeful[1:]))), "1")
    tables = [capacity.exact_and_censored(orders)] * 2
    check.near("7b pooled hazard", capacity.pooled_hazard(tables, 0), f"{2.3 / 13:.6f}")


def split(check):
    lps = {"A": (lambda k: .95 * .93 ** (k - 1), .9, .010), "B": (lambda k: .7 * .98 ** (k - 1), .6, .005),
           "C": (lambda k: .4 * .995 ** (k - 1), 0.0, .001)}
    plan = capacity.greedy(lps, 2.1, 40)
    check.each("7b greedy", (plan[n] for n in "ABC"), "1 9 30")
    others = ((plan, "29.92"), ({"A": 0, "B": 0, "C": 40}, "28.92"), ({"A": 14, "B": 13, "C": 13}, "24.39"),
              ({"A": 0, "B": 40, "C": 0}, "21.10"), ({"A": 40, "B": 0, "C": 0}, "-0.61"))
    for other, printed in others:
        check.near("7b value", capacity.plan_value(lps, other, 2.1, 40), printed)


def selftest():
    check = Checks()
    for part in (decay, sketch, shrinkage, note4, acme, profiles, tails, split):
        part(check)
    for line in check.failed:
        print("failed:", line)
    print(f"{check.passed} passed, {len(check.failed)} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    if sys.argv[1:] != ["selftest"]:
        sys.exit("usage: scores.py selftest")
    sys.exit(selftest())
