"""Every route under requests at random: each answers as it is described, and nothing that is sent makes it fail.

Requests are made from the description (schemathesis), and from bytes (Hypothesis).
"""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPResponse, IncompleteRead
from random import Random
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest
import schemathesis
from hypothesis import given
from schemathesis import Case

from foc_graph.graph import Graph
from foc_graph.queries.header import read_queries
from foc_graph.queries.model import StoredQuery
from foc_graph.server.app import application
from foc_graph.server.openapi import openapi
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.foc_server import FocServer
from tests.support.hostile_requests import LEAKS, QUERY, get
from tests.support.http import SECONDS, exchange
from tests.support.random_requests import HTTP, NOT_HTTP, Sent, requests
from tests.support.releases import two_releases

REQUESTS = 250
"""How many a campaign sends to each server, of either kind."""

pytestmark = pytest.mark.extended

THERE = {
    "name": [
        "foc",
        "government/ee.ttl",
        "index.nt",
        "region",
        "example/secretariat",
        "organisation/old-name",
        "sources",
    ],
    "path": ["all.nq", "members.csv", "index.html", "dumps/all.nq", "doc/example"],
    "version": ["current", "2026.11", "1.0.0"],
    "ending": ["html", "jsonld"],
    "number": ["1"],
    "graph": ["https://w3id.org/coalition/graph/foc"],
}
"""What is there, by the parameter that names it."""

LENIENT = {"text/html", QUERY}
"""A form to fill in, and the text of a query, are given whatever the parameters are."""

RANGES = ["bytes=0-", "bytes=0-9", "bytes=0-1, 4-5", "bytes=x", "bytes=9999999999-"]
"""Parts of a file, some of which there are."""

CONFIG = {
    "seed": 7,
    # A name or a query may be well-formed, and the graph knows no such thing.
    "checks": {"positive_data_acceptance": {"enabled": False}},
    "phases": {"coverage": {"unexpected-methods": ["DELETE", "OPTIONS"]}},
}


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """A description, to which is added what is there."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter.get("name") in THERE:
                    parameter["schema"]["examples"] = THERE[parameter["name"]]
    return document


def described(queries: Mapping[str, StoredQuery]) -> dict[str, Any]:
    """The description of a server of these queries, with what is there."""
    document = openapi(WORKSPACE.settings.title, queries, application(Settings()).routes)
    return with_examples(json.loads(document))


WORKSPACE = find_workspace(ROOT)
DOCUMENT = described(read_queries(WORKSPACE))
API = schemathesis.openapi.from_dict(DOCUMENT, config=schemathesis.Config.from_dict(CONFIG))
PATHS = [
    [[one.encode() for one in THERE[part[1:-1]]] if part[:1] == "{" else part.encode() for part in parts]
    for parts in (re.split(r"(\{\w+\})", path) for path in DOCUMENT["paths"])
]
PARAMETERS = sorted(
    {
        parameter["name"].encode()
        for operations in DOCUMENT["paths"].values()
        for operation in operations.values()
        for parameter in operation["parameters"]
        if parameter.get("in") == "query"
    }
)


@schemathesis.serializer(QUERY)
def as_it_is(context: schemathesis.SerializationContext, value: object) -> dict[str, bytes]:
    return {"data": str(value).encode()}


@contextmanager
def without_faults(server: FocServer) -> Iterator[FocServer]:
    """The server, the log of which tells of no fault meanwhile."""
    before = server.log.stat().st_size
    yield server
    lines = map(json.loads, server.log.read_bytes()[before:].splitlines())
    assert [line for line in lines if line["level"] in ("error", "critical")] == []


@pytest.fixture(scope="module", params=["packaged", "released"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FocServer]:
    """A server of the repository's own graph, and one of the second of two releases."""
    if request.param == "packaged":
        with without_faults(request.getfixturevalue("foc_server")) as server:
            yield server
    else:
        folder = tmp_path_factory.mktemp("fuzz")
        out = two_releases(folder)
        options = ("--release-dir", str(out.folder))
        with FocServer(folder, *options, workspace=out.workspace) as server, without_faults(server):
            yield server


def test_what_is_described_here_is_what_is_served(graph: Graph, foc_server: FocServer) -> None:
    served = with_examples(foc_server.client.get("/openapi.json").json())
    assert served == described(graph.queries)
    assert served["paths"].keys() == DOCUMENT["paths"].keys()


@API.parametrize()
@campaign(REQUESTS // len(PATHS))
def test_every_route_answers_as_it_is_described(case: Case, server: FocServer) -> None:
    answers: dict[str, Any] = case.operation.definition.raw["responses"]
    kinds = [kind for kind in answers.get("200", {}).get("content", ()) if kind not in LENIENT] or ["*/*"]
    headers = {"Accept": Random(f"{case.path_parameters}{case.query}").choice(kinds)}
    answer = case.call_and_validate(base_url=server.url, headers=headers)
    if answer.status_code == 200 and "206" in answers:
        for part in RANGES:
            case.call_and_validate(base_url=server.url, headers={**headers, "Range": part})


@campaign(REQUESTS)
@given(sent=requests(HTTP, PATHS, PARAMETERS) | requests(NOT_HTTP, PATHS, PARAMETERS))
def test_no_bytes_bring_a_fault(sent: Sent, server: FocServer) -> None:
    port = urlsplit(server.url).port or 0
    found = answered(port, sent)
    if found is not None:
        check(sent, *found)
    else:
        assert not sent.is_whole
    assert exchange(port, get("/health"))[0] == 200


def answered(port: int, sent: Sent) -> tuple[HTTPResponse, bytes] | None:
    """The answer and its body; None if there is none, or not all of it."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        with suppress(OSError):  # it did not read all that was sent
            client.sendall(sent.content)
            if not sent.is_whole:
                client.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(client, method=sent.method.decode("latin-1"))
        try:
            answer.begin()
            body = answer.read()
        except (ConnectionError, IncompleteRead):
            return None
        return answer, gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" and body else body


def check(sent: Sent, answer: HTTPResponse, body: bytes) -> None:
    """An error is told as a problem that gives nothing away, and no answer is more to a browser than it says."""
    kind, status = answer.headers.get_content_type(), answer.status
    assert status < 500 or status == 503
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if kind == "text/html":
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert b"<script>" not in body
    if status >= 400:
        assert kind in ("application/problem+json", "text/html")
        known = sent.content + unquote_to_bytes(sent.content)
        assert [leak for leak in LEAKS if leak in body and leak not in known] == []
        if kind == "application/problem+json" and sent.method != b"HEAD":
            problem = json.loads(body)
            jsonschema.validate(problem, DOCUMENT["components"]["schemas"]["Problem"])
            assert problem["status"] == status
