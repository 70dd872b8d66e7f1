"""The world as a stream of N-Quads: how large its parts are, and in which order they come."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

from benchmarks.world import shared
from benchmarks.world.agents import COUNTRIES, DIRECTORIES, REGISTERED, Pool
from benchmarks.world.draws import SHARED_TOPICS, Draws, Spec
from benchmarks.world.making import things
from benchmarks.world.terms import BASE, ID, english, graph, name, quads

LEAST = 30_000
PROBE_POOL = Pool("probe-", 80)
PROBES = (
    Spec("probe", "Lantern Coalition", 60, 2005, 0, "member", PROBE_POOL, 0, (*SHARED_TOPICS, "viet-nam")),
    Spec("probe-2", "Harbour Coalition", 45, 2008, 0, "endorser", PROBE_POOL, 20),
    Spec("probe-3", "Meadow Coalition", 20, 1998, 2014, "member", PROBE_POOL, 10),
)
"""Coalitions, with agents of their own, that are the same at every size, so that answers about them are too."""

CAUSES = ("Privacy", "Open Records", "Free Expression", "Safer Networks", "Fair Access", "Trusted Media")
SKEW = 0.6
"""The coalition of rank n has about n ** -SKEW times the members of the largest."""
TRIPLES_PER_COALITION = 850
TRIPLES_PER_MEMBER = 23.0
"""About how many triples of a coalition there are for each member, beside those that each has."""

Write = Callable[[str], object]


class World:
    """A world of so many triples; `write` gives its text, a block at a time."""

    def __init__(self, triples: int, seed: int) -> None:
        """Plan a world.

        Raises:
            ValueError: for fewer triples than the smallest world has.
        """
        if triples < LEAST:
            raise ValueError(f"a world has at least {LEAST:,} triples, not {triples:,}")
        self.triples = triples
        self.seed = seed
        self.written = 0
        self.persons = {PROBE_POOL.prefix: 0, "": 0}
        self.sources: dict[str, int] = {}
        self._coalitions = min((triples - 15_000) // 1500, round(100 * (triples / 1e6) ** 0.5))
        self._pool = Pool("", max(60, int(triples / TRIPLES_PER_MEMBER / 4)))
        self.organisations = self._pool.organisations

    def write(self, write: Write) -> None:
        """Write all quads.

        Raises:
            ValueError: if chance made the coalitions larger than the world; seen with no seed so far.
        """
        for part in (self._graphs(), self._places(), self._coalition_graphs(), self._agents(), self._sources()):
            block: list[str] = []
            for text in part:
                block.append(text)
                if len(block) >= 1000:
                    write("".join(block))
                    block.clear()
            write("".join(block))

    def specs(self) -> Iterator[Spec]:
        """The coalitions other than the probes, sizes left open."""
        rng = random.Random(f"{self.seed}/coalitions")
        for number in range(1, self._coalitions + 1):
            founded = 1995 + int(rng.random() * 18)
            ended = founded + 8 + int(rng.random() * 5) if number % 10 == 7 else 0
            role = "endorser" if number % 5 == 3 else "member"
            title = f"Coalition {number} for {CAUSES[number % len(CAUSES)]}"
            first = int(rng.random() * self._pool.organisations)
            yield Spec(f"c{number}", title, 0, founded, ended, role, self._pool, first)

    @property
    def graphs(self) -> dict[str, str]:
        """Titles of the named graphs by slug."""
        titles = {
            "agents": "Governments, organisations and persons",
            "graphs": "Named graphs",
            "names": "Former names of countries",
            "places": "Regions, countries and cities",
            "register": "Numbers in a register",
            "sources": "Sources",
        }
        return titles | {spec.slug: spec.name for spec in (*PROBES, *self.specs())}

    def _quads(self, iri: str, statements: list[str], end: str) -> str:
        self.written += len(statements)
        return quads(iri, statements, end)

    def _things(self, things: Iterable[shared.Statements], end: str) -> Iterator[str]:
        for slug, statements in things:
            yield self._quads(ID + slug, statements, end)

    def _graphs(self) -> Iterator[str]:
        for slug, title in self.graphs.items():
            name, statements = shared.named_graph(slug, title)
            yield self._quads(f"{BASE}graph/{name}", statements, graph("graphs"))

    def _places(self) -> Iterator[str]:
        yield from self._things(shared.places(), graph("places"))
        yield from self._things(shared.former_names(), graph("names"))

    def _coalition_graphs(self) -> Iterator[str]:
        for spec in PROBES:
            yield from self._coalition(spec)
        specs = list(self.specs())
        weights = [number**-SKEW for number in range(1, len(specs) + 1)]
        left, per_member = sum(weights), TRIPLES_PER_MEMBER
        members = triples = 0
        budget = int(self.triples * 0.995) - 1000
        for spec, weight in zip(specs, weights, strict=True):
            before = self._owed()
            share = (budget - before) * weight / left
            size = max(8, int((share - TRIPLES_PER_COALITION) / per_member))
            yield from self._coalition(spec._replace(members=size))
            left -= weight
            members += size
            triples += self._owed() - before - TRIPLES_PER_COALITION
            per_member = triples / members

    def _coalition(self, spec: Spec) -> Iterator[str]:
        draws = Draws(spec, self.seed, self.persons[spec.pool.prefix])
        yield from self._things(things(draws), graph(spec.slug))
        self.persons[spec.pool.prefix] = draws.persons
        self.sources[spec.slug] = draws.sources

    def _owed(self) -> int:
        """How many triples there are so far, with those about agents and sources that are written last."""
        persons = sum(shared.PERSON_TRIPLES * count + 2 * -(-count // 5) for count in self.persons.values())
        sources = shared.SOURCE_TRIPLES * (sum(self.sources.values()) + DIRECTORIES)
        organisations = sum(
            shared.ORGANISATION_TRIPLES * pool.organisations
            + shared.REGISTER_TRIPLES * -(-pool.organisations // REGISTERED)
            for pool in (PROBE_POOL, self._pool)
        )
        governments = shared.GOVERNMENT_TRIPLES * COUNTRIES
        return self.written + persons + sources + organisations + governments

    def _agents(self) -> Iterator[str]:
        end = graph("agents")
        left = self.triples - self._owed()
        while left >= (cost := self._cost(self.organisations)):
            self.organisations += 1
            left -= cost
        if left < 0:
            raise ValueError(f"seed {self.seed} makes {-left} triples too many: choose another")
        organisations = (PROBE_POOL, self._pool._replace(organisations=self.organisations))
        yield from self._things(shared.governments(), end)
        for pool in organisations:
            slugs = map(pool.organisation, range(pool.organisations))
            yield from self._things(((slug, shared.organisation(slug)) for slug in slugs), end)
        others = [f"{name('skos:altLabel')} {english(f'Another name {number}')}" for number in range(left)]
        if others:
            yield self._quads(ID + organisations[-1].organisation(-1), others, end)
        for prefix, count in self.persons.items():
            slugs = map(PROBE_POOL._replace(prefix=prefix).person, range(count))
            yield from self._things(((slug, shared.person(slug)) for slug in slugs), end)
        for pool in organisations:
            slugs = map(pool.organisation, range(0, pool.organisations, REGISTERED))
            yield from self._things(map(shared.entry, slugs), graph("register"))

    @staticmethod
    def _cost(organisation: int) -> int:
        return shared.ORGANISATION_TRIPLES + (0 if organisation % REGISTERED else shared.REGISTER_TRIPLES)

    def _sources(self) -> Iterator[str]:
        for slug, count in {"directory": DIRECTORIES, **self.sources}.items():
            slugs = (f"source/{slug}-{number}" for number in range(count))
            yield from self._things(((source, shared.source(source)) for source in slugs), graph("sources"))
