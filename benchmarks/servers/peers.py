"""Servers on a store, each for as long as a context lasts, which gives the address that takes `?query=`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import HTTPError

import pyoxigraph as ox

from benchmarks.processes import rest
from benchmarks.servers.load import CONNECTIONS, fetch
from tests.support.programs import MissingProgramError, find_program
from tests.support.sparql_servers import RdflibServer, VirtuosoServer, free_ports

START_SECONDS = 120
GRAPH = "urn:all"
TUNED = {
    "Parameters": {"NumberOfBuffers": "170000", "MaxDirtyBuffers": "130000"},
    "HTTPServer": {"ServerThreads": str(2 * CONNECTIONS), "MaxKeepAlives": str(2 * CONNECTIONS)},
}
"""Of Virtuoso: memory as its documentation advises for 2 GB, and a thread for each connection."""


class Running(NamedTuple):
    """A server: the address that its paths follow, and its process."""

    address: str
    pid: int


class TunedVirtuoso(VirtuosoServer):
    """Virtuoso with the memory that a million triples need."""

    def prepare(self) -> list[str]:
        command = super().prepare()
        ini, path = ConfigParser(), self._folder / "virtuoso.ini"
        ini.optionxform = str  # type: ignore[assignment,method-assign]
        ini.read(path)
        for section, values in TUNED.items():
            ini[section].update(values)
        with path.open("w") as file:
            ini.write(file)
        return command

    def fill(self, store: Path) -> None:
        """Load all quads of a store."""
        ox.Store.read_only(str(store)).dump(self._folder / "all.nq", ox.RdfFormat.N_QUADS)
        self._run(f"ld_dir('.', 'all.nq', '{GRAPH}'); rdf_loader_run(); checkpoint;")


@contextmanager
def virtuoso(store: Path) -> Iterator[str]:
    """Virtuoso, which keeps compiled queries, but no answers."""
    with TemporaryDirectory() as folder:
        server = TunedVirtuoso(Path(folder))
        try:
            server.fill(store)
            yield server.query_url
        finally:
            server.stop()


@contextmanager
def rdflib(store: Path) -> Iterator[str]:
    """rdflib-endpoint, with all triples in one graph in memory."""
    with TemporaryDirectory() as folder:
        server = RdflibServer(Path(folder))
        try:
            triples = dict.fromkeys(quad.triple for quad in ox.Store.read_only(str(store)))
            server.load(GRAPH, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
            yield server.query_url
        finally:
            server.stop()


@contextmanager
def oxigraph(store: Path) -> Iterator[str]:
    """Oxigraph's own server."""
    program = find_program("oxigraph", "pip install oxigraph")
    command = [program, "serve-read-only", "--location", str(store), "--union-default-graph"]
    with running([*command, "--bind", "127.0.0.1:{port}"], {}) as server:
        yield f"{server.address}query"


@contextmanager
def bare(store: Path) -> Iterator[str]:
    """The bare application."""
    with uvicorn(sys.executable, "benchmarks.servers.bare:app", {"STORE": str(store)}) as server:
        yield f"{server.address}sparql"


@contextmanager
def shmarql(store: Path, python: str) -> Iterator[str]:
    """SHMARQL, with the store on disk and without Redis, where it would keep answers."""
    if subprocess.run([python, "-c", "import shmarql"], capture_output=True).returncode:
        raise MissingProgramError("shmarql is not installed: pip install shmarql, and name that Python with --peers")
    with uvicorn(python, "shmarql.main:app", {"STORE_PATH": str(store)}) as server:
        yield f"{server.address}sparql"


@contextmanager
def foc(workspace: Path, workers: int, *options: str, asked: str = "") -> Iterator[Running]:
    """Run `foc serve`, until each process has answered a path and has its copy of the store in memory."""
    command = [sys.executable, "-m", "foc_graph", "--workspace", str(workspace), "serve", "--port", "{port}"]
    with running([*command, "--workers", str(workers), *options], {}) as server:
        for _ in range(20 * workers):
            answers(server.address + asked)
        rest(server.pid)
        yield server


def uvicorn(python: str, app: str, environment: Mapping[str, str], workers: int = 1) -> AbstractContextManager[Running]:
    """An application in processes of its own."""
    command = [python, "-m", "uvicorn", app, "--port", "{port}", "--log-level", "error", "--no-access-log"]
    return running([*command, "--workers", str(workers)], environment)


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[Running]:
    """A server, from its first answer on, whatever it says; `{port}` in the command becomes its port."""
    (port,) = free_ports(1)
    filled = [part.replace("{port}", str(port)) for part in command]
    quiet, address = subprocess.DEVNULL, f"http://127.0.0.1:{port}/"
    process = subprocess.Popen(filled, env={**os.environ, **environment}, stdout=quiet, stderr=quiet)
    try:
        end = time.monotonic() + START_SECONDS
        while not answers(address):
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(f"{' '.join(filled)}: does not start")
            time.sleep(0.05)
        yield Running(address, process.pid)
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    """Whether a server says anything."""
    try:
        fetch(url, timeout=START_SECONDS).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True
