"""Formats of a validation report: RDF in SHACL's vocabulary (SHACL section 3), SARIF 2.1.0 of OASIS, and text."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import PurePath
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph import __version__
from foc_graph.errors import ParameterError
from foc_graph.rdf.terms import STANDARD_PREFIXES, XSD, Names, Term, is_beyond_1_1, is_iri
from foc_graph.shacl.path import REPEATS, Alternative, Inverse, Path, Predicate, Repeat, Sequence
from foc_graph.shacl.results import Finding, ValidationResult
from foc_graph.shacl.shapes import RDF_FIRST, RDF_NIL, RDF_REST, TYPE, sh

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from foc_graph.shacl.report import Report

_PROPERTIES = {times: name for name, times in REPEATS.items()}
_Triple = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term | ox.Triple]


def report_turtle(findings: Iterable[Finding]) -> bytes:
    """Write the report as Turtle, every literal as it is."""
    triples = (ox.Triple(*triple) for triple in _triples(findings))
    used = {name: iri for name, iri in STANDARD_PREFIXES.items() if name in ("rdf", "sh", "xsd")}
    content = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used)
    assert content is not None  # it is where no file is given
    return content


def report_graph(findings: Iterable[Finding]) -> Graph:
    """Return the report as an rdflib graph; blank nodes of the data keep their labels."""
    from rdflib import Graph

    graph = Graph()
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it would tell of each ill-typed literal, which is what the report is about
    try:
        for subject, predicate, value in _triples(findings):
            graph.add((_to_rdflib(subject), _to_rdflib(predicate), _to_rdflib(value)))
    finally:
        logger.setLevel(level)
    return graph


def _triples(findings: Iterable[Finding]) -> Iterator[_Triple]:
    report, paths = ox.BlankNode("validation-report"), dict[Path, ox.NamedNode | ox.BlankNode]()
    results = [(ox.BlankNode(f"validation-result-{number}"), one) for number, one in enumerate(findings, 1)]
    yield report, TYPE, sh("ValidationReport")
    yield report, sh("conforms"), ox.Literal(not results)
    yield from ((report, sh("result"), result) for result, _ in results)
    for result, finding in results:
        yield result, TYPE, sh("ValidationResult")
        yield result, sh("focusNode"), finding.focus
        if finding.path is not None:
            if finding.path not in paths:
                steps = _Steps(f"validation-path-{len(paths) + 1}")
                paths[finding.path] = steps.node(finding.path)
                yield from steps.triples
            yield result, sh("resultPath"), paths[finding.path]
        if finding.value is not None:
            yield result, sh("value"), finding.value
        yield result, sh("resultSeverity"), finding.severity
        yield result, sh("sourceConstraintComponent"), finding.component
        yield result, sh("sourceShape"), finding.shape
        if finding.constraint is not None:
            yield result, sh("sourceConstraint"), finding.constraint
        for message in finding.messages:
            yield result, sh("resultMessage"), message


class _Steps:
    """The triples of a SHACL path (SHACL section 2.3.1), its blank nodes named after `label`."""

    def __init__(self, label: str) -> None:
        self.triples: list[_Triple] = []
        self._label = label
        self._count = 0

    def node(self, path: Path) -> ox.NamedNode | ox.BlankNode:
        """Return the node that stands for a path."""
        match path:
            case Predicate(iri):
                return iri
            case Sequence(parts):
                return self._list(parts)
            case Alternative(parts):
                predicate, end = "alternativePath", self._list(parts)
            case Inverse(inner):
                predicate, end = "inversePath", self.node(inner)
            case Repeat(inner, times):
                predicate, end = _PROPERTIES[times], self.node(inner)
        node = self._new()
        self.triples.append((node, sh(predicate), end))
        return node

    def _list(self, parts: tuple[Path, ...]) -> ox.NamedNode | ox.BlankNode:
        rest: ox.NamedNode | ox.BlankNode = RDF_NIL
        for part in reversed(parts):
            cell = self._new()
            self.triples += [(cell, RDF_FIRST, self.node(part)), (cell, RDF_REST, rest)]
            rest = cell
        return rest

    def _new(self) -> ox.BlankNode:
        self._count += 1
        return ox.BlankNode(f"{self._label}-{self._count}")


def _to_rdflib(term: Term | ox.Triple) -> Node:
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.Triple) or is_beyond_1_1(term):
        problem = "the report holds triple terms or text with a direction (RDF 1.2), which rdflib does not know"
        raise ParameterError(f"{problem}: use to_turtle() or to_json()")

    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
    datatype = None if term.language or term.datatype.value == f"{XSD}string" else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note"}


def sarif_log(report: Report) -> dict[str, Any]:
    """Write a log with one run: a rule for each shape and constraint component, a result for each of the report's.

    Columns count characters (`unicodeCodePoints`). The partial fingerprint says what a result is about and not where
    it stands, so that it is known again when lines have moved. A severity that is not SHACL's is an error.
    """
    results, names = report.results, report.names
    notes = [("note", report.scope.to_text()), *(("warning", note) for note in report.scope.notes)]
    notes += [("warning", f"not checked: {warning}") for warning in report.warnings]
    rules: dict[str, dict[str, Any]] = {}
    for result in results:
        rules.setdefault(_rule_id(result, names), _rule(result, names))
    numbers = {name: number for number, name in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "foc-graph", "version": __version__, "rules": list(rules.values())}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolConfigurationNotifications": [
                    {"level": level, "message": {"text": text}} for level, text in notes
                ],
            }
        ],
        "results": [_result(result, numbers, names) for result in results],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule_id(result: ValidationResult, names: Names) -> str:
    """Name a rule by shape and component; by the path where the shape has no IRI, since labels change."""
    shape = names.short(result.path) if result.shape.startswith("_:") else names.short(result.shape)
    return "/".join(filter(None, (shape, result.component)))


def _rule(result: ValidationResult, names: Names) -> dict[str, Any]:
    component = names.short(result.component).removesuffix("ConstraintComponent")
    of = f" of {names.short(result.path)}" if result.path and component != "Closed" else ""
    by = "" if result.shape.startswith("_:") else f", asked for by {names.short(result.shape)}"
    return {
        "id": _rule_id(result, names),
        "shortDescription": {"text": f"{component}{of}{by}"},
        "defaultConfiguration": {"level": _level(result)},
    }


def _result(result: ValidationResult, numbers: dict[str, int], names: Names) -> dict[str, Any]:
    rule = _rule_id(result, names)
    told = {name: getattr(result, name) for name in ("focus", "path", "value", "suggestion")}
    about = "\n".join(("" if part.startswith("_:") else part) for part in (result.focus, result.path, result.value))
    return {
        "ruleId": rule,
        "ruleIndex": numbers[rule],
        "level": _level(result),
        "message": {"text": result.message or rule},
        "locations": [_location(result)],
        "partialFingerprints": {"ruleAndTriple/v1": sha256(f"{rule}\n{about}".encode()).hexdigest()},
        "properties": {name: text for name, text in told.items() if text},
    }


def _level(result: ValidationResult) -> str:
    return _LEVELS.get(result.severity, "error")


def _location(result: ValidationResult) -> dict[str, Any]:
    name = {"name": result.label} if result.label else {}
    location: dict[str, Any] = {"logicalLocations": [{**name, "fullyQualifiedName": result.focus}]}
    if result.position is not None:
        file, line, column = result.position
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": line, "startColumn": column},
        }
    return location


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


_WIDTH = 100
"""Columns that lines of text are kept to, but for what cannot be broken."""


def report_text(report: Report, suggest: bool) -> str:
    """Write results by thing, with their positions and what to do, what was checked and not, and how many there are.

    With `suggest`, each certain repair is shown below its result: `-` a triple to remove, `+` one to add.
    """
    things: dict[str, list[ValidationResult]] = {}
    names, scope = report.names, report.scope
    for result in report.results:
        things.setdefault(result.focus, []).append(result)
    lines: list[str] = []
    for found in things.values():
        lines.append(_heading(found[0], names))
        for result in found:
            lines += _lines(result, found[0], names, suggest)
    lines += [*scope.notes, *(f"not checked: {warning}" for warning in report.warnings)]
    repairs = sum(bool(result.suggestion) for found in things.values() for result in found)
    if repairs and not suggest:
        lines.append(f"{repairs} certain repair{'' if repairs == 1 else 's'}: --suggest shows what to change")
    outcome = ", ".join(f"{_plain(severity, names)}: {count}" for severity, count in report.counts.items())
    checked = scope.focus_nodes or outcome
    lines.append(f"{scope.to_text()}: {outcome or 'conforms'}" if checked else "conforms: nothing was checked")
    return "\n".join(lines)


def _plain(text: str, names: Names) -> str:
    """Write a text on one line: an IRI short, control characters as spaces."""
    text = names.short(text) if is_iri(text) else text
    return "".join(character if character.isprintable() else " " for character in text)


def _heading(first: ValidationResult, names: Names) -> str:
    name = "a blank node" if first.focus.startswith("_:") else _plain(first.focus, names)
    where, label = _plain(first.where, names) or "(in no file)", _plain(first.label, names)
    if not label:
        return f"{where}  {name}"
    heading = f"{where}  {_cut(label, _WIDTH - len(where) - 2)}"
    gap = " " if len(heading) + len(name) + 3 <= _WIDTH else "\n    "
    return f"{heading}{gap}({name})"


def _lines(result: ValidationResult, first: ValidationResult, names: Names, suggest: bool) -> list[str]:
    value = "a blank node" if result.value.startswith("_:") else _plain(result.value, names)
    known = [_own_position(result, first, names), _plain(result.severity, names), _plain(result.path, names)]
    line = "  " + "  ".join(filter(None, known))
    lines = [f"{line}  {_cut(value, _WIDTH - len(line) - 2)}".rstrip()]
    lines += wrap(
        _plain(result.message, names),
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    if suggest:
        lines += [f"    {_plain(change, names)}" for change in result.suggestion.splitlines()]
    return lines


def _cut(text: str, room: int) -> str:
    """Cut a text to the room left on the line, but not to less than 20 characters."""
    room = max(room, 20)
    return text if len(text) <= room else f"{text[: room - 3]}..."


def _own_position(result: ValidationResult, first: ValidationResult, names: Names) -> str:
    """Return where a result stands, if not in the line of the thing's heading."""
    if result.position is None or first.position is None or result.position[:2] == first.position[:2]:
        return ""
    file, line, column = result.position
    return f"{line}:{column}" if file == first.position[0] else _plain(result.where, names)
