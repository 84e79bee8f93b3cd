#!/usr/bin/env python3
"""Lives of a parent worked by hand, and that the checks see what is wrong."""

import unittest

from route import parent

PEROLD = """
0 parent parent=P1 side=buy qty=10000000000 bid=99990000000 ask=100010000000
1 send child=C1 lp=LP_A qty=8000000000 bid=100010000000 ask=100030000000 fee_bps=0.3
2 filled child=C1 exec=E1 qty=8000000000 px=100050000000
3 ended bid=100090000000 ask=100110000000
"""
ACME = """
0 parent parent=P1 side=sell qty=200000000000 bid=99990000000 ask=100010000000
1 send child=C1 lp=LP_A qty=20000000000 bid=99990000000 ask=100010000000
2 filled child=C1 exec=E1 qty=20000000000 px=99980000000
3 send child=C2 lp=LP_A qty=20000000000 bid=99990000000 ask=100010000000
4 filled child=C2 exec=E2 qty=10000000000 px=99980000000
5 canceled child=C2
6 send child=C3 lp=LP_C qty=30000000000 bid=99990000000 ask=100010000000
6 send child=C4 lp=LP_D qty=15000000000 bid=99990000000 ask=100010000000
7 filled child=C4 exec=E1 qty=10000000000 px=99980000000
8 canceled child=C4
"""


def replay(text):
    return parent.accounts(parent.read_log(text.splitlines()))


class ShortfallTest(unittest.TestCase):
    def test_buy_10000_at_100_filled_8000_at_100_05(self):
        """160 delay + 240 execution + 200 opportunity + .3 bps of 800,400 = 624.012 = 6.24012 bps."""
        report, life = replay(PEROLD)
        parts = {"delay": 160.0, "execution": 240.0, "opportunity": 200.0, "fees": 24.012, "total": 624.012,
                 "bps": 6.24012}
        self.assertEqual(report["shortfall"], parts)
        self.assertEqual(report["avg_px"], 100.05)
        self.assertEqual(report["notional"], str(8000 * 10005 * 10 ** 13))
        self.assertEqual(life.broken, [])

    def test_parts_in_bps(self):
        _, life = replay(PEROLD)
        bps = [float(10_000 * value / (life.qty * 100 * parent.NANO)) for value in life.shortfall().values()]
        self.assertEqual(bps[:4], [1.6, 2.4, 2.0, .24012])

    def test_a_sell_2_bps_below_arrival_costs_2_bps(self):
        report, _ = replay(ACME.split("3 send")[0].replace("qty=200000000000", "qty=20000000000")
                           + "9 ended bid=99990000000 ask=100010000000\n")
        self.assertAlmostEqual(report["shortfall"]["bps"], 2.0, 12)

    def test_a_mirrored_sell_costs_the_same_money(self):
        mirrored = parent.read_log(PEROLD.splitlines())
        for event in mirrored:
            for name, other in (("bid", "ask"), ("px", "px")):
                if name in event:
                    flipped = {key: str(200 * parent.NANO - int(event[key])) for key in (name, other)}
                    event[name], event[other] = flipped[other], flipped[name]
            if "side" in event:
                event["side"] = "sell"
        report, _ = parent.accounts(mirrored)
        self.assertEqual(report["shortfall"]["fees"], 23.988)  # .3 bps of 8,000 at 99.95
        self.assertEqual(report["shortfall"]["total"], 623.988)

    def test_whatever_is_filled_it_is_the_paper_portfolio_less_the_real_one(self):
        """Also for an overfill, where the opportunity has the other sign."""
        for filled in (0, 1, 8000, 10000, 12000):
            _, life = replay(PEROLD.replace("exec=E1 qty=8000000000", f"exec=E1 qty={filled}000000"))
            end, start = life.end, parent.mid(life.parent)
            paper = life.qty * (end - start)
            real = life.cum * end - life.notional() - life.fees()
            self.assertEqual(life.shortfall()["total"], paper - real, filled)

    def test_never_routed(self):
        report, _ = replay("\n".join(line for line in PEROLD.splitlines() if " C1" not in line and "child" not in line))
        self.assertEqual(report["shortfall"]["total"], 1000.0)
        self.assertEqual(report["shortfall"]["opportunity"], 1000.0)
        self.assertIsNone(report["avg_px"])


class VwapTest(unittest.TestCase):
    def slippage(self, prints, side="buy", before="", after="", last=""):
        """Two fills of 4,000 at 100.01 with prints between them; `last`: what follows the second."""
        one = "2 filled child=C1 exec=E{} qty=4000000000 px=100010000000\n"
        head, end = PEROLD.replace("side=buy", f"side={side}").split("2 filled")
        log = head + before + one.format(1) + prints + one.format(2) + last + after + "3 ended" + end.split("3 ended")[1]
        return replay(log)[0]["vwap_slippage_bps"]

    def test_bought_at_100_01_against_100(self):
        self.assertAlmostEqual(self.slippage("2 traded qty=5 px=100000000000\n"), 1.0, 12)
        self.assertAlmostEqual(self.slippage("2 traded qty=5 px=100000000000\n", "sell"), -1.0, 12)

    def test_own_prints_and_others_outside_the_window_do_not_count(self):
        outside = "2 traded qty=5 px=90000000000\n"  # of the same instant, and before or after in order
        own = "2 traded qty=5 px=90000000000 own=yes\n"
        self.assertIsNone(self.slippage(own, before=outside, after=outside))
        one = "2 traded qty=1 px=100000000000\n"
        self.assertAlmostEqual(self.slippage(own + one, before=outside, after=outside), 1.0, 12)

    def test_the_window_is_of_the_fills_that_stand(self):
        one = "2 traded qty=1 px=100000000000\n"
        self.assertIsNone(self.slippage(one, last="2 busted child=C1 ref=E2\n"))
        corrected = "2 corrected child=C1 ref=E2 exec=X qty=4000000000 px=100010000000\n"
        self.assertAlmostEqual(self.slippage(one, last="2 traded qty=9 px=90000000000\n" + corrected), 1.0, 12)


class LifeTest(unittest.TestCase):
    def test_acme(self):
        """20k full; 20k half: 170k left; C 30k + D 15k; D fills 10k: 160k less C's 30k = 130k are left to send."""
        report, life = replay(ACME)
        self.assertEqual([int(step["leaves"]) // parent.UNIT for step in report["steps"]],
                         [200_000, 200_000, 180_000, 180_000, 170_000, 170_000, 170_000, 170_000, 160_000, 160_000])
        self.assertEqual(life.leaves() - life.exposure(), 130_000 * parent.UNIT)
        self.assertEqual(life.broken, [])

    def life(self, text):
        head = "0 parent parent=P side=buy qty=100 bid=9 ask=11\n1 send child=A lp=L qty=60 bid=9 ask=11\n"
        report, life = replay(head + text)
        return report["steps"][-1], report, life

    def rows(self, cases):
        for worked, text, cum, leaves, exposure in cases:
            step, report, life = self.life(text)
            told = [value and int(value) for value in (step["cum"], step["leaves"], step["exposure"])]
            self.assertEqual(told, [cum, leaves, exposure], worked)
            self.assertEqual(life.broken, [], worked)

    def test_exposure(self):
        unknown = "2 timed_out child=A\n"
        fill = "3 filled child=A exec=1 qty={} px=10\n"
        self.rows((
            ("sent and not answered is out", "", 0, 100, 60),
            ("a partial fill moves it from out to filled", fill.format(20), 20, 80, 40),
            ("rejected: nothing is out", "2 rejected child=A\n", 0, 100, 0),
            ("timed out: all of it is still out", unknown, 0, 100, 60),
            ("a late fill of part: the rest is still out", unknown + fill.format(20), 20, 80, 40),
            ("a late cancel frees it", unknown + "3 canceled child=A\n", 0, 100, 0),
            ("settled by hand frees it", unknown + "3 settled child=A\n", 0, 100, 0),
            ("a fill after it was settled is ours", unknown + "2 settled child=A\n" + fill.format(60), 60, 40, 0),
            ("a fill after the cancel is ours", "2 canceled child=A\n" + fill.format(60), 60, 40, 0),
            ("more than was sent is ours too; it stops", fill.format(90), 90, None, 0),
            ("the same execution twice counts once", fill.format(20) * 2, 20, 80, 40),
            ("a bust gives back to a live child", fill.format(20) + "4 busted child=A ref=1\n", 0, 100, 60),
            ("a second bust does nothing", fill.format(20) + "4 busted child=A ref=1\n" * 2, 0, 100, 60),
            ("a bust before its fill", "2 busted child=A ref=1\n" + fill.format(20), 0, 100, 60),
            ("a bust of a full child: exposure is left open", fill.format(60) + "4 busted child=A ref=1\n", 0, 100, None),
            ("corrected up", fill.format(20) + "4 corrected child=A ref=1 exec=2 qty=30 px=10\n", 30, 70, 30),
            ("corrected, then the correction busted",
             fill.format(20) + "4 corrected child=A ref=1 exec=2 qty=30 px=10\n5 busted child=A ref=2\n", 0, 100, 60),
            ("corrected, then the first id busted",
             fill.format(20) + "4 corrected child=A ref=1 exec=2 qty=30 px=10\n5 busted child=A ref=1\n", 0, 100, 60),
            ("busted, then corrected: stays busted",
             fill.format(20) + "4 busted child=A ref=1\n5 corrected child=A ref=1 exec=2 qty=30 px=10\n", 0, 100, 60),
            ("ended: the parent has no leaves, the child is still out", "2 ended bid=9 ask=11\n", 0, 0, 60),
        ))

    def test_sends(self):
        for worked, text, allowed in (
                ("40 of the 40 that are left", "2 send child=B lp=L qty=40 bid=9 ask=11\n", True),
                ("41 of them", "2 send child=B lp=L qty=41 bid=9 ask=11\n", False),
                ("an id again, though little", "2 send child=A lp=L qty=1 bid=9 ask=11\n", False),
                ("what timed out is not sent again",
                 "2 timed_out child=A\n3 send child=B lp=M qty=60 bid=9 ask=11\n", False),
                ("what was rejected is", "2 rejected child=A\n3 send child=B lp=M qty=100 bid=9 ask=11\n", True),
                ("after an overfill nothing is",
                 "2 filled child=A exec=1 qty=61 px=10\n3 send child=B lp=M qty=1 bid=9 ask=11\n", False),
                ("nor after the overfill was busted",
                 "2 filled child=A exec=1 qty=61 px=10\n2 busted child=A ref=1\n"
                 "3 send child=B lp=M qty=1 bid=9 ask=11\n", False),
                ("nor after the end", "2 ended bid=9 ask=11\n3 send child=B lp=M qty=1 bid=9 ask=11\n", False)):
            step, _, life = self.life(text)
            self.assertEqual(step["allowed"], allowed, worked)
            self.assertEqual(life.broken, [], worked)

    def test_a_log_that_breaks_a_rule_is_named(self):
        for rule, text in (
                ("2:", "2 sent child=B lp=L qty=41 bid=9 ask=11\n"),
                ("16:", "2 sent child=A lp=L qty=1 bid=9 ask=11\n"),
                ("5:", "2 filled child=A exec=1 qty=61 px=10\n3 sent child=B lp=L qty=1 bid=9 ask=11\n"),
                ("19:", "2 ended bid=9 ask=11\n3 sent child=B lp=L qty=1 bid=9 ask=11\n"),
                ("2:", "2 timed_out child=A\n3 sent child=B lp=L qty=60 bid=9 ask=11\n"),
                ("claimed cum 0", "2 filled child=A exec=1 qty=6 px=10 claim_cum=0\n"),
                ("claimed exposure 0", "2 timed_out child=A claim_exposure=0\n")):
            self.assertTrue(any(broken.startswith(rule) for _, broken in self.life(text)[2].broken), rule)

    def test_the_checks_see_wrong_accounts(self):
        """The rules hold of what `apply` does; here they must not."""
        for rule, spoil in (("1:", lambda life: setattr(life, "cum", 5)),
                            ("1:", lambda life: setattr(life.children["A"], "cum", 5)),
                            ("3:", lambda life: setattr(life.children["A"], "leaves", lambda: 1)),
                            ("17:", lambda life: (setattr(life.children["A"], "state", "unknown"),
                                                  setattr(life.children["A"], "leaves", lambda: 1)))):
            _, _, life = self.life("")
            spoil(life)
            life.check({"at_ns": "9", "event": "acked"}, {"A": 0})
            self.assertTrue(any(broken.startswith(rule) for _, broken in life.broken), rule)

    def test_a_line_that_is_none(self):
        for line in ("nonsense", "12", "12 unheard child=A", "-1 acked child=A"):
            with self.assertRaises(ValueError, msg=line):
                parent.read_log([line])


if __name__ == "__main__":
    unittest.main()
