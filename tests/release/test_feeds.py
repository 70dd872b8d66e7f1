"""What releases tell of their changes: report, patch, log, event stream and Atom feeds."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF

from foc_graph.errors import FocGraphError
from foc_graph.graph.cache import open_built
from foc_graph.rdf.canonical import canonical
from foc_graph.release import feeds
from foc_graph.release.diff.changelog import write_changes
from foc_graph.release.feeds import read_log
from foc_graph.release.snapshot import take_snapshot
from foc_graph.workspace.releases import DUMP, read_release
from foc_graph.workspace.settings import find_workspace
from tests.support.commands import foc
from tests.support.releases import read_dump
from tests.support.workspaces import new_workspace, replace_text

BASE = "https://example.org/coalition/"
ID, CURRENT = f"{BASE}id/", f"{BASE}release/current/"
ATOM = "{http://www.w3.org/2005/Atom}"
LDES, TREE, ACTIVITY = (
    Namespace(iri)
    for iri in ("https://w3id.org/ldes#", "https://w3id.org/tree#", "https://www.w3.org/ns/activitystreams#")
)
STREAM = URIRef(f"{CURRENT}feeds/ldes.ttl#stream")
MEMBERS = Path("data/coalitions/example/members.ttl")
SCRIPT = "<script>alert('&amp;')</script> \\u0007]]> [x](javascript:1)"
JOINED = f"""
<{ID}example/membership/new>
    a coal:Membership ;
    coal:begin "2024-12-03"^^xsd:date ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:source <{ID}source/charter> ;
    org:member <{ID}organisation/example-foundation> ;
    org:organization <{ID}example> ;
    org:role <https://w3id.org/coalition/concept/role/observer> ;
.
"""


class World:
    """A small workspace, and the releases made of its states."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.out = folder, folder / "workspace", folder / "out"
        self.last = max(self.out.glob("*"), default=None)

    def add(self, name: Path, text: str) -> None:
        path = self.root / name
        path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")

    def release(self, version: str) -> Path:
        folder = self.out / version
        (folder / "dumps").mkdir(parents=True)
        workspace = find_workspace(self.root)
        with take_snapshot(workspace, open_built(workspace).store, version=version) as published:
            with gzip.open(folder / DUMP, "wb") as file:
                published.store.dump(file, ox.RdfFormat.N_QUADS)
            lines = canonical(folder / DUMP, folder / "lines")
            previous = read_release(self.last) if self.last else None
            write_changes(published, folder, lines, previous, previous)
        dataset = {"sha256": lines.sha256, "quads": lines.quads}
        manifest = {"format": 1, "version": version, "base": BASE, "day": "2026-11-24", "previous": None}
        files = {DUMP: {"sha256": sha256((folder / DUMP).read_bytes()).hexdigest()}}
        about = {"vocabularies": {}, "dataset": dataset, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest | about), "utf-8")
        self.last = folder
        return folder


@pytest.fixture(scope="module", autouse=True)
def day() -> Iterator[None]:
    """The day of a release is that of its workspace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        yield


@pytest.fixture(scope="module")
def started(day: None, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A workspace with its first release, to be read only."""
    folder = tmp_path_factory.mktemp("started")
    new_workspace(folder / "workspace", '["ontology"]')
    world = World(folder)
    world.release("2026.11")
    return world


@pytest.fixture
def world(started: World, tmp_path: Path) -> World:
    """A copy of it to go on with."""
    return World(shutil.copytree(started.folder, tmp_path / "world"))


@pytest.fixture(scope="module")
def two(started: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A release and the next, to be read only: someone joined, a body went, and the coalition has another name."""
    world = World(shutil.copytree(started.folder, tmp_path_factory.mktemp("two") / "world"))
    replace_text(world.root / "workspace.toml", "verified = 2026-11-24", "verified = 2026-12-24")
    world.add(MEMBERS, JOINED)
    coalition = world.root / "data/coalitions/example/coalition.ttl"
    text = coalition.read_text("utf-8")
    text = text[: text.index(f"<{ID}example/secretariat>")].replace('"Example Coalition"@en', f'"{SCRIPT}"@en')
    coalition.write_text(text, "utf-8")
    return world.out / "2026.11", world.release("2026.12")


def test_the_first_release_says_that_it_is_the_first(started: World) -> None:
    folder = started.out / "2026.11"
    report = (folder / "CHANGES.md").read_text("utf-8")
    assert report.startswith("# Changes in 2026.11 (2026-11-24)\n")
    assert "The first release" in report and "| membership | 1 |" in report
    assert not (folder / "changes.rdfp").exists()
    (event,) = read_log(folder / "feeds/events.jsonl")
    assert (event.text, event.coalition, event.sequence) == ("The Example Coalition was added", f"{ID}example", 1)


def test_the_next_release_says_what_changed(two: tuple[Path, Path]) -> None:
    report = (two[1] / "CHANGES.md").read_text("utf-8")
    assert "since 2026.11:" in report
    assert "became an observer of" in report and "(2024-12-03). Source: [Charter of the Example Coalition]" in report
    assert "The Secretariat of the Example Coalition was removed" in report
    assert "<script" not in report.replace("\\<", "") and "](j" not in report.replace("\\]", "")


def test_rdflib_applies_the_patch_to_the_same_end(two: tuple[Path, Path]) -> None:
    patched, expected = Dataset(), Dataset()
    patched.parse(data=gzip.decompress((two[0] / DUMP).read_bytes()), format="nquads")
    patched.parse(two[1] / "changes.rdfp", format="patch")
    expected.parse(data=gzip.decompress((two[1] / DUMP).read_bytes()), format="nquads")
    assert set(patched.quads()) == set(expected.quads())


def test_releases_are_compared_by_their_folders_or_versions(two: tuple[Path, Path]) -> None:
    folders = foc("diff", *map(str, two))
    versions = foc("diff", "2026.11", "2026.12", cwd=two[0].parent.parent)
    assert (folders.returncode, folders.stderr) == (versions.returncode, versions.stderr) == (1, "")
    assert folders.stdout == versions.stdout
    assert "was removed" in folders.stdout


def test_the_log_is_carried_on_and_counts_through_and_pages_of_earlier_releases_stay(two: tuple[Path, Path]) -> None:
    first, second = ((folder / "feeds/events.jsonl").read_text("utf-8") for folder in two)
    assert second.startswith(first) and len(second) > len(first)
    old, new = ((folder / "feeds/ldes-2026.11.ttl").read_bytes() for folder in two)
    assert old == new
    events = read_log(two[1] / "feeds/events.jsonl")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert len({event.id for event in events}) == len(events)
    assert {(event.release, event.day) for event in events} == {("2026.11", "2026-11-24"), ("2026.12", "2026-12-24")}


def test_the_event_stream_is_one_that_clients_can_follow(two: tuple[Path, Path]) -> None:
    """By https://w3id.org/ldes/specification and https://w3id.org/ldes/server-primer: root, relations, members."""
    folder = two[1] / "feeds"
    root = Graph().parse(folder / "ldes.ttl")
    (view,) = root.objects(STREAM, TREE.view)
    assert (STREAM, RDF.type, LDES.EventStream) in root
    assert str(view) == f"{CURRENT}feeds/ldes.ttl"
    timestamp, version_of, sequence = (
        root.value(STREAM, LDES[f"{name}Path"], any=False) for name in ("timestamp", "versionOf", "sequence")
    )
    bounds: dict[str, dict[str, object]] = {}
    for relation in root.objects(view, TREE.relation):
        assert root.value(relation, TREE.path, any=False) == timestamp
        kind = root.value(relation, RDF.type, any=False)
        bounds.setdefault(str(root.value(relation, TREE.node, any=False)), {})[str(kind)] = root.value(
            relation, TREE.value, any=False
        )
    assert sorted(bounds) == [f"{CURRENT}feeds/ldes-{version}.ttl" for version in ("2026.11", "2026.12")]
    seen, positions = set(), []
    for node in sorted(bounds):
        page = Graph().parse(folder / node.rpartition("/")[2])
        assert page.value(URIRef(node), LDES.immutable).toPython() is True
        members = set(page.objects(STREAM, TREE.member))
        assert members and not members & seen
        seen |= members
        assert not list(page.subjects(TREE.relation))
        for member in members:
            (moment,) = page.objects(member, timestamp)
            assert isinstance(moment.toPython(), datetime) and moment.toPython().tzinfo
            assert bounds[node] == {
                str(TREE.GreaterThanOrEqualToRelation): moment,
                str(TREE.LessThanOrEqualToRelation): moment,
            }
            assert isinstance(page.value(member, version_of, any=False), URIRef)
            positions.append(page.value(member, sequence, any=False).toPython())
    assert len(set(positions)) == len(positions)


@pytest.mark.parametrize(
    ("slug", "action"),
    [("example/membership/new", "Create"), ("example", "Update"), ("example/secretariat", "Delete")],
)
def test_a_member_is_a_version_of_a_thing(two: tuple[Path, Path], slug: str, action: str) -> None:
    root = Graph().parse(two[1] / "feeds/ldes.ttl")
    page = Graph().parse(two[1] / "feeds/ldes-2026.12.ttl")
    (member,) = page.subjects(DCTERMS.isVersionOf, URIRef(ID + slug))
    named = root.value(STREAM, LDES[f"version{action}Object"], any=False)
    assert named == ACTIVITY[action]
    assert (member, RDF.type, named) in page


def test_who_follows_the_stream_from_its_start_ends_with_all_that_is_stated(two: tuple[Path, Path]) -> None:
    root = Graph().parse(two[1] / "feeds/ldes.ttl")
    stream = Graph()
    for page in {str(node) for node in root.objects(None, TREE.node)}:
        stream.parse(two[1] / "feeds" / page.rpartition("/")[2])
    of_version = {root.value(STREAM, LDES[f"{name}Path"]) for name in ("timestamp", "versionOf", "sequence")}
    position, version_of = (root.value(STREAM, LDES[f"{name}Path"]) for name in ("sequence", "versionOf"))
    followed: dict[object, set[tuple[object, object]]] = {}
    for member in sorted(stream.objects(STREAM, TREE.member), key=lambda one: int(stream.value(one, position))):
        said = {(name, value) for name, value in stream.predicate_objects(member) if name not in of_version}
        followed[stream.value(member, version_of)] = {one for one in said if not str(one[1]).startswith(str(ACTIVITY))}
    lines = "".join(f"{one.triple} .\n" for one in read_dump(two[1] / DUMP) if "derived" not in str(one.graph_name))
    stated = Graph().parse(data=lines, format="nt")
    assert {(thing, *one) for thing, said in followed.items() for one in said} == set(stated)
    assert followed[URIRef(f"{ID}example/secretariat")] == set()


def test_the_stream_has_pages_that_can_be_read_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_MOST_MEMBERS", 50)
    shutil.rmtree(world.out)
    world.last = None
    world.release("2026.11")
    replace_text(world.root / "workspace.toml", "verified = 2026-11-24", "verified = 2026-12-24")
    world.add(MEMBERS, JOINED)
    folder = world.release("2026.12") / "feeds"
    nodes = {str(node).rpartition("/")[2] for node in Graph().parse(folder / "ldes.ttl").objects(None, TREE.node)}
    assert nodes == {path.name for path in folder.glob("ldes-*.ttl")} > {"ldes-2026.11-2.ttl", "ldes-2026.12.ttl"}
    assert all(len(set(Graph().parse(folder / node).objects(STREAM, TREE.member))) <= 50 for node in nodes)


@pytest.mark.parametrize("name", ["all", "example"])
def test_atom_feeds_hold_what_rfc_4287_asks_for(two: tuple[Path, Path], name: str) -> None:
    feed = ElementTree.parse(two[1] / f"feeds/{name}.atom").getroot()
    assert feed.tag == f"{ATOM}feed"
    for element in ("id", "title", "updated"):
        (only,) = feed.findall(f"{ATOM}{element}")
        assert only.text
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"{CURRENT}feeds/{name}.atom"  # type: ignore[union-attr]
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) > 2
    for entry in entries:
        for element in ("id", "title", "updated", "content"):
            (only,) = entry.findall(f"{ATOM}{element}")
            assert only.text
        assert entry.findtext(f"{ATOM}id").startswith(f"{BASE}release/")  # type: ignore[union-attr]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", entry.findtext(f"{ATOM}updated") or "")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    updated = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert updated == sorted(updated, reverse=True) and updated[0] == feed.findtext(f"{ATOM}updated")
    assert any(SCRIPT.split(" ")[0] in (entry.findtext(f"{ATOM}title") or "") for entry in entries)


def test_a_feed_has_no_entry_for_what_was_verified_again(world: World) -> None:
    replace_text(world.root / MEMBERS, 'coal:verified "2026-11-24"', 'coal:verified "2026-11-25"')
    folder = world.release("2026.12")
    feed = ElementTree.parse(folder / "feeds/all.atom").getroot()
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert "was verified again" in read_log(folder / "feeds/events.jsonl")[-1].text


def test_a_feed_holds_the_newest_200(world: World) -> None:
    names = [f'<{ID}odd/{n}> skos:prefLabel "Thing {n}"@en .\n' for n in range(250)]
    odd = world.root / "data" / "coalitions" / "example" / "odd.ttl"
    odd.write_text("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n" + "".join(names), "utf-8")
    folder = world.release("2026.12")
    feed = ElementTree.parse(folder / "feeds/all.atom").getroot()
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert len(titles) == 200 and "The Example Coalition was added" not in titles
    assert "250 other things were added" in (folder / "CHANGES.md").read_text("utf-8")


def test_a_release_without_changes_adds_nothing_to_the_log(world: World) -> None:
    second = world.release("2026.12")
    assert (world.out / "2026.11/feeds/events.jsonl").read_bytes() == (second / "feeds/events.jsonl").read_bytes()
    assert not (second / "feeds/ldes-2026.12.ttl").exists()
    assert b"\nTX .\nTC .\n" in (second / "changes.rdfp").read_bytes()


def test_a_day_before_that_of_the_last_release_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.add(MEMBERS, JOINED)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    with pytest.raises(FocGraphError, match=r"1970-01-02 lies before that of release 2026\.11"):
        world.release("2026.12")


def test_a_damaged_log_is_named(world: World) -> None:
    log = world.out / "2026.11/feeds/events.jsonl"
    for content in ("{}\n", "no\n", "\xff", "[" * 100_000 + "\n"):
        log.write_bytes(content.encode("latin-1"))
        with pytest.raises(FocGraphError, match=r"events\.jsonl"):
            read_log(log)
    world.add(MEMBERS, JOINED)
    with pytest.raises(FocGraphError, match=r"events\.jsonl"):
        world.release("2026.12")
