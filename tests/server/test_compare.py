"""Coalitions compared over HTTP: the page, its form, its table and charts, and what is wrong with a question."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import httpx2
import pytest

from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.server.compare import MOST
from foc_graph.site.compare import compared, preselect
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore
from tests.support.html import Reader
from tests.support.workspaces import DAY

HTML = {"Accept": "text/html"}
NAMES = ["first", "second", "third"]
CHOSEN = [("coalition", name) for name in NAMES]


def params(given: Sequence[tuple[str, str]]) -> str:
    return urlencode(list(given))


def ask(client: httpx2.Client, *given: tuple[str, str]) -> httpx2.Response:
    return client.get("/compare", params=params(given), headers=HTML)


def members(text: str) -> list[tuple[str, str, str]]:
    """The rows of the table: page, coalitions and certainty."""
    table = text[text.index('id="shared"') :]
    row = r'<tr><td><a href="doc/([^"]*)\.html".*?</td><td[^>]*>\d+</td><td><bdi>(.*?)</bdi></td><td.*?>(.*?)</td></tr>'
    found = re.findall(row, table, re.DOTALL)
    return [
        (page, coalitions.replace("</bdi>", "").replace("<bdi>", ""), certainty)
        for page, coalitions, certainty in found
    ]


@pytest.mark.parametrize("as_of", ["", "2024", "2016-06", "2015"])
def test_the_table_is_the_answer_of_the_query(client: httpx2.Client, small: Graph, as_of: str) -> None:
    answer = ask(client, *CHOSEN, ("as_of", as_of))
    day = as_of or small.workspace.settings.verified
    rows = list(small.rows("overlap", coalition=NAMES, as_of=day))
    names = {
        short(row["coalition"], small.base): row["abbreviation"] or row["name"] for row in small.rows("coalitions")
    }
    wanted = [
        (
            row["member"].removeprefix(f"{small.base}id/"),
            ", ".join(names[one] for one in row["coalitions"].split(", ")),
            row["certainty"] if row["certainty"] != "certain" else "",
        )
        for row in rows
    ]
    assert answer.status_code == 200 and members(answer.text) == wanted and wanted
    assert f'value="{day}"' in answer.text


def test_the_answer_can_be_had_as_csv(client: httpx2.Client, small: Graph) -> None:
    answer = ask(client, *CHOSEN, ("as_of", "2024"))
    (link,) = {link for link in Reader(answer.text).links if link.startswith("query/overlap.csv")}
    assert sorted(parse_qsl(urlsplit(link).query)) == sorted([*CHOSEN, ("as_of", "2024")])
    table = client.get(f"/{link}")
    assert table.content == small.rows("overlap", coalition=NAMES, as_of="2024").serialise("csv")


def test_the_form_keeps_what_was_chosen(client: httpx2.Client, small: Graph) -> None:
    text = ask(client, *CHOSEN, ("as_of", "2024")).text
    boxes = re.findall(r'<input type="checkbox" name="coalition" value="([^"]*)"( checked)?>', text)
    assert {slug for slug, checked in boxes if checked} == {*NAMES}
    assert len(boxes) == len(small.rows("coalitions"))


def test_without_a_choice_the_first_coalition_is_compared_with_its_nearest(client: httpx2.Client, small: Graph) -> None:
    for path in ("/compare", "/compare.html", "/compare?as_of="):
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 200
        assert '" checked' not in answer.text, "what is shown is a suggestion: a choice begins with nothing"
        (headline,) = re.findall(r"coalitions compared here: (.*?)\.</p>", answer.text)
        slugs = {str(row["name"]): short(row["coalition"], small.base) for row in small.rows("coalitions")}
        named = [slugs[unescape(name)].removeprefix("id/") for name in re.findall("<bdi>(.*?)</bdi>", headline)]
        chosen, *nearest = [f"{small.base}id/{one}" for one in named]
        shared = {
            ({row["coalition_a"], row["coalition_b"]} - {chosen}).pop(): row["shared"]
            for row in small.rows("overlap_matrix")
            if chosen in (row["coalition_a"], row["coalition_b"]) and row["shared"]
        }
        assert nearest == sorted(shared, key=lambda one: (-shared[one], one))[:4] and nearest


def test_the_headline_counts_who_is_in_all(client: httpx2.Client, small: Graph) -> None:
    answer = ask(client, *CHOSEN, ("as_of", "2024"))
    rows = small.rows("overlap", coalition=NAMES, as_of="2024")
    in_all = sum(row["coalitions"] == ", ".join(NAMES) for row in rows)
    text = Reader(answer.text).text
    assert re.search(rf"\b{in_all} members?(, \d+ of them uncertain,)? in all 3 coalitions compared here: ", text)


def test_charts_stand_on_the_page_and_by_themselves(client: httpx2.Client) -> None:
    page = Reader(ask(client, *CHOSEN, ("as_of", "2024")).text)
    files = [link for link in page.links if link.startswith("plot/compare/")]
    assert {"figure-upset", "figure-matrix"} <= set(page.ids)
    assert sorted(urlsplit(link).path for link in files) == ["plot/compare/matrix.svg", "plot/compare/upset.svg"]
    for link in files:
        chart = client.get(f"/{link}")
        assert chart.headers["Content-Type"].startswith("image/svg+xml")
        assert ElementTree.fromstring(chart.content).tag == "{http://www.w3.org/2000/svg}svg"
        assert "2024" in chart.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([("coalition", "first")], "only one coalition is selected: select at least two"),
        ([("coalition", "first"), ("coalition", "first")], "only one coalition is selected: select at least two"),
        ([("coalition", "first"), ("coalition", "nosuch")], "unknown coalition 'nosuch'"),
        ([("coalition", "first"), ("coalition", "<script>alert(1)</script>")], "unknown coalition '<script>"),
        ([("coalition", str(number)) for number in range(MOST + 1)], f"select at most {MOST}"),
        ([*CHOSEN, ("as_of", "2024-13")], "'2024-13' is not a date: write 2015, 2015-05 or 2015-05-04"),
        ([*CHOSEN, ("as_of", "0000")], "'0000' is not a date"),
        ([*CHOSEN, ("as_of", "x" * 500)], "is not a date"),
    ],
)
def test_what_cannot_be_compared_is_told_above_the_form(
    client: httpx2.Client, given: list[tuple[str, str]], told: str
) -> None:
    answer = ask(client, *given)
    page = Reader(answer.text)
    assert answer.status_code == 400 and told in page.text
    assert "form" in page.tags and not page.scripts
    assert answer.headers["Cache-Control"] == "no-store"
    chart = client.get("/plot/compare/upset.svg", params=params(given))
    assert chart.status_code == 400 and told in chart.json()["detail"]


def test_a_date_before_all_history_shares_nothing(client: httpx2.Client) -> None:
    answer = ask(client, *CHOSEN, ("as_of", "1815"))
    assert answer.status_code == 200 and "No shared members on record for this date" in answer.text


def test_the_same_is_not_sent_twice(client: httpx2.Client) -> None:
    first = ask(client, *CHOSEN)
    again = client.get(
        "/compare", params=params(CHOSEN[::-1]), headers={**HTML, "If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_page_of_a_release_compares_the_same(small: Graph) -> None:
    assert isinstance(small.store, EmbeddedStore)
    chosen = preselect(small)
    about = compared(small, View(small.store, small.base), chosen, DAY)
    assert len(chosen) == len(set(chosen)) >= 2
    assert [one.chart.name for one in about["charts"]] == ["upset", "matrix"]
    assert about["shared"].total == len(small.rows("overlap", coalition=chosen, as_of=DAY))
