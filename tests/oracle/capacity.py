"""The capacity of an LP from censored fills: Kaplan-Meier, pooled prior, optimism, greedy split."""

import math


def exact_and_censored(orders):
    """E[k] and C[k] of (sent, filled): filled < sent is exact, a full fill is censored."""
    exact, censored = {}, {}
    for sent, filled in orders:
        table, key = (exact, filled) if filled < sent else (censored, sent)
        table[key] = table.get(key, 0) + 1
    return exact, censored


def at_risk(exact, censored, k):
    return (sum(w for j, w in exact.items() if j >= k)
            + sum(w for j, w in censored.items() if j > k))


def pooled_hazard(tables, k):
    """g_k over the (exact, censored) tables of all LPs."""
    events = sum(exact.get(k, 0) for exact, _ in tables)
    risk = sum(at_risk(exact, censored, k) for exact, censored in tables)
    return (events + (0.30 if k == 0 else 0.03)) / (risk + 1)


def tail(orders, highest, m0=5.0, prior=None):
    """T(0..highest); `prior(k)` is the pooled hazard."""
    exact, censored = exact_and_censored(orders)
    values = [1.0]
    for k in range(highest):
        risk = at_risk(exact, censored, k)
        extra = m0 * prior(k) if m0 else 0.0
        hazard = (exact.get(k, 0) + extra) / (risk + m0) if risk + m0 > 0 else 0.0
        values.append(values[-1] * (1 - hazard))
    return values


def wilson_upper(p, n, z=1.0):
    middle = p + z * z / (2 * n)
    return (middle + z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)


def weight_at(orders, k, m0=5.0):
    """n(k): all exact ones, the censored at or above k, and the prior."""
    exact, censored = exact_and_censored(orders)
    return sum(exact.values()) + sum(w for j, w in censored.items() if j >= k) + m0


def optimistic(orders, values, m0=5.0, z=1.0):
    """The running minimum of max(T, U)."""
    result, least = [], 1.0
    for k, t in enumerate(values):
        least = min(least, max(t, wilson_upper(t, weight_at(orders, k, m0), z)))
        result.append(least)
    return result


def marginal(t, c, ell, u, remaining, phi=1.0):
    return t * (u - c) - ell * phi * remaining


def greedy(lps, u, total, phi=1.0):
    """Lots for each LP: lps maps a name to (tail function of k, c, ell)."""
    plan = dict.fromkeys(lps, 0)
    for _ in range(total):
        gains = {name: marginal(t(plan[name] + 1), c, ell, u, total, phi)
                 for name, (t, c, ell) in lps.items()}
        best = max(gains, key=gains.get)
        if gains[best] <= 0:
            break
        plan[best] += 1
    return plan


def plan_value(lps, plan, u, total, phi=1.0):
    return sum(marginal(t(k), c, ell, u, total, phi)
               for name, (t, c, ell) in lps.items() for k in range(1, plan[name] + 1))


def prediction(values, q):
    """(P(full), E[fill]) of a send of q, from T(1..)."""
    return values[q - 1], sum(values[:q])
