"""A client that openapi-python-client generates from the description of a server: it imports, asks, and reads rows."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from foc_graph.graph import Graph
from foc_graph.server.panels import TYPES
from tests.support.clients import find_client
from tests.support.foc_server import FocServer

pytestmark = pytest.mark.extended

PANELS = {TYPES[ending] for ending in ("parquet", "xlsx", "dta", "sav")}
UNREAD = {
    "application/sparql-query",
    "application/x-bibtex",
    "application/x-research-info-systems",
    "application/xml",
    *PANELS,
}
"""Media types, but those of pictures, that a generated client does not read."""

CALLS = """
import importlib, json, pkgutil, sys

import generated

for module in pkgutil.walk_packages(generated.__path__, "generated."):
    importlib.import_module(module.name)

from generated import Client, models
from generated.api.default import get_health, get_query_name, get_reconcile_suggest_entity, get_sparql, post_sparql
from generated.api.membership import members
from generated.api.overview import coalition_graph, coalitions

client = Client(base_url=sys.argv[1])


def table(results):
    return [{name: term.value for name, term in row.additional_properties.items()} for row in results.results.bindings]


wrong = members.sync_detailed(client=client, coalition="fox")
typed = "SELECT ?type { <https://w3id.org/coalition/id/foc> a ?type }"
form = models.PostSparqlDataBody(query="ASK { ?s a coal:Coalition }")
named = models.GetQueryNameParameters.from_dict({"coalition": "foc"})
print(json.dumps({
    "members": table(members.sync(client=client, coalition="foc", as_of="2015-05-04")),
    "coalitions": table(coalitions.sync(client=client)),
    "graph": [node.to_dict() for node in coalition_graph.sync(client=client, coalition="foc")],
    "select": table(get_sparql.sync(client=client, query=typed)),
    "ask": post_sparql.sync(client=client, body=form).boolean,
    "csv": get_query_name.sync(client=client, name="members.csv", parameters=named),
    "suggested": [one.id for one in get_reconcile_suggest_entity.sync(client=client, prefix="Freedom Online C").result],
    "health": get_health.sync(client=client).status,
    "wrong": [wrong.status_code, wrong.parsed.detail],
}))
"""


@pytest.fixture(scope="module")
def client() -> Path:
    """The folder of the programs of the generator."""
    return find_client("openapi-python-client") / "bin"


@pytest.fixture(scope="module")
def said(client: Path, foc_server: FocServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the package `generated` lies, and what the generator said."""
    folder = tmp_path_factory.mktemp("client")
    command = [client / "openapi-python-client", "generate", "--url", f"{foc_server.url}/openapi.json"]
    done = subprocess.run(
        [*command, "--meta", "none", "--output-path", folder / "generated"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return folder, done.stdout + done.stderr


@pytest.fixture(scope="module")
def answers(client: Path, said: tuple[Path, str], foc_server: FocServer) -> dict[str, Any]:
    """Return the results of the calls."""
    command = [client / "python", "-c", CALLS, foc_server.url]
    done = subprocess.run(command, cwd=said[0], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_operation_is_generated(said: tuple[Path, str]) -> None:
    unread = set(re.findall(r"Unsupported content.type ([^\s)]+)", said[1]))
    assert {kind for kind in unread if not kind.startswith("image/")} <= UNREAD
    assert "will not be generated" not in said[1]


def test_stored_queries_are_read_as_rows(answers: dict[str, Any], graph: Graph) -> None:
    for name, given in (("members", {"coalition": "foc", "as_of": "2015-05-04"}), ("coalitions", {})):
        rows = graph.rows(name, **given)
        texts = [{key: str(value) for key, value in row.items() if value is not None} for row in rows]
        assert answers[name] == texts and len(texts) > 20
    assert f"{graph.base}id/foc" in {node["@id"] for node in answers["graph"]}
    assert answers["csv"].startswith("member,name,") and answers["csv"].count("\n") > 40


def test_other_routes_are_read(answers: dict[str, Any]) -> None:
    assert {"type": "https://w3id.org/coalition/ns#Coalition"} in answers["select"]
    assert answers["ask"] is True
    assert (answers["suggested"][0], answers["health"]) == ("foc", "ok")


def test_a_problem_is_read(answers: dict[str, Any]) -> None:
    status, detail = answers["wrong"]
    assert status == 400 and "did you mean foc" in detail
