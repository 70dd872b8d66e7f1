"""The names in a column of a table, matched one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from foc_graph.errors import ParameterError, quoted
from foc_graph.matching.matcher import Asked, Candidate, Matcher

_STEP = 100
"""Rows after which is told how far it got."""


def match_column(
    matcher: Matcher,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    column: str,
    kinds: tuple[str, ...] = (),
    country_column: str | None = None,
    limit: int = 5,
    track: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> list[list[Candidate]]:
    """For each row the candidates for the name in a column; the country in another one is taken for its country.

    Raises:
        ParameterError: if there is no such column.
    """
    names = column_place(headings, column)
    countries = None if country_column is None else column_place(headings, country_column)
    known: dict[tuple[str, str], list[Candidate]] = {}
    found = []
    for done, row in enumerate(rows, 1):
        name, country = row[names], "" if countries is None else row[countries]
        if (name, country) not in known:
            asked = Asked(name, kinds, {"country": (country,)} if country else {})
            known[name, country] = matcher.candidates(asked, limit)
        found.append(known[name, country])
        if done % _STEP == 0 or done == len(rows):
            track("matching", done, len(rows))
    return found


def column_place(headings: Sequence[str], column: str) -> int:
    """Where a column stands, by its heading in any case.

    Raises:
        ParameterError: if there is none.
    """
    folded = [heading.casefold() for heading in headings]
    try:
        return folded.index(column.strip().casefold())
    except ValueError:
        raise ParameterError(f"there is no column {quoted(column)}: choose {', '.join(headings)}") from None
