"""The vocabulary: terms documented and exemplified, concepts in schemes, a JSON-LD context that loses nothing."""

import json
import re
from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.compare import isomorphic

import foc_graph.graph
from foc_graph.namespaces import BASE, COAL, PREFIXES
from foc_graph.rdf.parser import parse_turtle
from foc_graph.rdf.terms import curie
from tests.support import ROOT

VOCABULARY = Graph().parse(ROOT / "ontology" / "coalition.ttl")
CONCEPTS = Graph()
for path in sorted((ROOT / "ontology" / "concepts").glob("*.ttl")):
    CONCEPTS.parse(path)
TERMS = sorted({str(term) for term in VOCABULARY.subjects(RDFS.isDefinedBy) if str(term).startswith(COAL)})
CONTEXT = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
DECLARED = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

LANGUAGES = ["en", "fr"]
"""The languages in which every term, concept and scheme has one label."""


def languages(labels: Iterable[object]) -> list[str]:
    return sorted(str(getattr(label, "language", "")) for label in labels)


def test_all_own_terms_say_who_defines_them() -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    own = {str(term) for kind in kinds for term in VOCABULARY.subjects(RDF.type, kind)}
    assert sorted(term for term in own if term.startswith(COAL)) == TERMS and len(TERMS) > 60


@pytest.mark.parametrize("term", TERMS, ids=[term.removeprefix(COAL) for term in TERMS])
def test_a_term_is_documented_and_its_example_uses_it(term: str) -> None:
    node = URIRef(term)
    assert languages(VOCABULARY.objects(node, RDFS.label)) == LANGUAGES
    for predicate in (SKOS.definition, SKOS.scopeNote, SKOS.example):
        assert len(list(VOCABULARY.objects(node, predicate))) == 1, predicate
    example = str(VOCABULARY.value(node, SKOS.example)).replace("<", f"<{BASE}").replace(f"<{BASE}http", "<http")
    triples, _ = parse_turtle(DECLARED + example, "example")
    used = {
        part.value for t in triples for part in (t.subject, t.predicate, t.object) if isinstance(part, ox.NamedNode)
    }
    assert term in used
    concepts = {iri for iri in used if iri.startswith(f"{BASE}concept/")}
    assert concepts <= {str(concept) for concept in CONCEPTS.subjects(RDF.type, SKOS.Concept)}


@pytest.mark.parametrize("term", TERMS, ids=[term.removeprefix(COAL) for term in TERMS])
def test_a_term_says_why_it_is_only_near_one_of_another_vocabulary(term: str) -> None:
    node = URIRef(term)
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
    labelled += [(URIRef(COAL), VOCABULARY.objects(URIRef(term), RDFS.label)) for term in TERMS]
    found = Counter((within, label.n3().lower()) for within, labels in labelled for label in labels)
    assert [one for one, count in found.items() if count > 1] == []


def test_the_context_names_every_term() -> None:
    values = [entry for entry in CONTEXT["@context"].values() if isinstance(entry, (dict, str))]
    named = {entry["@id"] if isinstance(entry, dict) else entry for entry in values}
    expanded = {name.replace("coal:", COAL) for name in named}
    assert [term for term in TERMS if term not in expanded] == []


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
