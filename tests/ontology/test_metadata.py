"""Metadata: what registries and reusers ask of the vocabulary, its terms and its concept schemes."""

import re
from datetime import date
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, URIRef

import foc_graph.graph
from foc_graph.namespaces import BASE, COAL, PREFIXES
from tests.support import ROOT

ONTOLOGY = ROOT / "ontology"
VOCABULARY = Graph().parse(ONTOLOGY / "coalition.ttl")
REUSED = Graph().parse(ONTOLOGY / "reused-terms.ttl")
HEADER = URIRef(f"{BASE}ns")
AGENT = URIRef(f"{BASE}catalogue#publisher")
"""Whom the catalogue of a release describes."""

TERMS = sorted(term for term in VOCABULARY.subjects(RDFS.isDefinedBy, HEADER) if isinstance(term, URIRef))
SCHEMES = sorted((ONTOLOGY / "concepts").glob("*.ttl"))
STATUS, SPECIALIZES = URIRef(f"{PREFIXES['vs']}term_status"), URIRef(f"{PREFIXES['voaf']}specializes")
BIBO_STATUS = URIRef(f"{PREFIXES['bibo']}status")


def one(graph: Graph, node: URIRef, predicate: URIRef) -> str:
    """The only value of a property."""
    (value,) = graph.objects(node, predicate)
    return str(value)


def check_provenance(graph: Graph, node: URIRef) -> None:
    """Who made it, when, on what terms, and in which version: said once each, by IRIs and dates."""
    for predicate in (DCTERMS.creator, DCTERMS.publisher):
        assert list(graph.objects(node, predicate)) == [AGENT]
    assert one(graph, node, DCTERMS.license) == "https://creativecommons.org/publicdomain/zero/1.0/"
    created, modified = (date.fromisoformat(one(graph, node, name)) for name in (DCTERMS.created, DCTERMS.modified))
    assert created <= modified <= date.fromisoformat(one(VOCABULARY, HEADER, DCTERMS.modified))
    assert one(graph, node, OWL.versionInfo) == one(VOCABULARY, HEADER, OWL.versionInfo)
    (described,) = graph.objects(node, DCTERMS.description)
    assert isinstance(described, Literal) and described.language == "en" and len(described) > 20


def test_the_header_says_whose_the_vocabulary_is_and_of_when() -> None:
    check_provenance(VOCABULARY, HEADER)
    assert {OWL.Ontology, URIRef(f"{PREFIXES['voaf']}Vocabulary")} == set(VOCABULARY.objects(HEADER, RDF.type))
    assert one(VOCABULARY, HEADER, DCTERMS.created) <= one(VOCABULARY, HEADER, DCTERMS.issued)
    assert one(VOCABULARY, HEADER, VANN.preferredNamespaceUri) == COAL == PREFIXES["coal"]
    assert one(VOCABULARY, HEADER, VANN.preferredNamespacePrefix) == "coal"
    assert one(VOCABULARY, HEADER, BIBO_STATUS).startswith("http://purl.org/ontology/bibo/status/")


def test_the_header_names_its_version_and_the_one_before() -> None:
    version = one(VOCABULARY, HEADER, OWL.versionInfo)
    iri, before = one(VOCABULARY, HEADER, OWL.versionIRI), one(VOCABULARY, HEADER, OWL.priorVersion)
    assert iri == f"{HEADER}/{version}"
    numbers = [tuple(map(int, re.fullmatch(rf"{HEADER}/(\d+)\.(\d+)\.(\d+)", one).groups())) for one in (before, iri)]
    assert numbers == sorted(set(numbers)) and len(numbers) == 2
    citation = one(VOCABULARY, HEADER, DCTERMS.bibliographicCitation)
    for part in (one(VOCABULARY, HEADER, DCTERMS.title), f"version {version}", iri):
        assert part in citation


def test_the_header_names_the_vocabularies_that_it_specialises() -> None:
    wider = {
        value
        for name in (RDFS.subClassOf, RDFS.subPropertyOf)
        for term in TERMS
        for value in VOCABULARY.objects(term, name)
        if value not in TERMS
    }
    defined = {next((VOCABULARY + REUSED).objects(value, RDFS.isDefinedBy)) for value in wider}
    assert set(VOCABULARY.objects(HEADER, SPECIALIZES)) == defined and len(defined) > 5


@pytest.mark.parametrize("path", SCHEMES, ids=[path.stem for path in SCHEMES])
def test_a_scheme_says_whose_it_is_and_of_when(path: Path, small: foc_graph.graph.Graph) -> None:
    scheme = URIRef(f"{BASE}concept/{path.stem}")
    read = Graph().parse(path)
    assert list(read.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    check_provenance(read, scheme)
    titles = small.sparql(f"SELECT ?title WHERE {{ <{scheme}> dcterms:title ?title }}")
    assert {str(row["title"]) for row in titles} == {str(label) for label in read.objects(scheme, SKOS.prefLabel)}


@pytest.mark.parametrize("term", TERMS, ids=[term.removeprefix(COAL) for term in TERMS])
def test_a_term_has_a_status_and_only_a_deprecated_one_is_archaic(term: URIRef) -> None:
    status = one(VOCABULARY, term, STATUS)
    assert status in {"stable", "testing", "unstable", "archaic"}
    is_deprecated = (term, OWL.deprecated, Literal(True)) in VOCABULARY
    assert (status == "archaic") == is_deprecated == ((term, DCTERMS.isReplacedBy, None) in VOCABULARY)
