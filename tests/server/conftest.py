"""Clients of the servers that tests only read, and releases that they serve."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from tests.support.foc_server import FocServer, ServerHere
from tests.support.http import DATA
from tests.support.releases import Out, made_once, two_releases


@pytest.fixture(scope="session")
def client(small_server: FocServer) -> httpx2.Client:
    """A client of a server of the small workspace."""
    return small_server.client


@pytest.fixture(scope="session")
def packaged_client(foc_server: FocServer) -> httpx2.Client:
    """A client of a server of the packaged workspace, for what is about its data."""
    return foc_server.client


@pytest.fixture(scope="session")
def few(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A client of a server of a few graphs, those of `tests.support.http`, which pages of any site may read."""
    folder = tmp_path_factory.mktemp("few")
    (folder / "data.trig").write_text(DATA, "utf-8")
    with ServerHere(folder, Settings(str(small_root), data=(str(folder / "data.trig"),), cors=True)) as server:
        yield server.client


@pytest.fixture(scope="session")
def out(cache: Path, shared: Path) -> Out:
    """A workspace and its folder of two releases, which no test may change."""
    return made_once(shared, two_releases)


@pytest.fixture(scope="session")
def released(out: Out) -> Iterator[TestClient]:
    """A client of an application that serves the releases."""
    with TestClient(
        application(Settings(str(out.workspace), release_dir=str(out.folder), processes=1)), follow_redirects=False
    ) as client:
        yield client


@pytest.fixture(scope="session")
def made(out: Out) -> Iterator[TestClient]:
    """A client of an application that serves the workspace."""
    with TestClient(application(Settings(str(out.workspace), processes=1)), follow_redirects=False) as client:
        yield client
