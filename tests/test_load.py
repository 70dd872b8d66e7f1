"""Loading into a store on disk and into real servers: whole graphs, all at once, and again after a stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers import Server

from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.load import Loaded, disk, endpoint
from foc_graph.load.sources import find_sources
from foc_graph.rules import apply_rules, read_rules
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.folder import StoreFolder
from foc_graph.store.interface import Store
from foc_graph.store.remote import RemoteStore
from foc_graph.store.result import Rows, Triples
from foc_graph.store.unfinished import LOAD, hide_unfinished
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.locate import Workspace

BASE = "https://example.org/"
EX = "http://example.org/"
ALL = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o
  FILTER((STRSTARTS(STR(?s), "{BASE}") || STRSTARTS(STR(?s), "{EX}")) && !STRSTARTS(STR(?p), "urn:foc-graph:")) }}"""
GRAPHS = f"""SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ ?s ?p ?o }}
  FILTER(STRSTARTS(STR(?graph), "{BASE}") || STRSTARTS(STR(?graph), "{EX}") || STRSTARTS(STR(?graph), "{LOAD}")) }}"""
RULES = {
    "types": "#+ summary: types\n#+ stage: 1\nCONSTRUCT { ?s a ?class } WHERE { ?s <http://example.org/kind> ?class }",
    "old": "#+ summary: old\n#+ stage: 2\nCONSTRUCT { ?s <http://example.org/old> true } "
    "WHERE { ?s a <http://example.org/A> FILTER NOT EXISTS { ?s <http://example.org/begin> ?begin } }",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with two rules, two graphs and a blank node."""
    root = tmp_path / "workspace"
    for folder in ("ontology/rules", "data", "queries"):
        (root / folder).mkdir(parents=True)
    (root / "workspace.toml").write_text(f'title = "t"\nbase = "{BASE}"\n')
    (root / "ontology" / "words.ttl").write_text(f"<{EX}A> a <{EX}Class> .")
    (root / "data" / "one.ttl").write_text(f"<{EX}a> <{EX}kind> <{EX}A> ; <{EX}with> [ <{EX}size> 1, 2.5 ] .")
    (root / "data" / "two.ttl").write_text(f'<{EX}b> <{EX}kind> <{EX}A> ; <{EX}begin> "2011"@en, "é\\n\\"\'"@fr .')
    for name, text in RULES.items():
        (root / "ontology" / "rules" / f"{name}.rq").write_text(text)
    return Workspace(root)


class Place:
    """Where a test loads."""

    def __init__(self, name: str, load: Callable[..., Loaded], opened: Callable[[], Store], options: list[str]) -> None:
        self.name, self.load, self.opened, self.options = name, load, opened, options

    def triples(self) -> set[str]:
        """All triples that a query sees."""
        found = self.opened().query(ALL)
        assert isinstance(found, Triples)
        return set(map(str, found))

    def graphs(self) -> set[str]:
        """The named graphs of tests."""
        found = self.opened().query(GRAPHS)
        assert isinstance(found, Rows)
        return {row["graph"] for row in found}


@pytest.fixture(params=["disk", "oxigraph", "virtuoso", "rdflib"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A store on disk and each real server, empty."""
    if request.param == "disk":
        folder = tmp_path / "store"

        def load_disk(sources: list[Path], workspace: Workspace, graph: str | None = None) -> Loaded:
            return disk.load_folder(folder, find_sources(sources, workspace, graph), workspace, lambda *done: None)

        yield Place("disk", load_disk, lambda: StoreFolder(folder).open(), ["--store", str(folder)])
        return
    server: Server = request.getfixturevalue(f"{request.param}_server")
    urls = {"update_url": server.update_url, "graph_store_url": server.graph_store_url}

    def opened() -> RemoteStore:
        store = RemoteStore(server.query_url)
        hide_unfinished(store)
        return store

    def load(sources: list[Path], workspace: Workspace, graph: str | None = None, restart: bool = False) -> Loaded:
        store = RemoteStore(server.query_url, **urls)
        found = find_sources(sources, workspace, graph)
        return endpoint.load_endpoint(store, found, workspace, lambda *done: None, restart)

    options = ["--endpoint", server.query_url, "--update-endpoint", server.update_url]
    options += ["--graph-store", server.graph_store_url] if server.graph_store_url else []
    made = Place(request.param, load, opened, options)
    clear(server)
    yield made
    clear(server)


def clear(server: Server) -> None:
    store = RemoteStore(server.query_url, update_url=server.update_url)
    rows = store.query("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    assert isinstance(rows, Rows)
    for graph in (row["graph"] for row in rows):
        if graph.startswith((BASE, EX, "urn:foc-graph:", "https://w3id.org/coalition/")):
            store.update(f"DROP SILENT GRAPH <{graph}>")


def expected(workspace: Workspace) -> set[str]:
    """All triples of a workspace as the embedded store builds it, blank nodes aside."""
    store = EmbeddedStore.in_memory()
    store.load(read_dataset(workspace))
    apply_rules(store, read_rules(workspace), workspace.derived_graph)
    return {str(quad.triple) for quad in store.quads() if "_:" not in str(quad)}


def named(triples: set[str]) -> set[str]:
    return {triple for triple in triples if "genid" not in triple}


def test_a_workspace_is_loaded_with_what_its_rules_derive(place: Place, workspace: Workspace) -> None:
    loaded = place.load([], workspace)
    assert named(place.triples()) == expected(workspace)
    assert place.graphs() == {f"{BASE}graph/{name}" for name in ("one", "two", "ontology", "derived")}
    assert loaded.statements == 8
    counts = {graph.rpartition("/")[2]: number for graph, number in loaded.graphs.items()}
    assert counts == {"one": 4, "two": 3, "ontology": 1, "derived": 3}


def test_a_second_load_changes_nothing(place: Place, workspace: Workspace) -> None:
    first = place.load([], workspace)
    before = place.triples()
    assert place.load([], workspace) == first
    assert place.triples() == before
    assert sum("genid" in triple for triple in before) == 3  # the blank node, each time with the same name


def test_a_load_replaces_the_graphs_that_it_brings_and_no_others(place: Place, workspace: Workspace) -> None:
    place.load([], workspace)
    (workspace.root / "data" / "one.ttl").write_text(f"<{EX}c> <{EX}kind> <{EX}A> ; <{EX}begin> 1 .")
    place.load([workspace.root / "data" / "one.ttl"], workspace)
    assert named(place.triples()) == expected(workspace)
    more = workspace.root.parent / "more.nt"
    more.write_text(f"<{EX}d> <{EX}kind> <{EX}A> .\n")
    place.load([more], workspace, f"{EX}graph")
    assert place.graphs() >= {f"{EX}graph", f"{BASE}graph/one", f"{BASE}graph/two"}
    assert f'<{EX}d> <{EX}old> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>' in place.triples() or (
        place.name == "virtuoso"  # writes 1 for true
    )


FAULTS = {
    "a fault in the middle": ("x.nt", f"<{EX}a> <{EX}b> <{EX}c> .\n" * 3 + "<x\n", r"x\.nt:4"),
    "Turtle with a fault": ("x.ttl", f"<{EX}a> <{EX}b> .", r"x\.ttl:1"),
    "quads that name no graph": ("x.nq", f"<{EX}a> <{EX}b> <{EX}c> .\n", r"x\.nq: holds statements that name no graph"),
    "an unknown format": ("x.csv", "a,b\n", r"x\.csv: not a known format"),
    "RDF/XML": ("x.rdf", "<rdf/>", r"x\.rdf: not a known format"),
    "RDF 1.2": ("x.ttl", f"<{EX}a> <{EX}b> <<( <{EX}a> <{EX}b> <{EX}c> )>> .", "RDF 1.2"),
    "not compressed": ("x.nt.gz", "plain", r"x\.nt\.gz: cannot be read: damaged"),
    "not UTF-8": ("x.nt", f'<{EX}a> <{EX}b> "\udcff" .\n', r"x\.nt"),
}


@pytest.mark.parametrize(("name", "text", "problem"), FAULTS.values(), ids=FAULTS.keys())
def test_a_load_that_fails_leaves_all_as_it_was(
    place: Place, workspace: Workspace, name: str, text: str, problem: str
) -> None:
    if place.name == "rdflib":
        pytest.skip("the sources are read before anything is sent: two servers show it")
    place.load([], workspace)
    before = place.triples()
    bad = workspace.root.parent / name
    bad.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FocGraphError, match=problem):
        place.load([bad], workspace)
    assert place.triples() == before
    if place.name != "disk":
        place.load([], workspace, restart=True)
    assert place.graphs() == {f"{BASE}graph/{name}" for name in ("one", "two", "ontology", "derived")}


# A load that is stopped


LINES = 60_000


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Enough for several parts; the graph that it brings is also one of the workspace."""
    path = tmp_path / "large.nq"
    lines = (f'<{EX}{i}> <{EX}name> "{"x" * 100}" <{BASE}graph/one> .\n' for i in range(LINES))
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize("place", ["disk", "oxigraph", "virtuoso"], indirect=True)
def test_a_load_that_is_killed_is_not_seen_and_goes_on(
    place: Place, workspace: Workspace, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.load([], workspace)
    before = place.triples()
    marks = tmp_path / "marks"
    stopped = start(workspace, large, place.options, marks)
    wait_until(lambda: marks.exists() and len(marks.read_text().split()) >= 3, stopped)
    os.kill(stopped.pid, signal.SIGKILL)
    stopped.wait()
    assert place.triples() == before
    if place.name != "disk":
        with pytest.raises(ServiceError, match=r"a load of other sources, begun 20.*--restart"):
            place.load([], workspace)
    sent = marks.read_text().split()
    marks.unlink()
    assert start(workspace, large, place.options, marks).wait(120) == 0
    again = marks.read_text().split()
    assert not set(again) & set(sent[:-1]), "a part that is noted is not sent again"
    count = place.opened().query(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s <{EX}name> ?name }}")
    assert isinstance(count, Rows) and next(iter(count))["n"] == LINES
    assert f"{BASE}graph/two" in place.graphs() and not any(LOAD in graph for graph in place.graphs())


PROGRAM = """
import sys
from pathlib import Path
from foc_graph.__main__ import main
from foc_graph.load import disk, endpoint
from foc_graph.store.folder import Aside
marks = Path(sys.argv.pop(1))
disk.PART = endpoint.PART = 500_000

def told(mark):
    def marked(self, step):
        mark(self, step)
        with marks.open("a") as file:
            file.write(step.replace(" ", "-") + "\\n")
    return marked

Aside.mark = told(Aside.mark)
endpoint._Load._mark = told(endpoint._Load._mark)
main()
"""


def start(workspace: Workspace, source: Path, options: list[str], marks: Path) -> subprocess.Popen[bytes]:
    """`foc load` in small parts, which tells of each that is noted."""
    command = [sys.executable, "-c", PROGRAM, str(marks), "--workspace", str(workspace.root), "load", str(source)]
    return subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.002)
