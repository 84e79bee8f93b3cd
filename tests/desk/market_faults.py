"""Faults of the market and of what is told of it: rows of docs/faults.md (see faults_test.py). A test takes a Street."""

import time

from processes import desk_toml, until
from street import LPS


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


def a_quote_ten_times_off_holds_orders_and_no_price_follows_it(s):
    """48: the collar is that of the last good market"""
    s.start()
    s.quote(1000.00, 1000.20)
    s.until_metric("quote_outlier_total", 1)
    status, answer = s.order()
    assert status == 422 and "no usable quote" in str(answer), (status, answer)
    assert s.order(limit=100.5)[0] == 201
    s.no_child(0.7)
    s.until_log("1000 x 1000.2 of ACME is not believed")
    s.quote()
    _, order = s.child()
    assert float(order["44"]) < 110, order


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


TESTS = [a_clock_of_an_lp_that_is_off_shows_and_enters_no_measure,
         symbols_go_by_the_reference_and_what_it_lacks_goes_nowhere,
         a_quote_ten_times_off_holds_orders_and_no_price_follows_it,
         a_halt_stops_new_orders_until_the_market_resumes,
         what_the_api_tells_of_executions_and_sessions_is_so,
         frozen_quotes_hold_orders_until_they_live_again,
         crossed_and_one_sided_quotes_hold_orders]
