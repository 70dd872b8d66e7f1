"""Statements (`predicate object` in N-Triples) about a thing of each kind in a coalition's part of the world."""

from __future__ import annotations

from benchmarks.world.draws import Period
from benchmarks.world.shared import Statements
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


def dates(value: Period) -> list[str]:
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


def membership(
    slug: str,
    agent: str,
    organisation: str,
    role: str,
    status: str,
    period: Period,
    source: str,
    affiliation: str = "",
    capacity: str = "",
) -> Statements:
    """Describe an agent's membership in a coalition or body."""
    found = [
        A_MEMBERSHIP,
        f"{MEMBER}{agent}>",
        f"{ORGANISATION}{organisation}>",
        f"{ROLE}{role}>",
        f"{SOURCE}{source}>",
        *dates(period),
    ]
    if status:
        found.append(f"{STATUS}{status}>")
    if affiliation:
        found.append(f"{AFFILIATION}{affiliation}>")
    if capacity:
        found.append(f"{CAPACITY} {english(capacity)}")
    return slug, found


def coalition(
    slug: str, label: str, abbreviation: str, period: Period, founding_members: int, source: str
) -> Statements:
    """Describe a coalition."""
    return slug, [
        a("coal:Coalition"),
        f"{LABEL} {english(label)}",
        f"{name('coal:abbreviation')} {english(abbreviation)}",
        f"{name('coal:aim')} {english(f'Keep the internet open: {label}.')}",
        f"{name('org:classification')} {concept('body-kind/coalition')}",
        f"{name('coal:foundingMembers')} {integer(founding_members)}",
        f"{name('foaf:homepage')} <{PAGE}{slug}>",
        f"{SOURCE}{source}>",
        *dates(period),
    ]


def body(slug: str, label: str, kind: str, parent: str, period: Period, source: str) -> Statements:
    """Describe a body of a coalition; `parent` is the coalition or another body."""
    return slug, [
        a(BODY_CLASSES[kind]),
        f"{LABEL} {english(label)}",
        f"{name('org:classification')} {concept(f'body-kind/{kind}')}",
        f"{name('org:subOrganizationOf')} {thing(parent)}",
        f"{SOURCE}{source}>",
        *dates(period),
    ]


def mandate(
    slug: str,
    label: str,
    body: str,
    period: Period,
    granted_by: tuple[str, ...],
    assigns: tuple[str, ...],
    renews: str,
    source: str,
) -> Statements:
    """Describe a mandate of a body."""
    found = [
        a("coal:Mandate"),
        f"{LABEL} {english(label)}",
        f"{name('coal:mandates')} {thing(body)}",
        f"{SOURCE}{source}>",
        *(f"{name('coal:grantedBy')} {thing(document)}" for document in granted_by),
        *(f"{name('coal:assigns')} {thing(function)}" for function in assigns),
        *dates(period),
    ]
    if renews:
        found.append(f"{name('coal:renews')} {thing(renews)}")
    return slug, found


def function(slug: str, label: str, definition: str, source: str) -> Statements:
    """Describe what a mandate tells a body to do."""
    return slug, [
        a("coal:Function"),
        f"{LABEL} {english(label)}",
        f"{name('skos:definition')} {english(definition)}",
        f"{SOURCE}{source}>",
    ]


def document(
    slug: str,
    title: str,
    kind: str,
    issued: str,
    source: str,
    creator: str = "",
    adopted_by: str = "",
    topics: tuple[str, ...] = (),
    url: str = "",
    replaces: str = "",
) -> Statements:
    """Describe a document that a body made or a coalition adopted."""
    found = [
        a("coal:Document"),
        f"{TITLE} {english(title)}",
        f"{TYPE}document-type/{kind}>",
        f"{SOURCE}{source}>",
        *(f"{SUBJECT}{topic}>" for topic in topics),
    ]
    if issued:
        found.append(f"{ISSUED} {date(issued)}")
    if creator:
        found.append(f"{CREATOR}{creator}>")
    if adopted_by:
        found.append(f"{ADOPTED_BY}{adopted_by}>")
    if url:
        found.append(f"{URL}{url}>")
    if replaces:
        found.append(f"{name('dcterms:replaces')} {thing(replaces)}")
    return slug, found


def event(
    slug: str,
    title: str,
    kind: str,
    period: Period,
    held_by: str,
    host: str,
    place: str,
    source: str,
    generated: str = "",
    edition: int = 0,
) -> Statements:
    """Describe a conference or meeting; `edition` is 0 for one that is not numbered."""
    found = [
        a("coal:Event"),
        f"{TITLE} {english(title)}",
        f"{TYPE}event-kind/{kind}>",
        f"{name('coal:heldBy')} {thing(held_by)}",
        f"{name('coal:hostedBy')} {thing(host)}",
        f"{name('schema:location')} {thing(place)}",
        f"{SOURCE}{source}>",
        *dates(period),
    ]
    if generated:
        found.append(f"{name('prov:generated')} {thing(generated)}")
    if edition:
        found.append(f"{name('coal:edition')} {integer(edition)}")
    return slug, found


def endorsement(slug: str, document: str, agent: str, day: str, source: str) -> Statements:
    """Describe how an agent put its name to a document."""
    found = [
        a("coal:Endorsement"),
        f"{name('coal:endorses')} {thing(document)}",
        f"{name('coal:endorsedBy')} {thing(agent)}",
        f"{SOURCE}{source}>",
    ]
    if day:
        found.append(f"{name('coal:date')} {date(day)}")
    return slug, found


def appearance(slug: str, agent: str, event: str, capacity: str, attested: str, source: str) -> Statements:
    """Describe how an agent spoke or was host somewhere, without a seat."""
    found = [
        a("coal:Appearance"),
        f"{name('coal:appearanceOf')} {thing(agent)}",
        f"{name('coal:appearedIn')} {thing(event)}",
        f"{CAPACITY} {english(capacity)}",
        f"{SOURCE}{source}>",
    ]
    if attested:
        found.append(f"{ATTESTED} {date(attested)}")
    return slug, found


def claim(
    slug: str, subject: str, about: str, value: str, rank: str, source: str, ruling: str = "", attested: str = ""
) -> Statements:
    """Describe one source's say on one property of a thing; a value is a date or a number."""
    found = [
        a("coal:Claim"),
        f"{name('rdf:subject')} {thing(subject)}",
        f"{name('rdf:predicate')} {name(f'coal:{about}')}",
        f"{name('rdf:object')} {date(value) if about == 'begin' else integer(value)}",
        f"{name('coal:rank')} {concept(f'claim-rank/{rank}')}",
        f"{SOURCE}{source}>",
    ]
    if ruling:
        found.append(f"{name('coal:ruling')} {english(ruling)}")
    if attested:
        found.append(f"{ATTESTED} {date(attested)}")
    return slug, found


def completeness(
    slug: str, subject: str, which: str, state: str, expected_min: int, expected_max: int, source: str
) -> Statements:
    """Describe how much of a list is known; the full one has so many entries, or its length is not known (-1)."""
    found = [
        a("coal:Completeness"),
        f"{name('coal:completenessOf')} {thing(subject)}",
        f"{name('coal:list')} {concept(f'list/{which}')}",
        f"{name('coal:completenessState')} {concept(f'completeness-state/{state}')}",
        f"{SOURCE}{source}>",
    ]
    if expected_max >= 0:
        found.append(f"{name('coal:expectedMin')} {integer(expected_min)}")
        found.append(f"{name('coal:expectedMax')} {integer(expected_max)}")
    return slug, found
