"""What a child order is expected to cost: docs/spec.md sections 6.1, 6.5 and the head of 7."""

BALANCED = {"fill": .25, "latency": .15, "price_improvement": .20, "impact": .25}
LEAST, MOST = .25, 4.0
SECOND = 1_000_000_000


def factors(weights):
    """How a profile scales the terms; a family that it lacks has the least factor."""
    return {family: min(MOST, max(LEAST, weights.get(family, 0.0) / base))
            for family, base in BALANCED.items()}


def tail_at(steps, k):
    """T(k) = P(capacity >= k) of [[up to and with this many lots, T], ...]; 0 beyond the last."""
    if k <= 0:
        return 1.0
    for up_to, t in steps:
        if k <= up_to:
            return t
    return 0.0


def dense(steps, most):
    """[T(1), ..., T(most)]."""
    values = []
    for up_to, t in steps:
        values += [t] * (min(up_to, most) - len(values))
    return values + [0.0] * (most - len(values))


def expected_fill(steps, q):
    return sum(dense(steps, q))


def terms(order, lp, weights):
    """(c, ell, u, w): bps per filled lot, bps per lot sent and lot remaining, bps per lot that is not sent, and what an
    unfilled lot costs beyond that because it has waited for this LP (decisions/0018)."""
    scale = factors(weights)
    c = lp["half_spread_bps"] - scale["price_improvement"] * lp["price_improvement_bps"] + lp["fee_bps"]
    ell = scale["impact"] * lp["leakage_bps_per_lot"]
    wait = scale["latency"] * order["urgency_bps_per_s"] * int(lp["expected_round_trip_ns"]) / SECOND
    u = scale["fill"] * (order["fallback_half_spread_bps"] + order["sweep_impact_bps"])
    return c, ell, u, wait


def expected_cost(order, lp, weights, q):
    """EC(q) in bps x lots: what fills, what leaks, what stays."""
    c, ell, u, wait = terms(order, lp, weights)
    fill = expected_fill(lp["tail"], q)
    return fill * c + q * ell * order["phi"] * order["remaining_lots"] + (q - fill) * (u + wait)


def prediction(order, lp, weights, q):
    c, ell, u, wait = terms(order, lp, weights)
    return {"cost_per_filled_bps": c, "leakage_bps_per_lot": ell, "cost_per_unfilled_bps": u + wait,
            "expected_fill_lots": expected_fill(lp["tail"], q), "p_full": tail_at(lp["tail"], q),
            "expected_cost_bps_lots": expected_cost(order, lp, weights, q),
            "cost_of_not_sending_bps_lots": q * u}
