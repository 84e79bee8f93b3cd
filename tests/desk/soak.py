#!/usr/bin/env python3
"""A desk under load for minutes or hours, with simulated LPs in another process: does it grow?

    tests/desk/soak.py ASSAY [--minutes 30] [--rate 40] [--seed 1] [--load-source PROGRAM [--messages 10000]]

Orders come by HTTP, `rate` a second; children go over real sockets and are answered. With
--load-source the market and the LPs are that program (load_source.cpp): so many messages a second,
quotes and reports on other flow, beside the orders. Every five seconds the desk's resident memory,
its open file descriptors and the size of its newest state are looked at. The first quarter is
warm-up, and at least 400 s or the half: a fill waits five minutes for its last markout, and all of
them must have begun to go. After it the middle of the last samples may lie above the middle of the
first ones by no more than

    memory  15 % and 24 MB       (caches of the history fill up)
    state   10 %, and since then 64 bytes an order and 16 a message of --load-source
                                 (names and numbers: docs/decisions/0026, docs/desk.md)
    files   4

Orders are those by HTTP and those of the other flow. Children are kept for 20 s once they have
settled, so that 20 minutes show what days would.
"""

import argparse
import os
import pathlib
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time

from processes import Desk, Lps, desk_toml, until
from samples import metrics, total
from source import Source
from states import newest_whole

EVERY = 5.0
WARM_UP = 400.0   # seconds: five minutes of markouts, two spans of `orders_kept`, and the minute that begins then
OTHER_FLOW = 10   # messages of load_source an order: 8 of 10 are quotes, and each order is two reports
ENTRY = 350       # bytes of a journal for a message, and more
MEGABYTE = 1 << 20


class Load(threading.Thread):
    """Orders of drawn sides and sizes, until it is told to stop."""

    def __init__(self, desk, symbols, rate, seed):
        super().__init__(daemon=True)
        self.desk, self.symbols, self.rate, self.dice = desk, symbols, rate, random.Random(seed)
        self.orders, self.refused, self.wrong, self.ending = 0, 0, None, threading.Event()

    def run(self):
        begun = time.monotonic()
        while not self.ending.is_set():
            body = {"cl_ord_id": f"soak-{self.orders}-{self.refused}", "symbol": self.dice.choice(self.symbols),
                    "side": self.dice.choice(["buy", "sell"]), "qty": self.dice.randrange(1, 40) * 100}
            try:
                status, answer = self.desk.ask("/api/v1/parents", body)
            except OSError as error:
                status, answer = 0, str(error)
            # On a machine that has other things to do the desk may answer too late, or say that it
            # is busy; more than a few of these are no load.
            if status == 201:
                self.orders += 1
            else:
                self.refused += 1
                if self.refused > 5 + self.orders / 20:
                    self.wrong = (f"{self.refused} refused beside {self.orders} taken; the last: {status} {answer}; "
                                  f"the machine has {busy()}")
                    return
            # Behind, it goes on at once; it does not make up for what it missed.
            begun = max(begun + 1 / self.rate, time.monotonic() - 1 / self.rate)
            self.ending.wait(max(0, begun - time.monotonic()))


class Messages(threading.Thread):
    """What else is in the sockets, until it is told to stop: so many a second."""

    def __init__(self, source, rate):
        super().__init__(daemon=True)
        self.source, self.rate, self.ending = source, rate, threading.Event()
        self.sent, self.latest, self.wrong = 0, 0.0, None

    def run(self):
        while not self.ending.is_set():
            try:
                sent, late = self.source.send(self.rate, EVERY)
            except (AssertionError, OSError) as error:
                self.wrong = str(error)
                return
            self.sent += sent
            self.latest = max(self.latest, late)


def busy():
    return f"{os.getloadavg()[0]:.1f} at work on {os.cpu_count()} cores"


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} has ended")


def sample(desk, folder, load, messages, begun):
    pid, state, sent = desk.process.pid, newest_whole(folder / "state"), messages.sent if messages is not None else 0
    return {"at": time.monotonic() - begun, "rss": resident(pid), "fds": len(os.listdir(f"/proc/{pid}/fd")),
            "state": 0 if state is None else state[1], "messages": sent, "orders": load.orders + sent // OTHER_FLOW}


def show(s):
    print(f"{s['at'] / 60:7.1f} {s['orders']:9d} {s['rss'] / MEGABYTE:9.1f} {s['state'] / MEGABYTE:9.2f} {s['fds']:6d}",
          flush=True)


def judge(samples, warm_up):
    """What grew beyond its bound, in words; and the table of it."""
    after = [s for s in samples if s["at"] >= warm_up]
    each = max(2, len(after) // 5)
    assert len(after) >= 2 * each, f"{len(after)} samples after the warm-up are too few to judge by"
    first, last = after[:each], after[-each:]
    middle = lambda part, name: statistics.median(s[name] for s in part)
    orders, messages = (middle(last, name) - middle(first, name) for name in ("orders", "messages"))
    bounds = {"rss": lambda x: 1.15 * x + 24 * MEGABYTE,
              "state": lambda x: 1.10 * x + 64 * orders + 16 * messages,
              "fds": lambda x: x + 4}
    wrong = []
    print(f"{'':10} {'first':>12} {'last':>12} {'allowed':>12}")
    for name, bound in bounds.items():
        was, now = middle(first, name), middle(last, name)
        print(f"{name:10} {was:12,.0f} {now:12,.0f} {bound(was):12,.0f}")
        if now > bound(was):
            wrong.append(f"{name} went from {was:,.0f} to {now:,.0f}; {bound(was):,.0f} is allowed")
    assert all(s["state"] > 0 for s in after), "no state was written"
    return orders, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=40, help="orders a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--load-source", metavar="PROGRAM")
    parser.add_argument("--messages", type=int, default=10_000, help="a second, of --load-source")
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-soak-"))
    print(f"seed {args.seed}, {args.minutes:g} minutes, {args.rate:g} orders a second; the machine has {busy()}")
    desk, messages = None, None
    if args.load_source is None:
        street = Lps(args.assay, folder, "--speed", "5", "--seed", str(args.seed))
    else:
        street = Source(args.load_source)
    try:
        (folder / "desk.toml").write_text(desk_toml(folder, street, "live", orders_kept="20s",
                                                     snapshot_every="10s" if args.load_source is None else "1m"))
        desk = Desk(args.assay, folder, street)
        until("every session to be up", desk.ready, 60)
        if args.load_source is not None:
            wanted = args.messages * 60 * args.minutes * ENTRY
            free = shutil.disk_usage(folder).free
            assert wanted < free, f"the journal may take {wanted / 1e9:.1f} GB; {folder} has {free / 1e9:.1f} GB"
            street.send(500, 2)  # every symbol is quoted
            messages = Messages(street, args.messages)
            messages.start()
        rows = until("a quote", lambda: desk.get("/api/v1/symbols")["rows"])
        load = Load(desk, [r["symbol"] for r in rows], args.rate, args.seed)
        begun, samples = time.monotonic(), []
        load.start()
        print("minutes    orders  rss (MB) state (MB)   files")
        while time.monotonic() - begun < 60 * args.minutes:
            time.sleep(EVERY)
            assert load.wrong is None, load.wrong
            assert messages is None or messages.wrong is None, messages.wrong
            assert desk.alive(), "the desk ended: " + (folder / "desk.log").read_text()[-2000:]
            samples.append(sample(desk, folder, load, messages, begun))
            if len(samples) % max(1, int(60 * args.minutes / EVERY / 20)) == 0:
                show(samples[-1])
        load.ending.set()
        load.join()
        if messages is not None:
            messages.ending.set()
            messages.join()
            received = lambda: total(metrics(desk.url), "fix_received_total")
            until("the desk to have what was sent", lambda: received() >= messages.sent, 60)
            print(f"{messages.sent} messages, the last of them {messages.latest:.2f} s behind at most; "
                  f"resends asked for: {total(metrics(desk.url), 'fix_resend_requests_total'):.0f}")
        status = desk.get("/api/v1/status")
        desk.stop()
        street.stop()
        orders, wrong = judge(samples, min(max(WARM_UP, 15 * args.minutes), 30 * args.minutes))
        print(f"{load.orders} orders and {load.refused} refused, {orders:.0f} orders between the first samples and "
              f"the last, other flow included; "
              f"children out at the end: {status['children_open']}")
        assert not wrong, "; ".join(wrong)
        # A desk that was given nothing has shown nothing.
        assert load.orders > 60 * args.minutes * args.rate / 20, f"only {load.orders} orders were taken"
        assert messages is None or messages.sent > 60 * args.minutes * args.messages / 2, \
            f"only {messages.sent} messages went in; the machine has {busy()}"
        shutil.rmtree(folder)
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    finally:
        for process in (desk, street):
            if process is not None and process.alive():
                process.kill()
    print("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
