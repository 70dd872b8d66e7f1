"""A scale of time: where a day lies in a chart, and which days are marked on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
"""Months from one mark to the next."""
_MARKS = 9
_YEAR = 365


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
        """Return where round months or years begin, with their names: some two to nine."""
        first, last = date.fromordinal(self.first), date.fromordinal(self.last)
        begin, end = first.year * 12 + first.month, last.year * 12 + last.month - 1
        step = next((one for one in _STEPS if (end - begin) / one < _MARKS), _STEPS[-1])
        found = []
        for month in range(-(-begin // step) * step, end + 1, step):
            year, at = divmod(month, 12)
            if year > 0:
                name = f"{year}" if step >= 12 else f"{_MONTHS[at]} {year}"
                found.append((self.x(date(year, at + 1, 1).toordinal()), name))
        return found
