"""The figures of a group of chains, computed once all chains are complete."""

import bisect
from fractions import Fraction

import rules

BPS = 10_000


class Context:
    """What a chain's figures need beyond the chain: quotes, peers and later fills."""

    def __init__(self, chains, quotes):
        self.quotes = quotes
        self.chains = [c for c in chains if c.rejected() != "ours"]
        self.ours = [c for c in chains if c.rejected() == "ours"]
        self.leakage = {c: self.raw_leakage(c) for c in self.chains}
        self.net_leakage = self.controlled()
        self.costs = self.reject_costs()

    def sent_quote(self, chain):
        return self.quotes.at(chain.symbol, chain.sent) if chain.sign else None

    # -- leakage ----------------------------------------------------------------------------

    def raw_leakage(self, chain):
        """Movement of the mid to 15 s after the send, in integers of 1e-6 bps; None if absent."""
        start = self.sent_quote(chain)
        end = self.quotes.after(chain.symbol, chain.sent, rules.LEAKAGE_HORIZON) if start else None
        if end is None:
            return None
        exact = Fraction(BPS * 1_000_000 * chain.sign * (end.mid2 - start.mid2), start.mid2)
        return half_away(exact)

    def controlled(self):
        """Leakage less the mean of the other LPs' chains of the same symbol and side."""
        sums, counts = {}, {}
        for chain, value in self.leakage.items():
            if value is not None:
                for key in ((chain.symbol, chain.sign), (chain.symbol, chain.sign, chain.lp)):
                    sums[key] = sums.get(key, 0) + value
                    counts[key] = counts.get(key, 0) + 1
        net = {}
        for chain, value in self.leakage.items():
            if value is None:
                continue
            whole, own = (chain.symbol, chain.sign), (chain.symbol, chain.sign, chain.lp)
            peers = counts[whole] - counts[own]
            if peers:
                net[chain] = value - Fraction(sums[whole] - sums[own], peers)
        return net

    # -- reject cost ------------------------------------------------------------------------

    def reject_costs(self):
        """chain -> (cost, notional left out, known) of what it left unfilled; first in, first out."""
        groups = {}
        for chain in self.chains:
            if chain.sign:
                groups.setdefault((chain.symbol, chain.sign), []).append(chain)
        costs = {}
        for chains in groups.values():
            lots = sorted((lot for chain in chains for lot in self.lots_of(chain)),
                          key=lambda lot: (lot.opened, lot.place))
            self.hand_out(lots, [fill for chain in chains for fill in chain.fills])
            for lot in lots:
                if lot.until is None and lot.size(INFINITY) > 0:
                    costs[lot.chain] = self.settle(lot)
        return costs

    def lots_of(self, chain):
        ends = [(end, back) for end, back in chain.taken_back] + [(chain.terminal, None)]
        return [Lot(chain, end, back, self.quotes) for end, back in ends
                if end is not None and not end.own_cancel and end.reason != "unread"]

    @staticmethod
    def hand_out(lots, fills):
        """Each share of a fill to the oldest lot of another order open then, as told in the window."""
        opened = [lot.opened for lot in lots]
        told = sorted(((time, place, fill) for fill in fills
                       for time, place, _, _ in fill.told), key=lambda one: one[:2])
        siblings = {fill: [other for other in fill.chain.fills if other.time == fill.time]
                    for fill in fills}
        for time, place, fill in told:
            oldest = bisect.bisect_left(opened, fill.time - rules.REJECT_WINDOW)
            newest = bisect.bisect_left(opened, fill.time)
            still_open = [lot for lot in lots[oldest:newest]
                          if time <= lot.opened + rules.REJECT_WINDOW]
            # An order's fills of one instant pay the best price first, whichever was told first.
            together = [other for other in siblings[fill] if other.quantity_at(place)]
            together.sort(key=lambda other: other.chain.sign * other.price_at(place))
            for lot in still_open:
                lot.paid = [payment for payment in lot.paid if payment[0] not in siblings[fill]]
            for other in together:
                left = other.quantity_at(place)
                for lot in still_open:
                    if lot.open_to(other, place):
                        taken = max(0, min(left, lot.size(place) - sum(p[1] for p in lot.paid)))
                        left -= taken
                        if taken:
                            lot.paid.append((other, taken, other.price_at(place)))

    def settle(self, lot):
        if lot.price is None:
            return 0, 0, False
        sign, rest, cost = lot.chain.sign, lot.size(INFINITY), 0
        whole = rest
        for _, quantity, price in lot.paid:
            taken = min(rest, quantity)
            cost += taken * sign * (price - lot.price)
            rest -= taken
        quote = None
        if lot.missed_in_window():
            quote = self.quotes.after(lot.chain.symbol, lot.opened, rules.REJECT_WINDOW)
        if quote is None:
            return cost, rest * lot.price, rest < whole
        return cost + rest * sign * (quote.far(sign) - lot.price), 0, True


INFINITY = float("inf")


class Lot:
    """What an order leaves unfilled from its end on, of the version in force."""

    def __init__(self, chain, end, until, quotes):
        self.chain = chain
        self.opened, self.place = end.time, end.place
        self.until = until              # place of the message that took a time-out back
        self.paid = []                  # (fill, quantity, price), oldest first
        version = (chain.accepted_versions() or [chain.versions[0]])[-1]
        self.quantity = version.quantity
        first, last = quotes.at(chain.symbol, chain.sent), quotes.at(chain.symbol, version.sent)
        self.price = None               # the far touch we tried to hit; None: no cost can be told
        self.quoted = first is not None and last is not None
        if first is not None:
            self.price = (last or first).far(chain.sign)

    def size(self, place):
        """As known at a place: late fills make it smaller, busts larger."""
        return max(0, self.quantity - sum(fill.quantity_at(place) for fill in self.chain.fills))

    def open_to(self, fill, place):
        return (fill.chain is not self.chain and self.quoted
                and (self.until is None or place < self.until))

    def missed_in_window(self):
        """Something was missing while its window was open: its end gives a price."""
        due = self.opened + rules.REJECT_WINDOW
        places = [self.place] + [told[1] for fill in self.chain.fills for told in fill.told
                                 if told[0] <= due and (told[0], told[1]) > (self.opened, self.place)]
        return self.quoted and any(self.size(self.reached(place)) for place in places)

    def reached(self, place):
        """A time-out stands after every message of its instant, and before all that come later."""
        if place != INFINITY:
            return place
        return max((told[1] for fill in self.chain.fills for told in fill.told
                    if told[0] <= self.opened), default=-1)


def half_away(value):
    """A Fraction to the nearest integer, halves away from zero."""
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value >= 0 else -magnitude


def ratio(numerator, denominator):
    return None if denominator == 0 else Fraction(numerator) / Fraction(denominator)


def scaled(value, factor):
    return None if value is None else value * factor


def mean(values):
    return ratio(sum(values), len(values)) if values else None


def nearest_rank(values, percent):
    """The ceil(q n)-th smallest, within the range of the latency sketch."""
    if not values:
        return None
    rank = max(1, -(-percent * len(values) // 100))
    return min(max(sorted(values)[rank - 1], 1_000), 60 * rules.SECOND)


def counts(row, chains, ours, unreadable):
    rejects = [c.rejected() for c in chains if c.rejected()]
    row["n_orders"] = len(chains)
    row["n_ours"] = len(ours)
    row["n_unreadable"] = unreadable
    row["n_rejects"] = len(rejects)
    for name in ("discretionary", "technical", "risk"):
        row["n_rejects_" + name] = rejects.count(name)
    row["n_timeouts"] = sum(c.timed_out() for c in chains)
    row["reject_rate"] = ratio(len(rejects), len(chains))


def quantities(row, chains, read):
    fills = [fill for chain in chains for fill in chain.live_fills()]
    filled = sum(fill.quantity for fill in fills)
    row["n_fills"] = len(fills)
    row["filled_qty"] = Fraction(filled, rules.QUANTITY_ONE)
    offered = [(chain.filled(), chain.offered()) for chain in read]
    ordered = sum(o for _, o in offered)
    row["ordered_qty"] = Fraction(ordered, rules.QUANTITY_ONE)
    row["fill_rate"] = ratio(sum(min(cum, o) for cum, o in offered), ordered)
    trials = [(cum, o) for cum, o in offered if o > 0]
    row["fill_rate_order"] = mean([min(Fraction(1), Fraction(cum, o)) for cum, o in trials])
    row["p_any"] = mean([int(cum > 0) for cum, _ in trials])
    row["p_full"] = mean([int(cum >= o) for cum, o in trials])
    one_symbol = len({chain.symbol for chain in chains}) == 1
    value = ratio(sum(fill.quantity * fill.price for fill in fills), filled)
    row["vwap"] = scaled(value, Fraction(1, rules.PRICE_ONE)) if one_symbol else None


def priced(row, chains, quotes):
    """Spreads and price improvement against the quote each version was sent under."""
    size = effective = quoted = wide = improved = mids = fars = 0
    ratio_es = ratio_qs = better = at = worse = 0
    for chain, fill, quote in with_quotes(chains, quotes):
        q, far = fill.quantity, quote.far(chain.sign)
        paid = q * chain.sign * (2 * fill.price - quote.mid2)
        gain = chain.sign * (far - fill.price)
        size += q
        effective += paid
        quoted += q * quote.spread
        improved += q * gain
        mids += q * quote.mid2
        fars += q * far
        if quote.spread > 0:
            ratio_es += paid
            ratio_qs += q * quote.spread
        better += q * (gain > rules.PI_EPSILON)
        worse += q * (gain < -rules.PI_EPSILON)
        at += q * (abs(gain) <= rules.PI_EPSILON)
    one = Fraction(1, rules.PRICE_ONE)
    row["effective_spread"] = scaled(ratio(effective, size), one)
    row["quoted_spread"] = scaled(ratio(quoted, size), one)
    row["price_improvement"] = scaled(ratio(improved, size), one)
    row["effective_spread_bps"] = scaled(ratio(effective, mids), 2 * BPS)
    row["quoted_spread_bps"] = scaled(ratio(quoted, mids), 2 * BPS)
    row["price_improvement_bps"] = scaled(ratio(improved, fars), BPS)
    row["e_over_q"] = ratio(ratio_es, ratio_qs)
    row["pi_frequency"] = ratio(better, size)
    row["pi_share_at"] = ratio(at, size)
    row["pi_share_worse"] = ratio(worse, size)


def with_quotes(chains, quotes):
    """Every fill of a signed side whose quote at the send of its version is valid."""
    for chain in chains:
        for fill in chain.live_fills():
            quote = quotes.at(chain.symbol, fill.version.sent) if chain.sign else None
            if quote is not None:
                yield chain, fill, quote


def after_the_fill(row, chains, quotes):
    signed = [(c, f) for c in chains if c.sign for f in c.live_fills()]
    for name, horizon in rules.MARKOUT_HORIZONS.items():
        move = notional = size = realized = both = mids = 0
        for chain, fill in signed:
            later = quotes.after(chain.symbol, fill.time, horizon)
            if later is None:
                continue
            distance = fill.quantity * chain.sign * (later.mid2 - 2 * fill.price)
            move += distance
            notional += fill.quantity * fill.price
            realized -= distance
            size += fill.quantity
            sent = quotes.at(chain.symbol, fill.version.sent)
            if sent is not None:
                both -= distance
                mids += fill.quantity * sent.mid2
        row[f"markout_bps_{name}"] = scaled(ratio(move, notional), Fraction(BPS, 2))
        if name in rules.REALIZED_HORIZONS:
            row[f"realized_spread_{name}"] = scaled(ratio(realized, size), Fraction(1, rules.PRICE_ONE))
            row[f"realized_spread_{name}_bps"] = scaled(ratio(both, mids), 2 * BPS)
    back = mids = 0
    for chain, fill, sent in with_quotes(chains, quotes):
        early = quotes.after(chain.symbol, fill.time, rules.MARKOUT_HORIZONS["15s"])
        late = quotes.after(chain.symbol, fill.time, rules.MARKOUT_HORIZONS["5m"])
        if early is not None and late is not None:
            back -= fill.quantity * chain.sign * (late.mid2 - early.mid2)
            mids += fill.quantity * sent.mid2
    row["reversion_bps"] = scaled(ratio(back, mids), BPS)


def latencies(row, chains):
    def durations(moment):
        spans = [moment(c) - c.sent for c in chains if c.clocked and moment(c) is not None]
        return [span for span in spans if span >= 0]

    milli = Fraction(1, 1_000_000)
    trip = durations(lambda c: c.terminal.time if c.terminal else None)
    row["latency_rt_ms_mean"] = scaled(mean(trip), milli)
    for percent in (50, 90, 99):
        row[f"latency_rt_ms_p{percent}"] = scaled(nearest_rank(trip, percent), milli)
    row["latency_cmd_ms_mean"] = scaled(mean(durations(lambda c: c.first_response)), milli)
    row["latency_first_fill_ms_mean"] = scaled(mean(durations(lambda c: c.first_fill)), milli)


def costs(row, chains, read, context):
    raw = [context.leakage[c] for c in chains if context.leakage[c] is not None]
    net = [context.net_leakage[c] for c in chains if c in context.net_leakage]
    row["leakage_raw_bps_15s"] = scaled(mean(raw), Fraction(1, 1_000_000))
    row["leakage_bps_15s"] = scaled(mean(net), Fraction(1, 1_000_000))
    total = base = priced = unpriced = 0
    for chain in read:
        cost, left_out, known = context.costs.get(chain, (0, 0, None))
        priced += known is True
        unpriced += known is False
        quote = context.sent_quote(chain)
        if quote is not None:
            total += cost
            base += chain.offered() * quote.far(chain.sign) - left_out
    # What was left unfilled and could not be priced is not known; nothing left unfilled costs nothing.
    unknown = unpriced > 0 and priced == 0
    row["reject_cost_bps"] = None if unknown else scaled(ratio(total, base), BPS)
    row["fee_bps"] = None
    paid = row["effective_spread_bps"]
    if paid is None or unknown:
        row["all_in_cost_bps"] = None
    else:
        row["all_in_cost_bps"] = paid / 2 + (row["reject_cost_bps"] or 0)


def measure(chains, ours, context):
    """One row: every figure of a group of chains. Fills count whatever else could not be read."""
    row = {}
    read = [chain for chain in chains if not chain.unreadable()]
    counts(row, read, ours, len(chains) - len(read))
    quantities(row, chains, read)
    priced(row, chains, context.quotes)
    after_the_fill(row, chains, context.quotes)
    latencies(row, read)
    costs(row, chains, read, context)
    return row
