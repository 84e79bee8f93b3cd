#!/usr/bin/env python3
"""What a running desk does when something fails: rows of docs/faults.md, on real processes and sockets.

    tests/desk/faults_test.py ASSAY [--long] [--only NAME]

The counterparties are the tests' own (counterparty.py), so that each fault is exactly what a test
says. Every test waits for what it asks about, and looks at the metric or line that tells of it.
The last line is `N passed, N failed, N skipped`.
"""

import argparse
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import urllib.request

from counterparty import Counterparty, message
from processes import Desk, fields, journal_messages, until

LPS = ("LP_A", "LP_B")


class Skip(Exception):
    pass


class Street:
    """A desk with a market and two LPs, all of whose bytes are ours."""

    def __init__(self, assay, folder, heartbeat=30, options=(), prepare=None):
        self.assay, self.folder = assay, pathlib.Path(folder)
        self.market = Counterparty("MARKET")
        self.lps = {name: Counterparty(name) for name in LPS}
        self.heartbeat, self.orders, self.desk = heartbeat, 0, None
        self.options, self.prepare = options, prepare
        self.state = self.folder / "state"

    def names(self):
        return types.SimpleNamespace(ports={
            "us": "DESK", "market": {"port": self.market.port, "comp_id": "MARKET"},
            "lps": [{"port": lp.port, "comp_id": name} for name, lp in self.lps.items()]})

    def start(self, quote=True):
        self.desk = Desk(self.assay, self.folder, self.names(), *self.options)
        for party in self.parties():
            party.accept(self.heartbeat)
        until("every session to be up", self.desk.ready)
        if quote:
            self.quote()
            self.until_quoted()
        return self

    def until_quoted(self):
        until("the quote to be known", lambda: self.desk.get("/api/v1/symbols")["rows"])

    def parties(self):
        return [self.market, *self.lps.values()]

    def quote(self, bid=100.00, ask=100.02):
        self.market.quote("ACME", bid, ask)

    def order(self, qty=100, symbol="ACME"):
        """One lot, unless it is said otherwise: one child."""
        self.orders += 1
        return self.desk.ask("/api/v1/parents", {"cl_ord_id": f"f-{os.getpid()}-{self.orders}", "symbol": symbol,
                                                 "side": "buy", "qty": qty})

    def child(self, seconds=15):
        """The first order that reaches an LP: (its name, the order)."""
        def look():
            for name, lp in self.lps.items():
                if lp.socket is not None:
                    lp.pump(0.02)
                for m in lp.got:
                    if m.get("35") == "D" and not m.get("taken"):
                        m["taken"] = True
                        return name, m
            return None
        return until("an order to reach an LP", look, seconds)

    def no_child(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name, lp in self.lps.items():
                if lp.socket is not None:
                    lp.pump(0.05)
                fresh = [m for m in lp.got if m.get("35") == "D" and not m.get("taken")]
                assert not fresh, f"{name} got {fresh}"

    def metrics(self):
        with urllib.request.urlopen(self.desk.url + "/metrics", timeout=10) as answer:
            return answer.read().decode()

    def metric(self, name, **labels):
        """The sum of the samples of this name with these labels; None: there is none."""
        found = None
        for line in self.metrics().splitlines():
            m = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if m and m[1] == name and all(f'{k}="{v}"' in (m[2] or "") for k, v in labels.items()):
                found = (found or 0) + float(m[3])
        return found

    def until_metric(self, name, at_least, seconds=20, **labels):
        until(f"{name}{labels or ''} to be {at_least}", lambda: (self.metric(name, **labels) or 0) >= at_least, seconds)

    def log(self):
        return (self.folder / "desk.log").read_text(errors="replace")

    def until_log(self, text, seconds=20):
        until(f'the log to say "{text}"', lambda: text in self.log(), seconds)

    def notes(self, start):
        return [body for _, mark, body in journal_messages(self.state / "journal")
                if mark == "!" and body.startswith(start.encode())]

    def close(self):
        for party in self.parties():
            party.close()
        if self.desk is not None and self.desk.alive():
            self.desk.process.send_signal(signal.SIGCONT)
            self.desk.kill()


# --- sessions ------------------------------------------------------------------------------------


def gap_is_asked_for_once_and_applied_in_order(s):
    """13"""
    s.start()
    lp = s.lps["LP_A"]
    missing = lp.out
    lp.out += 1
    lp.say("0")
    lp.say("0")
    asked = lp.expect("2")
    assert asked["7"] == str(missing), asked
    lp.say("4", (123, "Y"), (36, lp.out), seq=missing, poss_dup=True)
    lp.pump(0.5)
    assert lp.count("2") == 1, "a storm of ResendRequests"
    s.until_metric("fix_resend_requests_total", 1, session="LP_A", by="us")
    assert s.metric("fix_session_up", session="LP_A") == 1


def number_too_low_ends_the_session_and_says_why(s):
    """14"""
    s.start()
    lp = s.lps["LP_A"]
    lp.say("0", seq=1)
    said = lp.expect("5")
    assert "too low" in said["58"], said
    s.until_metric("fix_seq_low_total", 1, session="LP_A")
    s.until_metric("fix_session_downs_total", 1, session="LP_A")
    s.until_log("session LP_A is down")


def possdup_and_possresend_fills_count_once(s):
    """15, 17"""
    s.start()
    s.order()
    name, order = s.child()
    lp = s.lps[name]
    first = lp.out
    lp.fill(order, "E1")
    cum = lambda: s.desk.get("/api/v1/parents?limit=10")["rows"][0]["cum_qty"]
    qty = float(order["38"])
    until("the fill", lambda: cum() >= qty)
    # The same bytes' number again with PossDup, then a new number with PossResend.
    body = [(37, "O1"), (11, order["11"]), (17, "E1"), (150, "F"), (39, 2), (55, "ACME"), (54, 1), (38, order["38"]),
            (14, order["38"]), (151, 0), (6, order["44"]), (32, order["38"]), (31, order["44"])]
    lp.say("8", *body, seq=first, poss_dup=True)
    lp.say("8", (97, "Y"), *body)
    s.until_metric("fix_possdup_total", 1, session=name)
    lp.say("1", (112, "HEARD"))
    lp.expect("0", where=lambda m: m.get("112") == "HEARD")
    executed = sum(float(p["cum_qty"]) for p in s.desk.get("/api/v1/parents?limit=10")["rows"])
    fills = {m["17"] for _, mark, raw in journal_messages(s.state / "journal") if mark == "<"
             for m in [fields(raw)] if m.get("35") == "8" and m.get("150") == "F"}
    assert fills == {"E1"} and executed == qty, (fills, executed, qty)


def possdup_without_origsendingtime_is_rejected(s):
    """16: missing: a Reject that names 122; later than SendingTime: a Reject and a Logout"""
    s.start()
    s.order()
    name, order = s.child()
    lp = s.lps[name]
    first = lp.out
    lp.fill(order, "E1")
    cum = lambda: s.desk.get("/api/v1/parents?limit=10")["rows"][0]["cum_qty"]
    until("the fill", lambda: cum() >= float(order["38"]))
    again = [(37, "O1"), (11, order["11"]), (17, "E1"), (150, "F"), (39, 2), (55, "ACME"), (54, 1), (38, order["38"]),
             (14, order["38"]), (151, 0), (6, order["44"]), (32, order["38"]), (31, order["44"])]
    lp.say("8", *again, seq=first, poss_dup=True, orig=None)
    rejected = lp.expect("3")
    assert (rejected["45"], rejected["371"], rejected["373"]) == (str(first), "122", "1"), rejected
    s.until_metric("fix_rejects_total", 1, session=name, by="us")
    assert s.metric("fix_session_up", session=name) == 1 and cum() == float(order["38"])
    lp.say("8", *again, seq=first, poss_dup=True, orig=3_600)
    assert lp.expect("3")["373"] == "10"
    lp.expect("5")
    s.until_metric("fix_rejects_total", 2, session=name, by="us")
    assert cum() == float(order["38"])


def a_gap_fill_below_what_is_expected_changes_nothing(s):
    """18"""
    s.start()
    lp = s.lps["LP_A"]
    lp.say("4", (123, "Y"), (36, 2), seq=1, poss_dup=True)
    s.until_metric("fix_gapfill_ignored_total", 1, session="LP_A")
    lp.say("1", (112, "HEARD"))
    lp.expect("0", where=lambda m: m.get("112") == "HEARD")
    assert s.metric("fix_session_up", session="LP_A") == 1 and lp.count("2") == 0


def what_a_gap_fill_leaves_open_is_asked_for_again(s):
    """19: six are missing, two of them are filled, and then nothing"""
    s.start()
    lp = s.lps["LP_A"]
    missing = lp.out
    lp.out += 6
    lp.say("0")
    assert lp.expect("2")["7"] == str(missing)
    s.until_metric("fix_resend_open_ranges", 1, session="LP_A")
    lp.say("4", (123, "Y"), (36, missing + 2), seq=missing, poss_dup=True)
    again = lp.expect("2", 15)
    assert again["7"] == str(missing + 2), again
    lp.say("4", (123, "Y"), (36, missing + 6), seq=missing + 2, poss_dup=True)
    until("nothing to be open", lambda: s.metric("fix_resend_open_ranges", session="LP_A") == 0)
    lp.say("1", (112, "HEARD"))
    lp.expect("0", where=lambda m: m.get("112") == "HEARD")
    assert lp.count("2") == 2 and s.metric("fix_session_up", session="LP_A") == 1


def two_gaps_that_meet_are_answered_first_and_end(s):
    """21: an LP asks for a resend in a message behind a gap of its own"""
    s.start()
    lp = s.lps["LP_A"]
    missing = lp.out
    lp.out += 3
    lp.say("2", (7, 1), (16, 0))
    lp.say("0")
    lp.expect("4")  # answered
    kinds = [m["35"] for m in lp.got if m["35"] in "24"]
    asked = lp.expect("2", 15)
    assert kinds[0] == "4" and asked["7"] == str(missing), (kinds, asked)
    lp.say("4", (123, "Y"), (36, lp.out), seq=missing, poss_dup=True)
    lp.say("1", (112, "HEARD"))
    lp.expect("0", where=lambda m: m.get("112") == "HEARD")
    lp.pump(4)
    assert lp.count("2") <= 3 and lp.count("4") <= 3, [m["35"] for m in lp.got]
    assert s.metric("fix_resend_requests_total", session="LP_A", by="us") <= 3
    assert s.metric("fix_session_up", session="LP_A") == 1


def lp_resets_its_sequence_and_open_orders_are_asked_after(s):
    """20, 23"""
    s.start()
    s.order()
    name, order = s.child()
    lp = s.lps[name]
    lp.hang_up()
    until("the session to be down", lambda: s.metric("fix_session_up", session=name) == 0)
    s.until_metric("sor_children_unknown", 1)
    lp.out = 1
    lp.accept(reset=True)
    until("the session to be up again", lambda: s.metric("fix_session_up", session=name) == 1)
    status = lp.expect("H")
    assert status["11"] == order["11"], status
    again = [m for m in lp.got if m.get("35") == "D" and m.get("11") == order["11"]]
    assert not again, "the order was sent again"
    lp.fill(order, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)
    # SequenceReset-Reset forward: taken, and counted.
    lp.say("4", (36, lp.out + 50))
    lp.out += 49
    s.until_metric("fix_sequence_resets_total", 1, session=name)
    lp.say("0")
    lp.pump(0.3)
    assert s.metric("fix_session_up", session=name) == 1


def a_resend_request_never_brings_an_order_again(s):
    """22"""
    s.start()
    s.order()
    name, order = s.child()
    lp = s.lps[name]
    lp.say("2", (7, 1), (16, 0))
    lp.expect("4")
    lp.pump(0.5)
    assert sum(m.get("11") == order["11"] and m.get("35") == "D" for m in lp.got) == 1
    s.until_metric("fix_resend_requests_total", 1, session=name, by="them")


def lp_gone_is_halted_its_order_unknown_and_others_go_on(s):
    """24, 42"""
    s.start()
    s.order()
    name, order = s.child()
    other = next(n for n in LPS if n != name)
    s.lps[name].hang_up()
    until("the session to be down", lambda: s.metric("fix_session_up", session=name) == 0)
    s.until_metric("sor_children_unknown", 1)
    assert s.metric("gate_lp_halted", lp=name) == 1
    assert s.metric("gate_lp_halted", lp=other) == 0
    s.quote()
    s.order()
    got, _ = s.child()
    assert got == other, got
    again = [m for m in s.lps[other].got if m.get("35") == "D" and m["11"] == order["11"]]
    assert not again


def lp_silent_is_unknown_asked_after_and_never_sent_again(s):
    """24, 55"""
    s.start()
    s.order()
    name, order = s.child()
    lp = s.lps[name]  # says nothing; its session lives
    s.until_metric("sor_children_unknown", 1)
    lp.expect("F", where=lambda m: m["41"] == order["11"])
    for other in s.lps.values():
        other.pump(0.5)
    sent = sum(float(m["38"]) for other in s.lps.values() for m in other.got if m.get("35") == "D")
    assert sent == float(order["38"]), f"{sent} sent of {order['38']}: what is UNKNOWN was sent again"
    lp.fill(order, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)


def a_half_open_connection_is_found_by_heartbeats(s):
    """24: an LP that does not answer a TestRequest; heartbeats of one second."""
    s.heartbeat = 1
    for toml in [s.folder / "desk.toml"]:
        toml.write_text(toml_with_heartbeat(s, 1))
    s.start(quote=False)
    begun = time.monotonic()
    name = "LP_A"
    while s.metric("fix_session_up", session=name) == 1:
        for party in s.parties():
            if party is not s.lps[name]:
                party.pump(0.05)
                party.say("0")
        assert time.monotonic() - begun < 20, "it was not found"
    assert time.monotonic() - begun < 6, "later than 2.4 heartbeats, and the seconds of a busy machine"
    s.until_metric("fix_session_downs_total", 1, session=name)


def toml_with_heartbeat(s, seconds):
    from processes import desk_toml
    text = desk_toml(s.folder, s.names(), "live")
    return re.sub(r'(role = "(?:lp|market-data)")', rf"\1\nheartbeat = {seconds}", text)


def strangers_are_refused_and_counted(s):
    """25"""
    s.start(quote=False)
    port = s.desk.ports["sessions"]["OMS"]
    stranger = Counterparty("NOBODY")
    stranger.call(port)
    stranger.pump(0.5)
    s.until_metric("fix_logon_refused_total", 1)
    s.until_log("no session is FIX.4.4 from NOBODY")
    oms = Counterparty("OMS")
    oms.call(port)
    oms.expect("A")
    twice = Counterparty("OMS")
    twice.call(port)
    s.until_metric("fix_logon_refused_total", 2)
    s.until_log("is connected already")
    assert s.metric("fix_session_up", session="OMS") == 1
    for party in (stranger, oms, twice):
        party.close()


def what_cannot_be_read_is_a_dead_letter_and_changes_nothing(s):
    """1, 9, 12 on a running desk: garbled bytes, an LP's report and an OMS's order that cannot be read."""
    s.start()
    lp = s.lps["LP_A"]
    bad = message("8", "LP_A", "DESK", 99, (11, "C1"))
    lp.raw(bad[:-4] + b"000\x01" if not bad.endswith(b"000\x01") else bad[:-4] + b"001\x01")
    s.until_metric("dead_letters_total", 1, session="LP_A", kind="garbled")
    lp.say("8", (37, "O"), (11, "C123"), (17, "X"), (150, "F"), (39, "2"), (55, "ACME"), (54, 1), (38, 100),
           (32, "1e5"), (31, "NaN"), (14, 100), (151, 0), (6, 0))
    s.until_metric("dead_letters_total", 1, session="LP_A", kind="unreadable")
    oms = Counterparty("OMS")
    oms.call(s.desk.ports["sessions"]["OMS"])
    oms.expect("A")
    oms.say("D", (11, "P1"), (55, "ACME"), (54, 1), (38, "many"), (40, 1))
    refused = oms.expect("8")
    assert refused["39"] == "8", refused
    s.until_metric("dead_letters_total", 1, session="OMS", kind="unreadable")
    assert s.metric("fix_session_up", session="LP_A") == 1
    assert s.desk.get("/api/v1/status")["parents_open"] == 0
    # Kept: the bytes of the one in a note of the session, the others by their entries.
    until("the notes to be in the journal", lambda: len(s.notes("dead|")) == 2 and s.notes("garbled|"))
    assert bad[:-4] in s.notes("garbled|")[0]
    # And counted over a restart.
    s.desk.kill()
    oms.close()
    s.start(quote=False)
    s.until_metric("dead_letters_total", 1, session="LP_A", kind="unreadable")
    s.until_metric("dead_letters_total", 1, session="OMS", kind="unreadable")


# --- the market ----------------------------------------------------------------------------------


def frozen_quotes_hold_orders_until_they_live_again(s):
    """50"""
    s.start()
    until("the quotes to be stale", lambda: s.metric("quote_age_seconds", source="market") > 5.5, 20)
    status, answer = s.order()
    if status == 201:
        s.no_child(1.5)
        held = s.desk.get("/api/v1/parents?limit=5")["rows"][0]
        assert held["held"], held
    else:
        assert status == 422 and "quote" in str(answer), answer
    s.quote()
    if status != 201:
        until("the quote to be known", lambda: s.metric("quote_age_seconds", source="market") < 5)
        assert s.order()[0] == 201
    s.child()


def crossed_and_one_sided_quotes_hold_orders(s):
    """49"""
    s.start(quote=False)
    s.quote(100.05, 100.01)
    s.until_quoted()
    status, _ = s.order()
    s.no_child(1.5)
    s.quote()
    if status != 201:
        time.sleep(0.2)
        assert s.order()[0] == 201
    s.child()


def a_clock_of_an_lp_that_is_off_shows_and_enters_no_measure(s):
    """46: an LP five seconds ahead; its fill takes as long as it took"""
    s.lps["LP_A"].clock = 5
    s.start()
    for lp in s.lps.values():
        for _ in range(5):
            lp.say("0")
    s.order()
    name, order = s.child()
    s.lps[name].fill(order, "E1")
    fill = until("the fill in the history", lambda: s.desk.get("/api/v1/executions?limit=10")["rows"])[0]
    assert 0 < fill["latency_ms"] < 4_000, fill
    until("both to be seen", lambda: all(s.metric("lp_clock_skew_seconds", lp=n) is not None for n in LPS))
    assert -5.1 < s.metric("lp_clock_skew_seconds", lp="LP_A") < -4, s.metric("lp_clock_skew_seconds", lp="LP_A")
    assert -0.1 < s.metric("lp_clock_skew_seconds", lp="LP_B") < 1


def symbols_go_by_the_reference_and_what_it_lacks_goes_nowhere(s):
    """47: two LPs with names of their own for ACME, and a symbol of no table"""
    from processes import desk_toml
    (s.folder / "reference.toml").write_text(
        '[symbols]\n"ACME US" = "ACME"\n'
        '[lp.LP_A]\nsymbols = { "ACME.A" = "ACME" }\n[lp.LP_B]\nsymbols = { "ACME.B" = "ACME" }\n')
    toml = desk_toml(s.folder, s.names(), "live").replace("[desk]\n", '[desk]\nreference = "reference.toml"\n')
    (s.folder / "desk.toml").write_text(toml)
    s.start(quote=False)
    s.market.quote("ACME US", 100.00, 100.02)
    s.market.quote("EVIL", 1.00, 1.02)
    s.until_quoted()
    assert [r["symbol"] for r in s.desk.get("/api/v1/symbols")["rows"]] == ["ACME"]
    s.until_metric("symbol_unmapped_total", 1)
    s.order()
    name, order = s.child()
    assert order["55"] == {"LP_A": "ACME.A", "LP_B": "ACME.B"}[name], order
    s.lps[name].fill(order, "E1")
    fill = until("the fill in the history", lambda: s.desk.get("/api/v1/executions?limit=10")["rows"])[0]
    assert fill["parent"] and fill["price_improvement_bps"] is not None, fill
    until("the order to be filled", lambda: s.desk.get("/api/v1/parents?limit=5")["rows"][0]["state"] == "filled")
    s.order(symbol="EVIL")
    s.no_child(1)


def a_halt_stops_new_orders_until_the_market_resumes(s):
    """51: also over a kill -9; what is open stays, and may be filled"""
    s.start()
    s.order()
    name, order = s.child()
    s.market.say("f", (55, "ACME"), (326, 2))
    s.until_metric("halt_state", 1, symbol="ACME")
    status, answer = s.order()
    assert status != 201 and "halted" in str(answer), answer
    s.quote()
    s.no_child(0.7)
    s.lps[name].fill(order, "E1")
    until("the fill", lambda: s.desk.get("/api/v1/parents?limit=5")["rows"][0]["cum_qty"] == float(order["38"]))
    s.desk.kill()
    s.start()
    assert s.metric("halt_state", symbol="ACME") == 1
    assert s.order()[0] != 201
    s.market.say("f", (55, "ACME"), (326, 3))
    until("it to be resumed", lambda: s.metric("halt_state", symbol="ACME") is None)
    s.quote()
    until("an order to be taken", lambda: s.order()[0] == 201)
    s.child()


# --- what is told --------------------------------------------------------------------------------


def what_the_api_tells_of_executions_and_sessions_is_so(s):
    """no fault: a buy filled at 100.01 while 100.00 x 100.02 stood gains 1e4 x .01 / 100.02 = .9998 bps"""
    s.start()
    before = s.desk.get("/api/v1/status")
    assert before["step"] is None and before["steps"] == [], before
    _, parent = s.order()
    name, order = s.child()
    standing = s.desk.get("/api/v1/status")
    assert [(f["profile"], f["symbol"], f["step"]) for f in standing["steps"]] == [("balanced", "ACME", "equal")], standing
    assert standing["step"] == "equal" and s.metric("sor_ladder_step", step="equal") == 1
    qty = f"{float(order['38']):g}"
    s.lps[name].report(order, "E1", "F", "2", last=qty, cum=qty, px="100.01")
    rows = until("the fill in the history", lambda: s.desk.get("/api/v1/executions?limit=10")["rows"])
    fill = rows[0]
    assert fill["exec_type"] == "fill" and fill["parent"] == parent["id"], fill
    assert fill["child"] == order["11"][1:], fill
    assert abs(fill["price_improvement_bps"] - 0.99980004) < 1e-6 and fill["effective_spread_bps"] == 0, fill
    assert 0 < fill["latency_ms"] < 60_000, fill
    s.lps[name].say("8", (37, "O" + order["11"]), (11, order["11"]), (17, "E2"), (19, "E1"), (150, "H"), (39, "0"),
                    (55, "ACME"), (54, 1), (38, qty), (14, 0), (151, qty), (6, 0))
    bust = until("the bust in the history", lambda: s.desk.get("/api/v1/executions?limit=10")["rows"][1:])[0]
    assert bust["exec_type"] == "bust" and bust["parent"] == fill["parent"], bust
    assert bust["price_improvement_bps"] is None and "takes a fill back" in bust["price_improvement_bps_absent"], bust

    ranking = s.desk.get("/api/v1/rankings/balanced/ACME")
    for row in ranking["rows"]:
        assert row["n_eff"] is None or row["n_eff"] > 0, row
        known = row["lp"] == name
        assert (row["n_eff_lp"] is not None) == known, row

    since = {r["name"]: r["since_ns"] for r in s.desk.get("/api/v1/status")["sessions"]}
    s.lps["LP_A"].hang_up()
    until("the session to be down", lambda: s.metric("fix_session_up", session="LP_A") == 0)
    after = until("the time at which it went down", lambda: [
        {r["name"]: r["since_ns"] for r in now["sessions"]} for now in [s.desk.get("/api/v1/status")]
        if {r["name"]: r["since_ns"] for r in now["sessions"]}["LP_A"] != since["LP_A"]])[0]
    assert after["LP_A"] > since["LP_A"] and after["LP_B"] == since["LP_B"], (since, after)
    health = s.desk.get("/api/v1/health")
    assert 0 < health["bytes_messages"] == health["bytes_read"], health


# --- the process ---------------------------------------------------------------------------------


def stopped_and_continued_it_sends_nothing_old(s):
    """44. The time is 30 s with --long."""
    seconds = 30 if s.long else 4
    s.start()
    s.desk.process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    # What waits in the sockets: quotes that lie far off when they are read, and look new.
    while time.monotonic() - begun < seconds:
        s.quote(90.00, 90.02)
        time.sleep(0.1)
    asked = threading.Thread(target=lambda: s.order(), daemon=True)
    asked.start()
    time.sleep(0.3)
    s.desk.process.send_signal(signal.SIGCONT)
    s.no_child(0.8)
    s.until_metric("pause_detected_total", 1)
    assert s.metric("pause_longest_seconds") >= seconds - 1
    s.until_log("the desk stood still for")
    asked.join(15)
    until("it to be resumed", lambda: s.notes("resumed"))
    s.quote()
    until("an order to be taken", lambda: s.order()[0] == 201)
    s.child()


def killed_between_send_and_answer_the_order_is_asked_after(s):
    """41, 42, 43"""
    s.start()
    s.order()
    name, order = s.child()
    s.desk.kill()
    s.start(quote=False)
    lp = s.lps[name]
    lp.expect("H", where=lambda m: m["11"] == order["11"])
    s.until_metric("sor_children_unknown", 1)
    s.no_child(0.5)
    assert s.metric("desk_recovery_seconds") < 2
    lp.fill(order, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)


def killed_by_a_person_nothing_goes_out_and_what_is_out_is_asked_back(s):
    """74: also over a kill -9 of the desk"""
    s.start()
    s.order()
    name, order = s.child()
    status, _ = s.desk.ask("/api/v1/kill", {"scope": "all", "who": "ann", "why": "a test"})
    assert status in (200, 201), status
    s.lps[name].expect("F", where=lambda m: m["41"] == order["11"])
    assert s.metric("gate_killed") == 1
    status, _ = s.order()
    assert status != 201
    s.desk.kill()
    s.start()
    assert s.metric("gate_killed") == 1
    assert s.order()[0] != 201
    s.no_child(0.5)


def starved_of_cpu_it_goes_on(s):
    """72: two busy loops per core beside it"""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 2))]
    try:
        s.start()
        s.order()
        name, order = s.child(30)
        s.lps[name].fill(order, "E1")
        begun = time.monotonic()
        assert s.desk.ask("/api/v1/kill", {"scope": "all", "who": "ann", "why": "a test"})[0] in (200, 201)
        assert time.monotonic() - begun < 5
        assert s.metric("desk_applied_seconds_count") > 0
    finally:
        for b in burners:
            b.kill()
            b.wait()


# --- the disk ------------------------------------------------------------------------------------


class Tmpfs:
    def __init__(self, folder, size):
        if os.geteuid() != 0:
            raise Skip("mounting a file system needs root")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "assay-faults", str(folder)],
                          capture_output=True, check=False).returncode != 0:
            raise Skip("no file system can be mounted here")

    def __enter__(self):
        return self

    def read_only(self):
        return subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], capture_output=True,
                              check=False).returncode == 0

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)


def drive_until_it_ends(s, seconds=60):
    """Quotes until the desk has ended by itself."""
    begun = time.monotonic()
    while s.desk.alive():
        try:
            for _ in range(200):
                if s.market.socket is not None:
                    s.quote()
        except OSError:  # it hangs up before it ends
            s.market.hang_up()
        if s.market.socket is not None:
            s.market.pump(0.005)
        else:
            time.sleep(0.02)
        assert time.monotonic() - begun < seconds, "it goes on without a journal"
    return s.desk.process.wait()


def what_was_acknowledged_is_there_after_a_restart(s, order):
    """The desk ended by itself; started again it knows its order, asks after it, and goes on."""
    name, sent = order
    s.start(quote=False)
    s.lps[name].expect("H", where=lambda m: m["11"] == sent["11"])
    s.lps[name].fill(sent, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)
    s.quote()
    until("an order to be taken", lambda: s.order()[0] == 201)
    s.child()


def disk_full_stops_the_desk_and_room_lets_it_go_on(s):
    """67"""
    with Tmpfs(s.state, "12m"):
        ballast = s.state / "ballast"
        ballast.write_bytes(b"\0" * (4 << 20))
        s.start()
        assert s.metric("disk_free_bytes") < 12 << 20
        s.order()
        order = s.child()
        code = drive_until_it_ends(s)
        assert code == 1, code
        assert "No space left on device" in s.log(), s.log()[-500:]
        for lp in s.lps.values():
            lp.pump(0.2)
            assert sum(m.get("35") == "D" and not m.get("taken") for m in lp.got) == 0, "sent without a journal"
        ballast.unlink()
        what_was_acknowledged_is_there_after_a_restart(s, order)
        s.desk.stop()


def disk_full_with_room_in_reserve_fails_closed_and_resumes(s):
    """67: 64 MiB are reserved; while the disk is full reports are journaled and no order goes out"""
    with Tmpfs(s.state, "160m"):
        s.start()
        assert (s.state / "reserve").stat().st_size == 64 << 20
        assert s.metric("desk_state", state="fail_closed") == 0
        s.order()
        name, order = s.child()
        ballast = s.state / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65_536)
            except OSError:
                pass

        def closed():
            s.quote()
            return s.metric("desk_state", state="fail_closed") == 1
        until("the desk to fail closed", closed, 40)
        s.until_log("the disk is full")
        status, answer = s.desk.ask("/readyz")
        assert status == 503 and "the disk is full" in str(answer), (status, answer)
        assert not (s.state / "reserve").exists()
        s.quote()
        s.order()
        s.no_child(1)
        # What is out is still heard of, durably.
        s.lps[name].fill(order, "E1")
        until("the fill", lambda: [p for p in s.desk.get("/api/v1/parents?limit=5")["rows"] if p["cum_qty"] > 0])
        until("it to be on the disk", lambda: any(b"\x0117=E1\x01" in raw for _, _, raw in
                                                  journal_messages(s.state / "journal")))
        ballast.unlink()
        until("it to be ready again", s.desk.ready, 20)
        assert s.metric("desk_state", state="fail_closed") == 0
        assert (s.state / "reserve").stat().st_size == 64 << 20
        s.quote()
        s.order()
        s.child()
        assert s.desk.alive()
        s.desk.stop()


def a_write_that_fails_stops_the_desk_with_its_cause(s):
    """68: a file that may not grow any more (RLIMIT_FSIZE) from one write on"""
    s.start()
    s.order()
    order = s.child()
    biggest = max(f.stat().st_size for f in s.state.rglob("*") if f.is_file() and f.name != "reserve")
    resource.prlimit(s.desk.process.pid, resource.RLIMIT_FSIZE, (biggest + 65_536, biggest + 65_536))
    code = drive_until_it_ends(s)
    assert code == 1, f"ended with {code}"
    assert "File too large" in s.log(), s.log()[-500:]
    what_was_acknowledged_is_there_after_a_restart(s, order)


def a_journal_that_cannot_be_written_refuses_the_start(s):
    """67, 68: a file system that is read only"""
    with Tmpfs(s.state, "12m") as disk:
        s.start(quote=False)
        s.desk.stop()
        if not disk.read_only():
            raise Skip("the file system cannot be made read only")
        begun = time.monotonic()
        try:
            Desk(s.assay, s.folder, s.names())
            raise AssertionError("it started without a journal")
        except AssertionError as error:
            assert "did not start" in str(error) and "Read-only file system" in str(error), error
        assert time.monotonic() - begun < 10


def a_changed_byte_in_the_journal_refuses_the_start_with_its_place(s):
    """70"""
    s.start()
    s.order()
    s.child()
    s.desk.stop()
    for state in s.state.glob("state-*.bin"):
        state.unlink()
    segment = sorted((s.state / "journal").glob("journal-*.fix"))[0]
    data = bytearray(segment.read_bytes())
    at = data.index(b"35=W")
    data[at + 3] ^= 1
    segment.write_bytes(data)
    try:
        Desk(s.assay, s.folder, s.names())
        raise AssertionError("it started over a damaged journal")
    except AssertionError as error:
        assert "did not start" in str(error) and segment.name in str(error), error


def too_few_descriptors_cost_connections_and_not_the_desk(s):
    """71"""
    s.start()
    pid = s.desk.process.pid
    limit = len(os.listdir(f"/proc/{pid}/fd")) + 2
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))
    import socket
    host, port = s.desk.url.removeprefix("http://").split(":")
    guests = []
    for _ in range(6):
        try:
            guests.append(socket.create_connection((host, int(port)), timeout=1))
        except OSError:
            pass
    time.sleep(0.3)
    for g in guests:
        g.close()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (1024, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))
    s.quote()
    until("an order to be taken", lambda: s.order()[0] == 201)
    name, order = s.child()
    s.lps[name].fill(order, "E1")
    assert s.desk.alive()


TESTS = [gap_is_asked_for_once_and_applied_in_order, number_too_low_ends_the_session_and_says_why,
         possdup_and_possresend_fills_count_once, possdup_without_origsendingtime_is_rejected,
         a_gap_fill_below_what_is_expected_changes_nothing, what_a_gap_fill_leaves_open_is_asked_for_again,
         two_gaps_that_meet_are_answered_first_and_end, lp_resets_its_sequence_and_open_orders_are_asked_after,
         a_resend_request_never_brings_an_order_again, lp_gone_is_halted_its_order_unknown_and_others_go_on,
         lp_silent_is_unknown_asked_after_and_never_sent_again, a_half_open_connection_is_found_by_heartbeats,
         strangers_are_refused_and_counted, what_cannot_be_read_is_a_dead_letter_and_changes_nothing,
         a_clock_of_an_lp_that_is_off_shows_and_enters_no_measure,
         symbols_go_by_the_reference_and_what_it_lacks_goes_nowhere, a_halt_stops_new_orders_until_the_market_resumes,
         what_the_api_tells_of_executions_and_sessions_is_so,
         frozen_quotes_hold_orders_until_they_live_again, crossed_and_one_sided_quotes_hold_orders,
         stopped_and_continued_it_sends_nothing_old, killed_between_send_and_answer_the_order_is_asked_after,
         killed_by_a_person_nothing_goes_out_and_what_is_out_is_asked_back, starved_of_cpu_it_goes_on,
         disk_full_stops_the_desk_and_room_lets_it_go_on, disk_full_with_room_in_reserve_fails_closed_and_resumes,
         a_write_that_fails_stops_the_desk_with_its_cause,
         a_journal_that_cannot_be_written_refuses_the_start,
         a_changed_byte_in_the_journal_refuses_the_start_with_its_place,
         too_few_descriptors_cost_connections_and_not_the_desk]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("--long", action="store_true", help="pauses of 30 s")
    parser.add_argument("--only", default="", help="tests whose name has this in it")
    args = parser.parse_args()
    passed = failed = skipped = 0
    for test in TESTS:
        if args.only not in test.__name__:
            continue
        folder = tempfile.mkdtemp(prefix="assay-faults-")
        street = Street(os.path.abspath(args.assay), folder)
        street.long = args.long
        begun = time.monotonic()
        try:
            test(street)
            passed += 1
            print(f"{time.monotonic() - begun:6.1f} s  {test.__name__}", flush=True)
            street.close()
            shutil.rmtree(folder, ignore_errors=True)
        except Skip as why:
            skipped += 1
            print(f"skipped: {test.__name__}: {why}", flush=True)
            street.close()
        except BaseException as error:  # the processes are ended in any case
            failed += 1
            street.close()
            print(f"FAILED   {test.__name__}; kept: {folder}", flush=True)
            traceback.print_exc(file=sys.stdout)
            if isinstance(error, KeyboardInterrupt):
                raise
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
