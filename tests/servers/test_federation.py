"""Stored queries that also ask other endpoints: two real servers, asked only where they are allowed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import foc_graph
from foc_graph.errors import FocGraphError, ParameterError, ParseError, ServiceError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query
from foc_graph.queries.lint import lint
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from tests.support import ROOT, WorkspaceMaker
from tests.support.commands import foc
from tests.support.sparql_servers import Server
from tests.support.web_server import Web, head
from tests.support.workspaces import new_workspace

HEADER = """#+ summary: Numbers of elsewhere
#+ question: Which numbers do other servers give the bodies of a coalition?
#+ columns:
#+   body: the body
#+   number: its number there
#+   colour: its colour there
#+ expect: []
"""
TEXT = """PREFIX ex: <http://example.org/>
SELECT ?body ?number ?colour
WHERE {
  ?body a coal:Body .
  SERVICE <%s> { ?body ex:number ?number }
  SERVICE SILENT <%s> { ?body ex:colour ?colour }
}
ORDER BY STR(?body)
"""
DATA = """<https://w3id.org/coalition/id/foc/a> a coal:Body . <https://w3id.org/coalition/id/foc/b> a coal:Body ."""
A = "<https://w3id.org/coalition/id/foc/a>"
CLOSED = "http://127.0.0.1:1/sparql"

Asking = Callable[..., Graph]


@pytest.fixture
def asking(make_workspace: WorkspaceMaker) -> Asking:
    """A graph with a query `numbers` that asks two endpoints."""

    def make(first: str, second: str) -> Graph:
        root = make_workspace(bodies=DATA)
        header = f"{HEADER}#+ federated: [{', '.join(dict.fromkeys((first, second)))}]\n"
        (root / "queries" / "overview" / "numbers.rq").write_text(header + TEXT % (first, second), "utf-8")
        return foc_graph.open(root)

    return make


@pytest.fixture
def servers(oxigraph_server: Server, virtuoso_server: Server) -> tuple[str, str]:
    """The addresses of two servers, one of which knows a number, the other a colour."""
    for server, triple in ((oxigraph_server, "number> 5"), (virtuoso_server, 'colour> "red"')):
        server.clear("urn:federated")
        value = '"5"^^<http://www.w3.org/2001/XMLSchema#integer>' if triple.endswith("5") else '"red"'
        server.load("urn:federated", f"{A} <http://example.org/{triple.partition('>')[0]}> {value} .\n".encode())
    return oxigraph_server.query_url, virtuoso_server.query_url


def test_a_query_joins_with_two_servers(asking: Asking, servers: tuple[str, str]) -> None:
    rows = asking(*servers).rows("numbers", allow_service=servers)
    assert list(rows) == [{"body": A[1:-1], "number": 5, "colour": "red"}]


def test_nothing_is_asked_that_is_not_allowed(asking: Asking, servers: tuple[str, str]) -> None:
    graph = asking(*servers)
    with pytest.raises(ParameterError, match=f"numbers asks {servers[1]}: allow it"):
        graph.query("numbers", allow_service=servers[:1])
    with pytest.raises(ParameterError, match="numbers asks "):
        graph.query("numbers", allow_service=f"{servers[0]}x {servers[1]}")
    with pytest.raises(ParameterError, match=f"numbers asks {servers[0]} and {servers[1]}"):
        graph.query("numbers")
    with pytest.raises(ParseError, match="SERVICE would ask another server"):
        graph.sparql(graph.bound("numbers"))


def test_the_command_line_asks_when_it_is_told_to(asking: Asking, servers: tuple[str, str]) -> None:
    root = str(asking(*servers).workspace.root)
    allowed = [word for url in servers for word in ("--allow-service", url)]
    done = foc("--workspace", root, "query", "numbers", *allowed, "--format", "csv")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, [f"{A[1:-1]},5,red"])
    done = foc("--workspace", root, "query", "numbers")
    assert (done.returncode, done.stdout) == (2, "")
    assert "allow it with --allow-service" in done.stderr and len(done.stderr.splitlines()) == 1
    assert servers[0] in foc("--workspace", root, "query", "numbers", "--help").stdout


def test_a_server_that_does_not_answer_is_named(asking: Asking, servers: tuple[str, str]) -> None:
    graph = asking(CLOSED, servers[1])
    with pytest.raises(ServiceError, match=f"one of {CLOSED}, {servers[1]}, gives no answer"):
        graph.query("numbers", allow_service=(CLOSED, servers[1]))
    allowed = ["--allow-service", CLOSED, "--allow-service", servers[1]]
    done = foc("--workspace", str(graph.workspace.root), "query", "numbers", *allowed)
    assert done.returncode == 3 and CLOSED in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_server_may_be_silent(asking: Asking, servers: tuple[str, str]) -> None:
    """By the query's own SILENT: the number is there, without a colour."""
    rows = asking(servers[0], CLOSED).rows("numbers", allow_service=(servers[0], CLOSED))
    assert list(rows) == [{"body": A[1:-1], "number": 5, "colour": None}]


def test_strangers_cannot_ask_for_it(asking: Asking) -> None:
    root = asking(CLOSED, CLOSED).workspace.root
    with TestClient(application(Settings(str(root), processes=1))) as client:
        assert client.get("/query/numbers").status_code == 404
        assert "/query/numbers.json" not in client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("allowed", ["nothing", "the first"])
def test_an_allowed_endpoint_leads_nowhere_else(tmp_path: Path, allowed: str) -> None:
    root = new_workspace(tmp_path / "workspace", '["queries"]')
    first, second = Web(), Web()
    try:
        first.answers = [lambda handler: handler.wfile.write(head(302, Location=second.url))]
        second.answers = [lambda handler: handler.wfile.write(head(200))]
        text = (
            f'#+ summary: x\n#+ question: x?\n#+ federated: ["{first.url}"]\n#+ columns:\n#+   x: x\n#+ expect: []\n'
            f"SELECT ?x WHERE {{ SERVICE <{first.url}> {{ ?s ?p ?x }} }}\n"
        )
        (root / "queries").mkdir(exist_ok=True)
        (root / "queries" / "elsewhere.rq").write_text(text, "utf-8")
        options = [] if allowed == "nothing" else ["--allow-service", first.url]
        done = foc("--workspace", str(root), "query", "elsewhere", *options)
        assert done.returncode != 0
        assert (bool(first.paths), second.paths) == (allowed != "nothing", [])
    finally:
        first.stop()
        second.stop()


BAD = {
    "not named": ("SERVICE <http://a.example/> { }", "", "SERVICE would ask another server"),
    "another": (
        "SERVICE <http://a.example/> { }",
        "http://b.example/",
        "is not one of the endpoints that may be asked",
    ),
    "one of two": (
        "SERVICE <http://a.example/> { } SERVICE <http://b.example/> { }",
        "http://a.example/",
        "SERVICE '<http://b.example/>' is not one of the endpoints that may be asked: http://a.example/",
    ),
    "a variable": ("SERVICE ?any { } ?any a <http://a.example/>", "http://a.example/", "SERVICE '?any' is not one of"),
    "a prefixed name": (
        "SERVICE coal:x { } ?s a <https://w3id.org/coalition/ns#x>",
        "https://w3id.org/coalition/ns#x",
        "SERVICE 'coal:x' is not one of",
    ),
    "needless": ("?s ?p ?o", "http://a.example/", "SERVICE does not ask http://a.example/: remove it"),
    "a file": ("SERVICE <file:///etc/passwd> { }", "file:///etc/passwd", "a list of http or https addresses"),
    "run together": ("SERVICEx:y { }", "http://a.example/", "may be read as a keyword"),
    "in a comment only": ("?s ?p ?o # SERVICE <http://a.example/>\n", "http://a.example/", "SERVICE does not ask"),
}


@pytest.mark.parametrize(("pattern", "federated", "problem"), BAD.values(), ids=BAD.keys())
def test_a_query_names_each_server_that_it_asks(pattern: str, federated: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.rq"
    header = HEADER + (f"#+ federated: [{federated!r}]\n" if federated else "")
    path.write_text(f"{header}SELECT ?body WHERE {{ {pattern} }} ORDER BY ?body\n", "utf-8")
    with pytest.raises(FocGraphError, match=re.escape(problem)) as told:
        read_query(path, "bad.rq")
    assert str(told.value).startswith("bad.rq:")


EXAMPLES = re.findall(
    r"^```sparql\n(.*?)^```", (ROOT / "docs" / "how-to" / "federation.md").read_text("utf-8"), re.M | re.S
)


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_are_stored_queries(text: str, tmp_path: Path) -> None:
    path = tmp_path / "example.rq"
    path.write_text(text, "utf-8")
    query = read_query(path, "example.rq")
    assert query.federated and lint(query, "example.rq") == []
