"""`memberships`: in what a government, organisation or person sits or sat, as what, and when."""

from __future__ import annotations

import altair as alt

from foc_graph.charts.periods import dated, gantt, parts, span
from foc_graph.charts.style import LONGEST, distinct, heading
from foc_graph.graph import Graph
from foc_graph.plotting.memberships_of import places, seats_of, title

_NOTE = "Coloured: memberships. Grey, below them: offices and other roles, drawn likewise."


def memberships(graph: Graph, agent: str) -> alt.ChartType | None:
    """The coalitions and bodies that an agent belongs or belonged to, and the offices held there.

    Raises:
        UnknownNameError: for an agent that does not exist.
    """
    seats = seats_of(graph, agent)
    if not seats:
        return None
    within = span((seat.period for seat in seats), graph.workspace.settings.verified)
    found = places(seats[:LONGEST])
    names = distinct((one.name, one.body) for one in found)
    more = [f"The first {LONGEST} of {len(seats)} are drawn."] if len(seats) > LONGEST else []
    drawn: dict[bool, list[dict[str, str]]] = {False: [], True: []}
    for name, one in zip(names, found, strict=True):
        for seat in one.seats:
            dates = {"begin": dated(seat.row["start"]), "end": dated(seat.row["end"])}
            drawn[seat.is_office] += parts(seat.period, within, name=name, role=seat.role, **dates)
    notes = [*([_NOTE] if drawn[True] else []), *more]
    called = heading(title(graph, agent), *notes)
    return gantt(called, names, within, drawn[False], drawn[True], name="coalition or body", role="as")
