"""The statistics of a release in VoID: its size, classes, properties, named graphs, and links to other datasets.

Source: https://www.w3.org/TR/void/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES, short
from foc_graph.rdf.terms import curie
from foc_graph.release.catalogue import addresses, statistics
from foc_graph.release.catalogue.description import Description, Values, english, typed
from foc_graph.release.catalogue.overview import Overview
from foc_graph.release.catalogue.statistics import Count, Links
from foc_graph.release.dumps import WHOLE
from foc_graph.release.files import File, media
from foc_graph.release.mappings import path_of
from foc_graph.release.snapshot import Snapshot

_EXAMPLES = ("coal:Coalition", "coal:Body", "coal:Government", "coal:Mandate", "coal:Event", "coal:Document")
"""Kinds of which there is an example; persons are left in peace."""


def describe_void(snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> Description:
    """The description of a release as a VoID dataset; the arguments are those of `describe_catalogue`."""
    return _Void(snapshot, overview, files).described()


class _Void:
    def __init__(self, snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> None:
        self._snapshot, self._overview, self._dumps = snapshot, overview, addresses.dumps(files)
        self._paths = {file.path for file in files}
        self._out = Description()
        self._release = ox.NamedNode(snapshot.address)
        self._properties = statistics.properties(snapshot)
        self._classes = statistics.classes(snapshot)

    def described(self) -> Description:
        snapshot, settings, add = self._snapshot, self._snapshot.workspace.settings, self._out.add
        subjects, objects, entities = statistics.totals(snapshot)
        start = f"{snapshot.base}id/"
        title, modified = f"{settings.title} {snapshot.version}", typed(snapshot.day, "date")
        add(
            self._here(),
            "void:DatasetDescription",
            {
                "dcterms:title": english(f"{title}: statistics"),
                "dcterms:modified": modified,
                "foaf:primaryTopic": self._release,
            },
        )
        add(
            snapshot.address,
            "void:Dataset",
            {
                "dcterms:title": english(title),
                "dcterms:license": ox.NamedNode(settings.licence),
                "dcterms:modified": modified,
                "foaf:homepage": ox.NamedNode(addresses.file(snapshot, "index.html")),
                "void:triples": _number(sum(count.triples for count in self._properties)),
                "void:entities": _number(entities),
                "void:distinctSubjects": _number(subjects),
                "void:distinctObjects": _number(objects),
                "void:properties": _number(len(self._properties)),
                "void:classes": _number(len(self._classes)),
                "void:uriSpace": ox.Literal(start),
                "void:uriRegexPattern": ox.Literal(f"^{re.escape(start)}"),
                "void:propertyPartition": [self._property(count) for count in self._properties],
                "void:classPartition": [self._class(iri, count) for iri, count in self._classes.items()],
                "void:subset": [*self._graphs(), *self._parts(), *self._links()],
                "void:vocabulary": self._vocabularies(),
                "void:exampleResource": self._examples(),
                "void:rootResource": [ox.NamedNode(part.coalition) for part in self._overview.parts],
                "void:feature": self._features(),
                "void:dataDump": self._files_of(WHOLE),
                "void:sparqlEndpoint": ox.NamedNode(settings.endpoint) if settings.endpoint else None,
            },
        )
        return self._out

    def _property(self, count: Count) -> ox.NamedNode:
        said = {**_size(count), "void:property": ox.NamedNode(count.iri)}
        return self._out.add(self._here(f"#property/{self._name(count.iri)}"), "void:Dataset", said)

    def _class(self, iri: str, things: int) -> ox.NamedNode:
        said: dict[str, Values] = {"void:class": ox.NamedNode(iri), "void:entities": _number(things)}
        return self._out.add(self._here(f"#class/{self._name(iri)}"), "void:Dataset", said)

    def _graphs(self) -> list[ox.NamedNode]:
        """The named graphs, each with the terms on which it may be used."""
        nodes = []
        for count in statistics.graphs(self._snapshot):
            terms = self._overview.terms[count.iri]
            said: dict[str, Values] = {
                "dcterms:title": english(terms.title),
                "dcterms:license": ox.NamedNode(terms.licence) if terms.licence else None,
                "dcterms:rights": english(terms.rights) if terms.rights else None,
                "dcterms:isVersionOf": ox.NamedNode(count.iri),
                **_size(count),
            }
            nodes.append(self._out.add(self._here(f"#{self._name(count.iri)}"), "void:Dataset", said))
        return nodes

    def _parts(self) -> list[ox.NamedNode]:
        """The dumps of the coalitions."""
        return [
            self._out.add(
                addresses.dump(self._snapshot, part.name),
                "void:Dataset",
                {
                    "dcterms:title": english(f"{part.label} {self._snapshot.version}"),
                    "dcterms:subject": ox.NamedNode(part.coalition),
                    "void:triples": _number(part.triples),
                    "void:dataDump": self._files_of(part.name),
                },
            )
            for part in self._overview.parts
        ]

    def _links(self) -> list[ox.NamedNode]:
        return [self._linkset(found) for found in statistics.links(self._snapshot)]

    def _linkset(self, links: Links) -> ox.NamedNode:
        name = self._name(links.target)
        target = self._out.add(
            self._here(f"#dataset/{name}"),
            "void:Dataset",
            {
                "dcterms:title": english(links.title),
                "rdfs:seeAlso": ox.NamedNode(links.page) if links.page else None,
                "void:uriSpace": ox.Literal(links.space),
            },
        )
        return self._out.add(
            self._here(f"#links/{name}/{self._name(links.property)}"),
            "void:Linkset",
            {
                "void:subjectsTarget": self._release,
                "void:objectsTarget": target,
                "void:linkPredicate": ox.NamedNode(links.property),
                "void:triples": _number(links.triples),
                "rdfs:seeAlso": [ox.NamedNode(addresses.file(self._snapshot, path)) for path in self._sets(links)],
            },
        )

    def _sets(self, links: Links) -> list[str]:
        """The mapping sets that hold the links, with what is known of each; no RDF, and so no `void:dataDump`."""
        paths = (path_of(graph, self._snapshot.base) for graph in links.graphs)
        return [path for path in paths if path in self._paths]

    def _vocabularies(self) -> list[ox.NamedNode]:
        """The namespaces of the properties and classes in use."""
        terms = [*(count.iri for count in self._properties), *self._classes]
        namespaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
        return [ox.NamedNode(namespace) for namespace in sorted(namespaces) if namespace]

    def _examples(self) -> list[ox.NamedNode]:
        things = (statistics.most_linked(self._snapshot, kind) for kind in _EXAMPLES)
        return [ox.NamedNode(thing) for thing in things if thing]

    def _features(self) -> list[ox.NamedNode]:
        """The formats of the whole, as https://www.w3.org/ns/formats/ names them."""
        formats = {known.name.replace("/", "_") for file in self._dumps[WHOLE] if (known := media(file.path))}
        return [ox.NamedNode(f"http://www.w3.org/ns/formats/{format}") for format in formats]

    def _files_of(self, name: str) -> list[ox.NamedNode]:
        return [ox.NamedNode(addresses.file(self._snapshot, file.path)) for file in self._dumps[name]]

    def _name(self, iri: str) -> str:
        return quote(curie(iri, PREFIXES) or short(iri, self._snapshot.base), safe="/:")

    def _here(self, fragment: str = "") -> str:
        return addresses.file(self._snapshot, addresses.VOID) + fragment


def _size(count: Count) -> dict[str, Values]:
    return {
        "void:triples": _number(count.triples),
        "void:distinctSubjects": _number(count.subjects),
        "void:distinctObjects": _number(count.objects),
    }


def _number(count: int) -> ox.Literal:
    return typed(count, "integer")
