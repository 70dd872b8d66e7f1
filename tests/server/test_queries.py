"""Stored queries over HTTP: their pages, their answers in every format, lasting addresses, and the description."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import httpx2
import jsonschema
import pytest
from openapi_spec_validator import validate
from starlette.requests import Request
from starlette.testclient import TestClient

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_queries
from foc_graph.release.build import publish
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.server import cache
from foc_graph.server.app import application
from foc_graph.server.cache import Answers
from foc_graph.server.negotiation import formats
from foc_graph.server.queries import MAX_VALUE, MAX_VALUES
from foc_graph.server.requests import ProblemError
from foc_graph.server.responses import respond
from foc_graph.server.snapshot import Settings
from foc_graph.site.answers import MOST
from foc_graph.site.queries import MOST_SHOWN
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.html import links
from tests.support.workspaces import edit, new_workspace, rename_foundation

QUERIES = read_queries(find_workspace(ROOT))
ROWS = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
}
GRAPHS = {"ttl": "text/turtle; charset=utf-8", "nt": "application/n-triples", "jsonld": "application/ld+json"}
HTML = {"Accept": "text/html"}
JOINED = "/query/joined_since"


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_gives_over_http_what_the_library_gives(name: str, client: httpx2.Client, graph: Graph) -> None:
    asked = QUERIES[name].expect[0].get("with", {})
    parameters = {key: value if isinstance(value, list) else str(value) for key, value in asked.items()}
    result = graph.query(name, **parameters)
    for ending, kind in (GRAPHS if name == "coalition_graph" else ROWS).items():
        answer = client.get(f"/query/{name}.{ending}", params=parameters)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert answer.content == result.serialise(ending)
    page = client.get(f"/query/{name}", params={**parameters, "release": ""}, headers=HTML)
    assert page.status_code == 200
    assert f'<span class="count">{len(result):,}</span>' in page.text


@pytest.mark.parametrize(
    ("asked", "chart"),
    [
        ("members?coalition=first&as_of=2015", "map"),
        ("join_order?coalition=first", "joins"),
        ("bodies?coalition=first", "mandates"),
        ("mandates?coalition=first", "mandates"),
        ("composition?body=first/group", "composition"),
        ("completeness?coalition=first", "completeness"),
        ("overlap?coalition=first&coalition=second&as_of=2024", "upset"),
        ("overlap_matrix?as_of=2024", "matrix"),
        ("memberships_of?agent=government/ee", "memberships"),
        ("memberships_of?agent=government/ee&as_of=2016", ""),
        ("mandates?as_of=2016", ""),
        ("mandates?coalition=first&as_of=2016", ""),
        ("bodies?coalition=first&kind=working-group", ""),
        ("completeness?coalition=", ""),
        ("members?coalition=none", ""),
        ("coalitions", ""),
        ("members", ""),
    ],
)
def test_an_answer_that_a_chart_shows_is_drawn_too(small_client: httpx2.Client, asked: str, chart: str) -> None:
    page = small_client.get(f"/query/{asked}", headers=HTML)
    assert re.findall(r'<figure class="figure" id="figure-(\w+)"', page.text) == ([chart] if chart else [])


def test_a_page_heads_its_table_for_people_and_tells_the_names_for_programs(small_client: httpx2.Client) -> None:
    page = small_client.get("/query/coalitions", headers=HTML).text
    head = ["Coalition", "Abbreviation", "Founded", "Members", "Bodies"]
    assert re.findall('<th scope="col">([^<]*)</th>', page) == head
    cells = [unescape(cell) for cell in re.findall("<td[^>]*>(.*?)</td>", page)]
    rows = [tuple(cells[at : at + len(head)]) for at in range(0, len(cells), len(head))]
    assert ('<a href="../doc/first.html">First Coalition</a>', "2011-12-08") in [(row[0], row[2]) for row in rows]
    assert '<dt><code>begin</code> <span class="note">Founded</span></dt>' in page
    assert "<dt><code>coalition</code></dt>" in page and "old name of begin" not in page


@pytest.mark.parametrize(
    ("asked", "remark"),
    [
        (
            "members?coalition=first&as_of=1999",
            "First Coalition began on 8 December 2011, and the answer is as of 1999.",
        ),
        (
            "members?coalition=first&as_of=2090",
            'possible: .*\\. <a href="why\\?thing=first%2Fmembership%2F.*">What the sources say</a>',
        ),
        ("bodies?coalition=first&kind=steering-body", "Without kind there are [0-9]+ rows."),
        ("search?text=esttonia", "Did you mean government/ee.*\\?"),
        (
            "events?coalition=idle",
            'Nothing of this kind is on record. <a href="completeness\\?coalition=idle">See how complete .*</a>',
        ),
        ("members?coalition=first", ""),
        ("coalitions", ""),
    ],
)
def test_a_page_says_why_an_answer_is_empty_and_what_its_certainties_mean(
    small_client: httpx2.Client, asked: str, remark: str
) -> None:
    page = small_client.get(f"/query/{asked}", headers=HTML).text
    found = re.findall('<p class="note" id="remark">(.*)</p>', page)
    assert len(found) == bool(remark)
    assert not remark or re.fullmatch(f"(.*; )?{remark}", found[0])
    for path in re.findall('href="([^"]*)"', "".join(found)):
        assert small_client.get(f"/query/{unescape(path)}", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("members", "the coalition (name, acronym or slug, for example foc); required"),
        ("members", "(for example 2015, May 2015 or today)"),
        ("why", "(name, CURIE or IRI"),
    ],
)
def test_a_form_says_what_may_be_typed(client: httpx2.Client, query: str, hint: str) -> None:
    page = client.get(f"/query/{query}", headers=HTML).text
    assert any(hint in unescape(one) for one in re.findall('<span class="note"[^>]*>([^<]*)</span>', page))


def test_queries_are_listed_by_what_they_are_about(client: httpx2.Client) -> None:
    page = client.get("/query/", headers=HTML).text
    headings = re.findall(r"<h2>([^<]+) <span", page)
    assert headings[:2] == ["An overview", "Members and people"] and len(headings) == len(set(headings))
    links = re.findall(r'<dt><a href="(\w+)">', page)
    assert sorted(links) == sorted(QUERIES)
    assert all(query.question in unescape(page) for query in QUERIES.values())


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", ROWS["csv"]),
        ("application/json", ROWS["json"]),
        ("text/html;q=0.2, application/sparql-results+xml;q=0.9", ROWS["xml"]),
        ("text/*", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/sparql-query", "application/sparql-query"),
    ],
)
def test_the_client_chooses_the_format(accept: str, kind: str, small_client: httpx2.Client) -> None:
    answer = small_client.get("/query/members?coalition=first", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_query_itself_is_its_header_and_plain_sparql(small_client: httpx2.Client, small: Graph) -> None:
    header, _, _ = (ROOT / "queries/membership/members.rq").read_text("utf-8").partition("PREFIX")
    text = small_client.get("/query/members.rq").text
    assert text.startswith(f"{header}#+ # Only foc-graph binds the parameters")
    assert text.partition("\nPREFIX")[2] == small.queries["members"].text.partition("PREFIX")[2]
    assert "AS ?certainty)" in text and "INCLUDE" not in text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("members.csv", 400, "needs coalition"),
        ("members.csv?coalition=", 400, "needs coalition"),
        ("members.csv?coalition=frst", 400, "did you mean first?"),
        ("members.csv?colition=foc", 400, "did you mean coalition?"),
        ("members.csv?coalition=first&coalition=second", 400, "takes one value, not 2"),
        ("members.csv?coalition=first&as_of=May", 400, "write 2015, 2015-05 or 2015-05-04"),
        ("overlap.csv?coalition=first", 400, "at least 2 different values"),
        ("bodies.csv?coalition=first&kind=working-grup", 400, "did you mean working-group"),
        ("search.csv?text=%FF", 400, "UTF-8"),
        (f"search.csv?text={'x' * (MAX_VALUE + 1)}", 400, "shorten it"),
        (f"overlap.csv?{'coalition=first&' * (MAX_VALUES + 1)}", 400, "send fewer"),
        ("member.csv?coalition=first", 404, "did you mean members"),
        ("..%2Fmembers", 404, ""),
        ("members.ttl?coalition=first", 404, "it has html, csv, safe.csv, tsv, json, xml, bib, ris, csl.json, rq"),
        ("members.csv?coalition=first&release=2020.01", 404, "this server has none"),
        ("members.csv?coalition=first&release=2020.01&release=2020.02", 400, "choose one"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(path: str, status: int, words: str, small_client: httpx2.Client) -> None:
    answer = small_client.get(f"/query/{path}", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(small_client: httpx2.Client) -> None:
    answer = small_client.get("/query/members?coalition=first", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]


def test_a_client_that_has_an_answer_is_not_sent_it_again(small_client: httpx2.Client) -> None:
    paths = [
        "members.csv?coalition=first",
        "members.csv?coalition=second",
        "members.tsv?coalition=first",
        "members.rq",
        "",
    ]
    tags = []
    for path in paths:
        first = small_client.get(f"/query/{path}")
        tags.append(first.headers["ETag"])
        again = small_client.get(f"/query/{path}", headers={"If-None-Match": f'"other", {tags[-1]}'})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tags[-1])
        head = small_client.head(f"/query/{path}")
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", tags[-1])
    assert len(set(tags)) == len(paths)


def test_a_page_has_question_form_table_and_sparql(small_client: httpx2.Client, small: Graph) -> None:
    page = small_client.get("/query/members?as_of=2015-05-04&coalition=first", headers=HTML)
    assert unescape(QUERIES["members"].question) in unescape(page.text)
    assert '<option value="first" selected>First Coalition</option>' in page.text
    assert re.search('name="as_of"[^>]* value="2015-05-04"', page.text)
    assert '<a href="../doc/government/ee.html">Estonia</a>' in page.text
    assert 'aria-label="details: Estonia">details</a>' in page.text
    calls = dict(re.findall("<dt>([^<]*)</dt><dd><code>([^<]*)</code>", unescape(page.text)))
    assert calls["Command line"] == "foc query members first --as-of 2015-05-04"
    assert calls["Python"] == "foc_graph.open().rows('members', coalition='first', as_of='2015-05-04')"
    assert calls["Web"].endswith("/query/members.csv?coalition=first&as_of=2015-05-04'")
    sparql = unescape(re.findall("<pre[^>]*><code>(.*?)</code>", page.text, re.DOTALL)[0])
    same = small_client.get("/query/members.csv?coalition=first&as_of=2015-05-04")
    assert small.sparql(sparql).serialise("csv") == same.content


@pytest.mark.parametrize("path", ["/query/", "/query/members", "/query/members?coalition=ogp"])
def test_a_page_leads_nowhere_in_vain(path: str, client: httpx2.Client) -> None:
    found = links(client.get(path, headers=HTML))
    assert found
    for address in found[:40]:
        assert client.get(address).status_code == 200, address


def test_without_what_it_needs_a_page_answers_its_example(client: httpx2.Client, graph: Graph) -> None:
    page = client.get("/query/members", headers=HTML).text
    assert '<option value="foc" selected>Freedom Online Coalition</option>' in page
    assert "An example: choose another question above." in page
    assert f'<h2>Answer <span class="count">{len(graph.rows("members", coalition="foc"))}</span>' in page


def test_without_a_fitting_example_a_page_asks_its_question(small_client: httpx2.Client) -> None:
    page = small_client.get("/query/members", headers=HTML).text
    assert "<form" in page and 'id="answer"' not in page


def test_a_page_that_was_asked_nothing_shows_the_first_rows_and_leads_to_more(client: httpx2.Client) -> None:
    page = client.get("/query/people", headers=HTML).text
    assert page.count("<tr>") == MOST_SHOWN + 1
    (more,) = re.findall('<a href="([^"]*)" rel="nofollow">Show more</a>', page)
    total = int(re.findall('<h2>Answer <span class="count">([0-9,]+)<', page)[0])
    assert client.get(f"/query/{more}", headers=HTML).text.count("<tr>") == min(total, MOST) + 1 > MOST_SHOWN + 1


def test_a_page_tells_what_is_wrong_above_the_form(small_client: httpx2.Client) -> None:
    page = small_client.get("/query/members?coalition=frst&as_of=2015", headers=HTML)
    assert (page.status_code, page.headers["Cache-Control"]) == (400, "no-store")
    assert "did you mean first?" in page.text.partition('<form action="members"')[0]
    assert '<option value="frst" selected>frst</option>' in page.text
    assert 'value="2015"' in page.text


def test_a_form_offers_coalitions_concepts_and_one_more_of_what_repeats(small_client: httpx2.Client) -> None:
    page = small_client.get("/query/bodies?coalition=first&kind=working-group", headers=HTML)
    assert '<option value="working-group" selected>working group</option>' in page.text
    assert '<option value="third">Third Coalition</option>' in page.text
    page = small_client.get("/query/overlap?coalition=first&coalition=second", headers=HTML)
    assert page.text.count('name="coalition"') == 3
    assert re.findall('<option value="([^"]*)" selected>', page.text) == ["first", "second"]
    page = small_client.get("/query/functions", headers=HTML)
    assert re.search('<optgroup label="First Coalition">[^/]*value="first">[^$]*value="first/group"', page.text)
    page = small_client.get("/query/memberships_of", headers=HTML)
    assert '<option value="Government of Estonia"></option>' in page.text


def test_a_page_shows_the_first_rows_and_says_so(client: httpx2.Client) -> None:
    page = client.get("/query/coalition_graph?coalition=foc", headers=HTML)
    assert page.text.count("<tr>") == MOST + 1
    assert f"Showing {MOST} of " in page.text


def test_a_page_whose_example_names_people_is_not_for_search_engines(client: httpx2.Client, graph: Graph) -> None:
    hidden = {name for name in graph.queries if 'content="noindex"' in client.get(f"/query/{name}", headers=HTML).text}
    assert {"people", "representatives"} <= hidden
    assert hidden.isdisjoint({"members", "coalitions", "events", "documents", "countries"})


def test_answers_and_pages_with_them_are_not_for_search_engines(small_client: httpx2.Client) -> None:
    for path, robots in {
        "people?": None,
        "people?as_of=": "noindex",
        "people.csv": "noindex",
        "people.rq": None,
        "members": None,
    }.items():
        assert small_client.get(f"/query/{path}", headers=HTML).headers.get("X-Robots-Tag") == robots


HOSTILE = """
@prefix coal: <https://w3id.org/coalition/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/coalition/id/evil> a coal:Coalition ;
    rdfs:label "=HYPERLINK(\\"http://x.example\\")"@en, "<script>alert(1)</script>"@fr, "a\\"onclick=x"@de-latn ;
    rdfs:seeAlso <javascript:alert(1)>, <https://x.example/?a=1&b=2> ;
    rdfs:seeAlso "javascript:alert(2)"^^<http://www.w3.org/2001/XMLSchema#anyURI> ;
    coal:note -5, "-5", "@SUM(1)", "+1", "'=1", "\\tx", "plain" .
"""
ALL_OF = """#+ summary: All of a thing
#+ question: What is said <b>of</b> it?
#+ parameters:
#+   - {name: thing, type: thing, required: true, description: "it"}
#+ columns: {value: the value}
#+ expect: []
SELECT DISTINCT ?value WHERE { ?thing ?property ?value } ORDER BY STR(?value)
"""
IS_IT = """#+ summary: Whether
#+ question: Is it?
#+ parameters: [{name: thing, type: iri, required: true, description: "it"}]
#+ expect: []
ASK WHERE { ?thing a ?class }
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server of data and queries that mean harm."""
    root = tmp_path_factory.mktemp("hostile")
    workspace = new_workspace(root / "workspace", '["ontology", "queries"]')
    (workspace / "queries" / "all_of.rq").write_text(ALL_OF)
    (workspace / "queries" / "is_it.rq").write_text(IS_IT)
    (root / "evil.ttl").write_text(HOSTILE)
    with TestClient(application(Settings(str(workspace), data=(str(root / "evil.ttl"),), processes=1))) as client:
        yield client


def test_what_data_hold_is_shown_as_text(hostile: TestClient) -> None:
    page = hostile.get("/query/all_of?thing=evil", headers=HTML)
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "<b>of" not in page.text
    assert "onclick=x" in unescape(page.text)
    assert 'a"onclick' not in page.text
    assert 'href="javascript' not in page.text
    assert 'href="https://x.example/?a=1&amp;b=2"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    asked = hostile.get('/query/all_of?thing="><script>nobody()</script>', headers=HTML)
    assert asked.status_code == 400
    assert "<script>" not in asked.text


def test_a_spreadsheet_runs_nothing_of_the_safe_variant(hostile: TestClient) -> None:
    exact, safe = (
        [row[0] for row in csv.reader(io.StringIO(hostile.get(f"/query/all_of.{ending}?thing=evil").text, newline=""))]
        for ending in ("csv", "safe.csv")
    )
    formulas = {"@SUM(1)", "+1", "'=1", "\tx", '=HYPERLINK("http://x.example")'}
    assert formulas < set(exact)
    assert exact.count("-5") == 2
    expected = [f"'{cell}" if cell in formulas else cell for cell in exact if cell != "-5"]
    assert sorted(safe) == sorted([*expected, "-5", "'-5"])


@pytest.mark.parametrize(("thing", "truth"), [("id/evil", True), ("id/nothing", False)])
def test_a_query_for_a_truth_value_has_every_format_of_rows(hostile: TestClient, thing: str, truth: bool) -> None:
    address = f"?thing=https://w3id.org/coalition/{thing}"
    assert hostile.get(f"/query/is_it.json{address}").json() == {"head": {}, "boolean": truth}
    assert hostile.get(f"/query/is_it.csv{address}").text == str(truth).lower()
    assert f'<p class="lead">{"Yes" if truth else "No"}</p>' in hostile.get(f"/query/is_it{address}", headers=HTML).text


LASTING = "coalition=example&since=2024-01&release=2026.11"


class Released(NamedTuple):
    """A server of the second of two releases, where these lie, and what the first answered when it was the newest."""

    client: TestClient
    out: Path
    workspace: Path
    before: dict[str, bytes]


def served(workspace: Path, out: Path) -> TestClient:
    return TestClient(application(Settings(str(workspace), release_dir=str(out), processes=1)))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    """The second release has another name of a thing and other columns of a query than the first."""
    folder = tmp_path_factory.mktemp("released")
    workspace, out = new_workspace(folder / "workspace", '["ontology", "queries"]'), folder / "out"
    publish(out, Workspace(workspace))
    with served(workspace, out) as client:
        paths = [f"{JOINED}{ending}?{LASTING}" for ending in ("", ".csv", ".safe.csv", ".json", ".xml")]
        before = {path: client.get(path, headers=HTML).content for path in [*paths, f"{JOINED}.rq?release=2026.11"]}
    rename_foundation(Workspace(workspace))
    edit(Workspace(workspace), "queries/example/joined_since.rq", "?member ?name ?begin", "?name ?member ?begin")
    publish(out, Workspace(workspace), version="2026.12")
    with served(workspace, out) as client:
        yield Released(client, out, workspace, before)


def test_what_a_release_answered_stays_under_its_address(released: Released) -> None:
    for path, content in released.before.items():
        assert released.client.get(path, headers=HTML).content == content
    now = released.client.get(f"{JOINED}.csv?coalition=example&since=2024-01").text.splitlines()
    assert now[0] == "name,member,begin"
    assert now[1].startswith("Example Trust,")
    assert released.before[f"{JOINED}.csv?{LASTING}"].splitlines()[0] == b"member,name,begin"


def test_every_answer_names_the_address_under_which_it_stays(released: Released) -> None:
    answer = released.client.get(f"{JOINED}?since=2024-01&coalition=example", headers={"Accept": "text/csv"})
    lasting = "joined_since.csv?coalition=example&since=2024-01&release=2026.12"
    assert answer.headers["Link"] == f'<{lasting}>; rel="bookmark"'
    assert released.client.get(f"/query/{lasting}").content == answer.content


def test_a_page_tells_how_to_cite_it(released: Released) -> None:
    page = unescape(released.client.get(f"{JOINED}?coalition=example&since=2024-01", headers=HTML).text)
    cited = "joined_since?coalition=example&since=2024-01&release=2026.12"
    assert f'href="{cited}">https://example.org/coalition/query/{cited}</a>' in page
    assert "The Example Coalition (2026). <q>Who joined this coalition lately?</q>" in page
    assert f'content="https://example.org/coalition/query/{cited}"' in page
    for ending, kind in (
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ):
        address = f"/query/joined_since.{ending}?coalition=example&since=2024-01&release=2026.12"
        assert f'href="{address.removeprefix("/query/")}"' in page
        answer = released.client.get(address)
        assert answer.headers["Content-Type"].partition(";")[0] == kind
        assert answer.text in page
        assert released.client.get(JOINED, params="coalition=example&since=2024-01", headers={"Accept": kind}).text
    assert released.client.get("/query/joined_since.bib?coalition=nobody&since=2024-01").status_code == 400


def test_the_page_of_an_earlier_release_stays_with_it(released: Released) -> None:
    page = released.client.get(f"{JOINED}?{LASTING}", headers=HTML).text
    assert 'name="release" value="2026.11"' in page
    assert f'href="joined_since.csv?{LASTING.replace("&", "&amp;")}"' in page
    assert 'href="../release/2026.11/doc/organisation/example-foundation.html"' in page
    assert "Release 2026.11 of" in page


def test_the_queries_of_a_release_are_its_own(released: Released, tmp_path: Path) -> None:
    workspace = shutil.copytree(released.workspace, tmp_path / "workspace")
    (workspace / "queries" / "example" / "joined_since.rq").unlink()
    with served(workspace, released.out) as client:
        assert client.get(f"{JOINED}.csv?coalition=example&since=2024-01").status_code == 200


def test_a_release_that_there_is_not_is_told_with_those_that_there_are(released: Released) -> None:
    answer = released.client.get(f"{JOINED}.csv?{LASTING}.7")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "unknown release '2026.11.7': there are 2026.11, 2026.12",
    )


def test_a_damaged_release_fails_alone_and_tells_no_path(released: Released, tmp_path: Path) -> None:
    out = shutil.copytree(released.out, tmp_path / "out", symlinks=True)
    (out / "2026.11" / "queries" / "example" / "joined_since.rq").write_text("SELECT")
    with served(released.workspace, out) as client:
        answer = client.get(f"{JOINED}.csv?{LASTING}")
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        assert client.get(f"{JOINED}.csv?{LASTING.replace('2026.11', '2026.12')}").status_code == 200
        (out / "2026.11" / "manifest.json").write_text("{}")
        answer = client.get("/release/2026.11/")
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text


@pytest.fixture(scope="module")
def document(client: httpx2.Client) -> Any:
    """The description."""
    return client.get("/openapi.json").json()


def test_the_description_is_openapi(document: Any) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def described(document: Any, name: str) -> tuple[str, Any]:
    """The path of a stored query in a description, and its operation there."""
    (path,) = document["paths"].keys() & {f"/query/{name}.json", f"/query/{name}.jsonld"}
    return path, document["paths"][path]["get"]


def test_the_description_holds_every_query_and_parameter(document: Any) -> None:
    for name, query in QUERIES.items():
        _, operation = described(document, name)
        current = [one for one in operation["parameters"] if "name" in one and not one.get("deprecated")]
        known = {one["name"]: one.get("required", False) for one in current}
        assert known == {one.name: one.required for one in query.parameters}
        for one in operation["parameters"]:
            if "example" in one:
                jsonschema.validate(one["example"], one["schema"])


@pytest.mark.parametrize(("name", "old"), [(query.name, old) for query in QUERIES.values() for old in query.aliases])
def test_old_names_answer_and_are_described_as_deprecated(
    name: str, old: str, document: Any, client: httpx2.Client
) -> None:
    query = QUERIES[name]
    given = query.expect[0]["with"]
    names = {new: was for was, new in query.aliases[old].items()}
    renamed = {names.get(parameter, parameter): value for parameter, value in given.items()}
    assert (
        client.get(f"/query/{old}.csv", params=renamed).content
        == client.get(f"/query/{name}.csv", params=given).content
    )
    _, operation = described(document, old)
    assert operation.get("deprecated", False) == (old != name)
    assert {one["name"] for one in operation["parameters"] if one.get("deprecated")} == set(query.aliases[old])
    twice = client.get(f"/query/{old}.csv", params=renamed | given)
    assert twice.status_code == (400 if renamed.keys() - given.keys() else 200)


@pytest.mark.parametrize("name", QUERIES)
def test_answers_are_as_described(name: str, document: Any, client: httpx2.Client) -> None:
    path, operation = described(document, name)
    given = {one["name"]: one["example"] for one in operation["parameters"] if one.get("required")}
    answer = client.get(path, params=given)
    ((kind, media),) = operation["responses"]["200"]["content"].items()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    jsonschema.validate(answer.json(), {**media["schema"], "components": document["components"]})
    for one in formats(QUERIES[name]).values():
        answer = client.get(f"/query/{name}", params=given, headers={"Accept": one.types[0]})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].partition(";")[0] == one.types[0]
        assert one.types[0] in document["paths"]["/query/{name}"]["get"]["responses"]["200"]["content"]
    problem = client.get(f"{path}?nothing=1", headers={"Accept": "application/json"})
    assert problem.status_code == 400
    jsonschema.validate(problem.json(), document["components"]["schemas"]["Problem"])


def test_the_description_holds_every_other_route_once(document: Any, hostile: TestClient) -> None:
    for route in hostile.app.routes:
        if route.include_in_schema:
            operations = document["paths"][route.path_format]
            assert operations.keys() == {method.lower() for method in route.methods - {"HEAD"}}
            assert all(operation["summary"].endswith(".") for operation in operations.values())
    assert [path for path in document["paths"] if path.removesuffix("/") in document["paths"].keys() - {path}] == []


def test_the_description_has_a_schema_for_every_json_and_no_open_media_type(document: Any) -> None:
    shared = document["components"]["responses"]
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    responses = [shared["Problem"], *(one for operation in operations for one in operation["responses"].values())]
    contents = [one["content"] for one in responses if "content" in one]
    kinds = {kind for content in contents for kind in content}
    assert [kind for kind in {*kinds, *shared["Part"]["content"]} if "*" in kind] == []
    assert {"application/json", "application/sparql-results+json", "application/ld+json"} < kinds
    assert [kind for content in contents for kind in content if "json" in kind and "schema" not in content[kind]] == []


def test_a_client_that_accepts_all_gets_what_is_described_first(document: Any, client: httpx2.Client) -> None:
    found = {}
    for path, item in document["paths"].items():
        content = item["get"]["responses"].get("200", {}).get("content")
        if content and "{" not in path:
            given = {one["name"]: one["example"] for one in item["get"]["parameters"] if one.get("required")}
            answer = client.get(path, params=given, headers={"Accept": "*/*"})
            if answer.status_code == 200:
                found[path] = (answer.headers["Content-Type"].partition(";")[0], next(iter(content)))
    # Without a query, /sparql describes the service, in RDF.
    assert {path for path, (kind, first) in found.items() if kind != first} == {"/sparql"}
    assert {"/", "/query/members.json", "/query/coalition_graph.jsonld", "/reconcile", "/health"} < found.keys()


@pytest.mark.parametrize(
    "path", ["members.csv?coalition=foc", "members?coalition=foc", "coalitions.json", "coalitions.rq?release=2020.01"]
)
def test_under_overload_a_client_is_told_when_to_come_back(path: str) -> None:
    with TestClient(application(Settings(str(ROOT), processes=0, waiting=0))) as client:
        answer = client.get(f"/query/{path}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
        assert "try again in 3 seconds" in answer.text
        bare = client.get("/query/members", headers=HTML)
        assert (bare.status_code, bare.headers["Cache-Control"]) == (200, "no-store"), "a page that was asked nothing"
        assert "<form" in bare.text and "try again in 3 seconds" in bare.text


def test_a_page_that_tells_what_is_wrong_is_made_in_turn_too() -> None:
    nobody: Turns[None] = Turns(0, 30, lambda change: None)
    scope = {"type": "http", "method": "GET", "small_client": ("192.0.2.1", 1), "headers": []}
    request = Request({**scope, "served": SimpleNamespace(answers=Answers(nobody))})

    def fail() -> bytes:
        raise ParameterError("no date")

    with pytest.raises(ProblemError) as told_of:
        asyncio.run(respond(request, ("key",), fail, explain=str.encode))
    assert (told_of.value.status, told_of.value.headers["Retry-After"]) == (429, "3")


@pytest.mark.parametrize(("size", "most"), [(9_000_000, cache._MOST_BYTES), (0, 3 * cache._ENTRY_BYTES)])
def test_answers_are_kept_up_to_a_size_and_made_once(size: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_BYTES", most)
    turns: Turns[None] = Turns(0, 1, lambda change: None)
    answers, made = Answers(turns), Counter[int]()

    def make(number: int) -> bytes:
        made[number] += 1
        return b"x" * size

    async def ask() -> None:
        for number in range(5):
            await asyncio.gather(*(answers.answer(str(one), partial(make, one)) for one in (0, 0, number)))
        await answers.answer("1", partial(make, 1))

    asyncio.run(ask())
    assert made == {0: 1, 1: 2, 2: 1, 3: 1, 4: 1}


@pytest.mark.parametrize(
    ("asked", "exact"),
    [
        ("members?coalition=FIRST", "members?coalition=first"),
        ("members.csv?coalition=FIRST&as_of=May+2015", "members.csv?coalition=first&as_of=2015-05"),
        ("members.html?coalition=first&as_of=spring+2014", "members.html?coalition=first&as_of=2014-03%2F2014-05"),
        ("overlap.json?coalition=First,second", "overlap.json?coalition=first&coalition=second"),
        ("overlap?coalitions=First&coalitions=second", "overlap?coalition=first&coalition=second"),
        ("memberships_of?agent=Estonia", "memberships_of?agent=government%2Fee"),
        ("Memberships-of?agent=Estonia", "memberships_of?agent=Estonia"),
        ("overlap-matrix.csv", "overlap_matrix.csv"),
        ("why?thing=first&property=end", "why?thing=first&property=coal%3Aend"),
    ],
)
def test_names_and_dates_lead_to_the_address_with_their_exact_form(
    small_client: httpx2.Client, asked: str, exact: str
) -> None:
    headers = HTML if "." not in asked else {}
    answer = small_client.get(f"/query/{asked}", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, exact)
    assert small_client.get(f"/query/{exact}", headers=headers, follow_redirects=True).status_code == 200


def test_slugs_with_commas_are_answered_where_they_stand(small_client: httpx2.Client) -> None:
    found, repeated = (
        small_client.get(f"/query/overlap.csv?{asked}", follow_redirects=False)
        for asked in ("coalition=first,second", "coalition=first&coalition=second")
    )
    assert (found.status_code, found.text) == (200, repeated.text)


def test_all_that_is_wrong_with_a_request_is_said(small_client: httpx2.Client) -> None:
    detail = small_client.get("/query/members.csv?coalition=nosuch&as_of=4/5/2015&colour=red").json()["detail"]
    assert [part in detail for part in ("'colour'", "unknown coalition 'nosuch'", "4 May 2015 or 5 April 2015")] == [
        True
    ] * 3
