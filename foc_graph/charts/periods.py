"""Periods in rows of stored queries, how sure they are, and the scale of time on which charts lay them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from foc_graph.dates import PartialDate, between, in_words
from foc_graph.store.results import Record

CERTAINTIES = ("certain", "presumed", "possible")
"""From the surest on."""

OVER = ("ended", "ended-date-unknown")
"""The states of a period that is over."""

BOUNDS = ("begin_earliest", "begin_latest", "end_earliest", "end_latest", "verified", "state", "planned_end_latest")
"""The columns of `members` that tell whether a membership held at a date."""

COLUMNS = ("begin", "end", *BOUNDS[:4], "state")
"""The columns of a stored query that a period is read from."""

LISTED = ("member", "observer")
"""The kinds of the roles of those who belong to a coalition or body, and hold no office."""

OUTSIDE = ("observer", "invited")
"""Standings that do not make an agent a member."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
"""Months from one mark of an axis to the next."""
_APART = 54
"""The least pixels from one of them to the next."""
_YEAR = 365


@lru_cache(1 << 15)
def day(text: str | None) -> int | None:
    """Return the number of an ISO 8601 day (proleptic Gregorian, 1 is 1 January of the year 1), or None."""
    try:
        return date.fromisoformat(text).toordinal() if text else None
    except ValueError:
        return None


class Part(NamedTuple):
    """From a day to a day, and how sure it is: `certain`, `presumed` or `possible`.

    `fade` is `in` or `out` where the source gives a year or month within which this begins or ends.
    """

    first: int
    last: int
    certainty: str
    fade: str = ""


class Period(NamedTuple):
    """The first and last days on which something can have begun and ended, and whether it was open when checked.

    `planned_end` is the last day to which it is planned. A side that is not bounded is None. `has_begin` and `has_end`
    say whether a date is given, of whatever precision, or only what it lies between.
    """

    begins_earliest: int | None
    begins_latest: int | None
    ends_earliest: int | None
    ends_latest: int | None
    is_open: bool
    planned_end: int | None = None
    has_begin: bool = False
    has_end: bool = False

    @classmethod
    def of(cls, row: Record) -> Period:
        """Read the period in a row of a stored query."""
        begins_earliest, begins_latest, ends_earliest, ends_latest = (day(row[column]) for column in BOUNDS[:4])
        plan = row.get("planned_end")
        return cls(
            begins_earliest,
            begins_latest,
            ends_earliest,
            ends_latest,
            row["state"] == "open",
            day(PartialDate(plan).last_day) if plan else None,
            bool(row["begin"]),
            bool(row["end"]),
        )

    @property
    def is_known(self) -> bool:
        """Whether a day is known by which it had begun or ended."""
        return self.begins_latest is not None or self.ends_latest is not None

    @property
    def order(self) -> tuple[bool, int, int]:
        """Return what to sort by: when it had begun at the latest; those of which that is not known come last."""
        return self.begins_latest is None, self.begins_earliest or 0, self.begins_latest or 0

    @property
    def end(self) -> str:
        """Return how it goes on after its last part: `open`, `unknown`, or "" where it has ended."""
        return "" if self.ends_latest else "open" if self.is_open else "unknown"

    def parts(self, first: int, last: int) -> Iterator[Part]:
        """Give its parts in the order of time, at least one; what is not bounded reaches to a first and a last day."""
        begin, end = self.begins_earliest or first, self.ends_latest or last
        begun, ending = self.begins_latest, self.ends_earliest
        is_sure = begun is not None and ending is not None and begun <= ending
        if begun is None or not (is_sure or self.is_open):
            if self.has_begin and self.has_end:
                middle = (begin + end) // 2
                yield Part(begin, middle, "certain", "in")
                yield Part(middle, end, "certain", "out")
            else:
                yield Part(begin, end, "possible")
            return
        if begin < begun and self.has_begin:
            yield Part(begin, begun, "certain" if is_sure else "presumed", "in")
        elif begin < begun:
            yield Part(begin, begun, "possible")
        if is_sure and ending is not None:
            yield Part(begun, ending, "certain")
            begun = ending
        if self.has_end and begun < end:
            yield Part(begun, end, "certain", "out")
            return
        if self.is_open and self.planned_end is not None and self.planned_end < end:
            if begun < self.planned_end:
                yield Part(begun, self.planned_end, "presumed")
                begun = self.planned_end
            yield Part(begun, end, "possible")
        elif begun < end or not is_sure:
            yield Part(begun, end, "presumed" if self.is_open else "possible")


def list_days(periods: Iterable[Period]) -> list[int]:
    """Return all days that bound periods."""
    return [one for period in periods for one in period[:4] if one is not None]


def tell_period(row: Record) -> str:
    """Say when the period in a row of a stored query began and ended."""
    began, ended = (
        f"{verb} {in_words(row[name])}" if row[name] else _bounded(verb, row[f"{name}_earliest"], row[f"{name}_latest"])
        for verb, name in (("began", "begin"), ("ended", "end"))
    )
    plan = f", planned to end {in_words(row['planned_end'])}" if row.get("planned_end") and not row["end"] else ""
    is_open = row["state"] == "open" and not row["end_latest"]
    return f"{began}, {'still so when last checked' if is_open else ended}{plan}"


def _bounded(verb: str, earliest: str | None, latest: str | None) -> str:
    """Say what is known of the day on which something began or ended, if it has."""
    if known := between(earliest, latest):
        return f"{verb} {known}"
    not_before = f", but not before {in_words(earliest)}" if earliest else ""
    return f"{verb} at an unknown date{not_before}"


def standing(row: Record) -> str:
    """Return `invited`, `observer` of whoever has a role of that kind, or else the role of a membership."""
    if row["status"] == "invited":
        return "invited"
    return "observer" if row["role_kind"] == "observer" else str(row["role"])


def belongs(row: Record) -> bool:
    """Whether a row is of a member: observers and those who are only invited do not count."""
    return standing(row) not in OUTSIDE


class Axis(NamedTuple):
    """Days from `first` to `last` laid out over `width` pixels from `left` on."""

    first: int
    last: int
    left: float
    width: float

    @classmethod
    def over(cls, days: Iterable[int | None], until: int | None, left: float, width: float) -> Axis:
        """Make a scale over the days known, from a little before, and until a day at least; at least a year."""
        known = [one for one in (*days, until) if one is not None] or [date.today().toordinal()]
        last = max(*known, 1 + _YEAR)
        first = min([*known, last - _YEAR])
        return cls(max(1, first - (last - first) // 50), last, left, width)

    @property
    def right(self) -> float:
        """Return where the last day lies."""
        return self.left + self.width

    def x(self, day: int) -> float:
        """Return where a day lies; days outside lie at the nearer end."""
        part = (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)
        return round(self.left + part * self.width, 1)

    def marks(self) -> list[tuple[float, str]]:
        """Return where round months or years begin, with their names: as many as there is room for."""
        first, last = date.fromordinal(self.first), date.fromordinal(self.last)
        begin, end = first.year * 12 + first.month, last.year * 12 + last.month - 1
        most = self.width / _APART
        step = next((one for one in _STEPS if (end - begin) / one < most), _STEPS[-1])
        found = []
        for month in range(-(-begin // step) * step, end + 1, step):
            year, at = divmod(month, 12)
            if year > 0:
                name = f"{year}" if step >= 12 else f"{_MONTHS[at]} {year}"
                found.append((self.x(date(year, at + 1, 1).toordinal()), name))
        return found
