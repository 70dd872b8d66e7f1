"""From the text of a cell to RDF terms, with advice where it does not say what its column asks for."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from datetime import datetime

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted
from foc_graph.roster.columns import Column
from foc_graph.roster.metadata import Described
from foc_graph.roster.names import Names
from foc_graph.terms import is_iri
from foc_graph.time import PartialDate
from foc_graph.workspace.things import Term

_MONTHS = [name.casefold() for name in month_name]
_IN_WORDS = re.compile(r"(?:(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th)? )?(?P<month>[A-Za-z]+)\.?,? (?P<year>[0-9]{4})")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Za-z]+)\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})")
_NUMBERS = re.compile(r"([0-9]{1,4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,4})")


class CellError(Exception):
    """A cell that cannot be read; the text says what to write instead."""


def split(cell: str, column: Column, described: Described) -> list[str]:
    """The values of a cell: sources and names are separated by `;`, texts by line ends."""
    if cell in described.null or not cell:
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


def date(text: str, pattern: str = "") -> PartialDate:
    """A date at its own precision, in ISO 8601, in the `strptime` pattern given, or in English words.

    Raises:
        CellError: for any other text, and for one that leaves open which number is the month.
    """
    if pattern:
        try:
            return PartialDate.parse(datetime.strptime(text, pattern).date().isoformat())
        except (ValueError, ParameterError) as error:
            raise CellError(f"{quoted(text)} is not a date of the form that the CSVW metadata gives") from error
    words = _IN_WORDS.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
    if words:
        month = [number for number, name in enumerate(_MONTHS) if name.startswith(words["month"].casefold())]
        if len(month) == 1 and len(words["month"]) >= 3:
            day = f"-{int(words['day']):02}" if words["day"] else ""
            text = f"{words['year']}-{month[0]:02}{day}"
    try:
        return PartialDate.parse(text)
    except ParameterError as error:
        readings = list(_readings(text))
        if not readings:
            raise CellError(f"{error}") from error
        raise CellError(f"{quoted(text)} is not in the order year-month-day: write {' or '.join(readings)}") from error


def _readings(text: str) -> Iterator[str]:
    """What a date in numbers can mean."""
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        return
    a, b, c = numbers.groups()
    for year, month, day in [(a, b, c)] if len(a) == 4 else [(c, b, a), (c, a, b)]:
        iso = f"{year}-{int(month):02}-{int(day):02}"
        try:
            PartialDate.parse(iso)
        except ParameterError:
            continue
        yield iso


def term(text: str, column: Column, names: Names, described: Described, within: str) -> Term:
    """The term that a value stands for; names of bodies and documents are looked for in `within` (a slug) first.

    Raises:
        CellError: if it stands for none.
    """
    match column.holds:
        case "text":
            return ox.Literal(text, language="en")
        case "date" | "day":
            day = date(text, described.date_format)
            if column.holds == "day" and len(day.text) < 10:
                raise CellError(f"{quoted(text)} is not a day: write it as 2015-05-04")
            return ox.Literal(day.text, datatype=ox.NamedNode(day.datatype))
        case "url":
            return ox.NamedNode(address(text))
        case "body" | "document":
            segment = "" if column.holds == "body" else "document/"
            iri, _ = names.find(column.holds, f"{within}/{segment}{text}")
            return ox.NamedNode(iri) if iri else ox.NamedNode(_found(names, column.holds, text))
        case _:
            return ox.NamedNode(_found(names, column.holds, text))


def address(text: str) -> str:
    """A web address.

    Raises:
        CellError: if it is none.
    """
    if not (text.startswith(("http://", "https://")) and is_iri(text)):
        raise CellError(f"{quoted(text)} is not a web address: write it in full, with https:// and without spaces")
    return text


def _found(names: Names, kind: str, text: str) -> str:
    iri, advice = names.find(kind, text)
    if iri is None:
        raise CellError(advice)
    return iri


def shown(value: Term, column: Column, names: Names) -> str:
    """A term as a cell shows it, so that reading the cell gives the term again."""
    if isinstance(value, ox.Literal):
        return value.value
    if column.holds == "url":
        return value.value
    label = names.label(value.value)
    kind = column.holds
    return label if names.find(kind, label)[0] == value.value else names.slug(value.value)
