"""Which predicates the triples have that a query of the shapes' author may look at."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from foc_graph.rdf.terms import RDF_TYPE, Term
from foc_graph.shacl.path import Path, optional, predicates
from foc_graph.shacl.prebinding import Group, Token
from foc_graph.shacl.shapes import Query

_TERMS = frozenset({"variable", "iri", "string", "number", "word"})
_PUNCTUATION = Token("other", ".", "")


def mentioned(query: Query) -> frozenset[ox.NamedNode] | None:
    """The IRIs of a query, among which are its predicates; None if its pattern may match other triples, or any node.

    That is where a predicate may be a variable without a known value, where brackets stand for triples or paths, in a
    negated property set, and for a path that may take no step.
    """
    tokens = list(_pattern(query.template.body))
    if any(token.text in ("[", "(", "!") for token in tokens):
        return None
    for before, middle, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if after.text in ("*", "?") and (middle.kind == "iri" or middle.word == "A"):
            return None
        unknown = middle.variable and not isinstance(query.constants.get(middle.variable), Path)
        if unknown and after.kind in _TERMS and (before.kind in _TERMS or before.text == ";"):
            return None
    paths = [one for one in query.constants.values() if not isinstance(one, Term)]
    if any(map(optional, paths)):
        return None
    found = {token.text[1:-1] for token in query.template.body.tokens() if token.kind == "iri"}
    found |= {RDF_TYPE} if any(token.word == "A" for token in tokens) else set()
    return frozenset(map(ox.NamedNode, found)).union(*map(predicates, paths))


def _pattern(group: Group) -> Iterator[Token]:
    """The tokens of a group and those within it, with punctuation in the place of expressions, braces and heads."""
    yield _PUNCTUATION
    first = group.items[0] if group.items else None
    depth, expression = 0, isinstance(first, Token) and first.word == "SELECT"
    head = expression
    for item in group.items:
        if isinstance(item, Group):
            yield from _pattern(item)
            expression = head
        elif expression or depth:
            depth += (item.text == "(") - (item.text == ")")
            expression = head or (expression and item.text != "(")
        elif item.word in ("FILTER", "BIND"):
            expression = True
            yield _PUNCTUATION
        elif item.word in ("OPTIONAL", "UNION", "GRAPH", "WHERE"):
            yield _PUNCTUATION
        else:
            yield item
    yield _PUNCTUATION
