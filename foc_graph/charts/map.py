"""`map`: the members of a coalition on a map of the world, as of a date.

`npm run world` in `ui/` draws the map from Natural Earth.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from foc_graph.charts.chart import AS_OF, COALITION, Address, Chart, Kind, name_of
from foc_graph.charts.periods import BOUNDS, CERTAINTIES, COLUMNS, standing
from foc_graph.charts.svg import draw_svg, many
from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.store.results import Record

_ABSENT = "absent"
_LEGEND = (
    ("certain", "member"),
    ("presumed", "member when last checked"),
    ("possible", "may have been a member"),
    ("observer", "observer"),
    (_ABSENT, "member at another date"),
)
_MARGIN = 10
_EUROPE = (432, 14, 146, 102)
"""The part that a narrow screen shows larger: left, top, width and height on the map of the world."""
BORDERS = (
    "Borders are those of Natural Earth, by who controls a territory. They express no view of this dataset, its "
    "sources or its publisher."
)


class Country(NamedTuple):
    """A country on the map: `mark` has the classes of its shape, `text` says what they mean."""

    code: str
    name: str
    mark: str
    text: str
    href: str


def draw(graph: Graph, address: Address, coalition: str, as_of: str = "") -> Chart | None:
    """Draw the members of a coalition at some time within a day, month or year, by default the day of the data.

    Raises:
        ParameterError: for a date that is none.
        UnknownNameError: for a coalition that does not exist, or a column that the query lacks.
    """
    day = as_of or graph.workspace.settings.verified
    then = {row["membership"]: row for row in graph.rows("members", COLUMNS, coalition=coalition, as_of=day)}
    codes = {row["government"]: row["m49"] or row["name"] for row in graph.rows("countries")}
    earth = read_world()
    memberships: dict[str, list[Record]] = {}
    elsewhere: dict[str, list[Record]] = {}
    for ever in graph.rows("members", COLUMNS, coalition=coalition):
        if standing(ever) == "invited":
            continue
        row = then.get(ever["membership"], ever)
        code = codes.get(row["member"])
        if code in earth.shapes or code in earth.points:
            memberships.setdefault(code, []).append(row)
        else:
            elsewhere.setdefault(row["member"], []).append(row)
    if not memberships:
        return None
    countries = {code: _country(code, rows, address) for code, rows in memberships.items()}
    left, top, width, height = _EUROPE
    points = [(country, earth.points[code]) for code, country in countries.items() if code in earth.points]
    marks = [country.mark for country in countries.values()]
    shown = [row for rows in memberships.values() for row in rows]
    told = _told(marks)
    off = sum(any(row["certainty"] for row in rows) for rows in elsewhere.values())
    return Chart(
        name="map",
        title=_find_members(marks),
        what="Members on a map",
        subject=name_of(graph, graph.resolve(coalition, "coalition").value),
        as_of=in_words(day),
        reading="A dot stands for a small country.",
        text=told,
        svg=draw_svg(
            "map",
            world=earth,
            rest="".join(path for code, path in earth.shapes.items() if code not in countries),
            countries=list(countries.values()),
            label=f"A map of the world. {told}",
            margin=_MARGIN,
        ),
        narrow=draw_svg(
            "europe",
            box=_EUROPE,
            points=[(one, (x, y)) for one, (x, y) in points if 2 < x - left < width - 2 and 2 < y - top < height - 2],
        ),
        width=earth.width + 2 * _MARGIN,
        height=earth.height + 2 * _MARGIN,
        query="members",
        parameters={"coalition": coalition, "as_of": day},
        legend=[(mark, f"{text}: {count}") for mark, text, count in _counted(marks)],
        notes=[*([f"Members without a country on the map: {off}."] if off > 0 else []), BORDERS],
        things=[row["membership"] for row in shown],
        data=json.dumps({key: [_bounds(row) for row in rows] for key, rows in (memberships | elsewhere).items()}),
    )


def _country(code: str, rows: list[Record], address: Address) -> Country:
    """Mark a country by the surest of its memberships at the time, if any held then, with its name at the time."""
    best = min(rows, key=lambda row: [*CERTAINTIES, ""].index(row["certainty"]))
    certainty = best["certainty"] or _ABSENT
    mark = f"{certainty} observer" if standing(best) == "observer" and certainty != _ABSENT else certainty
    text = f"{best['name']}: {dict(_LEGEND)[mark.split()[-1]]}{_dates(best)}"
    return Country(code, best["name"], mark, text, address(best["member"]))


def _dates(row: Record) -> str:
    joined = f", joined {in_words(row['begin'])}" if row["begin"] else ""
    return joined + (f", left {in_words(row['end'])}" if row["end"] else "")


def _bounds(row: Record) -> list[str]:
    """Return what tells whether a membership holds at a date: four bounds, when it was checked, whether it is open.

    After them come its role and its dates in words.
    """
    return [*(row[name] or "" for name in BOUNDS), standing(row), _dates(row)]


def _find_members(marks: Sequence[str]) -> str:
    """Say how many countries belonged, and how many of them are uncertain."""
    belonged = sum(mark in CERTAINTIES for mark in marks)
    maybe = marks.count("possible")
    return many(belonged, "member country", "member countries") + (f", {maybe} of them uncertain" if maybe else "")


def _told(marks: Sequence[str]) -> str:
    """Say how many countries have which mark."""
    told = (f"{text}: {count}" for mark, text, count in _counted(marks) if mark != _ABSENT)
    return "; ".join(told) or "No members at this date."


def _counted(marks: Sequence[str]) -> list[tuple[str, str, int]]:
    """Count the countries with each mark, and say what it means; an observer counts as that alone."""
    counts = ((mark, text, sum(mark == one.split()[-1] for one in marks)) for mark, text in _LEGEND)
    return [one for one in counts if one[2]]


class World(NamedTuple):
    """A map of a width and height, by UN M49 code, or by name where a country has none.

    `shapes` are paths of SVG, `points` stand for countries that are small on it.
    """

    width: int
    height: int
    shapes: dict[str, str]
    points: dict[str, tuple[int, int]]


@cache
def read_world() -> World:
    """Read the map."""
    return World(**json.loads(files(__package__).joinpath("world.json").read_bytes()))


KIND = Kind(
    "map",
    "The members of a coalition on a map of the world, as of a date.",
    (COALITION, AS_OF),
    draw,
    order=10,
    queries=("members",),
    pages={"coal:Coalition": "Members"},
)
