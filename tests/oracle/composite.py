"""Goalposts, weights and composites: a score, its deviation and its lower bound."""

import math

import beta

GOALPOSTS = {
    "price_improvement": (-1.25, 1.25), "fill_rate": (50.0, 100.0), "latency": (100.0, 5.0),
    "reject_rate": (40.0, 0.0), "impact": (3.0, 0.0),
}
PROFILES = {
    "note4": {"price_improvement": .10, "fill_rate": .35, "latency": .20, "reject_rate": .35},
    "acme": {"price_improvement": .10, "fill_rate": .35, "latency": .20, "reject_rate": .05, "impact": .30},
    "high-frequency": {"latency": .60, "fill_rate": .15, "price_improvement": .10, "impact": .15},
    "block": {"latency": .10, "fill_rate": .40, "price_improvement": .20, "impact": .30},
    "best-price": {"latency": .20, "fill_rate": .20, "price_improvement": .50, "impact": .10},
}


def utility(x, worst, best, log=False):
    if log:
        x, worst, best = math.log(x), math.log(worst), math.log(best)
    return min(1.0, max(0.0, (x - worst) / (best - worst)))


def score(kpis, weights, goalposts=None):
    """None when more than 40 % of the weight is absent; exactly 40 % still stands."""
    goalposts = goalposts or GOALPOSTS
    present = {name: w for name, w in weights.items() if kpis.get(name) is not None}
    whole = sum(round(w * 10_000) for w in weights.values())
    there = sum(round(w * 10_000) for w in present.values())
    if 10 * (whole - there) > 4 * whole:
        return None
    total = sum(w * utility(kpis[name], *goalposts[name]) for name, w in present.items())
    return 100 * total / sum(present.values())


def parts(kpis, weights):
    return {name: 100 * w * utility(kpis[name], *GOALPOSTS[name]) for name, w in weights.items()}


def slope(x, worst, best, log=False):
    """u': whole inside the goalposts, half outside."""
    if log:
        x, worst, best = math.log(x), math.log(worst), math.log(best)
    inside = min(worst, best) <= x <= max(worst, best)
    return (1.0 if inside else 0.5) / abs(best - worst)


def deviations(kpis, sds, weights):
    """The points that each KPI's posterior deviation contributes."""
    return {name: 100 * w * slope(kpis[name], *GOALPOSTS[name]) * sds[name] for name, w in weights.items()}


def deviation(kpis, sds, weights):
    return math.sqrt(sum(d * d for d in deviations(kpis, sds, weights).values()))


def lower_bound(value, sd, z):
    return value - z * sd


def shrunk_mean(prior, kappa, values):
    return (kappa * prior + sum(values)) / (kappa + len(values))


def z_to_phi(values, x, sample):
    mean = sum(values) / len(values)
    divisor = len(values) - 1 if sample else len(values)
    return beta.normal_cdf((x - mean) / math.sqrt(sum((v - mean) ** 2 for v in values) / divisor))
