"""grlc, which makes an API of a folder of queries: it refuses parameters that it would otherwise ignore."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from foc_graph.graph import Graph
from foc_graph.queries.header import read_source
from tests.support.clients import find_client
from tests.support.foc_server import FocServer
from tests.support.workspaces import BASE as SMALL

pytestmark = pytest.mark.extended

CALLS = """
import json, sys

from grlc.server import app

client = app.test_client()
answers = {"swagger": client.get("/api-local/swagger").json}
for call in sys.argv[1:]:
    answer = client.get(f"/api-local/{call}", headers={"Accept": "text/csv"})
    answers[call] = [answer.status_code, answer.text]
print("ANSWERS", json.dumps(answers))
"""
MEMBERS = f"members?coalition={SMALL}id/first"
ALL = "members?withoutParameters=yes"


@pytest.fixture(scope="module")
def client() -> Path:
    """The folder of its programs."""
    return find_client("grlc") / "bin"


@pytest.fixture(scope="module")
def answers(
    client: Path, small: Graph, small_server: FocServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Return the answers of grlc about the published queries, and by them."""
    folder = tmp_path_factory.mktemp("grlc")
    for path in small.workspace.query_files:
        (folder / path.name).write_bytes(read_source(path, path.name))
    (folder / "endpoint.txt").write_text(f"{small_server.url}/sparql\n", "utf-8")
    (folder / "config.ini").write_text(f"[local]\nlocal_sparql_dir = {folder}\n", "utf-8")
    command = [client / "python", "-c", CALLS, "coalitions", MEMBERS, ALL]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.rpartition("ANSWERS ")[2])
    return found


def test_it_lists_every_query_and_which_it_cannot_ask(answers: dict[str, Any], small: Graph) -> None:
    paths = answers["swagger"]["paths"]
    assert paths.keys() == {f"/{name}" for name in small.queries}
    needed = {
        path[1:]: [one["name"] for one in item["get"]["parameters"] if one.get("required")]
        for path, item in paths.items()
    }
    assert needed == {name: ["withoutParameters"] if query.parameters else [] for name, query in small.queries.items()}
    assert all(item["get"]["summary"] == small.queries[path[1:]].summary for path, item in paths.items())


def test_it_answers_without_parameters(answers: dict[str, Any], small: Graph) -> None:
    status, text = answers["coalitions"]
    assert status == 200 and text.count("\n") == len(small.rows("coalitions")) + 1


def test_it_refuses_parameters_that_it_would_ignore(answers: dict[str, Any], small: Graph) -> None:
    status, _ = answers[MEMBERS]
    assert status == 500
    status, text = answers[ALL]
    assert status == 200 and text.count("\n") > len(small.rows("members", coalition="first")) + 1
