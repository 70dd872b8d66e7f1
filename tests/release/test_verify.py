"""`foc verify` and the catalogue: what would mislead a harvester is told, each fault with its place."""

import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, FOAF, RDF, SH, SKOS, Literal, URIRef

import foc_graph
from foc_graph.rdf.turtle import format_turtle
from foc_graph.release.verify import verify
from foc_graph.shacl import validate
from foc_graph.shacl.shapes_reader import LoadedShapes
from foc_graph.workspace.releases import Release
from tests.support import ROOT
from tests.support.releases import Out, relist
from tests.support.shared import copy_by_links, write_anew

BASE = "https://example.org/coalition/"
HERE = f"{BASE}release/2026.12/"
ALL, PACKED = f"{HERE}dumps/example.ttl.gz", f"{HERE}dumps/all.nq.gz"
IANA = "https://www.iana.org/assignments/media-types/"
THEME = "http://publications.europa.eu/resource/authority/data-theme"
SHAPES = ROOT / "foc_graph/release/catalogue/shapes.ttl"
PERIOD = f"{HERE}catalog.ttl#from-2024-03-01"
ADMS = rdflib.Namespace("http://www.w3.org/ns/adms#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
DCATAP = rdflib.Namespace("http://data.europa.eu/r5r/")
ELSEWHERE = ox.NamedNode("https://elsewhere.example/")
PAGES = (ox.NamedNode(f"{BASE}release/current/index.html"), ox.NamedNode(f"{HERE}index.html"))
SERIES = ox.NamedNode(DCAT.DatasetSeries)
TEXT = ox.Literal("text")

MANDATORY = {
    DCAT.Catalog: [DCTERMS.title, DCTERMS.description, DCTERMS.publisher],
    DCAT.CatalogRecord: [FOAF.primaryTopic, DCTERMS.modified],
    DCAT.DataService: [DCTERMS.title, DCAT.endpointURL],
    DCAT.Dataset: [DCTERMS.title, DCTERMS.description],
    DCAT.DatasetSeries: [DCTERMS.title, DCTERMS.description],
    DCAT.Distribution: [DCAT.accessURL],
    DCAT.Relationship: [DCTERMS.relation, DCAT.hadRole],
    ADMS.Identifier: [SKOS.notation],
    FOAF.Agent: [FOAF.name],
    SKOS.Concept: [SKOS.prefLabel],
    SKOS.ConceptScheme: [DCTERMS.title],
    SPDX.Checksum: [SPDX.algorithm, SPDX.checksumValue],
}
"""The properties that DCAT-AP 3.0 makes mandatory, by class."""


@pytest.fixture(scope="module")
def published(both: Out) -> Release:
    """The second release of a small workspace that names an endpoint, to be read only."""
    return both.release


@pytest.fixture(scope="module")
def shapes() -> LoadedShapes:
    """The shapes of catalogues as they are compiled."""
    return LoadedShapes([(SHAPES.name, SHAPES)])


@pytest.fixture
def release(published: Release, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return copy_by_links(published.path, tmp_path / "release")


class Change(NamedTuple):
    """The values that a property gets in a catalogue, and what is told then.

    It is told of the thing itself, or of another that the property leads to (`at`). A change is `alone` if nothing else
    is told: others may need the same property.
    """

    thing: str
    property: URIRef
    values: tuple[ox.NamedNode | ox.Literal, ...]
    said: str
    at: str = ""
    alone: bool = True

    @property
    def focus(self) -> str:
        return self.at or self.thing


CHANGES = [
    Change(f"{BASE}catalogue", DCTERMS.title, (), "Give one dcterms:title in a language"),
    Change(f"{BASE}catalogue", DCTERMS.title, (TEXT,), "Give one dcterms:title in a language"),
    Change(f"{BASE}catalogue", DCTERMS.description, (), "Give one dcterms:description in a language"),
    Change(f"{BASE}catalogue", DCTERMS.publisher, (), "Name one dcterms:publisher"),
    Change(f"{BASE}catalogue", DCTERMS.publisher, (TEXT,), "Name one dcterms:publisher"),
    Change(f"{BASE}catalogue", DCTERMS.publisher, (ELSEWHERE,), "Name one dcterms:publisher"),
    Change(f"{BASE}catalogue", DCTERMS.license, (), "State the licence"),
    Change(f"{BASE}catalogue", DCTERMS.modified, (TEXT,), "Give dcterms:modified at most once, as an xsd:date"),
    Change(f"{BASE}catalogue", DCAT.dataset, (ELSEWHERE,), "List datasets by dcat:dataset", alone=False),
    Change(f"{BASE}catalogue", DCAT.themeTaxonomy, (ELSEWHERE,), "Describe each dcat:themeTaxonomy"),
    Change(f"{BASE}catalogue", DCAT.service, (ELSEWHERE,), "Describe each dcat:service", alone=False),
    Change(f"{BASE}catalogue", DCAT.service, (), "List the service in a dcat:Catalog", at=f"{BASE}sparql"),
    Change(f"{BASE}catalogue", FOAF.homepage, PAGES, "Name at most one foaf:homepage"),
    Change(
        f"{BASE}catalogue", DCAT.dataset, (ox.NamedNode(HERE),), "List the dataset in", at=f"{BASE}dataset", alone=False
    ),
    Change(
        "urn:foc-graph:catalogue", RDF.type, (ox.NamedNode(DCAT.Catalog),), "Name a catalogue, and what", alone=False
    ),
    Change(f"{BASE}catalogue#publisher", FOAF.name, (), "Give the agent a name"),
    Change(f"{BASE}catalogue#contact", VCARD.fn, (), "Give the contact a name"),
    Change(f"{BASE}catalogue#contact", VCARD.hasEmail, (), "Give one address of the contact"),
    Change(HERE, DCAT.contactPoint, (ELSEWHERE,), "Describe what dcat:contactPoint leads to"),
    Change(THEME, DCTERMS.title, (), "Give one dcterms:title in a language"),
    Change(f"{THEME}/GOVE", SKOS.prefLabel, (), "Give the concept a skos:prefLabel"),
    Change(f"{BASE}dataset", DCTERMS.title, (), "Give one dcterms:title in a language"),
    Change(f"{BASE}dataset", DCTERMS.description, (), "Give one dcterms:description in a language"),
    Change(f"{BASE}dataset", DCAT.keyword, (TEXT,), "Write each dcat:keyword with a language tag"),
    Change(f"{BASE}dataset", DCTERMS.accrualPeriodicity, (ELSEWHERE,), "Name at most one dcterms:accrualPeriodicity"),
    Change(f"{BASE}dataset", DCAT.hasVersion, (), "Name the versions by dcat:hasVersion", alone=False),
    Change(f"{BASE}dataset", DCAT.hasVersion, (), "Name the version in its series", at=HERE, alone=False),
    Change(f"{BASE}dataset", DCAT.hasVersion, (), "Say of which dataset it is a version", alone=False),
    Change(f"{BASE}dataset", DCAT.first, (ELSEWHERE,), "Name the oldest version by one dcat:first", alone=False),
    Change(f"{BASE}dataset", DCAT.hasVersion, (ELSEWHERE,), "Name the versions by dcat:hasVersion", alone=False),
    Change(f"{BASE}dataset", DCAT.last, (), "Name the newest version by one dcat:last", alone=False),
    Change(f"{BASE}dataset", DCAT.hasCurrentVersion, (ELSEWHERE,), "Name the newest version"),
    Change(f"{BASE}dataset", RDF.type, (SERIES,), "Describe a dcat:DatasetSeries as", alone=False),
    Change(HERE, DCTERMS.title, (), "Give one dcterms:title in a language"),
    Change(HERE, DCTERMS.description, (), "Give one dcterms:description in a language"),
    Change(HERE, ADMS.versionNotes, (TEXT,), "Write adms:versionNotes with a language tag"),
    Change(HERE, DCTERMS.accessRights, (ELSEWHERE,), "Name at most one dcterms:accessRights"),
    Change(HERE, DCTERMS.conformsTo, (ELSEWHERE,), "Describe what dcterms:conformsTo leads to"),
    Change(HERE, DCTERMS.creator, (ELSEWHERE,), "Name at most one dcterms:creator"),
    Change(
        HERE,
        DCTERMS.hasPart,
        (ox.NamedNode(f"{HERE}changes"),),
        "Name the part in",
        at=f"{HERE}dumps/example",
        alone=False,
    ),
    Change(HERE, DCTERMS.issued, (TEXT,), "Give dcterms:issued at most once"),
    Change(HERE, DCTERMS.provenance, (ELSEWHERE,), "Describe what dcterms:provenance leads to"),
    Change(HERE, DCTERMS.rights, (ELSEWHERE,), "Describe what dcterms:rights leads to"),
    Change(HERE, DCTERMS.spatial, (ELSEWHERE,), "Describe what dcterms:spatial leads to"),
    Change(PERIOD, DCAT.startDate, (), "Give one dcat:startDate"),
    Change(PERIOD, DCAT.endDate, (TEXT,), "Give one dcat:endDate"),
    Change(f"{HERE}changes", DCAT.distribution, (ELSEWHERE,), "Describe each dcat:distribution", alone=False),
    Change(HERE, DCTERMS.language, (ELSEWHERE,), "Describe each dcterms:language"),
    Change(HERE, DCTERMS.temporal, (ELSEWHERE,), "Describe what dcterms:temporal leads to"),
    Change(HERE, DCAT.theme, (ELSEWHERE,), "Describe each dcat:theme"),
    Change(HERE, DCAT.landingPage, (TEXT,), "Point dcat:landingPage, foaf:homepage and foaf:page"),
    Change(HERE, DCAT.version, (), "Give one dcat:version"),
    Change(HERE, DCAT.version, (ox.Literal("2026.11"), ox.Literal("2026.12")), "Give one dcat:version"),
    Change(HERE, DCAT.version, (ox.Literal("1.0"),), "Give one dcat:version, a calendar version"),
    Change(HERE, DCAT.inSeries, (), "Name one series by dcat:inSeries", alone=False),
    Change(HERE, DCAT.inSeries, (ox.NamedNode(HERE),), "Name one series by dcat:inSeries", alone=False),
    Change(HERE, DCAT.previousVersion, (), "Name one version before it by dcat:previousVersion", alone=False),
    Change(HERE, DCAT.previousVersion, (ELSEWHERE,), "Name the version before by dcat:previousVersion"),
    Change(f"{HERE}dumps/example", DCAT.distribution, (), "Say in which files the part is", alone=False),
    Change(f"{HERE}dumps/example", DCTERMS.isPartOf, (), "Name one whole by dcterms:isPartOf", alone=False),
    Change(f"{HERE}dumps/example", DCTERMS.license, (), "State the licence"),
    Change(f"{HERE}dumps/example", DCTERMS.license, (TEXT,), "Point dcterms:license at"),
    Change(f"{HERE}changes", DCAT.distribution, (), "Name the file in", at=f"{HERE}changes.rdfp", alone=False),
    Change("urn:foc-graph:file", RDF.type, (ox.NamedNode(DCAT.Distribution),), "Name a distribution by", alone=False),
    Change(ALL, DCTERMS.title, (), "Give one dcterms:title in a language"),
    Change(ALL, DCTERMS.license, (), "State the licence"),
    Change(ALL, DCTERMS.license, (ELSEWHERE,), "Point dcterms:license at"),
    Change(ALL, DCAT.accessURL, (), "Say where the file is: dcat:accessURL"),
    Change(ALL, DCAT.accessURL, (ox.NamedNode("javascript:alert(1)"),), "Say where the file is: dcat:accessURL"),
    Change(ALL, DCAT.downloadURL, (), "Say where the file is fetched: one dcat:downloadURL"),
    Change(ALL, DCAT.downloadURL, (TEXT,), "Say where the file is fetched: one dcat:downloadURL"),
    Change(ALL, DCAT.byteSize, (), "Give the size in bytes"),
    Change(ALL, DCAT.byteSize, (ox.Literal(12),), "Give the size in bytes"),
    Change(ALL, DCATAP.availability, (ELSEWHERE,), "Name at most one dcatap:availability"),
    Change(ALL, DCAT.mediaType, (ox.Literal("text/turtle"),), "Name at most one dcat:mediaType"),
    Change(PACKED, DCAT.compressFormat, (ELSEWHERE,), "Name at most one dcat:compressFormat"),
    Change(ALL, DCTERMS.format, (ELSEWHERE,), "Name at most one dcterms:format"),
    Change(ALL, SPDX.checksum, (), "Give one spdx:checksum"),
    Change(ALL, SPDX.checksum, (ELSEWHERE,), "Give one spdx:checksum"),
    Change(f"{ALL}#sha256", SPDX.algorithm, (), "Name one spdx:algorithm"),
    Change(f"{ALL}#sha256", SPDX.checksumValue, (), "Give one spdx:checksumValue"),
    Change(f"{ALL}#sha256", SPDX.checksumValue, (TEXT,), "Give one spdx:checksumValue"),
    Change(f"{BASE}sparql", DCTERMS.title, (), "Give one dcterms:title in a language"),
    Change(f"{BASE}sparql", DCAT.endpointDescription, (TEXT,), "Point dcat:endpointDescription at"),
    Change(f"{BASE}sparql", DCAT.endpointURL, (), "Say where the service answers"),
    Change(f"{BASE}sparql", DCAT.endpointURL, (TEXT,), "Say where the service answers"),
    Change(f"{BASE}sparql", DCAT.servesDataset, (ELSEWHERE,), "Say what the service answers from"),
]


def make(changes: Sequence[Change], catalogue: Path, target: Path) -> None:
    """Write what a catalogue says, but for one property of one thing for each change."""
    said = {quad.triple for quad in ox.parse(path=catalogue)}
    changed = {(ox.NamedNode(change.thing), ox.NamedNode(change.property)): change.values for change in changes}
    assert len(changed) == len(changes)
    made = {one for one in said if (one.subject, one.predicate) not in changed}
    made |= {ox.Triple(*place, value) for place, values in changed.items() for value in values}
    assert made != said
    target.unlink(missing_ok=True)
    ox.serialize(made, target, ox.RdfFormat.TURTLE)


def faults(lines: Sequence[str], file: Path) -> list[str]:
    """What is told of one file of a release, without what begins each line."""
    return [line.removeprefix(f"{file}:").strip() for line in lines if line.startswith(f"{file}:")]


def together() -> list[list[Change]]:
    """Changes that can be told at once: those of different properties, if nothing else is told then."""
    alone: defaultdict[tuple[str, URIRef], list[Change]] = defaultdict(list)
    for change in CHANGES:
        if change.alone:
            alone[change.thing, change.property].append(change)
    groups = [[change for change in group if change] for group in zip_longest(*alone.values())]
    return groups + [[change] for change in CHANGES if not change.alone]


@pytest.mark.parametrize("changes", together())
def test_each_property_that_the_catalogue_lacks_is_told(
    published: Release, shapes: LoadedShapes, tmp_path: Path, changes: list[Change]
) -> None:
    catalogue = tmp_path / "catalog.ttl"
    make(changes, published.path / "catalog.ttl", catalogue)
    results = validate(catalogue, shapes).results
    for change in changes:
        assert any(one.focus == change.focus and one.message.startswith(change.said) for one in results), change
    if changes[0].alone:
        assert all(any(one.focus == it.focus and it.property in one.path for it in changes) for one in results)


def test_verifying_tells_what_the_catalogue_lacks_with_its_position(release: Path) -> None:
    catalogue, changes = release / "catalog.ttl", together()[0]
    make(changes, catalogue, catalogue)
    lines = verify(relist(release))
    assert len(set(lines)) == len(lines) and all(line.startswith(str(release)) for line in lines)
    for change in changes:
        told = rf"{re.escape(str(catalogue))}:\d+:\d+: {re.escape(change.focus)}: {re.escape(change.said)}"
        assert any(re.match(told, line) for line in lines), change


def test_a_release_is_valid(published: Release) -> None:
    assert verify(published.path) == []
    report = foc_graph.validate(published.path / "catalog.ttl", SHAPES)
    assert report.conforms and not report.warnings


def test_what_dcat_ap_makes_mandatory_is_missed(published: Release) -> None:
    graph = rdflib.Graph().parse(published.path / "catalog.ttl")
    dropped = [(graph.objects(URIRef(change.thing), RDF.type), change) for change in CHANGES if not change.values]
    missed = {(kind, change.property) for kinds, change in dropped for kind in kinds if change.alone}
    used = set(graph.objects(None, RDF.type))
    assert {(kind, one) for kind, properties in MANDATORY.items() if kind in used for one in properties} <= missed


def test_every_shape_has_a_change_that_breaks_it() -> None:
    messages = [str(message) for message in rdflib.Graph().parse(SHAPES).objects(None, SH.message)]
    assert [text for text in messages if not any(text.startswith(change.said) for change in CHANGES)] == []


TURTLE_TYPE = f"<{ALL}> ;\n    dcat:mediaType <{IANA}text/turtle>"
PACKING = f"dcat:compressFormat <{IANA}application/gzip> ;\n    dcat:downloadURL <{PACKED}>"
FALSEHOODS = {
    "catalog.ttl": [
        {
            f"downloadURL <{ALL}>": (f"downloadURL <{ALL}x>", f"{ALL}x is no file of the release"),
            f"<{HERE}index.html>": (f"<{HERE}none.html>", f"{HERE}none.html is no file of the release"),
            PACKING: (
                f"dcat:downloadURL <{PACKED}>",
                f"dumps/all.nq.gz: dcat:compressFormat is nothing, not {IANA}application/gzip",
            ),
        },
        {f"downloadURL <{ALL}>": (f"downloadURL <{ALL}x>", "does not list dumps/example.ttl.gz")},
        {
            TURTLE_TYPE: (
                TURTLE_TYPE.replace("text/turtle", "text/plain"),
                f"dumps/example.ttl.gz: dcat:mediaType is {IANA}text/plain, not {IANA}text/turtle",
            )
        },
    ],
    "dataset.jsonld": [
        {
            f'"{HERE}"': (f'"{HERE}x"', f"does not describe {HERE}"),
            f'"{ALL}"': (f'"{ALL}x"', f"{ALL}x is no file of the release"),
            ' B"': (' kB"', "dumps/all.jsonld.gz: schema:contentSize is "),
            '"text/turtle"': (
                '"text/plain"',
                "dumps/all.ttl.gz: schema:encodingFormat is application/gzip and text/",
            ),
            '"sha256": "': ('"sha256": "0', "dumps/all.jsonld.gz: schema:sha256 is 0"),
        },
        {f'"{ALL}"': ('"https://elsewhere.example/"', "does not list dumps/example.ttl.gz")},
        {"{": ("", "not well-formed: ")},
        {'"@vocab": "https://schema.org/"': ('"@import": "https://schema.org/"', "not well-formed: ")},
    ],
    ".well-known/void": [
        {
            f"<{HERE}>": (f"<{BASE}>", f"does not describe {HERE}"),
            f"<{ALL}>": (f"<{ALL}x>", f"{ALL}x is no file of the release"),
            f"<{HERE}index.html>": (f"<{HERE}none.html>", f"{HERE}none.html is no file of the release"),
        },
        {f"<{ALL}>": (f"<{ALL}x>", "does not list dumps/example.ttl.gz")},
        {"void:triples": ("void:triples void:", "not well-formed: ")},
    ],
}
"""Texts in files, what takes their place, and what is then told: those of one row at once."""


@pytest.mark.parametrize("round", range(4))
def test_what_is_false_is_told(release: Path, round: int) -> None:
    rows = {file: changed[round] for file, changed in FALSEHOODS.items() if round < len(changed)}
    for file, changed in rows.items():
        text = (release / file).read_text("utf-8")
        for old, (new, _) in changed.items():
            assert old in text
            text = text.replace(old, new)
        write_anew(release / file, text.encode())
    lines = verify(relist(release))
    for file, changed in rows.items():
        for _, told in changed.values():
            assert any(line.startswith(told) for line in faults(lines, release / file)), (file, told)


def test_a_dump_that_is_not_listed_is_told(release: Path) -> None:
    shutil.copy(release / "dumps" / "example.ttl.gz", release / "dumps" / "more.ttl.gz")
    lines = verify(release)
    for file in FALSEHOODS:
        assert faults(lines, release / file) == ["does not list dumps/more.ttl.gz"]


UNREADABLE = {
    "catalog.ttl": [
        (b"", f"does not describe {HERE}"),
        (b"<a", "not well-formed: "),
        (b"<https://a.example/> <https://a.example/> <<(" * 10_000, "nested deeper than"),
    ],
    "catalog.jsonld": [(b"[" * 10_000, "nested deeper than")],
    "dataset.jsonld": [
        (b"", "not well-formed: "),
        (b"\xff", "not UTF-8"),
        (b"{}", f"does not describe {HERE}"),
        (b'{"@context": "https://schema.org/", "@id": "x"}', "not well-formed: "),
        (b'{"@id": "x", "x": ' * 10_000 + b"1" + b"}" * 10_000, "nested deeper than"),
    ],
    ".well-known/void": [(b"<a:a> <a:b> <<( <a:a> <a:b> 1 )>> .", f"does not describe {HERE}")],
}


@pytest.mark.parametrize("round", range(5))
def test_what_no_harvester_could_read_is_told(release: Path, round: int) -> None:
    rows = {file: contents[round] for file, contents in UNREADABLE.items() if round < len(contents)}
    for file, (content, _) in rows.items():
        write_anew(release / file, content)
    lines = verify(relist(release))
    for file, (_, told) in rows.items():
        assert any(told in line for line in faults(lines, release / file)), (file, told)


def test_the_catalogue_in_json_ld_is_the_same_and_a_fault_is_one_line(release: Path) -> None:
    for name, old, new in (
        ("catalog.jsonld", b"CHANGES.md", b"README.md"),
        ("dataset.jsonld", b' B"', rb' B\n\u001b[31mall is well"'),
    ):
        write_anew(release / name, (release / name).read_bytes().replace(old, new))
    lines = verify(relist(release))
    assert f"{release}: catalog.ttl and catalog.jsonld say different things" in lines
    assert any("all is well" in line for line in lines) and all(line.isprintable() for line in lines)


def test_every_shape_has_a_name_and_every_constraint_a_message() -> None:
    text = SHAPES.read_text("utf-8")
    assert format_turtle(text) == text
    graph = rdflib.Graph().parse(SHAPES)
    for kind in (SH.NodeShape, SH.PropertyShape):
        assert all(isinstance(shape, URIRef) for shape in graph.subjects(RDF.type, kind))
    for shape in graph.subjects(RDF.type, SH.PropertyShape):
        (message,) = graph.objects(shape, SH.message)
        assert isinstance(message, Literal) and message.language == "en" and message.endswith(".")
        assert list(graph.subjects(SH.property, shape))
