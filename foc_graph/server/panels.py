"""Panels over HTTP: who belonged to what in which year, as a file for statistics."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from importlib.util import find_spec
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.charts.chart import COALITION
from foc_graph.errors import ParameterError, quoted
from foc_graph.panel.build import find_coalitions, last_year, read_years
from foc_graph.panel.cells import SPANS
from foc_graph.panel.table import Choice
from foc_graph.panel.units import ALL, UNIT_NAMES
from foc_graph.queries.binding import read_values
from foc_graph.sandbox.fair_queue import client_of
from foc_graph.sandbox.pool import Task
from foc_graph.server.panel_files import task
from foc_graph.server.requests import ProblemError, elsewhere, parameters
from foc_graph.server.responses import (
    NOT_INDEXED,
    address_of,
    as_problems,
    data_headers,
    entity_tag,
    not_modified,
    until_left,
)
from foc_graph.server.state import State

TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dta": "application/x-stata-dta",
    "sav": "application/x-spss-sav",
}
"""The media types of panels, by the endings of their addresses."""

MOST_ROWS = 200_000
"""Most rows of a panel."""

_FEWER = {"xlsx": 20_000, "dta": 50_000, "sav": 50_000}
"""Most rows in formats that are made in memory."""

_DEFAULTS = {"coalition": "", "unit": UNIT_NAMES[0], "years": "", "rule": next(iter(SPANS)), "with-non-members": ""}
_PARAMETERS = (COALITION._replace(repeatable=True),)


async def panel(ending: str, request: Request) -> Response:
    """Send a panel in the format of the ending: who belonged to what in which year, and how sure that is."""
    state: State = request.scope["served"]
    if find_spec("duckdb") is None:
        detail = "panels need DuckDB, which this server does not have: install the extra duckdb"
        raise ProblemError(HTTPStatus.NOT_IMPLEMENTED, detail)
    given = _read(request)
    names = tuple(sorted({name for name in given["coalition"].split(",") if name}))
    asked = (given["unit"], given["years"], given["rule"], given["with-non-members"])
    key = (state.current.tag, "panel", names, *asked, ending)
    headers = {**data_headers(tag := entity_tag(*key)), **NOT_INDEXED}
    if (known := not_modified(request, headers)) is not None:
        return known
    if state.refusal:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, state.refusal)
    address = address_of(request.scope)

    async def make() -> bytes:
        made = await run_in_threadpool(_read_task, request, names, *asked, ending)
        async with state.sandbox.ask(made, client_of(address)) as found:
            return b"".join([piece async for piece in found.pieces])

    with as_problems():
        content = await until_left(request.receive, state.answers.answer_elsewhere(tag, make, address))
    return Response(content, headers=headers, media_type=TYPES[ending])


def _read(request: Request) -> dict[str, str]:
    """Read what is asked, each once; an empty value is none."""
    given: dict[str, str] = {}
    for name, value in parameters(request.scope["query_string"]):
        if name not in _DEFAULTS:
            detail = f"unknown parameter {quoted(name)}: choose {', '.join(_DEFAULTS)}"
            raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
        if given.get(name) and value:
            raise ProblemError(HTTPStatus.BAD_REQUEST, f"{name} takes one value: separate coalitions by commas")
        given[name] = value.strip() or given.get(name, "")
    return {name: given.get(name) or default for name, default in _DEFAULTS.items()}


def _read_task(
    request: Request, names: Sequence[str], unit: str, years: str, rule: str, others: str, ending: str
) -> Task:
    """Read what is asked as the task of making the panel."""
    state: State = request.scope["served"]
    graph = state.live.graph
    if others not in ("", "true", "false"):
        raise ParameterError("with-non-members is true or false")
    if not names:
        raise ParameterError(f"a panel needs a coalition: name one or several, or {ALL}, as coalition=foc")
    chosen: Sequence[str] = names
    if ALL not in map(str.casefold, names):
        found = read_values("panel", _PARAMETERS, {"coalition": names}, graph.resolver)["coalition"]
        chosen = sorted({one.exact for one in found})
        if any(one.words for one in found):
            given = [("coalition", ",".join(chosen)), ("unit", unit), ("years", years), ("rule", rule)]
            given += [("with-non-members", others)]
            raise elsewhere(f"panel.{ending}?{urlencode([(name, value) for name, value in given if value])}")
    iris = [one.value for one in find_coalitions(graph, chosen)]
    choice = Choice(unit, read_years(years), rule, others == "true")
    most = min(MOST_ROWS, _FEWER.get(ending, MOST_ROWS))
    return task(graph.base, iris, choice, last_year(graph), most, ending)


ROUTES = [Route(f"/panel.{ending}", partial(panel, ending)) for ending in TYPES]
