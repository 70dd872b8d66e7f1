"""Output of commands: results in standard formats, tables with IRIs written short, and progress bars."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from foc_graph.namespaces import short
from foc_graph.rdf.terms import is_iri
from foc_graph.store.results import GRAPH_FORMATS, ROW_FORMATS, Record, Result, Rows, Triples

if TYPE_CHECKING:
    from rich.progress import TaskID

    from foc_graph.progress import Track

FORMATS = ("table", "md", *ROW_FORMATS, *GRAPH_FORMATS)


def print_result(result: Result, format: str | None, base: str) -> None:
    """Print rows, a graph or a truth value; without `format`, a table on a terminal, else CSV (Turtle for a graph).

    Raises:
        ParameterError: if the result has no such format.
    """
    if isinstance(result, bool):
        print("true" if result else "false")
    elif isinstance(result, Triples):
        write(result.serialise(format or "ttl"))
    elif format == "md":
        print_markdown(result, base)
    elif format == "table" or (format is None and sys.stdout.isatty()):
        print_table(result.columns, result, base)
    else:
        write(result.serialise(format or "csv"))


def write(content: bytes) -> None:
    """Write bytes to standard output, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    if content and not content.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")


def print_table(columns: Iterable[str], records: Iterable[Record], base: str) -> None:
    """Print records as a table as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(*(Column(name, overflow="fold") for name in columns), box=box.SIMPLE_HEAD, pad_edge=False)
    for record in records:
        table.add_row(*(Text(cell(record[column], base)) for column in columns))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table, end="")
    console.print(f"{table.row_count} row{'' if table.row_count == 1 else 's'}", style="dim")


def print_records(columns: Iterable[str], records: Iterable[Record], base: str) -> None:
    """Print records as a table on a terminal, else as CSV."""
    if sys.stdout.isatty():
        print_table(columns, records, base)
    else:
        import csv

        writer = csv.DictWriter(sys.stdout, list(columns))
        writer.writeheader()
        writer.writerows(records)


def print_markdown(rows: Rows, base: str) -> None:
    """Print rows as a Markdown table."""
    print(f"| {' | '.join(rows.columns)} |")
    print(f"|{' --- |' * len(rows.columns)}")
    for record in rows:
        print(f"| {' | '.join(_escape_markdown(cell(value, base)) for value in record.values())} |")


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
    """Draw a progress bar for each task."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def track(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield track
