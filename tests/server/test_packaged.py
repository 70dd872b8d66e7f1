"""The packaged graph over HTTP: what its published addresses lead to, and what is found by the names of its things."""

import gzip
import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx2

from foc_graph.graph import Graph
from tests.support.screenshots import PAGES

HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}


def found(client: httpx2.Client, asked: str) -> list[str]:
    """The things that a name leads to, in order."""
    answer = client.get("/search", params={"q": asked}, headers=HTML)
    hits = re.search(r'<ol class="hits".*?</ol>', answer.text, re.DOTALL)
    return re.findall(r'href="(?:doc|concept)/([^"]+)\.html"', hits[0]) if hits else []


def test_claims_that_were_published_as_things_of_their_own_still_answer(packaged_client: httpx2.Client) -> None:
    """Claims had pages until they became lines of tables: their addresses lead to the page of their thing."""
    paths = Path(__file__).with_name("published_claims.txt").read_text("utf-8").split()
    answers = {path: packaged_client.get(f"/{path}") for path in paths}
    assert {answer.status_code for answer in answers.values()} == {303}
    leads = {path: answer.headers["location"] for path, answer in answers.items()}
    assert leads["id/foc/wg1/claim/begin-1"].endswith("/doc/foc/wg1#sources")
    pages = sorted({urljoin(f"/{path}", lead).partition("#")[0] for path, lead in leads.items()})
    assert {packaged_client.head(page).status_code for page in pages[::10]} == {200}


def test_a_conference_is_found_by_its_place_and_year(packaged_client: httpx2.Client, graph: Graph) -> None:
    """The first thing that is found is the conference, or another one held there that year."""
    conferences = [row for row in graph.rows("events", coalition="foc", kind="conference") if row["city"]]
    held = {(row["city"], row["begin"][:4]): row["event"] for row in conferences if row["begin"]}
    assert len(held) > 5
    for city, year in held:
        wanted = {row["event"] for row in conferences if (row["city"], (row["begin"] or "")[:4]) == (city, year)}
        first = found(packaged_client, f"{city.lower()} conference {year}")[0]
        assert f"{graph.base}id/{first}" in wanted, (city, year)


def test_a_body_is_found_by_its_number(packaged_client: httpx2.Client) -> None:
    for number, asked in enumerate(("foc wg {}", "FOC-WG{}", "working group {}"), 1):
        assert found(packaged_client, asked.format(number))[0] == f"foc/wg{number}"


def test_sources_come_after_what_they_are_about(packaged_client: httpx2.Client) -> None:
    kinds = [one.startswith("source/") for one in found(packaged_client, "tunis")]
    assert kinds == sorted(kinds) and len({*kinds}) == 2


def test_a_page_whose_example_names_people_is_not_for_search_engines(packaged_client: httpx2.Client) -> None:
    for name, hides in {"people": True, "representatives": True, "members": False, "coalitions": False}.items():
        page = packaged_client.get(f"/query/{name}", headers=HTML).text
        assert ('content="noindex"' in page) is hides, name


def test_without_a_question_the_page_has_examples_that_are_answered(packaged_client: httpx2.Client) -> None:
    for path in ("/ask", "/ask.html", "/ask?q=", "/ask?q=%20%20&run="):
        answer = packaged_client.get(path, headers=HTML)
        examples = re.findall(r'<a href="(ask\?q=[^"]+)"', answer.text)
        assert answer.status_code == 200 and len(examples) == 5 and "X-Robots-Tag" not in answer.headers
    for example in examples:
        assert packaged_client.get(f"/{unescape(example)}", headers=JSON).json()["query"]


MOST_HTML, MOST_SCRIPT, MOST_STYLE = 100_000, 60_000, 30_000
"""Bytes of a page without its charts, of its scripts when compressed, of its style sheets; without YASGUI."""


def test_large_pages_keep_within_their_budgets(packaged_client: httpx2.Client) -> None:
    for kind in ("coalition", "body", "government", "query", "compare", "names"):
        answer = packaged_client.get(f"/{PAGES[kind]}", headers=HTML, follow_redirects=True)
        charts = r"<svg\b.*?</svg>|<script type=\"application/json\".*?</script>"
        assert len(re.sub(charts, "", answer.text, flags=re.DOTALL).encode()) <= MOST_HTML, kind
        scripts = re.findall(r'<script src="([^"]+)" defer>', answer.text)
        styles = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.text)
        assert len(scripts) == answer.text.count("<script src"), "others would block the page"
        loaded = {path: packaged_client.get(str(answer.url.join(path))).content for path in (*scripts, *styles)}
        own = {path: content for path, content in loaded.items() if "sparql." not in path}
        assert sum(len(gzip.compress(own[path])) for path in scripts if path in own) <= MOST_SCRIPT
        assert 0 < sum(len(own[path]) for path in styles if path in own) <= MOST_STYLE
