"""What rows of the stored query `members` mean, to pictures and charts alike."""

from __future__ import annotations

from foc_graph.store.result import Record

CERTAINTIES = ("certain", "presumed", "possible")
"""From the surest on."""

OVER = ("ended", "ended-date-unknown")
"""The states of a period that is over."""


def belongs(row: Record) -> bool:
    """Whether a row is of a membership: observers and those who are only invited do not count."""
    is_outside: bool = row["role"] == "observer" or row["status"] == "invited"
    return not is_outside
