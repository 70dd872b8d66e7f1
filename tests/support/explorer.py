"""A small site in which the script of pages is tried.

Its pages are made from the charts, the templates and the style sheet of the package, and are sent with the headers
that pages of `foc serve` have.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from foc_graph.assets import asset
from foc_graph.charts import draw_chart
from foc_graph.charts.chart import Chart
from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.server.middleware import SecurityHeaders
from foc_graph.site.members import Members
from foc_graph.site.render import embedded, environment, style_sheet
from tests.support.browser import NewPage
from tests.support.programs import MissingProgramError, give_up
from tests.support.workspaces import DAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

BOUNDS = ("begin_earliest", "begin_latest", "end_earliest", "end_latest", "verified", "state", "planned_end_latest")
"""Columns of `members` that tell of a membership whether it holds at a date, as pages hold them."""


def bounds(row: Mapping[str, str | None]) -> list[str]:
    return [row[name] or "" for name in BOUNDS]


COALITION = "first"
LATEST = DAY
NAMES = [
    *([f"Member {number} of a séance", "person", f"doc/{number}"] for number in range(50)),
    ["First Coalition", "coalition", "doc/first"],
    ["<img src=x onerror=alert(1)>", "coalition", "doc/hostile"],
    ["ائتلاف الحرية", "coalition", "doc/arabic", "arabisch"],
    ["Leads away", "coalition", "javascript:alert(1)"],
]


MARKED = """<figure class="figure" data-chart="joins"><figcaption><h3>Marks</h3></figcaption>
<div class="drawing" tabindex="0" role="region" aria-label="Marks">
<svg class="chart" viewBox="0 0 90 30" role="img" aria-label="Three marks">
<g><title>&lt;b&gt;One&lt;/b&gt;</title><rect width="30" height="30"/></g>
<a href="doc/two.html"><rect x="30" width="30" height="30"><title>Two</title></rect></a>
<g><title>Three of many</title><a href="doc/three.html"><text x="60" y="20">Three</text></a></g>
</svg></div></figure>"""


FIGURE = "#figure-map"
MAP = f"{FIGURE} .drawing > svg:first-child"


MARKS = """() => Object.fromEntries([...document.querySelectorAll("#figure-map .country")].map((one) =>
    [one.dataset.code,
     [[...one.classList].filter((name) => name !== "country").sort().join(" "), one.closest("a").ariaLabel]]))"""


ROWS = """() => [...document.querySelectorAll("tr[data-bounds]:not([hidden])")].map((one) =>
    [one.querySelector("a.record").getAttribute("href"), one.querySelector("[data-certainty]").dataset.certainty])"""


def document(title: str, main: str, *, live: bool = False) -> str:
    return f"""<!doctype html><html lang="en" data-root=""{" data-live" if live else ""}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{escape(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="style.css">
<script src="assets/explore.js" defer></script>
</head><body><header><form role="search" action="search.html"><input name="q" type="search" aria-label="Search">
<button>Search</button></form></header><main id="main"><h1>{escape(title)}</h1>{main}</main></body></html>"""


def table(rows: list[list[str]], attributes: str = "") -> str:
    head, *body = rows
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Rows"><table {attributes}><thead><tr>'
        + "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
        + "</tr></thead><tbody>"
        + "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in body)
        + "</tbody></table></div>"
    )


def macro(name: str, one: object, *rest: object) -> str:
    """Return the HTML that a macro of the templates of pages makes of an object."""
    return str(getattr(environment().get_template("macros.html").module, name)(one, *rest))


def figure_of(drawn: Chart) -> str:
    asked = urlencode(drawn.parameters)
    shown = SimpleNamespace(
        chart=drawn,
        query=f"query/{drawn.query}.html?{asked}",
        table=f"query/{drawn.query}.csv?{asked}",
        file="plot/first/map.svg",
        here="coalition.html#figure-map",
        embed='<img src="https://example.org/plot/first/map.svg">',
        sources=[SimpleNamespace(text="A source", href="doc/source.html", language="", note="")],
        total=1,
        more="",
        data=embedded(drawn.data),
    )
    return macro("chart", shown, True)


def row_of(row: Mapping[str, str | None], certainty: str) -> SimpleNamespace:
    return SimpleNamespace(
        member=SimpleNamespace(text=row["name"], href=f"doc/{row['membership']}.html", language="", note=""),
        role=row["role"],
        certainty=certainty,
        joined=in_words(row["begin"] or ""),
        left=in_words(row["end"] or ""),
        seen=in_words(row["verified"] or ""),
        record=row["membership"],
        bounds=json.dumps([*bounds(row), row["role"]]),
    )


def coalition_page(graph: Graph, day: str, *, live: bool, copies: int = 1) -> str:
    """The page of a coalition as of a day, that lists each member as often as is asked."""
    drawn = draw_chart(graph, "map", lambda iri: f"doc/{iri.rpartition('/')[2]}.html", coalition=COALITION, as_of=day)
    assert drawn is not None
    other = drawn._replace(name="composition", title=f"Composition, {in_words(day)}", data="")
    then = {row["membership"]: row["certainty"] for row in graph.rows("members", coalition=COALITION, as_of=day)}
    rows = [row_of(row, then.get(row["membership"], "")) for row in graph.rows("members", coalition=COALITION)]
    rows *= copies
    members = Members(
        [row for row in rows if row.certainty], [row for row in rows if not row.certainty], True, "members.html"
    )
    form = SimpleNamespace(first="2011-12-08", last=LATEST, value=day, problem="")
    return document(
        "Coalition",
        f'<section><h2>Members <span class="count">{members.size}</span></h2>'
        + macro("as_of", form, live)
        + figure_of(drawn)
        + macro("members", members)
        + "</section>"
        + figure_of(other),
        live=live,
    )


@pytest.fixture(scope="session")
def small_site(small: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small site, which ends with a slash."""
    script = asset("explore.js")
    if script is None:
        give_up(MissingProgramError("explore.js is not built: run make ui"))
    folder = tmp_path_factory.mktemp("site")
    (folder / "assets").mkdir()
    (folder / "assets" / "explore.js").write_bytes(script)
    (folder / "style.css").write_bytes(style_sheet())
    (folder / "search.json").write_text(json.dumps(NAMES), "utf-8")
    for name, content in pages(small).items():
        (folder / name).write_text(content, "utf-8")

    def live(request: Request) -> HTMLResponse:
        return HTMLResponse(coalition_page(small, request.query_params.get("as_of", LATEST), live=True))

    was_quick = asyncio.Event()

    async def suggested(request: Request) -> JSONResponse:
        asked = request.query_params["prefix"]
        if asked == "quick":
            was_quick.set()
        elif asked == "slow":
            await was_quick.wait()
        result = [
            {"id": f"x/{asked} {n}", "name": f"{asked} {n}", "description": "", "notable": [{"name": "Kind"}]}
            for n in (1, 2)
        ]
        return JSONResponse({"result": result}, 500 if asked == "fails" else 200)

    def anything(request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><html lang=en><title>Found</title><link rel=icon href='data:,'>")

    routes = [
        *(Route(path, anything) for path in ("/doc/{name}", "/id/{name:path}", "/search.html")),
        Route("/live.html", live),
        Route("/reconcile/suggest/entity", suggested),
        Mount("/", StaticFiles(directory=folder, html=True)),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join()
    listener.close()


def pages(graph: Graph) -> dict[str, str]:
    numbers = [["Name", "Seen", "Count"]] + [
        [f"Group {index}", in_words(f"{1990 + index % 30}-{index % 12 + 1:02}"), f"{index * 7919 % 100_000:,}"]
        for index in range(600)
    ]
    hostile = [
        ["<b>Name</b>", "Other"],
        ["<script>alert(1)</script>", "x" * 500],
        ["\u202eevil", "日本"],
        ["ائتلاف", "__proto__"],
    ]
    identity = '<section class="identity"><h2>Address</h2><p>To link to this, use <code>https://example.org/id/x</code></p></section>'
    return {
        "coalition.html": coalition_page(graph, LATEST, live=False),
        "long.html": coalition_page(graph, LATEST, live=False, copies=3),
        "tables.html": document("Tables", table(numbers) + identity),
        "marks.html": document("Marks", MARKED),
        "hostile.html": document("Hostile", table(hostile)),
        "bare.html": "<!doctype html><html lang=en><title>Bare</title><link rel=icon href='data:,'>"
        "<script src='assets/explore.js' defer></script><p>Nothing",
    }


@pytest.fixture
def tab(new_page: NewPage, small_site: str) -> Page:
    """A page of the small site, as wide as a desk has it."""
    return new_page(base_url=small_site)


def point(tab: Page, name: str) -> None:
    """Move the pointer onto a country that is whole."""
    country = tab.locator(f"{FIGURE} .country[data-name='{name}']")
    country.scroll_into_view_if_needed()
    box = country.bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


FIRST = """() => [...document.querySelector('tbody').rows]
    .filter((row) => !row.hidden).map((row) => row.cells[{}].textContent)"""
