"""Chance in the world: dates, agents and sources that one coalition draws, always the same from one seed."""

from __future__ import annotations

import random
from typing import NamedTuple

from benchmarks.world.agents import COUNTRIES, Pool, code

VERIFIED = "2026-11-24"
LAST_JOINED = 2018
SHARED_TOPICS = (
    "privacy",
    "censorship",
    "surveillance",
    "elections",
    "cybersecurity",
    "transparency",
    "internet-access",
)


class Period(NamedTuple):
    """The dates of a thing as sources give them: years, months or days; what is not known is empty."""

    begin: str = ""
    end: str = ""
    attested: str = ""
    verified: str = ""
    begins_earliest: str = ""
    begins_latest: str = ""
    state: str = ""


class Spec(NamedTuple):
    """What is to be made: `founded` and `ended` are years, `ended` is 0 for a coalition that goes on."""

    slug: str
    name: str
    members: int
    founded: int
    ended: int
    role: str
    pool: Pool
    first_organisation: int
    topics: tuple[str, ...] = SHARED_TOPICS


class Draws:
    """What one coalition draws; `persons` counts those of its pool that there are, over several coalitions."""

    def __init__(self, spec: Spec, seed: int, persons: int) -> None:
        self.spec = spec
        self.persons = persons
        self.sources = 4 + spec.members // 10
        self.chance = random.Random(f"{seed}/{spec.slug}").random
        self._country = int(self.chance() * COUNTRIES)
        self.governments = max(3, min(120, spec.members * 2 // 5))
        self.period = self._period()

    def source(self, other_than: str = "") -> str:
        """One of the coalition's sources."""
        number = int(self.chance() * self.sources)
        source = f"source/{self.spec.slug}-{number}"
        return source if source != other_than else f"source/{self.spec.slug}-{(number + 1) % self.sources}"

    def date(self, year: int) -> str:
        """Some time in a year, at some precision."""
        chance = self.chance()
        if chance < 0.3:
            return str(year)
        month = f"{year}-{1 + int(self.chance() * 12):02}"
        return month if chance < 0.6 else f"{month}-{1 + int(self.chance() * 28):02}"

    def year(self, first: int, last: int) -> int:
        """One of the years from the first to the last."""
        return first + int(self.chance() * (last - first + 1))

    def begin(self, first: str, last: int) -> str:
        """Some time from the begin of the thing around to the end of a year."""
        year = self.year(int(first[:4]), last)
        return first if year == int(first[:4]) else self.date(year)

    def verified(self) -> str:
        """When what is open was last seen to be so: mostly now."""
        return VERIFIED if self.chance() < 0.85 else self.date(self.year(LAST_JOINED + 1, 2025))

    def agent(self, number: int) -> str:
        """One of the agents from which the members are taken: first governments, then organisations."""
        if number < self.governments:
            return f"government/{code((self._country + 7 * number) % COUNTRIES)}"
        return self.spec.pool.organisation(self.spec.first_organisation + number)

    def any_agent(self) -> str:
        """One of those agents."""
        return self.agent(int(self.chance() * self.spec.members))

    def person(self) -> str:
        """A person: mostly one that is not yet in the world."""
        if self.persons and self.chance() < 0.25:
            return self.spec.pool.person(int(self.chance() * self.persons))
        self.persons += 1
        return self.spec.pool.person(self.persons - 1)

    def place(self) -> str:
        """A city."""
        return f"place/city-{code(int(self.chance() * COUNTRIES))}"

    def topics(self) -> tuple[str, ...]:
        """Two topics of a document."""
        topics = self.spec.topics
        one = int(self.chance() * len(topics))
        return topics[one], topics[(one + 2) % len(topics)]

    def _period(self) -> Period:
        begin = self.date(self.spec.founded)
        return Period(begin, self.date(self.spec.ended)) if self.spec.ended else Period(begin, verified=VERIFIED)
