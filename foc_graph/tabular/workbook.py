"""Workbooks (XLSX, ECMA-376) from outside: their sheets as rows of text, at a cost that their bytes allow."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.parsers import expat

from foc_graph.errors import FocGraphError, ParseError
from foc_graph.rdf.parser import read_bytes
from foc_graph.store.results import FORMULA

MAX_UNPACKED = 2**27
"""Most bytes that a workbook may hold once it is unpacked."""

MAX_RATIO = 100
"""Most times that a workbook of more than 1 MiB may grow when it is unpacked; real ones grow 5 to 40 times."""

_MAX_PARTS = 10_000
_MAX_STYLES = 2**21
_MAX_DEPTH = 200
_MAX_TAG = 2**17
_MAX_TEXT = 2**22
_MAX_CELLS = 2**14
_CHUNK = 2**20
_MAX_MESSAGE = 200
_MAX_ELEMENTS = {
    "sheet": 1_000,
    "Override": 10_000,
    "Relationship": 10_000,
    "definedName": 2**16,
    "mergeCell": 2**16,
    "si": 2**20,
}


class _Bounds:
    """The bounds of one part of a workbook, checked while it is parsed without keeping any of it."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._depth = self._index = 0
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.CommentHandler = self._tag
        parser.ProcessingInstructionHandler = self._tag

    def check(self, part: Any) -> None:
        """Check an open part; one that is not well-formed XML is checked as far as it goes."""
        with suppress(expat.ExpatError):
            while content := part.read(_CHUNK):
                self._parser.Parse(content)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._depth += 1
        self._seen[local] += 1
        if local == "row":
            self._seen["c"] = 0
        elif local == "c" and self._seen["c"] > _MAX_CELLS:
            raise ValueError(f"a row has more than {_MAX_CELLS:,} cells")
        if self._seen[local] > _MAX_ELEMENTS.get(local, self._seen[local]):
            raise ValueError(f"more than {_MAX_ELEMENTS[local]:,} elements {local}")
        if self._depth > _MAX_DEPTH:
            raise ValueError(f"elements are nested deeper than {_MAX_DEPTH} levels")
        self._tag(*attributes.values())
        self._advance()

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._advance()

    def _advance(self) -> None:
        if self._parser.CurrentByteIndex - self._index > _MAX_TEXT:
            raise ValueError(f"a text of more than {_MAX_TEXT // 2**20} MiB")
        self._index = self._parser.CurrentByteIndex

    def _doctype(self, *_: Any) -> None:
        raise ValueError("a document type, which no workbook has")

    def _tag(self, *texts: str) -> None:
        if sum(map(len, texts)) > _MAX_TAG:
            raise ValueError(f"a tag of more than {_MAX_TAG:,} characters")


@contextmanager
def opened(path: Path) -> Iterator[dict[str, Any]]:
    """Open a workbook, and give its sheets by title; what is wrong while they are read is one error as well.

    Raises:
        ParseError: for a file that cannot be read, is damaged, or would cost more than a workbook of its size does.
    """
    import openpyxl

    content = read_bytes(path, str(path))
    try:
        _check(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        sheets = [(str(sheet.title), sheet) for sheet in book.worksheets]
        titles = [title for title, _ in sheets]
        for title in titles:
            if titles.count(title) > 1:
                raise ValueError(f"two sheets are called {title}: rename one of them")
        yield dict(sheets)
    except FocGraphError:
        raise
    except Exception as error:  # zipfile, xml and openpyxl each raise their own for a damaged file
        raise ParseError(
            str(path), None, None, f"not a workbook that can be read: {str(error)[:_MAX_MESSAGE]}"
        ) from error


def records(sheet: Any, columns: int) -> Iterator[list[str]]:
    """Give the rows of a sheet, of each up to `columns` cells; those that a sheet leaves out are empty.

    As in CSV, a text that a spreadsheet would run, and a formula is not, has a `'`.
    """
    sheet.reset_dimensions()
    for record in sheet.iter_rows():
        yield [
            f"'{cell.value}"
            if cell.data_type in ("s", "inlineStr", "str") and FORMULA.match(str(cell.value))
            else _cell(cell.value, str(cell.number_format))
            for cell in record[:columns]
        ]


def _check(content: bytes) -> None:
    """Check a workbook against its bounds before it is read: the reader keeps none."""
    if content.count(b"PK\1\2") > _MAX_PARTS:
        raise ValueError(f"it has more than {_MAX_PARTS:,} parts")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MAX_UNPACKED:
            raise ValueError(f"unpacked, it is larger than {MAX_UNPACKED // 2**20} MiB")
        if unpacked > _CHUNK and unpacked > MAX_RATIO * len(content):
            raise ValueError(f"unpacked, it is more than {MAX_RATIO} times as large")
        for part in parts:
            if part.filename == "xl/styles.xml" and part.file_size > _MAX_STYLES:
                raise ValueError(f"its styles are larger than {_MAX_STYLES // 2**20} MiB")
            with archive.open(part) as file:
                _Bounds().check(file)


def _cell(value: Any, number_format: str) -> str:
    """Return a cell as shown: a date without the day or month that its format leaves out, a whole number as one."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        shown = re.sub(r'"[^"]*"|\\.|\[[^]]*]', "", number_format).lower()
        parts = 10 if "d" in shown else 7 if "m" in shown else 4
        return str(value.isoformat())[:parts] if "y" in shown else str(value.isoformat())
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
