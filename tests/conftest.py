"""Fixtures that many tests share: the packaged graph, and small workspaces made for one test."""

import os
import re
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import foc_graph
from foc_graph.graph import Graph
from foc_graph.server.snapshot import NearestStore, Settings
from foc_graph.server.state import State
from foc_graph.workspace.settings import Workspace
from tests.support import PREFIXES, ROOT, WorkspaceMaker
from tests.support.campaign import SEED
from tests.support.foc_server import FocServer, ServerHere
from tests.support.shared import once
from tests.support.sparql_servers import REAL, OxigraphServer, RdflibServer, Server, VirtuosoServer, running
from tests.support.web_server import Web
from tests.support.workspaces import small_workspace


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--skipped FILE`: write the tests that did not run into a file, which `pytest @FILE` runs."""
    parser.addoption("--skipped", type=Path, metavar="FILE", help="write tests that did not run into FILE, one a line")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.skipped:
        config.pluginmanager.register(SkippedTests(config))
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Costs())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start as many processes as there are cores to run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of real servers as extended."""
    for item in items:
        if SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.extended)


class Costs:
    """Says how many tests run, and at the end how much processor time they took."""

    def __init__(self) -> None:
        self._announced = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:
        if not self._announced:
            self._announced = True
            workers = node.config.option.numprocesses
            minutes = len(ids) * SECONDS_A_TEST / workers / 60
            node.config.pluginmanager.get_plugin("terminalreporter").write_line(
                f"{len(ids):,} tests on {workers} cores: about {minutes:.1f} minutes, if they are idle (seed {SEED})"
            )

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.write_line(f"processor time: {sum(os.times()[:4]):.0f} s (user and system, with children)")


SECONDS_A_TEST = 0.09
"""Processor time of a test of `make test`, on average."""


class SkippedTests:
    """Writes the tests into a file that were skipped or deselected."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._names: set[str] = set()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._names.update(item.nodeid for item in items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self._names.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist left out."""
        self._names.update(getattr(node, "workeroutput", {}).get("skipped", ()))

    def pytest_sessionfinish(self) -> None:
        output = getattr(self._config, "workeroutput", None)
        if output is None:
            # A test of Schemathesis, `name[route][server]`, is found by its name alone.
            names = {re.sub(r"\[.*\]\[.*\]$", "", name) for name in self._names}
            self._config.option.skipped.write_text("".join(f"{name}\n" for name in sorted(names)), "utf-8")
        else:
            output["skipped"] = sorted(self._names)


SERVERS = {"oxigraph_server", "virtuoso_server", "rdflib_server"}
"""Fixtures that start a real server."""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    (folder / "shared").mkdir(exist_ok=True)
    return folder / "shared"


@pytest.fixture(scope="session", autouse=True)
def cache(shared: Path) -> Iterator[Path]:
    """A cache folder of the test run's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOC_CACHE", str(shared / "cache"))
        yield shared / "cache"


@pytest.fixture(scope="session", autouse=True)
def make_ahead() -> Iterator[Callable[..., Awaitable[None]]]:
    """The making of what clients ask for first, which servers in this process put off until it is asked for."""

    async def wait(state: State, nearest: object) -> None:
        pass

    make = State._get_ready
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "_get_ready", wait)
        yield make


@pytest.fixture(scope="session")
def graph(cache: Path) -> Graph:
    """The graph of the repository's own workspace."""
    return foc_graph.open(ROOT)


@pytest.fixture(scope="session")
def small_root(shared: Path, cache: Path) -> Path:
    """The workspace of made-up coalitions, which no test may change."""
    return once(shared / "small", small_workspace)


@pytest.fixture(scope="session")
def small_release(small_root: Path, shared: Path) -> Path:
    """A folder of releases with one of the workspace of made-up coalitions, which no test may change."""
    from foc_graph.release.build import publish

    return once(shared / "small-releases", lambda folder: publish(folder, Workspace(small_root)))


@pytest.fixture(scope="session")
def small(small_root: Path) -> Graph:
    """Its graph."""
    return foc_graph.open(small_root)


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


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server in this process, which answers what a test says."""
    web = Web()
    yield web
    web.stop()


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


@pytest.fixture(scope="session", params=REAL)
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the real servers that take the name of a default graph."""
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(scope="session")
def foc_server(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FocServer]:
    """A server of the repository's own workspace on disk, shared by the tests of this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NearestStore, "_make_copy", lambda store: None)  # which takes as long as all that is asked
        server = ServerHere(tmp_path_factory.mktemp("serve"), Settings(str(ROOT)))
    with server:
        yield server


@pytest.fixture(scope="session")
def small_server(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FocServer]:
    """A server of the workspace of made-up coalitions, shared by the tests of this process."""
    with ServerHere(tmp_path_factory.mktemp("serve_small"), Settings(str(small_root))) as server:
        yield server
