"""The linter of a workspace's stored queries, which lets each query allow what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.queries.header import read_query
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.rdf.terms import curie
from foc_graph.sparql import lint as rules
from foc_graph.sparql.lint import Finding
from foc_graph.sparql.syntax import parse, prefixes
from foc_graph.sparql.tokens import position, tokens
from foc_graph.workspace.settings import Workspace

_DATES = {
    **dict.fromkeys(("began", "begins", "founded", "joined", "start", "started", "starts"), "begin"),
    **dict.fromkeys(("ended", "ends", "left"), "end"),
}
"""What the dates of a period are called in answers, by other words for them."""


def lint_workspace(workspace: Workspace) -> list[Finding]:
    """Apply the rules to a workspace's own stored queries, in the order of files and positions.

    Raises:
        ParseError: for a file whose header is missing or wrong, or that holds no SPARQL 1.1 query.
    """
    files = [(path, workspace.name(path)) for path in workspace.own_files("queries", ".rq")]
    successors = _successors(workspace)
    return [finding for path, where in files for finding in lint(read_query(path, where, " "), where, successors)]


def lint(query: StoredQuery, where: str, successors: Mapping[str, str] = MappingProxyType({})) -> list[Finding]:
    """Apply the rules to one stored query, in the order of positions; `where` is its file.

    `successors` has for the IRI of a deprecated term that which replaces it. What its header allows is left out. A rule
    that is allowed without need, or that does not exist, is a finding.

    Raises:
        ParseError: if it is no SPARQL 1.1 query.
    """
    kinds = {variable: parameter.type for parameter in query.parameters for variable in parameter.variables}
    dates = [variable for variable, kind in kinds.items() if kind in ("date", "period")]
    found = [
        *rules.lint(query.text, where, PREFIXES, kinds, dates),
        *_lint_columns(query, where),
        *_lint_terms(query, where, successors),
    ]
    needless = sorted(query.allow.keys() - {finding.rule for finding in found})
    return [Finding(where, 1, 1, "allow", f"{rule} finds nothing here: remove it") for rule in needless] + sorted(
        finding for finding in found if finding.rule not in query.allow
    )


def _lint_columns(query: StoredQuery, where: str) -> Iterator[Finding]:
    """Find columns that have dates of a period by other words than begin and end, and are no old names."""
    projection = parse(query.text)
    for column in projection.projected:
        word, underscore, bound = column.partition("_")
        if word in _DATES and bound in ("", "earliest", "latest") and column not in query.renamed:
            offset = next(item.offset for item in projection.head if item.variable == column)
            present = f"{_DATES[word]}{underscore}{bound}"
            problem = (
                f"queries call it {present}: write ?{present}, or {{renamed: {present}}} in the header for an old name"
            )
            yield Finding(where, *position(query.text, offset), "column", problem)


def _lint_terms(query: StoredQuery, where: str, successors: Mapping[str, str]) -> Iterator[Finding]:
    """Find deprecated terms, which data no longer name."""
    namespaces = {**PREFIXES, **prefixes(tokens(query.text))}
    for token in tokens(query.text):
        prefix, _, local = token.text.partition(":")
        iri = namespaces.get(prefix, "") + local if token.kind == "name" else token.text[1:-1]
        if token.kind in ("iri", "name") and iri in successors:
            present = curie(successors[iri], PREFIXES) or f"<{successors[iri]}>"
            problem = f"{token.text} is deprecated, and data no longer name it: write {present}"
            yield Finding(where, *position(query.text, token.offset), "deprecated", problem)


def _successors(workspace: Workspace) -> dict[str, str]:
    """Return what replaces the deprecated terms that a workspace knows."""
    files = ((path, workspace.name(path)) for path in workspace.files("ontology", ".ttl"))
    return {
        triple.subject.value: triple.object.value
        for path, where in files
        for triple in parse_turtle(read_text(path, where), where)[0]
        if triple.predicate.value == iri_of("dcterms:isReplacedBy")
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
    }
