#!/usr/bin/env python3
"""Feeds random cases to a program and compares its answers with the oracle's. The format is in README.md."""

import argparse
import collections
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from route.cases import KINDS, drawn, many  # noqa: E402

SHOWN = 20                              # differences that are printed in full
LONGEST = 4000                          # characters of a case that are printed
LATEST = 600                            # seconds


def answers(program, cases):
    """The program's answers by case number; what it printed beside them is an error."""
    done = subprocess.run(program, input="".join(json.dumps(case) + "\n" for case in cases), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=LATEST)
    if done.returncode != 0:
        raise RuntimeError(f"exit code {done.returncode}\n{done.stderr[-2000:]}")
    found = {}
    for line in filter(None, done.stdout.splitlines()):
        answer = json.loads(line)
        if answer["case"] in found:
            raise RuntimeError(f"case {answer['case']} is answered twice")
        found[answer["case"]] = answer
    return found


def different(case, got):
    kind = KINDS[case["kind"]]
    if got is None:
        return [("answer", "one", "none")]
    if "unsupported" in got:
        return [("answer", "one", f"unsupported: {got['unsupported']}")]
    return kind.agree(case, kind.answer(case), got)


def shown(case):
    text = json.dumps(case)
    return text if len(text) <= LONGEST else f"({len(text)} characters: run --case {case['case']} without a program)"


def compare(program, seed, cases, told=print):
    """Number of cases that differ; tells which, and how many of each kind there were."""
    try:
        found = answers(program, cases)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as problem:
        told(f"seed {seed}: {' '.join(program)}: {problem}")
        return len(cases)
    tally, failed = collections.Counter(), collections.Counter()
    for case in cases:
        tally[case["kind"]] += 1
        bad = different(case, found.get(case["case"]))
        if not bad:
            continue
        failed[case["kind"]] += 1
        if sum(failed.values()) <= SHOWN:
            for where, expected, got in bad[:5]:
                told(f"seed {seed}, case {case['case']} ({case['kind']}): {where}: oracle {expected}, program {got}")
            told(f"    {shown(case)}")
    for kind, count in sorted(tally.items()):
        told(f"{kind}: {count} compared, {failed[kind]} different")
    return sum(failed.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="*", help="the program and its arguments; none: print cases and answers")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument("--kinds", default=",".join(KINDS), help="by comma")
    given = parser.parse_args()
    kinds = tuple(given.kinds.split(","))
    unknown = [name for name in kinds if name not in KINDS]
    if unknown:
        parser.error(f"no kind is called {unknown[0]}; there are {', '.join(KINDS)}")
    cases = many(given.seed, given.cases, kinds) if given.case is None else [drawn(given.seed, given.case)]
    if not given.program:
        for case in cases:
            print(json.dumps(case))
            print(json.dumps({"case": case["case"], **KINDS[case["kind"]].answer(case)}))
        return 0
    bad = compare(given.program, given.seed, cases)
    print(f"{len(cases)} compared, {bad} different")
    return 1 if bad or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
