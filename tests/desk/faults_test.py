#!/usr/bin/env python3
"""What a running desk does when something fails: rows of docs/faults.md, on real processes and sockets.

    tests/desk/faults_test.py ASSAY [--long] [--only NAME]

The counterparties are the tests' own (counterparty.py), so that each fault is exactly what a test
says. Every test waits for what it asks about, and looks at the metric or line that tells of it.
The last line is `N passed, N failed, N skipped`.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback

import disk_faults
import market_faults
import modes
import process_faults
import session_faults
from street import Skip, Street

TESTS = modes.TESTS + session_faults.TESTS + market_faults.TESTS + process_faults.TESTS + disk_faults.TESTS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("--long", action="store_true", help="pauses of 30 s")
    parser.add_argument("--only", default="", help="tests whose name has this in it")
    args = parser.parse_args()
    passed = failed = skipped = 0
    for test in TESTS:
        if args.only not in test.__name__:
            continue
        folder = tempfile.mkdtemp(prefix="assay-faults-")
        street = Street(os.path.abspath(args.assay), folder)
        street.long = args.long
        begun = time.monotonic()
        try:
            test(street)
            passed += 1
            print(f"{time.monotonic() - begun:6.1f} s  {test.__name__}", flush=True)
            street.close()
            shutil.rmtree(folder, ignore_errors=True)
        except Skip as why:
            skipped += 1
            print(f"skipped: {test.__name__}: {why}", flush=True)
            street.close()
        except BaseException as error:  # the processes are ended in any case
            failed += 1
            street.close()
            print(f"FAILED   {test.__name__}; kept: {folder}", flush=True)
            traceback.print_exc(file=sys.stdout)
            if isinstance(error, KeyboardInterrupt):
                raise
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
