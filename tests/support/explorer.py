"""Small pages in which the script of pages is tried: tables, marks and names as no page of a workspace has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from foc_graph.assets import asset
from foc_graph.dates import in_words
from foc_graph.site.render import style_sheet
from tests.support.browser import NewPage
from tests.support.file_host import sending
from tests.support.programs import give_up

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

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
FOUND = "<!doctype html><html lang=en><title>Found</title><link rel=icon href='data:,'>"


def document(title: str, main: str, live: str = "") -> str:
    return f"""<!doctype html><html lang="en" data-root=""{live}><head><meta charset="utf-8">
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


def pages() -> dict[str, str]:
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
        "tables.html": document("Tables", table(numbers) + identity),
        "live.html": document("Live", "", " data-live"),
        "marks.html": document("Marks", MARKED),
        "hostile.html": document("Hostile", table(hostile)),
        "bare.html": f"{FOUND}<script src='assets/explore.js' defer></script><p>Nothing",
    }


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site of these pages, which ends with a slash."""
    script = asset("explore.js")
    if script is None:
        give_up("explore.js is not built: run make ui")
    folder = tmp_path_factory.mktemp("explorer") / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "explore.js").write_bytes(script)
    (folder / "style.css").write_bytes(style_sheet())
    (folder / "search.json").write_text(json.dumps(NAMES), "utf-8")
    for name, content in pages().items():
        (folder / name).write_text(content, "utf-8")
    with sending(folder.parent, folder.name) as address:
        yield address


@pytest.fixture
def tab(new_page: NewPage, small_site: str) -> Page:
    """A page of that site, for which a server suggests names but for `slow`, and fails for `fails`."""

    def suggest(route: Route) -> None:
        (asked,) = parse_qs(urlsplit(route.request.url).query)["prefix"]
        result = [
            {"id": f"x/{asked} {n}", "name": f"{asked} {n}", "description": "", "notable": [{"name": "Kind"}]}
            for n in (1, 2)
        ]
        if asked != "slow":
            route.fulfill(status=500 if asked == "fails" else 200, json={"result": result})

    tab = new_page(base_url=small_site)
    tab.route("**/reconcile/suggest/entity?*", suggest)
    leads = re.compile(r"/(doc|id)/|/search\.html")
    tab.route(leads, lambda route: route.fulfill(body=FOUND, content_type="text/html"))
    return tab


FIRST = """() => [...document.querySelector('tbody').rows]
    .filter((row) => !row.hidden).map((row) => row.cells[{}].textContent)"""
