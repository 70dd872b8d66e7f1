"""On which terms the named graphs of a release may be used."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from foc_graph.errors import WorkspaceError, quoted
from foc_graph.namespaces import BASE
from foc_graph.rdf.terms import is_iri
from foc_graph.release.snapshot import Snapshot
from foc_graph.store.results import Rows
from foc_graph.workspace.settings import SETTINGS

_ELSEWHERE = "Comes with foc-graph, on the terms that its NOTICE states."
_TERMS = """SELECT ?graph ?title ?licence ?rights
WHERE {
  ?graph a void:Dataset .
  OPTIONAL { ?graph dcterms:title ?title . FILTER(LANG(?title) = "en") }
  OPTIONAL { ?graph dcterms:license ?licence }
  OPTIONAL { ?graph dcterms:rights ?rights . FILTER(LANG(?rights) = "en") }
}
ORDER BY ?graph ?title ?licence ?rights"""


class Terms(NamedTuple):
    """On which terms the statements of a named graph may be used; the licence is an http(s) address or None."""

    title: str
    licence: str | None
    rights: str | None


def terms_of_use(snapshot: Snapshot) -> dict[str, Terms]:
    """The terms of each named graph, by its IRI: what is said of it, else those of the workspace.

    Raises:
        WorkspaceError: if `workspace.toml` names no licence by its address.
    """
    licence = snapshot.workspace.settings.licence
    if not _is_web_address(licence):
        problem = f"licence {quoted(licence)} is no http or https address"
        raise WorkspaceError(f"{snapshot.workspace.root}/{SETTINGS}: {problem}: write that of the licence of your data")
    terms = {}
    for graph in (graph.value for graph in snapshot.store.graphs()):
        shared = graph.startswith(BASE) and not graph.startswith(snapshot.base)
        terms[graph] = Terms(graph, None, _ELSEWHERE) if shared else Terms(graph, licence, None)
    found = snapshot.store.query(_TERMS)
    assert isinstance(found, Rows)
    for row in found:
        graph = row["graph"]
        if graph in terms:
            stated = row["licence"] if _is_web_address(row["licence"] or "") else None
            terms[graph] = Terms(row["title"] or graph, stated, row["rights"])
    return terms


def _is_web_address(text: str) -> bool:
    return is_iri(text) and urlsplit(text).scheme in ("http", "https")
