"""`foc import`: a table from a spreadsheet into the graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.names import Name
from foc_graph.cli.output import cell, progress
from foc_graph.errors import FocGraphError
from foc_graph.tabular.kinds import KINDS

if TYPE_CHECKING:
    from foc_graph.tabular import Import

_HEADINGS = "\n\n".join(
    f"\b\nHeadings of {kind.name} (* must be there):\n"
    + "\n".join(
        f"  {column.heading}{'*' if column.required else ''}"
        + (f" (or {', '.join(column.titles)})" if column.titles else "")
        for column in kind.columns
    )
    for kind in KINDS.values()
)

_QUESTION = "On which day was the list right (such as 2024-05-04; Enter to leave it open)"


@click.command("import", epilog=_HEADINGS)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice([*KINDS]), help="Kind of table: what each row describes.")
@click.option(
    "--coalition", required=True, type=Name("coalition"), help="Coalition that the tables are about, for example FOC."
)
@click.option("--source", default="", metavar="URL", help="Source for rows that name none.")
@click.option(
    "--verified",
    metavar="DATE",
    help="Date on which the table was correct, for rows that give none, for example 'May 2024'.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change without writing anything.")
@click.pass_obj
def command(
    context: Context,
    file: Path,
    kind: str | None,
    coalition: str,
    source: str,
    verified: str | None,
    dry_run: bool,
) -> None:
    """Import tables (CSV or XLSX) into the graph.

    With --as, the file is one table of that kind. Without it, the file is a workbook whose sheets are named after the
    kinds, such as bodies, members and mandates.

    Each row is compared with the graph and marked + if it is new or ~ if it changes something. Entries that the table
    does not mention are left alone. The result is validated before anything is written: if there is a mistake, nothing
    changes, and every mistake is listed with its row and column. Importing the same file again changes nothing.

    \b
    Examples:
      foc import members.csv --as members --coalition foc --dry-run
      foc import members.csv --as members --coalition foc --verified "May 2024"
      foc import alliance.xlsx --coalition foc --source https://example.org/minutes
    """
    from foc_graph.tabular import prepare_import

    coalition = context.read("coalition", coalition)

    def prepare(day: str) -> Import:
        with progress() as track:
            return prepare_import(file, kind or "", coalition, source, context.workspace, notify, track, day)

    prepared = prepare(verified or "")
    if prepared.plan.unverified and verified is None and not prepared.plan.problems:
        print(_meaning(prepared.plan.unverified), file=sys.stderr)
        if sys.stdin.isatty() and (day := click.prompt(_QUESTION, default="", show_default=False, err=True)):
            prepared = prepare(day)
    plan = prepared.plan
    if prepared.unknown:
        sheets = ", ".join(cell(sheet, "") for sheet in prepared.unknown)
        print(f"{file}: sheets not read, since they are named after no kind: {sheets}", file=sys.stderr)
    if plan.unused:
        headings = ", ".join(cell(heading, "") for heading in plan.unused)
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
    if report.violations:
        for result in report.violations:
            row, sheet = plan.rows.get(result.focus), plan.sheets.get(result.focus)
            place = f"sheet {sheet}, row {row}" if sheet else f"row {row}"
            what = place if row else f"{result.where}: {cell(result.focus, context.graph.base)}"
            print(f"{file}: {what}: {cell(result.message, '')}", file=sys.stderr)
        raise FocGraphError(f"{file}: it would break rules of the graph (see above); nothing was written")
    if dry_run:
        print("nothing was written (--dry-run)")
    else:
        prepared.write()


def _meaning(count: int) -> str:
    """Say what it means that rows do not say when they were last known to hold."""
    rows, them = ("1 row does", "it") if count == 1 else (f"{count} rows do", "them")
    return (
        f"{rows} not say when last known to hold: answers for later dates call {them} possible, not certain; "
        "give the day of the list with --verified DATE"
    )
