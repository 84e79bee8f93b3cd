"""The samples of a desk's /metrics, as one reading gives them, and what came between two readings."""

import math
import re
import urllib.request


def metrics(url):
    with urllib.request.urlopen(url + "/metrics", timeout=30) as answer:
        text = answer.read().decode()
    samples = {}
    for line in text.splitlines():
        m = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line)
        if m:
            samples[m[1] + (m[2] or "")] = float(m[3])
    return samples


def total(samples, name, having=""):
    return sum(v for k, v in samples.items() if (k == name or k.startswith(name + "{")) and having in k)


def quantiles(before, after, name, *which):
    """Upper ends of the buckets in which the quantiles of what came between lie, in ms."""
    counts = []
    for key, value in after.items():
        m = re.fullmatch(name + r'_bucket\{(?:.*,)?le="([^"]+)"(?:,.*)?\}', key)
        if m:
            counts.append((math.inf if m[1] == "+Inf" else float(m[1]), value - before.get(key, 0)))
    counts.sort()
    if not counts or counts[-1][1] == 0:
        return [math.nan] * len(which)
    found = []
    for q in which:
        found.append(1e3 * next(bound for bound, upto in counts if upto >= q * counts[-1][1]))
    return found
