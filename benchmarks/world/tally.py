"""Counts over the whole world, taken while it is written, and what the queries about all of it give."""

from __future__ import annotations

from collections import Counter

from benchmarks.world.agents import COUNTRIES, DIRECTORIES, REGIONS, REGISTERED, SUBREGIONS, former_name_end
from benchmarks.world.draws import VERIFIED
from benchmarks.world.records import (
    Appearance,
    Body,
    Claim,
    Coalition,
    Document,
    Endorsement,
    Mandate,
    Membership,
    Record,
)
from benchmarks.world.view import BELONGING, OVER, Row, coalition_of, iri
from benchmarks.world.world import PROBE_POOL, World
from benchmarks.world.writing import BODY_CLASSES
from foc_graph.terms import iri_of
from foc_graph.time import PartialDate

STALE_BEFORE = "2022-07"


class Tally:
    """Counts of things by kind, and of members and bodies by coalition."""

    def __init__(self) -> None:
        self.kinds: Counter[type] = Counter()
        self.body_kinds: Counter[str] = Counter()
        self.document_types: Counter[str] = Counter()
        self.members: Counter[str] = Counter()
        self.bodies: Counter[str] = Counter()
        self.coalitions: list[Coalition] = []
        self.grants = self.seats = self.stale = self.conflicting = self.claimed = 0
        self.issued = self.linked_documents = self.dated_endorsements = self.dated_appearances = 0

    def add(self, record: Record) -> None:
        """Count a record."""
        self.kinds[type(record)] += 1
        match record:
            case Membership():
                if "/" in record.organisation:
                    self.seats += 1
                elif record.role in BELONGING and record.status not in (*OVER, "invited"):
                    self.members[record.organisation] += 1
                verified = record.period.verified
                if verified and verified != VERIFIED:
                    self.stale += verified < PartialDate(STALE_BEFORE).first_day[: len(verified)]
            case Claim():
                self.conflicting += record.property != "memberCount"
                self.claimed += record.property == "begin" and record.rank == "preferred"
            case Document():
                self.document_types[record.type] += 1
                self.issued += bool(record.issued)
                self.linked_documents += bool(record.url)
            case Endorsement():
                self.dated_endorsements += bool(record.date)
            case Appearance():
                self.dated_appearances += bool(record.attested)
            case Mandate():
                self.grants += len(record.granted_by)
            case Body():
                self.body_kinds[record.kind] += 1
                self.bodies[coalition_of(record.slug)] += 1
            case Coalition():
                self.coalitions.append(record)


def coalitions(tally: Tally) -> list[Row]:
    return [
        {
            "coalition": iri(one.slug),
            "name": one.name,
            "abbreviation": one.abbreviation,
            "founded": one.period.begin,
            "members": tally.members[one.slug],
            "bodies": tally.bodies[one.slug],
        }
        for one in tally.coalitions
    ]


def matrix_size(tally: Tally) -> int:
    """How many pairs of coalitions there are in which one at least has members."""
    every = len(tally.coalitions)
    empty = sum(not tally.members[one.slug] for one in tally.coalitions)
    return (every * (every - 1) - empty * (empty - 1)) // 2


def statistics(tally: Tally, world: World) -> list[Row]:
    """Without `skos:Concept`, which the shared vocabulary has."""
    counts = {iri_of(f"coal:{kind.__name__}"): count for kind, count in tally.kinds.items()}
    for kind, count in tally.body_kinds.items():
        if BODY_CLASSES[kind] != "coal:Body":
            counts[iri_of(BODY_CLASSES[kind])] = count
    counts |= {
        iri_of("adms:Identifier"): _identifiers(world),
        iri_of("coal:Government"): COUNTRIES,
        iri_of("coal:Region"): 1 + REGIONS + SUBREGIONS,
        iri_of("coal:Source"): DIRECTORIES + sum(world.sources.values()),
        iri_of("foaf:Person"): sum(world.persons.values()),
        iri_of("org:Organization"): _organisations(tally, world),
        iri_of("schema:City"): COUNTRIES,
        iri_of("schema:Country"): COUNTRIES,
    }
    return [{"class": kind, "count": count} for kind, count in counts.items()]


def coverage(tally: Tally, world: World) -> list[Row]:
    kinds, bodies = tally.kinds, tally.kinds[Body]
    every = {iri_of(f"coal:{kind.__name__}"): count for kind, count in kinds.items()}
    names = sum(bool(former_name_end(country)) for country in range(COUNTRIES))
    identifiers, coalitions, organisations = _identifiers(world), kinds[Coalition], _organisations(tally, world)
    appearances, endorsements = tally.dated_appearances, tally.dated_endorsements
    rows: dict[str, tuple[int, int, int, int, int]] = {
        "adms:Identifier": (identifiers, identifiers, 0, 0, identifiers),
        "coal:Appearance": (kinds[Appearance], kinds[Appearance], appearances, 0, 0),
        "coal:Body": (bodies, bodies, bodies, 0, 0),
        "coal:Coalition": (coalitions, coalitions, coalitions, coalitions, coalitions),
        "coal:Document": (kinds[Document], kinds[Document], tally.issued, 0, tally.linked_documents),
        "coal:Endorsement": (kinds[Endorsement], kinds[Endorsement], endorsements, 0, 0),
        "coal:Membership": (kinds[Membership], kinds[Membership], kinds[Membership], tally.claimed, 0),
        "org:Organization": (
            organisations,
            organisations - COUNTRIES,
            bodies + coalitions,
            coalitions,
            organisations - COUNTRIES - bodies,
        ),
        "schema:City": (COUNTRIES, COUNTRIES, 0, 0, 0),
        "schema:Country": (COUNTRIES, COUNTRIES, 0, 0, 0),
        "skosxl:Label": (names, names, names, 0, 0),
    }
    for kind, dated in (("Completeness", False), ("Event", True), ("Mandate", True)):
        count = every[iri_of(f"coal:{kind}")]
        rows[f"coal:{kind}"] = (count, count, count if dated else 0, 0, 0)
    columns = ("things", "with_source", "with_date", "with_claim", "with_link")
    return [{"kind": iri_of(kind), **dict(zip(columns, counts, strict=True))} for kind, counts in rows.items()]


def _identifiers(world: World) -> int:
    return sum(-(-count // REGISTERED) for count in (PROBE_POOL.organisations, world.organisations))


def _organisations(tally: Tally, world: World) -> int:
    every = PROBE_POOL.organisations + world.organisations
    return every + COUNTRIES + tally.kinds[Coalition] + tally.kinds[Body]
