"""In which formats a stored query can be answered, by the ending of its address and by media type."""

from __future__ import annotations

from typing import NamedTuple

from foc_graph.catalogue.query import StoredQuery
from foc_graph.lexical import tokens
from foc_graph.web.stored import SAFE

HTML, QUERY = "html", "rq"
"""The page of a query, and the query itself with its header."""


class Format(NamedTuple):
    """What it is called, and its media types; the first is the one that is told."""

    name: str
    types: tuple[str, ...]


_PAGE = {HTML: Format("HTML", ("text/html",))}
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
_ITSELF = {QUERY: Format("SPARQL", ("application/sparql-query",))}

ENDINGS = tuple(sorted({**_PAGE, **_ROWS, **_GRAPH, **_ITSELF}, key=len, reverse=True))
"""All of them, each before those that it ends with."""


def formats(query: StoredQuery) -> dict[str, Format]:
    """What can be had of a query, by ending."""
    return {**_PAGE, **data_formats(query), **_ITSELF}


def data_formats(query: StoredQuery) -> dict[str, Format]:
    """The formats of its answers, which are a graph or else rows or a truth value, by ending."""
    words = (token.upper() for kind, token, _ in tokens(query.text) if kind == "word")
    form = next(word for word in words if word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
    return _GRAPH if form in ("CONSTRUCT", "DESCRIBE") else _ROWS
