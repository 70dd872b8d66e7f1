"""Questions in words over HTTP: the page, the JSON of `foc ask`, what is declined, and what is refused."""

import json
import re
import shutil
import threading
from pathlib import Path

import httpx2
import jsonschema
import pytest
from starlette.testclient import TestClient

from foc_graph.graph import Graph
from foc_graph.questions.reading import LONGEST, Reader
from foc_graph.server import state
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.server.state import State
from tests.support.html import Reader as Page
from tests.support.html import links
from tests.support.http import SECONDS
from tests.support.workspaces import PREFIXES

OWN = re.compile(r"/(query|ask|search)\b")
HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}
MEMBERS = "who were members of the First Coalition in May 2015?"
QUESTIONS = (
    MEMBERS,
    "wer hatte 2014 den Vorsitz der First Coalition",
    "quels États sont membres de la Second Coalition ?",
    "¿Cuándo se reunió la First Coalition?",
    "is Estonia a member of the Third Coalition?",
    "graph of the Second Coalition",
    "how many tanks has Estonia?",
    "Members in 4/5/2015 of First Coalition",
    "FC",
)


def asked(client: httpx2.Client, question: str) -> Page:
    """The page of a question."""
    answer = client.get("/ask", params={"q": question}, headers=HTML)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert len(answer.content) < 100_000
    return Page(answer.text)


def test_a_page_has_what_was_understood_the_call_and_the_rows(client: httpx2.Client, small: Graph) -> None:
    answer, page = small.ask(MEMBERS), asked(client, MEMBERS)
    assert "Members of the First Coalition as of May 2015 foc query members first --as-of 2015-05" in page.text
    assert answer.sentence in page.text
    (address,) = [link for link in page.links if link.startswith("query/members?")]
    assert httpx2.URL(address).params == httpx2.QueryParams({"coalition": "first", "as_of": "2015-05"})
    assert all(str(row["name"]) in page.text for row in answer.picked)
    assert f"Answer {len(answer.picked)} " in page.text
    assert "query/why?thing=first" in page.links, "who says so"
    assert page.is_hidden


def test_every_link_of_an_answer_leads_somewhere(client: httpx2.Client) -> None:
    found: set[str] = set()
    for question in QUESTIONS:
        own = [link for link in links(client.get("/ask", params={"q": question}, headers=HTML)) if OWN.search(link)]
        assert own, question
        found.update(own)
    for link in {httpx2.URL(link).path: link for link in sorted(found)}.values():
        assert client.get(link, headers=HTML, follow_redirects=True).status_code == 200, link


@pytest.mark.parametrize("question", QUESTIONS)
def test_json_is_that_of_the_library(client: httpx2.Client, small: Graph, question: str) -> None:
    answer = small.ask(question)
    told = client.get("/ask", params={"q": question}, headers=JSON)
    assert told.json() == json.loads(json.dumps(answer.to_json()))
    assert client.get("/ask.json", params={"q": question}).content == told.content
    brief = client.get("/ask.json", params={"q": question, "run": "false"})
    assert brief.json() == json.loads(json.dumps(answer.to_json(run=False)))


def test_the_description_holds_for_every_question(client: httpx2.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/ask", "/ask.html", "/ask.json"} <= paths.keys()
    content = paths["/ask.json"]["get"]["responses"]["200"]["content"]
    assert content.keys() == {"application/json"}
    assert {one["name"] for one in paths["/ask"]["get"]["parameters"]} == {"q", "run"}
    for question in QUESTIONS:
        found = client.get("/ask.json", params={"q": question}).json()
        jsonschema.validate(found, content["application/json"]["schema"])


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
    ],
)
def test_the_header_decides_between_page_and_json(client: httpx2.Client, accept: str, kind: str) -> None:
    answer = client.get("/ask?q=FC", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert "Accept" in answer.headers["Vary"].split(", ")
    again = client.get("/ask?q=FC", headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/ask.html?q=FC", headers=JSON).headers["Content-Type"].startswith("text/html")


def test_what_is_neither_is_not_acceptable(client: httpx2.Client) -> None:
    answer = client.get("/ask?q=FC", headers={"Accept": "text/turtle"})
    assert answer.status_code == 406 and "text/html, application/json" in answer.json()["detail"]


def test_a_page_says_why_a_question_is_declined_and_where_to_look(client: httpx2.Client, small: Graph) -> None:
    page = asked(client, "how many tanks has Estonia?")
    assert f"Not answered: {small.ask('how many tanks has Estonia?').reason}." in page.text
    assert {"query/", "search?q=how+many+tanks+has+Estonia%3F"} <= {*page.links}


def test_two_readings_are_both_offered(small_root: Path, tmp_path: Path) -> None:
    root = shutil.copytree(small_root, tmp_path / "workspace")
    again = """<id/second/group>
    a coal:Body , coal:WorkingGroup ; dcterms:isReferencedBy <id/source/charter> ;
    org:subOrganizationOf <id/second> ; skos:prefLabel "Reading Group"@en ."""
    (root / "data" / "coalitions" / "second" / "group.ttl").write_text(PREFIXES + again, "utf-8")
    question = "What did the Reading Group do?"
    with TestClient(application(Settings(str(root), processes=1))) as client:
        found = client.get("/ask", params={"q": question}, headers=JSON).json()
        page = Page(client.get("/ask", params={"q": question}, headers=HTML).text)
    assert found["query"] is None and len(found["alternatives"]) == 2
    offered = {link for link in page.links if link.startswith("query/functions?body=")}
    assert offered == {"query/functions?body=first%2Fgroup", "query/functions?body=second%2Fgroup"}


def test_an_empty_answer_says_why(client: httpx2.Client) -> None:
    page = asked(client, "who were members of the First Coalition in 2005?")
    assert "Nothing on record." in page.text and "2011" in page.text


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (f"q={'x' * (LONGEST + 1)}", f"the question is longer than {LONGEST} characters: shorten it"),
        ("q=FC&q=OGP", "`q` is given more than once: ask one question at a time"),
        ("q=FC&run=maybe", "`run` is true or false: leave it out for the rows of the answer"),
        ("q=%FF", "the request is not UTF-8: send it in that encoding"),
    ],
    ids=["501 characters", "two questions", "another word than true", "not UTF-8"],
)
def test_a_question_that_cannot_be_read_is_refused_in_a_line(client: httpx2.Client, query: str, problem: str) -> None:
    page, data = (client.get(f"/ask?{query}", headers=headers) for headers in (HTML, JSON))
    assert [(one.status_code, one.headers["Cache-Control"]) for one in (page, data)] == [(400, "no-store")] * 2
    assert data.json()["detail"] == problem and problem[1:] in Page(page.text).text


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%0A"])
def test_json_needs_a_question(client: httpx2.Client, query: str) -> None:
    answer = client.get(f"/ask.json{query}")
    assert (answer.status_code, answer.json()["detail"]) == (400, "nothing is asked: write a question in `q`")


@pytest.mark.parametrize(
    "question",
    [
        '"><img src=x onerror=alert(1)>',
        "who chaired <b>the FC</b> in 2018?",
        "{{7*7}}",
        "\0",
        "\u202e'?x",
        "?" * LONGEST,
    ],
)
def test_whatever_is_asked_the_page_stays_whole(client: httpx2.Client, question: str) -> None:
    page = asked(client, question)
    assert not page.scripts and {"b", "img"}.isdisjoint(page.tags) and "49" not in page.text
    assert client.get("/ask", params={"q": question}, headers=JSON).status_code == 200


def test_the_rules_are_made_once_and_a_search_of_a_large_graph_does_not_wait_for_them(
    monkeypatch: pytest.MonkeyPatch, small_root: Path
) -> None:
    make, calls, go_on = State._make_question_reader, [], threading.Event()

    def slow(served: State) -> Reader:
        calls.append("")
        assert go_on.wait(SECONDS)
        return make(served)

    monkeypatch.setattr(State, "_make_question_reader", slow)
    monkeypatch.setattr(state, "_PATIENCE", 0.05)
    monkeypatch.setattr(State, "is_small", False)
    with TestClient(application(Settings(str(small_root), processes=1))) as client:
        for _ in range(3):
            answer = client.get("/ask?q=members+of+First+Coalition", headers=HTML)
            assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
            assert "The names in the graph are still being read: ask again in a minute." in Page(answer.text).text
        monkeypatch.setattr(state, "_PATIENCE", 60)
        search = client.get("/search?q=members+of+First+Coalition", headers=HTML)
        assert search.status_code == 200 and "Full answer" not in search.text
        go_on.set()
        assert client.get("/ask?q=members+of+First+Coalition", headers=JSON).json()["query"] == "members"
        assert calls == [""]
        assert "Full answer" in client.get("/search?q=members+of+First+Coalition", headers=HTML).text


def test_the_first_search_of_a_small_graph_shows_an_answer(small_root: Path) -> None:
    with TestClient(application(Settings(str(small_root), processes=1))) as client:
        assert "Full answer" in client.get("/search?q=members+of+First+Coalition", headers=HTML).text


@pytest.mark.parametrize("question", ["members of the First Coalition", "first coalition members", "who is in FC?"])
def test_a_search_for_a_question_shows_its_answer_above_the_names(
    client: httpx2.Client, small: Graph, question: str
) -> None:
    answer = small.ask(question)
    page = Page(client.get("/search", params={"q": question}, headers=HTML).text)
    assert f"{answer.understood} {answer.sentence} Full answer" in page.text
    (link,) = [link for link in page.links if link.startswith("ask?")]
    assert client.get(f"/{link}", headers=JSON).json() == json.loads(json.dumps(answer.to_json()))


@pytest.mark.parametrize("name", ["first", "Estland", "coalition watch", "%", "\0"])
def test_a_search_for_a_name_shows_no_answer(client: httpx2.Client, name: str) -> None:
    text = client.get("/search", params={"q": name}, headers=HTML).text
    assert "Full answer" not in text and 'id="answer"' not in text
