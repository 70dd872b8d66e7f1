"""A table from a spreadsheet: CSV or XLSX, as rows of text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from foc_graph.errors import ParseError
from foc_graph.rdf.csvw import Dialect, Metadata, read_metadata
from foc_graph.rdf.parser import check_start, read_bytes
from foc_graph.store.frames import write_sheets
from foc_graph.store.results import FORMULA
from foc_graph.tabular.workbook import opened, records
from foc_graph.workspace.files import Term

MAX_CELL = 32_767
"""Most characters of a cell, as in Excel."""

MAX_RECORD = 2**20
"""Most characters of a row of CSV."""

MAX_COLUMNS = 500
"""Most columns of a table."""

MAX_ROWS = 1_000_000
"""Most rows of a table."""

_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")
_FORMULA = re.compile(r"=|[+@-][A-Za-z.]*\(")
_ERROR = re.compile(r"#(?:REF|VALUE|DIV/0|NAME|NULL|NUM)[!?]")


class Problem(NamedTuple):
    """A mistake in one cell; `row` counts as a spreadsheet does, the headings being row 1."""

    row: int
    heading: str
    text: str
    sheet: str = ""

    def __str__(self) -> str:
        where = f"sheet {self.sheet}, " if self.sheet else ""
        where += f"row {self.row}" + (f", column {self.heading}" if self.heading else "")
        return f"{where}: {self.text}"


class Table(NamedTuple):
    """Headings and rows (number, cells) of a table, with what its CSVW metadata says and what is wrong with it.

    `sheet` is the name of its sheet, where it is one of several.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    metadata: Metadata
    problems: list[Problem]
    sheet: str = ""


def read_table(path: Path, sheet: str = "") -> Table:
    """Read a table, of a workbook the sheet of that name, else the first one; rows without any cell are left out.

    Metadata in CSVW (W3C, 2015) is read from `<file>-metadata.json` beside the file, else `csv-metadata.json`.

    Raises:
        ParseError: for a file that cannot be read as a table at all: another encoding, no headings, too large.
        ParameterError: for an XLSX file without the extra that reads it.
    """
    metadata = read_metadata(path)
    if path.suffix.lower() in (".xls", ".ods", ".xlsb"):
        raise ParseError(str(path), None, None, "save it as an Excel workbook (.xlsx) or as CSV UTF-8")
    if not is_workbook(path):
        return _table(path, "", _csv(path, metadata.dialect), metadata)
    with opened(path) as sheets:
        named = {title.strip().casefold(): one for title, one in reversed(sheets.items())}
        return _table(path, "", records(named.get(sheet) or next(iter(sheets.values())), MAX_COLUMNS + 1), metadata)


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its name."""
    return path.suffix.lower() in (".xlsx", ".xlsm")


def read_sheets(path: Path, names: Collection[str]) -> tuple[dict[str, Table], list[str]]:
    """Read the sheets of a workbook that have one of these names, in their order, and name those that it has beside.

    Raises:
        ParseError: for a file that cannot be read, or if two sheets have one name, or none has any of these.
    """
    with opened(path) as sheets:
        titles: dict[str, str] = {}
        for title in sheets:
            if titles.setdefault(title.strip().casefold(), title) != title:
                raise ParseError(str(path), None, None, f"two sheets are called {title.strip()}: rename one of them")
        metadata = read_metadata(path)
        tables = {
            name: _table(path, titles[name], records(sheets[titles[name]], MAX_COLUMNS + 1), metadata)
            for name in names
            if name in titles and not _is_empty(sheets[titles[name]])
        }
    if not names & titles.keys():
        wanted = ", ".join(names)
        raise ParseError(
            str(path), None, None, f"no sheet is called {wanted}: rename one, or say what the table is with --as"
        )
    return tables, [title for name, title in titles.items() if name not in names]


def _table(path: Path, sheet: str, cells_by_row: Iterator[list[str]], metadata: Metadata) -> Table:
    where = f"{path}, sheet {sheet}" if sheet else str(path)
    headings = [heading.strip() for heading in next(cells_by_row, [])]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise ParseError(where, 1, None, "has no headings: the first row names the columns")
    if len(headings) > MAX_COLUMNS:
        raise ParseError(where, 1, None, f"has more than {MAX_COLUMNS} columns")
    rows, problems = [], []
    for number, record in enumerate(cells_by_row, 2):
        if number > MAX_ROWS + 1:
            raise ParseError(where, None, None, f"has more than {MAX_ROWS:,} rows: split it")
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        if any(cells[len(headings) :]):
            problems.append(
                Problem(
                    number, "", "has more cells than there are headings: quote a cell that holds what separates cells"
                )
            )
        cells = (cells + [""] * len(headings))[: len(headings)]
        for heading, cell in zip(headings, cells, strict=True):
            if _FORMULA.match(cell):
                problems.append(Problem(number, heading, f"holds a formula ({cell[:30]}): save its value instead"))
            elif len(cell) > MAX_CELL:
                problems.append(Problem(number, heading, f"is longer than {MAX_CELL:,} characters"))
            elif _ERROR.match(cell):
                problems.append(Problem(number, heading, f"holds an error of the spreadsheet ({cell[:10]})"))
            elif _CONTROL.search(cell):
                problems.append(Problem(number, heading, "holds a control character, which no text has"))
        rows.append((number, [cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell for cell in cells]))
    return Table(headings, rows, metadata, problems, sheet)


def write_csv(headings: list[str], rows: list[list[str]]) -> str:
    """Return a table as CSV (RFC 4180, line ends LF); a cell that a spreadsheet would run gets a leading `'`."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow(f"'{cell}" if FORMULA.match(cell) else cell for cell in row)
    return output.getvalue()


def write_workbook(sheets: Mapping[str, tuple[list[str], list[list[str]]]]) -> bytes:
    """Return tables (headings, rows) by the name of their sheet as a workbook (XLSX) in which every cell is a text.

    Raises:
        ParameterError: for a text that no cell can hold.
    """
    return write_sheets(
        {name: [[text or None for text in row] for row in (head, *rows)] for name, (head, rows) in sheets.items()}
    )


def _csv(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    content = read_bytes(path, str(path))
    if dialect.encoding == Dialect().encoding:
        check_start(content, str(path))
    try:
        content.decode(dialect.encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = "not UTF-8: save it as 'CSV UTF-8', or name the encoding in CSVW metadata beside it"
        raise ParseError(str(path), line, None, problem) from error
    file = io.TextIOWrapper(io.BytesIO(content), dialect.encoding, newline="")
    next(islice(file, dialect.skip, dialect.skip), None)
    text, length = file.readline(MAX_RECORD + 1), 0

    def lines() -> Iterator[str]:
        nonlocal text, length
        while text:
            length += len(text)
            if length > MAX_RECORD:
                number = reader.line_num + dialect.skip + 1
                problem = f"a row of more than {MAX_RECORD:,} characters: is a quotation mark missing?"
                raise ParseError(str(path), number, None, problem)
            yield text
            text = file.readline(MAX_RECORD + 1)

    delimiter = dialect.delimiter or _delimiter(text)
    reader = csv.reader(lines(), delimiter=delimiter, quotechar=dialect.quote, strict=True)
    try:
        for record in reader:
            length = 0
            yield record
    except csv.Error as error:
        raise ParseError(str(path), reader.line_num + dialect.skip, None, f"not CSV: {error}") from error


def _delimiter(headings: str) -> str:
    """Return what separates the headings: spreadsheets write semicolons where the comma is the decimal mark."""
    return max(",;\t", key=headings.count)


def _is_empty(sheet: Any) -> bool:
    return not any(map(any, records(sheet, MAX_COLUMNS + 1)))


class Row(NamedTuple):
    """A row: texts and terms of its cells by heading; problems go to the list that all rows share."""

    number: int
    texts: dict[str, list[str]]
    values: dict[str, list[Term]]
    problems: list[Problem]

    def problem(self, heading: str, text: str) -> None:
        """Note what is wrong with a cell, or with the row where `heading` is empty."""
        self.problems.append(Problem(self.number, heading, text))

    def value(self, *headings: str) -> Term | None:
        """Return the first value under the first of these headings that has one."""
        return next((self.values[heading][0] for heading in headings if self.values.get(heading)), None)

    def text(self, *headings: str) -> str:
        """Return the first text under the first of these headings that has one, else nothing."""
        return next((self.texts[heading][0] for heading in headings if self.texts.get(heading)), "")
