"""`foc validate`: SHACL validation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from foc_graph.cli import Context, notify, placed
from foc_graph.cli.output import write

if TYPE_CHECKING:
    from foc_graph.validation import Report
    from foc_graph.validation.history import History

T = TypeVar("T")


@click.command("validate")
@click.argument("paths", metavar="[PATH ...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Validate with these shapes alone, nothing of the workspace added (may be repeated).",
)
@click.option(
    "--shape", "only", metavar="NAME", multiple=True, help="Check this shape or constraint only (may be repeated)."
)
@click.option("--focus", metavar="THING", multiple=True, help="Check this thing only (may be repeated).")
@click.option(
    "--changed-since",
    "since",
    metavar="REV|PATCH",
    help="Check only what a change may have touched: since a revision in git, or by an RDF Patch.",
)
@placed
@click.option(
    "--engine",
    type=click.Choice(["auto", "sparql", "duckdb", "pyshacl"]),
    default="auto",
    show_default=True,
    help="What validates: shapes as SPARQL, or as SQL in DuckDB for large files; pySHACL as a second opinion.",
)
@click.option("--format", type=click.Choice(["text", "json", "sarif", "ttl"]), default="text", show_default=True)
@click.option("--suggest", is_flag=True, help="Show the triples to add or remove where a repair is certain.")
@click.option(
    "--explain", metavar="NAME", multiple=True, help="Show the plan and queries of a shape, and check nothing."
)
@click.option(
    "--record",
    is_flag=True,
    help="Keep the counts of this run in validation.csv, as those of the release that workspace.toml names.",
)
@click.option("--not-worse", is_flag=True, help="Exit 1 also if a shape has more results than at the newest release.")
@click.pass_obj
def command(
    context: Context,
    paths: tuple[Path, ...],
    shapes: tuple[Path, ...],
    only: tuple[str, ...],
    focus: tuple[str, ...],
    since: str | None,
    engine: Any,
    format: str,
    suggest: bool,
    explain: tuple[str, ...],
    record: bool,
    not_worse: bool,
) -> None:
    """Check data with SHACL shapes; without PATH, the whole workspace.

    With PATH, the things that those files describe are checked in the context of the workspace. Exit 1 if there is
    a violation; warnings and infos are only shown.

    \b
    Examples:
      foc validate
      foc validate data/coalitions/foc/members.ttl
      foc validate data.ttl --shapes shapes.ttl --format json
      foc validate --changed-since HEAD~1
      foc validate --shape Membership --focus foc/membership/ee
      foc validate --endpoint http://localhost:8890/sparql --graph https://example.org/graph
      foc validate --explain Membership
      foc validate --not-worse
    """
    from foc_graph.graph import open_store
    from foc_graph.validation import explain_shapes, validate, validate_store, validate_workspace
    from foc_graph.workspace.locate import find_workspace

    partial = paths or shapes or only or focus or since is not None or context.place or engine != "auto"
    if (record or not_worse) and (partial or explain):
        raise click.UsageError(
            "--record and --not-worse count a whole run, of the release in workspace.toml: "
            "they go with --format and --suggest only, and without a PATH"
        )
    if record and not_worse:
        raise click.UsageError("--record goes without --not-worse: compare first, then record")
    if explain:
        print(explain_shapes(shapes or find_workspace(context.workspace), explain))
        return
    if context.place and (paths or engine != "auto"):
        raise click.UsageError("--store and --endpoint go without a PATH and without --engine")
    if shapes and not (paths or context.place):
        raise click.UsageError("--shapes needs a PATH to validate, or --store or --endpoint")
    opened = _open_history(context, record) if record or not_worse else None
    notify("validating ...")
    if context.place:
        store, source = open_store(**context.place), shapes or find_workspace(context.workspace)
        report = validate_store(store, source, only=only, focus=focus, since=since, track=_with_progress)
    elif shapes:
        report = validate(paths, shapes, only=only, focus=focus, since=since, engine=engine, track=_with_progress)
    else:
        workspace = find_workspace(context.workspace)
        report = validate_workspace(
            workspace, paths, only=only, focus=focus, since=since, engine=engine, track=_with_progress
        )
    _print(report, format, suggest)
    worse = opened is not None and _keep_or_compare(*opened, report, record)
    if worse or "Violation" in report.counts:
        raise click.exceptions.Exit(1)


def _open_history(context: Context, record: bool) -> tuple[History, str]:
    """The counts of earlier releases, and the release to record or to compare with."""
    from foc_graph.validation.history import History
    from foc_graph.workspace.locate import find_workspace

    history = History(find_workspace(context.workspace))
    return history, history.own() if record else history.newest()


def _keep_or_compare(history: History, release: str, report: Report, record: bool) -> bool:
    """Keep the counts of a run for a release, or tell what changed since; whether a shape got worse."""
    from foc_graph.cli.report import print_changes
    from foc_graph.validation.history import compare, count

    counts = count(report)
    if record:
        history.record(release, counts)
        notify(f"the counts of {release} are in {history.where}")
        return False
    changes = compare(counts, history.releases[release])
    sys.stdout.flush()
    print_changes(changes, release, sys.stderr)
    return any(change.is_worse for change in changes)


def _print(report: Report, format: str, suggest: bool) -> None:
    from foc_graph.cli.report import print_report

    for warning in report.warnings:
        print(f"foc: {warning}", file=sys.stderr)
    match format:
        case "json":
            print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
        case "sarif":
            print(json.dumps(report.to_sarif(), indent=2, ensure_ascii=False))
        case "ttl":
            write(report.to_turtle())
        case _:
            print_report(report, sys.stdout, suggest)


def _with_progress(items: Iterable[T], total: int) -> Iterable[T]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(items, "validating", total=total, console=console, transient=True, disable=not console.is_terminal)
