"""`composition` and `completeness`: how much of a list is known, and of what kind that is."""

from __future__ import annotations

from typing import Any

import altair as alt

from foc_graph.charts.style import (
    DASHED,
    LONGEST,
    NOT_KNOWN,
    ROW,
    SOLID,
    WIDTH,
    data,
    distinct,
    finished,
    heading,
    listed,
    tooltip,
)
from foc_graph.graph import Graph
from foc_graph.plotting.composition import CATEGORIES, UNKNOWN
from foc_graph.plotting.composition import seats as found_seats
from foc_graph.plotting.picture import name_of
from foc_graph.plotting.style import palette
from foc_graph.time import in_words

_SURE, _POSSIBLE, _MISSING = "certain, or when last checked", "possible", "expected at most, not in the graph"
_OTHER_TIMES = "Bodies in which nobody is known to have sat then come last, with the seats of other times."


def composition(graph: Graph, coalition: str = "", body: str = "", as_of: str = "") -> alt.ChartType | None:
    """The seats in a coalition and its bodies, or in one body, by stakeholder category.

    It is as of a date, by default that of the data.

    Raises:
        ParameterError: if not one of both is named, or for a date that is none.
        UnknownNameError: for a coalition or body that does not exist.
    """
    date = as_of or graph.workspace.settings.verified
    owner, current, other = found_seats(graph, coalition, body, date)
    found = [*current, *other]
    drawn = found[:LONGEST]
    notes = [
        *([_OTHER_TIMES] if other else []),
        *([f"The first {LONGEST} of {len(found)} are drawn."] if len(found) > LONGEST else []),
    ]
    domain = [one for one in (*CATEGORIES, UNKNOWN) if any(row.seats[one] for row in drawn)]
    if not domain:
        return None
    domain = list(dict.fromkeys([*domain, *([UNKNOWN] if any(row.most > row.known for row in drawn) else [])]))
    seats: list[dict[str, Any]] = []
    for name, row in zip(distinct((row.name, row.body) for row in drawn), drawn, strict=True):
        parts = [
            *((one, row.certain[one], _SURE) for one in domain),
            *((one, row.seats[one] - row.certain[one], _POSSIBLE) for one in domain),
            (UNKNOWN, row.most - row.known, _MISSING),
        ]
        seats += [
            {
                "name": name,
                "category": _category(one),
                "seats": count,
                "sure": sure,
                "rank": 2 * domain.index(one) + (sure != _SURE),
            }
            for one, count, sure in parts
            if count
        ]
    colour = palette()
    fills = ["transparent" if one == UNKNOWN else colour.get(f"--{one}", colour["--faint"]) for one in domain]
    legend = alt.Legend(
        title=None, orient="bottom", columns=4, symbolType="square", symbolStrokeColor=colour["--faint"]
    )
    unsure = (alt.datum.sure != _SURE) | (alt.datum.category == NOT_KNOWN)
    chart = (
        alt.Chart(data(seats))
        .mark_bar(strokeWidth=1)
        .encode(
            x=alt.X("seats", type="quantitative", title="seats", axis=alt.Axis(tickMinStep=1)),
            y=listed(),
            fill=alt.Fill(
                "category",
                type="nominal",
                scale=alt.Scale(domain=[_category(one) for one in domain], range=fills),
                legend=legend,
            ),
            fillOpacity=alt.when(alt.datum.sure == _SURE).then(alt.value(1)).otherwise(alt.value(0.3)),
            stroke=alt.when(unsure).then(alt.value(colour["--faint"])).otherwise(alt.value(colour["--edge"])),
            strokeDash=alt.when(unsure).then(alt.value(DASHED)).otherwise(alt.value(SOLID)),
            order=alt.Order("rank", type="quantitative"),
            tooltip=tooltip(name="body", category="category", seats="seats", sure="as"),
        )
        .properties(
            width=WIDTH,
            height=alt.Step(ROW + 7),
            title=heading(
                f"Seats by stakeholder category: {name_of(graph, owner)}, {in_words(date)}",
                "Pale: possible then. Empty with a dashed edge: of a category that is not known, or not in the graph.",
                *notes,
            ),
        )
    )
    return finished(chart)


def _category(notation: str) -> str:
    return NOT_KNOWN if notation == UNKNOWN else notation.replace("-", " ")


def completeness(graph: Graph, coalition: str) -> alt.ChartType | None:
    """How many entries of each list of a coalition are in the graph, and how many there should be.

    Raises:
        UnknownNameError: for a coalition that does not exist.
    """
    owner = graph.resolve(coalition, "coalition").value
    rows = list(graph.rows("completeness", coalition=coalition))
    if not rows:
        return None
    names = {row["body"]: row["name"] for row in graph.rows("bodies", coalition=coalition)}
    titled = [(f"{row['list']}: {names.get(row['body']) or name_of(graph, row['body'])}", row["body"]) for row in rows]
    lists = []
    for name, row in zip(distinct(titled[:LONGEST]), rows, strict=False):
        known, least, most = (row[one] or 0 for one in ("known", "expected_min", "expected_max"))
        expected = " to ".join(dict.fromkeys(str(one) for one in (least, most) if one))
        told = f"{known} of {expected}" if expected else f"{known}, list {row['state']}"
        lists.append(
            {"name": name, "known": known, "full": max(known, least, most), "told": told, "state": row["state"]}
        )
    colour = palette()
    plane = alt.Chart(data(lists)).encode(
        y=listed(),
        tooltip=tooltip(name="list", told="in the graph", state="state of the list"),
    )
    axis = alt.Axis(title="entries", tickMinStep=1)
    full = alt.X("full", type="quantitative", axis=axis)
    notes = [f"The first {LONGEST} of {len(rows)} are drawn."] if len(rows) > LONGEST else []
    chart = alt.layer(
        plane.transform_filter("datum.full > datum.known")
        .mark_bar(fill="transparent", stroke=colour["--faint"], strokeDash=DASHED)
        .encode(x=full),
        plane.mark_bar(fill=colour["--sure"]).encode(x=alt.X("known", type="quantitative", axis=axis)),
        plane.mark_text(align="left", dx=4, color=colour["--mark"]).encode(
            x=full, text=alt.Text("told", type="nominal")
        ),
    ).properties(
        width=WIDTH,
        height=alt.Step(ROW + 3),
        title=heading(
            f"How complete the lists are: {name_of(graph, owner)}",
            "Filled: in the graph. Empty with a dashed edge: expected by the sources, at most.",
            *notes,
        ),
    )
    return finished(chart)
