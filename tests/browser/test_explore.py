"""The script of pages: copies, marks, charts as PNG; all stays accessible."""

import re
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
def test_a_figure_is_saved_as_png_in_the_colours_that_are_seen(new_page: NewPage, host: str, scheme: str) -> None:
    tab = new_page(base_url=host, color_scheme=scheme)
    tab.goto("doc/first.html?as_of=2015-05")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_stay_accessible(new_page: NewPage, host: str, scheme: str) -> None:
    tab = new_page(base_url=host, color_scheme=scheme)
    tab.goto("doc/first.html")
    tab.get_by_role("combobox").fill("coal")
    expect(tab.get_by_role("option").first).to_be_visible()
    tab.get_by_role("combobox").press("ArrowDown")
    found = accessibility(tab)
    tab.get_by_role("combobox").press("Escape")
    tab.get_by_role("button", name="Zoom in").click()
    tab.locator(f"{MAP} a[tabindex='0']").focus()
    assert found + accessibility(tab) == []
