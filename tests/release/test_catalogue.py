"""The catalogue of a release: what it says of the files and the graph is so, and portals can read it."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, FOAF, RDF, RDFS, SH, SKOS, VOID, XSD
from rdflib.plugins.sparql import prepareQuery

import foc_graph
from foc_graph.errors import WorkspaceError
from foc_graph.graph import Graph
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.progress import untracked
from foc_graph.rdf.csvw import describe_column, describe_table
from foc_graph.rdf.turtle import format_turtle
from foc_graph.release.catalogue import write_catalogue
from foc_graph.release.dumps import group_dumps, write_coalition_dumps, write_dumps
from foc_graph.release.files import File, files_below
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.site.media import media
from foc_graph.workspace.releases import order
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.releases import read_dump
from tests.support.workspaces import new_workspace

SHAPES = ROOT / "foc_graph/release/catalogue/shapes.ttl"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
ADMS_LICENCES = "http://purl.org/adms/licencetype/"
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SCHEMA = rdflib.Namespace("https://schema.org/")
VOID_EXT = rdflib.Namespace("http://ldf.fi/void-ext#")
WRITTEN = ("catalog.ttl", "catalog.jsonld", "dataset.jsonld", ".well-known/void")
PREVIOUS = ["2026.10", "2025.12", "2026.10.2", "2026.10.10"]
OTHERS = {
    "tables/members.csv": "text/csv",
    "tables/members.csv-metadata.json": "application/csvm+json",
    "tables/members.parquet": "application/vnd.apache.parquet",
    "changes.rdfp": None,
    "feeds/events.jsonl": None,
    "feeds/ldes.ttl": "text/turtle",
    "feeds/ldes-2026.11.ttl": "text/turtle",
    "feeds/all.atom": "application/atom+xml",
    "CHANGES.md": "text/markdown",
    "ontology/shapes/core/graph.ttl": "text/turtle",
}
"""Files beside the dumps, with their media types."""
COLUMNS = json.dumps(
    describe_table(
        "members.csv",
        [
            describe_column("member", "who it is", "anyURI", required=True, links=True),
            describe_column("since", "as the source has it", {"base": "string", "format": "[0-9]{4}"}),
            describe_column("seen", "when", "date"),
            describe_column("sources", "who says so", "anyURI", separator=" "),
        ],
        key=["member"],
        **{"dc:title": "Members", "dc:description": "A note.", "dc:license": {"@id": "https://example.org/terms"}},
    )
)
"""The columns of one of them."""


class Described(NamedTuple):
    """A snapshot, the folder of its release, and what its catalogue and its statistics say."""

    snapshot: Snapshot
    folder: Path
    catalogue: rdflib.Graph
    statistics: rdflib.Graph

    @property
    def release(self) -> rdflib.URIRef:
        return rdflib.URIRef(self.snapshot.address)


def built(
    workspace: Workspace,
    folder: Path,
    earlier: Sequence[str] = (),
    *,
    base: str | None = None,
    some: bool = False,
) -> Iterator[Described]:
    """Dumps, stand-ins for other files, and the catalogue."""
    with take_snapshot(workspace, open_built(workspace).store, base) as published:
        if some:  # one format of the whole alone, which is quicker
            (folder / "dumps").mkdir()
            with gzip.open(folder / "dumps/all.nq.gz", "wb") as file:
                published.store.dump(cast(BinaryIO, file), ox.RdfFormat.N_QUADS)
        else:
            write_dumps(published, folder, untracked)
        dumped = write_coalition_dumps(published, folder, untracked)
        for path in OTHERS:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(COLUMNS if path.endswith("metadata.json") else f"stands for {path}")
        previous = max(earlier, key=order) if earlier else None
        write_catalogue(published, files_below(folder), dumped, earlier, previous, folder)
        catalogue = rdflib.Graph().parse(folder / "catalog.ttl")
        statistics = rdflib.Graph().parse(folder / ".well-known/void", format="turtle")
        yield Described(published, folder, catalogue, statistics)


@pytest.fixture(scope="module")
def own_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with hostile texts, packaged links of what it names, and a link to a dataset without identifiers."""
    root = new_workspace(tmp_path_factory.mktemp("init") / "own", '["ontology", "queries", "data/links"]')
    settings = (root / "workspace.toml").read_text("utf-8")
    settings = settings.replace(
        'title = "The Example Coalition"',
        'endpoint = "https://example.org/ask"\ncontact = "data@example.org"\nhomepage = "https://example.org/"\n'
        'title = """A "title" \\\\ with <b>\nlines</script>"""',
    )
    (root / "workspace.toml").write_text(settings, "utf-8")
    (root / "data/tables").mkdir()
    (root / "data/tables/elsewhere.ttl").write_text(
        f"""PREFIX coal: <{BASE}ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX void: <http://rdfs.org/ns/void#>

<https://example.org/coalition/graph/elsewhere>
    a void:Dataset ;
    dcterms:license <javascript:alert(1)> ;
    dcterms:rights "Ask <Elsewhere> & Co."@en ;
    dcterms:title "Else\\"where"@en ;
.

<https://example.org/coalition/id/thing/one>
    dcterms:relation <{BASE}id/country/ee>, <{BASE}id/organisation/european-union> ;
    owl:sameAs <https://elsewhere.example/one> ;
.
""",
        "utf-8",
    )
    return find_workspace(root)


@pytest.fixture(scope="module")
def own(own_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    folder = tmp_path_factory.mktemp("own")
    yield from built(own_workspace, folder, PREVIOUS)


@pytest.fixture(scope="module")
def first(own_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """The first release, without an endpoint, under another base."""
    yield from built(own_workspace, tmp_path_factory.mktemp("first"), base="https://data.example/c/", some=True)


@pytest.fixture(scope="module")
def packaged(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    yield from built(find_workspace(ROOT), tmp_path_factory.mktemp("packaged"), some=True)


@pytest.fixture(scope="module", params=["own", "packaged"])
def described(request: pytest.FixtureRequest) -> Described:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("name", ["own", "first", "packaged"])
def test_the_catalogue_keeps_its_shapes(name: str, request: pytest.FixtureRequest) -> None:
    report = foc_graph.validate(request.getfixturevalue(name).catalogue, SHAPES)
    assert [result.message for result in report.results] == []


def test_every_dump_table_and_feed_is_one_distribution_as_it_lies_on_disk(described: Described) -> None:
    graph, address = described.catalogue, described.snapshot.address
    expected = {path.relative_to(described.folder).as_posix() for path in (described.folder / "dumps").iterdir()}
    expected |= {"tables/members.csv", "tables/members.parquet", "changes.rdfp"}
    expected |= {"feeds/events.jsonl", "feeds/ldes.ttl", "feeds/all.atom"}
    series = rdflib.URIRef(f"{described.snapshot.base}dataset")
    listed = [(one, dataset) for dataset, one in graph.subject_objects(DCAT.distribution) if dataset != series]
    current = set(graph.objects(described.release, DCAT.distribution))
    assert set(graph.objects(series, DCAT.distribution)) == current
    datasets = dict(listed)
    assert sorted(one for one, _ in listed) == sorted(rdflib.URIRef(address + path) for path in expected)
    for path in expected:
        content, node = (described.folder / path).read_bytes(), rdflib.URIRef(address + path)
        assert graph.value(node, DCAT.downloadURL) == node
        assert graph.value(node, DCAT.byteSize) == rdflib.Literal(len(content), datatype=XSD.nonNegativeInteger)
        checksum = graph.value(node, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)) == sha256(content).hexdigest()
        assert graph.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        assert graph.value(node, DCTERMS.license) == rdflib.URIRef(described.snapshot.workspace.settings.licence)
        assert str(graph.value(node, DCTERMS.modified)) == described.snapshot.day.isoformat()
        text = str(graph.value(node, DCTERMS.description))
        assert text.startswith(f"{graph.value(datasets[node], DCTERMS.title)} as ") and ", for " in text
        assert graph.value(node, DCTERMS["format"]) is not None


@pytest.mark.parametrize(
    ("path", "type", "file_type", "packed"),
    [
        ("dumps/all.ttl.gz", "text/turtle", "RDF_TURTLE", "application/gzip"),
        ("dumps/all.nq.gz", "application/n-quads", "RDF_N_QUADS", "application/gzip"),
        ("dumps/all.rdf.gz", "application/rdf+xml", "RDF_XML", "application/gzip"),
        ("dumps/example.ttl.gz", "text/turtle", "RDF_TURTLE", "application/gzip"),
        ("dumps/example.jsonld.gz", "application/ld+json", "JSON_LD", "application/gzip"),
        ("tables/members.csv", "text/csv", "CSV", None),
        ("tables/members.parquet", "application/vnd.apache.parquet", "PARQUET", None),
        ("feeds/all.atom", "application/atom+xml", "ATOM", None),
        ("changes.rdfp", None, "TXT", None),
        ("feeds/events.jsonl", None, "TXT", None),
    ],
)
def test_formats_have_the_names_of_iana_and_the_eu(
    own: Described, path: str, type: str | None, file_type: str, packed: str | None
) -> None:
    node, iana = rdflib.URIRef(own.snapshot.address + path), "https://www.iana.org/assignments/media-types/"
    assert own.catalogue.value(node, DCAT.mediaType) == (rdflib.URIRef(iana + type) if type else None)
    assert own.catalogue.value(node, DCAT.compressFormat) == (rdflib.URIRef(iana + packed) if packed else None)
    format = rdflib.URIRef(f"{AUTHORITY}file-type/{file_type}")
    assert own.catalogue.value(node, DCTERMS.format) == format
    assert own.catalogue.value(format, SKOS.inScheme) == rdflib.URIRef(f"{AUTHORITY}file-type")
    assert own.catalogue.value(format, SKOS.prefLabel) is not None


@pytest.mark.parametrize(
    ("path", "type"),
    [*OTHERS.items(), ("a.b/c", None), ("SHA256SUMS", None), ("x.2026.11.ttl.gz", "text/turtle"), ("x.gz", None)],
)
def test_media_types_follow_from_the_name(path: str, type: str | None) -> None:
    found = media(path)
    assert (found and found.type) == type


def test_dumps_are_found_by_the_name_of_their_coalition() -> None:
    names = {"all": ["ttl.gz", "nq.gz"], "web3.0": ["jsonld", "ttl"], "all.rdf12": ["nq.gz"]}
    files = [File(f"dumps/{name}.{ending}", 1, "00") for name, endings in names.items() for ending in endings]
    found = group_dumps([*files, File("tables/all.csv", 1, "00"), File("dumps.txt", 1, "00")])
    assert {name: [file.path for file in listed] for name, listed in found.items()} == {
        name: [f"dumps/{name}.{ending}" for ending in endings] for name, endings in names.items()
    }


def test_releases_are_versions_of_one_series_in_their_order(own: Described) -> None:
    graph, base = own.catalogue, own.snapshot.base
    series = rdflib.URIRef(f"{base}dataset")
    order = [rdflib.URIRef(f"{base}release/{v}/") for v in ("2025.12", "2026.10", "2026.10.2", "2026.10.10", "2026.11")]
    for before, release in zip([None, *order], order, strict=False):
        assert graph.value(release, DCAT.inSeries) == graph.value(release, DCTERMS.isVersionOf) == series
        assert graph.value(release, DCAT.prev) == graph.value(release, DCAT.previousVersion) == before
    assert set(graph.objects(series, DCAT.hasVersion)) == set(order)
    assert (graph.value(series, DCAT.first), graph.value(series, DCAT.last)) == (order[0], order[-1])
    assert graph.value(series, DCAT.hasCurrentVersion) == own.release
    assert str(graph.value(own.release, DCAT.version)) == "2026.11"
    listed = set(graph.objects(rdflib.URIRef(f"{base}catalogue"), DCAT.dataset))
    assert {series, *order, *graph.objects(own.release, DCTERMS.hasPart)} == listed


def test_the_first_release_has_no_earlier_one(first: Described) -> None:
    graph, base = first.catalogue, "https://data.example/c/"
    assert first.snapshot.address == f"{base}release/2026.11/"
    assert graph.value(first.release, DCAT.previousVersion) is None
    series = rdflib.URIRef(f"{base}dataset")
    assert graph.value(series, DCAT.first) == graph.value(series, DCAT.last) == first.release
    assert graph.value(series, DCTERMS.issued) == graph.value(series, DCTERMS.modified)


def test_an_endpoint_is_a_service_of_the_release_if_it_is_named(own: Described, packaged: Described) -> None:
    assert list(packaged.catalogue.subjects(RDF.type, DCAT.DataService)) == []
    assert list(packaged.statistics.objects(None, VOID.sparqlEndpoint)) == []
    (service,) = own.catalogue.subjects(RDF.type, DCAT.DataService)
    endpoint = rdflib.URIRef("https://example.org/ask")
    assert own.catalogue.value(service, DCAT.endpointURL) == endpoint
    assert own.catalogue.value(service, DCAT.servesDataset) == own.release
    assert own.statistics.value(own.release, VOID.sparqlEndpoint) == endpoint


def test_what_is_the_workspaces_own_is_under_its_base(own: Described) -> None:
    for graph in (own.catalogue, own.statistics):
        shared = {str(subject) for subject in set(graph.subjects()) if str(subject).startswith(BASE)}
        assert shared <= {f"{BASE}ns", f"{BASE}shapes/"} | {
            str(place) for place in own.catalogue.subjects(RDF.type, DCTERMS.Location)
        }


def test_a_part_says_which_coalition_it_is_about(packaged: Described, own: Described) -> None:
    graph, address = packaged.catalogue, packaged.snapshot.address
    part = rdflib.URIRef(f"{address}dumps/foc")
    assert graph.value(part, DCTERMS.isPartOf) == packaged.release
    assert graph.value(part, DCTERMS.subject) == rdflib.URIRef(f"{BASE}id/foc")
    assert graph.value(part, DCAT.landingPage) == rdflib.URIRef(f"{address}doc/foc.html")
    assert str(graph.value(part, DCTERMS.title)) == f"Freedom Online Coalition {packaged.snapshot.version}"
    places = {str(graph.value(place, SKOS.prefLabel)): place for place in graph.objects(part, DCTERMS.spatial)}
    assert places["Estonia"] == rdflib.URIRef(f"{AUTHORITY}country/EST")
    assert graph.value(places["Estonia"], SKOS.inScheme) == rdflib.URIRef(f"{AUTHORITY}country")
    members = (
        "SELECT DISTINCT ?c WHERE { GRAPH ?g { ?m org:member ?agent . <%s> a coal:Coalition } ?agent coal:governs ?c }"
    )
    assert len(places) == len(packaged.snapshot.rows(members % f"{BASE}id/foc"))
    linked = packaged.snapshot.rows("SELECT ?place WHERE { ?country adms:identifier/schema:url ?place }")
    assert set(map(str, places.values())) <= {row["place"] for row in linked}
    listed = json.loads((packaged.folder / "dataset.jsonld").read_bytes())["spatialCoverage"]
    assert {place["name"] for place in listed} == {"Africa", "Americas", "Asia", "Europe", "Oceania"}
    period = own.catalogue.value(rdflib.URIRef(f"{own.snapshot.address}dumps/example"), DCTERMS.temporal)
    assert str(own.catalogue.value(period, DCAT.startDate)) == "2024-03-01"  # the first day of the month it names
    assert str(own.catalogue.value(period, DCAT.endDate)) == own.snapshot.day.isoformat()


def test_portals_learn_whom_to_ask_and_under_which_licence(own: Described, packaged: Described) -> None:
    graph = own.catalogue
    contact = rdflib.URIRef(f"{own.snapshot.base}catalogue#contact")
    publisher = graph.value(own.release, DCTERMS.publisher)
    assert graph.value(contact, VCARD.hasEmail) == rdflib.URIRef("mailto:data@example.org")
    assert str(graph.value(contact, VCARD.fn)) == own.snapshot.workspace.settings.publisher
    assert graph.value(publisher, FOAF.homepage) == rdflib.URIRef("https://example.org/")
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        assert graph.value(dataset, DCAT.contactPoint) == contact
        assert str(graph.value(dataset, DCTERMS.identifier)) == str(dataset)
    search = json.loads((own.folder / "dataset.jsonld").read_bytes())
    assert search["publisher"]["contactPoint"] == {"@type": "ContactPoint", "email": "data@example.org"}
    assert search["publisher"]["url"] == {"@id": "https://example.org/"}
    assert list(packaged.catalogue.objects(None, DCAT.contactPoint)) == []
    licence = rdflib.URIRef(packaged.snapshot.workspace.settings.licence)
    assert packaged.catalogue.value(licence, SKOS.exactMatch) == rdflib.URIRef(f"{AUTHORITY}licence/CC0")
    assert packaged.catalogue.value(licence, DCTERMS.type) == rdflib.URIRef(f"{ADMS_LICENCES}PublicDomain")


def test_every_code_of_the_eu_names_its_table(described: Described) -> None:
    graph = described.catalogue
    codes = {str(node) for node in graph.subjects() if str(node).startswith(AUTHORITY)} - {f"{AUTHORITY}data-theme"}
    schemes = {code: str(graph.value(rdflib.URIRef(code), SKOS.inScheme)) for code in codes}
    assert schemes == {code: code.rpartition("/")[0] for code in codes} != {}


def test_rights_name_every_graph_that_is_not_under_the_licence(packaged: Described) -> None:
    rows = packaged.snapshot.store.query(
        "SELECT ?title ?rights WHERE { ?graph a void:Dataset ; dcterms:title ?title ; dcterms:rights ?rights ."
        f" FILTER NOT EXISTS {{ ?graph dcterms:license <{packaged.snapshot.workspace.settings.licence}> }} }}"
    )
    stated = packaged.catalogue.value(packaged.release, DCTERMS.rights)
    text = str(packaged.catalogue.value(stated, DCTERMS.description))
    assert len(rows)
    for row in rows:
        assert row["title"] in text and row["rights"] in text
    assert "https://creativecommons.org/licenses/by/4.0/" in text
    assert "Global Network Initiative" not in text


def test_hostile_terms_are_told_and_no_link(own: Described) -> None:
    stated = own.catalogue.value(own.release, DCTERMS.rights)
    assert 'Else"where: Ask <Elsewhere> & Co.' in str(own.catalogue.value(stated, DCTERMS.description))
    title = 'A "title" \\ with <b>\nlines</script>'
    assert str(own.catalogue.value(own.release, DCTERMS.title)) == f"{title} 2026.11"
    assert json.loads((own.folder / "dataset.jsonld").read_bytes())["name"] == f"{title} 2026.11"
    for name in WRITTEN:
        assert "javascript:" not in (own.folder / name).read_text("utf-8")


def test_catalogue_in_json_ld_is_the_same_graph_and_turtle_is_canonical(described: Described) -> None:
    triples = {
        frozenset(quad.triple for quad in ox.parse(path=described.folder / name, format=format))
        for name, format in (("catalog.ttl", ox.RdfFormat.TURTLE), ("catalog.jsonld", ox.RdfFormat.JSON_LD))
    }
    assert len(triples) == 1
    for name in ("catalog.ttl", ".well-known/void"):
        text = (described.folder / name).read_text("utf-8")
        assert format_turtle(text) == text
        assert "_:" not in text and "[" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", text)


def test_search_engines_read_the_same(described: Described) -> None:
    graph = rdflib.Graph().parse(described.folder / "dataset.jsonld", format="json-ld")
    assert graph.value(described.release, RDF.type) == SCHEMA.Dataset
    assert str(graph.value(described.release, SCHEMA.version)) == described.snapshot.version
    assert graph.value(described.release, SCHEMA.license) == described.catalogue.value(
        described.release, DCTERMS.license
    )
    whole = set(described.catalogue.objects(described.release, DCAT.distribution))
    assert whole <= set(graph.objects(described.release, SCHEMA.distribution))
    for download in graph.subjects(RDF.type, SCHEMA.DataDownload):
        assert graph.value(download, SCHEMA.contentUrl) == download
        size = described.catalogue.value(download, DCAT.byteSize)
        if size is not None:
            checksum = described.catalogue.value(download, SPDX.checksum)
            digest = described.catalogue.value(checksum, SPDX.checksumValue)
            assert str(graph.value(download, SCHEMA.contentSize)) == f"{size} B"
            assert str(graph.value(download, SCHEMA.sha256)) == str(digest)
    descriptions = [str(text) for text in graph.objects(None, SCHEMA.description)]
    assert all(len(text) >= 50 for text in descriptions)  # what Google's guidelines ask for at least


def test_tables_are_a_data_package_with_the_columns_of_their_metadata(own: Described) -> None:
    package = json.loads((own.folder / "datapackage.json").read_bytes())
    assert (package["id"], package["version"]) == (own.snapshot.address, own.snapshot.version)
    assert package["contributors"] == [
        {
            "title": own.snapshot.workspace.settings.publisher,
            "roles": ["publisher"],
            "path": "https://example.org/",
            "email": "data@example.org",
        }
    ]
    (table,) = package["resources"]
    content = (own.folder / table["path"]).read_bytes()
    assert (table["bytes"], table["hash"]) == (len(content), f"sha256:{sha256(content).hexdigest()}")
    assert table["licenses"] == [{"path": "https://example.org/terms"}]
    assert table["schema"] == {
        "fields": [
            {
                "name": "member",
                "type": "string",
                "format": "uri",
                "description": "who it is",
                "constraints": {"required": True},
            },
            {
                "name": "since",
                "type": "string",
                "description": "as the source has it",
                "constraints": {"pattern": "[0-9]{4}"},
            },
            {"name": "seen", "type": "date", "description": "when"},
            {"name": "sources", "type": "string", "description": "who says so; separated by spaces"},
        ],
        "missingValues": [""],
        "primaryKey": ["member"],
    }


def test_tables_are_in_croissant_with_the_same_columns(own: Described) -> None:
    dataset = json.loads((own.folder / "croissant.json").read_bytes())
    assert dataset["version"] == "2026.11.0"
    (file,), (records,) = dataset["distribution"], dataset["recordSet"]
    content = (own.folder / file["@id"]).read_bytes()
    assert (file["contentUrl"], file["sha256"]) == (own.snapshot.file(file["@id"]), sha256(content).hexdigest())
    assert records["key"] == [{"@id": "members/member"}]
    assert [(one["@id"], one["dataType"], one.get("repeated", False)) for one in records["field"]] == [
        ("members/member", "sc:URL", False),
        ("members/since", "sc:Text", False),
        ("members/seen", "sc:Date", False),
        ("members/sources", "sc:URL", True),
    ]
    assert records["field"][3]["source"] == {
        "fileObject": {"@id": "tables/members.csv"},
        "extract": {"column": "sources"},
        "transform": {"separator": " "},
    }


def dump(described: Described) -> list[ox.Quad]:
    return read_dump(described.folder / "dumps/all.nq.gz")


def number(graph: rdflib.Graph, node: rdflib.term.Node | None, predicate: rdflib.URIRef) -> int:
    value = graph.value(node, predicate)
    assert isinstance(value, rdflib.Literal)
    return int(value)


def sizes(graph: rdflib.Graph, node: rdflib.term.Node) -> tuple[int, int, int]:
    kinds = (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
    return number(graph, node, kinds[0]), number(graph, node, kinds[1]), number(graph, node, kinds[2])


def counted(triples: set[ox.Triple]) -> tuple[int, int, int]:
    return len(triples), len({triple.subject for triple in triples}), len({triple.object for triple in triples})


def test_statistics_are_those_of_the_dump(described: Described) -> None:
    graph, quads = described.statistics, dump(described)
    triples = {quad.triple for quad in quads}
    assert sizes(graph, described.release) == counted(triples)
    start = f"{described.snapshot.base}id/"
    entities = {triple.subject for triple in triples if str(triple.subject).startswith(f"<{start}")}
    assert number(graph, described.release, VOID.entities) == len(entities)

    by_property, by_class, by_graph = defaultdict(set), defaultdict(set), defaultdict(set)
    for triple in triples:
        by_property[triple.predicate.value].add(triple)
        if triple.predicate.value == str(RDF.type):
            by_class[triple.object.value].add(triple.subject)
    for quad in quads:
        by_graph[quad.graph_name.value].add(quad.triple)
    partitions = graph.objects(described.release, VOID.propertyPartition)
    assert {str(graph.value(node, VOID.property)): sizes(graph, node) for node in partitions} == {
        iri: counted(found) for iri, found in by_property.items()
    }
    assert number(graph, described.release, VOID.properties) == len(by_property)
    partitions = graph.objects(described.release, VOID.classPartition)
    assert {str(graph.value(node, VOID["class"])): number(graph, node, VOID.entities) for node in partitions} == {
        iri: len(things) for iri, things in by_class.items()
    }
    assert number(graph, described.release, VOID.classes) == len(by_class)
    named = {
        str(graph.value(node, DCTERMS.isVersionOf)): node for node in graph.objects(described.release, VOID.subset)
    }
    named.pop("None")
    assert {iri: sizes(graph, node) for iri, node in named.items()} == {
        iri: counted(found) for iri, found in by_graph.items()
    }


def test_partitions_of_classes_say_which_properties_and_values_their_things_have(described: Described) -> None:
    graph, triples = described.statistics, {quad.triple for quad in dump(described)}
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
        for of_class in graph.objects(described.release, VOID.classPartition)
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
        prepareQuery(str(text))
        own.snapshot.store.query(str(text))


def test_the_size_of_a_part_is_that_of_its_dump(described: Described) -> None:
    graph, address = described.statistics, described.snapshot.address
    parts = [node for node in graph.objects(described.release, VOID.subset) if str(node).startswith(f"{address}dumps/")]
    dumps = {path.name.removesuffix(".ttl.gz") for path in (described.folder / "dumps").glob("*.ttl.gz")}
    names = dumps - {"all"}
    assert {str(node).rpartition("/")[2] for node in parts} == names
    for node in parts:
        name = str(node).rpartition("/")[2]
        assert number(graph, node, VOID.triples) == len(read_dump(described.folder / f"dumps/{name}.ttl.gz"))
        files = (described.folder / "dumps").glob(f"{name}.*")
        assert {str(file) for file in graph.objects(node, VOID.dataDump)} == {f"{address}dumps/{f.name}" for f in files}


def test_the_graph_in_rdf_1_2_is_a_dataset_of_its_own(own: Described) -> None:
    node = rdflib.URIRef(f"{own.snapshot.address}dumps/all.rdf12")
    file = rdflib.URIRef(f"{node}.nq.gz")
    files = [list(own.catalogue.objects(node, DCAT.distribution)), list(own.statistics.objects(node, VOID.dataDump))]
    assert files == [[file], [file]]
    standards = [set(own.catalogue.objects(one, DCTERMS.conformsTo)) for one in (node, file)]
    assert standards == [{rdflib.URIRef("https://www.w3.org/TR/rdf12-concepts/")}] * 2
    assert own.catalogue.value(node, DCTERMS.isPartOf) == own.statistics.value(None, DCTERMS.hasFormat, node)
    assert any(isinstance(quad.object, ox.Triple) for quad in read_dump(own.folder / "dumps/all.rdf12.nq.gz"))


def test_links_lead_to_the_datasets_that_identifiers_are_from(described: Described) -> None:
    graph, quads = described.statistics, {quad.triple for quad in dump(described)}
    values: dict[tuple[str, str], set[ox.Triple]] = defaultdict(set)
    about: dict[str, dict[ox.NamedNode, str]] = defaultdict(dict)
    for subject, predicate, value in quads:
        if predicate.value in (f"{BASE}ns#scheme", f"{BASE}ns#linkProperty", f"{BASE}ns#identifies"):
            about[predicate.value.rpartition("#")[2]][subject] = value.value
        elif predicate.value == str(SCHEMA.url):
            about["url"][subject] = value.value
    for identifier, property in about["linkProperty"].items():
        link = ox.Triple(
            ox.NamedNode(about["identifies"][identifier]),
            ox.NamedNode(property),
            ox.NamedNode(about["url"][identifier]),
        )
        if link in quads:
            values[about["scheme"][identifier].rpartition("/")[2], property].add(link)
    found = {}
    for node in graph.subjects(RDF.type, VOID.Linkset):
        target = graph.value(node, VOID.objectsTarget)
        space, property = str(graph.value(target, VOID.uriSpace)), str(graph.value(node, VOID.linkPredicate))
        assert graph.value(node, VOID.subjectsTarget) == described.release
        key = str(target).rstrip("/").rpartition("/")[2], property
        found[key] = number(graph, node, VOID.triples)
        assert all(link.object.value.startswith(space) for link in values[key])
    elsewhere = found.pop(("elsewhere.example", "http://www.w3.org/2002/07/owl#sameAs"), None)
    assert elsewhere == (1 if described.snapshot.base != BASE else None)
    assert found == {key: len(links) for key, links in values.items() if links}
    assert {"wikidata", "geonames", "eu-authority-country", "ror"} <= {scheme for scheme, _ in found}


def test_examples_and_vocabularies_are_those_in_use(packaged: Described) -> None:
    graph, subjects = packaged.statistics, {quad.subject.value for quad in dump(packaged)}
    examples = {str(node) for node in graph.objects(packaged.release, VOID.exampleResource)}
    assert f"{BASE}id/foc" in examples and len(examples) == 6
    assert examples <= subjects and not any("/person/" in iri for iri in examples)
    vocabularies = {str(node) for node in graph.objects(packaged.release, VOID.vocabulary)}
    assert {f"{BASE}ns#", "http://www.w3.org/ns/org#", "http://www.w3.org/ns/prov#", str(FOAF)} <= vocabularies
    description = rdflib.URIRef(f"{packaged.snapshot.address}.well-known/void")
    assert graph.value(description, RDF.type) == VOID.DatasetDescription
    assert graph.value(description, FOAF.primaryTopic) == packaged.release


def test_the_formats_of_the_dumps_are_features(own: Described) -> None:
    names = {"JSON-LD", "N-Quads", "RDF_XML", "TriG", "Turtle"}
    features = {str(node) for node in own.statistics.objects(own.release, VOID.feature)}
    assert features == {f"http://www.w3.org/ns/formats/{name}" for name in names}
    assert len(list(own.statistics.objects(own.release, VOID.dataDump))) == 5


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("title", " ", "title is empty"),
        ("publisher", "", "publisher is empty"),
        ("licence", "", "licence '' is no http or https address"),
        ("licence", "CC0", "licence 'CC0' is no http or https address"),
        ("licence", "javascript:alert(1)", "licence 'javascript:alert(1)' is no http or https address"),
    ],
)
def test_a_workspace_without_title_publisher_or_licence_is_refused(
    own: Described, tmp_path: Path, key: str, value: str, said: str
) -> None:
    (tmp_path / "workspace.toml").write_text(
        re.sub(
            rf"(?m)^{key} = .*(\n.*\"\"\"$)?",
            lambda _: f'{key} = "{value}"',
            (own.snapshot.workspace.root / "workspace.toml").read_text("utf-8"),
        )
    )
    broken = Snapshot(Workspace(tmp_path), own.snapshot.store, own.snapshot.base, "2026.11", own.snapshot.day)
    with pytest.raises(WorkspaceError, match=re.escape(said)):
        write_catalogue(broken, [File("dumps/all.ttl.gz", 1, "00")], {}, [], None, tmp_path)
