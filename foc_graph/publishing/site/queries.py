"""Pages of the stored queries."""

from __future__ import annotations

from foc_graph.catalogue.query import StoredQuery
from foc_graph.catalogue.reading import read_query
from foc_graph.publishing.site.addresses import check_names
from foc_graph.publishing.site.render import Renderer
from foc_graph.publishing.site.view import Link, View
from foc_graph.workspace.locate import Workspace
from foc_graph.workspace.reading import read_bytes

_FOLDER = "query/"


def write_queries(view: View, renderer: Renderer, workspace: Workspace) -> None:
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
            index=Link("Queries", "index.html"),
        )
    rows = [(Link(name, f"{name}.html"), [Link(query.question)]) for name, query in sorted(queries.items())]
    renderer.page("index_of", f"{_FOLDER}index", title="Queries", text=_INTRODUCTION, head=("query", "asks"), rows=rows)


_INTRODUCTION = "Questions that the graph answers by name, from the command line, in Python or at any SPARQL endpoint."
