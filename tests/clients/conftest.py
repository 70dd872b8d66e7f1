"""What clients of others are given to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from foc_graph.release.build import publish
from foc_graph.workspace.settings import Workspace


@pytest.fixture(scope="session")
def release(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the workspace of made-up coalitions."""
    out = tmp_path_factory.mktemp("clients") / "out"
    return publish(out, Workspace(small_root)).release.path
