"""`foc export`: a coalition's things as a table for a spreadsheet."""

from __future__ import annotations

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.output import write
from foc_graph.tabular.kinds import KINDS


@click.command("export")
@click.option("--as", "kind", required=True, type=click.Choice(list(KINDS)), help="What a row of the table is.")
@click.option("--coalition", required=True, metavar="X", help="The coalition, such as foc.")
@click.pass_obj
def command(context: Context, kind: str, coalition: str) -> None:
    """Print a table (CSV) for a spreadsheet, to be changed there.

    `foc import` reads it back.

    \b
    Examples:
      foc export --as members --coalition foc > members.csv
      foc import members.csv --as members --coalition foc
    """
    from foc_graph.tabular import export

    write(export(kind, coalition, context.workspace, notify).encode())
