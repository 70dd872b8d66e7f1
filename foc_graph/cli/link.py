"""`foc link`: what names elsewhere mean in the graph."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli import Context, NamedCommands, placed
from foc_graph.cli.output import print_table, write
from foc_graph.cli.progress import progress
from foc_graph.errors import ParameterError
from foc_graph.linking.things import KINDS
from foc_graph.terms import short

if TYPE_CHECKING:
    from foc_graph.linking.matching import Candidate

_LEAST = 0.01
"""Least probability of a candidate that is shown."""
_ADDED = ("match", "match_name", "probability", "explanation", "candidates")


@click.group("link", cls=NamedCommands)
@placed
def command() -> None:
    """Links to other datasets: which things are meant there, and whether the links of the graph can be right."""


@command.command("match")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--column", required=True, metavar="HEADING", help="The column with the names.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(tuple(KINDS)), help="What they name; may be repeated."
)
@click.option("--country-column", metavar="HEADING", help="The column with the country, as a name or code.")
@click.option("--limit", type=click.IntRange(1, 100), default=3, show_default=True, help="Most candidates of a name.")
@click.option("--format", type=click.Choice(("csv", "json", "table")), help="Default: a table on a terminal, else csv.")
@placed
@click.pass_obj
def match(
    context: Context,
    table: Path,
    column: str,
    kinds: tuple[str, ...],
    country_column: str | None,
    limit: int,
    format: str | None,
) -> None:
    """Print TABLE (CSV, or XLSX with the extra xlsx) with the thing that the name in each row means.

    To the columns of the table come the thing and its name, how probable it is, and why; where none is clearly meant,
    the candidates, to be chosen from by a person. A country is never taken for its government: say which with --kind.

    \b
    Examples:
      foc link match signatories.csv --column organisation --kind organisation
      foc link match ministries.csv --column ministry --country-column country > matched.csv
      foc link match states.xlsx --column "Member State" --kind government --format json
    """
    _need("rapidfuzz", "anyascii")
    from foc_graph.linking.matching import Matcher
    from foc_graph.linking.tables import match_column
    from foc_graph.linking.things import read_things
    from foc_graph.roster.table import read_table, write_csv

    read = read_table(table)
    if taken := [heading for heading in read.headings if heading in _ADDED]:
        raise ParameterError(f"{table}: has a column {taken[0]} already: rename it")
    for problem in read.problems:
        if not problem.heading:
            raise ParameterError(f"{table}: {problem}")
    rows = [cells for _, cells in read.rows]
    with progress() as track:
        matcher = Matcher(read_things(context.graph.store))
        found = match_column(matcher, read.headings, rows, column, kinds, country_column, limit, track)
    base = context.graph.base
    added = [_added(candidates, base) for candidates in found]
    if format == "json":
        records = [dict(zip(read.headings, row, strict=True)) | more for row, more in zip(rows, added, strict=True)]
        write(json.dumps(records, ensure_ascii=False, indent=1).encode())
        return
    texts = [[*row, *_texts(more)] for row, more in zip(rows, added, strict=True)]
    columns = [*read.headings, *_ADDED]
    if format == "table" or (format is None and sys.stdout.isatty()):
        print_table(columns, (dict(zip(columns, row, strict=True)) for row in texts), base)
    else:
        write(write_csv(columns, texts).encode())


def _need(*modules: str) -> None:
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            raise ParameterError(f"{module} is not installed: pip install 'foc-graph[link]'") from error


def _added(candidates: list[Candidate], base: str) -> dict[str, Any]:
    """What is added to a row: the match, or else the candidates."""
    shown = [
        {
            "thing": short(candidate.thing.iri, base),
            "name": candidate.thing.name,
            "probability": round(candidate.probability, 3),
            "explanation": candidate.explanation,
        }
        for candidate in candidates
        if candidate.probability >= _LEAST
    ]
    if not shown:
        return {**dict.fromkeys(_ADDED), "candidates": []}
    best, is_match = shown[0], candidates[0].is_match
    return {
        "match": best["thing"] if is_match else None,
        "match_name": best["name"] if is_match else None,
        "probability": best["probability"],
        "explanation": best["explanation"],
        "candidates": [] if is_match else shown,
    }


def _texts(added: dict[str, Any]) -> list[str]:
    *cells, candidates = added.values()
    listed = "; ".join(f"{one['thing']} ({one['name']}, {one['probability']})" for one in candidates)
    return [*("" if cell is None else str(cell) for cell in cells), listed]


@command.command("check")
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A dataset that is linked to, in Turtle or N-Triples; may be repeated.",
)
@placed
@click.pass_obj
def check(context: Context, targets: tuple[Path, ...]) -> None:
    """Check the identifiers of things and the links to other datasets; exit 1 if one cannot be right.

    Check digits must fit and addresses be those of their identifiers; only what a scheme identifies may be the same as
    what it describes; all links together must not make two things one. What a --target says was withdrawn or merged,
    or is the same as something else, counts too. That identifiers are well-formed is a matter of `foc validate`.

    \b
    Examples:
      foc link check
      foc link check --target corporate-bodies.ttl
    """
    _need("stdnum")
    from foc_graph.linking.checking import check_links
    from foc_graph.workspace.places import Places

    graph = context.graph
    files = ((graph.workspace.name(path), path) for path in graph.workspace.data_files)
    findings = check_links(graph.store, graph.base, Places(files), targets)
    print(*findings, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}", sep="\n")
    if findings:
        raise click.exceptions.Exit(1)
