"""Dates at the precision of a day, month or year: as data and people write them, and the days that they cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import NamedTuple

from foc_graph.errors import ParameterError, quoted
from foc_graph.rdf.terms import XSD

_PARTIAL_DATE = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTHS = (
    tuple(name.casefold() for name in _MONTHS),
    *(
        tuple(names.split())
        for names in (
            "januar februar märz april mai juni juli august september oktober november dezember",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        )
    ),
)
"""The names of months in English, German, French and Spanish, in lower case."""

_DATATYPES = {4: XSD + "gYear", 7: XSD + "gYearMonth", 10: XSD + "date"}

_LONGEST = 60
"""Most characters of a text that is read as a date."""

# Compiled when one is needed, which the start of a query need not wait for.
_DAY_FIRST = r"(?:(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th)? (?:of )?)?(?P<month>[^\W\d]+)\.?,? (?P<year>[0-9]{4})"
_MONTH_FIRST = r"(?P<month>[^\W\d]+)\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})"
_NUMBERS = r"([0-9]{1,4})([/.\-])([0-9]{1,2})\2([0-9]{1,4})"
_MONTH_AND_YEAR = r"([0-9]{1,2})[/.]([0-9]{4})|([0-9]{4})[/.\-]([0-9]{1,2})"
_SEASON = r"(spring|summer|autumn|fall|winter) (?:of )?([0-9]{4})|([0-9]{4})-(2[1-4])"
_SEASONS = {
    **{"spring": "03 05", "summer": "06 08", "autumn": "09 11", "fall": "09 11"},
    **{"21": "03 05", "22": "06 08", "23": "09 11"},
}
"""The first and the last month of seasons, by name and by the number of EDTF level 1; a winter lies in two years."""

_DAYS_AGO = {"today": 0, "now": 0, "yesterday": 1}


class PartialDate(NamedTuple):
    """A day, month or year of the Gregorian calendar as a source gives it (XML Schema date, gYearMonth, gYear)."""

    text: str

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ISO 8601 text at day, month or year precision.

        Raises:
            ParameterError: if it is no such date.
        """
        match = re.fullmatch(_PARTIAL_DATE, text)
        if match is None or not _is_day(*(part or "1" for part in match.groups())):
            raise ParameterError(f"{quoted(text)} is not a date: write 2015, 2015-05 or 2015-05-04")
        return cls(text)

    @property
    def datatype(self) -> str:
        """IRI of the XML Schema datatype at this precision."""
        return _DATATYPES[len(self.text)]

    @property
    def first_day(self) -> str:
        """First day covered, as `YYYY-MM-DD`."""
        return self.text + "-01-01"[len(self.text) - 4 :]

    @property
    def last_day(self) -> str:
        """Last day covered, as `YYYY-MM-DD`."""
        if len(self.text) == 10:
            return self.text
        year, month = self.text[:4], self.text[5:] or "12"
        day = next(day for day in ("31", "30", "29", "28") if _is_day(year, month, day))
        return f"{year}-{month}-{day}"


class Period(NamedTuple):
    """The first and the last of the days that a question is about, as `YYYY-MM-DD`."""

    first_day: str
    last_day: str

    @property
    def text(self) -> str:
        """The period in EDTF level 0: a date, else an interval such as `2014-03/2014-05`."""
        return "/".join(dict.fromkeys(_coarsest(self.first_day, self.last_day)))

    @property
    def words(self) -> str:
        """The period for people."""
        first, last = _coarsest(self.first_day, self.last_day)
        return in_words(first) if first == last else f"{self.first_day} to {self.last_day}"


def read_date(text: str, pattern: str = "") -> PartialDate:
    """Read a date as a person types it, at its own precision.

    It may be in ISO 8601, in the `strptime` pattern given, in words, or in numbers whose order is not in doubt. Words
    are month names in English, German, French or Spanish, also shortened. Numbers with dots, and those of which only
    one can be the month, are day first.

    Raises:
        ParameterError: for any other text.
    """
    if not pattern:
        with suppress(ParameterError):
            return PartialDate.parse(text)
    readings = list(dict.fromkeys(_readings(text, pattern))) if len(text) <= _LONGEST else []
    if len(readings) > 1:
        meanings = " or ".join(map(in_words, readings))
        raise ParameterError(f"{quoted(text)} may be {meanings}: write {' or '.join(readings)}")
    return PartialDate.parse(readings[0] if readings else text)


def read_period(text: str) -> Period:
    """Read the period that a person asks about: a date, an interval, a season or `today`.

    A season is that of the northern hemisphere, in whole months.

    Raises:
        ParameterError: for any other text, and for an interval that ends before it begins.
    """
    typed = " ".join(text.split()) if len(text) <= _LONGEST else text
    word = typed.casefold()
    if word in _DAYS_AGO:
        day = (date.today() - timedelta(days=_DAYS_AGO[word])).isoformat()
        return Period(day, day)
    if season := re.fullmatch(_SEASON, word):
        return _season(text, season[2] or season[3], season[1] or season[4])
    sides = re.split(" to | ?/ ?", typed)
    if len(sides) == 2 and all(re.search("[0-9]{4}", side) for side in sides):
        first, last = (read_period(side) for side in sides)
        if first.first_day > last.last_day:
            raise ParameterError(f"{quoted(text)} ends before it begins: write the earlier date first")
        return Period(first.first_day, last.last_day)
    found = read_date(typed)
    return Period(found.first_day, found.last_day)


def _season(text: str, year: str, season: str) -> Period:
    if season not in _SEASONS:
        winters = [f"{first:04}-12/{first + 1:04}-02" for first in (int(year) - 1, int(year))]
        raise ParameterError(f"{quoted(text)} lies in two years: write {' or '.join(winters)}")
    first, last = (PartialDate.parse(f"{year}-{month}") for month in _SEASONS[season].split())
    return Period(first.first_day, last.last_day)


def _readings(text: str, pattern: str) -> Iterator[str]:
    """Give the dates that a text in another form may mean, in ISO 8601."""
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
        with suppress(ParameterError):
            yield PartialDate.parse(iso).text


def _parts(text: str) -> Iterator[tuple[str, str | int, str]]:
    """Give year, month and day in each order that they may have."""
    if words := re.fullmatch(_DAY_FIRST, text) or re.fullmatch(_MONTH_FIRST, text):
        typed = words["month"].casefold()
        for names in MONTHS:
            months = [number for number, name in enumerate(names, 1) if name.startswith(typed)]
            if len(typed) >= 3 and len(months) == 1:
                yield words["year"], months[0], words["day"] or ""
    elif both := re.fullmatch(_MONTH_AND_YEAR, text):
        yield both[2] or both[3], both[1] or both[4], ""
    elif numbers := re.fullmatch(_NUMBERS, text):
        first, mark, second, third = numbers.groups()
        if len(first) == 4:
            yield first, second, third
        elif len(third) == 4:
            yield third, second, first
            if mark != ".":
                yield third, first, second


def in_words(text: str) -> str:
    """Write a date as `2015`, `May 2015` or `4 May 2015`, and an interval as two; return any other text unchanged."""
    try:
        return " to ".join(_words(PartialDate.parse(side)) for side in text.split("/"))
    except ParameterError:
        return text


def between(earliest: str | None, latest: str | None) -> str:
    """Describe a date by the first and the last day on which it can lie, as `YYYY-MM-DD`; "" without a last day.

    `May 2015` where the two enclose just that, else `between 17 June 2013 and 31 December 2014`, or `by 4 May 2015`.
    """
    if not latest:
        return ""
    if not earliest:
        return f"by {in_words(latest)}"
    first, last = _coarsest(earliest, latest)
    return in_words(first) if first == last else f"between {in_words(first)} and {in_words(last)}"


def _words(date: PartialDate) -> str:
    year, month, day = [*date.text.split("-"), "", ""][:3]
    return " ".join(part for part in (day.lstrip("0"), _MONTHS[int(month) - 1] if month else "", year) if part)


def _coarsest(first: str, last: str) -> tuple[str, str]:
    """Shorten two days to the years or months that the one begins and the other ends, where they do."""
    for length in (4, 7):
        with suppress(ParameterError):
            begin, end = PartialDate.parse(first[:length]), PartialDate.parse(last[:length])
            if (begin.first_day, end.last_day) == (first, last):
                return begin.text, end.text
    return first, last


def is_malformed(text: str, datatype: str) -> bool:
    """Whether a literal has one of the three datatypes of partial dates, but is no date at its precision."""
    if datatype not in _DATATYPES.values():
        return False
    try:
        return PartialDate.parse(text).datatype != datatype
    except ParameterError:
        return True


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
