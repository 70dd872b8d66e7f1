"""Results: records, standard formats, data frames."""

import csv
import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.store.results import ROW_FORMATS, Triples, as_rows, python_value
from tests.support.campaign import campaign

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_records_hold_python_values(small: Graph) -> None:
    text = f"""SELECT * WHERE {{ VALUES (?i ?d ?b ?s ?y ?u ?n) {{
        (5 2.5 true "x"@en "2015"^^<{XSD}gYear> <http://e/x> UNDEF) }} }}"""
    expected = {"i": 5, "d": 2.5, "b": True, "s": "x", "y": "2015", "u": "http://e/x", "n": None}
    assert list(as_rows(small.sparql(text))) == [expected]


def test_a_query_may_name_the_graphs_that_it_asks(small: Graph) -> None:
    assert small.sparql("ASK { ?s ?p ?o }") is True
    assert small.sparql("ASK FROM <x:none> { ?s ?p ?o }") is False


@campaign(250)
@given(st.text(max_size=6), st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string"]))
def test_any_literal_has_a_value(text: str, datatype: str) -> None:
    """Ill-typed literals are data too: they come as they are written."""
    value = python_value(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)))
    assert value == text if isinstance(value, str) else datatype in ("integer", "decimal", "double", "boolean")


def test_standard_formats_tell_the_same(small: Graph) -> None:
    found = as_rows(small.sparql('SELECT ?a ?b WHERE { VALUES (?a ?b) { ("x,\\"y\\"\\n" <http://e>) ("z" UNDEF) } }'))
    assert found.to_csv() == 'a,b\r\n"x,""y""\n",http://e\r\nz,\r\n'
    assert list(csv.reader(io.StringIO(found.to_csv(), newline="")))[1:] == [['x,"y"\n', "http://e"], ["z", ""]]
    assert json.loads(found.to_json())["head"]["vars"] == ["a", "b"]
    for format in ("json", "xml", "tsv"):
        again = ox.parse_query_results(found.serialise(format), format=ROW_FORMATS[format])
        assert [tuple(solution) for solution in again] == list(found.terms)


def test_a_format_that_does_not_fit_is_refused(small: Graph) -> None:
    with pytest.raises(ParameterError, match="rows have no format 'ttl': choose csv, tsv, json, xml"):
        as_rows(small.sparql("SELECT ?x WHERE { }")).serialise("ttl")
    triples = small.sparql("CONSTRUCT { <a:s> <a:p> 1 } WHERE { }")
    assert isinstance(triples, Triples)
    with pytest.raises(ParameterError, match="a graph has no format 'csv': choose ttl, nt, jsonld"):
        triples.serialise("csv")


def test_a_thing_is_described_by_its_triples(small: Graph) -> None:
    triples = small.describe("first/group")
    assert {triple.subject.value for triple in triples} == {"https://example.org/coalition/id/first/group"}
    assert b"coal:WorkingGroup" in triples.serialise("ttl")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?x WHERE {\n ?x ?y }", "query:2:9: not a SPARQL 1.1 query at or before the end of '.x .y }'"),
        ("SELECT ?x WHERE { ?x nope:y 1 }", "query:1:28: .*a prefix is not declared"),
        ("SELECT ?x WHERE " + "{" * 3000 + "}" * 3000, "nested deeper than 64 levels"),
        ("ASK { } #" + "x" * 1_000_001, "longer than 1,000,000 characters"),
        ("ASK { ?s ?p '\ud800' }", "query:1:14: not valid Unicode text"),
        ("INSERT DATA { <a:b> <a:c> 1 }", "query:1:1: .* the graph is read-only here: ask a query instead"),
    ],
)
def test_what_is_no_query_is_refused_with_the_place(small: Graph, text: str, message: str) -> None:
    from foc_graph.errors import ParseError

    with pytest.raises(ParseError, match=message) as error:
        small.sparql(text)
    assert "\n" not in str(error.value)
