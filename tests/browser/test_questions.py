"""Questions in words on the page of results of a release, answered in the reader's browser."""

import json
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest

import foc_graph
from benchmarks.ask import read_questions
from foc_graph.graph import Graph
from foc_graph.questions.answer import Answer
from foc_graph.questions.export import export_rules, without_people
from foc_graph.questions.reading import Reader
from foc_graph.questions.rules import make_rules
from tests.support.browser import NewPage, accessibility
from tests.support.file_host import BELOW, sending
from tests.support.node import find_node, run_node
from tests.support.questions import ASKED, DECLINED, TODAY

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

STEP = 64
"""One of so many questions of the benchmark is read by both."""

HOSTILE = "members of <img src=x onerror=alert(1)> First Coalition"


CONSTRUCTOR = """#+ summary: Models of a coalition
#+ question: Which model has this coalition?
#+ asked:
#+   as: "Model of {constructor}[ by {valueof}]"
#+   en: "constructor|model of {constructor}; model of {constructor} by {valueof}"
#+ parameters:
#+   - {name: constructor, type: coalition, required: true, description: the coalition}
#+   - {name: valueof, type: agent, description: whose it is}
#+ columns: {model: its model}
#+ expect: [{with: {constructor: first}, rows: 0}]
SELECT ?model WHERE {
  ?constructor coal:motto ?model
  OPTIONAL { ?valueof coal:motto ?model }
}
ORDER BY ?model
"""
"""A query whose words and parameters are what JavaScript has for every object."""


def compare(graph: Graph, questions: list[str], tmp_path: Path) -> None:
    """Read questions in JavaScript and in Python, by the rules for a graph, and compare what is understood."""
    rules = without_people(make_rules(graph))
    reader = Reader(rules)
    expected = []
    for question in questions:
        understood = reader.read(question, TODAY)
        answer = Answer(graph, reader, question, understood)
        told = answer.to_json(run=False)
        expected.append(told | {"reason": understood.reason, "confidence": pytest.approx(understood.confidence)})
    (tmp_path / "rules.json").write_text(json.dumps(export_rules(rules)), encoding="utf-8")
    (tmp_path / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("rules.json", "questions.json")]
    found = json.loads(run_node("test/reading.mjs", *paths, TODAY.isoformat()))
    assert dict(zip(questions, found, strict=True)) == dict(zip(questions, expected, strict=True))


def test_the_browser_understands_questions_as_the_library_does(graph: Graph, tmp_path: Path) -> None:
    find_node()
    fitted = [one.question for one in read_questions() if one.part == "fit"]
    compare(graph, [*ASKED, *DECLINED, *fitted[::STEP]], tmp_path)


def test_names_that_objects_have_in_javascript_are_names_like_others(
    small_root: Path, cache: Path, tmp_path: Path
) -> None:
    find_node()
    root = shutil.copytree(small_root, tmp_path / "workspace")
    (root / "queries" / "own").mkdir(parents=True)
    (root / "queries" / "own" / "constructor.rq").write_text(CONSTRUCTOR, encoding="utf-8")
    own = foc_graph.open(root)
    questions = ["constructor", "the model of the First Coalition", "model of the First Coalition by Estonia"]
    assert own.ask(questions[1]).call == ("constructor", {"constructor": "first"})
    compare(own, questions, tmp_path)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_question_is_answered_above_the_names(new_page: NewPage, host: str, small: Graph, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(f"{host}index.html")
    page.get_by_role("combobox", name="Search").fill("who were members of the First Coalition in 2015?")
    page.get_by_role("combobox", name="Search").press("Enter")
    link = page.get_by_role("link", name="Members of the First Coalition as of 2015")
    expect(link).to_have_attribute("href", "query/members.html?coalition=first&as_of=2015")
    rows = small.rows("members", coalition="first", as_of="2015")
    expect(page.locator("#answer tbody tr")).to_have_count(len(rows))
    expect(page.locator("#answer").locator("xpath=preceding-sibling::p[1]")).to_contain_text(
        small.ask("who were members of the First Coalition in 2015?").sentence
    )
    expect(page.locator("ol.hits")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert accessibility(page) == []
    link.click()
    expect(page.locator("#answer tbody tr")).to_have_count(len(rows))


def test_rows_about_a_second_thing_are_picked(new_page: NewPage, host: str, small: Graph) -> None:
    page = new_page()
    asked = "when did Estonia join the First Coalition?"
    page.goto(f"{host}search.html?{urlencode({'q': asked})}")
    picked = small.ask(asked).picked
    assert len(picked) < len(small.rows("memberships_of", agent="ee"))
    expect(page.locator("#answer tbody tr")).to_have_count(len(picked))
    expect(page.locator("main")).to_contain_text("about the First Coalition.")


@pytest.mark.parametrize("text", ["First Coalition", HOSTILE, "x" * 600])
def test_what_is_no_question_finds_names_alone(new_page: NewPage, host: str, text: str) -> None:
    page = new_page()
    with page.expect_response(lambda response: "questions.json.gz" in response.url):
        page.goto(f"{host}search.html?{urlencode({'q': text})}")
    expect(page.locator(".search-lead")).to_contain_text("result")
    page.wait_for_load_state("networkidle")
    expect(page.locator("main img, #answer")).to_have_count(0)


def test_names_are_found_without_the_rules(
    new_page: NewPage, released: Path, tmp_path: Path, troubles: list[str]
) -> None:
    folder = tmp_path / "host"
    shutil.copytree(released, folder)
    (folder / BELOW / "questions.json.gz").unlink()
    with sending(folder, BELOW) as address:
        page = new_page()
        with page.expect_response(lambda response: "questions.json.gz" in response.url):
            page.goto(f"{address}search.html?q=members of the First Coalition")
        expect(page.locator(".search-lead")).to_contain_text("result")
        expect(page.locator("#answer")).to_have_count(0)
    assert ["questions.json.gz" in one for one in troubles] == [True]
    troubles.clear()
