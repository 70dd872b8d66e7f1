"""Tasks that people come with, in a browser, with JavaScript and without, on a server and in the files of a release.

What a page shows is held against what the library answers.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.store.results import Record
from tests.support.browser import NewPage
from tests.support.foc_server import FocServer
from tests.support.workspaces import DAY

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

GROUP = "first/group"
SOURCE = "source/charter"
COMPARED = ["first", "second", "third"]


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def is_lively(request: pytest.FixtureRequest) -> bool:
    """Whether pages may run scripts."""
    return bool(request.param)


@pytest.fixture
def tab(new_page: NewPage, small_server: FocServer, is_lively: bool) -> Page:
    """A page of a server of the small workspace."""
    return new_page(base_url=f"{small_server.url}/", java_script_enabled=is_lively)


def rows(table: Locator) -> list[list[str]]:
    """The texts of the rows of a table that are shown, without the numbers of sources behind them."""
    table.locator("sup.numbers").evaluate_all("all => all.forEach(one => one.hidden = true)")
    cells = "all => all.filter(one => !one.hidden).map(one => [...one.cells].map(cell => cell.innerText.trim()))"
    return table.locator("tbody tr").evaluate_all(cells)


def members(page: Page) -> list[tuple[str, str]]:
    """The members on the page of a coalition, and how sure it is of each, by name."""
    shown = page.locator("table[data-members]")
    sure = "all => all.filter(one => !one.hidden).map(one => one.querySelector('[data-certainty]').dataset.certainty)"
    names = [row[0] for row in rows(shown)]
    return sorted(zip(names, shown.locator("tbody tr").evaluate_all(sure), strict=True))


def counted(found: list[tuple[str, str]]) -> str:
    """How many members there are, in words; one of those of the small workspace is an observer."""
    doubtful = [name for name, certainty in found if certainty == "possible"]
    return f"{len(found) - 1} members ({len(doubtful)} uncertain) and 1 observer"


def known_members(graph: Graph, coalition: str, date: str) -> list[tuple[str, str]]:
    found = graph.rows("members", coalition=coalition, as_of=date)
    return sorted((row["name"], row["certainty"]) for row in found)


def things(links: Locator) -> list[str]:
    """Return the things to whose pages links lead: `foc/wg1`."""
    paths = [unquote(urlsplit(href).path) for href in links.evaluate_all("all => all.map(one => one.href)")]
    return [path.partition("/doc/")[2].removesuffix(".html") for path in paths if "/doc/" in path]


def texts(found: list[Record], column: str) -> list[str]:
    return [row[column] for row in found]


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


# On a server


def test_a_coalition_is_found_by_a_part_of_its_name(tab: Page, small: Graph, is_lively: bool) -> None:
    (name,) = (row["label"] for row in small.rows("search", text="first coal", kind="coalition"))
    tab.goto("")
    field = tab.get_by_label("Search for a name, or ask a question")
    field.press_sequentially("first coal")
    if is_lively:
        tab.get_by_role("option", name=name).first.click()
    else:
        field.press("Enter")
        expect(heading(tab)).to_have_text("Search")
        tab.locator(".hits a").first.click()
    expect(heading(tab)).to_have_text(name)


def test_a_date_moves_the_members_and_the_address_leads_a_colleague_there(
    tab: Page, small: Graph, new_page: NewPage, is_lively: bool
) -> None:
    tab.goto("doc/first")
    tab.get_by_label("As of").fill("2015-05")
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab).to_have_url(re.compile(r"/doc/first\?as_of=2015-05#members$"))
    expect(tab.get_by_role("heading", name="Members", exact=False).first).to_be_in_viewport()
    expect(tab.locator(".chosen-date")).to_contain_text(
        f"As of May 2015: {counted(members(tab))}. Back to {in_words(DAY)}"
    )
    expect(tab.locator("#figure-map .day")).to_have_text("May 2015")
    assert members(tab) == known_members(small, "first", "2015-05")
    date = "2015-05"
    if is_lively:
        date = "2014-05"
        tab.get_by_role("slider").first.press("PageDown")
        expect(tab).to_have_url(re.compile(r"as_of=2014-05#members$"))
        expect(tab.locator(".chosen-date")).to_contain_text(
            f"As of May 2014: {counted(known_members(small, 'first', date))}."
        )
        expect(tab.locator("#figure-composition .day")).to_have_text("May 2014")
        assert members(tab) == known_members(small, "first", date)
    colleague = new_page(java_script_enabled=not is_lively)
    colleague.goto(tab.url)
    assert members(colleague) == known_members(small, "first", date)


def test_a_phone_shows_a_short_list_of_members_whole(new_page: NewPage, small_server: FocServer, small: Graph) -> None:
    page = new_page(base_url=f"{small_server.url}/", viewport={"width": 390, "height": 844})
    page.goto("doc/first")
    wanted = known_members(small, "first", DAY)
    assert 6 < len(wanted) <= 12
    assert page.locator("table[data-members] tbody tr").filter(visible=True).count() == len(wanted)
    page.goto("doc/first?as_of=2015-05")
    assert page.locator("table[data-members] tbody tr").filter(visible=True).count() == len(members(page))


def test_the_mandate_of_a_working_group_is_read_from_its_coalition_on(tab: Page, small: Graph) -> None:
    held = [row for row in small.rows("mandates", coalition="first") if row["body"].endswith(f"/{GROUP}")]
    (mandate,) = {row["mandate"]: row for row in held}.values()
    tab.goto("doc/first")
    tab.locator(".links").get_by_role("link", name=mandate["name"]).first.click()
    expect(heading(tab)).to_have_text(mandate["name"])
    tasks = tab.locator(".facts a").all_inner_texts()
    assert set(texts(small.rows("functions", body=GROUP), "text")) <= set(tasks)
    (row,) = rows(tab.locator("#coal-empowers table"))
    assert row[2:] == [in_words(mandate["begin"]), in_words(mandate["end"])]
    cells = tab.locator("#coal-empowers td:nth-child(2) a")
    assert {f"{small.base}id/{one}" for one in things(cells)} == {row["granted_by"] for row in held}


def test_a_stored_query_is_asked_taken_along_and_changed(tab: Page, small: Graph, is_lively: bool) -> None:
    tab.goto("query/")
    tab.get_by_role("link", name="members", exact=True).click()
    tab.get_by_label("coalition", exact=True).select_option("Third Coalition")
    tab.get_by_label("as of").fill("2015")
    tab.get_by_role("button", name="Ask").click()
    answer = small.rows("members", coalition="third", as_of="2015")
    assert len(answer) > 1
    table = tab.get_by_role("region", name="Answer").locator("table")
    headings = tab.get_by_role("region", name="Answer").get_by_role("columnheader").all_inner_texts()
    assert headings == [*small.queries["members"].headings.values(), "Details"]
    assert [row[headings.index("Member")] for row in rows(table)] == texts(answer, "name")
    with tab.expect_download() as download:
        tab.locator("#formats").get_by_role("link", name="CSV", exact=True).click()
    taken = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert taken == [[*answer.columns], *(["" if one is None else str(one) for one in row.values()] for row in answer)]
    tab.get_by_role("heading", name="SPARQL").click()
    tab.get_by_role("link", name="Edit and run it").click()
    expect(heading(tab)).to_have_text("Write SPARQL")
    if is_lively:
        tab.locator(".yasqe .CodeMirror").wait_for()
    tab.get_by_role("button", name="Ask").click()
    table = tab.locator(".yasr table" if is_lively else "#answer table")
    table.wait_for()
    assert [row[answer.columns.index("name")] for row in rows(table)] == texts(answer, "name")[:100]


# On a phone: a question, and at most one search and three taps


@pytest.fixture
def phone(new_page: NewPage, foc_server: FocServer) -> Page:
    """The front page of a server of the packaged workspace, on a phone."""
    page = new_page(base_url=f"{foc_server.url}/", viewport={"width": 390, "height": 844})
    page.goto("")
    return page


def search(page: Page, text: str) -> Locator:
    """Search for a text; the links that were found."""
    page.get_by_label("Search for a name, or ask a question").fill(text)
    page.get_by_role("button", name="Search").click()
    return page.locator(".hits").get_by_role("link")


def test_who_were_members_when_the_tunis_conference_took_place(phone: Page, graph: Graph) -> None:
    search(phone, "tunis conference").first.click()
    expect(heading(phone)).to_have_text("Freedom Online Conference 2013")
    phone.locator("dt:has-text('members then') + dd a").click()
    (event,) = (row for row in graph.rows("events", coalition="foc") if row["event"].endswith("/conference-2013"))
    expect(phone.locator(".chosen-date")).to_contain_text(f"As of {in_words(event['begin'])}")
    assert members(phone) == known_members(graph, "foc", event["begin"])


def test_what_working_group_1_was_to_do_and_who_says_so(phone: Page, graph: Graph) -> None:
    search(phone, "working group 1").first.click()
    told = phone.locator("dl.facts").first.inner_text()
    functions = [row["text"] for row in graph.rows("functions", body="foc/wg1")]
    assert functions and all(text in told for text in functions)
    phone.locator("#coal-empowers table a").first.click()
    tasks = phone.locator("dt:has-text('tasks') ~ dd:has(sup.numbers)")
    tasks.first.locator("sup.numbers a").first.click()
    expect(phone.locator("#sources tr:target")).to_be_in_viewport()


def test_which_statements_were_made_on_shutdowns(phone: Page, graph: Graph) -> None:
    asked = graph.rows("documents", coalition="foc", topic="internet-shutdowns", type="joint-statement")
    found = search(phone, "statements on shutdowns").all_inner_texts()
    assert len(asked) > 3 and {row["title"] for row in asked} <= {*found}


# In the files of a release


def test_in_files_a_coalition_is_found_by_its_name(
    new_page: NewPage, host: str, small_release: Path, small: Graph, is_lively: bool
) -> None:
    """From a file server, and without JavaScript from a disk."""
    site = host if is_lively else f"{(small_release / 'current').resolve().as_uri()}/"
    page = new_page(java_script_enabled=is_lively)
    page.goto(f"{site}index.html")
    if is_lively:
        page.get_by_label("Search for a name, or ask a question").press_sequentially("second coal")
        page.get_by_role("option", name="Second Coalition").click()
    else:
        page.get_by_role("link", name="All names, A to Z").click()
        page.get_by_role("link", name="Second Coalition").click()
    expect(heading(page)).to_have_text("Second Coalition")
    assert members(page) == known_members(small, "second", DAY)
    page.goto(f"{site}search.html?q=conferences+2013")
    if is_lively:
        expect(page.get_by_role("status").filter(has_text="for conferences 2013")).to_have_count(1)
        page.locator(".hits").get_by_role("link", name="Reading Conference 2013").click()
        expect(heading(page)).to_have_text("Reading Conference 2013")
    else:
        expect(page.locator(".search-lead")).to_contain_text("Results need JavaScript")
