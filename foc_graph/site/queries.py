"""Pages of the stored queries, and the charts of their answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from markupsafe import Markup

from foc_graph.assets import ENGINE, is_built
from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import AS_OF, Kind
from foc_graph.errors import AmbiguousNameError, ParameterErrors, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.header import read_query, read_source
from foc_graph.queries.model import StoredQuery, by_area
from foc_graph.site.about import DESCRIPTION, Site
from foc_graph.site.addresses import check_names
from foc_graph.site.answers import choose_columns, names_person, tabulate
from foc_graph.site.forms import Forms
from foc_graph.site.page_charts import MOST_DRAWN, PageChart, page_addresses, page_chart
from foc_graph.site.render import Renderer, embedded_json
from foc_graph.site.view import Link, View
from foc_graph.sparql.rewriting import find_groups
from foc_graph.workspace.settings import Workspace

_FOLDER = "query/"
_INTRODUCTION = (
    "Questions that the graph answers: ask them by name on the command line or in Python, or at any SPARQL endpoint."
)
MOST_SHOWN = 100
"""Most rows of the answer to an example that a page shows."""

_CHARTS = {query: kind for kind in KINDS.values() for query in kind.queries}
"""The kind of chart by the name of the query."""

_OF_PARAMETERS = ("name", "type", "description", "required", "repeatable", "default", "values", "scheme", "min")

Given = Mapping[str, Sequence[str]]


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
    forms = Forms(graph) if is_built(ENGINE) else None
    for path in workspace.query_files:
        query = read_query(path, workspace.name(path))
        queries[query.name] = query
        renderer.write(f"{_FOLDER}{query.name}.rq", read_source(path, workspace.name(path)))
    check_names({f"{view.base}{_FOLDER}{name}" for name in queries}, view.addresses)
    for name, query in sorted(queries.items()):
        answered = _answered(graph, view, query)
        renderer.page(
            "query",
            _FOLDER + name,
            title=query.summary,
            query=query,
            iri=f"{view.base}{_FOLDER}{name}",
            text=query.text.strip("\n"),
            **answered,
            fields=forms.fields(graph.queries.get(name, query), answered["given"]) if forms else (),
            question=write_question(graph.queries.get(name, query)) if forms and not query.federated else None,
            schema=None if answered["hides"] else describe_query(renderer.site, query, f"{view.base}{_FOLDER}{name}"),
            index=Link("Queries", "index.html"),
        )
    listed = areas(queries.values(), ".html")
    renderer.page("queries", f"{_FOLDER}index", title="Queries", text=_INTRODUCTION, areas=listed)


def areas(queries: Iterable[StoredQuery], ending: str) -> list[Area]:
    """Return the queries by what they are about; `ending` is that of their pages."""
    return [
        Area(heading, [(Link(query.name, f"{query.name}{ending}"), query) for query in listed])
        for heading, listed in by_area(queries).items()
    ]


def _answered(graph: Graph, view: View, query: StoredQuery) -> dict[str, Any]:
    """Answer the example, as of the day of the data where no date is needed: a table and, if there is one, a chart."""
    given, kind = example(query), _CHARTS.get(query.name)
    if kind and not (subjects := _subjects(kind)) & given.keys():
        given |= _examples(query, [one.name for one in query.parameters if one.name in subjects and one.example][:1])
    calls = list_calls(query, given)
    found: dict[str, Any] = {"calls": calls, "given": {}, "formats": [], "hides": False}
    found |= dict.fromkeys(("table", "chart", "truth"))
    if query.name not in graph.queries or not query.columns:
        return found
    try:
        rows = graph.rows(query.name, **given)
    except (UnknownNameError, AmbiguousNameError, ParameterErrors):  # an example from the graph of another workspace
        return found
    table = tabulate(rows, view.addresses, "../", query, MOST_SHOWN)
    chart = answer_chart(graph, view, query, given, len(rows), "../")
    return found | {"given": given, "table": table, "chart": chart, "hides": names_person(rows, view, MOST_SHOWN)}


class Example(NamedTuple):
    """A stored query, the heading under which people find it, and its text with the values of its example."""

    area: str
    query: StoredQuery
    text: str


def bind_examples(graph: Graph) -> Iterator[Example]:
    """Give the examples of a graph; those whose values name nothing in it, or that ask other endpoints, are left out.

    Raises:
        FocGraphError: if the graph cannot be read.
    """
    for area in areas(graph.queries.values(), ""):
        for _, query in area.queries:
            # An example may be from the graph of another workspace.
            with suppress(UnknownNameError, AmbiguousNameError, ParameterErrors):
                if not query.federated:
                    yield Example(area.heading, query, graph.bound(query.name, **example(query)).strip())


def write_question(query: StoredQuery) -> Markup:
    """Write what a page needs to ask a query in a browser: its text in pieces, its parameters and columns.

    Each piece ends where a group begins that uses the variables beside it.
    """
    variables = {name for one in query.parameters for name in one.variables}
    text = query.text.strip("\n")
    groups = [(offset, sorted(used & variables)) for offset, used in find_groups(text)]
    starts, ends = [0, *(offset for offset, _ in groups)], [*(offset for offset, _ in groups), None]
    texts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    columns = [*query.columns]
    question = {
        "name": query.name,
        "pieces": [*zip(texts, [used for _, used in groups] + [[]], strict=True)],
        "parameters": [
            {key: getattr(one, key) for key in _OF_PARAMETERS} | {"variables": one.variables}
            for one in query.parameters
        ],
        "aliases": {**query.aliases.get(query.name, {})},
        "columns": [
            (one.heading, columns[one.place], None if one.named is None else columns[one.named])
            for one in choose_columns(query, columns)
        ],
        "counts": dict(query.counts),
    }
    return embedded_json(question)


def describe_query(site: Site, query: StoredQuery, address: str, files: Iterable[tuple[str, str]] = ()) -> Markup:
    """Describe a stored query, or its answer at an address, as a schema.org `Dataset` (https://schema.org/Dataset).

    `files` are the media types and addresses of the same as data.
    """
    publisher = {"@type": "Organization", "name": site.publisher}
    whole = {"@id": site.latest, "@type": "Dataset", "name": site.title, "url": {"@id": site.latest}}
    downloads = [{"@type": "DataDownload", "encodingFormat": kind, "contentUrl": {"@id": file}} for kind, file in files]
    found = {
        "@context": {"@vocab": PREFIXES["schema"]},
        "@id": address,
        "@type": "Dataset",
        "name": query.question,
        "description": f"{query.summary}. An answer from {site.title}, which names the source of each statement.",
        "url": {"@id": address},
        "license": {"@id": site.licence},
        "isAccessibleForFree": True,
        "publisher": publisher,
        "creator": publisher,
        "isPartOf": whole | {"description": DESCRIPTION, "license": {"@id": site.licence}, "creator": publisher},
        "variableMeasured": [*(query.headings or query.head(query.columns)).values()],
    }
    return embedded_json(found | ({"distribution": downloads} if downloads else {}))


def list_calls(query: StoredQuery, given: Given) -> list[tuple[str, str]]:
    """Return how to ask a query on the command line and in Python."""
    listed = {one.name for one in query.parameters if one.repeatable}
    named = [f"{name}={list(values) if name in listed else values[0]!r}" for name, values in given.items()]
    method = "rows" if query.columns else "query"
    return [
        ("Command line", query.command(given)),
        ("Python", f"foc_graph.open().{method}({', '.join([repr(query.name), *named])})"),
    ]


def answer_chart(graph: Graph, view: View, query: StoredQuery, given: Given, rows: int, root: str) -> PageChart | None:
    """Draw the answer of a query to some parameters, which has so many rows; None where no chart shows just that.

    `root` leads from the page to the folder of the release.

    Raises:
        FocGraphError: as the query itself.
    """
    kind = _CHARTS.get(query.name)
    if kind is None or not 0 < rows <= MOST_DRAWN:
        return None
    subjects = _subjects(kind)
    if given.keys() - {one.name for one in kind.parameters} or (subjects and len(subjects & given.keys()) != 1):
        return None
    try:
        drawn = draw_chart(graph, kind.name, page_addresses(view, root), **given)
    except UnknownNameError:  # the query of an earlier release need not have all columns
        return None
    return None if drawn is None else page_chart(view, drawn, root)._replace(query="", table="")


def example(query: StoredQuery) -> dict[str, list[str]]:
    """Return what a query needs, as in the examples of its parameters."""
    return _examples(query, {one.name for one in query.parameters if one.required})


def _subjects(kind: Kind) -> set[str]:
    """Return the parameters that say what a chart is of: just one of them is needed, if it has any."""
    return {one.name for one in kind.parameters if one != AS_OF}


def _examples(query: StoredQuery, names: Collection[str]) -> dict[str, list[str]]:
    wanted = [one for one in query.parameters if one.name in names and one.example]
    return {one.name: one.example.split() if one.repeatable else [one.example] for one in wanted if one.example}
