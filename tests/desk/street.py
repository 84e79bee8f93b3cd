"""A desk on a street whose every byte is the test's: one market and two LPs (counterparty.py)."""

import os
import pathlib
import re
import signal
import time
import types
import urllib.request

from counterparty import Counterparty
from processes import Desk, journal_messages, until

LPS = ("LP_A", "LP_B")


class Skip(Exception):
    pass


class Street:
    """A desk with a market and two LPs, all of whose bytes are ours."""

    def __init__(self, assay, folder, heartbeat=30, options=(), prepare=None):
        self.program = self.assay = assay
        self.folder = pathlib.Path(folder)
        self.market = Counterparty("MARKET")
        self.lps = {name: Counterparty(name) for name in LPS}
        self.others = []  # parties that a test adds: they are called like the LPs
        self.heartbeat, self.orders, self.desk = heartbeat, 0, None
        self.options, self.prepare, self.mode = options, prepare, "live"
        self.state = self.folder / "state"

    def names(self):
        return types.SimpleNamespace(ports={
            "us": "DESK", "market": {"port": self.market.port, "comp_id": "MARKET"},
            "lps": [{"port": lp.port, "comp_id": name} for name, lp in self.lps.items()]})

    def run_by(self, prefix):
        """The desk is started by this, of a shell: `exec strace ...`, `NAME=value exec`."""
        script = self.folder / "assay"
        script.write_text(f'#!/bin/sh\n{prefix} {self.program} "$@"\n')
        script.chmod(0o755)
        self.assay = str(script)

    def come_back(self, seconds=2.0):
        """Parties that were hung up on within so many seconds take the desk's next call."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for party in self.parties():
                if party.socket is None:
                    party.accept(self.heartbeat)
                party.pump(0.02)
        until("every session to be up", self.all_up)

    def start(self, quote=True):
        self.desk = Desk(self.assay, self.folder, self.names(), *self.options, mode=self.mode)
        for party in self.parties():
            party.accept(self.heartbeat)
        until("every session to be up", self.all_up)
        if quote:
            self.quote()
            self.until_quoted()
        return self

    def all_up(self):
        return self.desk.all_up()

    def until_quoted(self):
        until("the quote to be known", lambda: self.desk.get("/api/v1/symbols")["rows"])

    def parties(self):
        return [self.market, *(self.lps.values() if self.mode != "paper" else ()), *self.others]

    def quote(self, bid=100.00, ask=100.02):
        self.market.quote("ACME", bid, ask)

    def order(self, qty=100, symbol="ACME", **more):
        """One lot, unless it is said otherwise: one child."""
        self.orders += 1
        return self.desk.ask("/api/v1/parents", {"cl_ord_id": f"f-{os.getpid()}-{self.orders}", "symbol": symbol,
                                                 "side": "buy", "qty": qty, **more})

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
