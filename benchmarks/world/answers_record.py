"""What the queries of `queries/record/` give, from the records of their coalitions."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.world import agents
from benchmarks.world.answers_membership import CHAIRS
from benchmarks.world.draws import VERIFIED
from benchmarks.world.records import (
    Body,
    Claim,
    Coalition,
    Completeness,
    Document,
    Endorsement,
    Event,
    Mandate,
    Membership,
    Record,
)
from benchmarks.world.terms import CONCEPT, ID, PAGE
from benchmarks.world.view import BELONGING, OVER, Row, View, coalition_of, iri
from foc_graph.terms import COAL, iri_of
from foc_graph.time import PartialDate

PLAIN_ROLES = ("endorser", "member", "non-voting-member", "observer", "participant", "partner")


def changes(view: View, since: str, until: str, coalition: str) -> list[Row]:
    first, last = PartialDate(since).first_day, PartialDate(until).last_day
    return [
        {"date": date, "change": happening, "subject": iri(record.slug), "label": view.label(record.slug)}
        for record, date, happening in _happenings(view)
        if first <= PartialDate(date).first_day <= last and coalition_of(record.slug) == coalition
    ]


def timeline(view: View, thing: str, since: str = "", until: str = "") -> list[Row]:
    rows = []
    for record, date, happening in _happenings(view):
        after = not since or date >= PartialDate(since).first_day[: len(date)]
        before = not until or date <= PartialDate(until).last_day[: len(date)]
        about = any(thing in _above(view, slug) for slug in _concerned(record))
        if after and before and (about or record.slug.startswith(f"{thing}/")):
            row = {"date": date, "event": happening, "subject": iri(record.slug), "label": view.label(record.slug)}
            rows.append(row)
    return rows


def completeness(view: View, coalition: str) -> list[Row]:
    return [
        {
            "body": iri(one.subject),
            "list": one.list,
            "known": len(_entries(view, one)),
            "expected_min": None if one.expected_min < 0 else one.expected_min,
            "expected_max": None if one.expected_max < 0 else one.expected_max,
            "state": one.state,
            "name": view.label(one.subject),
        }
        for one in view.all(Completeness, coalition)
    ]


def conflicts(view: View, coalition: str) -> list[Row]:
    claims = view.all(Claim, coalition)
    return [
        {
            "subject": iri(one.subject),
            "property": COAL + one.property,
            "value": _value(one),
            "rank": one.rank,
            "source": iri(one.source),
            "ruling": one.ruling or None,
            "date": one.attested or None,
        }
        for one in claims
        if any(_disagree(one, other) for other in claims)
    ]


def sources(view: View, thing: str) -> list[Row]:
    found: set[str] = set()
    for one in view.everything():
        about = {
            Claim: ("subject",),
            Completeness: ("subject",),
            Mandate: ("body",),
            Membership: ("agent",),
        }.get(type(one), ())
        if thing in (one.slug, *(getattr(one, field) for field in about)):
            found.add(one.source)
    if thing.startswith("organisation/"):
        found.add(f"source/directory-{agents.number_of(thing) % agents.DIRECTORIES}")
    return [
        {"source": iri(one), "url": PAGE + one, "publisher": agents.publisher_of(one), "retrieved": VERIFIED}
        for one in sorted(found)
    ]


def stale(view: View, before: str) -> list[Row]:
    first = PartialDate(before).first_day
    return [
        {"thing": iri(one.slug), "label": view.label(one.slug), "last_verified": one.period.verified}
        for one in view.everything()
        if isinstance(one, (Coalition, Body, Mandate, Membership))
        and one.period.verified
        and one.period.verified < first[: len(one.period.verified)]
    ]


def why(view: View, thing: str, property: str = "") -> list[Row]:
    """For a membership, or for a coalition a property with claims."""
    claims = [one for one in view.all(Claim) if one.subject == thing]
    rows: list[Row] = [
        {
            "property": COAL + one.property,
            "value": _value(one),
            "rank": one.rank,
            "source": iri(one.source),
            "ruling": one.ruling or None,
            "date": one.attested or None,
        }
        for one in claims
    ]
    record = view.get(thing)
    if isinstance(record, Membership):
        claimed = {(row["property"], row["value"]) for row in rows}
        rows += [
            {"property": name, "value": value, "rank": None, "source": iri(record.source), "ruling": None, "date": None}
            for name, value in _facts(record)
            if (name, value) not in claimed
        ]
    return [row for row in rows if not property or row["property"] == iri_of(property)]


def _facts(one: Membership) -> Iterator[tuple[str, str]]:
    yield iri_of("org:member"), ID + one.agent
    yield iri_of("org:organization"), ID + one.organisation
    yield iri_of("org:role"), f"{CONCEPT}role/{one.role}"
    if one.status:
        yield f"{COAL}membershipStatus", f"{CONCEPT}membership-status/{one.status}"
    if one.affiliation:
        yield f"{COAL}affiliation", ID + one.affiliation
    if one.capacity:
        yield f"{COAL}capacity", one.capacity
    for name in ("begin", "end", "attested"):
        if value := getattr(one.period, name):
            yield COAL + name, value
    if one.period.begins_earliest:
        yield f"{COAL}beginsEarliest", one.period.begins_earliest
        yield f"{COAL}beginsLatest", one.period.begins_latest


def _happenings(view: View) -> Iterator[tuple[Record, str, str]]:
    """What happened to things, with its date."""
    for one in view.everything():
        match one:
            case Coalition() | Body():
                begun, over = "founded", "ended"
            case Mandate():
                begun, over = "mandate began", "mandate ended"
            case Membership():
                plain = one.role in PLAIN_ROLES
                begun, over = ("joined", "left") if plain else (f"{one.role} began", f"{one.role} ended")
            case Event():
                begun, over = "held", ""
            case Document(issued=date) | Endorsement(date=date):
                if date:
                    yield one, date, "issued" if isinstance(one, Document) else "endorsed"
                continue
            case _:
                continue
        if one.period.begin:
            yield one, one.period.begin, begun
        if one.period.end and over:
            yield one, one.period.end, over


def _concerned(record: Record) -> tuple[str, ...]:
    """The thing itself and those whose history it is part of."""
    fields = {
        Document: ("creator", "adopted_by"),
        Endorsement: ("agent",),
        Event: ("held_by", "host"),
        Mandate: ("body",),
        Membership: ("organisation", "agent"),
    }.get(type(record), ())
    return (record.slug, *(getattr(record, field) for field in fields))


def _above(view: View, slug: str) -> list[str]:
    return view.above(slug) if slug in view and isinstance(view.get(slug), (Body, Coalition)) else [slug]


def _entries(view: View, one: Completeness) -> set[str]:
    """The entries of a list that are known."""
    match one.list:
        case "members":
            record = view.get(one.subject)
            assert isinstance(record, Coalition)
            over = view.state(record) in ("ended", "ended-date-unknown")
            without = ("invited",) if over else ("invited", *OVER)
            belonging = (each for each in view.members(one.subject) if each.role in BELONGING)
            return {each.agent for each in belonging if each.status not in without}
        case "people":
            return {each.agent for each in view.members(one.subject)}
        case "chairs":
            return {each.slug for each in view.members(one.subject) if each.role in CHAIRS}
        case "documents":
            return {each.slug for each in view.all(Document) if each.adopted_by == one.subject}
        case "outputs":
            return {each.slug for each in view.all(Document) if each.creator == one.subject}
        case "meetings":
            return {each.slug for each in view.all(Event) if each.held_by == one.subject}
        case "bodies":
            return {each.slug for each in view.all(Body, one.subject)}
        case _:
            return {each.agent for each in view.all(Endorsement) if each.document == one.subject}


def _disagree(one: Claim, other: Claim) -> bool:
    if (one.subject, one.property) != (other.subject, other.property) or one.value == other.value:
        return False
    dates = sorted((one.attested, other.attested))
    return not dates[0] or dates[1].startswith(dates[0])


def _value(claim: Claim) -> str | int:
    return claim.value if claim.property == "begin" else int(claim.value)
