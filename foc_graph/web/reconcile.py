"""Reconciliation: which things the names in somebody's table mean, and columns about them.

Source: Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).
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

from foc_graph import __version__
from foc_graph.errors import FocGraphError, ServiceError, quoted
from foc_graph.linking.matching import Candidate
from foc_graph.linking.properties import PROPERTIES, Asking, Property, Value
from foc_graph.linking.things import KINDS, Thing
from foc_graph.terms import COAL
from foc_graph.web.answers import NOT_INDEXED, data_headers, refused
from foc_graph.web.clients import client_of
from foc_graph.web.directory import Directory
from foc_graph.web.kept import answered, unavailable
from foc_graph.web.negotiation import HTML
from foc_graph.web.pages import rendered
from foc_graph.web.problems import ProblemError
from foc_graph.web.protocol import form_parameters, parameters
from foc_graph.web.reconcile_requests import MAX_NAME, MAX_QUERIES, Extension, Query, read_extension, read_queries
from foc_graph.web.served import Served
from foc_graph.web.turns import OverloadError

Cell = dict[str, str]
"""A value of a property: `id` and `name` of a thing, or `str`."""

T = TypeVar("T")
_JSON = "application/json"
_STEP = 10
"""Names that are matched in one turn."""

_SUGGESTED = 20
"""How many suggestions are given."""

_PREVIEW = (400, 160)
"""Width and height of a preview, in pixels."""

_IN_FRAMES = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"}
_AS_OF = {
    "name": "as_of",
    "label": "As of",
    "type": "text",
    "default": "",
    "help_text": "A day, month or year such as 2015-05-04, 2015-05 or 2015, for what changes with time; empty for any.",
}


async def reconcile(request: Request) -> Response:
    """Candidates for the names of a batch, or properties of things; without either, what the service offers.

    Sections 3 (manifest), 4 (queries) and 7 (data extension) of the specification.

    Raises:
        ProblemError: for what is no batch, or too large; here and below also if the graph cannot be read.
    """
    given = await form_parameters(request)
    asked = [(name, value) for name, value in given if name in ("queries", "extend")]
    if len(asked) > 1:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "several batches are sent: send one, as `queries` or as `extend`")
    served: Served = request.scope["served"]
    if not asked:
        return await _answered(request, "manifest", partial(_manifest, served, _root(request)), _root(request))
    directory = await _directory(request)
    name, text = asked[0]
    if name == "queries":
        batch = list((await run_in_threadpool(read_queries, text)).items())
        steps = [batch[place : place + _STEP] for place in range(0, len(batch), _STEP)]
        parts = await _in_turns(request, [partial(_matched, directory, step) for step in steps])
        content = {key: answer for part in parts for key, answer in part.items()}
    else:
        extension = await run_in_threadpool(read_extension, text)
        columns = await _in_turns(request, _columns(served, directory, extension))
        content = _extended(extension, columns)
    return Response(await run_in_threadpool(_json, content), headers=data_headers() | NOT_INDEXED, media_type=_JSON)


async def suggest_entity(request: Request) -> Response:
    """Things of which a name begins so (section 6 of the specification, as the next two)."""
    directory = await _directory(request)
    return await _suggested(request, "entity", lambda prefix: _things(directory, prefix))


async def suggest_type(request: Request) -> Response:
    """Kinds of things of which the name begins so, or has a word that does."""
    return await _suggested(request, "type", partial(_named, {kind: _kind(kind)["name"] for kind in KINDS}))


async def suggest_property(request: Request) -> Response:
    """Properties of which the name begins so, or has a word that does."""
    return await _suggested(request, "property", partial(_named, {key: one.name for key, one in PROPERTIES.items()}))


async def propose(request: Request) -> Response:
    """The properties of a kind of things (section 7.2 of the specification)."""
    kind, limit = _given(request, "type"), _given(request, "limit")
    if not re.fullmatch("[1-9][0-9]{0,8}|", limit):
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"{quoted(limit)} is no limit: write a number from 1 on")
    found = [_property(key, one) for key, one in PROPERTIES.items() if not kind or kind in one.kinds]
    answer = {"properties": found[: int(limit or len(found))], **({"type": kind} if kind else {})}
    return await _answered(request, "propose", partial(_json, answer), kind, limit)


async def preview(request: Request) -> Response:
    """A thing in a few words, for a frame of another page (section 5 of the specification)."""
    served: Served = request.scope["served"]
    directory = await _directory(request)
    key = _given(request, "id")
    if key not in directory.things:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no thing {quoted(key)}: `queries` finds things by name")
    thing = directory.things[key]
    about = {"title": thing.name, "thing": thing, "kinds": [_kind(kind)["name"] for kind in thing.kinds]}
    make = partial(rendered, "preview", served.stored.current, "../", address=_view(quote(key)), **about)
    headers = {**NOT_INDEXED, **_IN_FRAMES}
    return await answered(request, served.stored, (served.stored.current.tag, "preview", key), make, HTML, headers)


async def _in_turns(request: Request, parts: Sequence[Callable[[], T]]) -> list[T]:
    """Make parts of an answer, each in a turn of its own, until the client leaves."""
    served: Served = request.scope["served"]
    found = []
    try:
        for part in parts:
            if await request.is_disconnected():
                raise ClientDisconnect
            async with served.matching.one(client_of(request.scope)):
                found.append(await run_in_threadpool(part))
    except OverloadError as error:
        raise refused(error) from error
    except ServiceError as error:
        raise unavailable() from error
    except FocGraphError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, str(error)) from error
    return found


async def _directory(request: Request) -> Directory:
    """The things of the graph by name."""
    served: Served = request.scope["served"]
    try:
        return await served.directory()
    except FocGraphError as error:
        raise unavailable() from error


async def _answered(request: Request, what: str, make: Callable[[], bytes], *asked: object) -> Response:
    stored = request.scope["served"].stored
    key = (stored.current.tag, "reconcile", what, *asked)
    return await answered(request, stored, key, make, _JSON, NOT_INDEXED)


async def _suggested(request: Request, what: str, find: Callable[[str], Iterable[Mapping[str, Any]]]) -> Response:
    prefix, cursor = _given(request, "prefix"), _given(request, "cursor")
    if not re.fullmatch("[0-9]{0,9}", cursor):
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"{quoted(cursor)} is no cursor: write how many to leave out")
    first = int(cursor or 0)

    def make() -> bytes:
        return _json({"result": list(islice(find(prefix), first, first + _SUGGESTED))})

    return await _answered(request, what, make, prefix, first)


def _given(request: Request, name: str) -> str:
    """The value of a parameter of the address; empty if it is not given."""
    values = [value for key, value in parameters(request.scope["query_string"]) if key == name]
    if len(values) > 1 or len("".join(values)) > MAX_NAME:
        detail = f"{name} is given several times, or longer than {MAX_NAME} characters: give it once, and short"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    return "".join(values)


def _manifest(served: Served, root: str) -> bytes:
    """What the service offers (section 3.1 of the specification)."""
    address = f"{root}reconcile"
    paths = {"entity": "/suggest/entity", "type": "/suggest/type", "property": "/suggest/property"}
    width, height = _PREVIEW
    return _json(
        {
            "versions": ["0.2"],
            "name": served.graph.workspace.settings.title,
            "identifierSpace": f"{served.graph.base}id/",
            "schemaSpace": COAL,
            "serviceVersion": __version__,
            "batchSize": MAX_QUERIES,
            "defaultTypes": [_kind(kind) for kind in KINDS],
            "view": {"url": f"{root}{_view('{{id}}')}"},
            "preview": {"url": f"{address}/preview?id={{{{id}}}}", "width": width, "height": height},
            "suggest": {key: {"service_url": address, "service_path": path} for key, path in paths.items()},
            "extend": {
                "propose_properties": {"service_url": address, "service_path": "/properties"},
                "property_settings": [_AS_OF],
            },
        }
    )


def _matched(directory: Directory, queries: Iterable[tuple[str, Query]]) -> dict[str, dict[str, Any]]:
    answers = {}
    for key, (asked, limit) in queries:
        facts = {name: tuple(map(directory.name, values)) for name, values in asked.facts.items()}
        found = directory.matcher.candidates(asked._replace(facts=facts), limit)
        named = directory.find(asked.name)
        if named is not None and (not asked.kinds or set(asked.kinds) & set(named.kinds)):
            others = [one._replace(is_match=False) for one in found if one.thing != named]
            found = [Candidate(named, 1.0, {}, is_match=True), *others][:limit]
        answers[key] = {"result": [_candidate(directory, one) for one in found]}
    return answers


def _candidate(directory: Directory, candidate: Candidate) -> dict[str, Any]:
    thing = candidate.thing
    return {
        "id": directory.id(thing.iri),
        "name": thing.name,
        "description": thing.description,
        "type": _kinds(thing),
        "score": round(100 * candidate.probability, 1),
        "match": candidate.is_match,
        "features": [{"id": name, "value": round(value, 3)} for name, value in candidate.features.items()],
    }


def _columns(served: Served, directory: Directory, extension: Extension) -> list[Callable[[], dict[str, list[Cell]]]]:
    """What finds the values of each property, by thing."""
    if unknown := [pid for pid, _ in extension.properties if pid not in PROPERTIES]:
        detail = f"there is no property {quoted(unknown[0])}: choose {', '.join(PROPERTIES)}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    state = served.stored.current
    known = {key: directory.things[key] for key in extension.things if key in directory.things}

    def column(one: Property, as_of: str) -> dict[str, list[Cell]]:
        iris = [thing.iri for thing in known.values() if set(thing.kinds) & set(one.kinds)]
        found = one.find(Asking(state.graph, state.store, as_of), iris) if iris else {}
        return {key: [_cell(directory, value) for value in found.get(thing.iri, ())] for key, thing in known.items()}

    return [partial(column, PROPERTIES[pid], as_of) for pid, as_of in extension.properties]


def _extended(extension: Extension, columns: Sequence[Mapping[str, list[Cell]]]) -> dict[str, Any]:
    named = [(pid, column) for (pid, _), column in zip(extension.properties, columns, strict=True)]
    return {
        "meta": [_property(pid, PROPERTIES[pid]) for pid, _ in named],
        "rows": {key: {pid: column.get(key, []) for pid, column in named} for key in extension.things},
    }


def _cell(directory: Directory, value: Value) -> Cell:
    key = directory.id(value.iri)
    return {"id": key, "name": value.text} if key in directory.things else {"str": value.text}


def _things(directory: Directory, prefix: str) -> Iterable[dict[str, Any]]:
    for key, thing in directory.beginning(prefix):
        yield {"id": key, "name": thing.name, "description": thing.description, "notable": _kinds(thing)}


def _named(names: Mapping[str, str], prefix: str) -> Iterable[dict[str, str]]:
    start = prefix.casefold().strip()
    for key, name in names.items():
        if any(part.startswith(start) for part in (key, name.casefold(), *name.casefold().split())):
            yield {"id": key, "name": name}


def _property(key: str, one: Property) -> dict[str, str]:
    return {"id": key, "name": one.name}


def _kinds(thing: Thing) -> list[dict[str, str]]:
    return [_kind(kind) for kind in thing.kinds]


def _kind(kind: str) -> dict[str, str]:
    return {"id": kind, "name": kind.capitalize()}


def _view(key: str) -> str:
    """Where the page of a thing is, from the front page."""
    return f"id/{key}"


def _root(request: Request) -> str:
    """The address of the front page: that of the workspace's endpoint, or the one by which this request came."""
    endpoint = request.scope["served"].graph.workspace.settings.endpoint
    return urljoin(endpoint, "./") if endpoint else str(request.base_url)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


ROUTES = [
    Route("/reconcile", reconcile, methods=["GET", "POST"]),
    Route("/reconcile/", reconcile, methods=["GET", "POST"], include_in_schema=False),
    Route("/reconcile/suggest/entity", suggest_entity),
    Route("/reconcile/suggest/type", suggest_type),
    Route("/reconcile/suggest/property", suggest_property),
    Route("/reconcile/properties", propose),
    Route("/reconcile/preview", preview),
]
