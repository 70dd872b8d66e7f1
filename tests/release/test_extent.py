"""The extent of a release: what a workspace describes, and of what it shares only what that uses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE
from foc_graph.release.extent import shared_graphs, used_quads
from foc_graph.release.ledger import read_ledger, write_ledger
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.workspace.settings import Workspace
from tests.support.campaign import campaign
from tests.support.workspaces import edit, new_workspace

OWN = "https://example.org/coalition/"
SHARED = """[
    "ontology/rules", "data/agents/governments.ttl", "data/graphs.ttl", "data/links/geonames.sssom.tsv",
    "data/places/countries.ttl", "data/places/regions.ttl", "data/sources/datasets.ttl", "data/sources/sources.ttl",
]"""
SEAT = f"""
<{OWN}id/example/membership/government>
    a coal:Membership ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:source <{OWN}id/source/charter> ;
    org:member <{BASE}id/government/ee> ;
    org:organization <{OWN}id/example> ;
    org:role <{BASE}concept/role/member> ;
.
"""
MEMBERS = "data/coalitions/example/members.ttl"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose coalition has a member of the packaged one."""
    root = new_workspace(tmp_path_factory.mktemp("extent") / "workspace", SHARED)
    with (root / MEMBERS).open("a", encoding="utf-8") as file:
        file.write(SEAT)
    return root


@pytest.fixture(scope="module")
def snapshot(root: Path) -> Iterator[Snapshot]:
    workspace = Workspace(root)
    with take_snapshot(workspace, open_built(workspace).store) as taken:
        yield taken


@pytest.mark.parametrize(
    ("thing", "is_there"),
    [
        ("government/ee", True),
        ("country/ee", True),
        ("country/ee/identifier/geonames", True),
        ("region/150", True),
        ("government/lv", False),
        ("country/lv", False),
        ("country/lv/identifier/geonames", False),
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
    missing = {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)} - {
        quad.subject for quad in quads
    }
    assert [one for one in missing if one.value.startswith((f"{BASE}id/", f"{OWN}id/"))] == []


def test_terms_are_stated_of_the_graphs_that_are_there(snapshot: Snapshot) -> None:
    stated = {quad.subject for quad in snapshot.store.matching(graph=ox.NamedNode(f"{BASE}graph/graphs"))}
    assert ox.NamedNode(f"{BASE}graph/places") in stated
    assert stated <= set(snapshot.store.graphs())


def test_a_workspace_below_the_shared_base_is_published_as_it_is() -> None:
    graphs = [ox.NamedNode(f"{BASE}graph/{name}") for name in ("places", "ontology")]
    assert shared_graphs(graphs, BASE) == [] and shared_graphs(graphs, OWN) == graphs[:1]


def test_what_is_no_longer_used_may_go(root: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    write_ledger(snapshot, tmp_path, [])
    shutil.copytree(root, tmp_path / "changed")
    changed = edit(Workspace(tmp_path / "changed"), MEMBERS, f"{BASE}id/government/ee", f"{BASE}id/government/lv")
    with take_snapshot(changed, open_built(changed).store, version="2026.12") as second:
        governments = second.instances("coal:Government")
        write_ledger(second, tmp_path / "changed", [tmp_path])
    assert governments == [f"{BASE}id/government/lv"]
    assert read_ledger(tmp_path / "changed").keys() == read_ledger(tmp_path).keys()


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
