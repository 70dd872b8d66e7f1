"""The evaluation of public queries: what is asked of the sandbox, what is done there, and how its answer is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.xml_text import Cleaned
from foc_graph.sandbox.pool import Sandbox, Task
from foc_graph.sandbox.worker import Fault, Opening, Output, Work
from foc_graph.sparql.public import check
from foc_graph.sparql.syntax import names_dataset
from foc_graph.store.results import ROW_FORMATS, Result, Rows, Triples


class Question(NamedTuple):
    """A query and what is asked with it: formats (by ending) of rows and of a graph, IRIs of graphs or None, a base.

    After so many `pieces` (of 64 KiB, but for the last one) the rest of the answer is not made; None: all is. The
    query is a stranger's, and checked first, unless it `is_stored`.
    """

    query: str
    rows: str = "json"
    graph: str = "ttl"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    pieces: int | None = None
    is_stored: bool = False

    @property
    def task(self) -> Task:
        """Return the task of answering it; the answer is `rows`, `boolean` or `graph`."""
        return Task(__name__, self._asdict())


async def evaluate(sandbox: Sandbox, query: str, base: str, client: str, is_stored: bool = False) -> Result:
    """Ask a query in a sandbox, and wait for all that it gives.

    Raises:
        TaskError: if it cannot be answered.
        OverloadError: if too many queries wait.
    """
    async with sandbox.ask(Question(query, "json", "nt", base=base, is_stored=is_stored).task, client) as answer:
        content = b"".join([piece async for piece in answer.pieces])
    return read_answer(answer.kind, content, "json")


def read_answer(kind: str, content: bytes, rows: str) -> Result:
    """Read an answer, the graph of which is in N-Triples, and its rows or truth value in a format."""
    if kind == "graph":
        return Triples((quad.triple for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES)), PREFIXES)
    if kind == "rows" and rows == "json":
        return Rows(content)
    found = ox.parse_query_results(content, ROW_FORMATS[rows])
    return Rows(found) if isinstance(found, ox.QuerySolutions) else bool(found)


def prepare(argument: str) -> Opening:
    """Prepare for questions, in a process of the sandbox."""
    return _open


def _open(folder: Path) -> Work:
    store = ox.Store.read_only(str(folder))
    next(iter(store), None)

    def work(request: dict[str, Any], output: Output) -> None:
        try:
            if not request["is_stored"]:
                check(request["query"], PREFIXES)
            _answer(store, request, output)
        except SyntaxError as error:
            raise Fault("syntax", str(error.msg)) from error
        except (ValueError, RuntimeError, ParseError) as error:
            raise Fault("evaluation", str(error)) from error
        except OSError as error:
            if "RDF 1.2" in str(error):  # of a format that has no triple terms
                raise Fault("evaluation", f"{error}: ask for Turtle or N-Triples") from error
            raise Fault("memory") from error

    return work


def _answer(store: ox.Store, request: dict[str, Any], output: Output) -> None:
    """Answer the fields of a question."""
    output.most = request["pieces"] or output.most
    found = store.query(request["query"], base_iri=request["base"], prefixes=PREFIXES, **_dataset(request))
    if isinstance(found, ox.QueryTriples):
        output.head("graph")
        ox.serialize(found, _clean(output, request["graph"]), FORMATS[request["graph"]], prefixes=PREFIXES)
    else:
        output.head("boolean" if isinstance(found, ox.QueryBoolean) else "rows")
        found.serialize(_clean(output, request["rows"]), ROW_FORMATS[request["rows"]])


def _clean(output: Output, format: str) -> BinaryIO:
    """Return the file for an answer, which leaves out of XML the characters that XML does not have."""
    file = cast(BinaryIO, output)
    return cast(BinaryIO, Cleaned(file)) if format in ("rdf", "xml") else file


def _dataset(request: dict[str, Any]) -> dict[str, Any]:
    default, named = request["default_graphs"], request["named_graphs"]
    if default is None and named is None:
        return {"use_default_graph_as_union": not names_dataset(request["query"])}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in default or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in named or ()],
    }
