"""Answers of queries made of terms, and readers of the files that they are written into."""

import csv
import io
import json
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Variable
from rdflib.query import Result

from foc_graph.store.results import Row, Rows

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(text: str, datatype: str = "string") -> ox.Literal:
    """Return a literal of a datatype of XML Schema."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def answer(columns: Sequence[str], *rows: Row) -> Rows:
    """Make an answer of terms."""
    bindings = [
        {column: _binding(term) for column, term in zip(columns, row, strict=True) if term is not None} for row in rows
    ]
    return Rows(json.dumps({"head": {"vars": list(columns)}, "results": {"bindings": bindings}}).encode())


def _binding(term: Any) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    language = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **language}


def texts(rows: Rows) -> list[list[str]]:
    """Return the columns of an answer and its cells as text."""
    return [list(rows.columns), *([getattr(term, "value", "") for term in row] for row in rows.terms)]


def read_texts(path: Path) -> list[list[str]]:
    """Read the cells of a file of text by a library other than the one that wrote it."""
    content, ending = path.read_bytes(), path.suffix.removeprefix(".")
    if ending == "csv":
        return list(csv.reader(io.StringIO(content.decode(), newline="")))
    if ending == "jsonl":
        records = [json.loads(line) for line in content.splitlines()]
        return [list(records[0]), *([_written(value) for value in record.values()] for record in records)]
    if ending == "md":
        lines = [line[2:-2].split(" | ") for line in content.decode().splitlines()]
        assert set(lines.pop(1)) == {"---"}
        return [[_unescaped(cell) for cell in line] for line in lines]
    if ending == "html":
        rows = re.findall("<tr>(.*?)</tr>", content.decode(), re.DOTALL)
        cells = (re.findall("<(t[dh])[^>]*>(.*?)</\\1>", row, re.DOTALL) for row in rows)
        return [[unescape(re.sub("<[^>]*>", "", cell)) for _, cell in row] for row in cells]
    result = Result.parse(io.BytesIO(content), format=ending)
    columns = list(map(str, result.vars or ()))
    return [columns, *([str(row.get(Variable(column), "")) for column in columns] for row in result.bindings)]


def _written(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _unescaped(cell: str) -> str:
    return cell.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
