#!/usr/bin/env python3
"""Our FIX sessions, and a whole desk, against an engine of another make.

    tests/interop/run.py BUILD [--assay PROGRAM] [--only PATTERN]

BUILD is the folder of a build, such as build/dev; PROGRAM another `assay` than the one that is there.
The other side is Python, over the codec simplefix, which is installed into a virtual environment
beside the build. Where it cannot be had, exits with 77 and says so. The last line is
`N passed, N failed, N skipped`.
"""

import argparse
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def environment(build):
    """The Python of an environment that has simplefix; None where there is none."""
    folder = os.path.join(build, "interop-venv")
    python = os.path.join(folder, "bin", "python3")
    wanted = os.path.join(HERE, "requirements.txt")
    if subprocess.run([python, "-c", "import simplefix"], capture_output=True, check=False).returncode == 0 \
            if os.path.exists(python) else False:
        return python
    made = subprocess.run([sys.executable, "-m", "venv", folder], check=False)
    if made.returncode != 0:
        return None
    got = subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
                          "-r", wanted], check=False)
    return python if got.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--assay")
    parser.add_argument("--only", metavar="PATTERN", help="the tests whose full names match, with * for anything")
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    if "ASSAY_INTEROP" not in os.environ:
        python = environment(build)
        if python is None:
            print("skipped: simplefix cannot be installed")
            return 77
        told = dict(os.environ, ASSAY_INTEROP=build)
        if args.assay is not None:
            told["ASSAY_INTEROP_PROGRAM"] = os.path.abspath(args.assay)
        return subprocess.run([python, os.path.abspath(__file__), *sys.argv[1:]], env=told, check=False).returncode
    sys.path.insert(0, HERE)
    loader = unittest.TestLoader()
    if args.only is not None:
        loader.testNamePatterns = [f"*{args.only}*"]
    suite = loader.discover(HERE, pattern="test_*.py")
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    # Of a test with several versions each may fail.
    bad = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    skipped = len(result.skipped)
    print(f"{result.testsRun - bad - skipped} passed, {bad} failed, {skipped} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
