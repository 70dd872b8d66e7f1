"""Slugs, CURIEs and IRIs."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.namespaces import BASE, PREFIXES, expand, possible_iris, short, slug
from foc_graph.rdf.terms import curie, is_iri
from tests.support.campaign import campaign


@campaign(250)
@given(st.sampled_from(sorted(PREFIXES)), st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True))
def test_a_curie_expands_to_the_iri_it_was_made_from(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    assert curie(iri, PREFIXES) == f"{prefix}:{local}"
    assert expand(f"{prefix}:{local}") == iri == expand(iri)


@campaign(250)
@given(st.from_regex(r"[a-z]{1,3}:[^\n]{0,12}", fullmatch=True))
def test_an_iri_that_is_accepted_is_the_same_in_turtle(text: str) -> None:
    if is_iri(text):
        (quad,) = ox.parse(f"{ox.NamedNode(text)} <a:b> 1 .", format=ox.RdfFormat.TURTLE)
        assert quad.subject == ox.NamedNode(text)
    else:
        assert expand(text) is None or text.partition(":")[0] in PREFIXES


@pytest.mark.parametrize("text", ["foc", "http://a b", "http://a/<x>", 'x:"', "1a:b", "", "x:\u0000"])
def test_what_is_no_iri_is_not_expanded(text: str) -> None:
    assert expand(text) is None


def test_things_are_written_short() -> None:
    assert slug(BASE + "id/foc/wg1") == "foc/wg1"
    assert slug("http://example.org/id/foc") is None
    assert [short(BASE + name) for name in ("id/foc", "ns#Body", "concept/role/chair")] == [
        "foc",
        "coal:Body",
        "concept/role/chair",
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("foc/wg1", ["https://example.org/id/foc/wg1", f"{BASE}id/foc/wg1"]),
        ("concept/role/chair", ["https://example.org/concept/role/chair", f"{BASE}concept/role/chair"]),
        ("coal:Body", [f"{BASE}ns#Body"]),
    ],
)
def test_a_name_stands_for_own_and_shared_things_and_concepts(text: str, names: list[str]) -> None:
    assert possible_iris(text, "https://example.org/") == names
