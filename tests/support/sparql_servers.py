"""Real SPARQL servers for tests: each on free loopback ports, with an empty database in a folder of its own."""

import shutil
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.support.http import until
from tests.support.programs import find_program

STOP_SECONDS = 10
ATTEMPTS = 3  # another process may take a port between its choice and its use

SELECT = "SELECT ?x WHERE { ?x ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"

VIRTUOSO_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = .
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 10000
"""

_open = build_opener(ProxyHandler({})).open


REAL = [pytest.param(name, marks=pytest.mark.extended) for name in ("oxigraph", "virtuoso")]
"""Parameters of a fixture that gives each of the real servers that take the name of a default graph."""


class Server(ABC):
    """A running server that anyone may change; the default graph of its queries is the union of all graphs."""

    query_url: str
    update_url: str
    graph_store_url: str | None = None
    """Where its Graph Store Protocol takes `?graph=IRI` (SPARQL 1.1 Graph Store HTTP Protocol, section 4.2)."""

    def __init__(self, folder: Path) -> None:
        """Start it and wait until it answers a query.

        Raises:
            RuntimeError: if it does not answer.
        """
        for attempt in range(ATTEMPTS):
            self._folder = folder / str(attempt)
            self._folder.mkdir()
            self._log = self._folder / "output.txt"
            command = self.prepare()
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
                )
            try:
                if self._answers():
                    self.open_to_all()
                    return
            except BaseException:
                self.stop()
                raise
            self.stop()
        raise RuntimeError(f"{command[0]} does not start:\n{self._log.read_text(errors='replace')[-2000:]}")

    @abstractmethod
    def prepare(self) -> list[str]:
        """Choose ports, write what it needs into its folder, set its URLs, and give the command that starts it."""

    def open_to_all(self) -> None:  # noqa: B027
        """Once it runs, let anyone change it without credentials, where that is not so from the start."""

    @abstractmethod
    def load(self, graph: str, ntriples: bytes) -> None:
        """Add triples to a graph."""

    @abstractmethod
    def clear(self, graph: str) -> None:
        """Remove all triples of a graph."""

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        def ask() -> bool:
            with suppress(OSError), _open(f"{self.query_url}?query={quote('ASK { }')}", timeout=60):
                return True
            return self._process.poll() is not None

        until(ask)
        return self._process.poll() is None  # else it is another's that has the port


class OxigraphServer(Server):
    """Oxigraph (PyPI `oxigraph`)."""

    def prepare(self) -> list[str]:
        (port,) = free_ports(1)
        self._base = f"http://127.0.0.1:{port}"
        self.query_url = f"{self._base}/query"
        self.update_url = f"{self._base}/update"
        self.graph_store_url = f"{self._base}/store"
        program = find_program("oxigraph", "pip install oxigraph")
        return [program, "serve", "--location", "database", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]

    def load(self, graph: str, ntriples: bytes) -> None:
        send(Request(self._graph_url(graph), ntriples, {"Content-Type": "application/n-triples"}))

    def clear(self, graph: str) -> None:
        send(Request(self._graph_url(graph), method="DELETE"), absent=404)

    def _graph_url(self, graph: str) -> str:
        return f"{self._base}/store?graph={quote(graph, safe='')}"


class VirtuosoServer(Server):
    """Virtuoso 7 (Debian `virtuoso-opensource-7-bin`), which gives at most 10,000 rows, as public ones do."""

    def prepare(self) -> list[str]:
        self._isql = find_program("isql-vt", "apt-get install virtuoso-opensource-7-bin")
        program = find_program("virtuoso-t", "apt-get install virtuoso-opensource-7-bin")
        http, self._sql_port = free_ports(2)
        self.query_url = self.update_url = f"http://127.0.0.1:{http}/sparql"
        self.graph_store_url = f"http://127.0.0.1:{http}/sparql-graph-crud"
        ini = VIRTUOSO_INI.format(http=http, sql=self._sql_port)
        (self._folder / "virtuoso.ini").write_text(ini, encoding="ascii")
        return [program, "+configfile", "virtuoso.ini", "+foreground"]

    def open_to_all(self) -> None:
        self._run("""GRANT SPARQL_UPDATE TO "SPARQL"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7);""")

    def load(self, graph: str, ntriples: bytes) -> None:
        (self._folder / "load.nt").write_bytes(ntriples)
        name = graph.replace("'", "''")
        self._run(f"DB.DBA.TTLP(file_to_string_output('load.nt'), '', '{name}', 0);")

    def clear(self, graph: str) -> None:
        self._run(f"SPARQL CLEAR GRAPH <{graph}>;")

    def _run(self, statement: str) -> None:
        """Run an SQL statement without a transaction log, which a large load would fill."""
        command = [self._isql, f"127.0.0.1:{self._sql_port}", "dba", "dba", f"exec=log_enable(2, 1); {statement}"]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, timeout=600)
        if done.returncode or "*** Error" in done.stderr:
            raise RuntimeError(f"{statement}: {done.stderr}")


class RdflibServer(Server):
    """rdflib-endpoint (PyPI), with rdflib's own store in memory."""

    def prepare(self) -> list[str]:
        (port,) = free_ports(1)
        self.query_url = self.update_url = f"http://127.0.0.1:{port}/"
        program = find_program("rdflib-endpoint", "pip install 'rdflib-endpoint[cli]'")
        return [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--enable-update"]

    def load(self, graph: str, ntriples: bytes) -> None:
        path = self._folder / "load.nt"
        path.write_bytes(ntriples)
        self._update(f"LOAD <{path.as_uri()}> INTO GRAPH <{graph}>")

    def clear(self, graph: str) -> None:
        self._update(f"CLEAR SILENT GRAPH <{graph}>")

    def _update(self, text: str) -> None:
        send(Request(self.update_url, text.encode(), {"Content-Type": "application/sparql-update"}))


def send(request: Request, absent: int | None = None) -> None:
    """Send a request to a server, and check that it is done, or answered with the status `absent`."""
    try:
        _open(request, timeout=600).close()
    except HTTPError as error:
        with error:
            if error.code != absent:
                raise RuntimeError(f"{request.full_url}: {error}: {error.read(2000)!r}") from error


def free_ports(count: int) -> list[int]:
    """Different loopback ports that nothing listens on now."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in held]


def running(kind: type[Server], folder: Path) -> Iterator[Server]:
    """A server for as long as a fixture lives; skips where it is not installed, unless FOC_REQUIRE_SERVERS is set."""
    server = kind(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
