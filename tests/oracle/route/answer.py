#!/usr/bin/env python3
"""The oracle as a program under test: cases on standard input, its own answers on standard output."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from route.cases import KINDS  # noqa: E402


def main():
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps({"case": case["case"], **KINDS[case["kind"]].answer(case)}))


if __name__ == "__main__":
    main()
