"""Notebooks: charts of every kind of picture, results as tables, and the tour of the docs."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair
import nbformat
import pyoxigraph as ox
import pytest
from conftest import ROOT, WorkspaceMaker
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

import foc_graph
from foc_graph.errors import FocGraphError, ParameterError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.plotting import KINDS, picture
from foc_graph.plotting.style import palette
from foc_graph.store.result import Rows, Triples
from foc_graph.xml import clean

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
BASE = "https://w3id.org/coalition/id/"
HOSTILE = "</script><script>alert(1)</script><!--\"'&<img src=x onerror=alert(1)>"
COALITION = f"""
<{BASE}foc> a coal:Coalition ; <http://www.w3.org/2000/01/rdf-schema#label> "%s"@en ; dcterms:identifier "foc" .
"""

PLOTS: list[Any] = [
    pytest.param("map", {"coalition": "first", "as_of": "2015-05"}, id="map"),
    pytest.param("joins", {"coalition": "first"}, id="joins"),
    pytest.param("mandates", {"coalition": "first"}, id="mandates of a coalition"),
    pytest.param("mandates", {"body": "first/group"}, id="mandates of a body"),
    pytest.param("memberships", {"agent": "government/ee"}, id="memberships of a government"),
    pytest.param("memberships", {"agent": "person/ada-reader"}, id="memberships of a person"),
    pytest.param("composition", {"coalition": "third"}, id="composition"),
    pytest.param("composition", {"body": "first/group", "as_of": "2015"}, id="composition of a body"),
    pytest.param("completeness", {"coalition": "first"}, id="completeness"),
    pytest.param("upset", {"coalitions": ["first", "second", "third"], "as_of": "2024"}, id="upset"),
    pytest.param("matrix", {"as_of": "2024"}, id="matrix"),
]


def records(chart: Any) -> list[list[dict[str, Any]]]:
    """The sets of data of a chart, as its specification has them."""
    found = chart.to_dict()
    sets = []
    for one in found["datasets"].values():
        sets.append(json.loads(one) if isinstance(one, str) else one)
    return sets


def those(chart: Any, *keys: str) -> list[dict[str, Any]]:
    """The records of a chart that have these fields."""
    return [record for records_ in records(chart) for record in records_ if set(keys) <= set(record)]


def test_every_kind_of_picture_is_tried() -> None:
    assert {plot.values[0] for plot in PLOTS} >= set(KINDS)


@pytest.mark.parametrize(("name", "parameters"), PLOTS)
def test_a_chart_is_valid_and_in_the_colours_of_the_pictures(
    small: Graph, name: str, parameters: dict[str, Any]
) -> None:
    specification = small.plot(name, **parameters).to_json(validate=True)
    used = set(re.findall(r"#[0-9a-f]{6}\b", specification))
    assert used and used <= set(palette().values())
    assert '"tooltip"' in specification


@pytest.mark.parametrize(("name", "parameters"), PLOTS)
def test_a_chart_has_the_title_of_its_picture(small: Graph, name: str, parameters: dict[str, Any]) -> None:
    drawn = picture(small, name, **parameters)
    assert drawn is not None and small.plot(name, **parameters).title.text == drawn.title


def test_a_map_has_each_member_in_its_place_and_as_sure_as_the_query_says(small: Graph) -> None:
    countries = {one["name"]: one for one in those(small.plot("map", coalition="first", as_of="2015-05"), "standing")}
    words = {"certain": "member", "presumed": "member when last checked", "possible": "may have been a member"}
    sure = {
        row["name"]: "observer" if row["role"] == "observer" else words[row["certainty"]]
        for row in small.rows("members", coalition="first", as_of="2015-05")
    }
    then = {name: one["standing"] for name, one in countries.items() if "another time" not in one["standing"]}
    assert then["Estonia"] == "member" and then.items() <= sure.items()
    (x, y), *_ = countries["Australia"]["geometry"]["coordinates"][0]
    assert x > 750 and y > 250


def test_joins_count_what_the_query_lists(small: Graph) -> None:
    chart = small.plot("joins", coalition="first")
    last = max(those(chart, "least", "most"), key=lambda step: str(step["day"]))
    assert (last["least"], last["most"]) == (6, 7)
    marks = {mark["name"]: mark for mark in those(chart, "joined")}
    assert (marks["Australia"]["begin"], marks["Australia"]["end"]) == ("2015-01-01", "2015-12-31")
    assert marks["Mongolia"]["begin"] == marks["Mongolia"]["end"] == "2011-12-08"
    assert (marks["Australia"]["certainty"], marks["Mongolia"]["certainty"]) == ("possible", "certain")
    assert marks.keys() == {"Australia", "Estonia", "Georgia", "Germany", "Kenya", "Latvia", "Malta", "Mongolia"}


def test_mandates_show_what_is_not_known_of_their_time(small: Graph) -> None:
    parts = [part for part in those(small.plot("mandates", body="first/group"), "what") if part["what"] == "mandate"]
    assert [(part["from"], part["to"], part["certainty"]) for part in parts] == [
        ("2013-07-01", "2013-07-31", "possible"),
        ("2013-07-31", "2016-05-01", "certain"),
        ("2016-05-01", "2016-05-31", "possible"),
    ]


DAYS = ("2014-06-01", "2015-06-15", "2016-05-05", "2018-03-01", "2026-11-23")
"""In no month or year in which one of the memberships tried was last verified: there a chart is not as exact."""


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("agent", ["government/ee", "government/de", "government/cl"])
def test_memberships_are_as_sure_on_a_day_as_the_query_says(small: Graph, agent: str, day: str) -> None:
    chart = small.plot("memberships", agent=agent)
    words = {"open when last checked": "presumed", "not known": "possible"}
    drawn = sorted(
        (part["name"], part["role"], words.get(part["certainty"], part["certainty"]))
        for part in those(chart, "role", "certainty")
        if part["from"] <= day <= part["to"]
    )
    rows = small.rows("memberships_of", agent=agent, as_of=day)
    assert drawn and drawn == sorted((row["name"], row["role"], row["certainty"]) for row in rows)


def test_composition_shows_the_seats_that_are_not_in_the_graph(small: Graph) -> None:
    seats = {
        (one["category"], one["sure"]): one["seats"]
        for one in those(small.plot("composition", body="first/group"), "seats")
    }
    assert seats == {
        ("government", "certain, or when last checked"): 1,
        ("civil society", "certain, or when last checked"): 1,
        ("not known", "certain, or when last checked"): 2,
        ("not known", "expected at most, not in the graph"): 5,
    }


def test_upset_counts_each_member_once(small: Graph) -> None:
    chart = small.plot("upset", coalitions=["first", "second"], as_of="2015")
    exactly = {}
    for bar in those(chart, "rank"):
        exactly[bar["exactly"]] = exactly.get(bar["exactly"], 0) + bar["members"]
    both = len(small.rows("overlap", coalitions=["first", "second"], as_of="2015"))
    sizes = {one["coalition"]: one["members"] for one in those(chart, "coalition", "members")}
    first, second = sizes
    assert exactly[f"{first}, {second}"] == both > 0
    assert sizes == {name: both + exactly[name] for name in (first, second)}


@pytest.mark.parametrize(
    ("name", "parameters", "error", "message"),
    [
        ("cake", {}, UnknownNameError, "unknown picture 'cake'"),
        ("joins", {}, ParameterError, "joins needs coalition: the coalition, such as foc"),
        ("joins", {"coalition": "nope"}, UnknownNameError, "unknown coalition 'nope'"),
        ("joins", {"coalition": "first", "colour": "red"}, UnknownNameError, "unknown parameter 'colour'"),
        ("mandates", {}, ParameterError, "mandates needs a coalition or a body: name one of them"),
        ("composition", {"coalition": "first", "body": "first/group"}, ParameterError, "name one of them"),
        ("matrix", {"as_of": "0000"}, ParameterError, "'0000' is not a date"),
        ("matrix", {"as_of": "soon"}, ParameterError, "'soon' is not a date"),
        ("upset", {"coalitions": "first"}, ParameterError, "name at least two different ones"),
        ("upset", {"coalitions": ["first", "first"]}, ParameterError, "name at least two different ones"),
        ("memberships", {"agent": "first/nobody"}, UnknownNameError, "unknown agent 'first/nobody'"),
    ],
)
def test_wrong_input_gets_one_line(
    small: Graph, name: str, parameters: dict[str, Any], error: type[FocGraphError], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)) as caught:
        small.plot(name, **parameters)
    assert "\n" not in str(caught.value)


def test_without_altair_the_extra_is_named(small: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ParameterError, match=r"altair is not installed: pip install 'foc-graph\[notebook\]'"):
        small.plot("joins", coalition="first")


def test_a_chart_of_nothing_says_so(small: Graph) -> None:
    assert "nothing to draw" in small.plot("joins", coalition="idle").to_json()
    assert "nothing to draw" in small.plot("matrix", as_of="1900").to_json()
    assert "nothing to draw" in small.plot("memberships", agent="first").to_json()


class Tags(HTMLParser):
    """The tags of HTML with their attributes, and the texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_no_label_becomes_html_in_the_page_of_a_chart(make_workspace: WorkspaceMaker) -> None:
    """Altair puts data into a script as they are: what ends that script must not be among them."""
    label = ox.Literal(HOSTILE, language="en")
    text = f"""
    <{BASE}foc> a coal:Coalition ; <http://www.w3.org/2000/01/rdf-schema#label> {label} .
    <{BASE}ogp> a coal:Coalition ; <http://www.w3.org/2000/01/rdf-schema#label> {label} .
    <{BASE}foc/body> a coal:Body ; <http://www.w3.org/2000/01/rdf-schema#label> {label} ;
      org:subOrganizationOf <{BASE}foc> ; coal:begin "2015"^^xsd:gYear ;
      org:classification <https://w3id.org/coalition/concept/body-kind/working-group> .
    <{BASE}foc/mandate/1> a coal:Mandate ; coal:mandates <{BASE}foc/body> ; coal:begin "2016"^^xsd:gYear .
    <{BASE}organisation/x> a org:Organization ; <http://www.w3.org/2000/01/rdf-schema#label> {label} .
    <{BASE}foc/membership/x> a coal:Membership ; org:organization <{BASE}foc> ; org:member <{BASE}organisation/x> ;
      org:role <https://w3id.org/coalition/concept/role/member> ; coal:begin "2015"^^xsd:gYear .
    <{BASE}ogp/membership/x> a coal:Membership ; org:organization <{BASE}ogp> ; org:member <{BASE}organisation/x> ;
      org:role <https://w3id.org/coalition/concept/role/member> ; coal:begin "2015"^^xsd:gYear .
    <{BASE}foc/completeness/1> a coal:Completeness ; coal:completenessOf <{BASE}foc> ;
      coal:list <https://w3id.org/coalition/concept/list/members> ;
      coal:completenessState <https://w3id.org/coalition/concept/completeness-state/partial> .
    """
    hostile = foc_graph.open(make_workspace(a=text))
    plots: dict[str, dict[str, object]] = {
        **{name: {"coalition": "foc"} for name in ("joins", "mandates", "composition", "completeness")},
        "upset": {"coalitions": ["foc", "ogp"]},
        "matrix": {},
        "memberships": {"agent": "organisation/x"},
    }
    for name, parameters in plots.items():
        page = hostile.plot(name, **parameters).to_html()
        assert "alert(1)" in page, name
        tags = Tags(page).tags
        assert [tag for tag, _ in tags] == [tag for tag, _ in Tags(altair.Chart().mark_bar().to_html()).tags]
    html = hostile.rows("members", coalition="foc")._repr_html_()
    assert "script" not in {tag for tag, _ in Tags(html).tags} and HOSTILE in Tags(html).texts


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=4))
def test_results_show_any_text_that_xml_can_hold_as_it_is(texts: list[str]) -> None:
    values = [ox.Literal(text) for text in texts]
    html = Triples([ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), value) for value in values])._repr_html_()
    tags = {tag for tag, _ in Tags(html).tags}
    assert tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    shown = ElementTree.fromstring(html)
    lines = (clean(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts)
    assert {cell.text or "" for cell in shown.findall(".//td[3]")} == {*lines}


def test_a_result_is_a_table_that_says_how_many_there_are(small: Graph) -> None:
    few, many = (small.rows("members", coalition="first"), small.sparql("SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 60"))
    assert isinstance(many, Rows)
    for found, caption, shown in ((few, "9 rows", 9), (many, "60 rows, of which the first 50 are shown", 50)):
        table = ElementTree.fromstring(found._repr_html_())
        assert table.findtext("caption") == caption
        assert [head.get("scope") for head in table.findall("thead/tr/th")] == ["col"] * len(found.columns)
        assert len(table.findall("tbody/tr")) == shown
    assert repr(few).startswith("<9 rows of member, name") and "\n" not in repr(few)


def test_only_addresses_of_the_web_are_links(small: Graph) -> None:
    found = small.sparql(
        """SELECT * WHERE { VALUES (?a ?b ?c ?d ?e)
        { (<https://e/x?a&b> <javascript:alert(1)> <urn:x> "https://e/y" UNDEF) } }"""
    )
    assert isinstance(found, Rows)
    tags = Tags(found._repr_html_())
    assert [attributes["href"] for tag, attributes in tags.tags if tag == "a"] == ["https://e/x?a&b"]
    assert {"javascript:alert(1)", "urn:x", "https://e/y"} <= {*tags.texts}


def test_a_graph_shows_its_stored_queries_and_a_description_its_triples(small: Graph) -> None:
    assert repr(small) == "<graph of The Example Coalition>"
    table = ElementTree.fromstring(small._repr_html_())
    assert {row.findtext("td") for row in table.findall("tbody/tr")} == {*small.queries}
    described = small.describe("first/group")
    assert repr(described) == f"<{len(described)} triples>"
    assert ElementTree.fromstring(described._repr_html_()).findtext("caption") == f"{len(described)} triples"


def test_the_notebook_of_the_docs_is_clean_and_runs(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = [output for cell in cells for output in cell.outputs]
    assert all(cell.outputs for cell in cells[1:]) and {output.output_type for output in shown} == {"execute_result"}
