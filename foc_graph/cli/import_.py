"""`foc import`: a table from a spreadsheet into the graph."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.output import cell, progress
from foc_graph.errors import FocGraphError
from foc_graph.tabular.kinds import KINDS

_HEADINGS = "\n\n".join(
    f"\b\nHeadings of {kind.name} (* must be there):\n"
    + "\n".join(
        f"  {column.heading}{'*' if column.required else ''}"
        + (f" (or {', '.join(column.titles)})" if column.titles else "")
        for column in kind.columns
    )
    for kind in KINDS.values()
)


@click.command("import", epilog=_HEADINGS)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", required=True, type=click.Choice(list(KINDS)), help="What a row of the table is.")
@click.option("--coalition", required=True, metavar="X", help="The coalition that the table is about, such as foc.")
@click.option("--source", default="", metavar="URL", help="Where rows without a source of their own are known from.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.pass_obj
def command(context: Context, file: Path, kind: str, coalition: str, source: str, dry_run: bool) -> None:
    """Bring a table (CSV or XLSX) into the graph.

    Each row is compared with what the graph says: + is new, ~ is changed. What the table does not name stays. The
    result is validated before anything is written; a table with a mistake changes nothing, and every mistake is
    listed with its row and column. Importing the same file again changes nothing.

    \b
    Examples:
      foc import members.csv --as members --coalition foc --dry-run
      foc import minutes.csv --as meetings --coalition foc --source https://example.org/minutes
    """
    from foc_graph.tabular import prepare_import

    with progress() as track:
        prepared = prepare_import(file, kind, coalition, source, context.workspace, notify, track)
    plan = prepared.plan
    if plan.unused:
        headings = ", ".join(cell(heading, "") or "(no heading)" for heading in plan.unused)
        print(f"{file}: columns not used: {headings}", file=sys.stderr)
    if plan.problems:
        for problem in plan.problems:
            print(f"{file}: {cell(str(problem), '')}", file=sys.stderr)
        count = len(plan.problems)
        raise FocGraphError(f"{file}: {count} problem{'' if count == 1 else 's'}; nothing was written")
    for sign, changes in (("+", plan.new), ("~", plan.changed)):
        for change in changes:
            print(f"{sign} {cell(change, '')}")
    counts = f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged"
    print(f"{counts}, {plan.absent} not in the table")
    if not (plan.new or plan.changed):
        return
    notify("validating ...")
    with progress() as track:
        report = prepared.validate(track)
    if "Violation" in report.counts:
        for result in report.results:
            if result.severity == "Violation":
                row = plan.rows.get(result.focus)
                what = f"row {row}" if row else f"{result.where}: {cell(result.focus, context.graph.base)}"
                print(f"{file}: {what}: {cell(result.message, '')}", file=sys.stderr)
        raise FocGraphError(f"{file}: what it says breaks rules of the graph; nothing was written")
    if dry_run:
        print("nothing was written (--dry-run)")
    else:
        prepared.write()
