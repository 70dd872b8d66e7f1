"""Pages of the stored queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from foc_graph.errors import AmbiguousNameError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.parser import read_bytes
from foc_graph.site.addresses import check_names
from foc_graph.site.figures import Figure
from foc_graph.site.query_charts import answer_figure, pictured_example
from foc_graph.site.render import Renderer
from foc_graph.site.view import Link, View
from foc_graph.workspace.settings import Workspace

_FOLDER = "query/"
_AREAS = {
    "overview": "An overview",
    "membership": "Members and people",
    "structure": "Bodies, mandates and documents",
    "find": "Finding things",
    "record": "The record: changes, sources, what is missing",
}
_OTHERS = "Others"
_INTRODUCTION = "Questions that the graph answers by name, from the command line, in Python or at any SPARQL endpoint."


class Area(NamedTuple):
    """Stored queries about the same, each with its link and question."""

    heading: str
    queries: list[tuple[Link, StoredQuery]]


def write_queries(graph: Graph, view: View, renderer: Renderer, workspace: Workspace) -> None:
    """Write `query/<name>.html` and the query itself, `query/<name>.rq`, for each stored query, and an index.

    Raises:
        ParseError: for a query whose header is wrong.
        WorkspaceError: for a query whose name a file cannot have.
    """
    queries: dict[str, StoredQuery] = {}
    for path in workspace.query_files:
        query = read_query(path, workspace.name(path))
        queries[query.name] = query
        renderer.write(f"{_FOLDER}{query.name}.rq", read_bytes(path, workspace.name(path)))
    check_names({f"{view.base}{_FOLDER}{name}" for name in queries}, view.addresses)
    for name, query in sorted(queries.items()):
        renderer.page(
            "query",
            _FOLDER + name,
            title=query.summary,
            query=query,
            iri=f"{view.base}{_FOLDER}{name}",
            text=query.text.strip("\n"),
            figure=_example(graph, view, query),
            index=Link("Queries", "index.html"),
        )
    listed = areas(queries.values(), ".html")
    renderer.page("queries", f"{_FOLDER}index", title="Queries", text=_INTRODUCTION, areas=listed)


def areas(queries: Iterable[StoredQuery], ending: str) -> list[Area]:
    """The queries by what they are about, which is the first of their tags; `ending` is that of their pages."""
    found: dict[str, list[tuple[Link, StoredQuery]]] = {heading: [] for heading in (*_AREAS.values(), _OTHERS)}
    for query in sorted(queries, key=lambda query: query.name):
        heading = _AREAS.get(query.tags[0] if query.tags else "", _OTHERS)
        found[heading].append((Link(query.name, f"{query.name}{ending}"), query))
    return [Area(heading, listed) for heading, listed in found.items() if listed]


def _example(graph: Graph, view: View, query: StoredQuery) -> Figure | None:
    """The picture of the answer to the example, as of the day of the data where no date is needed."""
    given = pictured_example(query)
    if given is None or query.name not in graph.queries:
        return None
    try:
        return answer_figure(graph, view, query, given, len(graph.rows(query.name, **given)), "../")
    except (UnknownNameError, AmbiguousNameError):  # an example from the graph of another workspace
        return None
