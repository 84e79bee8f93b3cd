#!/usr/bin/env python3
"""The drawn cases, and that the comparison finds what is wrong: programs with one bug each, taken for a router."""

import os
import sys
import tempfile
import unittest
from unittest import mock

import capacity
from route import allocation, breaker, cases, compare_route, lives, net_cost, parent, ranking

HERE = os.path.dirname(os.path.abspath(__file__))
ANSWER = [sys.executable, os.path.join(HERE, "answer.py")]
SEED = 11


def freed(life, event):
    """Bug: what is unknown is given free."""
    life.children[event["child"]].state = "done"
    return "applied"


def filled(**changed):
    """Bugs of `on_filled`."""
    right = parent.Life.on_filled

    def wrong(life, event):
        child = life.children[event["child"]]
        if "late_dropped" in changed and child.state in ("unknown", "done"):
            return "ignored"
        if "no_dedupe" in changed:
            event = {**event, "exec": f"{event['exec']}/{len(child.fills)}"}
        if "over_hidden" in changed:
            event = {**event, "qty": str(max(0, min(int(event["qty"]), child.qty - child.cum)))}
        if "by_exec_alone" in changed and any(event["exec"] in c.known for c in life.children.values()):
            return "duplicate"
        return right(life, event)
    return wrong


def added(life, event):
    """Bug: a correction is added and the old fill stays."""
    child = life.children[event["child"]]
    child.known.add(event["exec"])
    child.fills[event["exec"]] = parent.Fill(len(life.prints), int(event["qty"]), int(event["px"]))
    life.moved(child, int(event["qty"]))
    return "applied"


def bought(life):
    """Bug: the sign of a sell."""
    kept, life.sign = life.sign, 1
    try:
        return RIGHT_SHORTFALL(life)
    finally:
        life.sign = kept


def unrefused(life, event):
    return None if life.parent is not None and event["child"] not in life.children else "16"


def probe_to_the_first(order, whole):
    """Bug: the probe goes to the first LP."""
    return [order["probe_lots"], *[0] * (len(whole) - 1)]


def first_come(gains, total):
    """Bug: LPs are filled in their order, not by what they are worth."""
    plan = []
    for gain in gains:
        plan.append(min(total, sum(g > 0 for g in gain)))
        total -= plan[-1]
    return 0, plan


def to_the_last_lot(gains, total):
    """Bug: the greedy goes on where nothing pays."""
    plan = [0] * len(gains)
    while total and any(v < len(g) for v, g in zip(plan, gains)):
        i = max((i for i in range(len(gains)) if plan[i] < len(gains[i])), key=lambda i: gains[i][plan[i]])
        plan[i] += 1
        total -= 1
    return 0, plan


RIGHT_SHORTFALL = parent.Life.shortfall
RIGHT_TERMS = net_cost.terms
RIGHT_CAP = allocation.cap_lots
RIGHT_MARGINALS = allocation.marginals
RIGHT_RISK = capacity.at_risk


def longed_for(order, lp, weights):
    """Bug: the wait for an LP counts as a cost of not sending to it."""
    wait = net_cost.terms(order, lp, weights)[3]
    return [g + wait for g in RIGHT_MARGINALS(order, lp, weights)]


def term(change):
    return lambda order, lp, weights: RIGHT_TERMS(*change(order, lp, weights))


BUGS = (
    ("parent", "what is unknown is freed", parent.Life, "on_timed_out", freed),
    ("parent", "a late fill is dropped", parent.Life, "on_filled", filled(late_dropped=1)),
    ("parent", "no dedupe", parent.Life, "on_filled", filled(no_dedupe=1)),
    ("parent", "a fill is known by its ExecID alone", parent.Life, "on_filled", filled(by_exec_alone=1)),
    ("parent", "an overfill is hidden", parent.Life, "on_filled", filled(over_hidden=1)),
    ("parent", "a bust is ignored", parent.Life, "on_busted", lambda life, event: "ignored"),
    ("parent", "a correction does not remove", parent.Life, "on_corrected", added),
    ("parent", "the sign of a sell", parent.Life, "shortfall", bought),
    ("parent", "leaves not reduced by a cancel", parent.Life, "on_canceled", lambda life, event: "ignored"),
    ("parent", "sends are not checked", parent.Life, "refusal", unrefused),
    ("parent", "an overfill does not stop", parent.Child, "overfill", lambda child: 0),
    ("parent", "fees are forgotten", parent.Life, "fees", lambda life: 0),
    ("allocate", "first come", allocation, "programmed", first_come),
    ("allocate", "to the last lot", allocation, "programmed", to_the_last_lot),
    ("allocate", "no cap", allocation, "cap_lots", lambda tail, p, most: RIGHT_CAP(tail, 0, most)),
    ("allocate", "a cap one lot short", allocation, "cap_lots", lambda *a: max(0, RIGHT_CAP(*a) - 1)),
    ("allocate", "leakage by lot, not by what remains", net_cost, "terms",
     term(lambda order, lp, w: (order, {**lp, "leakage_bps_per_lot": lp["leakage_bps_per_lot"] / 2}, w))),
    ("allocate", "the profile is not heeded", net_cost, "terms",
     term(lambda order, lp, w: (order, lp, net_cost.BALANCED))),
    ("allocate", "rebates as costs", net_cost, "terms",
     term(lambda order, lp, w: (order, {**lp, "fee_bps": abs(lp["fee_bps"])}, w))),
    ("allocate", "a probe to the first", allocation, "probe", probe_to_the_first),
    ("allocate", "a slow LP looks better", allocation, "marginals", longed_for),
    ("net_cost", "factors are not clipped", net_cost, "factors",
     lambda w: {f: w.get(f, 0) / b for f, b in net_cost.BALANCED.items()}),
    ("net_cost", "the tail one lot off", net_cost, "expected_fill", lambda t, q: sum(net_cost.dense(t, q + 1)[1:])),
    ("capacity", "a full fill is exact", allocation, "weighted",
     lambda seen: ({f: sum(w for s, x, w in seen if x == f) for _, f, _ in seen}, {})),
    ("capacity", "the censored are at risk once more", capacity, "at_risk",
     lambda e, c, k: RIGHT_RISK(e, c, k) + c.get(k, 0)),
    ("capacity", "no optimism", capacity, "wilson_upper", lambda p, n, z=1.0: p),
    ("primary", "by the score alone", ranking, "lcb", lambda c, z: c["composite"]),
    ("primary", "an open breaker is not seen", ranking, "eligible", lambda c: c["composite"] is not None),
    ("breaker", "never closes", breaker.Breaker, "probe", lambda b, now, failed: b.open(now)),
    ("breaker", "one p0 for all", breaker, "rates", lambda mean: (.02, .20)),
    ("breaker", "our own mistakes count", breaker, "NOT_COUNTED", ()),
    ("breaker", "time-outs are not counted", breaker.Breaker, "see",
     lambda b, now, what, right=breaker.Breaker.see: right(b, now, "ok" if what == "timeout" else what)),
)


class BugTest(unittest.TestCase):
    def test_each_bug_is_found(self):
        drawn = {kind: cases.many(SEED, 120, (kind,)) for kind in {bug[0] for bug in BUGS}}
        for kind, name, owner, attribute, wrong in BUGS:
            told = []
            with mock.patch.object(owner, attribute, wrong):
                for case in drawn[kind]:
                    try:
                        told.append(cases.KINDS[kind].answer(case))
                    except (ValueError, ZeroDivisionError, KeyError):
                        told.append(None)    # a bug may make a life that its own checks refuse
            found = sum(bool(compare_route.different(case, got)) for case, got in zip(drawn[kind], told) if got)
            self.assertGreater(found, 0, f"{kind}: {name}")

    def test_a_threshold_that_opens_too_often_or_hardly_ever(self):
        case = {"case": 0, "kind": "breaker_threshold", "reject_posterior_mean": 0.0}
        for threshold, bad in ((5.0, True), (5.75, False), (6.0, False), (7.0, True), ("6", True), (None, True)):
            self.assertEqual(bool(compare_route.different(case, {"threshold": threshold})), bad, threshold)

    def test_answers_that_are_none(self):
        case = cases.many(SEED, 1, ("allocate",))[0]
        right = cases.answer_allocate(case)
        for name, got in (("none", None), ("unsupported", {"unsupported": "not yet"}), ("empty", {}),
                          ("no value", {"lots": right["lots"]}), ("a word", {**right, "lots": "all"}),
                          ("too short", {**right, "lots": right["lots"][1:]}),
                          ("not a number", {**right, "value": float("nan")}),
                          ("doubles", {**right, "lots": [float(v) for v in right["lots"]]}),
                          ("below zero", {**right, "lots": [-1 for _ in right["lots"]]})):
            self.assertTrue(compare_route.different(case, got), name)
        self.assertEqual(compare_route.different(case, right), [])

    def test_tolerances(self):
        for worked, expected, got, same in (
                ("the tenth digit", 1.0, 1.0 + 1e-10, True), ("the eighth", 1.0, 1.0 + 1e-8, False),
                ("a whole double", 1000.0, 1000, True), ("an integer as a string", "7", 7, False),
                ("an integer for a bool", True, 1, False), ("null", None, 0.0, False), ("not null", 0.0, None, False),
                ("infinity", 1.0, float("inf"), False), ("a missing name", {"a": 1}, {}, False),
                ("one name more", {"a": 1}, {"a": 1, "b": 2}, True), ("an open exposure", {"exposure": None}, {}, True)):
            self.assertEqual(not cases.differences(expected, got, 0.0), same, worked)


class DrawnTest(unittest.TestCase):
    def test_a_case_is_the_same_alone(self):
        for case in cases.many(SEED, 20, ("parent", "allocate")):
            self.assertEqual(cases.drawn(SEED, case["case"]), case)
        self.assertNotEqual(cases.drawn(SEED, 3), cases.drawn(SEED + 1, 3))

    def test_everything_that_can_go_wrong_does(self):
        drawn = cases.many(SEED, 250, ("parent",))
        features = {feature for case in drawn for feature in case["features"]}
        self.assertEqual(set(lives.ANSWERS) - features, set())
        self.assertEqual({f"late_{what}" for what in lives.LATE} - features, set())
        self.assertEqual({"refused", "duplicate", "annihilated", "bust", "bust_of_full", "correct", "stopped",
                          "ended"} - features, set())
        told = [cases.answer_parent(case) for case in drawn]
        self.assertTrue(any(one["vwap_slippage_bps"] is not None for one in told))
        self.assertTrue(any(one["shortfall"] is None for one in told))

    def test_splits_of_every_sort(self):
        seen = {"one": 0, "several": 0, "none": 0, "all sent": 0, "tie": 0, "probe": 0, "gave way": 0,
                "probe beyond a cap": 0}
        for case in cases.many(SEED, 300, ("allocate",)):
            order = case["order"]
            best = allocation.best(order, case["lps"], case["weights"])
            free = allocation.best({**order, "min_lots": 1}, case["lps"], case["weights"])
            used = 0 if best["probes"] else sum(v > 0 for v in best["lots"])
            seen["none" if not used else "one" if used == 1 else "several"] += 1
            seen["all sent"] += sum(best["lots"]) == order["quantity_lots"]
            seen["tie"] += not best["unique"]
            seen["probe"] += best["probes"]
            seen["gave way"] += best["lots"] != free["lots"]
            held = [cap < v for v, cap in zip(best["lots"], best["caps"])]
            seen["probe beyond a cap"] += best["probes"] and any(held)
        self.assertTrue(all(seen.values()), seen)

    def test_tails_fall_and_grids_rise(self):
        for case in cases.many(SEED, 100, ("allocate", "primary", "allocate_large")):
            for lp in case["lps"]:
                sizes, values = zip(*lp["tail"])
                self.assertEqual(list(sizes), sorted(set(sizes)))
                self.assertEqual(list(values), sorted(values, reverse=True))
                self.assertTrue(sizes[0] >= 1 and 0 <= values[-1] and values[0] <= 1)


class ProgramTest(unittest.TestCase):
    def run_program(self, program, count=40):
        told = []
        drawn = cases.many(SEED, count, tuple(cases.KINDS))
        return compare_route.compare(program, SEED, drawn, told.append), told, drawn

    def test_the_oracle_agrees_with_itself_through_the_pipe(self):
        bad, told, _ = self.run_program(ANSWER, 80)
        self.assertEqual(bad, 0, told)

    def test_what_is_no_answer_counts_as_different(self):
        for name, text in (("silent", "pass"), ("a crash", "import sys; sys.exit(3)"), ("no JSON", "print('hello')"),
                           ("no object", "print(7)"),
                           ("twice", "print('{\"case\": 0}'); print('{\"case\": 0}')")):
            bad, _, drawn = self.run_program([sys.executable, "-c", text], 5)
            self.assertEqual(bad, len(drawn), name)
        self.assertEqual(self.run_program(["./there-is-no-such-program"], 5)[0], 5)

    def test_blocks_in_processes_say_the_same(self):
        """More than two blocks of a program that answers nothing: each case is counted once."""
        with mock.patch.object(compare_route, "BLOCK", 3):
            for count, jobs in ((7, 2), (6, 1), (1, 2)):
                told = []
                kinds = ("net_cost", "equalise")
                bad = compare_route.compare_many([sys.executable, "-c", "pass"], SEED, count, kinds, jobs, told.append)
                self.assertEqual(bad, count)
                self.assertEqual(sum(int(line.split()[1]) for line in told if line.endswith("different")), count)
                self.assertEqual(compare_route.compare_many(ANSWER, SEED, count, kinds, jobs, told.append), 0)

    def test_the_seed_and_the_case_are_told(self):
        bad, told, drawn = self.run_program([sys.executable, "-c", "pass"], 1)
        self.assertEqual(bad, 1)
        self.assertTrue(any(f"seed {SEED}, case {drawn[0]['case']}" in line for line in told))
        self.assertTrue(any(compare_route.shown(drawn[0]) in line for line in told))
        self.assertEqual(compare_route.shown({"case": 1}), '{"case": 1}')
        self.assertIn("--case 7 ", compare_route.shown({"case": 7, "text": "x" * 5000}))


class LogTest(unittest.TestCase):
    def test_a_drawn_life_as_a_text_log(self):
        """The text form says the same, and with false claims it is caught."""
        case = cases.many(SEED, 1, ("parent",))[0]
        lines = []
        for event in case["events"]:
            rest = {k: v for k, v in event.items() if k not in ("at_ns", "event")}
            lines.append(" ".join([event["at_ns"], event["event"], *(f"{k}={v}" for k, v in rest.items())]))
        self.assertEqual(parent.read_log(lines), case["events"])
        for claim, code in (("", 0), (" claim_cum=-1", 1)):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "life.log")
                with open(path, "w", encoding="utf-8") as file:
                    file.write("\n".join(lines) + claim + "\n")
                with mock.patch.object(sys, "argv", ["parent.py", path]), mock.patch("builtins.print"):
                    self.assertEqual(parent.main(), code)


if __name__ == "__main__":
    unittest.main()
