"""The figure of the answer of a stored query, where a picture shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from foc_graph.charts import KINDS, picture
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.queries.model import StoredQuery
from foc_graph.site.figures import Figure, figure
from foc_graph.site.page_charts import MOST_DRAWN
from foc_graph.site.view import View

_PICTURES = {
    "bodies": "mandates",
    "completeness": "completeness",
    "composition": "composition",
    "join_order": "joins",
    "mandates": "mandates",
    "members": "map",
    "memberships_of": "memberships",
    "overlap": "upset",
    "overlap_matrix": "matrix",
    "seats": "composition",
}
"""The kind of picture by the name of the query."""

_SUBJECTS = {"agent", "body", "coalition", "coalitions"}
"""What pictures are of: one of these is needed, if any of them is a parameter of the picture."""

Given = Mapping[str, Sequence[str]]


def answer_figure(graph: Graph, view: View, query: StoredQuery, given: Given, rows: int, root: str) -> Figure | None:
    """The figure of the answer of a query to some parameters, which has so many rows; None where none shows just that.

    `root` leads from the page to the folder of the release.

    Raises:
        FocGraphError: as the query itself.
    """
    kind = KINDS.get(_PICTURES.get(query.name, ""))
    if kind is None or not 0 < rows <= MOST_DRAWN:
        return None
    marked = {one.rstrip("?*"): one for one in kind.parameters}
    subjects = _SUBJECTS & marked.keys()
    if given.keys() - marked.keys() or (subjects and not subjects & given.keys()):
        return None
    asked = {name: list(values) if "*" in marked[name] else values[0] for name, values in given.items()}

    def address(iri: str) -> str:
        page = view.page(iri)
        return f"{root}{page}.html" if page else ""

    try:
        drawn = picture(graph, kind.name, address, **asked)
    except UnknownNameError:  # the query of an earlier release need not have all columns
        return None
    return None if drawn is None else figure(view, drawn, root)._replace(query="", table="")


def example(query: StoredQuery) -> dict[str, list[str]]:
    """What a query needs, as in the examples of its parameters."""
    return _examples(query, {one.name for one in query.parameters if one.required})


def pictured_example(query: StoredQuery) -> dict[str, list[str]] | None:
    """What a query and its picture need, likewise; None where the query has no picture."""
    kind = KINDS.get(_PICTURES.get(query.name, ""))
    if kind is None:
        return None
    needed = _SUBJECTS & {one.rstrip("?*") for one in kind.parameters}
    return _examples(query, needed | {one.name for one in query.parameters if one.required})


def _examples(query: StoredQuery, names: AbstractSet[str]) -> dict[str, list[str]]:
    wanted = [one for one in query.parameters if one.name in names and one.example]
    return {one.name: one.example.split() if one.repeatable else [one.example] for one in wanted if one.example}
