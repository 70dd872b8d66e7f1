"""JSON-LD with shortened names."""

import json

import pyoxigraph as ox
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.rdf.jsonld import write_jsonld
from tests.support.campaign import campaign

BASE = "https://example.org/base/"
PREFIXES = {"ex": "https://example.org/ns#", "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#", "b": BASE}
"""Of addresses below the base, of a scheme, and of what stands at the base too."""

IRIS = st.sampled_from(
    [
        *(
            f"{BASE}{rest}"
            for rest in ("id/foc", "id/foc/wg1", "a", "", ".", "..", "a/../b", "a//b", "x:y", "#c", "é", "a?b")
        ),
        *(f"https://example.org/ns#{name}" for name in ("p", "a.b", "a-b", "", "a/b", "1")),
        *("geo:48.2,16.4", "ex:p", "urn:a:b", "http://www.w3.org/2003/01/geo/wgs84_pos#lat", "https://example.org/ba"),
    ]
).map(ox.NamedNode)
NODES = IRIS | st.sampled_from([ox.BlankNode(f"b{number}") for number in range(3)])
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREDICATES = IRIS | st.sampled_from([ox.NamedNode(f"{RDF}{name}") for name in ("type", "first", "rest", "value")])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(["geo:x", '"ex:p"', "@id"])
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "pt-br", "und"])),
    st.builds(lambda text, kind: ox.Literal(text, datatype=kind), st.sampled_from(["1", "01", "1.5E0", "no"]), IRIS),
)
GRAPHS = st.lists(st.builds(ox.Triple, NODES, PREDICATES, NODES | LITERALS), max_size=12)


@campaign(250)
@given(GRAPHS)
def test_what_is_written_is_read_back(triples: list[ox.Triple]) -> None:
    written = write_jsonld(triples, PREFIXES, BASE)
    read = [quad.triple for quad in ox.parse(written, format=ox.RdfFormat.JSON_LD)]
    assert same_graph(read, triples)


def same_graph(one: list[ox.Triple], other: list[ox.Triple]) -> bool:
    """Return whether two graphs are isomorphic."""
    found = []
    for triples in (one, other):
        dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found.append(set(dataset))
    return found[0] == found[1]


def test_names_are_short_and_single_values_stand_alone() -> None:
    thing, kind = ox.NamedNode(f"{BASE}id/foc"), ox.NamedNode(f"{RDF}type")
    label = ox.NamedNode("https://example.org/ns#label")
    triples = [
        ox.Triple(thing, kind, ox.NamedNode("https://example.org/ns#Coalition")),
        ox.Triple(thing, label, ox.Literal("Freedom Online Coalition", language="en")),
        ox.Triple(thing, label, ox.Literal("FOC")),
        ox.Triple(thing, ox.NamedNode("https://example.org/ns#part"), ox.NamedNode(f"{BASE}id/foc/wg1")),
    ]
    document = json.loads(write_jsonld(triples, PREFIXES, BASE))
    assert document["@context"] == {"@base": BASE, "ex": "https://example.org/ns#"}
    (foc,) = document["@graph"]
    assert foc == {
        "@id": "id/foc",
        "@type": "ex:Coalition",
        "ex:label": [{"@language": "en", "@value": "Freedom Online Coalition"}, "FOC"],
        "ex:part": {"@id": "id/foc/wg1"},
    }
    assert len(rdflib.Graph().parse(data=write_jsonld(triples, PREFIXES, BASE), format="json-ld")) == len(triples)
