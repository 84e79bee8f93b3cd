"""The best split of a round over LPs, by trying everything: docs/spec.md section 7b.

The plan maximises the sum over LPs i and their lots k = 1..v_i of g_i(k) = T_i(k) (u_i - c_i) - ell_i phi R - (u_i - u).
Three ways that share no step: `enumerated` tries every plan, `programmed` is a dynamic program that assumes
nothing of g, `sorted_out` takes the largest marginals of all (it needs g to fall). Values are exact integers of
2**-80 bps x lots, so that what is equal is equal and what is better is better.
"""

import itertools
from fractions import Fraction

import capacity
from route import net_cost

UNIT = 1 << 80


def marginals(order, lp, weights):
    """g(1), g(2), ... as doubles, for all lots of the round."""
    c, ell, u, wait = net_cost.terms(order, lp, weights)
    leak = ell * order["phi"] * order["remaining_lots"]
    return [t * (u + wait - c) - leak - wait for t in net_cost.dense(lp["tail"], order["quantity_lots"])]


def capped(order, lp, gains):
    """Those of the lots that the LP may be sent."""
    return gains[:cap_lots(lp["tail"], order["p_min"], order["quantity_lots"])]


def cap_lots(tail, p_min, most):
    """qcap: the largest k <= most with T(k) >= p_min; without p_min (0), as far as the tail was seen."""
    cap = 0
    for up_to, t in tail:
        if t < p_min:
            break
        cap = up_to
    return min(cap, most)


def exact(values):
    return [int(Fraction(value) * UNIT) for value in values]


def sums(values):
    """[0, g(1), g(1) + g(2), ...]"""
    return [0, *itertools.accumulate(values)]


def enumerated(gains, total):
    """(best value, all plans that reach it)."""
    ladders = [sums(exact(g)) for g in gains]
    best, plans = 0, []
    for plan in itertools.product(*(range(len(ladder)) for ladder in ladders)):
        if sum(plan) > total:
            continue
        value = sum(ladder[v] for ladder, v in zip(ladders, plan))
        if value > best:
            best, plans = value, [plan]
        elif value == best:
            plans.append(plan)
    return best, plans


def tables_forward(ladders, total):
    """tables[i][q]: the best of the first i LPs with at most q lots."""
    tables = [[0] * (total + 1)]
    for ladder in ladders:
        before = tables[-1]
        tables.append([max(ladder[v] + before[q - v] for v in range(min(q, len(ladder) - 1) + 1))
                       for q in range(total + 1)])
    return tables


def programmed(gains, total):
    """(best value, one best plan)."""
    ladders = [sums(exact(g)) for g in gains]
    tables = tables_forward(ladders, total)
    plan, left = [0] * len(ladders), total
    for i in range(len(ladders) - 1, -1, -1):
        plan[i] = next(v for v in range(len(ladders[i]))
                       if v <= left and ladders[i][v] + tables[i][left - v] == tables[i + 1][left])
        left -= plan[i]
    return tables[-1][total], plan


def runner_up(gains, total, plan):
    """The best value of a plan that differs from `plan` in at least one LP."""
    ladders = [sums(exact(g)) for g in gains]
    before = tables_forward(ladders, total)
    after = tables_forward(ladders[::-1], total)[::-1]
    best = None
    for i, ladder in enumerate(ladders):
        for v in range(min(total, len(ladder) - 1) + 1):
            if v == plan[i]:
                continue
            left = total - v
            others = max(before[i][a] + after[i + 1][left - a] for a in range(left + 1))
            best = ladder[v] + others if best is None else max(best, ladder[v] + others)
    return best


def sorted_out(gains, total):
    """(best value, one best plan, value lost by the nearest other plan), for g that fall."""
    lots = sorted(((value, i) for i, g in enumerate(gains) for value in exact(g)),
                  key=lambda lot: (-lot[0], lot[1]))
    taken = [lot for lot in lots[:total] if lot[0] > 0]
    plan = [0] * len(gains)
    for _, i in taken:
        plan[i] += 1
    left = [lot[0] for lot in lots[len(taken):]]
    margins = []
    if taken:
        margins.append(taken[-1][0] - (max(left[0], 0) if left and len(taken) == total else 0))
    if left and len(taken) < total:
        margins.append(-left[0])
    return sum(value for value, _ in taken), plan, min(margins, default=UNIT)


def best(order, lps, weights, large=False):
    """The split: lots, their value, the gains of all lots, whether any other split comes near, whether it is a probe."""
    whole = [marginals(order, lp, weights) for lp in lps]
    gains = [capped(order, lp, gain) for lp, gain in zip(lps, whole)]
    plan, unique = parted(order, gains, large)
    probes = not any(plan) and order["probe_lots"] > 0
    if probes:
        plan = probe(order, whole)
    return {"lots": plan, "value": value_of(whole, plan), "unique": unique, "gains": whole, "probes": probes,
            "caps": [len(gain) for gain in gains]}


def parted(order, gains, large=False):
    """The best plan without children below the minimum: the smallest of them (the first of equals) gives way, and its lots
    go where they are worth most, until none is left. Also whether each step had one answer only."""
    total, unique = order["quantity_lots"], True
    least = min(order["min_lots"], total)
    while True:
        near = int(Fraction(1e-9 * (1 + sum(abs(g) for gain in gains for g in gain[:1]))) * UNIT)
        if large:
            _, plan, margin = sorted_out(gains, total)
        else:
            value, plan = programmed(gains, total)
            second = runner_up(gains, total, plan)
            margin = UNIT if second is None else value - second
        unique = unique and margin > near
        small = [(v, i) for i, v in enumerate(plan) if 0 < v < least]
        if not small:
            return plan, unique
        gains = [[] if i == min(small)[1] else gain for i, gain in enumerate(gains)]


def probe(order, whole):
    """Where nothing pays: one smallest child to the LP whose first lot costs least. No cap holds it: it is how one learns."""
    leader = max(range(len(whole)), key=lambda i: (whole[i][0], -i))
    return [min(order["probe_lots"], order["quantity_lots"]) if i == leader else 0 for i in range(len(whole))]


def value_of(gains, plan):
    return sum(sum(exact(gain[:v])) for gain, v in zip(gains, plan)) / UNIT


def curves(lps, most, m0=5.0, z=1.0):
    """T, n and T~ at 1..most lots of several LPs under their pooled hazard.

    Each LP has observations (sent, filled, weight as of now).
    """
    tables = [weighted(lp) for lp in lps]
    pooled = [capacity.pooled_hazard(tables, k) for k in range(most)]
    result = []
    for table in tables:
        t, n, hoped = tail(table, pooled, m0), [], []
        least = 1.0
        for k in range(1, most + 1):
            n.append(support(table, k, m0))
            least = min(least, max(t[k - 1], capacity.wilson_upper(t[k - 1], n[-1], z)))
            hoped.append(least)
        result.append({"tail": t, "support": n, "optimistic": hoped})
    return result


def weighted(observations):
    """E[k] and C[k] with weights."""
    seen, censored = {}, {}
    for sent, filled, weight in observations:
        table, key = (seen, filled) if filled < sent else (censored, sent)
        table[key] = table.get(key, 0.0) + weight
    return seen, censored


def tail(table, prior, m0):
    """T(1), T(2), ..."""
    seen, censored = table
    values, t = [], 1.0
    for k, g in enumerate(prior):
        risk = capacity.at_risk(seen, censored, k) + m0
        t *= 1 - ((seen.get(k, 0.0) + m0 * g) / risk if risk > 0 else 0.0)
        values.append(t)
    return values


def support(table, k, m0):
    seen, censored = table
    return sum(seen.values()) + sum(w for j, w in censored.items() if j >= k) + m0
