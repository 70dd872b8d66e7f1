"""From the text of a cell to RDF terms, with advice where it does not say what its column asks for."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pyoxigraph as ox

from foc_graph.errors import quoted
from foc_graph.matching.lookup import Lookup
from foc_graph.rdf.terms import is_iri
from foc_graph.tabular.dates import DateError, read_date
from foc_graph.tabular.kinds import Column
from foc_graph.tabular.metadata import Described
from foc_graph.workspace.files import Term

_NOTHING = frozenset(["", "-", "\u2013", "\u2014", "n/a", "#n/a", "none"])


class CellError(Exception):
    """A cell that cannot be read; the text says what to write instead."""


def split(cell: str, column: Column, described: Described) -> list[str]:
    """The values of a cell: sources and names are separated by `;`, texts by line ends."""
    if cell in described.null or cell.casefold() in _NOTHING:
        return []
    if not column.many:
        return [" ".join(cell.split())]
    if described.separator:
        parts = cell.split(described.separator)
    else:
        parts = cell.splitlines() if column.holds == "text" else re.split(r";\s+|;$|;(?=https?:)|\n", cell)
    return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def join(values: list[str], column: Column) -> str:
    """The cell that `split` gives the values of."""
    return ("\n" if column.holds == "text" else "; ").join(values)


def term(text: str, column: Column, names: Lookup, described: Described, within: str) -> Term:
    """The term that a value stands for; names of bodies and documents are looked for in `within` (a slug) first.

    Raises:
        CellError: if it stands for none.
    """
    match column.holds:
        case "text":
            return ox.Literal(text, language="en")
        case "date" | "day":
            try:
                day = read_date(text, described.date_format)
            except DateError as error:
                raise CellError(str(error)) from error
            if column.holds == "day" and len(day.text) < 10:
                raise CellError(f"{quoted(text)} is not a day: write it as 2015-05-04")
            return ox.Literal(day.text, datatype=ox.NamedNode(day.datatype))
        case "url":
            return ox.NamedNode(address(text))
        case "body" | "document":
            segment = "" if column.holds == "body" else "document/"
            iri = names.find(column.holds, f"{within}/{segment}{text}")
            return ox.NamedNode(iri) if iri else ox.NamedNode(_found(names, column.holds, text))
        case _:
            return ox.NamedNode(_found(names, column.holds, text))


def address(text: str) -> str:
    """A web address.

    Raises:
        CellError: if it is none.
    """
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and parts.hostname and is_iri(text)
    except ValueError:
        is_address = False
    if not is_address:
        raise CellError(f"{quoted(text)} is not a web address: write it in full, with https:// and without spaces")
    if parts.username:
        raise CellError("is an address with a user name: leave that out")
    return text


def _found(names: Lookup, kind: str, text: str) -> str:
    iri = names.find(kind, text)
    if iri is None:
        raise CellError(names.advice(kind, text))
    return iri


def shown(value: Term, column: Column, names: Lookup) -> str:
    """A term as a cell shows it, so that reading the cell gives the term again."""
    if isinstance(value, ox.Literal):
        return value.value
    if column.holds == "url":
        return value.value
    label = names.label(value.value)
    kind = "agent" if column.holds == "person" else column.holds
    return label if names.find(kind, label) == value.value else names.slug(value.value)
