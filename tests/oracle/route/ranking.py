"""Who comes first: docs/spec.md section 7a; when sends leave so as to arrive together: 7e."""

from route import allocation


def lcb(candidate, z):
    return candidate["composite"] - z * candidate["sd"]


def eligible(candidate):
    return (candidate["enabled"] and candidate["symbol_ok"] and candidate["breaker"] != "open"
            and candidate["composite"] is not None)


def primary(case):
    """The order of the eligible, the first of them, how much it may be sent; whether ranks disagree."""
    z = case["z"]

    def ranked(by):
        return sorted((c for c in case["lps"] if eligible(c)),
                      key=lambda c: (-by(c), int(c["expected_round_trip_ns"]), c["lp"]))

    by_lcb = ranked(lambda c: lcb(c, z))
    by_composite = ranked(lambda c: c["composite"])
    order = by_lcb if case["rank_by"] == "lcb" else by_composite
    if not order:
        return {"order": [], "primary": None, "cap_lots": 0, "disagree": False}
    cap = allocation.cap_lots(order[0]["tail"], case["p_min"], case["quantity_lots"])
    return {"order": [c["lp"] for c in order], "primary": order[0]["lp"], "cap_lots": cap,
            "disagree": by_lcb[0]["lp"] != by_composite[0]["lp"]}


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def delays(one_way_ns, jitter_ns, cap_ns):
    """How long each send is held; 0 and out of the comparison where an LP's jitter is out of line."""
    steady = []
    for i, jitter in enumerate(jitter_ns):
        others = jitter_ns[:i] + jitter_ns[i + 1:]
        steady.append(not others or jitter <= 3 * median(others))
    latest = max((a for a, fine in zip(one_way_ns, steady) if fine), default=0)
    return [min(latest - a, cap_ns) if fine else 0 for a, fine in zip(one_way_ns, steady)]
