#!/usr/bin/env python3
"""FIX logs in, the exact figures of a scorecard out: an independent reference, slow and obvious."""

import argparse
import json
import sys
from fractions import Fraction

import capture
import metrics
import quotes as quote_table
import rules
from orders import Orders

GROUPINGS = {"lp": ("lp",), "symbol": ("symbol",), "lp,symbol": ("lp", "symbol")}


def duration(text):
    """never, or 5s, 500ms, 2m, in ns."""
    if text == "never":
        return None
    for unit, size in (("ms", rules.SECOND // 1000), ("us", 1000), ("ns", 1),
                       ("m", 60 * rules.SECOND), ("s", rules.SECOND)):
        if text.endswith(unit):
            return int(Fraction(text[:-len(unit)]) * size)
    raise ValueError(f"not a duration: {text}")


def settings(pairs):
    known = {"quotes.stale_after": "5s", "quotes.locked": "valid", "regime.told_apart": "no"}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key not in known:
            raise ValueError(f"unknown setting: {key}")
        known[key] = value
    return known


def plain(value):
    """Fractions as JSON numbers: whole ones as integers."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else value.numerator / value.denominator
    return value


def account(health, counters):
    """Each message ends in one class: counted before, kept aside, waiting for its order, or applied."""
    moved = {"duplicate": counters["dup_exec"] + counters["order_again"],
             "dead": counters["quarantined"], "waiting": counters["orphan_reports"]}
    for name, count in moved.items():
        health["messages_applied"] -= count
        health[f"messages_{name}"] += count


def document(files, quotes_file=None, by="lp", lenient=False, options=()):
    chosen = settings(options)
    messages, health = capture.read(files, lenient)
    quotes = quote_table.Quotes(duration(chosen["quotes.stale_after"]),
                                chosen["quotes.locked"] == "valid")
    if quotes_file:
        quote_table.read_csv(quotes_file, quotes)
    else:
        lps = {message.get("56") for message in messages if message.kind == "D"}
        quote_table.read_log(messages, quotes, lps)
    quotes.seal()
    book = Orders(quotes)
    context = metrics.Context(book.apply(messages), quotes)
    account(health, book.counters)
    keys = GROUPINGS[by]
    groups = {}
    for kind, chains in ((0, context.chains), (1, context.ours)):
        for chain in chains:
            key = tuple(getattr(chain, name) or "" for name in keys)
            groups.setdefault(key, ([], []))[kind].append(chain)
    rows = []
    for key in sorted(groups):
        row = dict(zip(keys, key))
        row.update(metrics.measure(*groups[key], context))
        rows.append(row)
    total = metrics.measure(context.chains, context.ours, context)
    return {
        "health": health,
        "counters": book.counters,
        "rows": [{name: plain(value) for name, value in row.items()} for row in rows],
        "total": {name: plain(value) for name, value in total.items()},
    }


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--quotes")
    parser.add_argument("--by", default="lp", choices=sorted(GROUPINGS))
    parser.add_argument("--lenient", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    given = parser.parse_args(arguments)
    try:
        result = document(given.files, given.quotes, given.by, given.lenient, getattr(given, "set"))
    except (OSError, ValueError, StopIteration) as problem:
        print(f"oracle: {problem}", file=sys.stderr)
        return 2
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
