"""A whole desk, live, between an OMS, LPs and a market that share nothing with it."""

import datetime
import os
import pathlib
import sys
import tempfile
import threading
import types
import unittest

from peer import ASSAY, VERSIONS, Peer, text

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "desk"))
from processes import Desk, desk_toml, until  # noqa: E402  (the folder is known only now)

PATIENCE = 60  # seconds; a desk under sanitizers, on a busy machine
BID, ASK = 100.00, 100.02


def utc():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


class Market(Peer):
    """Quotes ACME four times a second until it is closed: a desk does not trade by old quotes."""

    def begin(self):
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ending.is_set():
            try:
                self.say("W", (55, "ACME"), (268, 2), (269, 0), (270, f"{BID:.2f}"), (271, 50000),
                         (269, 1), (270, f"{ASK:.2f}"), (271, 50000))
                self.wait_for("none", 0.25)
            except (OSError, EOFError):
                return

    def close(self):
        if hasattr(self, "thread"):
            self.ending.set()
            self.thread.join()
        super().close()


class ADesk(unittest.TestCase):
    """One desk a version. Orders are of one lot, so that each is one child at a time."""

    def begin(self, version):
        self.version, self.orders, self.reports, self.told = version, 0, 0, set()
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        self.market = Market(version, "MARKET", "DESK")
        self.lps = {name: Peer(version, name, "DESK") for name in ("LP_A", "LP_B")}
        self.oms = Peer(version, "OMS", "DESK")
        place = lambda peer: {"port": peer.listen(), "comp_id": peer.sender}
        names = types.SimpleNamespace(ports={"us": "DESK", "begin_string": version, "market": place(self.market),
                                             "lps": [place(lp) for lp in self.lps.values()]})
        for peer in (self.oms, self.market, *self.lps.values()):
            self.addCleanup(peer.close)
        # Silence of an LP is the test's to break, however long the machine makes it wait.
        toml = desk_toml(folder, names, "live").replace('time_out = "500ms"', 'time_out = "10m"')
        (folder / "desk.toml").write_text(toml)
        self.desk = Desk(ASSAY, folder, names)
        self.addCleanup(self.end)
        for peer in (self.market, *self.lps.values()):
            peer.accept()
            self.assertEqual(text(peer.expect("A", PATIENCE), 1137), "9" if version == "FIXT.1.1" else None)
            peer.logon()
        self.oms.connect(self.desk.ports["sessions"]["OMS"])
        self.oms.logon()
        self.oms.expect("A", PATIENCE)
        self.market.begin()
        until("the sessions to be up", self.desk.ready, PATIENCE)
        until("the quote to be known", lambda: self.desk.get("/api/v1/symbols")["rows"], PATIENCE)

    def end(self):
        if self.desk.alive():
            self.desk.kill()

    # --- what the parties say

    def order(self, qty=100):
        """The OMS buys; the desk's answer is New. The ClOrdID."""
        self.orders += 1
        name = f"P{self.orders}"
        self.oms.say("D", (11, name), (55, "ACME"), (54, 1), (38, qty), (40, 1), (60, utc()))
        self.hears(name, "0", "0", qty=qty, cum=0, leaves=qty)
        return name

    def child(self, qty=100):
        """The order that reaches an LP: (the LP, the order)."""
        def look():
            for lp in self.lps.values():
                order = lp.wait_for("D", 0.05)
                if order is not None:
                    return lp, order
            return None
        lp, order = until("an order at an LP", look, PATIENCE)
        self.assertEqual([text(order, tag) for tag in (8, 49, 56, 55, 54, 38, 40, 59)],
                         [self.version, "DESK", lp.sender, "ACME", "1", str(qty), "2", "3"])
        self.assertGreaterEqual(float(text(order, 44)), ASK)
        return lp, order

    def answer(self, lp, order, exec_type, status, cum, leaves, *more, avg=0, name=None):
        """A report of an LP, in the words of its version. Its ExecID."""
        self.reports += 1
        exec_id = f"{lp.sender}-{self.reports}"
        trans = []
        if self.version == "FIX.4.2":
            trans = [(20, 1 if exec_type == "H" else 0)]
            exec_type = status if exec_type in ("F", "H") else exec_type
        lp.say("8", (37, "O" + text(order, 11)), (11, name or text(order, 11)), (17, exec_id), *trans,
               (150, exec_type), (39, status), (55, "ACME"), (54, 1), (38, text(order, 38)), *more, (14, cum),
               (151, leaves), (6, avg), (60, utc()))
        return exec_id

    def hears(self, name, exec_type, status, *, qty=100, cum, leaves, avg=0.0, last=None, px=None, lp=None, orig=None,
              ref=None):
        """The next report that the OMS gets, with each field that it has to have. It. No status: any."""
        report = self.oms.expect("8", PATIENCE)
        trans = None
        if self.version == "FIX.4.2":
            trans = {"H": "1"}.get(exec_type, "0")
            exec_type = status if exec_type in ("F", "H") else exec_type
        number = lambda tag: None if text(report, tag) is None else float(text(report, tag))
        got = {tag: text(report, tag) for tag in (8, 49, 56, 11, 41, 55, 54, 150, 39, 20, 19)}
        if status is None:
            status = got[39]
            exec_type = status if self.version == "FIX.4.2" else exec_type
        self.assertEqual(got, {8: self.version, 49: "DESK", 56: "OMS", 11: name, 41: orig, 55: "ACME", 54: "1",
                               150: exec_type, 39: status, 20: trans, 19: ref}, str(report))
        self.assertEqual([number(38), number(14), number(151)], [qty, cum, leaves], str(report))
        self.assertAlmostEqual(number(6) or 0, avg, 9, str(report))
        if last is not None:
            self.assertEqual([number(32), number(31), text(report, 30)], [last, px, lp.sender], str(report))
        self.assertNotIn(text(report, 17), self.told, "an ExecID twice")
        self.told.add(text(report, 17))
        return report

    def parent(self, name):
        return next(p for p in self.desk.get("/api/v1/parents?limit=100")["rows"] if p["cl_ord_id"] == name)

    def in_each_version(self, play):
        for version in VERSIONS:
            with self.subTest(version):
                self.begin(version)
                try:
                    play()
                    # Nothing was said that nobody asked about.
                    for peer in (self.oms, *self.lps.values()):
                        self.assertIsNone(peer.wait_for("none", 0.2))
                        self.assertEqual([str(m) for m in peer.pending], [])
                finally:
                    self.doCleanups()

    # --- what happens

    def test_a_new_order_is_acked_filled_in_parts_and_averaged(self):
        self.in_each_version(self.partial_and_fill)

    def partial_and_fill(self):
        name = self.order()
        lp, child = self.child()
        self.answer(lp, child, "0", "0", 0, 100)
        self.answer(lp, child, "F", "1", 40, 60, (32, 40), (31, "100.02"), avg="100.02")
        self.hears(name, "F", "1", cum=40, leaves=60, avg=100.02, last=40, px=100.02, lp=lp)
        self.answer(lp, child, "F", "2", 100, 0, (32, 60), (31, "100.01"), avg="100.014")
        # (40 x 100.02 + 60 x 100.01) / 100
        self.hears(name, "F", "2", cum=100, leaves=0, avg=100.014, last=60, px=100.01, lp=lp)
        self.assertEqual(self.parent(name)["state"], "filled")

    def test_a_cancel_goes_to_the_lp_and_what_was_filled_stays(self):
        self.in_each_version(self.cancel)

    def cancel(self):
        name = self.order()
        lp, child = self.child()
        self.answer(lp, child, "0", "0", 0, 100)
        self.answer(lp, child, "F", "1", 30, 70, (32, 30), (31, "100.02"), avg="100.02")
        self.hears(name, "F", "1", cum=30, leaves=70, avg=100.02, last=30, px=100.02, lp=lp)
        self.oms.say("F", (41, name), (11, "F1"), (55, "ACME"), (54, 1), (38, 100), (60, utc()))
        self.hears("F1", "6", "6", cum=30, leaves=70, avg=100.02, orig=name)
        request = lp.expect("F", PATIENCE)
        self.assertEqual([text(request, tag) for tag in (8, 41, 55, 54)],
                         [self.version, text(child, 11), "ACME", "1"])
        self.assertNotEqual(text(request, 11), text(child, 11))
        self.answer(lp, child, "4", "4", 30, 0, (41, text(child, 11)), avg="100.02", name=text(request, 11))
        self.hears("F1", "4", "4", cum=30, leaves=0, avg=100.02, orig=name)
        # Over is over.
        self.oms.say("F", (41, name), (11, "F2"), (55, "ACME"), (54, 1), (38, 100), (60, utc()))
        refused = self.oms.expect("9", PATIENCE)
        self.assertEqual([text(refused, tag) for tag in (11, 41, 39, 434, 102)], ["F2", name, "4", "1", "0"])

    def test_a_replace_to_more_sends_the_difference(self):
        self.in_each_version(self.replace)

    def replace(self):
        name = self.order()
        lp, child = self.child()
        self.answer(lp, child, "0", "0", 0, 100)
        self.oms.say("G", (41, name), (11, "G1"), (55, "ACME"), (54, 1), (38, 200), (40, 1), (60, utc()))
        self.hears("G1", "5", "0", qty=200, cum=0, leaves=200, orig=name)
        self.answer(lp, child, "F", "2", 100, 0, (32, 100), (31, "100.02"), avg="100.02")
        self.hears("G1", "F", "1", qty=200, cum=100, leaves=100, avg=100.02, last=100, px=100.02, lp=lp)
        other, second = self.child()
        self.assertNotEqual(text(second, 11), text(child, 11))
        # Not below what is filled and at LPs; the order lives on as it was.
        self.oms.say("G", (41, "G1"), (11, "G2"), (55, "ACME"), (54, 1), (38, 100), (40, 1), (60, utc()))
        refused = self.oms.expect("9", PATIENCE)
        self.assertEqual([text(refused, tag) for tag in (11, 41, 39, 434)], ["G2", "G1", "1", "2"])
        self.answer(other, second, "F", "2", 100, 0, (32, 100), (31, "100.00"), avg="100.00")
        self.hears("G1", "F", "2", qty=200, cum=200, leaves=0, avg=100.01, last=100, px=100.00, lp=other)

    def test_what_one_lp_rejects_the_other_is_asked(self):
        self.in_each_version(self.reject)

    def reject(self):
        name = self.order()
        lp, child = self.child()
        self.answer(lp, child, "8", "8", 0, 0, (103, 99), (58, "not today"))
        other, second = self.child()
        self.assertNotEqual(other.sender, lp.sender)
        self.answer(other, second, "0", "0", 0, 100)
        self.answer(other, second, "F", "2", 100, 0, (32, 100), (31, "100.02"), avg="100.02")
        # The OMS hears of the fill alone: the reject was the desk's affair.
        self.hears(name, "F", "2", cum=100, leaves=0, avg=100.02, last=100, px=100.02, lp=other)
        self.assertEqual(self.parent(name)["children"], 2)

    def test_a_bust_takes_back_what_its_fill_gave(self):
        self.in_each_version(self.bust)

    def bust(self):
        name = self.order()
        lp, child = self.child()
        self.answer(lp, child, "0", "0", 0, 100)
        first = self.answer(lp, child, "F", "1", 40, 60, (32, 40), (31, "100.02"), avg="100.02")
        told = self.hears(name, "F", "1", cum=40, leaves=60, avg=100.02, last=40, px=100.02, lp=lp)
        self.answer(lp, child, "F", "1", 60, 40, (32, 20), (31, "100.01"), avg="100.016667")
        self.hears(name, "F", "1", cum=60, leaves=40, avg=(40 * 100.02 + 20 * 100.01) / 60, last=20, px=100.01, lp=lp)
        self.answer(lp, child, "H", "1", 20, 80, (19, first), avg="100.01")
        # It names the fill by the ExecID that the OMS knows.
        self.hears(name, "H", "1", cum=20, leaves=80, avg=100.01, ref=text(told, 17))
        self.assertEqual(self.parent(name)["cum_qty"], 20)
        last = self.answer(lp, child, "F", "2", 100, 0, (32, 80), (31, "100.02"), avg="100.018")
        told = self.hears(name, "F", "2", cum=100, leaves=0, avg=100.018, last=80, px=100.02, lp=lp)
        # Of an order that is over, too. It is not worked again: nothing is left of it.
        self.answer(lp, child, "H", "1", 20, 0, (19, last), avg="100.01")
        self.hears(name, "H", None, cum=20, leaves=0, avg=100.01, ref=text(told, 17))


if __name__ == "__main__":
    unittest.main()
