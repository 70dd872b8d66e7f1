"""`mandates`: when the bodies of a coalition existed, and when they held mandates."""

from __future__ import annotations

import altair as alt

from foc_graph.charts.periods import LOOKS, Period, dated, days
from foc_graph.charts.style import LONGEST, ROW, WIDTH, certainty, data, distinct, finished, heading, listed, tooltip
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.plotting.mandates import coalition_of
from foc_graph.plotting.picture import name_of
from foc_graph.time import PartialDate

_THIN, _THICK = 4, 10
_NOTE = "Coloured: mandates. Grey, below them: how long a body existed, drawn likewise."


def mandates(graph: Graph, coalition: str = "", body: str = "") -> alt.ChartType | None:
    """The bodies of a coalition, or one body: their existence as thin bars, their mandates as thick ones.

    Raises:
        ParameterError: if not one of both is named.
        UnknownNameError: for a coalition or body that does not exist.
    """
    if bool(coalition) == bool(body):
        raise ParameterError("mandates needs a coalition or a body: name one of them")
    owner = graph.resolve(coalition or body, "coalition" if coalition else "body").value
    whole = owner if coalition else coalition_of(graph, owner)
    bodies = list(graph.rows("bodies", coalition=whole)) if whole else []
    bodies = [row for row in bodies if coalition or row["body"] == owner]
    titles = {owner: name_of(graph, owner)} | {row["body"]: row["name"] for row in bodies}
    held = {row["mandate"]: row for row in graph.rows("mandates") if row["body"] in titles}
    existing = [Period.of(row, "founded", "ended") for row in bodies]
    granted = [Period.of(row, "start", "end") for row in held.values()]
    known = [day for period in (*existing, *granted) for day in period[:4] if day]
    if not known:
        return None
    first, last = min(known), max(*known, PartialDate.parse(graph.workspace.settings.verified).last_day)
    begun = {row["body"]: period.begins_latest or last for row, period in zip(bodies, existing, strict=True)}
    order = sorted(titles, key=lambda one: (begun.get(one, ""), titles[one] or ""))
    named = distinct((titles[one], one) for one in order[:LONGEST])
    names = dict(zip(order, named, strict=False))
    notes = [_NOTE, *([f"The first {LONGEST} of {len(order)} are drawn."] if len(order) > LONGEST else [])]
    existence = [
        part
        for row, period in zip(bodies, existing, strict=True)
        if row["body"] in names
        for part in _parts(period, (first, last), names[row["body"]], "existence", row["founded"], row["ended"])
    ]
    mandated = [
        part
        for row, period in zip(held.values(), granted, strict=True)
        if row["body"] in names
        for part in _parts(period, (first, last), names[row["body"]], "mandate", row["start"], row["end"])
    ]
    layers = [
        alt.Chart(data(parts))
        .mark_bar(size=size, strokeWidth=1, yOffset=offset)
        .encode(
            x=days("from", first, last),
            x2=alt.X2("to"),
            y=listed(order=named),
            tooltip=tooltip(name="body", what="what", begin="began", end="ended", certainty="this part"),
            **certainty(
                {word: look for word, look in LOOKS.items() if word in {part["certainty"] for part in parts}}, grey=grey
            ),
        )
        for parts, size, offset, grey in ((mandated, _THICK, -_THIN, False), (existence, _THIN, _THICK // 2, True))
        if parts
    ]
    chart = (
        alt.layer(*layers)
        .resolve_scale(fill="independent", stroke="independent", strokeDash="independent")
        .properties(
            width=WIDTH,
            height=alt.Step(ROW + 6),
            title=heading(f"{'Bodies and mandates' if whole == owner else 'Mandates'}: {titles[owner]}", *notes),
        )
    )
    return finished(chart)


def _parts(
    period: Period, span: tuple[str, str], name: str, what: str, begin: str | None, end: str | None
) -> list[dict[str, str]]:
    """The records of the marks of a period: from a day to a day, with how sure that part is."""
    told = {"name": name, "what": what, "begin": dated(begin), "end": dated(end)}
    return [{"from": first, "to": last, "certainty": sure, **told} for first, last, sure in period.stretches(*span)]
