"""A date as a person types it, read at its own precision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from foc_graph.dates import PartialDate
from foc_graph.errors import ParameterError, quoted

EARLIEST, LATEST = 1800, 2100
"""Years outside of which a date is taken for a slip."""

_MONTHS = tuple(
    names.split()
    for names in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
)
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_IN_WORDS = re.compile(r"(?:(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th)? )?(?P<month>[^\W\d]+)\.?,? (?P<year>[0-9]{4})")
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d]+)\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})")
_NUMBERS = re.compile(r"([0-9]{1,4})([/.\-])([0-9]{1,2})\2([0-9]{1,4})")
_MONTH_AND_YEAR = re.compile(r"([0-9]{1,2})[/.]([0-9]{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")


class DateError(Exception):
    """A text that is no date, or may be several; it says what to write instead."""


def read_date(text: str, pattern: str = "") -> PartialDate:
    """A date in ISO 8601, in the `strptime` pattern given, in words or in numbers whose order is not in doubt.

    Words are month names in English, German, French or Spanish, also shortened. Numbers with dots, and those of which
    only one can be the month, are day first.

    Raises:
        DateError: for any other text.
    """
    typed = _MIDNIGHT.sub("", text)
    readings = [] if _ISO.fullmatch(typed) and not pattern else list(dict.fromkeys(_readings(typed, pattern)))
    if len(readings) > 1:
        raise DateError(f"{quoted(text)} is not in the order year-month-day: write {' or '.join(readings)}")
    try:
        date = PartialDate.parse(readings[0] if readings else typed)
    except ParameterError as error:
        raise DateError(f"{error}") from error
    if not EARLIEST <= int(date.text[:4]) <= LATEST:
        raise DateError(f"{quoted(text)}: is the year right?")
    return date


def _readings(text: str, pattern: str) -> Iterator[str]:
    """What a text that is not in ISO 8601 may mean, as dates that exist, in ISO 8601."""
    if pattern:
        try:
            precision = 10 if "%d" in pattern else 7 if "%m" in pattern else 4
            yield datetime.strptime(text, pattern).date().isoformat()[:precision]
        except ValueError:
            pass
        else:
            return
    for year, month, day in _parts(text):
        iso = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
        try:
            yield PartialDate.parse(iso).text
        except ParameterError:
            continue


def _parts(text: str) -> Iterator[tuple[str, str | int, str]]:
    """Year, month and day in each order that they may have."""
    if words := _IN_WORDS.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        typed = words["month"].casefold()
        for names in _MONTHS:
            months = [number for number, name in enumerate(names, 1) if name.startswith(typed)]
            if len(typed) >= 3 and len(months) == 1:
                yield words["year"], months[0], words["day"] or ""
    elif both := _MONTH_AND_YEAR.fullmatch(text):
        yield both[2], both[1], ""
    elif numbers := _NUMBERS.fullmatch(text):
        first, mark, second, third = numbers.groups()
        if len(first) == 4:
            yield first, second, third
        elif len(third) == 4:
            yield third, second, first
            if mark != ".":
                yield third, first, second
