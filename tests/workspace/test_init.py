"""A workspace of one's own: what its README shows, works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from foc_graph.errors import FocGraphError
from foc_graph.workspace.init import init_workspace
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.workspaces import new_workspace

TEMPLATE = ROOT / "foc_graph" / "template"
COMMANDS = re.findall(r"^foc .*", (TEMPLATE / "README.md").read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "my coalition"
    done = foc("init", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"next: read {folder / 'README.md'}" in done.stdout
    return folder


def test_the_commands_of_its_readme_work(workspace: Path) -> None:
    printed = {}
    for command in COMMANDS:
        done = foc(*shlex.split(command)[1:], cwd=workspace)
        assert (done.returncode, done.stderr) == (0, ""), command
        printed[command] = done.stdout
    assert "Example University" in printed["foc query joined_since --coalition example --since 2024-04"]
    assert printed["foc validate"] == "conforms\n"


def test_the_worked_example_conforms_and_is_canonical() -> None:
    for command in (["validate"], ["fmt", "--check"]):
        done = foc("--workspace", str(TEMPLATE), *command)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_shared_things_go_by_their_slugs(workspace: Path) -> None:
    done = foc("--workspace", str(workspace), "show", "government/ee")
    assert done.returncode == 0
    assert "Estonia" in done.stdout


def test_its_own_shapes_and_queries_join_the_packaged_ones(workspace: Path) -> None:
    names = foc("--workspace", str(workspace), "query").stdout
    assert "joined_since" in names
    assert "members" in names


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FocGraphError, match="is not an empty folder"):
        init_workspace(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "include", ['["/etc"]', '["data/../../.."]', '["data/nothing"]', '["tests"]', '"workspace.toml"']
)
def test_only_what_is_packaged_can_be_included(include: str, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace", include)
    done = foc("--workspace", str(workspace), "query")
    assert done.returncode == 2
    assert "is no folder or file of the packaged workspace" in done.stderr
