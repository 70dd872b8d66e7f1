"""Fixtures that many tests share: the packaged graph, and small workspaces made for one test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers import OxigraphServer, RdflibServer, Server, VirtuosoServer, running

import foc_graph
from foc_graph.graph import Graph

ROOT = Path(__file__).parent.parent
PREFIXES = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

WorkspaceMaker = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of the test run's own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOC_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def graph(cache: Path) -> Graph:
    """The graph of the repository's own workspace."""
    return foc_graph.open(ROOT)


@pytest.fixture
def make_workspace(tmp_path: Path) -> WorkspaceMaker:
    """Make a workspace with the repository's ontology and queries, and the Turtle given by file name under data/."""

    def make(**files: str) -> Path:
        root = tmp_path / "workspace"
        for folder in ("ontology", "queries"):
            shutil.copytree(ROOT / folder, root / folder)
        shutil.copy(ROOT / "workspace.toml", root)
        folder = root / "data" / "coalitions" / "foc"
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / f"{name}.ttl").write_text(PREFIXES + text, encoding="utf-8")
        return root

    return make


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An Oxigraph server, shared by the tests of this process."""
    yield from running(OxigraphServer, tmp_path_factory.mktemp("oxigraph"))


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Virtuoso server, shared by the tests of this process."""
    yield from running(VirtuosoServer, tmp_path_factory.mktemp("virtuoso"))


@pytest.fixture(scope="session")
def rdflib_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An rdflib-endpoint server, shared by the tests of this process; it has no default graph but the union."""
    yield from running(RdflibServer, tmp_path_factory.mktemp("rdflib"))


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the real servers that take the name of a default graph."""
    return request.getfixturevalue(f"{request.param}_server")
