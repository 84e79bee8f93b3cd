#!/usr/bin/env python3
"""How long a kill takes to ask back what is out: row 74 of docs/faults.md.

    tests/desk/kill_latency.py ASSAY [--orders 10000] [--milliseconds 250]

A live desk has so many orders out at two LPs that answer nothing. One kill of everything: from the
kill taken in to the last request to cancel on the wire, as `kill_latency_seconds` says, and each
order is asked back once, and nothing goes out behind the kill.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import time

from counterparty import Counterparty, message, now
from processes import desk_toml, until
from street import Street

AT_ONCE = 200


def fill_the_street(s, oms, orders):
    for at in range(0, orders, AT_ONCE):
        batch = b""
        for n in range(at, min(at + AT_ONCE, orders)):
            batch += message("D", "OMS", "DESK", oms.out, (11, f"K{n}"), (55, "ACME"), (54, 1), (38, 100), (40, 2),
                             (44, f"{100.05 + n % 97 * 1e-4:.4f}"), (60, now()))
            oms.out += 1
        oms.raw(batch)
        s.quote()
        for party in (oms, *s.parties()):
            party.pump(0.01)
    def all_out():
        s.quote()
        for party in (oms, *s.parties()):
            party.pump(0.05)
        return sum(lp.count("D") for lp in s.lps.values()) >= orders
    until(f"{orders} orders to be out", all_out, 300)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--milliseconds", type=float, default=250)
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-kill-latency-"))
    s = Street(os.path.abspath(args.assay), folder)
    oms = Counterparty("OMS")
    try:
        text = desk_toml(folder, s.names(), "live").replace('time_out = "500ms"', 'time_out = "10m"')
        text = text.replace("parent_qty = 1_000_000", "parent_qty = 1_000").replace("open_qty = 1_000_000", "open_qty = 100_000_000")
        (folder / "desk.toml").write_text(text)
        s.start()
        oms.call(s.desk.ports["sessions"]["OMS"])
        oms.expect("A")
        fill_the_street(s, oms, args.orders)
        sent = {lp.us: {m["11"] for m in lp.got if m.get("35") == "D"} for lp in s.lps.values()}
        asked = time.monotonic()
        status, answer = s.desk.ask("/api/v1/kill", {"scope": "all", "who": "ann", "why": "a figure"})
        answered = time.monotonic() - asked
        assert status in (200, 201), (status, answer)

        def all_asked_back():
            for party in (oms, *s.parties()):
                party.pump(0.05)
            return sum(lp.count("F") for lp in s.lps.values()) >= args.orders
        until("all to be asked back", all_asked_back, 120)
        for party in s.parties():
            party.pump(0.5)
        for lp in s.lps.values():
            back = [m["41"] for m in lp.got if m.get("35") == "F"]
            assert sorted(back) == sorted(sent[lp.us]), f"{lp.us}: each order is asked back once"
            assert lp.count("D") == len(sent[lp.us]), f"{lp.us} got an order after the kill"
        took = s.metric("kill_latency_seconds_sum") * 1e3
        print(f"{args.orders:,} orders out: {took:.0f} ms from the kill taken in to the last request on the wire; "
              f"the API answered after {answered * 1e3:.0f} ms; {os.getloadavg()[0]:.1f} at work on {os.cpu_count()} cores")
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    finally:
        oms.close()
        s.close()
    shutil.rmtree(folder, ignore_errors=True)
    if took > args.milliseconds:
        sys.exit(f"at most {args.milliseconds:g} ms are required")
    print("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
