"""SHACL Core, one node at a time, as the specification words it; no SPARQL but for comparisons."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pyoxigraph as ox

from foc_graph.rdf.terms import RDF_TYPE, RDFS, Term
from foc_graph.shacl.lexical_forms import BOUNDS, LEXICAL
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import Constraint, Shape, Targets, local_name

TYPE = ox.NamedNode(RDF_TYPE)
NARROWER = Repeat(Predicate(ox.NamedNode(RDFS + "subClassOf")), "*")
KINDS = {ox.NamedNode: "IRI", ox.BlankNode: "BlankNode", ox.Literal: "Literal"}


def validate(triples: Iterable[ox.Triple], shapes: Iterable[Shape]) -> list[Finding]:
    """The results of validating a data graph with the targeted shapes of a shapes graph."""
    graph = _Graph(triples)
    return [
        result for shape in shapes for node in graph.focus_nodes(shape.targets) for result in graph.results(shape, node)
    ]


class _Graph:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.objects: defaultdict[tuple[Term, ox.NamedNode], set[Term]] = defaultdict(set)
        self.subjects: defaultdict[tuple[Term, ox.NamedNode], set[Term]] = defaultdict(set)
        for triple in triples:
            self.objects[triple.subject, triple.predicate].add(triple.object)
            self.subjects[triple.object, triple.predicate].add(triple.subject)

    def values(self, path: Path, node: Term, inverse: bool = False) -> set[Term]:
        """The value nodes of a path (SHACL section 2.3.1)."""
        match path:
            case Predicate(iri):
                return set((self.subjects if inverse else self.objects)[node, iri])
            case Inverse(inner):
                return self.values(inner, node, not inverse)
            case Sequence(parts):
                found = {node}
                for part in reversed(parts) if inverse else parts:
                    found = {end for start in found for end in self.values(part, start, inverse)}
                return found
            case Alternative(parts):
                return {end for part in parts for end in self.values(part, node, inverse)}
            case Repeat(inner, times):
                found, new = set[Term](), self.values(inner, node, inverse)
                while new - found and times != "?":
                    found |= new
                    new = {end for start in new for end in self.values(inner, start, inverse)}
                return found | new | ({node} if times != "+" else set())
        raise AssertionError(path)

    def focus_nodes(self, targets: Targets) -> set[Term]:
        """The focus nodes of targets (SHACL section 2.1.3)."""
        found = set(targets.nodes)
        for one in targets.classes:
            for narrower in self.values(NARROWER, one, inverse=True):
                found |= self.subjects[narrower, TYPE]
        found |= {node for (node, predicate), ends in self.objects.items() if ends and predicate in targets.subjects_of}
        return found | {
            node for (node, predicate), ends in self.subjects.items() if ends and predicate in targets.objects_of
        }

    def conforms(self, shape: Shape, node: Term) -> bool:
        """Conformance checking (SHACL section 3.5)."""
        return not any(True for _ in self.results(shape, node))

    def results(self, shape: Shape, focus: Term) -> Iterator[Finding]:
        """The results of validating a focus node against a shape (SHACL section 3.4)."""
        values = {focus} if shape.path is None else self.values(shape.path, focus)
        for one in shape.constraints:
            if local_name(one) == "Property":
                for value in values:
                    yield from self.results(one.shapes[0], value)
                continue
            for value, path in self._failing(one, focus, values):
                yield Finding(focus, path or shape.path, value, shape.severity, one.component, shape.node, None, ())

    def _failing(self, one: Constraint, focus: Term, values: set[Term]) -> Iterator[tuple[Term | None, Path | None]]:
        """The value of each result, and its path where that is not the shape's (SHACL section 4)."""
        name, terms = local_name(one), one.terms
        match name:
            case "UniqueLang":
                tags = Counter(value.language for value in values if isinstance(value, ox.Literal) and value.language)
                yield from ((None, None) for number in tags.values() if number > 1)
            case "Equals":
                yield from ((value, None) for value in values ^ self.objects[focus, terms[0]])
            case "LessThan" | "LessThanOrEquals":
                operator = "<" if name == "LessThan" else "<="
                others = self.objects[focus, terms[0]]
                pairs = ((value, other) for value in values for other in others)
                yield from ((value, None) for value, other in pairs if not compares(value, operator, other))
            case "Closed":
                for (node, predicate), ends in self.objects.items():
                    if node in values and predicate not in terms:
                        yield from ((end, Predicate(predicate)) for end in ends)
            case "MinCount" | "MaxCount" | "HasValue" | "QualifiedMinCount" | "QualifiedMaxCount":
                if not self._as_a_set(one, values):
                    yield None, None
            case _:
                allowed = self._allowed(one, focus)
                yield from ((value, None) for value in values if not allowed(value))

    def _as_a_set(self, one: Constraint, values: set[Term]) -> bool:
        name, term = local_name(one), one.terms[0]
        if name == "HasValue":
            return term in values
        if one.shapes:
            wanted, *siblings = one.shapes
            values = {value for value in values if self.conforms(wanted, value)}
            values = {value for value in values if not any(self.conforms(shape, value) for shape in siblings)}
        return len(values) >= int(term.value) if "Min" in name else len(values) <= int(term.value)

    def _allowed(self, one: Constraint, focus: Term) -> Callable[[Term], bool]:
        """Whether a constraint allows a value node."""
        terms, shapes = one.terms, one.shapes
        match local_name(one):
            case "Class":
                return lambda value: terms[0] in self.values(Sequence((Predicate(TYPE), NARROWER)), value)
            case "Datatype":
                return lambda value: well_typed(value, terms[0])
            case "NodeKind":
                return lambda value: KINDS[type(value)] in terms[0].value
            case "MinExclusive":
                return lambda value: compares(terms[0], "<", value)
            case "MinInclusive":
                return lambda value: compares(terms[0], "<=", value)
            case "MaxExclusive":
                return lambda value: compares(terms[0], ">", value)
            case "MaxInclusive":
                return lambda value: compares(terms[0], ">=", value)
            case "MinLength":
                return lambda value: not isinstance(value, ox.BlankNode) and len(value.value) >= int(terms[0].value)
            case "MaxLength":
                return lambda value: not isinstance(value, ox.BlankNode) and len(value.value) <= int(terms[0].value)
            case "Pattern":
                found = re.compile(terms[0].value, re.IGNORECASE if len(terms) > 1 else 0).search
                return lambda value: not isinstance(value, ox.BlankNode) and bool(found(value.value))
            case "LanguageIn":
                return lambda value: any(in_language(value, term.value) for term in terms)
            case "Disjoint":
                return lambda value: value not in self.objects[focus, terms[0]]
            case "In":
                return lambda value: value in terms
            case "Not":
                return lambda value: not self.conforms(shapes[0], value)
            case "And" | "Node":
                return lambda value: all(self.conforms(shape, value) for shape in shapes)
            case "Or":
                return lambda value: any(self.conforms(shape, value) for shape in shapes)
            case "Xone":
                return lambda value: sum(self.conforms(shape, value) for shape in shapes) == 1
        raise AssertionError(one)


@cache
def compares(one: Term, operator: str, other: Term) -> bool:
    """Whether SPARQL's comparison of two terms is true, as the embedded engine has it."""
    if not (isinstance(one, ox.Literal) and isinstance(other, ox.Literal)):
        return False
    return bool(
        ox.Store().query(f"ASK {{ VALUES (?one ?other) {{ ({one} {other}) }} FILTER(?one {operator} ?other) }}")
    )


def well_typed(value: Term, datatype: Term) -> bool:
    """Whether a literal has a datatype and a text of its lexical space."""
    if not isinstance(value, ox.Literal) or value.datatype != datatype:
        return False
    if (pattern := LEXICAL.get(datatype.value)) and not re.fullmatch(pattern, value.value):
        return False
    least, most = BOUNDS.get(datatype.value, (None, None))
    return least is None or least <= int(value.value) <= most


def in_language(value: Term, tag: str) -> bool:
    """Whether a literal's language is in a basic range (RFC 4647, section 3.3.1)."""
    language = isinstance(value, ox.Literal) and value.language
    return bool(language) and f"{language}-".lower().startswith(f"{tag}-".lower())
