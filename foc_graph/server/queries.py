"""Stored queries over HTTP: a page for each, its answers in every format, and addresses that give the same later."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.errors import FocGraphError, UnknownNameError
from foc_graph.graph.remarks import Remark, explain_certainty, explain_empty
from foc_graph.queries.aliases import present
from foc_graph.queries.binding import Bound
from foc_graph.queries.model import StoredQuery
from foc_graph.server.negotiation import HTML, PAGE, QUERY, choose_query, data_formats, formats
from foc_graph.server.requests import ProblemError, elsewhere, parameters
from foc_graph.server.responses import NOT_INDEXED, address_of, as_problems, respond, respond_once, until_left
from foc_graph.server.site import render_page, site_of, view_of
from foc_graph.server.snapshot import Snapshot
from foc_graph.server.state import State
from foc_graph.site.addresses import Addresses, query_address
from foc_graph.site.answers import MOST, names_person, tabulate
from foc_graph.site.citations import FORMATS as CITATIONS
from foc_graph.site.citations import Citation, write_citation
from foc_graph.site.forms import Forms
from foc_graph.site.page_charts import PageChart
from foc_graph.site.queries import MOST_SHOWN, answer_chart, areas, describe_query, example, list_calls
from foc_graph.store.results import Result, Rows, Triples

MAX_VALUES = 100
"""Most values of all parameters of a request: each may name a thing, which is looked for."""

MAX_VALUE = 500
"""Longest name or value of a parameter, in characters."""

_INTRODUCTION = "Questions that the graph answers. Each has a page with a form, and downloads as CSV, JSON and more."

_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""With these a page shows its form all the same, if nothing was asked yet."""

Given = Mapping[str, Sequence[str]]
"""The values given for each parameter, in the order of the query's."""


class Call(NamedTuple):
    """A stored query with its parameters in the order of the query's.

    `is_pinned` tells whether a release is named, `is_bare` whether the address says nothing at all.
    """

    query: StoredQuery
    given: dict[str, list[str]]
    is_pinned: bool
    is_bare: bool

    @property
    def is_example(self) -> bool:
        """Whether there is something to fill in before the query is asked: an example answers meanwhile."""
        needed = any(one.required and one.default is None for one in self.query.parameters)
        return needed and not self.given


async def listing(request: Request) -> Response:
    """List the stored queries, each with its question."""
    state: State = request.scope["served"]
    snapshot = state.current
    about = {"title": "Queries", "text": _INTRODUCTION, "areas": areas(snapshot.graph.queries.values(), "")}
    headers = {"Link": '<../openapi.json>; rel="service-desc"; type="application/json"'}
    make = partial(render_page, "queries", snapshot, "../", **about)
    return await respond(request, (snapshot.tag, "queries"), make, headers=headers)


async def stored_query(request: Request) -> Response:
    """Answer a stored query, or show its page."""
    state: State = request.scope["served"]
    given = _read_values(request)
    versions = given.pop("release", [])
    if len(versions) > 1:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "more than one release is named: choose one")
    snapshot = await _find_release(request, state, versions[0]) if versions else state.current
    query, name, ending = choose_query(request, snapshot.graph.queries)
    as_typed = request.path_params["name"].removeprefix(name)
    if name not in (query.name, *query.aliases):
        raise elsewhere(query_address(f"{query.name}{as_typed}", given, versions[0] if versions else None))
    with as_problems():
        given = present(query, name, given)
    order = [parameter.name for parameter in query.parameters]
    ordered = {name: given.pop(name) for name in order if name in given} | given
    call = Call(query, ordered, is_pinned=bool(versions), is_bare=not request.scope["query_string"])
    values = tuple((name, *texts) for name, texts in ordered.items())
    key = (snapshot.tag, query.name, values, call.is_pinned, call.is_bare, ending)
    bind = partial(_bind, snapshot, call, as_typed)
    if ending == PAGE:
        page, headers = partial(_make_page, snapshot, call, bind), {} if call.is_bare else NOT_INDEXED
        try:
            return await respond(request, key, page, HTML, headers, is_asking=True, explain=page)
        except ProblemError as problem:
            if not call.is_bare or problem.status not in _BUSY:
                raise
            return await respond_once(request, partial(page, problem.detail), is_asking=False)
    if ending == QUERY:
        make, headers = partial(snapshot.source, query.name), {}
    elif ending in CITATIONS:
        make, headers = partial(_cite, snapshot, call, bind, ending), dict(NOT_INDEXED)
    else:
        make, headers = partial(_answer, snapshot, bind, ending), dict(NOT_INDEXED)
        if snapshot.release is not None:
            lasting = query_address(f"{query.name}.{ending}", ordered, snapshot.release.version)
            headers["Link"] = f'<{lasting}>; rel="bookmark"'
    kind = formats(query)[ending].types[0]
    return await respond(request, key, make, kind, headers, is_asking=ending != QUERY)


def _bind(snapshot: Snapshot, call: Call, ending: str) -> Bound:
    """Bind the parameters of a call; `ending` is that of its address."""
    bound = snapshot.graph.bind(call.query.name, **call.given)
    if any(one.words for readings in bound.readings.values() for one in readings):
        exact = {name: [one.exact for one in readings] for name, readings in bound.readings.items()}
        version = snapshot.release.version if call.is_pinned and snapshot.release else None
        raise elsewhere(query_address(f"{call.query.name}{ending}", exact, version))
    return bound


def _answer(snapshot: Snapshot, bind: Callable[[], Bound], format: str) -> bytes:
    return snapshot.answer(bind(), format)


def _cite(snapshot: Snapshot, call: Call, bind: Callable[[], Bound], ending: str) -> bytes:
    version = None if snapshot.release is None else snapshot.release.version
    given = {name: [one.exact for one in readings] for name, readings in bind().readings.items()}
    cited = f"{snapshot.graph.base}query/{query_address(call.query.name, given, version)}"
    return write_citation(Citation(site_of(snapshot), call.query.question, cited), ending).encode()


def _make_page(snapshot: Snapshot, call: Call, bind: Callable[[], Bound], problem: str | None = None) -> bytes:
    """Return the page, with an answer and the SPARQL that gave it, or with what is wrong with the parameters."""
    query, given = call.query, call.given
    result, text, remark = None, query.text, None
    bound = None if problem else _bind_example(snapshot, query) if call.is_example else bind()
    if bound:
        result, text = snapshot.ask(bound), bound.text
        remark = remark_on(snapshot, bound, result)
        given = {name: [one.exact for one in readings] for name, readings in bound.readings.items()}
    is_cut = call.is_bare and bool(query.parameters)
    version = None if snapshot.release is None else snapshot.release.version
    pinned = version if call.is_pinned else None
    site = f"../release/{version}/" if call.is_pinned else "../"
    is_answered = result is not None
    permalink = query_address(query.name, given, version) if version and is_answered else ""
    asked = permalink or query_address(query.name, given if is_answered else {})
    cited = f"{snapshot.graph.base}query/{asked}"
    most = MOST_SHOWN if is_cut else MOST
    hides = isinstance(result, Rows) and _names_person(snapshot, given, result, most)
    known = data_formats(query) if is_answered else {}
    files = [
        (one.types[0], f"{snapshot.graph.base}query/{query_address(f'{query.name}.{ending}', given, version)}")
        for ending, one in known.items()
    ]
    return render_page(
        "stored_query",
        snapshot,
        "../",
        title=query.summary,
        query=query,
        fields=Forms(snapshot.graph).fields(query, given),
        pinned=pinned,
        is_example=bound is not None and call.is_example,
        calls=[
            *list_calls(query, given),
            ("Web", shlex.join(["curl", f"{snapshot.graph.base}query/{query_address(f'{query.name}.csv', given)}"])),
        ],
        problem=problem,
        truth=result if isinstance(result, bool) else None,
        chart=None if not isinstance(result, Rows) else _chart(snapshot, query, given, len(result), site),
        table=tabulate(result, Addresses(snapshot.graph.base, snapshot.shared), site, query, most)
        if isinstance(result, (Rows, Triples))
        else None,
        hides=hides,
        whole=query_address(query.name, given or {one.name: [""] for one in query.parameters[:1]}, pinned)
        if is_cut
        else "",
        formats=[(one.name, query_address(f"{query.name}.{ending}", given, pinned)) for ending, one in known.items()],
        permalink=permalink,
        cited_address=cited,
        schema=None if hides else describe_query(site_of(snapshot), query, cited, files),
        asked=query_address("", given, version),
        is_answered=is_answered,
        remark=remark,
        more=query_address(remark.query, {remark.parameter: [remark.value]}, pinned) if remark else "",
        source=query_address(f"{query.name}.{QUERY}", {}, pinned),
        text=text.strip("\n"),
        iri=f"{snapshot.graph.base}query/{query.name}",
    )


def _names_person(snapshot: Snapshot, given: Given, rows: Rows, most: int) -> bool:
    """Return whether a question, or one of the first rows of its answer, is about a person."""
    view = view_of(snapshot)
    values = (value for values in given.values() for value in values)
    return names_person(rows, view, most) or any(
        view.is_about_person(f"{snapshot.graph.base}id/{value}") for value in values
    )


def _bind_example(snapshot: Snapshot, query: StoredQuery) -> Bound | None:
    """Bind the example of a query; None where that is of the graph of another workspace."""
    try:
        return snapshot.graph.bind(query.name, **example(query))
    except FocGraphError:
        return None


def remark_on(snapshot: Snapshot, bound: Bound, result: Result) -> Remark | None:
    """Return what is to be said of an answer: why it is empty, or what its certainties mean."""
    if not isinstance(result, Rows):
        return None
    if len(result):
        return explain_certainty(result, snapshot.graph.base)
    return explain_empty(snapshot.graph.asked_in(snapshot.store), bound)


def _chart(snapshot: Snapshot, query: StoredQuery, given: Given, rows: int, site: str) -> PageChart | None:
    return answer_chart(snapshot.graph.asked_in(snapshot.store), view_of(snapshot), query, given, rows, site)


async def _find_release(request: Request, state: State, version: str) -> Snapshot:
    """Return the graph of a release."""
    with as_problems():
        try:
            return await until_left(request.receive, state.snapshot(version, address_of(request.scope)))
        except UnknownNameError as error:
            raise ProblemError(HTTPStatus.NOT_FOUND, str(error)) from error


def _read_values(request: Request) -> dict[str, list[str]]:
    """Return the parameters in the address; a form sends empty ones too, which count as not given."""
    pairs = [(name, value) for name, value in parameters(request.scope["query_string"]) if value]
    if len(pairs) > MAX_VALUES:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"more than {MAX_VALUES} values were sent: send fewer at a time")
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if max(len(name), len(value)) > MAX_VALUE:
            detail = f"a parameter is longer than {MAX_VALUE} characters: shorten it"
            raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
        given.setdefault(name, []).append(value)
    return given


ROUTES = [
    Route("/query/", listing),
    Route("/query/index.html", listing),
    Route("/query/{name}", stored_query, name="stored_query"),
]
