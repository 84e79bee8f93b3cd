"""Files to one stream of messages in merge order, with the accounting of every byte and message."""

import gzip
import heapq
import sys

import framing
import units


TAGS = set("11 17 19 20 31 32 34 35 37 38 39 41 43 45 49 52 54 55 56 58 59 60 75 97 103 122 150 378".split())


class Message:
    """A message as captured: the fields that matter, and when, where and on which session it was seen."""

    __slots__ = ("first", "pairs", "file_index", "offset", "capture", "clocked", "place", "dead")

    def __init__(self, frame, file_index, capture, clocked):
        pairs = framing.fields(frame.content)
        self.first = {}
        for tag, value in pairs:
            if tag in TAGS:
                self.first.setdefault(sys.intern(tag), sys.intern(value) if len(value) < 9 else value)
        self.pairs = pairs if self.is_quote else None      # groups matter in market data only
        self.file_index = file_index
        self.offset = frame.offset
        self.capture = capture
        self.clocked = clocked          # False: the time is a SendingTime, not a capture time
        self.place = 0                  # position in the merged stream
        self.dead = False               # its frame is not sound: it only names an order

    def get(self, tag):
        return self.first.get(tag)

    @property
    def kind(self):
        return self.first.get("35", "")

    @property
    def is_quote(self):
        return self.kind in ("W", "X")

    @property
    def direction(self):
        return (self.get("49"), self.get("56"))

    def identity(self):
        """(session and direction, MsgSeqNum, OrigSendingTime where PossDup else SendingTime)."""
        number = self.get("34")
        if number is None:
            return None
        sent = self.get("52")
        if self.get("43") == "Y":
            sent = self.get("122") or sent
        return self.direction + (number, sent)


def contents(path):
    with open(path, "rb") as file:
        data = file.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def empty_health():
    names = [f"bytes_{what}" for what in ("read", "messages", "between", "dead", "pending")]
    names += [f"messages_{what}" for what in ("read", "applied", "duplicate", "waiting", "dead")]
    return dict.fromkeys(names, 0)


def messages_of(path, file_index, lenient, health):
    """The good messages of one file in file order, and the reports that are dead; counts its bytes."""
    data = contents(path)
    found = []
    framed = 0
    last_prefix = None
    for frame in framing.frames(data, lenient):
        size = frame.end - frame.offset
        framed += size
        health["messages_read"] += 1
        if frame.prefix:
            last_prefix = frame.prefix
        # A message cut off by the end of a file is dead: no more of it will come.
        if frame.state in ("dead", "pending"):
            health["bytes_dead"] += size
            health["messages_dead"] += 1
            message = Message(frame, file_index, units.fix_time(last_prefix) if last_prefix else 0, True)
            message.dead = True
            if message.kind == "8":
                found.append(message)
        else:
            health["bytes_messages"] += size
            capture = units.fix_time(last_prefix) if last_prefix else None
            message = Message(frame, file_index, capture, capture is not None)
            if capture is None:
                message.capture = units.fix_time(message.get("52")) or 0
            found.append(message)
    health["bytes_read"] += len(data)
    health["bytes_between"] += len(data) - framed
    return found


def merged(files):
    """Merge by the heads of the files: time, quotes first, file, offset. File order always wins."""
    heads = []
    for messages in files:
        if messages:
            heapq.heappush(heads, head(messages, 0))
    stream = []
    while heads:
        _, _, _, _, position, messages = heapq.heappop(heads)
        message = messages[position]
        message.place = len(stream)
        stream.append(message)
        if position + 1 < len(messages):
            heapq.heappush(heads, head(messages, position + 1))
    return stream


def head(messages, position):
    message = messages[position]
    return (message.capture, 0 if message.is_quote else 1, message.file_index, message.offset,
            position, messages)


def read(paths, lenient=False):
    """(messages in merge order without the duplicates, health)."""
    health = empty_health()
    files = [messages_of(path, index, lenient, health) for index, path in enumerate(paths)]
    seen = set()
    stream = []
    for message in merged(files):
        if message.dead:
            stream.append(message)
            continue
        identity = message.identity()
        if identity is not None and identity in seen:
            health["messages_duplicate"] += 1
            continue
        seen.add(identity)
        health["messages_applied"] += 1
        stream.append(message)
    return stream, health
