"""`foc show`: a readable card of one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.names import Name
from foc_graph.cli.output import choose_columns, plain, print_styled, print_table
from foc_graph.cli.tables import line_width, pair_lines
from foc_graph.namespaces import short

_MOST = 10
"""Most rows of a section that are shown."""

_WIDEST = 100
"""Most characters of a line of facts: longer ones are hard to read."""


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
    from foc_graph.show import SECTIONS, card

    base = context.graph.base
    found = card(context.graph, context.read("thing", thing))
    links = found.links | {"ID": [short(found.iri, base)], "IRI": [found.iri]}
    labels = [*found.facts, *links]
    print_styled(plain(found.title), bold=True)
    print_styled(plain(found.kind), dim=True)
    if found.facts:
        print()
        _print_pairs(found.facts, labels)
    for name, rows in found.sections.items():
        heading, parameter = SECTIONS[name]
        print()
        print_styled(heading, bold=True)
        records = list(rows)[:_MOST]
        head = choose_columns(context.graph.queries[name], rows.columns, records)
        more = f"all: foc query {name} --{parameter} {short(found.iri, base)}" if len(rows) > _MOST else ""
        print_table(head, records, base, more, len(rows))
    print()
    print_styled("Links", bold=True)
    _print_pairs(links, labels)


def _print_pairs(pairs: Mapping[str, Sequence[str]], labels: Iterable[str]) -> None:
    """Print values beside what they are; several stand below each other."""
    beside = [
        ("" if number else plain(label), plain(value))
        for label, values in pairs.items()
        for number, value in enumerate(values)
    ]
    print(*pair_lines(beside, min(line_width(), _WIDEST), map(plain, labels), hanging="  "), sep="\n")
