"""The vocabulary: described for registries, terms exemplified, concepts in schemes, a JSON-LD context without loss."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, URIRef
from rdflib.compare import isomorphic

import foc_graph.graph
from foc_graph.namespaces import BASE, COAL, PREFIXES
from foc_graph.rdf.parser import parse_turtle
from foc_graph.rdf.terms import curie
from foc_graph.site.ontology import Pattern
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.workspaces import new_workspace

ONTOLOGY = ROOT / "ontology"
VOCABULARY = Graph().parse(ONTOLOGY / "coalition.ttl")
REUSED = Graph().parse(ONTOLOGY / "reused-terms.ttl")
HEADER = URIRef(f"{BASE}ns")
AGENT = URIRef(f"{BASE}catalogue#publisher")
"""Whom the catalogue of a release describes."""

SCHEMES = sorted((ONTOLOGY / "concepts").glob("*.ttl"))
CONCEPTS = Graph()
for path in SCHEMES:
    CONCEPTS.parse(path)
TERMS = sorted(term for term in VOCABULARY.subjects(RDFS.isDefinedBy, HEADER) if isinstance(term, URIRef))
TERM_NAMES = [term.removeprefix(COAL) for term in TERMS]
CONTEXT = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
DECLARED = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
PATTERNS = [Pattern.of(str(one)) for one in sorted(VOCABULARY.objects(HEADER, SKOS.example))]
STATUS, SPECIALIZES = URIRef(f"{PREFIXES['vs']}term_status"), URIRef(f"{PREFIXES['voaf']}specializes")
BIBO_STATUS = URIRef(f"{PREFIXES['bibo']}status")

LANGUAGES = ["en", "fr"]
"""The languages in which every term, concept and scheme has one label."""


def languages(labels: Iterable[object]) -> list[str]:
    return sorted(str(getattr(label, "language", "")) for label in labels)


def test_all_own_terms_say_who_defines_them() -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    own = {term for kind in kinds for term in VOCABULARY.subjects(RDF.type, kind)}
    assert sorted(term for term in own if term.startswith(COAL)) == TERMS and len(TERMS) > 60


@pytest.mark.parametrize("node", TERMS, ids=TERM_NAMES)
def test_a_term_is_documented_and_its_example_uses_it(node: URIRef) -> None:
    assert languages(VOCABULARY.objects(node, RDFS.label)) == LANGUAGES
    for predicate in (SKOS.definition, SKOS.scopeNote, SKOS.example):
        assert len(list(VOCABULARY.objects(node, predicate))) == 1, predicate
    example = str(VOCABULARY.value(node, SKOS.example)).replace("<", f"<{BASE}").replace(f"<{BASE}http", "<http")
    triples, _ = parse_turtle(DECLARED + example, "example")
    used = {
        part.value for t in triples for part in (t.subject, t.predicate, t.object) if isinstance(part, ox.NamedNode)
    }
    assert str(node) in used
    concepts = {iri for iri in used if iri.startswith(f"{BASE}concept/")}
    assert concepts <= {str(concept) for concept in CONCEPTS.subjects(RDF.type, SKOS.Concept)}


@pytest.mark.parametrize("node", TERMS, ids=TERM_NAMES)
def test_a_term_says_why_it_is_only_near_one_of_another_vocabulary(node: URIRef) -> None:
    near = {str(other) for other in VOCABULARY.objects(node, RDFS.seeAlso) if not str(other).startswith(BASE)}
    names = {curie(other, PREFIXES) or re.split("[/#]", other)[-1] for other in near}
    text = f"{VOCABULARY.value(node, SKOS.definition)} {VOCABULARY.value(node, SKOS.scopeNote)}"
    assert [name for name in names if not name or not re.search(rf"(?<![\w:]){re.escape(name)}(?!\w)", text)] == []


def test_every_concept_is_defined_in_one_scheme() -> None:
    for concept in CONCEPTS.subjects(RDF.type, SKOS.Concept):
        (scheme,) = CONCEPTS.objects(concept, SKOS.inScheme)
        assert str(concept).startswith(f"{scheme}/") and (scheme, RDF.type, SKOS.ConceptScheme) in CONCEPTS
        assert CONCEPTS.value(concept, SKOS.definition)


def test_every_concept_and_scheme_has_a_label_in_every_language() -> None:
    kinds = (SKOS.Concept, SKOS.ConceptScheme)
    named = {
        node: CONCEPTS.objects(node, SKOS.prefLabel) for kind in kinds for node in CONCEPTS.subjects(RDF.type, kind)
    }
    assert [str(node) for node, labels in named.items() if languages(labels) != LANGUAGES] == []


def test_no_two_concepts_of_a_scheme_have_one_label_and_no_two_terms() -> None:
    labelled = [
        (scheme, CONCEPTS.objects(node, SKOS.prefLabel)) for node, scheme in CONCEPTS.subject_objects(SKOS.inScheme)
    ]
    labelled += [(URIRef(COAL), VOCABULARY.objects(term, RDFS.label)) for term in TERMS]
    found = Counter((within, label.n3().lower()) for within, labels in labelled for label in labels)
    assert [one for one, count in found.items() if count > 1] == []


def test_the_context_names_every_term() -> None:
    values = [entry for entry in CONTEXT["@context"].values() if isinstance(entry, (dict, str))]
    named = {entry["@id"] if isinstance(entry, dict) else entry for entry in values}
    expanded = {name.replace("coal:", COAL) for name in named}
    assert [term for term in TERMS if str(term) not in expanded] == []


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # within rdflib itself
def test_json_ld_with_the_context_loses_nothing(small: foc_graph.graph.Graph) -> None:
    things = (
        "first",
        "first/group",
        "first/group/mandate/1",
        "first/membership/ee",
        "first/event/conference-2013",
        "country/ee",
    )
    original = Graph()
    for thing in things:
        original.parse(data=small.describe(thing).serialise("nt"), format="nt")
    document = json.loads(original.serialize(format="json-ld", context=CONTEXT["@context"]))
    document["@context"] = CONTEXT["@context"]
    text = json.dumps(document)
    assert isomorphic(Graph().parse(data=text, format="json-ld"), original)
    triples = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}
    again = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    assert isomorphic(again, original)


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
    known = VOCABULARY + REUSED
    defined = {next(known.objects(value, RDFS.isDefinedBy)) for value in wider}
    assert set(VOCABULARY.objects(HEADER, SPECIALIZES)) == defined and len(defined) > 5


@pytest.mark.parametrize("path", SCHEMES, ids=[path.stem for path in SCHEMES])
def test_a_scheme_says_whose_it_is_and_of_when(path: Path, small: foc_graph.graph.Graph) -> None:
    scheme = URIRef(f"{BASE}concept/{path.stem}")
    read = Graph().parse(path)
    assert list(read.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    check_provenance(read, scheme)
    titles = small.sparql(f"SELECT ?title WHERE {{ <{scheme}> dcterms:title ?title }}")
    assert {str(row["title"]) for row in titles} == {str(label) for label in read.objects(scheme, SKOS.prefLabel)}


@pytest.mark.parametrize("node", TERMS, ids=TERM_NAMES)
def test_a_term_has_a_status_and_only_a_deprecated_one_is_archaic(node: URIRef) -> None:
    status = one(VOCABULARY, node, STATUS)
    assert status in {"stable", "testing", "unstable", "archaic"}
    is_deprecated = (node, OWL.deprecated, Literal(True)) in VOCABULARY
    assert (status == "archaic") == is_deprecated == ((node, DCTERMS.isReplacedBy, None) in VOCABULARY)


def test_memberships_mandates_and_claims_have_a_pattern() -> None:
    classes = [
        {str(value).removeprefix(COAL) for value in Graph().parse(data=one.turtle).objects(None, RDF.type)}
        for one in PATTERNS
    ]
    assert [one - {"Source"} for one in classes] == [{"Membership"}, {"Mandate", "Function"}, {"Claim", "Citation"}]


@pytest.mark.parametrize("pattern", PATTERNS, ids=["membership", "mandate", "claim"])
def test_a_pattern_is_explained_and_uses_terms_that_are_current(pattern: Pattern) -> None:
    assert pattern.heading.startswith("Pattern ") and pattern.text.endswith(".") and "#" not in pattern.turtle[:1]
    read = Graph().parse(data=pattern.turtle)
    used = {term for triple in read for term in triple if str(term).startswith(COAL)}
    assert used
    assert {term for term in used if (term, RDFS.isDefinedBy, None) not in VOCABULARY} == set()
    assert {term for term in used if (term, OWL.deprecated, None) in VOCABULARY} == set()


def test_patterns_conform_beside_the_files_of_a_new_workspace(tmp_path: Path) -> None:
    new_workspace(tmp_path / "workspace", '["ontology", "queries", "data/agents/governments.ttl"]')
    pasted = tmp_path / "workspace" / "data" / "coalitions" / "example" / "patterns.ttl"
    pasted.write_text("\n\n".join(one.turtle for one in PATTERNS), "utf-8")
    report = validate_workspace(Workspace(tmp_path / "workspace"))
    assert [result.message for result in report.results] == []
