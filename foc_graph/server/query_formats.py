"""In which formats a stored query can be answered, by the ending of its address and by media type."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from foc_graph.queries.model import StoredQuery
from foc_graph.server.negotiation import HTML
from foc_graph.server.query_service import SAFE
from foc_graph.sparql.tokens import tokens

PAGE, QUERY = "html", "rq"
"""The page of a query, and the query itself with its header."""


class Format(NamedTuple):
    """What it is called, and its media types; the first is the one that is told."""

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
_ITSELF = {QUERY: Format("SPARQL", ("application/sparql-query",))}

ENDINGS = tuple(sorted({**_PAGE, **_ROWS, **_GRAPH, **_ITSELF}, key=len, reverse=True))
"""All of them, each before those that it ends with."""


def formats(query: StoredQuery) -> dict[str, Format]:
    """What can be had of a query, by ending."""
    return {**_PAGE, **data_formats(query), **_ITSELF}


def data_formats(query: StoredQuery) -> dict[str, Format]:
    """The formats of its answers, which are a graph or else rows or a truth value, by ending."""
    return _GRAPH if _gives_graph(query.text) else _ROWS


@lru_cache
def _gives_graph(text: str) -> bool:
    forms = {"SELECT": False, "ASK": False, "CONSTRUCT": True, "DESCRIBE": True}
    words = (token.upper() for kind, token, _ in tokens(text) if kind == "word")
    return next(forms[word] for word in words if word in forms)
