#!/usr/bin/env python3
"""Writes data/calendars/us_equities.csv and fx.csv: trading sessions of 2010 to 2027 in UTC.

US equities: 09:30 to 16:00 New York, early closes at 13:00, the exchanges' holidays and the days on
which they stayed closed for another reason. FX: a trading date runs from 17:00 New York of the day
before to 17:00, Monday to Friday, without 25 December and 1 January.
"""
import csv
import pathlib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK, UTC = ZoneInfo("America/New_York"), ZoneInfo("UTC")
FIRST, LAST = 2010, 2027
CLOSED = {
    date(2012, 10, 29): "Hurricane Sandy", date(2012, 10, 30): "Hurricane Sandy",
    date(2018, 12, 5): "day of mourning", date(2025, 1, 9): "day of mourning",
}


def easter(year):
    """Gregorian Easter Sunday (the anonymous algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def nth(year, month, weekday, n):
    """The n-th such weekday of a month; n = -1 is the last."""
    if n > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7)


def observed(day):
    return day + timedelta({5: -1, 6: 1}.get(day.weekday(), 0))


def us_holidays(year):
    days = [nth(year, 1, 0, 3), nth(year, 2, 0, 3), easter(year) - timedelta(2), nth(year, 5, 0, -1),
            observed(date(year, 7, 4)), nth(year, 9, 0, 1), nth(year, 11, 3, 4),
            observed(date(year, 12, 25))]
    if date(year, 1, 1).weekday() != 5:  # a New Year's Day on Saturday is not made up for
        days.append(observed(date(year, 1, 1)))
    if year >= 2022:
        days.append(observed(date(year, 6, 19)))
    return set(days)


def us_early(year):
    days = {nth(year, 11, 3, 4) + timedelta(1)}
    for day in (date(year, 7, 3), date(year, 12, 24)):
        if day.weekday() < 4 and day not in us_holidays(year):
            days.add(day)
    return days


def utc(day, clock):
    return datetime.combine(day, clock, NEW_YORK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def days():
    day = date(FIRST, 1, 1)
    while day.year <= LAST:
        if day.weekday() < 5:
            yield day
        day += timedelta(1)


def us_equities():
    for day in days():
        if day in us_holidays(day.year) or day in CLOSED:
            continue
        early = day in us_early(day.year)
        yield day, utc(day, time(9, 30)), utc(day, time(13 if early else 16)), "early close" if early else ""


def fx():
    for day in days():
        if (day.month, day.day) in ((1, 1), (12, 25)):
            continue
        yield day, utc(day - timedelta(1), time(17)), utc(day, time(17)), ""


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent / "data" / "calendars"
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("us_equities", us_equities()), ("fx", fx())):
        with open(folder / f"{name}.csv", "w", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(["date", "opens_utc", "closes_utc", "note"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
