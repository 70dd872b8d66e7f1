"""The page of the endpoint: its form, answers as tables, and what is wrong with a query above it."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.site.answers import MOST
from tests.support.html import links
from tests.support.http import A, B, problem, replaced
from tests.support.workspaces import new_workspace

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
TURTLE = "text/turtle; charset=utf-8"
PAGE = "text/html; charset=utf-8"
EVERYTHING = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def show(client: httpx2.Client | TestClient, query: str, status: int = 200, **parameters: str) -> str:
    """The page that a browser gets for a query."""
    answer = client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PAGE), answer.text
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self';"
    )
    return answer.text


def asked(page: str) -> str:
    """The query in the form, as a browser sends it: without the line end that follows the start tag."""
    (text,) = re.findall("<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    return unescape(text)


def cells(page: str) -> list[list[str]]:
    """The cells of the table, as HTML."""
    rows = re.findall("<tr>(.*?)</tr>", page)[1:]
    return [re.findall("<td[^>]*>(.*?)</td>", row) for row in rows]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, PAGE),
        ("text/html", PAGE),
        ("text/html;q=0.9, text/turtle;q=0.5", PAGE),
        ("text/html, text/turtle", TURTLE),
        ("text/*", TURTLE),
        ("*/*", TURTLE),
        ("", TURTLE),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/html;q=0.1", "application/rdf+xml"),
    ],
)
def test_people_get_a_page_and_programs_the_description(client: httpx2.Client, accept: str, kind: str) -> None:
    path = "/sparql/" if accept == BROWSER else "/sparql"
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert "Accept" in answer.headers["Vary"].split(", ")
    again = client.get(path, headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_each_format_of_the_form_is_given(client: httpx2.Client) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER}).text
    formats = re.findall('<option value="([^"]*)"', page)
    assert len(set(formats)) == len(formats) == 11
    for kind in formats:
        kinds = set()
        for query in (asked(page), "DESCRIBE <id/first>"):
            parameters = {"query": query.replace("\n", "\r\n"), "accept": kind}
            answer = client.get("/sparql", params=parameters, headers={"Accept": BROWSER})
            assert answer.status_code == 200
            kinds.add(answer.headers["Content-Type"].partition(";")[0])
        assert kind in kinds


def test_the_form_is_labelled_and_sent_here(client: httpx2.Client) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER}).text
    assert re.search('<form class="sparql" action="./sparql#answer" method="get">', page)
    for name in ("query", "accept"):
        assert f'<label for="{name}">' in page
        assert re.search(f'<(textarea|select) id="{name}" name="{name}"', page)
    assert "<script>" not in page


def test_the_page_tells_prefixes_and_limits(small_root: Path) -> None:
    with TestClient(
        application(Settings(str(small_root), seconds=2.5, answer=3 * 2**20, processes=0, waiting=7))
    ) as client:
        page = client.get("/sparql", headers={"Accept": BROWSER}).text
    for prefix, namespace in PREFIXES.items():
        assert f"<code>{prefix}:</code></dt><dd><code>{namespace}</code>" in page
    for limit in ("2.5 seconds", "3 MiB", "100,000 characters", "7 queries"):
        assert f"<dd>{limit}" in page


def test_an_example_is_a_stored_query_with_the_same_answer(client: httpx2.Client, small: Graph) -> None:
    page = unescape(client.get("/sparql", headers={"Accept": BROWSER}).text)
    stored = client.get("/query/coalitions?release=", headers={"Accept": BROWSER}).text
    question = re.findall("<h1>(.*?)</h1>", stored)[0]
    (address,) = re.findall(f'<a href="([^"]*)">{re.escape(unescape(question))}</a>', page)
    shown = client.get(address.removeprefix("."), headers={"Accept": BROWSER}).text
    query = small.queries["coalitions"]
    for_people = [[*query.columns].index(column) for column in query.headings]
    expected = [[re.sub("<.*?>", "", cell) for cell in row] for row in cells(stored)]
    assert [[row[place] for place in for_people] for row in cells(shown)] == expected
    assert len(cells(shown)) > 3


def test_a_stored_query_leads_to_the_form(client: httpx2.Client) -> None:
    page = client.get("/query/members?coalition=first&as_of=2015", headers={"Accept": BROWSER})
    (address,) = [one for one in links(page) if urlsplit(one).path == "/sparql" and urlsplit(one).query]
    (sparql,) = re.findall('<section id="sparql".*?<code>(.*?)</code>', page.text, re.DOTALL)
    shown = client.get(address, headers={"Accept": BROWSER}).text
    assert asked(shown) == unescape(sparql)
    assert len(cells(shown)) == len(cells(page.text)) > 4


@pytest.mark.parametrize(("length", "formats"), [(10_000, 4), (90_000, 0)])
def test_no_download_has_an_address_that_is_refused(client: httpx2.Client, length: int, formats: int) -> None:
    query = f"SELECT (1 AS ?one) {{ }} #{'x' * length}"
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": BROWSER})
    downloads = re.findall("<section id=.formats.>(.*?)</section>", answer.text, re.DOTALL)
    addresses = re.findall('<a href="([^"]*)"', "".join(downloads))
    assert len(addresses) == formats and len(answer.content) < 6 * length
    for address in addresses:
        assert client.get(unescape(address), headers={"Accept": BROWSER}).status_code == 200


def test_rows_are_a_table(client: httpx2.Client) -> None:
    values = '<id/first> <https://example.org/?a=1&b=2> "a\\tb\\nc" "é"@fr 1 UNDEF <urn:x> "http://e.x/"^^xsd:anyURI'
    page = show(client, f"SELECT ?value {{ VALUES ?value {{ {values} }} }}")
    assert '<h2>Answer <span class="count">8</span></h2>' in page
    assert [row[0] for row in cells(page.replace("a\tb\nc", "a b c"))] == [
        '<a href="./doc/first.html">first</a>',
        '<a href="https://example.org/?a=1&amp;b=2">https://example.org/?a=1&amp;b=2</a>',
        "a b c",
        '<span lang="fr" dir="auto">é</span>',
        "1",
        "",
        "urn:x",
        '<a href="http://e.x/">http://e.x/</a>',
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ASK {}", '<p class="lead">Yes</p>'),
        ("ASK { FILTER (false) }", '<p class="lead">No</p>'),
        ("SELECT * { FILTER (false) }", "No results."),
        ("SELECT * {}", '<span class="count">1</span>'),
        ("SELECT (TRIPLE(<a:a>, <a:b>, 'é') AS ?x) {}", "&lt;a:b&gt; &#34;é&#34;"),
        ("CONSTRUCT { <a:a> <a:b> 1 , 'x' } WHERE {}", '<span class="count">2</span>'),
        ("CONSTRUCT { <a:a> <a:b> 1 } WHERE { FILTER (false) }", "No results."),
    ],
)
def test_every_kind_of_answer_is_shown(client: httpx2.Client, query: str, words: str) -> None:
    page = show(client, query)
    assert words in page
    assert asked(page) == query


@pytest.mark.parametrize(
    ("query", "least"),
    [
        (EVERYTHING, 100),
        (
            f"CONSTRUCT {{ ?a ?b ?x }} {EVERYTHING[9:-1]} BIND (STRUUID() AS ?x) }}",
            100,
        ),
        (f"SELECT {' '.join(f'?x{number}' for number in range(2000))} {{ ?x1 ?b ?c . ?d ?e ?f }}", 1),
    ],
    ids=["rows", "a graph", "columns"],
)
def test_of_what_is_large_the_first_rows_are_shown(few: httpx2.Client, query: str, least: int) -> None:
    before = replaced(few)
    page = show(few, query)
    shown = len(cells(page))
    assert least <= shown <= MOST
    below = " Download all below." if 'id="formats"' in page else ""
    assert f"Showing the first {shown}.{below}</p>" in page
    assert '<span class="count">' not in page
    assert len(page) < 1_000_000
    assert replaced(few) == before, "a process made it, and no more of it than is shown"


DOUBLED = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(25))
"""Makes a text of 32 MB."""


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?x25 {{ BIND('x' AS ?x0) {DOUBLED} }}",
        f"CONSTRUCT {{ <a:a> <a:b> ?x25 }} {{ BIND('x' AS ?x0) {DOUBLED} }}",
        f"SELECT ?{'é' * 80_000} {{}}",
    ],
    ids=["a value", "a triple", "a name"],
)
def test_a_row_that_is_too_large_is_left_to_the_formats(few: httpx2.Client, query: str) -> None:
    page = few.post("/sparql", data={"query": query}, headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["Content-Type"]) == (200, PAGE)
    assert "The answer is too large for a page: download it below." in page.text
    assert "No results" not in page.text


def test_the_formats_and_the_form_ask_the_same_graphs(few: httpx2.Client) -> None:
    query = "SELECT DISTINCT ?s { ?s <http://example.org/in> ?o }"
    page = show(few, query, **{"default-graph-uri": B})
    assert [row[0] for row in cells(page)] == [f'<a href="{B}">{B}</a>']
    assert f'<input type="hidden" name="default-graph-uri" value="{B}">' in page
    section = page.partition('id="formats"')[2]
    addresses = [unescape(one) for one in re.findall('<a href="([^"]*)"', section.partition("</section>")[0])]
    assert len(addresses) == 4
    for address in addresses:
        assert parse_qs(urlsplit(address).query)["default-graph-uri"] == [B]
        answer = few.get(address, headers={"Accept": BROWSER})
        assert B in answer.text
        assert A not in answer.text


@pytest.mark.parametrize("kind", ["text/html", "text/csv", "text/turtle"])
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT *\nWHERE { ?a ?b }", "query:2:"),
        ("ASK { SERVICE <http://127.0.0.1/> {} }", "SERVICE would ask another server"),
        ("DROP ALL", "the graph is read-only here"),
        ('ASK { "</textarea><script>alert(1)</script>" }', "query:1:"),
        ("\n\n  SELECT", "query:3:"),
    ],
)
def test_what_is_wrong_with_a_query_is_told_above_it(few: httpx2.Client, kind: str, query: str, words: str) -> None:
    page = show(few, query, status=400, accept=kind)
    (told,) = re.findall('<p class="problem" role="alert">(.*?)</p>', page, re.DOTALL)
    assert words in unescape(told)
    assert page.index(told) < page.index("<textarea")
    assert asked(page) == query
    assert "<script>" not in page
    assert (f'<option value="{kind}" selected>' in page) is (kind != "text/html")
    problem(few.get("/sparql", params={"query": query, "accept": kind}), 400)


def test_when_a_query_takes_too_long_or_too_many_wait_that_is_told_above_it(small_root: Path) -> None:
    with TestClient(application(Settings(str(small_root), seconds=0.1, processes=1))) as client:
        page = show(client, f"SELECT (COUNT(*) AS ?n) {EVERYTHING.removeprefix('SELECT *')}", status=503)
        assert "longer than 0.1 seconds: ask for less" in page.partition("<textarea")[0]
    with TestClient(application(Settings(str(small_root), processes=0, waiting=0))) as client:
        page = show(client, "ASK {}", status=429)
        assert "too many queries of yours are waiting" in page.partition("<textarea")[0]


@pytest.mark.parametrize(
    "query", ["ASK {} # <b>&amp;</b> \"'", "ASK {}\n\n", "\n\tASK {}", "ASK { FILTER('é\U0001f600' = '') }"]
)
def test_the_form_keeps_a_query_as_it_was(few: httpx2.Client, query: str) -> None:
    assert asked(show(few, query)) == query


def test_what_a_query_makes_is_shown_as_text(few: httpx2.Client) -> None:
    page = show(
        few, "SELECT ?x (<javascript:alert(1)> AS ?y) { VALUES ?x { '<script>alert(1)</script>' '\"onclick=x' } }"
    )
    assert "<script>" not in page
    assert 'href="javascript' not in page
    assert [row[0] for row in cells(page)] == ["&lt;script&gt;alert(1)&lt;/script&gt;", "&#34;onclick=x"]


def test_pages_with_answers_are_not_for_search_engines(few: httpx2.Client) -> None:
    assert "X-Robots-Tag" not in few.get("/sparql", headers={"Accept": BROWSER}).headers
    for accept in (BROWSER, "*/*"):
        answer = few.get("/sparql?query=ASK%7B%7D", headers={"Accept": accept})
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_address_that_the_workspace_names_is_told(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace", '["queries"]')
    address = "https://data.example.org/sparql"
    settings = workspace / "workspace.toml"
    settings.write_text(f'endpoint = "{address}"\n{settings.read_text("utf-8")}', "utf-8")
    with TestClient(application(Settings(str(workspace), processes=1))) as client:
        assert f"'Accept: text/csv' {address}</code>" in client.get("/sparql", headers={"Accept": BROWSER}).text
        described = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
        assert f"sparql-service-description#endpoint> <{address}> ." in described
        assert "testserver" not in described


def test_each_stored_query_is_an_example_that_can_be_asked(client: httpx2.Client, small: Graph) -> None:
    answer = client.get("/sparql/examples.json")
    assert answer.headers["Content-Type"] == "application/json"
    examples = {one["name"]: one for one in answer.json()}
    assert {"coalitions", "overlap_matrix"} <= examples.keys() <= small.queries.keys()
    assert all(one["area"] and one["question"] for one in examples.values())
    for name, one in examples.items():
        found = client.get("/sparql", params={"query": one["query"]}, headers={"Accept": "*/*"})
        assert found.status_code == 200, (name, found.text)
    again = client.get("/sparql/examples.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
