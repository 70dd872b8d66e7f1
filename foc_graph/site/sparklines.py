"""How many members each coalition had at the end of each year: small charts for a table, without words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE
from foc_graph.store.results import Record, Rows

WIDTH, HEIGHT = 136, 27
"""Size of a chart, in its own units."""

_ROLES = " ".join(f"<{BASE}concept/role/{name}>" for name in ("endorser", "member", "non-voting-member"))
_BOUNDS = ("begins_earliest", "begins_latest", "ends_earliest", "ends_latest")
_MEMBERSHIPS = f"""SELECT ?coalition ?state ?{" ?".join(_BOUNDS)} (COUNT(DISTINCT ?member) AS ?members)
WHERE {{
  ?coalition a coal:Coalition .
  ?membership org:organization ?coalition ; org:role ?role ; org:member ?member .
  VALUES ?role {{ {_ROLES} }}
  OPTIONAL {{ ?membership coal:membershipStatus ?status }}
  FILTER(!BOUND(?status) || ?status != <{BASE}concept/membership-status/invited>)
  OPTIONAL {{ ?membership coal:periodState/skos:notation ?state }}
  OPTIONAL {{ ?membership coal:beginsEarliest ?earliest_begin }}
  OPTIONAL {{ ?membership coal:beginsLatest ?latest_begin }}
  OPTIONAL {{ ?membership coal:endsEarliest ?earliest_end }}
  OPTIONAL {{ ?membership coal:endsLatest ?latest_end }}
  BIND(SUBSTR(STR(?earliest_begin), 1, 4) AS ?begins_earliest)
  BIND(SUBSTR(STR(?latest_begin), 1, 4) AS ?begins_latest)
  BIND(STR(?earliest_end) AS ?ends_earliest)
  BIND(STR(?latest_end) AS ?ends_latest)
}}
GROUP BY ?coalition ?state ?{" ?".join(_BOUNDS)}
"""
"""Memberships that begin in the same year and end on the same day are counted together: so there are few rows."""


class Growth(NamedTuple):
    """The members of a coalition over the years: areas of a chart in `WIDTH` and `HEIGHT`, and the same in words."""

    sure: str
    possible: str
    text: str


def draw_growths(graph: Graph, founded: Mapping[str, str], last: int) -> dict[str, Growth]:
    """Draw the members of coalitions, by IRI, on one scale of years that ends with the year `last`.

    `founded` has the date at which a coalition began, where that is known: before that year none is drawn.
    """
    rows = graph.sparql(_MEMBERSHIPS)
    assert isinstance(rows, Rows)
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(row["coalition"], []).append(row)
    starts = {iri: _start(records, founded.get(iri), last) for iri, records in found.items()}
    first = min(starts.values(), default=last)
    return {iri: _drawn(records, range(starts[iri], last + 1), first) for iri, records in sorted(found.items())}


def _start(records: Iterable[Record], founded: str | None, last: int) -> int:
    known = [founded[:4]] if founded else [begin for one in records if (begin := one["begins_latest"])]
    return min([last, *map(int, known)])


def _drawn(records: Iterable[Record], years: range, first: int) -> Growth:
    counts = [_counted(records, year) for year in years]
    most = max(1, *(sure + possible for sure, possible in counts))
    step = WIDTH / (years[-1] + 1 - first)
    left = (years[0] - first) * step
    upper, lower = ([round(HEIGHT - (HEIGHT - 1) * count / most, 1) for count in line] for line in _lines(counts))
    words = f"Members: {_told(*counts[0])} in {years[0]}, {_told(*counts[-1])} in {years[-1]}"
    return Growth(_area(lower, left, step), _area(upper, left, step), words)


def _lines(counts: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return how many there were at most, and how many surely."""
    pairs = list(counts)
    return [sure + possible for sure, possible in pairs], [sure for sure, _ in pairs]


def _counted(records: Iterable[Record], year: int) -> tuple[int, int]:
    """Count the members at the end of a year, sure or when last checked, and those who may have been members."""
    sure = possible = 0
    last_day = f"{year:04}-12-31"
    for one in records:
        earliest, latest = (int(one[name]) if one[name] else None for name in _BOUNDS[:2])
        ends_earliest, ends_latest = one["ends_earliest"] or "", one["ends_latest"] or last_day
        if (earliest is not None and earliest > year) or ends_latest < last_day:
            continue
        if latest is not None and latest <= year and (one["state"] == "open" or ends_earliest >= last_day):
            sure += one["members"]
        else:
            possible += one["members"]
    return sure, possible


def _told(sure: int, possible: int) -> str:
    return f"{sure} to {sure + possible}" if possible else str(sure)


def _area(heights: list[float], left: float, step: float) -> str:
    """Draw a stepped area from the bottom up to these heights, as an SVG path; empty where it has no height."""
    if all(height >= HEIGHT for height in heights):
        return ""
    steps = "".join(f"V{height:g}h{step:.2f}" for height in heights)
    return f"M{left:.1f} {HEIGHT}{steps}V{HEIGHT}z"
