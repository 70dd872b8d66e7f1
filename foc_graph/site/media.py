"""The files of a release in words: their formats and media types, what they hold, and whom each is for."""

from __future__ import annotations

from typing import NamedTuple


class Media(NamedTuple):
    """A format of files: its name for people, its media type, its code in the EU file-type table.

    `readers` says for whom data are in this format, `compression` is the media type of what it is packed in. A format
    that has no registered media type, or is not in the table, has None there.
    """

    name: str
    type: str | None
    file_type: str | None
    readers: str = ""
    compression: str | None = None

    @property
    def title(self) -> str:
        """Return the format in words, such as `Turtle, gzip`."""
        return f"{self.name}, {_COMPRESSIONS[self.compression]}" if self.compression else self.name

    @property
    def purpose(self) -> str:
        """Return the format and whom it is for, such as `CSV, for spreadsheets, R and Python`."""
        return f"{self.title}, for {self.readers}" if self.readers else self.title


_MEDIA = {
    "ttl": Media("Turtle", "text/turtle", "RDF_TURTLE", "people who read RDF, and most software that does"),
    "nt": Media("N-Triples", "application/n-triples", "RDF_N_TRIPLES", "scripts that read a triple a line"),
    "nq": Media(
        "N-Quads", "application/n-quads", "RDF_N_QUADS", "triple stores and scripts that keep named graphs apart"
    ),
    "trig": Media("TriG", "application/trig", "RDF_TRIG", "people and triple stores that keep named graphs apart"),
    "jsonld": Media("JSON-LD", "application/ld+json", "JSON_LD", "developers who work with JSON"),
    "rdf": Media("RDF/XML", "application/rdf+xml", "RDF_XML", "ontology editors and older RDF software"),
    "csv": Media("CSV", "text/csv", "CSV", "spreadsheets, R and Python"),
    "csv-metadata.json": Media(
        "CSVW metadata", "application/csvm+json", "JSON", "people and software that ask what a column means"
    ),
    "parquet": Media(
        "Parquet", "application/vnd.apache.parquet", "PARQUET", "data frames and databases such as DuckDB"
    ),
    "atom": Media("Atom", "application/atom+xml", "ATOM", "feed readers"),
    "css": Media("CSS", "text/css", None),
    "html": Media("HTML", "text/html", "HTML"),
    "js": Media("JavaScript", "text/javascript", None),
    "json": Media("JSON", "application/json", "JSON"),
    "jsonl": Media("JSON Lines", None, "TXT", "software that follows changes, an event a line"),
    "md": Media("Markdown", "text/markdown", None),
    "rdfp": Media("RDF Patch", None, "TXT", "triple stores that hold the release before"),
    "sssom.tsv": Media("SSSOM", "text/tab-separated-values", "TSV", "software that reads mappings, and spreadsheets"),
    "rq": Media("SPARQL query", "application/sparql-query", "SPARQLQ"),
    "png": Media("PNG", "image/png", "PNG"),
    "svg": Media("SVG", "image/svg+xml", "SVG"),
    "txt": Media("text", "text/plain", "TXT"),
    "xml": Media("XML", "application/xml", "XML"),
}
FILE_TYPES = {
    "ATOM": "Atom",
    "CSV": "CSV",
    "JSON_LD": "JSON-LD",
    "PARQUET": "Parquet",
    "RDF_N_QUADS": "N-Quads",
    "RDF_N_TRIPLES": "N-Triples",
    "RDF_TRIG": "TriG",
    "RDF_TURTLE": "Turtle",
    "RDF_XML": "RDF/XML",
    "TSV": "TSV",
    "TXT": "plain text",
}
"""Names of the codes of formats of data in the EU file-type table."""

_PACKED = {"gz": "application/gzip", "zst": "application/zstd"}
TYPES = (*dict.fromkeys(one.type for one in _MEDIA.values() if one.type), *_PACKED.values())
"""The media types of files of a release; others are plain text."""

CONTENTS = {
    "coalition": "its members, bodies, mandates, events and documents, each with its source, and what is said of the "
    "agents, places and sources that they name.",
    "rdf12": "The same graph, each value with what says who said it: sources, rank, and how and where each supports "
    "it.",
    "links": "Which things are the same in another dataset or have a page there, how that is known, and its sources.",
    "changes": "What each release changed: a patch from the one before, an event stream and feeds.",
}
"""Sentences on what files hold; that of a coalition goes on from its name."""

TABLES = {
    "members": "Who belongs to which coalition, in which role, since when and until when.",
    "people": "Who sits in a coalition or in one of its bodies, in which role, since when and until when.",
    "mandates": "Which bodies were given a mandate, by which document or event, since when and until when.",
    "documents": "What coalitions and their bodies issued, with date and address.",
    "identifiers": "What things are called in other datasets, such as Wikidata and GeoNames.",
    "panel": "Which government was in which coalition in which year, and how sure that is: a panel for statistics.",
}
"""The contents of each table, by its name; the first is the one that most readers want."""

_COMPRESSIONS = {"application/gzip": "gzip", "application/zstd": "Zstandard"}


def media(path: str) -> Media | None:
    """Return the format of a file by the endings of its name; None if they name no known one."""
    _, _, ending = path.rpartition("/")[2].partition(".")
    packed = _PACKED.get(ending.rpartition(".")[2])
    if packed:
        ending = ending.rpartition(".")[0]
    while ending and ending not in _MEDIA:
        ending = ending.partition(".")[2]
    return _MEDIA[ending]._replace(compression=packed) if ending else None
