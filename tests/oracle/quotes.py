"""The benchmark quotes: every quote kept, looked up by bisection over the whole list."""

import bisect
import csv
import gzip
import io

import rules
import units

TIME_NAMES = ("time", "ts", "ts_utc", "timestamp")


class Quote:
    def __init__(self, time, bid, ask):
        self.time = time
        self.bid = bid
        self.ask = ask

    def valid(self, locked_valid):
        if self.bid is None or self.ask is None or self.bid <= 0 or self.ask <= 0:
            return False
        return self.bid < self.ask or (self.bid == self.ask and locked_valid)

    @property
    def mid2(self):
        """Twice the mid, so that it stays an integer."""
        return self.bid + self.ask

    @property
    def spread(self):
        return self.ask - self.bid

    def far(self, sign):
        return self.ask if sign > 0 else self.bid


class Quotes:
    """All quotes by symbol. stale_after None = never stale; staleness is silence of the source."""

    def __init__(self, stale_after=rules.DEFAULT_STALE, locked_valid=True):
        self.stale_after = stale_after
        self.locked_valid = locked_valid
        self.rows = []
        self.by_symbol = {}
        self.source_times = []

    def add(self, time, symbol, bid, ask):
        self.rows.append((time, symbol, Quote(time, bid, ask)))

    def seal(self):
        """Sort once, after the last add; equal times keep their order, so the last one wins."""
        self.rows.sort(key=lambda row: row[0])
        self.source_times = [row[0] for row in self.rows]
        for time, symbol, quote in self.rows:
            times, quotes = self.by_symbol.setdefault(symbol, ([], []))
            times.append(time)
            quotes.append(quote)

    def at(self, symbol, time):
        """The valid quote as of `time` (<=), or None."""
        times, quotes = self.by_symbol.get(symbol, ((), ()))
        place = bisect.bisect_right(times, time) - 1
        if place < 0 or self.stale(time):
            return None
        quote = quotes[place]
        return quote if quote.valid(self.locked_valid) else None

    def after(self, symbol, start, horizon):
        """The quote at start + horizon; past the session's end the last valid one of that session."""
        end_of_day = (start // rules.DAY + 1) * rules.DAY
        if start + horizon < end_of_day:
            return self.at(symbol, start + horizon)
        times, quotes = self.by_symbol.get(symbol, ((), ()))
        place = bisect.bisect_left(times, end_of_day) - 1
        while place >= 0 and times[place] >= end_of_day - rules.DAY:
            if quotes[place].valid(self.locked_valid):
                return quotes[place]
            place -= 1
        return None

    def stale(self, time):
        if self.stale_after is None:
            return False
        last = bisect.bisect_right(self.source_times, time) - 1
        return last < 0 or time - self.source_times[last] > self.stale_after


def read_csv(path, quotes):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    names = [name.strip().lower() for name in next(rows)]
    time_at = next(names.index(name) for name in TIME_NAMES if name in names)
    symbol_at, bid_at, ask_at = (names.index(name) for name in ("symbol", "bid", "ask"))
    for row in rows:
        if len(row) < len(names):
            continue
        time = units.any_time(row[time_at])
        if time is not None:
            quotes.add(time, row[symbol_at], units.price(row[bid_at].strip()),
                       units.price(row[ask_at].strip()))


def groups(message, first_tag):
    """The repeating group entries of a market data message, each a dict."""
    entries = []
    inside = False
    for tag, value in message.pairs:
        if tag == "268":
            inside = True
        elif inside and tag == first_tag:
            entries.append({tag: value})
        elif inside and entries and tag != "10":
            entries[-1].setdefault(tag, value)
    return entries


def read_log(messages, quotes, lps):
    """W and X of sources that are not themselves LPs: a top of book a symbol."""
    tops = {}
    for message in messages:
        if not message.is_quote or message.get("49") in lps:
            continue
        touched = []
        full = message.kind == "W"
        symbol = message.get("55")
        if full:
            tops[symbol] = {}
            touched.append(symbol)
        for entry in groups(message, "269" if full else "279"):
            if not full:
                symbol = entry.get("55", symbol)
            if entry.get("269") not in ("0", "1"):
                continue
            removed = entry.get("279") == "2"
            top = tops.setdefault(symbol, {})
            top[entry["269"]] = None if removed else units.price(entry.get("270"))
            if symbol not in touched:
                touched.append(symbol)
        for name in touched:
            quotes.add(message.capture, name, tops[name].get("0"), tops[name].get("1"))
