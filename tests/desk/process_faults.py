"""Faults of the process and its clock: rows of docs/faults.md (see faults_test.py). A test takes a Street."""

import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

from processes import Desk, desk_toml, journal_messages, until
from street import Skip


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


def the_systems_clock_is_stepped_and_no_time_of_the_run_moves(s):
    """45: libfaketime moves the clock of this process alone, an hour on and then two back"""
    library = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if library is None:
        raise Skip("libfaketime is not installed (Debian: faketime)")
    # No states meanwhile: libfaketime does not stand the copies of the process that write them.
    (s.folder / "desk.toml").write_text(desk_toml(s.folder, s.names(), "live", snapshot_every="1h"))
    # It begins at noon, whatever the hour: over midnight the engine begins its numbers anew, as it should.
    noon = int(12 * 3600 - time.time() % 86400)
    offset = s.folder / "offset"
    offset.write_text(f"{noon:+d}\n")
    s.run_by(f"LD_PRELOAD={library} FAKETIME_TIMESTAMP_FILE={offset} FAKETIME_NO_CACHE=1 "
             "FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 exec")
    s.start()
    s.order()
    name, order = s.child()
    before = s.desk.get("/api/v1/status")["at_ns"]
    begun = time.monotonic()
    for k, step in enumerate((3600, -3600), 1):
        offset.write_text(f"{noon + step:+d}\n")
        s.until_metric("clock_step_total", k)
        # What QuickFIX takes for an hour of silence ends sessions; they come back by themselves.
        s.come_back(5)
        s.quote()
    assert abs(s.metric("clock_offset_seconds") + 3600) < 60, s.metric("clock_offset_seconds")
    s.until_log("clock")
    moved = (s.desk.get("/api/v1/status")["at_ns"] - before) / 1e9
    assert abs(moved - (time.monotonic() - begun)) < 2, f"event time moved {moved:.1f} s"
    s.lps[name].fill(order, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)
    until("an order to be taken", lambda: s.order()[0] == 201)
    # A breaker is open for 30 s after its session went down; meanwhile the market speaks.
    deadline = time.monotonic() + 45
    while True:
        s.quote()
        try:
            s.child(1)
            break
        except AssertionError:
            if time.monotonic() > deadline:
                raise
    latency = until("the fill to be in the history", lambda: [
        r["latency_ms"] for r in s.desk.get("/api/v1/executions?limit=10")["rows"] if r["exec_id"] == "E1"])
    assert 0 < latency[0] < 120_000, latency


def ended_in_order_it_trades_at_once_after_the_next_start(s):
    """That sessions went down as we ended is no fault of the LPs: no breaker is open"""
    s.start()
    s.order()
    name, order = s.child()
    s.lps[name].fill(order, "E1")
    until("the fill", lambda: [p for p in s.desk.get("/api/v1/parents")["rows"] if p["cum_qty"] > 0])
    s.desk.stop()
    s.start()
    assert all(lp["breaker"] == "closed" for lp in s.desk.get("/api/v1/lps")["rows"])
    s.order()
    s.child(5)


def a_limit_off_the_market_waits_and_costs_no_lp_its_score(s):
    s.start()
    status, answer = s.desk.ask("/api/v1/parents", {"cl_ord_id": "far", "symbol": "ACME", "side": "buy", "qty": 100,
                                                    "limit": 99.00})
    assert status == 201, answer
    s.quote()
    s.no_child(1)
    parent = s.desk.get("/api/v1/parents")["rows"][0]
    assert parent["held"] == "nothing can be had at its limit", parent
    s.quote(98.97, 98.99)
    name, order = s.child()
    assert order["44"] == "98.99", order


def a_replay_shows_what_the_live_desk_had_and_adds_nothing(s):
    s.start()
    s.order()
    name, order = s.child()
    s.desk.kill()
    s.start()
    s.lps[name].expect("H", where=lambda m: m["11"] == order["11"])
    s.lps[name].fill(order, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)
    s.order()
    s.child()

    def told():
        status = s.desk.get("/api/v1/status")
        parents = s.desk.get("/api/v1/parents")["rows"]
        return ({k: status[k] for k in ("parents_open", "children_open", "children_unknown")},
                [{k: p[k] for k in ("id", "state", "cum_qty", "leaves_qty", "avg_px", "children")} for p in parents])
    live = told()
    s.desk.kill()

    def inputs():  # the journal's own lines (#) say what is durable, and are none
        return [e for e in journal_messages(s.state / "journal") if e[1] != "#"]
    entries = inputs()
    for state in s.state.glob("state-*.bin"):
        state.unlink()
    s.desk = Desk(s.assay, s.folder, s.names(), "--mode", "replay", mode="replay")
    assert told() == live, (told(), live)
    status, answer = s.desk.ask("/api/v1/kill", {"scope": "all", "who": "ann", "why": "a test"})
    assert status == 503 and "replays its journal" in answer["detail"], (status, answer)
    status, answer = s.desk.ask("/readyz")
    assert status == 503 and "replay" in str(answer), answer
    s.desk.stop()
    assert inputs() == entries
    assert not list(s.state.glob("state-*.bin"))


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


TESTS = [a_replay_shows_what_the_live_desk_had_and_adds_nothing, ended_in_order_it_trades_at_once_after_the_next_start,
         a_limit_off_the_market_waits_and_costs_no_lp_its_score, stopped_and_continued_it_sends_nothing_old,
         the_systems_clock_is_stepped_and_no_time_of_the_run_moves,
         killed_between_send_and_answer_the_order_is_asked_after,
         killed_by_a_person_nothing_goes_out_and_what_is_out_is_asked_back,
         starved_of_cpu_it_goes_on]
