"""One venue, limit or market: the closed form of Cont and Kukanov, docs/spec.md section 7c."""

import beta


def normal_quantile(p):
    """By bisection on the distribution itself."""
    low, high = -40.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        if beta.normal_cdf(middle) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def split(case):
    """Bounds of the underfill penalty, and the lots for a limit and for a market order."""
    mean, sd = case["outflow_mean_lots"], case["outflow_sd_lots"]
    target, queue, underfill = case["target_lots"], case["queue_lots"], case["underfill_bps"]
    half_spread, rebate, theta = case["half_spread_bps"], case["rebate_bps"], case["theta_bps"]
    crossing = 2 * half_spread + case["fee_bps"] + rebate
    resting = half_spread + rebate + theta
    lower = crossing / beta.normal_cdf((queue + target - mean) / sd) - resting
    upper = crossing / beta.normal_cdf((queue - mean) / sd) - resting
    if underfill <= lower:
        limit = float(target)
    elif underfill >= upper:
        limit = 0.0
    else:
        limit = mean + sd * normal_quantile(crossing / (underfill + resting)) - queue
    return {"lower_bps": lower, "upper_bps": upper, "limit_lots": limit, "market_lots": target - limit}


def cost(case, limit, steps=400):
    """The expected cost of resting `limit` lots, which the closed form claims to make least.

    A market order pays half spread and fee, a filled limit order earns half spread and rebate, what is missing pays the
    underfill penalty; theta is paid on all that was sent and on what is missing. The outflow beyond the queue is
    what fills: E min(L, (xi - Q)+) is the integral of P(xi > Q + x) from 0 to L.
    """
    mean, sd, queue = case["outflow_mean_lots"], case["outflow_sd_lots"], case["queue_lots"]
    filled = sum(1 - beta.normal_cdf((queue + limit * (i + .5) / steps - mean) / sd)
                 for i in range(steps)) * limit / steps
    missing = limit - filled
    return ((case["half_spread_bps"] + case["fee_bps"]) * (case["target_lots"] - limit)
            - (case["half_spread_bps"] + case["rebate_bps"]) * filled
            + case["underfill_bps"] * missing + case["theta_bps"] * (case["target_lots"] + missing))
