"""`foc validate`: SHACL validation."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli import Context, notify, store_options
from foc_graph.cli.output import progress, write

if TYPE_CHECKING:
    from foc_graph.shacl import Report


@click.command("validate")
@click.argument("paths", metavar="[PATH ...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Use only these shapes, without those of the workspace (may be repeated).",
)
@click.option(
    "--shape", "only", metavar="NAME", multiple=True, help="Check only this shape or constraint (may be repeated)."
)
@click.option("--focus", metavar="THING", multiple=True, help="Check only this thing (may be repeated).")
@click.option(
    "--changed-since",
    "since",
    metavar="REV|PATCH",
    help="Check only what may be affected by changes since a git revision, or by an RDF Patch.",
)
@store_options
@click.option(
    "--engine",
    type=click.Choice(["auto", "sparql", "duckdb", "pyshacl"]),
    default="auto",
    show_default=True,
    help="Engine: SPARQL, DuckDB for large files, or pySHACL as a second opinion.",
)
@click.option("--allow-unknown", is_flag=True, help="Report what is not understood in the shapes, and check the rest.")
@click.option("--strict", is_flag=True, help="Exit with 2 where nothing was checked.")
@click.option("--format", type=click.Choice(["text", "json", "sarif", "ttl"]), default="text", show_default=True)
@click.option("--suggest", is_flag=True, help="Suggest triples to add or remove where the repair is certain.")
@click.option(
    "--explain", metavar="NAME", multiple=True, help="Show the plan and queries of a shape without checking anything."
)
@click.pass_obj
def command(
    context: Context,
    paths: tuple[Path, ...],
    shapes: tuple[Path, ...],
    only: tuple[str, ...],
    focus: tuple[str, ...],
    since: str | None,
    engine: Any,
    allow_unknown: bool,
    strict: bool,
    format: str,
    suggest: bool,
    explain: tuple[str, ...],
) -> None:
    """Check data with SHACL shapes.

    Without PATH, the whole workspace is checked. With PATH, only the things described in those files are checked, in
    the context of the workspace. The exit code is 1 if there is a violation, but not for warnings, and 2 for shapes
    with a term that is not understood, or without a target.

    \b
    Examples:
      foc validate
      foc validate data/coalitions/foc/members.ttl
      foc validate data.ttl --shapes shapes.ttl --format json
      foc validate --changed-since HEAD~1
      foc validate --shape Membership --focus foc/membership/ee
      foc validate --endpoint http://localhost:8890/sparql --graph https://example.org/graph
      foc validate --explain Membership
    """
    from foc_graph.validation import explain_shapes, validate, validate_store, validate_workspace
    from foc_graph.workspace.settings import find_workspace

    if explain:
        print(explain_shapes(shapes or find_workspace(context.workspace), explain, allow_unknown))
        return
    if context.store_options and (paths or engine != "auto"):
        raise click.UsageError("--store and --endpoint go without a PATH and without --engine")
    if shapes and not (paths or context.store_options):
        raise click.UsageError("--shapes needs a PATH to validate, or --store or --endpoint")
    notify("validating ...")
    asked: dict[str, Any] = {"only": only, "focus": focus, "since": since, "allow_unknown": allow_unknown}
    with progress() as track:
        if context.store_options:
            from foc_graph.graph import open_store

            store, source = open_store(**context.store_options), shapes or find_workspace(context.workspace)
            report = validate_store(store, source, track=track, **asked)
        elif shapes:
            report = validate(paths, shapes, engine=engine, track=track, **asked)
        else:
            workspace = find_workspace(context.workspace)
            report = validate_workspace(workspace, paths, engine=engine, track=track, **asked)
    _print(report, format, suggest)
    if report.violations:
        raise click.exceptions.Exit(1)
    if strict and not report.scope.focus_nodes:
        raise click.exceptions.Exit(2)


def _print(report: Report, format: str, suggest: bool) -> None:
    for warning in report.warnings if format != "text" else ():
        print(f"foc: not checked: {warning}", file=sys.stderr)
    match format:
        case "json":
            print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
        case "sarif":
            print(json.dumps(report.to_sarif(), indent=2, ensure_ascii=False))
        case "ttl":
            write(report.to_turtle())
        case _:
            print(report.to_text(suggest))
