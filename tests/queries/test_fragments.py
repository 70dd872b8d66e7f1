"""Fragments of stored queries: in place wherever a query is asked, shown or published, and placed right in messages."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph.errors import ParseError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query, read_source
from foc_graph.queries.lint import lint_workspace
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT

HEADER = "#+ {summary: s, question: q, columns: {thing: a thing}, expect: []}\n"
QUERY = """SELECT ?thing
WHERE {
  INCLUDE <things>
}
ORDER BY ?thing
"""


@pytest.fixture
def query(tmp_path: Path) -> Path:
    """A stored query that includes a fragment of two lines."""
    (tmp_path / "workspace.toml").write_text((ROOT / "workspace.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "ontology").mkdir()
    for folder in ("area", "fragments"):
        (tmp_path / "queries" / folder).mkdir(parents=True)
    (tmp_path / "queries" / "fragments" / "things.sparql").write_text(
        "# All things.\n?thing ?p ?o .\n?o ?p ?q .\n", "utf-8"
    )
    path = tmp_path / "queries" / "area" / "things.rq"
    path.write_text(HEADER + QUERY, "utf-8")
    return path


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_fragment_takes_the_place_of_its_line(query: Path, ending: str) -> None:
    query.write_text(HEADER + QUERY, "utf-8", newline=ending)
    body = "SELECT ?thing\nWHERE {\n  ?thing ?p ?o .\n  ?o ?p ?q .\n}\nORDER BY ?thing\n"
    assert read_query(query, query.name).text.lstrip() == body
    assert read_source(query, query.name).decode().splitlines() == (HEADER + body).splitlines()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_published_query_says_once_that_others_do_not_bind_its_parameters(query: Path, ending: str) -> None:
    header = HEADER.replace("}", ", parameters: [{name: x, type: iri, description: a thing}]}")
    query.write_text(header + QUERY.replace("?thing ?p", "?x ?p"), "utf-8", newline=ending)
    before = read_query(query, query.name)
    published = read_source(query, query.name)
    first, second, third, *_ = published.decode().splitlines()
    assert first == header.strip() and third == "SELECT ?thing"
    assert second.startswith("#+ # Only foc-graph binds the parameters") and "?_" in second
    query.write_bytes(published)
    assert read_query(query, query.name)._replace(text="") == before._replace(text="")
    assert "?_" not in read_query(query, query.name).text
    assert read_source(query, query.name) == published


def test_the_linter_names_lines_of_the_file(query: Path) -> None:
    assert [(one.rule, one.line) for one in lint_workspace(Workspace(query.parents[2]))] == [("order", 6)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (QUERY.replace("things>", "thigns>"), 4, "INCLUDE <thigns>: no such fragment; there are: things"),
        (QUERY.replace("ORDER", "ORDRE"), 6, "not a SPARQL 1.1 query"),
        (QUERY.replace("  INCLUDE <", "  INCLUDE <../"), 4, "not a SPARQL 1.1 query"),
    ],
    ids=["unknown", "a fault below", "elsewhere"],
)
def test_a_fault_is_placed_in_the_file(query: Path, text: str, line: int, says: str) -> None:
    query.write_text(HEADER + text, "utf-8")
    with pytest.raises(ParseError) as caught:
        lint_workspace(Workspace(query.parents[2]))
    assert (caught.value.line, says in str(caught.value)) == (line, True), caught.value


def test_published_queries_are_plain_sparql(graph: Graph) -> None:
    store = ox.Store()
    for path in graph.workspace.query_files:
        store.query(read_source(path, path.name).decode())
    assert sum(b"INCLUDE <certainty>" in path.read_bytes() for path in graph.workspace.query_files) > 1


def test_a_fragment_may_include_another(query: Path) -> None:
    fragments = query.parents[1] / "fragments"
    fragments.joinpath("outer.sparql").write_text("OPTIONAL {\n  INCLUDE <things>\n}\n", "utf-8")
    query.write_text(HEADER + QUERY.replace("things>", "outer>"), "utf-8")
    nested = "  OPTIONAL {\n    ?thing ?p ?o .\n    ?o ?p ?q .\n  }\n"
    assert read_query(query, query.name).text.lstrip() == QUERY.replace("  INCLUDE <things>\n", nested)
