"""`foc link`: names of other tables matched with the graph, and links to other datasets."""

from __future__ import annotations

import click

from foc_graph.cli import NamedCommands, store_options
from foc_graph.cli.link.check import check
from foc_graph.cli.link.match import match
from foc_graph.cli.link.review import review
from foc_graph.cli.link.suggest import suggest


@click.group("link", cls=NamedCommands)
@store_options
def command() -> None:
    """Match names with the graph, and link it to other datasets.

    \b
    Examples:
      foc link match signatories.csv --column organisation
      foc link suggest --target register.csv --out proposals.sssom.tsv
      foc link review proposals.sssom.tsv --source register
      foc link check
    """


for one in (match, suggest, review, check):
    command.add_command(one)
