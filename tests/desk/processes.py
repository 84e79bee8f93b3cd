"""A desk and simulated LPs as processes of their own, for tests: real sockets, a folder of its own."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

LIMITS = """
[limits]
parent_qty = 1_000_000
child_qty = 200_000
parent_notional = 1_000_000_000
child_notional = 500_000_000
collar_bps = 200
open_qty = 1_000_000
orders_per_second = 10_000
orders_per_parent = 10_000
duplicate_window = "1ms"
"""


def until(what, check, seconds=30.0):
    """The first true answer of check(); an AssertionError that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:g} s for {what}")


class Process:
    def __init__(self, command, folder, name):
        self.log = open(pathlib.Path(folder) / f"{name}.log", "ab")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=20):
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("it did not end within its time after SIGTERM") from None
        finally:
            self.log.close()


class Lps(Process):
    def __init__(self, assay, folder, *options):
        self.ports_file = pathlib.Path(folder) / "lps.json"
        self.ports_file.unlink(missing_ok=True)
        super().__init__([assay, "lps", "--ports", str(self.ports_file), "--journal", str(pathlib.Path(folder) / "lps"),
                          *options], folder, "lps")
        until("the LPs to listen", lambda: self.ports_file.exists() or not self.alive())
        self.ports = json.loads(self.ports_file.read_text())


class Desk(Process):
    """mode live: its LPs are those of `lps`. `patience`: seconds until it is up; machines may be busy."""

    def __init__(self, assay, folder, lps, *options, mode="live", patience=120):
        self.folder = pathlib.Path(folder)
        toml = self.folder / "desk.toml"
        if not toml.exists():
            toml.write_text(desk_toml(self.folder, lps, mode))
        self.ports_file = self.folder / "desk.json"
        self.ports_file.unlink(missing_ok=True)
        command = [assay, "desk", "--config", str(toml), "--ports", str(self.ports_file), *options]
        if mode == "live":
            command.append("--live")
        super().__init__(command, folder, "desk")
        until("the desk to be up", lambda: self.ports_file.exists() or not self.alive(), patience)
        if not self.alive():
            raise AssertionError("the desk did not start: " + (self.folder / "desk.log").read_text()[-2000:])
        self.ports = json.loads(self.ports_file.read_text())
        self.url = self.ports["http"]

    def ask(self, path, body=None, method=None):
        request = urllib.request.Request(self.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def get(self, path):
        status, body = self.ask(path)
        assert status == 200, f"{path}: {status} {body}"
        return body

    def ready(self):
        return self.ask("/readyz")[0] == 200

    def all_up(self):
        """All sessions but that of the OMS, which calls by itself. Up is not ready: where a person has killed everything
        it is that."""
        return all(s["state"] == "up" for s in self.get("/api/v1/status")["sessions"] if s["name"] != "OMS")


def desk_toml(folder, lps, mode, **desk):
    """All sessions speak the FIX version of the LPs' ports, as `assay lps --ports` writes them. `desk`: keys of
    [desk] in text, beside or instead of those here."""
    ports = lps.ports
    version = ports.get("begin_string", "FIX.4.4")
    more = "".join(f'{key} = "{value}"\n' for key, value in {"snapshot_every": "2s", **desk}.items())
    text = f"""
[desk]
mode = "{mode}"
state = "{folder / 'state'}"
listen = "127.0.0.1:0"
comp_id = "{ports['us']}"
profiles = ["balanced"]
{more}
[http]
accounts = "none"
[router]
time_out = "500ms"
unfilled_bps = 5

[parents]
round_gap = "50ms"
urgency = 1
round_quantity = 5_000
window = "10m"
{LIMITS}
[session.OMS]
role = "oms"
accept = true
port = 0
begin_string = "{version}"
sender = "{ports['us']}"
target = "OMS"

[session.MARKET]
role = "market-data"
port = {ports['market']['port']}
begin_string = "{version}"
sender = "{ports['us']}"
target = "{ports['market']['comp_id']}"
"""
    for lp in ports["lps"]:
        text += f"""
[session.{lp['comp_id']}]
role = "lp"
port = {lp['port']}
begin_string = "{version}"
sender = "{ports['us']}"
target = "{lp['comp_id']}"
"""
    return text


def journal_messages(folder):
    """(session, mark, bytes) of every entry that a journal holds, in order; what is torn at the end is left out."""
    sessions = {}
    for path in sorted(pathlib.Path(folder).glob("*")):
        data, at = path.read_bytes(), 0
        while at < len(data):
            head = data[at:at + 160].split(b" ", 6)
            if len(head) < 7 or not head[4].isdigit():
                break
            length = int(head[4])
            begin = at + sum(len(h) + 1 for h in head[:6])
            body = data[begin:begin + length]
            if len(body) < length:
                break
            if head[3] == b"#" and body.startswith(b"session "):
                _, number, name = body.split(b" ", 2)
                sessions[number] = name.decode()
            else:
                yield sessions.get(head[2], ""), head[3].decode(), body
            at = begin + length + 1


def fields(message):
    pairs = {}
    for field in message.split(b"\x01"):
        tag, _, value = field.partition(b"=")
        pairs.setdefault(tag.decode(errors="replace"), value.decode(errors="replace"))
    return pairs


def environment_seed():
    return int(os.environ.get("ASSAY_SEED", "1"))
