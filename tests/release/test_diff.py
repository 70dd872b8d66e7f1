"""What changed between two graphs: patches that lead from one to the other, and plain sentences."""

import json
import subprocess
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph import namespaces
from foc_graph.graph import open as open_graph
from foc_graph.rdf.patch import difference, read_patch
from foc_graph.release.diff.changelog import as_markdown, as_text
from foc_graph.release.diff.changes import Change, Withdrawn, digests, find_changes
from foc_graph.release.diff.comparison import compare
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.removal import prepare_removal
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.files import replace_files
from foc_graph.workspace.settings import find_workspace
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.workspaces import PREFIXES, new_workspace

BASE = "https://example.org/coalition/"
ID = f"{BASE}id/"
CONCEPT = "https://w3id.org/coalition/concept/"
DAY = "2026-11-24"


def lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    return sorted({f"{quad} .\n".encode() for quad in quads})


TEXT = Path(__file__).with_name("diff_sentences.toml").read_text("utf-8")
SENTENCES = tomllib.loads(TEXT.replace("<id/", f"<{ID}").replace("<concept/", f"<{CONCEPT}"))
WORLD = SENTENCES["world"]


def thing(name: str, body: str) -> str:
    return f"<{ID}{name}> {body} .\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_workspace(tmp_path_factory.mktemp("diff") / "workspace", '["ontology"]')


def quads(workspace: Path, world: str = "") -> list[ox.Quad]:
    file = workspace / "data" / "coalitions" / "example" / "world.ttl"
    return list(read_dataset(find_workspace(workspace), edited={file: PREFIXES + world}))


def changes(old: list[ox.Quad], new: list[ox.Quad]) -> list[Change]:
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    store.load(new)
    delta = Delta(difference(lines(old), lines(new)))
    return find_changes(store, BASE, delta, Withdrawn(digests(delta.quads("A")), delta.quads("D")), DAY)


@pytest.mark.parametrize(("addition", "sentence"), SENTENCES["added"], ids=[row[-1] for row in SENTENCES["added"]])
def test_what_is_new_is_said_in_plain_words(workspace: Path, addition: str, sentence: str) -> None:
    (change,) = changes(quads(workspace, WORLD), quads(workspace, WORLD + addition))
    assert (change.action, change.text) == ("create", sentence)
    assert change.thing and change.thing in addition


@pytest.mark.parametrize(
    ("before", "after", "sentence"), SENTENCES["edited"], ids=[row[-1] for row in SENTENCES["edited"]]
)
def test_an_edit_is_said_in_plain_words(workspace: Path, before: str, after: str, sentence: str) -> None:
    assert WORLD.count(before) == 1
    found = changes(quads(workspace, WORLD), quads(workspace, WORLD.replace(before, after)))
    assert sentence in [change.text for change in found]


def test_a_source_that_another_property_names_has_neither_come_nor_gone(workspace: Path) -> None:
    world = WORLD.replace('"The agenda"@en', f'"The agenda"@en ; dcterms:source <{ID}source/news>')
    (change,) = changes(
        quads(workspace, world), quads(workspace, world.replace("dcterms:source", "dcterms:isReferencedBy"))
    )
    assert (change.kind, change.sources) == ("sources", (f"{ID}source/news",))
    assert change.text == 'The sources of the document "The agenda" are named by another property'


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ('skos:prefLabel "Aux"@fr, "Zed"@en, "Bare"', "Zed"),
        ('skos:prefLabel "Aux"@fr, "Zed"@en-GB', "Zed"),
        ('skos:prefLabel "Aux"@fr, "Bare"', "Bare"),
        ('skos:prefLabel "Aux"@fr, "Zwei"@de', "Zwei"),
        ('skos:prefLabel "Two"@en, "One"@en', "One"),
        ('skos:prefLabel "Aux"@fr ; dcterms:title "Title"@en', "Title"),
        ('skos:prefLabel "Zed"@en ; dcterms:title "Title"@en', "Zed"),
    ],
)
def test_a_thing_goes_by_its_english_name_else_by_the_next_best(names: str, shown: str) -> None:
    named = ox.parse(f"{PREFIXES} <x:s> {names} .", format=ox.RdfFormat.TURTLE)
    (change,) = changes([], list(named))
    assert change.text.startswith(shown)


def test_what_belongs_to_a_coalition_is_told_there(workspace: Path) -> None:
    seat = f"a coal:Membership ; org:member <{ID}government/nl> ; org:organization <{ID}example/wg1> ; "
    addition = thing(
        "example/wg1/membership/nl", f"{seat}org:role <{CONCEPT}role/member> ; dcterms:source <{ID}source/news>"
    )
    addition += thing("person/ben", 'a foaf:Person ; skos:prefLabel "Ben"@en')
    found = changes(quads(workspace, WORLD), quads(workspace, WORLD + addition))
    assert [(change.coalition, change.sources) for change in found] == [
        (f"{ID}example", (f"{ID}source/news",)),
        (None, ()),
    ]


@pytest.fixture(scope="module")
def every(workspace: Path) -> list[ox.Quad]:
    """All that the world can hold."""
    return quads(workspace, WORLD + "\n".join(row[0] for row in SENTENCES["added"]))


@campaign(40)
@given(st.randoms(use_true_random=False), st.integers(1, 30))
def test_no_changed_thing_goes_unsaid(every: list[ox.Quad], random: object, count: int) -> None:
    gone = set(random.sample(every, count))  # type: ignore[attr-defined]
    rest = [quad for quad in every if quad not in gone]
    touched = {quad.subject.value for quad in gone}
    for found in (changes(every, rest), changes(rest, every)):
        assert {change.thing for change in found} == touched
        assert all(change.text.strip() and "\n" not in change.text for change in found)


def test_things_without_a_name_and_moved_ones_are_told(workspace: Path) -> None:
    nameless = [ox.Quad(ox.BlankNode("c14n0"), ox.NamedNode("x:p"), ox.Literal("1"))]
    assert [change.text for change in changes([], nameless)] == ["Something without a name was added"]
    assert [change.text for change in changes(nameless, [])] == ["Something without a name was removed"]
    here, there = (
        ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("1"), ox.NamedNode(g)) for g in ("x:g", "x:h")
    )
    assert [change.text for change in changes([here], [there])] == ["x:s moved to another named graph"]


def test_what_rules_derive_is_counted_and_not_told() -> None:
    derived = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("1"), ox.NamedNode(f"{BASE}graph/derived"))
    assert changes([], [derived]) == []


HOSTILE = '</h1><script>alert(1)</script> [x](javascript:alert(1)) \u202e\x1b[31m\n# head \\" | `'


def test_hostile_labels_stay_text(workspace: Path) -> None:
    label = ox.Literal(HOSTILE, language="en")
    old = quads(workspace)
    graph = ox.NamedNode(f"{BASE}graph/example")
    odd = ox.Quad(ox.NamedNode(f"{ID}odd"), ox.NamedNode(namespaces.iri_of("skos:prefLabel")), label, graph)
    found = changes(old, [*old, odd])
    text, markdown = ("\n".join(write(found, lambda iri: HOSTILE)) for write in (as_text, as_markdown))
    assert "\x1b" not in text and "\u202e" not in text
    assert "# head" not in [line.strip() for line in text.splitlines()]
    assert "<script" not in markdown.replace("\\<", "")
    assert "](" not in markdown.replace("\\]", "")


@pytest.fixture
def removed(tmp_path: Path) -> tuple[Path, Path]:
    """A workspace before and after a person was taken out of it."""
    old, new = tmp_path / "old", tmp_path / "new"
    for root in (old, new):
        new_workspace(root, '["ontology"]')
        people = PREFIXES + thing("person/ada-example", 'a foaf:Person ; skos:prefLabel "Ada Example"@en')
        (root / "data" / "agents" / "persons.ttl").write_text(people, "utf-8")
        seat = f"a coal:Membership ; org:member <{ID}person/ada-example> ; org:organization <{ID}example>"
        staff = PREFIXES + thing("example/membership/ada-example", seat)
        staff += thing("example/odd", 'a <x:Odd> ; coal:note "Thanks to Ada Example."@en')
        (root / "data" / "coalitions" / "example" / "staff.ttl").write_text(staff, "utf-8")
    replace_files(prepare_removal(open_graph(new), "person/ada-example").texts)
    file = new / "data" / "coalitions" / "example" / "staff.ttl"
    file.write_text(file.read_text("utf-8").replace("Ada Example", "the first head"), "utf-8")
    return old, new


def test_a_person_who_was_taken_out_is_not_named(removed: tuple[Path, Path]) -> None:
    comparison = compare(*map(str, removed))
    told = [change.text for change in comparison.changes]
    assert len([text for text in told if text.startswith("An entry was withdrawn (")]) == 2
    for text in (comparison.json(), "\n".join(comparison.text())):
        assert "ada" not in text.casefold()


@pytest.mark.parametrize("base", [BASE, "https://example.net/mirror/"])
def test_a_tombstone_knows_an_iri_under_the_base_it_was_written_with(base: str) -> None:
    person, kind = ox.NamedNode(f"{base}id/person/ada"), ox.NamedNode("http://xmlns.com/foaf/0.1/Person")
    gone = [ox.Quad(person, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), kind)]
    hidden = ox.Literal(sha256(f"{ID}person/ada".encode()).hexdigest())
    tombstone = ox.Quad(ox.NamedNode("x:t"), ox.NamedNode("https://w3id.org/coalition/ns#digest"), hidden)
    assert Withdrawn(digests([tombstone]), gone, base, BASE).mentioned(f"see {person.value}")
    assert not Withdrawn([], gone, base, BASE).mentioned(f"see {person.value}")


@pytest.mark.parametrize("format", ["text", "json", "patch"])
def test_the_command_ends_with_1_where_graphs_differ(tmp_path: Path, format: str) -> None:
    old, new = tmp_path / "old.nt", tmp_path / "new.ttl"
    old.write_text('<x:a> <http://purl.org/dc/terms/title> "One" .\n')
    new.write_text('<x:a> <http://purl.org/dc/terms/title> "Two" .\n')
    done = foc("diff", str(old), str(new), "--format", format)
    assert (done.returncode, done.stderr) == (1, "")
    match format:
        case "text":
            assert "One is now called Two" in done.stdout
        case "json":
            assert json.loads(done.stdout)["changes"][0]["text"] == "One is now called Two"
        case "patch":
            (tmp_path / "p").write_text(done.stdout)
            assert list(read_patch(tmp_path / "p").apply(old.read_bytes().splitlines(True))) == [new.read_bytes()]
    same = foc("diff", str(new), str(new), "--format", format)
    assert (same.returncode, same.stderr) == (0, "")


def test_blank_nodes_are_compared_by_what_is_said_of_them(tmp_path: Path) -> None:
    for name, label in (("old.ttl", "a"), ("new.ttl", "other")):
        (tmp_path / name).write_text(f"_:{label} <x:p> _:{label}2 . _:{label}2 <x:q> 1 .")
    assert foc("diff", str(tmp_path / "old.ttl"), str(tmp_path / "new.ttl")).returncode == 0


def test_a_revision_is_compared_with_the_files(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology"]')
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *command], cwd=root, check=True)
    file = root / "data" / "coalitions" / "example" / "members.ttl"
    file.write_text(file.read_text("utf-8").replace('"2024-03"', '"2024-04"'), "utf-8")
    done = foc("diff", "HEAD", ".", cwd=root)
    assert (done.returncode, done.stderr) == (1, "")
    assert (
        "The begin of the membership of Example Foundation in the Example Coalition is now 2024-04 (was 2024-03)"
        in done.stdout
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("no-such-thing", None, "not a file, folder, release or git revision"),
        ("empty", {}, "holds no .nq"),
        ("data.csv", "a,b", "not a known format"),
        ("bad.nt", "<x:a> <x:b>", "bad.nt:1"),
        ("bad.nq.gz", "not gzip", "cannot be read"),
        ("deep.ttl", "<x:a> <x:b> " + "<<( <x:a> <x:b> " * 65, "deep.ttl:1:1037: nested deeper than 64"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(
    tmp_path: Path, name: str, content: str | dict[str, str] | None, message: str
) -> None:
    path = tmp_path / name
    if isinstance(content, dict):
        path.mkdir()
    elif content is not None:
        path.write_text(content)
    done = foc("diff", str(path), str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1
