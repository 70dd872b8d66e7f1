"""`memberships`: the seats of a government, organisation or person over time, as a Gantt chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from foc_graph.charts.chart import Address, Chart, Kind, name_of, pick_marks
from foc_graph.charts.gantt import MOST_NAMED, THICK, Band, Item, Spell, draw_gantt
from foc_graph.charts.periods import COLUMNS, LISTED, Period, day, standing, tell_period
from foc_graph.charts.svg import WIDTH, list_some, many
from foc_graph.graph import Graph
from foc_graph.queries.model import Parameter
from foc_graph.store.results import Record

_OBSERVER = "observer "
_SLIM = 6
"""How high the bars of offices are, in pixels."""
_MOST = 300
_LEGEND = (
    ("certain", "belonged"),
    ("presumed", "belonged when last checked"),
    ("possible", "may have belonged"),
    ("observer", "observer"),
    ("body certain", "held an office or role"),
    ("body presumed", "held an office or role when last checked"),
    ("body possible", "may have held an office or role"),
)


class Seat(NamedTuple):
    """A row of the query `memberships_of`."""

    row: Record

    @property
    def period(self) -> Period:
        """Return when it was held."""
        return Period.of(self.row)

    @property
    def role(self) -> str:
        """Return the role, or `invited`."""
        return standing(self.row)

    @property
    def is_office(self) -> bool:
        """Return whether this is more or other than a membership: an office, another role, an invitation."""
        return self.role == "invited" or self.row["role_kind"] not in LISTED

    @property
    def told(self) -> str:
        """Say when it was held."""
        return tell_period(self.row)


class Affiliation(NamedTuple):
    """A coalition or body, with the seats that an agent holds or held in it."""

    body: str
    name: str
    seats: list[Seat]

    @property
    def roles(self) -> dict[tuple[bool, str], list[Seat]]:
        """Return the seats by whether they are offices and by their role, memberships first."""
        found: dict[tuple[bool, str], list[Seat]] = {}
        for seat in sorted(self.seats, key=lambda one: (one.is_office, one.role != "member", one.period.order)):
            found.setdefault((seat.is_office, seat.role), []).append(seat)
        return found


def find_seats(graph: Graph, agent: str) -> list[Seat]:
    """Return the seats of a government, organisation or person, by when they began.

    Raises:
        UnknownNameError: for an agent that does not exist, or a column that the query lacks.
    """
    rows = graph.rows("memberships_of", COLUMNS, agent=agent)
    return sorted(map(Seat, rows), key=lambda one: one.period.order)


def _affiliations(seats: Iterable[Seat]) -> list[Affiliation]:
    """Return the coalitions and bodies that seats are in, by when the first began."""
    found: dict[str, list[Seat]] = {}
    for seat in seats:
        found.setdefault(seat.row["body"], []).append(seat)
    return [Affiliation(body, held[0].row["name"] or body, held) for body, held in found.items()]


def draw(graph: Graph, address: Address, agent: str) -> Chart | None:
    """Draw the coalitions and bodies that an agent belongs or belonged to, by when that began, with the offices held.

    Raises:
        UnknownNameError: for an agent that does not exist, or a column that the query lacks.
    """
    seats = find_seats(graph, agent)
    if not seats:
        return None
    dated = [seat for seat in seats if seat.period.is_known]
    if not dated:
        return None
    found = _affiliations(dated[:_MOST])
    text = _told(seats)
    items = [Item(one.name, address(one.body), list(_bands(one))) for one in found]
    chart = draw_gantt(items, day(graph.workspace.settings.verified), f"A chart over time. {text}")
    shown = [seat for one in found[: len(found) - chart.left_out] for seat in one.seats]
    marks = {mark.removeprefix(_OBSERVER) for mark in chart.marks}
    has_observer = any(mark.startswith(_OBSERVER) for mark in chart.marks)
    more = len(dated) - len(shown)
    return Chart(
        name="memberships",
        title=_find_span(dated),
        what="Memberships over time",
        subject=name_of(graph, graph.resolve(agent, "agent").value),
        reading="A bar stands for the time in a coalition or body; a thin one for an office or other role there.",
        text=text,
        svg=chart.svg,
        narrow=chart.narrow,
        width=WIDTH,
        height=chart.height,
        query="memberships_of",
        parameters={"agent": agent},
        legend=pick_marks(_LEGEND, marks | ({"observer"} if has_observer else set())),
        notes=[
            *_undated(seat for seat in seats if not seat.period.is_known),
            *chart.notes,
            *([f"{more:,} of {len(dated):,} not shown."] if more else []),
        ],
        things=[seat.row["membership"] for seat in shown],
    )


def _find_span(seats: Sequence[Seat]) -> str:
    """Say in how many coalitions and bodies seats are, since when, and in how many of them some are still held."""
    bodies = {seat.row["body"] for seat in seats}
    still = {seat.row["body"] for seat in seats if seat.period.is_open}
    begins = [(seat.period.begins_latest, seat.period.begins_earliest) for seat in seats]
    latest, earliest = min((one for one in begins if one[0]), default=(None, None))
    since = ""
    if latest:
        year = date.fromordinal(latest).year
        since = f" since {year}" if earliest and date.fromordinal(earliest).year == year else f" since {year} or before"
    goes_on = f"; still in {len(still)} when last checked" if still else ""
    return f"In {many(len(bodies), 'coalition or body', 'coalitions and bodies')}{since}{goes_on}"


def _undated(seats: Iterable[Seat]) -> Iterator[str]:
    """Say which seats are not drawn because no dates are known."""
    names = [f"{seat.row['name'] or seat.row['body']} ({seat.role})" for seat in seats]
    if names:
        yield f"{len(names):,} with no known dates: {list_some(names, MOST_NAMED)}."


def _bands(affiliation: Affiliation) -> Iterable[Band]:
    """Give the seats in a coalition or body: memberships as thick bars, offices as thin ones below them."""
    for (is_office, role), seats in affiliation.roles.items():
        kind = "body " if is_office else _OBSERVER if role == "observer" else ""
        spells = [Spell(seat.period, f"{affiliation.name}: {role}, {seat.told}") for seat in seats]
        yield Band(kind, _SLIM if is_office else THICK, spells, "" if role == "member" else role)


def _told(seats: list[Seat]) -> str:
    """Say how many seats there are in how many coalitions and bodies, and of how many no time is known."""
    bodies = {seat.row["body"] for seat in seats}
    timeless = sum(not seat.period.is_known for seat in seats)
    parts = [
        f"{many(len(seats), 'membership or office', 'memberships and offices')} in "
        f"{many(len(bodies), 'coalition or body', 'coalitions and bodies')}",
        *([f"{timeless} with unknown dates"] if timeless else []),
    ]
    return f"{'; '.join(parts)}."


KIND = Kind(
    "memberships",
    "Where a government, organisation or person has belonged, in which role and when.",
    (Parameter("agent", "agent", "the government, organisation or person", required=True, example="government/ee"),),
    draw,
    order=40,
    queries=("memberships_of",),
    pages=dict.fromkeys(("coal:Government", "foaf:Person", "org:Organization"), "Memberships and offices"),
)
