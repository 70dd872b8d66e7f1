"""The pages of the packaged workspace and of the small one, which tests have written as they need them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE
from foc_graph.site.about import Site
from foc_graph.site.pages import Pages, Task
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT


@contextmanager
def _written(root: Path, folder: Path, *kinds: str) -> Iterator[Pages]:
    """Write the pages of some kinds of things of a workspace into a folder."""
    workspace = find_workspace(root)
    settings = workspace.settings
    site = Site.of(settings, workspace.base, settings.version, settings.verified)
    open_built(workspace)  # the first time it is in memory, and kept in a folder for the next
    with closing(Pages(workspace, open_built(workspace).store.folder, site, folder)) as pages:
        pages.write([Task(iri) for kind in kinds for iri in pages.view.of_class(kind)])
        yield pages


@pytest.fixture(scope="package")
def packaged(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Pages]:
    """The writer of pages of the packaged workspace, which has written that of one coalition."""
    with _written(ROOT, tmp_path_factory.mktemp("packaged")) as pages:
        pages.write([Task(f"{BASE}id/foc")])
        yield pages


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory, small_root: Path) -> Iterator[Pages]:
    """The writer of pages of the small workspace, which has written those of coalitions and bodies."""
    with _written(small_root, tmp_path_factory.mktemp("made"), "coal:Coalition", "coal:Body") as pages:
        yield pages
