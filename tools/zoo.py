#!/usr/bin/env python3
"""Plants each known bug in turn, and shows that the general suites find it.

    tools/zoo.py BUILD                    all bugs, first by the test that found each when the list was
                                          written, then by as many suites as it takes
    tools/zoo.py BUILD --whole            all bugs, by whole suites only
    tools/zoo.py BUILD --some 8           eight of them, others at every call
    tools/zoo.py BUILD --bug NAME         that one
    tools/zoo.py BUILD --write FILE       all of them, and the list as Markdown
    tools/zoo.py --absent PROGRAM         nothing of it is in that program

BUILD is made with the preset `asan`. A bug is a line where its rule lives (core/units/bug.h); the
suites are the ones that every change runs through, and know nothing of it. What is to find a bug must
pass with none planted, which is looked at first. Prints what found each bug; exits with 1 where one
survives. `--seeds` is how many
worlds the closed loop may take.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIST = os.path.join(HERE, "docs", "zoo.md")
LATEST = 1800  # seconds of one suite
BUGS = {
    "quantity-checked-after-send": "the gate asks for filled, outstanding and open quantity once the order is booked (Knight)",
    "message-dedupe-off": "a message seen before is delivered again",
    "poss-dup-ignored": "PossDupFlag(43) is not looked at",
    "fill-by-exec-id-alone": "a fill is known by its ExecID(17), whatever its order",
    "gate-after-send": "an order leaves, and what the gate says of it is noted",
    "kill-forgotten-at-restart": "kills and halts are no part of the saved state",
    "cancel-counted-twice": "the end of an order frees its open quantity twice",
    "late-fill-dropped": "a fill of an order that had timed out is not counted",
    "unknown-quantity-freed": "an order without an answer is no exposure any more",
    "bust-at-wrong-weight": "a bust is taken out with the weight of its own time, not of its fill's",
    "correction-only-added": "a correction adds the new fill and leaves the old one in",
    "sells-not-signed": "the price improvement of sells has the sign of buys",
    "as-of-excludes-equal": "a quote at the very moment of a horizon is not yet seen there",
    "one-quote-ahead": "the quote at receipt is the one that stands when the answer comes",
    "replace-resets-cum": "a replaced order begins at nothing filled",
    "own-reject-charged": "a reject of our own mistake counts against the LP",
    "priors-on-arrival": "priors are taken over whenever they are folded, also within a session",
    "shards-in-arrival-order": "shards are folded in the order in which they were first heard",
    "leaves-kept-on-partial-cancel": "what a canceled order left unfilled stays outstanding",
    "breaker-never-closes": "probes that are answered never close a breaker",
    "stale-score-accepted": "scores are live however old they are",
    "rerouted-unchecked": "what is sent on is not held against what is still out",
    "overfill-hidden": "what an LP filled beyond its order is cut off",
    "horizon-across-halt": "a horizon within a halt takes the quote of before",
}


class Suite:
    def __init__(self, name, program, arguments=(), seeds=None):
        self.name, self.program, self.arguments, self.seeds = name, program, arguments, seeds

    def only(self, test, seeds):
        """Of GoogleTest: one test of it, and as many worlds."""
        return Suite(self.name, self.program, ("--gtest_fail_fast", f"--gtest_filter={test}"), self.seeds and seeds)

    def command(self, build):
        script = self.program.endswith(".py")
        first = [sys.executable, os.path.join(HERE, self.program)] if script else [os.path.join(build, self.program)]
        return first + [a.replace("{build}", build) for a in self.arguments]


def suites(seeds):
    fast = "--gtest_fail_fast"
    return [
        Suite("closed loop", "tests/simulation_test", (fast,), seeds),
        Suite("router properties", "core/route/route_test", (fast, "--gtest_filter=*Property*")),
        Suite("kernel and byte properties", "tests/properties_test", (fast,)),
        Suite("stories", "tests/stories_test", (fast,)),
        Suite("oracle of routing", "tests/oracle/route/compare_route.py",
              ("--seed", "1", "--cases", "500", "{build}/tests/route_oracle_probe")),
        Suite("oracle of scores", "tests/oracle/compare.py",
              ("{build}/hosts/cli/assay", "--seed", "1", "--messages", "5000")),
    ]


def run(build, suite, bug):
    """What it found, or None. (where, seed, words)"""
    environment = {k: v for k, v in os.environ.items() if k not in ("ASSAY_BUG", "SIM_SEED", "ROUTE_SEED")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if suite.seeds:
        environment["SIM_SEEDS"] = str(suite.seeds)
    if bug:
        environment["ASSAY_BUG"] = bug
    scratch = os.path.join(build, "zoo")
    os.makedirs(scratch, exist_ok=True)
    try:
        done = subprocess.run(suite.command(build), env=environment, cwd=scratch, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LATEST, check=False)
    except subprocess.TimeoutExpired:
        return suite.name, None, f"did not end within {LATEST} s"
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return suite.name, None, f"stopped by signal {-done.returncode}"
    return what_failed(suite.name, text)


def what_failed(suite, text):
    """Of the output of GoogleTest or of a comparison: which test, which seed, in which words."""
    test = re.search(r"^\[  FAILED  \] ([\w/.]+)", text, re.M)
    seed = re.search(r"(?:SIM_SEED=|ROUTE_SEED=|seed[= ])(\d+)", text)
    where = f"{suite}: `{test.group(1)}`" if test else suite
    blocks = re.split(r"^.*: Failure$", text, flags=re.M)
    words = ""
    if test and len(blocks) > 1:
        # What the assertion adds to the values, or else the values.
        block = [line.strip() for line in re.split(r"^\[|^Google Test trace", blocks[1], flags=re.M)[0].splitlines()
                 if line.strip()]
        told = [line for line in block if re.match(r"\d+(, \d+)*: |\d+(, \d+)*$", line)]
        words = (told or block[-1:] or [""])[0]
    else:
        lines = [line for line in text.splitlines() if "oracle" in line]
        words = lines[0] if lines else text.strip().splitlines()[-1] if text.strip() else ""
    return where, int(seed.group(1)) if seed else None, words[:160]


def last_time():
    """What found each bug when the list was written, and is tried first: (suite, test or None)."""
    found = {}
    if os.path.isfile(LIST):
        for line in open(LIST, encoding="utf-8"):
            cells = [c.strip() for c in line.split("|")]
            if len(cells) > 4 and cells[1].strip("`") in BUGS:
                suite, _, test = cells[3].partition(": ")
                found[cells[1].strip("`")] = suite, test.strip("`") or None
    return found


def recorded(every, seeds, before):
    """Bug -> the part of a suite that found it before."""
    return {bug: suite.only(test, seeds)
            for bug, (name, test) in before.items() for suite in every if suite.name == name and test}


def hunt(build, bug, order):
    began = time.monotonic()
    for suite in order:
        found = run(build, suite, bug)
        if found:
            return (*found, time.monotonic() - began)
    return None


def written(found):
    out = ["# The bug zoo", "",
           "Written by `tools/zoo.py build/asan --write docs/zoo.md`. Each bug is one line where its rule lives, behind",
           "`planted()` (`core/units/bug.h`), which is false while compiling in every build but `zoo`. None of the tests",
           "knows of them: they are found by the suites that every change runs through. (Three properties of benchmarks and",
           "one of shards were written when planted bugs had shown that nothing held these rules.) `./check` plants them all. One by hand:",
           "`ASSAY_BUG=NAME build/asan/tests/simulation_test`.", "",
           "The suites are asked in this order, and the first that finds a bug is named: the closed loop, the properties of the",
           "router, those of kernel and bytes, the stories, the oracle of routing, the oracle of scores. Seeds are drawn upwards,",
           "mostly from 1: the number says how many worlds it took.", "",
           "| bug | what is wrong | found by | seed | in its words |", "|---|---|---|---|---|"]
    for bug, what in BUGS.items():
        where, seed, words, _ = found[bug]
        words = words.replace("|", "\\|")
        out.append(f"| `{bug}` | {what} | {where} | {seed if seed is not None else '–'} | {words} |")
    return "\n".join(out) + "\n"


def absent(program):
    """No symbol and no text of the zoo."""
    with open(program, "rb") as file:
        content = file.read()
    bad = [name for name in ("planted_bug", "ASSAY_BUG", *BUGS) if name.encode() in content]
    for name in bad:
        print(f"{program} holds \"{name}\": it was built with ASSAY_BUGS, which is for tests alone")
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?")
    parser.add_argument("--some", type=int, metavar="N")
    parser.add_argument("--turn", type=int, help="which of them; printed, the minute of the day by default")
    parser.add_argument("--bug", choices=sorted(BUGS))
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--absent", metavar="PROGRAM")
    given = parser.parse_args()
    if given.absent:
        return absent(given.absent)
    if not given.build:
        parser.error("which build?")
    build = os.path.abspath(given.build)
    bugs = list(BUGS)
    if given.bug:
        bugs = [given.bug]
    elif given.some and given.some < len(bugs):
        turn = given.turn if given.turn is not None else int(time.time() // 60)
        first = turn * given.some % len(bugs)
        bugs = [bugs[(first + i) % len(bugs)] for i in range(given.some)]
        print(f"--some {given.some} --turn {turn}")
    every, before = suites(given.seeds), last_time()
    whole = given.whole or given.write
    known = {} if whole else {b: s for b, s in recorded(every, min(given.seeds, 50), before).items() if b in bugs}

    def ordered(bug):
        if given.write:
            return every
        order = sorted(every, key=lambda suite: suite.name != before.get(bug, ("", None))[0])
        return [known[bug], *order] if bug in known else order

    # Each once; where a bug has no test of its own to begin with, its whole suite.
    first = {(s.name, s.arguments): s for s in (every if whole else (ordered(bug)[0] for bug in bugs))}
    failed = 0
    with ThreadPoolExecutor(given.jobs) as pool:
        # A suite that fails by itself finds nothing.
        for suite, bad in zip(first.values(), pool.map(lambda suite: run(build, suite, None), first.values())):
            if bad:
                print(f"{suite.name} fails with no bug planted: {bad}")
                return 1
        found = dict(zip(bugs, pool.map(lambda bug: hunt(build, bug, ordered(bug)), bugs)))
    for bug, what in found.items():
        if what is None:
            failed += 1
            print(f"SURVIVES {bug}: {BUGS[bug]}")
            continue
        where, seed, words, seconds = what
        print(f"{bug}: {where}{f', seed {seed}' if seed is not None else ''} ({seconds:.0f} s): {words}")
    if given.write and not failed:
        with open(given.write, "w", encoding="utf-8") as file:
            file.write(written(found))
    print(f"{len(found) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
