"""`map`: the members of a coalition on a map of the world, as of a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import altair as alt

from foc_graph.charts.style import NOT_KNOWN, WIDTH, as_text, certainty, finished, heading, tooltip
from foc_graph.graph import Graph
from foc_graph.plotting.memberships import standing
from foc_graph.plotting.picture import name_of
from foc_graph.plotting.style import palette
from foc_graph.plotting.world import BORDERS, world
from foc_graph.store.result import Record
from foc_graph.time import in_words

_STANDINGS = {
    "member": "certain",
    "member when last checked": "presumed",
    "may have been a member": "possible",
    "observer": "certain observer",
    "observer when last checked": "presumed observer",
    "may have been an observer": "possible observer",
    "not a member then, but at another time": "absent",
}
_ORDER = list(_STANDINGS)
_SUBPATH = re.compile(r"([Mm])(-?\d+)[ ,]?(-?\d+)\s*l?([^Mmz]*)z")
_STEP = re.compile(r"-?\d+")


def members(graph: Graph, coalition: str, as_of: str = "") -> alt.ChartType | None:
    """The members of a coalition at some time within a day, month or year, by default the day of the data.

    Raises:
        ParameterError: for a date that is none.
        UnknownNameError: for a coalition that does not exist.
    """
    day = as_of or graph.workspace.settings.verified
    then = {row["membership"]: row for row in graph.rows("members", coalition=coalition, as_of=day)}
    codes = {row["government"]: row["m49"] or row["name"] for row in graph.rows("countries")}
    earth = world()
    shown: dict[str, dict[str, Any]] = {}
    for row in graph.rows("members", coalition=coalition):
        if standing(row) == "invited":
            continue
        code = codes.get(row["member"])
        if code not in earth.shapes and code not in earth.points:
            continue
        found = _country(then.get(row["membership"], row))
        if code not in shown or _ORDER.index(found["standing"]) < _ORDER.index(shown[code]["standing"]):
            shown[code] = found
    if not shown:
        return None
    shapes = {code: {"type": "Polygon", "coordinates": list(_rings(path))} for code, path in earth.shapes.items()}
    places = shapes | {code: {"type": "Point", "coordinates": list(point)} for code, point in earth.points.items()}
    smallest_last = sorted(shown, key=lambda code: code not in shapes)
    standings = {one["standing"] for one in shown.values()}
    words = {word: look for word, look in _STANDINGS.items() if word in standings}
    title = f"Members: {name_of(graph, graph.resolve(coalition, 'coalition').value)}, {in_words(day)}"
    rest = as_text({"type": "Feature", "geometry": shape} for code, shape in shapes.items() if code not in shown)
    countries = as_text({"type": "Feature", "geometry": places[code]} | shown[code] for code in smallest_last)
    chart = (
        alt.layer(
            alt.Chart(rest).mark_geoshape(fill=palette()["--land"], stroke=None, tooltip=None),
            alt.Chart(countries)
            .mark_geoshape(strokeWidth=1)
            .encode(
                **certainty(words, "standing"),
                tooltip=tooltip(name="country", standing="then", joined="joined", left="left"),
            ),
        )
        .project(type="identity")
        .properties(width=WIDTH, height=WIDTH * earth.height // earth.width, title=heading(title, BORDERS))
    )
    return finished(chart)


def _country(row: Record) -> dict[str, str]:
    """What is shown of the country of a membership; without a certainty, it was not a member then."""
    look = f"{row['certainty']} observer" if row["role"] == "observer" else row["certainty"]
    standing = next((word for word, one in _STANDINGS.items() if one == look), _ORDER[-1])
    dates = {one: in_words(row[one]) if row[one] else NOT_KNOWN for one in ("joined", "left")}
    if row["state"] == "open":
        dates["left"] = ""
    return {"name": row["name"], "standing": standing, **dates}


def _rings(path: str) -> Iterator[list[list[int]]]:
    """The closed lines of a path of SVG in whole units, which has only the commands M, m, l and z."""
    x = y = 0
    for command, right, down, steps in _SUBPATH.findall(path):
        x, y = (int(right), int(down)) if command == "M" else (x + int(right), y + int(down))
        ring = [[x, y]]
        numbers = [int(number) for number in _STEP.findall(steps)]
        for along, below in zip(numbers[::2], numbers[1::2], strict=True):
            last = ring[-1]
            ring.append([last[0] + along, last[1] + below])
        yield [*ring, ring[0]]
