"""Descriptions of things that a release holds or points at, in RDF.

Codes are those of the authority tables of the EU's Publications Office (https://op.europa.eu/en/web/eu-vocabularies).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES as SHARED
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import XSD
from foc_graph.rdf.turtle import format_triples
from foc_graph.release.files import Media, authority, media_type_iri

VOID = ".well-known/void"
"""Where the VoID description lies in a release (VoID, section 7.2)."""

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "spdx": "http://spdx.org/rdf/terms#",
}
"""Of vocabularies that catalogues use, beside those of the project."""

_LANGUAGES = {
    "ar": "ARA", "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA",
    "et": "EST", "fi": "FIN", "fr": "FRA", "ga": "GLE", "hr": "HRV", "hu": "HUN", "it": "ITA", "lt": "LIT",
    "lv": "LAV", "mt": "MLT", "nl": "NLD", "pl": "POL", "pt": "POR", "ro": "RON", "ru": "RUS", "sk": "SLK",
    "sl": "SLV", "sv": "SWE", "zh": "ZHO",
}  # fmt: skip
"""The languages of the EU and of the United Nations, by their tags."""

_THEMES = {"GOVE": "Government and public sector", "JUST": "Justice, legal system and public safety"}

Value = ox.NamedNode | ox.Literal
Values = Value | Iterable[Value] | None


class Description:
    """A graph that grows, of which classes and properties are named by CURIEs."""

    def __init__(self) -> None:
        self._triples: dict[ox.Triple, None] = {}

    def add(self, subject: str, types: str, properties: Mapping[str, Values] | None = None) -> ox.NamedNode:
        """State the classes of a thing, separated by spaces, and its properties; None and empty lists state nothing."""
        about = ox.NamedNode(subject)
        said: dict[str, Values] = {"rdf:type": [name(kind) for kind in types.split()], **(properties or {})}
        for predicate, values in said.items():
            for value in [values] if isinstance(values, Value) else values or []:
                self._triples[ox.Triple(about, name(predicate), value)] = None
        return about

    def write_turtle(self, path: Path) -> None:
        """Write the graph in the project's one form of Turtle."""
        path.write_bytes(format_triples(list(self._triples), prefixes=PREFIXES).encode())

    def write_jsonld(self, path: Path) -> None:
        """Write the graph as JSON-LD, with the prefixes that it uses as context."""
        ordered = sorted(self._triples, key=str)
        text = "".join(map(str, ordered))
        prefixes = {key: iri for key, iri in sorted({**SHARED, **PREFIXES}.items()) if f"<{iri}" in text}
        ox.serialize(ordered, path, ox.RdfFormat.JSON_LD, prefixes=prefixes)


class References:
    """Things of others that a description points at, each with the class that DCAT-AP 3.0.1 asks for."""

    def __init__(self, out: Description) -> None:
        self._out = out

    def theme_table(self) -> ox.NamedNode:
        """Point at the table of data themes."""
        title = {"dcterms:title": english("Data theme")}
        return self._out.add(authority("data-theme"), "skos:ConceptScheme", title)

    def themes(self) -> list[ox.NamedNode]:
        """Point at the themes of data about coalitions."""
        return [self._concept("data-theme", code, label) for code, label in _THEMES.items()]

    def stable(self) -> ox.NamedNode:
        """Say that a file stays available for long."""
        return self._concept("planned-availability", "STABLE", "stable")

    def public(self) -> ox.NamedNode:
        """Say that everyone has access."""
        return self._out.add(authority("access-right", "PUBLIC"), "dcterms:RightsStatement")

    def irregular(self) -> ox.NamedNode:
        """Say that releases come at no fixed times."""
        return self._out.add(authority("frequency", "IRREG"), "dcterms:Frequency")

    def languages(self, tags: Iterable[str]) -> list[ox.NamedNode]:
        """Point at the languages with these tags that have a code."""
        codes = [_LANGUAGES[tag] for tag in tags if tag in _LANGUAGES]
        return [self._out.add(authority("language", code), "dcterms:LinguisticSystem") for code in codes]

    def format(self, media: Media | None) -> ox.NamedNode | None:
        """Point at the file type in the EU's table."""
        if media is None or media.file_type is None:
            return None
        return self._out.add(authority("file-type", media.file_type), "dcterms:MediaTypeOrExtent")

    def media_type(self, type: str | None) -> ox.NamedNode | None:
        """Point at a media type of the IANA registry."""
        return self._out.add(media_type_iri(type), "dcterms:MediaType") if type else None

    def sha256(self) -> ox.NamedNode:
        """Point at the algorithm of all checksums."""
        return self._out.add("http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm")

    def standard(self, iri: str, title: str) -> ox.NamedNode:
        """Point at a standard."""
        return self._out.add(iri, "dcterms:Standard", {"dcterms:title": english(title)})

    def page(self, address: str) -> ox.NamedNode:
        """Point at a page for people."""
        return self._out.add(address, "foaf:Document")

    def _concept(self, table: str, code: str, label: str) -> ox.NamedNode:
        return self._out.add(authority(table, code), "skos:Concept", {"skos:prefLabel": english(label)})


def name(curie: str) -> ox.NamedNode:
    """Return the class or property that a CURIE names."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else iri_of(curie))


def english(text: str) -> ox.Literal:
    """Return an English text."""
    return ox.Literal(text, language="en")


def typed(value: str | int | date, datatype: str) -> ox.Literal:
    """Return a literal of an XSD type, such as `date`."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))
