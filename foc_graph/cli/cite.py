"""`foc cite`: how to cite a thing, an answer, or the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from foc_graph.cli import Context, tell
from foc_graph.cli.names import Name
from foc_graph.errors import ParameterError, quoted
from foc_graph.site.addresses import CITATIONS

if TYPE_CHECKING:
    from foc_graph.graph import Graph
    from foc_graph.site.citations import Citation


@click.command("cite")
@click.argument("what", metavar="[THING|RELEASE|QUERY]", required=False, type=Name("thing"))
@click.argument("values", metavar="[NAME=VALUE]...", nargs=-1)
@click.option(
    "--format",
    type=click.Choice(["text", *CITATIONS]),
    default="text",
    show_default=True,
    help="In words, or for a reference manager: BibTeX, RIS, CSL-JSON.",
)
@click.pass_obj
def command(context: Context, what: str | None, values: tuple[str, ...], format: str) -> None:
    """Say how to cite a thing, a release, or an answer.

    Without a name, cite the whole. An answer is that of a stored query, whose parameters follow its name. Cite a
    release by its version in the folder out.

    \b
    Examples:
      foc cite
      foc cite FOC --format bib
      foc cite 2026.11
      foc cite members coalition=foc as_of=2015-05-04
    """
    from foc_graph.graph import open
    from foc_graph.site.citations import write_citation, write_words
    from foc_graph.workspace.releases import is_version

    graph = context.graph
    if what is not None and is_version(what):
        graph, what = open(context.workspace, at_release=what), None
    cited = _find_cited(context, graph, what, values)
    click.echo(write_words(cited) if format == "text" else write_citation(cited, format), nl=format == "text")


def _find_cited(context: Context, graph: Graph, what: str | None, values: Sequence[str]) -> Citation:
    from foc_graph.queries.aliases import find_query
    from foc_graph.site.about import Site
    from foc_graph.site.addresses import query_address
    from foc_graph.site.citations import Citation
    from foc_graph.store.labels import find_labels

    site = Site.of_graph(graph)
    if what is not None and (query := find_query(graph.queries, what)) is not None:
        bound = graph.bind(query.name, **_read_values(values))
        tell(bound.readings)
        exact = {name: [one.exact for one in readings] for name, readings in bound.readings.items()}
        return Citation(
            site, query.question, f"{graph.base}query/{query_address(query.name, exact, site.version or None)}"
        )
    if values:
        raise ParameterError(f"{quoted(values[0])}: values are for a stored query: name one first, or leave them out")
    if what is None:
        return Citation(site, "", site.address)
    iri = graph.resolve(context.read("thing", what)).value
    return Citation(site, find_labels(graph.store, [iri]).get(iri, what), iri)


def _read_values(values: Sequence[str]) -> dict[str, list[str]]:
    given: defaultdict[str, list[str]] = defaultdict(list)
    for text in values:
        name, separator, value = text.partition("=")
        if not separator:
            raise ParameterError(f"{quoted(text)}: write the parameter and its value, such as coalition=foc")
        given[name.replace("-", "_")].append(value)
    return given
