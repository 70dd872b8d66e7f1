"""Output of commands: results in standard formats, tables with IRIs written short, and progress bars."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from foc_graph.namespaces import short
from foc_graph.rdf.terms import is_iri
from foc_graph.store.results import GRAPH_FORMATS, ROW_FORMATS, Record, Result, Triples

if TYPE_CHECKING:
    from rich.progress import TaskID

    from foc_graph.progress import Track
    from foc_graph.queries.model import StoredQuery

_SECONDS = 10
"""Between two lines about the progress of long work in a log."""

FORMATS = ("table", "md", *ROW_FORMATS, *GRAPH_FORMATS)

_NAMES: Mapping[str, str] = MappingProxyType({})
"""The headings of columns that are shown by their names."""


def print_result(result: Result, format: str | None, base: str, query: StoredQuery | None = None) -> None:
    """Print rows, a graph or a truth value; without `format`, a table on a terminal, else CSV (Turtle for a graph).

    A table for people has the headings of the stored query that was asked, if one was.

    Raises:
        ParameterError: if the result has no such format.
    """
    if isinstance(result, bool):
        print("true" if result else "false")
    elif isinstance(result, Triples):
        write(result.serialise(format or "ttl"))
    elif format in ("table", "md") or (format is None and sys.stdout.isatty()):
        head = query.head(result.columns) if query else _NAMES
        (print_markdown if format == "md" else print_table)(head or result.columns, result, base, head)
    else:
        write(result.serialise(format or "csv"))


def write(content: bytes) -> None:
    """Write bytes to standard output, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    if content and not content.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")


def print_table(
    columns: Collection[str], records: Iterable[Record], base: str, headings: Mapping[str, str] = _NAMES
) -> None:
    """Print columns of records as a table as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    head = (Column(Text(headings.get(column, column)), overflow="fold") for column in columns)
    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for record in records:
        table.add_row(*(Text(cell(record[column], base)) for column in columns))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table, end="")
    console.print(f"{table.row_count} row{'' if table.row_count == 1 else 's'}", style="dim")


def print_records(columns: Collection[str], records: Iterable[Record], base: str) -> None:
    """Print records as a table on a terminal, else as CSV."""
    if sys.stdout.isatty():
        print_table(columns, records, base)
    else:
        import csv

        writer = csv.DictWriter(sys.stdout, list(columns))
        writer.writeheader()
        writer.writerows(records)


def print_markdown(
    columns: Collection[str], records: Iterable[Record], base: str, headings: Mapping[str, str] = _NAMES
) -> None:
    """Print columns of records as a Markdown table."""
    print(f"| {' | '.join(_escape_markdown(headings.get(column, column)) for column in columns)} |")
    print(f"|{' --- |' * len(columns)}")
    for record in records:
        print(f"| {' | '.join(_escape_markdown(cell(record[column], base)) for column in columns)} |")


def cell(value: object, base: str) -> str:
    """Write a value on one line: IRIs short, control characters as spaces, nothing for None."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = short(text, base) if is_iri(text) else text
    return "".join(character if character.isprintable() else " " for character in text)


def _escape_markdown(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\|`*_[]<>" else character for character in text)


@contextmanager
def progress() -> Iterator[Track]:
    """Draw a progress bar for each task on a terminal; in a log, write a line now and then about the present one."""
    if not sys.stderr.isatty():
        yield _logged()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def draw(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield draw


def _logged() -> Track:
    last = time.monotonic()

    def log(what: str, done: int, total: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= _SECONDS:
            last = now
            print(f"foc: {what}: {done:,} of {total:,}", file=sys.stderr, flush=True)

    return log
