#!/usr/bin/env python3
"""Feeds random cases to a program and compares its answers with the oracle's. The format is in README.md."""

import argparse
import collections
import itertools
import json
import multiprocessing
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from route.cases import KINDS, drawn, many, numbered  # noqa: E402

SHOWN = 20                              # differences that are printed in full
LONGEST = 4000                          # characters of a case that are printed
LATEST = 600                            # seconds
BLOCK = 500                             # cases that are held at once


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


def tallied(program, seed, cases, told):
    """Cases of each kind, and those that differ; tells which."""
    try:
        found = answers(program, cases)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as problem:
        told(f"seed {seed}: {' '.join(program)}: {problem}")
        every = collections.Counter(case["kind"] for case in cases)
        return every, every
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
    return tally, failed


def compare(program, seed, cases, told=print):
    """Number of cases that differ; tells which, and how many of each kind there were."""
    return summed([(*tallied(program, seed, cases, told), [])], told)


def block(work):
    """A block of cases in a process of its own."""
    program, seed, numbers = work
    told = []
    return *tallied(program, seed, [drawn(seed, number) for number in numbers], told.append), told


def compare_many(program, seed, count, kinds, jobs, told=print):
    """The same for the first `count` cases of these kinds, in blocks."""
    numbers = numbered(seed, kinds)
    blocks = [(program, seed, list(itertools.islice(numbers, min(BLOCK, count - done))))
              for done in range(0, count, BLOCK)]
    with multiprocessing.Pool(jobs) as pool:
        return summed(pool.imap(block, blocks), told)


def summed(parts, told):
    tally, failed = collections.Counter(), collections.Counter()
    for some, bad, lines in parts:
        if sum(failed.values()) <= SHOWN:
            for line in lines:
                told(line)
        tally += some
        failed += bad
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
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    given = parser.parse_args()
    kinds = tuple(given.kinds.split(","))
    unknown = [name for name in kinds if name not in KINDS]
    if unknown:
        parser.error(f"no kind is called {unknown[0]}; there are {', '.join(KINDS)}")
    if given.program and given.case is None:
        bad, count = compare_many(given.program, given.seed, given.cases, kinds, given.jobs), given.cases
    elif given.program:
        bad, count = compare(given.program, given.seed, [drawn(given.seed, given.case)]), 1
    else:
        cases = many(given.seed, given.cases, kinds) if given.case is None else [drawn(given.seed, given.case)]
        for case in cases:
            print(json.dumps(case))
            print(json.dumps({"case": case["case"], **KINDS[case["kind"]].answer(case)}))
        return 0
    print(f"{count} compared, {bad} different")
    return 1 if bad or count < 1 else 0


if __name__ == "__main__":
    sys.exit(main())
