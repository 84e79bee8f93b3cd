#!/usr/bin/env python3
"""Runs a generated log through assay and through the oracle, and compares every field."""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import oracle
from generate import Generator

RELATIVE = 1e-9
ABSOLUTE = 1e-12                        # for what cancels to about nothing
QUANTILE = 0.01 + 1e-6                  # the latency sketch promises 1 %
HEALTH = [f"bytes_{w}" for w in ("read", "messages", "between", "dead", "pending")] + [
    f"messages_{w}" for w in ("read", "applied", "duplicate", "waiting", "dead")]
QUANTILES = ("latency_rt_ms_p50", "latency_rt_ms_p90", "latency_rt_ms_p99")


def same(name, ours, theirs):
    if ours is None or theirs is None or isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    if name in HEALTH or name.startswith("n_"):
        return ours == theirs
    scale = max(abs(ours), abs(theirs))
    if name in QUANTILES:
        return abs(ours - theirs) <= QUANTILE * abs(ours) + ABSOLUTE
    return abs(ours - theirs) <= max(RELATIVE * scale, ABSOLUTE)


class Comparison:
    def __init__(self, allow_missing=False, ignore=()):
        self.allow_missing = allow_missing
        self.ignore = set(ignore)
        self.compared = 0
        self.different = []

    def fields(self, where, ours, theirs):
        for name, value in ours.items():
            if name in self.ignore:
                continue
            if name not in theirs:
                if not self.allow_missing:
                    self.different.append((where, name, value, "(missing)"))
                continue
            self.compared += 1
            if not same(name, value, theirs[name]):
                self.different.append((where, name, value, theirs[name]))

    def documents(self, ours, theirs, keys):
        self.fields("health", {name: ours["health"][name] for name in HEALTH}, theirs.get("health", {}))
        rows = [{tuple(row.get(key) for key in keys): row for row in document.get("rows", [])}
                for document in (ours, theirs)]
        for key in sorted(set(rows[0]) | set(rows[1]), key=str):
            where = " ".join(map(str, key))
            if key not in rows[0] or key not in rows[1]:
                self.different.append((where, "row", key in rows[0], key in rows[1]))
            else:
                self.fields(where, rows[0][key], rows[1][key])
        self.fields("total", ours["total"], theirs.get("total", {}))


def assay(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        tail = done.stderr.decode("utf-8", "replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)}\nexit code {done.returncode}\n{tail}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--streams", type=int, default=1, help="log files to spread the sessions over")
    parser.add_argument("--by", default="lp", choices=sorted(oracle.GROUPINGS))
    parser.add_argument("--quotes-in-log", action="store_true", help="W and X in place of the CSV")
    parser.add_argument("--ignore", default="", help="field names not to compare, by comma")
    parser.add_argument("--allow-missing", action="store_true", help="fields assay lacks are no difference")
    parser.add_argument("--keep", help="folder for the generated files")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or scratch
        files = Generator(given.seed, given.messages, given.quotes_in_log, given.streams).write(folder)
        quotes = None if given.quotes_in_log else os.path.join(folder, "quotes.csv")
        options = ["quotes.stale_after=never" if given.seed % 2 else "quotes.stale_after=5s"]
        options.append("regime.told_apart=no")  # the oracle knows one market condition
        command = [given.binary, "score", *files, "--format", "json", "--by", given.by]
        command += ["--quotes", quotes] if quotes else []
        for option in options:
            command += ["--set", option]
        comparison = Comparison(given.allow_missing, filter(None, given.ignore.split(",")))
        try:
            theirs = assay(command)
        except (OSError, RuntimeError, ValueError) as problem:
            print(f"seed {given.seed}: {problem}")
            return 1
        ours = oracle.document(files, quotes, given.by, options=options)
        comparison.documents(ours, theirs, given.by.split(","))
    for where, name, expected, found in comparison.different:
        print(f"seed {given.seed}: {where}: {name}: oracle {expected}, assay {found}")
    print(f"{comparison.compared} compared, {len(comparison.different)} different")
    return 1 if comparison.different or not comparison.compared else 0


if __name__ == "__main__":
    sys.exit(main())
