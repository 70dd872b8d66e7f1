"""What rows of the stored queries `members` and `memberships_of` mean, to pictures and charts alike."""

from __future__ import annotations

from foc_graph.graph import Graph
from foc_graph.store.result import Record

CERTAINTIES = ("certain", "presumed", "possible")
"""From the surest on."""

OVER = ("ended", "ended-date-unknown")
"""The states of a period that is over."""


AS_MEMBER = ("member", "non-voting-member", "endorser", "observer")
"""The roles of those who belong to a coalition or body, and hold no office."""


def belongs(row: Record) -> bool:
    """Whether a row is of a membership: observers and those who are only invited do not count."""
    is_outside: bool = row["role"] == "observer" or row["status"] == "invited"
    return not is_outside


def belonging(graph: Graph, coalition: str) -> list[Record]:
    """The memberships in a coalition at any time, without observers and who is only invited.

    Raises:
        UnknownNameError: for a coalition that does not exist.
    """
    return [row for row in graph.rows("members", coalition=coalition) if belongs(row)]
