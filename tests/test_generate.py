"""The scale generator: one seed, one world, which is valid and of which every stored query tells something."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks.generate import generate
from benchmarks.world.calls import CALLS
from benchmarks.world.terms import BASE
from benchmarks.world.world import PROBES, World
from foc_graph import namespaces
from foc_graph.queries.binding import bind
from foc_graph.queries.header import read_queries
from foc_graph.queries.resolve import Resolver
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.validation import validate
from foc_graph.workspace.rules import apply_rules, read_rules
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT

WORKSPACE = Workspace(ROOT)
QUERIES = read_queries(WORKSPACE)
SIZE = 30_000


def run(folder: Path, hash_seed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, which writes `world.nq` into a folder."""
    command = [sys.executable, "-m", "benchmarks.generate", "--out", str(folder / "world.nq"), *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small world."""
    folder = tmp_path_factory.mktemp("world")
    assert run(folder, "0", "--triples", str(SIZE), "--seed", "1").returncode == 0
    return folder


@pytest.fixture(scope="module")
def store(folder: Path) -> EmbeddedStore:
    """The world with the vocabulary and what the rules derive, and nothing else."""
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    store.load(ox.parse(path=folder / "world.nq"))
    for path in WORKSPACE.data_files:
        if path.is_relative_to(ROOT / "ontology"):
            triples, _ = parse_turtle(read_text(path, path.name), path.name)
            store.load(ox.Quad(*triple, WORKSPACE.graph_name(path)) for triple in triples)
    apply_rules(store, read_rules(WORKSPACE), ox.NamedNode(f"{BASE}graph/derived"))
    return store


def of_probes(path: Path) -> list[ox.Quad]:
    """The quads in the graphs of the probes."""
    graphs = {ox.NamedNode(f"{BASE}graph/{probe.slug}") for probe in PROBES}
    return [quad for quad in ox.parse(path=path) if quad.graph_name in graphs]


def test_one_seed_gives_the_same_bytes_whatever_the_hash_seed(folder: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "12345", "--triples", "3e4", "--seed", "1").returncode == 0
    assert (tmp_path / "world.nq").read_bytes() == (folder / "world.nq").read_bytes()


def test_another_seed_gives_another_world(folder: Path, tmp_path: Path) -> None:
    generate(SIZE, 2, str(tmp_path / "other.nq"))
    assert (tmp_path / "other.nq").read_bytes() != (folder / "world.nq").read_bytes()


def test_compressed_text_is_the_same_text(folder: Path, tmp_path: Path) -> None:
    for name in ("one.nq.gz", "two.nq.gz"):
        generate(SIZE, 1, str(tmp_path / name))
    packed = (tmp_path / "one.nq.gz").read_bytes()
    assert packed == (tmp_path / "two.nq.gz").read_bytes()
    assert gzip.decompress(packed) == (folder / "world.nq").read_bytes()


def test_the_size_is_exact(folder: Path) -> None:
    quads = list(ox.parse(path=folder / "world.nq"))
    assert len(quads) == len({quad.triple for quad in quads}) == SIZE


def test_each_coalition_has_a_graph_that_is_described(folder: Path) -> None:
    quads = list(ox.parse(path=folder / "world.nq"))
    described = {quad.subject for quad in quads if quad.object == ox.NamedNode("http://rdfs.org/ns/void#Dataset")}
    assert {quad.graph_name for quad in quads} == described and len(described) == len(World(SIZE, 1).graphs)
    coalitions = [quad for quad in quads if quad.object == ox.NamedNode("https://w3id.org/coalition/ns#Coalition")]
    assert len({quad.graph_name for quad in coalitions}) == len(coalitions) > 10


@pytest.mark.parametrize("name", QUERIES)
def test_every_stored_query_has_calls_that_find_something(name: str, store: EmbeddedStore) -> None:
    results = [store.query(bind(QUERIES[name], given, Resolver(store, BASE)).text) for given in CALLS[name]]
    found = sum(len(result) for result in results if not isinstance(result, bool))
    assert (found > 0) == (name != "unsourced")


def test_the_probes_are_the_same_at_every_size(folder: Path, tmp_path: Path) -> None:
    generate(4 * SIZE, 1, str(tmp_path / "larger.nq"))
    probes = of_probes(tmp_path / "larger.nq")
    assert probes == of_probes(folder / "world.nq") and {quad.subject for quad in probes}


def test_the_world_is_valid(store: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "all.nt"
    ox.serialize({quad.triple for quad in store.quads()}, path, ox.RdfFormat.N_TRIPLES)
    report = validate([path], shapes=[ROOT / "ontology" / "shapes"])
    assert [(result.focus, result.message) for result in report.results] == []


@pytest.mark.parametrize("size", ["1000", "inf", "nan"])
def test_a_size_that_cannot_be_is_refused_and_nothing_written(size: str, tmp_path: Path) -> None:
    result = run(tmp_path, "0", "--triples", size)
    assert result.returncode == 2 and "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
