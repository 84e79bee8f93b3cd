#!/usr/bin/env python3
"""Load over real sessions: how many messages a second a desk captures, scores and makes durable.

    tests/desk/load.py ASSAY LOAD_SOURCE [--rates 2000,5000,...] [--seconds 8] [--at RATE] [--parents 20]

LOAD_SOURCE (load_source.cpp) is the market and the LPs; 8 of 10 messages are quotes, the rest
reports of the LPs. Beside it parents come by an OMS's session, and the children they lead to are
filled. The rate goes up step by step until the desk no longer keeps up: the knee is the last rate
that it kept up with and after which nothing was behind or missing. Then half the knee is measured
again. Times are those of the desk's own histograms (docs/desk.md), from the last byte read.
"""

import argparse
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.request

from counterparty import Counterparty
from processes import Desk, desk_toml, until

SYMBOLS = 20
LATE = 0.05       # seconds that the last message may be behind: the sockets were full
BEHIND = 0.5      # seconds until all that was sent has been applied


class Load:
    def __init__(self, program, lps):
        self.process = subprocess.Popen([program, str(lps), str(SYMBOLS)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline())

    def send(self, rate, seconds):
        self.process.stdin.write(f"rate {rate} {seconds}\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        return int(words[1]), float(words[3])

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


def metrics(url):
    with urllib.request.urlopen(url + "/metrics", timeout=30) as answer:
        text = answer.read().decode()
    samples = {}
    for line in text.splitlines():
        m = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line)
        if m:
            samples[m[1] + (m[2] or "")] = float(m[3])
    return samples


def total(samples, name, having=""):
    return sum(v for k, v in samples.items() if (k == name or k.startswith(name + "{")) and having in k)


def quantiles(before, after, name, *which):
    """Upper ends of the buckets in which the quantiles of what came between lie, in ms."""
    counts = []
    for key, value in after.items():
        m = re.fullmatch(name + r'_bucket\{le="([^"]+)"\}', key)
        if m:
            counts.append((math.inf if m[1] == "+Inf" else float(m[1]), value - before.get(key, 0)))
    counts.sort()
    if not counts or counts[-1][1] == 0:
        return [math.nan] * len(which)
    found = []
    for q in which:
        found.append(1e3 * next(bound for bound, upto in counts if upto >= q * counts[-1][1]))
    return found


def cpu_seconds(pid):
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


class Oms:
    """Small parents, at a steady rate, on a thread of its own."""

    def __init__(self, port, rate):
        self.peer, self.rate, self.going, self.sent = Counterparty("OMS"), rate, True, 0
        self.peer.call(port)
        self.peer.expect("A")
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.going and self.peer.socket is not None:
            self.sent += 1
            self.peer.say("D", (11, f"L{os.getpid()}-{self.sent}"), (55, f"SYM{self.sent % SYMBOLS:02}"), (54, 1),
                          (38, 100), (40, 1))
            self.peer.pump(1 / self.rate)
            del self.peer.got[:-100]

    def stop(self):
        self.going = False
        self.thread.join(5)
        self.peer.close()


def step(load, desk, rate, seconds):
    before, cpu, begun = metrics(desk.url), cpu_seconds(desk.process.pid), time.monotonic()
    sent, late = load.send(rate, seconds)
    received = lambda: total(metrics(desk.url), "fix_received_total") - total(before, "fix_received_total")
    end = time.monotonic()
    while (received() < sent or total(metrics(desk.url), "desk_queue_length") > 100) and time.monotonic() - end < 30:
        time.sleep(0.05)
    behind = time.monotonic() - end
    cpu = (cpu_seconds(desk.process.pid) - cpu) / (time.monotonic() - begun)
    after = metrics(desk.url)
    until("all of it to be durable", lambda: (lambda m: m["journal_durable_seq"] + 50 >= m["wal_next_seq"])(
        metrics(desk.url)), 30)
    grown = lambda name, having="": total(after, name, having) - total(before, name, having)
    row = types.SimpleNamespace(
        rate=rate, sent=sent, late=late, behind=behind, cpu=cpu,
        missing=max(0, sent - int(grown("fix_received_total"))),
        waited=grown("desk_queue_full_total"), gaps=grown("fix_resend_requests_total"),
        applied=quantiles(before, after, "desk_applied_seconds", .5, .99, .999),
        child=quantiles(before, after, "desk_child_on_wire_seconds", .5, .99, .999),
        per=[1e6 * grown("fix_session_layer_seconds_total", f'layer="{layer}"') / max(grown("fix_received_total"), 1)
             for layer in ("ours", "engine", "capture")])
    row.kept_up = late < LATE and behind < BEHIND and row.missing == 0
    return row


def show(row):
    times = lambda q: " / ".join(f"{ms:.2f}" for ms in q)
    print(f"{row.rate:>7} {row.sent:>8} {row.missing:>7} {row.late:>7.3f} {row.behind:>7.2f} {row.cpu:>5.2f}  "
          f"{times(row.applied):>22}  {times(row.child):>22}  {' / '.join(f'{us:.1f}' for us in row.per):>18}  "
          f"{'kept up' if row.kept_up else 'BEHIND'}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("load_source")
    parser.add_argument("--rates", default="1000,2000,5000,10000,15000,20000,30000,40000,60000")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--parents", type=float, default=20, help="a second")
    parser.add_argument("--lps", type=int, default=4)
    parser.add_argument("--snapshot-every", default="5m", help="a state of the desk to disk (default 5m, the desk's)")
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-load-"))
    load = Load(os.path.abspath(args.load_source), args.lps)
    desk, oms = None, None
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    try:
        peers = types.SimpleNamespace(ports=load.ports)
        (folder / "desk.toml").write_text(
            desk_toml(folder, peers, "live").replace('snapshot_every = "2s"', f'snapshot_every = "{args.snapshot_every}"'))
        desk = Desk(os.path.abspath(args.assay), folder, peers)
        until("every session to be up", desk.ready, 60)
        load.send(500, 2)  # every symbol is quoted
        oms = Oms(desk.ports["sessions"]["OMS"], args.parents)
        print("   rate     sent missing    late  behind  cores  read to scored, ms      parent to wire, ms   "
              "ours / engine / capture, us a message")
        knee = None
        for rate in (int(r) for r in args.rates.split(",")):
            row = step(load, desk, rate, args.seconds)
            show(row)
            assert row.missing == 0, "messages are missing"
            if not row.kept_up:
                break
            knee = row
        if knee is not None:
            print(f"knee: {knee.rate} messages/s; half of it again:")
            show(step(load, desk, knee.rate // 2, args.seconds))
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}; parents {oms.sent}")
        oms.stop()
        desk.stop()
        load.stop()
        shutil.rmtree(folder)
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    finally:
        if desk is not None and desk.alive():
            desk.kill()
        if load.process.poll() is None:
            load.process.kill()


if __name__ == "__main__":
    main()
