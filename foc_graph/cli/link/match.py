"""`foc link match`: the names in a table."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.output import print_table, progress, write
from foc_graph.errors import ParameterError
from foc_graph.matching.index import KINDS
from foc_graph.namespaces import short

if TYPE_CHECKING:
    from foc_graph.matching.matcher import Candidate

_LEAST = 0.01
"""Least probability of a candidate that is shown."""
_ADDED = ("match", "match_name", "probability", "explanation", "candidates")


@click.command("match")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--column", required=True, metavar="HEADING", help="Column with the names.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(tuple(KINDS)),
    help="Kind of thing to look for (may be repeated).",
)
@click.option("--country-column", metavar="HEADING", help="Column with the country, as a name or code.")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=3, show_default=True, help="Most candidates to list for a name."
)
@click.option("--format", type=click.Choice(("csv", "json", "table")), help="Default: a table on a terminal, else csv.")
@store_options
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
    """Find the thing that each name in a TABLE means.

    TABLE is a CSV or XLSX file. The output adds columns with the thing and its name, how probable the match is, and
    why. If no match is clear, it lists candidates for you to choose from. A country never matches its government: say
    which you mean with --kind.

    \b
    Examples:
      foc link match signatories.csv --column organisation --kind organisation
      foc link match ministries.csv --column ministry --country-column country > matched.csv
      foc link match states.xlsx --column "Member State" --kind government --format json
    """
    from foc_graph.matching.index import read_things
    from foc_graph.matching.lookup import Lookup, match_column
    from foc_graph.matching.matcher import Matcher
    from foc_graph.tabular.table import read_table, write_csv

    read = read_table(table)
    if taken := [heading for heading in read.headings if heading in _ADDED]:
        raise ParameterError(f"{table}: already has a column {taken[0]}: rename it")
    for problem in read.problems:
        if not problem.heading:
            raise ParameterError(f"{table}: {problem}")
    rows = [cells for _, cells in read.rows]
    with progress() as track:
        matcher = Matcher(read_things(context.graph.store))
        found = match_column(
            matcher,
            Lookup(context.graph.store, context.graph.base),
            read.headings,
            rows,
            column,
            kinds,
            country_column,
            limit,
            track,
        )
    base = context.graph.base
    added = [_added(candidates, base) for candidates in found]
    if format == "json":
        records = [dict(zip(read.headings, row, strict=True)) | more for row, more in zip(rows, added, strict=True)]
        write(json.dumps(records, ensure_ascii=False, indent=1).encode())
        return
    texts = [[*row, *_texts(more)] for row, more in zip(rows, added, strict=True)]
    columns = [*read.headings, *_ADDED]
    if format == "table" or (format is None and sys.stdout.isatty()):
        records = [dict(zip(columns, row, strict=True)) for row in texts]
        print_table(dict(zip(columns, columns, strict=True)), records, base)
    else:
        write(write_csv(columns, texts).encode())


def _added(candidates: list[Candidate], base: str) -> dict[str, Any]:
    """Return the columns that are added to a row: the match, or else the candidates."""
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
