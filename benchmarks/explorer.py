"""Pages a second of the explorer from what is kept, beside the same pages as files of other servers; and made anew.

Run `python -m benchmarks.explorer`. `foc serve` has two workers, as have the servers of files: Starlette under uvicorn,
and Apache (Debian `apache2-bin`), which is left out where it is not installed. Each in turn is asked for each page over
16 connections by `wrk` (Debian `wrk`), plain and compressed, and must give the bytes that `foc serve` gave first. Pages
as of months that nobody asked for are then made one at a time in a process that is ready; and the first ones of a
process, by a site in this one that remembers nothing.
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request

from benchmarks.processes import rest
from benchmarks.report import machine
from benchmarks.servers.load import LIMIT, fetch, pressed
from benchmarks.servers.peers import running, uvicorn
from foc_graph.server.live_pages import LiveSite
from foc_graph.server.snapshot import Settings, Snapshot
from tests.support.sparql_servers import MissingProgramError, find_program

PAGES = {"": "index.html", "doc/foc": "doc/foc.html", "doc/foc?as_of=2015-05": "doc/foc-2015-05.html"}
"""What `foc serve` is asked for, and the file of the same bytes."""

DATED = ("doc/foc", "doc/christchurch-call", "doc/erc", "compare")
MONTHS = [f"{year}-{month:02}" for year in range(2012, 2025) for month in range(1, 13)]
FIRST = ("index.html", "doc/foc.html")
PROCESSES = 9
"""How often the first pages of a process are made."""

WORKERS = 2
ACCEPTED = {"plain": "identity", "gzip": "gzip"}
"""What is asked for by what it is called here: the header `Accept-Encoding`."""

LARGEST = 10
PICTURE = re.compile(rb"<svg\b.*?</svg>", re.DOTALL)
APACHE = """
ServerRoot "{folder}"
ServerName localhost
PidFile "{folder}/pid"
ErrorLog "{folder}/log"
Listen {{address}}
{modules}
StartServers {workers}
ServerLimit {workers}
ThreadsPerChild 25
MaxRequestWorkers {most}
KeepAlive On
MaxKeepAliveRequests 0
DocumentRoot "{pages}"
TypesConfig "{folder}/types"
AddType text/html .html
DirectoryIndex index.html
AddOutputFilterByType DEFLATE text/html
DeflateCompressionLevel 4
<Directory "{pages}">
Require all granted
</Directory>
"""
MODULES = ("mpm_event", "authz_core", "mime", "dir", "filter", "deflate")

Peer = Callable[[Path], AbstractContextManager[str]]


class Row(NamedTuple):
    """A server asked for a page.

    Pages a second, the median and the 99th percentile in milliseconds, failed requests, whether the bytes are right.
    """

    server: str
    page: str
    way: str
    rate: float
    median: float
    p99: float
    failed: int
    is_same: bool


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="by default that of the package")
    parser.add_argument("--seconds", type=int, default=10, metavar="N", help="for each page (default 10)")
    parser.add_argument("--months", type=int, default=100, metavar="N", help="made anew of each page (default 100)")
    options = parser.parse_args()
    workspace = None if options.workspace is None else str(options.workspace)
    print(machine())
    with foc(workspace, WORKERS) as address:
        bodies = {path: got(address + path) for path in PAGES}
        rows = [*asked("foc serve", address, {path: path for path in PAGES}, bodies, options.seconds)]
    peers: dict[str, Peer] = {"Starlette, files": starlette, "Apache, files": apache}
    for name, peer in peers.items():
        with tempfile.TemporaryDirectory() as folder:
            for path, file in PAGES.items():
                (Path(folder) / file).parent.mkdir(exist_ok=True)
                (Path(folder) / file).write_bytes(bodies[path])
            try:
                with peer(Path(folder)) as address:
                    rows += asked(name, address, PAGES, bodies, options.seconds)
            except MissingProgramError as missing:
                print(f"left out: {name}: {missing}")
    show(rows)
    with foc(workspace, 1) as address:
        show_made(address, options.months)
    show_first(workspace)
    show_largest(workspace)


@contextmanager
def foc(workspace: str | None, workers: int) -> Iterator[str]:
    """`foc serve`, once all of its processes are ready."""
    chosen = [] if workspace is None else ["--workspace", workspace]
    command = [sys.executable, "-m", "foc_graph", *chosen, "serve", "--port", "{port}", "--workers", str(workers)]
    with running(command, {}) as server:
        rest(server.pid)
        yield server.address


@contextmanager
def starlette(folder: Path) -> Iterator[str]:
    """Starlette over files."""
    with uvicorn(sys.executable, "benchmarks.servers.files:app", {"FOLDER": str(folder)}, WORKERS) as server:
        rest(server.pid)
        yield server.address


@contextmanager
def apache(pages: Path) -> Iterator[str]:
    """Apache over files, with its module for compression."""
    program = Path(find_program("apache2", "apt-get install apache2-bin"))
    known = Path("/usr/lib/apache2/modules")
    with tempfile.TemporaryDirectory() as folder:
        loaded = "\n".join(f"LoadModule {name}_module {known}/mod_{name}.so" for name in MODULES)
        given = {"folder": folder, "modules": loaded, "pages": pages, "workers": WORKERS, "most": 25 * WORKERS}
        (Path(folder) / "types").touch()
        for part in (Path(folder), pages):
            part.chmod(0o755)
        conf = Path(folder) / "conf"
        conf.write_text(APACHE.format(**given).replace("{address}", "127.0.0.1:${PORT}"))
        command = ["sh", "-c", f'PORT={{port}} exec "{program}" -f "{conf}" -D FOREGROUND']
        with running(command, {}) as server:
            yield server.address


def asked(server: str, address: str, paths: dict[str, str], bodies: dict[str, bytes], seconds: int) -> Iterator[Row]:
    """A server asked for each page, again and again."""
    for page, path in paths.items():
        for way, encoding in ACCEPTED.items():
            is_same = got(address + path, encoding) == bodies[page]
            load = pressed(address, [path], {"Accept": "text/html", "Accept-Encoding": encoding}, seconds)
            yield Row(server, f"/{page}", way, load.rate, load.median, load.p99, load.failed, is_same)


def got(url: str, encoding: str = "identity") -> bytes:
    """The page at an address."""
    headers = {"Accept": "text/html", "Accept-Encoding": encoding}
    with fetch(Request(url, headers=headers), timeout=LIMIT) as answer:
        body: bytes = answer.read()
        return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def show(rows: Sequence[Row]) -> None:
    """A table of servers, with the rates also in those of `foc serve`."""
    first = {(row.page, row.way): row.rate for row in reversed(rows) if row.server == rows[0].server}
    print(f"\nPages a second, {WORKERS} workers\n")
    print("| page | way | server | a second | of foc serve | median ms | p99 ms | failed | same bytes |")
    print("| --- | --- | --- | --: | --: | --: | --: | --: | --- |")
    for row in sorted(rows, key=lambda row: (row.page, row.way)):
        rate = f"{row.rate:,.0f} | {row.rate / first[row.page, row.way]:.2f}"
        times = f"{row.median:.1f} | {row.p99:.1f} | {row.failed} | {'yes' if row.is_same else 'no'}"
        print(f"| {row.page} | {row.way} | {row.server} | {rate} | {times} |")


def show_made(address: str, months: int) -> None:
    """How long pages take, each as of months that were not asked for."""
    print("\nMade anew, a process that is ready\n\n| page | pages | median ms | 90 % ms | largest ms |")
    print("| --- | --: | --: | --: | --: |")
    for page in DATED:
        taken = sorted(milliseconds(partial(got, f"{address}{page}?as_of={month}")) for month in MONTHS[:months])
        most = f"{taken[len(taken) * 9 // 10]:.0f} | {taken[-1]:.0f}"
        print(f"| /{page}?as_of= | {len(taken)} | {statistics.median(taken):.0f} | {most} |", flush=True)


def show_first(workspace: str | None) -> None:
    """How long the first pages of a process take, with the reading of their templates."""
    print("\nFirst of a process, from the store on disk\n\n| page | times | median ms | largest ms |")
    print("| --- | --: | --: | --: |")
    for path in FIRST:
        taken = []
        for _ in range(PROCESSES):
            with site(workspace) as made:
                taken.append(milliseconds(partial(made.find, path)))
        print(f"| /{path} | {len(taken)} | {statistics.median(taken):.0f} | {max(taken):.0f} |", flush=True)


def show_largest(workspace: str | None) -> None:
    """The largest of the pages with pictures, by their HTML without these."""
    with site(workspace) as made:
        pages = {page: made.page(page) or b"" for page in made.drawn}
    without = {page: len(PICTURE.sub(b"", body)) for page, body in pages.items()}
    print("\nSize\n\n| page | bytes without pictures | with | compressed |\n| --- | --: | --: | --: |")
    for page in sorted(without, key=lambda page: -without[page])[:LARGEST]:
        sizes = (without[page], len(pages[page]), len(gzip.compress(pages[page], 4)))
        print(f"| /{page} | {' | '.join(f'{size:,}' for size in sizes)} |")


@contextmanager
def site(workspace: str | None) -> Iterator[LiveSite]:
    """The pages of a workspace, of which none has been made."""
    snapshot = Snapshot.open(Settings(workspace))
    try:
        yield LiveSite(snapshot)
    finally:
        snapshot.close()


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
