"""Remarks on answers: why they are empty, what their certainties mean, and terms that nothing has."""

import pytest

from foc_graph.graph import Graph
from foc_graph.graph.remarks import explain_certainty, explain_empty, unknown_terms
from foc_graph.store.results import as_rows


@pytest.mark.parametrize(
    ("query", "given", "remark"),
    [
        (
            "members",
            {"coalition": "first", "as_of": "1999"},
            "First Coalition began on 8 December 2011, and the answer is as of 1999",
        ),
        ("functions", {"body": "first/group", "as_of": "today"}, " ended in "),
        ("events", {"coalition": "first", "kind": "conference", "as_of": "1980"}, " began "),
        ("bodies", {"coalition": "first", "kind": "steering-body"}, "without kind there "),
        ("search", {"text": "esttonia"}, "did you mean government/ee"),
        ("search", {"text": "qqqqqqqq"}, "nothing is called 'qqqqqqqq'"),
    ],
)
def test_an_empty_answer_says_why(small: Graph, query: str, given: dict[str, str], remark: str) -> None:
    bound = small.bind(query, **given)
    assert not len(as_rows(small.run(bound)))
    assert remark in str(explain_empty(small, bound))


def test_certainties_are_explained_where_they_are_not_all_certain(small: Graph) -> None:
    rows = small.rows("members", coalition="first", as_of="2090")
    remark = explain_certainty(rows, small.base)
    assert remark is not None and remark.text.startswith("presumed: ")
    assert "foc query why first/membership/" in str(remark)
    assert explain_certainty(small.rows("members", coalition="first"), small.base) is None


def test_terms_that_nothing_has_are_named_with_the_nearest(small: Graph) -> None:
    query = "SELECT ?a { ?a a coal:Coaliton ; skos:prefLabel ?b ; coal:bgin ?c ; <http://example.org/x> 1 }"
    assert [remark.partition(" or ")[0].rstrip("?") for remark in unknown_terms(small, query)] == [
        "nothing in the graph has coal:Coaliton: did you mean coal:Coalition",
        "nothing in the graph has coal:bgin: did you mean coal:begin",
    ]
    assert not list(unknown_terms(small, 'SELECT ?a { ?a a coal:Coalition FILTER("1"^^xsd:integer = 1) }'))
