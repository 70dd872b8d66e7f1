"""What a shape asks, as a curator reads it: of which values, how many there may be, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.shacl.path import simple, sparql
from foc_graph.shacl.result import Term
from foc_graph.shacl.shapes_graph import ShapesGraph, sh
from foc_graph.shacl.shapes_reader import read_path
from foc_graph.site.view import Link

PARTS = ("property", "sparql")
"""The local names of the properties of SHACL with which a shape names what else it asks."""

_KINDS = ("class", "datatype", "node", "hasValue")


class Requirement(NamedTuple):
    """One thing that is asked, with the shape or constraint that asks it.

    `path` leads from a thing to the values that are meant, in the syntax of SPARQL; `number` says how many of them
    there may be, and what they are; both are empty for a constraint in SPARQL. `severity` is empty for a violation.
    """

    path: Link
    number: list[Link]
    messages: list[str]
    severity: str
    shape: Link


def requirements(
    shapes: Mapping[str, Iterable[ox.Triple]], iri: str, link: Callable[[Term], Link]
) -> list[Requirement]:
    """What a shape asks of the values of properties and by SPARQL, in the order of the names.

    `shapes` has what is said of each shape, with blank nodes; `link` makes a link to a term.

    Raises:
        ParseError: for a path that is none.
    """
    whole = ShapesGraph(shapes[iri])
    parts = [one for name in PARTS for one in whole.objects(ox.NamedNode(iri), sh(name))]
    return [_requirement(ShapesGraph(shapes[one.value]), one, link) for one in parts if _is_named(one, shapes)]


def messages(graph: ShapesGraph, shape: Term) -> list[str]:
    """The messages of a shape; what they tell of a result is in brackets."""
    found = [one.value for one in graph.objects(shape, sh("message")) if isinstance(one, ox.Literal)]
    return [re.sub(r"\{[?$](\w+)\}", r"[\1]", text) for text in found]


def path_of(graph: ShapesGraph, shape: Term, link: Callable[[Term], Link]) -> Link:
    """The path of a property shape, a link where it is one property; empty for other shapes.

    Raises:
        ParseError: for a path that is none.
    """
    node = graph.value(shape, sh("path"))
    if node is None:
        return Link("")
    path = read_path(graph, shape, node)
    one = simple(path)
    return Link(sparql(path, short=True).replace("|", " | ")) if one is None else link(one)


def counted(least: int, most: int | None) -> str:
    """How many there may be, in words; without a `most` there is no bound."""
    if most is None:
        return f"at least {_number(least)}" if least else "any number"
    if most == 0:
        return "none"
    if least == most:
        return f"exactly {_number(least)}"
    return f"{_number(least)} to {_number(most)}" if least else f"at most {_number(most)}"


def _is_named(term: Term, shapes: Mapping[str, Iterable[ox.Triple]]) -> bool:
    return isinstance(term, ox.NamedNode) and term.value in shapes


def _requirement(graph: ShapesGraph, shape: Term, link: Callable[[Term], Link]) -> Requirement:
    path = path_of(graph, shape, link)
    severity = [link(one).text.rpartition(":")[2].lower() for one in graph.objects(shape, sh("severity"))]
    number = _how_many(graph, shape, link) if path.text else []
    return Requirement(path, number, messages(graph, shape), "".join(severity), link(shape))


def _how_many(graph: ShapesGraph, shape: Term, link: Callable[[Term], Link]) -> list[Link]:
    found = [Link(counted(_integer(graph, shape, "minCount") or 0, _integer(graph, shape, "maxCount")))]
    found += [link(one) for name in _KINDS for one in graph.objects(shape, sh(name))]
    for one in graph.objects(shape, sh("qualifiedValueShape")):
        least, most = _integer(graph, shape, "qualifiedMinCount") or 0, _integer(graph, shape, "qualifiedMaxCount")
        found += [Link(f"{counted(least, most)} of"), link(one)]
    return found


def _integer(graph: ShapesGraph, shape: Term, name: str) -> int | None:
    value = graph.value(shape, sh(name))
    return int(value.value) if isinstance(value, ox.Literal) else None


def _number(number: int) -> str:
    return "one" if number == 1 else str(number)
