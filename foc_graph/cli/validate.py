"""`foc validate`: SHACL validation."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.output import cell, write
from foc_graph.terms import BASE

if TYPE_CHECKING:
    from foc_graph.validation import Report


@click.command("validate")
@click.argument("paths", metavar="[PATH ...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Validate PATH with these shapes alone, nothing of the workspace added (may be repeated).",
)
@click.option("--format", type=click.Choice(["text", "json", "ttl"]), default="text", show_default=True)
@click.pass_obj
def command(context: Context, paths: tuple[Path, ...], shapes: tuple[Path, ...], format: str) -> None:
    """Check data with SHACL shapes; without PATH, the whole workspace.

    With PATH, the things that those files describe are checked in the context of the workspace. Exit 1 if there is
    a violation; warnings and infos are only shown.

    \b
    Examples:
      foc validate
      foc validate data/coalitions/foc/members.ttl
      foc validate data.ttl --shapes shapes.ttl --format json
    """
    from foc_graph.validation import validate, validate_workspace
    from foc_graph.workspace.locate import find_workspace

    if shapes and not paths:
        raise click.UsageError("--shapes needs a PATH to validate")
    notify("validating ...")
    report = validate(paths, shapes) if shapes else validate_workspace(find_workspace(context.workspace), paths)
    if format == "json":
        print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    elif format == "ttl":
        write(report.graph.serialize(format="turtle", encoding="utf-8"))
    else:
        print_report(report, sys.stdout)
    if "Violation" in report.counts:
        raise click.exceptions.Exit(1)


def print_report(report: Report, file: TextIO) -> None:
    """Print results by thing, with their places, and how many there are."""
    for (where, focus), results in groupby(report.results, key=lambda result: (result.where, result.focus)):
        print(f"{where or '(derived)'}: {cell(focus, BASE)}", file=file)
        for result in results:
            path = f" {cell(result.path, BASE)}" if result.path else ""
            value = f" is {cell(result.value, BASE)}" if result.value else ""
            print(f"  {result.severity}{path}{value}: {cell(result.message, BASE)}", file=file)
    counts = ", ".join(f"{severity}: {count}" for severity, count in report.counts.items())
    print(counts or "conforms", file=file)
