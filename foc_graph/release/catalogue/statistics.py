"""How much of what a release holds: triples, subjects and objects by property, class, named graph and link.

All is counted by SPARQL. Where triples are counted without a graph, one that stands in several counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from os.path import commonprefix
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import BASE
from foc_graph.release.catalogue.overview import one_row, rows
from foc_graph.release.snapshot import Snapshot

_TOTALS = """SELECT (COUNT(DISTINCT ?thing) AS ?subjects) (COUNT(DISTINCT ?value) AS ?objects)
WHERE { ?thing ?property ?value }"""
_ENTITIES = """SELECT (COUNT(*) AS ?things)
WHERE {
  { SELECT DISTINCT ?thing WHERE { ?thing ?property ?value } }
  FILTER(STRSTARTS(STR(?thing), %START%))
}"""
_PROPERTIES = "SELECT DISTINCT ?property WHERE { ?thing ?property ?value }"
_PROPERTY = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?thing) AS ?subjects) (COUNT(DISTINCT ?value) AS ?objects)
WHERE { SELECT DISTINCT ?thing ?value WHERE { ?thing %PROPERTY% ?value } }"""
_CLASSES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY ?class"""
_GRAPHS = """SELECT
  ?graph (COUNT(*) AS ?triples) (COUNT(DISTINCT ?thing) AS ?subjects) (COUNT(DISTINCT ?value) AS ?objects)
WHERE { GRAPH ?graph { ?thing ?property ?value } }
GROUP BY ?graph
ORDER BY ?graph"""
_IDENTIFIERS = """SELECT ?scheme ?property (COUNT(*) AS ?triples) (MIN(?address) AS ?first) (MAX(?address) AS ?last)
WHERE {
  {
    SELECT DISTINCT ?scheme ?property ?thing ?target
    WHERE {
      ?identifier coal:scheme ?scheme ; coal:linkProperty ?property ; coal:identifies ?thing ; schema:url ?target .
      ?thing ?property ?target .
    }
  }
  BIND(STR(?target) AS ?address)
}
GROUP BY ?scheme ?property
ORDER BY ?scheme ?property"""
_STATED = """SELECT DISTINCT ?scheme ?property ?graph
WHERE {
  GRAPH ?graph { ?identifier coal:linkProperty ?property }
  ?identifier coal:scheme ?scheme .
}
ORDER BY ?graph"""
_SCHEME = """SELECT (MIN(?name) AS ?label) (MIN(?address) AS ?page)
WHERE {
  { %SCHEME% skos:prefLabel ?name . FILTER(LANG(?name) = "en") }
  UNION
  { %SCHEME% rdfs:seeAlso ?site . BIND(STR(?site) AS ?address) }
}"""
_MATCHES = """SELECT ?property ?host (COUNT(*) AS ?triples)
WHERE {
  {
    SELECT DISTINCT ?thing ?property ?target
    WHERE {
      VALUES ?property {
        owl:sameAs skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch
      }
      ?thing ?property ?target .
      FILTER(ISIRI(?target) && REGEX(STR(?target), "^https?://[^/?#]"))
      FILTER(!STRSTARTS(STR(?target), %START%) && !STRSTARTS(STR(?target), %SHARED%))
      FILTER NOT EXISTS { ?identifier coal:identifies ?thing ; coal:linkProperty ?property ; schema:url ?target }
    }
  }
  BIND(REPLACE(STR(?target), "^(https?://[^/?#]+).*$", "$1/") AS ?host)
}
GROUP BY ?property ?host
ORDER BY ?property ?host"""
_EXAMPLE = """SELECT ?thing (COUNT(*) AS ?links)
WHERE { ?thing a %CLASS% . ?other ?property ?thing }
GROUP BY ?thing
ORDER BY DESC(?links) STR(?thing)
LIMIT 1"""


class Count(NamedTuple):
    """The triples of a property or named graph, and how many different subjects and objects they have."""

    iri: str
    triples: int
    subjects: int
    objects: int


class Links(NamedTuple):
    """Triples with one property that lead to one other dataset: its name, page, and what its IRIs begin with.

    `graphs` are the named graphs of the identifiers that make them.
    """

    target: str
    title: str
    page: str | None
    space: str
    property: str
    triples: int
    graphs: tuple[str, ...] = ()


def totals(snapshot: Snapshot) -> tuple[int, int, int]:
    """How many subjects there are, how many objects, and how many subjects that are things of the snapshot's base."""
    counts = one_row(snapshot, _TOTALS)
    start = str(ox.Literal(f"{snapshot.base}id/"))
    return counts["subjects"], counts["objects"], one_row(snapshot, _ENTITIES.replace("%START%", start))["things"]


def properties(snapshot: Snapshot) -> list[Count]:
    """All properties, by IRI."""
    found = sorted(row["property"] for row in rows(snapshot, _PROPERTIES))
    queries = ((iri, _PROPERTY.replace("%PROPERTY%", str(ox.NamedNode(iri)))) for iri in found)
    return [Count(iri, **one_row(snapshot, query)) for iri, query in queries]


def classes(snapshot: Snapshot) -> dict[str, int]:
    """How many instances each class has."""
    return {row["class"]: row["things"] for row in rows(snapshot, _CLASSES)}


def graphs(snapshot: Snapshot) -> list[Count]:
    """The named graphs, by IRI."""
    return [Count(row.pop("graph"), **row) for row in rows(snapshot, _GRAPHS)]


def links(snapshot: Snapshot) -> Iterator[Links]:
    """Links to the datasets that identifiers are from, then other statements that two things are alike, by host."""
    stated = defaultdict[tuple[str, str], list[str]](list)
    for row in rows(snapshot, _STATED):
        stated[row["scheme"], row["property"]].append(row["graph"])
    for row in rows(snapshot, _IDENTIFIERS):
        scheme, property, triples, first, last = row.values()
        about = one_row(snapshot, _SCHEME.replace("%SCHEME%", str(ox.NamedNode(scheme))))
        space = commonprefix([first, last]).rpartition("/")[0] + "/"  # noqa: RUF071 - of all, as they are the outer two
        names = scheme, about["label"] or scheme, about["page"]
        yield Links(*names, space, property, triples, tuple(stated[scheme, property]))
    query = _MATCHES.replace("%START%", str(ox.Literal(snapshot.base))).replace("%SHARED%", str(ox.Literal(BASE)))
    for row in rows(snapshot, query):
        property, host, triples = row.values()
        yield Links(host, host, None, host, property, triples)


def most_linked(snapshot: Snapshot, kind: str) -> str | None:
    """The instance of a class (a CURIE) to which most triples lead."""
    return next((row["thing"] for row in rows(snapshot, _EXAMPLE.replace("%CLASS%", kind))), None)
