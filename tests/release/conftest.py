"""Fixtures of releases of one small coalition, for tests that change what is published or go on from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from foc_graph.workspace.settings import Workspace
from tests.support.catalogues import PREVIOUS, Described, built, hostile_workspace
from tests.support.releases import Out, copy_releases, made_once, renamed_release, with_rules


@pytest.fixture(scope="session")
def both(shared: Path, cache: Path) -> Out:
    """A workspace of one small coalition, and its releases before and after a member was renamed; to be read only."""
    return made_once(shared, renamed_release)


@pytest.fixture
def out(both: Out, tmp_path: Path) -> Path:
    """A folder of releases with the first of them, to be changed."""
    return copy_releases(both.folder, tmp_path / "out", "2026.11")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The workspace of that coalition, to be changed."""
    return with_rules(tmp_path / "workspace")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """A release of a workspace with hostile texts, as far as its catalogue describes it; to be read only."""
    folder = tmp_path_factory.mktemp("catalogue")
    yield from built(hostile_workspace(folder / "own"), folder / "release", PREVIOUS)
