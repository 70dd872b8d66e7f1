"""Things of others that a catalogue points at, each with the class that DCAT-AP 3.0.1 asks for.

Codes are those of the authority tables of the EU's Publications Office (https://op.europa.eu/en/web/eu-vocabularies).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from foc_graph.release.catalogue.description import Description, english
from foc_graph.release.files import Media, authority, media_type_iri

_LANGUAGES = {
    "ar": "ARA", "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA",
    "et": "EST", "fi": "FIN", "fr": "FRA", "ga": "GLE", "hr": "HRV", "hu": "HUN", "it": "ITA", "lt": "LIT",
    "lv": "LAV", "mt": "MLT", "nl": "NLD", "pl": "POL", "pt": "POR", "ro": "RON", "ru": "RUS", "sk": "SLK",
    "sl": "SLV", "sv": "SWE", "zh": "ZHO",
}  # fmt: skip
"""The languages of the EU and of the United Nations, by their tags."""

_THEMES = {"GOVE": "Government and public sector", "JUST": "Justice, legal system and public safety"}


class References:
    """Adds to a description what it points at."""

    def __init__(self, out: Description) -> None:
        self._out = out

    def theme_table(self) -> ox.NamedNode:
        """The table of data themes."""
        title = {"dcterms:title": english("Data theme")}
        return self._out.add(authority("data-theme"), "skos:ConceptScheme", title)

    def themes(self) -> list[ox.NamedNode]:
        """The themes of all that there is about coalitions."""
        return [self._concept("data-theme", code, label) for code, label in _THEMES.items()]

    def stable(self) -> ox.NamedNode:
        """That a file stays available for long."""
        return self._concept("planned-availability", "STABLE", "stable")

    def public(self) -> ox.NamedNode:
        """That everyone has access."""
        return self._out.add(authority("access-right", "PUBLIC"), "dcterms:RightsStatement")

    def irregular(self) -> ox.NamedNode:
        """That releases come at no fixed times."""
        return self._out.add(authority("frequency", "IRREG"), "dcterms:Frequency")

    def languages(self, tags: Iterable[str]) -> list[ox.NamedNode]:
        """The languages with these tags, so far as the table above has them."""
        codes = [_LANGUAGES[tag] for tag in tags if tag in _LANGUAGES]
        return [self._out.add(authority("language", code), "dcterms:LinguisticSystem") for code in codes]

    def format(self, media: Media | None) -> ox.NamedNode | None:
        """The file type of the EU's table."""
        if media is None or media.file_type is None:
            return None
        return self._out.add(authority("file-type", media.file_type), "dcterms:MediaTypeOrExtent")

    def media_type(self, type: str | None) -> ox.NamedNode | None:
        """A media type of the IANA registry."""
        return self._out.add(media_type_iri(type), "dcterms:MediaType") if type else None

    def sha256(self) -> ox.NamedNode:
        """The algorithm of all checksums."""
        return self._out.add("http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm")

    def standard(self, iri: str, title: str) -> ox.NamedNode:
        """What something conforms to."""
        return self._out.add(iri, "dcterms:Standard", {"dcterms:title": english(title)})

    def page(self, address: str) -> ox.NamedNode:
        """A page for people."""
        return self._out.add(address, "foaf:Document")

    def _concept(self, table: str, code: str, label: str) -> ox.NamedNode:
        return self._out.add(authority(table, code), "skos:Concept", {"skos:prefLabel": english(label)})
