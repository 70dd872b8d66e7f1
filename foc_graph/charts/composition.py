"""`composition`: the seats of a coalition and its bodies by stakeholder category, with what is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.charts.chart import AS_OF, COALITION_OR_BODY, Address, Chart, Kind, find_statements, name_of, pick_marks
from foc_graph.charts.svg import BOLD, EDGE, NARROW, SIZE, SMALL, WIDTH, cut, draw_svg, many, span, wrap
from foc_graph.dates import PartialDate, in_words, read_period
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.store.results import Record, as_rows

_LABEL, _RIGHT = 236, 96
_LINE, _BAR, _GAP = 16, 13, 9
_MOST = 120
_TOLD = 8
_UNKNOWN = "unknown"
"""The key of seats with an unknown category or holder."""
_LEGEND = (
    ("government", "government"),
    ("local-government", "local government"),
    ("international-organisation", "international organisation"),
    ("civil-society", "civil society"),
    ("academia", "academia"),
    ("technical-community", "technical community"),
    ("private-sector", "private sector"),
    ("investor", "investor"),
    ("media", "media"),
    ("other", "other"),
    (_UNKNOWN, "unknown"),
    ("unsure", "may have held a seat"),
)
_CATEGORIES = [mark for mark, _ in _LEGEND[:-2]]
"""The notations of stakeholder categories in the order of drawing; the last is for those that no colour has."""


class Part(NamedTuple):
    """A part of a bar, from `x` on over `width`, with the classes of its mark and what it says."""

    x: float
    width: float
    mark: str
    text: str


class Row(NamedTuple):
    """A body with its seats: its name from `y` on, its bar at `top`."""

    y: float
    top: float
    lines: list[str]
    href: str
    is_whole: bool
    parts: list[Part]
    total: str
    text: str


class Seats(NamedTuple):
    """The seats of a body by category, the certain ones of them, and how many there should be."""

    body: str
    name: str
    seats: dict[str, int]
    certain: dict[str, int]
    expected_min: int
    expected_max: int

    @property
    def known(self) -> int:
        """Return how many seats are in the graph."""
        return sum(self.seats.values())

    @property
    def most(self) -> int:
        """Return the length of the bar: as many seats as are known, or expected."""
        return max(self.known, self.expected_min, self.expected_max)

    @property
    def total(self) -> str:
        """Say how many seats are known, of how many."""
        least, most = self.expected_min, self.expected_max
        expected = f"at least {least}" if not most else str(most) if least in (0, most) else f"{least} to {most}"
        return f"{self.known} of {expected}" if least or most else str(self.known)

    @property
    def told(self) -> str:
        """Say how many seats each category has."""
        named = dict(_LEGEND) | {_UNKNOWN: "category unknown"}
        return ", ".join(f"{named[one]} {count}" for one, count in self.seats.items() if count) or "nobody on record"


def draw(graph: Graph, address: Address, coalition: str = "", body: str = "", as_of: str = "") -> Chart | None:
    """Draw the seats in a coalition and its bodies, or in one body, as of a date, by default that of the data.

    A body in which nobody is known to have held a seat then is shown with the seats of other times, below the others.

    Raises:
        ParameterError: if not one of coalition and body is named, or for a date that is none.
        UnknownNameError: for a coalition or body that does not exist.
    """
    date = as_of or graph.workspace.settings.verified
    owner, current, other = _find_seats(graph, coalition, body, date)
    if not any(one.known for one in (*current, *other)):
        return None
    told = [f"{one.name}: {one.told}" for one in (*current, *other)[:_TOLD]]
    text = f"{'; '.join(told)}{_more(len(current) + len(other) - _TOLD)}."
    heading = "No seats on record then; at other dates:"
    place = partial(_draw, current, other, heading, f"A bar chart. {text}", address, owner)
    rows, height, svg = place(_LABEL, WIDTH)
    *_, narrow = place(EDGE, NARROW)
    marks = {mark for row in rows for part in row.parts for mark in part.mark.split()}
    hidden = len(current) + len(other) - len(rows)
    has_expected = any(one.expected_min or one.expected_max for one in (*current, *other))
    return Chart(
        name="composition",
        title=_find_largest(current or other),
        what="Seats by stakeholder category",
        subject=name_of(graph, owner),
        as_of=in_words(date),
        reading="Each bar is a body, as long as it has seats; each colour is a category of those who hold them.",
        text=text,
        svg=svg,
        narrow=narrow,
        width=WIDTH,
        height=height,
        query="composition",
        parameters={"coalition": coalition or body, "as_of": date},
        legend=pick_marks(_LEGEND, marks),
        notes=[
            *([f"{hidden} more bodies not shown."] if hidden > 0 else []),
            *(["After a bar: the seats on record, out of those that the sources mention."] if has_expected else []),
        ],
        things=find_statements(
            graph, {one.body for one in (*current, *other)}, "org:organization", "coal:completenessOf"
        ),
    )


def _find_seats(graph: Graph, coalition: str, body: str, date: str) -> tuple[str, list[Seats], list[Seats]]:
    """Return the IRI of the coalition or body, its seats and those of its bodies at a date, and seats of other times.

    The latter are of bodies in which nobody is known to have held a seat at the date. The largest come first.
    """
    if bool(coalition) == bool(body):
        raise ParameterError("composition needs a coalition or a body: give one of them")
    owner = graph.resolve(coalition or body, "coalition" if coalition else "body").value
    whole = coalition or _find_coalition(graph, owner) or body
    current = [one for one in _seats(graph, whole, date) if one.known]
    seated = {one.body for one in current}
    other = [one for one in _seats(graph, whole) if one.most and one.body not in seated]
    if body:
        current, other = ([one for one in rows if one.body == owner] for rows in (current, other))
    current.sort(key=lambda one: (one.body != owner, -one.most, one.name))
    other.sort(key=lambda one: (-one.most, one.name))
    return owner, current, other


def _find_coalition(graph: Graph, body: str) -> str:
    """Return the IRI of the coalition to which a body belongs: its seats are asked once for all its bodies."""
    path = (
        f"SELECT ?coalition {{ {ox.NamedNode(body)} org:subOrganizationOf+ ?coalition . ?coalition a coal:Coalition }}"
    )
    return next((row["coalition"] for row in as_rows(graph.sparql(path))), "")


def _seats(graph: Graph, coalition: str, as_of: str = "") -> list[Seats]:
    """Return the seats of a coalition and its bodies; how many there should be is not known of the past."""
    given = {"as_of": as_of} if as_of else {}
    today = PartialDate.parse(graph.workspace.settings.verified).first_day
    is_past = bool(as_of) and read_period(as_of).last_day < today
    found: dict[str, list[Record]] = {}
    for row in graph.rows("composition", coalition=coalition, **given):
        found.setdefault(row["body"], []).append(row)
    made = []
    for body, rows in found.items():
        seats = {category: 0 for category in (*_CATEGORIES, _UNKNOWN)}
        certain = dict(seats)
        for row in rows:
            category = row["category"] or _UNKNOWN
            category = category if category in seats else "other"
            seats[category] += row["seats"]
            certain[category] += row["certain"]
        least, most = (0 if is_past else max(row[one] or 0 for row in rows) for one in ("expected_min", "expected_max"))
        made.append(Seats(body, rows[0]["name"] or body, seats, certain, least, most))
    return made


def _find_largest(found: Sequence[Seats]) -> str:
    """Say which category holds most seats on record, if one does whatever the uncertain ones are."""
    sums = [Counter(), Counter()]  # type: list[Counter[str]]
    for one in found:
        sums[0].update(one.certain)
        sums[1].update(one.seats)
    certain, seats = sums
    total = many(seats.total(), "seat", "seats")
    for category, text in _LEGEND[:-2]:
        if all(certain[category] > count for other, count in seats.items() if other != category):
            count = span(certain[category], seats[category])
            return f"{text[0].upper()}{text[1:]}: {count} of {total} on record"
    return f"{total} on record; no category has most"


def _draw(
    current: Sequence[Seats],
    other: Sequence[Seats],
    heading: str,
    label: str,
    address: Address,
    owner: str,
    left: int,
    width: int,
) -> tuple[list[Row], int, Markup]:
    """Place bodies below each other, those of other times under a heading; the bars begin at `left`."""
    scale = (width - left - _RIGHT) / max(one.most for one in (*current, *other))
    rows, height = _rows(current, 4.0, scale, address, owner, left, width)
    at = height + 12 if other else 0.0
    if other:
        more, height = _rows(other, at + 14, scale, address, owner, left, width)
        rows += more
    svg = draw_svg(
        "composition",
        label=label,
        rows=rows,
        heading=at,
        other=heading,
        left=left,
        bar=_BAR,
        width=width,
        height=int(height),
    )
    return rows, int(height), svg


def _rows(
    found: Sequence[Seats], y: float, scale: float, address: Address, owner: str, left: int, width: int
) -> tuple[list[Row], float]:
    """Place the rows of bodies from `y` on, names beside bars or above those that begin at the edge; and their end."""
    rows = []
    is_beside = left > EDGE
    for one in found[:_MOST]:
        lines = wrap(one.name, left - 14 if is_beside else width, SIZE * (BOLD if one.body == owner else 1), most=2)
        top = y if is_beside else y + _LINE * len(lines) + 2
        parts, x = [], float(left)
        for category, text in _LEGEND[:-1]:
            for mark, count in ((category, one.certain[category]), (f"{category} unsure", _possible(one, category))):
                if count:
                    said = f"{text}{', possibly' if mark != category else ''}: {count}"
                    parts.append(Part(round(x, 1), round(count * scale, 1), mark, f"{one.name}: {said}"))
                    x += count * scale
        if one.most > one.known:
            missing = f"{one.name}: {one.total} seats known"
            parts.append(Part(round(x, 1), round((one.most - one.known) * scale, 1), _UNKNOWN, missing))
        said = cut(one.told, width - left, SMALL)
        rows.append(Row(y, top, lines, address(one.body), one.body == owner, parts, one.total, said))
        y = max(top + _BAR + 15, y + _LINE * len(lines)) + _GAP
    return rows, y


def _more(number: int) -> str:
    return f"; and {number} more" if number > 0 else ""


def _possible(one: Seats, category: str) -> int:
    return one.seats[category] - one.certain[category]


KIND = Kind(
    "composition",
    "Who holds seats in a coalition and its bodies, or in one body, by stakeholder category.",
    (*COALITION_OR_BODY, AS_OF),
    draw,
    order=50,
    queries=("composition",),
    pages={"coal:Coalition": "Bodies and seats", "coal:Body": "People and offices"},
)
