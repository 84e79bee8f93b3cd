#!/usr/bin/env python3
"""Runs ctest in a build folder and counts test cases, not programs.

    tools/run_tests.py BUILD [JOBS]

GoogleTest programs write one XML file each; a program without one counts as one test, and a
program that died before it wrote its file as one failure. Prints what failed and what was skipped,
and last `N passed, N failed, N skipped`. Exits with 1 on any failure.
"""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml


def count(program, failed_by_ctest, report):
    """(passed, names of failed, names of skipped) of one program of ctest."""
    if not os.path.isfile(report):
        return (0, [program], []) if failed_by_ctest else (1, [], [])
    passed, failed, skipped = 0, [], []
    for case in xml.parse(report).getroot().iter("testcase"):
        name = f"{program}: {case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None:
            failed.append(name)
            for failure in case.iter("failure"):
                print(f"--- {name}\n{failure.text}")
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            reason = case.find("skipped")
            why = (reason.get("message") or "").strip().splitlines() if reason is not None else []
            skipped.append(name + (f" ({why[-1].strip()})" if why else ""))
        elif case.get("status") == "run":
            passed += 1
    if failed_by_ctest and not failed:
        failed.append(f"{program}: stopped after its tests (a leak, or a crash at exit)")
    return passed, failed, skipped


def main():
    build = os.path.abspath(sys.argv[1])
    jobs = sys.argv[2] if len(sys.argv) > 2 else str(os.cpu_count() or 1)
    results = os.path.join(build, "test-results")
    shutil.rmtree(results, ignore_errors=True)
    os.makedirs(results)
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, check=True)
    programs = [test["name"] for test in json.loads(listed.stdout)["tests"]]
    environment = dict(os.environ, GTEST_OUTPUT=f"xml:{results}/")
    done = subprocess.run(["ctest", "--test-dir", build, "-j", jobs, "--timeout", "1800", "--output-on-failure",
                           "--output-junit", os.path.join(results, "ctest.junit")],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    junit = os.path.join(results, "ctest.junit")
    outcome = {}
    if os.path.isfile(junit):
        outcome = {case.get("name"): case.get("status") for case in xml.parse(junit).getroot().iter("testcase")}
    passed, failed, skipped = 0, [], []
    for program in programs:
        bad = outcome.get(program, "missing") not in ("run", "disabled")
        if bad and not os.path.isfile(os.path.join(results, program + ".xml")):
            print(f"--- {program} wrote no results; the end of what ctest printed:\n{text[-8000:]}")
        one = count(program, bad, os.path.join(results, program + ".xml"))
        passed, failed, skipped = passed + one[0], failed + one[1], skipped + one[2]
    if not programs:
        failed.append("no tests were found")
    for name in skipped:
        print(f"skipped: {name}")
    for name in failed:
        print(f"failed:  {name}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
