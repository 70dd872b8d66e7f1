"""`foc show`: a readable card of one thing."""

from __future__ import annotations

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.names import Name
from foc_graph.cli.output import cell, choose_columns, print_table
from foc_graph.namespaces import short


@click.command("show")
@click.argument("thing", type=Name("thing"))
@store_options
@click.pass_obj
def command(context: Context, thing: str) -> None:
    """Show what is known about one THING, with its sources.

    It is named by slug, CURIE or IRI.

    \b
    Examples:
      foc show foc
      foc show wg1
      foc show government/ee
    """
    from foc_graph.show import card

    base = context.graph.base
    found = card(context.graph, context.read("thing", thing))
    click.secho(short(found.iri, base), bold=True)
    click.echo(found.iri)
    width = max(map(len, found.facts), default=0)
    for name, values in found.facts.items():
        for number, value in enumerate(values):
            click.echo(f"  {'' if number else cell(name, base):{width}}  {cell(value, base)}")
    for name, rows in found.sections.items():
        click.secho(f"\n{name.replace('_', ' ')}", bold=True)
        records = list(rows)
        print_table(choose_columns(context.graph.queries[name], rows.columns, records), records, base)
