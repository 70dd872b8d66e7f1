"""The W3C SHACL test suite: its cases, and what their results are compared by."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.terms import PREFIXES
from foc_graph.validation.finding import Finding
from foc_graph.validation.path import Path as PropertyPath
from foc_graph.validation.path import sparql
from foc_graph.validation.shapes_graph import ShapesGraph
from foc_graph.validation.shapes_reader import read_path

SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
FOLDER = Path(os.environ.get("FOC_W3C_SHACL") or Path(__file__).parents[3] / "shared" / "suites" / "shacl")

ENTRIES = ox.NamedNode(MF + "entries")

Outcome = tuple[str, str, str, str, str]
"""Focus node, path, severity, constraint component and value; blank nodes are all alike."""


class Case(NamedTuple):
    """A case: its name, the files of data and of shapes, and the results; None where validation must fail."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[Outcome] | None


def cases() -> Iterator[Case]:
    """The cases of the suite: those of every file, since its manifests do not list all."""
    for path in sorted(FOLDER.rglob("*.ttl")):
        graph, here = ShapesGraph(triples(path)), ox.NamedNode(path.as_uri())
        for head in graph.objects(here, ENTRIES):
            for case in graph.list(here, ENTRIES, head):
                yield _case(graph, path, case)


def triples(path: Path) -> list[ox.Triple]:
    """The triples of a file of the suite."""
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())]


def outcomes(findings: Iterable[Finding]) -> Counter[Outcome]:
    """Findings as the suite compares them."""
    return Counter(
        (_name(one.focus), _path(one.path), one.severity.value, one.component.value, _name(one.value))
        for one in findings
    )


def _case(graph: ShapesGraph, manifest: Path, case: ox.NamedNode) -> Case:
    action = graph.value(case, ox.NamedNode(MF + "action"))
    data, shapes = (_file(graph.value(action, ox.NamedNode(SHT + name))) for name in ("dataGraph", "shapesGraph"))
    result = graph.value(case, ox.NamedNode(MF + "result"))
    expected = None
    if result != ox.NamedNode(SHT + "Failure"):
        expected = Counter(_outcome(graph, one) for one in graph.objects(result, _sh("result")))
    name = f"{manifest.parent.relative_to(FOLDER).as_posix()}/{case.value.rpartition('/')[2]}"
    return Case(name, data, shapes, expected)


def _outcome(graph: ShapesGraph, node: ox.BlankNode) -> Outcome:
    path = graph.value(node, _sh("resultPath"))
    found = None if path is None else read_path(graph, node, path)
    names = ("focusNode", "value", "resultSeverity", "sourceConstraintComponent")
    focus, value, severity, component = (graph.value(node, _sh(name)) for name in names)
    return (_name(focus), _path(found), severity.value, component.value, _name(value))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["sh"] + name)


def _file(iri: ox.NamedNode) -> Path:
    return Path(iri.value.removeprefix("file://"))


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> str:
    return "" if term is None else "_:" if isinstance(term, ox.BlankNode) else str(term)


def _path(path: PropertyPath | None) -> str:
    return "" if path is None else sparql(path)
