"""Answers as files: the format by the ending of the name, and texts for programs and for people."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError, quoted
from foc_graph.rdf.xml_text import clean
from foc_graph.store.frames import parquet, workbook
from foc_graph.store.network import Network, graphml
from foc_graph.store.results import FORMULA, Rows, Value, html_table, plain_text, python_value

_ESCAPED = frozenset("\\|`*_[]<>")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.4 system-ui, sans-serif; margin: 1.5rem; color-scheme: light dark }}
table {{ border-collapse: collapse; margin-bottom: 1.5rem; width: max-content }}
caption {{ font-weight: bold; padding-bottom: .75rem; text-align: start }}
th, td {{ border-bottom: 1px solid #8886; max-width: 30rem; padding: .25rem 1rem .25rem 0; text-align: start }}
td {{ vertical-align: top }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def find_format(path: Path, formats: Collection[str], what: str) -> str:
    """Return the format of a file by the ending of its name, of which it may be the longest; `what` is to be written.

    Raises:
        ParameterError: for an ending that no format has, and a folder.
        ServiceError: for a name that no file can have, and a folder around it that does not exist.
    """
    named, name = str(path) if len(str(path)) <= 200 else quoted(str(path)), path.name.lower()
    ending = max((one for one in formats if name.endswith(f".{one}")), key=len, default=None)
    if ending is None:
        raise ParameterError(f"{named}: the ending decides the format of {what}: use .{', .'.join(formats)}")
    try:
        is_folder, has_folder = path.is_dir(), path.resolve().parent.is_dir()
    except (OSError, ValueError) as error:
        raise ServiceError(f"{named}: cannot be written: {getattr(error, 'strerror', error)}") from error
    if is_folder:
        raise ParameterError(f"{named}: is a folder: name a file")
    if not has_folder:
        raise ServiceError(f"{named}: cannot be written: its folder does not exist: create it first")
    return ending


def write_file(content: bytes, path: Path) -> None:
    """Give a file its content: it is written beside, and then takes its place.

    Raises:
        ServiceError: if that cannot be done.
    """
    with replacing(path) as aside:
        aside.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a new file beside another, which takes the place of that once it is written.

    Raises:
        ServiceError: if that cannot be done.
    """
    aside = None
    try:
        target = path.resolve()
        descriptor, aside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "rb") as file:
            yield Path(aside)
            os.fsync(file.fileno())
        Path(aside).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(aside).replace(target)
        aside = None
    except OSError as error:
        raise ServiceError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        if aside is not None:
            Path(aside).unlink(missing_ok=True)


def safe_csv(rows: Rows) -> bytes:
    """Return rows as SPARQL 1.1 Query Results CSV, with a `'` before text that a spreadsheet would run."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows(map(_safe_cell, row) for row in rows.terms)
    return output.getvalue().encode()


def _safe_cell(term: Value) -> str:
    text = plain_text(term)
    return f"'{text}" if isinstance(python_value(term), str) and FORMULA.match(text) else text


def json_lines(rows: Rows) -> bytes:
    """Return the records of rows as JSON Lines: an object for each, with null for what is unbound."""
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in rows).encode()


def markdown_table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Markdown (GitHub's), in which a cell is one line and no text is markup."""
    head = [_markdown_cell(heading) for heading in headings]
    lines: list[Iterable[str]] = [head, ["---"] * len(head), *(map(_markdown_cell, row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _markdown_cell(text: str) -> str:
    line = "".join(character if character.isprintable() else " " for character in text)
    return "".join(f"\\{character}" if character in _ESCAPED else character for character in line)


def shown(rows: Rows, columns: Iterable[str]) -> Iterator[list[str]]:
    """Give the texts of some columns of rows as people see them, with IRIs written short."""
    for row in rows.ordered(columns):
        yield [
            rows.presentation.shorten(term.value) if isinstance(term, ox.NamedNode) else plain_text(term)
            for term in row
        ]


def _markdown(rows: Rows) -> bytes:
    return markdown_table(rows.headings.values(), shown(rows, rows.headings)).encode()


def html_page(title: str, body: str) -> bytes:
    """Return a page of HTML without scripts; the body is HTML, the title text."""
    return _PAGE.format(title=clean(escape(title)), body=body).encode()


def _html(rows: Rows) -> bytes:
    caption = rows.presentation.caption or f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    table = html_table(
        caption, rows.headings.values(), rows.ordered(rows.headings), is_whole=True, shorten=rows.presentation.shorten
    )
    return html_page(caption, table)


def _network(rows: Rows) -> Network:
    """Return the network of rows."""
    if rows.presentation.network is None:
        raise ParameterError(
            "these rows do not link two things, so they are not a network: write .csv or .xlsx instead"
        )
    return rows.presentation.network(rows)


WRITERS: Mapping[str, Callable[[Rows], bytes]] = {
    "jsonl": json_lines,
    "safe.csv": safe_csv,
    "md": _markdown,
    "html": _html,
    "xlsx": workbook,
    "parquet": parquet,
    "graphml": lambda rows: graphml(_network(rows)),
}
"""The writers of rows in the formats that are none of SPARQL's."""
