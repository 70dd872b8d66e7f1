"""A server on a kernel that does not confine the processes for queries, as in some containers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.foc_server import FocServer
from tests.support.http import ask, problem

pytestmark = pytest.mark.extended

REFUSED = "SPARQL and panels are off, since this kernel lacks {} to confine them: --unconfined answers anyway"


def said(server: FocServer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the first line of the log and `/health` say."""
    health = server.client.get("/health").json()
    return json.loads(server.log.read_text("utf-8").partition("\n")[0]), health


@pytest.mark.parametrize(
    ("lacking", "names"),
    [(("landlock",), "Landlock"), (("seccomp",), "seccomp"), (("landlock", "seccomp"), "Landlock and seccomp")],
)
def test_without_a_layer_public_queries_are_refused_and_all_else_is_served(
    tmp_path: Path, small_root: Path, lacking: tuple[str, ...], names: str
) -> None:
    with FocServer(tmp_path, workspace=small_root, lacking=lacking) as server:
        state = {"landlock": "landlock" not in lacking, "seccomp": "seccomp" not in lacking, "sparql": False}
        line, health = said(server)
        assert (line["event"], line["level"], line["problem"]) == ("opened", "warning", REFUSED.format(names))
        assert line.items() >= state.items() and health.items() >= state.items()
        assert problem(ask(server.client, "ASK {}"), 503) == REFUSED.format(names)
        assert problem(server.client.post("/sparql", data={"query": "ASK {}"}), 503) == REFUSED.format(names)
        assert problem(server.client.get("/panel.csv?coalition=first"), 503) == REFUSED.format(names)
        for path in ("/", "/query/coalitions.json", "/graph-store?default", "/health"):
            assert server.client.get(path).status_code == 200, path


def test_a_server_that_is_told_to_answers_without_them(tmp_path: Path, small_root: Path) -> None:
    with FocServer(tmp_path, "--unconfined", workspace=small_root, lacking=("landlock", "seccomp")) as server:
        assert ask(server.client, "ASK {}").json() == {"head": {}, "boolean": True}
        line, health = said(server)
        assert line["level"] == "warning" and "problem" not in line
        assert health["sparql"] and not health["landlock"] and not health["seccomp"]


def test_a_server_with_both_says_so(tmp_path: Path, small_root: Path) -> None:
    with FocServer(tmp_path, workspace=small_root) as server:
        line, health = said(server)
        assert (line["event"], line["level"]) == ("opened", "info")
        assert [health[name] for name in ("landlock", "seccomp", "sparql")] == [True] * 3
