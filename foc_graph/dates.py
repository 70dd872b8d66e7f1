"""Partial dates: `2015`, `2015-05` or `2015-05-04`, and the days they cover."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from foc_graph.errors import ParameterError, quoted
from foc_graph.rdf.terms import XSD

_PARTIAL_DATE = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATATYPES = {4: XSD + "gYear", 7: XSD + "gYearMonth", 10: XSD + "date"}


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


def in_words(text: str) -> str:
    """Write a date as `2015`, `May 2015` or `4 May 2015`; return a text that is no date unchanged."""
    try:
        PartialDate.parse(text)
    except ParameterError:
        return text
    year, month, day = [*text.split("-"), "", ""][:3]
    return " ".join(part for part in (day.lstrip("0"), _MONTHS[int(month) - 1] if month else "", year) if part)


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
