"""Periods of which not all is known, as parts that are each as sure as another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import altair as alt

from foc_graph.charts.style import NOT_KNOWN
from foc_graph.store.result import Record
from foc_graph.time import in_words

CERTAIN, PRESUMED, POSSIBLE = "certain", "open when last checked", "possible"

LOOKS = {CERTAIN: "certain", PRESUMED: "presumed", POSSIBLE: "possible", NOT_KNOWN: "unknown"}
"""How sure a part is, in words, each with its look (see `certainty`)."""


class Period(NamedTuple):
    """The first and last days on which something can have begun and ended; empty where a side is not bounded.

    `open` says whether it was open when it was last checked.
    """

    begins_earliest: str
    begins_latest: str
    ends_earliest: str
    ends_latest: str
    open: bool

    @classmethod
    def of(cls, row: Record, begin: str, end: str) -> Period:
        """The period in a row of a query whose columns of bounds have these words in their names."""
        names = (f"{begin}_earliest", f"{begin}_latest", f"{end}_earliest", f"{end}_latest")
        begins_earliest, begins_latest, ends_earliest, ends_latest = (row[name] or "" for name in names)
        return cls(begins_earliest, begins_latest, ends_earliest, ends_latest, row["state"] == "open")

    def stretches(self, first: str, last: str) -> Iterator[tuple[str, str, str]]:
        """What of it lies between two days, in parts: from a day to a day, and how sure it is."""
        if not self.begins_latest and not self.ends_latest:
            parts = [(self.begins_earliest or first, last, NOT_KNOWN)]
        elif self.begins_latest and self.begins_latest <= self.ends_earliest:
            parts = [
                (self.begins_earliest or first, self.begins_latest, POSSIBLE),
                (self.begins_latest, self.ends_earliest, CERTAIN),
                (self.ends_earliest, self.ends_latest or last, PRESUMED if self.open else POSSIBLE),
            ]
        else:
            parts = [(self.begins_earliest or first, self.ends_latest or last, POSSIBLE)]
        for begin, end, sure in parts:
            if max(begin, first) < min(end, last):
                yield max(begin, first), min(end, last), sure


def days(field: str, first: str, last: str) -> alt.X:
    """The axis of days, in the order and length of the calendar wherever the reader is."""
    return alt.X(field, type="temporal", title=None, scale=alt.Scale(type="utc", domain=[first, last]))


def dated(text: str | None) -> str:
    """A date in words."""
    return in_words(text) if text else NOT_KNOWN
