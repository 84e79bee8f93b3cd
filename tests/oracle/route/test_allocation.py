#!/usr/bin/env python3
"""The worked numbers of docs/spec.md sections 5.4, 6 and 7, and the ways to the best split against each other."""

import itertools
import random
import unittest

import capacity
import composite
import scores
from route import allocation, breaker, cases, limit_or_market, net_cost, ranking

BALANCED = net_cost.BALANCED


def order(**changed):
    plain = {"quantity_lots": 40, "remaining_lots": 40, "phi": 1.0, "p_min": 0.0, "min_lots": 1, "probe_lots": 0,
             "fallback_half_spread_bps": 2.1, "sweep_impact_bps": 0.0, "urgency_bps_per_s": 0.0}
    return {**plain, **changed}


def lp(tail, cost=.9, leak=.02, **changed):
    plain = {"lp": "LP_A", "half_spread_bps": cost, "price_improvement_bps": 0.0, "fee_bps": 0.0,
             "leakage_bps_per_lot": leak, "expected_round_trip_ns": "0",
             "tail": [[k, t] for k, t in enumerate(tail, 1)]}
    return {**plain, **changed}


EXAMPLE = [lp([first * kept ** k for k in range(40)], c, ell, lp=name) for name, first, kept, c, ell in
           (("LP_A", .95, .93, .9, .010), ("LP_B", .7, .98, .6, .005), ("LP_C", .4, .995, 0.0, .001))]


def random_gains(rng, lps, most, falling=True):
    """Marginals in hundredths, so that ties are common."""
    gains = [[rng.randint(-30, 100) / 100 for _ in range(rng.randint(0, most))] for _ in range(lps)]
    return [sorted(g, reverse=True) for g in gains] if falling else gains


class PredictionTest(unittest.TestCase):
    def test_fill_of_8(self):
        told = net_cost.prediction(order(), lp((.95, .9, .85, .8, .6, .6, .5, .4)), BALANCED, 8)
        self.assertAlmostEqual(told["expected_fill_lots"], 5.6, 12)
        self.assertEqual(told["p_full"], .4)
        self.assertEqual(net_cost.tail_at([[4, .8], [8, .6]], 5), .6)
        self.assertEqual(net_cost.tail_at([[4, .8], [8, .6]], 9), 0.0)
        self.assertEqual(net_cost.tail_at([[4, .8], [8, .6]], 0), 1.0)

    def test_16_48_against_16_80_for_not_sending(self):
        told = net_cost.prediction(order(), lp((.95, .9, .85, .8, .6, .6, .5, .4)), BALANCED, 8)
        parts = (5.6 * .9, 8 * .02 * 40, 2.4 * 2.1)
        for value, printed in zip(parts, (5.04, 6.40, 5.04)):
            self.assertAlmostEqual(value, printed, 12)
        self.assertAlmostEqual(told["expected_cost_bps_lots"], 16.48, 12)
        self.assertAlmostEqual(told["cost_of_not_sending_bps_lots"], 16.80, 12)

    def test_factors_of_profiles(self):
        for worked, weights, expected in (
                ("balanced is 1", BALANCED, (1, 1, 1, 1)),
                ("impact 30 to 45: 1.2 to 1.8 of balanced", {**BALANCED, "impact": .45}, (1, 1, 1, 1.8)),
                ("high-frequency: .15 .60 .10 .15", {"fill": .15, "latency": .60, "price_improvement": .10,
                                                     "impact": .15}, (.6, 4, .5, .6)),
                ("six times is held at 4", {"fill": 1.5}, (4, .25, .25, .25)),
                ("what is lacking is a quarter", {}, (.25, .25, .25, .25)),
                ("a tenth is a quarter", {**BALANCED, "fill": .025}, (.25, 1, 1, 1))):
            got = net_cost.factors(weights)
            for family, value in zip(("fill", "latency", "price_improvement", "impact"), expected):
                self.assertAlmostEqual(got[family], value, 12, f"{worked}: {family}")

    def test_each_family_scales_its_term(self):
        one = lp((.5,), .9, .02, price_improvement_bps=.3, fee_bps=-.1, expected_round_trip_ns="50000000")
        asked = order(sweep_impact_bps=.4, urgency_bps_per_s=10.0)
        self.each(net_cost.terms(asked, one, BALANCED), (.5, .02, 2.5, .5))
        self.each(net_cost.terms(asked, one, {**BALANCED, "impact": .5}), (.5, .04, 2.5, .5))
        self.each(net_cost.terms(asked, one, {**BALANCED, "price_improvement": .4}), (.2, .02, 2.5, .5))
        self.each(net_cost.terms(asked, one, {**BALANCED, "latency": .3}), (.5, .02, 2.5, 1.0))
        self.each(net_cost.terms(asked, one, {**BALANCED, "fill": .5}), (.5, .02, 5.0, .5))

    def each(self, values, expected):
        for value, wanted in zip(values, expected):
            self.assertAlmostEqual(value, wanted, 12)


class AllocationTest(unittest.TestCase):
    def test_a_1_b_9_c_30(self):
        found = allocation.best(order(), EXAMPLE, BALANCED)
        self.assertEqual(found["lots"], [1, 9, 30])
        self.assertTrue(found["unique"])
        for worked, plan, printed in (("best", [1, 9, 30], 29.92), ("all C", [0, 0, 40], 28.92),
                                      ("even", [14, 13, 13], 24.39), ("all B", [0, 40, 0], 21.10),
                                      ("all A", [40, 0, 0], -.61)):
            self.assertAlmostEqual(allocation.value_of(found["gains"], plan), printed, delta=.005, msg=worked)

    def test_more_weight_on_impact_moves_flow_from_the_leaky(self):
        before = allocation.best(order(), EXAMPLE, {**BALANCED, "impact": .30})["lots"]
        after = allocation.best(order(), EXAMPLE, {**BALANCED, "impact": .45})["lots"]
        self.assertLess(after[0] + after[1], before[0] + before[1])

    def test_a_cap_holds_back_what_the_tail_does_not_promise(self):
        capped = allocation.best(order(p_min=.3), EXAMPLE, BALANCED)
        self.assertEqual([allocation.cap_lots(one["tail"], .3, 40) for one in EXAMPLE], [16, 40, 40])
        self.assertEqual(capped["lots"], [1, 9, 30])
        self.assertEqual([allocation.cap_lots([[4, .8], [9, .3], [12, .2]], p, 40) for p in (.9, .8, .3, .29, 0)],
                         [0, 4, 9, 9, 12])

    def test_three_ways_to_the_best_split(self):
        for seed in range(200):
            rng = random.Random(seed)
            gains = random_gains(rng, rng.randint(1, 3), 6)
            total = rng.randint(0, 12)
            value, plans = allocation.enumerated(gains, total)
            programmed, plan = allocation.programmed(gains, total)
            largest, other, margin = allocation.sorted_out(gains, total)
            self.assertEqual((programmed, largest), (value, value), seed)
            self.assertIn(tuple(plan), plans, seed)
            self.assertIn(tuple(other), plans, seed)
            second = allocation.runner_up(gains, total, plan)
            self.assertEqual(second is None or second < value, len(plans) == 1, seed)
            self.assertEqual(margin > 0, len(plans) == 1, seed)

    def test_the_program_needs_no_falling_marginals(self):
        for seed in range(100):
            rng = random.Random(seed)
            gains = random_gains(rng, 3, 5, falling=False)
            self.assertEqual(allocation.programmed(gains, 7)[0], allocation.enumerated(gains, 7)[0], seed)

    def test_runner_up_is_the_second_best_of_all(self):
        for seed in range(100):
            gains = random_gains(random.Random(seed), 3, 4)
            value, plan = allocation.programmed(gains, 6)
            ladders = [allocation.sums(allocation.exact(g)) for g in gains]
            others = [sum(ladder[v] for ladder, v in zip(ladders, other))
                      for other in itertools.product(*(range(len(ladder)) for ladder in ladders))
                      if sum(other) <= 6 and list(other) != plan]
            self.assertEqual(allocation.runner_up(gains, 6, plan), max(others, default=None), seed)

    def test_the_value_is_what_is_saved_against_not_sending(self):
        for case in cases.many(5, 60, ("allocate",)):
            told = cases.answer_allocate(case)
            saved = sum(v * net_cost.terms(case["order"], one, case["weights"])[2]
                        - net_cost.expected_cost(case["order"], one, case["weights"], v)
                        for v, one in zip(told["lots"], case["lps"]))
            self.assertAlmostEqual(saved, told["value"], delta=1e-9 * (1 + abs(saved)) * 100, msg=case["case"])

    def test_who_is_below_the_minimum_gives_way(self):
        gains = [[.5, .4, .3], [.6, .1], [.2, .2]]
        for worked, changed, expected in (
                ("as it is", {"quantity_lots": 3}, [2, 1, 0]),
                ("1 is below a minimum of 2: its lot goes to the next best", {"quantity_lots": 3, "min_lots": 2}, [3, 0, 0]),
                ("of 7 all are sent", {"quantity_lots": 7}, [3, 2, 2]),
                ("2 and 2 are below 3: the first gives way, then the other", {"quantity_lots": 7, "min_lots": 3}, [3, 0, 0]),
                ("a round below the minimum goes as it is", {"quantity_lots": 1, "min_lots": 3}, [0, 1, 0])):
            for large in (False, True):
                self.assertEqual(allocation.parted(order(**changed), gains, large)[0], expected, worked)

    def test_a_probe_where_nothing_pays(self):
        poor = [lp((.9, .8), leak=1.0), lp((.2,), leak=1.0), lp((.5, .2), leak=.9)]
        for worked, changed, expected in (
                ("none", {}, [0, 0, 0]),
                ("the least bad first lot: -38.92 of .9 (2.1 - .9) - 40, -39.76, -35.4", {"probe_lots": 1}, [0, 0, 1]),
                ("no cap holds it", {"probe_lots": 3, "p_min": .6}, [0, 0, 3]),
                ("the round does", {"probe_lots": 3, "quantity_lots": 2, "remaining_lots": 40}, [0, 0, 2])):
            self.assertEqual(allocation.best(order(**changed), poor, BALANCED)["lots"], expected, worked)

    def test_a_slow_lp_does_not_look_better(self):
        """u 2.1, c .9, T 1/2, 2 bps/s: at 0 ms each lot saves .6, at 100 ms .6 - .5 x .2 = .5, at 1 s .6 - 1 < 0."""
        lps = [lp((.5,) * 3, leak=0.0, expected_round_trip_ns=f"{ms}000000") for ms in (1000, 100, 0)]
        found = allocation.best(order(quantity_lots=9, urgency_bps_per_s=2.0), lps, BALANCED)
        self.assertEqual(found["lots"], [0, 3, 3])
        self.assertAlmostEqual(found["value"], 3 * .6 + 3 * .5, 12)


class CapacityTest(unittest.TestCase):
    SEEN = ((10, 10, 1.0), (10, 4, 1.0), (10, 0, 1.0), (6, 6, 1.0), (20, 12, 1.0), (8, 3, 1.0))
    AT = (1, 4, 5, 10, 13)

    def near(self, values, printed):
        self.assertEqual(len(values), len(printed))
        for value, text in zip(values, printed):
            self.assertAlmostEqual(value, text, delta=.00005 + 1e-12)

    def test_without_a_prior(self):
        t = allocation.tail(allocation.weighted(self.SEEN), [0.0] * 13, 0.0)
        self.near([t[k - 1] for k in (1, 4, 5, 13)], [5 / 6, .6667, .5, 0])

    def test_with_a_prior_and_optimism(self):
        table = allocation.weighted(self.SEEN)
        t = allocation.tail(table, [.3] + [.03] * 12, 5.0)
        self.near([t[k - 1] for k in self.AT], [.7727, .6635, .5787, .5207, .4001])
        n = [allocation.support(table, k, 5.0) for k in self.AT]
        self.assertEqual(n, [11, 11, 11, 10, 9])
        self.near([capacity.wilson_upper(t[k - 1], m) for k, m in zip(self.AT, n)],
                  [.8731, .7870, .7148, .6695, .5654])

    def test_pooled_hazard(self):
        """One order of 10 filled 4: g_0 = .3/2, g_4 = 1.03/2, g_5 = .03/1."""
        tables = [allocation.weighted([(10, 4, 1.0)])]
        self.near([capacity.pooled_hazard(tables, k) for k in (0, 4, 5)], [.15, .515, .03])

    def test_nobody_knows_more_than_the_prior(self):
        told = allocation.curves([[], []], 3)[0]
        self.near(told["tail"], [.7, .7 * .97, .7 * .97 ** 2])
        self.assertEqual(told["support"], [5.0] * 3)

    def test_optimism_never_rises(self):
        told = allocation.curves([self.SEEN, ((30, 30, 1.0),) * 9], 40)
        for one in told:
            self.assertEqual(one["optimistic"], sorted(one["optimistic"], reverse=True))
            self.assertTrue(all(o >= t for o, t in zip(one["optimistic"], one["tail"])))


class RankingTest(unittest.TestCase):
    def candidate(self, name, score, sd, **changed):
        return {"lp": name, "composite": score, "sd": sd, "expected_round_trip_ns": "20000000", "enabled": True,
                "symbol_ok": True, "breaker": "closed", "tail": [[10, .9], [30, .3], [50, .1]], **changed}

    def told(self, *candidates, rank_by="lcb"):
        return ranking.primary({"lps": list(candidates), "rank_by": rank_by, "z": 1.0, "p_min": .3,
                                "quantity_lots": 100})

    def test_c_then_d_then_a(self):
        note4 = composite.PROFILES["note4"]
        c = composite.score(scores.LPS["C"], note4)
        three = (self.candidate("LP_A", 84.973, 8.9), self.candidate("LP_C", c, 7.6), self.candidate("LP_D", 84.0, 6.0))
        self.assertEqual([round(ranking.lcb(one, 1), 1) for one in three], [76.1, 80.6, 78.0])
        told = self.told(*three)
        self.assertEqual(told, {"order": ["LP_C", "LP_D", "LP_A"], "primary": "LP_C", "cap_lots": 30,
                                "disagree": False})
        self.assertEqual(self.told(*three, rank_by="composite")["order"], ["LP_C", "LP_A", "LP_D"])

    def test_who_may_not(self):
        good = self.candidate("LP_B", 50.0, 1.0)
        for worked, changed in (("not enabled", {"enabled": False}), ("breaker open", {"breaker": "open"}),
                                ("not this symbol", {"symbol_ok": False}), ("no score", {"composite": None})):
            self.assertEqual(self.told(self.candidate("LP_A", 90.0, 1.0, **changed), good)["order"], ["LP_B"], worked)
        self.assertEqual(self.told(self.candidate("LP_A", 90.0, 1.0, enabled=False))["primary"], None)

    def test_ties_and_disagreement(self):
        one, two = self.candidate("LP_B", 80.0, 5.0), self.candidate("LP_A", 80.0, 5.0)
        self.assertEqual(self.told(one, two)["order"], ["LP_A", "LP_B"])
        two["expected_round_trip_ns"] = "20000001"
        self.assertEqual(self.told(one, two)["order"], ["LP_B", "LP_A"])
        wide = self.candidate("LP_A", 90.0, 20.0)
        self.assertTrue(self.told(one, wide)["disagree"])
        self.assertEqual(self.told(one, wide)["primary"], "LP_B")
        self.assertEqual(self.told(one, wide, rank_by="composite")["primary"], "LP_A")

    def test_equalised_sends(self):
        milli = 1_000_000
        way = [42 * milli // 10, 11 * milli // 10, 78 * milli // 10]
        self.assertEqual(ranking.delays(way, [1, 1, 1], 20 * milli), [36 * milli // 10, 67 * milli // 10, 0])
        self.assertEqual(ranking.delays(way, [1, 1, 1], 5 * milli), [36 * milli // 10, 5 * milli, 0])
        self.assertEqual(ranking.delays(way, [1, 1, 4], 20 * milli), [0, 31 * milli // 10, 0])
        self.assertEqual(ranking.delays(way, [1, 1, 3], 20 * milli), [36 * milli // 10, 67 * milli // 10, 0])

    def test_equalised_sends_arrive_nearer(self):
        """Sd .3, .1, .6 ms about 4.2, 1.1, 7.8: spread median .57, p95 1.37; unstaggered 6.70."""
        rng, way, sds = random.Random(3), (4.2, 1.1, 7.8), (.3, .1, .6)
        held = [delay / 1e6 for delay in ranking.delays([int(a * 1e6) for a in way], [1, 1, 1], 20_000_000)]
        spreads = {"held": [], "at once": []}
        for _ in range(20_000):
            arrivals = [rng.gauss(a, sd) for a, sd in zip(way, sds)]
            spreads["at once"].append(max(arrivals) - min(arrivals))
            arrivals = [a + delay for a, delay in zip(arrivals, held)]
            spreads["held"].append(max(arrivals) - min(arrivals))
        for name, rank, printed, off in (("held", .5, .57, .02), ("held", .95, 1.37, .03), ("at once", .5, 6.70, .02)):
            self.assertAlmostEqual(sorted(spreads[name])[int(rank * 20_000)], printed, delta=off, msg=name)


class LimitOrMarketTest(unittest.TestCase):
    EXAMPLE = {"half_spread_bps": 1.0, "fee_bps": .3, "rebate_bps": .2, "theta_bps": 0.0, "underfill_bps": 4.0,
               "target_lots": 1000, "queue_lots": 2000, "outflow_mean_lots": 2200.0, "outflow_sd_lots": 500.0}

    def test_bounds_and_split(self):
        told = limit_or_market.split(self.EXAMPLE)
        self.assertAlmostEqual(told["lower_bps"], 1.445, delta=.0005)
        self.assertAlmostEqual(told["upper_bps"], 6.055, delta=.0005)
        self.assertAlmostEqual(told["limit_lots"], 175.9, delta=.05)
        self.assertEqual(told["limit_lots"] + told["market_lots"], 1000)

    def test_beyond_the_bounds(self):
        for underfill, limit in ((1.4, 1000), (6.1, 0)):
            self.assertEqual(limit_or_market.split({**self.EXAMPLE, "underfill_bps": underfill})["limit_lots"], limit)

    def test_the_closed_form_is_the_least_of_the_cost(self):
        least = min(range(0, 1001, 10), key=lambda limit: limit_or_market.cost(self.EXAMPLE, limit))
        self.assertEqual(least, 180)
        for theta in (0.0, .5, 1.5):
            case = {**self.EXAMPLE, "theta_bps": theta}
            told = limit_or_market.split(case)["limit_lots"]
            least = min(range(0, 1001), key=lambda limit: limit_or_market.cost(case, limit))
            self.assertAlmostEqual(told, least, delta=1.0, msg=theta)


class BreakerTest(unittest.TestCase):
    def life(self, text, mean=0.0, threshold=6.0, step=breaker.SECOND):
        names = {"R": "reject", "A": "ok", "T": "timeout", "O": "ours", "H": "halt", "B": "bust"}
        events = [{"at_ns": str(step * i), "what": names[letter]} for i, letter in enumerate(text)]
        return breaker.life({"reject_posterior_mean": mean, "threshold": threshold, "events": events})

    def test_reject_reject_accept_reject_opens(self):
        up, down = breaker.steps(.02, .20)
        self.assertEqual((round(up, 3), round(down, 3)), (2.303, -.203))
        told = self.life("RRAR")
        self.assertEqual([round(step["cusum"], 3) for step in told["steps"]], [2.303, 4.605, 4.402, 0])
        self.assertEqual([step["state"] for step in told["steps"]], ["closed"] * 3 + ["open"])
        self.assertAlmostEqual(told["steps"][2]["cusum"] + up, 6.705, delta=.0005)
        self.assertEqual(told["steps"][3]["open_until_ns"], str(33 * breaker.SECOND))
        self.assertEqual(self.life("RRAAAR")["steps"][-1]["state"], "open")
        self.assertEqual(self.life("RRAAAAAR")["steps"][-1]["state"], "closed")

    def test_what_does_not_count_and_what_opens_at_once(self):
        self.assertEqual(self.life("OHOHOO")["steps"][-1], {"state": "closed", "cusum": 0.0, "open_until_ns": None})
        self.assertEqual(self.life("B")["steps"][-1]["state"], "open")
        for text, state in (("TT", "closed"), ("TTT", "open"), ("TTAT", "closed"), ("TTOT", "open")):
            self.assertEqual(self.life(text, .3, 50.0)["steps"][-1]["state"], state, text)

    def test_rates(self):
        for mean, p0, p1 in ((0.0, .02, .2), (.03, .03, .2), (.06, .06, .24), (.15, .15, .6), (.3, .3, .6)):
            got = breaker.rates(mean)
            self.assertAlmostEqual(got[0], p0, 12)
            self.assertAlmostEqual(got[1], p1, 12)

    def test_times_double_and_are_forgotten(self):
        seen = breaker.Breaker(0.0, 6.0)
        second = breaker.SECOND
        now, lengths = 0, []
        for _ in range(8):
            seen.see(now, "bust")
            lengths.append((seen.until - now) // second)
            now = seen.until
        self.assertEqual(lengths, [30, 60, 120, 240, 480, 960, 1800, 1800])
        for passed in range(3):
            self.assertEqual(seen.state, "half_open" if passed else "open")
            seen.see(now, "ok")
        self.assertEqual(seen.state, "closed")
        seen.see(now + 2 * breaker.CLEAN, "ok")
        self.assertEqual(seen.times, 6)
        seen.see(now + 20 * breaker.CLEAN, "bust")
        self.assertEqual((seen.until - now) // second - 20 * 3600, 30)

    def test_run_lengths(self):
        """A false alarm every 5 900 orders at 2 %; 20 orders at 20 %, 6 at 50 %."""
        for p, worked, near in ((.02, 5900, 50), (.20, 20, .5), (.50, 6, .5)):
            self.assertAlmostEqual(breaker.run_length(.02, .2, 6.0, p), worked, delta=near)

    def test_run_length_against_trials(self):
        up, down = breaker.steps(.06, .24)
        rng, orders, trials = random.Random(7), 0, 1500
        for _ in range(trials):
            s = 0.0
            while s < 3.0:
                s = max(0.0, s + (up if rng.random() < .06 else down))
                orders += 1
        mean = breaker.run_length(.06, .24, 3.0, .06)
        self.assertAlmostEqual(orders / trials / mean, 1.0, delta=4 / trials ** .5)


class ScoreTest(unittest.TestCase):
    """As `score` cases, in whole basis points of weight."""

    def told(self, name, profile, sds=None, z=1.0, **changed):
        kpis = {**scores.LPS[name], **changed}
        return cases.answer_score({"z": z, "kpis": [
            {"kpi": kpi, "weight_bp": round(10_000 * weight), "worst": composite.GOALPOSTS[kpi][0],
             "best": composite.GOALPOSTS[kpi][1], "scale": "linear", "value": kpis[kpi], "sd": (sds or {}).get(kpi, 0.0)}
            for kpi, weight in composite.PROFILES[profile].items()]})

    def test_long_run(self):
        for profile, name, printed in (("note4", "A", 92.479), ("note4", "B", 45.849), ("note4", "C", 88.227),
                                       ("acme", "A", 92.479), ("acme", "B", 45.799), ("acme", "C", 88.202),
                                       ("acme", "D", 84.012)):
            self.assertAlmostEqual(self.told(name, profile)["score"], printed, delta=.0005, msg=f"{profile} {name}")

    def test_the_story_of_lp_a(self):
        """After a full fill in 15 ms 92.8, after half of one in 40 ms 85.0; a clean third would make it 86.5."""
        fills, latencies = (1.0, .5, 1.0), (15.0, 40.0, 15.0)
        for profile in ("note4", "acme"):
            after = [self.told("A", profile, fill_rate=100 * composite.shrunk_mean(.985, 3, fills[:n]),
                               latency=composite.shrunk_mean(16.5, 3, latencies[:n]))["score"] for n in (1, 2, 3)]
            self.assertEqual([round(value, 1) for value in after], [92.8, 85.0, 86.5], profile)
            self.assertAlmostEqual(after[1], 84.973, delta=.0005)

    def test_lower_bounds(self):
        sds = {"price_improvement": .10, "fill_rate": 1.2, "latency": 1.2, "reject_rate": .6}
        for z, lcb in ((1.0, 91.4), (1.645, 90.7)):
            told = self.told("A", "note4", sds, z)
            self.assertAlmostEqual(told["sd"], 1.098, delta=.0005)
            self.assertAlmostEqual(told["lcb"], lcb, delta=.05)

    def test_what_is_absent(self):
        self.assertIsNotNone(self.told("A", "note4", fill_rate=None)["score"])
        self.assertEqual(self.told("A", "note4", fill_rate=None, price_improvement=None),
                         {"score": None, "sd": None, "lcb": None})


if __name__ == "__main__":
    unittest.main()
