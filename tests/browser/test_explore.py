"""The script of pages: copies, charts as PNG; nothing moves, and all stays accessible."""

import struct
from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.browser import NewPage, accessibility
from tests.support.explorer import FIGURE, MAP

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page


def test_a_page_without_anything_to_enliven_stays_as_it_is(tab: Page) -> None:
    tab.goto("bare.html")
    expect(tab.locator("body > *")).to_have_count(1)


def test_an_address_is_copied(new_page: NewPage, small_site: str) -> None:
    tab = new_page(base_url=small_site, permissions=["clipboard-read", "clipboard-write"])
    tab.goto("tables.html")
    copy = tab.get_by_role("button", name="Copy https://example.org/id/x")
    copy.click()
    expect(copy).to_have_text("Copied")
    assert tab.evaluate("navigator.clipboard.readText()") == "https://example.org/id/x"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_is_saved_as_png_in_the_colours_that_are_seen(new_page: NewPage, small_site: str, scheme: str) -> None:
    tab = new_page(base_url=small_site, color_scheme=scheme)
    tab.goto("coalition.html?as_of=2015-05")
    with tab.expect_download() as saved:
        tab.locator(FIGURE).get_by_text("Sources and data").click()
        tab.locator(FIGURE).get_by_role("button", name="PNG").click()
    assert saved.value.suggested_filename == "first-map.png"
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


@pytest.mark.parametrize(
    ("name", "width"), [("coalition.html", 390), ("live.html?as_of=2015", 1280), ("tables.html", 390)]
)
def test_nothing_moves_when_the_script_comes(new_page: NewPage, small_site: str, name: str, width: int) -> None:
    """Where everything stands before the script runs, and after it: elements that were there have not moved."""
    places = """() => [...document.querySelectorAll("main *")]
        .filter((one) => !one.closest("svg, .zoom, .filter, .copy, .sort, script"))
        .filter((one) => !one.matches(".slide, .slide *, .as-of-message, .unseen, .png")).map((one) => {
        const { x, y } = one.getBoundingClientRect();
        return `${one.tagName}.${one.className} ${[x, y].map(Math.round)}`; })"""
    tab = new_page(base_url=small_site, viewport={"width": width, "height": 800})
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
def test_pages_stay_accessible(new_page: NewPage, small_site: str, name: str, scheme: str) -> None:
    tab = new_page(base_url=small_site, color_scheme=scheme)
    tab.goto(name)
    tab.get_by_role("combobox").fill("memb")
    expect(tab.get_by_role("option").first).to_be_visible()
    tab.get_by_role("combobox").press("ArrowDown")
    found = accessibility(tab)
    tab.get_by_role("combobox").press("Escape")
    if tab.locator(FIGURE).count():
        tab.get_by_role("button", name="Zoom in").click()
        tab.locator(f"{MAP} a[tabindex='0']").focus()
        found += accessibility(tab)
    assert found == []
