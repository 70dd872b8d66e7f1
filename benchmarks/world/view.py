"""The records of some coalitions, kept to tell from them what stored queries must give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeVar

from benchmarks.world import agents
from benchmarks.world.periods import Period, certainty, state
from benchmarks.world.records import (
    Appearance,
    Body,
    Coalition,
    Document,
    Endorsement,
    Event,
    Mandate,
    Membership,
    Record,
)
from benchmarks.world.terms import ID
from foc_graph.time import PartialDate

Row = dict[str, Any]
"""A row as `foc_graph.store.result.Rows` gives it: IRIs, text and dates as text, what is unbound as None."""

BELONGING = ("endorser", "member", "non-voting-member")
NO_SEAT = ("observer", "participant", "partner")
OVER = ("former", "removed", "withdrawn")
RANKS = {"possible": 1, "presumed": 2, "certain": 3}

Kind = TypeVar("Kind", bound=Record)


class View:
    """Records by kind and by slug."""

    def __init__(self) -> None:
        self._kinds: defaultdict[type, list[Any]] = defaultdict(list)
        self._slugs: dict[str, Record] = {}

    def add(self, record: Record) -> None:
        """Keep a record."""
        self._kinds[type(record)].append(record)
        self._slugs[record.slug] = record

    def all(self, kind: type[Kind], coalition: str = "") -> list[Kind]:
        """The records of a kind, of one coalition or of all."""
        return [one for one in self._kinds[kind] if not coalition or coalition_of(one.slug) == coalition]

    def everything(self) -> Iterator[Record]:
        """All records."""
        return iter(self._slugs.values())

    def members(self, organisation: str) -> list[Membership]:
        """The memberships in a coalition or body."""
        return [one for one in self.all(Membership) if one.organisation == organisation]

    def get(self, slug: str) -> Record:
        """The record of that slug."""
        return self._slugs[slug]

    def __contains__(self, slug: str) -> bool:
        return slug in self._slugs

    def above(self, organisation: str) -> list[str]:
        """A coalition or body and all that contain it."""
        record = self._slugs[organisation]
        return [organisation, *(self.above(record.parent) if isinstance(record, Body) else [])]

    def around(self, record: Coalition | Body | Membership | Mandate) -> list[Period]:
        """The periods of what contains a thing."""
        if isinstance(record, Coalition):
            return []
        if isinstance(record, Body):
            containers = self.above(record.parent)
        else:
            containers = self.above(record.organisation if isinstance(record, Membership) else record.body)
        found = [self._slugs[slug] for slug in containers]
        return [one.period for one in found if isinstance(one, (Coalition, Body))]

    def certainty(self, record: Body | Membership | Mandate, as_of: str) -> str | None:
        """How sure it is that it lasted as of a date; empty without one, None if it did not."""
        return certainty(record.period, self.around(record), as_of) or None if as_of else ""

    def state(self, record: Coalition | Body | Membership | Mandate) -> str:
        """Whether it is over."""
        return state(record.period, self.around(record))

    def status(self, record: Membership, as_of: str) -> str | None:
        """The standing of a membership at a date; without one, that of today."""
        verified = record.period.verified
        is_open = bool(verified) and self.state(record) == "open"
        is_checked = is_open and PartialDate(as_of).last_day[: len(verified)] >= verified if as_of else True
        if is_checked or record.status in ("", "invited"):
            return record.status or None
        return "observer" if record.role == "observer" else "member"

    def belonging(self, coalition: str, as_of: str) -> dict[str, int]:
        """Who belongs to a coalition, now or as of a date: 3 for certain, 2 for presumed, 1 for possible."""
        found: dict[str, int] = {}
        for one in self.members(coalition):
            if one.role in BELONGING and one.status != "invited" and (as_of or one.status not in OVER):
                certain = self.certainty(one, as_of)
                if certain is not None:
                    found[one.agent] = max(found.get(one.agent, 0), RANKS.get(certain, 3))
        return found

    def label(self, slug: str) -> str:
        """The label of a thing."""
        record = self._slugs.get(slug)
        match record:
            case None:
                return agents.label_of(slug)
            case Membership():
                return f"{agents.label_of(record.agent)} ({role_label(record.role)}, {self.label(record.organisation)})"
            case Endorsement():
                return f"{agents.label_of(record.agent)} (signatory, {self.label(record.document)})"
            case Appearance():
                return f"{agents.label_of(record.agent)} ({record.capacity}, {self.label(record.event)})"
            case Document() | Event():
                return record.title
        return getattr(record, "name", "")


def coalition_of(slug: str) -> str:
    """The coalition to which a thing belongs by its name."""
    return slug.partition("/")[0]


def role_label(role: str) -> str:
    """The label of a role."""
    return role.replace("interim-", "interim ")


def shown(agent: str, as_of: str = "") -> str:
    """The name of an agent as queries show it: for a government that of its country, as of the date."""
    country = agents.country_of(agent)
    if country is None:
        return agents.label_of(agent)
    end = agents.former_name_end(country)
    if as_of and end and PartialDate(end).first_day >= PartialDate(as_of).last_day:
        return agents.former_name(country)
    return agents.country_name(country)


def iri(slug: str) -> str | None:
    """The IRI of a thing, None for none."""
    return ID + slug if slug else None
