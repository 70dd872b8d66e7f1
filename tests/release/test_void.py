"""The statistics of a release in VoID: what they count is what the dumps hold."""

from collections import defaultdict

import pyoxigraph as ox
import rdflib
from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, SH, SKOS, VOID, XSD

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, PREFIXES
from tests.support.catalogues import Described
from tests.support.releases import read_dump
from tests.support.workspaces import COALITIONS

AUTHORITY = "http://publications.europa.eu/resource/authority/"
SCHEMA = rdflib.Namespace("https://schema.org/")
VOID_EXT = rdflib.Namespace("http://ldf.fi/void-ext#")


def number(graph: rdflib.Graph, node: rdflib.term.Node | None, predicate: rdflib.URIRef) -> int:
    value = graph.value(node, predicate)
    assert isinstance(value, rdflib.Literal)
    return int(value)


def sizes(graph: rdflib.Graph, node: rdflib.term.Node) -> tuple[int, int, int]:
    kinds = (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
    return number(graph, node, kinds[0]), number(graph, node, kinds[1]), number(graph, node, kinds[2])


def counted(triples: set[ox.Triple]) -> tuple[int, int, int]:
    return len(triples), len({triple.subject for triple in triples}), len({triple.object for triple in triples})


def test_statistics_are_those_of_the_dump(own: Described) -> None:
    graph, quads = own.statistics, read_dump(own.folder / "dumps/all.nq.gz")
    triples = {quad.triple for quad in quads}
    assert sizes(graph, own.release) == counted(triples)
    start = f"{own.snapshot.base}id/"
    entities = {triple.subject for triple in triples if str(triple.subject).startswith(f"<{start}")}
    assert number(graph, own.release, VOID.entities) == len(entities)

    by_property, by_class, by_graph = defaultdict(set), defaultdict(set), defaultdict(set)
    for triple in triples:
        by_property[triple.predicate.value].add(triple)
        if triple.predicate.value == str(RDF.type):
            by_class[triple.object.value].add(triple.subject)
    for quad in quads:
        by_graph[quad.graph_name.value].add(quad.triple)
    partitions = graph.objects(own.release, VOID.propertyPartition)
    assert {str(graph.value(node, VOID.property)): sizes(graph, node) for node in partitions} == {
        iri: counted(found) for iri, found in by_property.items()
    }
    assert number(graph, own.release, VOID.properties) == len(by_property)
    partitions = graph.objects(own.release, VOID.classPartition)
    assert {str(graph.value(node, VOID["class"])): number(graph, node, VOID.entities) for node in partitions} == {
        iri: len(things) for iri, things in by_class.items()
    }
    assert number(graph, own.release, VOID.classes) == len(by_class)
    named = {str(graph.value(node, DCTERMS.isVersionOf)): node for node in graph.objects(own.release, VOID.subset)}
    named.pop("None")
    assert {iri: sizes(graph, node) for iri, node in named.items()} == {
        iri: counted(found) for iri, found in by_graph.items()
    }


def test_partitions_of_classes_say_which_properties_and_values_their_things_have(own: Described) -> None:
    graph, triples = own.statistics, {quad.triple for quad in read_dump(own.folder / "dumps/all.nq.gz")}
    classes = defaultdict(set)
    for triple in triples:
        if triple.predicate.value == str(RDF.type):
            classes[triple.subject].add(triple.object.value)
    expected, kinds = defaultdict(set), defaultdict(set)
    for triple in triples:
        value = triple.object
        for one in classes[triple.subject]:
            key = one, triple.predicate.value
            expected[key].add(triple)
            for kind in [value.datatype.value] if isinstance(value, ox.Literal) else classes[value]:
                kinds[*key, kind].add(triple)
    found = {
        (str(graph.value(of_class, VOID["class"])), str(graph.value(node, VOID.property))): node
        for of_class in graph.objects(own.release, VOID.classPartition)
        for node in graph.objects(of_class, VOID.propertyPartition)
    }
    assert {key: sizes(graph, node) for key, node in found.items()} == {
        key: counted(those) for key, those in expected.items()
    }
    terms = ((VOID.classPartition, VOID["class"]), (VOID_EXT.datatypePartition, VOID_EXT.datatype))
    assert {
        (*key, str(graph.value(part, term))): number(graph, part, VOID.triples)
        for key, node in found.items()
        for partition, term in terms
        for part in graph.objects(node, partition)
    } == {key: len(those) for key, those in kinds.items()}


def test_stored_queries_are_examples_that_any_client_can_ask(own: Described) -> None:
    graph = rdflib.Graph().parse(own.folder / "queries/examples.ttl")
    base, settings = own.snapshot.base, own.snapshot.workspace.settings
    description = rdflib.URIRef(f"{own.snapshot.address}.well-known/void")
    assert own.statistics.value(description, RDFS.seeAlso) == rdflib.URIRef(
        f"{own.snapshot.address}queries/examples.ttl"
    )
    declared = {str(prefix): graph.value(one, SH.namespace) for one, prefix in graph.subject_objects(SH.prefix)}
    assert declared == {prefix: rdflib.Literal(iri, datatype=XSD.anyURI) for prefix, iri in PREFIXES.items()}
    examples = list(graph.subjects(RDF.type, SH.SPARQLExecutable))
    known = Graph(own.snapshot.workspace, own.snapshot.store, base=base).queries
    assert {str(one).removeprefix(f"{base}query/") for one in examples} <= known.keys()
    assert f"{base}query/coalitions" in map(str, examples)
    for one in examples:
        query = known[str(one).removeprefix(f"{base}query/")]
        assert str(graph.value(one, RDFS.comment)) == query.question
        assert {str(word) for word in graph.objects(one, SCHEMA.keywords)} == set(query.tags)
        assert str(graph.value(one, SCHEMA.target) or "") == settings.endpoint
        (text,) = graph.objects(one, SH.select | SH.construct | SH.ask)
        own.snapshot.store.query(str(text))


def test_the_size_of_a_part_is_that_of_its_dump(own: Described) -> None:
    graph, address = own.statistics, own.snapshot.address
    parts = [str(node) for node in graph.objects(own.release, VOID.subset) if str(node).startswith(f"{address}dumps/")]
    assert {node.removeprefix(f"{address}dumps/") for node in parts} == {*COALITIONS, "example"}
    for node in map(rdflib.URIRef, parts):
        name = str(node).rpartition("/")[2]
        assert number(graph, node, VOID.triples) == len(read_dump(own.folder / f"dumps/{name}.ttl.gz"))
        dumps = {str(file) for file in graph.objects(node, VOID.dataDump)}
        assert dumps == {f"{address}dumps/{path.name}" for path in (own.folder / "dumps").glob(f"{name}.*")}


def test_links_lead_to_the_datasets_that_identifiers_are_from(own: Described) -> None:
    graph, found = own.statistics, {}
    for node in graph.subjects(RDF.type, VOID.Linkset):
        target = graph.value(node, VOID.objectsTarget)
        assert graph.value(node, VOID.subjectsTarget) == own.release
        key = str(target).rstrip("/").rpartition("/")[2], str(graph.value(node, VOID.linkPredicate))
        found[key] = str(graph.value(target, VOID.uriSpace)), number(graph, node, VOID.triples)
    assert found == {
        ("wikidata", str(OWL.sameAs)): ("http://www.wikidata.org/entity/", 1),
        ("eu-authority-country", str(SKOS.exactMatch)): (f"{AUTHORITY}country/", 1),
        ("elsewhere.example", str(OWL.sameAs)): ("https://elsewhere.example/", 1),
    }


def test_examples_vocabularies_and_formats_are_those_in_use(own: Described) -> None:
    graph, subjects = own.statistics, {quad.subject.value for quad in read_dump(own.folder / "dumps/all.nq.gz")}
    examples = {str(node) for node in graph.objects(own.release, VOID.exampleResource)}
    assert (
        f"{own.snapshot.base}id/first" in examples and len(examples) == 4
    )  # no other thing names an event or a mandate
    assert examples <= subjects and not any("/person/" in iri for iri in examples)
    vocabularies = {str(node) for node in graph.objects(own.release, VOID.vocabulary)}
    assert {f"{BASE}ns#", "http://www.w3.org/ns/org#", "http://www.w3.org/ns/prov#", str(FOAF)} <= vocabularies
    description = rdflib.URIRef(f"{own.snapshot.address}.well-known/void")
    assert graph.value(description, RDF.type) == VOID.DatasetDescription
    assert graph.value(description, FOAF.primaryTopic) == own.release
    features, dumps = (list(graph.objects(own.release, kind)) for kind in (VOID.feature, VOID.dataDump))
    assert len(features) == len(list(own.folder.glob("dumps/all.*.gz"))) - 1  # that in RDF 1.2 is another
    assert len(dumps) == len(features) + 1, "one of them unpacked too"
