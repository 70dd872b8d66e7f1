"""Fixtures of the tests in a browser, which is started once for this folder."""

from pathlib import Path

import pytest

from foc_graph.release.build import publish
from foc_graph.workspace.settings import Workspace
from tests.support.browser import browser, new_page, page, pages, troubles
from tests.support.explorer import small_site, tab

__all__ = ["browser", "new_page", "page", "pages", "small_site", "tab", "troubles"]


@pytest.fixture(scope="package")
def small_releases(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release of the small workspace, which no test may change."""
    out = tmp_path_factory.mktemp("releases") / "out"
    publish(out, Workspace(small_root))
    return out
