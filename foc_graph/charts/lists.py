"""`composition` and `completeness`: how much of a list is known, and of what kind that is."""

from __future__ import annotations

from collections import Counter
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
    safe,
    tooltip,
)
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.plotting.picture import name_of
from foc_graph.plotting.style import palette
from foc_graph.time import in_words

_CATEGORIES = (
    *("government", "local-government", "international-organisation", "civil-society", "academia"),
    *("technical-community", "media", "private-sector", "investor"),
)
"""Notations of stakeholder categories in the order of drawing; the pictures have a colour for each."""

_SURE, _POSSIBLE, _MISSING = "certain, or when last checked", "possible", "expected at most, not in the graph"


def composition(graph: Graph, coalition: str = "", body: str = "", as_of: str = "") -> alt.ChartType | None:
    """The seats in a coalition and its bodies, or in one body, by stakeholder category, as of a date, else at any time.

    Raises:
        ParameterError: if not one of both is named, or for a date that is none.
        UnknownNameError: for a coalition or body that does not exist.
    """
    if bool(coalition) == bool(body):
        raise ParameterError("composition needs a coalition or a body: name one of them")
    owner = graph.resolve(coalition or body, "coalition" if coalition else "body").value
    day = {"as_of": as_of} if as_of else {}
    rows = [row for row in graph.rows("seats", coalition=owner, **day) if coalition or row["body"] == owner]
    rows.sort(key=lambda row: (row["body"] != owner, row["name"] or "", row["body"]))
    bodies = {row["body"]: row["name"] for row in rows}
    drawn = list(bodies.items())[:LONGEST]
    names = dict(zip(bodies, distinct((name, one) for one, name in drawn), strict=False))
    rows = [row for row in rows if row["body"] in names]
    notes = [f"The first {LONGEST} of {len(bodies)} are drawn."] if len(bodies) > LONGEST else []
    seats: list[dict[str, Any]] = []
    for row in rows:
        told = {"name": names[row["body"]], "category": _category(row["category"] or "")}
        seats.append({**told, "seats": row["certain"], "sure": _SURE})
        seats.append({**told, "seats": row["seats"] - row["certain"], "sure": _POSSIBLE})
    there = Counter[str]()
    for row in rows:
        there[row["body"]] += row["seats"]
    for one, row in {row["body"]: row for row in rows}.items():
        missing = (row["expected_max"] or row["expected_min"] or 0) - there[one]
        seats.append({"name": names[one], "category": NOT_KNOWN, "seats": max(0, missing), "sure": _MISSING})
    seats = [row for row in seats if row["seats"]]
    if not seats:
        return None
    when = f", {in_words(as_of)}" if as_of else ""
    colour = palette()
    known = {row["category"] for row in seats}
    categories = [one for one in map(_category, _CATEGORIES) if one in known]
    others = sorted(known.difference(categories, {NOT_KNOWN}))
    fills = [colour[f"--{one.replace(' ', '-')}"] for one in categories] + [colour["--faint"]] * len(others)
    domain = [*categories, *others, *([NOT_KNOWN] if NOT_KNOWN in known else [])]
    fills += ["transparent"] * (len(domain) - len(fills))
    for row in seats:
        row["rank"] = 2 * domain.index(row["category"]) + (row["sure"] != _SURE)
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
            fill=alt.Fill("category", type="nominal", scale=alt.Scale(domain=domain, range=fills), legend=legend),
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
                f"Who holds seats in the {name_of(graph, owner)}{when}",
                "Pale: possible then. Empty with a dashed edge: of a category that is not known, or not in the graph.",
                *notes,
            ),
        )
    )
    return finished(chart)


def _category(notation: str) -> str:
    return NOT_KNOWN if notation in ("", "unknown") else safe(notation.replace("-", " "))


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
            f"Completeness of the lists of the {name_of(graph, owner)}",
            "Filled: in the graph. Empty with a dashed edge: expected by the sources, at most.",
            *notes,
        ),
    )
    return finished(chart)
