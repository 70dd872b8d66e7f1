"""Standings and certainties in rows of the stored queries `members` and `memberships_of`."""

from __future__ import annotations

from foc_graph.store.results import Record

CERTAINTIES = ("certain", "presumed", "possible")
"""From the surest on."""

OVER = ("ended", "ended-date-unknown")
"""The states of a period that is over."""


AS_MEMBER = ("member", "non-voting-member", "endorser", "observer")
"""The roles of those who belong to a coalition or body, and hold no office."""


OUTSIDE = ("observer", "invited")
"""Standings that do not make an agent a member."""


def standing(row: Record) -> str:
    """Return the role of a membership, or `invited`."""
    return "invited" if row["status"] == "invited" else str(row["role"])


def belongs(row: Record) -> bool:
    """Whether a row is of a member: observers and those who are only invited do not count."""
    return standing(row) not in OUTSIDE
