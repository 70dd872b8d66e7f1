"""Namespaces, prefixes and the ways an IRI may be written: slug, CURIE, IRI, or a digest that does not tell it."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

import pyoxigraph as ox

BASE = "https://w3id.org/coalition/"
"""Base of the shared vocabulary, shapes and concepts, and of the packaged data."""

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "coal": BASE + "ns#",
    "coalsh": BASE + "shapes/",
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
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

LINKED = {
    "eu-authority-corporate-body": "http://publications.europa.eu/resource/authority/corporate-body/",
    "eu-authority-country": "http://publications.europa.eu/resource/authority/country/",
    "geonames": "https://sws.geonames.org/",
    "grid": "https://www.grid.ac/institutes/",
    "isni": "https://isni.org/isni/",
    "lei": "https://api.gleif.org/api/v1/lei-records/",
    "opencorporates": "https://opencorporates.com/companies/",
    "ror": "https://ror.org/",
    "wikidata": "http://www.wikidata.org/entity/",
}
"""Namespaces of the datasets that are linked to, by the notation of their identifier scheme: prefixes in mappings."""

COAL = PREFIXES["coal"]
RDF_TYPE = PREFIXES["rdf"] + "type"
XSD = PREFIXES["xsd"]

_LOCAL_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*"


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI (RFC 3987)."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def is_site(iri: str) -> bool:
    """Whether an IRI has nothing after its host, or its scheme where it has no host."""
    return re.fullmatch("[^:]+:(?://[^/?#]*[/?#]?)?", iri) is not None


def is_slug(text: str) -> bool:
    """Whether `text` is a slug: path segments such as `foc/wg1`."""
    return re.fullmatch(_SLUG, text) is not None


def curie(iri: str, prefixes: dict[str, str] = PREFIXES) -> str | None:
    """`iri` as a CURIE that is also a valid Turtle prefixed name, or None where no prefix fits."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    namespace, local = iri[:cut], iri[cut:]
    if re.fullmatch(_LOCAL_NAME, local):
        for prefix, known in prefixes.items():
            if known == namespace:
                return f"{prefix}:{local}"
    return None


@cache
def iri_of(name: str) -> str:
    """The IRI that a CURIE with one of our prefixes stands for.

    Raises:
        KeyError: for another prefix.
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def expand(text: str) -> str | None:
    """The IRI that a CURIE or IRI stands for, or None if it is neither."""
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        text = PREFIXES[prefix] + local
    return text if is_iri(text) else None


def slug(iri: str, base: str = BASE) -> str | None:
    """The slug of a thing, own or shared: what follows `<base>id/` or `<BASE>id/`, or None for an IRI elsewhere."""
    start = f"{base if iri.startswith(base) else BASE}id/"
    return iri[len(start) :] if iri.startswith(start) else None


def short(iri: str, base: str = BASE) -> str:
    """`iri` as a person would write it: slug of a thing, name under the base, CURIE, else the IRI itself."""
    return slug(iri, base) or curie(iri) or (iri[len(base) :] if iri.startswith(base) else iri)


def iri_digest(iri: str) -> str:
    """The SHA-256 digest of an IRI in hexadecimal digits: by it a tombstone knows an IRI that was withdrawn."""
    return sha256(iri.encode()).hexdigest()
