"""The catalogue of a release: what it says of the files and the graph is so, and portals can read it."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, FOAF, RDF, SKOS, VOID

import foc_graph
from foc_graph.errors import WorkspaceError
from foc_graph.namespaces import BASE
from foc_graph.rdf.turtle import format_turtle
from foc_graph.release.catalogue import write_catalogue
from foc_graph.release.dumps import group_dumps
from foc_graph.release.files import File
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.media import media
from foc_graph.workspace.settings import Workspace
from tests.support.catalogues import TITLE, Described, built
from tests.support.releases import read_dump
from tests.support.workspaces import COUNTRIES, SEATS

SHAPES = Path(__file__).with_name("catalogue_shapes.ttl")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SCHEMA = rdflib.Namespace("https://schema.org/")
WRITTEN = ("catalog.ttl", "catalog.jsonld", "dataset.jsonld", ".well-known/void")


@pytest.fixture(scope="module")
def first(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """The first release of the small world, without an endpoint, under another base."""
    folder = tmp_path_factory.mktemp("first")
    yield from built(Workspace(small_root), folder, base="https://data.example/c/")


@pytest.mark.parametrize("name", ["own", "first"])
def test_the_catalogue_keeps_its_shapes(name: str, request: pytest.FixtureRequest) -> None:
    report = foc_graph.validate(request.getfixturevalue(name).catalogue, SHAPES)
    assert [result.message for result in report.results] == []


def test_every_dump_table_and_feed_is_one_distribution(own: Described) -> None:
    graph, address = own.catalogue, own.snapshot.address
    expected = {path.relative_to(own.folder).as_posix() for path in (own.folder / "dumps").glob("[!.]*")}
    expected |= {"tables/members.csv", "tables/members.parquet", "changes.rdfp"}
    expected |= {"feeds/events.jsonl", "feeds/ldes.ttl", "feeds/all.atom"}
    series = rdflib.URIRef(f"{own.snapshot.base}dataset")
    listed = [(one, dataset) for dataset, one in graph.subject_objects(DCAT.distribution) if dataset != series]
    whole = set(graph.objects(own.release, DCAT.distribution))
    assert set(graph.objects(series, DCAT.distribution)) == whole
    assert sorted(one for one, _ in listed) == sorted(rdflib.URIRef(address + path) for path in expected)
    for node, dataset in listed:
        text = str(graph.value(node, DCTERMS.description))
        assert text.startswith(f"{graph.value(dataset, DCTERMS.title)} as ") and ", for " in text
        assert str(graph.value(node, DCTERMS.modified)) == own.snapshot.day.isoformat()


@pytest.mark.parametrize(
    ("path", "type", "file_type", "packed"),
    [
        ("dumps/all.ttl.gz", "text/turtle", "RDF_TURTLE", "application/gzip"),
        ("tables/members.csv", "text/csv", "CSV", None),
        ("changes.rdfp", None, "TXT", None),
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
    assert own.catalogue.value(format, SKOS.prefLabel) is not None


def test_media_types_follow_from_the_name() -> None:
    assert [media(name) for name in ("a.b/c", "SHA256SUMS", "x.gz")] == [None] * 3
    names = ("members.csv-metadata.json", "x.2026.11.ttl.gz", "changes.rdfp")
    assert [one and one.type for one in map(media, names)] == ["application/csvm+json", "text/turtle", None]


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


def test_an_endpoint_is_a_service_of_the_release_if_it_is_named(own: Described, first: Described) -> None:
    assert list(first.catalogue.subjects(RDF.type, DCAT.DataService)) == []
    assert list(first.statistics.objects(None, VOID.sparqlEndpoint)) == []
    (service,) = own.catalogue.subjects(RDF.type, DCAT.DataService)
    endpoint = rdflib.URIRef("https://example.org/ask")
    assert own.catalogue.value(service, DCAT.endpointURL) == endpoint
    assert own.catalogue.value(service, DCAT.servesDataset) == own.release
    assert own.statistics.value(own.release, VOID.sparqlEndpoint) == endpoint


def test_the_things_of_a_workspace_are_under_its_base(own: Described) -> None:
    for graph in (own.catalogue, own.statistics):
        shared = {str(subject) for subject in set(graph.subjects()) if str(subject).startswith(BASE)}
        assert shared <= {f"{BASE}ns", f"{BASE}shapes/"}


def test_a_part_says_which_coalition_it_is_about(own: Described) -> None:
    graph, address, base = own.catalogue, own.snapshot.address, own.snapshot.base
    part = rdflib.URIRef(f"{address}dumps/first")
    assert graph.value(part, DCTERMS.isPartOf) == own.release
    assert graph.value(part, DCTERMS.subject) == rdflib.URIRef(f"{base}id/first")
    assert graph.value(part, DCAT.landingPage) == rdflib.URIRef(f"{address}doc/first.html")
    assert str(graph.value(part, DCTERMS.title)) == "First Coalition 2026.11"
    places = {str(graph.value(place, SKOS.prefLabel)): str(place) for place in graph.objects(part, DCTERMS.spatial)}
    members = (seat.agent for seat in SEATS if seat.body.partition("/")[0] == "first")
    countries = {COUNTRIES[agent[-2:]][0]: agent for agent in members if agent.startswith("government/")}
    own_places = {name: f"{base}id/{agent.replace('government', 'country')}" for name, agent in countries.items()}
    assert places == own_places | {"Estonia": f"{AUTHORITY}country/EST"}
    listed = json.loads((own.folder / "dataset.jsonld").read_bytes())["spatialCoverage"]
    assert listed == [{"@id": f"{base}id/region/europe", "@type": "Place", "name": "Europe"}]
    period = graph.value(rdflib.URIRef(f"{address}dumps/example"), DCTERMS.temporal)
    assert str(graph.value(period, DCAT.startDate)) == "2024-03-01"  # the first day of the month it names
    assert str(graph.value(period, DCAT.endDate)) == own.snapshot.day.isoformat()


def test_portals_learn_whom_to_ask_and_under_which_licence(own: Described, first: Described) -> None:
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
    assert list(first.catalogue.objects(None, DCAT.contactPoint)) == []
    licence = rdflib.URIRef(own.snapshot.workspace.settings.licence)
    assert graph.value(own.release, DCTERMS.license) == licence
    assert graph.value(licence, SKOS.exactMatch) == rdflib.URIRef(f"{AUTHORITY}licence/CC0")
    assert graph.value(licence, DCTERMS.type) == rdflib.URIRef("http://purl.org/adms/licencetype/PublicDomain")


def test_every_code_of_the_eu_names_its_table(own: Described) -> None:
    graph = own.catalogue
    codes = {str(node) for node in graph.subjects() if str(node).startswith(AUTHORITY)} - {f"{AUTHORITY}data-theme"}
    schemes = {code: str(graph.value(rdflib.URIRef(code), SKOS.inScheme)) for code in codes}
    assert schemes == {code: code.rpartition("/")[0] for code in codes} != {}


def test_rights_name_every_graph_that_is_not_under_the_licence_and_hostile_texts_are_no_links(own: Described) -> None:
    stated = own.catalogue.value(own.release, DCTERMS.rights)
    text = str(own.catalogue.value(stated, DCTERMS.description))
    assert 'Else"where: Ask <Elsewhere> & Co.' in text
    assert "The first: https://creativecommons.org/licenses/by/4.0/" in text and "The second" not in text
    assert str(own.catalogue.value(own.release, DCTERMS.title)) == f"{TITLE} 2026.11"
    assert json.loads((own.folder / "dataset.jsonld").read_bytes())["name"] == f"{TITLE} 2026.11"
    for name in WRITTEN:
        assert "javascript:" not in (own.folder / name).read_text("utf-8")


def test_catalogue_in_json_ld_is_the_same_graph_and_turtle_is_canonical(own: Described) -> None:
    triples = {
        frozenset(quad.triple for quad in ox.parse(path=own.folder / name, format=format))
        for name, format in (("catalog.ttl", ox.RdfFormat.TURTLE), ("catalog.jsonld", ox.RdfFormat.JSON_LD))
    }
    assert len(triples) == 1
    for name in ("catalog.ttl", ".well-known/void"):
        text = (own.folder / name).read_text("utf-8")
        assert format_turtle(text) == text
        assert "_:" not in text and "[" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", text)


def test_what_is_said_of_each_file_is_so(own: Described) -> None:
    schema = rdflib.Graph().parse(own.folder / "dataset.jsonld", format="json-ld")
    links = (own.catalogue, DCAT.downloadURL), (schema, SCHEMA.contentUrl), (own.statistics, VOID.dataDump)
    for graph, link in links:
        listed = [(one, str(url).partition(own.snapshot.address)[2]) for one, url in graph.subject_objects(link)]
        assert {path for _, path in listed} >= {f"dumps/{path.name}" for path in own.folder.glob("dumps/[!.]*")}
        for node, path in listed if link != VOID.dataDump else ():
            content = (own.folder / path).read_bytes()
            is_dcat = link == DCAT.downloadURL
            size, digest = (DCAT.byteSize, SPDX.checksumValue) if is_dcat else (SCHEMA.contentSize, SCHEMA.sha256)
            assert str(graph.value(node, size)).removesuffix(" B") == str(len(content)), path
            holder = graph.value(node, SPDX.checksum) if is_dcat else node
            assert str(graph.value(holder, digest)) == sha256(content).hexdigest(), path


def test_search_engines_read_the_same(own: Described) -> None:
    graph = rdflib.Graph().parse(own.folder / "dataset.jsonld", format="json-ld")
    assert graph.value(own.release, RDF.type) == SCHEMA.Dataset
    assert str(graph.value(own.release, SCHEMA.version)) == own.snapshot.version
    assert str(graph.value(own.release, SCHEMA.license)) == own.snapshot.workspace.settings.licence
    whole = set(own.catalogue.objects(own.release, DCAT.distribution))
    tables = {rdflib.URIRef(own.snapshot.file(path)) for path in ("tables/members.csv", "tables/members.parquet")}
    reified = rdflib.URIRef(own.snapshot.file("dumps/all.rdf12.nq.gz"))
    assert set(graph.objects(own.release, SCHEMA.distribution)) == whole | tables | {reified}
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


def test_the_graph_in_rdf_1_2_is_a_dataset_of_its_own(own: Described) -> None:
    node = rdflib.URIRef(f"{own.snapshot.address}dumps/all.rdf12")
    file = rdflib.URIRef(f"{node}.nq.gz")
    files = [list(own.catalogue.objects(node, DCAT.distribution)), list(own.statistics.objects(node, VOID.dataDump))]
    assert files == [[file], [file]]
    standards = [set(own.catalogue.objects(one, DCTERMS.conformsTo)) for one in (node, file)]
    assert standards == [{rdflib.URIRef("https://www.w3.org/TR/rdf12-concepts/")}] * 2
    assert own.catalogue.value(node, DCTERMS.isPartOf) == own.statistics.value(None, DCTERMS.hasFormat, node)
    assert any(isinstance(quad.object, ox.Triple) for quad in read_dump(own.folder / "dumps/all.rdf12.nq.gz"))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("title", " ", "title is empty"),
        *(
            ("endpoint", value, f"endpoint {value!r} is not an http or https address")
            for value in ("x y", "sparql", "javascript:alert(1)", "https:///ask")
        ),
        ("publisher", "", "publisher is empty"),
        ("licence", "", "licence '' is no http or https address"),
        ("licence", "CC0", "licence 'CC0' is no http or https address"),
        ("licence", "javascript:alert(1)", "licence 'javascript:alert(1)' is no http or https address"),
    ],
)
def test_a_workspace_whose_settings_no_catalogue_can_state_is_refused(
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
