"""The date of a coalition in a browser: the slider, the form and the address move the map, the tables and the words."""

import json
import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from foc_graph.charts import draw_chart
from foc_graph.graph import Graph
from tests.support.browser import NewPage
from tests.support.explorer import FIGURE, FIRST, MAP
from tests.support.foc_server import FocServer
from tests.support.node import UI, find_node, run_node
from tests.support.workspaces import DAY

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page

DATES = (
    *("2011", "2011-12-07", "2011-12", "2012-06", "2012-12-07", "2014", "2015-05", "2015-05-04", "2016-02-29", "2018"),
    *("2019-04-15", "2019-05", "2021-12-31", "2022", "2023-01-31", "2024-02", "2026-02-10", "2026-02-11", "2026-11-24"),
    *("1900", "2030", "9999-12-31"),
)


BOUNDS = ("begin_earliest", "begin_latest", "end_earliest", "end_latest", "verified", "state", "planned_end_latest")
"""Columns of `members` that tell of a membership whether it holds at a date, as pages hold them."""

MARKS = """() => Object.fromEntries([...document.querySelectorAll("#figure-map .country")].map((one) =>
    [one.dataset.code,
     [[...one.classList].filter((name) => name !== "country").sort().join(" "), one.closest("a").ariaLabel]]))"""


ROWS = """() => [...document.querySelectorAll("tr[data-bounds]:not([hidden])")].map((one) =>
    [one.querySelector("a.record").getAttribute("href"), one.querySelector("[data-certainty]").dataset.certainty])"""


@pytest.fixture
def tab(new_page: NewPage, host: str) -> Page:
    """A page of a release."""
    return new_page(base_url=host)


def memberships(hrefs: Iterable[str], graph: Graph) -> list[str]:
    """The memberships to whose pages links lead."""
    return [f"{graph.base}id/{href.removeprefix('../doc/').removesuffix('.html')}" for href in hrefs]


def test_the_modules_pass_their_own_tests() -> None:
    said = run_node("--test", *sorted(str(path.relative_to(UI)) for path in (UI / "test").glob("*.test.mjs")))
    assert int(re.search(r"^# pass (\d+)$", said, re.M)[1]) > 10


def test_the_browser_is_as_sure_of_every_membership_as_the_library(small: Graph, tmp_path: Path) -> None:
    find_node()
    coalitions = [row["coalition"] for row in small.rows("coalitions")]
    known: dict[str, list[str]] = {}
    for coalition in coalitions:
        known |= {
            row["membership"]: [row[name] or "" for name in BOUNDS]
            for row in small.rows("members", coalition=coalition)
        }
    expected = {
        date: {
            row["membership"]: row["certainty"]
            for coalition in coalitions
            for row in small.rows("members", coalition=coalition, as_of=date)
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
    assert {found for one in expected.values() for found in one.values()} == {"certain", "presumed", "possible"}
    for date, membership in product(DATES, known):
        assert answered[date][membership] == expected[date].get(membership, ""), (date, membership, known[membership])


NOTES = f"() => [...document.querySelectorAll('{FIGURE} > .note:not([hidden])')].map((one) => one.textContent)"


OTHERS = """() => [...document.querySelectorAll("details.others li")].map((one) =>
    [one.querySelector("a.record").getAttribute("href"), one.textContent.replace(/\\s+/g, " ").trim()])"""


LEGEND = f"""() => [...document.querySelectorAll("{FIGURE} .legend li")].map((one) =>
    [one.querySelector("rect").className.baseVal, one.textContent.trim()])"""


def test_the_slider_moves_all_that_the_page_says(tab: Page, small: Graph) -> None:
    tab.goto("doc/first.html")
    slider = tab.get_by_role("slider")
    slider.focus()
    for _ in range(11):
        slider.press("PageDown")
    for _ in range(6):
        slider.press("ArrowLeft")
    expect(tab.locator("[name=as_of]")).to_have_value("2015-05")
    expect(slider).to_have_attribute("aria-valuetext", "May 2015")
    expect(tab).to_have_url(re.compile(r"first\.html\?as_of=2015-05$"))
    expect(tab.locator(f"{FIGURE} h3")).to_have_text("6 member countries, 3 of them uncertain")
    expect(tab.locator(f"{FIGURE} .day")).to_have_text("May 2015")
    expect(tab.locator(".as-of-message")).to_have_text("As of May 2015.")
    expect(tab.locator(f"{FIGURE} .behind a").first).to_have_attribute("href", re.compile("as_of=2015-05$"))
    count = "6 members (3 uncertain) and 1 observer"
    expect(tab.locator("section:has([data-members]) .told")).to_have_text(count)
    tab.reload()
    expect(tab.locator("[name=as_of]")).to_have_value("2015-05")
    expect(tab.locator("section:has([data-members]) .told")).to_have_text(count)


@pytest.mark.parametrize("date", ["2012-12", "2015-05-04", DAY, "2030"])
def test_as_of_a_date_the_page_says_what_the_server_would(tab: Page, small: Graph, date: str) -> None:
    tab.goto(f"doc/first.html?as_of={date}")
    then = {row["membership"]: row["certainty"] for row in small.rows("members", coalition="first", as_of=date)}
    hrefs, sure = zip(*tab.evaluate(ROWS), strict=True)
    assert dict(zip(memberships(hrefs, small), sure, strict=True)) == then
    ever = {row["membership"]: row for row in small.rows("members", coalition="first")}
    others = memberships((href for href, _ in tab.evaluate(OTHERS)), small)
    assert {*others} == ever.keys() - then.keys()
    drawn = draw_chart(small, "map", lambda iri: f"doc/{iri}", coalition="first", as_of=date)
    assert drawn is not None
    expected = {one["data-code"]: one for one in countries(drawn.svg)}
    told = tab.evaluate(MARKS)
    assert told.keys() == expected.keys()
    for code, one in expected.items():
        mark, text = told[code]
        assert mark == " ".join(sorted(set(one["class"].split()) - {"country"})), code
        assert text.partition(": ")[2] == one["text"].partition(": ")[2]
    expect(tab.locator(MAP)).to_have_attribute("aria-label", re.compile(re.escape(drawn.text)))
    expect(tab.locator(f"{FIGURE} h3")).to_have_text(drawn.title)
    assert tab.evaluate(LEGEND) == [list(one) for one in drawn.legend]
    assert tab.evaluate(NOTES) == list(drawn.notes)


def countries(svg: str) -> list[dict[str, str]]:
    """The marks of a map: their attributes, and their text."""
    root = ElementTree.fromstring(svg)
    return [
        one.attrib | {"text": one[0].text or ""} for one in root.iter() if "country" in one.get("class", "").split()
    ]


@pytest.mark.parametrize("text", ["", "2015-02-30", "<img src=x>"])
def test_what_is_no_date_is_refused_in_words(tab: Page, text: str) -> None:
    tab.goto("doc/first.html?as_of=2015")
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
    tab.goto("doc/first.html?as_of=yesterday")
    expect(tab.locator(".as-of-message")).to_contain_text("“yesterday” is not a date")
    expect(tab.locator("#figure-map .day")).to_have_text("24 November 2026")


def test_a_filter_and_a_date_do_not_undo_each_other(tab: Page) -> None:
    def lengthen(route: sync_api.Route) -> None:
        rows = re.compile(r"<tr data-bounds=.*?</tr>\n")
        route.fulfill(body=rows.sub(r"\g<0>\g<0>\g<0>", route.fetch().text()), content_type="text/html; charset=utf-8")

    tab.route("**/doc/first.html?*", lengthen)
    tab.goto("doc/first.html?as_of=2015-05")
    then = len(tab.evaluate(ROWS))
    field = tab.get_by_role("searchbox", name="Filter")
    field.fill("est")
    assert tab.evaluate(FIRST.format(0)) == ["Estonia"] * 3
    tab.get_by_role("slider").press("ArrowRight")
    assert tab.evaluate(FIRST.format(0)) == ["Estonia"] * 3
    tab.get_by_role("slider").press("ArrowLeft")
    field.fill("")
    assert len(tab.evaluate(ROWS)) == then


def test_a_wrong_date_of_the_server_can_be_put_right(page: Page, small_server: FocServer, troubles: list[str]) -> None:
    page.goto(f"{small_server.url}/doc/first?as_of=2015-13")
    assert [one for one in troubles if "400" not in one] == []
    troubles.clear()
    expect(page.get_by_role("alert")).to_contain_text("2015-13")
    page.get_by_role("slider").press("ArrowLeft")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("[name=as_of]")).not_to_have_attribute("aria-invalid", "true")
    expect(page).to_have_url(re.compile(r"\?as_of=2026-10$"))


@pytest.mark.parametrize(("typed", "exact"), [("May 2015", "2015-05"), ("spring 2014", "2014-03/2014-05")])
def test_the_server_reads_dates_as_people_write_them(
    page: Page, small_server: FocServer, troubles: list[str], typed: str, exact: str
) -> None:
    page.goto(f"{small_server.url}/doc/first")
    field = page.locator("[name=as_of]")
    field.fill(typed)
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"as_of={exact.replace('/', '%2F')}#members$"))
    expect(field).to_have_value(exact)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    assert troubles == []
