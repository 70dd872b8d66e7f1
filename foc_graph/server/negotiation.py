"""Content negotiation: the formats of answers, and the one that a client prefers (RFC 9110, section 12.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import Request

from foc_graph.errors import UnknownNameError
from foc_graph.queries.aliases import find_query
from foc_graph.queries.model import StoredQuery
from foc_graph.server.requests import ProblemError
from foc_graph.site.citations import FORMATS as CITATIONS
from foc_graph.site.media import media
from foc_graph.sparql.syntax import form

HTML = "text/html"
"""The media type of pages, which people read."""

ROWS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
}
"""Formats of rows and truth values, by media type."""

GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/trig": "trig",
    "application/n-quads": "nq",
    "application/json": "jsonld",
    "application/xml": "rdf",
}
"""Formats of graphs, by media type."""

DOCUMENTS = {
    "text/html": "html",
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/xhtml+xml": "html",
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "text/n3": "ttl",
    "application/x-turtle": "ttl",
    "text/x-turtle": "ttl",
    "application/turtle": "ttl",
}
"""Endings of the files about a thing by the media type that a client asks for, the first of equals."""

_PLAIN = "text/plain"
_BY_NAME = {"void": "text/turtle"}

PAGE, QUERY = "html", "rq"
"""The endings of the page of a stored query, and of the query itself with its header."""

SAFE = "safe.csv"
"""CSV for spreadsheets: a text that one would run as a formula has a `'` before it."""

_MOST = 100
"""Most parts of a header that are read."""


class Format(NamedTuple):
    """A format of the answers of stored queries: its name and its media types, the preferred one first."""

    name: str
    types: tuple[str, ...]


_PAGE = {PAGE: Format("HTML", (HTML,))}
_ROWS = {
    "csv": Format("CSV", ("text/csv",)),
    SAFE: Format("CSV for spreadsheets", ("text/csv",)),
    "tsv": Format("TSV", ("text/tab-separated-values",)),
    "json": Format("JSON", ("application/sparql-results+json", "application/json")),
    "xml": Format("XML", ("application/sparql-results+xml", "application/xml")),
}
_GRAPH = {
    "ttl": Format("Turtle", ("text/turtle",)),
    "nt": Format("N-Triples", ("application/n-triples",)),
    "jsonld": Format("JSON-LD", ("application/ld+json", "application/json")),
}
_CITED = {ending: Format(one.name, (one.type,)) for ending, one in CITATIONS.items()}
_ITSELF = {QUERY: Format("SPARQL", ("application/sparql-query",))}

FORMATS = {**_PAGE, **_ROWS, **_GRAPH, **_CITED, **_ITSELF}
"""The formats of stored queries, by ending."""

ENDINGS = tuple(sorted(FORMATS, key=len, reverse=True))
"""Their endings, each before those that it ends with."""


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that a header `Accept` prefers, the first of equals; None if it accepts none.

    What cannot be read in the header counts for nothing; a header that is empty or missing accepts all.
    """
    ranges = [] if accept is None else [one for one in _weighed(accept) if one[0].count("/") == 1]
    if not ranges:
        return offers[0] if accept is None or not accept.strip() else None
    scored = [(_quality(offer, ranges), offer) for offer in offers]
    best = max(quality for quality, _ in scored)
    return next(offer for quality, offer in scored if quality == best) if best > 0 else None


def choose_query(request: Request, queries: Mapping[str, StoredQuery]) -> tuple[StoredQuery, str, str]:
    """Return the query, the name that the address has for it, and the format that this, or else `Accept`, asks for.

    Raises:
        ProblemError: 404 if there is no such query or format, 406 if the client accepts none.
    """
    path = request.path_params["name"]
    ending = next((one for one in ENDINGS if path.endswith(f".{one}")), None)
    name = path if ending is None else path.removesuffix(f".{ending}")
    query = find_query(queries, name)
    if query is None:
        error = UnknownNameError("query", name, queries, otherwise="see the list of queries at /query/")
        raise ProblemError(HTTPStatus.NOT_FOUND, str(error))
    known = formats(query)
    if ending is None:
        offers: dict[str, str] = {}
        for one, format in known.items():
            for kind in format.types:
                offers.setdefault(kind, one)
        chosen = choose(request.headers.get("accept"), list(offers))
        if chosen is None:
            raise ProblemError(
                HTTPStatus.NOT_ACCEPTABLE, f"{name} is given as {', '.join(offers)}: ask for one of them"
            )
        ending = offers[chosen]
    elif ending not in known:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"{name} has no format {ending}: it has {', '.join(known)}")
    return query, name, ending


def formats(query: StoredQuery) -> dict[str, Format]:
    """Return the formats of a stored query, by ending: its page, its answers, their citations and itself."""
    return {**_PAGE, **data_formats(query), **_CITED, **_ITSELF}


def data_formats(query: StoredQuery) -> dict[str, Format]:
    """Return the formats of the answers of a stored query, a graph or else rows or a truth value, by ending."""
    return _GRAPH if _gives_graph(query.text) else _ROWS


def prefers_page(request: Request) -> bool:
    """Whether of a page and the descriptions beside it, the client prefers the page."""
    kind = choose(request.headers.get("accept"), list(DOCUMENTS))
    return kind is not None and DOCUMENTS[kind] == "html"


def media_type(path: str) -> str:
    """Return the media type of a file of a site; plain text where none is registered."""
    about = media(path)
    return (about and (about.compression or about.type)) or _BY_NAME.get(path.rpartition("/")[2], _PLAIN)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a header `Accept-Encoding` prefers gzip, or accepts it as well as what is not compressed."""
    qualities = dict(_weighed(accept_encoding))
    gzip = qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0)))
    return gzip > 0 and gzip >= qualities.get("identity", 0.0)


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    """Give the entries of a header, in lower case, each with its quality; without those that cannot be read."""
    for part in header.split(",")[:_MOST]:
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        weights = [value for key, _, value in (one.partition("=") for one in parameters) if key.strip() == "q"]
        with suppress(ValueError):
            yield name, min([1.0, *(max(0.0, float(weight)) for weight in weights)])


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that fits."""
    for wanted in (offer.partition(";")[0], f"{offer.partition('/')[0]}/*", "*/*"):
        if found := [quality for name, quality in ranges if name == wanted]:
            return max(found)
    return 0.0


@lru_cache
def _gives_graph(text: str) -> bool:
    return form(text) in ("CONSTRUCT", "DESCRIBE")
