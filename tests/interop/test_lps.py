"""The simulated LPs, called by a desk that shares nothing with them."""

import json
import os
import tempfile
import time
import unittest

from peer import ASSAY, VERSIONS, Peer, Program, body, listening_addresses, text


class SimulatedLps(unittest.TestCase):
    def begin(self, *options, version="FIX.4.4"):
        self.told = {}  # reports by desk and order
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        ports = os.path.join(folder.name, "ports.json")
        fix = "5.0SP2" if version == "FIXT.1.1" else version[4:]
        self.street = Program(ASSAY, "lps", "--ports", ports, "--fix", fix, *options)
        self.addCleanup(self.street.stop)
        until = time.monotonic() + 20
        while not os.path.exists(ports):
            self.assertLess(time.monotonic(), until, "no ports file")
            time.sleep(0.02)
        with open(ports, encoding="utf-8") as file:
            self.ports = json.load(file)
        self.assertEqual(self.ports["begin_string"], version)

    def call(self, place, version="FIX.4.4"):
        desk = Peer(version, self.ports["us"], place["comp_id"])
        desk.connect(place["port"])
        self.addCleanup(desk.close)
        desk.logon(reset=True)
        self.assertEqual(text(desk.expect("A"), 141), "Y")
        return desk

    def order(self, desk, name, shares, tif, price, symbol="ACME"):
        desk.say("D", (11, name), (55, symbol), (54, 1), (38, shares), (40, 2), (44, price), (59, tif))

    def outcome(self, desk, name):
        """Statuses of an order up to the one that ends it, and the report that does."""
        told = self.told.setdefault(desk, {})
        while True:
            reports = told.get(name, [])
            for i, report in enumerate(reports):
                if text(report, 39) in ("2", "4", "8"):
                    return [text(r, 39) for r in reports[:i + 1]], report
            report = desk.expect("8")  # of any order: LPs answer in no order
            told.setdefault(text(report, 11), []).append(report)

    def test_quotes_orders_status_and_cancels(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.begin("--seed", "3", version=version)
                market = self.call(self.ports["market"], version)
                quote = body(market.expect("W"))
                self.assertEqual([tag for tag, _ in quote], [55, 268, 269, 270, 271, 269, 270, 271])
                self.assertLess(float(quote[3][1]), float(quote[6][1]))
                desk = self.call(self.ports["lps"][0], version)
                ended = []
                for i in range(20):
                    self.order(desk, f"C{i}", 1000, 3, 200)
                    statuses, report = self.outcome(desk, f"C{i}")
                    ended.append(statuses[-1])
                    self.assertEqual(text(report, 20) is not None, version == "FIX.4.2")
                self.assertIn("2", ended)
                desk.say("H", (11, "C0"), (55, "ACME"), (54, 1))
                self.assertEqual(text(desk.expect("8"), 39), ended[0])
                desk.say("F", (41, "NONE"), (11, "X1"), (55, "ACME"), (54, 1), (38, 100))
                self.assertEqual(text(desk.expect("9"), 102), "1")
                self.assertEqual(self.street.interrupt(), 0)

    def test_orders_that_rest_are_replaced_and_cancelled(self):
        self.begin()
        desk = self.call(self.ports["lps"][0])
        rests = None
        for i in range(10):
            self.order(desk, f"R{i}", 1000, 0, 50)
            first = desk.expect("8")
            if text(first, 39) == "0":
                rests = f"R{i}"
                break
        self.assertIsNotNone(rests)
        time.sleep(0.5)
        desk.say("G", (41, rests), (11, "G1"), (55, "ACME"), (54, 1), (38, 2000), (40, 2), (44, 51))
        replaced = desk.expect("8")
        self.assertEqual((text(replaced, 150), text(replaced, 11), text(replaced, 41), text(replaced, 38)),
                         ("5", "G1", rests, "2000"))
        desk.say("F", (41, "G1"), (11, "F1"), (55, "ACME"), (54, 1), (38, 2000))
        canceled = desk.expect("8")
        self.assertEqual((text(canceled, 39), text(canceled, 11), text(canceled, 41)), ("4", "F1", "G1"))

    def test_the_story_is_answered_as_it_is_written(self):
        self.begin("--config", "acme")
        market = self.call(self.ports["market"])
        self.assertEqual(body(market.expect("W"))[3], (270, "99.99"))
        lp_a = self.call(next(lp for lp in self.ports["lps"] if lp["comp_id"] == "LP_A"))
        filled = []
        for i in range(2):
            lp_a.say("D", (11, f"C{i}"), (55, "ACME"), (54, 2), (38, 20000), (40, 2), (44, 99), (59, 3))
            _, report = self.outcome(lp_a, f"C{i}")
            filled.append(text(report, 14))
        self.assertEqual(filled, ["20000", "10000"])

    def test_it_listens_on_loopback_only_and_says_where(self):
        self.begin()
        listening = listening_addresses(self.street.process.pid)
        self.assertEqual({address for address, _ in listening}, {"0100007F"})
        said = [self.ports["market"]["port"]] + [lp["port"] for lp in self.ports["lps"]]
        self.assertEqual(sorted(port for _, port in listening), sorted(said))

    def test_several_desks_at_once_and_faster_than_the_clock(self):
        self.begin("--speed", "20")
        desks = [self.call(lp) for lp in self.ports["lps"]]
        for i in range(30):
            for n, desk in enumerate(desks):
                self.order(desk, f"C{n}-{i}", 500, 3, 200)
        for n, desk in enumerate(desks):
            for i in range(30):
                statuses, _ = self.outcome(desk, f"C{n}-{i}")
                self.assertIn(statuses[-1], ("2", "4", "8"))


if __name__ == "__main__":
    unittest.main()
