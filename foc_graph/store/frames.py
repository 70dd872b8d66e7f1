"""Rows with typed columns: data frames, Parquet and workbooks."""

from __future__ import annotations

import io
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted, require
from foc_graph.rdf.terms import XSD
from foc_graph.rdf.xml_text import clean
from foc_graph.store.results import Rows, Value, plain_text, python_value

if TYPE_CHECKING:
    import pandas
    import polars

_DATES = (XSD + "date", XSD + "gYearMonth", XSD + "gYear")
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

_MOST_INTEGER = 2**63 - 1
"""The largest whole number of a typed column."""

_MOST_EXACT = 2**53
"""The largest whole number that a spreadsheet holds exactly."""

_FIRST_DAY = date(1900, 3, 1)
"""The first day that spreadsheets agree on: to some, the one before is 29 February 1900."""

_MOST_ROWS, _MOST_COLUMNS, _MOST_CHARACTERS = 1_048_575, 16_384, 32_767
"""The limits of a sheet of a workbook: rows below its headings, columns, and characters (of UTF-16) of a cell."""

_WIDEST = 60
"""Most characters by which a column of a sheet is wide."""

_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Where a text would be read as an escape of a workbook (ECMA-376, part 1, 22.9.2.19)."""


class Column(NamedTuple):
    """A column whose values are all of one type (`bool`, `int`, `float`, `date`, or else `str`), or None."""

    name: str
    heading: str
    type: type
    values: list[Any]


def typed_columns(rows: Rows, headings: Mapping[str, str]) -> Iterator[Column]:
    """Give some of the columns of rows, each with the type that all its values have, else as text.

    Dates of which some are only a month or a year stay text; the first and the last day that each covers stand in two
    columns beside, named `..._earliest` and `..._latest`, unless the rows have columns of these names themselves.
    """
    for name, heading in headings.items():
        place = rows.columns.index(name)
        terms = [row[place] for row in rows.terms]
        values = [_value(term) for term in terms]
        types = {type(value) for value in values if value is not None}
        if types == {int, float}:
            types, values = {float}, [None if value is None else float(value) for value in values]
        held = types.pop() if len(types) == 1 else str
        yield Column(name, heading, held, [_text(term) for term in terms] if held is str else values)
        days = [_bounds(term) for term in terms] if held is str and _are_dates(terms) else []
        if any(first for first, _ in days):
            for end, which in enumerate(("earliest", "latest")):
                if f"{name}_{which}" not in rows.columns:
                    yield Column(f"{name}_{which}", f"{heading} {which}", date, [bounds[end] for bounds in days])


def _value(term: Value) -> Any:
    """Return the value of a term: a day as a date, a whole number that is too large as text."""
    if isinstance(term, ox.Literal) and term.datatype.value == _DATES[0]:
        return _bounds(term)[0] or term.value
    value = python_value(term)
    return str(value) if type(value) is int and abs(value) > _MOST_INTEGER else value


def _text(term: Value) -> str | None:
    return None if term is None else plain_text(term)


def _are_dates(terms: Iterable[Value]) -> bool:
    """Whether there are dates, and nothing else."""
    given = [term for term in terms if term is not None]
    return bool(given) and all(isinstance(term, ox.Literal) and term.datatype.value in _DATES for term in given)


def _bounds(term: Value) -> tuple[date | None, date | None]:
    """Return the first and the last day that a date covers, where the calendar has them."""
    match = _PARTIAL_DATE.fullmatch(plain_text(term))
    year, month, day = map(int, match.groups(default="0")) if match else (0, 0, 0)
    try:
        return (
            date(year, month or 1, day or 1),
            date(year, month or 12, day or monthrange(year, month or 12)[1]),
        )
    except ValueError:
        return None, None


def to_pandas(rows: Rows) -> pandas.DataFrame:
    """Return rows as a pandas data frame.

    Raises:
        ParameterError: if pandas is not installed.
    """
    require("pandas")
    import pandas as pd

    text = pd.Series([""]).dtype  # `str` from version 3 on
    types = {str: text, date: "datetime64[s]", float: "float64"}
    whole = {int: ("int64", "Int64"), bool: ("bool", "boolean")}
    frame = {}
    for column in typed_columns(rows, _plain(rows)):
        held = types.get(column.type) or whole[column.type][None in column.values]
        frame[column.name] = pd.Series(column.values, dtype=held)
    return pd.DataFrame(frame, index=range(len(rows)))


def to_polars(rows: Rows) -> polars.DataFrame:
    """Return rows as a Polars data frame.

    Raises:
        ParameterError: if Polars is not installed.
    """
    require("polars")
    import polars as pl

    types = {str: pl.String(), date: pl.Date(), float: pl.Float64(), int: pl.Int64(), bool: pl.Boolean()}
    columns = typed_columns(rows, _plain(rows))
    return pl.DataFrame([pl.Series(column.name, column.values, types[column.type]) for column in columns])


def _plain(rows: Rows) -> dict[str, str]:
    return {column: column for column in rows.columns}


def parquet(rows: Rows) -> bytes:
    """Return rows as Parquet.

    Raises:
        ParameterError: if Polars is not installed.
    """
    output = io.BytesIO()
    to_polars(rows).write_parquet(output, compression="zstd")
    return output.getvalue()


def workbook(rows: Rows) -> bytes:
    """Return rows as a workbook (XLSX) of one sheet: under the headings for people, with days as dates.

    No text is a formula, whatever it begins with. What XML does not have is replaced.

    Raises:
        ParameterError: for more than a sheet or a cell holds, or if openpyxl is not installed.
    """
    columns = list(typed_columns(rows, rows.headings))
    _check_size(columns, len(rows))
    texts = ([column.heading, *(str(value) for value in column.values if value is not None)] for column in columns)
    headings = [_sheet_text(column.heading) for column in columns]
    values = zip(*(map(_sheet_value, column.values) for column in columns), strict=True)
    widths = [2 + min(max(map(len, one)), _WIDEST) for one in texts]
    return write_sheets({rows.presentation.name[:31]: chain([headings], values)}, widths)


def write_sheets(sheets: Mapping[str, Iterable[Iterable[Any]]], widths: Iterable[int] = ()) -> bytes:
    """Write a workbook (XLSX): of each sheet, by its name, the rows below one of headings. No text is a formula.

    The temporary file of each sheet goes however that ends.

    Raises:
        ParameterError: for a text that no cell can hold.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.exceptions import IllegalCharacterError

    def cell(value: Any, is_heading: bool) -> Any:
        if not isinstance(value, str):
            return value
        try:
            made = WriteOnlyCell(sheet, value)
        except IllegalCharacterError as error:
            raise ParameterError(f"sheet {sheet.title}: {quoted(value)} holds a control character") from error
        made.data_type = "s"
        if is_heading:
            made.font = Font(bold=True)
        return made

    book, output = Workbook(write_only=True), io.BytesIO()
    try:
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            sheet.freeze_panes = "A2"
            for number, width in enumerate(widths, 1):
                sheet.column_dimensions[get_column_letter(number)].width = width
            for number, row in enumerate(rows):
                sheet.append([cell(value, is_heading=not number) for value in row])
        book.save(output)
        return output.getvalue()
    finally:
        for writer in [
            sheet._writer for sheet in book.worksheets if sheet._writer and Path(sheet._writer.out).exists()
        ]:
            with suppress(Exception):  # as writing failed
                writer.close()
            writer.cleanup()


def _check_size(columns: Sequence[Column], rows: int) -> None:
    """Check that a sheet holds so much."""
    otherwise = "write .csv or .parquet instead"
    if rows > _MOST_ROWS:
        raise ParameterError(
            f"a sheet of a workbook holds at most {_MOST_ROWS:,} rows, and the answer has {rows:,}: {otherwise}"
        )
    if len(columns) > _MOST_COLUMNS:
        raise ParameterError(
            f"a sheet of a workbook holds at most {_MOST_COLUMNS:,} columns, and the answer has more: {otherwise}"
        )
    for column in columns:
        for number, value in enumerate(column.values, 1):
            if isinstance(value, str) and len(value) + sum(letter > "\uffff" for letter in value) > _MOST_CHARACTERS:
                raise ParameterError(
                    f"row {number}, column {column.name}: longer than the {_MOST_CHARACTERS:,} characters "
                    f"that a cell of a workbook holds: {otherwise}"
                )


def _sheet_value(value: Any) -> Any:
    """Return what a cell can hold: as text, what is a number or day that no spreadsheet has."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return _sheet_text(value)
    if isinstance(value, date):
        return value if value >= _FIRST_DAY else value.isoformat()
    return value if isfinite(value) and (isinstance(value, float) or abs(value) <= _MOST_EXACT) else str(value)


def _sheet_text(text: str) -> str:
    return _ESCAPE.sub("_x005F_", clean(text.replace("\r\n", "\n").replace("\r", "\n")))
