"""Reconciliation: which things the names in somebody's table mean, and columns about them.

Source: Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/),
and what is settled in the draft of 1.0 (https://reconciliation-api.github.io/specs/1.0-draft/), at the same address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote, urljoin

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.errors import FocGraphError, quoted
from foc_graph.linking.matching import Candidate
from foc_graph.linking.properties import PROPERTIES, Asking, Property
from foc_graph.linking.things import KINDS
from foc_graph.web import reconcile_answers as answers
from foc_graph.web.answers import NOT_INDEXED, data_headers
from foc_graph.web.clients import client_of
from foc_graph.web.directory import Directory
from foc_graph.web.kept import answered, as_problems, unavailable
from foc_graph.web.negotiation import HTML, choose
from foc_graph.web.pages import rendered
from foc_graph.web.problems import ProblemError
from foc_graph.web.protocol import body, form_parameters, parameters
from foc_graph.web.reconcile_requests import (
    DRAFT,
    MAX_NAME,
    Extension,
    Query,
    read_conditions,
    read_extension,
    read_queries,
)
from foc_graph.web.served import Served

T = TypeVar("T")
_JSON = "application/json"
_STEP = 10
"""Names that are matched in one turn."""

_SUGGESTED, _MOST_SUGGESTED = 20, 100
"""How many suggestions are given, and how many at most."""

_IN_FRAMES = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"}


async def reconcile(request: Request) -> Response:
    """Candidates for the names of a batch, or properties of things; without either, what the service offers.

    Sections 3 (manifest), 4 (queries) and 7 (data extension) of 0.2; the manifest is also that of the draft.

    Raises:
        ProblemError: for what is no batch, or too large; here and below also if the graph cannot be read.
    """
    given = await form_parameters(request)
    asked = [(name, value) for name, value in given if name in ("queries", "extend")]
    if len(asked) > 1:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "several batches are sent: send one, as `queries` or as `extend`")
    if not asked:
        served, root, kind = request.scope["served"], _root(request), _kind(request)
        made = answers.draft_manifest if kind == DRAFT else answers.manifest
        return await _answered(request, "manifest", lambda: made(served, root), root)
    name, text = asked[0]
    content: dict[str, Any]
    if name == "queries":
        queries = await run_in_threadpool(read_queries, text)
        found = await _matches(request, list(queries.values()))
        content = {key: {"result": candidates} for key, candidates in zip(queries, found, strict=True)}
    else:
        extension = await run_in_threadpool(read_extension, text)
        content = answers.extended(extension, await _columns(request, extension))
    return await _sent(content, _JSON)


async def match(request: Request) -> Response:
    """Candidates for the names of a batch, in its order (section 4 of the draft)."""
    queries = await run_in_threadpool(read_conditions, await body(request, _JSON))
    found = await _matches(request, queries)
    return await _sent({"results": [{"candidates": candidates} for candidates in found]}, _kind(request))


async def extend(request: Request) -> Response:
    """Properties of things, in the order in which they are asked (section 7 of the draft)."""
    extension = await run_in_threadpool(read_extension, await body(request, _JSON))
    columns = await _columns(request, extension)
    return await _sent(answers.draft_extended(extension, columns), _kind(request))


async def suggest_entity(request: Request) -> Response:
    """Things of which a name begins so (section 6 of the specification, as the next two)."""
    directory = await _directory(request)
    return await _suggested(request, "entity", partial(answers.things, directory))


async def suggest_type(request: Request) -> Response:
    """Kinds of things of which the name begins so, or has a word that does."""
    return await _suggested(request, "type", partial(answers.named, {one: answers.kind(one)["name"] for one in KINDS}))


async def suggest_property(request: Request) -> Response:
    """Properties of which the name begins so, or has a word that does."""
    names = {key: one.name for key, one in PROPERTIES.items()}
    return await _suggested(request, "property", partial(answers.named, names))


async def propose(request: Request) -> Response:
    """The properties of a kind of things (section 7.2 of the specification)."""
    kind, limit = _given(request, "type"), _number(request, "limit", 1)
    found = [answers.property_(key, one) for key, one in PROPERTIES.items() if not kind or kind in one.kinds]
    asked = {name: value for name, value in (("type", kind), ("limit", limit)) if value}
    return await _answered(request, "propose", lambda: {"properties": found[:limit], **asked}, kind, limit)


async def preview(request: Request) -> Response:
    """A thing in a few words, for a frame of another page (section 5 of the specification)."""
    served: Served = request.scope["served"]
    directory = await _directory(request)
    key = _given(request, "id")
    if key not in directory.things:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no thing {quoted(key)}: `queries` finds things by name")
    thing = directory.things[key]
    about = {"title": thing.name, "thing": thing, "kinds": [kind["name"] for kind in answers.kinds(thing)]}
    make = partial(rendered, "preview", served.stored.current, "../", address=answers.view(quote(key)), **about)
    headers = {**NOT_INDEXED, **_IN_FRAMES}
    return await answered(request, served.stored, (served.stored.current.tag, "preview", key), make, HTML, headers)


async def _in_turns(request: Request, parts: Sequence[Callable[[], T]]) -> list[T]:
    """Make parts of an answer, each in a turn of its own, until the client leaves."""
    served: Served = request.scope["served"]
    found = []
    with as_problems():
        for part in parts:
            if await request.is_disconnected():
                raise ClientDisconnect
            async with served.matching.one(client_of(request.scope)):
                found.append(await run_in_threadpool(part))
    return found


async def _directory(request: Request) -> Directory:
    """The things of the graph by name."""
    served: Served = request.scope["served"]
    try:
        return await served.directory()
    except FocGraphError as error:
        raise unavailable() from error


async def _answered(request: Request, what: str, make: Callable[[], object], *asked: object) -> Response:
    stored, kind = request.scope["served"].stored, _kind(request)
    key = (stored.current.tag, "reconcile", what, kind, *asked)
    return await answered(request, stored, key, lambda: _json(make()), kind, NOT_INDEXED)


async def _sent(content: object, kind: str) -> Response:
    return Response(await run_in_threadpool(_json, content), headers=data_headers() | NOT_INDEXED, media_type=kind)


def _kind(request: Request) -> str:
    """The media type of an answer: that of the draft if the client names it, and likes nothing better."""
    accept = request.headers.get("accept", "").lower()
    return choose(accept, (DRAFT, _JSON)) or _JSON if DRAFT in accept else _JSON


async def _suggested(request: Request, what: str, find: Callable[[str], Iterable[Mapping[str, Any]]]) -> Response:
    prefix, limit = _given(request, "prefix"), min(_number(request, "limit", 1) or _SUGGESTED, _MOST_SUGGESTED)
    first = sum(_number(request, name, 0) or 0 for name in ("offset", "cursor"))  # one of which a client knows

    def make() -> object:
        return {"result": list(islice(find(prefix), first, first + limit))}

    return await _answered(request, what, make, prefix, first, limit)


def _given(request: Request, name: str) -> str:
    """The value of a parameter of the address; empty if it is not given."""
    values = [value for key, value in parameters(request.scope["query_string"]) if key == name]
    if len(values) > 1 or len("".join(values)) > MAX_NAME:
        detail = f"{name} is given several times, or longer than {MAX_NAME} characters: give it once, and short"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    return "".join(values)


def _number(request: Request, name: str, least: int) -> int | None:
    """The value of a parameter that is a number; None if it is not given."""
    text = _given(request, name)
    if not re.fullmatch("[0-9]{0,9}", text) or (text and int(text) < least):
        detail = f"{quoted(text)} is no {name}: write a number from {least} on"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    return int(text) if text else None


async def _matches(request: Request, queries: Sequence[Query]) -> list[list[dict[str, Any]]]:
    """The candidates for each name."""
    directory = await _directory(request)
    steps = [queries[place : place + _STEP] for place in range(0, len(queries), _STEP)]
    parts = await _in_turns(request, [partial(_matched, directory, step) for step in steps])
    return [candidates for part in parts for candidates in part]


def _matched(directory: Directory, queries: Iterable[Query]) -> list[list[dict[str, Any]]]:
    matched = []
    for asked, limit, key in queries:
        facts = {name: tuple(map(directory.name, values)) for name, values in asked.facts.items()}
        found = directory.matcher.candidates(asked._replace(facts=facts), limit)
        named = directory.find(key or asked.name)
        if named is not None and (not asked.kinds or set(asked.kinds) & set(named.kinds)):
            others = [one._replace(is_match=False) for one in found if one.thing != named]
            found = [Candidate(named, 1.0, {}, is_match=True), *others][:limit]
        matched.append([answers.candidate(directory, one) for one in found])
    return matched


async def _columns(request: Request, extension: Extension) -> answers.Columns:
    """The values of each property."""
    if unknown := [pid for pid, _ in extension.properties if pid not in PROPERTIES]:
        detail = f"there is no property {quoted(unknown[0])}: choose {', '.join(PROPERTIES)}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    directory, state = await _directory(request), request.scope["served"].stored.current
    known = {key: directory.things[key] for key in extension.things if key in directory.things}

    def column(one: Property, as_of: str) -> dict[str, list[answers.Cell]]:
        iris = [thing.iri for thing in known.values() if set(thing.kinds) & set(one.kinds)]
        found = one.find(Asking(state.graph, state.store, as_of), iris) if iris else {}
        return {
            key: [answers.cell(directory, value) for value in found.get(thing.iri, ())] for key, thing in known.items()
        }

    return await _in_turns(request, [partial(column, PROPERTIES[pid], as_of) for pid, as_of in extension.properties])


def _root(request: Request) -> str:
    """The address of the front page: that of the workspace's endpoint, or the one by which this request came."""
    endpoint = request.scope["served"].graph.workspace.settings.endpoint
    return urljoin(endpoint, "./") if endpoint else str(request.base_url)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


ROUTES = [
    Route("/reconcile", reconcile, methods=["GET", "POST"]),
    Route("/reconcile/", reconcile, methods=["GET", "POST"], include_in_schema=False),
    Route("/reconcile/match", match, methods=["POST"]),
    Route("/reconcile/suggest/entity", suggest_entity),
    Route("/reconcile/suggest/type", suggest_type),
    Route("/reconcile/suggest/property", suggest_property),
    Route("/reconcile/extend", extend, methods=["POST"]),
    Route("/reconcile/extend/propose", propose),
    Route("/reconcile/preview", preview),
]
