#!/usr/bin/env python3
"""Hand-worked FIX logs, the oracle's answers to them, and its agreement with published data."""

import json
import os
import unittest

import oracle
from handmade import Log, at, example_order

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("ASSAY_TEST_DATA", os.path.join(HERE, "..", "..", "..", "shared", "data"))


class FigureTest(unittest.TestCase):
    def test_example_order(self):
        row = example_order().row()
        for name, value in (("price_improvement", .00375), ("effective_spread", .0125), ("quoted_spread", .02),
                            ("e_over_q", .625), ("pi_frequency", .75), ("pi_share_at", .25),
                            ("vwap", 100.01625), ("fill_rate", .8), ("latency_cmd_ms_mean", 4),
                            ("latency_first_fill_ms_mean", 15), ("latency_rt_ms_mean", 23)):
            self.assertAlmostEqual(row[name], value, 12, name)
        for name, value in (("price_improvement_bps", .3749), ("effective_spread_bps", 1.2499),
                            ("quoted_spread_bps", 1.9998)):
            self.assertAlmostEqual(row[name], value, 4, name)

    def test_markouts_of_one_fill(self):
        log = Log()
        log.quote(0, "100.00", "100.02")
        log.order(1000)
        log.fill(1010, "1000", "100.02")
        for milliseconds, bid in ((1060, "100.02"), (2010, "100.03"), (16010, "100.04"), (61010, "100.03"),
                                  (301010, "100.00")):
            log.quote(milliseconds, bid, bid[:-2] + f"{int(bid[-2:]) + 2:02d}")
        row = log.row()
        for name, mid in (("50ms", 100.03), ("1s", 100.04), ("15s", 100.05), ("1m", 100.04), ("5m", 100.01)):
            self.assertAlmostEqual(row[f"realized_spread_{name}"], 2 * (100.02 - mid), 9, name)
            self.assertAlmostEqual(row[f"markout_bps_{name}"], 1e4 * (mid - 100.02) / 100.02, 9, name)
        self.assertAlmostEqual(row["markout_bps_1ms"], 1e4 * (100.01 - 100.02) / 100.02, 9)
        self.assertAlmostEqual(row["reversion_bps"], 1e4 * .04 / 100.01, 9)

    def test_sell_mirrors_buy(self):
        log = Log()
        log.quote(0, "99.98", "100.00")
        log.order(1000, side="5")
        log.fill(1010, "1000", "99.985")
        self.assertAlmostEqual(log.row()["price_improvement"], .005, 12)
        self.assertAlmostEqual(log.row()["effective_spread"], .01, 12)

    def test_reject_cost(self):
        """500 tried at 100.03; 300 bought elsewhere at 100.05; 200 marked at 100.06: 12.00, 2.399 bps."""
        log = Log()
        log.quote(0, "100.01", "100.03")
        log.order(1000, "C1", "500")
        log.report(1010, "8", ("103", "0"), ("58", "last look"))
        log.order(1020, "C2", "300", lp="LQ")
        log.fill(1030, "300", "100.05", cl="C2", lp="LQ")
        log.quote(1500, "100.04", "100.06")
        rows = {row["lp"]: row for row in log.score()["rows"]}
        self.assertAlmostEqual(rows["LP"]["reject_cost_bps"], 1e4 * 12 / (500 * 100.03), 9)
        self.assertEqual(rows["LQ"]["reject_cost_bps"], 0)  # nothing left unfilled costs nothing
        self.assertAlmostEqual(rows["LQ"]["all_in_cost_bps"], rows["LQ"]["effective_spread_bps"] / 2, 12)

    def test_leakage_is_net_of_the_other_lps(self):
        log = Log()
        log.quote(0, "99.99", "100.01")
        for index, lp in enumerate(("LP", "LQ")):
            log.order(1000 + 20_000 * index, f"C{index}", lp=lp)
            log.report(1010 + 20_000 * index, "8", ("103", "8"), cl=f"C{index}", lp=lp)
            log.quote(10_000 + 20_000 * index, *(("100.09", "100.11"), ("100.09", "100.11"))[index])
        rows = {row["lp"]: row for row in log.score()["rows"]}
        self.assertAlmostEqual(rows["LP"]["leakage_raw_bps_15s"], 10, 9)
        self.assertAlmostEqual(rows["LP"]["leakage_bps_15s"], 10, 9)
        self.assertAlmostEqual(rows["LQ"]["leakage_bps_15s"], -10, 9)

    def test_bad_quotes_give_nothing(self):
        for bid, ask in (("100.03", "100.02"), ("", "100.02"), ("0", "100.02"), ("-100", "100.02")):
            log = Log()
            log.quote(0, bid, ask)
            log.order(1000)
            log.fill(1010, "1000", "100.02")
            self.assertIsNone(log.row()["effective_spread"], (bid, ask))
            self.assertEqual(log.row()["filled_qty"], 1000)

    def test_locked_and_stale_are_settings(self):
        log = Log()
        log.quote(0, "100.02", "100.02")
        log.order(6000)
        log.fill(6010, "1000", "100.03")
        self.assertAlmostEqual(log.row()["effective_spread"], .02, 12)
        self.assertIsNone(log.row()["e_over_q"])
        log.options = ["quotes.stale_after=never", "quotes.locked=absent"]
        self.assertIsNone(log.row()["effective_spread"])
        log.options = []
        self.assertIsNone(log.row()["effective_spread"])
        log.quote(2000, "1", "2", "OTHER")
        self.assertIsNotNone(log.row()["effective_spread"])

    def test_quote_of_the_same_instant_counts(self):
        log = Log()
        log.quote(0, "100.00", "100.02")
        log.order(1000)
        log.quote(1000, "100.00", "100.04")
        log.fill(1010, "1000", "100.04")
        self.assertAlmostEqual(log.row()["price_improvement"], 0, 12)


class OrderTest(unittest.TestCase):
    def only(self, log, **expected):
        row = log.row()
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_fix_4_2_and_4_0_forms(self):
        for version, kind in (("FIX.4.2", (("150", "2"), ("39", "2"))), ("FIX.4.0", (("39", "2"),))):
            log = Log(version)
            log.order(1000)
            def report(time, exec_id, *pairs):
                log.message(time, "LP", "US", "8", ("37", "V1"), ("11", "C1"), ("17", exec_id), *pairs,
                            ("60", at(time)))
            report(1010, "E1", ("20", "0"), *kind, ("32", "1000"), ("31", "10.5"))
            self.only(log, n_fills=1, filled_qty=1000, vwap=10.5)
            report(1020, "E2", ("20", "2"), ("19", "E1"), ("32", "900"), ("31", "10"), *kind)
            self.only(log, n_fills=1, filled_qty=900, vwap=10)
            report(1025, "E4", ("20", "3"), ("32", "900"), ("31", "10"), *kind)
            self.only(log, n_fills=1)
            report(1030, "E3", ("20", "1"), ("19", "E1"), ("32", "900"), ("31", "10"), *kind)
            self.only(log, n_fills=0, filled_qty=0, n_rejects=0, n_orders=1)

    def test_bust_before_its_fill(self):
        log = Log()
        log.order(1000)
        log.report(1010, "H", ("19", "E9"))
        log.fill(1020, "400", "10", exec_id="E9")
        log.fill(1030, "300", "10")
        log.report(1040, "4")
        self.only(log, n_fills=1, filled_qty=300, ordered_qty=1000)

    def test_bust_of_a_day_before_is_only_counted(self):
        log = Log()
        log.order(1000)
        log.message(1010, "LP", "US", "8", ("37", "V"), ("11", "C1"), ("17", "E1"), ("150", "F"), ("32", "1000"),
                    ("31", "10"), ("75", "20250302"), ("60", at(1010)))
        log.report(1020, "H", ("19", "E1"))
        self.only(log, n_fills=1)
        self.assertEqual(log.score()["counters"]["bust_too_late"], 1)

    def test_same_exec_id_twice_and_in_two_orders(self):
        log = Log()
        for cl in ("C1", "C2"):
            log.order(1000, cl)
            log.fill(1010, "500", "10", cl=cl, exec_id="1")
            log.fill(1020, "500", "10", cl=cl, exec_id="1", header=[("97", "Y")])
        self.only(log, n_fills=2, filled_qty=1000)

    def test_reject_classes(self):
        for reason, text, name in (("0", "Last look", "discretionary"), ("8", None, "discretionary"),
                                   ("3", None, "risk"), ("0", "credit exceeded", "risk"), ("99", None, "technical"),
                                   ("2", "closed", "technical"), ("0", None, "technical"), ("1", None, None)):
            log = Log()
            log.order(1000)
            log.report(1010, "8", *[pair for pair in (("103", reason), ("58", text)) if pair[1]])
            if name is None:
                self.only(log, n_orders=0, n_ours=1, ordered_qty=0, n_rejects=0)
            else:
                self.only(log, n_orders=1, n_rejects=1, **{"n_rejects_" + name: 1})

    def test_session_reject_is_ours(self):
        log = Log()
        log.order(1000)
        log.message(1010, "LP", "US", "3", ("45", "1"), ("58", "bad"))
        self.only(log, n_orders=0, n_ours=1)

    def test_reject_after_partial(self):
        log = Log()
        log.order(1000)
        log.fill(1010, "400", "10")
        log.report(1020, "8", ("103", "0"))
        self.only(log, n_rejects=0, fill_rate=.4)

    def test_time_out_and_the_late_fill_that_takes_it_back(self):
        log = Log()
        log.order(1000)
        self.only(log, n_timeouts=1, n_rejects=1, n_rejects_discretionary=1, latency_rt_ms_mean=1000)
        log.fill(3000, "1000", "10")
        self.only(log, n_timeouts=0, n_rejects=0, fill_rate=1, latency_rt_ms_mean=2000)

    def test_day_order_with_an_answer_does_not_time_out(self):
        log = Log()
        log.order(1000, tif="0")
        log.report(1010, "0")
        self.only(log, n_timeouts=0, n_rejects=0, ordered_qty=1000, latency_rt_ms_mean=None)

    def test_fill_after_cancel_and_over_fill(self):
        log = Log()
        log.order(1000)
        log.report(1010, "4")
        log.fill(1020, "400", "10")
        self.only(log, fill_rate=.4, latency_rt_ms_mean=10)
        log.fill(1030, "700", "10")
        self.only(log, filled_qty=1100, fill_rate=1, fill_rate_order=1)

    def test_own_cancel(self):
        for wait, ordered in ((500, 300), (1500, 1000)):
            log = Log()
            log.order(1000, tif="0")
            log.report(1010, "0")
            log.fill(1020, "300", "10")
            log.request(1010 + wait, "F", "C2", "C1")
            log.report(1020 + wait, "4", ("41", "C1"), cl="C2")
            self.only(log, ordered_qty=ordered, n_rejects=0, n_orders=1, reject_cost_bps=None)

    def test_cancel_before_any_answer(self):
        log = Log()
        log.order(1000, tif="0")
        log.request(1001, "F", "C2", "C1")
        log.report(1900, "4", ("41", "C1"), cl="C2")
        self.only(log, ordered_qty=0, fill_rate=None, fill_rate_order=None, n_orders=1)

    def test_replace(self):
        log = Log()
        log.quote(0, "10.00", "10.02")
        log.order(1000, tif="0")
        log.report(1010, "0")
        log.fill(1020, "200", "10.02")
        log.quote(3000, "10.02", "10.04")
        log.request(4000, "G", "C2", "C1", "1500")
        log.fill(4005, "100", "10.02")
        log.report(4010, "5", ("38", "1500"), ("41", "C1"), cl="C2")
        log.fill(4020, "1200", "10.04", cl="C2")
        self.only(log, n_orders=1, ordered_qty=1500, filled_qty=1500, fill_rate=1, price_improvement=0,
                  latency_rt_ms_mean=3020)

    def test_refused_replace(self):
        log = Log()
        log.order(1000, tif="0")
        log.report(1010, "0")
        log.request(4000, "G", "C2", "C1", "1500")
        log.message(4010, "LP", "US", "9", ("37", "VC1"), ("11", "C2"), ("41", "C1"), ("434", "2"))
        log.fill(4020, "1000", "10")
        self.only(log, ordered_qty=1000, fill_rate=1)

    def test_reused_order_id(self):
        log = Log()
        for time in (1000, 5000):
            log.order(time)
            log.fill(time + 10, "1000", "10")
        self.only(log, n_orders=2, n_fills=2)

    def test_quarantine(self):
        for qty, price, side in (("500", "13", "1"), ("500", "-10", "1"), ("-500", "10", "1"), ("500", "10", "2")):
            log = Log()
            log.quote(0, "9.99", "10.01")
            log.order(1000)
            log.fill(1010, "400", "10")
            log.report(1020, "F", ("32", qty), ("31", price), ("54", side))
            log.report(1030, "4")
            self.only(log, filled_qty=400, n_fills=1)
            self.assertEqual(log.score()["counters"]["quarantined"], 1)

    def test_restated_decline(self):
        log = Log()
        log.order(1000, tif="0")
        log.report(1010, "0")
        log.report(1020, "D", ("378", "5"), ("38", "600"))
        log.fill(1030, "600", "10")
        self.only(log, ordered_qty=1000, fill_rate=.6, latency_rt_ms_mean=30)

    def test_fractional_quantity(self):
        log = Log()
        log.order(1000, qty="0.000003")
        log.fill(1010, "0.000001", "10.000000001")
        log.report(1020, "4")
        self.only(log, filled_qty=1e-06, ordered_qty=3e-06, vwap=10.000000001)


class CaptureTest(unittest.TestCase):
    def test_accounting(self):
        log = example_order()
        good = log.lines[1]
        text = good.split(b" : ")[1].rstrip(b"\n")
        bad_sum = text[:-4] + (b"000" if text[-4:-1] != b"000" else b"001") + b"\x01"
        bad_length = text.replace(b"\x019=", b"\x019=1", 1)
        extra = good + b"junk 8=FI 10=000\n" + bad_sum + bad_length + b"\n" + text[:50]
        health = log.score(extra=extra)["health"]
        self.assertEqual(health["messages_read"], 9)
        self.assertEqual((health["messages_applied"], health["messages_duplicate"], health["messages_dead"],
                          health["messages_waiting"]), (5, 1, 3, 0))
        self.assertEqual(health["bytes_dead"], len(bad_sum) + len(bad_length) + 50)
        self.assertEqual(health["bytes_pending"], 0)
        self.assertEqual(health["bytes_read"], sum(health[f"bytes_{what}"] for what in
                                                   ("messages", "between", "dead", "pending")))
        self.assertEqual(log.score(extra=extra, lenient=True)["health"]["messages_dead"], 1)

    def test_resends(self):
        log = example_order()
        plain = log.row()
        first = log.numbers["LP", "US"] - 2
        log.fill(1500, "600", "100.015", exec_id="E2", number=first, header=[("43", "Y"), ("122", at(1015))])
        result = log.score()
        self.assertEqual(result["rows"][0], plain)
        self.assertEqual(result["health"]["messages_duplicate"], 1)

    def test_soh_in_a_data_field(self):
        log = Log()
        log.message(900, "US", "LP", "B", ("95", "9"), ("96", "a\x0110=001\x01"))
        log.order(1000)
        self.assertEqual(log.score()["health"]["messages_applied"], 2)

    def test_market_data_in_the_log(self):
        log = Log()
        log.message(0, "FEED", "US", "W", ("55", "XYZ"), ("268", "2"), ("269", "0"), ("270", "100.00"),
                    ("271", "1"), ("269", "1"), ("270", "100.02"), ("271", "1"))
        log.message(1, "FEED", "US", "X", ("268", "1"), ("279", "1"), ("269", "1"), ("55", "XYZ"), ("270", "100.04"))
        log.order(1000)
        log.fill(1010, "1000", "100.02")
        self.assertAlmostEqual(log.row(with_quotes=False)["quoted_spread"], .04, 12)

    def test_no_prefix_has_no_latencies(self):
        log = example_order()
        log.lines = [line.split(b" : ")[1] for line in log.lines]
        row = log.row()
        self.assertIsNone(row["latency_rt_ms_mean"])
        self.assertAlmostEqual(row["price_improvement"], .00375, 12)


class PublishedTest(unittest.TestCase):
    NAMES = {"orders": "n_orders", "fills": "n_fills", "qty": "filled_qty", "vwap": "vwap",
             "eff_spread_vs_arrival_sw": "effective_spread",
             "price_improvement_vs_arrival_touch_sw": "price_improvement",
             "mean_ack_ms": "latency_cmd_ms_mean", "mean_fill_ms": "latency_first_fill_ms_mean",
             "realized_1000ms_sw": "realized_spread_1s", "realized_60000ms_sw": "realized_spread_1m",
             "realized_300000ms_sw": "realized_spread_5m"}

    def test_ibm_day(self):
        folder = os.path.join(DATA, "derived", "ibm_20131008")
        if not os.path.isdir(folder):
            self.skipTest("derived/ibm_20131008 is not here")
        with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
            expected = json.load(file)
        result = oracle.document([os.path.join(folder, "session.fix.log.gz")], os.path.join(folder, "nbbo.csv.gz"),
                                 options=["quotes.stale_after=never", "quotes.locked=absent"])
        rows = {row["lp"]: row for row in result["rows"]}
        rows["ALL"] = result["total"]
        self.assertEqual(set(rows), set(expected))
        for lp, figures in expected.items():
            for theirs, ours in self.NAMES.items():
                wanted, found = figures[theirs], rows[lp][ours]
                self.assertLessEqual(abs(found - wanted), 1e-9 * abs(wanted) + 1e-15, (lp, ours))


if __name__ == "__main__":
    unittest.main()
