"""Exact readings of prices, quantities and times."""

import datetime
import functools
import re

import rules

DECIMAL = re.compile(r"^([+-]?)(\d*)(?:\.(\d*))?$")
FIX_TIME = re.compile(r"^(\d{8})-(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?$")
ISO_TIME = re.compile(
    r"^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:Z|\+00:00)?$")
EPOCH = datetime.date(1970, 1, 1).toordinal()


def scaled(text, places):
    """A decimal as an integer in units of 10**-places, half away from zero; None if it is none."""
    found = DECIMAL.match(text or "")
    if not found or not (found[2] or found[3]):
        return None
    fraction = found[3] or ""
    digits = int((found[2] or "0") + fraction[:places].ljust(places, "0"))
    if len(fraction) > places and fraction[places] >= "5":
        digits += 1
    return -digits if found[1] == "-" else digits


def price(text):
    return scaled(text, 9)


def quantity(text):
    return scaled(text, 6)


@functools.lru_cache(maxsize=1024)
def day_start(year, month, day):
    """Midnight UTC in ns since the epoch; None for a day that does not exist."""
    try:
        return (datetime.date(year, month, day).toordinal() - EPOCH) * rules.DAY
    except ValueError:
        return None


def in_day(hours, minutes, seconds, fraction):
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * rules.SECOND + int((fraction or "0")[:9].ljust(9, "0"))


def fix_time(text):
    """YYYYMMDD-HH:MM:SS[.fraction] in ns UTC, or None."""
    found = FIX_TIME.match(text or "")
    if not found:
        return None
    date = found[1]
    midnight = day_start(int(date[:4]), int(date[4:6]), int(date[6:]))
    return None if midnight is None else midnight + in_day(*found.groups()[1:])


def any_time(text):
    """ISO, FIX or epoch (s, ms, us or ns by size) in ns UTC, or None."""
    text = text.strip()
    found = ISO_TIME.match(text)
    if found:
        midnight = day_start(int(found[1]), int(found[2]), int(found[3]))
        return None if midnight is None else midnight + in_day(*found.groups()[3:])
    if text.isdigit():
        value = int(text)
        for power in (9, 6, 3):
            if value < 10 ** (20 - power - 1):
                return value * 10 ** power
        return value
    return fix_time(text)


def date_of(nanoseconds):
    """The UTC date as YYYYMMDD."""
    day = datetime.date.fromordinal(nanoseconds // rules.DAY + EPOCH)
    return day.strftime("%Y%m%d")
