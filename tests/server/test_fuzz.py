"""Every route under requests at random, made from the description (schemathesis): each answers as it is described."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
import schemathesis
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
from tests.support.hostile_requests import QUERY
from tests.support.releases import Out

REQUESTS = 250
"""How many a campaign sends to each server."""

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
"""Values that there are, by the parameter that names them."""

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


@pytest.fixture(scope="module", params=["small", "released"])
def server(request: pytest.FixtureRequest, out: Out, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FocServer]:
    """A server of the small workspace, and one of the second of two releases."""
    if request.param == "small":
        with without_faults(request.getfixturevalue("small_server")) as server:
            yield server
    else:
        options = ("--release-dir", str(out.folder))
        folder = tmp_path_factory.mktemp("fuzz")
        with FocServer(folder, *options, workspace=out.workspace) as server, without_faults(server):
            yield server


def test_what_is_described_here_is_what_is_served(small: Graph, small_server: FocServer) -> None:
    served = with_examples(small_server.client.get("/openapi.json").json())
    expected = described(small.queries)
    assert (served["paths"], served["components"]) == (expected["paths"], expected["components"])
    assert served["paths"].keys() >= DOCUMENT["paths"].keys()


@API.parametrize()
@campaign(REQUESTS // len(DOCUMENT["paths"]))
def test_every_route_answers_as_it_is_described(case: Case, server: FocServer) -> None:
    answers: dict[str, Any] = case.operation.definition.raw["responses"]
    kinds = [kind for kind in answers.get("200", {}).get("content", ()) if kind not in LENIENT] or ["*/*"]
    headers = {"Accept": Random(f"{case.path_parameters}{case.query}").choice(kinds)}
    answer = case.call_and_validate(base_url=server.url, headers=headers)
    if answer.status_code == 200 and "206" in answers:
        for part in RANGES:
            case.call_and_validate(base_url=server.url, headers={**headers, "Range": part})
