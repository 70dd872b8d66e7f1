"""SPARQL over HTTP as the W3C's recommendations have it: the cases of `web_standards.toml`, on two servers."""

import csv
import io
import socket
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import pyoxigraph as ox
import pytest

from tests.support.http import DATA, GRAPHS, ROWS, UPDATE, ask, problem
from tests.support.sparql_servers import Server

TABLE = tomllib.loads(Path(__file__).with_name("web_standards.toml").read_text("utf-8"))
FOC = {"query": "/sparql", "update": "/sparql", "graphs": "/graph-store"}
OXIGRAPH = {"query": "/query", "update": "/update", "graphs": "/store"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request and the answer that is expected, as the head of the table explains."""

    section: str
    shows: str
    to: str
    covers: Sequence[str] = ()
    method: str = "GET"
    parameters: Sequence[Sequence[str]] = ()
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Sequence[Sequence[str]] = ()
    body: str = ""
    charset: str = "utf-8"
    status: int | str | Sequence[int]
    has: Sequence[str] = ()
    type: Sequence[str] | None = None
    boolean: bool | None = None
    subjects: Sequence[str] | None = None
    holds: Sequence[str] | None = None
    then: str = ""
    refused: str = ""
    problem: tuple[int, str] | None = None


CASES = {name: Case(**case) for name, case in TABLE["cases"].items()}


@pytest.fixture(scope="module")
def oxigraph(oxigraph_server: Server) -> Iterator[httpx2.Client]:
    """A client of an Oxigraph server; each request has a connection of its own, as that one sends a body to HEAD."""
    url, limits = oxigraph_server.query_url.removesuffix("/query"), httpx2.Limits(max_keepalive_connections=0)
    with httpx2.Client(base_url=url, timeout=60, trust_env=False, limits=limits) as client:
        yield client
        update(client, "DROP ALL")


@pytest.mark.parametrize("name", CASES)
def test_our_server_keeps_the_standards(few: httpx2.Client, name: str) -> None:
    case = CASES[name]
    if case.refused:
        status, said = TABLE["refusals"][case.refused]["problem"]
        case = replace(case, status=status, problem=(status, said), has=())
    response = send(few, FOC, case)
    check(response, case)
    if response.is_error:
        assert response.headers["Cache-Control"] == "no-store"
    if case.problem:
        status, said = case.problem
        assert said in problem(response, status)
    if case.then:
        assert ask(few, case.then).json()["boolean"] is False


@pytest.mark.parametrize("name", CASES)
def test_another_server_answers_alike_or_has_an_excuse(oxigraph: httpx2.Client, name: str) -> None:
    """The cases are no opinion of our own; those that write show that what our server refuses is well formed."""
    case = CASES[name]
    update(oxigraph, f"DROP ALL ; INSERT DATA {{ {DATA} }}")
    with pytest.raises(AssertionError) if name in TABLE["oxigraph"] else nullcontext():
        check(send(oxigraph, OXIGRAPH, case), case)
        if case.then:
            assert oxigraph.get("/query", params={"query": case.then}).json()["boolean"] is True


def test_every_requirement_has_a_case() -> None:
    assert {requirement for case in CASES.values() for requirement in case.covers} == TABLE["requirements"].keys()
    assert TABLE["oxigraph"].keys() <= CASES.keys()


def update(client: httpx2.Client, text: str) -> None:
    client.post("/update", content=text.encode(), headers={"Content-Type": UPDATE}).raise_for_status()


def send(client: httpx2.Client, endpoints: Mapping[str, str], case: Case) -> httpx2.Response:
    """Send the request of a case, without the header `Accept` that clients add."""
    address = case.query_string or urlencode([*map(tuple, case.parameters)], quote_via=quote)
    body = case.body or urlencode([*map(tuple, case.form)])
    request = client.build_request(
        case.method,
        f"{endpoints[case.to]}?{address}" if address else endpoints[case.to],
        headers=case.headers,
        content=body.encode(case.charset) if body else None,
    )
    if "Accept" not in case.headers:
        del request.headers["Accept"]
    return client.send(request)


def check(response: httpx2.Response, case: Case) -> None:
    """Compare an answer with the one that is expected."""
    if case.status == "4xx":
        assert 400 <= response.status_code < 500
    else:
        allowed = case.status if isinstance(case.status, Sequence) else [case.status]
        assert response.status_code in allowed, response.text
    wanted = {*case.has, *(["Allow"] if response.status_code == 405 else [])}
    assert all(response.headers.get(name) for name in wanted)
    if case.method == "HEAD":
        assert body_of_head(response.request.url) == b""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    assert case.type is None or kind in case.type
    if case.boolean is not None:
        found = results(response, kind)
        assert isinstance(found, ox.QueryBoolean)
        assert bool(found) is case.boolean
    if case.subjects is not None:
        assert sorted(column(response, kind)) == case.subjects
    if case.holds is not None:
        assert kind in GRAPHS
        graph, address = ox.Store(), str(response.request.url.copy_with(query=None))
        graph.extend(ox.parse(response.content, format=GRAPHS[kind], base_iri=address))
        for query in case.holds:
            assert graph.query(query, base_iri=address), query


def body_of_head(url: httpx2.URL) -> bytes:
    """Return the bytes behind the head of the answer to HEAD, which clients do not tell."""
    request = f"HEAD {url.raw_path.decode()} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(2**16), b"")).partition(b"\r\n\r\n")[2]


def results(response: httpx2.Response, kind: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """Read the results of a query as its media type says."""
    assert kind in ROWS
    return ox.parse_query_results(response.content, format=ROWS[kind])


def column(response: httpx2.Response, kind: str) -> list[str]:
    """The values of ?s."""
    if kind == "text/csv":
        return [row["s"] for row in csv.DictReader(io.StringIO(response.text))]
    found = results(response, kind)
    assert isinstance(found, ox.QuerySolutions)
    return [row["s"].value for row in found]
