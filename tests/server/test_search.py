"""Search over HTTP: what is found by which name, and what a page shows of it."""

import re
from html import unescape

import httpx2
import pytest

from foc_graph.rdf.xml_text import clean
from foc_graph.server.search import MAX_ASKED
from tests.support.html import Reader

HTML = {"Accept": "text/html"}


def found(client: httpx2.Client, asked: str, **others: str) -> list[str]:
    """The pages that a name leads to, in order."""
    answer = client.get("/search", params={"q": asked, **others}, headers=HTML)
    assert answer.status_code == 200, answer.text
    hits = re.search(r'<ol class="hits".*?</ol>', answer.text, re.DOTALL)
    return re.findall(r'href="(?:doc|concept)/([^"]+)\.html"', hits[0]) if hits else []


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("first", ["first"]),
        ("FC", ["first"]),
        ("First Coalition", ["first"]),
        ("https://example.org/coalition/id/first/group", ["first/group"]),
        ("Estonia", ["government/ee", "country/ee"]),
        ("Estland", ["country/ee", "government/ee"]),
        ("Эстония", ["country/ee", "government/ee"]),
        ("爱沙尼亚", ["country/ee", "government/ee"]),
        ("  coalition   watch ", ["organisation/watch"]),
        ("Часы", ["organisation/watch"]),
        ("reading conference 2013", ["first/event/conference-2013"]),
        ("conference 2013", ["first/event/conference-2013"]),
        ("statement statement", ["first/document/statement"]),
        ("Statements", ["first/document/statement"]),
        ("frst group", ["first/group"]),
        ("coaltion watch", ["organisation/watch"]),
    ],
)
def test_a_name_in_any_language_leads_to_its_things(client: httpx2.Client, asked: str, first: list[str]) -> None:
    assert found(client, asked)[: len(first)] == first


def test_a_part_of_a_name_is_found(client: httpx2.Client) -> None:
    assert set(found(client, "gazet")) == {"source/gazette"}
    pages = found(client, "foreign aff")
    assert set(pages) == {f"organisation/{code}-ministry-of-foreign-affairs" for code in ("ee", "ke")}


def test_a_hit_tells_what_it_is_when_it_was_and_what_else_it_is_called(client: httpx2.Client) -> None:
    text = Reader(client.get("/search", params={"q": "first"}, headers=HTML).text).text
    assert "coalition · since 8 December 2011 First Coalition also FC" in text


def test_pages_of_results_follow_each_other(client: httpx2.Client) -> None:
    pages, number = [], "1"
    while True:
        some = found(client, "of", page=number)
        assert 0 < len(some) <= 20
        pages += some
        text = client.get("/search", params={"q": "of", "page": number}, headers=HTML).text
        following = re.search(r'<a href="search\?([^"]*)" rel="nofollow">Next</a>', text)
        if following is None:
            break
        number = re.search(r"page=(\d+)", unescape(following[1]))[1]  # type: ignore[index]
    told = re.search(r"(\d+) results for", text)
    assert told and int(told[1]) == len(pages) == len(set(pages)) > 20
    assert found(client, "of", page="9999") == found(client, "of", page=number)


@pytest.mark.parametrize("path", ["/search", "/search.html", "/search?q=", "/search?q=%20%20"])
def test_without_a_name_the_page_has_all_names(client: httpx2.Client, path: str) -> None:
    answer = client.get(path, headers=HTML)
    page = Reader(answer.text)
    assert answer.status_code == 200 and {"doc/first.html", "doc/government/ee.html"} <= set(page.links)
    assert not page.is_hidden and "X-Robots-Tag" not in answer.headers
    assert not [link for link in page.links if link.startswith("doc/person/")]


@pytest.mark.parametrize(
    "asked", ['"><script>alert(1)</script>', "' OR ?s ?p ?o }", "\u202eabc", "\x00", "x" * MAX_ASKED]
)
def test_whatever_is_asked_the_page_stays_whole(client: httpx2.Client, asked: str) -> None:
    answer = client.get("/search", params={"q": asked}, headers=HTML)
    assert answer.status_code == 200
    page = Reader(answer.text)
    assert clean(asked)[:40].strip() in page.text
    assert not page.scripts and answer.headers["X-Robots-Tag"] == "noindex"


def test_what_nobody_is_called_leads_to_the_index(client: httpx2.Client) -> None:
    page = Reader(client.get("/search", params={"q": "qqqqzzzzqqqq"}, headers=HTML).text)
    assert "No results for" in page.text and "doc/first.html" in page.links


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("q=" + "x" * (MAX_ASKED + 1), f"the name is longer than {MAX_ASKED} characters: shorten it"),
        ("q=first&page=0", "`page` is not a page number: leave it out"),
        ("q=first&page=x", "`page` is not a page number: leave it out"),
        ("q=first&page=99999", "`page` is not a page number: leave it out"),
    ],
)
def test_what_cannot_be_looked_for_is_told_on_the_page(client: httpx2.Client, query: str, told: str) -> None:
    answer = client.get(f"/search?{query}", headers=HTML)
    page = Reader(answer.text)
    assert answer.status_code == 400 and told in page.text
    assert "doc/first.html" not in page.links, "the index, which costs a query"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/search", "/ask", "/compare", "/query/", "/query/members", "/ns", "/doc/first/group"]
)
def test_every_page_has_the_form(client: httpx2.Client, path: str) -> None:
    answer = client.get(path, headers=HTML)
    form = re.search(r'<form role="search" action="([^"]*)" method="get">\s*<input name="q" type="search"', answer.text)
    assert form and answer.url.join(form[1]).path == "/search.html"
