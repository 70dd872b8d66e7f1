"""What the script of pages does in a browser: dates, marks of pictures, tables, search, copies and PNGs.

The pages are made here, from the pictures and the style sheet of the package, and are sent with the header that pages
of `foc serve` have.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import struct
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
import uvicorn
from browsing import SECONDS, NewPage, accessibility
from conftest import ROOT
from jinja2 import Environment, PackageLoader
from serving import FocServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from foc_graph.assets import asset
from foc_graph.graph import Graph
from foc_graph.plotting import picture
from foc_graph.plotting.picture import Picture
from foc_graph.publishing.site.render import embedded
from foc_graph.publishing.site.sheet import style_sheet
from foc_graph.time import in_words
from foc_graph.web.hardening import Hardening

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page

UI = ROOT / "ui"
DATES = (
    *("2011", "2011-12-07", "2011-12", "2012-06", "2012-12-07", "2014", "2015-05", "2015-05-04", "2016-02-29", "2018"),
    *("2019-04-15", "2019-05", "2021-12-31", "2022", "2023-01-31", "2024-02", "2026-02-10", "2026-02-11", "2026-11-24"),
    *("1900", "2030", "9999-12-31"),
)


BOUNDS = ("joined_earliest", "joined_latest", "left_earliest", "left_latest", "verified", "state")
"""Columns of `members` that tell of a membership whether it holds at a date, as pages hold them."""


def bounds(row: Mapping[str, str | None]) -> list[str]:
    return [row[name] or "" for name in BOUNDS]


def run_node(*arguments: str) -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    done = subprocess.run([node, *arguments], cwd=UI, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_modules_pass_their_own_tests() -> None:
    said = run_node("--test", *sorted(str(path.relative_to(UI)) for path in (UI / "test").glob("*.test.mjs")))
    assert int(re.search(r"^# pass (\d+)$", said, re.M)[1]) > 10


def test_the_browser_is_as_sure_of_every_membership_as_the_library(graph: Graph, tmp_path: Path) -> None:
    coalitions = [row["coalition"] for row in graph.rows("coalitions")]
    known: dict[str, list[str]] = {}
    for coalition in coalitions:
        known |= {row["membership"]: bounds(row) for row in graph.rows("members", coalition=coalition)}
    expected = {
        date: {
            row["membership"]: row["certainty"]
            for coalition in coalitions
            for row in graph.rows("members", coalition=coalition, as_of=date)
        }
        for date in DATES
    }
    (tmp_path / "asked.json").write_text(json.dumps({"known": known, "dates": DATES}), "utf-8")
    (tmp_path / "ask.mjs").write_text(
        f"""import {{ readFileSync }} from "node:fs";
        import {{ certainty }} from {json.dumps((UI / "src" / "certainty.js").as_uri())};
        const {{ known, dates }} = JSON.parse(readFileSync({json.dumps(str(tmp_path / "asked.json"))}, "utf8"));
        const answer = (date) => Object.entries(known).map(([one, bounds]) => [one, certainty(bounds, date)]);
        console.log(JSON.stringify(Object.fromEntries(dates.map((date) => [date, Object.fromEntries(answer(date))]))));
        """,
        "utf-8",
    )
    answered = json.loads(run_node(str(tmp_path / "ask.mjs")))
    assert len(known) > 500
    assert {found for one in expected.values() for found in one.values()} == {"certain", "presumed", "possible"}
    for date, membership in product(DATES, known):
        assert answered[date][membership] == expected[date].get(membership, ""), (date, membership, known[membership])


COALITION = "foc"
LATEST = "2026-11-24"
NAMES = [
    *([f"Member {number} of a séance", "person", f"doc/{number}"] for number in range(50)),
    ["Freedom Online Coalition", "coalition", "doc/foc"],
    ["<img src=x onerror=alert(1)>", "coalition", "doc/hostile"],
    ["ائتلاف الحرية", "coalition", "doc/arabic"],
    ["Leads away", "coalition", "javascript:alert(1)"],
]


MARKED = """<figure class="figure" data-picture="joins"><figcaption><h3>Marks</h3></figcaption>
<div class="drawing" tabindex="0" role="region" aria-label="Marks">
<svg class="picture" viewBox="0 0 90 30" role="img" aria-label="Three marks">
<g><title>&lt;b&gt;One&lt;/b&gt;</title><rect width="30" height="30"/></g>
<a href="doc/two.html"><rect x="30" width="30" height="30"><title>Two</title></rect></a>
<g><title>Three of many</title><a href="doc/three.html"><text x="60" y="20">Three</text></a></g>
</svg></div></figure>"""


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
    """What a macro of the templates of pages makes of an object."""
    environment = Environment(
        loader=PackageLoader("foc_graph.publishing.site"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return str(getattr(environment.get_template("macros.html").module, name)(one, *rest))


def figure_of(drawn: Picture) -> str:
    asked = urlencode(drawn.parameters)
    figure = SimpleNamespace(
        picture=drawn,
        query=f"query/{drawn.query}.html?{asked}",
        table=f"query/{drawn.query}.csv?{asked}",
        file="plot/foc/map.svg",
        sources=[SimpleNamespace(text="A source", href="doc/source.html", language="", note="")],
        total=1,
        data=embedded(drawn.data),
    )
    return macro("figure", figure, True)


def row_of(row: Mapping[str, str | None], certainty: str) -> SimpleNamespace:
    return SimpleNamespace(
        member=SimpleNamespace(text=row["name"], href=f"doc/{row['membership']}.html", language="", note=""),
        role=row["role"],
        certainty=certainty,
        joined=in_words(row["joined"] or ""),
        left=in_words(row["left"] or ""),
        seen=in_words(row["verified"] or ""),
        record=row["membership"],
        bounds=json.dumps([*bounds(row), row["role"]]),
    )


def coalition_page(graph: Graph, day: str, *, live: bool) -> str:
    drawn = picture(graph, "map", lambda iri: f"doc/{iri.rpartition('/')[2]}.html", coalition=COALITION, as_of=day)
    assert drawn is not None
    other = drawn._replace(name="composition", title=f"Composition, {in_words(day)}", data="")
    then = {row["membership"]: row["certainty"] for row in graph.rows("members", coalition=COALITION, as_of=day)}
    rows = [row_of(row, then.get(row["membership"], "")) for row in graph.rows("members", coalition=COALITION)]
    members = SimpleNamespace(
        then=[row for row in rows if row.certainty], others=[row for row in rows if not row.certainty], roles=True
    )
    form = SimpleNamespace(first="2011-12-08", last=LATEST, value=day, problem="")
    return document(
        "Coalition",
        macro("as_of", form, live)
        + f'<section><h2>Members <span class="count">{len(members.then)}</span></h2>'
        + figure_of(drawn)
        + macro("members", members)
        + "</section>"
        + figure_of(other),
        live=live,
    )


@pytest.fixture(scope="module")
def site(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small site, which ends with a slash."""
    script = asset("explore.js")
    if script is None:
        pytest.skip("explore.js is not built: run make ui")
    folder = tmp_path_factory.mktemp("site")
    (folder / "assets").mkdir()
    (folder / "assets" / "explore.js").write_bytes(script)
    (folder / "style.css").write_bytes(style_sheet())
    (folder / "search.json").write_text(json.dumps(NAMES), "utf-8")
    for name, content in pages(graph).items():
        (folder / name).write_text(content, "utf-8")

    def live(request: Request) -> HTMLResponse:
        return HTMLResponse(coalition_page(graph, request.query_params.get("as_of", LATEST), live=True))

    async def suggested(request: Request) -> JSONResponse:
        asked = request.query_params["prefix"]
        await asyncio.sleep(0.4 if asked == "slow" else 0)
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
    app = Starlette(routes=routes, middleware=[Middleware(Hardening)])
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
    identity = '<section class="identity"><h2>Address</h2><p>To refer to this, use <code>https://example.org/id/x</code></p></section>'
    return {
        "coalition.html": coalition_page(graph, LATEST, live=False),
        "tables.html": document("Tables", table(numbers) + identity),
        "marks.html": document("Marks", MARKED),
        "hostile.html": document("Hostile", table(hostile)),
        "bare.html": "<!doctype html><html lang=en><title>Bare</title><link rel=icon href='data:,'>"
        "<script src='assets/explore.js' defer></script><p>Nothing",
    }


@pytest.fixture
def tab(new_page: NewPage, site: str) -> Page:
    """A page of the small site, as wide as a desk has it."""
    return new_page(base_url=site)


MARKS = """() => Object.fromEntries([...document.querySelectorAll("#figure-map .country")].map((one) =>
    [one.dataset.code,
     [[...one.classList].filter((name) => name !== "country").sort().join(" "), one.closest("a").ariaLabel]]))"""


def test_a_page_without_anything_to_enliven_stays_as_it_is(tab: Page) -> None:
    tab.goto("bare.html")
    expect(tab.locator("body > *")).to_have_count(1)


FIGURE = "#figure-map"
NOTES = f"() => [...document.querySelectorAll('{FIGURE} > .note:not([hidden])')].map((one) => one.textContent)"
ROWS = """() => [...document.querySelectorAll("tr[data-bounds]:not([hidden])")].map((one) =>
    [one.querySelector("a.record").getAttribute("href"), one.querySelector("[data-certainty]").textContent])"""
OTHERS = """() => [...document.querySelectorAll("details.others li")].map((one) =>
    [one.querySelector("a.record").getAttribute("href"), one.textContent.replace(/\\s+/g, " ").trim()])"""
LEGEND = f"""() => [...document.querySelectorAll("{FIGURE} .legend li")].map((one) =>
    [one.querySelector("rect").className.baseVal, one.textContent.trim()])"""


def test_the_slider_moves_all_that_the_page_says(tab: Page, graph: Graph) -> None:
    tab.goto("coalition.html")
    slider = tab.get_by_role("slider")
    slider.focus()
    for _ in range(11):
        slider.press("PageDown")
    for _ in range(6):
        slider.press("ArrowLeft")
    expect(tab.locator("[name=as_of]")).to_have_value("2015-05")
    expect(slider).to_have_attribute("aria-valuetext", "May 2015")
    expect(tab).to_have_url(re.compile(r"coalition\.html\?as_of=2015-05$"))
    expect(tab.locator(f"{FIGURE} h3")).to_have_text("Members of the Freedom Online Coalition, May 2015")
    expect(tab.locator(".as-of-message")).to_have_text("As of May 2015.")
    expect(tab.locator(f"{FIGURE} .behind a").first).to_have_attribute("href", re.compile("as_of=2015-05$"))
    rows = graph.rows("members", coalition=COALITION, as_of="2015-05")
    expect(tab.locator("section > h2 .count")).to_have_text(str(len(rows)))
    tab.reload()
    expect(tab.locator("[name=as_of]")).to_have_value("2015-05")
    expect(tab.locator("section > h2 .count")).to_have_text(str(len(rows)))


@pytest.mark.parametrize("date", ["2011", "2012-12", "2015-05-04", "2016-02-29", "2026-02-11", LATEST, "2030"])
def test_as_of_a_date_the_page_says_what_the_server_would(tab: Page, graph: Graph, date: str) -> None:
    tab.goto(f"coalition.html?as_of={date}")
    then = {row["membership"]: row["certainty"] for row in graph.rows("members", coalition=COALITION, as_of=date)}
    assert dict(tab.evaluate(ROWS)) == then
    ever = {row["membership"]: row for row in graph.rows("members", coalition=COALITION)}
    assert {membership for membership, _ in tab.evaluate(OTHERS)} == ever.keys() - then.keys()
    drawn = picture(graph, "map", lambda iri: f"doc/{iri}", coalition=COALITION, as_of=date)
    assert drawn is not None
    expected = {one["data-code"]: one for one in countries(drawn.svg)}
    told = tab.evaluate(MARKS)
    assert told.keys() == expected.keys()
    for code, one in expected.items():
        mark, text = told[code]
        assert mark == " ".join(sorted(set(one["class"].split()) - {"country"})), code
        assert text.partition(": ")[2] == one["text"].partition(": ")[2]
    expect(tab.locator(f"{FIGURE} svg.map")).to_have_attribute("aria-label", re.compile(re.escape(drawn.text)))
    expect(tab.locator(f"{FIGURE} h3")).to_have_text(drawn.title)
    assert tab.evaluate(LEGEND) == [list(one) for one in drawn.legend]
    assert tab.evaluate(NOTES) == list(drawn.notes)


def test_on_a_live_page_the_server_draws_what_does_not_move(tab: Page) -> None:
    tab.goto("live.html")
    expect(tab.locator("#figure-composition h3")).to_have_text("Composition, 24 November 2026")
    tab.get_by_role("slider").press("PageDown")
    expect(tab.locator("#figure-composition h3")).to_have_text("Composition, November 2025")
    expect(tab.locator(f"{FIGURE} h3")).to_have_text(re.compile("November 2025"))
    tab.locator("[name=as_of]").fill("2015")
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab).to_have_url(re.compile(r"live\.html\?as_of=2015$"))
    expect(tab.locator("#figure-composition h3")).to_have_text("Composition, 2015")


def countries(svg: str) -> list[dict[str, str]]:
    """The marks of a map: their attributes, and their text."""
    root = ElementTree.fromstring(svg)
    return [
        one.attrib | {"text": one[0].text or ""} for one in root.iter() if "country" in one.get("class", "").split()
    ]


@pytest.mark.parametrize("text", ["", "2015-13", "May 2015", "2015-02-30", "<img src=x>", "9" * 500])
def test_what_is_no_date_is_refused_in_words(tab: Page, text: str) -> None:
    tab.goto("coalition.html?as_of=2015")
    before = tab.evaluate(MARKS)
    field = tab.locator("[name=as_of]")
    field.fill(text)
    field.press("Enter")
    expect(tab.locator(".as-of-message")).to_contain_text("is not a date: write 2015, 2015-05 or 2015-05-04.")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert tab.evaluate(MARKS) == before
    assert tab.url.endswith("?as_of=2015")
    field.fill("2016-02")
    field.press("Enter")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(tab).to_have_url(re.compile("as_of=2016-02$"))


def test_an_address_with_a_wrong_date_says_so(tab: Page) -> None:
    tab.goto("coalition.html?as_of=yesterday")
    expect(tab.locator(".as-of-message")).to_contain_text("“yesterday” is not a date")
    expect(tab.locator("#figure-map h3")).to_have_text("Members of the Freedom Online Coalition, 24 November 2026")


def test_a_mark_tells_its_text_to_a_pointer(tab: Page) -> None:
    tab.goto("coalition.html")
    told = tab.get_by_role("tooltip", include_hidden=True)
    point(tab, "Mongolia")
    expect(told).to_have_text("Mongolia: member, joined 2011")
    tab.mouse.move(1, 1)
    expect(told).to_be_hidden()
    point(tab, "Mongolia")
    tab.keyboard.press("Escape")
    expect(told).to_be_hidden()
    assert tab.evaluate("document.querySelectorAll('.drawing title').length") == 0


def point(tab: Page, name: str) -> None:
    """Move the pointer onto a country that is whole."""
    country = tab.locator(f"{FIGURE} .country[data-name='{name}']")
    country.scroll_into_view_if_needed()
    box = country.bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_marks_are_one_stop_of_the_keyboard(tab: Page) -> None:
    tab.goto("coalition.html")
    tab.locator(f"{FIGURE} .drawing").focus()
    tab.keyboard.press("Tab")
    names = "() => document.activeElement.querySelector('.country').dataset.name"
    first = tab.evaluate(names)
    told = tab.get_by_role("tooltip", include_hidden=True)
    expect(told).to_contain_text(f"{first}: ")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(names) != first
    tab.keyboard.press("Home")
    assert tab.evaluate(names) == first
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate(names) == first
    tab.keyboard.press("End")
    last = tab.evaluate(names)
    assert last != first
    tab.keyboard.press("Tab")
    expect(told).to_be_hidden()
    expect(tab.get_by_role("link", name="The query behind it").first).to_be_focused()
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate(names) == last


def test_marks_have_one_stop_each_however_they_are_linked(tab: Page) -> None:
    tab.goto("marks.html")
    tab.locator(".drawing").focus()
    tab.keyboard.press("Tab")
    told = tab.get_by_role("tooltip", include_hidden=True)
    for name, role, text in (("g", "img", "<b>One</b>"), ("a", None, "Two"), ("a", None, "Three of many")):
        expect(told).to_have_text(text)
        assert tab.evaluate("() => [document.activeElement.tagName, document.activeElement.role]") == [name, role]
        tab.keyboard.press("ArrowDown")
    assert accessibility(tab) == []
    with tab.expect_navigation(url=re.compile(r"/doc/three\.html$")):
        tab.keyboard.press("Enter")


@pytest.mark.parametrize("how", ["click", "key"])
def test_a_country_leads_to_its_page(tab: Page, how: str) -> None:
    tab.goto("coalition.html")
    with tab.expect_navigation(url=re.compile(r"/doc/mn\.html$")):
        if how == "click":
            point(tab, "Mongolia")
            tab.mouse.down()
            tab.mouse.up()
        else:
            tab.locator(f"{FIGURE} a:has([data-name=Mongolia])").press("Enter")


def test_the_first_touch_tells_and_the_second_follows(new_page: NewPage, site: str) -> None:
    tab = new_page(base_url=site, has_touch=True, viewport={"width": 390, "height": 800})
    tab.goto("coalition.html")
    country = tab.locator(f"{FIGURE} [data-name=Mongolia]")
    country.tap()
    expect(tab.get_by_role("tooltip", include_hidden=True)).to_have_text("Mongolia: member, joined 2011")
    assert tab.url.endswith("coalition.html")
    with tab.expect_navigation(url=re.compile(r"/doc/mn\.html$")):
        country.tap()


SCALE = """() => Number(/scale\\(([\\d.]+)\\)/.exec(
    document.querySelector("#figure-map svg.map > g").getAttribute("transform"))?.[1] ?? 1)"""


def test_buttons_zoom_and_move_the_map(tab: Page) -> None:
    tab.goto("coalition.html")
    tools = tab.get_by_role("group", name="Zoom")
    expect(tools.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "true")
    tools.get_by_role("button", name="Zoom in").press("Enter")
    assert tab.evaluate(SCALE) == pytest.approx(1.6)
    moved = "() => document.querySelector('#figure-map svg.map > g').getAttribute('transform')"
    before = tab.evaluate(moved)
    tools.get_by_role("button", name="Move right").press("Enter")
    assert tab.evaluate(moved) != before
    tools.get_by_role("button", name="Show the whole map").click()
    assert tab.evaluate(SCALE) == 1
    for _ in range(6):
        tools.get_by_role("button", name="Zoom in").click()
    assert tab.evaluate(SCALE) == 12
    expect(tools.get_by_role("button", name="Zoom in")).to_have_attribute("aria-disabled", "true")


def test_the_keyboard_brings_marks_into_view(tab: Page) -> None:
    tab.goto("coalition.html")
    for _ in range(5):
        tab.get_by_role("button", name="Zoom in").click()
    shown = """(name) => { const [one, box] = [`[data-name="${name}"]`, "#figure-map svg.map"]
        .map((each) => document.querySelector(each))
        .map((each) => each.getBoundingClientRect());
        return one.right > box.left && one.left < box.right && one.bottom > box.top && one.top < box.bottom; }"""
    tab.locator(f"{FIGURE} .drawing").focus()
    tab.keyboard.press("Tab")
    for _ in range(6):
        tab.keyboard.press("ArrowRight")
        name = tab.evaluate("document.activeElement.querySelector('.country').dataset.name")
        assert tab.evaluate(shown, name), name


def test_the_wheel_scrolls_the_page_unless_control_is_held(tab: Page) -> None:
    tab.goto("coalition.html")
    tab.locator(f"{FIGURE} svg.map").hover(position={"x": 300, "y": 200})
    before = tab.evaluate("scrollY")
    tab.mouse.wheel(0, 300)
    tab.wait_for_function("(before) => scrollY > before", arg=before)
    assert tab.evaluate(SCALE) == 1
    tab.locator(f"{FIGURE} svg.map").hover(position={"x": 300, "y": 300})
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -200)
    tab.keyboard.up("Control")
    tab.wait_for_function(f"() => ({SCALE})() > 1")


def test_dragging_moves_the_map_and_follows_no_link(tab: Page) -> None:
    tab.goto("coalition.html")
    tab.get_by_role("button", name="Zoom in").click()
    before = tab.evaluate("() => document.querySelector('#figure-map svg.map > g').getAttribute('transform')")
    point(tab, "Kenya")
    tab.mouse.down()
    tab.mouse.move(500, 300, steps=5)
    tab.mouse.up()
    assert tab.evaluate("() => document.querySelector('#figure-map svg.map > g').getAttribute('transform')") != before
    assert tab.url.endswith("coalition.html")


def test_two_fingers_zoom_and_one_scrolls(new_page: NewPage, site: str) -> None:
    tab = new_page(base_url=site, has_touch=True, viewport={"width": 390, "height": 800})
    tab.goto("coalition.html")
    map_ = tab.locator(f"{FIGURE} svg.map")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    assert box is not None
    touches = tab.context.new_cdp_session(tab)
    middle = box["y"] + 100

    def touch(kind: str, *xs: float, y: float = middle) -> None:
        points = [{"x": x, "y": y, "id": number} for number, x in enumerate(xs)]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 150, 200)
    for apart in (40, 60, 80):
        touch("touchMove", 175 - apart, 175 + apart)
    touch("touchEnd")
    assert tab.evaluate(SCALE) > 1.5
    scale, before = tab.evaluate(SCALE), tab.evaluate("scrollY")
    touch("touchStart", 175, y=middle)
    for up in range(20, 200, 20):
        touch("touchMove", 175, y=middle - up)
    touch("touchEnd")
    tab.wait_for_function("(before) => scrollY > before", arg=before)
    assert tab.evaluate(SCALE) == scale


FIRST = """() => [...document.querySelector('tbody').rows]
    .filter((row) => !row.hidden).map((row) => row.cells[{}].textContent)"""


def test_a_heading_sorts_its_table(tab: Page) -> None:
    tab.goto("tables.html")
    tab.get_by_role("button", name="Count").click()
    expect(tab.get_by_role("columnheader", name="Count")).to_have_attribute("aria-sort", "ascending")
    numbers = [int(text.replace(",", "")) for text in tab.evaluate(FIRST.format(2))]
    assert numbers == sorted(numbers) and len(numbers) == 600
    tab.get_by_role("button", name="Count").press("Enter")
    expect(tab.get_by_role("columnheader", name="Count")).to_have_attribute("aria-sort", "descending")
    assert [int(text.replace(",", "")) for text in tab.evaluate(FIRST.format(2))] == numbers[::-1]
    tab.get_by_role("button", name="Seen").click()
    expect(tab.get_by_role("columnheader", name="Count")).not_to_have_attribute("aria-sort", "descending")
    dates = [datetime.strptime(text, "%B %Y") for text in tab.evaluate(FIRST.format(1))]
    assert dates == sorted(dates)
    tab.get_by_role("button", name="Name").click()
    assert tab.evaluate(FIRST.format(0))[:3] == ["Group 0", "Group 1", "Group 2"]
    took = tab.evaluate(
        """() => Math.min(...[1, 2, 3].map(() => { const start = performance.now();
        document.querySelector("th button").click(); document.body.offsetHeight;
        return performance.now() - start; }))"""
    )
    assert took < 500, f"{took:.0f} ms for 600 rows"


def test_a_long_table_is_filtered(tab: Page) -> None:
    tab.goto("tables.html")
    field = tab.get_by_role("searchbox", name="Filter")
    field.fill("GROUP 588 january")
    assert tab.evaluate(FIRST.format(0)) == ["Group 252", "Group 588"]  # the count of the first is 95,588
    expect(tab.get_by_role("status").filter(has_text=re.compile(r"\d rows?$"))).to_be_visible()
    field.press("Escape")
    assert len(tab.evaluate(FIRST.format(0))) == 600
    field.fill("nothing like it")
    expect(tab.get_by_text("0 rows")).to_be_visible()
    tab.goto("hostile.html")
    expect(tab.get_by_role("searchbox", name="Filter")).to_have_count(0)


def test_a_filter_and_a_date_do_not_undo_each_other(tab: Page) -> None:
    tab.goto("coalition.html?as_of=2015-05")
    then = len(tab.evaluate(ROWS))
    field = tab.get_by_role("searchbox", name="Filter")
    field.fill("est")
    assert [text for text in tab.evaluate(FIRST.format(0))] == ["Estonia"]
    tab.get_by_role("slider").press("ArrowRight")
    assert [text for text in tab.evaluate(FIRST.format(0))] == ["Estonia"]
    tab.get_by_role("slider").press("ArrowLeft")
    field.fill("")
    assert len(tab.evaluate(ROWS)) == then


def test_hostile_cells_stay_text(tab: Page) -> None:
    tab.goto("hostile.html")
    for name in ("<b>Name</b>", "Other"):
        for _ in range(2):
            tab.get_by_role("button", name=name).click()
    expect(tab.locator("tbody tr")).to_have_count(3)
    expect(tab.locator("main script, main b")).to_have_count(0)


@pytest.mark.parametrize("name", ["tables.html", "live.html"])
def test_search_is_a_combobox(tab: Page, name: str) -> None:
    tab.goto(name)
    field = tab.get_by_role("combobox", name="Search")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("memb")
    options = tab.get_by_role("option")
    expect(options.first).to_be_visible()
    count = options.count()
    assert 2 <= count <= 8
    expect(field).to_have_attribute("aria-expanded", "true")
    assert (
        tab.evaluate("document.getElementById(document.querySelector('[name=q]').getAttribute('aria-controls')).role")
        == "listbox"
    )
    field.press("ArrowDown")
    active = options.nth(0).get_attribute("id")
    assert active is not None
    expect(field).to_have_attribute("aria-activedescendant", active)
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("ArrowUp")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("memb")
    field.press("ArrowDown")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    with tab.expect_navigation(url=re.compile("/doc/0.html$|/id/x/memb%201$")):
        field.press("Enter")


def test_without_a_choice_the_form_searches(tab: Page) -> None:
    tab.goto("tables.html")
    field = tab.get_by_role("combobox", name="Search")
    field.fill("memb")
    expect(tab.get_by_role("option").first).to_be_visible()
    with tab.expect_navigation(url=re.compile(r"search\.html\?q=memb$")):
        field.press("Enter")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("seance 49", ["Member 49 of a séance person"]),
        ("online FREE", ["Freedom Online Coalition coalition"]),
        ("<img", ["<img src=x onerror=alert(1)> coalition"]),
        ("ائتلاف", ["ائتلاف الحرية coalition"]),
        ("ree", []),
        ("\\", []),
        ("x" * 500, []),
    ],
)
def test_the_static_site_suggests_by_the_beginnings_of_words(tab: Page, text: str, found: list[str]) -> None:
    tab.goto("tables.html")
    tab.get_by_role("combobox", name="Search").fill(text)
    expect(tab.get_by_role("status").filter(has_text=f"{len(found) or 'No'} suggestion")).to_have_count(1)
    assert tab.get_by_role("option").all_text_contents() == found
    expect(tab.locator("[role=listbox] img")).to_have_count(0)


def test_a_suggestion_that_is_no_page_is_not_followed(tab: Page) -> None:
    tab.goto("tables.html")
    tab.get_by_role("combobox", name="Search").fill("leads away")
    tab.get_by_role("option").click()
    expect(tab.get_by_role("option")).to_be_hidden()
    assert tab.url.endswith("tables.html")


def test_a_stale_answer_is_not_shown_and_a_failure_is_silent(tab: Page, troubles: list[str]) -> None:
    tab.goto("live.html")
    field = tab.get_by_role("combobox", name="Search")
    with tab.expect_request(re.compile("prefix=slow")):
        field.fill("slow")
    field.fill("quick")
    expect(tab.get_by_role("option").first).to_have_text("quick 1 Kind")
    tab.wait_for_timeout(600)
    expect(tab.get_by_role("option").first).to_have_text("quick 1 Kind")
    with tab.expect_response(re.compile("prefix=fails")):
        field.fill("fails")
    expect(tab.get_by_role("option").first).to_be_hidden()
    assert all("500" in one for one in troubles)
    troubles.clear()


def test_an_address_is_copied(new_page: NewPage, site: str) -> None:
    tab = new_page(base_url=site, permissions=["clipboard-read", "clipboard-write"])
    tab.goto("tables.html")
    copy = tab.get_by_role("button", name="Copy https://example.org/id/x")
    copy.click()
    expect(copy).to_have_text("Copied")
    assert tab.evaluate("navigator.clipboard.readText()") == "https://example.org/id/x"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_is_saved_as_png_in_the_colours_that_are_seen(new_page: NewPage, site: str, scheme: str) -> None:
    tab = new_page(base_url=site, color_scheme=scheme)
    tab.goto("coalition.html?as_of=2015-05")
    with tab.expect_download() as saved:
        tab.locator(FIGURE).get_by_role("button", name="PNG").click()
    assert saved.value.suggested_filename == "foc-map.png"
    content = Path(saved.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", content[16:24])
    view = tab.evaluate("(({ width, height }) => [width, height])(document.querySelector('svg.map').viewBox.baseVal)")
    assert width == 2 * (view[0] + 48) and height > 2 * view[1]
    colours = tab.evaluate(
        """async (data) => { const image = new Image(); image.src = data; await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
        context.drawImage(image, 0, 0); const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
        const counts = {};
        for (let i = 0; i < pixels.length; i += 4) {
            const key = `rgb(${pixels[i]}, ${pixels[i + 1]}, ${pixels[i + 2]})`;
            counts[key] = (counts[key] ?? 0) + 1; }
        return counts; }""",
        f"data:image/png;base64,{b64encode(content).decode()}",
    )
    fill = "(selector) => getComputedStyle(document.querySelector(selector)).fill"
    for mark in (".country.certain", ".country.possible", ".land"):
        assert colours.get(tab.evaluate(fill, f"{FIGURE} svg.map {mark}"), 0) > 200, mark
    paper = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(colours, key=colours.get) in (paper, tab.evaluate(fill, f"{FIGURE} svg.map .land"))
    assert colours[paper] > 100_000


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["coalition.html", "live.html?as_of=2015", "tables.html"])
def test_nothing_moves_when_the_script_comes(new_page: NewPage, site: str, name: str, width: int) -> None:
    """Where everything stands before the script runs, and after it: elements that were there have not moved."""
    places = """() => [...document.querySelectorAll("main *")]
        .filter((one) => !one.closest("svg, .zoom, .filter, .copy, .sort, script"))
        .filter((one) => !one.matches("[type=range], .as-of-message, .unseen, .png")).map((one) => {
        const { x, y } = one.getBoundingClientRect();
        return `${one.tagName}.${one.className} ${[x, y].map(Math.round)}`; })"""
    tab = new_page(base_url=site, viewport={"width": width, "height": 800})
    held: list[sync_api.Route] = []
    tab.route("**/explore.js", lambda route: held.append(route))
    tab.goto(name, wait_until="commit")
    tab.wait_for_function("() => document.readyState !== 'loading'")
    tab.wait_for_function("() => getComputedStyle(document.body).maxWidth !== 'none'")
    before = tab.evaluate(places)
    held[0].continue_()
    tab.wait_for_selector("[role=combobox]")
    after = tab.evaluate(places)
    assert [one for one in zip(before, after, strict=True) if one[0] != one[1]] == []


@pytest.mark.parametrize(
    ("name", "scheme"), [("coalition.html", "light"), ("coalition.html", "dark"), ("tables.html", "light")]
)
def test_pages_stay_accessible(new_page: NewPage, site: str, name: str, scheme: str) -> None:
    tab = new_page(base_url=site, color_scheme=scheme)
    tab.goto(name)
    tab.get_by_role("combobox").fill("memb")
    expect(tab.get_by_role("option").first).to_be_visible()
    tab.get_by_role("combobox").press("ArrowDown")
    found = accessibility(tab)
    tab.get_by_role("combobox").press("Escape")
    if tab.locator(FIGURE).count():
        tab.get_by_role("button", name="Zoom in").click()
        tab.locator(f"{FIGURE} a[tabindex='0']").focus()
        found += accessibility(tab)
    assert found == []


def said(tab: Page) -> dict[str, object]:
    """All that a page says of the members of a coalition, but for the names of countries, which change with time."""
    marks = {code: [mark, text.partition(": ")[2]] for code, (mark, text) in tab.evaluate(MARKS).items()}
    return {
        "address": tab.url,
        "marks": marks,
        "rows": sorted(tab.evaluate(ROWS)),
        "others": sorted(one for one, _ in tab.evaluate(OTHERS)),
        "legend": tab.evaluate(LEGEND),
        "notes": tab.evaluate(NOTES),
        "titles": tab.locator("figcaption h3").all_text_contents(),
        "links": tab.locator(".behind a").evaluate_all(
            "(all) => all.map((one) => one.getAttribute('href').split('/').pop())"
        ),
        "count": tab.locator("section:has([data-members]) > h2 .count").all_text_contents(),
    }


@pytest.mark.parametrize("coalition", ["foc", "christchurch-call", "gpai"])
def test_a_page_of_the_server_moves_to_what_the_server_gives(page: Page, foc_server: FocServer, coalition: str) -> None:
    page.goto(f"{foc_server.url}/doc/{coalition}?as_of=2026-11")
    slider = page.get_by_role("slider")
    for _ in range(5):
        slider.press("PageDown")
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"\?as_of=2021-12$"))
    page.wait_for_function(
        "() => ![...document.querySelectorAll('h3')].some((one) => /November 2026/.test(one.textContent))"
    )
    moved = said(page)
    assert moved["marks"]
    page.reload()
    assert said(page) == moved


def test_the_server_suggests_things_by_name(page: Page, foc_server: FocServer) -> None:
    page.goto(f"{foc_server.url}/doc/foc")
    field = page.get_by_role("combobox")
    field.fill("freedom on")
    option = page.get_by_role("option").filter(has_text="Freedom Online Coalition")
    expect(option.first).to_be_visible(timeout=1000 * SECONDS)  # the first who asks waits for the names to be read
    with page.expect_navigation(url=re.compile("/doc/foc")):
        option.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Freedom Online")


def test_a_wrong_date_of_the_server_can_be_put_right(page: Page, foc_server: FocServer, troubles: list[str]) -> None:
    page.goto(f"{foc_server.url}/doc/foc?as_of=yesterday")
    assert [one for one in troubles if "400" not in one] == []
    troubles.clear()
    expect(page.get_by_role("alert")).to_contain_text("yesterday")
    page.get_by_role("slider").press("ArrowLeft")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("[name=as_of]")).not_to_have_attribute("aria-invalid", "true")
    expect(page).to_have_url(re.compile(r"\?as_of=2026-10$"))
