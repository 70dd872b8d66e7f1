"""Files carried over from the previous release: the same bytes as if all were made anew, and much that is not made."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from foc_graph import namespaces
from foc_graph.namespaces import iri_of
from foc_graph.release.build import publish
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.files import files_below, write_sums
from foc_graph.release.incremental import Earlier, earlier_site, keep_traces, tasks, write_traces
from foc_graph.release.snapshot import Snapshot
from foc_graph.site import pages as module
from foc_graph.site.about import Site
from foc_graph.site.pages import Pages
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.releases import Release
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support.campaign import campaign
from tests.support.releases import files
from tests.support.workspaces import edit, new_workspace

OWN = "https://example.org/coalition/"
THINGS = ("foc", "foc/wg1", "foc/wg1/membership/ee", "government/ee", "person/kim", "person/kim/name", "source/s")
IRIS = [ox.NamedNode(f"{OWN}id/{name}") for name in THINGS]
CLASSES = [ox.NamedNode(iri_of(f"coal:{name}")) for name in ("Coalition", "Body", "Membership", "Claim", "Tombstone")]
CLASSES += [ox.NamedNode(iri_of(f"coal:{name}")) for name in ("Document", "Event", "Mandate", "Government")]
CLASSES += [ox.NamedNode(iri_of(name)) for name in ("foaf:Person", "skosxl:Label", "adms:Identifier", "schema:Country")]
TEXTS = [
    ox.Literal("2014"),
    ox.Literal("Kim"),
    ox.Literal("Freedom", language="en"),
    ox.Literal("Freiheit", language="de"),
]
GRAPHS = [ox.NamedNode(f"{OWN}graph/{name}") for name in ("one", "two", "derived")]
OF_THINGS = [
    ox.NamedNode(iri_of(name))
    for name in (
        *("org:member", "org:organization", "org:role", "org:subOrganizationOf", "coal:empowers", "rdf:subject"),
        *("rdf:object", "coal:identifies", "coal:nameOf", "coal:scheme", "dcterms:source", "coal:endorses"),
        *("coal:adoptedBy", "coal:convenedBy", "coal:governs", "coal:endorsedBy", "dcterms:type"),
    )
]
OF_TEXTS = [
    ox.NamedNode(iri_of(name))
    for name in (
        *("rdfs:label", "skos:prefLabel", "skos:notation", "coal:note", "coal:begin", "coal:verified"),
        *("dcterms:issued", "skosxl:literalForm", "time:inXSDgYear", "dcterms:description"),
    )
]
TYPE, PREDICATE = ox.NamedNode(iri_of("rdf:type")), ox.NamedNode(iri_of("rdf:predicate"))

PAIRS = st.one_of(
    st.tuples(st.just(TYPE), st.sampled_from(CLASSES)),
    st.tuples(st.just(PREDICATE), st.sampled_from(OF_TEXTS)),
    st.tuples(st.sampled_from(OF_THINGS), st.sampled_from([*IRIS, *GRAPHS])),
    st.tuples(st.sampled_from(OF_TEXTS), st.sampled_from(TEXTS)),
)
QUADS = st.builds(
    lambda subject, pair, graph: ox.Quad(subject, *pair, graph),
    st.sampled_from([*IRIS, GRAPHS[0], *OF_TEXTS[:2]]),
    PAIRS,
    st.sampled_from(GRAPHS),
)


def made(folder: Path, version: str, quads: Iterable[ox.Quad], before: tuple[Earlier, Delta] | None = None) -> Release:
    """The pages of the things of a graph, as if they were a release that can be carried over."""
    folder.mkdir(parents=True)
    save(quads, folder / "store")
    day = DAYS[version]
    with closing(EmbeddedStore.read_only(folder / "store", namespaces.PREFIXES)) as store:
        snapshot = Snapshot(find_workspace(None), store, OWN, version, day)
        site = folder / "site"
        about = Site.of(snapshot.workspace.settings, OWN, version, day.isoformat())
        source = earlier_site(about, before[0].release) if before else None
        with closing(Pages(snapshot.workspace, folder / "store", about, site, source)) as pages:
            traces = pages.write(list(tasks(snapshot, sorted(pages.view.subjects()), before)))
            list(write_traces(folder / "traces", (graph.value for graph in store.graphs()), traces))
    found = files_below(site)
    write_sums(site, found)
    return Release(site, {**about._asdict(), "files": {file.path: {"sha256": file.sha256} for file in found}})


DAYS = {"2026.11": date(2026, 11, 24), "2026.12.1": date(2027, 1, 2)}
"""The days of releases, which are told in fewer or more characters."""

NUMBERS = count()
SOURCE, NOTE = (ox.NamedNode(iri_of(name)) for name in ("dcterms:source", "coal:note"))
NAMES_A_GRAPH = [ox.Quad(IRIS[0], TYPE, CLASSES[0], GRAPHS[0]), ox.Quad(IRIS[0], SOURCE, GRAPHS[1], GRAPHS[0])]
ADOPTED, ISSUED = (ox.NamedNode(iri_of(name)) for name in ("coal:adoptedBy", "dcterms:issued"))
DOCUMENTS = [
    quad
    for thing, year in ((IRIS[4], "2014"), (IRIS[6], "2016"))
    for quad in (
        ox.Quad(thing, TYPE, ox.NamedNode(iri_of("coal:Document")), GRAPHS[0]),
        ox.Quad(thing, ADOPTED, IRIS[0], GRAPHS[0]),
        ox.Quad(thing, ISSUED, ox.Literal(year), GRAPHS[0]),
    )
]
BETWEEN = [
    ox.Quad(IRIS[5], ADOPTED, IRIS[0], GRAPHS[0]),
    ox.Quad(IRIS[5], ISSUED, ox.Literal("2015"), GRAPHS[0]),
]
ALONE = ox.Quad(IRIS[1], NOTE, TEXTS[1], GRAPHS[1])


@campaign(12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(QUADS, min_size=12, max_size=40, unique=True), st.lists(QUADS, max_size=3), st.sets(st.integers(0, 11)))
@example(old=[ALONE, *NAMES_A_GRAPH], added=[], removed={0})
@example(old=NAMES_A_GRAPH, added=[ALONE], removed=set())
@example(old=DOCUMENTS, added=BETWEEN, removed=set())
def test_whatever_changes_the_pages_are_as_if_made_anew(
    tmp_path: Path, old: list[ox.Quad], added: list[ox.Quad], removed: set[int]
) -> None:
    folder = tmp_path / str(next(NUMBERS))
    gone = {old[place] for place in sorted(removed)[:3]}
    new = [quad for quad in old if quad not in gone] + [quad for quad in added if quad not in old]
    steps = [("D", quad) for quad in set(old) - set(new)] + [("A", quad) for quad in set(new) - set(old)]
    release = made(folder / "old", "2026.11", old)
    earlier = Earlier(release, folder / "old" / "kept")
    earlier.traces.write_bytes(b"digest\n" + (folder / "old" / "traces").read_bytes())
    delta = Delta((code, f"{quad} .\n".encode()) for code, quad in steps)
    carried = made(folder / "new", "2026.12.1", new, (earlier, delta))
    anew = made(folder / "anew", "2026.12.1", new)
    assert files(carried.path) == files(anew.path)
    assert (folder / "new" / "traces").read_bytes() == (folder / "anew" / "traces").read_bytes()
    shutil.rmtree(folder)


PARTS = '["ontology/rules", "ontology/concepts/topic.ttl", "ontology/concepts/document-type.ttl", "queries"]'
"""Parts of the packaged workspace, with pages that do not change."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small workspace, a cache, and `out`, where it is published."""
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOC_CACHE", str(folder / "cache"))
        publish(folder / "out", Workspace(new_workspace(folder / "workspace", PARTS)))
    return folder


@pytest.fixture
def workspace(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """That workspace, beside `out` and a cache of its own."""
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setenv("FOC_CACHE", str(tmp_path / "cache"))
    return Workspace(tmp_path / "workspace")


CHANGES = {
    "a name": ("data/agents/organisations.ttl", "Example Foundation", "Example Trust", False),
    "a category": (
        "data/agents/organisations.ttl",
        "stakeholder-category/civil-society",
        "stakeholder-category/media",
        False,
    ),
    "where corrections go, which is on every page": (
        "workspace.toml",
        "publisher =",
        'corrections = "data@example.org"\npublisher =',
        True,
    ),
    "the title, which is on every page": ("workspace.toml", "The Example Coalition", "Another", True),
}


@pytest.mark.parametrize(("file", "old", "new", "is_all"), CHANGES.values(), ids=CHANGES)
def test_a_release_carries_over_what_has_not_changed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, is_all: bool
) -> None:
    shutil.copytree(tmp_path / "out", tmp_path / "anew", symlinks=True)
    edit(workspace, file, old, new)
    made: list[str] = []
    page = module.thing_page
    monkeypatch.setattr(module, "thing_page", lambda *about: made.append(about[2]) or page(*about))
    carried = publish(tmp_path / "out", Workspace(workspace.root), version="2026.12.1").release.path
    some, made[:] = len(made), []
    shutil.rmtree(tmp_path / "cache" / "pages")
    anew = publish(tmp_path / "anew", Workspace(workspace.root), version="2026.12.1").release.path
    assert files(carried) == files(anew)
    assert some == len(made) if is_all else 0 < some < len(made)


def damage_a_page(release: Path, cache: Path) -> None:
    with (release / "doc" / "example.html").open("ab") as file:
        file.write(b"<p>changed")


def lose_a_page(release: Path, cache: Path) -> None:
    (release / "doc" / "example.ttl").unlink()


def damage_the_traces(release: Path, cache: Path) -> None:
    for path in (cache / "pages").iterdir():
        path.write_bytes(path.read_bytes()[:-100])


@pytest.fixture(scope="module")
def renamed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of that folder, in which a name was changed and a second release published."""
    folder = shutil.copytree(published, tmp_path_factory.mktemp("renamed"), symlinks=True, dirs_exist_ok=True)
    workspace = edit(Workspace(folder / "workspace"), *CHANGES["a name"][:3])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOC_CACHE", str(folder / "cache"))
        publish(folder / "out", workspace, version="2026.12")
    return folder


@pytest.mark.parametrize("damage", [damage_a_page, lose_a_page, damage_the_traces])
def test_what_is_damaged_is_made_anew(
    published: Path,
    renamed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path, Path], None],
) -> None:
    out = shutil.copytree(published / "out", tmp_path / "out", symlinks=True)
    cache = shutil.copytree(renamed / "cache", tmp_path / "cache")
    monkeypatch.setenv("FOC_CACHE", str(cache))
    damage(out / "2026.11", cache)
    mended = publish(out, Workspace(renamed / "workspace"), version="2026.12").release.path
    assert files(renamed / "out" / "2026.12") == files(mended)


def test_traces_are_kept_of_a_few_releases_and_nowhere_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOC_CACHE", str(tmp_path / "cache"))
    traces = tmp_path / "traces"
    traces.write_bytes(b"[]\n")
    for number in range(6):
        (tmp_path / "SHA256SUMS").write_text(str(number))
        keep_traces(traces, tmp_path)
    assert len(list((tmp_path / "cache" / "pages").iterdir())) == 4
    monkeypatch.setenv("FOC_CACHE", str(traces / "a file is in the way"))
    keep_traces(traces, tmp_path)
