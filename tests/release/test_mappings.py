"""Mapping sets of a release: what the published graph says of links to other datasets, in SSSOM, and listed as such."""

import csv
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import DCAT, DCTERMS, RDF, RDFS, VOID

from foc_graph import namespaces
from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE, LINKED, PREFIXES, iri_of
from foc_graph.rdf.terms import is_iri
from foc_graph.release.build import publish
from foc_graph.release.catalogue import write_catalogue
from foc_graph.release.files import files_below
from foc_graph.release.mappings import write_links
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.release.verify import verify
from foc_graph.sssom.identifiers import parse_mappings
from foc_graph.sssom.tsv import MappingSet, format_mappings, read_mappings
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.releases import QUERIES
from tests.support.workspaces import EXAMPLE, new_workspace
from tests.support.workspaces import PREFIXES as DECLARED

OWN = "https://example.org/coalition/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
SET = f"""#curie_map:
#  coal: {BASE}ns#
#  id: {OWN}id/
#  own: https://register.example/
#  prov: http://www.w3.org/ns/prov#
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: {OWN}graph/made
#license: https://example.org/licence
#extension_definitions:
#  - slot_name: author_type
#    property: coal:authorType
#    type_hint: linkml:Uriorcurie
"""
NOTE = 'Says "so".'
COLUMNS = (
    *("subject_id", "predicate_id", "predicate_modifier", "object_id", "mapping_justification", "mapping_source"),
    *("mapping_date", "confidence", "author_type", "comment"),
)
AT = "id:organisation/example-foundation"
MANUAL, CHAIN = "semapv:ManualMappingCuration", "semapv:MappingChaining"
ROWS = (
    (AT, "owl:sameAs", "", "wikidata:Q1", MANUAL, "id:source/charter", "2026-05-04", "0.9", "prov:Person", NOTE),
    (AT, "owl:sameAs", "", "wikidata:Q1", MANUAL, "id:source/other", "2026-05-04", "0.9", "prov:Person", NOTE),
    (AT, "rdfs:seeAlso", "", "own:gb/7", CHAIN, "id:source/charter", "2026-05-05", "1", "prov:Organization", ""),
    (AT, "owl:sameAs", "Not", "wikidata:Q2", MANUAL, "id:source/charter", "2026-05-04", "0.2", "prov:Person", "No."),
)
SHARED = [row for row in ROWS if row[3].startswith("wikidata:")]
SCHEMES = f'["ontology/rules", "ontology/concepts/identifier-scheme.ttl", {QUERIES}]'
USED = """[
    "ontology/rules", "ontology/concepts/identifier-scheme.ttl", "data/agents/governments.ttl", "data/graphs.ttl",
    "data/links/geonames.sssom.tsv", "data/links/grid.sssom.tsv", "data/places/countries.ttl",
    "data/places/regions.ttl", "data/sources/datasets.ttl", "data/sources/sources.ttl",
]"""
SOURCE = f"""{DECLARED}
<{OWN}id/source/other>
    a coal:Source ;
    coal:retrieved "2026-05-04"^^xsd:date ;
    dcterms:title "Other"@en ;
.
"""


class Released(NamedTuple):
    """The mapping sets of a snapshot by their paths, what its graphs say, and its catalogue and statistics."""

    base: str
    folder: Path
    sets: dict[str, MappingSet]
    quads: list[ox.Quad]
    catalogue: rdflib.Graph
    statistics: rdflib.Graph


SEAT = f"""{DECLARED}
<id/example/membership/ee> a coal:Membership ; dcterms:source <id/source/charter> ;
    org:member <{BASE}id/government/ee> ; org:organization <id/example> .
"""


def released(root: Path, folder: Path, base: str | None = None) -> Released:
    workspace = find_workspace(root)
    with take_snapshot(workspace, open_built(workspace).store, base, "2026.10") as published:
        write_links(published, folder)
        (folder / "dumps").mkdir()
        write_catalogue(published, files_below(folder), {}, [], None, folder)
        quads = list(published.store.quads())
        return Released(
            published.base,
            folder,
            read(folder),
            quads,
            rdflib.Graph().parse(folder / "catalog.ttl"),
            rdflib.Graph().parse(folder / ".well-known/void", format="turtle"),
        )


def read(folder: Path) -> dict[str, MappingSet]:
    """The mapping sets below a folder, all of which are in the canonical form."""
    found = {}
    for path in sorted((folder / "links").rglob("*.tsv")):
        name = path.relative_to(folder / "links").as_posix()
        found[name] = read_mappings(path.read_bytes().decode(), name)
        assert format_mappings(found[name]).encode() == path.read_bytes()
    return found


def workspace_of(root: Path, include: str = SCHEMES, rows: Sequence[tuple[str, ...]] = ROWS) -> Path:
    """A workspace with a mapping set of its own."""
    new_workspace(root, include)
    (root / "data" / "links").mkdir()
    with (root / "data" / "links" / "made.sssom.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write(SET)
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([COLUMNS, *rows])
    (root / "data" / "sources" / "other.ttl").write_text(SOURCE, "utf-8")
    return root


@pytest.fixture(scope="module")
def own(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A workspace with a set of its own and what it uses of one of the packaged one, under another base."""
    folder = tmp_path_factory.mktemp("own")
    root = workspace_of(folder / "workspace", USED)
    (root / "data" / "coalitions" / "example" / "more.ttl").write_text(SEAT, "utf-8")
    (folder / "release").mkdir()
    return released(root, folder / "release", "https://mirror.example/c/")


def slots(mappings: MappingSet) -> list[dict[str, str]]:
    return [row.slots for row in mappings.rows]


@pytest.mark.sweep
def test_the_rows_of_the_packaged_sets_are_those_of_the_workspace_but_for_what_was_rejected(
    cache: Path, tmp_path: Path
) -> None:
    packaged = released(ROOT, tmp_path)
    for path in (ROOT / "data" / "links").iterdir():
        stated = read_mappings(path.read_text("utf-8"), path.name)
        assert slots(packaged.sets[path.name]) == [row for row in slots(stated) if "predicate_modifier" not in row]


def test_a_set_says_what_it_is(own: Released) -> None:
    assert own.sets["shared/geonames.sssom.tsv"].metadata.items() >= {
        ("mapping_set_id", f"{BASE}graph/geonames"),
        ("mapping_set_version", "2026.10"),
        ("mapping_set_title", "Identifiers from GeoNames"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ("comment", "Identifiers of GeoNames, https://www.geonames.org/, CC BY 4.0."),
    }
    made = own.sets["made.sssom.tsv"].metadata
    assert (made["mapping_set_id"], made["license"]) == ("https://mirror.example/c/graph/made", CC0)
    assert "comment" not in made


def test_another_base_moves_own_things_and_what_is_used_of_shared_sets_lies_apart(own: Released) -> None:
    assert own.sets.keys() == {"made.sssom.tsv", "shared/geonames.sssom.tsv"}  # of GRID, nothing is used
    made = own.sets["made.sssom.tsv"]
    assert made.prefixes["id"] == "https://mirror.example/c/id/"
    assert made.prefixes["own"] == "https://register.example/"
    given = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS if row[2] != "Not"]
    expected = [{slot: value for slot, value in row.items() if value} for row in given]
    assert sorted(slots(made), key=str) == sorted(expected, key=str)
    path = ROOT / "data" / "links" / "geonames.sssom.tsv"
    stated, kept = read_mappings(path.read_text("utf-8"), path.name), own.sets["shared/geonames.sssom.tsv"]
    subjects = {row["subject_id"] for row in slots(kept)}
    assert slots(kept) == [row for row in slots(stated) if row["subject_id"] in subjects]
    assert kept.prefixes.items() <= stated.prefixes.items()
    assert "id:country/ee" in subjects and "id:country/lv" not in subjects


def test_read_as_data_a_set_gives_the_same_graph_again(own: Released) -> None:
    identifying = {quad.subject for quad in own.quads if quad.predicate.value == iri_of("coal:linkProperty")}
    graphs: defaultdict[str, set[ox.Triple]] = defaultdict(set)
    for quad in own.quads:
        if quad.subject in identifying and not str(quad.graph_name).endswith("/derived>"):
            graphs[quad.graph_name.value].add(quad.triple)
    for path, mappings in own.sets.items():
        text = (own.folder / "links" / path).read_text("utf-8")
        assert set(parse_mappings(text, path)) == graphs.pop(mappings.metadata["mapping_set_id"])
    assert not graphs


def test_linksets_count_what_the_sets_hold(own: Released) -> None:
    pairs: defaultdict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    for path, mappings in own.sets.items():
        for row in mappings.rows:
            subject, predicate, value = (
                mappings.expand(row.slots[slot]) for slot in ("subject_id", "predicate_id", "object_id")
            )
            key = f"{row.slots['object_id'].partition(':')[0]} {predicate}"
            pairs[key].add((subject, value))
            places[key].add(path)
    found, files = {}, {}
    for node in own.statistics.subjects(RDF.type, VOID.Linkset):
        target = str(own.statistics.value(node, VOID.objectsTarget)).rpartition("/")[2]
        key = f"{target} {own.statistics.value(node, VOID.linkPredicate)}"
        found[key] = int(str(own.statistics.value(node, VOID.triples)))
        files[key] = {str(file).partition("/links/")[2] for file in own.statistics.objects(node, RDFS.seeAlso)}
    assert found == {key: len(some) for key, some in pairs.items()}
    assert files == places


def test_each_set_is_a_dataset_with_one_distribution(own: Released) -> None:
    graph, address = own.catalogue, f"{own.base}release/2026.10/links/"
    for path, mappings in own.sets.items():
        file = rdflib.URIRef(f"{address}{path}")
        dataset = rdflib.URIRef(str(file).removesuffix(".sssom.tsv"))
        assert (dataset, RDF.type, DCAT.Dataset) in graph
        assert list(graph.subjects(DCAT.dataset, dataset)) == [rdflib.URIRef(f"{own.base}catalogue")]
        assert list(graph.objects(dataset, DCAT.distribution)) == [file]
        assert list(graph.objects(file, DCTERMS.license)) == [rdflib.URIRef(mappings.metadata["license"])]
        assert str(graph.value(file, DCAT.mediaType)).endswith("/text/tab-separated-values")
        assert str(graph.value(file, DCTERMS["format"])).endswith("/file-type/TSV")
        rights = graph.value(file, DCTERMS.rights)
        stated = graph.value(rights, DCTERMS.description) if rights else None
        assert (stated and str(stated)) == mappings.metadata.get("comment")


def made_of(quads: Iterable[ox.Quad], folder: Path, base: str = OWN) -> Path:
    """The sets of a store that was filled before, by a workspace of no more than its settings."""
    shutil.copy(EXAMPLE / "workspace.toml", folder)
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    store.load(quads)
    write_links(Snapshot(Workspace(folder), store, base, "2026.11", date(2026, 11, 24)), folder)
    return folder


def identifier(text: str, graph: str = "made") -> list[ox.Quad]:
    """What is said of one identifier, with the usual prefixes, in a named graph."""
    prefixes = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    turtle = f"{prefixes}BASE <{OWN}id/>\n<a/identifier/x> a adms:Identifier ; coal:identifies <a> ; {text} ."
    named = ox.NamedNode(f"{OWN}graph/{graph}")
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, named)
        for quad in ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE)
    ]


SCHEME = f"coal:scheme <{OWN}concept/identifier-scheme"
STORED = {
    "evidence of which nothing is told": (
        "coal:linkProperty owl:sameAs ; schema:url <http://www.wikidata.org/entity/Q1>",
        ["id:a owl:sameAs wikidata:Q1 semapv:UnspecifiedMatching"],
    ),
    "a code without an address": ("coal:linkProperty owl:sameAs ; skos:notation 'EE'", []),
    "an address without a link": ("schema:url <http://www.wikidata.org/entity/Q1>", []),
    "dates and confidences of several": (
        "coal:linkProperty rdfs:seeAlso ; schema:url <https://ror.org/1> ; sssom:confidence 0.5e0 , 0.7e0 ; "
        "dcterms:created '2026-05-04'^^xsd:date , '2026-05-05'^^xsd:date ; dcterms:source <s> , <t>",
        [f"id:a rdfs:seeAlso ror:1 semapv:UnspecifiedMatching id:{name}" for name in "st"],
    ),
    "justifications of several": (
        "coal:linkProperty rdfs:seeAlso ; schema:url <https://ror.org/1> ; dcterms:source <s> ; "
        "sssom:mapping_justification semapv:MappingChaining , semapv:CompositeMatching",
        [f"id:a rdfs:seeAlso ror:1 semapv:{name} id:s" for name in ("CompositeMatching", "MappingChaining")],
    ),
    "a register of one's own": (
        f"{SCHEME}/own> ; coal:linkProperty rdfs:seeAlso ; schema:url <https://x.example/gb/7/> ; skos:notation 'gb/7'",
        ["id:a rdfs:seeAlso own:gb/7/ semapv:UnspecifiedMatching"],
    ),
    "a register that is named as a vocabulary is": (
        f"{SCHEME}/org> ; coal:linkProperty rdfs:seeAlso ; schema:url <https://x.example/7> ; skos:notation '7'",
        ["id:a rdfs:seeAlso org-2:7 semapv:UnspecifiedMatching"],
    ),
    "an address that is none of its scheme": (
        f"{SCHEME}/1> ; coal:linkProperty rdfs:seeAlso ; schema:url <https://ror.org/> ; skos:notation '7'",
        ["id:a rdfs:seeAlso ns:ror.org/ semapv:UnspecifiedMatching"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), STORED.values(), ids=STORED.keys())
def test_what_a_store_lacks_is_left_out(text: str, expected: list[str], tmp_path: Path) -> None:
    found = [row.slots.values() for one in read(made_of(identifier(text), tmp_path)).values() for row in one.rows]
    assert [" ".join(values) for values in found] == expected


@pytest.mark.parametrize("graph", ["a%20b", "../made", "a/../../b", ".made"])
def test_a_graph_after_which_no_file_can_be_named_is_refused(graph: str, tmp_path: Path) -> None:
    quads = identifier("coal:linkProperty owl:sameAs ; schema:url <https://ror.org/1>", graph)
    with pytest.raises(WorkspaceError, match="no file can be named after it"):
        made_of(quads, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["workspace.toml"]


def test_what_no_curie_can_name_is_refused(tmp_path: Path) -> None:
    quads = identifier("coal:linkProperty owl:sameAs ; schema:url <urn:x:a\u00a0b>")
    with pytest.raises(ParseError, match=r"links/made.sssom.tsv:\d+:\d+: object_id: .* is no CURIE"):
        made_of(quads, tmp_path)


FORM = r"(https?://[a-z]{1,3}\.example/?|urn)([/:?=][a-z0-9._~-]{0,3}){1,4}#?[a-z]"
SPACES = [*LINKED.values(), f"{OWN}id/", f"{BASE}id/"]
IRIS = st.one_of(
    st.from_regex(FORM, fullmatch=True).filter(is_iri),
    st.builds("{}{}".format, st.sampled_from(SPACES), st.from_regex("[a-z0-9]{1,3}/?", fullmatch=True)),
).map(ox.NamedNode)
LINKS = st.tuples(IRIS, IRIS, IRIS, st.sampled_from(["own", "ror", "org", "9", "a_b"]))


@campaign(60)
@given(st.lists(LINKS, min_size=1, max_size=6, unique_by=lambda link: link[:3]))
def test_any_link_is_read_back_as_it_is(
    tmp_path_factory: pytest.TempPathFactory,
    links: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode, str]],
) -> None:
    folder = tmp_path_factory.mktemp("links")
    graph = ox.NamedNode(f"{OWN}graph/made")
    quads = []
    for number, (thing, address, source, scheme) in enumerate(links):
        said = {
            "coal:identifies": thing,
            "coal:linkProperty": ox.NamedNode(iri_of("owl:sameAs")),
            "coal:scheme": ox.NamedNode(f"{OWN}concept/identifier-scheme/{scheme}"),
            "dcterms:source": source,
            "schema:url": address,
            "skos:notation": ox.Literal(address.value.rpartition("/")[2]),
        }
        record = ox.NamedNode(f"{OWN}id/{number}")
        quads += [ox.Quad(record, ox.NamedNode(iri_of(name)), value, graph) for name, value in said.items()]
    (mappings,) = read(made_of(quads, folder)).values()
    wanted = ("subject_id", "object_id", "mapping_source")
    found = [tuple(mappings.expand(row.slots[slot]) for slot in wanted) for row in mappings.rows]
    assert sorted(found, key=str) == sorted((tuple(one.value for one in link[:3]) for link in links), key=str)


@pytest.fixture(scope="module")
def site(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole release with a mapping set."""
    folder = tmp_path_factory.mktemp("site")
    return publish(folder / "out", Workspace(workspace_of(folder / "workspace", rows=SHARED))).release.path


def test_a_release_with_mappings_is_verified_and_lists_them(site: Path) -> None:
    assert verify(site) == []
    downloads = (site / "downloads.html").read_text("utf-8")
    assert '<a href="links/made.sssom.tsv">made.sssom.tsv</a>' in downloads
    assert "links/made.sssom.tsv" in (site / "dataset.jsonld").read_text("utf-8")
    assert "Q2" not in "".join(one.read_text("utf-8") for one in (site / "links").iterdir())


def test_a_page_tells_in_words_how_a_link_is_known(site: Path) -> None:
    page = (site / "doc/organisation/example-foundation.html").read_text("utf-8")
    (row,) = re.findall(r'<tr id="identifier/wikidata">(.*?)</tr>', page)
    cells = re.findall("<td[^>]*>(.*?)</td>", row)
    known = f'<a href="{iri_of(MANUAL)}">manual curation</a>'
    assert [known, "0.9", f'<a href="{iri_of("prov:Person")}">person</a>', "4 May 2026", "Says &#34;so&#34;."] == cells[
        3:
    ]


def test_what_changed_about_an_identifier_is_told_in_words(site: Path, tmp_path: Path) -> None:
    changed = workspace_of(tmp_path / "changed", rows=SHARED)
    file = changed / "data" / "links" / "made.sssom.tsv"
    text = file.read_text("utf-8").replace("0.9\t", "0.7\t").replace("prov:Person", "prov:SoftwareAgent")
    text = text.replace(MANUAL, CHAIN).replace("2026-05-04", "2026-06-01").replace('"Says ""so""."', "")
    file.write_text(text, "utf-8")
    done = foc("diff", str(site), str(changed))
    assert (done.returncode, done.stderr) == (1, "")
    it = "identifier Wikidata Q1"
    assert {
        f"  The author type of {it} is now program (was person)",
        f"  The confidence of {it} is now 0.7 (was 0.9)",
        f"  The date of {it} is now 2026-06-01 (was 2026-05-04)",
        f"  The justification of {it} is now chain of mappings (was manual curation)",
        f"  The note of {it} was removed",
    } == {line for line in done.stdout.splitlines() if it in line}
