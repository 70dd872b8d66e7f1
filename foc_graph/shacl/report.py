"""A SHACL validation report (SHACL section 3) as Python objects, JSON, RDF and SARIF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foc_graph.rdf.terms import SH
from foc_graph.shacl.location import Locator, Parent
from foc_graph.shacl.path import Alternative, Path, Predicate, Sequence, sparql
from foc_graph.shacl.repair import suggestion
from foc_graph.shacl.result import Finding, Term
from foc_graph.shacl.shapes_graph import Place

if TYPE_CHECKING:
    from rdflib import Graph

SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True)
class ValidationResult:
    """One result.

    IRIs and literals are plain text, blank nodes `_:` and a label, which means nothing outside of the report. `where`
    is `file:line:column` of the offending triple, or empty. `path` is the IRI of a predicate, or another path in
    SPARQL's syntax. `severity` and `component` are local names, such as `Violation` and `MinCountConstraintComponent`,
    where they are SHACL's own, else IRIs. `shape` is the SPARQL constraint if it has an IRI, else the shape. `label`
    names the focus node, and `suggestion` is what to remove and to add where a repair is certain; both may be empty.
    """

    where: str
    focus: str
    path: str
    value: str
    severity: str
    component: str
    shape: str
    message: str
    label: str = ""
    suggestion: str = ""

    @property
    def position(self) -> tuple[str, int, int] | None:
        """File, line and column of `where`."""
        if not self.where:
            return None
        file, line, column = self.where.rsplit(":", 2)
        return file, int(line), int(column)


@dataclass(frozen=True)
class Report:
    """The outcome of a validation; `findings` are the results as RDF terms, in the order of `results`.

    `conforms` is SHACL's: true if there is no result of any severity. `warnings` tell what of the shapes was not
    understood.
    """

    conforms: bool
    results: tuple[ValidationResult, ...]
    findings: tuple[Finding, ...] = field(default=(), repr=False, compare=False)
    warnings: tuple[str, ...] = ()

    @cached_property
    def graph(self) -> Graph:
        """The report in SHACL's vocabulary."""
        from foc_graph.shacl.report_graph import report_graph

        return report_graph(self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """Number of results of each severity that occurs, the gravest first, those that are not SHACL's last."""
        found = [result.severity for result in self.results]
        other = sorted({severity for severity in found if severity not in SEVERITIES})
        return {severity: found.count(severity) for severity in (*SEVERITIES, *other) if severity in found}

    def to_json(self) -> dict[str, Any]:
        """`{"conforms": ..., "results": [...]}` with one entry a result."""
        return {"conforms": self.conforms, "results": [asdict(result) for result in self.results]}

    def to_sarif(self) -> dict[str, Any]:
        """A SARIF 2.1.0 log with one run."""
        from foc_graph.shacl.sarif import sarif_log

        return sarif_log(self)

    def to_turtle(self) -> bytes:
        """The report in SHACL's vocabulary as Turtle, every literal as it is."""
        from foc_graph.shacl.report_graph import report_turtle

        return report_turtle(self.findings)


def make_report(
    findings: Iterable[Finding],
    place: Place,
    label: Callable[[str], str],
    parent: Parent,
    warnings: Iterable[str] = (),
) -> Report:
    """The report of what was found, sorted by file, line and column; what is in no file comes last.

    `place` is `Positions.position`; `label` gives the name of the thing with an IRI, or ""; `parent` gives the subject
    and predicate of a triple that leads to a blank node.
    """
    locator = Locator(place, parent)
    pairs = [(_result(finding, locator, label), finding) for finding in findings]
    pairs.sort(key=lambda pair: _order(pair[0]))
    results = tuple(result for result, _ in pairs)
    found = tuple(finding for _, finding in pairs)
    return Report(not results, results, found, tuple(warnings))


def _order(result: ValidationResult) -> tuple[object, ...]:
    """The labels of blank nodes differ from run to run, so that they do not count."""
    focus, value = (text if not text.startswith("_:") else "" for text in (result.focus, result.value))
    detail = (focus, result.path, result.severity, result.component, result.shape, value, result.message)
    return result.position is None, result.position or (), detail


def _result(finding: Finding, locator: Locator, label: Callable[[str], str]) -> ValidationResult:
    repair = suggestion(finding)
    if repair is not None and not all(map(locator.is_written, repair.remove)):
        repair = None  # what rules derive is not repaired where it is found
    return ValidationResult(
        where=locator.place(finding),
        focus=_term_text(finding.focus),
        path=_path(finding.path),
        value="" if finding.value is None else _term_text(finding.value),
        severity=_severity_name(finding.severity),
        component=_own_name(finding.component),
        shape=_term_text(finding.constraint if isinstance(finding.constraint, ox.NamedNode) else finding.shape),
        message=_message(finding.messages),
        label=label(finding.focus.value) if isinstance(finding.focus, ox.NamedNode) else "",
        suggestion=str(repair or ""),
    )


def _term_text(term: Term) -> str:
    """A term as results give it: an IRI or literal as plain text, a blank node as `_:` and its label."""
    return str(term) if isinstance(term, ox.BlankNode) else term.value


def _severity_name(severity: ox.NamedNode) -> str:
    """A severity as results give it: the local name of SHACL's own, the IRI of another."""
    name = _own_name(severity)
    return name if name in SEVERITIES else severity.value


def _own_name(term: ox.NamedNode) -> str:
    return term.value.removeprefix(SH)


def _path(path: Path | None) -> str:
    match path:
        case None:
            return ""
        case Predicate(iri):
            return iri.value
        case Sequence() | Alternative():
            return f"({sparql(path, short=True)})"
    return sparql(path, short=True)


def _message(messages: Iterable[ox.Literal]) -> str:
    """The messages in English or without a language, else all."""
    texts = sorted((message.language or "en", message.value) for message in messages)
    english = [text for language, text in texts if language.partition("-")[0] == "en"]
    return " ".join(english or [text for _, text in texts])
