"""Files carried over from the previous release: the same bytes as if all were made anew, and much that is not made."""

import shutil
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from typing import NamedTuple, Self

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from foc_graph import namespaces
from foc_graph.namespaces import iri_of
from foc_graph.release.build import publish
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.files import files_below, write_sums
from foc_graph.release.incremental import Earlier, earlier_site, find_earlier, keep_traces, tasks, write_traces
from foc_graph.release.snapshot import Snapshot
from foc_graph.site import pages as module
from foc_graph.site.about import Site
from foc_graph.site.pages import Pages
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.releases import Release, Releases
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support.campaign import campaign
from tests.support.releases import QUERIES, copy_releases, files
from tests.support.shared import write_anew
from tests.support.workspaces import new_workspace, rename_foundation

OWN = "https://example.org/coalition/"
THINGS = ("foc", "foc/wg1", "foc/wg1/membership/ee", "government/ee", "person/kim", "person/kim/name", "source/s")
IRIS = [ox.NamedNode(f"{OWN}id/{name}") for name in THINGS]
GRAPHS = [ox.NamedNode(f"{OWN}graph/{name}") for name in ("one", "two", "derived")]


def terms(names: str) -> list[ox.NamedNode]:
    """Return terms by their short names."""
    return [ox.NamedNode(iri_of(name)) for name in names.split()]


CLASSES = terms(
    "coal:Coalition coal:Body coal:Membership coal:Claim coal:Tombstone coal:Document coal:Event coal:Mandate"
    " coal:Government foaf:Person skosxl:Label adms:Identifier schema:Country"
)
OF_THINGS = terms(
    "org:member org:organization org:role org:subOrganizationOf coal:empowers rdf:subject rdf:object coal:identifies"
    " coal:nameOf coal:scheme dcterms:source coal:endorses coal:adoptedBy coal:convenedBy coal:governs"
    " coal:endorsedBy dcterms:type"
)
OF_TEXTS = terms(
    "rdfs:label skos:prefLabel skos:notation coal:note coal:begin coal:verified dcterms:issued skosxl:literalForm"
    " time:inXSDgYear dcterms:description"
)
TEXTS = [*map(ox.Literal, ("2014", "Kim")), ox.Literal("Freedom", language="en"), ox.Literal("Freiheit", language="de")]
TYPE, PREDICATE, DOCUMENT = terms("rdf:type rdf:predicate coal:Document")
SOURCE, NOTE, ADOPTED, ISSUED = terms("dcterms:source coal:note coal:adoptedBy dcterms:issued")

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
NAMES_A_GRAPH = [ox.Quad(IRIS[0], TYPE, CLASSES[0], GRAPHS[0]), ox.Quad(IRIS[0], SOURCE, GRAPHS[1], GRAPHS[0])]
DOCUMENTS = [
    ox.Quad(thing, *pair, GRAPHS[0])
    for thing, year in ((IRIS[4], "2014"), (IRIS[6], "2016"))
    for pair in ((TYPE, DOCUMENT), (ADOPTED, IRIS[0]), (ISSUED, ox.Literal(year)))
]
BETWEEN = [ox.Quad(IRIS[5], ADOPTED, IRIS[0], GRAPHS[0]), ox.Quad(IRIS[5], ISSUED, ox.Literal("2015"), GRAPHS[0])]
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


PARTS = f'["ontology/rules", "ontology/concepts/topic.ttl", {QUERIES}]'
"""Parts of the packaged workspace, with pages that do not change."""

VERSION = "2026.12.1"


class Made(NamedTuple):
    """A folder with `workspace`, `out` and `cache`, and how many pages of things the last release took."""

    folder: Path
    pages: int

    def copy(self, folder: Path, *versions: str) -> Self:
        """Copy it into another folder, with some of its releases."""
        copy_releases(self.folder / "out", folder / "out", *versions)
        for name in ("workspace", "cache"):
            shutil.copytree(self.folder / name, folder / name)
        return type(self)(folder, 0)

    def publish(self, out: str, version: str | None = None) -> Self:
        """Publish the workspace in a folder."""
        made, page = [], module.thing_page
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FOC_CACHE", str(self.folder / "cache"))
            patch.setattr(module, "thing_page", lambda *about: made.append(about) or page(*about))
            publish(self.folder / out, Workspace(self.folder / "workspace"), version=version)
        return self._replace(pages=len(made))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A small workspace that was published, to be read only."""
    folder = tmp_path_factory.mktemp("published")
    new_workspace(folder / "workspace", PARTS)
    return Made(folder, 0).publish("out")


@pytest.fixture(scope="module")
def renamed(first: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A copy of it, with a second release, which has another name for a thing; to be read only."""
    copied = first.copy(tmp_path_factory.mktemp("renamed"))
    rename_foundation(Workspace(copied.folder / "workspace"))
    return copied.publish("out", VERSION)


def test_a_release_carries_over_what_has_not_changed_and_without_whole_traces_nothing(
    first: Made, renamed: Made, tmp_path: Path
) -> None:
    again = renamed.copy(tmp_path, "2026.11")
    for path in (tmp_path / "cache" / "pages").iterdir():
        path.write_bytes(path.read_bytes()[:-100])
    anew = again.publish("out", VERSION)
    assert files(renamed.folder / "out" / VERSION) == files(tmp_path / "out" / VERSION)
    assert 0 < renamed.pages < anew.pages == first.pages


def test_what_is_on_every_page_makes_all_of_them_anew(first: Made) -> None:
    workspace, release = Workspace(first.folder / "workspace"), Releases(first.folder / "out").release("current")
    about = Site.of(workspace.settings, OWN, VERSION, "2027-01-02")._replace(pictured=release.manifest["pictured"])
    earlier = earlier_site(about, release)
    assert earlier and earlier.folder == release.path
    for changed in ("title", "publisher", "licence", "corrections"):
        assert earlier_site(about._replace(**{changed: "another"}), release) is None
    assert earlier_site(about._replace(pictured=[]), release) is None


def test_pages_that_are_damaged_are_made_anew(renamed: Made, tmp_path: Path) -> None:
    copied = renamed.copy(tmp_path, "2026.11")
    page = tmp_path / "out" / "2026.11" / "doc" / "example.html"
    write_anew(page, page.read_bytes() + b"<p>changed")
    page.with_suffix(".ttl").unlink()
    copied.publish("out", VERSION)
    assert files(renamed.folder / "out" / VERSION) == files(tmp_path / "out" / VERSION)


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
    assert find_earlier(Release(tmp_path, {})) is not None
    monkeypatch.setenv("FOC_CACHE", str(traces / "a file is in the way"))
    keep_traces(traces, tmp_path)
    assert find_earlier(Release(tmp_path, {})) is None
