"""Tables of claims: read with their positions, written in one form, judged by shapes, and asked of the graph."""

import gzip
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import foc_graph
from foc_graph.errors import ParseError
from foc_graph.namespaces import BASE, iri_of
from foc_graph.workspace.claims import (
    COLUMNS,
    SUPPORTS,
    Vocabulary,
    format_claims,
    parse_claims,
    read_claims,
)
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.workspaces import new_workspace

VOCABULARY = Workspace(ROOT).vocabulary(ROOT / "data" / "claims.tsv")
HEAD = "\t".join(COLUMNS) + "\n"
TABLE = "data/coalitions/example/claims.tsv"


def line(**cells: str) -> str:
    """A line of a table, by default that a page states the end of a group."""
    own = {"thing": "a/b", "property": "coal:end", "value": "2017-05", "source": "page", "support": "states", **cells}
    return "\t".join(own.get(column, "") for column in COLUMNS) + "\n"


def values(text: str, predicate: str, vocabulary: Vocabulary = VOCABULARY) -> set[tuple[str, str]]:
    """The subjects, below the base of things, and the values that a table gives a predicate."""
    return {
        (one.subject.value.removeprefix(f"{BASE}id/"), str(one.object))
        for one in parse_claims(HEAD + text, "table", vocabulary)
        if one.predicate.value == iri_of(predicate)
    }


def test_a_line_is_a_claim_and_the_citation_of_a_source() -> None:
    said = parse_claims(HEAD + line(locator="first sentence", note="May", claim="end-1"), "table", VOCABULARY)
    claim, citation = f"{BASE}id/a/b/claim/end-1", f"{BASE}id/a/b/claim/end-1#page"
    expected = {
        (claim, "rdf:type", f"<{iri_of('coal:Claim')}>"),
        (claim, "rdf:subject", f"<{BASE}id/a/b>"),
        (claim, "rdf:predicate", f"<{iri_of('coal:end')}>"),
        (claim, "rdf:object", '"2017-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        (claim, "coal:rank", f"<{BASE}concept/claim-rank/normal>"),
        (claim, "dcterms:source", f"<{BASE}id/source/page>"),
        (claim, "prov:qualifiedPrimarySource", f"<{citation}>"),
        (citation, "rdf:type", f"<{iri_of('coal:Citation')}>"),
        (citation, "prov:entity", f"<{BASE}id/source/page>"),
        (citation, "coal:support", f"<{BASE}concept/support/states>"),
        (citation, "coal:locator", '"first sentence"@en'),
        (citation, "skos:note", '"May"@en'),
    }
    assert {(one.subject.value, one.predicate.value, str(one.object)) for one in said} == {
        (subject, iri_of(predicate), value) for subject, predicate, value in expected
    }


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"value": "2017"}, '"2017"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ({"value": "2017-05-04"}, '"2017-05-04"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (
            {"property": "coal:memberCount", "value": "42"},
            '"42"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ),
        ({"property": "coal:aim", "value": "Act."}, '"Act."@en'),
        ({"property": "coal:aim", "value": "Agir.@fr"}, '"Agir."@fr'),
        ({"property": "coal:aim", "value": "Write to us@org@en"}, '"Write to us@org"@en'),
        ({"property": "coal:edition", "value": "3"}, '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ({"property": "org:role", "value": "<concept/role/chair>"}, f"<{BASE}concept/role/chair>"),
        ({"property": "foaf:homepage", "value": "<https://example.org/>"}, "<https://example.org/>"),
    ],
)
def test_a_value_is_typed_by_the_vocabulary(cells: dict[str, str], value: str) -> None:
    assert {term for _, term in values(line(**cells), "rdf:object")} == {value}


def test_sources_that_agree_share_a_claim_and_only_those_that_support_it_are_its_sources() -> None:
    text = "".join(line(source=f"page-{support}", support=support) for support in SUPPORTS)
    ((claim, _),) = values(text, "rdf:object")
    assert values(text, "dcterms:source") == {
        (claim, f"<{BASE}id/source/page-{support}>") for support in ("states", "implies")
    }
    assert len(values(text, "prov:entity")) == len(SUPPORTS)


def test_counts_of_different_dates_are_different_claims() -> None:
    text = "".join(line(property="coal:memberCount", value="42", attested=day) for day in ("2015", "2018-03", ""))
    assert len(values(text, "rdf:object")) == 3
    assert len(values(line(attested="2015 2016-02"), "coal:attested")) == 2


def test_no_name_follows_from_the_place_of_a_line() -> None:
    one, other = line(), line(source="other", property="coal:begin", value="2013")
    names = values(one + other, "rdf:predicate")
    assert names == values(other + one, "rdf:predicate")
    assert values(one, "rdf:predicate") < names
    assert values(one.replace("coal:end", iri_of("coal:end").join("<>")), "rdf:predicate") < names


BAD = {
    "nothing": ("", ":1:1: '' is no column of claims"),
    "a missing column": ("thing\tproperty\tvalue\tsource\n", ":1:1: no column support: begin with"),
    "an unknown column": (HEAD.replace("locator", "place"), ":1:1: 'place' is no column of claims"),
    "a column twice": (HEAD.replace("locator", "note"), ":1:1: 'note' is no column of claims, or is there twice"),
    "an empty cell": (HEAD + line(value=""), ":2:14: value: is empty"),
    "a cell too many": (HEAD + line().rstrip("\n") + "\tx\n", ":2:40: 12 cells, and 11 columns"),
    "no such property": (HEAD + line(property="coal:ende"), ":2:5: property: the vocabulary has no range for 'coal:"),
    "an unknown prefix": (HEAD + line(property="foo:end"), ":2:5: property: "),
    "no date": (HEAD + line(value="May 2017"), ":2:14: value: 'May 2017' is no date: write 2015, 2015-05 or"),
    "a day that does not exist": (HEAD + line(value="2017-02-30"), ":2:14: value: '2017-02-30' is no date"),
    "no whole number": (
        HEAD + line(property="coal:memberCount", value="about 40"),
        ":2:22: value: 'about 40' is no integer, as coal:memberCount has",
    ),
    "a name for an IRI": (HEAD + line(property="org:role", value="chair"), ":2:14: value: org:role leads to a thing"),
    "no thing": (HEAD + line(thing="a b"), ":2:1: thing: 'a b' is no name"),
    "no source": (HEAD + line(source="https://example.org/"), ":2:22: source: 'https://example.org/' is no name"),
    "no support": (HEAD + line(support="says"), ":2:27: support: 'says' is none: write states, implies,"),
    "no rank": (HEAD + line(rank="best"), ":2:35: rank: 'best' is none: write preferred, normal, deprecated"),
    "no date of a value": (HEAD + line(attested="soon"), ":2:37: attested: 'soon' is no date"),
    "no name of a claim": (HEAD + line(claim="the end"), ":2:39: claim: 'the end' is no name of a claim"),
    "a long locator": (HEAD + line(locator="x" * 10_000), ":2:34: locator: 10,000 characters: 2,000 at most"),
    "a control character": (HEAD + line(note="a\x07"), ":2:38: note: holds a control character"),
    "a source twice": (HEAD + line() + line(note="again"), ":3:22: source: line 2 cites it for this value already"),
    "two ranks": (
        HEAD + line(rank="preferred") + line(source="other", rank="deprecated"),
        ":3:36: rank: line 2 has another rank for this value",
    ),
    "two claims of one name": (
        HEAD + line(claim="end-1") + line(value="2018", claim="end-1"),
        ":3:36: claim: line 2 has a claim of this name",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BAD.values(), ids=BAD.keys())
def test_a_fault_is_told_at_its_cell(text: str, problem: str) -> None:
    with pytest.raises(ParseError) as error:
        parse_claims(text, "table", VOCABULARY)
    assert str(error.value).startswith(f"table{problem}") and len(str(error.value).splitlines()) == 1


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20).map(str.strip)
SLUGS = st.from_regex(r"[a-z][a-z0-9-]{0,8}(/[a-z0-9]{1,8})?", fullmatch=True)
IRIS = SLUGS.map(lambda name: f"<id/{name}>") | SLUGS.map(lambda name: f"<https://example.org/{name}>")
VALUES = st.one_of(
    st.tuples(st.sampled_from(["coal:begin", "coal:end"]), st.dates().map(str) | st.just("2015-05")),
    st.tuples(st.just("coal:aim"), TEXTS.filter(bool).filter(lambda text: not text.startswith("<"))),
    st.tuples(st.sampled_from(["coal:memberCount", "coal:edition"]), st.integers(0, 99).map(str)),
    st.tuples(st.sampled_from(["foaf:homepage", "coal:convenedBy"]), IRIS),
)
LINES = st.builds(
    lambda thing, said, source, support, locator, note, attested: line(
        thing=thing,
        property=said[0],
        value=said[1],
        source=source,
        support=support,
        locator=locator,
        note=note,
        attested=attested,
    ),
    SLUGS,
    VALUES,
    SLUGS | IRIS,
    st.sampled_from(SUPPORTS),
    TEXTS,
    TEXTS,
    st.sampled_from(["", "2015", "2015 2016-02-03"]),
)


@campaign(100)
@example([line(property="coal:aim", value="a@en"), line(property="coal:aim", value="a@en@en")])
@given(st.lists(LINES, min_size=1, max_size=5))
def test_what_is_written_is_read_back_and_written_the_same(lines: list[str]) -> None:
    text = HEAD + "".join(dict.fromkeys(lines))
    try:
        claims = read_claims(text, "table", VOCABULARY)
    except ParseError as error:
        assert "cites it for this value already" in str(error)
        return
    written = format_claims(claims, VOCABULARY)
    assert set(parse_claims(written, "table", VOCABULARY)) == set(parse_claims(text, "table", VOCABULARY))
    assert format_claims(read_claims(written, "table", VOCABULARY), VOCABULARY) == written


@campaign(100)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one in (text, HEAD + text, HEAD + line().rstrip("\n") + text):
        try:
            parse_claims(one, "table", VOCABULARY)
        except ParseError as error:
            assert len(str(error).splitlines()) == 1


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A new workspace, whose coalition is called example."""
    new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    return tmp_path / "workspace"


def test_fmt_writes_the_canonical_form(root: Path) -> None:
    path = root / TABLE
    text = HEAD + line(thing="example", source="report") + line(thing="example", source="charter", rank="normal")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert foc("--workspace", str(root), "fmt", "--check").returncode == 1
    assert foc("--workspace", str(root), "fmt").returncode == 0
    assert path.read_text("utf-8") == HEAD + line(thing="example", source="charter") + line(
        thing="example", source="report"
    )
    assert foc("--workspace", str(root), "fmt", "--check").returncode == 0


JUDGED = [
    (line(thing="example/nobody"), "2:1", "Claim-described"),
    (line(thing="example", source="nothing"), "3:26", "Citation-entity"),
    (
        line(thing="example", property="coal:begin", value="1998", rank="preferred", ruling="A."),
        "4:1",
        "Claim-unstated",
    ),
    (line(thing="example", property="coal:begin", value="1999", rank="preferred", ruling="B."), "5:1", "Claim-rival"),
]
"""Lines about nothing, of a source that is not described, and of two values that the thing has not, both preferred."""


def test_shapes_judge_claims_at_their_cells(root: Path) -> None:
    (root / TABLE).write_text(HEAD + "".join(text for text, *_ in JUDGED).replace("\tpage\t", "\tcharter\t"), "utf-8")
    done = foc("--workspace", str(root), "validate", "--format", "json")
    found = {(one["where"], one["shape"].rpartition("/")[2]) for one in json.loads(done.stdout)["results"]}
    assert done.returncode == 1
    assert {(f"{TABLE}:{place}", shape) for _, place, shape in JUDGED} <= found


def test_a_bad_table_stops_the_graph_at_its_line(root: Path) -> None:
    (root / TABLE).write_text(HEAD + line(support="says"), "utf-8")
    asked = foc("--workspace", str(root), "query", "coalitions")
    assert asked.returncode == 2 and f"{TABLE}:2:27: support: 'says' is none" in asked.stderr


@pytest.mark.parametrize("path", [TABLE, "other.claims.tsv.gz"])
def test_a_load_reads_a_table(root: Path, tmp_path: Path, path: str) -> None:
    text = HEAD + line(thing="example", source="charter")
    (root / TABLE).write_text(text, "utf-8")
    (root / "other.claims.tsv.gz").write_bytes(gzip.compress(text.encode()))
    place = ("--workspace", str(root), "--store", str(tmp_path / "store"))
    done = foc(*place, "load", str(root / path))
    assert done.returncode == 0, done.stderr
    asked = "SELECT ?value WHERE { ?claim a coal:Claim ; rdf:object ?value }"
    assert "2017-05" in foc(*place, "sparql", asked).stdout.splitlines()
    (root / "bad.claims.tsv").write_text(HEAD + line(support="says"), "utf-8")
    done = foc(*place, "load", str(root / "bad.claims.tsv"))
    assert done.returncode == 2 and "bad.claims.tsv:2:27: support: 'says' is none" in done.stderr


def test_a_thing_rests_on_the_sources_of_the_claims_about_it(root: Path, cache: Path) -> None:
    (root / TABLE).write_text(HEAD + line(thing="example", property="coal:aim", value="Act.", source="report"), "utf-8")
    graph = foc_graph.open(root)
    thing, source = (ox.NamedNode(f"{graph.base}id/{name}") for name in ("example", "source/report"))
    assert graph.sparql(f"ASK {{ {thing} dcterms:isReferencedBy {source} }}")
    rows = graph.rows("why", thing="example", property="aim")
    assert [(row["value"], row["basis"], row["source"]) for row in rows if row["value"] == "Act."] == [
        ("Act.", "states", source.value)
    ]


def test_a_workspace_reads_texts_in_its_first_language(root: Path) -> None:
    settings = root / "workspace.toml"
    settings.write_text(re.sub("(?m)^languages = .*", 'languages = ["fr", "en"]', settings.read_text("utf-8")), "utf-8")
    vocabulary = Workspace(root).vocabulary(root / TABLE)
    said = parse_claims(HEAD + line(property="coal:aim", value="Agir."), "table", vocabulary)
    assert ox.Literal("Agir.", language="fr") in [one.object for one in said]
