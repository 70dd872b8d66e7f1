"""Commands and the library over a store on disk, or a SPARQL endpoint, in place of the workspace's own graph."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import foc_graph
from foc_graph import namespaces
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.graph.cache import build
from foc_graph.store.disk import StoreFolder
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import as_rows
from foc_graph.workspace.settings import find_workspace
from tests.support.commands import FOC, foc
from tests.support.sparql_servers import Server
from tests.support.web_server import Web, head, raw
from tests.support.workspaces import BASE

GRAPHS = f"{BASE}graph/"
MEMBERS = ("query", "members", "--coalition", "first", "--as-of", "2015-05")
ASK = ("sparql", "ASK { ?s a coal:Coalition }")
NOBODY = "http://127.0.0.1:9/sparql"


@pytest.fixture(scope="module")
def quads(small_root: Path) -> list[ox.Quad]:
    """All of the small graph, as a load brings it into a store."""
    return list(build(find_workspace(small_root)).store.quads())


@pytest.fixture(scope="module")
def stored(quads: list[ox.Quad], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored") / "store"
    with StoreFolder(path).aside("all") as aside:
        aside.store.load(quads)
        aside.commit()
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    with StoreFolder(tmp_path / "empty").aside("nothing") as aside:
        aside.commit()
    return tmp_path / "empty"


@pytest.fixture(scope="module")
def served(server: Server, quads: list[ox.Quad]) -> Iterator[str]:
    """A server that holds the small graph."""
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    for graph, triples in graphs.items():
        server.load(graph, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    yield server.query_url
    for graph in graphs:
        server.clear(graph)


Output = Callable[..., str]
Told = Callable[..., tuple[int, str]]


@pytest.fixture
def output(small_root: Path) -> Output:
    """Return what a command prints."""

    def run(*arguments: str) -> str:
        done = foc(*arguments, cwd=small_root)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    return run


@pytest.fixture
def told(small_root: Path) -> Told:
    """Return the exit code and the one line of a command that fails."""

    def run(*arguments: str) -> tuple[int, str]:
        done = foc(*arguments, cwd=small_root)
        assert done.stdout == "" and done.stderr.startswith("foc: ") and done.stderr.count("\n") == 1, done
        return done.returncode, done.stderr

    return run


# A store on disk


@pytest.mark.parametrize("place", range(3), ids=["before the command", "within", "after"])
def test_a_store_gives_the_rows_of_the_workspace(stored: Path, place: int, output: Output) -> None:
    words = [*MEMBERS]
    words[(0, 1, len(words))[place] : (0, 1, len(words))[place]] = ["--store", str(stored)]
    assert output(*words) == output(*MEMBERS)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "first/group"),
        ASK,
        ("sparql", f"DESCRIBE <{BASE}id/first>", "--format", "nt"),
        ("query", "functions", "--body", "first/group", "--format", "json"),
        ("query", "members", "--coalition", "first", "--show-query"),
        ("query",),
    ],
    ids=" ".join,
)
def test_other_commands_say_of_a_store_what_they_say_of_the_workspace(
    stored: Path, words: tuple[str, ...], output: Output
) -> None:
    assert output(*words, "--store", str(stored)) == output(*words)


def test_a_store_is_validated(stored: Path, small_root: Path, tmp_path: Path, output: Output) -> None:
    assert output("validate", "--store", str(stored), "--shape", "Coalition").endswith(": conforms\n")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        """PREFIX coal: <https://w3id.org/coalition/ns#> PREFIX ex: <http://example.org/>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        ex:S a sh:NodeShape ; sh:targetClass coal:Coalition ; sh:property ex:S-p .
        ex:S-p a sh:PropertyShape ; sh:path ex:none ; sh:minCount 1 ."""
    )
    done = foc("validate", "--store", str(stored), "--shapes", str(shapes), cwd=small_root)
    assert done.returncode == 1 and f"First Coalition ({BASE}id/first)" in done.stdout


def test_what_stands_after_the_command_wins(stored: Path, empty: Path, output: Output, told: Told) -> None:
    elsewhere = ("--endpoint", NOBODY, "--timeout", "5")
    assert output(*elsewhere, *ASK, "--store", str(stored)) == "true\n"
    assert output("--store", str(empty), *ASK, "--store", str(stored)) == "true\n"
    code, error = told("--store", str(stored), *ASK, *elsewhere)
    assert code == 3 and NOBODY in error


def test_a_value_that_looks_like_the_option_is_a_value(small_root: Path) -> None:
    done, other = (foc("query", "search", "--text", text, cwd=small_root) for text in ("--store", "--store="))
    assert done.returncode == 0 and done.stdout == other.stdout


def test_the_workspace_is_not_built_for_a_store(stored: Path, small_root: Path, tmp_path: Path, output: Output) -> None:
    """Its stored queries are, its data are not read: they may be wrong, or too large."""
    workspace = tmp_path / "workspace"
    (workspace / "data").mkdir(parents=True)
    shutil.copy(small_root / "workspace.toml", workspace)
    (workspace / "data" / "wrong.ttl").write_text("wrong")
    environment = {**os.environ, "FOC_CACHE": str(tmp_path / "cache")}
    command = [*FOC, "--workspace", str(workspace), *MEMBERS, "--store", str(stored)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == output(*MEMBERS) and done.stderr == ""
    assert not (tmp_path / "cache").exists()


def test_a_store_is_read_while_a_load_is_writing(stored: Path, output: Output) -> None:
    with StoreFolder(stored).aside("more") as aside:
        aside.store.remove_graphs([ox.NamedNode(f"{GRAPHS}first")])
        assert output(*MEMBERS, "--store", str(stored)) == output(*MEMBERS)


# An endpoint


@pytest.mark.parametrize("words", [MEMBERS, ("show", "first/group"), ASK], ids=lambda words: words[0])
def test_an_endpoint_gives_what_the_workspace_gives(served: str, words: tuple[str, ...], output: Output) -> None:
    assert output(*words, "--endpoint", served) == output(*words)


def test_one_graph_of_an_endpoint_is_asked(served: str, output: Output) -> None:
    for graph, held in (("first", "true\n"), ("ontology", "false\n"), ("none", "false\n")):
        assert output("--endpoint", served, *ASK, "--graph", GRAPHS + graph, "--timeout", "30") == held


def test_of_a_graph_that_holds_nothing_nothing_is_known(served: str, told: Told) -> None:
    code, error = told(*MEMBERS, "--endpoint", served, "--graph", f"{GRAPHS}none")
    assert code == 2 and "unknown coalition 'first': the graph has no coalition: load data with `foc load`" in error


@pytest.mark.parametrize("words", [("membrs",), ("query", "membrs"), ("query",), ("query", "members", "--help")])
def test_no_server_is_asked_for_what_the_workspace_knows(web: Web, words: tuple[str, ...]) -> None:
    done = foc("--endpoint", web.url, *words)
    assert "members" in done.stdout + done.stderr and not web.requests


# In Python


def test_the_library_asks_stores_and_endpoints(stored: Path, served: str, small: Graph, small_root: Path) -> None:
    for opened in (foc_graph.open(small_root, store=stored), foc_graph.open(small_root, endpoint=served, timeout=30)):
        assert list(opened.rows("members", coalition="first")) == list(small.rows("members", coalition="first"))
        assert set(opened.describe("first")) == set(small.describe("first"))
        found = as_rows(opened.sparql("SELECT (COUNT(?c) AS ?n) WHERE { ?c a coal:Coalition }"))
        assert next(iter(found))["n"] > 3


@pytest.mark.parametrize(
    "place",
    [
        {"store": "s", "endpoint": NOBODY},
        {"graph": "https://example.org/graph"},
        {"timeout": 5.0},
        {"store": "s", "graph": "https://example.org/graph"},
        {"store": "s"},
        {"endpoint": "nowhere"},
        {"endpoint": NOBODY, "graph": "no IRI"},
        {"endpoint": NOBODY, "timeout": 0.0},
    ],
    ids=str,
)
def test_a_place_that_is_none_is_told_before_a_query(small_root: Path, place: dict[str, str], told: Told) -> None:
    with pytest.raises(ParameterError):
        foc_graph.open(small_root, **place)  # type: ignore[arg-type]
    code, _ = told(*MEMBERS, *(word for name, value in place.items() for word in (f"--{name}", str(value))))
    assert code == 2


# What may be wrong with it, command by command


COMMANDS = [MEMBERS, ASK, ("show", "first"), ("validate", "--shape", "Coalition")]
HTML = head(200, Content_Type="text/html") + b"<html><body>Welcome</body></html>"


def test_a_server_that_says_nothing_is_left_in_time(web: Web, told: Told) -> None:
    web.answers = [web.endless(b"", b"", 0.1)]
    code, error = told(*MEMBERS, "--endpoint", web.url, "--timeout", "1")
    assert code == 3 and web.url in error and "no whole answer within 1 s" in error


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_each_command_tells_of_a_server_or_folder_that_is_wrong(
    web: Web, empty: Path, words: tuple[str, ...], told: Told
) -> None:
    web.answers = [raw(HTML)]
    code, error = told(*words, "--endpoint", web.url)
    assert code == 3 and f"{web.url}: the answer is text/html" in error
    code, error = told(*words, "--endpoint", NOBODY)
    assert code == 3 and f"{NOBODY}: connection refused" in error
    (empty / "foc-store.json").unlink()
    code, error = told(*words, "--store", str(empty))
    assert code == 3 and "run the same `foc load` again" in error


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (
            ("query", "members", "--coalition", "first"),
            2,
            "the graph has no coalition: load data with `foc load`",
        ),
        (("show", "first"), 2, "the graph has no thing"),
        (("validate",), 3, "holds no triples"),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_a_store_that_holds_nothing(empty: Path, words: tuple[str, ...], code: int, problem: str, told: Told) -> None:
    found, error = told(*words, "--store", str(empty))
    assert found == code and problem in error


@pytest.mark.parametrize("words", [("fmt",), ("init", "x"), ("export", "--as", "members", "--coalition", "first")])
def test_commands_that_work_on_files_take_no_store(stored: Path, words: tuple[str, ...], told: Told) -> None:
    code, error = told("--store", str(stored), *words)
    assert code == 2 and f"{words[0]} works on the files of a workspace" in error


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", 2),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } # FROM <urn:g>", 2),
        ("SELECT (COUNT(*) AS ?n) FROM <urn:g> { ?s ?p ?o }", 1),
        ("SELECT (COUNT(*) AS ?n) FROM <urn:absent> { ?s ?p ?o }", 0),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <urn:g> { ?s ?p ?o }", 0),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <urn:g> { GRAPH ?g { ?s ?p ?o } }", 1),
    ],
)
def test_the_default_graph_is_the_union_unless_a_query_names_another(query: str, count: int) -> None:
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    term = ox.NamedNode("urn:a")
    store.load([ox.Quad(term, term, ox.NamedNode(graph), ox.NamedNode(graph)) for graph in ("urn:g", "urn:h")])
    found = as_rows(store.query(query))
    assert list(found) == [{"n": count}]
