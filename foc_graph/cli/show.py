"""`foc show`: a readable card of one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.names import Name
from foc_graph.cli.output import check_out, plain, print_result, print_styled, print_table
from foc_graph.cli.tables import line_width, pair_lines
from foc_graph.namespaces import short
from foc_graph.store.results import GRAPH_FORMATS

_MOST = 10
"""Most rows of a section that are shown."""

_WIDEST = 100
"""Most characters of a line of facts: longer ones are hard to read."""


@click.command("show")
@click.argument("thing", type=Name("thing"))
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File to write: a summary ending in .md or .html, or triples ending in .ttl, .nt or .jsonld.",
)
@store_options
@click.pass_obj
def command(context: Context, thing: str, out: Path | None) -> None:
    """Show what is known about one THING, with its sources.

    THING can be a name, acronym, slug, CURIE or IRI.

    \b
    Examples:
      foc show FOC
      foc show "Working Group 1"
      foc show government/ee --out estonia.ttl
    """
    from foc_graph.show import FORMATS, SECTIONS, card

    thing = context.read("thing", thing)
    if check_out(out, formats=(*FORMATS, *GRAPH_FORMATS)) in GRAPH_FORMATS:
        print_result(context.graph.describe(thing), None, context.graph.base, out=out)
        return
    base = context.graph.base
    found = card(context.graph, thing)
    if out is not None:
        found.save(out)
        click.echo(f"{out}: the card of {short(found.iri, base)}", err=True)
        return
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
        head = rows.choose_columns()
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
