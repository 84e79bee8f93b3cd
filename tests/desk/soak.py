#!/usr/bin/env python3
"""A desk under load for minutes or hours, with simulated LPs in another process: does it grow?

    tests/desk/soak.py ASSAY [--minutes 30] [--rate 40] [--seed 1]

Orders come by HTTP, `rate` a second; children go over real sockets and are answered. Every five
seconds the desk's resident memory, its open file descriptors and the size of its newest state are
looked at. The first quarter, and at least a minute, is warm-up. After it the middle of the last
samples may lie above the middle of the first ones by no more than

    memory  15 % and 24 MB       (caches of the history fill up)
    state   10 % and 64 bytes for each order since     (names: docs/decisions/0026)
    files   4

Children are kept for 20 s once they have settled, so that a short run shows what days would.
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

import processes
from processes import Desk, Lps, until

EVERY = 5.0
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
                    self.wrong = f"{self.refused} refused beside {self.orders} taken; the last: {status} {answer}"
                    return
            # Behind, it goes on at once; it does not make up for what it missed.
            begun = max(begun + 1 / self.rate, time.monotonic() - 1 / self.rate)
            self.ending.wait(max(0, begun - time.monotonic()))


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} has ended")


def newest_state(folder):
    """Size in bytes; 0 while there is none. States come and go while this looks."""
    for path in sorted(folder.glob("state-*.bin"), reverse=True):
        try:
            return path.stat().st_size
        except FileNotFoundError:
            pass
    return 0


def sample(desk, folder, load, begun):
    pid = desk.process.pid
    return {"at": time.monotonic() - begun, "rss": resident(pid), "fds": len(os.listdir(f"/proc/{pid}/fd")),
            "state": newest_state(folder / "state"), "orders": load.orders}


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
    orders = middle(last, "orders") - middle(first, "orders")
    bounds = {"rss": lambda x: 1.15 * x + 24 * MEGABYTE,
              "state": lambda x: 1.10 * x + 64 * orders,
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
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-soak-"))
    print(f"seed {args.seed}, {args.minutes:g} minutes, {args.rate:g} orders a second")
    lps, desk = Lps(args.assay, folder, "--speed", "5", "--seed", str(args.seed)), None
    try:
        toml = processes.desk_toml(folder, lps, "live")
        (folder / "desk.toml").write_text(toml.replace('snapshot_every = "2s"',
                                                       'snapshot_every = "10s"\norders_kept = "20s"'))
        desk = Desk(args.assay, folder, lps)
        until("every session to be up", desk.ready, 60)
        rows = until("a quote", lambda: desk.get("/api/v1/symbols")["rows"])
        load = Load(desk, [r["symbol"] for r in rows], args.rate, args.seed)
        begun, samples = time.monotonic(), []
        load.start()
        print("minutes    orders  rss (MB) state (MB)   files")
        while time.monotonic() - begun < 60 * args.minutes:
            time.sleep(EVERY)
            assert load.wrong is None, load.wrong
            assert desk.alive(), "the desk ended: " + (folder / "desk.log").read_text()[-2000:]
            samples.append(sample(desk, folder, load, begun))
            if len(samples) % max(1, int(60 * args.minutes / EVERY / 20)) == 0:
                show(samples[-1])
        load.ending.set()
        load.join()
        status = desk.get("/api/v1/status")
        desk.stop()
        lps.stop()
        warm_up = max(60.0, 15 * args.minutes)
        orders, wrong = judge(samples, min(warm_up, 30 * args.minutes))
        print(f"{load.orders} orders and {load.refused} refused, {orders:.0f} of them between the first samples and the last; "
              f"children out at the end: {status['children_open']}")
        assert not wrong, "; ".join(wrong)
        # A desk that was given nothing has shown nothing.
        assert load.orders > 60 * args.minutes * args.rate / 20, f"only {load.orders} orders were taken"
        shutil.rmtree(folder)
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    finally:
        for process in (desk, lps):
            if process is not None and process.alive():
                process.kill()
    print("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
