"""The dump of a coalition stands alone: it answers as the whole graph does, keeps the shapes and says what it names."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

import foc_graph
from foc_graph.graph import Graph
from foc_graph.load.disk import load_folder
from foc_graph.load.sources import find_sources
from foc_graph.namespaces import BASE, PREFIXES, iri_of
from foc_graph.progress import untracked
from foc_graph.queries.model import StoredQuery
from foc_graph.release.dumps import write_coalition_dumps
from foc_graph.release.snapshot import take_snapshot
from foc_graph.store.disk import StoreFolder
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Rows, Triples
from tests.support import ROOT
from tests.support.releases import read_dump

SAID = [ox.NamedNode(iri_of(name)) for name in ("rdf:type", "rdfs:label")]
OF_TIME = ("date", "period", "concept")
"""Types of parameters whose examples narrow the answer about any coalition."""


ENDING = ".ttl.gz"


class World(NamedTuple):
    """A graph, its store, and the dumps of its coalitions, but those that are as others."""

    graph: Graph
    store: EmbeddedStore
    dumps: list[Path]


@pytest.fixture(scope="module", params=["small", pytest.param("graph", marks=pytest.mark.sweep, id="packaged")])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    graph: Graph = request.getfixturevalue(request.param)
    folder = tmp_path_factory.mktemp("dumps")
    assert isinstance(graph.store, EmbeddedStore)
    with take_snapshot(graph.workspace, graph.store) as snapshot:
        write_coalition_dumps(snapshot, folder, untracked)
    alike = ("all.", "league.", "example.")
    parts = (path for path in (folder / "dumps").glob(f"*{ENDING}") if not path.name.startswith(alike))
    return World(graph, graph.store, sorted(parts))


def calls(query: StoredQuery, coalition: str) -> Iterator[dict[str, str]]:
    """Give the parameters of calls about a coalition: without those that need not be given, and with one at a time.

    Another thing that has to be named need not be in the dump.
    """
    needed = [one for one in query.parameters if one.required or one.name == "coalition"]
    if [(one.name, one.min) for one in needed] != [("coalition", 1)]:
        return
    yield {"coalition": coalition}
    yield from (
        {"coalition": coalition, one.name: one.example}
        for one in query.parameters
        if one.example and one.type in OF_TIME
    )


def test_it_answers_what_is_asked_of_its_coalition_as_the_whole_graph_does(world: World) -> None:
    asked = 0
    for path in world.dumps:
        alone = EmbeddedStore.in_memory(PREFIXES)
        alone.load(ox.Quad(*quad.triple, ox.NamedNode(f"{BASE}graph/dump")) for quad in read_dump(path))
        for query in world.graph.queries.values():
            for call in calls(query, path.name.removesuffix(ENDING)):
                text = world.graph.bound(query.name, **call)
                expected, found = (answer(store, text) for store in (world.store, alone))
                assert found == expected, (path.name, query.name, call)
                asked += bool(expected)
    assert asked > 10 * len(world.dumps)


def answer(store: EmbeddedStore, text: str) -> list[str]:
    result = store.query(text)
    assert isinstance(result, Rows | Triples)
    return sorted(map(str, result.terms if isinstance(result, Rows) else result))


def test_it_conforms_to_the_shapes(world: World, tmp_path: Path) -> None:
    for path in world.dumps:
        plain = tmp_path / path.stem
        plain.write_bytes(gzip.decompress(path.read_bytes()))
        report = foc_graph.validate(plain, ROOT / "ontology" / "shapes")
        assert [(path.name, result.focus, result.message) for result in report.results] == []


def test_what_it_names_has_the_label_and_the_classes_of_the_whole_graph(world: World) -> None:
    own = (BASE, world.graph.base)
    for path in world.dumps:
        triples = {quad.triple for quad in read_dump(path)}
        named = {term for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
        for thing in named:
            if thing.value.startswith(own):
                said = {quad.triple for name in SAID for quad in world.store.matching(thing, name)}
                assert said <= triples, (path.name, thing)
                assert said or any(triple.subject == thing for triple in triples), (path.name, thing)


def test_it_gives_each_row_once_from_a_store_that_it_is_loaded_into(world: World, tmp_path: Path) -> None:
    path, workspace = world.dumps[0], world.graph.workspace
    sources = find_sources([path], workspace, "https://example.org/graph/of-a-dump")
    load_folder(tmp_path / "store", sources, workspace, untracked)
    store = StoreFolder(tmp_path / "store", PREFIXES).open()
    text = world.graph.bound("members", coalition=path.name.removesuffix(ENDING))
    assert answer(store, text) == answer(world.store, text) != []
