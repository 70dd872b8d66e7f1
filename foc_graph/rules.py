"""Materialising what the vocabulary implies: SPARQL CONSTRUCT rules, run inside the store stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.result import Triples
from foc_graph.workspace.header import read_header
from foc_graph.workspace.locate import Workspace


@dataclass(frozen=True)
class Rule:
    """One CONSTRUCT query; rules of a lower stage run first, and a stage sees what the ones before derived."""

    name: str
    summary: str
    stage: int
    text: str


def read_rules(workspace: Workspace) -> list[Rule]:
    """The rules of a workspace (`ontology/rules/*.rq`), by stage and name.

    Raises:
        ParseError: for a file whose header lacks a summary or a whole-numbered stage.
    """
    rules = []
    for path in workspace.rule_files:
        header, text = read_header(path, workspace.name(path))
        if not (header.get("summary") and isinstance(header.get("stage"), int)):
            raise ParseError(workspace.name(path), 1, None, "header: give a summary and a stage (1, 2, ...)")
        rules.append(Rule(workspace.name(path), str(header["summary"]), header["stage"], text))
    return sorted(rules, key=lambda rule: (rule.stage, rule.name))


def apply_rules(store: EmbeddedStore, rules: list[Rule], graph: ox.NamedNode) -> None:
    """Add to the named graph what the rules derive and no graph holds yet.

    Raises:
        ParseError: for a rule that is not a CONSTRUCT query.
    """
    for stage in dict.fromkeys(rule.stage for rule in rules):
        derived: dict[ox.Triple, None] = {}
        for rule in rules:
            if rule.stage == stage:
                derived |= dict.fromkeys(_construct(store, rule))
        new = (triple for triple in derived if not store.holds(triple))
        store.load(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in new)


def _construct(store: EmbeddedStore, rule: Rule) -> Triples:
    try:
        result = store.query(rule.text)
    except ParseError as error:
        raise ParseError(rule.name, error.line, error.column, error.problem) from error
    if not isinstance(result, Triples):
        raise ParseError(rule.name, None, None, "a rule is a CONSTRUCT query")
    return result
