"""The page of the endpoint: a form for queries, an answer as a table, and what one has to know to ask."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from foc_graph.assets import is_built
from foc_graph.errors import AmbiguousNameError, UnknownNameError
from foc_graph.namespaces import PREFIXES
from foc_graph.release.files import media
from foc_graph.sandbox.pool import Answer, Question, read_answer
from foc_graph.server.cache import entity_tag
from foc_graph.server.requests import GRAPHS, HTML, ROWS, ProblemError
from foc_graph.server.responses import Dataset, ask_sandbox, data_headers, not_modified, respond
from foc_graph.server.site import MOST, Shown, render_page, tabulate
from foc_graph.server.snapshot import Snapshot
from foc_graph.server.state import State
from foc_graph.site.queries import areas, example
from foc_graph.site.render import embedded_json
from foc_graph.sparql.public import MAX_LENGTH

ACCEPT = "accept"
"""The parameter that stands for the header of this name, which a form cannot send."""

_FIRST = """SELECT ?class (COUNT(*) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things)"""
"""A query to begin with."""

_EDITOR = "sparql.js"
"""The script that puts an editor into the place of the form."""

_MOST_BYTES = 2**17
"""Most of an answer, with a row on each line, that a page shows."""

_PIECES = 3
"""So many pieces of an answer are more than that."""

_CELLS = 10_000
"""Most cells of a table."""


class Asked(NamedTuple):
    """A query, the parameters that choose its graphs, and the media type of what it is to give."""

    query: str
    graphs: list[tuple[str, str]]
    kind: str


def form(request: Request) -> Response:
    """The page before anything is asked."""
    state: State = request.scope["served"]
    queries = [query for query in state.graph.queries.values() if not query.parameters]
    headers = data_headers(entity_tag(state.current.tag, request.url.path))
    return not_modified(request, headers) or Response(
        _page(
            request,
            Asked(_FIRST, [], HTML),
            examples=[(query, _address(request, [("query", query.text.strip())])) for query in queries],
            prefixes=PREFIXES,
            endpoint=state.graph.workspace.settings.endpoint,
            limits=state.settings,
            longest=MAX_LENGTH,
        ),
        headers=headers,
        media_type=HTML,
    )


async def examples(request: Request) -> Response:
    """The stored queries with the values of their examples, as SPARQL: what to begin with in an editor."""
    state: State = request.scope["served"]
    snapshot = state.current
    return await respond(request, (snapshot.tag, "examples"), partial(_examples, snapshot), "application/json")


def _examples(snapshot: Snapshot) -> bytes:
    found = []
    for area in areas(snapshot.graph.queries.values(), ""):
        for _, query in area.queries:
            with suppress(UnknownNameError, AmbiguousNameError):  # an example from the graph of another workspace
                text = snapshot.graph.bound(query.name, **example(query)).strip()
                found.append({"area": area.heading, "name": query.name, "question": query.question, "query": text})
    return json.dumps(found, ensure_ascii=False).encode()


def problem_page(request: Request, asked: Asked, problem: ProblemError) -> bytes:
    """The page with what is wrong with a query."""
    return _page(request, asked, problem=problem.detail)


def answer_page(request: Request, asked: Asked, dataset: Dataset) -> ASGIApp:
    """Answer a query that has been checked with a page: a table of its first rows."""
    state: State = request.scope["served"]
    question = Question(asked.query, "tsv", "nt", *dataset, state.graph.base, _PIECES)
    return ask_sandbox(request, question, (HTML, state.current.tag), partial(_send, request, asked))


async def _send(
    request: Request, asked: Asked, found: Answer, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    pieces = [piece async for piece in found.pieces]
    content = await run_in_threadpool(_answered, request, asked, found.kind, b"".join(pieces))
    await Response(content, headers=headers, media_type=HTML)(scope, receive, send)


def _answered(request: Request, asked: Asked, kind: str, content: bytes) -> bytes:
    """The page with an answer, or with the begin of a longer one."""
    formats = _kinds(GRAPHS if kind == "graph" else ROWS)
    given = [*asked.graphs, ("query", asked.query)]
    links = [(name, _address(request, [*given, (ACCEPT, one)])) for name, one in formats]
    if kind == "boolean":
        return _page(request, asked, truth=read_answer(kind, content, "tsv"), formats=links)
    return _page(request, asked, table=_table(request, kind, content), formats=links)


def _table(request: Request, kind: str, content: bytes) -> Shown:
    """The rows that are there as a whole."""
    *lines, _ = content[:_MOST_BYTES].split(b"\n")
    if not lines and content:
        return Shown((), [], None)
    most = MOST if kind == "graph" else 1 + min(MOST, _CELLS // (lines[0].count(b"\t") + 1))
    whole = b"".join(line + b"\n" for line in lines[:most])
    state: State = request.scope["served"]
    table = tabulate(read_answer(kind, whole, "tsv"), state.graph.base, _root(request))
    return table._replace(total=None) if len(whole) < len(content) else table


def _page(request: Request, asked: Asked, **context: object) -> bytes:
    state: State = request.scope["served"]
    absent = dict.fromkeys(("problem", "truth", "table", "examples"))
    return render_page(
        "sparql",
        state.current,
        _root(request),
        title="SPARQL",
        asked=asked,
        kinds={"rows": _kinds(ROWS), "a graph": _kinds(GRAPHS)},
        editor=embedded_json({"prefixes": PREFIXES, "base": state.graph.base}) if is_built(_EDITOR) else "",
        **{**absent, "formats": [], **context},
    )


def _root(request: Request) -> str:
    """Return the relative address of the front page."""
    return "../" if request.url.path.endswith("/") else "./"


def _address(request: Request, parameters: list[tuple[str, str]]) -> str:
    """Return the address of a query to this endpoint, relative to that of the page."""
    return f"{_root(request)}sparql?{urlencode(parameters)}"


def _kinds(formats: dict[str, str]) -> list[tuple[str, str]]:
    """The names of formats and their media types."""
    kinds = {ending: kind for kind, ending in reversed(formats.items())}
    known = ((ending, media(f"answer.{ending}")) for ending in reversed(kinds))
    return [(about.name if about else ending.upper(), kinds[ending]) for ending, about in known]
