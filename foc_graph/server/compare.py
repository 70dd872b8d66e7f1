"""The comparison of coalitions at a date: the page with its form, and its charts as files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.charts.chart import AS_OF, COALITION, render_svg
from foc_graph.errors import ParameterError
from foc_graph.queries.binding import read_values
from foc_graph.server.requests import elsewhere, read_date, values_of
from foc_graph.server.responses import respond
from foc_graph.server.site import render_page, site_of
from foc_graph.server.state import State
from foc_graph.site.compare import ALL, CHOSEN, PAGE, chart_path, choices, compared, draw, preselect

MOST = 20
"""Most coalitions that are compared at a time; the matrix has all."""

_PARAMETERS = (COALITION._replace(required=False, repeatable=True), AS_OF)

_SVG = "image/svg+xml"


class Given(NamedTuple):
    """The coalitions that are to be compared, by their slugs, and the date."""

    chosen: tuple[str, ...]
    as_of: str


async def compare(request: Request) -> Response:
    """Show the page; above its form it says what is wrong with what was asked."""
    state: State = request.scope["served"]
    snapshot, asked = state.current, _asked(request)
    make = partial(_page, state, asked)
    explain = partial(_problem_page, state, asked)
    return await respond(request, (snapshot.tag, PAGE, asked), make, is_asking=True, explain=explain)


async def drawing(name: str, request: Request) -> Response:
    """Send one of its charts as a file."""
    state: State = request.scope["served"]
    snapshot, asked = state.current, _asked(request)
    make = partial(_file, state, name, asked)
    return await respond(request, (snapshot.tag, PAGE, name, asked), make, _SVG, is_asking=True)


def _asked(request: Request) -> Given:
    """Read the coalitions, also by the old name of the parameter, and the date that an address asks for."""
    chosen = {*values_of(request, "coalition"), *values_of(request, "coalitions")}
    return Given(tuple(sorted(chosen)), read_date(request))


def _checked(state: State, asked: Given, file: str) -> Given:
    """Choose what is compared: those of `preselect` where none is named, the day of the data where no date is."""
    graph = state.live.graph
    chosen: Sequence[str] = asked.chosen or preselect(graph)
    if len(asked.chosen) > MOST:
        raise ParameterError(f"{len(chosen)} coalitions are selected: select at most {MOST}")
    given = {"coalition": asked.chosen, "as_of": asked.as_of or None}
    readings = read_values("compare", _PARAMETERS, given, graph.resolver)
    if found := readings.get("coalition"):
        chosen = sorted({one.exact for one in found})
        if any(one.words for one in found):
            raise elsewhere(f"{file}?{urlencode({'coalition': chosen, 'as_of': asked.as_of}, doseq=True)}")
    if asked.chosen and len(chosen) < 2:
        raise ParameterError("only one coalition is selected: select at least two")
    return Given(tuple(chosen), asked.as_of or site_of(state.current).day)


def _page(state: State, asked: Given) -> bytes:
    about = compared(state.live.graph, state.live.view, *_checked(state, asked, PAGE))
    return render_page(PAGE, state.current, "", is_suggested=not asked.chosen, **about)


def _problem_page(state: State, asked: Given, problem: str) -> bytes:
    about = {"title": "Compare coalitions", "when": "", "charts": (), "is_large": False, "shared": None}
    boxes = choices(state.live.graph, asked.chosen)
    return render_page(
        PAGE, state.current, "", as_of=asked.as_of[:40], choices=boxes, is_suggested=False, problem=problem, **about
    )


def _file(state: State, name: str, asked: Given) -> bytes:
    view = state.live.view
    drawn = draw(state.live.graph, view, name, *_checked(state, asked, f"{name}.svg"), ("", view.base))
    if drawn is None:
        raise ParameterError("there is nothing to draw: select other coalitions or another date")
    return render_svg(drawn).encode()


ROUTES = [
    *(Route(f"/{name}", compare) for name in (PAGE, f"{PAGE}.html")),
    *(Route(f"/{chart_path(name)}", partial(drawing, name)) for name in (CHOSEN, ALL)),
]
