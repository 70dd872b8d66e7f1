"""Reasoning: what RDFS entails, from our vocabulary and those that it builds on, changes no answer."""

import pyoxigraph as ox
import pytest

from foc_graph.graph import Graph
from foc_graph.store.embedded import EmbeddedStore
from tests.support.stored_calls import CALLS

AXIOMS = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
INSERT DATA {
  foaf:Organization rdfs:subClassOf foaf:Agent .
  foaf:Person rdfs:subClassOf foaf:Agent .
  foaf:name rdfs:subPropertyOf rdfs:label .
  org:hasSubOrganization rdfs:domain org:Organization ; rdfs:range org:Organization .
  org:member rdfs:domain org:Membership ; rdfs:range foaf:Agent .
  org:memberOf rdfs:domain foaf:Agent ; rdfs:range org:Organization .
  org:organization rdfs:domain org:Membership ; rdfs:range org:Organization .
  org:role rdfs:range org:Role .
  org:subOrganizationOf rdfs:domain org:Organization ; rdfs:range org:Organization ;
    rdfs:subPropertyOf org:transitiveSubOrganizationOf .
  prov:generated rdfs:domain prov:Activity ; rdfs:range prov:Entity .
  prov:wasAssociatedWith rdfs:domain prov:Activity ; rdfs:range prov:Agent .
  skos:altLabel rdfs:subPropertyOf rdfs:label .
  skos:broader rdfs:subPropertyOf skos:broaderTransitive .
  skos:inScheme rdfs:range skos:ConceptScheme .
  skos:prefLabel rdfs:subPropertyOf rdfs:label .
  skos:topConceptOf rdfs:subPropertyOf skos:inScheme .
}
"""
"""Of the vocabularies reused: what each says, and bears on our data."""

ENTAILMENT = (
    "?x a ?class } WHERE { ?property rdfs:domain ?class . ?x ?property ?y",
    "?y a ?class } WHERE { ?property rdfs:range ?class . ?x ?property ?y FILTER(!ISLITERAL(?y))",
    "?p rdfs:subPropertyOf ?r } WHERE { ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r",
    "?x ?q ?y } WHERE { ?p rdfs:subPropertyOf ?q . ?x ?p ?y",
    "?x a ?wider } WHERE { ?class rdfs:subClassOf ?wider . ?x a ?class",
    "?a rdfs:subClassOf ?c } WHERE { ?a rdfs:subClassOf ?b . ?b rdfs:subClassOf ?c",
)
"""The patterns rdfs2, 3, 5, 7, 9 and 11 of RDF 1.1 Semantics, section 9.2.1, in one graph."""


@pytest.fixture(scope="module")
def inferred(small: Graph) -> Graph:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in small.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
    store.update(AXIOMS)
    size = 0
    while size < len(store):
        size = len(store)
        for pattern in ENTAILMENT:
            store.update(f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> INSERT {{ {pattern} }}")
    return Graph(small.workspace, EmbeddedStore(store), small.queries)


def test_there_is_something_to_infer(small: Graph, inferred: Graph) -> None:
    count = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"
    (before,), (after,) = (list(graph.sparql(count)) for graph in (small, inferred))
    assert after["triples"] > before["triples"] + 50


@pytest.mark.parametrize("call", CALLS)
def test_what_is_inferred_changes_no_answer(small: Graph, inferred: Graph, call: str) -> None:
    name, given = CALLS[call]
    assert list(inferred.rows(name, **given)) == list(small.rows(name, **given))
