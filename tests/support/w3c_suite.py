"""The W3C SHACL test suite: its cases, and what their results are compared by.

The source distribution of pySHACL on the package index contains the suite.
"""

import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from filelock import FileLock

from foc_graph.rdf.terms import SH
from foc_graph.shacl.path import Path as PropertyPath
from foc_graph.shacl.path import sparql
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import ShapesGraph
from foc_graph.shacl.shapes_reader import read_path
from tests.support.programs import MissingProgramError

SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
ARCHIVE = "pyshacl==0.40.1 --hash=sha256:011e3cf1a68b31747cb762ba3d755ae1bdcc464c8fad0dc212a9adc550719552"
WITHIN = "pyshacl-0.40.1/test/resources/sht_tests"
NAMES = (Path(__file__).parent / "w3c_cases.txt").read_text("utf-8").split()
"""The names of the cases, so that they can be listed before the suite is there."""

ENTRIES = ox.NamedNode(MF + "entries")

Outcome = tuple[str, str, str, str, str]
"""Focus node, path, severity, constraint component and value; blank nodes are all alike."""


class Case(NamedTuple):
    """A case: its name, the files of data and of shapes, and the results; None where validation must fail."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[Outcome] | None


def fetch(cache: Path) -> Path:
    """The folder of the suite below `cache`: fetched with pip, which checks the hash, where it is not there yet.

    Raises:
        MissingProgramError: if pip cannot fetch the archive.
    """
    target = cache / WITHIN
    with FileLock(cache / "lock"), tempfile.TemporaryDirectory(dir=cache) as name:
        if target.is_dir():
            return target
        folder = Path(name)
        (folder / "archive.txt").write_text(ARCHIVE, "utf-8")
        options = ["--quiet", "--retries", "1", "--timeout", "10", "--no-deps", "--no-binary", ":all:"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *options]
        done = subprocess.run([*pip, "--requirement", "archive.txt"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            raise MissingProgramError(f"the W3C SHACL test suite cannot be fetched: {reason}")
        (path,) = folder.glob("*.tar.gz")
        with tarfile.open(path) as archive:
            members = [one for one in archive.getmembers() if one.name.startswith(f"{WITHIN}/")]
            archive.extractall(folder, members, filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / WITHIN).rename(target)
    return target


def cases(folder: Path) -> Iterator[Case]:
    """The cases of the suite in a folder: those of every file, since its manifests do not list all."""
    for path in sorted(folder.rglob("*.ttl")):
        graph, here = ShapesGraph(triples(path)), ox.NamedNode(path.as_uri())
        for head in graph.objects(here, ENTRIES):
            for case in graph.list(here, ENTRIES, head):
                yield _case(graph, path.relative_to(folder).parent.as_posix(), case)


def triples(path: Path) -> list[ox.Triple]:
    """The triples of a file of the suite."""
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())]


def outcomes(findings: Iterable[Finding]) -> Counter[Outcome]:
    """Findings as the suite compares them."""
    return Counter(
        (_name(one.focus), _path(one.path), one.severity.value, one.component.value, _name(one.value))
        for one in findings
    )


def _case(graph: ShapesGraph, chapter: str, case: ox.NamedNode) -> Case:
    action = graph.value(case, ox.NamedNode(MF + "action"))
    data, shapes = (_file(graph.value(action, ox.NamedNode(SHT + name))) for name in ("dataGraph", "shapesGraph"))
    result = graph.value(case, ox.NamedNode(MF + "result"))
    expected = None
    if result != ox.NamedNode(SHT + "Failure"):
        expected = Counter(_outcome(graph, one) for one in graph.objects(result, _sh("result")))
    return Case(f"{chapter}/{case.value.rpartition('/')[2]}", data, shapes, expected)


def _outcome(graph: ShapesGraph, node: ox.BlankNode) -> Outcome:
    path = graph.value(node, _sh("resultPath"))
    found = None if path is None else read_path(graph, node, path)
    names = ("focusNode", "value", "resultSeverity", "sourceConstraintComponent")
    focus, value, severity, component = (graph.value(node, _sh(name)) for name in names)
    return (_name(focus), _path(found), severity.value, component.value, _name(value))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _file(iri: ox.NamedNode) -> Path:
    return Path(iri.value.removeprefix("file://"))


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> str:
    return "" if term is None else "_:" if isinstance(term, ox.BlankNode) else str(term)


def _path(path: PropertyPath | None) -> str:
    return "" if path is None else sparql(path)
