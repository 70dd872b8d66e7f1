"""Mapping sets in SSSOM/TSV: read, written in one canonical form, and the identifiers that the graph has of them."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import foc_graph
from foc_graph.errors import ParseError
from foc_graph.links.schemes import SCHEMES, address_of
from foc_graph.namespaces import BASE, LINKED
from foc_graph.sssom.identifiers import parse_mappings
from foc_graph.sssom.model import MAPPING_SLOTS
from foc_graph.sssom.tsv import MappingSet, Row, format_mappings, read_mappings
from tests.support import ROOT, WorkspaceMaker
from tests.support.campaign import campaign
from tests.support.commands import foc

ID = f"{BASE}id"
HEAD = f"""#curie_map:
#  coal: {BASE}ns#
#  id: {ID}/
#  prov: http://www.w3.org/ns/prov#
#  ror: https://ror.org/
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: https://example.org/links
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_date: 2026-05-04
#extension_definitions:
#  - slot_name: author_type
#    property: coal:authorType
#    type_hint: linkml:Uriorcurie
"""
COLUMNS = (
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_source\tconfidence\tcomment\tauthor_type\n"
)
MANUAL = "semapv:ManualMappingCuration"
ROW = f"id:organisation/a\towl:sameAs\twikidata:Q1\t{MANUAL}\tid:source/s\t0.9\tThe one.\tprov:Person\n"
SET = HEAD + COLUMNS + ROW
THINGS = f"""<{ID}/organisation/a> a org:Organization ; skos:prefLabel "A"@en ; dcterms:isReferencedBy <{ID}/source/s> .
<{ID}/source/s> a coal:Source ; dcterms:title "S"@en ; coal:note "Made for a test."@en ;
  <http://purl.org/dc/elements/1.1/publisher> "P" ; coal:retrieved "2026-05-04"^^xsd:date .
"""
REGISTER = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
<https://w3id.org/coalition/concept/identifier-scheme/register>
    a skos:Concept ;
    skos:definition "The numbers of the national register of associations."@en ;
    skos:inScheme <https://w3id.org/coalition/concept/identifier-scheme> ;
    skos:notation "register" ;
    skos:prefLabel "National register"@en ;
.
"""
ASKED = """SELECT ?predicate ?value
WHERE { <https://w3id.org/coalition/id/organisation/a/identifier/wikidata> ?predicate ?value }
ORDER BY ?predicate ?value"""


def workspace(make_workspace: WorkspaceMaker, mappings: str) -> Path:
    root = make_workspace(things=THINGS)
    (root / "data" / "links").mkdir()
    (root / "data" / "links" / "made.sssom.tsv").write_bytes(mappings.encode())
    return root


def row(subject: str, target: str, predicate: str = "owl:sameAs", **slots: str) -> Row:
    return Row(
        0,
        {
            "subject_id": subject,
            "predicate_id": predicate,
            "object_id": target,
            "mapping_justification": MANUAL,
            **slots,
        },
    )


def made(*rows: Row) -> str:
    mappings = read_mappings(SET, "set")
    return format_mappings(mappings._replace(rows=list(rows)))


def test_a_mapping_is_an_identifier_and_a_link(make_workspace: WorkspaceMaker) -> None:
    graph = foc_graph.open(workspace(make_workspace, SET))
    assert [tuple(one.values()) for one in graph.sparql(ASKED)] == [
        ("http://purl.org/dc/terms/created", "2026-05-04"),
        ("http://purl.org/dc/terms/source", f"{ID}/source/s"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/ns/adms#Identifier"),
        ("http://www.w3.org/2004/02/skos/core#notation", "Q1"),
        ("http://www.w3.org/2004/02/skos/core#note", "The one."),
        ("https://schema.org/url", "http://www.wikidata.org/entity/Q1"),
        (f"{BASE}ns#authorType", "http://www.w3.org/ns/prov#Person"),
        (f"{BASE}ns#identifies", f"{ID}/organisation/a"),
        (f"{BASE}ns#linkProperty", "http://www.w3.org/2002/07/owl#sameAs"),
        (f"{BASE}ns#note", "The one."),
        (f"{BASE}ns#scheme", f"{BASE}concept/identifier-scheme/wikidata"),
        ("https://w3id.org/sssom/confidence", 0.9),
        ("https://w3id.org/sssom/mapping_justification", "https://w3id.org/semapv/vocab/ManualMappingCuration"),
    ]
    link = f"<{ID}/organisation/a> owl:sameAs <http://www.wikidata.org/entity/Q1>"
    assert graph.sparql(f"ASK {{ GRAPH <{BASE}graph/derived> {{ {link} }} }}")
    assert graph.sparql(f"ASK {{ GRAPH <{BASE}graph/made> {{ ?identifier a adms:Identifier }} }}")


def test_rows_that_name_several_sources_are_one_mapping_and_a_rejected_one_is_none() -> None:
    sources = [row("id:organisation/a", "wikidata:Q1", mapping_source=f"id:source/{name}") for name in ("s", "t")]
    rejected = row("id:organisation/a", "wikidata:Q2", predicate_modifier="Not")
    triples = parse_mappings(made(*sources, rejected), "set")
    assert {triple.subject.value for triple in triples} == {f"{ID}/organisation/a/identifier/wikidata"}
    assert [triple.object.value for triple in triples if triple.predicate.value.endswith("source")] == [
        f"{ID}/source/s",
        f"{ID}/source/t",
    ]


def test_a_second_identifier_of_a_scheme_has_a_number_and_an_own_scheme_lies_in_the_workspace() -> None:
    head = HEAD.replace("  ror:", "  own: https://own.example/\n#  ror:").replace(f"{ID}/", "https://example.org/id/")
    rows = [ROW, ROW.replace("Q1", "Q2"), ROW.replace("wikidata:Q1", "own:x/")]
    triples = parse_mappings(head + COLUMNS + "".join(rows), "set")
    start = "https://example.org/id/organisation/a/identifier"
    assert {triple.subject.value for triple in triples} == {
        f"{start}/{name}" for name in ("wikidata", "wikidata-2", "own")
    }
    own = {triple.object.value for triple in triples if triple.subject.value.endswith("own")}
    assert {"https://example.org/concept/identifier-scheme/own", "https://own.example/x/", "x"} <= own


BAD = {
    "no head": (COLUMNS + ROW, ":1: header: begin the file"),
    "a head that is not YAML": ("#a: [\n" + SET, ":3: header: not YAML"),
    "a head of a million letters": (f"#comment: {'x' * 10**6}\n" + SET, ":1: header: more than 500,000 characters"),
    "an alias": ("#comment: &a x\n#other: *a\n" + SET, ":1: header: not YAML: an alias is not allowed"),
    "an unknown slot of the set": ("#licence: x\n" + SET, ":1: header: 'licence' is no slot of a mapping set"),
    "no licence": (SET.replace("#license", "#see_also"), ":1: header: license: give it as an IRI"),
    "another namespace for a prefix": (
        SET.replace("www.wikidata.org/entity", "example.org"),
        ":6: header: curie_map: wikidata stands for http://www.wikidata.org/entity/ here",
    ),
    "another namespace for a built-in one": (
        SET.replace("#  prov", "#  owl: https://example.org/\n#  prov"),
        ":4: header: curie_map: owl stands for http://www.w3.org/2002/07/owl# in every set",
    ),
    "two prefixes for a namespace": (
        SET.replace("#  wikidata", "#  wd: http://www.wikidata.org/entity/\n#  wikidata"),
        ":1: header: curie_map: two prefixes stand for one namespace",
    ),
    "a prefix that is none": (SET.replace("#  ror:", "#  a b:"), ":5: header: curie_map: 'a b' is no prefix"),
    "no columns": (HEAD, ":14:1: has no column subject_id"),
    "a column missing": (
        HEAD + COLUMNS.replace("mapping_justification\t", "") + ROW.replace(f"{MANUAL}\t", ""),
        ":14:1: has no column mapping_justification",
    ),
    "an unknown column": (HEAD + COLUMNS.replace("comment", "remark") + ROW, ":14:1: 'remark' is no slot of SSSOM 1.1"),
    "a column twice": (HEAD + COLUMNS.replace("comment", "confidence") + ROW, ":14:1: has two columns of one name"),
    "an unknown prefix": (SET.replace("wikidata:Q1", "viaf:1"), ":15:30: object_id: unknown prefix viaf: declare it"),
    "an IRI for a CURIE": (
        SET.replace("wikidata:Q1", "<http://www.wikidata.org/entity/Q1>"),
        ":15:30: object_id: '<http://www.wikidata.org/entity/Q1>' is no CURIE",
    ),
    "no CURIE": (SET.replace("wikidata:Q1", "Q1"), ":15:30: object_id: 'Q1' is no CURIE, such as wikidata:Q42"),
    "an empty cell": (SET.replace("owl:sameAs", ""), ":15:1: predicate_id is empty"),
    "a cell too many": (SET.replace("Person", "Person\tx"), ":15:108: a row has more cells than there are columns"),
    "a confidence above one": (SET.replace("0.9", "1.5"), ":15:83: confidence: '1.5' is no number from 0 to 1"),
    "a confidence in words": (SET.replace("0.9", "high"), ":15:83: confidence: 'high' is no number from 0 to 1"),
    "a date that is none": (SET.replace("2026-05-04", "May 2026"), ":9:1: mapping_date: 'May 2026' is no date"),
    "a day that does not exist": (
        SET.replace("2026-05-04", "2026-02-31"),
        ":9:1: mapping_date: '2026-02-31' is no date",
    ),
    "a key twice": ("#comment: a\n#comment: b\n" + SET, ":2: header: not YAML: comment occurs twice"),
    "a comment in the head": ("#other: a # by hand\n" + SET, ":1: header: a comment, which would be lost"),
    "a line of comment": ("## by hand\n" + SET, ":1: header: a comment, which would be lost"),
    "lines that end with CR": (SET.replace("\n", "\r"), ":1: its lines end with a carriage return alone"),
    "a confidence too fine": (SET.replace("0.9", "0.9999"), ":15:83: confidence: three decimals at most"),
    "a thousand cells": (SET + "x\t" * 1000, ":16:1001: more than 500 cells in a row"),
    "a letter that nobody sees": (SET.replace("wikidata:Q1", "wikidata:Q1\u200b"), ":15:30: object_id: 'wikidata:Q1"),
    "an open quote": (SET.replace("The one.", '"The one.'), ":15:87: a quoted cell does not end"),
    "a control character": (SET.replace("The one.", "The\x07one."), ":15:87: a cell with control characters"),
    "a million letters": (SET.replace("The one.", "x" * 10**6), ":15:87: a cell with control characters, or more than"),
    "another modifier": (
        HEAD + COLUMNS.replace("comment", "predicate_modifier") + ROW,
        ":15:87: predicate_modifier: 'The one.' is no modifier",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BAD.values(), ids=BAD.keys())
def test_a_fault_is_told_at_its_position(text: str, problem: str) -> None:
    with pytest.raises(ParseError) as error:
        parse_mappings(text, "set")
    assert str(error.value).startswith(f"set{problem}") and len(str(error.value).splitlines()) == 1


def test_what_cannot_be_read_is_a_finding_and_stops_the_graph(make_workspace: WorkspaceMaker) -> None:
    root = workspace(make_workspace, SET.replace("wikidata:Q1", "viaf:1"))
    done = foc("--workspace", str(root), "link", "check")
    place = "data/links/made.sssom.tsv:15:30: object_id: unknown prefix viaf"
    assert done.returncode == 1 and done.stdout.startswith(place) and done.stdout.endswith("1 finding\n")
    asked = foc("--workspace", str(root), "query", "coalitions")
    assert asked.returncode == 2 and place in asked.stderr


REGISTERED = SET.replace("#  ror: https://ror.org/", "#  register: https://register.example/")
REGISTERED = REGISTERED.replace("wikidata:Q1", "register:7")
"""A link to a dataset of the workspace's own."""


def test_a_wrong_mapping_is_found_at_its_line(make_workspace: WorkspaceMaker) -> None:
    root = workspace(make_workspace, HEAD + COLUMNS + ROW.replace("wikidata:Q1", "ror:020ktwj03"))
    (root / "data" / "schemes.ttl").write_text(REGISTER, "utf-8")
    (root / "data" / "links" / "own.sssom.tsv").write_text(REGISTERED, "utf-8")
    (root / "data" / "links" / "two.sssom.tsv").write_text(SET + ROW.replace("wikidata:Q1", "wikidata:Q2"), "utf-8")
    done = foc("--workspace", str(root), "link", "check")
    one, other, count = done.stdout.splitlines()
    assert done.returncode == 1 and count == "2 findings"
    assert one.startswith("data/links/made.sssom.tsv:15:30: 020ktwj03 is no ROR identifier")
    assert other.startswith("data/links/two.sssom.tsv:16:30: <http://www.wikidata.org/entity/Q1> is of the same")


def test_shapes_judge_a_mapping_at_its_cell(make_workspace: WorkspaceMaker) -> None:
    """Only concepts are matched as concepts, and only datasets that are described are linked to."""
    root = workspace(make_workspace, SET.replace("organisation/a", "organisation/nobody").replace("Person", "Agent"))
    concept = SET.replace("owl:sameAs", "skos:closeMatch").replace("id:organisation/a", "role:member")
    concept = concept.replace("#  ror:", f"#  role: {BASE}concept/role/\n#  ror:")
    sets = {
        "concept": concept,
        "no-concept": concept.replace("role:member", "role:no-such-role"),
        "own": REGISTERED,
        "thing": SET.replace("owl:sameAs", "skos:closeMatch"),
        "unknown": REGISTERED.replace("register", "unheard"),
    }
    for number, (name, text) in enumerate(sets.items(), 2):
        (root / "data" / "links" / f"{name}.sssom.tsv").write_text(text.replace("Q1", f"Q{number}"), "utf-8")
    (root / "data" / "schemes.ttl").write_text(REGISTER, "utf-8")
    done = foc("--workspace", str(root), "validate", "--format", "json")
    found = {
        (one["where"].removeprefix("data/links/"), one["shape"].removeprefix(f"{BASE}shapes/"))
        for one in json.loads(done.stdout)["results"]
    }
    assert done.returncode == 1 and found == {
        ("made.sssom.tsv:15:1", "Identifier-identifies"),
        ("made.sssom.tsv:15:101", "Identifier-authorType"),
        ("no-concept.sssom.tsv:16:1", "Identifier-identifies"),
        ("", "Match"),  # of that
        ("data/coalitions/foc/things.ttl:6:1", "Match"),
        ("unknown.sssom.tsv:15:30", "Term-scheme"),
    }


def test_a_load_reads_a_mapping_set(make_workspace: WorkspaceMaker, tmp_path: Path) -> None:
    root = workspace(make_workspace, SET)
    (root / "other.sssom.tsv.gz").write_bytes(gzip.compress(SET.encode()))
    place = ("--workspace", str(root), "--store", str(tmp_path / "store"))
    assert foc(*place, "load", str(root / "data/links"), str(root / "other.sssom.tsv.gz")).returncode == 0
    for graph in ("made", "other"):
        asked = f"SELECT ?notation WHERE {{ GRAPH <{BASE}graph/{graph}> {{ ?identifier skos:notation ?notation }} }}"
        assert foc(*place, "sparql", asked).stdout.splitlines() == ["notation", "Q1"]
    (root / "bad.sssom.tsv").write_text(SET.replace("Q1", ""), "utf-8")
    done = foc(*place, "load", str(root / "bad.sssom.tsv"))
    assert done.returncode == 2 and "bad.sssom.tsv:15:30: object_id: 'wikidata:' is no CURIE" in done.stderr


def test_fmt_writes_the_canonical_form(make_workspace: WorkspaceMaker) -> None:
    other = ROW.replace("organisation/a", "organisation/B").replace("The one.", '"The other."').replace("0.9", "0.9000")
    text = (HEAD.replace("#  ror", "#  unused: https://example.org/\n#  ror") + COLUMNS + ROW + other).replace(
        "\n", "\r\n"
    )
    root = workspace(make_workspace, text)
    path = root / "data" / "links" / "made.sssom.tsv"
    assert foc("--workspace", str(root), "fmt", "--check").returncode == 1
    assert foc("--workspace", str(root), "fmt").returncode == 0
    expected = HEAD.replace("#  ror: https://ror.org/\n", "") + COLUMNS
    expected += other.replace('"', "").replace("0.9000", "0.9") + ROW
    assert path.read_bytes().decode() == expected
    assert foc("--workspace", str(root), "fmt", "--check").returncode == 0


def test_what_looks_like_a_number_or_a_truth_in_the_head_stays_text() -> None:
    head = "#mapping_set_version: 1.10\n#mapping_tool: yes\n#mapping_tool_version: 017\n"
    text = format_mappings(read_mappings(head + SET, "set"))
    for line in ('#mapping_set_version: "1.10"', '#mapping_tool: "yes"', '#mapping_tool_version: "017"'):
        assert line in text.splitlines()
    assert format_mappings(read_mappings(text, "set")) == text


def test_a_set_without_mappings_has_its_columns() -> None:
    text = format_mappings(read_mappings(HEAD + COLUMNS, "set"))
    assert text.splitlines()[-1] == "subject_id\tpredicate_id\tobject_id\tmapping_justification"
    assert read_mappings(text, "set").rows == []


TEXTS = (
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\t\n\r"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
LABELS = {slot: TEXTS for slot in ("subject_label", "object_label", "comment", "match_string")}
ROWS = st.builds(
    lambda subject, target, slots: row(f"id:{subject}", f"wikidata:Q{target}", **slots),
    st.from_regex(r"[a-z][a-z0-9/.-]{0,20}", fullmatch=True),
    st.integers(1, 10**9),
    st.fixed_dictionaries(
        {},
        optional={
            **LABELS,
            "confidence": st.integers(0, 1000).map(lambda number: f"{number / 1000:.3f}".rstrip("0").rstrip(".")),
            "mapping_date": st.dates().map(str),
            "predicate_modifier": st.just("Not"),
        },
    ),
)


@campaign(100)
@example([row("id:foc", "wikidata:Q1", comment='a "tab"\tand\na line')], "A title")
@given(st.lists(ROWS, min_size=1, max_size=5), TEXTS)
def test_what_is_written_is_read_back_and_written_the_same(rows: list[Row], title: str) -> None:
    metadata = {**read_mappings(SET, "set").metadata, "mapping_set_title": title}
    text = format_mappings(MappingSet(metadata, read_mappings(SET, "set").prefixes, rows))
    read = read_mappings(text, "set")
    assert sorted(sorted(one.slots.items()) for one in read.rows) == sorted(sorted(one.slots.items()) for one in rows)
    assert read.metadata["mapping_set_title"] == title
    assert format_mappings(read) == text


@campaign(100)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one in (text, HEAD + text, HEAD + COLUMNS + text):
        try:
            parse_mappings(one, "set")
        except ParseError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "links").glob("*")), ids=lambda path: path.name)
def test_a_packaged_mapping_has_evidence_and_the_address_of_its_identifier(path: Path) -> None:
    mappings = read_mappings(path.read_text("utf-8"), path.name)
    for one in mappings.rows:
        assert {"mapping_source", "confidence", "author_type", "mapping_date"} <= one.slots.keys()
        prefix, _, local = one.slots["object_id"].partition(":")
        assert mappings.expand(one.slots["object_id"]) == address_of(prefix, local.rstrip("/"))
    assert mappings.metadata["mapping_set_id"] == f"{BASE}graph/{path.name.removesuffix('.sssom.tsv')}"


def test_every_dataset_with_addresses_has_a_prefix() -> None:
    assert set(LINKED) <= set(SCHEMES)
    assert len(MAPPING_SLOTS) == len(set(MAPPING_SLOTS)) == 50
