"""What a running desk does in each mode and role of a session: shadow, paper, drop copies, an OMS that goes."""

from counterparty import Counterparty
from processes import desk_toml, until


def oms_of(s):
    oms = Counterparty("OMS")
    oms.call(s.desk.ports["sessions"]["OMS"])
    oms.expect("A")
    return oms


def order_of_oms(oms, name, qty=100):
    oms.say("D", (11, name), (55, "ACME"), (54, 1), (38, qty), (40, 1), (60, "20260302-10:00:00.000"))


def a_shadow_decides_and_says_nothing_to_anybody(s):
    """what it would have sent is in its history, and no order, cancel or report leaves"""
    s.mode = "shadow"
    s.start()
    oms = oms_of(s)
    try:
        order_of_oms(oms, "S1")
        made = until("a decision", lambda: [p for p in s.desk.get("/api/v1/parents")["rows"]
                                            if s.desk.get(f"/api/v1/parents/{p['id']}/timeline")["decisions"]])
        decisions = s.desk.get(f"/api/v1/parents/{made[0]['id']}/timeline")["decisions"]
        decision = s.desk.get(f"/api/v1/decisions/{decisions[0]['id']}")
        assert sum(c["qty"] for c in decision["children"]) == 100, decision
        s.no_child(1)
        oms.pump(0.5)
        assert not [m for m in oms.got if m.get("35") in ("8", "9", "3")], oms.got
        assert not s.metric("desk_children_sent_total") and not s.metric("desk_reports_sent_total")
        assert s.desk.get("/api/v1/status")["mode"] == "shadow"
    finally:
        oms.close()


def on_paper_orders_are_filled_by_what_the_market_shows(s):
    """no LP is called; a market order over 100 of 100.02 is filled there, and the OMS hears of it"""
    s.mode = "paper"
    s.start()
    oms = oms_of(s)
    try:
        order_of_oms(oms, "P1")
        fill = oms.expect("8", where=lambda m: m.get("39") == "2")
        assert (fill["11"], float(fill["32"]), float(fill["31"])) == ("P1", 100, 100.02), fill
        for lp in s.lps.values():
            lp.listener.settimeout(0.2)
            try:
                lp.listener.accept()
                raise AssertionError(f"{lp.us} was called on paper")
            except TimeoutError:
                pass
    finally:
        oms.close()


def a_drop_copy_scores_an_lp_that_somebody_else_sends_to(s):
    """two orders of another router at LP_C, filled and rejected, as the drop copy tells of them"""
    copy = Counterparty("LPC_COPY")
    s.others.append(copy)
    text = desk_toml(s.folder, s.names(), "live") + f"""
[session.COPY]
role = "drop-copy"
lp = "LP_C"
port = {copy.port}
begin_string = "FIX.4.4"
sender = "DESK"
target = "LPC_COPY"
"""
    (s.folder / "desk.toml").write_text(text)
    s.start()
    for n, (exec_type, status, last, text) in enumerate([("F", "2", 100, ""), ("8", "8", 0, "no")]):
        pairs = [(37, f"O{n}"), (11, f"THEIRS-{n}"), (17, f"C{n}"), (150, exec_type), (39, status), (55, "ACME"),
                 (54, 1), (38, 100), (14, last), (151, 0), (6, 100.02 if last else 0)]
        copy.say("8", *pairs, *([(32, last), (31, 100.02)] if last else [(58, text)]))
    (fill,) = until("the fill in the history", lambda: s.desk.get("/api/v1/executions?lp=LP_C")["rows"])
    assert (fill["exec_type"], fill["exec_id"], fill["parent"]) == ("fill", "C0", None), fill
    print(s.desk.get("/api/v1/rankings/balanced/ACME"), s.desk.get("/api/v1/league?profile=balanced&symbol=ACME"))
    s.order()
    s.child()
    copy.pump(0.3)
    assert not [m for m in copy.got if m.get("35") == "D"], "a drop copy is listened to"


def an_oms_that_goes_takes_its_orders_along_where_it_is_so_configured(s):
    """cancel_on_disconnect: what is out is asked back, and the parent is over"""
    text = desk_toml(s.folder, s.names(), "live").replace('[session.OMS]\n', '[session.OMS]\ncancel_on_disconnect = true\n')
    (s.folder / "desk.toml").write_text(text.replace('time_out = "500ms"', 'time_out = "10m"'))
    s.start()
    oms = oms_of(s)
    try:
        order_of_oms(oms, "G1")
        name, order = s.child()
        oms.hang_up()
        request = s.lps[name].expect("F", where=lambda m: m["41"] == order["11"])
        s.lps[name].report({**order, "11": request["11"]}, "E1", "4", "4")
        until("the order to be over", lambda: s.desk.get("/api/v1/parents")["rows"][0]["state"] == "canceled")
        oms.call(s.desk.ports["sessions"]["OMS"])
        told = oms.expect("8", where=lambda m: m.get("39") == "4")
        assert told["11"] == "G1" or told.get("41") == "G1", told
    finally:
        oms.close()


TESTS = [a_shadow_decides_and_says_nothing_to_anybody,
         on_paper_orders_are_filled_by_what_the_market_shows,
         a_drop_copy_scores_an_lp_that_somebody_else_sends_to,
         an_oms_that_goes_takes_its_orders_along_where_it_is_so_configured]
