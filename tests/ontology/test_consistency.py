"""Consistency: what OWL 2 RL entails from our vocabulary and those that it builds on holds no contradiction."""

import owlrl
import pyoxigraph as ox
import pytest
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef

import foc_graph.graph
from foc_graph.namespaces import BASE, COAL, PREFIXES
from tests.support import ROOT
from tests.support.programs import give_up

pytestmark = pytest.mark.extended  # it needs what npm installs, and no code of ours decides it
PACKAGES = ROOT / "ui" / "node_modules" / "@vocabulary"
REUSED = ("foaf", "org", "prov", "skos", "time")
DECLARED = f"BASE <{BASE}>\n" + "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

TEXTS = (None, URIRef(PREFIXES["xsd"] + "string"))

OWN = Graph().parse(ROOT / "ontology" / "coalition.ttl")
CLASSES, PROPERTIES = (
    sorted(term for term in OWN.subjects(RDF.type, kind) if term.startswith(COAL))
    for kind in (OWL.Class, OWL.ObjectProperty)
)

WRONG = {
    "foaf": "a foaf:Person , org:Organization",
    "org": "a org:Membership , org:Role",
    "prov": "a coal:Event , coal:Document",
    "skos": "a skos:Concept , skos:ConceptScheme",
    "time": "a time:ProperInterval , time:Instant",
    "coal": "a coal:Government , schema:Country",
    "subclass": "a foaf:Person , coal:WorkingGroup",
    "range": "a foaf:Person . <membership> org:organization <wrong/range>",
}
"""What each of the vocabularies excludes, and what follows from several of them together."""


def entailed(asserted: Graph) -> Graph:
    """The closure of a graph; texts, from which nothing follows, are left out."""
    closure = Graph()
    for triple in asserted:
        if not isinstance(triple[2], Literal) or triple[2].datatype not in TEXTS:
            closure.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    return closure


@pytest.fixture(scope="module")
def closure(small: foc_graph.graph.Graph) -> Graph:
    """What follows from ours and those that it builds on, a small workspace with what its rules derive, all examples,
    a thing of every term, and what is wrong.
    """
    if not PACKAGES.is_dir():
        give_up("the vocabularies that ours builds on are not installed: make ui")
    graph = OWN + Graph().parse(ROOT / "ontology" / "reused-terms.ttl")
    for name in REUSED:
        triples = (quad.triple for quad in ox.parse(path=PACKAGES / name / f"{name}.nq"))
        graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    stated = small.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    graph.parse(data=ox.serialize(stated, format=ox.RdfFormat.N_TRIPLES), format="nt")
    for example in OWN.objects(None, SKOS.example):
        graph.parse(data=DECLARED + str(example), format="turtle")
    for class_ in CLASSES:
        graph.add((BNode(), RDF.type, class_))
    for property_ in PROPERTIES:
        graph.add((BNode(), property_, BNode()))
    for name, text in WRONG.items():
        graph.parse(data=f"{DECLARED}<wrong/{name}> {text} .", format="turtle")
    return entailed(graph)


def test_only_what_is_wrong_contradicts(closure: Graph) -> None:
    found = [str(message).rpartition(" ")[2] for message in closure.objects(None, ERRNS.error)]
    assert {*found} == {f"{BASE}wrong/{name}" for name in WRONG}


def test_no_term_is_empty(closure: Graph) -> None:
    assert set(closure.subjects(RDFS.subClassOf, OWL.Nothing)) == {OWL.Nothing}
    assert set(closure.subjects(RDF.type, OWL.Nothing)) == set()
