"""Faults of FIX sessions: rows of docs/faults.md (see faults_test.py). A test takes a Street."""

import re
import socket
import time

from counterparty import Counterparty, message, now
from processes import desk_toml, fields, journal_messages, until
from street import LPS


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


def an_order_behind_a_gap_is_not_worked_before_the_gap_is_filled(s):
    """13: of an OMS. What it had cancelled in the gap would be at an LP already"""
    s.start()
    oms = Counterparty("OMS")
    oms.call(s.desk.ports["sessions"]["OMS"])
    oms.expect("A")
    gap = oms.out
    oms.out += 2
    order = [(55, "ACME"), (54, 1), (38, 100), (40, 1), (60, now())]
    oms.say("D", (11, "behind"), *order)
    asked = oms.expect("2")
    assert asked["7"] == str(gap), asked
    s.no_child(0.7)
    assert s.metric("fix_resend_open_ranges", session="OMS") == 1
    oms.say("D", (11, "before"), *order, seq=gap, poss_dup=True)
    oms.say("4", (123, "Y"), (36, gap + 2), seq=gap + 1, poss_dup=True)
    s.child()
    s.child()
    oms.pump(0.5)
    acked = [m["11"] for m in oms.got if m.get("35") == "8" and m.get("150") == "0"]
    assert acked == ["before", "behind"], acked
    oms.close()


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


def a_reset_below_what_is_expected_is_rejected(s):
    """20: SequenceReset-Reset backward"""
    s.start()
    name, lp = "LP_A", s.lps["LP_A"]
    for _ in range(3):
        lp.say("0")
    lp.say("4", (36, 2))
    reject = lp.expect("3")
    assert "36" in (reject.get("371"), reject.get("58", "")) or reject.get("373") == "5", reject
    lp.out = max(lp.out - 1, 1)  # a Reset has no number of its own that counts
    lp.say("0")
    lp.pump(0.3)
    assert s.metric("fix_session_up", session=name) == 1
    s.order()
    s.child()


def a_reset_that_the_desk_does_not_allow_is_refused(s):
    """23: accept_reset = false"""
    toml = desk_toml(s.folder, s.names(), "live")
    (s.folder / "desk.toml").write_text(re.sub(r'(role = "lp")', r"\1\naccept_reset = false", toml))
    s.start()
    s.order()
    name, order = s.child()
    lp = s.lps[name]
    went_on = lp.out
    lp.hang_up()
    until("the session to be down", lambda: s.metric("fix_session_up", session=name) == 0)
    lp.accept(reset=True)
    s.until_log("accept_reset = false")
    assert s.metric("fix_session_up", session=name) == 0
    lp.out = went_on
    lp.accept()
    until("the session to be up again", lambda: s.metric("fix_session_up", session=name) == 1)
    assert lp.expect("H")["11"] == order["11"]


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


def what_an_lp_never_answers_two_people_settle(s):
    """55: what it filled is booked, until it says so itself"""
    s.start()
    s.order()
    name, order = s.child()
    s.until_metric("sor_children_unknown", 1)
    (row,) = s.desk.get("/api/v1/unsettled")["rows"]
    assert (row["lp"], row["open_qty"], row["owed"]) == (name, 100, False), row
    path = f"/api/v1/children/{row['child']}/settle"
    found = {"filled": 100, "price": float(order["44"]), "who": "ann", "why": "by phone"}
    assert s.desk.ask(path, {**found, "second": "ann"})[0] == 422, "one person"
    status, child = s.desk.ask(path, {**found, "second": "bob"})
    assert (status, child.get("state"), child.get("cum_qty")) == (200, "filled", 100), child
    assert s.metric("sor_children_unknown") == 0
    assert s.desk.ask(path, {**found, "second": "bob"})[0] == 409, "it is settled"
    s.lps[name].fill(order, "E1")
    until("its own report", lambda: [r for r in s.desk.get("/api/v1/executions")["rows"] if r["exec_id"] == "E1"])
    (parent,) = s.desk.get("/api/v1/parents")["rows"]
    assert (parent["state"], parent["cum_qty"]) == ("filled", 100), parent
    (child,) = s.desk.get("/api/v1/orders")["rows"]
    assert child["latency_ms"] > 0, f"from its leaving to its first answer: {child}"


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


def a_flood_of_connections_is_refused_and_the_oms_comes_through(s):
    """25: 32 may be without a Logon at a time"""
    s.start(quote=False)
    port = s.desk.ports["sessions"]["OMS"]
    crowd = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(40)]
    s.until_metric("fix_logon_refused_total", 8)
    s.until_log("too many connections without a Logon")
    for guest in crowd:
        guest.close()
    oms = Counterparty("OMS")

    def let_in():
        oms.call(port)
        return any(m.get("35") == "A" for m in oms.pump(0.5))
    until("the OMS to be let in", let_in)
    oms.close()


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


TESTS = [gap_is_asked_for_once_and_applied_in_order, an_order_behind_a_gap_is_not_worked_before_the_gap_is_filled,
        
         number_too_low_ends_the_session_and_says_why,
         possdup_and_possresend_fills_count_once,
         possdup_without_origsendingtime_is_rejected,
         a_gap_fill_below_what_is_expected_changes_nothing,
         what_a_gap_fill_leaves_open_is_asked_for_again,
         two_gaps_that_meet_are_answered_first_and_end,
         lp_resets_its_sequence_and_open_orders_are_asked_after,
         a_reset_below_what_is_expected_is_rejected, a_reset_that_the_desk_does_not_allow_is_refused,
         a_resend_request_never_brings_an_order_again,
         lp_gone_is_halted_its_order_unknown_and_others_go_on,
         lp_silent_is_unknown_asked_after_and_never_sent_again,
         what_an_lp_never_answers_two_people_settle,
         a_half_open_connection_is_found_by_heartbeats,
         strangers_are_refused_and_counted,
         a_flood_of_connections_is_refused_and_the_oms_comes_through,
         what_cannot_be_read_is_a_dead_letter_and_changes_nothing]
