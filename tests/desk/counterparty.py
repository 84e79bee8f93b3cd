"""A FIX counterparty of the tests' own: its bytes are what a test says they are. Nothing to install.

It keeps a session only as far as a test asks for: it answers TestRequests while it is pumped, and
nothing else by itself. Numbers, silence and rubbish are the test's to choose.
"""

import datetime
import select
import socket
import time

SOH = b"\x01"


def now(offset=0):
    """UTC; of a clock that is so many seconds ahead."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)
    return at.strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


def message(kind, sender, target, seq, *fields, poss_dup=False, begin="FIX.4.4", clock=0, orig=0):
    """`clock`: seconds that the sender's clock is ahead. `orig`: OrigSendingTime against its SendingTime, with
    poss_dup; None: it is left out."""
    head = [(35, kind), (49, sender), (56, target), (34, seq), (52, now(clock))]
    if poss_dup:
        head += [(43, "Y")] + ([] if orig is None else [(122, now(clock + orig))])
    body = b"".join(f"{tag}={value}\x01".encode() for tag, value in head + list(fields))
    framed = f"8={begin}\x019={len(body)}\x01".encode() + body
    return framed + f"10={sum(framed) % 256:03}\x01".encode()


def fields(raw):
    pairs = {}
    for field in raw.split(SOH):
        tag, _, value = field.partition(b"=")
        pairs.setdefault(tag.decode(errors="replace"), value.decode(errors="replace"))
    return pairs


class Counterparty:
    """One session. `us` is its CompID, `desk` that of the desk."""

    def __init__(self, us, desk="DESK"):
        self.us, self.desk = us, desk
        self.out, self.socket, self.buffer = 1, None, b""
        self.clock = 0         # seconds that its clock is ahead
        self.got = []          # every message since the last Logon, parsed
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def accept(self, heartbeat=30, reset=False, seconds=30):
        """Takes a call of the desk, and answers its Logon."""
        self.hang_up()
        self.listener.settimeout(seconds)
        self.socket, _ = self.listener.accept()
        self.buffer, self.got = b"", []
        logon = self.expect("A", seconds)
        if reset or logon.get("141") == "Y":
            self.out = 1
        extra = [(141, "Y")] if reset else []
        self.say("A", (98, 0), (108, heartbeat), *extra)
        return logon

    def call(self, port, heartbeat=30, reset=False):
        """Calls a session of the desk that is listened at (its OMS)."""
        self.hang_up()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.buffer, self.got = b"", []
        if reset:
            self.out = 1
        self.say("A", (98, 0), (108, heartbeat), *([(141, "Y")] if reset else []))

    def hang_up(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def close(self):
        self.hang_up()
        self.listener.close()

    def say(self, kind, *pairs, seq=None, poss_dup=False, orig=0):
        raw = message(kind, self.us, self.desk, self.out if seq is None else seq, *pairs, poss_dup=poss_dup,
                      clock=self.clock, orig=orig)
        if seq is None:
            self.out += 1
        self.socket.sendall(raw)
        return raw

    def raw(self, data):
        self.socket.sendall(data)

    def pump(self, seconds):
        """Reads what comes for so long; TestRequests are answered. The new messages."""
        end, new = time.monotonic() + seconds, []
        while True:
            new += self._cut()
            left = end - time.monotonic()
            if left <= 0 or self.socket is None:
                return new
            ready, _, _ = select.select([self.socket], [], [], left)
            if not ready:
                continue
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                self.hang_up()
                return new
            self.buffer += data

    def _cut(self):
        new = []
        while True:
            at = self.buffer.find(b"\x0110=")
            end = self.buffer.find(SOH, at + 1) if at >= 0 else -1
            if end < 0:
                break
            parsed = fields(self.buffer[:end])
            self.buffer = self.buffer[end + 1:]
            self.got.append(parsed)
            new.append(parsed)
            if parsed.get("35") == "1" and self.socket is not None:
                self.say("0", (112, parsed.get("112", "")))
        return new

    def expect(self, kind, seconds=30, where=lambda m: True):
        """The first message of this kind since the Logon that `where` likes and nobody had yet."""
        end = time.monotonic() + seconds
        while True:
            for m in self.got:
                if m.get("35") == kind and where(m) and not m.get("taken"):
                    m["taken"] = True
                    return m
            assert time.monotonic() < end, f"{self.us}: no {kind} within {seconds} s; it got " + \
                str([(m.get("35"), m.get("58", "")) for m in self.got[-8:]])
            assert self.socket is not None, f"{self.us}: hung up; it got {self.got[-3:]}"
            self.pump(0.05)

    def count(self, kind):
        return sum(m.get("35") == kind for m in self.got)

    def quote(self, symbol, bid, ask, size=50_000):
        self.say("W", (55, symbol), (268, 2), (269, 0), (270, f"{bid:.2f}"), (271, size),
                 (269, 1), (270, f"{ask:.2f}"), (271, size))

    def report(self, order, exec_id, exec_type, status, last=0, cum=0, leaves=0, px=0.0):
        pairs = [(37, "O" + order["11"]), (11, order["11"]), (17, exec_id), (150, exec_type), (39, status),
                 (55, order["55"]), (54, order["54"]), (38, order.get("38", cum)), (14, cum), (151, leaves),
                 (6, px if cum else 0)]
        if last:
            pairs += [(32, last), (31, px)]
        self.say("8", *pairs, (60, now()))

    def fill(self, order, exec_id):
        qty = float(order["38"])
        self.report(order, exec_id, "F", "2", last=f"{qty:g}", cum=f"{qty:g}", px=order["44"])
