"""Fixtures of the tests in a browser, which is started once for this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import browser, new_page, page, pages, troubles
from tests.support.explorer import small_site, tab
from tests.support.file_host import BELOW, sending

__all__ = ["browser", "new_page", "page", "pages", "small_site", "tab", "troubles"]


@pytest.fixture(scope="package")
def released(small_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a release lies below a path, which no test may change."""
    root = tmp_path_factory.mktemp("released")
    shutil.copytree(small_release / "current", root / BELOW)
    return root


@pytest.fixture(scope="package")
def host(released: Path) -> Iterator[str]:
    """The address of that release."""
    with sending(released, BELOW) as address:
        yield address
