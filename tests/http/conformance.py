#!/usr/bin/env python3
"""The HTTP API is held against its OpenAPI document by schemathesis.

    tests/http/conformance.py BUILD [--examples N] [--seed N]
    tests/http/conformance.py --install

Starts BUILD/hosts/http/http_test_server (a desk in memory), reads the document that it serves, and
sends it what the document allows and what it does not: every answer must be one that is described,
in its schema, nothing may be a 5xx, and wrong data must be refused. The live stream has no end and
is tested over sockets instead (hosts/http/stream_test.cpp). Prints `N passed, N failed, N skipped`,
one for each operation.
"""

import argparse
import os
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as xml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
VENV = os.path.join(ROOT, "build", "schemathesis")
WAIT_S = 300


def tool():
    """schemathesis, installed under build/ as tests/http/requirements.txt pins it."""
    program = os.path.join(VENV, "bin", "schemathesis")
    wanted = os.path.join(HERE, "requirements.txt")
    stamp = os.path.join(VENV, "installed.txt")
    with open(wanted, encoding="utf-8") as file:
        pinned = file.read()
    if os.path.isfile(program) and os.path.isfile(stamp):
        with open(stamp, encoding="utf-8") as file:
            if file.read() == pinned:
                return program
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    subprocess.run([os.path.join(VENV, "bin", "pip"), "install", "-q", "--disable-pip-version-check", "-r", wanted],
                   check=True)
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(pinned)
    return program


def described(url):
    """The operations of the document that is served."""
    with urllib.request.urlopen(url + "/openapi.yaml", timeout=10) as answer:
        lines = answer.read().decode().split("\n")
    return sum(1 for line in lines if line in ("    get:", "    post:", "    delete:"))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("build", nargs="?", default=os.path.join(ROOT, "build", "dev"))
    options.add_argument("--install", action="store_true", help="only install schemathesis, where it is missing")
    options.add_argument("--examples", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    program = tool()
    if options.install:
        return 0
    server = subprocess.Popen([os.path.join(options.build, "hosts", "http", "http_test_server")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    report = os.path.join(ROOT, "build", "schemathesis", "junit.xml")
    if os.path.exists(report):
        os.remove(report)
    try:
        url = server.stdout.readline().strip()
        operations = described(url)
        done = subprocess.run(
            [program, "--config-file", os.path.join(HERE, "schemathesis.toml"), "run", url + "/openapi.yaml",
             "--max-examples", str(options.examples), "--seed", str(options.seed), "--generation-database", "none",
             "--exclude-path", "/api/v1/stream", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
             "--report", "junit", "--report-junit-path", report],
            cwd=VENV, timeout=WAIT_S, check=False)
        alive = server.poll() is None
    finally:
        server.stdin.close()
        try:
            code = server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            code = "none within 10 s of the end"
    if not alive or code != 0:
        print(f"the server ended with {code}")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    passed, failed = 0, 0
    if os.path.isfile(report):
        for case in xml.parse(report).getroot().iter("testcase"):
            bad = case.find("failure") is not None or case.find("error") is not None
            failed, passed = failed + bad, passed + (not bad)
    if done.returncode != 0 and failed == 0:
        failed = 1
    if passed + failed < operations - 1:
        print(f"only {passed + failed} of {operations - 1} operations were tested")
        failed += 1
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
