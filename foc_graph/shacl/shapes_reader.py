"""The reader of shapes, which refuses what is not well-formed with its position (SHACL sections 2 to 4)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import Sources, file_iri, graph_triples, parse_turtle, read_text, split_sources
from foc_graph.rdf.positions import Positions
from foc_graph.rdf.terms import OWL, RDFS, SH, STANDARD_NAMES, XSD, Names, Node, Term, rename
from foc_graph.shacl import path as paths
from foc_graph.shacl.shapes import (
    NODE_KINDS,
    PARAMETERS,
    RDF_FIRST,
    RDF_NIL,
    REIFIES,
    SUBCLASS,
    TYPE,
    Constraint,
    Parameter,
    Shape,
    ShapesGraph,
    Targets,
    sh,
)
from foc_graph.shacl.sparql_constraints import components, is_pattern, sparql_constraints
from foc_graph.shacl.terms import PLACES, TERMS, VOCABULARY, why_unread

if TYPE_CHECKING:
    from rdflib import Graph

CLASSES = (ox.NamedNode(RDFS + "Class"), ox.NamedNode(OWL + "Class"))
DATATYPES = {name: ox.NamedNode(XSD + name) for name in ("boolean", "integer", "string")}
PATH = sh("path")
TARGETS = tuple(sh(name) for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
DEFAULT_SEVERITY = sh("Violation")
_NEAR = 0.93
"""How like SHACL's namespace one is that is meant for it: a letter or two differ."""
_PARTNERS = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
    "qualifiedMinCount": ("qualifiedValueShape",),
    "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
}
"""By parameter, those that it means nothing without (SHACL sections 4.4.3, 4.7.3 and 4.8.1)."""


def read_shapes(graph: ShapesGraph) -> list[Shape]:
    """Read the shapes that have targets.

    Raises:
        ParseError: for shapes that are not well-formed, or refer to themselves.
    """
    for node in graph.nodes():
        if found := graph.objects(node, sh("entailment")):
            graph.unread(node, sh("entailment"), f"{graph.names.term(found[0])} is not supported")
    reader = _Reader(graph)
    shapes = [reader.shape(node) for node in graph.nodes() if reader.is_shape(node)]
    return [shape for shape in shapes if shape.targets]


class _Reader:
    def __init__(self, graph: ShapesGraph) -> None:
        self.graph = graph
        self._shapes: dict[Term, Shape] = {}
        self._open: list[Term] = []
        self._components = components(graph)
        self._declared = set(graph.instances(sh("Shape"), sh("NodeShape"), sh("PropertyShape")))
        self._classes = set(graph.instances(*CLASSES))
        self._check_terms()

    def _check_terms(self) -> None:
        """Refuse the terms that mean nothing where they stand."""
        graph, places = self.graph, defaultdict[Node, frozenset[str]](frozenset)
        for node in filter(self.is_shape, graph.nodes()):
            places[node] |= TERMS["shape"]
        for component in self._components:
            places[component.node] |= TERMS["component"]
        for subject, predicate, value in graph.triples:
            node, place = (subject, "annotation") if predicate == REIFIES else (value, PLACES.get(predicate.value))
            if place:
                places[node] |= TERMS[place]
        declared = (one for it in self._components for one in (*it.required.values(), *it.optional.values()))
        passed = TERMS["people"].union(one.value for one in declared)
        for subject, predicate, value in (triple for triple in graph.triples if triple.predicate.value not in passed):
            values = TERMS["class"] if predicate in (TYPE, SUBCLASS) else VOCABULARY
            if found := why_unread(graph.names, predicate, places.get(subject, TERMS["other"])):
                graph.unread(subject, predicate, found)
            elif isinstance(value, ox.NamedNode) and (found := why_unread(graph.names, value, values)):
                graph.unread(subject, predicate, found, value)

    def is_shape(self, node: Term) -> bool:
        return node in self._declared or any(self.graph.objects(node, predicate) for predicate in TARGETS)

    def shape(self, node: Term) -> Shape:
        if node in self._shapes:
            return self._shapes[node]
        if node in self._open:
            cycle = [*self._open[self._open.index(node) :], node]
            self.graph.fail(
                node, None, f"is recursive: {' -> '.join(map(self.graph.label, cycle))}: take one reference out"
            )
        assert not isinstance(node, ox.Literal)
        self._open.append(node)
        self._shapes[node] = shape = self._read(node)
        self._open.pop()
        return shape

    def _read(self, node: ox.NamedNode | ox.BlankNode) -> Shape:
        graph = self.graph
        for name, partners in _PARTNERS.items():
            if graph.objects(node, sh(name)) and not any(graph.objects(node, sh(partner)) for partner in partners):
                listed = " or ".join(f"sh:{partner}" for partner in partners)
                where = graph.position(node, sh(name)) or "shapes"
                graph.warnings[f"{where}: {graph.label(node)}: sh:{name} means nothing without {listed}"] = None
        found = graph.objects(node, PATH)
        if len(found) > 1:
            graph.fail(node, PATH, f"has {len(found)} values of sh:path: give one")
        if not found and sh("PropertyShape") in graph.objects(node, TYPE):
            graph.fail(node, None, "is a property shape without sh:path: give it one")
        path = read_path(graph, node, found[0]) if found else None
        severity = graph.value(node, sh("severity")) or DEFAULT_SEVERITY
        if not isinstance(severity, ox.NamedNode):
            graph.fail(node, sh("severity"), f"sh:severity is an IRI, not {severity}", severity)
        if why := why_unread(graph.names, severity, TERMS["severity"]):
            graph.unread(node, sh("severity"), why, severity)
        messages = self._messages(node)
        constraints = () if self._flag(node, "deactivated") else tuple(self._constraints(node, path))
        return Shape(node, path, self._targets(node), severity, messages, constraints, partial(graph.position, node))

    def _targets(self, node: Term) -> Targets:
        graph = self.graph
        classes, nodes, subjects_of, objects_of = (graph.objects(node, predicate) for predicate in TARGETS)
        if node in self._declared and node in self._classes:
            classes = [*classes, node]
        for predicate, values in zip(TARGETS, (classes, (), subjects_of, objects_of), strict=True):
            for value in values:
                if not isinstance(value, ox.NamedNode):
                    problem = f"{graph.names.term(predicate)} is an IRI, not {graph.names.term(value)}"
                    graph.fail(node, predicate, problem, value)
        for value in nodes:
            if isinstance(value, ox.BlankNode):
                graph.fail(node, TARGETS[1], "sh:targetNode is an IRI or a literal, not a blank node")
        return Targets(_iris(classes), tuple(nodes), _iris(subjects_of), _iris(objects_of))

    def _messages(self, node: Term) -> tuple[ox.Literal, ...]:
        messages = self.graph.objects(node, sh("message"))
        for message in messages:
            if not isinstance(message, ox.Literal) or not (message.language or message.datatype == DATATYPES["string"]):
                problem = f"sh:message is a text, not {self.graph.names.term(message)}"
                self.graph.fail(node, sh("message"), problem, message)
        return tuple(message for message in messages if isinstance(message, ox.Literal))

    def _flag(self, node: Term, name: str) -> bool:
        """Whether a parameter is `true`: in the SHACL suite, `1` does not switch a component on."""
        value = self.graph.value(node, sh(name))
        if value is None:
            return False
        self._check(node, sh(name), "boolean", value)
        return value.value == "true"

    def _constraints(self, node: ox.NamedNode | ox.BlankNode, path: paths.Path | None) -> Iterable[Constraint]:
        graph = self.graph
        for name, parameter in PARAMETERS.items():
            predicate = sh(name)
            values = graph.objects(node, predicate)
            if not values:
                continue
            if parameter.property_shapes_only and path is None:
                graph.fail(node, predicate, f"is a node shape, where sh:{name} has no meaning: give it a sh:path")
            if not parameter.several:
                graph.value(node, predicate)
            for value in values:
                yield from self._constraint(node, name, parameter, value)
        yield from self._qualified(node, path)
        yield from sparql_constraints(graph, node, path, self._components)

    def _constraint(
        self, node: ox.NamedNode | ox.BlankNode, name: str, parameter: Parameter, value: Term
    ) -> Iterable[Constraint]:
        graph, predicate = self.graph, sh(name)
        component = sh(f"{parameter.component}ConstraintComponent")
        match parameter.kind:
            case "shape" | "shapes":
                nodes = (value,) if parameter.kind == "shape" else graph.list(node, predicate, value)
                yield Constraint(component, shapes=tuple(self._nested(node, predicate, one) for one in nodes))
                return
            case "IRIs" | "strings" | "terms":
                members = graph.list(node, predicate, value)
                for member in members:
                    self._check(node, predicate, parameter.kind.removesuffix("s"), member)
                yield Constraint(component, members)
                return
        self._check(node, predicate, parameter.kind, value)
        match name:
            case "nodeKind" if value.value.removeprefix(SH) not in NODE_KINDS:
                kinds = ", ".join(f"sh:{kind}" for kind in NODE_KINDS)
                graph.fail(node, predicate, f"sh:nodeKind is one of {kinds}, not {graph.names.term(value)}", value)
            case "pattern":
                flags = graph.value(node, sh("flags"))
                if flags is not None:
                    self._check(node, sh("flags"), "string", flags)
                if not is_pattern(value.value, flags.value if flags is not None else ""):
                    known = "without look-around, back-references, \\i and \\c"
                    graph.fail(
                        node, predicate, f"has {value}, no regular expression that we know: write one {known}", value
                    )
                yield Constraint(component, (value,) if flags is None else (value, flags))
            case "closed":
                if self._flag(node, name):
                    yield Constraint(component, self._allowed(node))
            case "uniqueLang":
                if self._flag(node, name):
                    yield Constraint(component)
            case _:
                yield Constraint(component, (value,))

    def _allowed(self, node: Term) -> tuple[Term, ...]:
        """Return the predicates that a closed shape allows."""
        graph, ignored = self.graph, sh("ignoredProperties")
        properties = [path for shape in graph.objects(node, sh("property")) for path in graph.objects(shape, PATH)]
        head = graph.value(node, ignored)
        listed = () if head is None else graph.list(node, ignored, head)
        for value in listed:
            self._check(node, ignored, "IRI", value)
        allowed = (*(path for path in properties if isinstance(path, ox.NamedNode)), *listed)
        return tuple(dict.fromkeys(allowed))

    def _qualified(self, node: ox.NamedNode | ox.BlankNode, path: paths.Path | None) -> Iterable[Constraint]:
        graph, predicate = self.graph, sh("qualifiedValueShape")
        value = graph.value(node, predicate)
        bounds = {name: graph.value(node, sh(name)) for name in ("qualifiedMinCount", "qualifiedMaxCount")}
        if value is None:
            return
        if path is None:
            graph.fail(node, predicate, "is a node shape, where sh:qualifiedValueShape has no meaning")
        siblings: list[Term] = []
        if self._flag(node, "qualifiedValueShapesDisjoint"):
            siblings = [
                other
                for parent in graph.subjects(sh("property"), node)
                for sibling in graph.objects(parent, sh("property"))
                for other in graph.objects(sibling, predicate)
                if other != value
            ]
        shapes = tuple(self._nested(node, predicate, one) for one in dict.fromkeys([value, *siblings]))
        for name, bound in bounds.items():
            if bound is not None:
                self._check(node, sh(name), "integer", bound)
                component = sh(f"{name[0].upper()}{name[1:]}ConstraintComponent")
                yield Constraint(component, (bound,), shapes)

    def _nested(self, node: Term, predicate: ox.NamedNode, value: Term) -> Shape:
        graph = self.graph
        if isinstance(value, ox.Literal):
            graph.fail(node, predicate, f"{graph.names.term(predicate)} is a shape, not {value}", value)
        if predicate == sh("property") and not graph.objects(value, PATH):
            graph.fail(node, predicate, f"refers by sh:property to {graph.label(value)}, which has no sh:path", value)
        if predicate == sh("node") and graph.objects(value, PATH):
            graph.fail(node, predicate, f"refers by sh:node to {graph.label(value)}, which has a sh:path", value)
        if isinstance(value, ox.NamedNode) and not graph.predicates(value):
            graph.unread(node, predicate, f"{graph.names.term(value)} is not described", value)
        return self.shape(value)

    def _check(self, node: Term, predicate: ox.NamedNode, kind: str, value: Term) -> None:
        right = kind == "term" or isinstance(value, ox.NamedNode if kind == "IRI" else ox.Literal)
        if isinstance(value, ox.Literal) and kind in DATATYPES:
            right = value.datatype == DATATYPES[kind] and (kind != "integer" or value.value.lstrip("+").isdecimal())
        if not right:
            wanted = {"IRI": "an IRI", "integer": "a whole number from 0"}.get(kind, f"a {kind}")
            problem = f"{self.graph.names.term(predicate)} takes {wanted}, not {self.graph.names.term(value)}"
            self.graph.fail(node, predicate, problem, value)


def _iris(values: Iterable[Term]) -> tuple[ox.NamedNode, ...]:
    return tuple(value for value in dict.fromkeys(values) if isinstance(value, ox.NamedNode))


def read_path(graph: ShapesGraph, shape: Term, node: Term, within: tuple[Term, ...] = ()) -> paths.Path:
    """Read the path at a node of the shapes graph (SHACL section 2.3.1)."""
    if isinstance(node, ox.Literal) or node in within:
        graph.fail(shape, PATH, "has a path that is a literal or contains itself: write an IRI or a path", node)
    if isinstance(node, ox.NamedNode) and node != RDF_NIL:
        return paths.Predicate(node)
    within = (*within, node)
    if graph.objects(node, RDF_FIRST):
        parts = graph.list(shape, PATH, node)
        if len(parts) < 2:
            graph.fail(shape, PATH, "has a sequence path of fewer than two parts: name the part itself")
        return paths.Sequence(tuple(read_path(graph, shape, part, within) for part in parts))
    kinds = ("inversePath", "alternativePath", *paths.REPEATS)
    found = [(name, value) for name in kinds for value in graph.objects(node, sh(name))]
    if len(found) != 1:
        graph.fail(shape, PATH, "has a blank node as sh:path that is not exactly one of SHACL's kinds of paths")
    name, value = found[0]
    if name == "alternativePath":
        parts = graph.list(shape, PATH, value)
        if len(parts) < 2:
            graph.fail(shape, PATH, "has an alternative path of fewer than two parts: name the part itself")
        return paths.Alternative(tuple(read_path(graph, shape, part, within) for part in parts))
    inner = read_path(graph, shape, value, within)
    return paths.Inverse(inner) if name == "inversePath" else paths.Repeat(inner, paths.REPEATS[name])


class LoadedShapes:
    """The shapes with targets of some files and graphs; with `allow_unknown`, what is not understood is left out.

    Files are given by the names that messages show; `texts` stand for what is on disk. With `relative`, their IRIs may
    be relative to them. Messages write other IRIs with `names`. Shapes are `optional` where data need not have
    something of each kind, as those of a workspace.

    Raises:
        ParseError: for a file that is not Turtle, or shapes that are not well-formed.
    """

    def __init__(
        self,
        files: Iterable[tuple[str, Path]],
        graphs: Iterable[Graph] = (),
        names: Names = STANDARD_NAMES,
        relative: bool = True,
        texts: Mapping[Path, str] = MappingProxyType({}),
        allow_unknown: bool = False,
        optional: bool = False,
    ) -> None:
        files = list(files)
        self.optional = optional
        triples = [
            triple
            for name, path in files
            for text in [texts[path] if path in texts else read_text(path, name)]
            for triple in parse_turtle(text, name, file_iri(path) if relative else None)[0]
        ]
        self.triples = _renamed([*triples, *graph_triples(graphs)])
        self.graph = ShapesGraph(self.triples, Positions(files, texts).position, names, allow_unknown)
        self.names = names
        self.shapes = read_shapes(self.graph)
        if not (self.shapes or self.graph.warnings or optional):
            where = files[0][0] if len(files) == 1 else "shapes"
            raise ParseError(where, None, None, f"no shape has a target: {_why_no_target(self.graph)}")


def _why_no_target(graph: ShapesGraph) -> str:
    """Say the likeliest cause why a shapes graph has no shape with a target."""
    used = {
        re.sub("[^#/]*$", "", iri.value)
        for triple in graph.triples
        for iri in (triple.predicate, triple.object)
        if isinstance(iri, ox.NamedNode)
    }
    imports = [one.object for one in graph.triples if one.predicate.value == f"{OWL}imports"]
    if not graph.triples:
        return "there are no triples"
    if near := get_close_matches(SH, used - {SH}, 1, _NEAR):
        return f"{near[0]} is not SHACL's namespace: write {SH}"
    if imports:
        return f"{', '.join(map(str, imports))} is imported, which is not followed: give that file too"
    return "give one sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf"


Shapes = Sources | LoadedShapes


def load_shapes(shapes: Shapes, names: Names = STANDARD_NAMES, allow_unknown: bool = False) -> LoadedShapes:
    """Load the shapes of files and graphs, if they are not loaded yet.

    Raises:
        ParseError: for a file that is not Turtle, or shapes that are not well-formed.
    """
    if isinstance(shapes, LoadedShapes):
        return shapes
    paths, graphs = split_sources(shapes)
    return LoadedShapes(((str(path), path) for path in paths), graphs, names, allow_unknown=allow_unknown)


def _renamed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Number the blank nodes of triples in order, so that reports come in one order."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def name(node: ox.BlankNode) -> ox.BlankNode:
        return names.setdefault(node, ox.BlankNode(f"s{len(names):06}"))

    return [rename(triple, name) for triple in triples]
