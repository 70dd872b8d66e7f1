"""Pages that are made as of a date, and pictures as files."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from foc_graph.charts import KINDS
from foc_graph.server.answers import NOT_INDEXED
from foc_graph.server.content import exact, media_type
from foc_graph.server.making import in_turn
from foc_graph.server.negotiation import HTML
from foc_graph.server.problems import ProblemError
from foc_graph.server.protocol import parameters
from foc_graph.server.responses import answered, told
from foc_graph.server.state import Served
from foc_graph.site.addresses import DESCRIPTIONS
from foc_graph.site.page_charts import place

_AS_OF = "as_of"
_SVG = "image/svg+xml"
_SHOWN = 40
"""How many characters of what is no date are shown."""


async def is_drawn(served: Served, page: str) -> bool:
    """Whether a page is as of a date; it is given by its path without ending."""
    if "drawn" not in vars(served.made):
        await run_in_threadpool(getattr, served.made, "drawn")
    return page in served.made.drawn


async def drawn_page(request: Request, page: str) -> Response:
    """A page as of a date; what is wrong with that is told above its form, and other parameters are ignored."""
    served: Served = request.scope["served"]
    state, given = served.stored.current, _given(request)
    as_of = given[-1] if given else ""
    headers = {"Link": _links(served, page), "Content-Location": f"{_name(page)}.html"} | (NOT_INDEXED if as_of else {})
    try:
        make = partial(_page, served, page, as_of)
        return await answered(request, served.stored, (state.tag, page, as_of), make, HTML, headers, is_asking=True)
    except ProblemError as problem:
        make = partial(_page, served, page, as_of[:_SHOWN], problem.detail)
        return await told(request, served.stored, problem, make)


async def plot(request: Request) -> Response:
    """A picture of a page as a file; of a page that is not as of a date, that of the site."""
    served: Served = request.scope["served"]
    path, _, file = request.path_params["path"].rpartition("/")
    page, name, given = f"doc/{path}", file.removesuffix(".svg"), _given(request)
    if name not in KINDS or file != f"{name}.svg":
        raise _missing()
    if not await is_drawn(served, page):
        kept = place(page, name)
        return await in_turn(request, partial(_of_site, request, kept), kept)
    as_of = given[-1] if given else ""
    make = partial(_file, served, page, name, as_of)
    key = (served.stored.current.tag, page, name, as_of)
    return await answered(request, served.stored, key, make, _SVG, {}, is_asking=True)


def _given(request: Request) -> list[str]:
    """The dates in the address; a form sends an empty one too, which counts as none."""
    pairs = parameters(request.scope["query_string"])
    return [value.strip() for name, value in pairs if name == _AS_OF and value.strip()]


def _page(served: Served, page: str, as_of: str, problem: str = "") -> bytes:
    content = served.made.page(page, as_of, problem)
    assert content is not None
    return content


def _of_site(request: Request, path: str) -> Response:
    served: Served = request.scope["served"]
    answer = exact(request, served.sites.current, path)
    if answer is None:
        raise _missing()
    return answer


def _file(served: Served, page: str, name: str, as_of: str) -> bytes:
    content = served.made.plot(page, name, as_of)
    if content is None:
        raise _missing()
    return content


def _missing() -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "there is no such picture: the pages of things lead to all")


def _links(served: Served, page: str) -> str:
    """The other formats of a document, and its canonical address, for the header of that name."""
    iri, base = served.made.drawn[page], served.graph.base
    canonical = f"{base}{page}" if iri.startswith(base) else iri
    names = [f"{_name(page)}.{ending}" for ending in DESCRIPTIONS]
    others = [f'<{name}>; rel="alternate"; type="{media_type(name)}"' for name in names]
    return ", ".join([*others, f'<{canonical}>; rel="canonical"'])


def _name(page: str) -> str:
    return page.rpartition("/")[2]
