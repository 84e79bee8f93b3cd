"""A FIX counterparty that shares nothing with ours: its own session layer over simplefix."""

import datetime
import os
import queue
import select
import signal
import socket
import subprocess
import threading
import time

import simplefix

BUILD = os.environ["ASSAY_INTEROP"]
PROBE = os.path.join(BUILD, "hosts", "fixnet", "fixnet_probe")
ASSAY = os.environ.get("ASSAY_INTEROP_PROGRAM") or os.path.join(BUILD, "hosts", "cli", "assay")
PATIENCE = 20  # seconds; the machine may be busy
VERSIONS = ("FIX.4.2", "FIX.4.4", "FIXT.1.1")
ADMIN = b"0A12345"


def text(message, tag):
    value = message.get(tag)
    return None if value is None else value.decode()


def body(message):
    """Fields behind the header, in their order."""
    header = {8, 9, 35, 34, 49, 52, 56, 43, 122, 10, 97, 115, 128, 50, 57, 1128}
    return [(int(tag), value.decode()) for tag, value in message.pairs if int(tag) not in header]


class Peer:
    def __init__(self, begin_string, sender, target):
        self.begin_string, self.sender, self.target = begin_string, sender, target
        self.out_seq, self.in_seq = 1, 1
        self.parser, self.socket, self.listener = simplefix.FixParser(), None, None
        self.received = []   # all, as they came
        self.sent = {}       # number -> bytes
        self.pending = []    # application messages nobody asked for yet
        self.strict = True   # numbers must be contiguous

    # --- connections
    def listen(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        return self.listener.getsockname()[1]

    def accept(self):
        self.listener.settimeout(PATIENCE)
        self.socket, _ = self.listener.accept()

    def connect(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def close(self):
        for s in (self.socket, self.listener):
            if s is not None:
                s.close()

    # --- messages
    def encode(self, msg_type, fields, seq=None, header=()):
        m = simplefix.FixMessage()
        m.append_pair(8, self.begin_string, header=True)
        m.append_pair(35, msg_type, header=True)
        m.append_pair(49, self.sender, header=True)
        m.append_pair(56, self.target, header=True)
        m.append_pair(34, self.out_seq if seq is None else seq, header=True)
        for tag, value in header:
            m.append_pair(tag, value, header=True)
        m.append_utc_timestamp(52, datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None),
                               precision=3, header=True)
        for tag, value in fields:
            m.append_pair(tag, value)
        return m.encode()

    def say(self, msg_type, *fields):
        """Sends with the next number; the bytes."""
        bytes_ = self.encode(msg_type, fields)
        self.sent[self.out_seq] = bytes_
        self.out_seq += 1
        self.socket.sendall(bytes_)
        return bytes_

    def logon(self, heartbeat=30, reset=False):
        fields = [(98, 0), (108, heartbeat)]
        if reset:
            fields.append((141, "Y"))
        if self.begin_string == "FIXT.1.1":
            fields.append((1137, 9))
        self.say("A", *fields)

    def next(self, until):
        while True:
            message = self.parser.get_message()
            if message is not None:
                self.received.append(message)
                return message
            left = until - time.monotonic()
            if left <= 0:
                return None
            ready, _, _ = select.select([self.socket], [], [], left)
            if not ready:
                return None
            got = self.socket.recv(65536)
            if not got:
                raise EOFError("hung up")
            self.parser.append_buffer(got)

    def take(self, message):
        """What a session layer does with a message; True: it is for the application."""
        kind, seq = message.get(35), int(message.get(34))
        if kind == b"4":
            if seq == self.in_seq:
                self.in_seq = int(message.get(36))
            return False
        if self.strict and message.get(43) != b"Y":
            assert seq == self.in_seq, f"{seq} came, {self.in_seq} was next"
        if seq >= self.in_seq:
            self.in_seq = seq + 1
        if kind == b"1":
            self.say("0", (112, text(message, 112)))
        return kind not in (b"0", b"1")

    def expect(self, msg_type, patience=PATIENCE):
        """The next message of a type; others of the application are kept for later."""
        message = self.wait_for(msg_type, patience)
        if message is None:
            raise AssertionError(f"no {msg_type} came within {patience} s")
        return message

    def wait_for(self, msg_type, patience):
        """As expect; None: it did not come."""
        for i, message in enumerate(self.pending):
            if text(message, 35) == msg_type:
                return self.pending.pop(i)
        until = time.monotonic() + patience
        while True:
            message = self.next(until)
            if message is None:
                return None
            forward = self.take(message)
            if text(message, 35) == msg_type:
                return message
            if forward:
                self.pending.append(message)


class Program:
    """A program of ours: its lines, and what is said to it."""

    def __init__(self, *args):
        self.process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines, self.all = queue.Queue(), []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def line(self, start, patience=PATIENCE):
        """The next line that starts so; what stands behind it."""
        until = time.monotonic() + patience
        while True:
            try:
                got = self.lines.get(timeout=max(until - time.monotonic(), 0.001))
            except queue.Empty:
                raise AssertionError(f"no line \"{start}\"; there were {self.all[-10:]}") from None
            self.all.append(got)
            if got.startswith(start):
                return got[len(start):]

    def say(self, text_):
        self.process.stdin.write(text_ + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def listening_addresses(pid):
    """Where a process listens, from /proc: (address, port)."""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{fd}")
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for family in ("tcp", "tcp6"):
        with open(f"/proc/{pid}/net/{family}", encoding="ascii") as table:
            for row in table.read().splitlines()[1:]:
                fields = row.split()
                if fields[3] == "0A" and fields[9] in inodes:
                    address, port = fields[1].split(":")
                    found.append((address, int(port, 16)))
    return found
