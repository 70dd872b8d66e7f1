"""`foc link suggest`: links to another dataset, proposed from RDF, tables and endpoints."""

import gzip
import os
import random
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foc_graph.links.suggest import LEAST, MOST, Suggestion, best, format_proposals, suggest
from foc_graph.links.targets import ELSEWHERE, Record, named_things, stated_records
from foc_graph.matching.index import Thing
from foc_graph.rdf.terms import is_iri, is_site
from foc_graph.sssom.tsv import MappingSet, read_mappings
from foc_graph.store.remote import RemoteStore
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT, WorkspaceMaker
from tests.support.campaign import campaign
from tests.support.commands import FOC, foc
from tests.support.http import until
from tests.support.sparql_servers import Server
from tests.support.workspaces import BASE

THERE = "https://example.org/observatory/"
TABLE = f"""id,name,country
{THERE}1,Coalition Watch Inc.,
{THERE}2,Ministry of Foreign Affairs,EE
{THERE}3,Atlantis Sailing Club,
"""
SITE = "https://watch.example/"
TURTLE = f"""PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX org: <http://www.w3.org/ns/org#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#> PREFIX there: <{THERE}>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
there:1 a foaf:Organization ; skosxl:prefLabel [ a skosxl:Label ; skosxl:literalForm "Coalition Watch"@en ] .
there:2 a org:Organization ; foaf:name "Ministry of Foreign Affairs" ; schema:location there:ee .
there:3 rdfs:label "Ministry of Foreign Affairs"@en ; schema:address [ schema:addressCountry "EE" ] .
there:4 a schema:Event ; schema:name "Reading Conference" ; schema:startDate "2013-06-17"^^xsd:date .
there:ee a schema:Country ; skos:prefLabel "Эстония"@ru , "Estonie"@fr .
there:Country a owl:Class ; rdfs:label "Estonia" .
"""
EXPECTED = {
    "1": ("organisation/watch", "owl:sameAs", "semapv:LexicalSimilarityThresholdMatching"),
    "2": ("organisation/ee-ministry-of-foreign-affairs", "owl:sameAs", "semapv:CompositeMatching"),
    "3": ("organisation/ee-ministry-of-foreign-affairs", "rdfs:seeAlso", "semapv:CompositeMatching"),
    "4": ("first/event/conference-2013", "owl:sameAs", "semapv:LexicalSimilarityThresholdMatching"),
    "ee": ("country/ee", "owl:sameAs", "semapv:LexicalSimilarityThresholdMatching"),
}


def proposed(root: Path, *options: str) -> MappingSet:
    done = foc("link", "suggest", *options, cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    return read_mappings(done.stdout, "standard output")


def written(tmp_path: Path, name: str, content: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def by_object(mappings: MappingSet) -> dict[str, tuple[str, ...]]:
    """The thing, the predicate and the justification by what is below THERE."""
    slots = ("subject_id", "predicate_id", "mapping_justification")
    expand = mappings.expand
    return {
        expand(row.slots["object_id"]).removeprefix(THERE): (
            row.slots["subject_id"].removeprefix("id:"),
            *(row.slots[slot] for slot in slots[1:]),
        )
        for row in mappings.rows
    }


def test_a_table_gives_proposals_best_first(tmp_path: Path, small_root: Path) -> None:
    mappings = proposed(small_root, "--target", written(tmp_path, "table.csv", TABLE), "--kind", "organisation")
    assert [row.slots["object_id"] for row in mappings.rows] == ["target:2", "target:1"]
    assert mappings.prefixes["target"] == THERE
    slots = mappings.rows[0].slots
    assert float(slots.pop("confidence")) > float(mappings.rows[1].slots["confidence"]) >= LEAST
    assert slots == {
        "subject_id": "id:organisation/ee-ministry-of-foreign-affairs",
        "subject_label": "Ministry of Foreign Affairs of Estonia",
        "subject_category": "organisation",
        "predicate_id": "owl:sameAs",
        "object_id": "target:2",
        "object_label": "Ministry of Foreign Affairs",
        "mapping_justification": "semapv:CompositeMatching",
        "author_type": "prov:SoftwareAgent",
        "mapping_date": date.today().isoformat(),
        "mapping_tool": "foc-graph",
        "mapping_tool_version": slots["mapping_tool_version"],
        "comment": "Ministry of Foreign Affairs of Estonia; country agrees; there: EE",
    }


def test_columns_are_named_where_they_are_called_otherwise(tmp_path: Path, small_root: Path) -> None:
    table = written(tmp_path, "table.csv", TABLE.replace("id,name,country", "Key;Ministry;Land").replace(",", ";"))
    options = ("--id-column", "KEY", "--name-column", "ministry", "--country-column", "Land")
    assert set(by_object(proposed(small_root, "--target", table, *options))) == {"1", "2"}


def test_a_curie_stands_for_its_iri_and_a_column_of_identifiers_counts(tmp_path: Path, small_root: Path) -> None:
    text = "curie,label,wikidata\nlei:1,Estonia,\nopencorporates:2,Estonia,Q191\nwikidata:Q3,Estonia,Q191\n"
    mappings = proposed(small_root, "--target", written(tmp_path, "table.csv", text), "--kind", "country")
    # wikidata:Q3 is none, as the graph has the identifier of Estonia, and both others are of organisations
    assert [row.slots["object_id"] for row in mappings.rows] == []
    text = f"uri,label,wikidata\n{THERE}1,Eesti,Q191\n{THERE}2,Eesti,Q1\n"
    mappings = proposed(small_root, "--target", written(tmp_path, "table.csv", text), "--kind", "country")
    assert [(row.slots["subject_id"], row.slots["object_id"]) for row in mappings.rows] == [
        ("id:country/ee", "target:1")
    ]
    assert mappings.rows[0].slots["comment"].endswith("identifier agrees")


@pytest.mark.parametrize("name", ["things.ttl.gz", "things.trig"])
def test_rdf_gives_proposals_with_what_it_states(name: str, tmp_path: Path, small_root: Path) -> None:
    content = TURTLE.encode()
    mappings = proposed(
        small_root, "--target", written(tmp_path, name, gzip.compress(content) if name.endswith("gz") else content)
    )
    assert by_object(mappings) == EXPECTED
    comments = {row.slots["object_id"]: row.slots["comment"] for row in mappings.rows}
    assert comments["target:4"].endswith("Reading Conference 2013; year agrees; there: 2013")


def test_only_the_kinds_asked_for_are_proposed(tmp_path: Path, small_root: Path) -> None:
    target = written(tmp_path, "things.ttl", TURTLE)
    assert set(by_object(proposed(small_root, "--target", target, "--kind", "country"))) == {"ee"}
    found = by_object(proposed(small_root, "--target", target, "--kind", "organisation", "--kind", "event"))
    assert found == {key: EXPECTED[key] for key in "124"} | {"3": (EXPECTED["3"][0], "owl:sameAs", EXPECTED["3"][2])}


def test_a_least_probability_can_be_asked_for(tmp_path: Path, small_root: Path) -> None:
    target = written(tmp_path, "table.csv", "id,name\nurn:x:1,Estonia\n")
    found = proposed(small_root, "--target", target)
    assert {row.slots["subject_id"] for row in found.rows} == {"id:country/ee", "id:government/ee"}
    assert proposed(small_root, "--target", target, "--least", "0.9").rows == []


def test_a_site_of_which_nothing_is_named_is_not_proposed(tmp_path: Path, small_root: Path) -> None:
    text = "".join(f"<{iri}> <http://xmlns.com/foaf/0.1/name> 'Coalition Watch' .\n" for iri in (f"{THERE}1", SITE))
    found = proposed(small_root, "--target", written(tmp_path, "things.ttl", text), "--kind", "organisation")
    assert set(by_object(found)) == {"1"}


# Endpoints


@pytest.fixture
def endpoint(server: Server) -> Iterator[str]:
    triples = [quad.triple for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)]
    server.load(THERE, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    yield server.query_url
    server.clear(THERE)


def test_an_endpoint_gives_what_a_file_gives(endpoint: str, small_root: Path) -> None:
    assert by_object(proposed(small_root, "--target", endpoint)) == EXPECTED


def test_more_is_fetched_than_a_server_gives_at_once(server: Server) -> None:
    count = ELSEWHERE.page + 100
    lines = [
        f'<{THERE}{number:05}> <http://www.w3.org/2000/01/rdf-schema#label> "n {number}" .' for number in range(count)
    ]
    lines += [f'<{THERE}0> <http://www.w3.org/2004/02/skos/core#altLabel> "{n}" .' for n in range(1100)]
    server.load(THERE, "\n".join(lines).encode())
    try:
        store = RemoteStore(server.query_url)
        iris = named_things(store, ELSEWHERE, "there")
        assert sorted(iris) == sorted({f"{THERE}{number:05}" for number in range(count)} | {f"{THERE}0"})
        chosen = [f"{THERE}0", *(iri for iri in iris if iri != f"{THERE}0")][:150]
        records = list(stated_records(store, chosen, ELSEWHERE))
        assert [record.iri for record in records] == chosen
        assert [record.names for record in records[1:]] == [(f"n {int(iri[-5:])}",) for iri in chosen[1:]]
    finally:
        server.clear(THERE)


def test_things_of_the_graph_are_not_proposed_for_themselves(tmp_path: Path, small_root: Path) -> None:
    text = f"id,name\n{BASE}id/organisation/watch,Coalition Watch\n"
    assert proposed(small_root, "--target", written(tmp_path, "table.csv", text)).rows == []


# What was decided


def test_what_was_decided_is_not_proposed_again(make_workspace: WorkspaceMaker, tmp_path: Path) -> None:
    things = "".join(
        f'<https://w3id.org/coalition/id/organisation/{name}> a org:Organization ; skos:prefLabel "Org {name}"@en .\n'
        for name in ("alpha", "beta", "gamma")
    )
    root = make_workspace(things=things)
    target = written(
        tmp_path, "t.csv", f"id,name\n{THERE}1,Org alpha\n{THERE}2,Org beta\n{THERE}3,Org gamma\n{THERE}4,Org gamma\n"
    )
    options = ("--workspace", str(root), "link", "suggest", "--target", target, "--least", "0.4")

    def pairs() -> list[tuple[str, str]]:
        done = foc(*options)
        assert (done.returncode, done.stderr) == (0, "")
        mappings = read_mappings(done.stdout, "")
        ours = [row.slots for row in mappings.rows]
        return sorted((one["subject_id"].rpartition("/")[2], one["object_id"].partition(":")[2]) for one in ours)

    assert pairs() == [("alpha", "1"), ("beta", "2"), ("gamma", "3"), ("gamma", "4")]
    (root / "data" / "links").mkdir()
    (root / "data" / "links" / "observatory.sssom.tsv").write_text(
        "#curie_map:\n#  id: https://w3id.org/coalition/id/\n"
        f"#  observatory: {THERE}\n#mapping_set_id: https://example.org/\n#license: https://example.org/\n"
        "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\n"
        "id:organisation/alpha\towl:sameAs\t\tobservatory:1\tsemapv:ManualMappingCuration\n"
        "id:organisation/beta\towl:sameAs\tNot\tobservatory:2\tsemapv:ManualMappingCuration\n"
        "id:organisation/gamma\towl:sameAs\t\tobservatory:3\tsemapv:ManualMappingCuration\n"
    )
    assert pairs() == []  # gamma has its one in that dataset


# In Python


def test_many_records_are_shared_out_with_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foc_graph.links.suggest._BATCH", 20)
    dice = random.Random(8)
    names = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=9)).title() for _ in range(300)]
    things = [Thing(f"https://example.org/{name}", name, ("organisation",), (name,), "", {}) for name in names]
    records = [Record(f"urn:x:{name}", (f"The {name} Ltd",), ("organisation",)) for name in names * 2]
    seen: list[tuple[int, int]] = []

    def found(workers: int) -> list[Suggestion]:
        track = lambda what, done, total: seen.append((done, total))  # noqa: E731
        return best(suggest(things, records, len(records), workers=workers, track=track))

    alone = found(1)
    assert alone == found(2) and seen[-1] == (600, 600)
    assert {one.thing.iri.rpartition("/")[2] for one in alone if one.thing.name in one.record.iri} == set(names)


def test_a_thing_has_few_proposals() -> None:
    thing = Thing("https://example.org/a", "Alpha", ("organisation",), ("Alpha",), "", {})
    records = [Record(f"urn:x:{n}", ("Alpha",)) for n in range(20)]
    assert [one.record.iri for one in best(suggest([thing], records, 20))] == [f"urn:x:{n}" for n in (0, 1, 10, 11, 12)]
    assert MOST == 5


ADDRESSES = st.from_regex(
    r"(https?://[a-z]{0,3}\.example|urn:[a-z]{2,3}:[a-z])[/#:?][a-zA-Z0-9_:/#;,=?'-]{0,9}", fullmatch=True
)


@campaign(250)
@given(st.text(max_size=30), st.sets(ADDRESSES.filter(is_iri).filter(lambda iri: not is_site(iri))))
@example("A", {"https://a.example/b", "https://a.example#c", "https://b.example?d", "https://c.example/e"})
@example("A", {"urn:x", "http://a/b/c/", "mailto:a@b", "mailto:b@c"})
def test_proposals_are_read_back_whatever_names_and_addresses_are(name: str, addresses: set[str]) -> None:
    workspace = Workspace(ROOT)
    thing = Thing(f"{workspace.base}id/organisation/a", name, ("organisation",), (name,), "", {})
    made = [
        Suggestion(thing, Record(iri, (name,)), 1 / number, f"as {name}", ("similarity",), False)
        for number, iri in enumerate(sorted(addresses), 1)
    ]
    mappings = read_mappings(format_proposals(made, workspace, {}, date(2026, 5, 4)), "proposals")
    read = [mappings.expand(row.slots["object_id"]) for row in mappings.rows]
    assert set(read) == addresses
    for row, address in zip(mappings.rows, read, strict=True):
        namespace = mappings.prefixes[row.slots["object_id"].partition(":")[0]]
        assert namespace.startswith(re.match("[^:]+:(//[^/?#]*)?", address)[0])  # type: ignore[index]
    confidences = [float(row.slots["confidence"]) for row in mappings.rows]
    assert confidences == sorted(confidences, reverse=True)


# Bad input


HOSTILE = "\u202e=cmd|'/C calc'!A0\x1b[31m\t\nCoalition Watch"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", "", "has no headings"),
        ("nameless.nt", f"<{THERE}1> <{THERE}p> <{THERE}2> .", "holds nothing with an IRI and a name"),
        ("no-ids.csv", "name,country\nCoalition Watch,US\n", "has no column of identifiers (id, iri, "),
        ("bad-id.csv", "id,name\nurn:x:1,A\nfoo:1,B\n", "row 3: 'foo:1' is neither an IRI nor a CURIE"),
        ("sites.csv", "id,name\nurn:x:1,A\nhttps://b.example/,B\n", "row 3: 'https://b.example/' has nothing"),
        ("page.html", "<html>", "neither a table (.csv, .xlsx) nor RDF"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    name: str, content: str, message: str, tmp_path: Path, small_root: Path
) -> None:
    done = foc("link", "suggest", "--target", written(tmp_path, name, content), cwd=small_root)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("table.csv", "--id-column", "key"), "there is no column 'key': choose id, name, country"),
        (("table.csv", "--kind", "planet"), "Invalid value for '--kind'"),
        (("things.ttl", "--id-column", "id"), "is not a table: leave out the column options"),
    ],
)
def test_a_wrong_option_is_refused(options: tuple[str, ...], message: str, tmp_path: Path, small_root: Path) -> None:
    written(tmp_path, "table.csv", TABLE), written(tmp_path, "things.ttl", TURTLE)
    done = foc("--workspace", str(small_root), "link", "suggest", "--target", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and message in done.stderr


def test_hostile_and_endless_names_harm_nobody(tmp_path: Path, small_root: Path) -> None:
    labels = "".join(
        f"<{THERE}{number}> <http://www.w3.org/2000/01/rdf-schema#label> {ox.Literal(text)} .\n"
        for number, text in enumerate((HOSTILE, "x" * 1_000_000, "", " ", "'; DROP TABLE", "Coalition Watch"))
    )
    mappings = proposed(small_root, "--target", written(tmp_path, "things.nt", labels), "--kind", "organisation")
    shown = "".join(text for row in mappings.rows for text in row.slots.values())
    assert shown.isprintable() and "5" in {row.slots["object_id"].partition(":")[2] for row in mappings.rows}


@pytest.mark.extended
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_ends_the_program_leaves_nothing_behind(number: signal.Signals, tmp_path: Path, small_root: Path) -> None:
    target = written(
        tmp_path, "many.nt", "".join(f'<{THERE}{one}> <{LABEL}> "Thing {one}" .\n' for one in range(99_999))
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [*FOC, "--workspace", str(small_root), "link", "suggest", "--target", target]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(scratch)}) as running:
        until(lambda: running.poll() is not None or any(scratch.glob("foc-suggest-*/*")))
        running.send_signal(number)
        assert running.wait(120) == -number
    assert list(scratch.iterdir()) == []


def test_what_unpacks_to_hundreds_of_times_its_size_is_refused(
    tmp_path: Path, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foc_graph.load.chunks._UNPACKED", 2**20)
    target = written(tmp_path, "bomb.ttl.gz", gzip.compress(b" " * 2**24))
    done = foc("link", "suggest", "--target", target, cwd=small_root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unpacks to more than 250 times its size" in done.stderr and done.stderr.count("\n") == 1


LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def test_long_addresses_fit_into_the_queries(tmp_path: Path, small_root: Path) -> None:
    addresses = (f"{THERE}{'a' * 1900}{number}" for number in range(600))
    lines = "".join(f'<{iri}> <{LABEL}> "Atlantis Sailing Club" .\n' for iri in addresses)
    assert proposed(small_root, "--target", written(tmp_path, "things.nt", lines)).rows == []
