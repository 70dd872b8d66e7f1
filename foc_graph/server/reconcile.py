"""The reconciliation service: things that the names in a table mean, and columns about them.

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
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph import __version__
from foc_graph.errors import FocGraphError, quoted
from foc_graph.links.properties import PROPERTIES, Asking, Property, Value
from foc_graph.matching.index import KINDS, Thing
from foc_graph.matching.lookup import Directory
from foc_graph.matching.matcher import Candidate
from foc_graph.namespaces import COAL
from foc_graph.server.negotiation import HTML
from foc_graph.server.reconcile_requests import MAX_NAME, MAX_QUERIES, Query, read_extension, read_queries
from foc_graph.server.requests import ProblemError, form_parameters, parameters
from foc_graph.server.responses import (
    NOT_INDEXED,
    address_of,
    as_problems,
    data_headers,
    respond,
    unavailable,
    until_left,
)
from foc_graph.server.site import render_page
from foc_graph.server.state import State

_Cell = dict[str, str]
"""A value of a property: `id` and `name` of a thing, or `str`."""

T = TypeVar("T")
_JSON = "application/json"
_STEP = 10
"""Names that are matched in one turn."""

_SUGGESTED, _MOST_SUGGESTED = 20, 100
"""How many suggestions are given, and how many at most."""

_PREVIEW = {"width": 400, "height": 160}
"""The size of a preview, in pixels."""

_AS_OF = {
    "type": "text",
    "default": "",
    "name": "as_of",
    "label": "As of",
    "help_text": "A day, month or year such as 2015-05-04, 2015-05 or 2015, for what changes with time; empty for any.",
}
_IN_FRAMES = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"}


async def reconcile(request: Request) -> Response:
    """Candidates for the names of a batch, or properties of things; without either, what the service offers.

    Sections 3 (manifest), 4 (queries) and 7 (data extension) of the specification.

    Raises:
        ProblemError: for what is no batch, or too large; here and below also if the graph cannot be read.
    """
    given = await form_parameters(request)
    asked = [(name, value) for name, value in given if name in ("queries", "extend")]
    if len(asked) > 1:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "more than one batch was sent: send one, as `queries` or as `extend`"
        )
    if not asked:
        state, root = request.scope["served"], _find_root(request)
        return await _answer(request, "manifest", lambda: _describe_service(state, root), root)
    name, text = asked[0]
    content = await (_match(request, text) if name == "queries" else _extend(request, text))
    serialized = await run_in_threadpool(_serialize, content)
    return Response(serialized, headers=data_headers() | NOT_INDEXED, media_type=_JSON)


async def suggest_entity(request: Request) -> Response:
    """Suggest things of which a name begins so (section 6 of the specification, as the next two)."""
    directory = await _open_directory(request)
    return await _suggest(request, "entity", partial(_suggest_things, directory))


async def suggest_type(request: Request) -> Response:
    """Kinds of things of which the name begins so, or has a word that does."""
    names = {key: _describe_kind(key)["name"] for key in KINDS}
    return await _suggest(request, "type", partial(_suggest_named, names))


async def suggest_property(request: Request) -> Response:
    """Properties of which the name begins so, or has a word that does."""
    names = {key: one.name for key, one in PROPERTIES.items()}
    return await _suggest(request, "property", partial(_suggest_named, names))


async def propose(request: Request) -> Response:
    """Propose the properties of a kind of things (section 7.2 of the specification)."""
    kind, limit = _read_parameter(request, "type"), _read_number(request, "limit", 1)
    found = [_describe_property(key, one) for key, one in PROPERTIES.items() if not kind or kind in one.kinds]
    asked = {name: value for name, value in (("type", kind), ("limit", limit)) if value}
    return await _answer(request, "propose", lambda: {"properties": found[:limit], **asked}, kind, limit)


async def preview(request: Request) -> Response:
    """Show a thing in a few words, for a frame of another page (section 5 of the specification)."""
    state: State = request.scope["served"]
    directory = await _open_directory(request)
    key = _read_parameter(request, "id")
    if key not in directory.things:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no thing {quoted(key)}: `queries` finds things by name")
    thing = directory.things[key]
    about = {"title": thing.name, "thing": thing, "kinds": [kind["name"] for kind in _describe_kinds(thing)]}
    make = partial(render_page, "preview", state.current, "../", address=f"id/{quote(key)}", **about)
    headers = {**NOT_INDEXED, **_IN_FRAMES}
    return await respond(request, (state.current.tag, "preview", key), make, HTML, headers)


async def _run_in_turns(request: Request, parts: Sequence[Callable[[], T]]) -> list[T]:
    """Run the parts of an answer, each in a turn of its own, until the client leaves."""
    state: State = request.scope["served"]
    turns, address = state.matching_turns, address_of(request.scope)

    async def run() -> list[T]:
        return [await turns.run(address, partial(run_in_threadpool, part)) for part in parts]

    with as_problems():
        return await until_left(request.receive, run())


async def _open_directory(request: Request) -> Directory:
    """Return the things of the graph by name."""
    state: State = request.scope["served"]
    try:
        return await state.directory()
    except FocGraphError as error:
        raise unavailable() from error


async def _answer(request: Request, what: str, make: Callable[[], object], *asked: object) -> Response:
    state: State = request.scope["served"]
    key = (state.current.tag, "reconcile", what, *asked)
    return await respond(request, key, lambda: _serialize(make()), _JSON, NOT_INDEXED)


async def _suggest(request: Request, what: str, find: Callable[[str], Iterable[Mapping[str, Any]]]) -> Response:
    prefix = _read_parameter(request, "prefix")
    limit = min(_read_number(request, "limit", 1) or _SUGGESTED, _MOST_SUGGESTED)
    first = _read_number(request, "cursor", 0) or 0

    def make() -> object:
        return {"result": list(islice(find(prefix), first, first + limit))}

    return await _answer(request, what, make, prefix, first, limit)


def _read_parameter(request: Request, name: str) -> str:
    """Return the value of a parameter of the address; empty if it is not given."""
    values = [value for key, value in parameters(request.scope["query_string"]) if key == name]
    if len(values) > 1 or len("".join(values)) > MAX_NAME:
        detail = f"{name} is repeated, or longer than {MAX_NAME} characters: send it once, and shorter"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    return "".join(values)


def _read_number(request: Request, name: str, least: int) -> int | None:
    """Return the value of a parameter that is a number; None if it is not given."""
    text = _read_parameter(request, name)
    if not re.fullmatch("[0-9]{0,9}", text) or (text and int(text) < least):
        detail = f"{quoted(text)} is no {name}: write a number of at least {least}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    return int(text) if text else None


async def _match(request: Request, text: str) -> dict[str, Any]:
    """Return the candidates for the names of a batch, by key."""
    batch = list((await run_in_threadpool(read_queries, text)).items())
    directory = await _open_directory(request)
    steps = [batch[start : start + _STEP] for start in range(0, len(batch), _STEP)]
    parts = await _run_in_turns(request, [partial(_find_candidates, directory, step) for step in steps])
    return {key: answer for part in parts for key, answer in part.items()}


def _find_candidates(directory: Directory, queries: Iterable[tuple[str, Query]]) -> dict[str, Any]:
    found_by_key = {}
    for key, (asked, limit) in queries:
        facts = {name: tuple(map(directory.name, values)) for name, values in asked.facts.items()}
        found = directory.matcher.candidates(asked._replace(facts=facts), limit)
        named = directory.find(asked.name)
        if named is not None and (not asked.kinds or set(asked.kinds) & set(named.kinds)):
            others = [one._replace(is_match=False) for one in found if one.thing != named]
            found = [Candidate(named, 1.0, {}, is_match=True), *others][:limit]
        found_by_key[key] = {"result": [_describe_candidate(directory, one) for one in found]}
    return found_by_key


async def _extend(request: Request, text: str) -> dict[str, Any]:
    """Return the values of the properties that are asked for, with a row for each thing (section 7.4)."""
    extension = await run_in_threadpool(read_extension, text)
    if unknown := [pid for pid, _ in extension.properties if pid not in PROPERTIES]:
        detail = f"there is no property {quoted(unknown[0])}: choose {', '.join(PROPERTIES)}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    directory, snapshot = await _open_directory(request), request.scope["served"].current
    known = {key: directory.things[key] for key in extension.things if key in directory.things}

    def find_values(one: Property, as_of: str) -> dict[str, list[_Cell]]:
        iris = [thing.iri for thing in known.values() if set(thing.kinds) & set(one.kinds)]
        found = one.find(Asking(snapshot.graph, snapshot.store, as_of), iris) if iris else {}
        return {
            key: [_describe_value(directory, value) for value in found.get(thing.iri, ())]
            for key, thing in known.items()
        }

    parts = [partial(find_values, PROPERTIES[pid], as_of) for pid, as_of in extension.properties]
    columns = dict(zip((pid for pid, _ in extension.properties), await _run_in_turns(request, parts), strict=True))
    return {
        "meta": [_describe_property(pid, PROPERTIES[pid]) for pid in columns],
        "rows": {key: {pid: column.get(key, []) for pid, column in columns.items()} for key in extension.things},
    }


def _describe_service(state: State, root: str) -> dict[str, Any]:
    """Return the manifest (section 3.1); `root` is the address of the front page."""
    address = f"{root}reconcile"
    return {
        "versions": ["0.2"],
        "name": state.graph.workspace.settings.title,
        "serviceVersion": __version__,
        "batchSize": MAX_QUERIES,
        "defaultTypes": [_describe_kind(one) for one in KINDS],
        "identifierSpace": f"{state.graph.base}id/",
        "schemaSpace": COAL,
        "view": {"url": f"{root}id/{{{{id}}}}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", **_PREVIEW},
        "suggest": {
            name: {"service_url": address, "service_path": f"/suggest/{name}"}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/extend/propose"},
            "property_settings": [_AS_OF],
        },
    }


def _describe_candidate(directory: Directory, found: Candidate) -> dict[str, Any]:
    """Return a thing that a name may mean."""
    thing = found.thing
    return {
        "id": directory.id(thing.iri),
        "name": thing.name,
        "description": thing.description,
        "type": _describe_kinds(thing),
        "score": round(100 * found.probability, 1),
        "match": found.is_match,
        "features": [
            {"id": name, "name": name.capitalize(), "value": round(value, 3)} for name, value in found.features.items()
        ],
    }


def _describe_value(directory: Directory, value: Value) -> _Cell:
    """Return a value: a thing of the service, which can be asked again, or a text."""
    key = directory.id(value.iri)
    return {"id": key, "name": value.text} if key in directory.things else {"str": value.text}


def _suggest_things(directory: Directory, prefix: str) -> Iterable[dict[str, Any]]:
    """Give the things of which a name begins so."""
    for key, thing in directory.beginning(prefix):
        yield {"id": key, "name": thing.name, "description": thing.description, "notable": _describe_kinds(thing)}


def _suggest_named(names: Mapping[str, str], prefix: str) -> Iterable[dict[str, str]]:
    """Give the names, by identifier, that begin so or have a word that does."""
    start = prefix.casefold().strip()
    for key, name in names.items():
        if any(part.startswith(start) for part in (key, name.casefold(), *name.casefold().split())):
            yield {"id": key, "name": name}


def _describe_property(key: str, one: Property) -> dict[str, str]:
    return {"id": key, "name": one.name}


def _describe_kinds(thing: Thing) -> list[dict[str, str]]:
    return [_describe_kind(one) for one in thing.kinds]


def _describe_kind(key: str) -> dict[str, str]:
    return {"id": key, "name": key.capitalize()}


def _find_root(request: Request) -> str:
    """Return the address of the front page: that of the workspace's endpoint, or the one by which this request came."""
    endpoint = request.scope["served"].graph.workspace.settings.endpoint
    return urljoin(endpoint, "./") if endpoint else str(request.base_url)


def _serialize(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


ROUTES = [
    Route("/reconcile", reconcile, methods=["GET", "POST"]),
    Route("/reconcile/", reconcile, methods=["GET", "POST"], include_in_schema=False),
    Route("/reconcile/suggest/entity", suggest_entity),
    Route("/reconcile/suggest/type", suggest_type),
    Route("/reconcile/suggest/property", suggest_property),
    Route("/reconcile/extend/propose", propose),
    Route("/reconcile/preview", preview),
]
