#!/usr/bin/env python3
"""kill -9 of a desk under load, at random moments, with live sessions to LPs in another process.

    tests/desk/kill_test.py ASSAY [--kills 20] [--seed 1]

Orders come by HTTP and by an OMS's session, in turn as the dice fall. After each kill the desk
starts again from its journal, and the OMS calls it again. At the end, of all orders ever:
  - every fill that an LP sent is in the desk's journal, and is counted once
  - no child was sent twice; what a parent has filled and out at LPs was never more than it asked for
  - the OMS has heard of every order, and of each fill by one ExecID, by numbers that have no gap; what
    a kill took out of the journal when it had been said is said again, word for word, and nothing else
  - the state is that of a desk that reads the whole journal anew and was never killed
The seed is printed; it makes the same orders, and kills after the same times.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from lasting_oms import LastingOms
from processes import Desk, Lps, desk_toml, fields, journal_messages, until
from samples import metrics, total
from states import newest_whole

HEADER = ("9", "10", "34", "52", "43", "97", "122", "call", "taken")
OVER = ("3", "4", "8", "C")   # OrdStatus(39) of a child that is done, rejected or expired


class Orders:
    """Parents of drawn sides and sizes, by both ways in."""

    def __init__(self, dice):
        self.dice, self.asked, self.taken, self.oms = dice, 0, 0, LastingOms()
        self.by_oms = {}   # ClOrdID -> quantity

    def one(self, desk, symbol):
        self.asked += 1
        side, qty = self.dice.choice(["buy", "sell"]), self.dice.randrange(1, 60) * 100
        if self.dice.random() < 0.5:
            name = f"oms-{self.asked}"
            self.by_oms[name] = qty
            self.oms.say("D", (11, name), (55, symbol), (54, 1 if side == "buy" else 2), (38, qty), (40, 1))
            return
        try:
            status, answer = desk.ask("/api/v1/parents", {"cl_ord_id": f"http-{self.asked}", "symbol": symbol,
                                                          "side": side, "qty": qty})
        except OSError as error:
            raise AssertionError(f"the desk went away by itself: {error}") from None
        # On a busy machine the market may be late after a start: the gate then refuses, rightly.
        if not (status == 422 and "no usable quote" in answer["detail"]):
            assert status == 201, (status, answer)
            self.taken += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    dice = random.Random(args.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-kill-"))
    print(f"seed {args.seed}, {args.kills} kills")
    lps = Lps(args.assay, folder, "--speed", "5", "--seed", str(args.seed))
    orders, restarts, desk = Orders(dice), [], None
    try:
        # Often enough that a start has a state to begin from.
        (folder / "desk.toml").write_text(desk_toml(folder, lps, "live", snapshot_every="400ms"))
        for kill in range(args.kills + 1):
            begun = time.monotonic()
            desk = Desk(args.assay, folder, lps)
            # Not ready: on a starved machine an LP may be late three times in a row, and its breaker is open.
            until("every session to be up", desk.all_up, 60)
            orders.oms.call(desk.ports["sessions"]["OMS"])
            orders.oms.expect("A", 60)
            restarts.append(time.monotonic() - begun)
            symbol = until("a quote", lambda: desk.get("/api/v1/symbols")["rows"], 60)[0]["symbol"]
            end = time.monotonic() + dice.uniform(0.2, 1.5)
            # Every third lives until it has written a whole state, for the next start to begin from.
            had = newest_whole(folder / "state")
            waits = lambda: kill % 3 == 1 and newest_whole(folder / "state") == had
            while (left := end - time.monotonic()) > 0 or waits() and left > -60:
                orders.one(desk, symbol)
                orders.oms.pump(dice.uniform(0, 0.02))
            if kill < args.kills:
                desk.kill()
        # Nothing more goes out, all is answered, and nothing is owed.
        status, answer = desk.ask("/api/v1/kill", {"scope": "all", "who": "kill_test", "why": "the end of the test"})
        assert status in (200, 201), (status, answer)
        def at_rest():
            orders.oms.pump(0.1)
            return (desk.get("/api/v1/status")["children_open"] == 0 and
                    total(metrics(desk.url), "desk_reports_waiting") == 0)
        until("no child to be out, and the OMS to have heard all", at_rest, 120)
        orders.oms.pump(1)
        desk.stop()
        lps.stop()
        check(args, folder, orders)
        states = [int(n) for n in re.findall(r"(\d+) entries from a state", (folder / "desk.log").read_text())]
        assert args.kills < 3 or any(states), "no start had a state to begin from"
        print(f"{sum(n > 0 for n in states)} of {len(states)} starts began from a state")
        print(f"{orders.asked} orders asked for; a start took {max(restarts):.1f} s at most, "
              f"{sorted(restarts)[len(restarts) // 2]:.1f} s in the middle, sessions included")
        shutil.rmtree(folder)
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    finally:
        orders.oms.close()
        for process in (desk, lps):
            if process is not None and process.alive():
                process.kill()
    print("1 passed, 0 failed, 0 skipped")


def is_fill(m):
    return m.get("35") == "8" and m.get("150") == "F"


class Theirs:
    """What the LPs say that they got and filled, from their own journal."""

    def __init__(self, folder):
        self.fills, self.orders = collections.defaultdict(dict), {}
        for session, mark, message in journal_messages(folder):
            m = fields(message)
            if mark == ">" and is_fill(m):
                self.fills[(session, m["11"])][m["17"]] = float(m["32"])
            if mark == "<" and m.get("35") == "D":
                self.orders[m["11"]] = float(m["38"])


class Ours:
    """What the desk's journal says of children, entry by entry."""

    def __init__(self, folder, theirs, asked_for):
        self.fills = collections.defaultdict(dict)
        self.sent = collections.Counter()      # child -> how often
        self.parent_of = {}
        self.too_much = []                     # (parent, filled, out, asked for), at a moment
        entries = [(session, mark, message if mark == "!" else fields(message))
                   for session, mark, message in journal_messages(folder)]
        # A kill may take the last messages sent out of the journal, and the LP has them all the same.
        quantity = dict(theirs.orders)
        for _, mark, m in entries:
            if mark == ">" and m.get("35") == "D":
                quantity[m["11"]] = float(m["38"])
        filled, out = collections.Counter(), collections.defaultdict(dict)
        for session, mark, m in entries:
            if mark == "!":
                if m.startswith(b"intent|"):
                    note = dict(f.partition("=")[::2] for f in m.decode().split("|")[1:])
                    child, parent = "C" + note["child"], note["parent"]
                    # The intent comes first, and is on the disk before the order leaves.
                    if child not in self.parent_of and child in quantity:
                        out[parent][child] = quantity[child]
                        at_lps = sum(out[parent].values())
                        if parent not in asked_for or filled[parent] + at_lps > asked_for[parent]:
                            self.too_much.append((parent, filled[parent], at_lps, asked_for.get(parent)))
                    self.parent_of.setdefault(child, parent)
            elif mark == ">" and m.get("35") == "D" and m.get("43") != "Y":
                self.sent[m["11"]] += 1
            elif mark == "<" and m.get("35") == "8":
                self.hear(session, m, quantity, filled, out)

    def hear(self, session, m, quantity, filled, out):
        """A report: what it fills is no longer out, and what is over neither, but for fills it owes."""
        child = m["41"] if m.get("41") in self.parent_of else m["11"]
        parent = self.parent_of.get(child)
        if parent is None:
            return
        of_child = self.fills[(session, child)]
        if is_fill(m) and m["17"] not in of_child:
            of_child[m["17"]] = float(m["32"])
            filled[parent] += float(m["32"])
            if child in out[parent]:
                out[parent][child] = max(0.0, out[parent][child] - float(m["32"]))
        if m.get("39") in OVER and child in out[parent]:
            out[parent][child] = max(0.0, float(m.get("14", 0)) - sum(of_child.values()))


def check(args, folder, orders):
    theirs = Theirs(folder / "lps")
    history = subprocess.run([args.assay, "history", "export", "parents", "--format", "json", "--history",
                              folder / "state" / "history.db"], check=True, capture_output=True, text=True).stdout
    parents = {str(p["id"]): p for p in json.loads(history)}
    ours = Ours(folder / "state" / "journal", theirs, {id: float(p["qty"]) for id, p in parents.items()})
    twice = [c for c, n in ours.sent.items() if n > 1]
    assert not twice, f"sent twice: {twice[:5]}"
    assert all(c in ours.parent_of for c in [*ours.sent, *theirs.orders]), "an order left without an intent before it"
    assert not ours.too_much, f"(parent, filled, at LPs, asked for): {ours.too_much[:5]}"
    lost = {k: set(v) - set(ours.fills.get(k, {})) for k, v in theirs.fills.items()}
    lost = {k: v for k, v in lost.items() if v}
    assert not lost, f"fills that the desk does not have: {dict(list(lost.items())[:5])}"
    filled = collections.Counter()
    for (_, child), fills in ours.fills.items():
        filled[ours.parent_of[child]] += sum(fills.values())
    assert set(filled) <= set(parents), "fills of parents that the history does not have"
    for id, p in parents.items():
        assert float(p["cum_qty"]) == filled[id], f"parent {id}: {p['cum_qty']} counted, {filled[id]} filled"
        assert filled[id] <= float(p["qty"]), f"parent {id}: {filled[id]} filled of {p['qty']}"
    counted = sum(filled.values())
    # A test that saw nothing has shown nothing.
    assert len(ours.sent) > 20 * args.kills and counted > 0, f"{len(ours.sent)} children, {counted} shares filled"
    print(f"{len(ours.sent)} children, {sum(len(f) for f in ours.fills.values())} fills of {counted:g} shares, "
          f"{len(parents)} parents: each fill counted once, none lost, none sent twice, none too many")
    check_oms(orders, parents, filled)
    verify(args.assay, folder)


def check_oms(orders, parents, filled):
    """What the OMS heard, report by report, against what was filled."""
    heard, fills, refused = {}, collections.defaultdict(dict), set()
    again, body = [], lambda m: {tag: value for tag, value in m.items() if tag not in HEADER}
    for m in orders.oms.heard:
        assert m["35"] == "8", m
        if m["39"] == "8":
            refused.add(m["11"])
            continue
        if m["17"] in heard:
            first = heard[m["17"]]
            assert first["call"] < m["call"] and body(first) == body(m), f"said twice: {first} and {m}"
            again.append(m)
            continue
        heard[m["17"]] = m
        if is_fill(m):
            fills[m["37"][1:]][m["17"]] = float(m["32"])
    named = {m["11"]: m["37"][1:] for m in heard.values()}
    silent = set(orders.by_oms) - set(named) - refused
    assert not silent, f"orders that the OMS heard nothing of: {sorted(silent)[:5]}"
    for name, id in named.items():
        assert float(parents[id]["qty"]) == orders.by_oms[name], (name, parents[id])
    wrong = {name: (sum(fills[id].values()), filled[id]) for name, id in named.items()
             if sum(fills[id].values()) != filled[id]}
    assert not wrong, f"{len(wrong)} orders whose fills the OMS did not hear (told, filled): {list(wrong.items())[:5]}"
    assert len(parents) == orders.taken + len(named), (len(parents), orders.taken, len(named))
    assert named and sum(map(len, fills.values())) > 0, "the OMS heard of no fill"
    print(f"{len(named)} orders of the OMS, {len(refused)} refused: {len(heard)} reports, "
          f"{sum(map(len, fills.values()))} of them fills; {len(again)} were said again after a kill")


def verify(assay, folder):
    """The state that a start takes against that of the whole journal."""
    done = subprocess.run([assay, "desk", "--config", folder / "desk.toml", "--verify"], capture_output=True, text=True,
                          check=False, timeout=600)
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stdout}{done.stderr}"


if __name__ == "__main__":
    main()
