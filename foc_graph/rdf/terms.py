"""Standard namespaces, and IRIs written in full, as CURIEs or by other short names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal
"""A term of RDF 1.1."""

Node = Term | ox.Triple
"""A subject or object of RDF 1.2."""

STANDARD_PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cv": "http://data.europa.eu/m8g/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sssom": "https://w3id.org/sssom/",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "voaf": "http://purl.org/vocommons/voaf#",
    "void": "http://rdfs.org/ns/void#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Namespaces of published vocabularies, by the prefix that is usual for each."""

OWL, RDF, RDFS, SH, XSD = (STANDARD_PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "sh", "xsd"))
RDF_TYPE = RDF + "type"

_LOCAL_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI (RFC 3987)."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def is_web_address(text: str) -> bool:
    """Return whether `text` is an http or https IRI with a host."""
    return re.match("https?://[^/]", text, re.IGNORECASE) is not None and is_iri(text)


def is_beyond_1_1(term: object) -> bool:
    """Whether RDF 1.1 lacks a term: a triple, or text with a direction."""
    return isinstance(term, ox.Triple) or (isinstance(term, ox.Literal) and term.direction is not None)


def term_text(node: Node) -> str:
    """Write a term as in N-Triples."""
    return f"<<( {node} )>>" if isinstance(node, ox.Triple) else str(node)


def blank_nodes(*terms: object) -> Iterator[ox.BlankNode]:
    """Give the blank nodes among terms, and those in triple terms."""
    for term in terms:
        if isinstance(term, ox.BlankNode):
            yield term
        elif isinstance(term, ox.Triple):
            yield from blank_nodes(term.subject, term.object)


def rename(term: Any, name: Callable[[ox.BlankNode], Any]) -> Any:
    """Return a term with new names for the blank nodes that it is or has in it."""
    if isinstance(term, ox.BlankNode):
        return name(term)
    if isinstance(term, ox.Triple):
        return ox.Triple(rename(term.subject, name), term.predicate, rename(term.object, name))
    return term


def is_site(iri: str) -> bool:
    """Whether an IRI has nothing after its host, or its scheme where it has no host."""
    return re.fullmatch("[^:]+:(?://[^/?#]*[/?#]?)?", iri) is not None


def curie(iri: str, prefixes: Mapping[str, str]) -> str | None:
    """Write an IRI as a CURIE that is also a valid Turtle prefixed name, or return None where no prefix fits."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    namespace, local = iri[:cut], iri[cut:]
    if re.fullmatch(_LOCAL_NAME, local):
        for prefix, known in prefixes.items():
            if known == namespace:
                return f"{prefix}:{local}"
    return None


class Names:
    """CURIEs with some prefixes; a subclass may know other short names."""

    def __init__(self, prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> None:
        self.prefixes = prefixes

    def short(self, iri: str) -> str:
        """Write an IRI for a person: as a CURIE, or in full where no prefix fits."""
        return curie(iri, self.prefixes) or iri

    def term(self, term: Node) -> str:
        """Write a term for a person: an IRI short, also in a triple, another term as in SPARQL."""
        if isinstance(term, ox.Triple):
            return f"<<( {' '.join(map(self.term, term))} )>>"
        return self.short(term.value) if isinstance(term, ox.NamedNode) else str(term)

    def expand(self, name: str) -> str | None:
        """Return the IRI that a CURIE or IRI stands for, or None if it is neither."""
        prefix, colon, local = name.partition(":")
        iri = self.prefixes[prefix] + local if colon and prefix in self.prefixes else name
        return iri if is_iri(iri) else None

    def candidates(self, name: str) -> Iterator[str]:
        """Give the IRIs that a thing with a name may have, the likeliest first."""
        iri = self.expand(name)
        if iri is not None:
            yield iri


STANDARD_NAMES = Names()
"""Names with the prefixes of published vocabularies."""
