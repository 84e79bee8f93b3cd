"""Our sessions as an initiator with an LP, and as an acceptor for an OMS."""

import unittest

from peer import PROBE, VERSIONS, Peer, Program, body, listening_addresses, text


def shown(bytes_):
    return bytes_.decode().replace("\x01", "|")


class WithAnLp(unittest.TestCase):
    """The peer is the LP; ours calls."""

    def begin(self, version):
        self.lp = Peer(version, "LP", "DESK")
        port = self.lp.listen()
        self.ours = Program(PROBE, "initiator", str(port), version, "DESK", "LP")
        self.addCleanup(self.lp.close)
        self.addCleanup(self.ours.stop)
        self.lp.accept()
        logon = self.lp.expect("A")
        self.assertEqual(text(logon, 108), "30")
        self.assertEqual(text(logon, 1137), "9" if version == "FIXT.1.1" else None)
        self.lp.logon()
        self.ours.line("up")

    def report(self, order, exec_type, status, *more, cl_ord_id=None):
        fields = [(37, "O1"), (11, cl_ord_id or text(order, 11)), (55, "ACME"), (54, 1), (38, 300),
                  (150, exec_type), (39, status)]
        sent = self.lp.say("8", *fields, *more)
        # What was captured is what was on the wire, byte for byte.
        got = self.ours.line("< 8=")
        while "|35=8|" not in got:
            got = self.ours.line("< 8=")
        self.assertEqual("8=" + got.rstrip("|"), shown(sent).rstrip("|"))

    def test_new_partial_cancel_replace_reject_bust(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.begin(version)
                self.ours.say("send 35=D|11=C1|55=ACME|54=1|38=300|40=2|44=10.5|59=0|")
                order = self.lp.expect("D")
                self.assertEqual(body(order), [(11, "C1"), (55, "ACME"), (54, "1"), (38, "300"), (40, "2"),
                                               (44, "10.5"), (59, "0")])
                self.report(order, "0", "0", (17, "E1"), (14, 0), (151, 300), (6, 0))
                self.report(order, "F", "1", (17, "E2"), (32, 100), (31, 10.5), (14, 100), (151, 200), (6, 10.5))
                self.ours.say("send 35=G|41=C1|11=C2|55=ACME|54=1|38=250|40=2|44=10.6|")
                replace = self.lp.expect("G")
                self.report(replace, "5", "1", (41, "C1"), (17, "E3"), (14, 100), (151, 150), (6, 10.5))
                self.ours.say("send 35=F|41=C2|11=C3|55=ACME|54=1|38=250|")
                cancel = self.lp.expect("F")
                self.report(cancel, "4", "4", (41, "C2"), (17, "E4"), (14, 100), (151, 0), (6, 10.5))
                self.report(order, "H", "4", (17, "E5"), (19, "E2"), (14, 0), (151, 0), (6, 0))
                self.ours.say("send 35=D|11=C4|55=ACME|54=1|38=300|40=1|")
                self.report(self.lp.expect("D"), "8", "8", (17, "E6"), (103, 99), (58, "no"), (14, 0), (151, 0), (6, 0))
                self.ours.process.stdin.close()
                self.assertEqual(text(self.lp.expect("5"), 58), "the test ends")
                self.lp.say("5")
                self.assertEqual(self.ours.process.wait(timeout=20), 0)

    def test_a_resend_request_brings_no_order_again(self):
        self.begin("FIX.4.4")
        for i in range(3):
            self.ours.say(f"send 35=D|11=C{i}|55=ACME|54=1|38=300|")
            self.lp.expect("D")
        before = self.lp.in_seq
        self.lp.in_seq = 1
        self.lp.say("2", (7, 1), (16, 0))
        fill = self.lp.expect("4")
        self.assertEqual((text(fill, 34), text(fill, 43), text(fill, 123), text(fill, 36)),
                         ("1", "Y", "Y", str(before)))
        self.lp.say("1", (112, "still there"))
        self.assertEqual(text(self.lp.expect("0"), 112), "still there")
        self.assertEqual(self.lp.pending, [])

    def test_a_gap_of_the_lp_is_asked_for(self):
        self.begin("FIX.4.4")
        missing = self.lp.encode("8", [(17, "E1"), (37, "O")])
        self.lp.sent[self.lp.out_seq] = missing
        first = self.lp.out_seq
        self.lp.out_seq += 1
        self.lp.say("8", (17, "E2"), (37, "O"))
        request = self.lp.expect("2")
        self.assertEqual(text(request, 7), str(first))
        again = self.lp.encode("8", [(17, "E1"), (37, "O")], seq=first,
                               header=[(43, "Y"), (122, "20260302-10:00:00.000")])
        self.lp.socket.sendall(again)
        self.lp.socket.sendall(self.lp.encode("8", [(17, "E2"), (37, "O")], seq=first + 1,
                                              header=[(43, "Y"), (122, "20260302-10:00:00.000")]))
        self.lp.say("1", (112, "ok"))
        self.lp.expect("0")
        self.lp.say("8", (17, "E3"), (37, "O"))
        while "|17=E3|" not in self.ours.line("< "):
            pass


class WithAnOms(unittest.TestCase):
    """The peer is the OMS and calls; ours listens."""

    def begin(self, version):
        self.ours = Program(PROBE, "acceptor", "0", version, "DESK", "OMS")
        self.addCleanup(self.ours.stop)
        self.oms = Peer(version, "OMS", "DESK")
        self.oms.connect(int(self.ours.line("port ")))
        self.addCleanup(self.oms.close)
        self.oms.logon()
        self.oms.expect("A")
        self.ours.line("up")

    def test_orders_in_and_reports_out(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.begin(version)
                for kind, fields in (("D", [(11, "P1"), (55, "ACME"), (54, 2), (38, 200000), (453, 2), (448, "A"),
                                            (447, "D"), (452, 1), (448, "B"), (447, "D"), (452, 3)]),
                                     ("G", [(41, "P1"), (11, "P2"), (55, "ACME"), (54, 2), (38, 100000)]),
                                     ("F", [(41, "P2"), (11, "P3"), (55, "ACME"), (54, 2), (38, 100000)])):
                    sent = self.oms.say(kind, *fields)
                    got = self.ours.line("< 8=")
                    while f"|35={kind}|" not in got:
                        got = self.ours.line("< 8=")
                    self.assertEqual("8=" + got.rstrip("|"), shown(sent).rstrip("|"))
                parties = [("37", "O"), ("11", "P1"), ("17", "E1"), ("150", "F"), ("39", "1"), ("453", "2"),
                           ("448", "A"), ("447", "D"), ("452", "1"), ("448", "B"), ("447", "D"), ("452", "3"),
                           ("58", "ok")]
                self.ours.say("send 35=8|" + "".join(f"{t}={v}|" for t, v in parties))
                self.assertEqual(body(self.oms.expect("8")), [(int(t), v) for t, v in parties])
                # Asked for again, it comes as it was.
                number = self.oms.in_seq - 1
                self.oms.say("2", (7, number), (16, number))
                again = self.oms.expect("8")
                self.assertEqual((text(again, 43), text(again, 34)), ("Y", str(number)))
                self.assertEqual(body(again), [(int(t), v) for t, v in parties])
                self.oms.say("5", (58, "bye"))
                self.oms.expect("5")
                self.assertEqual(self.ours.line("down "), "the other side logged out: bye")

    def test_it_listens_on_loopback_only(self):
        self.begin("FIX.4.4")
        listening = listening_addresses(self.ours.process.pid)
        self.assertEqual([address for address, _ in listening], ["0100007F"])


if __name__ == "__main__":
    unittest.main()
