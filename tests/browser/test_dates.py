"""The date of a coalition in a browser: the slider, the form and the address move the map, the tables and the words."""

import json
import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from foc_graph.charts import draw_chart
from foc_graph.graph import Graph
from tests.support.explorer import COALITION, FIGURE, FIRST, LATEST, MAP, MARKS, ROWS, bounds
from tests.support.foc_server import FocServer
from tests.support.node import UI, find_node, run_node

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page

DATES = (
    *("2011", "2011-12-07", "2011-12", "2012-06", "2012-12-07", "2014", "2015-05", "2015-05-04", "2016-02-29", "2018"),
    *("2019-04-15", "2019-05", "2021-12-31", "2022", "2023-01-31", "2024-02", "2026-02-10", "2026-02-11", "2026-11-24"),
    *("1900", "2030", "9999-12-31"),
)


def test_the_modules_pass_their_own_tests() -> None:
    said = run_node("--test", *sorted(str(path.relative_to(UI)) for path in (UI / "test").glob("*.test.mjs")))
    assert int(re.search(r"^# pass (\d+)$", said, re.M)[1]) > 10


def test_the_browser_is_as_sure_of_every_membership_as_the_library(small: Graph, tmp_path: Path) -> None:
    find_node()
    coalitions = [row["coalition"] for row in small.rows("coalitions")]
    known: dict[str, list[str]] = {}
    for coalition in coalitions:
        known |= {row["membership"]: bounds(row) for row in small.rows("members", coalition=coalition)}
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
    expect(tab.locator(f"{FIGURE} h3")).to_have_text("6 member countries, 3 of them uncertain")
    expect(tab.locator(f"{FIGURE} .day")).to_have_text("May 2015")
    expect(tab.locator(".as-of-message")).to_have_text("As of May 2015.")
    expect(tab.locator(f"{FIGURE} .behind a").first).to_have_attribute("href", re.compile("as_of=2015-05$"))
    count = "3 to 6 and 1 observer"
    expect(tab.locator("section > h2 .count")).to_have_text(count)
    tab.reload()
    expect(tab.locator("[name=as_of]")).to_have_value("2015-05")
    expect(tab.locator("section > h2 .count")).to_have_text(count)


@pytest.mark.parametrize("date", ["2012-12", "2015-05-04", LATEST, "2030"])
def test_as_of_a_date_the_page_says_what_the_server_would(tab: Page, small: Graph, date: str) -> None:
    tab.goto(f"coalition.html?as_of={date}")
    then = {row["membership"]: row["certainty"] for row in small.rows("members", coalition=COALITION, as_of=date)}
    assert dict(tab.evaluate(ROWS)) == then
    ever = {row["membership"]: row for row in small.rows("members", coalition=COALITION)}
    assert {membership for membership, _ in tab.evaluate(OTHERS)} == ever.keys() - then.keys()
    drawn = draw_chart(small, "map", lambda iri: f"doc/{iri}", coalition=COALITION, as_of=date)
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


def test_on_a_live_page_the_server_draws_what_does_not_move(tab: Page) -> None:
    tab.goto("live.html")
    expect(tab.locator("#figure-composition h3")).to_have_text("Composition, 24 November 2026")
    tab.get_by_role("slider").press("PageDown")
    expect(tab.locator("#figure-composition h3")).to_have_text("Composition, November 2025")
    expect(tab.locator(f"{FIGURE} .day")).to_have_text("November 2025")
    tab.locator("[name=as_of]").fill("2015")
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab).to_have_url(re.compile(r"live\.html\?as_of=2015$"))
    expect(tab.locator("#figure-composition h3")).to_have_text("Composition, 2015")
    tab.locator("[name=as_of]").fill("May 2015")
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab).to_have_url(re.compile(r"live\.html\?as_of=May\+2015$"))


def countries(svg: str) -> list[dict[str, str]]:
    """The marks of a map: their attributes, and their text."""
    root = ElementTree.fromstring(svg)
    return [
        one.attrib | {"text": one[0].text or ""} for one in root.iter() if "country" in one.get("class", "").split()
    ]


@pytest.mark.parametrize("text", ["", "2015-02-30", "<img src=x>"])
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
    expect(tab.locator("#figure-map .day")).to_have_text("24 November 2026")


def test_a_filter_and_a_date_do_not_undo_each_other(tab: Page) -> None:
    tab.goto("long.html?as_of=2015-05")
    then = len(tab.evaluate(ROWS))
    field = tab.get_by_role("searchbox", name="Filter")
    field.fill("est")
    assert tab.evaluate(FIRST.format(0)) == ["Estonia"] * 3
    tab.get_by_role("slider").press("ArrowRight")
    assert tab.evaluate(FIRST.format(0)) == ["Estonia"] * 3
    tab.get_by_role("slider").press("ArrowLeft")
    field.fill("")
    assert len(tab.evaluate(ROWS)) == then


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


@pytest.mark.parametrize("coalition", ["first", "third"])
def test_a_page_of_the_server_moves_to_what_the_server_gives(
    page: Page, small_server: FocServer, coalition: str
) -> None:
    page.goto(f"{small_server.url}/doc/{coalition}?as_of=2026-11")
    slider = page.get_by_role("slider")
    for _ in range(5):
        slider.press("PageDown")
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"\?as_of=2021-12$"))
    page.wait_for_function(
        "() => [...document.querySelectorAll('figcaption .day')].every((one) => one.textContent === 'December 2021')"
    )
    moved = said(page)
    assert moved["marks"]
    page.reload()
    assert said(page) == moved


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
