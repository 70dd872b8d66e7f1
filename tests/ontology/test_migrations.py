"""Migrations: each rewrites data of the version before, on a small graph, and changes nothing when run again."""

import tomllib
from pathlib import Path

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
CASES: dict[str, dict[str, list[list[str]]]] = tomllib.loads(
    Path(__file__).with_name("migrations.toml").read_text("utf-8")
)
"""Of each migration, some triples before and after it."""


def triples(text: str) -> set[ox.Triple]:
    return {ox.Triple(one.subject, one.predicate, one.object) for one in parse_turtle(HEAD + text, "test")[0]}


def test_every_migration_has_cases() -> None:
    assert {path.stem for path in MIGRATIONS.glob("*.rq")} == set(CASES)


@pytest.mark.parametrize(
    ("migration", "before", "after"), [(name, *case) for name, known in CASES.items() for case in known["cases"]]
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
