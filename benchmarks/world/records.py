"""What a coalition's part of the world is made of. Things are named by slug: what follows `<base>id/`."""

from __future__ import annotations

from typing import NamedTuple


class Period(NamedTuple):
    """The dates of a thing as sources give them: years, months or days; what is not known is empty."""

    begin: str = ""
    end: str = ""
    attested: str = ""
    verified: str = ""
    begins_earliest: str = ""
    begins_latest: str = ""
    state: str = ""


class Coalition(NamedTuple):
    """A coalition."""

    slug: str
    name: str
    abbreviation: str
    period: Period
    founding_members: int
    source: str


class Body(NamedTuple):
    """A body of a coalition; `parent` is the coalition or another body."""

    slug: str
    name: str
    kind: str
    parent: str
    period: Period
    source: str


class Membership(NamedTuple):
    """An agent's membership in a coalition or body."""

    slug: str
    agent: str
    organisation: str
    role: str
    status: str
    period: Period
    source: str
    affiliation: str = ""
    capacity: str = ""


class Mandate(NamedTuple):
    """A mandate of a body."""

    slug: str
    name: str
    body: str
    period: Period
    granted_by: tuple[str, ...]
    assigns: tuple[str, ...]
    renews: str
    source: str


class Function(NamedTuple):
    """What a mandate tells a body to do."""

    slug: str
    name: str
    definition: str
    source: str


class Document(NamedTuple):
    """A document that a body made or a coalition adopted."""

    slug: str
    title: str
    type: str
    issued: str
    source: str
    creator: str = ""
    adopted_by: str = ""
    topics: tuple[str, ...] = ()
    url: str = ""
    replaces: str = ""


class Event(NamedTuple):
    """A conference or meeting; `edition` is 0 for one that is not numbered."""

    slug: str
    title: str
    kind: str
    period: Period
    held_by: str
    host: str
    place: str
    source: str
    generated: str = ""
    edition: int = 0


class Endorsement(NamedTuple):
    """An agent put its name to a document."""

    slug: str
    document: str
    agent: str
    date: str
    source: str


class Appearance(NamedTuple):
    """An agent spoke or was host somewhere, without a seat."""

    slug: str
    agent: str
    event: str
    capacity: str
    attested: str
    source: str


class Claim(NamedTuple):
    """One source's say on one property of a thing; a value is a date or a number."""

    slug: str
    subject: str
    property: str
    value: str
    rank: str
    source: str
    ruling: str = ""
    attested: str = ""


class Completeness(NamedTuple):
    """How much of a list is known; the full list has so many entries, or its length is not known (-1)."""

    slug: str
    subject: str
    list: str
    state: str
    expected_min: int
    expected_max: int
    source: str


Record = (
    Coalition
    | Body
    | Membership
    | Mandate
    | Function
    | Document
    | Event
    | Endorsement
    | Appearance
    | Claim
    | Completeness
)
