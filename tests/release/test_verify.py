"""`foc verify` and the catalogue: what would mislead a harvester is told, each fault with its place."""

import re
import shutil
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, FOAF, RDF, SH, SKOS, Literal, URIRef

import foc_graph
from foc_graph.rdf.turtle import format_turtle
from foc_graph.release.catalogue.description import name
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


NAMES = {"BASE": BASE, "HERE": HERE, "ALL": ALL, "PACKED": PACKED, "THEME": THEME, "PERIOD": PERIOD}


def filled(told: Any) -> Any:
    """Return a value of the table as a term, or a text of it, with the names of addresses filled in."""
    if not isinstance(told, str):
        return ox.Literal(told)
    text = told.format_map(NAMES)
    return ox.NamedNode(text[1:-1]) if text.startswith("<") else text


CHANGES = [
    Change(
        filled(row["thing"]),
        URIRef(name(row["property"]).value),
        tuple(ox.Literal(one) if isinstance(one, str) else one for one in map(filled, row["values"])),
        row["told"],
        filled(row.get("at", "")),
        row.get("alone", True),
    )
    for row in tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))["change"]
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
    for file, old, new in (
        ("catalog.jsonld", b"CHANGES.md", b"README.md"),
        ("dataset.jsonld", b' B"', rb' B\n\u001b[31mall is well"'),
    ):
        write_anew(release / file, (release / file).read_bytes().replace(old, new))
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
