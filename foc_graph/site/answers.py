"""Answers of queries as tables of pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.namespaces import COAL, short
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.terms import XSD
from foc_graph.site.addresses import VOCABULARY, Addresses
from foc_graph.site.view import Link, safe
from foc_graph.store.results import Result, Rows, Value

MOST = 500
"""Most rows that a page shows."""


class Shown(NamedTuple):
    """An answer as a table: its first rows, and how many there are, where that is known."""

    columns: Sequence[str]
    rows: list[list[Link]]
    total: int | None


def tabulate(result: Result, base: str, site: str, query: StoredQuery | None = None) -> Shown:
    """Return an answer, of a stored query if one was asked, as a table; `site` leads to the pages of things."""
    assert not isinstance(result, bool)
    addresses = Addresses(base)
    rows: Iterable[Sequence[Value]]
    if isinstance(result, Rows):
        columns, rows = result.columns, result.first(MOST)
    else:
        columns = ("subject", "predicate", "object")
        rows = ((one.subject, one.predicate, one.object) for one in sorted(result, key=str))
    head = query.head(columns) if query else {column: column for column in columns}
    places = [columns.index(column) for column in head]
    shown = [[_link(row[place], addresses, site) for place in places] for row in islice(rows, MOST)]
    return Shown([*head.values()], shown, len(result))


def _link(term: Value, addresses: Addresses, site: str) -> Link:
    match term:
        case None:
            return Link("")
        case ox.Literal():
            is_address = term.datatype.value == f"{XSD}anyURI"
            return Link(term.value, safe(term.value) if is_address else "", term.language or "")
        case ox.NamedNode():
            text, page = short(term.value, addresses.bases[0]), addresses.page(term.value)
            if page == VOCABULARY:
                return Link(text, f"{site}{page}.html#{quote(term.value[len(COAL) :])}")
            return Link(text, f"{site}{page}.html" if page else safe(term.value))
        case _:
            return Link(str(term))
