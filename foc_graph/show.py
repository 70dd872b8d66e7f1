"""The card of a thing, for a person to read: facts, answers of stored queries, sources."""

from __future__ import annotations

from dataclasses import dataclass

from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.sparql.rewriting import insert
from foc_graph.store.results import Rows

_SECTIONS = {
    "members": "coalition",
    "bodies": "coalition",
    "functions": "body",
    "people": "body",
    "memberships_of": "agent",
    "same_as": "thing",
    "sources": "thing",
}
_FACTS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?property ?property_label ?value ?value_label
WHERE {
  ?thing ?property ?value .
  FILTER NOT EXISTS { GRAPH ?derived { ?thing ?property ?value } }
  FILTER(?property != dcterms:source)
  OPTIONAL { ?property rdfs:label ?property_label FILTER(LANGMATCHES(LANG(?property_label), "en")) }
  OPTIONAL { ?value rdfs:label ?value_label FILTER(LANGMATCHES(LANG(?value_label), "en")) }
}
ORDER BY ?property STR(?value)
"""


@dataclass(frozen=True)
class Card:
    """A thing's IRI, its facts as property and values in words, and the stored queries that have rows for it."""

    iri: str
    facts: dict[str, list[str]]
    sections: dict[str, Rows]


def card(graph: Graph, thing: str) -> Card:
    """The card of a thing named by slug, CURIE or IRI.

    Raises:
        UnknownNameError, AmbiguousNameError, ParameterError: if the name means no thing, or several.
    """
    iri = graph.resolve(thing)
    base = graph.base
    derived = graph.workspace.derived_graph
    result = graph.sparql(
        insert(_FACTS, {("thing",): f"BIND({iri} AS ?thing)", ("derived",): f"BIND({derived} AS ?derived)"})
    )
    assert isinstance(result, Rows)
    facts: dict[str, list[str]] = {}
    for row in result:
        value = row["value_label"] or short(str(row["value"]), base)
        facts.setdefault(row["property_label"] or short(row["property"], base), []).append(value)
    sections = {}
    for name, parameter in _SECTIONS.items():
        try:
            rows = graph.rows(name, **{parameter: iri.value})
        except UnknownNameError:
            continue
        if len(rows):
            sections[name] = rows
    return Card(iri.value, facts, sections)
