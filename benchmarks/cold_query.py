"""A stored query from the shell, cold, against bare scripts that ask the same SPARQL of the same graph.

Run `python -m benchmarks.cold_query`. Each way is a new process; the ways take turns; the figure is the median.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import foc_graph
from benchmarks.report import show_head, show_row, timed
from foc_graph.store.results import Triples

PARAMETERS = {"coalition": "foc", "as_of": "2015-05-04"}
PYOXIGRAPH = """
import sys, pyoxigraph as ox
query, *files = sys.argv[1:]
store = ox.Store()
for file in files:
    store.bulk_load(path=file, format=ox.RdfFormat.TURTLE)
solutions = store.query(open(query, encoding="utf-8").read())
sys.stdout.buffer.write(solutions.serialize(format=ox.QueryResultsFormat.CSV))
"""
RDFLIB = """
import sys, rdflib
query, *files = sys.argv[1:]
graph = rdflib.Graph()
for file in files:
    graph.parse(file, format="turtle")
sys.stdout.buffer.write(graph.query(open(query, encoding="utf-8").read()).serialize(format="csv"))
"""


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=31, metavar="N", help="processes for each way (default 31)")
    repeat = parser.parse_args().repeat
    graph = foc_graph.open()
    with tempfile.TemporaryDirectory() as folder:
        query, built = Path(folder, "members.rq"), Path(folder, "built.ttl")
        query.write_text(graph.bound("members", **PARAMETERS), encoding="utf-8")
        triples = graph.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(triples, Triples)
        built.write_bytes(triples.serialise("ttl"))
        sources = [str(path) for path in graph.workspace.data_files if path.suffix == ".ttl"]
        options = [f"--{name.replace('_', '-')}={value}" for name, value in PARAMETERS.items()]
        ways = {
            "foc query": [str(Path(sys.executable).with_name("foc")), "query", "members", *options, "--format", "csv"],
            "pyoxigraph, source files": [sys.executable, "-c", PYOXIGRAPH, str(query), *sources],
            "pyoxigraph, built graph": [sys.executable, "-c", PYOXIGRAPH, str(query), str(built)],
            "rdflib, source files": [sys.executable, "-c", RDFLIB, str(query), *sources],
            "rdflib, built graph": [sys.executable, "-c", RDFLIB, str(query), str(built)],
            "python that does nothing": [sys.executable, "-c", "pass"],
        }
        answers = {way: sorted(run(command).split()) for way, command in ways.items()}
        same = [way for way, answer in answers.items() if answer == answers["foc query"]]
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(repeat):
            for way, command in ways.items():
                if "rdflib" not in way or turn < 5:
                    seconds[way].append(timed(lambda command=command: run(command))[0])
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    print(f"{len(triples)} triples in the built graph\n")
    show_head("way", ">median ms", ">foc query takes", "same rows")
    for way, median in medians.items():
        ratio = medians["foc query"] / median
        show_row(way, f"{median * 1000:.0f}", f"{ratio:.2f} times", "yes" if way in same else "no")


def run(command: list[str]) -> bytes:
    """Standard output of a command that succeeds."""
    return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
