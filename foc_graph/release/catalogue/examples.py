"""Stored queries with the values of their examples, as SPARQL queries that any client can ask, described in SHACL.

They follow the convention of SIB's SPARQL examples (https://github.com/sib-swiss/sparql-examples): each is an
`sh:SPARQLExecutable` whose question is its `rdfs:comment`, and `sh:declare` states the prefixes.
"""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.release.catalogue.description import Description, Values, english, typed
from foc_graph.site.queries import bind_examples
from foc_graph.sparql.syntax import form

EXAMPLES = "queries/examples.ttl"
"""Where a release describes them."""

_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
    "DESCRIBE": ("spex:SPARQLDescribeExecutable", "spex:describe"),
}
"""The class of a query and the property of its text, by its form."""


def add_examples(out: Description, graph: Graph, here: str, endpoint: str) -> None:
    """Describe the examples of a graph, and the prefixes of this project.

    Args:
        out: what they are added to.
        graph: the graph.
        here: what the IRIs of the prefixes begin with, before `#`.
        endpoint: the address that answers them; empty if there is none.

    Raises:
        FocGraphError: if the graph cannot be read.
    """
    declared = [
        out.add(
            f"{here}#prefix/{prefix}",
            "sh:PrefixDeclaration",
            {"sh:prefix": ox.Literal(prefix), "sh:namespace": typed(namespace, "anyURI")},
        )
        for prefix, namespace in PREFIXES.items()
    ]
    prefixes = out.add(f"{here}#prefixes", "owl:Ontology", {"sh:declare": declared})
    target = ox.NamedNode(endpoint) if endpoint else None
    for _, query, text in bind_examples(graph):
        kind, property = _FORMS[form(text)]
        said: dict[str, Values] = {
            "rdfs:label": english(query.summary),
            "rdfs:comment": english(query.question),
            property: ox.Literal(text),
            "sh:prefixes": prefixes,
            "schema:keywords": list(map(english, query.tags)),
            "schema:target": target,
        }
        out.add(f"{graph.base}query/{query.name}", f"sh:SPARQLExecutable {kind}", said)
