#!/usr/bin/env python3
"""The generated logs, the comparison, and the worked numbers of the specification."""

import contextlib
import io
import json
import os
import tempfile
import unittest

import compare
import oracle
import scores
from generate import Generator


class GeneratedTest(unittest.TestCase):
    def generated(self, seed, folder, **more):
        return Generator(seed, 3000, **more).write(folder)

    def test_quotes_in_the_log_and_split_files_change_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            results = []
            for name, more in (("a", {}), ("b", {"quotes_in_log": True}), ("c", {"streams": 3})):
                where = os.path.join(folder, name)
                files = self.generated(5, where, **more)
                quotes = None if name == "b" else os.path.join(where, "quotes.csv")
                results.append(oracle.document(files, quotes, "lp,symbol"))
            for other in results[1:]:
                self.assertEqual(other["rows"], results[0]["rows"])
                self.assertEqual(other["total"], results[0]["total"])

    def test_deterministic_and_sound(self):
        with tempfile.TemporaryDirectory() as folder:
            texts = []
            for name in ("a", "b"):
                files = self.generated(6, os.path.join(folder, name))
                with open(files[0], "rb") as file:
                    texts.append(file.read())
            self.assertEqual(*texts)
            with open(os.path.join(folder, "a", "truth.json"), encoding="ascii") as file:
                truth = json.load(file)
            result = oracle.document(files, os.path.join(folder, "b", "quotes.csv"))
        health, total = result["health"], result["total"]
        wire, orders = truth["wire"], truth["orders"]
        damaged = wire["wrong_checksum"] + wire["wrong_length"] + wire.get("truncated", 0)
        self.assertEqual(health["messages_dead"], damaged + orders.get("quarantined", 0))
        self.assertGreaterEqual(health["messages_duplicate"], wire["second_copy"] + wire["poss_dup"])
        self.assertEqual(health["messages_waiting"], orders.get("orphan", 0))
        self.assertEqual(health["messages_read"], sum(health[f"messages_{what}"] for what in
                                                      ("applied", "duplicate", "waiting", "dead")))
        self.assertEqual(total["n_orders"] + total["n_ours"] + total["n_unreadable"],
                         sum(truth["orders"].values()) - truth["orders"]["orphan"])
        for name in ("n_orders", "n_unreadable", "n_rejects", "n_fills", "n_timeouts", "filled_qty", "ordered_qty"):
            self.assertAlmostEqual(sum(row[name] for row in result["rows"]), total[name], 6, name)

    def test_comparison_sees_a_difference(self):
        self.assertTrue(compare.same("vwap", 10.0, 10.0 + 1e-9))
        self.assertFalse(compare.same("vwap", 10.0, 10.0 + 1e-7))
        self.assertFalse(compare.same("vwap", 10.0, None))
        self.assertFalse(compare.same("n_fills", 1000, 1001))
        self.assertTrue(compare.same("latency_rt_ms_p50", 15.0, 15.104))


class SpecificationTest(unittest.TestCase):
    def test_every_worked_number(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(scores.selftest(), 0, printed.getvalue())


if __name__ == "__main__":
    unittest.main()
