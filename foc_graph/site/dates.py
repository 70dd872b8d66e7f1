"""Dates and periods in words, at the precision of the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import between, in_words
from foc_graph.namespaces import BASE, iri_of

NOT_KNOWN = "not known"

_STATE = f"{BASE}concept/period-state/"
PERIOD = tuple(
    iri_of(f"coal:{name}")
    for name in (
        *("begin", "end", "attested", "verified", "periodState"),
        *("beginsEarliest", "beginsLatest", "endsEarliest", "endsLatest"),
    )
)
"""The properties that tell a period."""

Values = Mapping[str, Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]


class Period(NamedTuple):
    """When something held, in words; `first` is its begin as written, to sort by."""

    begin: str
    end: str
    seen: str
    first: str


def period(values: Values) -> Period | None:
    """The period of a thing from all that is stated and derived of it, or None if nothing tells of one."""
    if not any(iri in values for iri in PERIOD):
        return None
    begin, end, attested, verified, state, earliest, latest, ended_after, ended_before = (
        sorted(term.value for term in values.get(iri, ()) if isinstance(term, ox.NamedNode | ox.Literal))
        for iri in PERIOD
    )
    starts = _known(begin) or _bounds(earliest, latest) or NOT_KNOWN
    if end:
        stops = _known(end)
    elif f"{_STATE}open" in state:
        stops = f"open on {in_words(verified[-1])}" if verified else "still open"
    elif f"{_STATE}ended" in state or f"{_STATE}ended-date-unknown" in state:
        stops = _bounds(ended_after, ended_before) or "ended, date not known"
    else:
        stops = NOT_KNOWN
    seen = f"seen {_known(attested)}" if attested else ""
    return Period(starts, stops, seen, (begin or earliest or latest or ["9999"])[0])


def _known(dates: Sequence[str]) -> str:
    return " or ".join(map(in_words, dates))


def _bounds(earliest: Sequence[str], latest: Sequence[str]) -> str:
    return between(next(iter(earliest), None), next(iter(latest[-1:]), None))
