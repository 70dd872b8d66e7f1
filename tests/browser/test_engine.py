"""Queries that a release answers in the reader's browser, from a host that only sends files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

import foc_graph
from foc_graph.errors import ParseError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.release.build import publish
from foc_graph.site.addresses import Addresses
from foc_graph.site.answers import tabulate
from foc_graph.site.queries import example
from foc_graph.store.results import as_rows
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.browser import NewPage, accessibility, answered, rows_of, told
from tests.support.file_host import sending
from tests.support.foc_server import FocServer
from tests.support.stored_calls import CALLS, QUERIES

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
MEMBERS = "query/members.html?coalition=first"
THREE = ("coalitions-", "members-as_of", "overlap-")
"""Calls that are asked in a browser wherever the tests run; `sweep` asks the others."""


def ask_for(page: Page, host: str, name: str, values: Mapping[str, object]) -> None:
    """Ask a stored query by its address, or by the empty form of its page."""
    given = [(key, one) for key, value in values.items() for one in (value if isinstance(value, list) else [value])]
    page.goto(f"{host}query/{name}.html?{urlencode(given)}")
    if not given:
        page.locator("form.question [name]").evaluate_all("all => { for (const one of all) one.value = '' }")
        page.get_by_role("button", name="Ask").click()


@pytest.mark.parametrize(
    "call", [*THREE, *(pytest.param(one, marks=pytest.mark.sweep) for one in CALLS if one not in THREE)]
)
def test_rows_are_those_of_the_library(page: Page, host: str, small: Graph, call: str) -> None:
    name, values = CALLS[call]
    rows = rows_of(small, name, **values)
    ask_for(page, host, name, values)
    assert answered(page) == rows
    expect(page.locator("#answer .count").first).to_have_text(str(len(rows)))


@pytest.mark.parametrize("call", ["members-as_of", "why-", "documents-"])
def test_the_table_is_the_one_that_pages_have(page: Page, host: str, small: Graph, call: str) -> None:
    name, values = CALLS[call]
    made = tabulate(small.rows(name, **values), Addresses(small.base), "../", small.queries[name])
    ask_for(page, host, name, values)
    page.locator("#formats button").first.wait_for()
    assert page.locator("#answer th").all_inner_texts() == list(made.columns)
    cells = page.locator("#answer tbody tr").evaluate_all(
        """rows => rows.map(row => [...row.cells].map(cell => {
            const link = cell.querySelector("a");
            return [cell.textContent, link ? link.getAttribute("href") : ""];
        }))"""
    )
    assert cells == [[[link.text, link.href] for link in row] for row in made.rows]


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ({"coalition": "First Coalition"}, {"coalition": "first"}),
        ({"coalition": "first", "as_of": "May 2013"}, {"coalition": "first", "as_of": "2013-05"}),
        ({"coalition": "first", "as_of": "2013 to 2014"}, {"coalition": "first", "as_of": "2013/2014"}),
    ],
)
def test_what_is_typed_is_read_as_by_the_command_line(
    page: Page, host: str, small: Graph, typed: dict[str, str], exact: dict[str, str]
) -> None:
    assert {name: found[0].exact for name, found in small.bind("members", **typed).readings.items()} == exact
    page.goto(f"{host}query/members.html?{urlencode(typed)}")
    assert answered(page) == rows_of(small, "members", **typed)
    assert page.locator("#as_of").input_value() == exact.get("as_of", "")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url(re.compile("coalition=first"))
    assert dict(parse_qsl(urlsplit(page.url).query)) == exact


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("query/members.html?as_of=2013", "Fill in coalition"),
        ("query/members.html?coalition=first&as_of=2014/2013", "“2014/2013” is not a date"),
        ("query/members.html?coalition=first&coalition=second", "coalition takes one value, not 2"),
        ("query/why.html?thing=first&property=__proto__", "there is no property “__proto__”"),
        ("query/members.html?coalition=%22%3E%7D%20DROP%20ALL", 'there is no coalition “">} DROP ALL”'),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(page: Page, host: str, asked: str, said: str) -> None:
    page.goto(f"{host}{asked}")
    assert said in told(page)


@pytest.mark.parametrize(
    ("name", "parameter", "kind", "texts"),
    [
        ("memberships_of", "agent", "agent", ["Estonia", "ee", "the Government of Estonia"]),
        ("why", "thing", "thing", ["country/ee", "First Coalition", "coal:Coalition"]),
        ("bodies", "coalition", "coalition", ["second", "Second Coalition"]),
    ],
)
def test_names_mean_what_they_mean_to_the_library(
    page: Page, host: str, small: Graph, name: str, parameter: str, kind: str, texts: list[str]
) -> None:
    for text in texts:
        try:
            exact = small.bind(name, **{parameter: text}).readings[parameter][0].exact
        except UnknownNameError:
            exact = ""
        page.goto(f"{host}query/{name}.html?{urlencode({parameter: text})}")
        if exact:
            page.locator("#formats button").first.wait_for()
            assert dict(parse_qsl(urlsplit(page.url).query)) == {parameter: exact}
        else:
            assert f"there is no {kind} “{text}”" in told(page)


def test_lists_old_names_and_what_is_unknown_are_taken(page: Page, host: str, small: Graph) -> None:
    page.goto(f"{host}query/overlap.html?coalitions=first,second&fbclid=1")
    assert answered(page) == rows_of(small, "overlap", coalition=["first", "second"])
    assert parse_qsl(urlsplit(page.url).query) == [("coalition", "first"), ("coalition", "second")]


def test_the_last_question_is_answered(page: Page, host: str) -> None:
    page.goto(f"{host}query/members.html")
    page.evaluate(
        """() => {
            const form = document.querySelector("form.question");
            for (const [coalition, asOf] of [["first", ""], ["second", ""], ["first", "2013"]]) {
                form.elements.coalition.value = coalition;
                form.elements.as_of.value = asOf;
                form.requestSubmit();
            }
        }"""
    )
    answered(page)
    assert dict(parse_qsl(urlsplit(page.url).query)) == {"coalition": "first", "as_of": "2013"}
    assert page.locator("#as_of").input_value() == "2013"


def test_links_within_the_page_change_no_answer(page: Page, host: str) -> None:
    page.goto(f"{host}{MEMBERS}")
    answered(page)
    page.locator("#as_of").fill("2013")
    page.evaluate("location.hash = 'main'")
    page.go_back()
    assert page.locator("#as_of").input_value() == "2013"
    page.go_forward()
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url(re.compile("as_of=2013"))
    page.go_back()
    expect(page.locator("#as_of")).to_have_value("")


def test_without_javascript_the_example_is_shown(new_page: NewPage, host: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{host}query/coalitions.html")
    assert not page.get_by_role("button", name="Ask").is_visible()
    assert "With JavaScript" in page.locator("main").inner_text()
    assert page.locator("#answer tbody tr").count() > 0


@pytest.mark.parametrize(
    ("path", "scheme", "width"), [("sparql.html", "light", 320), ("learn.html", "dark", 320), (MEMBERS, "dark", 1280)]
)
def test_anyone_can_use_it(new_page: NewPage, host: str, path: str, scheme: str, width: int) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(f"{host}{path}")
    if path == MEMBERS:
        answered(page)
    assert accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


class Editor:
    """The page on which SPARQL is written."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        page.locator(".yasqe .CodeMirror").wait_for()

    def ask(self, query: str) -> None:
        self.page.locator(".yasqe .CodeMirror-lines").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(query)
        self.page.get_by_role("button", name="Ask").click()

    def rows(self) -> list[list[str]]:
        self.page.locator(".yasr tbody tr").first.wait_for()
        return [row.locator("td").all_inner_texts() for row in self.page.locator(".yasr tbody tr").all()]


def test_links_of_answers_lead_to_pages(page: Page, host: str) -> None:
    editor = Editor(page, f"{host}sparql.html")
    editor.ask("SELECT ?c ?t { ?c a coal:Coalition, ?t } ORDER BY ?c LIMIT 1")
    editor.rows()
    links = page.locator(".yasr tbody a").evaluate_all("all => all.map(one => one.href)")
    assert links
    for link in links:
        assert not link.startswith(host) or page.request.get(link).ok, link


def test_any_query_is_answered(page: Page, host: str, small: Graph) -> None:
    query = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?n) ?class LIMIT 5"
    editor = Editor(page, f"{host}sparql.html")
    editor.ask(query)
    assert [count for _, count in editor.rows()] == [str(row["n"]) for row in as_rows(small.sparql(query))]
    assert dict(parse_qsl(urlsplit(page.url).query)) == {"query": query}
    page.reload()
    assert len(editor.rows()) == 5


@pytest.mark.parametrize(
    "query", ["SELECT * WHERE { ?s ?p }", "SELECT *\nWHERE {\n  ?s other:p ?o\n}", "SELECT ?s { ?s 'é"]
)
def test_wrong_sparql_gets_the_words_of_the_command_line(page: Page, host: str, small: Graph, query: str) -> None:
    with pytest.raises(ParseError) as error:
        small.sparql(query)
    page.goto(f"{host}sparql.html?{urlencode({'query': query})}")
    expect(page.locator("#answer [role=alert]")).to_have_text(str(error.value))


def test_a_long_query_can_be_stopped(page: Page, host: str) -> None:
    editor = Editor(page, f"{host}sparql.html")
    editor.ask(ENDLESS)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#answer [role=alert]")).to_have_text("The query was stopped.")
    editor.ask("SELECT (1 AS ?n) {}")
    assert editor.rows() == [["1"]]


def test_loading_can_be_stopped(page: Page, host: str, small: Graph) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/all.trig.gz*", hold)
    with page.expect_request("**/all.trig.gz*"):
        page.goto(f"{host}{MEMBERS}")
    page.get_by_role("button", name="Stop").click()
    assert told(page) == "The query was stopped."
    held.pop().continue_()
    page.get_by_role("button", name="Ask").click()
    assert answered(page) == rows_of(small, "members", coalition="first")


@pytest.mark.extended
def test_a_query_that_takes_too_much_memory_is_stopped(page: Page, host: str) -> None:
    editor = Editor(page, f"{host}sparql.html")
    editor.ask("SELECT (GROUP_CONCAT(?l) AS ?all) WHERE { ?a rdfs:label ?l . ?b ?c ?d . ?e a ?f . ?h a ?g }")
    expect(page.locator("#answer [role=alert]")).to_contain_text("more memory", timeout=120_000)
    editor.ask("SELECT (1 AS ?n) {}")
    assert editor.rows() == [["1"]]


def test_exercises_are_checked_in_place(page: Page, host: str) -> None:
    page.goto(f"{host}learn.html")
    exercises = page.locator(".exercise").all()
    assert len(exercises) == 10
    for exercise in exercises:
        line = exercise.locator("form [role=status]")
        exercise.get_by_role("button", name="Run and check").click()
        expect(line).to_contain_text("Not yet")
        exercise.get_by_label("Query").fill(exercise.locator("details code").text_content() or "")
        exercise.get_by_role("button", name="Run and check").click()
        expect(line).to_contain_text("Right")


def test_exercises_are_checked_by_a_server_too(page: Page, small_server: FocServer) -> None:
    page.goto(f"{small_server.url}/learn.html")
    exercise = page.locator(".exercise").first
    exercise.get_by_label("Query").fill("SELECT ?c { ?c a coal:Coalition }")
    exercise.get_by_role("button", name="Run and check").click()
    expect(exercise.locator("form [role=status]")).to_contain_text("Right")


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a release of the repository's own workspace, without the pages and pictures of things."""
    root = tmp_path_factory.mktemp("packaged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("foc_graph.release.incremental.tasks", lambda *_: iter(()))
        patch.setattr("foc_graph.site.pages.list_pictures", lambda *_: iter(()))
        publish(root / "out", Workspace(ROOT))
    with sending(root, "out/current") as address:
        yield address


@pytest.mark.sweep
@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if not query.federated])
def test_examples_of_the_packaged_graph_give_the_rows_of_the_library(page: Page, packaged: str, name: str) -> None:
    graph = foc_graph.open(ROOT)
    values = example(graph.queries[name])
    ask_for(page, packaged, name, values)
    assert answered(page) == json.loads(graph.rows(name, **values).serialise("json"))["results"]["bindings"]


@pytest.mark.sweep
def test_what_the_packaged_graph_needs_is_small(page: Page, packaged: str) -> None:
    bodies: list[int] = []
    page.on("response", lambda response: bodies.append(len(response.body())))
    page.goto(f"{packaged}query/members.html?coalition=foc&as_of=2015-05")
    answered(page)
    assert sum(bodies) <= 3_000_000
