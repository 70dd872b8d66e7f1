"""Stored queries over HTTP: their pages, their answers in every format, and what is wrong with a request."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from foc_graph.graph import Graph
from foc_graph.server.app import application
from foc_graph.server.queries import MAX_VALUE, MAX_VALUES
from foc_graph.server.snapshot import Settings
from foc_graph.site.answers import MOST
from foc_graph.site.queries import MOST_SHOWN
from tests.support import ROOT
from tests.support.workspaces import new_workspace

CSV, XML = "text/csv; charset=utf-8", "application/sparql-results+xml"
HTML = {"Accept": "text/html"}
JOINED = "/query/joined_since"


@pytest.mark.parametrize(
    ("asked", "chart"),
    [
        ("members?coalition=first&as_of=2015", "map"),
        ("joiners?coalition=first", "joins"),
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
def test_an_answer_that_a_chart_shows_is_drawn_too(client: httpx2.Client, asked: str, chart: str) -> None:
    page = client.get(f"/query/{asked}", headers=HTML)
    assert re.findall(r'<figure class="figure" id="figure-(\w+)"', page.text) == ([chart] if chart else [])


def test_a_page_heads_its_table_for_people_and_tells_the_names_for_programs(client: httpx2.Client) -> None:
    page = client.get("/query/coalitions", headers=HTML).text
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
    client: httpx2.Client, asked: str, remark: str
) -> None:
    page = client.get(f"/query/{asked}", headers=HTML).text
    found = re.findall('<p class="note" id="remark">(.*)</p>', page)
    assert len(found) == bool(remark)
    assert not remark or re.fullmatch(f"(.*; )?{remark}", found[0])
    for path in re.findall('href="([^"]*)"', "".join(found)):
        assert client.get(f"/query/{unescape(path)}", headers=HTML).status_code == 200


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


def test_queries_are_listed_by_what_they_are_about(client: httpx2.Client, small: Graph) -> None:
    page = client.get("/query/", headers=HTML).text
    headings = re.findall(r"<h2>([^<]+) <span", page)
    assert headings[:2] == ["An overview", "Members and people"] and len(headings) == len(set(headings))
    assert sorted(re.findall(r'<dt><a href="(\w+)">', page)) == sorted(small.queries)
    assert all(query.question in unescape(page) for query in small.queries.values())


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", CSV),
        ("application/json", "application/sparql-results+json"),
        ("text/html;q=0.2, application/sparql-results+xml;q=0.9", XML),
        ("text/*", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/sparql-query", "application/sparql-query"),
    ],
)
def test_the_client_chooses_the_format(accept: str, kind: str, client: httpx2.Client) -> None:
    answer = client.get("/query/members?coalition=first", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_query_itself_is_its_header_and_plain_sparql(client: httpx2.Client, small: Graph) -> None:
    header, _, _ = (ROOT / "queries/membership/members.rq").read_text("utf-8").partition("PREFIX")
    text = client.get("/query/members.rq").text
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
def test_what_is_wrong_is_told_with_what_to_do(path: str, status: int, words: str, client: httpx2.Client) -> None:
    answer = client.get(f"/query/{path}", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(client: httpx2.Client) -> None:
    answer = client.get("/query/members?coalition=first", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]


def test_a_client_that_has_an_answer_is_not_sent_it_again(client: httpx2.Client) -> None:
    paths = ["members.csv?coalition=first", "members.csv?coalition=second", "members.tsv?coalition=first", ""]
    tags = []
    for path in paths:
        first = client.get(f"/query/{path}")
        tags.append(first.headers["ETag"])
        again = client.get(f"/query/{path}", headers={"If-None-Match": f'"other", {tags[-1]}'})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tags[-1])
        head = client.head(f"/query/{path}")
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", tags[-1])
    assert len(set(tags)) == len(paths)


def test_a_page_has_question_form_table_and_sparql(client: httpx2.Client, small: Graph) -> None:
    page = client.get("/query/members?as_of=2015-05-04&coalition=first", headers=HTML)
    assert small.queries["members"].question in unescape(page.text)
    assert '<option value="first" selected>First Coalition</option>' in page.text
    assert re.search('name="as_of"[^>]* value="2015-05-04"', page.text)
    assert '<a href="../doc/government/ee.html">Estonia</a>' in page.text
    assert 'aria-label="details: Estonia">details</a>' in page.text
    calls = dict(re.findall("<dt>([^<]*)</dt><dd><code>([^<]*)</code>", unescape(page.text)))
    assert calls["Command line"] == "foc query members first --as-of 2015-05-04"
    assert calls["Python"] == "foc_graph.open().rows('members', coalition='first', as_of='2015-05-04')"
    assert calls["Web"].endswith("/query/members.csv?coalition=first&as_of=2015-05-04'")
    sparql = unescape(re.findall("<pre[^>]*><code>(.*?)</code>", page.text, re.DOTALL)[0])
    same = client.get("/query/members.csv?coalition=first&as_of=2015-05-04")
    assert small.sparql(sparql).serialise("csv") == same.content


def test_without_what_it_needs_a_page_answers_its_example(released: TestClient) -> None:
    page = released.get(JOINED, headers=HTML).text
    assert '<option value="example" selected>Example Coalition</option>' in page
    assert "An example: choose another question above." in page
    assert '<h2>Answer <span class="count">1</span>' in page and "Example Foundation" in page


def test_without_a_fitting_example_a_page_asks_its_question(client: httpx2.Client) -> None:
    page = client.get("/query/members", headers=HTML).text
    assert "<form" in page and 'id="answer"' not in page


def test_a_page_tells_what_is_wrong_above_the_form(client: httpx2.Client) -> None:
    page = client.get("/query/members?coalition=frst&as_of=2015", headers=HTML)
    assert (page.status_code, page.headers["Cache-Control"]) == (400, "no-store")
    assert "did you mean first?" in page.text.partition('<form action="members"')[0]
    assert '<option value="frst" selected>frst</option>' in page.text
    assert 'value="2015"' in page.text


def test_a_form_offers_coalitions_concepts_and_one_more_of_what_repeats(client: httpx2.Client) -> None:
    page = client.get("/query/bodies?coalition=first&kind=working-group", headers=HTML)
    assert '<option value="working-group" selected>working group</option>' in page.text
    assert '<option value="third">Third Coalition</option>' in page.text
    page = client.get("/query/overlap?coalition=first&coalition=second", headers=HTML)
    assert page.text.count('name="coalition"') == 3
    assert re.findall('<option value="([^"]*)" selected>', page.text) == ["first", "second"]
    page = client.get("/query/functions", headers=HTML)
    assert re.search('<optgroup label="First Coalition">[^/]*value="first">[^$]*value="first/group"', page.text)
    page = client.get("/query/memberships_of", headers=HTML)
    assert '<option value="Government of Estonia"></option>' in page.text


def test_answers_and_pages_with_them_are_not_for_search_engines(client: httpx2.Client) -> None:
    for path, robots in {
        "people?": None,
        "people?as_of=": "noindex",
        "people.csv": "noindex",
        "people.rq": None,
        "members": None,
    }.items():
        assert client.get(f"/query/{path}", headers=HTML).headers.get("X-Robots-Tag") == robots


HOSTILE = """
@prefix coal: <https://w3id.org/coalition/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/coalition/id/evil> a coal:Coalition ;
    rdfs:label "=HYPERLINK(\\"http://x.example\\")"@en, "<script>alert(1)</script>"@fr, "a\\"onclick=x"@de-latn ;
    rdfs:seeAlso <javascript:alert(1)>, <https://x.example/?a=1&b=2> ;
    rdfs:seeAlso "javascript:alert(2)"^^<http://www.w3.org/2001/XMLSchema#anyURI> ;
    coal:note -5, "-5", "@SUM(1)", "+1", "'=1", "\\tx", "plain" .
<https://w3id.org/coalition/id/person/eve> a <http://xmlns.com/foaf/0.1/Person> .
"""
ALL_OF = """#+ summary: All of a thing
#+ question: What is said <b>of</b> it?
#+ parameters:
#+   - {name: thing, type: thing, required: true, description: "it"}
#+ columns: {value: the value}
#+ expect: []
SELECT DISTINCT ?value WHERE { ?thing ?property ?value } ORDER BY STR(?value)
"""
MANY = """#+ summary: Pairs of digits
#+ question: Which pairs of digits are there?
#+ parameters: [{name: word, type: string, description: "it"}]
#+ columns: {a: one, b: two, c: three}
#+ expect: []
SELECT ?a ?b ?c WHERE {
  VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } VALUES ?c { 0 1 2 3 4 5 }
  FILTER(BOUND(?word) || true)
}
"""
WHO = """#+ summary: People
#+ question: Who is there?
#+ columns: {person: who}
#+ expect: []
SELECT ?person WHERE { ?person a foaf:Person }
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
    for name, text in {"all_of": ALL_OF, "is_it": IS_IT, "many": MANY, "who": WHO}.items():
        (workspace / "queries" / f"{name}.rq").write_text(text)
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


def test_a_page_shows_the_first_rows_and_leads_to_more(hostile: TestClient) -> None:
    page = hostile.get("/query/many", headers=HTML).text
    assert page.count("<tr>") == MOST_SHOWN + 1 and '<h2>Answer <span class="count">600<' in page
    (more,) = re.findall('<a href="([^"]*)" rel="nofollow">Show more</a>', page)
    whole = hostile.get(f"/query/{more}", headers=HTML).text
    assert whole.count("<tr>") == MOST + 1 and f"Showing {MOST} of 600" in whole


def test_a_page_whose_example_names_people_is_not_for_search_engines(hostile: TestClient) -> None:
    hidden = {name: 'content="noindex"' in hostile.get(f"/query/{name}", headers=HTML).text for name in ("who", "many")}
    assert hidden == {"who": True, "many": False}


@pytest.mark.parametrize(("thing", "truth"), [("id/evil", True), ("id/nothing", False)])
def test_a_query_for_a_truth_value_has_every_format_of_rows(hostile: TestClient, thing: str, truth: bool) -> None:
    address = f"?thing=https://w3id.org/coalition/{thing}"
    assert hostile.get(f"/query/is_it.json{address}").json() == {"head": {}, "boolean": truth}
    assert hostile.get(f"/query/is_it.csv{address}").text == str(truth).lower()
    assert f'<p class="lead">{"Yes" if truth else "No"}</p>' in hostile.get(f"/query/is_it{address}", headers=HTML).text


def test_under_overload_a_client_is_told_when_to_come_back(small_root: Path) -> None:
    with TestClient(application(Settings(str(small_root), processes=0, waiting=0))) as client:
        paths = ("members.csv?coalition=first", "members?coalition=first", "coalitions.json")
        for path in (*paths, "coalitions.rq?release=2020.01"):
            answer = client.get(f"/query/{path}")
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
            assert "try again in 3 seconds" in answer.text
        bare = client.get("/query/coalitions", headers=HTML)
        assert (bare.status_code, bare.headers["Cache-Control"]) == (200, "no-store"), "a page that was asked nothing"
        assert "<form" in bare.text and "try again in 3 seconds" in bare.text


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
    client: httpx2.Client, asked: str, exact: str
) -> None:
    headers = HTML if "." not in asked else {}
    answer = client.get(f"/query/{asked}", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, exact)
    assert client.get(f"/query/{exact}", headers=headers, follow_redirects=True).status_code == 200


def test_slugs_with_commas_are_answered_where_they_stand(client: httpx2.Client) -> None:
    found, repeated = (
        client.get(f"/query/overlap.csv?{asked}", follow_redirects=False)
        for asked in ("coalition=first,second", "coalition=first&coalition=second")
    )
    assert (found.status_code, found.text) == (200, repeated.text)


def test_all_that_is_wrong_with_a_request_is_said(client: httpx2.Client) -> None:
    detail = client.get("/query/members.csv?coalition=nosuch&as_of=4/5/2015&colour=red").json()["detail"]
    assert [part in detail for part in ("'colour'", "unknown coalition 'nosuch'", "4 May 2015 or 5 April 2015")] == [
        True
    ] * 3
