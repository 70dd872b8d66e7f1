"""Answers of queries as tables of pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.namespaces import COAL, short
from foc_graph.queries.counts import write_count
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.terms import XSD
from foc_graph.site.addresses import VOCABULARY, Addresses, fragment
from foc_graph.site.view import Link, View, safe
from foc_graph.store.results import Result, Rows, Value

MOST = 500
"""Most rows that a page shows."""

_NAMES = ("name", "label", "title")
"""Columns that name what the first column of an answer is about."""

_RECORD = "membership"
"""The column with the record of a row, whose page has the sources."""


DETAILS = "Details"
"""The heading of the column whose cells lead to the record of a row."""


class Column(NamedTuple):
    """A column of a table: its heading, its place in the answer, and that of the column with the things it names."""

    heading: str
    place: int
    named: int | None = None


class Shown(NamedTuple):
    """An answer as a table: its first rows, how many there are, where that is known, and what they count, in words."""

    columns: Sequence[str]
    rows: list[list[Link]]
    total: int | None
    counted: str = ""


def tabulate(
    result: Result, addresses: Addresses, site: str, query: StoredQuery | None = None, most: int = MOST
) -> Shown:
    """Return the first rows of an answer, of a stored query if one was asked, as a table.

    `addresses` are those of pages, and `site` leads to these; a name of a thing in the same row leads to the page of
    that. Of a stored query it has the columns with headings, which matter to people, and a link to the record.
    """
    assert not isinstance(result, bool)
    rows: Iterable[Sequence[Value]]
    if isinstance(result, Rows):
        columns, rows = result.columns, result.first(most)
    else:
        columns = ("subject", "predicate", "object")
        rows = ((one.subject, one.predicate, one.object) for one in sorted(result, key=str))
    head = choose_columns(query, columns) if query else [Column(name, place) for place, name in enumerate(columns)]
    shown = [[_cell(row, one.place, one.named, addresses, site) for one in head] for row in islice(rows, most)]
    for at in (number for number, one in enumerate(head) if one.heading == DETAILS):
        for cells in shown:
            cells[at] = Link("details", cells[at].href, note=cells[0].text)
    counted = write_count(query, list(result)) if query and isinstance(result, Rows) and len(result) else ""
    return Shown([one.heading for one in head], shown, len(result), counted)


def choose_columns(query: StoredQuery, columns: Sequence[str]) -> list[Column]:
    """Return the columns of an answer that matter to people: those with headings, and the one that leads to records."""
    head = query.head(columns)
    if query.headings:
        head = {column: heading for column, heading in head.items() if column in (*query.headings, _RECORD)}
    if _RECORD in head:
        head[_RECORD] = DETAILS
    return [Column(heading, columns.index(column), _named(column, columns)) for column, heading in head.items()]


def names_person(rows: Rows, view: View, most: int) -> bool:
    """Return whether one of the first rows has a person, or what is theirs, which search engines are to leave out."""
    iris = {term.value for row in rows.first(most) for term in row if isinstance(term, ox.NamedNode)}
    return any(map(view.is_about_person, sorted(iris)))


def _named(column: str, columns: Sequence[str]) -> int | None:
    """Return the place of the column with the things that a column names, if there is one."""
    if column in _NAMES:
        return 0
    thing = column.removesuffix("_name")
    return columns.index(thing) if thing != column and thing in columns else None


def _cell(row: Sequence[Value], place: int, named: int | None, addresses: Addresses, site: str) -> Link:
    link = _link(row[place], addresses, site)
    if link.href or not link.text or named is None or not isinstance(row[named], ox.NamedNode):
        return link
    return link._replace(href=_link(row[named], addresses, site).href)


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
            place = fragment(term.value)
            return Link(text, f"{site}{page}.html{'#' if place else ''}{place}" if page else safe(term.value))
        case _:
            return Link(str(term))
