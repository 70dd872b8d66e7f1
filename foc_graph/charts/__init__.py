"""The pictures of `foc_graph.plotting` as interactive charts of Altair, for notebooks (the extra `notebook`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from foc_graph.graph import Graph
from foc_graph.store.result import imported

if TYPE_CHECKING:
    import altair


def plot(graph: Graph, name: str, /, **parameters: object) -> altair.ChartType:
    """The chart of a name (one of `foc_graph.plotting.KINDS`) with its parameters.

    Its data are the answers of the same stored queries as those of the picture of that name; without any, it says so.

    Raises:
        UnknownNameError: for a picture, or a thing in a parameter, that does not exist.
        ParameterError: for a parameter that is missing, unknown, or no date, and where Altair is not installed.
    """
    imported("altair", "notebook")
    from foc_graph.charts import coalitions, countries, joins, lists, mandates, memberships, style
    from foc_graph.plotting import kind

    charts: Mapping[str, Callable[..., altair.ChartType | None]] = {
        "completeness": lists.completeness,
        "composition": lists.composition,
        "joins": joins.joins,
        "mandates": mandates.mandates,
        "map": countries.members,
        "matrix": coalitions.matrix,
        "memberships": memberships.memberships,
        "upset": coalitions.upset,
    }
    chart = charts[kind(name, parameters).name](graph, **parameters)
    return style.empty() if chart is None else chart
