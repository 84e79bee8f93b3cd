#!/usr/bin/env python3
"""The HTTP API is held against its OpenAPI document by schemathesis.

    tests/http/conformance.py BUILD [--examples N] [--seed N]
    tests/http/conformance.py --desk ASSAY [--examples N] [--seed N]
    tests/http/conformance.py --install

Starts BUILD/hosts/http/http_test_server (a desk in memory) or a desk on paper whose market is
quoted, reads the document that it serves, and sends it what the document allows and what it does not: every answer must be one that is described,
in its schema, nothing may be a 5xx, and wrong data must be refused. The live stream has no end and
is tested over sockets instead (hosts/http/stream_test.cpp). Prints `N passed, N failed, N skipped`,
one for each operation.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
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


class InMemory:
    def __init__(self, build):
        self.process = subprocess.Popen([os.path.join(build, "hosts", "http", "http_test_server")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        """Its exit code, or what is wrong."""
        self.process.stdin.close()
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "none within 10 s of the end"


class OnPaper:
    """A whole desk: what is asked of it is journaled, routed and filled on paper."""

    def __init__(self, assay):
        sys.path.insert(0, os.path.join(HERE, os.pardir, "desk"))
        from street import Street  # the folder is known only now
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-conformance-"))
        self.street = Street(os.path.abspath(assay), self.folder)
        self.street.mode = "paper"
        self.street.start()
        self.url = self.street.desk.url
        self.ending = threading.Event()
        self.quotes = threading.Thread(target=self.quote, daemon=True)
        self.quotes.start()

    def quote(self):
        while not self.ending.wait(0.25):
            self.street.quote()
            self.street.market.pump(0)

    def alive(self):
        return self.street.desk.alive()

    def stop(self):
        self.ending.set()
        self.quotes.join()
        code = self.street.desk.stop()
        if code == 0:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"kept: {self.folder}")
        self.street.close()
        return code


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("build", nargs="?", default=os.path.join(ROOT, "build", "dev"))
    options.add_argument("--desk", metavar="ASSAY", help="a desk on paper instead of the one in memory")
    options.add_argument("--install", action="store_true", help="only install schemathesis, where it is missing")
    options.add_argument("--examples", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    program = tool()
    if options.install:
        return 0
    server = OnPaper(options.desk) if options.desk else InMemory(options.build)
    report = os.path.join(ROOT, "build", "schemathesis", "junit.xml")
    if os.path.exists(report):
        os.remove(report)
    try:
        url = server.url
        operations = described(url)
        done = subprocess.run(
            [program, "--config-file", os.path.join(HERE, "schemathesis.toml"), "run", url + "/openapi.yaml",
             "--max-examples", str(options.examples), "--seed", str(options.seed), "--generation-database", "none",
             "--exclude-path", "/api/v1/stream", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
             "--report", "junit", "--report-junit-path", report],
            cwd=VENV, timeout=WAIT_S, check=False)
        alive = server.alive()
    finally:
        code = server.stop()
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
