"""Bytes to frames: where each FIX message starts, where it ends, and whether it may be believed."""

import re

START = re.compile(rb"(?<![0-9])8=FIX[^\x01\n]*\x019=(\d{1,20})\x01")
ANY_START = re.compile(rb"(?<![0-9])8=FIX")
TRAILER = re.compile(rb"10=(\d{3})\x01")
LOOSE_TRAILER = re.compile(rb"\x0110=\d{3}\x01")
PREFIX = re.compile(rb"(\d{8}-\d\d:\d\d:\d\d(?:\.\d{1,9})?) : $")


class Frame:
    """One message start in a file: good, dead (with its reason) or pending at the end of the input."""

    __slots__ = ("offset", "end", "state", "reason", "prefix", "content")

    def __init__(self, offset, end, state, reason, prefix, content):
        self.offset = offset
        self.end = end
        self.state = state
        self.reason = reason
        self.prefix = prefix
        self.content = content


def extent(data, start, lenient):
    """(end, state, reason) of the message that starts at `start`."""
    following = ANY_START.search(data, start + 5)
    limit = following.start() if following else len(data)
    head = START.match(data, start)
    if head:
        trailer_at = head.end() + int(head[1])
        trailer = TRAILER.match(data, trailer_at)
        if trailer and data[trailer_at - 1] == 1:
            if sum(data[start:trailer_at]) % 256 == int(trailer[1]) or lenient:
                return trailer.end(), "good", ""
            # A length that is too large can reach the end of a later message: one that has an end of
            # its own before another message starts ends there (docs/decisions/0012).
            own = LOOSE_TRAILER.search(data, start, limit)
            if own and following and own.end() <= following.start() < trailer.end():
                return own.end(), "dead", "body_length"
            return trailer.end(), "dead", "checksum"
    loose = LOOSE_TRAILER.search(data, start, limit)
    if loose:
        if lenient:
            return loose.end(), "good", ""
        return loose.end(), "dead", "body_length"
    if following is None:
        return len(data), "pending", "truncated"
    line = data.find(b"\n", start, limit)
    return (limit if line < 0 else line), "dead", "no_trailer"


def frames(data, lenient=False):
    """All frames of a file, in file order; what lies between them is not a message."""
    position = 0
    while True:
        start = ANY_START.search(data, position)
        if not start:
            return
        offset = start.start()
        end, state, reason = extent(data, offset, lenient)
        line = max(data.rfind(b"\n", 0, offset) + 1, position)
        prefix = PREFIX.search(data, line, offset)
        yield Frame(offset, end, state, reason, prefix[1].decode() if prefix else None,
                    data[offset:end])
        position = end


def fields(content):
    """The (tag, value) pairs of a message in order; data fields keep their SOHs by their length."""
    pairs = []
    position = 0
    length_of_next = None
    while position < len(content):
        equals = content.find(b"=", position)
        if equals < 0:
            break
        tag = content[position:equals].decode("latin-1")
        end = -1
        if length_of_next is not None:
            guess = equals + 1 + length_of_next
            end = guess if content[guess:guess + 1] == b"\x01" else -1
        if end < 0:
            end = content.find(b"\x01", equals)
        if end < 0:
            end = len(content)
        value = content[equals + 1:end].decode("latin-1")
        pairs.append((tag, value))
        length_of_next = int(value) if tag in LENGTH_TAGS and value.isdigit() else None
        position = end + 1
    return pairs


LENGTH_TAGS = {"90", "93", "95", "212", "348", "350", "352", "354", "356", "358", "360",
               "362", "364", "445", "618", "621"}
