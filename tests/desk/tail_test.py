#!/usr/bin/env python3
"""How long a start takes that has a million entries of its journal to read: no state helps it.

    tests/desk/tail_test.py ASSAY LOAD_SOURCE [--entries 1000000] [--seconds 3]

A live desk takes quotes, reports on other flow, and orders of an OMS, over sockets, and writes no
state. Then kill -9. A start in mode replay, which calls nobody, reads all of it anew; three times,
each in the folder as the kill left it. The middle one must take less than `seconds`, from the start
of the process to the desk's being up.
"""

import argparse
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from load import Oms, cpu_seconds
from processes import Desk, desk_toml, until
from samples import metrics, total
from source import Source

RATE = 25_000     # messages a second; a slower desk takes longer, and has as many in the end
STARTS = 3


def fill(args, folder):
    """A killed desk's folder, with so many entries in its journal. How many."""
    source, desk, oms = Source(args.load_source), None, None
    try:
        (folder / "desk.toml").write_text(desk_toml(folder, source, "live", snapshot_every="1h"))
        desk = Desk(os.path.abspath(args.assay), folder, source)
        until("every session to be up", desk.ready, 120)
        sent, _ = source.send(500, 2)  # every symbol is quoted
        oms = Oms(desk.ports["sessions"]["OMS"], 20)
        begun = time.monotonic()
        durable = lambda: total(metrics(desk.url), "journal_durable_seq")
        while (left := args.entries - durable()) > 0:
            sent += source.send(RATE, max(1.0, min(10.0, left / RATE)))[0]
            until("the desk to have what was sent",
                  lambda: total(metrics(desk.url), "fix_received_total") >= sent, 300)
        print(f"{durable():,.0f} entries after {time.monotonic() - begun:.0f} s, "
              f"{oms.sent} orders of the OMS among them")
        oms.stop()
        desk.kill()
    finally:
        if desk is not None and desk.alive():
            desk.kill()
        if source.alive():
            source.kill()


def start(assay, folder, kept):
    """Seconds from the start of the process to the desk's being up, those of CPU, and how many entries it read."""
    shutil.rmtree(folder / "state")
    shutil.copytree(kept, folder / "state")
    os.sync()
    log = folder / "desk.log"
    read_before = log.stat().st_size
    begun = time.monotonic()
    desk = Desk(os.path.abspath(assay), folder, None, "--mode", "replay", mode="replay", patience=600)
    took, cpu = time.monotonic() - begun, cpu_seconds(desk.process.pid)
    desk.kill()
    said = re.search(r"(\d+) entries from a state, (\d+) replayed", log.read_bytes()[read_before:].decode())
    assert said, f"{log} does not say what was read"
    assert said[1] == "0", f"a state took {said[1]} entries off the start"
    return took, cpu, int(said[2])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("load_source")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3)
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-tail-"))
    took = []
    try:
        fill(args, folder)
        kept = folder / "as-killed"
        (folder / "state").rename(kept)
        (folder / "state").mkdir()
        for _ in range(STARTS):
            seconds, cpu, entries = start(args.assay, folder, kept)
            assert entries >= args.entries * 0.999, f"only {entries} entries were read"
            print(f"start to up: {seconds:.2f} s, {cpu:.2f} s of CPU, {entries:,} entries; "
                  f"{os.getloadavg()[0]:.1f} at work on {os.cpu_count()} cores", flush=True)
            took.append(seconds)
        shutil.rmtree(folder)
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        raise
    middle = sorted(took)[STARTS // 2]
    if middle >= args.seconds:
        sys.exit(f"the middle one of {STARTS} starts took {middle:.2f} s; less than {args.seconds:g} s is required")
    print("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
