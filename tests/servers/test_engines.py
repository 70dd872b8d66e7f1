"""Stored queries, cards and parameters on real servers: what the embedded store answers, in the same order."""

import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import foc_graph
from foc_graph.errors import ServiceError
from foc_graph.graph import Graph
from foc_graph.matching.index import read_things
from foc_graph.queries.header import read_queries
from foc_graph.show import card
from foc_graph.sparql.rewriting import insert
from foc_graph.store.remote import MAX_URL
from foc_graph.store.results import Result, Rows, Triples
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.sparql_servers import OxigraphServer, Server, VirtuosoServer, running
from tests.support.stored_calls import CALLS

ENGINES = tomllib.loads(Path(__file__).with_name("engines.toml").read_text("utf-8"))
KINDS = {"oxigraph": OxigraphServer, "virtuoso": VirtuosoServer}
QUERIES = read_queries(find_workspace(ROOT))
TIMEOUT = 300.0
TEXTS = {
    "quotes": "'\"''' \"\"\"",
    "braces and a comment": "} # { ?s ?p ?o } UNION",
    "an update": '" . } ; DROP ALL ; INSERT DATA { <x> <y> "',
    "backslashes": '\\ \\n \\u0041 \\\\" \\',
    "lines and tabs": "a\nb\r\nc\td",
    "percent and form signs": "100%25 %41 a+b&query=c;d=e",
    "variables": "?text $text <http://example.org/> _:b @en ^^xsd:date",
    "scripts": "Ünïcödé Бґ 中文 العربية \u200f",
    "beyond the basic plane": "𝒳 😀 \U0010fffd",
    "combining and invisible": "e\u0301 \u00a0\u2028\ufeff\u0001",
}


@pytest.mark.extended
@pytest.mark.parametrize("engine", KINDS)
def test_a_server_answers_as_the_embedded_store(
    engine: str, small: Graph, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """One test for each server, so that it is filled once, however many processes share the tests."""
    with contextmanager(running)(KINDS[engine], tmp_path) as server:
        asked = filled(server, small)
        for name in QUERIES:
            calls = [given for one, given in CALLS.values() if one == name] or [{"coalition": "first"}]
            with subtests.test("a stored query", name=name):
                differing = [given for given in calls if not alike(small, asked, name, given)]
                judge(differing, ENGINES[engine].get("small", {}).get(name))
        for thing in ("first", "first/group", "government/ee"):
            here, there = card(small, thing), card(asked, thing)
            with subtests.test("a card", thing=thing):
                assert (there.iri, there.facts) == (here.iri, here.facts)
                assert {name: plain(rows) for name, rows in there.sections.items()} == {
                    name: plain(rows) for name, rows in here.sections.items()
                }
        with subtests.test("the things that names may mean"):
            assert read_things(asked.store) == read_things(small.store)
        for kind, text in TEXTS.items():
            with subtests.test("a text parameter", holds=kind):
                assert [length for length in (0, 2 * MAX_URL) if not echoes(asked, text, length)] == []


@pytest.mark.sweep
@pytest.mark.extended
@pytest.mark.parametrize("engine", KINDS)
def test_a_server_gives_the_rows_that_headers_promise(
    engine: str, graph: Graph, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Of the packaged graph; what differs has an excuse."""
    with contextmanager(running)(KINDS[engine], tmp_path) as server:
        asked = filled(server, graph)
        for query in QUERIES.values():
            calls = [expected.get("with") or {} for expected in query.expect]
            differing = [given for given in calls if not alike(graph, asked, query.name, given)]
            with subtests.test("a stored query", name=query.name):
                judge(differing, ENGINES[engine].get("excuses", {}).get(query.name))


def filled(server: Server, graph: Graph) -> Graph:
    """Load the data of a workspace, let the server derive the rest, and open it there."""
    root = graph.workspace.root
    assert server.graph_store_url is not None
    target = ("--endpoint", server.query_url, "--graph-store", server.graph_store_url)
    done = foc("--workspace", str(root), "load", str(root / "data"), *target)
    assert (done.returncode, done.stderr) == (0, "")
    return foc_graph.open(root, endpoint=server.query_url, timeout=TIMEOUT)


def test_every_excuse_is_for_a_query() -> None:
    assert ENGINES.keys() == KINDS.keys()
    for engine in ENGINES.values():
        assert {**engine.get("excuses", {}), **engine.get("small", {})}.keys() <= QUERIES.keys()


def judge(differing: list[Any], excuse: str | None) -> None:
    """Check that a query whose answers differ has an excuse, and one that answers alike has none."""
    assert not differing or excuse is not None, differing
    assert excuse is None or differing, f"it answers alike: take out the excuse that {excuse}"


def alike(here: Graph, there: Graph, name: str, given: dict[str, Any]) -> bool:
    """Whether a stored query gets the same answer; a server that takes too long ends the test."""
    try:
        answer = plain(there.sparql(here.bound(name, **given)))
    except ServiceError as error:
        if "no whole answer within" in str(error):
            pytest.fail(f"{name} with {given}: {error}")
        return False
    return answer == plain(here.query(name, **given))


def echoes(asked: Graph, text: str, length: int) -> bool:
    """Whether a text parameter of a query of at least this length comes back as it was given."""
    query = "SELECT ?text WHERE { ?coalition a coal:Coalition FILTER(BOUND(?text)) } LIMIT 1"
    bound = insert(query, {("text",): f"BIND({ox.Literal(text)} AS ?text)"}) + f" # {'-' * length}"
    try:
        return list(asked.sparql(bound)) == [{"text": text}]
    except ServiceError:
        return False


def plain(result: Result) -> object:
    """A result as values that compare: columns and rows of terms in order, a graph as the set of its triples."""
    match result:
        case Rows():
            return result.columns, [tuple(map(str, row)) for row in result.terms]
        case Triples():
            return set(map(str, result))
    return result
