"""Loading into a store on disk and into real servers: whole graphs, all at once, and again after a stop."""

import bz2
import gzip
import lzma
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from backports import zstd

from foc_graph import namespaces
from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.load import Loaded, disk, endpoint
from foc_graph.load.chunks import read_parts
from foc_graph.load.sources import find_sources
from foc_graph.store import Store
from foc_graph.store.disk import Aside, StoreFolder
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.remote import LOAD, RemoteStore, SettledStore
from foc_graph.store.results import Triples, as_rows
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.rules import apply_rules, read_rules
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.failures import DeadError
from tests.support.sparql_servers import REAL, Server

BASE = "https://example.org/"
EX = "http://example.org/"
ALL = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o
  FILTER((STRSTARTS(STR(?s), "{BASE}") || STRSTARTS(STR(?s), "{EX}")) && !STRSTARTS(STR(?p), "urn:foc-graph:")) }}"""
GRAPHS = f"""SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ ?s ?p ?o }}
  FILTER(STRSTARTS(STR(?graph), "{BASE}") || STRSTARTS(STR(?graph), "{EX}") || STRSTARTS(STR(?graph), "{LOAD}")) }}"""
LINE_OF_65 = "<x:a> <x:b> <x:c> .\n<x:a> <x:b> " + "<<( <x:a> <x:b> " * 65 + '"' + " )>>" * 65 + " .\n"
RULES = {
    "types": "#+ summary: types\n#+ stage: 1\nCONSTRUCT { ?s a ?class } WHERE { ?s <http://example.org/kind> ?class }",
    "old": "#+ summary: old\n#+ stage: 2\nCONSTRUCT { ?s <http://example.org/old> 1 } "
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


class Target:
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
        found = as_rows(self.opened().query(GRAPHS))
        return {row["graph"] for row in found}


@pytest.fixture(params=["disk", *REAL, pytest.param("rdflib", marks=pytest.mark.extended)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    """A store on disk and each real server, empty."""
    if request.param == "disk":
        folder = tmp_path / "store"

        def load_disk(sources: list[Path], workspace: Workspace, graph: str | None = None) -> Loaded:
            return disk.load_folder(folder, find_sources(sources, workspace, graph), workspace, lambda *done: None)

        yield Target("disk", load_disk, lambda: StoreFolder(folder).open(), ["--store", str(folder)])
        return
    server: Server = request.getfixturevalue(f"{request.param}_server")
    urls = {"update_url": server.update_url, "graph_store_url": server.graph_store_url}

    def opened() -> SettledStore:
        return SettledStore(RemoteStore(server.query_url))

    def load(sources: list[Path], workspace: Workspace, graph: str | None = None, restart: bool = False) -> Loaded:
        store = RemoteStore(server.query_url, **urls)
        found = find_sources(sources, workspace, graph)
        return endpoint.load_endpoint(store, found, workspace, lambda *done: None, restart)

    options = ["--endpoint", server.query_url, "--update-endpoint", server.update_url]
    options += ["--graph-store", server.graph_store_url] if server.graph_store_url else []
    made = Target(request.param, load, opened, options)
    clear(server)
    yield made
    clear(server)


def clear(server: Server) -> None:
    store = RemoteStore(server.query_url, update_url=server.update_url)
    rows = as_rows(store.query("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }"))
    for graph in (row["graph"] for row in rows):
        if graph.startswith((BASE, EX, "urn:foc-graph:", "https://w3id.org/coalition/")):
            store.update(f"DROP SILENT GRAPH <{graph}>")


def expected(workspace: Workspace) -> set[str]:
    """All triples of a workspace as the embedded store builds it, blank nodes aside."""
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    store.load(read_dataset(workspace))
    apply_rules(store, read_rules(workspace), workspace.derived_graph)
    return {str(quad.triple) for quad in store.quads() if "_:" not in str(quad)}


def named(triples: set[str]) -> set[str]:
    return {triple for triple in triples if "genid" not in triple}


def test_a_workspace_is_loaded_with_what_its_rules_derive_and_again_unchanged(
    target: Target, workspace: Workspace
) -> None:
    loaded = target.load([], workspace)
    assert named(target.triples()) == expected(workspace)
    assert target.graphs() == {f"{BASE}graph/{name}" for name in ("one", "two", "ontology", "derived")}
    assert loaded.statements == 8
    counts = {graph.rpartition("/")[2]: number for graph, number in loaded.graphs.items()}
    assert counts == {"one": 4, "two": 3, "ontology": 1, "derived": 3}
    before = target.triples()
    assert target.load([], workspace) == loaded and target.triples() == before
    assert sum("genid" in triple for triple in before) == 3  # the blank node, each time with the same name


def test_a_load_replaces_the_graphs_that_it_brings_and_no_others(target: Target, workspace: Workspace) -> None:
    target.load([], workspace)
    (workspace.root / "data" / "one.ttl").write_text(f"<{EX}c> <{EX}kind> <{EX}A> ; <{EX}begin> 1 .")
    target.load([workspace.root / "data" / "one.ttl"], workspace)
    assert named(target.triples()) == expected(workspace)
    more = workspace.root.parent / "more.nt"
    more.write_text(f"<{EX}d> <{EX}kind> <{EX}A> .\n")
    target.load([more], workspace, f"{EX}graph")
    assert target.graphs() >= {f"{EX}graph", f"{BASE}graph/one", f"{BASE}graph/two"}
    assert any(triple.startswith(f"<{EX}d> <{EX}old>") for triple in target.triples())


FAULTS = {
    "a fault in the middle": ("x.nt", f"<{EX}a> <{EX}b> <{EX}c> .\n" * 3 + "<x\n", r"x\.nt:4"),
    "quads that name no graph": ("x.nq", f"<{EX}a> <{EX}b> <{EX}c> .\n", r"x\.nq: holds statements that name no graph"),
    "an unknown format": ("x.csv", "a,b\n", r"x\.csv: not a known format"),
    "not UTF-8": ("x.nt", f'<{EX}a> <{EX}b> "\udcff" .\n', r"x\.nt"),
}


@pytest.mark.parametrize(
    ("target", "fault"),
    [*(("disk", name) for name in FAULTS), *(pytest.param(*one.values, "not UTF-8", marks=one.marks) for one in REAL)],
    indirect=["target"],
)
def test_a_load_that_fails_leaves_all_as_it_was(target: Target, workspace: Workspace, fault: str) -> None:
    name, text, problem = FAULTS[fault]
    target.load([], workspace)
    before = target.triples()
    bad = workspace.root.parent / name
    bad.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FocGraphError, match=problem):
        target.load([bad], workspace)
    assert target.triples() == before
    assert target.graphs() == {f"{BASE}graph/{name}" for name in ("one", "two", "ontology", "derived")}


# A load that is stopped


@pytest.mark.parametrize("target", ["disk", *REAL], indirect=True)
def test_a_load_that_is_stopped_is_not_seen_and_goes_on(
    target: Target, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stopped after three of its parts; the graph that it brings is also one of the workspace."""
    target.load([], workspace)
    before = target.triples()
    large = tmp_path / "large.nq"
    large.write_text("".join(f'<{EX}{i}> <{EX}name> "{"x" * 100}" <{BASE}graph/one> .\n' for i in range(1000)))
    noted: list[str] = []

    def load(most: int) -> None:
        def watched(mark: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
            def watching(self: Any, step: str) -> None:
                if len(noted) >= most:
                    raise DeadError
                mark(self, step)
                noted.append(step)

            return watching

        with monkeypatch.context() as patch:
            patch.setattr(Aside, "mark", watched(Aside.mark))
            patch.setattr(endpoint._Load, "_mark", watched(endpoint._Load._mark))
            for module in (disk, endpoint):
                patch.setattr(module, "PART", 20_000)
            target.load([large], workspace)

    with pytest.raises(DeadError):
        load(3)
    assert target.triples() == before and len(noted) == 3
    if target.name != "disk":
        with pytest.raises(ServiceError, match=r"a load of other sources, begun 20.*--restart"):
            target.load([], workspace)
    sent = set(noted)
    noted.clear()
    load(1000)
    assert len(noted) > 3 and not sent & set(noted), "a part that is noted is not sent again"
    count = as_rows(target.opened().query(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s <{EX}name> ?name }}"))
    assert next(iter(count))["n"] == 1000
    assert f"{BASE}graph/two" in target.graphs() and not any(LOAD in graph for graph in target.graphs())


# What is loaded


LINE = f"<{EX}a> <{EX}b> <{EX}c> .\n"
GRAPH = f"<{EX}g> {{ {LINE} }}"
QUAD = f"<{EX}a> <{EX}b> <{EX}c> <{EX}g> .\n"
PACKED = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd.compress}


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        *((f".nt{packing}", LINE) for packing in PACKED),
        (".ttl.gz", f"\ufeff{LINE}"),
        (".nq.gz", QUAD),
        (".trig", GRAPH),
    ],
)
def test_files_of_each_format_and_compression(workspace: Workspace, ending: str, text: str) -> None:
    path = workspace.root.parent / f"file{ending}"
    packing = path.suffix if path.suffix in PACKED else ""
    path.write_bytes(PACKED[packing](text.encode()))
    graph = ox.NamedNode(f"{EX}g" if text in (QUAD, GRAPH) else f"{BASE}graph/file")
    assert statements([path], workspace) == {(graph, f"<{EX}a> <{EX}b> <{EX}c>")}


def test_of_a_dump_in_several_formats_one_is_read(workspace: Workspace) -> None:
    folder = workspace.root.parent / "2026.11"
    folder.mkdir()
    for name in ("foc.ttl", "foc.nt.gz", "foc.nq", "foc.nq.gz", "mfc.ttl", "mfc.nt", "README.md"):
        content = LINE.encode()
        (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    found = [source.path.name for source in find_sources([folder], workspace) if source.path.parent == folder]
    assert found == ["foc.nq", "mfc.nt"]


def test_a_file_of_the_workspace_brings_its_graph_and_the_ontology(workspace: Workspace) -> None:
    folder = workspace.root / "data" / "coalitions" / "foc"
    folder.mkdir(parents=True)
    for name in ("members", "bodies"):
        (folder / f"{name}.ttl").write_text(f"<{EX}{name}> <{EX}b> <{EX}c> .")
    names = {source.name for source in find_sources([folder / "members.ttl"], workspace)}
    assert names == {f"data/coalitions/foc/{name}.ttl" for name in ("members", "bodies")} | {"ontology/words.ttl"}
    assert len(find_sources([workspace.root], workspace)) == len(find_sources([], workspace)) == 5


def test_blank_nodes_get_one_name_wherever_a_part_begins(workspace: Workspace) -> None:
    lines = [f"_:a <{EX}b> _:c{number} .\n" for number in range(50)]
    path = workspace.root.parent / "blank.nt"
    path.write_text("".join(lines))
    (source,) = [one for one in find_sources([path], workspace) if one.path == path]
    for size in (1, 100, 10_000):
        parts = list(read_parts([source], size, BASE, lambda *done: None))
        found = [triple for part in parts for _, triple in part.statements()]
        assert len({triple.subject for triple in found}) == 1 and len({triple.object for triple in found}) == 50
        assert len(parts) > 1 or size == 10_000


def statements(paths: list[Path], workspace: Workspace) -> set[tuple[ox.NamedNode, str]]:
    sources = [source for source in find_sources(paths, workspace) if source.path in paths]
    parts = read_parts(sources, 100, BASE, lambda *done: None)
    return {(graph, str(triple)) for part in parts for graph, triple in part.statements()}


# What arrives is compared


def test_a_statement_that_is_lost_is_found_out(
    oxigraph_server: Server, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(oxigraph_server)
    add = RemoteStore.add
    monkeypatch.setattr(RemoteStore, "add", lambda self, graph, triples: add(self, graph, triples[:-1]))
    store = RemoteStore(oxigraph_server.query_url, update_url=oxigraph_server.update_url)
    everything = "SELECT * WHERE { GRAPH ?graph { ?s ?p ?o } }"
    before = as_rows(store.query(everything))
    with pytest.raises(ServiceError, match=r"has \d+ triples, and \d+ were sent: nothing was changed"):
        endpoint.load_endpoint(store, find_sources([], workspace), workspace, lambda *done: None)
    after = as_rows(store.query(everything))
    assert sorted(map(str, after)) == sorted(map(str, before))


def test_a_store_on_disk_that_lost_a_statement_is_made_anew(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_sources([], workspace)
    with monkeypatch.context() as patch, pytest.raises(ServiceError, match="the load lost"):
        patch.setattr(EmbeddedStore, "bulk_load", lambda *given: None)
        disk.load_folder(tmp_path / "s", found, workspace, lambda *done: None)
    disk.load_folder(tmp_path / "s", found, workspace, lambda *done: None)
    rows = as_rows(StoreFolder(tmp_path / "s").open().query(f"SELECT ?s WHERE {{ ?s <{EX}kind> ?kind }}"))
    assert len(rows) == 2


# The command


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "--store DIR or --endpoint URL"),
        (["--store", "s", "--restart"], "go with --endpoint only"),
        (["--store", "s", "--graph", "no IRI"], "not the IRI of a graph"),
        (["--store", "s", "empty"], "empty: holds no .nq"),
        (["--endpoint", "http://me:s3cret@127.0.0.1:9/"], "holds a user name or password"),
    ],
)
def test_wrong_usage_is_refused(workspace: Workspace, options: list[str], problem: str) -> None:
    (workspace.root / "empty").mkdir()
    done = foc("--workspace", str(workspace.root), "load", *options, cwd=workspace.root)
    assert done.returncode == 2 and problem in done.stderr and len(done.stderr.splitlines()) <= 1
    assert "s3cret" not in done.stderr and not (workspace.root / "s").exists()


def test_the_command_lists_the_graphs_it_loaded_and_they_are_asked(workspace: Workspace) -> None:
    done = foc("--workspace", str(workspace.root), "load", "--store", "s", cwd=workspace.root)
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["graph,triples", f"{BASE}graph/derived,3"]
    asked = foc("--workspace", ".", "--store", "s", "sparql", f"SELECT ?s {{ ?s a <{EX}A> }}", cwd=workspace.root)
    assert asked.stdout.split() == ["s", f"{EX}a", f"{EX}b"]


# Bad input


def packed(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


LONG = b'<x:a> <x:b> "' + b"x" * 2**25 + b'" .'
OF_LOADS = b"<x:a> <x:b> <x:c> <urn:foc-graph:loads> .\n"
BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a cut zstd file": (packed("x.nt.zst", zstd.compress(LINE.encode() * 50)[:20]), r"x\.nt\.zst: .* read: damaged"),
    "an empty gzip file": (packed("x.nt.gz", b""), r"x\.nt\.gz: cannot be read: empty"),
    "a pipe": (lambda folder: os.mkfifo(folder / "x.nt"), r"x\.nt: not a regular file"),
    "triple terms too deep": (packed("x.nt.gz", gzip.compress(LINE_OF_65.encode())), r"x\.nt\.gz:2:1037: nested"),
    "a long literal": (packed("x.ttl", LONG), r"x\.ttl: a statement longer"),
    "a graph of loads": (packed("x.nq", OF_LOADS), "is reserved for loads"),
    "the graph of what is derived": (packed("derived.nt", LINE.encode()), "would replace"),
}


@pytest.mark.parametrize(("make", "problem"), BAD.values(), ids=BAD.keys())
def test_a_bad_source_is_refused(workspace: Workspace, make: Callable[[Path], object], problem: str) -> None:
    folder = workspace.root.parent / "sources"
    folder.mkdir()
    make(folder)
    with pytest.raises(FocGraphError, match=problem) as caught:
        disk.load_folder(folder / "s", find_sources([folder], workspace), workspace, lambda *done: None)
    assert caught.value.exit_code == 2 and "\n" not in str(caught.value)


def test_what_a_source_says_of_derived_triples_is_left_out(target: Target, workspace: Workspace) -> None:
    path = workspace.root.parent / "release.nq"
    path.write_text(QUAD + f"<{EX}a> <{EX}false> <{EX}c> <{BASE}graph/derived> .\n")
    target.load([path], workspace)
    assert f"{EX}g" in target.graphs() and not any("false" in triple for triple in target.triples())


def test_a_rule_that_engines_would_run_differently_is_refused(workspace: Workspace) -> None:
    (workspace.root / "ontology" / "rules" / "types.rq").write_text(RULES["types"] + " LIMIT 1")
    with pytest.raises(FocGraphError, match=r"types\.rq: a rule is CONSTRUCT"):
        apply_rules(EmbeddedStore.in_memory(namespaces.PREFIXES), read_rules(workspace), workspace.derived_graph)


@pytest.mark.parametrize("name", ["loading", "store-2024"])
def test_a_folder_with_other_things_is_left_alone(workspace: Workspace, name: str) -> None:
    folder = workspace.root.parent / "own"
    (folder / name).mkdir(parents=True)
    (folder / name / "notes.txt").write_text("mine")
    with pytest.raises(FocGraphError, match="not empty and not a store"):
        disk.load_folder(folder, find_sources([], workspace), workspace, lambda *done: None)
    assert (folder / name / "notes.txt").exists()


def test_a_run_that_another_took_over_from_changes_nothing(oxigraph_server: Server, workspace: Workspace) -> None:
    clear(oxigraph_server)
    store = RemoteStore(oxigraph_server.query_url, update_url=oxigraph_server.update_url)
    found = find_sources([], workspace)

    def overtake(what: str, done: int, total: int) -> None:
        if what == "deriving" and done == 0:
            endpoint.load_endpoint(store, found, workspace, lambda *done: None)

    with pytest.raises(ServiceError, match="begun again elsewhere"):
        endpoint.load_endpoint(store, found, workspace, overtake)
    rows = as_rows(RemoteStore(oxigraph_server.query_url).query(f"SELECT ?s WHERE {{ ?s <{EX}kind> ?kind }}"))
    assert len(rows) == 2
    clear(oxigraph_server)
