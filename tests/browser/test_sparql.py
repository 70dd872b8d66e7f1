"""The page of the endpoint in a browser: YASGUI in place of the form, which answers without JavaScript too.

No page here may report an error or ask another host: the fixture `page` sees to that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from foc_graph.graph import Graph
from tests.support.browser import NewPage, accessibility
from tests.support.foc_server import FocServer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BY_SIZE = "SELECT ?class (COUNT(*) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things)"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
REFUSED = "Failed to load resource: the server responded with a status of 400"

Open = Callable[[str], "Page"]


@pytest.fixture
def opened(small_server: FocServer, page: Page) -> Page:
    """The page before anything is asked, with its editor."""
    return open_page(page, f"{small_server.url}/sparql")


def open_page(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator(".yasqe .CodeMirror").wait_for()
    return page


def write(page: Page, query: str) -> None:
    """Type a query in place of what is there."""
    page.locator(".yasqe .CodeMirror-lines").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def ask(page: Page, query: str) -> Locator:
    """Ask it, and wait for the answer."""
    write(page, query)
    page.get_by_role("button", name="Ask").click()
    return answer(page)


def answer(page: Page) -> Locator:
    page.locator("form.sparql[aria-busy=false]").wait_for()
    found = page.locator(".yasr_results > *").first
    found.wait_for()
    return page.locator("#answer")


def cells(page: Page) -> list[list[str]]:
    rows = page.locator(".yasr tbody tr")
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def without(troubles: list[str], expected: str) -> None:
    """Take what was expected to go wrong out of what went wrong, once."""
    (one,) = (trouble for trouble in troubles if expected in trouble)
    troubles.remove(one)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_anyone_can_use_it(small_server: FocServer, new_page: NewPage, scheme: str, width: int) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    open_page(page, f"{small_server.url}/sparql")
    assert not page.get_by_label("Query", exact=True).is_visible()
    assert accessibility(page) == []
    ask(page, BY_SIZE)
    assert accessibility(page) == []
    page.get_by_role("button", name="Shows Response view").click()
    page.locator(".yasr .CodeMirror").wait_for()
    assert accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_address_leads_to_the_query_and_its_answer(
    small_server: FocServer, opened: Page, new_page: NewPage
) -> None:
    write(opened, BY_SIZE)
    opened.keyboard.press("Control+Enter")
    assert answer(opened).get_by_role("columnheader").all_inner_texts() == ["class", "things"]
    assert parse_qs(urlsplit(opened.url).query) == {"query": [BY_SIZE]}
    colleague = open_page(new_page(), opened.url)
    assert colleague.get_by_role("columnheader").all_inner_texts() == ["class", "things"]
    colleague.get_by_role("button", name="Ask").click()
    assert cells_of(answer(colleague)) == cells(opened)
    assert parse_qs(urlsplit(colleague.url).query) == {"query": [BY_SIZE]}


def cells_of(section: Locator) -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in section.locator("tbody tr").all()]


def test_graphs_that_were_chosen_stay_chosen(small_server: FocServer, page: Page) -> None:
    graph = "https://example.org/coalition/graph/derived"
    open_page(page, f"{small_server.url}/sparql?default-graph-uri={graph}&query=ASK%7B%7D")
    ask(page, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    ((count,),) = cells(page)
    given = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "default-graph-uri": graph}
    wanted = small_server.client.get("/sparql", params=given, headers={"Accept": "text/csv"}).text.split()
    assert wanted == ["n", count]
    assert parse_qs(urlsplit(page.url).query)["default-graph-uri"] == [graph]


def test_each_stored_query_is_an_example_that_the_editor_understands(
    small_server: FocServer, opened: Page, small: Graph
) -> None:
    listed = small_server.client.get("/sparql/examples.json").json()
    select = opened.get_by_label("Example")
    select.locator("option").nth(len(listed)).wait_for(state="attached")
    assert select.locator("option").count() == len(listed) + 1
    for one in listed:
        select.select_option(one["name"])
        opened.locator(".parseErrorIcon").first.wait_for(state="detached")
    select.select_option("coalitions")
    opened.get_by_role("button", name="Ask").click()
    names = [row[1] for row in cells_of(answer(opened))]
    assert names and names == [row["name"] for row in small.rows("coalitions")][: len(names)]


@pytest.mark.parametrize(
    ("before", "after", "shown", "completed"),
    [
        ("SELECT * { ?x a coal:Coal", " }", "coal:Coalition   coalition", "?x a coal:Coalition }"),
        ("SELECT * { ?x a <https://w3id.org/coalition/ns#Mand", "> }", "coal:Mandate   mandate", "?x a coal:Mandate }"),
        ("SELECT * { ?x a working", " }", "coal:WorkingGroup   working group", "?x a coal:WorkingGroup }"),
        ("SELECT * { ?x skos:prefL", " ?y }", "skos:prefLabel", "?x skos:prefLabel ?y }"),
    ],
)
def test_names_are_completed_from_the_graph(opened: Page, before: str, after: str, shown: str, completed: str) -> None:
    write(opened, before + after)
    for _ in after:
        opened.keyboard.press("ArrowLeft")
    opened.keyboard.press("Control+Space")
    opened.locator(".CodeMirror-hint").first.wait_for()
    assert shown in opened.locator(".CodeMirror-hint").all_inner_texts()
    opened.keyboard.press("Enter")
    opened.locator(".CodeMirror-hint").first.wait_for(state="detached")
    assert completed in " ".join(opened.locator(".yasqe .CodeMirror-line").all_inner_texts())


def test_a_prefix_that_is_known_is_declared(opened: Page) -> None:
    write(opened, "SELECT * WHERE { ?x a coal:Coalition ; rdfs:label ?name }")
    opened.get_by_text("PREFIX coal:").wait_for()
    opened.get_by_text("PREFIX rdfs:").wait_for()
    assert opened.locator(".parseErrorIcon").count() == 0


def test_what_is_wrong_is_told_in_words(opened: Page, troubles: list[str]) -> None:
    write(opened, "SELECT *\nWHERE { ?a ?b }")
    opened.get_by_text("Line 2: this is not SPARQL 1.1").wait_for()
    opened.locator(".parseErrorIcon").hover()
    opened.get_by_role("heading", name="Write SPARQL").hover()
    opened.get_by_role("button", name="Ask").click()
    assert answer(opened).get_by_role("alert").inner_text().startswith("query:2:")
    assert accessibility(opened) == []
    without(troubles, REFUSED)
    assert ask(opened, "ASK { }").get_by_text("True").is_visible()


def test_a_query_can_be_stopped(opened: Page) -> None:
    write(opened, ENDLESS)
    opened.get_by_role("button", name="Ask").click()
    opened.get_by_role("button", name="Stop").click()
    assert answer(opened).get_by_role("alert").inner_text() == "The query was stopped."
    assert not opened.get_by_role("button", name="Stop").is_visible()


def test_a_long_answer_is_sorted_filtered_and_turned_over(opened: Page) -> None:
    numbers = " ".join(f"({number} 'n{number}')" for number in range(250))
    ask(opened, f"SELECT ?number ?name WHERE {{ VALUES (?number ?name) {{ {numbers} }} }}")
    shown = cells(opened)
    assert len(shown) == 100
    assert opened.get_by_text("1 to 100 of 250").is_visible()
    opened.get_by_role("button", name="Next").click()
    opened.get_by_role("button", name="Next").click()
    assert len(cells(opened)) == 50
    opened.get_by_role("button", name="number").click()
    opened.get_by_role("button", name="number").click()
    assert [row[0] for row in cells(opened)[:3]] == ["249", "248", "247"]
    assert opened.get_by_role("columnheader", name="number").get_attribute("aria-sort") == "descending"
    opened.get_by_label("Filter").fill("N24")
    assert [row[1] for row in cells(opened)] == [*(f"n{number}" for number in range(249, 239, -1)), "n24"]


def test_a_table_can_be_taken_along(small_server: FocServer, opened: Page) -> None:
    query = (
        "SELECT ?text ?iri WHERE { VALUES (?text ?iri) { ('a, \"b\"\\nc' <http://x.example/a>) ('{{iri}}' UNDEF) } }"
    )
    ask(opened, query)
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Download").click()
    taken = download.value.path().read_bytes()
    plain = small_server.client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).content
    assert list(csv.reader(io.StringIO(taken.decode()))) == list(csv.reader(io.StringIO(plain.decode())))
    assert cells(opened)[1] == ["{{iri}}", ""]


def test_other_formats_come_from_the_endpoint(small_server: FocServer, opened: Page) -> None:
    write(opened, "SELECT ?x WHERE { VALUES ?x { 1 2 } }")
    opened.get_by_label("Answer as").select_option("text/csv")
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Ask").click()
    assert download.value.path().read_text().split() == ["x", "1", "2"]


def test_a_graph_is_a_table_of_its_triples_and_turtle(opened: Page) -> None:
    ask(opened, "CONSTRUCT { <id/first> rdfs:label 'FC'@en } WHERE { }")
    assert opened.get_by_role("columnheader").all_inner_texts() == ["subject", "predicate", "object"]
    assert cells(opened) == [["first", "rdfs:label", "FC"]]
    link = opened.get_by_role("link", name="first")
    opened.get_by_role("button", name="Shows Response view").click()
    assert "FC" in opened.locator(".yasr .CodeMirror").inner_text()
    opened.get_by_role("button", name="Shows Table view").click()
    link.click()
    assert urlsplit(opened.url).path == "/doc/first"


@pytest.mark.parametrize("type", ["SELECT", "CONSTRUCT"])
def test_what_data_hold_is_shown_as_text(opened: Page, type: str) -> None:
    texts = [
        "<img src=x onerror=alert(1)>",
        "<p style='color:red' onclick='alert(1)'>x</p><style>*{display:none}</style>",
        "</script><script>alert(1)</script>",
        "{{iri}} &amp; \u202eabc",
        "x" * 500,
        "ائتلاف الحرية",
    ]
    iris = ["javascript:alert(1)", "http://x.example/'onclick='alert(1)", "data:text/html,x"]
    rows = " ".join(f'("{text}" <{iri}>)' for text, iri in zip(texts, iris * 2, strict=True))
    head = "SELECT ?text ?iri" if type == "SELECT" else "CONSTRUCT { ?iri rdfs:label ?text }"
    ask(opened, f"{head} WHERE {{ VALUES (?text ?iri) {{ {rows} }} }}")
    found = cells(opened)
    column = 0 if type == "SELECT" else 2
    assert sorted(row[column] for row in found) == sorted(texts)
    links = opened.locator(".yasr tbody a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert opened.locator(".yasr tbody").locator("img, script, style, [onclick], p").count() == 0
    opened.get_by_label("Filter").fill("abc")
    assert len(cells(opened)) == 1
    opened.get_by_role("button", name="Shows Response view").click()
    opened.locator(".yasr .CodeMirror").wait_for()


def test_an_empty_answer_says_so(opened: Page) -> None:
    assert "Nothing fits" in ask(opened, "SELECT ?x WHERE { ?x a <http://nothing.example/> }").inner_text()
