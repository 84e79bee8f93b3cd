"""Faults of the disk, and of what stands on it: rows of docs/faults.md (see faults_test.py). A test takes a Street."""

import os
import resource
import shutil
import socket
import subprocess
import time

from processes import Desk, journal_messages, until
from street import Skip


class Tmpfs:
    def __init__(self, folder, size):
        if os.geteuid() != 0:
            raise Skip("mounting a file system needs root")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "assay-faults", str(folder)],
                          capture_output=True, check=False).returncode != 0:
            raise Skip("no file system can be mounted here")

    def __enter__(self):
        return self

    def read_only(self):
        return subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], capture_output=True,
                              check=False).returncode == 0

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)


def drive_until_it_ends(s, seconds=60):
    """Quotes until the desk has ended by itself."""
    begun = time.monotonic()
    while s.desk.alive():
        try:
            for _ in range(200):
                if s.market.socket is not None:
                    s.quote()
        except OSError:  # it hangs up before it ends
            s.market.hang_up()
        if s.market.socket is not None:
            s.market.pump(0.005)
        else:
            time.sleep(0.02)
        assert time.monotonic() - begun < seconds, "it goes on without a journal"
    return s.desk.process.wait()


def what_was_acknowledged_is_there_after_a_restart(s, order):
    """The desk ended by itself; started again it knows its order, asks after it, and goes on."""
    name, sent = order
    s.start(quote=False)
    s.lps[name].expect("H", where=lambda m: m["11"] == sent["11"])
    s.lps[name].fill(sent, "E1")
    until("nothing to be UNKNOWN", lambda: s.metric("sor_children_unknown") == 0)
    s.quote()
    until("an order to be taken", lambda: s.order()[0] == 201)
    s.child()


def disk_full_stops_the_desk_and_room_lets_it_go_on(s):
    """67"""
    with Tmpfs(s.state, "12m"):
        ballast = s.state / "ballast"
        ballast.write_bytes(b"\0" * (4 << 20))
        s.start()
        assert s.metric("disk_free_bytes") < 12 << 20
        s.order()
        order = s.child()
        code = drive_until_it_ends(s)
        assert code == 1, code
        assert "No space left on device" in s.log(), s.log()[-500:]
        for lp in s.lps.values():
            lp.pump(0.2)
            assert sum(m.get("35") == "D" and not m.get("taken") for m in lp.got) == 0, "sent without a journal"
        ballast.unlink()
        what_was_acknowledged_is_there_after_a_restart(s, order)
        s.desk.stop()


def disk_full_with_room_in_reserve_fails_closed_and_resumes(s):
    """67: 64 MiB are reserved; while the disk is full reports are journaled and no order goes out"""
    with Tmpfs(s.state, "160m"):
        s.start()
        assert (s.state / "reserve").stat().st_size == 64 << 20
        assert s.metric("desk_state", state="fail_closed") == 0
        s.order()
        name, order = s.child()
        ballast = s.state / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65_536)
            except OSError:
                pass

        def closed():
            s.quote()
            return s.metric("desk_state", state="fail_closed") == 1
        until("the desk to fail closed", closed, 40)
        s.until_log("the disk is full")
        status, answer = s.desk.ask("/readyz")
        assert status == 503 and "the disk is full" in str(answer), (status, answer)
        assert not (s.state / "reserve").exists()
        s.quote()
        s.order()
        s.no_child(1)
        # What is out is still heard of, durably.
        s.lps[name].fill(order, "E1")
        until("the fill", lambda: [p for p in s.desk.get("/api/v1/parents?limit=5")["rows"] if p["cum_qty"] > 0])
        until("it to be on the disk", lambda: any(b"\x0117=E1\x01" in raw for _, _, raw in
                                                  journal_messages(s.state / "journal")))
        ballast.unlink()
        until("it to be ready again", s.desk.ready, 20)
        assert s.metric("desk_state", state="fail_closed") == 0
        assert (s.state / "reserve").stat().st_size == 64 << 20
        s.quote()
        s.order()
        s.child()
        assert s.desk.alive()
        s.desk.stop()


def a_write_that_fails_stops_the_desk_with_its_cause(s):
    """68: a file that may not grow any more (RLIMIT_FSIZE) from one write on"""
    s.start()
    s.order()
    order = s.child()
    biggest = max(f.stat().st_size for f in s.state.rglob("*") if f.is_file() and f.name != "reserve")
    resource.prlimit(s.desk.process.pid, resource.RLIMIT_FSIZE, (biggest + 65_536, biggest + 65_536))
    code = drive_until_it_ends(s)
    assert code == 1, f"ended with {code}"
    assert "File too large" in s.log(), s.log()[-500:]
    what_was_acknowledged_is_there_after_a_restart(s, order)


def a_sync_that_fails_stops_the_desk_and_is_never_tried_again(s):
    """68: strace lets fdatasync fail with EIO from the so-manieth of a thread on; only the journal's does so many"""
    if shutil.which("strace") is None:
        raise Skip("strace is not installed")
    s.run_by("exec strace -D -f -o /dev/null -e trace=fdatasync -e inject=fdatasync:error=EIO:when=60+")
    try:
        s.start()
    except AssertionError as error:
        if "ptrace" in str(error).lower():
            raise Skip("nothing can be traced here") from None
        raise
    s.order()
    order = s.child()
    code = drive_until_it_ends(s)
    assert code == 1, f"ended with {code}"
    assert "Input/output error" in s.log() and "cannot be made durable" in s.log(), s.log()[-500:]
    s.run_by("exec")
    what_was_acknowledged_is_there_after_a_restart(s, order)


def a_journal_that_cannot_be_written_refuses_the_start(s):
    """67, 68: a file system that is read only"""
    with Tmpfs(s.state, "12m") as disk:
        s.start(quote=False)
        s.desk.stop()
        if not disk.read_only():
            raise Skip("the file system cannot be made read only")
        begun = time.monotonic()
        try:
            Desk(s.assay, s.folder, s.names())
            raise AssertionError("it started without a journal")
        except AssertionError as error:
            assert "did not start" in str(error) and "Read-only file system" in str(error), error
        assert time.monotonic() - begun < 10


def a_changed_byte_in_the_journal_refuses_the_start_with_its_place(s):
    """70"""
    s.start()
    s.order()
    s.child()
    s.desk.stop()
    for state in s.state.glob("state-*.bin"):
        state.unlink()
    segment = sorted((s.state / "journal").glob("journal-*.fix"))[0]
    data = bytearray(segment.read_bytes())
    at = data.index(b"35=W")
    data[at + 3] ^= 1
    segment.write_bytes(data)
    try:
        Desk(s.assay, s.folder, s.names())
        raise AssertionError("it started over a damaged journal")
    except AssertionError as error:
        assert "did not start" in str(error) and segment.name in str(error), error


def too_few_descriptors_cost_connections_and_not_the_desk(s):
    """71"""
    s.start()
    pid = s.desk.process.pid
    limit = len(os.listdir(f"/proc/{pid}/fd")) + 2
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))
    host, port = s.desk.url.removeprefix("http://").split(":")
    guests = []
    for _ in range(6):
        try:
            guests.append(socket.create_connection((host, int(port)), timeout=1))
        except OSError:
            pass
    time.sleep(0.3)
    for g in guests:
        g.close()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (1024, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))
    s.quote()
    until("an order to be taken", lambda: s.order()[0] == 201)
    name, order = s.child()
    s.lps[name].fill(order, "E1")
    assert s.desk.alive()


TESTS = [disk_full_stops_the_desk_and_room_lets_it_go_on,
         disk_full_with_room_in_reserve_fails_closed_and_resumes,
         a_write_that_fails_stops_the_desk_with_its_cause,
         a_sync_that_fails_stops_the_desk_and_is_never_tried_again,
         a_journal_that_cannot_be_written_refuses_the_start,
         a_changed_byte_in_the_journal_refuses_the_start_with_its_place,
         too_few_descriptors_cost_connections_and_not_the_desk]
