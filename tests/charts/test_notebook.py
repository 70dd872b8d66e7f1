"""Notebooks: charts of every kind, results as tables, and the tour of the docs."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import render_svg
from foc_graph.errors import FocGraphError, ParameterError, ParameterErrors, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.rdf.xml_text import clean
from foc_graph.store.results import Rows, Triples
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.charts import given_for
from tests.support.commands import foc
from tests.support.notebooks import NOTEBOOKS

PLOTS: list[Any] = [
    *(
        pytest.param(name, given_for(name, "government/ee" if kind.parameters[0].name == "agent" else "first"), id=name)
        for name, kind in KINDS.items()
    ),
    pytest.param("composition", {"body": "first/group", "as_of": "2015"}, id="composition of a body"),
]


def check_safe(html: str) -> None:
    """That HTML is a drawing which loads and runs nothing, and whose links open pages beside the notebook."""
    elements = [(one.tag.rpartition("}")[2], one.attrib) for one in ElementTree.fromstring(html).iter()]
    drawing = {"svg", "g", "a", "path", "rect", "circle", "text", "tspan", "title", "desc", "style"}
    assert {tag for tag, _ in elements} <= drawing and [tag for tag, _ in elements].count("style") == 1
    assert not any(
        name.startswith("on") or name in ("src", "style") for _, attributes in elements for name in attributes
    )
    assert "url(" not in html and "@import" not in html
    for tag, attributes in elements:
        if tag == "a":
            assert (attributes["target"], attributes["rel"]) == ("_blank", "noopener noreferrer")
            assert attributes["href"].startswith(("https://", "http://"))
        else:
            assert not any(name.rpartition("}")[2] == "href" for name in attributes)


@pytest.mark.parametrize(("name", "parameters"), PLOTS)
def test_a_notebook_shows_the_chart_that_a_file_has(small: Graph, name: str, parameters: dict[str, Any]) -> None:
    drawn, shown = draw_chart(small, name, **parameters), small.plot(name, **parameters)
    assert drawn is not None and shown == drawn
    html = shown._repr_html_()
    check_safe(html)
    links = re.compile(' target="_blank" rel="noopener noreferrer"')
    assert ElementTree.canonicalize(links.sub("", html)) == ElementTree.canonicalize(render_svg(drawn))
    assert repr(shown) == f"<chart: {shown.title}>"


@pytest.mark.parametrize("ending", ["svg", "html"])
def test_a_chart_is_saved_as_the_command_writes_it(small: Graph, small_root: Path, tmp_path: Path, ending: str) -> None:
    saved, written = tmp_path / f"saved.{ending}", tmp_path / f"written.{ending}"
    small.plot("joins", coalition="first").save(str(saved))
    assert foc("plot", "joins", "--coalition", "first", "--out", str(written), cwd=small_root).returncode == 0
    assert saved.read_bytes() == written.read_bytes()


def test_a_chart_is_not_saved_under_another_ending(small: Graph, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"\.svg, \.png, \.html"):
        small.plot("joins", coalition="first").save(tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "parameters", "error", "message"),
    [
        ("cake", {}, UnknownNameError, "unknown chart 'cake': `foc plot` lists them"),
        ("joins", {}, ParameterError, "joins needs coalition: the coalition, for example foc"),
        ("joins", {"coalition": "frst"}, UnknownNameError, "did you mean first"),
        ("joins", {"coalition": "first", "colour": "red"}, UnknownNameError, "'colour': there are coalition"),
        ("joins", {"coalitoin": "first"}, ParameterErrors, "did you mean coalition"),
        ("mandates", {}, ParameterError, "mandates needs a coalition or a body: give one of them"),
        ("composition", {"coalition": "first", "body": "first/group"}, ParameterError, "give one of them"),
        ("upset", {"coalition": "first"}, ParameterError, "give at least 2 different values, not 1"),
    ],
)
def test_wrong_input_gets_one_line(
    small: Graph, name: str, parameters: dict[str, Any], error: type[FocGraphError], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)) as caught:
        small.plot(name, **parameters)
    assert "\n" not in str(caught.value)


def test_a_chart_of_nothing_says_so(small: Graph) -> None:
    plots: list[tuple[str, dict[str, str]]] = [
        ("joins", {"coalition": "idle"}),
        ("matrix", {"as_of": "1900"}),
        ("memberships", {"agent": "first"}),
    ]
    for name, parameters in plots:
        html = small.plot(name, **parameters)._repr_html_()
        check_safe(html)
        assert "There is nothing to draw" in ElementTree.fromstring(html).itertext()


@campaign(100)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=4))
def test_results_show_any_text_that_xml_can_hold_as_it_is(texts: list[str]) -> None:
    values = [ox.Literal(text) for text in texts]
    html = Triples([ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), value) for value in values])._repr_html_()
    shown = ElementTree.fromstring(html)
    assert {one.tag for one in shown.iter()} <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    lines = (clean(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts)
    assert {cell.text or "" for cell in shown.findall(".//td[3]")} == {*lines}


def test_a_result_is_a_table_that_says_how_many_there_are(small: Graph) -> None:
    few, many = (small.rows("members", coalition="first"), small.sparql("SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 60"))
    assert isinstance(many, Rows)
    for found, caption, shown in ((few, "9 rows", 9), (many, "60 rows, showing the first 50", 50)):
        table = ElementTree.fromstring(found._repr_html_())
        assert table.findtext("caption") == caption
        assert [head.get("scope") for head in table.findall("thead/tr/th")] == ["col"] * len(found.choose_columns())
        assert len(table.findall("tbody/tr")) == shown
    assert repr(few).startswith("<9 rows of member, name") and "\n" not in repr(few)


def test_a_result_shows_what_people_see_on_a_terminal(small: Graph) -> None:
    members = small.rows("members", coalition="first", as_of="2024")
    shown = ElementTree.fromstring(members._repr_html_())
    headings = [head.text for head in shown.findall("thead/tr/th")]
    assert (
        headings == [*members.choose_columns().values()]
        and headings[0] == "Member"
        and "Begin earliest" not in headings
    )
    chosen = members.select(["member", "left", "begin_earliest"])
    shown = ElementTree.fromstring(chosen._repr_html_())
    assert [head.text for head in shown.findall("thead/tr/th")] == ["Member ID", "left", "Begin earliest"]
    addresses = {address.text: address.get("href") or "" for address in shown.findall("tbody/tr/td/a")}
    assert addresses["government/ee"].endswith("/id/government/ee")


def test_only_addresses_of_the_web_are_links(small: Graph) -> None:
    found = small.sparql(
        """SELECT * WHERE { VALUES (?a ?b ?c ?d ?e)
        { (<https://e/x?a&b> <javascript:alert(1)> <urn:x> "https://e/y" UNDEF) } }"""
    )
    assert isinstance(found, Rows)
    shown = ElementTree.fromstring(found._repr_html_())
    assert [one.get("href") for one in shown.iter("a")] == ["https://e/x?a&b"]
    assert {"javascript:alert(1)", "urn:x", "https://e/y"} <= {*shown.itertext()}


def test_a_graph_shows_its_stored_queries_and_a_description_its_triples(small: Graph) -> None:
    assert repr(small) == "<graph of The Example Coalition>"
    table = ElementTree.fromstring(small._repr_html_())
    assert {row.findtext("td") for row in table.findall("tbody/tr")} == {*small.queries}
    described = small.describe("first/group")
    assert repr(described) == f"<{len(described)} triples>"
    assert ElementTree.fromstring(described._repr_html_()).findtext("caption") == f"{len(described)} triples"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_charts_of_a_notebook_of_the_docs_are_pictures(path: Path) -> None:
    """Its answers are those that its cells give now: `make check` runs them."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert {output.output_type for output in outputs} == {"execute_result", "stream"}
    assert {output.name for output in outputs if output.output_type == "stream"} == {"stdout"}
    text = path.read_text("utf-8")
    assert len(text.encode()) < 300_000 and str(ROOT) not in text
    data = [output.get("data", {}) for output in outputs]
    charts = [one["image/svg+xml"] for one in data if "image/svg+xml" in one]
    assert len(charts) == sum("graph.plot(" in cell.source and bool(cell.get("outputs")) for cell in notebook.cells) > 0
    for chart in charts:
        check_safe(chart)
        assert ElementTree.fromstring(chart).tag == "{http://www.w3.org/2000/svg}svg"
    assert not any("<svg" in one.get("text/html", "") for one in data)
