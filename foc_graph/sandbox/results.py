"""What a sandbox gives, as a result of the library."""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.sandbox.pool import Question, Sandbox
from foc_graph.store.results import ROW_FORMATS, Result, Rows, Triples


async def result(sandbox: Sandbox, query: str, base: str, client: str) -> Result:
    """Ask a query, and wait for all that it gives.

    Raises:
        QueryError: if it cannot be answered.
        OverloadError: if too many queries wait.
    """
    async with sandbox.ask(Question(query, "json", "nt", base=base), client) as answer:
        content = b"".join([piece async for piece in answer.pieces])
    return read(answer.kind, content, "json")


def read(kind: str, content: bytes, rows: str) -> Result:
    """What an answer says, the graph of which is in N-Triples, and its rows or truth value in a format."""
    if kind == "graph":
        return Triples((quad.triple for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES)), PREFIXES)
    if kind == "rows" and rows == "json":
        return Rows(content)
    found = ox.parse_query_results(content, ROW_FORMATS[rows])
    return Rows(found) if isinstance(found, ox.QuerySolutions) else bool(found)
