"""sparql-llm of SIB learns from a server, or from the files of a release, what a graph holds and how to ask it.

Only its loaders are used, which ask nothing but the endpoint: the packages that load language models are left out of
its lock, and stand empty here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

import foc_graph
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.store.results import as_rows
from tests.support.clients import find_client
from tests.support.foc_server import FocServer

pytestmark = pytest.mark.extended

LOADED = """
import json, sys
from unittest.mock import MagicMock

sys.modules |= {"fastembed": MagicMock(), "qdrant_client": MagicMock()}

from sparql_llm import SparqlExamplesLoader, SparqlVoidShapesLoader
from sparql_llm.utils import get_prefixes_for_endpoint, get_schema_for_endpoint

endpoint, statistics, examples = sys.argv[1], *(sys.argv[2:] or (None, None))
print(json.dumps({
    "schema": get_schema_for_endpoint(endpoint, statistics),
    "prefixes": get_prefixes_for_endpoint(endpoint, examples),
    "examples": [one.metadata for one in SparqlExamplesLoader(endpoint, examples).load()],
    "shapes": [one.metadata["iri"] for one in SparqlVoidShapesLoader(endpoint, statistics, examples).load()],
}))
"""


def load(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run the loaders in a folder, in which they keep what they find."""
    python = find_client("sparql-llm") / "bin" / "python"
    environment = {"AUTO_INIT": "false", "PATH": "/nowhere"}
    command = [python, "-c", LOADED, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert "warning" not in done.stderr.lower(), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module", params=["server", "release"])
def source(request: pytest.FixtureRequest) -> str:
    """Where they read."""
    return str(request.param)


@pytest.fixture(scope="module")
def graph(source: str, request: pytest.FixtureRequest) -> Graph:
    """What is described there."""
    if source == "server":
        return cast(Graph, request.getfixturevalue("small"))
    return foc_graph.open(at_release=request.getfixturevalue("release"))


@pytest.fixture(scope="module")
def loaded(source: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder, endpoint = tmp_path_factory.mktemp("sparql-llm"), f"{request.getfixturevalue('small_server').url}/sparql"
    if source == "server":
        return load(folder, endpoint)
    release: Path = request.getfixturevalue("release")
    return load(folder, endpoint, str(release / ".well-known/void"), str(release / "queries/examples.ttl"))


def test_it_reads_every_class_with_its_properties_and_their_values(loaded: Any, graph: Graph) -> None:
    expected: dict[str, dict[str, set[str]]] = {}
    asked = "SELECT DISTINCT ?class ?property ?kind WHERE { ?thing a ?class ; ?property ?value "
    asked += "OPTIONAL { ?value a ?of_class } BIND(IF(ISLITERAL(?value), DATATYPE(?value), ?of_class) AS ?kind) }"
    for row in as_rows(graph.sparql(asked)):
        kinds = expected.setdefault(row["class"], {}).setdefault(row["property"], set())
        kinds |= {row["kind"]} - {None}
    schema = {
        one: {property: set(kinds) for property, kinds in properties.items()}
        for one, properties in loaded["schema"].items()
    }
    assert schema == expected
    assert "https://w3id.org/coalition/ns#Membership" in loaded["shapes"]


def test_it_reads_every_example_and_prefix(loaded: Any, small_server: FocServer) -> None:
    listed = small_server.client.get("/sparql/examples.json").json()
    assert {one["question"]: one["answer"] for one in loaded["examples"]} == {
        one["question"]: one["query"] for one in listed
    }
    assert {one["query_type"] for one in loaded["examples"]} <= {"SelectQuery", "ConstructQuery", "AskQuery"}
    assert loaded["prefixes"] == PREFIXES
