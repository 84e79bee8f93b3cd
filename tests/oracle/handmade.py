"""FIX logs written by hand, a line a message, and what the oracle makes of them."""

import os
import tempfile

import oracle
from generate import frame


def at(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"20250303-15:{minutes:02d}:{seconds:02d}.{rest:03d}"


class Log:
    """A log under construction; every message one millisecond stamp, numbered by direction."""

    def __init__(self, version="FIX.4.4"):
        self.version = version
        self.lines = []
        self.numbers = {}
        self.quotes = ["time,symbol,bid,ask"]
        self.options = ["quotes.stale_after=never"]

    def quote(self, milliseconds, bid, ask, symbol="XYZ"):
        time = at(milliseconds)
        self.quotes.append(f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[9:]}Z,{symbol},{bid},{ask}")

    def message(self, milliseconds, source, target, kind, *pairs, number=None, header=()):
        self.numbers[source, target] = self.numbers.get((source, target), 0) + 1
        number = number or self.numbers[source, target]
        fields = [("35", kind), ("34", number), ("49", source), ("52", at(milliseconds)), ("56", target)]
        text = frame(self.version, fields + list(header) + list(pairs))
        self.lines.append(at(milliseconds).encode() + b" : " + text + b"\n")
        return text

    def order(self, milliseconds, cl="C1", qty="1000", side="1", tif="3", lp="LP", symbol="XYZ"):
        self.message(milliseconds, "US", lp, "D", ("11", cl), ("55", symbol), ("54", side), ("38", qty),
                     ("40", "1"), ("59", tif), ("60", at(milliseconds)))

    def request(self, milliseconds, kind, cl, original, qty="1000", lp="LP"):
        self.message(milliseconds, "US", lp, kind, ("11", cl), ("41", original), ("55", "XYZ"), ("54", "1"),
                     ("38", qty), ("60", at(milliseconds)))

    def report(self, milliseconds, exec_type, *pairs, cl="C1", exec_id=None, lp="LP", **more):
        exec_id = exec_id or f"E{len(self.lines)}"
        self.message(milliseconds, lp, "US", "8", ("37", "V" + cl), ("11", cl), ("17", exec_id),
                     ("150", exec_type), ("39", "0"), *pairs, ("60", at(milliseconds)), **more)

    def fill(self, milliseconds, qty, price, **more):
        self.report(milliseconds, "F", ("32", qty), ("31", price), **more)

    def score(self, by="lp", extra=b"", lenient=False, with_quotes=True):
        with tempfile.TemporaryDirectory() as folder:
            log, quotes = os.path.join(folder, "log"), os.path.join(folder, "quotes.csv")
            with open(log, "wb") as file:
                file.write(b"".join(self.lines) + extra)
            with open(quotes, "w", encoding="ascii") as file:
                file.write("\n".join(self.quotes) + "\n")
            return oracle.document([log], quotes if with_quotes else None, by, lenient, self.options)

    def row(self, **more):
        return self.score(**more)["rows"][0]


def example_order():
    """The example order of the specification: 1000 IOC, 600 and 200 filled, 200 canceled."""
    log = Log()
    log.quote(0, "100.00", "100.02")
    log.order(1000)
    log.quote(1002, "100.01", "100.03")
    log.report(1004, "0")
    log.fill(1015, "600", "100.015")
    log.fill(1022, "200", "100.02")
    log.report(1023, "4")
    return log
