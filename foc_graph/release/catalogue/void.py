"""The statistics of a release in VoID: its size, classes, properties, named graphs, and links to other datasets.

Source: https://www.w3.org/TR/void/. Where triples are counted without a graph, one that stands in several counts once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from os.path import commonprefix

import pyoxigraph as ox

from foc_graph.namespaces import BASE
from foc_graph.release.catalogue.description import VOID, Description, Values, english, fragment, number, typed
from foc_graph.release.catalogue.examples import EXAMPLES
from foc_graph.release.catalogue.overview import Overview
from foc_graph.release.catalogue.partitions import add_partitions, size
from foc_graph.release.dumps import FOLDER, WHOLE, WHOLE_12, group_dumps
from foc_graph.release.files import File
from foc_graph.release.mappings import mapping_path
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.media import media
from foc_graph.store.results import Record

_EXAMPLES = ("coal:Coalition", "coal:Body", "coal:Government", "coal:Mandate", "coal:Event", "coal:Document")
"""Kinds of which there is an example; persons are left in peace."""

_TOTALS = """SELECT (COUNT(DISTINCT ?thing) AS ?subjects) (COUNT(DISTINCT ?value) AS ?objects)
WHERE { ?thing ?property ?value }"""
_ENTITIES = """SELECT (COUNT(*) AS ?things)
WHERE {
  { SELECT DISTINCT ?thing WHERE { ?thing ?property ?value } }
  FILTER(STRSTARTS(STR(?thing), %START%))
}"""
_PROPERTIES = "SELECT ?property WHERE { ?thing ?property ?value } GROUP BY ?property ORDER BY STR(?property)"
_PROPERTY = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?thing) AS ?subjects) (COUNT(DISTINCT ?value) AS ?objects)
WHERE { SELECT DISTINCT ?thing ?value WHERE { ?thing %PROPERTY% ?value } }"""
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


def describe_void(snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> Description:
    """Describe a release as a VoID dataset; the arguments are those of `describe_catalogue`."""
    return _Void(snapshot, overview, files).describe()


class _Void:
    def __init__(self, snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> None:
        self._snapshot, self._overview, self._dumps = snapshot, overview, group_dumps(files)
        self._paths = {file.path for file in files}
        self._out = Description()
        self._release = ox.NamedNode(snapshot.address)
        self._title = f"{snapshot.workspace.settings.title} {snapshot.version}"
        self._properties = {
            iri: snapshot.row(_PROPERTY.replace("%PROPERTY%", str(ox.NamedNode(iri))))
            for iri in (row["property"] for row in snapshot.rows(_PROPERTIES))
        }

    def describe(self) -> Description:
        snapshot, settings, add = self._snapshot, self._snapshot.workspace.settings, self._out.add
        start = f"{snapshot.base}id/"
        totals = snapshot.row(_TOTALS)
        entities = snapshot.row(_ENTITIES.replace("%START%", str(ox.Literal(start))))["things"]
        modified = typed(snapshot.day, "date")
        classes = add_partitions(self._out, snapshot.store, self._here(), snapshot.base)
        add(
            self._here(),
            "void:DatasetDescription",
            {
                "dcterms:title": english(f"{self._title}: statistics"),
                "dcterms:modified": modified,
                "foaf:primaryTopic": self._release,
                "rdfs:seeAlso": ox.NamedNode(snapshot.file(EXAMPLES)),
            },
        )
        add(
            snapshot.address,
            "void:Dataset",
            {
                "dcterms:title": english(self._title),
                "dcterms:license": ox.NamedNode(settings.licence),
                "dcterms:modified": modified,
                "foaf:homepage": ox.NamedNode(snapshot.file("index.html")),
                **size({**totals, "triples": sum(counts["triples"] for counts in self._properties.values())}),
                "void:entities": number(entities),
                "void:properties": number(len(self._properties)),
                "void:classes": number(len(classes)),
                "void:uriSpace": ox.Literal(start),
                "void:uriRegexPattern": ox.Literal(f"^{re.escape(start)}"),
                "void:propertyPartition": [self._property(iri, counts) for iri, counts in self._properties.items()],
                "void:classPartition": [*classes.values()],
                "void:subset": [*self._graphs(), *self._parts(), *self._links()],
                "void:vocabulary": _vocabularies([*self._properties, *classes]),
                "void:exampleResource": self._examples(),
                "void:rootResource": [ox.NamedNode(part.coalition) for part in self._overview.parts],
                "void:feature": self._features(),
                "void:dataDump": self._files_of(WHOLE),
                "dcterms:hasFormat": self._reified(),
                "void:sparqlEndpoint": ox.NamedNode(settings.endpoint) if settings.endpoint else None,
            },
        )
        return self._out

    def _property(self, iri: str, counts: Record) -> ox.NamedNode:
        said = {**size(counts), "void:property": ox.NamedNode(iri)}
        return self._out.add(self._here(f"#property/{self._name(iri)}"), "void:Dataset", said)

    def _graphs(self) -> list[ox.NamedNode]:
        """Describe the named graphs, each with the terms on which it may be used."""
        nodes = []
        for row in self._snapshot.rows(_GRAPHS):
            graph = row["graph"]
            terms = self._overview.terms[graph]
            said: dict[str, Values] = {
                "dcterms:title": english(terms.title),
                "dcterms:license": ox.NamedNode(terms.licence) if terms.licence else None,
                "dcterms:rights": english(terms.rights) if terms.rights else None,
                "dcterms:isVersionOf": ox.NamedNode(graph),
                **size(row),
            }
            nodes.append(self._out.add(self._here(f"#{self._name(graph)}"), "void:Dataset", said))
        return nodes

    def _parts(self) -> list[ox.NamedNode]:
        """Describe the dumps of the coalitions."""
        return [
            self._out.add(
                self._snapshot.file(f"{FOLDER}/{part.name}"),
                "void:Dataset",
                {
                    "dcterms:title": english(f"{part.label} {self._snapshot.version}"),
                    "dcterms:subject": ox.NamedNode(part.coalition),
                    "void:triples": number(part.dump.triples),
                    "void:dataDump": self._files_of(part.name),
                },
            )
            for part in self._overview.parts
        ]

    def _reified(self) -> ox.NamedNode | None:
        """Describe the dump in RDF 1.2, of whose triples the statistics are not."""
        files = self._files_of(WHOLE_12)
        said: dict[str, Values] = {"dcterms:title": english(f"{self._title}: RDF 1.2"), "void:dataDump": files}
        return self._out.add(self._snapshot.file(f"{FOLDER}/{WHOLE_12}"), "void:Dataset", said) if files else None

    def _links(self) -> list[ox.NamedNode]:
        """Describe links to the datasets of identifiers, then other statements that two things are alike, by host."""
        snapshot, nodes = self._snapshot, []
        stated = defaultdict[tuple[str, str], list[str]](list)
        for row in snapshot.rows(_STATED):
            stated[row["scheme"], row["property"]].append(row["graph"])
        for row in snapshot.rows(_IDENTIFIERS):
            scheme, property, triples, first, last = row.values()
            about = snapshot.row(_SCHEME.replace("%SCHEME%", str(ox.NamedNode(scheme))))
            space = commonprefix([first, last]).rpartition("/")[0] + "/"  # noqa: RUF071 - of all: they are the outer two
            target = self._target(scheme, about["label"] or scheme, space, about["page"])
            paths = [mapping_path(graph, snapshot.base) for graph in stated[scheme, property]]
            nodes.append(self._linkset(scheme, target, property, triples, paths))
        query = _MATCHES.replace("%START%", str(ox.Literal(snapshot.base))).replace("%SHARED%", str(ox.Literal(BASE)))
        for row in snapshot.rows(query):
            property, host, triples = row.values()
            nodes.append(self._linkset(host, self._target(host, host, host), property, triples))
        return nodes

    def _target(self, iri: str, title: str, space: str, page: str | None = None) -> ox.NamedNode:
        """Describe another dataset, to which links lead: its name, what its IRIs begin with, and its page."""
        said: dict[str, Values] = {
            "dcterms:title": english(title),
            "rdfs:seeAlso": ox.NamedNode(page) if page else None,
            "void:uriSpace": ox.Literal(space),
        }
        return self._out.add(self._here(f"#dataset/{self._name(iri)}"), "void:Dataset", said)

    def _linkset(
        self, name: str, target: ox.NamedNode, property: str, triples: int, mappings: Sequence[str] = ()
    ) -> ox.NamedNode:
        """Describe links to another dataset, and the mapping sets of them, which are no RDF, so no `void:dataDump`."""
        known = [ox.NamedNode(self._snapshot.file(path)) for path in mappings if path in self._paths]
        said: dict[str, Values] = {
            "void:subjectsTarget": self._release,
            "void:objectsTarget": target,
            "void:linkPredicate": ox.NamedNode(property),
            "void:triples": number(triples),
            "rdfs:seeAlso": known,
        }
        return self._out.add(self._here(f"#links/{self._name(name)}/{self._name(property)}"), "void:Linkset", said)

    def _examples(self) -> list[ox.NamedNode]:
        """Find the instance of each class to which most triples lead."""
        rows = (row for kind in _EXAMPLES for row in self._snapshot.rows(_EXAMPLE.replace("%CLASS%", kind)))
        return [ox.NamedNode(row["thing"]) for row in rows]

    def _features(self) -> list[ox.NamedNode]:
        """List the formats of the whole, as https://www.w3.org/ns/formats/ names them."""
        formats = {known.name.replace("/", "_") for file in self._dumps[WHOLE] if (known := media(file.path))}
        return [ox.NamedNode(f"http://www.w3.org/ns/formats/{format}") for format in formats]

    def _files_of(self, name: str) -> list[ox.NamedNode]:
        return [ox.NamedNode(self._snapshot.file(file.path)) for file in self._dumps[name]]

    def _name(self, iri: str) -> str:
        return fragment(iri, self._snapshot.base)

    def _here(self, fragment: str = "") -> str:
        return self._snapshot.file(VOID) + fragment


def _vocabularies(terms: Iterable[str]) -> list[ox.NamedNode]:
    """List the namespaces of properties and classes."""
    namespaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
    return [ox.NamedNode(namespace) for namespace in sorted(namespaces) if namespace]
