"""What the files of a release are: size, checksum, media type, and the names that catalogues have for their formats."""

from __future__ import annotations

from typing import NamedTuple


class File(NamedTuple):
    """A file of a release: its path below the release's folder, its bytes, its SHA-256 digest in hexadecimal digits."""

    path: str
    size: int
    sha256: str


class Media(NamedTuple):
    """What a file holds: the name of the format for people, its media type, its code in the EU file-type table.

    `compression` is the media type of what it is packed in. A format that has no registered media type, or is not in
    the table, has None there.
    """

    name: str
    type: str | None
    file_type: str | None
    compression: str | None = None

    @property
    def title(self) -> str:
        """The format in words, such as `Turtle, gzip`."""
        return f"{self.name}, {_COMPRESSIONS[self.compression]}" if self.compression else self.name


_MEDIA = {
    "ttl": Media("Turtle", "text/turtle", "RDF_TURTLE"),
    "nt": Media("N-Triples", "application/n-triples", "RDF_N_TRIPLES"),
    "nq": Media("N-Quads", "application/n-quads", "RDF_N_QUADS"),
    "trig": Media("TriG", "application/trig", "RDF_TRIG"),
    "jsonld": Media("JSON-LD", "application/ld+json", "JSON_LD"),
    "rdf": Media("RDF/XML", "application/rdf+xml", "RDF_XML"),
    "csv": Media("CSV", "text/csv", "CSV"),
    "csv-metadata.json": Media("CSVW metadata", "application/csvm+json", "JSON"),
    "parquet": Media("Parquet", "application/vnd.apache.parquet", "PARQUET"),
    "atom": Media("Atom", "application/atom+xml", "ATOM"),
    "css": Media("CSS", "text/css", None),
    "html": Media("HTML", "text/html", "HTML"),
    "js": Media("JavaScript", "text/javascript", None),
    "json": Media("JSON", "application/json", "JSON"),
    "jsonl": Media("JSON Lines", None, None),
    "md": Media("Markdown", "text/markdown", None),
    "rdfp": Media("RDF Patch", None, None),
    "sssom.tsv": Media("SSSOM", "text/tab-separated-values", "TSV"),
    "rq": Media("SPARQL query", "application/sparql-query", "SPARQLQ"),
    "svg": Media("SVG", "image/svg+xml", "SVG"),
    "txt": Media("text", "text/plain", "TXT"),
    "xml": Media("XML", "application/xml", "XML"),
}
_PACKED = {"gz": "application/gzip", "zst": "application/zstd"}
_COMPRESSIONS = {"application/gzip": "gzip", "application/zstd": "Zstandard"}


def media(path: str) -> Media | None:
    """What a file is, by the endings of its name; None for a name that does not tell."""
    _, _, ending = path.rpartition("/")[2].partition(".")
    packed = _PACKED.get(ending.rpartition(".")[2])
    if packed:
        ending = ending.rpartition(".")[0]
    while ending and ending not in _MEDIA:
        ending = ending.partition(".")[2]
    return _MEDIA[ending]._replace(compression=packed) if ending else None


def media_type_iri(type: str) -> str:
    """The address of a media type in the IANA registry."""
    return f"https://www.iana.org/assignments/media-types/{type}"


def authority(table: str, code: str = "") -> str:
    """The IRI of an authority table of the EU's Publications Office, such as `file-type`, or of a code in it."""
    return f"http://publications.europa.eu/resource/authority/{table}{code and '/'}{code}"
