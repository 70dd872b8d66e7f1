"""Output of commands: results in standard formats, tables with IRIs written short, and progress bars."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli.tables import lay_out, line_width, wrap
from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.namespaces import short
from foc_graph.rdf.terms import is_iri
from foc_graph.store.results import FILE_FORMATS, GRAPH_FORMATS, TEXT_FORMATS, Record, Result, Rows, Triples

if TYPE_CHECKING:
    from rich.progress import TaskID

    from foc_graph.matching.occurrences import Occurrence
    from foc_graph.panel.table import Panel
    from foc_graph.progress import Track
    from foc_graph.queries.model import StoredQuery

SECONDS = 10
"""Between two lines about the progress of long work in a log."""

FORMATS = ("table", *TEXT_FORMATS, *GRAPH_FORMATS)

_ENDINGS = (*FILE_FORMATS, *GRAPH_FORMATS)


class Format(click.Choice[str]):
    """The formats of standard output; the error for one of files says how to write these."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return the message for another format."""
        if value in _ENDINGS:
            return f"{value!r} is for files: write --out FILE.{value}"
        return super().get_invalid_choice_message(value, ctx)


FORMAT = click.option(
    "--format", type=Format(FORMATS), help="By default a table on a terminal, otherwise csv (ttl for a graph)."
)
OUT = click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"File to write, in the format of its ending: .{', .'.join(_ENDINGS)}.",
)


def is_for_people(format: str | None, out: Path | None) -> bool:
    """Whether rows are printed as a table for people: when that is asked for, or on a terminal by default."""
    return out is None and (format in ("table", "md") or (format is None and sys.stdout.isatty()))


def check_out(out: Path | None, format: str | None = None, formats: Collection[str] = _ENDINGS) -> str:
    """Return the format of a file that can be written, before its content is asked; nothing where none is named.

    Raises:
        ParameterError, ServiceError: for an unknown ending, or where no file can be.
        UsageError: for another format than its ending says.
    """
    if out is None:
        return ""
    from foc_graph.store.files import find_format

    ending = find_format(out, formats, "an answer")
    if format not in (None, ending):
        raise click.UsageError(f"--format {format} contradicts the ending of --out {out}: leave one of them out")
    return ending


def print_result(
    result: Result,
    format: str | None,
    base: str,
    query: StoredQuery | None = None,
    columns: str | None = None,
    wide: bool = False,
    out: Path | None = None,
) -> None:
    """Print rows, a graph or a truth value; without `format`, a table on a terminal, else CSV (Turtle for a graph).

    Where `columns` names some, separated by commas, rows have just those in any format. Otherwise programs and files
    get all, and people those of `Rows.choose_columns` in which rows differ, and below them what all rows share. With
    `out`, the result goes into that file, and standard error says how much it is.

    Raises:
        UnknownNameError: if the result has no such column.
        ParameterError: if it has no columns at all, or no such format.
        ServiceError: if the file cannot be written.
    """
    if columns is not None and not isinstance(result, Rows):
        raise ParameterError("the answer has no columns: leave out --columns")
    if isinstance(result, bool):
        if out is not None:
            raise click.UsageError("the answer is only true or false: leave out --out")
        print("true" if result else "false")
        return
    if isinstance(result, Triples):
        if out is not None:
            save(result, out)
            return
        write(result.serialise(format or "ttl"))
        return
    head = query.head(result.columns) if query else dict(zip(result.columns, result.columns, strict=True))
    is_table = is_for_people(format, out)
    if columns is not None:
        result = result.select(_find_columns(columns, result.columns, head, is_table))
        renamed = query.renamed if query else {}
        head = {column: head.get(renamed.get(column, column), column) for column in result.columns}
    if out is not None:
        save(result, out)
        return
    if not is_table:
        write(result.serialise(format or "csv"))
        return
    records, more = list(result), list[str]()
    if query and columns is None:
        telling = result.choose_columns(wide=True)
        head = telling if wide else result.choose_columns()
        if not wide and format != "md" and len(records) >= 5:  # a short table is not worth cutting
            same = [column for column in [*head][1:] if len({record[column] for record in records}) == 1]
            more = [f"{head.pop(column)}: {cell(records[0][column], base)} in all" for column in same]
        if records and (hidden := len(telling) - len(head)):
            more.append(f"{hidden} more column{'' if hidden == 1 else 's'} with --wide")
    if format == "md":
        print_markdown(head, records, base)
    else:
        print_table(head, records, base, " · ".join(more))


def save(result: Rows | Triples | Panel, out: Path) -> None:
    """Write a result into a file, and say on standard error how much it is."""
    result.save(out)
    noun = "triple" if isinstance(result, Triples) else "row"
    print(f"{out}: {len(result):,} {noun}{'' if len(result) == 1 else 's'}", file=sys.stderr)


def _find_columns(text: str, columns: Collection[str], head: Mapping[str, str], by_heading: bool) -> list[str]:
    """Return the columns that a text lists with commas, by name or heading; `by_heading` says which wins."""
    names = dict(zip(columns, columns, strict=True))
    headings = {heading: column for column, heading in head.items()}
    known: dict[str, str] = {}
    for spelling in (names, headings) if by_heading else (headings, names):
        known |= {_folded(name): column for name, column in spelling.items()} | spelling
    choice = f"choose from {', '.join(headings if by_heading else names)}"
    wanted = list(filter(None, map(str.strip, text.split(","))))
    if not wanted:
        raise ParameterError(f"--columns names none: {choice}")
    for name in wanted:
        if not {name, _folded(name)} & known.keys():
            raise UnknownNameError("column", name, names | headings, otherwise=choice)
    return list(dict.fromkeys(known.get(name) or known[_folded(name)] for name in wanted))


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).casefold()


def write(content: bytes) -> None:
    """Write bytes to standard output, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    if content and not content.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")


def print_table(
    head: Mapping[str, str], records: Collection[Record], base: str, more: str = "", total: int = 0
) -> None:
    """Print columns of records under headings, as wide as the terminal, and below them the number of rows, and `more`.

    `total` is how many rows there are where these are the first.
    """
    if records:
        rows = [[cell(record[column], base) for column in head] for record in records]
        print(*lay_out([cell(heading, base) for heading in head.values()], rows, line_width()), "", sep="\n")
    total = max(total, len(records))
    count = f"{f'{len(records):,} of ' if total > len(records) else ''}{total:,} row{'' if total == 1 else 's'}"
    print_styled(f"{count} · {more}" if more else count, dim=True)


def print_styled(text: str, **style: Any) -> None:
    """Print a text in a style on a terminal that has styles; plainly elsewhere, and where NO_COLOR is set."""
    for line in wrap(text, line_width()):
        click.secho(line, color=False if os.environ.get("NO_COLOR") else None, **style)


def print_records(columns: Collection[str], records: Collection[Record], base: str) -> None:
    """Print records as a table on a terminal, else as CSV."""
    if sys.stdout.isatty():
        print_table(dict(zip(columns, columns, strict=True)), records, base)
    else:
        import csv

        writer = csv.DictWriter(sys.stdout, list(columns))
        writer.writeheader()
        writer.writerows(records)


def print_markdown(head: Mapping[str, str], records: Iterable[Record], base: str) -> None:
    """Print columns of records under headings as a Markdown table."""
    from foc_graph.store.files import markdown_table

    rows = ([cell(record[column], base) for column in head] for record in records)
    print(markdown_table(head.values(), rows), end="")


def cell(value: object, base: str) -> str:
    """Write a value on one line: IRIs short, control characters as spaces, nothing for None."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return plain(short(text, base) if is_iri(text) else text)


def plain(text: str) -> str:
    """Return a text on one line, with spaces in place of what does not print: control and bidi characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def list_occurrences(occurrences: Iterable[Occurrence], name: Callable[[Path], str]) -> None:
    """List the lines that name a person on standard error, then those that may, each with what it says."""
    from rich.cells import set_cell_size

    for one in sorted(occurrences, key=lambda one: (not one.is_certain, not one.problem)):
        where = plain(name(one.path)) + (f":{one.line}" if one.line else "")
        if one.problem:
            print(f"not searched: {where}: {plain(one.problem)}", file=sys.stderr)
        else:
            print(f"{'still' if one.is_certain else 'perhaps'} named in {where}", file=sys.stderr)
            print(f"  {set_cell_size(one.excerpt, 78).rstrip()}", file=sys.stderr)


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
        if (now := time.monotonic()) - last >= SECONDS:
            last = now
            print(f"foc: {what}: {done:,} of {total:,}", file=sys.stderr, flush=True)

    return log
