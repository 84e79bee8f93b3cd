#!/usr/bin/env python3
"""./run --headless as a user starts it: LPs, a desk and an OMS as processes, the ACME order over FIX.

    tests/desk/run_test.py ASSAY

Sees over HTTP that the ACME order came in by the OMS's session, was sent to LPs whose scores were
there when it came, and is done; that its fills are in the history; that SIGTERM ends everything
with exit code 0. Then that the death of one of its processes ends the others, and is told.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from processes import until

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Run:
    def __init__(self, assay, folder):
        self.folder = folder
        self.begun = time.monotonic()
        self.out = open(folder.parent / (folder.name + ".out"), "w+b")
        self.process = subprocess.Popen([ROOT / "run", "--headless", "--data", folder], stdout=self.out,
                                        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                        env={**os.environ, "ASSAY_BINARY": str(assay)})

    def said(self):
        self.out.flush()
        return pathlib.Path(self.out.name).read_text()

    def url(self):
        def look():
            assert self.process.poll() is None, "it ended: " + self.said()
            return re.search(r"^(http://127\.0\.0\.1:\d+)$", self.said(), re.MULTILINE)
        return until("the address of the desk", look, 60).group(1)

    def processes(self):
        """Ids of the processes that have this folder on their command line, itself left out."""
        found = {}
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if len(words) > 1 and words[1] in ("lps", "desk", "oms") and any(str(self.folder) in w for w in words):
                found[words[1]] = int(path.parent.name)
        return found

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(60)


TOKENS = {}  # by the address of the desk: what its own commands show it


def get(url, path):
    asked = urllib.request.Request(url + path, headers={"Authorization": "Bearer " + TOKENS[url]})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.loads(answer.read())


def sign_in(url, name, password):
    """The answer to a login: status, body, cookie."""
    asked = urllib.request.Request(url + "/api/v1/login", json.dumps({"name": name, "password": password}).encode(),
                                   {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, json.loads(answer.read()), answer.headers["Set-Cookie"]
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read()), None


def people_come_in(url, run):
    """The page is there for everyone, all else for whoever signs in with the password that was shown once."""
    with urllib.request.urlopen(url + "/", timeout=10) as page:
        assert "text/html" in page.headers["Content-Type"] and b"<title>" in page.read()
    try:
        urllib.request.urlopen(url + "/api/v1/status", timeout=10)
        raise AssertionError("a stranger was answered")
    except urllib.error.HTTPError as refused:
        assert refused.code == 401, refused.code
    password = re.search(r"First login there: name admin, password (\S{20,}) ", run.said()).group(1)
    assert sign_in(url, "admin", password + "x")[0] == 401
    status, me, cookie = sign_in(url, "admin", password)
    assert status == 200 and me["must_change_password"] and "HttpOnly; SameSite=Strict" in cookie, (status, me, cookie)
    state = run.folder / "desk"
    for name in ("people.db", "audit.jsonl", "audit-heads.txt", "first-password.txt", "token"):
        assert (state / name).stat().st_mode & 0o077 == 0, f"others may read {name}"
    password_in_logs = [p.name for p in run.folder.glob("*.log") if password in p.read_text(errors="replace")]
    assert not password_in_logs, password_in_logs


def parents(url):
    return get(url, "/api/v1/parents?limit=1000")["rows"]


def whole_life(assay, folder):
    run = Run(assay, folder)
    try:
        url = run.url()
        TOKENS[url] = (folder / "desk" / "token").read_text().strip()
        people_come_in(url, run)
        print(f"up after {time.monotonic() - run.begun:.1f} s")
        assert sorted(run.processes()) == ["desk", "lps", "oms"], run.processes()
        acme = until("the ACME order", lambda: [p for p in parents(url) if p["symbol"] == "ACME"
                                                and p["qty"] == 50000], 20)[0]
        assert acme["side"] == "sell" and acme["profile"] == "acme", acme
        # It came by the session of the OMS, with an id of its own, and before the flow.
        assert acme["id"] == "1" and re.fullmatch(r"O\d{12}-1", acme["cl_ord_id"]), acme
        sessions = {s["name"]: s["state"] for s in get(url, "/api/v1/status")["sessions"]}
        assert sessions["OMS"] == "up" and all(s == "up" for s in sessions.values()), sessions
        # The LPs were known when it came: its first child was chosen by scores.
        children = until("its first child", lambda: get(url, "/api/v1/parents/1/children")["rows"], 20)
        decision = until("its decision", lambda: decision_of(url, children[0]["decision"]), 20)
        assert decision["candidates"] and all(c["n_eff"] > 1 for c in decision["candidates"]), decision
        ranking = get(url, "/api/v1/rankings/balanced/ACME")["rows"]
        assert sum(r["rank"] is not None for r in ranking) >= 3, ranking
        done = until("the ACME order to be done",
                     lambda: [p for p in parents(url) if p["id"] == "1" and p["state"] == "filled"], 45)[0]
        assert done["cum_qty"] == 50000 and done["children"] > 3, done
        print(f"the ACME order is done after {time.monotonic() - run.begun:.1f} s, "
              f"{done['children']} children, {done['shortfall_bps']:.2f} bps below arrival")
        lps = {c["lp"] for c in get(url, "/api/v1/parents/1/children")["rows"] if c["cum_qty"] > 0}
        assert len(lps) > 1, f"all of it at {lps}"
        # The history is written behind the desk.
        ours = {c["id"] for c in get(url, "/api/v1/parents/1/children")["rows"]}
        def in_history():
            rows, cursor = [], ""
            while True:
                page = get(url, f"/api/v1/executions?limit=1000&from={done['received_ns']}{cursor}")
                rows += page["rows"]
                if page["next_cursor"] is None:
                    return sum(r["last_qty"] for r in rows if r["exec_type"] == "fill" and r["child"] in ours) == 50000
                cursor = "&cursor=" + page["next_cursor"]
        until("its fills to be in the history", in_history, 20)
        until("others of the flow", lambda: len(parents(url)) > 2, 30)
        screen = subprocess.run([assay, "watch", "--url", url, "--token", folder / "desk" / "token"], capture_output=True, text=True, check=True).stdout
        assert "LP_A" in screen and "ACME" in screen and "Last executions" in screen, screen
        code = run.end()
        assert code == 0, f"exit code {code}: {run.said()}"
        until("no process to be left", lambda: not run.processes(), 5)
        said = run.said()
        assert re.search(r"^parents +\d+ sent, \d+ acknowledged, 0 rejected", said, re.MULTILINE), said
        assert re.search(r"^ended .* 0 open$", said, re.MULTILINE), said
        assert "history.db" in said and "journal tail" in said, said
        subprocess.run([assay, "journal", "verify", folder / "desk" / "journal"], check=True, capture_output=True)
        told = subprocess.run([assay, "audit", "verify", folder / "desk"], capture_output=True, text=True, check=True)
        assert re.search(r"^3 entries are as they were written", told.stdout), told.stdout
    finally:
        put_away(run)


def decision_of(url, number):
    try:
        return get(url, f"/api/v1/decisions/{number}")
    except urllib.error.HTTPError as refused:
        assert refused.code == 404, refused.read()
        return None  # not in the history yet


def a_death_is_told(assay, folder):
    run = Run(assay, folder)
    try:
        run.url()
        os.kill(run.processes()["lps"], signal.SIGKILL)
        code = run.process.wait(60)
        said = run.said()
        assert code == 1, f"exit code {code}: {said}"
        assert "assay lps ended by itself" in said and "lps.log" in said, said
        until("no process to be left", lambda: not run.processes(), 5)
    finally:
        put_away(run)


def put_away(run):
    """What is left after a failure: processes that this run started, by their ids."""
    if run.process.poll() is None:
        try:
            run.end()
        except subprocess.TimeoutExpired:
            run.process.kill()
    for number in run.processes().values():
        os.kill(number, signal.SIGKILL)
    run.out.close()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    assay = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-run-"))
    try:
        whole_life(assay, folder / "life")
        a_death_is_told(assay, folder / "death")
    except BaseException:
        print(f"kept: {folder}", file=sys.stderr)
        for log in sorted(folder.glob("*.out")):
            print(f"--- {log}\n{log.read_text()[-3000:]}", file=sys.stderr)
        raise
    shutil.rmtree(folder)
    print("2 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
