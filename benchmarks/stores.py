"""Loading a larger world into a store on disk, against pyoxigraph's own bulk load.

Run `python -m benchmarks.stores --triples 1e6`. Each way is a new process that reads one N-Quads file into an empty
folder.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.processes import ran
from benchmarks.report import show_head, show_row

ROOT = Path(__file__).parent.parent
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
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        disk(Path(name), int(options.triples))


def disk(folder: Path, triples: int) -> None:
    """The table of loads into a store on disk."""
    world = folder / "world.nq"
    generate(triples, str(world))
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


if __name__ == "__main__":
    main()
