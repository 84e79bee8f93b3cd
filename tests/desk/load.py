#!/usr/bin/env python3
"""Load over real sessions: how many messages a second a desk captures, scores and makes durable.

    tests/desk/load.py ASSAY LOAD_SOURCE [--rates 2000,5000,...] [--seconds 8] [--parents 20]
                       [--require-knee N] [--require-p99-ms X]

LOAD_SOURCE (load_source.cpp) is the market and the LPs; 8 of 10 messages are quotes, the rest
reports of the LPs. Beside it parents come by an OMS's session, and the children they lead to are
filled. The rate goes up step by step until the desk no longer keeps up: the knee is the last rate
that it kept up with and after which nothing was behind or missing. Then half the knee is measured
again. Times are those of the desk's own histograms (docs/desk.md), from the last byte read; beside
them stands what somebody outside sees: how long GET /api/v1/rankings took meanwhile.

Below the knee no session may have waited for the desk, nor anything have been asked for again. With
--require-knee N the knee is at least N messages a second, with --require-p99-ms X 99 of 100 messages
are scored within X ms of being read, at half the knee. Else the exit code is 1, and it is said why.
"""

import argparse
import math
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import threading
import time
import types
import urllib.request

from counterparty import Counterparty
from processes import Desk, desk_toml, until
from samples import metrics, quantiles, total
from source import SYMBOLS, Source

LATE = 0.05       # seconds that the last message may be behind: the sockets were full
BEHIND = 0.5      # seconds until all that was sent has been applied


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


class Reader:
    """Somebody who looks at the ranking of one symbol after the other, ten times a second."""

    def __init__(self, url):
        self.url, self.seconds, self.going = url, [], True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        asked = 0
        while self.going:
            begun = time.monotonic()
            with urllib.request.urlopen(f"{self.url}/api/v1/rankings/balanced/SYM{asked % SYMBOLS:02}",
                                        timeout=30) as answer:
                answer.read()
            self.seconds.append(time.monotonic() - begun)
            asked += 1
            time.sleep(max(0, 0.1 - self.seconds[-1]))

    def stop(self):
        """The middle and the 99th of 100, in ms."""
        self.going = False
        self.thread.join(30)
        if len(self.seconds) < 2:
            return [math.nan, math.nan]
        cuts = statistics.quantiles(self.seconds, n=100, method="inclusive")
        return [1e3 * cuts[49], 1e3 * cuts[98]]


def step(source, desk, rate, seconds):
    before, cpu, begun = metrics(desk.url), cpu_seconds(desk.process.pid), time.monotonic()
    reader = Reader(desk.url)
    sent, late = source.send(rate, seconds)
    end = time.monotonic()
    received = lambda: total(metrics(desk.url), "fix_received_total") - total(before, "fix_received_total")
    while (received() < sent or total(metrics(desk.url), "desk_queue_length") > 100) and time.monotonic() - end < 30:
        time.sleep(0.05)
    behind = time.monotonic() - end
    asked = reader.stop()
    cpu = (cpu_seconds(desk.process.pid) - cpu) / (time.monotonic() - begun)
    after = metrics(desk.url)
    until("all of it to be durable", lambda: (lambda m: m["journal_durable_seq"] + 50 >= m["wal_next_seq"])(
        metrics(desk.url)), 30)
    grown = lambda name, having="": total(after, name, having) - total(before, name, having)
    row = types.SimpleNamespace(
        rate=rate, sent=sent, late=late, behind=behind, cpu=cpu, asked=asked,
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
          f"{times(row.applied):>22}  {times(row.child):>22}  {times(row.asked):>15}  "
          f"{' / '.join(f'{us:.1f}' for us in row.per):>18}  {'kept up' if row.kept_up else 'BEHIND'}", flush=True)


def short_of(rows, knee, half, args):
    """What was required and is not so, in sentences."""
    wrong = []
    if knee is None:
        return [f"it did not keep up with {rows[0].rate} messages/s: no knee was found"]
    if args.require_knee is not None and knee.rate < args.require_knee:
        wrong.append(f"the knee is at {knee.rate} messages/s; {args.require_knee} are required")
    if args.require_p99_ms is not None and not half.applied[1] <= args.require_p99_ms:
        wrong.append(f"at {half.rate} messages/s 99 of 100 are scored within {half.applied[1]:.2f} ms of being read; "
                     f"{args.require_p99_ms:g} ms is required")
    for row in [*(r for r in rows if r.rate < knee.rate), half]:
        if row.waited > 0:
            wrong.append(f"at {row.rate} messages/s, below the knee, sessions waited {row.waited:.0f} times for "
                         f"a place in the queue")
        if row.gaps > 0:
            wrong.append(f"at {row.rate} messages/s, below the knee, {row.gaps:.0f} resends were asked for")
        if math.isnan(row.asked[0]):
            wrong.append(f"at {row.rate} messages/s nobody got an answer of /api/v1/rankings")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("load_source")
    parser.add_argument("--rates", default="1000,2000,5000,10000,15000,20000,30000,40000,60000")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--parents", type=float, default=20, help="a second")
    parser.add_argument("--lps", type=int, default=4)
    parser.add_argument("--snapshot-every", default="5m", help="a state of the desk to disk (default 5m, the desk's)")
    parser.add_argument("--require-knee", type=int, metavar="N", help="messages a second")
    parser.add_argument("--require-p99-ms", type=float, metavar="X", help="read to scored, at half the knee")
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-load-"))
    source = Source(args.load_source, args.lps)
    desk, oms, wrong = None, None, []
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    try:
        (folder / "desk.toml").write_text(desk_toml(folder, source, "live", snapshot_every=args.snapshot_every))
        desk = Desk(os.path.abspath(args.assay), folder, source)
        until("every session to be up", desk.ready, 60)
        source.send(500, 2)  # every symbol is quoted
        oms = Oms(desk.ports["sessions"]["OMS"], args.parents)
        print("   rate     sent missing    late  behind  cores      read to scored, ms      parent to wire, ms  "
              "     ranking, ms  ours / engine / capture, us a message")
        rows, knee, half = [], None, None
        for rate in (int(r) for r in args.rates.split(",")):
            row = step(source, desk, rate, args.seconds)
            show(row)
            assert row.missing == 0, "messages are missing"
            rows.append(row)
            if not row.kept_up:
                break
            knee = row
        if knee is not None:
            print(f"knee: {knee.rate} messages/s; half of it again:")
            half = step(source, desk, knee.rate // 2, args.seconds)
            show(half)
        wrong = short_of(rows, knee, half, args)
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}; parents {oms.sent}")
        oms.stop()
        desk.stop()
        source.stop()
        shutil.rmtree(folder)
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    finally:
        if desk is not None and desk.alive():
            desk.kill()
        if source.alive():
            source.kill()
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
