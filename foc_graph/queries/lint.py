"""Patterns of a stored query that are slow, or that engines answer differently, with what to write instead."""

from __future__ import annotations

from typing import NamedTuple

from foc_graph.errors import ParseError
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.header import read_query
from foc_graph.queries.lint_rules import RULES, Subject
from foc_graph.queries.model import StoredQuery
from foc_graph.sparql.limits import check_depth
from foc_graph.sparql.tokens import position
from foc_graph.workspace.settings import Workspace


class Finding(NamedTuple):
    """What a rule finds; `line` and `column` count from 1."""

    where: str
    line: int
    column: int
    rule: str
    problem: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}:{self.column}: {self.rule}: {self.problem}"


def lint_workspace(workspace: Workspace) -> list[Finding]:
    """What the rules find in a workspace's own stored queries, in the order of files and places.

    Raises:
        ParseError: for a file whose header is missing or wrong, or that holds no SPARQL 1.1 query.
    """
    files = [(path, workspace.name(path)) for path in workspace.own_files("queries", ".rq")]
    return [finding for path, where in files for finding in lint(read_query(path, where), where)]


def lint(query: StoredQuery, where: str) -> list[Finding]:
    """What the rules find in one stored query, in the order of places; `where` is its file.

    What its header allows is left out. A rule that is allowed without need, or that does not exist, is a finding.

    Raises:
        ParseError: if it is no SPARQL 1.1 query.
    """
    _check_syntax(query.text, where)
    subject = Subject.of(query)
    found = [
        Finding(where, *position(query.text, offset), rule, problem)
        for rule, check in RULES.items()
        for offset, problem in check(subject)
    ]
    needless = sorted(query.allow.keys() - {finding.rule for finding in found})
    return [Finding(where, 1, 1, "allow", f"{rule} finds nothing here: remove it") for rule in needless] + sorted(
        finding for finding in found if finding.rule not in query.allow
    )


def _check_syntax(text: str, where: str) -> None:
    """By rdflib's parser, which knows SPARQL 1.1 and nothing newer."""
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    check_depth(text, where)
    try:
        translateQuery(parseQuery(text), initNs=PREFIXES)
    except ParseBaseException as error:
        raise ParseError(where, error.lineno, error.column, "not a SPARQL 1.1 query, here or just before") from error
    except Exception as error:  # that parser has no class of its own for what is well-formed and yet wrong
        raise ParseError(where, None, None, f"not a SPARQL 1.1 query: {error}") from error
