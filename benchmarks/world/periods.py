"""Periods of things in the world, and what follows from their dates (docs/time.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from foc_graph.time import PartialDate


class Period(NamedTuple):
    """The dates of a thing as sources give them: years, months or days; what is not known is empty."""

    begin: str = ""
    end: str = ""
    attested: str = ""
    verified: str = ""
    begins_earliest: str = ""
    begins_latest: str = ""
    state: str = ""


class Bounds(NamedTuple):
    """Days between which a period begins and ends; an unbounded side is empty."""

    begins_earliest: str
    begins_latest: str
    ends_earliest: str
    ends_latest: str


def bounds(period: Period, around: Sequence[Period] = ()) -> Bounds:
    """The bounds of a period that lies within those around it."""
    lower = [period.begin, period.begins_earliest]
    upper = [period.end]
    for container in around:
        lower += [container.begin, container.begins_earliest]
        upper.append(container.end)
    seen = [period.attested, period.verified]
    return Bounds(
        period.begins_earliest or _latest(lower),
        period.begins_latest or _earliest([*upper, period.begin, *seen]),
        _latest([*lower, period.end, *seen]),
        _earliest(upper),
    )


def state(period: Period, around: Sequence[Period] = ()) -> str:
    """Whether a period is over: open, ended, ended-date-unknown or unknown."""
    if period.state or period.end:
        return period.state or "ended"
    if period.verified:
        return "open"
    return "ended-date-unknown" if bounds(period, around).ends_latest else "unknown"


def certainty(period: Period, around: Sequence[Period], as_of: str) -> str:
    """How sure it is that the period holds at some time in a day, month or year; empty if it surely does not."""
    first, last = PartialDate(as_of).first_day, PartialDate(as_of).last_day
    known = bounds(period, around)
    has_begun = bool(known.begins_latest) and known.begins_latest <= last
    if has_begun and known.ends_earliest >= first:
        return "certain"
    after_check = bool(period.verified) and first[: len(period.verified)] > period.verified
    if has_begun and after_check and state(period, around) == "open":
        return "presumed"
    can_have_begun = known.begins_earliest <= last
    can_go_on = not known.ends_latest or known.ends_latest >= first
    return "possible" if can_have_begun and can_go_on else ""


def _latest(dates: list[str]) -> str:
    return max((PartialDate(date).first_day for date in dates if date), default="")


def _earliest(dates: list[str]) -> str:
    return min((PartialDate(date).last_day for date in dates if date), default="")
