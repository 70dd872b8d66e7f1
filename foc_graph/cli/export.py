"""`foc export`: a coalition's things as tables for a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.names import Name
from foc_graph.cli.output import write
from foc_graph.errors import ParameterError
from foc_graph.tabular.kinds import KINDS


@click.command("export")
@click.option("--as", "kind", type=click.Choice(list(KINDS)), help="Kind of table: what each row describes.")
@click.option("--coalition", required=True, type=Name("coalition"), help="Coalition to export, for example FOC.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="File to write, ending in .xlsx or .csv.")
@click.pass_obj
def command(context: Context, kind: str | None, coalition: str, out: Path | None) -> None:
    """Export tables to edit in a spreadsheet.

    `foc import` reads them back. With --as you get one table as CSV; without it, a workbook (FILE.xlsx) with a sheet
    for each kind.

    \b
    Examples:
      foc export --coalition foc --out foc.xlsx
      foc import foc.xlsx --coalition foc
      foc export --as members --coalition foc > members.csv
    """
    from foc_graph.store.files import write_file
    from foc_graph.tabular import export, export_workbook
    from foc_graph.tabular.table import is_workbook

    coalition = context.read("coalition", coalition)
    if out and is_workbook(out):
        content = export_workbook([kind] if kind else KINDS, coalition, context.workspace, notify)
    elif kind:
        content = export(kind, coalition, context.workspace, notify).encode()
    else:
        wanted = f"all tables with --out {coalition}.xlsx, or one with --as and one of {', '.join(KINDS)}"
        raise ParameterError(f"CSV holds only one table: use {wanted}")
    if out is None:
        write(content)
    else:
        write_file(content, out)
