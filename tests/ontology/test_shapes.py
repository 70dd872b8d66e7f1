"""Shapes: each has examples that pass and examples that fail as expected, and together they cover the vocabulary.

An example, `tests/shapes/<shape file>/<passing or failing>-<what>.ttl`, is judged in the context of the vocabulary, the
concepts and `tests/shapes/context.ttl`, with the superclasses that a rule derives; only the things that it describes
are validated. The results that a failing example must give stand beside it in a CSV file, one a line: the thing, the
path, the severity, the constraint component, and the shape or SPARQL constraint.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from foc_graph.namespaces import BASE, COAL, short
from foc_graph.shacl import Report, validate
from foc_graph.shacl.engine import Engine
from foc_graph.shacl.shapes_reader import LoadedShapes
from foc_graph.validation import SlugNames
from tests.support import ROOT

EXAMPLES = ROOT / "tests" / "shapes"
SHAPE_FILES = sorted((ROOT / "ontology" / "shapes").rglob("*.ttl"))
VOCABULARY = ROOT / "ontology" / "coalition.ttl"
REUSED = ROOT / "ontology" / "reused-terms.ttl"
CONTEXT_FILES = [VOCABULARY, REUSED, *sorted((ROOT / "ontology" / "concepts").glob("*.ttl")), EXAMPLES / "context.ttl"]
PASSING = sorted(EXAMPLES.glob("*/passing-*.ttl"))
FAILING = sorted(EXAMPLES.glob("*/failing-*.ttl"))

COMPONENTS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH.disjoint: "Disjoint",
    SH.hasValue: "HasValue",
    SH["in"]: "In",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.maxCount: "MaxCount",
    SH.maxInclusive: "MaxInclusive",
    SH.minCount: "MinCount",
    SH.minInclusive: "MinInclusive",
    SH.minLength: "MinLength",
    SH.node: "Node",
    SH.nodeKind: "NodeKind",
    SH["or"]: "Or",
    SH.pattern: "Pattern",
    SH.qualifiedMinCount: "QualifiedMinCount",
    SH.sparql: "SPARQL",
    SH.uniqueLang: "UniqueLang",
}
"""The constraint components that the shapes use, by parameter."""


class Outcome(NamedTuple):
    """One validation result, as a line of a file of expected results."""

    focus: str
    path: str
    severity: str
    component: str
    shape: str


def read(paths: Iterable[Path]) -> Graph:
    """The merged graph of Turtle files."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@cache
def vocabulary() -> Graph:
    """The vocabulary."""
    return read([VOCABULARY])


def with_superclasses(paths: Iterable[Path]) -> Graph:
    """The merged graph of Turtle files, and each thing's classes above its own."""
    graph, above = read(paths), vocabulary()
    for thing, kind in list(graph.subject_objects(RDF.type)):
        for broader in above.transitive_objects(kind, RDFS.subClassOf):
            graph.add((thing, RDF.type, broader))
    return graph


@cache
def context() -> Graph:
    """What surrounds every example."""
    return with_superclasses(CONTEXT_FILES)


def judge(example: Path, loaded: LoadedShapes, engine: Engine = "sparql") -> Counter[Outcome]:
    """The results about the things that an example describes, each with the number of times it occurs."""
    graph = with_superclasses([example])
    described = {str(thing) for thing in graph.subjects() if isinstance(thing, URIRef)}
    return outcomes(validate([context(), graph], loaded, focus=described, engine=engine))


def outcomes(report: Report) -> Counter[Outcome]:
    """The results of a report, each with the number of times it occurs."""
    return Counter(
        Outcome(short(result.focus), short(result.path), result.severity, result.component, short(result.shape))
        for result in report.results
    )


def expected(example: Path) -> Counter[Outcome]:
    """The results listed beside a failing example."""
    with example.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return Counter(Outcome(**row) for row in csv.DictReader(file))


def example_name(path: Path) -> str:
    """The name of an example in a test report."""
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def loaded() -> LoadedShapes:
    """The shapes as they are compiled."""
    return LoadedShapes(((path.name, path) for path in SHAPE_FILES), names=SlugNames())


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """All shapes."""
    return read(SHAPE_FILES)


def targeted(shapes: Graph) -> set[Node]:
    """The shapes that have focus nodes of their own."""
    return {shape for predicate in (SH.targetClass, SH.targetSubjectsOf) for shape in shapes.subjects(predicate)}


def reporting(shapes: Graph) -> set[Node]:
    """The shapes that results name; the others only say what the value of a property must be."""
    own = targeted(shapes)
    return own | {part for shape in own for part in shapes.objects(shape, SH.property)}


def test_the_context_conforms(loaded: LoadedShapes) -> None:
    assert not validate(context(), loaded).results


@pytest.mark.parametrize("example", PASSING, ids=example_name)
def test_passing_example_conforms(example: Path, loaded: LoadedShapes) -> None:
    assert not judge(example, loaded)


@pytest.mark.parametrize("example", FAILING, ids=example_name)
@pytest.mark.parametrize("engine", ["sparql", "pyshacl"])
def test_failing_example_gives_exactly_its_results(example: Path, loaded: LoadedShapes, engine: Engine) -> None:
    assert judge(example, loaded, engine) == expected(example)


def test_every_file_of_shapes_has_examples() -> None:
    files = {path.stem for path in SHAPE_FILES} - {"prefixes"}
    assert {path.parent.name for path in PASSING} == files
    assert {path.parent.name for path in FAILING} == files


def test_every_constraint_has_an_example_that_fails(shapes: Graph) -> None:
    constraints = {
        (short(str(constraint if parameter == SH.sparql else shape)), f"{component}ConstraintComponent")
        for shape in reporting(shapes)
        for parameter, component in COMPONENTS.items()
        for constraint in shapes.objects(shape, parameter)
    }
    failed = {(result.shape, result.component) for example in FAILING for result in expected(example)}
    assert constraints - failed == set()


def test_every_class_has_a_shape(shapes: Graph) -> None:
    classes = set(shapes.objects(None, SH.targetClass))
    own = {term for term in vocabulary().subjects(RDF.type, OWL.Class) if str(term).startswith(COAL)}
    uncovered = {term for term in own if not classes & set(vocabulary().transitive_objects(term, RDFS.subClassOf))}
    assert own
    assert not uncovered


def test_every_property_has_a_shape_or_a_domain_and_a_range_for_the_generic_one(shapes: Graph) -> None:
    constrained = set(shapes.objects(None, SH.path))
    places = [
        (RDFS.domain, URIRef("https://schema.org/domainIncludes")),
        (RDFS.range, URIRef("https://schema.org/rangeIncludes")),
    ]
    placed = [{term for way in ways for term in vocabulary().subjects(way)} for ways in places]
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    own = {term for kind in kinds for term in vocabulary().subjects(RDF.type, kind) if str(term).startswith(COAL)}
    assert own
    assert own - constrained - (placed[0] & placed[1]) == set()


def test_shapes_are_named_and_active_and_used(shapes: Graph) -> None:
    kinds = (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint)
    named = {shape for kind in kinds for shape in shapes.subjects(RDF.type, kind)}
    mentioned = {node for triple in shapes for node in triple[2:]}
    assert all(isinstance(shape, URIRef) and shape.startswith(BASE + "shapes/") for shape in named)
    assert named == targeted(shapes) | (named & mentioned)
    assert (None, SH.deactivated, None) not in shapes


def test_only_known_components_are_used(shapes: Graph) -> None:
    other = {SH.alternativePath, SH.declare, SH.inversePath, SH.languageIn, SH.message, SH.namespace, SH.path}
    other |= {SH.prefix, SH.prefixes, SH.property, SH.qualifiedValueShape, SH.select, SH.severity, SH.zeroOrMorePath}
    used = {predicate for predicate in shapes.predicates() if str(predicate).startswith(str(SH))}
    assert used - other - set(COMPONENTS) == {SH.targetClass, SH.targetSubjectsOf}


def test_every_constraint_tells_a_curator_what_to_do(shapes: Graph) -> None:
    for kind in (SH.PropertyShape, SH.SPARQLConstraint):
        for shape in shapes.subjects(RDF.type, kind):
            messages = list(shapes.objects(shape, SH.message))
            assert [isinstance(message, Literal) and message.language for message in messages] == ["en"], shape
