"""`matrix`: how many members each two coalitions share."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from foc_graph.charts.chart import AS_OF, Address, Chart, Kind
from foc_graph.charts.svg import cut, draw_svg
from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.store.results import Record

_LABEL, _TOP, _CELL = 236, 110, 23
_MOST = 40
_SHADES = (("few", 0.1), ("some", 0.25), ("half", 0.5), ("many", 0.75), ("most", 1.0))
"""The classes of cells, each up to a part of the largest number that two coalitions share."""


class Coalition(NamedTuple):
    """A row and column: where it lies, the name in full, cut for the row and short for the column."""

    at: float
    name: str
    row: str
    column: str
    href: str
    size: int


class Cell(NamedTuple):
    """Two coalitions: what they share; without a shade, nothing."""

    x: float
    y: float
    shared: int
    shade: str
    title: str


def draw(graph: Graph, address: Address, as_of: str = "") -> Chart | None:
    """Draw the numbers of members that coalitions share, as of a date, by default that of the data.

    Those that share most with others come first.

    Raises:
        ParameterError: for a date that is none.
    """
    date = as_of or graph.workspace.settings.verified
    pairs: dict[frozenset[str], int] = {}
    sizes: dict[str, int] = {}
    for row in graph.rows("overlap_matrix", as_of=date):
        one, other = row["coalition_a"], row["coalition_b"]
        pairs[frozenset((one, other))] = row["shared"]
        sizes[one], sizes[other] = row["shared"] + row["only_a"], row["shared"] + row["only_b"]
    sizes = {one: size for one, size in sizes.items() if size}
    if len(sizes) < 2:
        return None
    pairs = {pair: shared for pair, shared in pairs.items() if pair <= sizes.keys()}
    reach: Counter[str] = Counter()
    for pair, shared in pairs.items():
        reach.update(dict.fromkeys(pair, shared))
    order = sorted(sizes, key=lambda one: (-reach[one], -sizes[one], one))[:_MOST]
    called = {row["coalition"]: row for row in graph.rows("coalitions")}
    coalitions = [
        _coalition(graph, one, called.get(one, {}), sizes[one], number, address) for number, one in enumerate(order)
    ]
    largest = max(pairs.get(frozenset((one, other)), 0) for one in order for other in order if one != other)
    cells = [
        _cell(one, other, pairs.get(frozenset((order[row], order[column])), 0), largest)
        for row, one in enumerate(coalitions)
        for column, other in enumerate(coalitions)
        if row != column
    ]
    none, hidden = len(called) - len(sizes), len(sizes) - len(order)
    side = len(order) * _CELL
    most = max(((shared, pair) for pair, shared in pairs.items()), key=lambda one: one[0])
    names = sorted(called.get(one, {}).get("name") or one for one in most[1])
    text = f"Most members are shared by {' and '.join(names)}: {most[0]}." if most[0] else "No two share a member."
    return Chart(
        name="matrix",
        title=text.removesuffix("."),
        what="Members that coalitions share",
        as_of=in_words(date),
        reading="A darker square stands for more shared members; on the diagonal is the number of members of each.",
        text=text,
        svg=draw_svg(
            "matrix",
            label=f"A matrix. {text}",
            coalitions=coalitions,
            cells=cells,
            left=_LABEL,
            top=_TOP,
            cell=_CELL,
            width=_LABEL + side + 60,
            height=_TOP + side + 4,
        ),
        width=_LABEL + side + 60,
        height=_TOP + side + 4,
        query="overlap_matrix",
        parameters={"as_of": date},
        legend=_legend(largest),
        notes=[
            *([f"{none} without members at this date {'is' if none == 1 else 'are'} left out."] if none > 0 else []),
            *([f"{hidden} more coalitions not shown."] if hidden else []),
        ],
        things=order,
    )


def _coalition(graph: Graph, iri: str, row: Record, size: int, number: int, address: Address) -> Coalition:
    name = row.get("name") or short(iri, graph.base)
    column = cut(row.get("abbreviation") or short(iri, graph.base), _TOP + 2)
    return Coalition(number * _CELL, name, cut(name, _LABEL - 12), column, address(iri), size)


def _cell(one: Coalition, other: Coalition, shared: int, largest: int) -> Cell:
    title = f"{one.column} and {other.column}: {shared} of {one.size} and {other.size}"
    return Cell(_LABEL + other.at, _TOP + one.at, shared, _shade(shared, largest), title)


def _shade(shared: int, largest: int) -> str:
    return next(shade for shade, part in _SHADES if shared <= part * largest or part == 1) if shared else ""


def _legend(largest: int) -> list[tuple[str, str]]:
    """Return the shades with the numbers that they stand for."""
    found = []
    least = 1
    for shade, part in _SHADES:
        most = int(part * largest)
        if most >= least:
            found.append((shade, f"{least}" if least == most else f"{least} to {most}"))
            least = most + 1
    return found


KIND = Kind(
    "matrix",
    "How many members any two coalitions share, as of a date.",
    (AS_OF,),
    draw,
    order=80,
    queries=("overlap_matrix",),
)
