"""Publishing: dumps against `oxigraph dump` and rdflib, the pages of a site, and to publish again after a change.

Run `python -m benchmarks.publishing --store 1M --rdflib 1M`, where 1M is a folder that `foc load` made from a world of
`benchmarks.generate`, in a workspace whose base is that of the world. Every way is a process of its own; the ways take
turns. Without `--store` only the packaged graph is published.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import Run, ran
from benchmarks.report import show_head, show_row
from foc_graph.store.disk import StoreFolder
from foc_graph.workspace.settings import FOLDERS, SETTINGS

ROOT = Path(__file__).parent.parent
FORMATS = ("nq", "nt", "ttl")
PEER = "oxigraph dump, nq"
FIRST, AGAIN, ANEW = "the first release", "the next, one file changed", "the same, nothing carried over"
CHANGED = Path("data/coalitions/foc/members.ttl")
BEGIN = 'coal:begin "2024-12-03"'
OURS = """
import sys
from pathlib import Path
from foc_graph.namespaces import BASE
from foc_graph.rdf.parser import FORMATS
from foc_graph.release.dumps import write_whole
from foc_graph.store.embedded import EmbeddedStore
store, ending, file = sys.argv[1:]
with open(file, "wb") as target:
    write_whole(EmbeddedStore.read_only(Path(store)), target, FORMATS[ending], BASE)
"""
RDFLIB = """
import sys, time, rdflib
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
start = time.perf_counter()
graph.serialize(sys.argv[2], format="turtle")
print(time.perf_counter() - start, len(graph))
"""
SITE = """
import sys, time
from pathlib import Path
from foc_graph.graph.cache import open_built
from foc_graph.release.snapshot import take_snapshot
from foc_graph.release.incremental import write_pages
from foc_graph.workspace.settings import find_workspace
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    workspace = find_workspace(Path(sys.argv[2]))
    with take_snapshot(workspace, open_built(workspace).store) as one:
        folder.mkdir()
        start = time.perf_counter()
        write_pages(one, folder, lambda what, done, total: None, folder.with_suffix(".traces"))
        print(time.perf_counter() - start, sum(1 for _ in folder.rglob("*.html")))
"""


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="append", type=Path, default=[], metavar="DIR", help="dump it; repeatable")
    parser.add_argument("--rdflib", action="append", type=Path, default=[], metavar="DIR", help="with rdflib as well")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="turns (default 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for store in options.store:
            dumps(store, Path(name), options.repeat, store in options.rdflib)
        site(Path(name), options.repeat)
        again(Path(name), options.repeat)


def dumps(folder: Path, scratch: Path, repeat: int, has_rdflib: bool) -> None:
    """The table of the dumps of a store: each format against `oxigraph dump` of all its quads."""
    store = StoreFolder(folder).open()
    path, triples = store.path, len(store)
    store.close()
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    ways = {PEER: [oxigraph, "dump", "--location", str(path), "--format", "nq", "--file"]}
    ways |= {f"foc publish, {one}": [sys.executable, "-c", OURS, str(path), one] for one in FORMATS}
    runs: dict[str, list[Run]] = {way: [] for way in ways}
    for _ in range(repeat):
        for way, command in ways.items():
            file = scratch / "dump"
            runs[way].append(ran([*command, str(file)]))
            assert file.stat().st_size > triples
            file.unlink()
    medians = {name: statistics.median(run.wall for run in found) for name, found in runs.items()}
    print(f"{triples:,} triples on disk\n")
    show_head("way", ">s", ">triples a second", ">of oxigraph dump", ">peak MiB")
    for name, seconds in medians.items():
        memory = max(run.memory for run in runs[name]) / 2**20
        rates = (f"{triples / seconds:,.0f}", f"{medians[PEER] / seconds:.2f}")
        show_row(name, f"{seconds:.1f}", *rates, f"{memory:,.0f}")
    if has_rdflib:
        ran([sys.executable, "-c", OURS, str(path), "nt", str(scratch / "all.nt")])
        run = ran([sys.executable, "-c", RDFLIB, str(scratch / "all.nt"), str(scratch / "all.ttl")])
        seconds, count = map(float, run.output.split())
        rate = triples / medians["foc publish, ttl"] / (count / seconds)
        figures = (f"{seconds:.1f}", f"{count / seconds:,.0f}", "", f"{run.memory / 2**20:,.0f}")
        show_row("rdflib, ttl, once read", *figures)
        print(f"\nTurtle is written {rate:.1f} times as fast as by rdflib.")
    print()


def site(scratch: Path, repeat: int) -> None:
    """How fast the pages of the packaged graph are made."""
    rates = []
    for _ in range(repeat):
        script = scratch / "site.py"
        script.write_text(SITE, encoding="utf-8")
        run = ran([sys.executable, str(script), str(scratch / "site"), str(ROOT)])
        seconds, pages = map(float, run.output.split())
        rates.append(pages / seconds)
        shutil.rmtree(scratch / "site")
    print(f"{pages:,.0f} pages, {statistics.median(rates):,.0f} a second on {os.cpu_count()} cores\n")


def again(scratch: Path, repeat: int) -> None:
    """To publish a release, and another after one file was changed: carried over from the first, and all made anew."""
    workspace = scratch / "workspace"
    for part in FOLDERS:
        shutil.copytree(ROOT / part, workspace / part)
    shutil.copy(ROOT / SETTINGS, workspace)
    runs: dict[str, list[Run]] = {FIRST: [], AGAIN: [], ANEW: []}
    file = workspace / CHANGED
    text = file.read_text(encoding="utf-8")
    for turn in range(repeat):
        cache, out = scratch / f"cache-{turn}", scratch / f"out-{turn}"
        file.write_text(text, encoding="utf-8")
        runs[FIRST].append(published(workspace, out, cache, "2026.11"))
        shutil.copytree(out, scratch / "lost", symlinks=True)
        assert BEGIN in text
        file.write_text(text.replace(BEGIN, BEGIN.replace("03", "04"), 1), encoding="utf-8")
        runs[AGAIN].append(published(workspace, out, cache, "2026.12"))
        shutil.rmtree(cache)
        runs[ANEW].append(published(workspace, scratch / "lost", cache, "2026.12"))
        assert (out / "2026.12/SHA256SUMS").read_bytes() == (scratch / "lost/2026.12/SHA256SUMS").read_bytes()
        for folder in (out, cache, scratch / "lost"):
            shutil.rmtree(folder)
    table(runs)


def published(workspace: Path, out: Path, cache: Path, version: str) -> Run:
    """A release made by the command line, with a cache of its own."""
    foc = str(Path(sys.executable).with_name("foc"))
    os.environ["FOC_CACHE"] = str(cache)
    return ran([foc, "--workspace", str(workspace), "publish", str(out), "--version", version])


def table(runs: dict[str, list[Run]]) -> None:
    """Medians, and what part each is of the last."""
    walls = {way: statistics.median(run.wall for run in found) for way, found in runs.items()}
    last = list(walls.values())[-1]
    show_head("publish", ">s", ">of the last", ">CPU s", ">peak MiB")
    for way, found in runs.items():
        cpu, memory = statistics.median(run.cpu for run in found), max(run.memory for run in found) / 2**20
        show_row(way, f"{walls[way]:.1f}", f"{walls[way] / last:.2f}", f"{cpu:.1f}", f"{memory:,.0f}")


if __name__ == "__main__":
    main()
