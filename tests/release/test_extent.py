"""The extent of a release: what a workspace describes, and of what it shares only what that uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE
from foc_graph.release.build import publish
from foc_graph.release.extent import shared_graphs, used_quads
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.tabular import prepare_import
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support.campaign import campaign
from tests.support.tables import SOURCE, written
from tests.support.workspaces import new_workspace

OWN = "https://example.org/coalition/"
SHARED = (
    '["ontology", "data/agents/governments.ttl", "data/graphs.ttl", "data/places", "data/sources",'
    ' "data/links/wikidata.sssom.tsv", "data/tables/iso-3166-1.ttl", "data/tables/un-m49.ttl"]'
)


def joined(root: Path, members: str, include: str = SHARED) -> Workspace:
    """A new workspace whose coalition has these members."""
    new_workspace(root, include)
    prepared = prepare_import(written(root, f"member\n{members}\n"), "members", "example", SOURCE, root)
    assert prepared.plan.problems == []
    prepared.write()
    return Workspace(root)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    workspace = joined(tmp_path_factory.mktemp("extent") / "workspace", "Estonia")
    with take_snapshot(workspace, open_built(workspace).store) as taken:
        yield taken


@pytest.mark.parametrize(
    ("thing", "is_there"),
    [
        ("government/ee", True),
        ("country/ee", True),
        ("country/ee/identifier/iso3166-1-alpha-2", True),
        ("region/150", True),
        ("government/lv", False),
        ("country/lv", False),
        ("country/lv/identifier/iso3166-1-alpha-2", False),
    ],
)
def test_shared_things_are_published_if_something_published_needs_them(
    thing: str, is_there: bool, snapshot: Snapshot
) -> None:
    iri = ox.NamedNode(f"{BASE}id/{thing}")
    assert any(snapshot.store.matching(iri)) == is_there
    assert is_there or not any(snapshot.store.matching(None, None, iri))


def test_nothing_is_named_that_is_not_described(snapshot: Snapshot) -> None:
    quads = list(snapshot.store.quads())
    described = {quad.subject for quad in quads}
    vocabulary = ox.NamedNode(f"{BASE}graph/ontology")
    named = {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode) and quad.graph_name != vocabulary}
    assert [one for one in named - described if one.value.startswith((f"{BASE}id/", f"{OWN}id/"))] == []


def test_terms_are_stated_of_the_graphs_that_are_there(snapshot: Snapshot) -> None:
    graph = ox.NamedNode(f"{BASE}graph/graphs")
    stated = {quad.subject.value for quad in snapshot.store.matching(graph=graph)}
    present = {graph.value for graph in snapshot.store.graphs()}
    assert f"{BASE}graph/places" in stated
    assert stated <= present


def test_the_packaged_workspace_is_published_as_it_is() -> None:
    workspace = find_workspace()
    assert shared_graphs(open_built(workspace).store.graphs(), workspace.base) == []


def test_what_is_no_longer_used_may_go(tmp_path: Path) -> None:
    include = '["ontology/rules", "queries", "data/agents/governments.ttl", "data/places/countries.ttl"]'
    workspace = joined(tmp_path / "workspace", "Estonia", include)
    first = publish(tmp_path / "out", workspace).release
    file = workspace.root / "data/coalitions/example/members.ttl"
    text = file.read_text("utf-8")
    file.write_text(text.replace(f"{BASE}id/government/ee", f"{BASE}id/government/lv"), "utf-8")
    second = publish(tmp_path / "out", Workspace(workspace.root), version="2026.12").release
    assert (first.path / "doc/government/ee.html").is_file() and not (first.path / "doc/government/lv.html").exists()
    assert (second.path / "doc/government/lv.html").is_file() and not (second.path / "doc/government/ee.html").exists()


THINGS = st.sampled_from([f"{BASE}id/{name}" for name in ("a", "a/b", "a/b/c", "ab", "d", "d/e", "f")])


@campaign(200)
@given(own=st.sets(THINGS, max_size=2), shared=st.sets(st.tuples(THINGS, THINGS), max_size=12))
def test_what_is_kept_is_what_own_things_lead_to(own: set[str], shared: set[tuple[str, str]]) -> None:
    graphs = [ox.NamedNode(f"{OWN}graph/example"), ox.NamedNode(f"{BASE}graph/places")]
    link = ox.NamedNode(f"{OWN}link")
    quads = [ox.Quad(ox.NamedNode(f"{OWN}id/x"), link, ox.NamedNode(one), graphs[0]) for one in own]
    quads += [ox.Quad(ox.NamedNode(one), link, ox.NamedNode(other), graphs[1]) for one, other in shared]
    kept = list(used_quads(graphs, OWN, lambda graph: [quad for quad in quads if quad.graph_name == graph]))
    described = {one for one, _ in shared}
    used = set(own)
    while more := {
        other
        for one, other in [*shared, *((whole, part) for whole in used for part in described)]
        if one in used and other in described - used and ((one, other) in shared or other.startswith(f"{one}/"))
    }:
        used |= more
    assert set(kept) == {quad for quad in quads if quad.graph_name == graphs[0] or quad.subject.value in used}
