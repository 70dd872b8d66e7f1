"""The graph that a release publishes, under the release's base and version, with the terms of its named graphs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError, WorkspaceError, quoted
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, PREFIXES, iri_of
from foc_graph.rdf.terms import RDF_TYPE, is_web_address
from foc_graph.release.extent import shared_graphs, used_quads
from foc_graph.site.addresses import LATEST
from foc_graph.store import Store
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.store.results import Record, Rows, Triples, as_rows
from foc_graph.workspace.releases import is_version
from foc_graph.workspace.settings import SETTINGS, Workspace, check_base

_OWN = ("id/", "graph/", "doc/", "release/", ".well-known/genid/")
"""Below the shared base: what belongs to the data, and not to vocabulary, shapes and concepts."""

_ELSEWHERE = "Comes with foc-graph, on the terms that its NOTICE states."
_TERMS = """SELECT ?graph ?title ?licence ?rights
WHERE {
  ?graph a void:Dataset .
  OPTIONAL { ?graph dcterms:title ?title . FILTER(LANG(?title) = "en") }
  OPTIONAL { ?graph dcterms:license ?licence }
  OPTIONAL { ?graph dcterms:rights ?rights . FILTER(LANG(?rights) = "en") }
}
ORDER BY ?graph ?title ?licence ?rights"""

T = TypeVar("T")


class Terms(NamedTuple):
    """The terms on which a named graph may be used; the licence is an http(s) address or None."""

    title: str
    licence: str | None
    rights: str | None


@dataclass(frozen=True)
class Snapshot:
    """A state of a graph, about to be published; `day` is the day to which it stands."""

    workspace: Workspace
    store: EmbeddedStore
    base: str
    version: str
    day: date

    @cached_property
    def graph(self) -> Graph:
        """The graph in which the stored queries of the workspace are asked."""
        return Graph(self.workspace, self.store, base=self.base)

    @property
    def address(self) -> str:
        """Return the start of the immutable addresses of the release's files."""
        return f"{self.base}release/{self.version}/"

    @property
    def latest(self) -> str:
        """Return the start of the addresses of the files of the current release."""
        return f"{self.base}{LATEST}"

    @property
    def derived_graph(self) -> ox.NamedNode:
        """Return the named graph of what rules derive."""
        return ox.NamedNode(f"{self.base}graph/derived")

    @property
    def catalogue(self) -> str:
        """Return the IRI of the catalogue of all releases."""
        return f"{self.base}catalogue"

    @property
    def publisher(self) -> str:
        """Return the IRI of who publishes."""
        return f"{self.catalogue}#publisher"

    @property
    def series(self) -> str:
        """Return the IRI of what all releases are versions of."""
        return f"{self.base}dataset"

    def file(self, path: str) -> str:
        """Return the address of a file of the release, by its path below the release's folder."""
        return self.address + quote(path)

    def instances(self, kind: str, graph: ox.NamedNode | None = None) -> list[str]:
        """List the IRIs of the instances of a class (a CURIE), of one named graph or all."""
        quads = self.store.matching(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(iri_of(kind)), graph)
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})

    def rows(self, query: str) -> Rows:
        """Return the rows of a SELECT query over all named graphs."""
        return as_rows(self.store.query(query))

    def row(self, query: str) -> Record:
        """Return the only row of such a query."""
        (record,) = self.rows(query)
        return record


@contextmanager
def take_snapshot(
    workspace: Workspace,
    store: Store,
    base: str | None = None,
    version: str | None = None,
    scratch: Path | None = None,
) -> Iterator[Snapshot]:
    """Open the graph of a store as it is published, under another base if one is given.

    It holds the named graphs below the workspace's base and the shared one, and of shared data what the workspace uses.
    They are read from a RocksDB store, whose order follows from the terms alone: so two dumps of the same graph are the
    same. Where one has to be made for that, it lies in the folder `scratch`, by default that of the system, while the
    context lasts. The day is that of `SOURCE_DATE_EPOCH`, else the one on which the workspace was last verified.

    Raises:
        ParameterError: for a base, version or `SOURCE_DATE_EPOCH` that is none.
        ServiceError: for a store that cannot be read, or gives a part of a graph only.
    """
    target = check_base(workspace.base if base is None else base)
    number = check_version(workspace.settings.version if version is None else version)
    day = find_day(workspace)
    graphs = list_graphs(store, workspace.base)
    shared = shared_graphs(graphs, workspace.base)
    as_it_is = target == workspace.base and not shared
    if as_it_is and isinstance(store, EmbeddedStore) and store.path and graphs == store.graphs():
        yield Snapshot(workspace, store, target, number, day)
        return
    with TemporaryDirectory(prefix="foc-publish-", dir=scratch) as folder, ExitStack() as closing:
        local = Path(folder) / "store"
        quads = used_quads(graphs, workspace.base, partial(_quads, store)) if shared else _quads(store, *graphs)
        save(rebase(quads, workspace.base, target), local)
        copy = EmbeddedStore.read_only(local, PREFIXES)
        closing.callback(copy.close)
        yield Snapshot(workspace, copy, target, number, day)


def check_version(version: str) -> str:
    """Return a version if it is a calendar version.

    Raises:
        ParameterError: if it is not of the form 2026.11 or 2026.11.1.
    """
    if not is_version(version):
        raise ParameterError(f"version {quoted(version)}: write 2026.11, or 2026.11.1 for a second release in a month")
    return version


def list_graphs(store: Store, base: str) -> list[ox.NamedNode]:
    """List the named graphs that are published, by IRI."""
    if isinstance(store, EmbeddedStore):
        graphs = store.graphs()
    else:
        found = store.query("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } } ORDER BY STR(?graph)")
        graphs = [graph for (graph,) in as_rows(found).terms if isinstance(graph, ox.NamedNode)]
    return [graph for graph in graphs if graph.value.startswith((f"{base}graph/", f"{BASE}graph/"))]


def _quads(store: Store, *graphs: ox.NamedNode) -> Iterator[ox.Quad]:
    for graph in graphs:
        yield from store.matching(graph=graph) if isinstance(store, EmbeddedStore) else _fetched(store, graph)


def _fetched(store: Store, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Fetch a graph from a server, whole."""
    pattern = f"GRAPH {graph} {{ ?s ?p ?o }}"
    counted = store.query(f"SELECT (COUNT(*) AS ?triples) WHERE {{ {pattern} }}")
    triples = store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")
    assert isinstance(triples, Triples)
    ((count,),) = (row.values() for row in as_rows(counted))
    if len(triples) != count:
        problem = f"gives {len(triples):,} of its {count:,} triples"
        raise ServiceError(f"{graph}: the server {problem}: raise its limit of results (docs/reference/engines.md)")
    yield from (ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)


def rebase(quads: Iterator[ox.Quad], old: str, new: str) -> Iterator[ox.Quad]:
    """Give quads with the IRIs of data and documents under another base; those of the shared vocabulary stay."""
    if old == new:
        return quads
    own = tuple(old + part for part in _OWN) if old == BASE else (old,)

    def moved(term: T) -> T:
        if isinstance(term, ox.NamedNode) and term.value.startswith(own):
            return type(term)(new + term.value[len(old) :])
        if isinstance(term, ox.Triple):
            return type(term)(moved(term.subject), moved(term.predicate), moved(term.object))
        return term

    return (
        ox.Quad(moved(quad.subject), moved(quad.predicate), moved(quad.object), moved(quad.graph_name))
        for quad in quads
    )


def find_day(workspace: Workspace) -> date:
    """Return the day of `SOURCE_DATE_EPOCH`, else the one on which a workspace was last verified.

    Raises:
        ParameterError: if it is none.
    """
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        try:
            if (seconds := int(epoch)) < 0:
                raise ValueError
            return datetime.fromtimestamp(seconds, UTC).date()
        except (ValueError, OverflowError, OSError) as error:
            raise ParameterError(f"SOURCE_DATE_EPOCH {quoted(epoch)}: not a number of seconds since 1970") from error
    try:
        return date.fromisoformat(workspace.settings.verified)
    except ValueError as error:
        verified = workspace.settings.verified
        raise ParameterError(f"{workspace.root}/workspace.toml: verified {quoted(verified)}: write a day") from error


def terms_of_use(snapshot: Snapshot) -> dict[str, Terms]:
    """Return the terms of each named graph, by its IRI: those stated of it, else those of the workspace.

    Raises:
        WorkspaceError: if `workspace.toml` names no licence by its address.
    """
    licence = snapshot.workspace.settings.licence
    if not is_web_address(licence):
        problem = f"licence {quoted(licence)} is no http or https address"
        raise WorkspaceError(f"{snapshot.workspace.root}/{SETTINGS}: {problem}: write the address of your licence")
    terms = {}
    for graph in (graph.value for graph in snapshot.store.graphs()):
        shared = graph.startswith(BASE) and not graph.startswith(snapshot.base)
        terms[graph] = Terms(graph, None, _ELSEWHERE) if shared else Terms(graph, licence, None)
    for row in snapshot.rows(_TERMS):
        graph = row["graph"]
        if graph in terms:
            stated = row["licence"] if is_web_address(row["licence"] or "") else None
            terms[graph] = Terms(row["title"] or graph, stated, row["rights"])
    return terms
