"""A SHACL validation report (SHACL section 3.6) as Python objects, JSON and RDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

from rdflib import SH, BNode, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from foc_graph.terms import curie

SEVERITIES = ("Violation", "Warning", "Info")
_PATH_FORMS = (
    (SH.alternativePath, "", ""),
    (SH.inversePath, "^", ""),
    (SH.zeroOrMorePath, "", "*"),
    (SH.oneOrMorePath, "", "+"),
    (SH.zeroOrOnePath, "", "?"),
)


@dataclass(frozen=True)
class ValidationResult:
    """One result.

    IRIs and literals are plain text; `severity` and `component` are local names such as `Violation` and
    `MinCountConstraintComponent`; `where` is `file:line` of the focus node's block, or empty.
    """

    where: str
    focus: str
    path: str
    value: str
    severity: str
    component: str
    shape: str
    message: str


@dataclass(frozen=True)
class Report:
    """The outcome of a validation; `graph` is in SHACL's report vocabulary.

    `conforms` is SHACL's: true if there is no result of any severity.
    """

    conforms: bool
    results: tuple[ValidationResult, ...]
    graph: Graph = field(repr=False, compare=False)

    @property
    def counts(self) -> dict[str, int]:
        """Number of results of each severity that occurs, the gravest first."""
        found = [result.severity for result in self.results]
        return {severity: found.count(severity) for severity in SEVERITIES if severity in found}

    def to_json(self) -> dict[str, Any]:
        """`{"conforms": ..., "results": [...]}` with one entry a result."""
        return {"conforms": self.conforms, "results": [asdict(result) for result in self.results]}


def read_report(graph: Graph, place: Callable[[str], str]) -> Report:
    """The report in a results graph, its results sorted by place; `place` gives `where` of a focus node."""
    results = sorted((_result(graph, node, place) for node in graph.objects(None, SH.result)), key=_order)
    return Report(not results, tuple(results), graph)


def _order(result: ValidationResult) -> tuple[object, ...]:
    file, _, line = result.where.rpartition(":")
    return (file, int(line or 0), *astuple(result))


def _result(graph: Graph, node: Node, place: Callable[[str], str]) -> ValidationResult:
    def text(predicate: Node) -> str:
        value = graph.value(node, predicate)
        return "" if value is None else str(value)

    focus = text(SH.focusNode)
    return ValidationResult(
        where=place(focus),
        focus=focus,
        path=_path(graph, graph.value(node, SH.resultPath)),
        value=text(SH.value),
        severity=text(SH.resultSeverity).rpartition("#")[2],
        component=text(SH.sourceConstraintComponent).rpartition("#")[2],
        shape=text(SH.sourceConstraint) or text(SH.sourceShape),
        message=" ".join(sorted(str(message) for message in graph.objects(node, SH.resultMessage))),
    )


def _path(graph: Graph, path: Node | None) -> str:
    """A SHACL path in SPARQL's syntax (SHACL section 2.3.1), a predicate as its bare IRI."""
    if not isinstance(path, BNode):
        return str(path or "")

    def part(inner: Node) -> str:
        return _path(graph, inner) if isinstance(inner, BNode) else curie(str(inner)) or f"<{inner}>"

    for predicate, before, after in _PATH_FORMS:
        inner = graph.value(path, predicate)
        if inner is None:
            continue
        if predicate == SH.alternativePath:
            return f"({'|'.join(part(one) for one in Collection(graph, inner))})"
        return f"{before}{part(inner)}{after}"
    return f"({'/'.join(part(one) for one in Collection(graph, path))})"
