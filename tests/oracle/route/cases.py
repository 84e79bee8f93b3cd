"""The kinds of cases: how one is drawn, what the oracle answers, when an answer agrees."""

import itertools
import math
import random

import composite
from route import allocation, breaker, limit_or_market, lives, net_cost, parent, ranking

SECOND = 1_000_000_000
RELATIVE = 1e-9
FAMILIES = ("fill", "latency", "price_improvement", "impact")
PROFILES = ((.25, .15, .20, .25), (.15, .60, .10, .15), (.40, .10, .20, .30), (.20, .20, .50, .10),
            (.35, .20, .10, .30))


def tail(rng, most):
    """A zero bin, then a geometric, a power law or any fall, by lots or on a widening grid."""
    t, steps, up_to = 1 - rng.choice((0.0, .05, .1, .3, .5, .9)) * rng.random(), [], 0
    shape, kept, power = rng.choice(("geometric", "power", "free", "flat")), rng.uniform(.7, .999), rng.uniform(.1, 1.5)
    wide = rng.random() < .4
    first = t
    while up_to < most:
        up_to += rng.randint(1, 1 + up_to // 2) if wide else 1
        if shape == "geometric":
            t = first * kept ** up_to
        elif shape == "power":
            t = first * (1 + up_to) ** -power
        elif shape == "free":
            t *= rng.choice((1.0, rng.random(), rng.uniform(.9, 1)))
        steps.append([up_to, .3 if rng.random() < .01 and t >= .3 else t])
        t = steps[-1][1] if shape == "free" else t
        if rng.random() < .02:
            break
    for i in range(1, len(steps)):
        steps[i][1] = min(steps[i][1], steps[i - 1][1])
    return steps


def weights(rng):
    if rng.random() < .5:
        return dict(zip(FAMILIES, PROFILES[0]))
    chosen = dict(zip(FAMILIES, rng.choice(PROFILES)))
    if rng.random() < .3:
        del chosen[rng.choice(FAMILIES)]
    return chosen


def candidate(rng, index, most, leak):
    return {"lp": f"LP_{index:02d}", "half_spread_bps": rng.uniform(.1, 3), "fee_bps": rng.uniform(-.3, .3),
            "price_improvement_bps": rng.uniform(-.5, 1.5), "leakage_bps_per_lot": rng.choice((0.0, leak * rng.random())),
            "expected_round_trip_ns": str(rng.randint(1, 250) * 1_000_000), "tail": tail(rng, most)}


def terms(rng, quantity):
    return {"quantity_lots": quantity, "remaining_lots": quantity + rng.choice((0, 0, rng.randint(0, 200))),
            "phi": rng.choice((.5, 1.0)), "p_min": rng.choice((0.0, .3, .3, .6)), "min_lots": 1, "probe_lots": 0,
            "fallback_half_spread_bps": rng.uniform(.2, 4), "sweep_impact_bps": rng.uniform(0, 2),
            "urgency_bps_per_s": 0.0}


def urgent(rng, case):
    case["order"]["urgency_bps_per_s"] = rng.uniform(.5, 20)


# The split of a round.
def draw_allocate(rng):
    quantity = rng.choice((rng.randint(1, 8), rng.randint(5, 60)))
    count = rng.randint(1, 7)
    order = terms(rng, quantity)
    leak = rng.choice((.002, .02, .1)) * 40 / order["remaining_lots"]
    case = {"order": order, "weights": weights(rng),
            "lps": [candidate(rng, i, rng.choice((quantity, 2 * quantity, 3)), leak) for i in range(count)]}
    if rng.random() < .3:
        urgent(rng, case)
    if count > 1 and rng.random() < .1:  # ties: any of the best will do
        case["lps"] = [{**case["lps"][0], "lp": lp["lp"]} for lp in case["lps"]]
    elif rng.random() < .25:
        order["min_lots"] = rng.randint(2, 6)
    elif rng.random() < .3:
        order.update(probe_lots=rng.randint(1, 5), p_min=.3)
        for lp in case["lps"]:
            lp["leakage_bps_per_lot"] += rng.choice((0.0, 5.0, 5.0))
    return case


def draw_allocate_large(rng):
    quantity = rng.randint(500, 5000)
    order = terms(rng, quantity)
    return {"order": order, "weights": weights(rng), "large": True,
            "lps": [candidate(rng, i, rng.randint(10, 800), 40e-3 / order["remaining_lots"])
                    for i in range(rng.randint(8, 32))]}


def answer_allocate(case):
    found = allocation.best(case["order"], case["lps"], case["weights"], case.get("large", False))
    return {"lots": found["lots"], "value": found["value"]}


def agree_allocate(case, expected, got):
    order = case["order"]
    found = allocation.best(order, case["lps"], case["weights"], case.get("large", False))
    lots, gains = got.get("lots"), found["gains"]
    if not isinstance(lots, list) or len(lots) != len(gains) or any(type(v) is not int or v < 0 for v in lots):
        return [("lots", expected["lots"], lots)]
    if found["probes"]:
        if lots != expected["lots"]:
            return [("lots (a probe)", expected["lots"], lots)]
    elif sum(lots) > order["quantity_lots"] or any(v > cap for v, cap in zip(lots, found["caps"])):
        return [("lots: more than the round or an LP's cap", expected["lots"], lots)]
    if any(0 < v < min(order["min_lots"], order["quantity_lots"]) for v in lots):
        return [("lots: below the minimum", expected["lots"], lots)]
    scale = 1 + sum(abs(g) for gain, v in zip(gains, lots) for g in gain[:v])
    value = allocation.value_of(gains, lots)
    bad = []
    if not close(value, got.get("value"), RELATIVE * scale):
        bad.append(("value: not that of its lots", value, got.get("value")))
    several = order["min_lots"] > 1 and not found["unique"]  # who gave way decides what is left
    if not several and not close(expected["value"], value, RELATIVE * scale):
        bad.append(("value of the lots", expected["value"], value))
    if found["unique"] and lots != expected["lots"]:
        bad.append(("lots (the best split is unique)", expected["lots"], lots))
    return bad


# What one child is expected to cost.
def draw_net_cost(rng):
    quantity = rng.randint(1, 80)
    case = {"order": terms(rng, quantity), "weights": weights(rng),
            "lps": [candidate(rng, 0, rng.choice((quantity, 3 * quantity)), .05)], "child_lots": rng.randint(1, quantity)}
    if rng.random() < .5:
        urgent(rng, case)
    return case


def answer_net_cost(case):
    return net_cost.prediction(case["order"], case["lps"][0], case["weights"], case["child_lots"])


# Capacity curves in whole lots.
def draw_capacity(rng):
    def seen():
        sent = rng.randint(1, 40)
        return [sent, rng.choice((0, sent, rng.randint(0, sent), rng.randint(0, sent))), rng.choice((1.0, rng.random()))]
    return {"most_lots": rng.choice((5, 20, 45)),
            "lps": [{"lp": f"LP_{i:02d}", "seen": [seen() for _ in range(rng.choice((0, 1, 5, 40)))]}
                    for i in range(rng.randint(1, 6))]}


def answer_capacity(case):
    return {"lps": allocation.curves([lp["seen"] for lp in case["lps"]], case["most_lots"])}


# Who comes first.
def draw_primary(rng):
    def one(i):
        score = rng.choice((None, rng.uniform(0, 100), rng.uniform(80, 90), 85.0, 85.0))
        return {"lp": f"LP_{i:02d}", "composite": score, "sd": rng.choice((0.0, 2.0, rng.uniform(0, 15))),
                "expected_round_trip_ns": str(rng.choice((15, 20, 20, 55)) * 1_000_000), "enabled": rng.random() < .9,
                "symbol_ok": rng.random() < .9, "breaker": rng.choice(("closed",) * 8 + ("open",)),
                "tail": tail(rng, rng.choice((3, 30)))}
    return {"rank_by": rng.choice(("lcb", "composite")), "z": rng.choice((1.0, 1.645)), "p_min": .3,
            "quantity_lots": rng.randint(1, 60), "lps": [one(i) for i in range(rng.randint(1, 8))]}


# Limit or market.
def draw_limit_or_market(rng):
    queue, target = rng.randint(0, 3000), rng.randint(1, 2000)
    return {"half_spread_bps": rng.uniform(.2, 3), "fee_bps": rng.uniform(0, .5), "rebate_bps": rng.uniform(0, .4),
            "theta_bps": rng.choice((0.0, rng.uniform(0, 1))), "underfill_bps": rng.uniform(.5, 12),
            "target_lots": target, "queue_lots": queue, "outflow_mean_lots": queue + target * rng.uniform(-.3, 1.2),
            "outflow_sd_lots": rng.uniform(100, 800)}


# Sends that arrive together.
def draw_equalise(rng):
    count = rng.randint(1, 8)
    return {"one_way_ns": [rng.randint(1, 30_000_000) for _ in range(count)],
            "jitter_ns": [rng.choice((100_000, 300_000, rng.randint(1, 2_000_000))) for _ in range(count)],
            "cap_ns": rng.choice((20_000_000, 5_000_000))}


def answer_equalise(case):
    return {"delay_ns": ranking.delays(case["one_way_ns"], case["jitter_ns"], case["cap_ns"])}


# The breaker.
def draw_breaker(rng):
    """Nothing is told while it is open, and pauses are short or very long: elsewhere readings differ."""
    mean = rng.choice((0.0, .02, .05, .15, .4))
    seen = breaker.Breaker(mean, 6.0)
    threshold = rng.choice((6.0, rng.uniform(2, 8)))
    seen.threshold = threshold
    now, events, failing = 1_700_000_000 * SECOND, [], rng.choice((.02, .2, .6))
    for _ in range(rng.randint(1, 150)):
        now += rng.randint(1, 2000) * 1_000_000
        if seen.state == "open":
            now = seen.until + rng.randint(1, 5) * SECOND
        elif seen.state == "closed" and rng.random() < .02:
            now += 24 * 3600 * SECOND
        half_open = seen.state == "half_open" or seen.state == "open"
        what = "ok"
        if rng.random() < failing:
            what = rng.choice(("reject", "reject", "timeout"))
        elif not half_open and rng.random() < .03:
            what = rng.choice(("ours", "halt", "session_down", "bust", "crossed_quote"))
        events.append({"at_ns": str(now), "what": what})
        seen.see(now, what)
    return {"reject_posterior_mean": mean, "threshold": threshold, "events": events}


FALSE_OPENING = (4000, 6500)            # orders; the aim is 5 000


def draw_threshold(rng):
    return {"reject_posterior_mean": rng.choice((0.0, .02, .03, .05, .08, .15, .25, .4))}


def answer_threshold(case):
    """The threshold by bisection on the mean run length."""
    p0, p1 = breaker.rates(case["reject_posterior_mean"])
    low, high = .5, 12.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if breaker.run_length(p0, p1, middle, p0, 50) < 5000 else (low, middle)
    return {"threshold": high}


def agree_threshold(case, expected, got):
    p0, p1 = breaker.rates(case["reject_posterior_mean"])
    if not isinstance(got.get("threshold"), (int, float)) or not .1 < got["threshold"] < 20:
        return [("threshold", expected["threshold"], got.get("threshold"))]
    orders = breaker.run_length(p0, p1, got["threshold"], p0, 50)
    if FALSE_OPENING[0] <= orders <= FALSE_OPENING[1]:
        return []
    return [(f"threshold: false opening every {orders:.0f} orders", expected["threshold"], got["threshold"])]


# Scores.
def draw_score(rng):
    """Four to six KPIs in whole basis points of weight; no value on a goalpost."""
    count = rng.randint(2, 6)
    cuts = sorted(rng.sample(range(1, 100), count - 1))
    shares = [100 * (b - a) for a, b in zip([0, *cuts], [*cuts, 100])]
    kpis = []
    for i, share in enumerate(shares):
        scale = rng.choice(("linear", "linear", "log"))
        ends = [rng.uniform(.5, 10), rng.uniform(20, 200)]
        rng.shuffle(ends)
        kpis.append({"kpi": f"kpi_{i}", "weight_bp": share, "worst": ends[0], "best": ends[1], "scale": scale,
                     "value": None if rng.random() < .15 else rng.uniform(.1, 300), "sd": rng.uniform(0, .5)})
    return {"z": rng.choice((1.0, 1.645)), "kpis": kpis}


def answer_score(case):
    there = [k for k in case["kpis"] if k["value"] is not None]
    weight = sum(k["weight_bp"] for k in there)
    if 10 * (10_000 - weight) > 4 * 10_000:
        return {"score": None, "sd": None, "lcb": None}
    log = [k["scale"] == "log" for k in there]
    score = sum(k["weight_bp"] * composite.utility(k["value"], k["worst"], k["best"], scale)
                for k, scale in zip(there, log)) * 100 / weight
    sd = math.hypot(*(100 * k["weight_bp"] / weight * k["sd"] * composite.slope(k["value"], k["worst"], k["best"], scale)
                      for k, scale in zip(there, log)))
    return {"score": score, "sd": sd, "lcb": composite.lower_bound(score, sd, case["z"])}


# The life of a parent.
def draw_parent(rng):
    events, features = lives.Writer(rng).write()
    return {"features": features, "events": events}


def answer_parent(case):
    report, life = parent.accounts(case["events"])
    if life.broken:
        raise ValueError(f"the generator wrote a life that breaks a rule: {life.broken}")
    return report


def close(expected, got, absolute):
    if isinstance(got, bool) or not isinstance(got, (int, float)) or not math.isfinite(got):
        return False
    return abs(expected - got) <= max(RELATIVE * max(abs(expected), abs(got)), absolute)


def differences(expected, got, absolute, where=""):
    """(place, expected, got) of what differs. Expected exposure or leaves of null are left open."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return [(where, expected, got)]
        return [one for name, value in expected.items() if not (name in ("exposure", "leaves") and value is None)
                for one in differences(value, got.get(name, "(missing)"), absolute, f"{where}.{name}".lstrip("."))]
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return [(where + ": length", len(expected), len(got) if isinstance(got, list) else got)]
        return [one for i, pair in enumerate(zip(expected, got))
                for one in differences(*pair, absolute, f"{where}[{i}]")]
    if isinstance(expected, float):
        return [] if close(expected, got, absolute) else [(where, expected, got)]
    return [] if type(expected) is type(got) and expected == got else [(where, expected, got)]


def plainly(absolute):
    return lambda case, expected, got: differences(expected, got, absolute(case))


def money(case):
    """Parts of a shortfall cancel: what counts is 1e-12 of the parent's own value."""
    order = case["events"][0]
    return 1e-12 * max(1e4, int(order["qty"]) * int(order["ask"]) / parent.MONEY)


class Kind:
    def __init__(self, often, draw, answer, agree):
        self.often, self.draw, self.answer, self.agree = often, draw, answer, agree


KINDS = {
    "allocate": Kind(30, draw_allocate, answer_allocate, agree_allocate),
    "allocate_large": Kind(3, draw_allocate_large, answer_allocate, agree_allocate),
    "net_cost": Kind(10, draw_net_cost, answer_net_cost, plainly(lambda case: 1e-9)),
    "capacity": Kind(8, draw_capacity, answer_capacity, plainly(lambda case: 1e-12)),
    "primary": Kind(10, draw_primary, ranking.primary, plainly(lambda case: 0.0)),
    "limit_or_market": Kind(6, draw_limit_or_market, limit_or_market.split,
                            plainly(lambda case: 1e-9 * (case["queue_lots"] + case["target_lots"]))),
    "equalise": Kind(4, draw_equalise, answer_equalise, plainly(lambda case: 0.0)),
    "breaker": Kind(8, draw_breaker, breaker.life, plainly(lambda case: 1e-9)),
    "breaker_threshold": Kind(1, draw_threshold, answer_threshold, agree_threshold),
    "score": Kind(5, draw_score, answer_score, plainly(lambda case: 1e-9)),
    "parent": Kind(30, draw_parent, answer_parent, plainly(money)),
}


def start(seed, index):
    """The random source of case `index` of a seed, whatever the others are, and its kind."""
    rng = random.Random(f"{seed} {index}")
    return rng, rng.choices(list(KINDS), [kind.often for kind in KINDS.values()])[0]


def drawn(seed, index):
    rng, kind = start(seed, index)
    return {"case": index, "kind": kind, **KINDS[kind].draw(rng)}


def numbered(seed, kinds):
    """The numbers of the cases of these kinds, without end."""
    return (index for index in itertools.count() if start(seed, index)[1] in kinds)


def many(seed, count, kinds):
    """The first `count` cases of these kinds."""
    return [drawn(seed, index) for index in itertools.islice(numbered(seed, kinds), count)]
