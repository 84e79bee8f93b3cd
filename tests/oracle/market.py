"""A made-up market: quotes of every kind, good and bad, from a seeded random walk."""

import bisect

SECOND = 1_000_000_000
MICRO = 1_000
DAY_OPENS = (1_741_012_200 * SECOND, 1_741_098_600 * SECOND)   # 2025-03-03 and 04, 14:30 UTC
TICKS = (10_000_000, 10_000_000, 10_000_000, 5_000_000, 100_000, 1)


def decimal(value, places):
    """A scaled integer as the shortest decimal text."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, fraction = divmod(value, 10 ** places)
    tail = str(fraction).rjust(places, "0").rstrip("0")
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


class Quote:
    def __init__(self, time, symbol, bid, ask, bid_size, ask_size):
        self.time, self.symbol = time, symbol
        self.bid, self.ask = bid, ask              # None: that side is missing
        self.bid_size, self.ask_size = bid_size, ask_size

    def plain(self):
        return self.bid is not None and self.ask is not None and 0 < self.bid < self.ask


class Market:
    def __init__(self, rng, symbols, seconds_a_day, quotes):
        self.rng = rng
        self.symbols = [f"SYM{n:02d}" for n in range(symbols)]
        self.seconds = seconds_a_day
        self.counts = {}
        self.tick, self.level = {}, {}
        for symbol in self.symbols:
            self.tick[symbol] = rng.choice(TICKS)
            base = rng.randint(90_000, 200_000) if self.tick[symbol] <= 100_000 else rng.randint(2_000, 40_000)
            self.level[symbol] = base * max(self.tick[symbol], 10_000)
        self.quotes = []
        for opening in DAY_OPENS:
            self.day(opening, quotes // len(DAY_OPENS))
        self.sort()

    def sort(self):
        self.quotes.sort(key=lambda quote: quote.time)
        self.index = {}
        for quote in self.quotes:
            times, quotes = self.index.setdefault(quote.symbol, ([], []))
            times.append(quote.time)
            quotes.append(quote)

    def day(self, opening, count):
        silences = [opening + self.rng.randint(0, self.seconds * 1000) * MICRO * 1000 for _ in range(3)]
        for symbol in self.symbols:
            self.quotes.append(self.one(opening - self.rng.randint(1, 999) * MICRO, symbol, "plain"))
        times = sorted(opening + self.rng.randrange(self.seconds * 1_000_000) * MICRO for _ in range(count))
        for time in times:
            if not any(start <= time <= start + 8 * SECOND for start in silences):
                self.quotes.append(self.one(time, self.rng.choice(self.symbols)))

    def one(self, time, symbol, kind=None):
        rng = self.rng
        tick = max(self.tick[symbol], 1)
        step = max(tick, self.level[symbol] // 20_000 // tick * tick)
        self.level[symbol] += rng.choice((-1, -1, 0, 1, 1)) * step
        bid = self.level[symbol] // tick * tick
        if tick == 1:
            bid += rng.randint(-999, 999)
        ask = bid + rng.choice((1, 1, 1, 2, 3)) * max(step, tick)
        kind = kind or rng.choices(
            ("plain", "locked", "crossed", "one_sided", "zero", "negative"),
            (930, 25, 15, 15, 8, 7))[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "locked":
            ask = bid
        elif kind == "crossed":
            bid, ask = ask, bid
        elif kind == "one_sided":
            bid, ask = rng.choice(((None, ask), (bid, None)))
        elif kind == "zero":
            bid, ask = rng.choice(((0, ask), (bid, 0), (0, 0)))
        elif kind == "negative":
            bid, ask = rng.choice(((-bid, ask), (-ask, -bid)))
        sizes = [rng.randint(1, 20) * 100 for _ in range(2)]
        return Quote(time, symbol, bid, ask, *sizes)

    def at(self, symbol, time):
        times, quotes = self.index[symbol]
        place = bisect.bisect_right(times, time) - 1
        return quotes[place] if place >= 0 else None

    def plain_before(self, symbol, time):
        """The last good quote, else the first one."""
        times, quotes = self.index[symbol]
        place = bisect.bisect_right(times, time) - 1
        while place > 0 and not quotes[place].plain():
            place -= 1
        return quotes[max(place, 0)]

    def write_csv(self, path, stamp):
        with open(path, "w", encoding="ascii", newline="") as file:
            file.write("time,symbol,bid,ask,bid_size,ask_size\n")
            for quote in self.quotes:
                sides = ["" if side is None else decimal(side, 9) for side in (quote.bid, quote.ask)]
                file.write(f"{stamp(quote.time)},{quote.symbol},{sides[0]},{sides[1]},"
                           f"{quote.bid_size},{quote.ask_size}\n")
