"""SHACL validation reports (SHACL section 3), and the positions of their results in files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from foc_graph.rdf.terms import SH, STANDARD_NAMES, Names, Node
from foc_graph.shacl.data_graph import Parent
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence, forward, optional, sparql
from foc_graph.shacl.repair import suggestion
from foc_graph.shacl.results import MILDER, SEVERITIES, Finding, ValidationResult
from foc_graph.shacl.shapes import Locate
from foc_graph.store.results import plain_text

if TYPE_CHECKING:
    from rdflib import Graph


class Scope(NamedTuple):
    """What was checked: so many shapes on so many focus nodes; and the targets that nothing in the data matches."""

    shapes: int = 0
    focus_nodes: int = 0
    unmatched: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Say what was checked."""
        numbers = ((self.shapes, "shape"), (self.focus_nodes, "focus node"))
        return "checked {} on {}".format(*(f"{count:,} {name}{'s' * (count != 1)}" for count, name in numbers))

    @property
    def notes(self) -> list[str]:
        """A sentence for each target that nothing matches, ten at most and then their number."""
        more = [f"{len(self.unmatched) - MOST_NOTES:,} more targets that nothing in the data matches"]
        return [*self.unmatched[:MOST_NOTES], *more * (len(self.unmatched) > MOST_NOTES)]


MOST_NOTES = 10
NOTHING = Scope()


@dataclass(frozen=True)
class Report:
    """The outcome of a validation; `findings` are the results as RDF terms, in the order of `results`.

    `conforms` is SHACL's: true if there is no result of any severity. `warnings` say what was not checked, each with
    its place; `scope` says of what it conforms; `names` write IRIs short.
    """

    conforms: bool
    results: tuple[ValidationResult, ...]
    findings: tuple[Finding, ...] = field(default=(), repr=False, compare=False)
    warnings: tuple[str, ...] = ()
    names: Names = field(default=STANDARD_NAMES, repr=False, compare=False)
    scope: Scope = NOTHING

    @cached_property
    def graph(self) -> Graph:
        """The report in SHACL's vocabulary."""
        from foc_graph.shacl.formats import report_graph

        return report_graph(self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """Number of results of each severity that occurs, the gravest first, those that are not SHACL's last."""
        found = [result.severity for result in self.results]
        other = sorted({severity for severity in found if severity not in SEVERITIES})
        return {severity: found.count(severity) for severity in (*SEVERITIES, *other) if severity in found}

    @property
    def violations(self) -> list[ValidationResult]:
        """The results that are violations: those of a severity that is not SHACL's, too."""
        return [result for result in self.results if result.severity not in MILDER]

    def to_text(self, suggest: bool = False) -> str:
        """Write the results for a person, by thing; with `suggest`, certain repairs too."""
        from foc_graph.shacl.formats import report_text

        return report_text(self, suggest)

    def to_json(self) -> dict[str, Any]:
        """Write whether it conforms, what was checked and what was not, and one entry a result."""
        checked = {"shapes": self.scope.shapes, "focus_nodes": self.scope.focus_nodes, "unmatched": self.scope.notes}
        rest = {"not_checked": [*self.warnings], "results": [*map(asdict, self.results)]}
        return {"conforms": self.conforms, "checked": checked, **rest}

    def to_sarif(self) -> dict[str, Any]:
        """Write a SARIF 2.1.0 log with one run."""
        from foc_graph.shacl.formats import sarif_log

        return sarif_log(self)

    def to_turtle(self) -> bytes:
        """Write the report in SHACL's vocabulary as Turtle, every literal as it is."""
        from foc_graph.shacl.formats import report_turtle

        return report_turtle(self.findings)


def make_report(
    findings: Iterable[Finding],
    locate: Locate,
    label: Callable[[str], str],
    parent: Parent,
    warnings: Iterable[str] = (),
    names: Names = STANDARD_NAMES,
    scope: Scope = NOTHING,
) -> Report:
    """Report what was found, sorted by file, line and column; what is in no file comes last.

    `locate` is `Positions.position`; `label` gives the name of the thing with an IRI, or ""; `parent` gives the subject
    and predicate of a triple that leads to a blank node; `names` are those by which the report writes IRIs.
    """
    locator = _Locator(locate, parent)
    pairs = [(_result(finding, locator, label, names.prefixes), finding) for finding in findings]
    pairs.sort(key=lambda pair: _order(pair[0]))
    results = tuple(result for result, _ in pairs)
    found = tuple(finding for _, finding in pairs)
    return Report(not results, results, found, tuple(warnings), names, scope)


def _order(result: ValidationResult) -> tuple[object, ...]:
    """Order results by what does not change: the labels of blank nodes differ from run to run."""
    focus, value = (text if not text.startswith("_:") else "" for text in (result.focus, result.value))
    detail = (focus, result.path, result.severity, result.component, result.shape, value, result.message)
    return result.position is None, result.position or (), detail


def _result(
    finding: Finding, locator: _Locator, label: Callable[[str], str], prefixes: Mapping[str, str]
) -> ValidationResult:
    repair = suggestion(finding)
    if repair is not None and not all(map(locator.is_written, repair.remove)):
        repair = None  # what rules derive is not repaired where it is found
    return ValidationResult(
        where=locator.position(finding),
        focus=plain_text(finding.focus),
        path=_path(finding.path, prefixes),
        value=plain_text(finding.value),
        severity=_severity_name(finding.severity),
        component=_own_name(finding.component),
        shape=plain_text(finding.constraint if isinstance(finding.constraint, ox.NamedNode) else finding.shape),
        message=_message(finding.messages),
        label=label(finding.focus.value) if isinstance(finding.focus, ox.NamedNode) else "",
        suggestion=repair.to_text(prefixes) if repair else "",
    )


def _severity_name(severity: ox.NamedNode) -> str:
    """Write a severity as results give it: the local name of SHACL's own, the IRI of another."""
    name = _own_name(severity)
    return name if name in SEVERITIES else severity.value


def _own_name(term: ox.NamedNode) -> str:
    return term.value.removeprefix(SH)


def _path(path: Path | None, prefixes: Mapping[str, str]) -> str:
    match path:
        case None:
            return ""
        case Predicate(iri):
            return iri.value
        case Sequence() | Alternative():
            return f"({sparql(path, prefixes)})"
    return sparql(path, prefixes)


def _message(messages: Iterable[ox.Literal]) -> str:
    """Return the messages in English or without a language, else all."""
    texts = sorted((message.language or "en", message.value) for message in messages)
    english = [text for language, text in texts if language.partition("-")[0] == "en"]
    return " ".join(english or [text for _, text in texts])


class _Locator:
    """Finds the positions of results.

    That of a result with a path of one step is its triple, in the other direction for an inverse one. Without a value,
    or where the path is longer, it is the predicate of the first step; where that is not in the files, or there is no
    path, the block of the focus node. A blank node or triple term stands where the nearest named thing leads to it.
    """

    def __init__(self, locate: Locate, parent: Parent) -> None:
        self._locate = locate
        self._parent = parent
        self._nameless: dict[Node, str] = {}

    def position(self, finding: Finding) -> str:
        """Return `file:line:column` of the offending triple, or "" where its things are in no file."""
        best, exactness = self._node(finding.focus), 0
        if finding.path is None:
            return best
        path = forward(finding.path)
        value = None if isinstance(path, Sequence) else finding.value
        for step in _first_steps(path):
            found = self._step(finding.focus, step, value)
            if found[1] > exactness:
                best, exactness = found
        return best

    def is_written(self, triple: ox.Triple) -> bool:
        """Whether the files hold a triple about a named thing, which may also be in no file at all."""
        assert isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.Triple)
        block = self._node(triple.subject)
        return not block or self._triple(triple.subject, triple.predicate, triple.object)[1] == 2

    def _step(self, focus: Node, step: Path, value: Node | None) -> tuple[str, int]:
        match step:
            case Predicate(predicate):
                return self._triple(focus, predicate, value)
            case Inverse(Predicate(predicate)) if value is not None:
                return self._triple(value, predicate, focus)
        return "", 0

    def _triple(self, subject: Node, predicate: ox.NamedNode, value: Node | None) -> tuple[str, int]:
        """Find the position of a triple, and how exact it is: 2 of the value, 1 of the predicate, 0 of the subject."""
        block = self._node(subject)
        if not isinstance(subject, ox.NamedNode):
            return block, 0
        verb = self._locate(subject.value, predicate.value, None)
        found = self._locate(subject.value, predicate.value, value)
        return found, 2 if found not in (verb, block) else 1 if found != block else 0

    def _node(self, node: Node) -> str:
        above: list[Node] = []
        predicate = None
        while isinstance(node, ox.BlankNode | ox.Triple) and node not in self._nameless:
            self._nameless[node] = ""
            above.append(node)
            leads = self._parent(node)
            if leads is None:
                return ""
            node, predicate = leads
        if isinstance(node, ox.NamedNode):
            found = self._locate(node.value, predicate and predicate.value, None)
        else:
            found = self._nameless.get(node, "")
        self._nameless.update(dict.fromkeys(above, found))
        return found


def _first_steps(path: Path) -> Iterator[Path]:
    """Give the predicates, or inverse predicates, that a path without other inverses may begin with."""
    match path:
        case Repeat(inner):
            yield from _first_steps(inner)
        case Alternative(parts):
            for part in parts:
                yield from _first_steps(part)
        case Sequence(parts):
            for part in parts:
                yield from _first_steps(part)
                if not optional(part):
                    break
        case _:
            yield path
