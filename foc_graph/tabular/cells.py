"""Cells of a table as RDF terms, with advice where they do not say what their column asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.errors import ParameterError, quoted
from foc_graph.matching.lookup import Lookup
from foc_graph.rdf.csvw import Described
from foc_graph.rdf.terms import is_iri
from foc_graph.tabular.kinds import Column
from foc_graph.workspace.files import Term

_NOTHING = frozenset(["", "-", "\u2013", "\u2014", "n/a", "#n/a", "none"])

EARLIEST, LATEST = 1800, 2100
"""Years outside of which a date is taken for a slip."""

_MONTHS = tuple(
    names.split()
    for names in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
)
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_IN_WORDS = re.compile(r"(?:(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th)? )?(?P<month>[^\W\d]+)\.?,? (?P<year>[0-9]{4})")
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d]+)\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})")
_NUMBERS = re.compile(r"([0-9]{1,4})([/.\-])([0-9]{1,2})\2([0-9]{1,4})")
_MONTH_AND_YEAR = re.compile(r"([0-9]{1,2})[/.]([0-9]{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")


class CellError(Exception):
    """A cell that cannot be read; the text says what to write instead."""


def split(cell: str, column: Column, described: Described) -> list[str]:
    """Split a cell into its values: `;` separates sources and names, line ends separate texts."""
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
    """Join values into the cell that `split` splits into them."""
    return ("\n" if column.holds == "text" else "; ").join(values)


def term(text: str, column: Column, names: Lookup, described: Described, within: str) -> Term:
    """Return the term that a value stands for; bodies and documents are looked for in `within` (a slug) first.

    Raises:
        CellError: if it stands for none.
    """
    match column.holds:
        case "text":
            return ox.Literal(text, language="en")
        case "date" | "day":
            day = read_date(text, described.date_format)
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
    """Check that a text is a web address, and return it.

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


def shown(value: Term, column: Column, names: Lookup) -> str:
    """Return a term as a cell shows it, so that reading the cell gives the term again."""
    if isinstance(value, ox.Literal):
        return value.value
    if column.holds == "url":
        return value.value
    label = names.label(value.value)
    kind = "agent" if column.holds == "person" else column.holds
    return label if names.find(kind, label) == value.value else names.slug(value.value)


def _found(names: Lookup, kind: str, text: str) -> str:
    iri = names.find(kind, text)
    if iri is None:
        raise CellError(names.advice(kind, text))
    return iri


def read_date(text: str, pattern: str = "") -> PartialDate:
    """Read a date as a person types it, at its own precision.

    It may be in ISO 8601, in the `strptime` pattern given, in words, or in numbers whose order is not in doubt.

    Words are month names in English, German, French or Spanish, also shortened. Numbers with dots, and those of which
    only one can be the month, are day first.

    Raises:
        CellError: for any other text.
    """
    typed = _MIDNIGHT.sub("", text)
    readings = [] if _ISO.fullmatch(typed) and not pattern else list(dict.fromkeys(_readings(typed, pattern)))
    if len(readings) > 1:
        raise CellError(f"{quoted(text)} is not in the order year-month-day: write {' or '.join(readings)}")
    try:
        date = PartialDate.parse(readings[0] if readings else typed)
    except ParameterError as error:
        raise CellError(f"{error}") from error
    if not EARLIEST <= int(date.text[:4]) <= LATEST:
        raise CellError(f"{quoted(text)}: is the year right?")
    return date


def _readings(text: str, pattern: str) -> Iterator[str]:
    """Yield the dates that a text in another form may mean, in ISO 8601."""
    if pattern:
        try:
            precision = 10 if "%d" in pattern else 7 if "%m" in pattern else 4
            yield datetime.strptime(text, pattern).date().isoformat()[:precision]
        except ValueError:
            pass
        else:
            return
    for year, month, day in _parts(text):
        iso = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
        try:
            yield PartialDate.parse(iso).text
        except ParameterError:
            continue


def _parts(text: str) -> Iterator[tuple[str, str | int, str]]:
    """Yield year, month and day in each order that they may have."""
    if words := _IN_WORDS.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        typed = words["month"].casefold()
        for names in _MONTHS:
            months = [number for number, name in enumerate(names, 1) if name.startswith(typed)]
            if len(typed) >= 3 and len(months) == 1:
                yield words["year"], months[0], words["day"] or ""
    elif both := _MONTH_AND_YEAR.fullmatch(text):
        yield both[2], both[1], ""
    elif numbers := _NUMBERS.fullmatch(text):
        first, mark, second, third = numbers.groups()
        if len(first) == 4:
            yield first, second, third
        elif len(third) == 4:
            yield third, second, first
            if mark != ".":
                yield third, first, second
