"""The map and the marks of charts in a browser: what they tell to pointer, finger and keyboard, and the zoom."""

import re

import pytest

from tests.support.browser import NewPage
from tests.support.explorer import FIGURE, MAP

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page


@pytest.fixture
def tab(new_page: NewPage, host: str) -> Page:
    """A page of a release, as wide as a desk has it."""
    return new_page(base_url=host)


def point(tab: Page, name: str) -> None:
    """Move the pointer onto a country that is whole."""
    country = tab.locator(f"{FIGURE} .country[data-name='{name}']")
    country.scroll_into_view_if_needed()
    box = country.bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_mark_tells_its_text_to_a_pointer(tab: Page) -> None:
    tab.goto("doc/first.html")
    told = tab.get_by_role("tooltip", include_hidden=True)
    point(tab, "Kenya")
    expect(told).to_have_text("Kenya: member, joined May 2013")
    tab.mouse.move(1, 1)
    expect(told).to_be_hidden()
    point(tab, "Kenya")
    tab.keyboard.press("Escape")
    expect(told).to_be_hidden()
    assert tab.evaluate("document.querySelectorAll('.drawing title').length") == 0


def test_marks_are_one_stop_of_the_keyboard(tab: Page) -> None:
    tab.goto("doc/first.html")
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
    expect(tab.get_by_text("Sources and data").first).to_be_focused()
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate(names) == last


@pytest.mark.parametrize("how", ["click", "key"])
def test_a_country_leads_to_its_page(tab: Page, how: str) -> None:
    tab.goto("doc/first.html")
    with tab.expect_navigation(url=re.compile(r"/government/ke\.html$")):
        if how == "click":
            point(tab, "Kenya")
            tab.mouse.down()
            tab.mouse.up()
        else:
            tab.locator(f"{FIGURE} a:has([data-name=Kenya])").press("Enter")


def test_the_first_touch_tells_and_the_second_follows(new_page: NewPage, host: str) -> None:
    tab = new_page(base_url=host, has_touch=True, viewport={"width": 390, "height": 800})
    tab.goto("doc/first.html")
    country = tab.locator(f"{FIGURE} [data-name=Kenya]")
    country.tap()
    expect(tab.get_by_role("tooltip", include_hidden=True)).to_have_text("Kenya: member, joined May 2013")
    assert tab.url.endswith("doc/first.html")
    with tab.expect_navigation(url=re.compile(r"/government/ke\.html$")):
        country.tap()


SCALE = """() => Number(/scale\\(([\\d.]+)\\)/.exec(
    document.querySelector("#figure-map svg.map > g").getAttribute("transform"))?.[1] ?? 1)"""


def test_buttons_zoom_and_move_the_map(tab: Page) -> None:
    tab.goto("doc/first.html")
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
    tab.goto("doc/first.html")
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
    tab.goto("doc/first.html")
    tab.locator(MAP).hover(position={"x": 300, "y": 200})
    before = tab.evaluate("scrollY")
    tab.mouse.wheel(0, 300)
    tab.wait_for_function("(before) => scrollY > before", arg=before)
    assert tab.evaluate(SCALE) == 1
    tab.locator(MAP).hover(position={"x": 300, "y": 300})
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -200)
    tab.keyboard.up("Control")
    tab.wait_for_function(f"() => ({SCALE})() > 1")


def test_dragging_moves_the_map_and_follows_no_link(tab: Page) -> None:
    tab.goto("doc/first.html")
    tab.get_by_role("button", name="Zoom in").click()
    before = tab.evaluate("() => document.querySelector('#figure-map svg.map > g').getAttribute('transform')")
    point(tab, "Kenya")
    tab.mouse.down()
    tab.mouse.move(500, 300, steps=5)
    tab.mouse.up()
    assert tab.evaluate("() => document.querySelector('#figure-map svg.map > g').getAttribute('transform')") != before
    assert tab.url.endswith("doc/first.html")


def test_two_fingers_zoom_and_one_scrolls(new_page: NewPage, host: str) -> None:
    tab = new_page(base_url=host, has_touch=True, viewport={"width": 390, "height": 800})
    tab.goto("doc/first.html")
    map_ = tab.locator(MAP)
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
