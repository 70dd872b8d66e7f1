"""Descriptions of things that a release holds or points at, in RDF.

Codes are those of the authority tables of the EU's Publications Office (https://op.europa.eu/en/web/eu-vocabularies).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES as SHARED
from foc_graph.namespaces import iri_of, short
from foc_graph.rdf.terms import XSD, curie
from foc_graph.rdf.turtle import format_triples

VOID = ".well-known/void"
"""Where the VoID description lies in a release (VoID, section 7.2)."""

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void-ext": "http://ldf.fi/void-ext#",
}
"""Of vocabularies that catalogues use, beside those of the project."""

LANGUAGES = {
    "ar": "ARA", "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA",
    "et": "EST", "fi": "FIN", "fr": "FRA", "ga": "GLE", "hr": "HRV", "hu": "HUN", "it": "ITA", "lt": "LIT",
    "lv": "LAV", "mt": "MLT", "nl": "NLD", "pl": "POL", "pt": "POR", "ro": "RON", "ru": "RUS", "sk": "SLK",
    "sl": "SLV", "sv": "SWE", "zh": "ZHO",
}  # fmt: skip
"""Codes of the languages of the EU and of the United Nations, by their tags."""

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
        path.write_bytes(format_triples(list(self._triples), prefixes={**PREFIXES, **SHARED}).encode())

    def serialise(self, format: ox.RdfFormat) -> bytes:
        """Return the graph in a format, with the prefixes that it uses."""
        ordered = sorted(self._triples, key=str)
        text = "".join(map(str, ordered))
        prefixes = {key: iri for key, iri in sorted({**SHARED, **PREFIXES}.items()) if f"<{iri}" in text}
        content = ox.serialize(ordered, format=format, prefixes=prefixes)
        assert content is not None
        return content


def name(curie: str) -> ox.NamedNode:
    """Return the class or property that a CURIE names."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else iri_of(curie))


def fragment(iri: str, base: str) -> str:
    """Return a short name of an IRI, such as `coal:Coalition`, as part of the fragment of another."""
    return quote(curie(iri, SHARED) or short(iri, base), safe="/:")


def english(text: str) -> ox.Literal:
    """Return an English text."""
    return ox.Literal(text, language="en")


def typed(value: str | int | date, datatype: str) -> ox.Literal:
    """Return a literal of an XSD type, such as `date`."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))


def number(count: int) -> ox.Literal:
    """Return an integer."""
    return typed(count, "integer")
