"""The public face of the SHACL package: any graph, with the names of IRIs that a caller gives."""

import pyoxigraph as ox
import pytest
import rdflib

from foc_graph import shacl
from foc_graph.errors import UnknownNameError
from foc_graph.rdf.terms import STANDARD_PREFIXES
from foc_graph.store.embedded import EmbeddedStore
from tests.support import ROOT

EXAMPLES = ROOT / "docs" / "examples"
DATA, SHAPES = EXAMPLES / "people.ttl", EXAMPLES / "shapes.ttl"
NAMES = shacl.Names({**STANDARD_PREFIXES, "ex": "http://example.org/"})


def test_files_and_graphs_are_validated_alike() -> None:
    graphs = [rdflib.Graph().parse(path) for path in (DATA, SHAPES)]
    of_files, of_graphs = shacl.validate(DATA, SHAPES), shacl.validate(*graphs)
    assert [result.message for result in of_files.results] == [result.message for result in of_graphs.results]
    assert [result.position is None for result in of_graphs.results] == [True, True]
    assert [result.focus for result in shacl.Validator(DATA, SHAPES).validate().results] == [
        "http://example.org/ada",
        "http://example.org/grace",
    ]


def test_a_store_is_validated() -> None:
    store = EmbeddedStore.in_memory()
    store.load(ox.parse(path=DATA))
    assert len(shacl.validate_store(store, SHAPES).results) == 2


def test_iris_are_written_with_the_names_of_the_caller() -> None:
    assert "(http://example.org/ada)" in shacl.validate(DATA, SHAPES).to_text()
    shown = shacl.validate(DATA, SHAPES, names=NAMES)
    assert "(ex:ada)" in shown.to_text() and "coal:" not in shown.to_text(suggest=True)
    assert "+ ex:ada schema:birthDate" in shown.to_text(suggest=True)
    assert shown.to_sarif()["runs"][0]["results"][0]["ruleId"] == "ex:Person-born/DatatypeConstraintComponent"
    assert shacl.explain_shapes(SHAPES, ["Person-name"], NAMES).startswith("# ex:Person-name  ")


def test_names_of_the_caller_choose_things_and_shapes() -> None:
    found = shacl.validate(DATA, SHAPES, only=["ex:Person-name"], focus=["ex:grace"], names=NAMES)
    assert [result.message for result in found.results] == ["Name the person."]
    with pytest.raises(UnknownNameError):
        shacl.validate(DATA, SHAPES, focus=["ex:grace"])


def test_what_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        shacl.nothing  # noqa: B018
