"""`mandates`: when a coalition and its bodies existed, and when they held mandates."""

from __future__ import annotations

import altair as alt

from foc_graph.charts.periods import dated, gantt, parts, span
from foc_graph.charts.style import LONGEST, distinct, heading
from foc_graph.graph import Graph
from foc_graph.plotting.mandates import structure
from foc_graph.plotting.periods import Period

_NOTE = "Coloured: mandates. Grey, below them: how long a body existed, drawn likewise."


def mandates(graph: Graph, coalition: str = "", body: str = "") -> alt.ChartType | None:
    """The bodies of a coalition, or one body: their existence as thin bars, their mandates as thick ones.

    Raises:
        ParameterError: if not one of both is named.
        UnknownNameError: for a coalition or body that does not exist.
    """
    found = structure(graph, coalition, body)
    if found is None:
        return None
    granted = {mandate: Period.of(row, "start", "end") for one in found.bodies for mandate, row in one.mandates.items()}
    within = span([*(one.existence for one in found.bodies), *granted.values()], graph.workspace.settings.verified)
    drawn = found.bodies[:LONGEST]
    names = distinct((one.name, one.body) for one in drawn)
    more = [f"The first {LONGEST} of {len(found.bodies)} are drawn."] if len(found.bodies) > LONGEST else []
    existence: list[dict[str, str]] = []
    mandated: list[dict[str, str]] = []
    for name, one in zip(names, drawn, strict=True):
        dates = {"begin": dated(one.row["founded"]), "end": dated(one.row["ended"])}
        existence += parts(one.existence, within, name=name, what="existence", **dates)
        for mandate, row in one.mandates.items():
            dates = {"begin": dated(row["start"]), "end": dated(row["end"])}
            mandated += parts(granted[mandate], within, name=name, what="mandate", **dates)
    title = heading(found.title, _NOTE, *more)
    return gantt(title, names, within, mandated, existence, name="body", what="what")
