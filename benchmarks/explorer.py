"""Pages a second of the explorer from what is kept, beside the same pages as files of other servers; and made anew.

Run `python -m benchmarks.explorer`. `foc serve` has two workers, as have the servers of files: Starlette under uvicorn,
and Apache (Debian `apache2-bin`), which is left out where it is not installed. Each in turn is asked for each page,
compressed, over 16 connections by `wrk` (Debian `wrk`), and must give the bytes that `foc serve` gave first. Pages as
of months that nobody asked for are then made one at a time in a process that is ready.
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from urllib.request import Request

from benchmarks.processes import rest
from benchmarks.report import machine, show_head, show_row, timed
from benchmarks.servers.load import LIMIT, fetch, pressed
from benchmarks.servers.peers import foc, running, uvicorn
from foc_graph.server.live_pages import LiveSite
from foc_graph.server.snapshot import Settings, Snapshot
from tests.support import ROOT
from tests.support.programs import MissingProgramError, find_program

PAGES = {"": "index.html", "doc/foc": "doc/foc.html", "doc/foc?as_of=2015-05": "doc/foc-2015-05.html"}
"""What `foc serve` is asked for, and the file of the same bytes."""

DATED = ("doc/foc", "doc/christchurch-call", "doc/erc", "compare")
MONTHS = [f"{year}-{month:02}" for year in range(2012, 2025) for month in range(1, 13)]
WORKERS = 2
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}
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


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=ROOT, metavar="DIR", help="by default that of the package")
    parser.add_argument("--seconds", type=int, default=10, metavar="N", help="for each page (default 10)")
    parser.add_argument("--months", type=int, default=100, metavar="N", help="made anew of each page (default 100)")
    options = parser.parse_args()
    print(f"{machine()}\n\nPages a second, {WORKERS} workers\n")
    show_head("server", "page", ">a second", ">median ms", ">p99 ms", ">failed", "same bytes")
    with foc(options.workspace, WORKERS) as server:
        bodies = {path: got(server.address + path) for path in PAGES}
        show_asked("foc serve", server.address, {path: path for path in PAGES}, bodies, options.seconds)
    peers: dict[str, Peer] = {"Starlette, files": starlette, "Apache, files": apache}
    for name, peer in peers.items():
        with tempfile.TemporaryDirectory() as folder:
            for path, file in PAGES.items():
                (Path(folder) / file).parent.mkdir(exist_ok=True)
                (Path(folder) / file).write_bytes(bodies[path])
            try:
                with peer(Path(folder)) as address:
                    show_asked(name, address, PAGES, bodies, options.seconds)
            except MissingProgramError as missing:
                show_row(name, f"left out: {missing}")
    with foc(options.workspace, 1) as server:
        show_made(server.address, options.months)
    show_largest(options.workspace)


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


def show_asked(server: str, address: str, paths: dict[str, str], bodies: dict[str, bytes], seconds: int) -> None:
    """Ask a server for each page, again and again, and print a row of each."""
    for page, path in paths.items():
        is_same = got(address + path) == bodies[page]
        load = pressed(address, [path], HEADERS, seconds)
        times = (f"{load.rate:,.0f}", f"{load.median:.1f}", f"{load.p99:.1f}", load.failed)
        show_row(server, f"/{page}", *times, "yes" if is_same else "no")


def got(url: str) -> bytes:
    """Return the page at an address."""
    with fetch(Request(url, headers=HEADERS), timeout=LIMIT) as answer:
        body: bytes = answer.read()
        return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def show_made(address: str, months: int) -> None:
    """Print how long pages take, each as of months that were not asked for."""
    print("\nMade anew, a process that is ready\n")
    show_head("page", ">pages", ">median ms", ">90 % ms", ">largest ms")
    for page in DATED:
        taken = sorted(1000 * timed(partial(got, f"{address}{page}?as_of={month}"))[0] for month in MONTHS[:months])
        times = (statistics.median(taken), taken[len(taken) * 9 // 10], taken[-1])
        show_row(f"/{page}?as_of=", len(taken), *(f"{one:.0f}" for one in times))


def show_largest(workspace: Path) -> None:
    """Print the largest of the pages with charts, by their HTML without these."""
    snapshot = Snapshot.open(Settings(str(workspace)))
    site = LiveSite(snapshot)
    pages = {page: site.page(page) or b"" for page in site.drawn}
    snapshot.close()
    without = {page: len(PICTURE.sub(b"", body)) for page, body in pages.items()}
    print("\nSize\n")
    show_head("page", ">bytes without charts", ">with", ">compressed")
    for page in sorted(without, key=lambda page: -without[page])[:LARGEST]:
        sizes = (without[page], len(pages[page]), len(gzip.compress(pages[page], 4)))
        show_row(f"/{page}", *(f"{size:,}" for size in sizes))


if __name__ == "__main__":
    main()
