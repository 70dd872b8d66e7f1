"""Shapes: each has examples that pass and examples that fail as expected, and together they cover the vocabulary.

An example, `tests/shapes/<shape file>/<passing or failing>-<what>.ttl`, is judged in the context of the vocabulary, the
concepts and `tests/shapes/context.ttl`, with the superclasses that a rule derives; only the things that it describes
are validated. All are judged together, each in a namespace of its own with a context of its own, `World`. What several
have in common (an identifier of Wikidata, say) must therefore differ. The results that a failing example must give
stand beside it in a CSV file, one a line: the thing, the path, the severity, the constraint component, and the shape or
SPARQL constraint.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from foc_graph.namespaces import BASE, COAL, short
from foc_graph.rdf.terms import RDF_TYPE, Term
from foc_graph.shacl import Report, validate
from foc_graph.shacl.engine import Engine
from foc_graph.shacl.shapes_reader import LoadedShapes
from foc_graph.validation import SlugNames
from tests.support import ROOT

EXAMPLES = ROOT / "tests" / "shapes"
SHAPE_FILES = sorted((ROOT / "ontology" / "shapes").rglob("*.ttl"))
VOCABULARY = ROOT / "ontology" / "coalition.ttl"
REUSED = ROOT / "ontology" / "reused-terms.ttl"
SHARED = [VOCABULARY, REUSED, *sorted((ROOT / "ontology" / "concepts").glob("*.ttl"))]
AROUND = EXAMPLES / "context.ttl"
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


@cache
def broader(kind: str) -> list[ox.NamedNode]:
    """A class and all above it."""
    return [ox.NamedNode(str(one)) for one in vocabulary().transitive_objects(URIRef(kind), RDFS.subClassOf)]


def triples(*paths: Path) -> set[ox.Triple]:
    """The triples of Turtle files, and each thing's classes above its own."""
    found = [quad.triple for path in paths for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    typed = [one for one in found if one.predicate.value == RDF_TYPE]
    return {
        *found,
        *(ox.Triple(one.subject, one.predicate, kind) for one in typed for kind in broader(one.object.value)),
    }


class World:
    """An example, and the things around it, in a namespace of its own."""

    def __init__(self, example: Path) -> None:
        own = triples(example)
        self._name = f"{example.parent.name}/{example.stem}/"
        self._described = {one.subject.value for one in own}
        self.triples = {ox.Triple(*map(self._moved, one)) for one in own | triples(AROUND)}
        self.focus = {self._moved(one.subject).value for one in own}

    def _moved(self, term: Term) -> Term:
        if isinstance(term, ox.NamedNode):
            for base in (BASE, "https://example.org/"):
                shared = base == BASE and not term.value.startswith(f"{BASE}id/") and term.value not in self._described
                if term.value.startswith(base) and not shared and not term.value.startswith(COAL):
                    return ox.NamedNode(f"{base}{self._name}{term.value.removeprefix(base)}")
        return term

    def outcomes(self, report: Report) -> Counter[Outcome]:
        """The results about its things, by their own names, each with the number of times it occurs."""
        return Counter(
            Outcome(
                short(one.focus.replace(self._name, "", 1)),
                short(one.path.replace(self._name, "", 1)),
                one.severity,
                one.component,
                short(one.shape),
            )
            for one in report.results
            if one.focus in self.focus
        )


def saved(found: Iterable[ox.Triple], folder: Path) -> Path:
    """A file of triples."""
    ox.serialize(found, folder / "data.nt", format=ox.RdfFormat.N_TRIPLES)
    return folder / "data.nt"


def judge(examples: Sequence[Path], loaded: LoadedShapes, folder: Path, engine: Engine) -> dict[Path, Counter[Outcome]]:
    """The results about the things that examples describe, in one validation."""
    worlds = {example: World(example) for example in examples}
    focus = [thing for world in worlds.values() for thing in world.focus]
    assert max(Counter(focus).values()) == 1, "two examples describe one thing"
    data = saved(triples(*SHARED).union(*(world.triples for world in worlds.values())), folder)
    report = validate(data, loaded, focus=focus, engine=engine)
    return {example: world.outcomes(report) for example, world in worlds.items()}


def expected(example: Path) -> Counter[Outcome]:
    """The results listed beside a failing example; a passing one has none."""
    if example in PASSING:
        return Counter()
    with example.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return Counter(Outcome(**row) for row in csv.DictReader(file))


def example_name(path: Path) -> str:
    """The name of an example in a test report."""
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def loaded() -> LoadedShapes:
    """The shapes as they are compiled."""
    return LoadedShapes(((path.name, path) for path in SHAPE_FILES), names=SlugNames())


@pytest.fixture(scope="module", params=["sparql", pytest.param("duckdb", marks=pytest.mark.sweep)])
def judged(
    request: pytest.FixtureRequest, loaded: LoadedShapes, tmp_path_factory: pytest.TempPathFactory
) -> dict[Path, Counter[Outcome]]:
    """The results of all examples, of one engine."""
    return judge([*PASSING, *FAILING], loaded, tmp_path_factory.mktemp("examples"), request.param)


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


def test_the_context_conforms(loaded: LoadedShapes, tmp_path: Path) -> None:
    assert not validate(saved(triples(*SHARED, AROUND), tmp_path), loaded).results


@pytest.mark.parametrize("example", [*PASSING, *FAILING], ids=example_name)
def test_an_example_gives_exactly_its_results(example: Path, judged: dict[Path, Counter[Outcome]]) -> None:
    assert judged[example] == expected(example)


@pytest.mark.sweep
@pytest.mark.parametrize("example", {path.parent: path for path in FAILING}.values(), ids=example_name)
def test_pyshacl_gives_the_same_results(example: Path, loaded: LoadedShapes, tmp_path: Path) -> None:
    assert judge([example], loaded, tmp_path, "pyshacl")[example] == expected(example)


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
