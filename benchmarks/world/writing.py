"""Statements (`predicate object` in N-Triples) about each kind of record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.world import records
from benchmarks.world.terms import CONCEPT, ID, PAGE, a, concept, date, english, integer, name, thing

BODY_CLASSES = {
    "working-group": "coal:WorkingGroup",
    "task-force": "coal:TaskForce",
    "advisory-body": "coal:AdvisoryBody",
    "steering-body": "coal:SteeringBody",
    "secretariat": "coal:SupportUnit",
    "subcommittee": "coal:Body",
}

SOURCE = f"{name('dcterms:source')} <{ID}"
TITLE = name("dcterms:title")
TYPE = f"{name('dcterms:type')} <{CONCEPT}"
LABEL = name("skos:prefLabel")
URL = f"{name('schema:url')} <{PAGE}"
BEGIN, END, ATTESTED, VERIFIED = (name(f"coal:{term}") for term in ("begin", "end", "attested", "verified"))
BEGINS_EARLIEST, BEGINS_LATEST = name("coal:beginsEarliest"), name("coal:beginsLatest")
STATE = f"{name('coal:periodState')} <{CONCEPT}period-state/"

A_MEMBERSHIP = a("coal:Membership")
MEMBER = f"{name('org:member')} <{ID}"
ORGANISATION = f"{name('org:organization')} <{ID}"
ROLE = f"{name('org:role')} <{CONCEPT}role/"
STATUS = f"{name('coal:membershipStatus')} <{CONCEPT}membership-status/"
AFFILIATION = f"{name('coal:affiliation')} <{ID}"
CAPACITY = name("coal:capacity")

CREATOR = f"{name('dcterms:creator')} <{ID}"
ADOPTED_BY = f"{name('coal:adoptedBy')} <{ID}"
ISSUED = name("dcterms:issued")
SUBJECT = f"{name('dcterms:subject')} <{CONCEPT}topic/"


def period(value: records.Period) -> list[str]:
    """The dates of a period."""
    found = []
    if value.begin:
        found.append(f"{BEGIN} {date(value.begin)}")
    if value.end:
        found.append(f"{END} {date(value.end)}")
    if value.attested:
        found.append(f"{ATTESTED} {date(value.attested)}")
    if value.verified:
        found.append(f"{VERIFIED} {date(value.verified)}")
    if value.begins_earliest:
        found.append(f"{BEGINS_EARLIEST} {date(value.begins_earliest)}")
        found.append(f"{BEGINS_LATEST} {date(value.begins_latest)}")
    if value.state:
        found.append(f"{STATE}{value.state}>")
    return found


def _membership(record: records.Membership) -> list[str]:
    found = [
        A_MEMBERSHIP,
        f"{MEMBER}{record.agent}>",
        f"{ORGANISATION}{record.organisation}>",
        f"{ROLE}{record.role}>",
        f"{SOURCE}{record.source}>",
        *period(record.period),
    ]
    if record.status:
        found.append(f"{STATUS}{record.status}>")
    if record.affiliation:
        found.append(f"{AFFILIATION}{record.affiliation}>")
    if record.capacity:
        found.append(f"{CAPACITY} {english(record.capacity)}")
    return found


def _coalition(record: records.Coalition) -> list[str]:
    return [
        a("coal:Coalition"),
        f"{LABEL} {english(record.name)}",
        f"{name('coal:abbreviation')} {english(record.abbreviation)}",
        f"{name('coal:aim')} {english(f'Keep the internet open: {record.name}.')}",
        f"{name('org:classification')} {concept('body-kind/coalition')}",
        f"{name('coal:foundingMembers')} {integer(record.founding_members)}",
        f"{name('foaf:homepage')} <{PAGE}{record.slug}>",
        f"{SOURCE}{record.source}>",
        *period(record.period),
    ]


def _body(record: records.Body) -> list[str]:
    return [
        a(BODY_CLASSES[record.kind]),
        f"{LABEL} {english(record.name)}",
        f"{name('org:classification')} {concept(f'body-kind/{record.kind}')}",
        f"{name('org:subOrganizationOf')} {thing(record.parent)}",
        f"{SOURCE}{record.source}>",
        *period(record.period),
    ]


def _mandate(record: records.Mandate) -> list[str]:
    found = [
        a("coal:Mandate"),
        f"{LABEL} {english(record.name)}",
        f"{name('coal:mandates')} {thing(record.body)}",
        f"{SOURCE}{record.source}>",
        *(f"{name('coal:grantedBy')} {thing(slug)}" for slug in record.granted_by),
        *(f"{name('coal:assigns')} {thing(slug)}" for slug in record.assigns),
        *period(record.period),
    ]
    if record.renews:
        found.append(f"{name('coal:renews')} {thing(record.renews)}")
    return found


def _function(record: records.Function) -> list[str]:
    return [
        a("coal:Function"),
        f"{LABEL} {english(record.name)}",
        f"{name('skos:definition')} {english(record.definition)}",
        f"{SOURCE}{record.source}>",
    ]


def _document(record: records.Document) -> list[str]:
    found = [
        a("coal:Document"),
        f"{TITLE} {english(record.title)}",
        f"{TYPE}document-type/{record.type}>",
        f"{SOURCE}{record.source}>",
        *(f"{SUBJECT}{topic}>" for topic in record.topics),
    ]
    if record.issued:
        found.append(f"{ISSUED} {date(record.issued)}")
    if record.creator:
        found.append(f"{CREATOR}{record.creator}>")
    if record.adopted_by:
        found.append(f"{ADOPTED_BY}{record.adopted_by}>")
    if record.url:
        found.append(f"{URL}{record.url}>")
    if record.replaces:
        found.append(f"{name('dcterms:replaces')} {thing(record.replaces)}")
    return found


def _event(record: records.Event) -> list[str]:
    found = [
        a("coal:Event"),
        f"{TITLE} {english(record.title)}",
        f"{TYPE}event-kind/{record.kind}>",
        f"{name('coal:heldBy')} {thing(record.held_by)}",
        f"{name('coal:hostedBy')} {thing(record.host)}",
        f"{name('schema:location')} {thing(record.place)}",
        f"{SOURCE}{record.source}>",
        *period(record.period),
    ]
    if record.generated:
        found.append(f"{name('prov:generated')} {thing(record.generated)}")
    if record.edition:
        found.append(f"{name('coal:edition')} {integer(record.edition)}")
    return found


def _endorsement(record: records.Endorsement) -> list[str]:
    found = [
        a("coal:Endorsement"),
        f"{name('coal:endorses')} {thing(record.document)}",
        f"{name('coal:endorsedBy')} {thing(record.agent)}",
        f"{SOURCE}{record.source}>",
    ]
    if record.date:
        found.append(f"{name('coal:date')} {date(record.date)}")
    return found


def _appearance(record: records.Appearance) -> list[str]:
    found = [
        a("coal:Appearance"),
        f"{name('coal:appearanceOf')} {thing(record.agent)}",
        f"{name('coal:appearedIn')} {thing(record.event)}",
        f"{CAPACITY} {english(record.capacity)}",
        f"{SOURCE}{record.source}>",
    ]
    if record.attested:
        found.append(f"{ATTESTED} {date(record.attested)}")
    return found


def _claim(record: records.Claim) -> list[str]:
    found = [
        a("coal:Claim"),
        f"{name('rdf:subject')} {thing(record.subject)}",
        f"{name('rdf:predicate')} {name(f'coal:{record.property}')}",
        f"{name('rdf:object')} {date(record.value) if record.property == 'begin' else integer(record.value)}",
        f"{name('coal:rank')} {concept(f'claim-rank/{record.rank}')}",
        f"{SOURCE}{record.source}>",
    ]
    if record.ruling:
        found.append(f"{name('coal:ruling')} {english(record.ruling)}")
    if record.attested:
        found.append(f"{ATTESTED} {date(record.attested)}")
    return found


def _completeness(record: records.Completeness) -> list[str]:
    found = [
        a("coal:Completeness"),
        f"{name('coal:completenessOf')} {thing(record.subject)}",
        f"{name('coal:list')} {concept(f'list/{record.list}')}",
        f"{name('coal:completenessState')} {concept(f'completeness-state/{record.state}')}",
        f"{SOURCE}{record.source}>",
    ]
    if record.expected_max >= 0:
        found.append(f"{name('coal:expectedMin')} {integer(record.expected_min)}")
        found.append(f"{name('coal:expectedMax')} {integer(record.expected_max)}")
    return found


STATEMENTS: dict[type, Callable[[Any], list[str]]] = {
    records.Coalition: _coalition,
    records.Body: _body,
    records.Membership: _membership,
    records.Mandate: _mandate,
    records.Function: _function,
    records.Document: _document,
    records.Event: _event,
    records.Endorsement: _endorsement,
    records.Appearance: _appearance,
    records.Claim: _claim,
    records.Completeness: _completeness,
}
"""What writes each kind of record."""
