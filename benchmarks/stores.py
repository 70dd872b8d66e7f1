"""Loading a larger world into a store on disk, against pyoxigraph's own bulk load, and into servers.

Run `python -m benchmarks.stores --triples 1e6`. Each way is a new process that reads one N-Quads file into an empty
folder. `--servers` also loads 150,000 triples into an Oxigraph server and into Virtuoso, where they are installed.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.processes import LIMIT, ran
from benchmarks.report import show_head, show_row, timed
from foc_graph.load.endpoint import load_endpoint
from foc_graph.load.sources import find_sources
from foc_graph.progress import untracked
from foc_graph.store.remote import RemoteStore
from foc_graph.workspace.settings import find_workspace
from tests.support.programs import MissingProgramError
from tests.support.sparql_servers import OxigraphServer, Server, VirtuosoServer

ROOT = Path(__file__).parent.parent
IN_SERVERS = 150_000
RAW = """
import sys, pyoxigraph as ox
file, folder = sys.argv[1:]
store = ox.Store(folder)
store.bulk_load(path=file)
store.flush()
"""
OURS = """
import json, sys, time
from pathlib import Path
from foc_graph.load.disk import load_folder
from foc_graph.load.sources import find_sources
from foc_graph.workspace.settings import find_workspace
file, folder, workspace = map(Path, sys.argv[1:])
begun = {}
def track(what, done, total):
    begun.setdefault(what, time.perf_counter())
start = time.perf_counter()
found = find_workspace(workspace)
loaded = load_folder(folder, find_sources([file], found), found, track)
print(json.dumps({"begun": begun, "end": time.perf_counter(), "triples": sum(loaded.graphs.values())}))
"""


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, default=1e6, metavar="N", help="size of the world (default 1e6)")
    parser.add_argument("--servers", action="store_true", help="load into servers too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        disk(folder, int(options.triples))
        if options.servers:
            servers(folder)


def disk(folder: Path, triples: int) -> None:
    """The table of loads into a store on disk."""
    world = made(folder, triples)
    raw = ran([sys.executable, "-c", RAW, str(world), str(folder / "raw")])
    ours = ran([sys.executable, "-c", OURS, str(world), str(folder / "ours"), str(ROOT)])
    told = json.loads(ours.output)
    times = [*sorted(told["begun"].values()), told["end"]]
    print(f"{triples:,} triples in the file, {told['triples']:,} with what rules derive\n")
    show_head("way", ">wall s", ">times bulk_load", ">CPU s", ">peak MiB", ">MiB on disk")
    for way, run, store in (("pyoxigraph bulk_load", raw, "raw"), ("foc load, all of it", ours, "ours")):
        size = sum(path.stat().st_size for path in (folder / store).rglob("*") if path.is_file())
        seconds = (f"{run.wall:.1f}", f"{run.wall / raw.wall:.2f}", f"{run.cpu:.1f}")
        show_row(way, *seconds, *(f"{one / 2**20:,.0f}" for one in (run.memory, size)))
    for what, begin, end in zip(sorted(told["begun"], key=told["begun"].get), times, times[1:], strict=False):
        show_row(f"of that: {what}", f"{end - begin:.1f}", f"{(end - begin) / raw.wall:.2f}", "", "", "")
    shutil.rmtree(folder / "raw")


def servers(folder: Path) -> None:
    """The table of loads into servers."""
    world, workspace = made(folder, IN_SERVERS), find_workspace(ROOT)
    print(f"\n{IN_SERVERS:,} triples in the file\n")
    show_head("server", "triples go by", ">wall s")
    for kind, by_updates in ((kind, by) for kind in (OxigraphServer, LargeVirtuoso) for by in (False, True)):
        for server in started(kind, folder / f"{kind.__name__}-{by_updates}"):
            store = RemoteStore(
                server.query_url,
                timeout=LIMIT,
                update_url=server.update_url,
                graph_store_url=None if by_updates else server.graph_store_url,
            )
            sources = find_sources([world], workspace)
            took, _ = timed(partial(load_endpoint, store, sources, workspace, untracked))
            show_row(kind.__name__, "updates" if by_updates else "Graph Store Protocol", f"{took:.1f}")


class LargeVirtuoso(VirtuosoServer):
    """Virtuoso that lets a rule derive more than 10,000 triples."""

    def prepare(self) -> list[str]:
        command = super().prepare()
        with (self._folder / "virtuoso.ini").open("a") as file:
            file.write("MaxConstructTriples = 10000000\n")
        return command


def started(kind: type[Server], folder: Path) -> Iterator[Server]:
    """A running server, if it is installed."""
    folder.mkdir()
    try:
        server = kind(folder)
    except MissingProgramError as missing:
        print(missing, file=sys.stderr)
        return
    try:
        yield server
    finally:
        server.stop()


def made(folder: Path, triples: int) -> Path:
    """A world of that many triples."""
    path = folder / f"{triples}.nq"
    ran([sys.executable, "-m", "benchmarks.generate", "--triples", str(triples), "--out", str(path)])
    return path


if __name__ == "__main__":
    main()
