"""Migrations: each rewrites data of the version before, on a small graph, and changes nothing when run again."""

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef

from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.rdf.parser import parse_turtle
from tests.support import ROOT
from tests.support.workspaces import PREFIXES as DECLARED

MIGRATIONS = ROOT / "ontology" / "migrations"
HEAD = f"""{DECLARED}
BASE <https://example.org/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX period: <https://w3id.org/coalition/concept/period-state/>
PREFIX role: <https://w3id.org/coalition/concept/role/>
PREFIX status: <https://w3id.org/coalition/concept/membership-status/>
PREFIX support: <https://w3id.org/coalition/concept/support/>
"""
SEAT = "<m> a coal:Membership ;"
RENAMED = [
    ("foundingMembers", "foundingMemberCount", "15"),
    ("heldBy", "convenedBy", "<b>, <d>"),
    ("mandates", "empowers", "<b>"),
]
CASES = {
    "0.2.0-citations": [
        (
            "<c> a coal:Claim ; dcterms:source <id/source/s>, <id/source/t> .",
            "<c> a coal:Claim ; dcterms:source <id/source/s>, <id/source/t> . "
            "<c> prov:qualifiedPrimarySource <c#s>, <c#t> . "
            "<c#s> a coal:Citation ; coal:support support:states ; prov:entity <id/source/s> . "
            "<c#t> a coal:Citation ; coal:support support:states ; prov:entity <id/source/t> .",
        ),
        (
            "<c> a coal:Claim ; dcterms:source <https://a.org/x/>, <https://a.org/x#y> .",
            "<c> a coal:Claim ; dcterms:source <https://a.org/x/>, <https://a.org/x#y> . "
            "<c> prov:qualifiedPrimarySource <c#055b1ba83d95ad01>, <c#4bec780d28cb55cd> . "
            "<c#055b1ba83d95ad01> a coal:Citation ; coal:support support:states ; prov:entity <https://a.org/x/> . "
            "<c#4bec780d28cb55cd> a coal:Citation ; coal:support support:states ; prov:entity <https://a.org/x#y> .",
        ),
        (
            "<c> a coal:Claim ; dcterms:source <s> ; prov:qualifiedPrimarySource <c#1> . <c#1> prov:entity <s> .",
            "<c> a coal:Claim ; dcterms:source <s> ; prov:qualifiedPrimarySource <c#1> . <c#1> prov:entity <s> .",
        ),
    ],
    "0.2.0-membership-status": [
        (
            f"{SEAT} coal:membershipStatus status:member ; coal:note 'n'@en .",
            f"{SEAT} coal:note 'n'@en .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:observer ; org:role role:observer .",
            f"{SEAT} org:role role:observer .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:former ; coal:end 2014 .",
            f"{SEAT} coal:end 2014 .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:former .",
            f"{SEAT} coal:periodState period:ended-date-unknown .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:former ; coal:periodState period:ended .",
            f"{SEAT} coal:periodState period:ended .",
        ),
        *(
            (
                f"{SEAT} coal:membershipStatus status:{kept} .",
                f"{SEAT} coal:membershipStatus status:{kept} .",
            )
            for kept in ("invited", "removed", "withdrawn")
        ),
        (
            f"{SEAT} coal:membershipStatus status:inactive ; coal:verified 2019 ; dcterms:source <s>, <t> .",
            f"{SEAT} coal:verified 2019 ; dcterms:source <s>, <t> . <m/phase/1> a coal:MembershipPhase ; "
            "coal:phaseOf <m> ; coal:membershipStatus status:inactive ; coal:verified 2019 ; dcterms:source <s>, <t> .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:suspended .",
            "<m> a coal:Membership . <m/phase/1> a coal:MembershipPhase ; coal:phaseOf <m> ; "
            "coal:membershipStatus status:suspended ; coal:note 'When it began is not known.'@en .",
        ),
        (
            "<c> rdf:subject <m> ; rdf:predicate coal:membershipStatus ; rdf:object status:member .",
            "<c> rdf:subject <m> ; rdf:predicate coal:periodState ; rdf:object period:open .",
        ),
        (
            "<c> rdf:subject <m> ; rdf:predicate coal:membershipStatus ; rdf:object status:observer .",
            "<c> rdf:subject <m> ; rdf:predicate org:role ; rdf:object role:observer .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:former ; coal:end 2014 . "
            "<c> rdf:subject <m> ; rdf:predicate coal:membershipStatus ; rdf:object status:former .",
            f"{SEAT} coal:end 2014 . <c> rdf:subject <m> ; rdf:predicate coal:periodState ; rdf:object period:ended .",
        ),
        (
            f"{SEAT} coal:membershipStatus status:inactive ; coal:verified 2019 . "
            "<c> rdf:subject <m> ; rdf:predicate coal:membershipStatus ; rdf:object status:inactive .",
            f"{SEAT} coal:verified 2019 . <m/phase/1> a coal:MembershipPhase ; coal:phaseOf <m> ; "
            "coal:membershipStatus status:inactive ; coal:verified 2019 . "
            "<c> rdf:subject <m/phase/1> ; rdf:predicate coal:membershipStatus ; rdf:object status:inactive .",
        ),
    ],
    "0.2.0-pages": [
        *(
            (
                f"<t> a {thing} ; coal:note 'n'@en ; dcterms:source <s>, <t> .",
                f"<t> a {thing} ; coal:note 'n'@en ; dcterms:isReferencedBy <s>, <t> .",
            )
            for thing in ("coal:Coalition , org:OrganizationalCollaboration", "coal:Event", "foaf:Person", "org:Post")
        ),
        (
            "<t> a coal:Event ; dcterms:source <s> ; dcterms:isReferencedBy <t> .",
            "<t> a coal:Event ; dcterms:isReferencedBy <s>, <t> .",
        ),
        *(
            (f"<r> a {record} ; dcterms:source <s>, <t> .",) * 2
            for record in (
                *("adms:Identifier", "coal:Appearance", "coal:Claim", "coal:Completeness", "coal:Endorsement"),
                *("coal:Membership", "coal:MembershipPhase", "coal:Source", "skos:Concept", "skosxl:Label"),
            )
        ),
    ],
    "0.2.0-renamed-properties": [
        *((f"<a> coal:{old} {value} .", f"<a> coal:{new} {value} .") for old, new, value in RENAMED),
        *(
            (
                f"<c> rdf:predicate coal:{old} ; rdf:object {value} .",
                f"<c> rdf:predicate coal:{new} ; rdf:object {value} .",
            )
            for old, new, value in RENAMED
        ),
    ],
    "0.2.0-stated-bounds": [
        (
            f"{SEAT} coal:begin 2014 ; coal:{derived} '2014-05-04'^^xsd:date .",
            f"{SEAT} coal:begin 2014 ; coal:{stated} '2014-05-04'^^xsd:date .",
        )
        for derived, stated in {
            "beginsEarliest": "beginNotBefore",
            "beginsLatest": "beginNotAfter",
            "endsEarliest": "endNotBefore",
            "endsLatest": "endNotAfter",
        }.items()
    ],
}


def triples(text: str) -> set[ox.Triple]:
    return {ox.Triple(one.subject, one.predicate, one.object) for one in parse_turtle(HEAD + text, "test")[0]}


def test_every_migration_has_cases() -> None:
    assert {path.stem for path in MIGRATIONS.glob("*.rq")} == set(CASES)


@pytest.mark.parametrize(
    ("migration", "before", "after"), [(name, *case) for name, cases in CASES.items() for case in cases]
)
def test_a_migration_rewrites_what_it_must_and_keeps_the_rest(migration: str, before: str, after: str) -> None:
    update = (MIGRATIONS / f"{migration}.rq").read_text("utf-8")
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples(before))
    for _ in range(2):
        store.update(update)
        assert {quad.triple for quad in store} == triples(after)


def test_sources_are_rewritten_of_the_classes_that_the_shape_of_things_is_about() -> None:
    known = Graph()
    for name in ("coalition.ttl", "shapes/core/thing.ttl"):
        known.parse(ROOT / "ontology" / name)
    targets = known.objects(URIRef(f"{PREFIXES['coalsh']}Thing"), SH.targetClass)
    things = {str(kind) for target in targets for kind in known.transitive_subjects(RDFS.subClassOf, target)}
    classes = things.union(map(str, known.subjects(RDF.type, OWL.Class)))
    store = ox.Store()
    store.extend(ox.Quad(*one) for kind in classes for one in triples(f"<{kind}> a <{kind}> ; dcterms:source <s> ."))
    store.update((MIGRATIONS / "0.2.0-pages.rq").read_text("utf-8"))
    pages = store.quads_for_pattern(None, ox.NamedNode(iri_of("dcterms:isReferencedBy")), None)
    assert {quad.subject.value for quad in pages} == things < classes
