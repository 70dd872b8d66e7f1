"""CSVW metadata of a table (W3C Metadata Vocabulary for Tabular Data, 2015): read beside it, or written for it."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import read_text

MAX_SKIPPED = 1000
"""Most rows that may stand above the headings."""

_DATE_FORMATS = {"yyyy": "%Y", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d"}


class Dialect(NamedTuple):
    """How the file is written; a delimiter that is not given is read off the headings."""

    encoding: str = "utf-8-sig"
    delimiter: str = ""
    quote: str = '"'
    skip: int = 0


class Described(NamedTuple):
    """The description of one column: predicate of its values, form of its dates, separator, and what means nothing."""

    predicate: str = ""
    name: str = ""
    date_format: str = ""
    separator: str = ""
    null: tuple[str, ...] = ("",)


class Metadata(NamedTuple):
    """Dialect, and columns by each of their titles."""

    dialect: Dialect = Dialect()
    columns: dict[str, Described] = {}  # noqa: RUF012


def read_metadata(table: Path) -> Metadata:
    """Read the metadata of a table from `<file>-metadata.json` beside it, else `csv-metadata.json` where that names it.

    Raises:
        ParseError: for metadata that is not CSVW, or says what is not supported.
    """
    for path in (table.with_name(f"{table.name}-metadata.json"), table.with_name("csv-metadata.json")):
        if path.is_file():
            where = str(path)
            try:
                document = json.loads(read_text(path, where))
            except (ValueError, RecursionError) as error:
                raise ParseError(where, None, None, f"not JSON: {error}") from error
            described = _table(document, table.name)
            if described is not None:
                try:
                    return Metadata(
                        _dialect({**_get(document, "dialect", {}), **_get(described, "dialect", {})}),
                        _columns(described, document),
                    )
                except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                    raise ParseError(where, None, None, f"not CSVW metadata: {error}") from error
    return Metadata()


def _get(thing: Any, key: str, default: Any) -> Any:
    value = thing.get(key, default) if isinstance(thing, dict) else default
    return value if isinstance(value, type(default)) else default


def _table(document: Any, name: str) -> dict[str, Any] | None:
    for table in _get(document, "tables", [document]):
        if isinstance(table, dict) and str(table.get("url", name)).rpartition("/")[2] == name:
            return table
    return None


def _dialect(said: dict[str, Any]) -> Dialect:
    encoding = str(said.get("encoding", "utf-8"))
    codec = codecs.lookup(encoding).name
    io.TextIOWrapper(io.BytesIO(), codec)  # fails for a codec that is not of text
    skip = int(said.get("skipRows", 0))
    delimiter, quote = str(said.get("delimiter", "")), str(said.get("quoteChar", '"'))
    if len(delimiter) > 1 or len(quote) != 1:
        raise ValueError("delimiter and quoteChar are one character each")
    if not 0 <= skip <= MAX_SKIPPED or said.get("header") is False or said.get("headerRowCount", 1) != 1:
        raise ValueError("a table has one row of headings, after the rows that are skipped")
    return Dialect("utf-8-sig" if codec == "utf-8" else codec, delimiter, quote, skip)


def _columns(table: dict[str, Any], document: dict[str, Any]) -> dict[str, Described]:
    columns: dict[str, Described] = {}
    for column in _get(_get(table, "tableSchema", {}), "columns", []):
        titles = column.get("titles", column.get("name", ""))
        if isinstance(titles, dict):
            titles = [title for values in titles.values() for title in _listed(values)]
        datatype = column.get("datatype", "")
        null = column.get("null", table.get("null", document.get("null", "")))
        described = Described(
            predicate=str(column.get("propertyUrl", "")),
            name=str(column.get("name", "")),
            date_format=_date_format(str(_get(datatype, "format", ""))) if isinstance(datatype, dict) else "",
            separator=str(column.get("separator") or ""),
            null=tuple(map(str, _listed(null))),
        )
        columns |= {str(title): described for title in _listed(titles)}
    return columns


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _date_format(pattern: str) -> str:
    """Write a date pattern of CSVW section 6.4.4, such as `dd/MM/yyyy`, in the notation of `strptime`."""
    result = pattern
    for code in ("yyyy", "MM", "dd"):
        result = result.replace(code, _DATE_FORMATS[code])
    for code in ("M", "d"):
        result = result.replace(code, _DATE_FORMATS[code]) if _DATE_FORMATS[code] not in result else result
    if re.search("[A-Za-z%]", re.sub("%[Ymd]", "", result)) or any(result.count(f"%{one}") > 1 for one in "Ymd"):
        raise ValueError(f"the date format {pattern!r} has more than yyyy, MM or M, and dd or d, once each")
    return result


def describe_table(
    url: str, columns: Sequence[Mapping[str, Any]], about: str = "", key: Sequence[str] = (), **notes: Any
) -> dict[str, Any]:
    """Return the metadata of a table in English with columns as `describe_column` gives them.

    The rows are about the IRIs in the column `about`, if one is named; no two rows are alike in the columns of a `key`.
    `notes` are annotations of the table, by property.
    """
    schema: dict[str, Any] = {"columns": columns}
    if key:
        schema["primaryKey"] = list(key)
    if about:
        schema["aboutUrl"] = _iri_in(about)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        **notes,
        "dialect": {"trim": False},
        "tableSchema": schema,
    }


def describe_column(
    name: str,
    description: str,
    datatype: str | dict[str, str],
    *,
    required: bool = False,
    separator: str = "",
    links: bool = False,
    property: str = "",
    about: str = "",
    suppressed: bool = False,
) -> dict[str, Any]:
    """Return the metadata of a column; where it `links`, its values are IRIs.

    They are the values of a property (an IRI) of the IRI in the column `about`, by default that of the row; a
    `suppressed` column makes no triples.
    """
    said = {
        "name": name,
        "titles": name,
        "dc:description": description,
        "datatype": datatype,
        "required": required,
        "separator": separator,
        "valueUrl": _iri_in(name) if links else "",
        "suppressOutput": suppressed,
        "propertyUrl": property,
        "aboutUrl": _iri_in(about) if about else "",
    }
    return {term: value for term, value in said.items() if value or term == "dc:description"}


def _iri_in(column: str) -> str:
    """Return the URI template (RFC 6570) of the IRI that stands in a column."""
    return f"{{+{column}}}"
