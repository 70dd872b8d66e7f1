"""Our namespaces and prefixes, and an IRI as a slug, a CURIE, or a digest that does not reveal it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from hashlib import sha256

from foc_graph.rdf.terms import STANDARD_PREFIXES, curie, is_iri

BASE = "https://w3id.org/coalition/"
"""Base of the shared vocabulary, shapes and concepts, and of the packaged data."""

PREFIXES = dict(sorted({**STANDARD_PREFIXES, "coal": BASE + "ns#", "coalsh": BASE + "shapes/"}.items()))
"""Namespaces by prefix: those of published vocabularies and our own."""

LINKED = {
    "eu-authority-corporate-body": "http://publications.europa.eu/resource/authority/corporate-body/",
    "eu-authority-corporate-body-classification": (
        "http://publications.europa.eu/resource/authority/corporate-body-classification/"
    ),
    "eu-authority-country": "http://publications.europa.eu/resource/authority/country/",
    "eu-authority-resource-type": "http://publications.europa.eu/resource/authority/resource-type/",
    "eu-authority-role": "http://publications.europa.eu/resource/authority/role/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "geonames": "https://sws.geonames.org/",
    "grid": "https://www.grid.ac/institutes/",
    "isni": "https://isni.org/isni/",
    "lei": "https://api.gleif.org/api/v1/lei-records/",
    "opencorporates": "https://opencorporates.com/companies/",
    "ror": "https://ror.org/",
    "unbis": "http://metadata.un.org/thesaurus/",
    "wikidata": "http://www.wikidata.org/entity/",
}
"""Namespaces of the datasets that are linked to, by the notation of their identifier scheme: prefixes in mappings."""

COAL = PREFIXES["coal"]

SOURCE_PROPERTIES = ("dcterms:source", "dcterms:isReferencedBy")
"""The properties that name a source: what a record derives from, and what tells of anything else."""

_SLUG = r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*"


def is_slug(text: str) -> bool:
    """Whether `text` is a slug: path segments such as `foc/wg1`."""
    return re.fullmatch(_SLUG, text) is not None


def slugged(text: str) -> str:
    """Return a name as a path segment of an IRI: lower-case ASCII letters, digits and hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_text.replace("'", "")).strip("-")[:80].rstrip("-")


@cache
def iri_of(name: str) -> str:
    """Return the IRI that a CURIE with one of our prefixes stands for.

    Raises:
        KeyError: for another prefix.
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def expand(text: str) -> str | None:
    """Return the IRI that a CURIE or IRI stands for, or None if it is neither."""
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        text = PREFIXES[prefix] + local
    return text if is_iri(text) else None


def possible_iris(text: str, base: str = BASE) -> list[str]:
    """Return the IRIs that a text may stand for: its own as an IRI or CURIE, else those of a slug, own or shared.

    `concept/role/chair` stands for the concept of that name.
    """
    iri = expand(text)
    folder = "" if text.startswith("concept/") else "id/"
    return [iri] if iri else [f"{one}{folder}{text}" for one in dict.fromkeys((base, BASE))]


def slug(iri: str, base: str = BASE) -> str | None:
    """Return the slug of a thing, own or shared (after `<base>id/` or `<BASE>id/`), or None for an IRI elsewhere."""
    start = f"{base if iri.startswith(base) else BASE}id/"
    return iri[len(start) :] if iri.startswith(start) else None


def short(iri: str, base: str = BASE) -> str:
    """Write `iri` as a person would: slug of a thing, name under the base, CURIE, else the IRI itself."""
    return slug(iri, base) or curie(iri, PREFIXES) or (iri[len(base) :] if iri.startswith(base) else iri)


def iri_digest(iri: str) -> str:
    """Return the SHA-256 digest of an IRI in hexadecimal digits, by which a tombstone knows a withdrawn IRI."""
    return sha256(iri.encode()).hexdigest()
