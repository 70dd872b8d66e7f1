"""Questions in words over HTTP: what was understood and the answer, or why one is declined, as a page or as JSON."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.errors import FocGraphError
from foc_graph.questions.answer import Answer, list_values
from foc_graph.questions.reading import LONGEST, Reader, is_long
from foc_graph.questions.scoring import Call
from foc_graph.server.negotiation import HTML, choose, data_formats
from foc_graph.server.queries import remark_on
from foc_graph.server.requests import ProblemError, parameters
from foc_graph.server.responses import NOT_INDEXED, not_acceptable, respond, respond_once, unavailable
from foc_graph.server.site import render_page
from foc_graph.server.state import State
from foc_graph.site.addresses import Addresses, query_address
from foc_graph.site.answers import DETAILS, tabulate
from foc_graph.site.queries import MOST_SHOWN, list_calls
from foc_graph.site.search import PAGE as SEARCH
from foc_graph.site.view import Link
from foc_graph.store.results import Rows, Triples

PAGE = "ask"
"""The path of the page, without ending."""

TYPES = {"html": HTML, "json": "application/json"}
"""The media types of answers, by the endings of their addresses."""

_EXAMPLES = (
    ("en", "Who were members of the Freedom Online Coalition in May 2015?"),
    ("en", "What was Working Group 1 mandated to do?"),
    ("fr", "Quels États sont membres de la Media Freedom Coalition ?"),
    ("de", "Wer hatte 2018 den Vorsitz der FOC?"),
    ("es", "¿Cuándo se reunió la FOC?"),
)
"""Questions with their languages; the page shows those that the graph is understood to answer."""

_FOLDER = "query/"
_AFTER = "60"
"""Seconds after which a client may come back, where the names of a large graph are being read."""


class Asked(NamedTuple):
    """A question, empty if there is none, and whether the rows of its answer are wanted."""

    question: str
    run: bool


async def ask(ending: str, request: Request) -> Response:
    """Answer a question in words, or say why it is declined; without a question, show a form and examples."""
    state: State = request.scope["served"]
    kind = TYPES[ending] if ending else choose(request.headers.get("accept"), list(TYPES.values()))
    if kind is None:
        raise not_acceptable(TYPES.values())
    try:
        asked = _read(request)
        if not asked.question and kind != HTML:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "nothing is asked: write a question in `q`")
        reader = await _find_reader(state)
    except ProblemError as problem:
        if kind != HTML:
            raise
        refuse = partial(_render, state, problem=problem.detail)
        return await respond_once(request, refuse, problem.status, NOT_INDEXED | problem.headers, is_asking=False)
    key = (state.current.tag, PAGE, asked, kind, date.today())
    make = partial(_make_page if kind == HTML else _make_json, state, reader, asked)
    return await respond(request, key, make, kind, NOT_INDEXED if asked.question else {}, is_asking=True)


def _read(request: Request) -> Asked:
    """Read the question; an empty one is none."""
    given: dict[str, str] = {}
    for name, value in parameters(request.scope["query_string"]):
        if name in given and name in ("q", "run"):
            raise ProblemError(HTTPStatus.BAD_REQUEST, f"`{name}` is given more than once: ask one question at a time")
        given[name] = value
    question, run = given.get("q", ""), given.get("run", "")
    if is_long(question):
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the question is longer than {LONGEST} characters: shorten it")
    if run not in ("", "true", "false"):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "`run` is true or false: leave it out for the rows of the answer")
    return Asked(question if question.strip() else "", run != "false")


async def _find_reader(state: State) -> Reader:
    """Return the reader of questions."""
    try:
        return await asyncio.wait_for(state.question_reader(), state.patience)
    except TimeoutError as error:
        detail = "the names in the graph are still being read: ask again in a minute"
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": _AFTER}) from error
    except FocGraphError as error:
        raise unavailable() from error


def _make_json(state: State, reader: Reader, asked: Asked) -> bytes:
    found = state.ask(reader, asked.question).to_json(asked.run)
    return json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"


def _make_page(state: State, reader: Reader, asked: Asked) -> bytes:
    if not asked.question:
        understood = [Link(text, ask_address(text), code) for code, text in _EXAMPLES if state.ask(reader, text).call]
        return _render(state, examples=understood)
    answer = state.ask(reader, asked.question)
    return _render(
        state,
        asked=asked.question,
        answer=answer,
        others=[Link(answer.restate(one), _address(one)) for one in answer.alternatives],
        search=f"{SEARCH}?{urlencode({'q': asked.question})}",
        data=ask_address(asked.question, ".json"),
        **(_describe_call(state, answer, answer.call, reader) if answer.call else {}),
        **(_describe_rows(state, answer, answer.call, reader) if answer.call and asked.run else {}),
    )


def ask_address(question: str, ending: str = "") -> str:
    """Return the address that asks a question, from the root."""
    return f"{PAGE}{ending}?{urlencode({'q': question})}"


def _address(call: Call, ending: str = "") -> str:
    """Return the address of a call from the root."""
    return _FOLDER + query_address(call.query + ending, list_values(call))


def _describe_call(state: State, answer: Answer, call: Call, reader: Reader) -> dict[str, Any]:
    """Describe a call: its address, how else to make it, and the sources of each thing that it names."""
    sources = [Link(reader.name(one.parameters["thing"]), _address(one)) for one in answer.sources]
    calls = list_calls(state.graph.queries[call.query], list_values(call))
    return {"address": _address(call), "calls": calls, "sources": sources}


def _describe_rows(state: State, answer: Answer, call: Call, reader: Reader) -> dict[str, Any]:
    """Describe the rows of an answer, as the page of a stored query does, the first of them."""
    snapshot, result = state.current, answer.picked
    assert result is not None
    query = snapshot.graph.queries[call.query]
    is_listed = isinstance(result, (Rows, Triples))
    remark = remark_on(snapshot, snapshot.graph.bind(call.query, **call.parameters), result)
    return {
        "sentence": answer.sentence,
        "truth": None if is_listed else result,
        "table": tabulate(result, Addresses(snapshot.graph.base, snapshot.shared), "", query, MOST_SHOWN)._replace(
            counted=""
        )
        if is_listed
        else None,
        "whole": _address(call),
        "formats": [(one.name, _address(call, f".{ending}")) for ending, one in data_formats(query).items()],
        "remark": remark,
        "more": _address(Call(remark.query, {remark.parameter: remark.value})) if remark and remark.query else "",
    }


_NOTHING: dict[str, Any] = {
    "title": "Ask in words",
    "longest": LONGEST,
    "details": DETAILS,
    **dict.fromkeys(("answer", "problem", "truth", "table", "remark"), None),
    **dict.fromkeys(("asked", "sentence", "address", "whole", "more", "search", "data"), ""),
    **dict.fromkeys(("examples", "others", "calls", "sources", "formats"), ()),
}
"""The values of the page before anything is asked."""


def _render(state: State, **about: Any) -> bytes:
    return render_page(PAGE, state.current, "", **_NOTHING | about)


ROUTES = [Route(f"/{PAGE}", partial(ask, "")), *(Route(f"/{PAGE}.{ending}", partial(ask, ending)) for ending in TYPES)]
