"""The members and chairs of a coalition at a date, as its page lists them."""

from __future__ import annotations

import json
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.charts.periods import BOUNDS, CERTAINTIES, COLUMNS, OUTSIDE, OVER, standing
from foc_graph.dates import between, in_words, read_period
from foc_graph.descriptions import NOT_KNOWN
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.queries.counts import write_count
from foc_graph.site.relations import MOST_SHOWN
from foc_graph.site.view import Link, View
from foc_graph.store.results import Record

_MEMBERS = "members"
_CHAIR = ("chair", "name", "role", "begin", "certainty")

MOST_ROWS = 250
"""Most memberships that a page lists in this way."""


class Row(NamedTuple):
    """A membership: who, as what, how sure it is at the date (empty if it did not hold), when it began and ended.

    `since` is the first day on which it can have begun, where that is known. `bounds` is JSON, by which a script tells
    whether it held at another date: the first and last day of its begin and of its end, when it was last seen to be
    open, whether it is over, and as what the member belongs.
    """

    member: Link
    role: str
    certainty: str
    joined: str
    left: str
    seen: str
    record: str
    since: str
    bounds: Markup


class Members(NamedTuple):
    """The memberships of a coalition at a date, surest first, and all others."""

    then: list[Row]
    others: list[Row]
    roles: bool
    """Whether not all are members in the same way."""
    explained: str
    """The address at which certainties are explained."""
    told: str
    """How many there are at the date, and as what."""
    counts: Markup
    """How a script counts them at another date, as JSON."""
    exactness: str
    """How exactly the dates of joining are known."""
    former: list[Link]
    """Those that have left it by the date, and when; none of a coalition that has no members any more."""

    @property
    def is_long(self) -> bool:
        """Return whether there are more than a page shows before a reader asks for all."""
        return len(self.then) > MOST_SHOWN

    @property
    def has_exceptions(self) -> bool:
        """Return whether not all of them are certain."""
        return any(row.certainty != "certain" for row in self.then)

    @property
    def checked(self) -> str:
        """Return when all that go on were last checked, if that was at one time."""
        days = {row.seen for row in self.then} | {row.seen for row in self.others if row.seen}
        return days.pop() if len(days) == 1 else ""


def list_members(graph: Graph, view: View, coalition: str, day: str, root: str) -> Members | None:
    """Return the members of a coalition at some time within a day, month or year; None if there are none, or too many.

    A workspace without the stored query has none.

    Raises:
        ParameterError: for a date that is none.
        UnknownNameError: for a column that the query lacks.
    """
    query, dated = graph.queries.get(_MEMBERS), graph.queries.get("begin_dates")
    if query is None:
        return None
    ever = {row["membership"]: row for row in graph.rows(_MEMBERS, COLUMNS, coalition=coalition)}
    if not 0 < len(ever) <= MOST_ROWS:
        return None
    then = {row["membership"]: row for row in graph.rows(_MEMBERS, COLUMNS, coalition=coalition, as_of=day)}
    order = [*then, *(one for one in ever if one not in then)]
    rows = [_row(view, then.get(one, ever[one]), root) for one in order]
    rows.sort(key=lambda row: [*CERTAINTIES, ""].index(row.certainty))
    return Members(
        [row for row in rows if row.certainty],
        [row for row in rows if not row.certainty],
        len({row.role for row in rows}) > 1,
        f"{root}query/members.html#columns",
        write_count(query, list(then.values())),
        _json(dict(query.counts)),
        write_count(dated, list(graph.rows(dated.name, coalition=coalition))) if dated else "",
        [row.member._replace(note=f"left {row.left}") for row in rows if then and _is_former(row, day)],
    )


def _is_former(row: Row, day: str) -> bool:
    """Whether a membership that did not hold at a date was over by then."""
    return bool(row.left) and not row.certainty and row.role not in OUTSIDE and row.since <= read_period(day).first_day


def _row(view: View, row: Record, root: str) -> Row:
    link = view.link(ox.NamedNode(row["member"]), root)
    return Row(
        link._replace(text=row["name"] or link.text, language="", note=""),
        standing(row),
        row["certainty"] or "",
        in_words(row["begin"]) if row["begin"] else between(row["begin_earliest"], row["begin_latest"]) or NOT_KNOWN,
        in_words(row["end"]) if row["end"] else _ended(row),
        in_words(row["verified"]) if row["verified"] else "",
        view.link(ox.NamedNode(row["membership"]), root).href,
        row["begin_earliest"] or "",
        _bounds(row),
    )


def _bounds(row: Record) -> Markup:
    return _json([*(row[name] or "" for name in BOUNDS), standing(row)])


def _json(value: object) -> Markup:
    """Write JSON for an attribute in single quotes, in which double quotes can stand as they are."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;"))


def _ended(row: Record) -> str:
    return (between(row["end_earliest"], row["end_latest"]) or NOT_KNOWN) if row["state"] in OVER else ""


def list_chairs(graph: Graph, view: View, coalition: str, day: str, root: str) -> list[Link]:
    """Return who chairs a coalition within a day, month or year; those of whom that is only possible if nobody else.

    A workspace whose stored queries do not tell that has none.

    Raises:
        ParameterError: for a date that is none.
    """
    try:
        rows = list(graph.rows("chairs", _CHAIR, coalition=coalition, as_of=day))
    except UnknownNameError:
        return []
    sure = [row for row in rows if row["certainty"] != "possible"] or rows
    links = (view.link(ox.NamedNode(row["chair"]), root) for row in sure)
    found = [
        link._replace(text=row["name"] or link.text, language="", note=_told(row))
        for link, row in zip(links, sure, strict=True)
    ]
    return list({link.href or link.text: link for link in found}.values())


def _told(row: Record) -> str:
    """Say in which way someone is chair, and since when."""
    role = (row["role"] or "").replace("-", " ")
    since = f"since {in_words(row['begin'])}" if row["begin"] else ""
    return ", ".join(
        filter(None, ("possibly" if row["certainty"] == "possible" else "", role if role != "chair" else "", since))
    )
