"""What clients of others are given to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from foc_graph.release.build import publish
from foc_graph.workspace.settings import Workspace
from tests.support.workspaces import edit, small_workspace

CONTACT = 'contact = "data@example.org"\nhomepage = "https://example.org/"\n'


@pytest.fixture(scope="session")
def release(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the workspace of made-up coalitions, which says whom to ask."""
    folder = tmp_path_factory.mktemp("clients")
    workspace = Workspace(small_workspace(folder / "workspace"))
    return publish(folder / "out", edit(workspace, "workspace.toml", "licence =", f"{CONTACT}licence =")).release.path
