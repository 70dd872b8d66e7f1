"""The graph in RDF 1.2: from the same claims, with who says each value, and the way back to RDF 1.1."""

import gzip
import re
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from foc_graph.errors import ParseError
from foc_graph.graph import Graph
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE, COAL, PREFIXES, iri_of
from foc_graph.rdf.terms import RDF, RDF_TYPE
from foc_graph.release.reification import reify, unreify
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT

SMALL = "https://example.org/coalition/"
REIFIES = ox.NamedNode(f"{RDF}reifies")
PAGE = ROOT / "docs" / "reference" / "rdf-1.2.md"
QUERIES = re.findall("```sparql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
WHY = QUERIES[-1]


class Dumps(NamedTuple):
    """The lines of a graph in RDF 1.1 and in RDF 1.2, as N-Quads; the quads of the latter; the base of its IRIs."""

    plain: list[bytes]
    reified: list[bytes]
    quads: list[ox.Quad]
    store: ox.Store
    base: str


def dumps(snapshot: Snapshot) -> Dumps:
    plain, reified = (
        (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
        for quads in (snapshot.store.quads(), reify(snapshot))
    )
    quads = list(ox.parse(b"".join(reified), format=ox.RdfFormat.N_QUADS))
    store = ox.Store()
    store.bulk_extend(quads)
    return Dumps(plain, reified, quads, store, snapshot.base)


def taken(root: Path, base: str | None = None) -> Dumps:
    workspace = find_workspace(root)
    with take_snapshot(workspace, open_built(workspace).store, base) as snapshot:
        return dumps(snapshot)


@pytest.fixture(scope="module")
def small_dumps(small_root: Path) -> Dumps:
    return taken(small_root)


def back(found: Dumps) -> list[bytes]:
    """Its lines in RDF 1.2, in RDF 1.1 again."""
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.nq"
        dump.write_bytes(b"".join(found.reified))
        return b"".join(unreify(dump, found.base)).splitlines(keepends=True)


def test_the_way_back_gives_the_same_graph(small_dumps: Dumps) -> None:
    assert not any(b"<<(" in line for line in small_dumps.plain)
    assert sorted(back(small_dumps)) == sorted(small_dumps.plain)
    assert len(set(small_dumps.reified)) == len(small_dumps.reified)


def test_every_value_has_a_reifier_and_every_claim_is_one(small_dumps: Dumps) -> None:
    quads = small_dumps.quads
    types = [quad for quad in quads if quad.predicate.value == RDF_TYPE]
    properties, claims = (
        {quad.subject for quad in types if quad.object == ox.NamedNode(COAL + kind)}
        for kind in ("SourcedProperty", "Claim")
    )
    values = {quad.triple for quad in quads if quad.predicate in properties}
    assert len(values) > 50 and values <= {quad.object for quad in quads if quad.predicate == REIFIES}
    assert claims and claims <= {quad.subject for quad in quads if quad.predicate == REIFIES}
    assert not any(quad.predicate.value in (f"{RDF}subject", f"{RDF}predicate", f"{RDF}object") for quad in quads)


def test_what_rules_derive_is_reified_by_its_graph(small_dumps: Dumps) -> None:
    derived = ox.NamedNode(f"{SMALL}graph/derived")
    held = {quad.triple for quad in small_dumps.quads if quad.graph_name == derived}
    reified = {quad.object for quad in small_dumps.quads if quad.predicate == REIFIES and quad.subject == derived}
    assert reified and reified < held


@pytest.mark.parametrize(
    "slug", ["first", "first/group", "government/ee", "first/membership/mt", "country/ee", "third", "organisation/lab"]
)
def test_why_gives_the_rows_of_the_stored_query(small_dumps: Dumps, small: Graph, slug: str) -> None:
    text = WHY.replace(f"<{BASE}id/foc/wg1>", f"<{small_dumps.base}id/{slug}>")
    rows = small_dumps.store.query(text, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    expected = small.rows("why", thing=slug)
    assert [variable.value for variable in rows.variables] == list(expected.columns)
    assert sorted(map(str, map(tuple, rows))) == sorted(map(str, expected.terms))
    assert len(expected) > 0


@pytest.mark.parametrize("query", QUERIES)
def test_queries_of_the_page_find_something(small_dumps: Dumps, query: str) -> None:
    text = query.replace(f"{BASE}id/foc/wg1", f"{SMALL}id/first/group").replace(f"{BASE}graph/", f"{SMALL}graph/")
    rows = small_dumps.store.query(text, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions) and next(rows, None)


@pytest.mark.sweep
def test_the_packaged_graph_comes_back_and_the_page_asks_it(cache: Path) -> None:
    packaged = taken(ROOT)
    assert sorted(back(packaged)) == sorted(packaged.plain)
    for query in QUERIES:
        rows = packaged.store.query(query, use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions) and next(rows, None)
    plain, reified = (len(gzip.compress(b"".join(lines), 6)) for lines in packaged[:2])
    assert reified < 1.5 * plain


def test_another_base_is_in_reified_values_too(small_root: Path) -> None:
    moved = taken(small_root, "https://data.example/c/")
    assert sorted(back(moved)) == sorted(moved.plain)
    assert any(b"<<( <https://data.example/c/id/first> " in line for line in moved.reified)
    assert [line for line in moved.reified if b"<<(" in line and SMALL.encode() in line] == []


def test_another_base_is_in_triple_terms_of_a_store_that_was_loaded(small_root: Path) -> None:
    store, (said, moved) = (
        EmbeddedStore.in_memory(PREFIXES),
        (nested(base) for base in (SMALL, "https://data.example/c/")),
    )
    store.load([said])
    with take_snapshot(Workspace(small_root), store, "https://data.example/c/") as snapshot:
        assert list(snapshot.store.quads()) == [moved]


def nested(base: str) -> ox.Quad:
    """A triple term within a triple term, of things below a base."""
    one, two, graph = (ox.NamedNode(base + path) for path in ("id/one", "id/two", "graph/odd"))
    return ox.Quad(one, REIFIES, ox.Triple(two, REIFIES, ox.Triple(one, REIFIES, two)), graph)


ODD = """
GRAPH <graph/odd> {
  <whole> a coal:Claim ; dcterms:source <s> .
  <whole> rdf:subject <a> ; rdf:predicate <p> ; rdf:object "<<( no term )>> .\\n"@en .
  <two-values> a coal:Claim ; rdf:subject <a> ; rdf:predicate <p> ; rdf:object "1", "2" .
  <no-subject> a coal:Claim ; rdf:predicate <p> ; rdf:object "3" .
  <literal-subject> a coal:Claim ; rdf:subject "a" ; rdf:predicate <p> ; rdf:object "4" .
  <literal-predicate> a coal:Claim ; rdf:subject <a> ; rdf:predicate "p" ; rdf:object "5" .
  <apart> a coal:Claim ; rdf:subject <a> ; rdf:predicate <p> .
  <no-claim> rdf:subject <a> ; rdf:predicate <p> ; rdf:object "8" .
  _:nameless a coal:Claim ; rdf:subject _:thing ; rdf:predicate <p> ; rdf:object _:other .
  <reifier> rdf:reifies <<( <a> <p> <<( _:thing <p> "9" )>> )>> .
  <p> a coal:SourcedProperty .
  <a#fragment> <p> "6", "a \\" <graph/derived/reifiers> ." ; dcterms:source <s> .
  _:thing <p> <graph/derived/reifiers> .
}
GRAPH <graph/other> { <apart> rdf:object "7" . <whole> rdf:subject <b> ; rdf:predicate <p> ; rdf:object <c> . }
"""


def test_what_is_no_whole_claim_stays_as_it_is(small_root: Path) -> None:
    prefixes = {"coal": COAL, "dcterms": iri_of("dcterms:"), "rdf": RDF}
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes.items())
    store = EmbeddedStore.in_memory(PREFIXES)
    store.load(ox.parse(head + ODD, format=ox.RdfFormat.TRIG, base_iri=SMALL))
    odd = dumps(Snapshot(Workspace(small_root), store, SMALL, "2026.11", date(2026, 11, 24)))
    assert sorted(back(odd)) == sorted(odd.plain)
    reified = Counter(str(quad.subject).partition(SMALL)[2] for quad in odd.quads if quad.predicate == REIFIES)
    assert reified == {"whole>": 2, "reifier>": 1, "a#fragment-record>": 2, "": 1}


def test_terms_nested_so_deep_that_reading_them_would_crash_are_refused(tmp_path: Path) -> None:
    nested = f"<x:a> <{REIFIES.value}> " + "<<( <x:a> <x:p> " * 100_000 + "<x:b>" + " )>>" * 100_000 + " <x:g> .\n"
    (tmp_path / "dump.nq").write_text(f"<x:a> <{RDF_TYPE}> <{COAL}Claim> <x:g> .\n{nested}", "utf-8")
    with pytest.raises(ParseError, match=r"dump\.nq:1:\d+: nested deeper than 64 levels: simplify it$"):
        list(unreify(tmp_path / "dump.nq", SMALL))
