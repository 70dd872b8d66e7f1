"""The catalogue of a release in DCAT 3, as the profile DCAT-AP 3.0 of the European data portals wants it.

Source: https://www.w3.org/TR/vocab-dcat-3/ and https://semiceu.github.io/DCAT-AP/releases/3.0.1. The profile asks for
the class of whatever is pointed at, so that these are stated of the concepts of others too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import WorkspaceError, quoted
from foc_graph.namespaces import BASE, slug
from foc_graph.rdf.terms import is_web_address
from foc_graph.release.catalogue.description import LANGUAGES, VOID, Description, Values, english, typed
from foc_graph.release.catalogue.overview import KEYWORDS, Coverage, Overview, Part
from foc_graph.release.dumps import FOLDER, WHOLE, WHOLE_12, group_dumps
from foc_graph.release.files import File, authority, media_type_iri
from foc_graph.release.mappings import mapping_path
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.media import CONTENTS, FILE_TYPES, TABLES, Media, media
from foc_graph.sssom.model import MAPPINGS
from foc_graph.workspace.releases import order
from foc_graph.workspace.settings import SETTINGS

_PROFILE = "https://semiceu.github.io/DCAT-AP/releases/3.0.1"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_RDF_12 = "https://www.w3.org/TR/rdf12-concepts/"
_SSSOM = "https://mapping-commons.github.io/sssom/"
_EVENT_STREAM = "https://w3id.org/ldes/specification"
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_THEMES = {"GOVE": "Government and public sector", "JUST": "Justice, legal system and public safety"}
_LICENCE_TYPES = "http://purl.org/adms/licencetype/"
_ATTRIBUTION = {"Attribution": "attribution"}
_SHARE_ALIKE = {"ViralEffect-ShareAlike": "share alike"}
_NO_DERIVATIVES = {"NoDerivativeWork": "no derivative work"}
_NO_COMMERCE = {"NonCommercialUseOnly": "non-commercial use only"}
_CREATIVE_COMMONS = "https://creativecommons.org/"
_LICENCES = {
    f"{_CREATIVE_COMMONS}publicdomain/zero/1.0/": ("CC0", {"PublicDomain": "public domain"}),
    f"{_CREATIVE_COMMONS}licenses/by/4.0/": ("CC_BY_4_0", _ATTRIBUTION),
    f"{_CREATIVE_COMMONS}licenses/by-sa/4.0/": ("CC_BYSA_4_0", _ATTRIBUTION | _SHARE_ALIKE),
    f"{_CREATIVE_COMMONS}licenses/by-nd/4.0/": ("CC_BYND_4_0", _ATTRIBUTION | _NO_DERIVATIVES),
    f"{_CREATIVE_COMMONS}licenses/by-nc/4.0/": ("CC_BYNC_4_0", _ATTRIBUTION | _NO_COMMERCE),
    f"{_CREATIVE_COMMONS}licenses/by-nc-sa/4.0/": ("CC_BYNCSA_4_0", _ATTRIBUTION | _NO_COMMERCE | _SHARE_ALIKE),
    f"{_CREATIVE_COMMONS}licenses/by-nc-nd/4.0/": ("CC_BYNCND_4_0", _ATTRIBUTION | _NO_COMMERCE | _NO_DERIVATIVES),
}
"""Codes of licences in the table of the EU, and their types in ADMS with a label, by their addresses."""

_PROVENANCE = (
    "Memberships, mandates, events and documents name their sources, which are part of the data. Identifiers and names "
    "from other datasets, and what rules derive, are in named graphs of their own."
)


def describe_catalogue(
    snapshot: Snapshot, overview: Overview, files: Sequence[File], earlier: Sequence[str], previous: str | None
) -> Description:
    """Describe the catalogue of a release: the series of releases, this one, its parts and files, a SPARQL endpoint.

    Args:
        snapshot: the graph that is released.
        overview: its overview.
        files: the files of the release; those that hold data become distributions.
        earlier: versions of earlier releases, in any order.
        previous: the one from which the patch leads on.

    Raises:
        WorkspaceError: if `workspace.toml` names an endpoint that is no http or https address.
    """
    return _Catalogue(snapshot, overview, files).describe(sorted(earlier, key=order), previous)


class _Terms(NamedTuple):
    """The terms on which data may be used."""

    licence: ox.NamedNode
    rights: ox.NamedNode | None

    def stated(self) -> dict[str, Values]:
        return {"dcterms:license": self.licence, "dcterms:rights": self.rights}


class _Catalogue:
    def __init__(self, snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> None:
        self._snapshot, self._overview = snapshot, overview
        self._files = {file.path: file for file in files}
        self._dumps = group_dumps(files)
        self._out = Description()
        self._settings = snapshot.workspace.settings
        self._day = typed(snapshot.day, "date")
        self._public = self._code("access-right", "PUBLIC", "dcterms:RightsStatement", "public")
        self._themes = [self._code("data-theme", code, "skos:Concept", label) for code, label in _THEMES.items()]
        self._publisher = self._out.add(
            snapshot.publisher,
            "foaf:Agent",
            {
                "foaf:name": ox.Literal(self._settings.publisher),
                "foaf:homepage": self._page(self._settings.homepage) if self._settings.homepage else None,
            },
        )
        self._contact = self._whom_to_ask()
        self._licence = self._licensed(self._settings.licence)
        self._title = f"{self._settings.title} {snapshot.version}"
        self._terms = _Terms(self._licence, self._rights(WHOLE, overview.terms.keys(), self._licence))

    def describe(self, earlier: Sequence[str], previous: str | None) -> Description:
        snapshot, settings = self._snapshot, self._settings
        parts = [*map(self._part, self._overview.parts), *self._reified()]
        contained = [*parts, *self._tables(), *self._links(), *self._changes()]
        before = previous or (earlier[-1] if earlier else None)
        release = self._release(previous, before, contained)
        older = [self._older(version, before) for version, before in zip(earlier, [None, *earlier], strict=False)]
        self._out.add(
            snapshot.catalogue,
            "dcat:Catalog",
            {
                "dcterms:title": english(f"{settings.title}: catalogue"),
                "dcterms:description": english(
                    f"The releases of {settings.title}: the whole, parts, tables and changes."
                ),
                "dcterms:publisher": self._publisher,
                "dcterms:license": self._licence,
                "dcterms:language": self._languages(["en"]),
                "dcterms:spatial": self._places(self._overview.coverage),
                "dcterms:issued": None if earlier else self._day,
                "dcterms:modified": self._day,
                "dcterms:conformsTo": self._standard(_PROFILE, "DCAT-AP 3.0.1"),
                "dcat:dataset": [self._series(older, release), release, *older, *contained],
                "dcat:service": self._service(settings.endpoint, release),
                "dcat:themeTaxonomy": self._out.add(
                    authority("data-theme"), "skos:ConceptScheme", {"dcterms:title": english("Data theme")}
                ),
                "foaf:homepage": self._page(f"{snapshot.latest}index.html"),
            },
        )
        return self._out

    def _series(self, older: Sequence[ox.NamedNode], release: ox.NamedNode) -> ox.NamedNode:
        text = f"{self._overview.subjects}: who belongs, since when and under which mandate, in calendar versions."
        return self._dataset(
            self._snapshot.series,
            {
                **self._common(self._settings.title, text, self._overview.coverage),
                **self._terms.stated(),
                "dcterms:issued": None if older else self._day,
                "dcterms:accrualPeriodicity": self._code("frequency", "IRREG", "dcterms:Frequency", "irregular"),
                "dcat:landingPage": self._page(f"{self._snapshot.latest}index.html"),
                "dcat:first": [*older, release][0],
                "dcat:last": release,
                "dcat:hasVersion": [*older, release],
                "dcat:hasCurrentVersion": release,
                "dcat:distribution": self._whole(),
            },
            "dcat:DatasetSeries dcat:Dataset",
        )

    def _release(self, previous: str | None, before: str | None, contained: Sequence[ox.NamedNode]) -> ox.NamedNode:
        snapshot = self._snapshot
        notes = f"CHANGES.md describes what changed since {previous}." if previous else "The first release."
        provenance = self._out.add(
            self._here("provenance"), "dcterms:ProvenanceStatement", {"rdfs:label": english(_PROVENANCE)}
        )
        page = [self._page(self._file(path)) for path in ("CHANGES.md",) if path in self._files]
        return self._dataset(
            snapshot.address,
            {
                **self._common(self._title, self._overview.description(snapshot.day), self._overview.coverage),
                **self._terms.stated(),
                **self._in_series(snapshot.version, before),
                "adms:versionNotes": english(notes),
                "dcterms:provenance": provenance,
                "dcterms:hasPart": contained,
                "dcterms:conformsTo": self._standards(),
                "dcat:landingPage": self._page(self._file("index.html")),
                "foaf:isPrimaryTopicOf": ox.NamedNode(self._file(VOID)),
                "foaf:page": page,
                "dcat:distribution": self._whole(),
            },
        )

    def _whole(self) -> list[ox.NamedNode]:
        """Describe the dumps of the whole graph, which the series has of its current release."""
        return [self._distribution(file.path, self._title, self._terms) for file in self._dumps[WHOLE]]

    def _older(self, version: str, before: str | None) -> ox.NamedNode:
        address = f"{self._snapshot.base}release/{version}/"
        return self._dataset(
            address,
            {
                "dcterms:title": english(f"{self._settings.title} {version}"),
                "dcterms:description": english("An earlier release; its own catalogue describes it."),
                "dcterms:publisher": self._publisher,
                "dcat:landingPage": self._page(f"{address}index.html"),
                "rdfs:seeAlso": ox.NamedNode(f"{address}catalog.ttl"),
                **self._in_series(version, before),
            },
        )

    def _in_series(self, version: str, before: str | None) -> Mapping[str, Values]:
        earlier = ox.NamedNode(f"{self._snapshot.base}release/{before}/") if before else None
        whole = ox.NamedNode(self._snapshot.series)
        return {
            "dcat:version": ox.Literal(version),
            "dcat:inSeries": whole,
            "dcat:isVersionOf": whole,
            "dcterms:isVersionOf": whole,
            "dcat:prev": earlier,
            "dcat:previousVersion": earlier,
        }

    def _part(self, part: Part) -> ox.NamedNode:
        """Describe the dump of one coalition, under the licence of the graph that describes it."""
        title, stated = f"{part.label} {self._snapshot.version}", self._overview.terms[part.dump.graph].licence
        licence = self._licensed(stated) if stated else self._licence
        page = self._file(f"doc/{slug(part.coalition, self._snapshot.base) or part.name}.html")
        more: dict[str, Values] = {
            "dcterms:subject": ox.NamedNode(part.coalition),
            "dcat:landingPage": self._page(page),
        }
        return self._piece(
            f"{FOLDER}/{part.name}",
            title,
            {**self._common(title, part.description, part.coverage, [*KEYWORDS, part.label]), **more},
            _Terms(licence, self._rights(part.name, part.dump.graphs, licence)),
            [file.path for file in self._dumps[part.name]],
        )

    def _reified(self) -> list[ox.NamedNode]:
        """Describe the dump of the whole graph in RDF 1.2, which those who read RDF 1.1 alone cannot use."""
        paths = [file.path for file in self._dumps[WHOLE_12]]
        if not paths:
            return []
        title = f"{self._title}: RDF 1.2"
        said = self._common(title, CONTENTS["rdf12"], self._overview.coverage)
        standard = self._standard(_RDF_12, "RDF 1.2 Concepts and Abstract Data Model")
        return [self._piece(f"{FOLDER}/{WHOLE_12}", title, said, self._terms, paths, standard)]

    def _tables(self) -> list[ox.NamedNode]:
        paths = (path for path in self._files if path.startswith("tables/") and path.endswith(".csv"))
        return [self._table(path.removeprefix("tables/").removesuffix(".csv")) for path in paths]

    def _table(self, name: str) -> ox.NamedNode:
        columns = f"tables/{name}.csv-metadata.json"
        standard = self._standard(self._file(columns), f"Columns of {name}") if columns in self._files else None
        paths = [path for path in (f"tables/{name}.csv", f"tables/{name}.parquet") if path in self._files]
        title = f"{self._title}: {name}"
        said = self._common(title, TABLES[name], self._overview.coverage)
        return self._piece(f"tables/{name}", title, said, self._terms, paths, standard)

    def _links(self) -> list[ox.NamedNode]:
        """Describe the mappings to other datasets, each set under the terms of the named graph that it is made from."""
        paths = ((graph, mapping_path(graph, self._snapshot.base)) for graph in self._overview.terms)
        return [self._mappings(graph, path) for graph, path in paths if path in self._files]

    def _mappings(self, graph: str, path: str) -> ox.NamedNode:
        terms, name = self._overview.terms[graph], path.removesuffix(MAPPINGS)
        licence = self._licensed(terms.licence) if terms.licence else self._licence
        rights = self._stated(name, terms.rights) if terms.rights else None
        standard = self._standard(_SSSOM, "Simple Standard for Sharing Ontological Mappings")
        title = f"{self._title}: {terms.title}"
        said = self._common(title, CONTENTS["links"], Coverage(), [*KEYWORDS, "mappings", terms.title])
        return self._piece(name, title, said, _Terms(licence, rights), [path], standard)

    def _changes(self) -> list[ox.NamedNode]:
        """Describe the changes, as a dataset, where the release has them."""
        stream = "feeds/ldes.ttl"
        paths = [path for path in self._files if path in ("changes.rdfp", "feeds/events.jsonl", stream)]
        paths += [path for path in self._files if path.startswith("feeds/") and path.endswith(".atom")]
        if not paths:
            return []
        if stream in paths:
            ldes = self._standard(_EVENT_STREAM, "Linked Data Event Streams")
            self._out.add(self._file(stream), "dcat:Distribution", {"dcterms:conformsTo": ldes})
        title = f"{self._title}: changes"
        said = self._common(title, CONTENTS["changes"], self._overview.coverage)
        return [self._piece("changes", title, said, self._terms, paths)]

    def _piece(
        self,
        path: str,
        title: str,
        said: Mapping[str, Values],
        terms: _Terms,
        files: Sequence[str],
        standard: ox.NamedNode | None = None,
    ) -> ox.NamedNode:
        """Describe a dataset that is part of the release, with its files."""
        own: dict[str, Values] = {
            "dcterms:conformsTo": standard,
            "dcterms:isPartOf": ox.NamedNode(self._snapshot.address),
            "dcat:version": ox.Literal(self._snapshot.version),
            "dcat:distribution": [self._distribution(file, title, terms, standard) for file in files],
        }
        return self._dataset(self._file(path), {**said, **terms.stated(), **own})

    def _dataset(self, address: str, said: Mapping[str, Values], types: str = "dcat:Dataset") -> ox.NamedNode:
        own: dict[str, Values] = {"dcterms:identifier": ox.Literal(address), "dcat:contactPoint": self._contact}
        return self._out.add(address, types, {**said, **own})

    def _service(self, endpoint: str, release: ox.NamedNode) -> ox.NamedNode | None:
        if not endpoint:
            return None
        if not is_web_address(endpoint):
            where = f"{self._snapshot.workspace.root}/{SETTINGS}"
            raise WorkspaceError(
                f"{where}: endpoint {quoted(endpoint)} is not an http or https address: correct or remove it"
            )
        return self._out.add(
            f"{self._snapshot.base}sparql",
            "dcat:DataService",
            {
                "dcterms:title": english(f"{self._settings.title}: SPARQL"),
                "dcterms:description": english("Answers SPARQL 1.1 queries from the current release."),
                "dcterms:publisher": self._publisher,
                "dcterms:license": self._licence,
                "dcterms:accessRights": self._public,
                "dcterms:conformsTo": self._standard(_PROTOCOL, "SPARQL 1.1 Protocol"),
                "dcat:endpointURL": self._out.add(endpoint, "rdfs:Resource"),
                "dcat:endpointDescription": ox.NamedNode(endpoint),
                "dcat:servesDataset": release,
                "dcat:contactPoint": self._contact,
                "dcat:theme": self._themes,
            },
        )

    def _distribution(self, path: str, title: str, terms: _Terms, standard: ox.NamedNode | None = None) -> ox.NamedNode:
        """Describe a file of the dataset with a title."""
        file, kind, address = self._files[path], media(path), self._file(path)
        checksum: dict[str, Values] = {
            "spdx:algorithm": self._out.add(_SHA256, "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": typed(file.sha256, "hexBinary"),
        }
        return self._out.add(
            address,
            "dcat:Distribution",
            {
                "dcterms:title": english(kind.title) if kind else None,
                "dcterms:description": english(f"{title} as {kind.purpose}.") if kind else None,
                "dcterms:issued": self._day,
                "dcterms:modified": self._day,
                **terms.stated(),
                "dcterms:conformsTo": standard,
                "dcterms:format": self._format(kind),
                "dcat:mediaType": self._media_type(kind and kind.type),
                "dcat:compressFormat": self._media_type(kind and kind.compression),
                "dcat:accessURL": ox.NamedNode(address),
                "dcat:downloadURL": ox.NamedNode(address),
                "dcat:byteSize": typed(file.size, "nonNegativeInteger"),
                "dcatap:availability": self._code("planned-availability", "STABLE", "skos:Concept", "stable"),
                "spdx:checksum": self._out.add(f"{address}#sha256", "spdx:Checksum", checksum),
            },
        )

    def _common(self, title: str, text: str, coverage: Coverage, keywords: Sequence[str] = ()) -> Mapping[str, Values]:
        return {
            "dcterms:title": english(title),
            "dcterms:description": english(text),
            "dcterms:publisher": self._publisher,
            "dcterms:creator": self._publisher,
            "dcterms:issued": self._day,
            "dcterms:modified": self._day,
            "dcterms:accessRights": self._public,
            "dcterms:language": self._languages(coverage.languages),
            "dcterms:spatial": self._places(coverage),
            "dcterms:temporal": self._period(coverage.begin) if coverage.begin else None,
            "dcat:keyword": [english(word) for word in keywords or self._overview.keywords],
            "dcat:theme": self._themes,
        }

    def _places(self, coverage: Coverage) -> list[ox.NamedNode]:
        """Describe the countries, by the tables that portals know."""
        return [
            self._out.add(iri, "dcterms:Location", {"skos:prefLabel": english(label), "skos:inScheme": _scheme(iri)})
            for iri, label in coverage.countries
        ]

    def _standards(self) -> list[ox.NamedNode]:
        standards = [self._standard(f"{BASE}ns", "Coalition vocabulary")]
        if any(path.startswith("ontology/shapes/") for path in self._files):
            standards.append(self._standard(f"{BASE}shapes/", "SHACL shapes of the Coalition vocabulary"))
        return standards

    def _rights(self, part: str, graphs: Set[str], licence: ox.NamedNode) -> ox.NamedNode | None:
        """State the terms of those graphs that are not simply under that licence."""
        titles: dict[str, list[str]] = {}
        for graph in sorted(graphs):
            terms = self._overview.terms[graph]
            if terms.licence != licence.value:
                titles.setdefault(" ".join(filter(None, (terms.rights, terms.licence))), []).append(terms.title)
        if not titles:
            return None
        said = (f"{'; '.join(named)}: {terms}" for terms, named in titles.items())
        return self._stated(part, "\n".join(["Some named graphs have terms of their own.", *said]))

    def _stated(self, part: str, text: str) -> ox.NamedNode:
        said = {"dcterms:description": english(text), "rdfs:label": english("Terms of the named graphs")}
        return self._out.add(self._here(f"rights-{part}"), "dcterms:RightsStatement", said)

    def _period(self, begin: str) -> ox.NamedNode:
        said: dict[str, Values] = {"dcat:startDate": typed(begin, "date"), "dcat:endDate": self._day}
        return self._out.add(self._here(f"from-{begin}"), "dcterms:PeriodOfTime", said)

    def _code(self, table: str, code: str, type: str, label: str = "") -> ox.NamedNode:
        """Describe a code in a table of the EU as a thing of a class."""
        said: dict[str, Values] = {
            "skos:prefLabel": english(label) if label else None,
            "skos:inScheme": ox.NamedNode(authority(table)),
        }
        return self._out.add(authority(table, code), type, said)

    def _languages(self, tags: Iterable[str]) -> list[ox.NamedNode]:
        codes = [LANGUAGES[tag] for tag in tags if tag in LANGUAGES]
        return [self._code("language", code, "dcterms:LinguisticSystem") for code in codes]

    def _format(self, media: Media | None) -> ox.NamedNode | None:
        if media is None or media.file_type is None:
            return None
        return self._code("file-type", media.file_type, "dcterms:MediaTypeOrExtent", FILE_TYPES[media.file_type])

    def _licensed(self, licence: str) -> ox.NamedNode:
        """Describe a licence: what it asks for, and the same in the EU's table, where it is there."""
        code, types = _LICENCES.get(licence, ("", {}))
        said: dict[str, Values] = {
            "skos:exactMatch": ox.NamedNode(authority("licence", code)) if code else None,
            "dcterms:type": [
                self._out.add(
                    _LICENCE_TYPES + type,
                    "skos:Concept",
                    {"skos:prefLabel": english(label), "skos:inScheme": ox.NamedNode(f"{_LICENCE_TYPES}1.0")},
                )
                for type, label in types.items()
            ],
        }
        return self._out.add(licence, "dcterms:LicenseDocument", said)

    def _whom_to_ask(self) -> ox.NamedNode | None:
        """Describe the contact for questions about the data."""
        if not (contact := self._settings.contact):
            return None
        property = "vcard:hasEmail" if contact.startswith("mailto:") else "vcard:hasURL"
        said: dict[str, Values] = {"vcard:fn": ox.Literal(self._settings.publisher), property: ox.NamedNode(contact)}
        return self._out.add(f"{self._snapshot.catalogue}#contact", "vcard:Kind", said)

    def _media_type(self, type: str | None) -> ox.NamedNode | None:
        return self._out.add(media_type_iri(type), "dcterms:MediaType") if type else None

    def _standard(self, iri: str, title: str) -> ox.NamedNode:
        return self._out.add(iri, "dcterms:Standard", {"dcterms:title": english(title)})

    def _page(self, address: str) -> ox.NamedNode:
        return self._out.add(address, "foaf:Document")

    def _file(self, path: str) -> str:
        return self._snapshot.file(path)

    def _here(self, fragment: str) -> str:
        return f"{self._file('catalog.ttl')}#{fragment}"


def _scheme(place: str) -> ox.NamedNode | None:
    """Return the table of the EU that a place is in."""
    table = place.rpartition("/")[0]
    return ox.NamedNode(table) if table.startswith(authority("")) else None
