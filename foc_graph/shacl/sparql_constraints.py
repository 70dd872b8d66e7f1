"""SPARQL-based constraints and constraint components, as read from a shapes graph (SHACL sections 5 and 6).

Queries and regular expressions are checked to be such that the embedded engine can read them: inside a query, a regular
expression that it does not know is no error but matches nothing, so that faults would pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.terms import Term
from foc_graph.shacl.path import Path
from foc_graph.shacl.shapes import SHAPES_GRAPH, Constraint, Query, ShapesGraph, sh
from foc_graph.sparql.rewriting import Template, UnsupportedQuery, prebind, read_template
from foc_graph.sparql.tokens import Token, tokens
from foc_graph.store.embedded import EmbeddedStore

SPARQL = sh("SPARQLConstraintComponent")


class Component(NamedTuple):
    """A constraint component that the shapes graph declares."""

    node: ox.NamedNode
    required: Mapping[str, ox.NamedNode]
    optional: Mapping[str, ox.NamedNode]


def components(graph: ShapesGraph) -> list[Component]:
    """Read the constraint components that a shapes graph declares (SHACL section 6.1)."""
    found = []
    for node in graph.instances(sh("ConstraintComponent")):
        if not isinstance(node, ox.NamedNode):
            graph.fail(node, None, "is a constraint component without an IRI: give it one")
        required: dict[str, ox.NamedNode] = {}
        optional: dict[str, ox.NamedNode] = {}
        for parameter in graph.objects(node, sh("parameter")):
            predicate = graph.value(parameter, sh("path"))
            if not isinstance(predicate, ox.NamedNode):
                graph.fail(node, sh("parameter"), "has a parameter whose sh:path is not an IRI")
            flag = graph.value(parameter, sh("optional"))
            chosen = optional if flag is not None and flag.value == "true" else required
            chosen[re.split("[#/:]", predicate.value)[-1]] = predicate
        if not required:
            graph.fail(node, None, "is a constraint component without a parameter that is not optional")
        if not any(graph.objects(node, sh(name)) for name in ("validator", "nodeValidator", "propertyValidator")):
            graph.unread(node, None, "has no validator in SPARQL")
        found.append(Component(node, required, optional))
    return found


def sparql_constraints(
    graph: ShapesGraph,
    node: ox.NamedNode | ox.BlankNode,
    path: Path | None,
    declared: Iterable[Component],
) -> Iterator[Constraint]:
    """Read the constraints of a shape that are written in SPARQL."""
    context: dict[str, Term | Path] = {"currentShape": node, "shapesGraph": SHAPES_GRAPH}
    if path is not None:
        context["PATH"] = path
    for constraint in graph.objects(node, sh("sparql")):
        if isinstance(constraint, ox.Literal):
            graph.fail(node, sh("sparql"), f"sh:sparql is a constraint, not {constraint}", constraint)
        flag = graph.value(constraint, sh("deactivated"))
        if flag is None or flag.value != "true":
            yield Constraint(SPARQL, (constraint,), query=_query(graph, constraint, ("select",), context, frozenset()))
    for component in declared:
        values = {name: graph.objects(node, predicate) for name, predicate in component.required.items()}
        if not all(values.values()):
            continue
        validator = _validator(graph, component, path)
        if validator is None:
            continue
        several = len(values) + len(component.optional) > 1
        if several and any(len(found) > 1 for found in values.values()):
            names = ", ".join(map(graph.names.term, component.required.values()))
            graph.fail(
                node,
                None,
                f"has several values of a parameter of {graph.names.term(component.node)} ({names}): give one of each",
            )
        options = {name: graph.value(node, predicate) for name, predicate in component.optional.items()}
        given = {name: value for name, value in options.items() if value is not None}
        absent = frozenset(options.keys() - given.keys())
        first, *others = values
        for value in values[first]:
            constants = {**context, **given, **{name: values[name][0] for name in others}, first: value}
            query = _query(graph, validator, ("select", "ask"), constants, absent)
            arguments = tuple(value if name == first else values[name][0] for name in values)
            yield Constraint(component.node, arguments, query=query)


def _validator(graph: ShapesGraph, component: Component, path: Path | None) -> Term | None:
    for name in ("nodeValidator" if path is None else "propertyValidator", "validator"):
        if found := graph.objects(component.node, sh(name)):
            return found[0]
    return None


def _query(
    graph: ShapesGraph, node: Term, forms: tuple[str, ...], constants: Mapping[str, Term | Path], absent: frozenset[str]
) -> Query:
    texts = [text for form in forms for text in graph.objects(node, sh(form))]
    if len(texts) != 1 or not isinstance(texts[0], ox.Literal):
        wanted = " or ".join(f"sh:{form}" for form in forms)
        graph.fail(node, None, f"needs one query, by {wanted}")
    messages = tuple(message for message in graph.objects(node, sh("message")) if isinstance(message, ox.Literal))
    try:
        prefixes = tuple(_prefixes(graph, node).items())
        template = _read(texts[0].value, prefixes, frozenset((*constants, *absent)))
    except UnsupportedQuery as error:
        graph.fail(node, sh(forms[0]), str(error))
    return Query(template, constants, absent, messages, node, partial(graph.position, node, sh(forms[0])))


def _prefixes(graph: ShapesGraph, node: Term) -> dict[str, str]:
    """Read the prefixes that a query may use (SHACL section 5.2.1)."""
    imports = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
    found: dict[str, str] = {}
    owners = list(graph.objects(node, sh("prefixes")))
    for owner in owners:  # grows with what the owners import within this shapes graph
        owners += [other for other in graph.objects(owner, imports) if other not in owners]
        for declaration in graph.objects(owner, sh("declare")):
            prefix, namespace = graph.value(declaration, sh("prefix")), graph.value(declaration, sh("namespace"))
            if prefix is None or namespace is None:
                graph.fail(owner, sh("declare"), "declares a prefix without sh:prefix or sh:namespace")
            if found.setdefault(prefix.value, namespace.value) != namespace.value:
                graph.fail(owner, sh("declare"), f"gives prefix {prefix.value!r} two meanings: keep one")
    return found


def is_pattern(pattern: str, flags: str) -> bool:
    """Whether a regular expression is one that the engine knows: XPath's without back-references, `\\i` and `\\c`."""
    return _matches(str(ox.Literal(pattern)), str(ox.Literal(flags)))


@lru_cache(256)  # shapes are read for each validation, and seldom change
def _read(text: str, prefixes: tuple[tuple[str, str], ...], constants: frozenset[str]) -> Template:
    """Read a query; refuse a text that is not SPARQL, also when its pre-bound variables stand for terms.

    Raises:
        UnsupportedQuery: saying where it goes wrong, or which regular expression is not known.
    """
    template = read_template(text, dict(prefixes), constants)
    declared = " ".join(f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in prefixes)
    problem = _problem(f"{declared} {text}")
    # A projection or HAVING may use `$this` without GROUP BY, which is right once a term stands there.
    if problem and _problem(f"SELECT * WHERE {{ {prebind(template, lambda name: f'?{name}', '', ('?this',))} }}"):
        raise UnsupportedQuery(f"is {problem}")
    for pattern, flags in _patterns(template):
        if not _matches(pattern, flags):
            raise UnsupportedQuery(f"has {pattern}, which is no regular expression that we know")
    return template


def _problem(text: str) -> str:
    try:
        EmbeddedStore.in_memory().query(text)
    except ParseError as error:
        return error.problem
    return ""


def _matches(pattern: str, flags: str) -> bool:
    matched = f"REGEX('', {pattern}, {flags})"
    return bool(ox.Store().query(f"ASK {{ BIND({matched} AS ?matched) FILTER(BOUND(?matched)) }}"))


def _patterns(template: Template) -> Iterator[tuple[str, str]]:
    """Give the regular expressions that a query has as constants, each with its flags, as SPARQL writes them."""
    found = list(tokens(template.text))
    for number, token in enumerate(found):
        if token.word in ("REGEX", "REPLACE"):
            arguments = _arguments(found[number + 1 :])
            pattern, flags = (
                arguments[at] if at < len(arguments) else [] for at in (1, 2 if token.word == "REGEX" else 3)
            )
            if [one.kind for one in pattern] == ["string"] and [one.kind for one in flags] in ([], ["string"]):
                yield pattern[0].text, flags[0].text if flags else "''"


def _arguments(found: list[Token]) -> list[list[Token]]:
    """Split the tokens after the name of a function by the commas between its arguments."""
    depth, arguments = 0, list[list[Token]]([[]])
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            break
        if token.text == "," and depth == 1:
            arguments.append([])
        elif arguments != [[]] or token.text != "(":
            arguments[-1].append(token)
    return arguments
