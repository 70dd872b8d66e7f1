"""The card of a thing, for a person to read: facts, answers of stored queries, sources."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.sparql.rewriting import insert
from foc_graph.store.labels import find_labels
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
SELECT DISTINCT ?property ?value
WHERE {
  ?thing ?property ?value .
  FILTER NOT EXISTS { GRAPH ?derived { ?thing ?property ?value } }
  FILTER(?property NOT IN (dcterms:source, dcterms:isReferencedBy))
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
    """Return the card of a thing named by slug, CURIE or IRI.

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
    labels = find_labels(
        graph.store, (term.value for row in result.terms for term in row if isinstance(term, ox.NamedNode))
    )
    facts: dict[str, list[str]] = {}
    for row in result:
        name, value = (labels.get(str(one)) or short(str(one), base) for one in row.values())
        facts.setdefault(name, []).append(value)
    sections = {}
    for name, parameter in _SECTIONS.items():
        try:
            rows = graph.rows(name, **{parameter: iri.value})
        except UnknownNameError:
            continue
        if len(rows):
            sections[name] = rows
    return Card(iri.value, facts, sections)
