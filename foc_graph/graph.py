"""A graph to ask: stored queries by name, SPARQL, descriptions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from foc_graph.built import Built, open_built
from foc_graph.catalogue.binding import bind
from foc_graph.catalogue.naming import resolve
from foc_graph.catalogue.query import StoredQuery
from foc_graph.errors import UnknownNameError
from foc_graph.store.result import Result, Rows, Triples
from foc_graph.workspace.locate import Workspace, find_workspace


class Graph:
    """The graph of one workspace."""

    def __init__(self, workspace: Workspace, built: Built) -> None:
        self.workspace = workspace
        self._built = built

    @property
    def base(self) -> str:
        """What the IRIs of the workspace's own things begin with."""
        return self._built.base

    @property
    def queries(self) -> dict[str, StoredQuery]:
        """The stored queries by name."""
        return self._built.queries

    def bound(self, name: str, /, **parameters: object) -> str:
        """The SPARQL text of a stored query with its parameters bound, ready for any endpoint.

        Raises:
            UnknownNameError: for a query, parameter or thing that does not exist.
            ParameterError: for a missing parameter or a value that is not of its type.
        """
        if name not in self.queries:
            raise UnknownNameError("query", name, self.queries)
        return bind(self.queries[name], parameters, self._built.store, self.base)

    def query(self, name: str, /, **parameters: object) -> Result:
        """Ask a stored query, for example `query("members", coalition="foc", as_of="2015-05-04")`.

        Raises:
            FocGraphError: as `bound`.
        """
        return self.sparql(self.bound(name, **parameters))

    def sparql(self, text: str) -> Result:
        """Ask a SPARQL 1.1 query; its default graph is the union of all named graphs.

        Raises:
            ParseError: if the text is not a SPARQL query.
        """
        return self._built.store.query(text)

    def resolve(self, thing: str, kind: str = "thing") -> ox.NamedNode:
        """The thing of a kind (`coalition`, `body`, `agent`, or any `thing`) that a slug, CURIE or IRI names.

        Raises:
            UnknownNameError, AmbiguousNameError, ParameterError: if it names none, or several.
        """
        return resolve(self._built.store, self.base, kind, thing)

    def describe(self, thing: str) -> Triples:
        """All triples about a thing.

        Raises:
            UnknownNameError, AmbiguousNameError, ParameterError: as `resolve`.
        """
        iri = self.resolve(thing)
        triples = self.sparql(f"CONSTRUCT {{ {iri} ?property ?value }} WHERE {{ {iri} ?property ?value }}")
        assert isinstance(triples, Triples)
        return triples

    def rows(self, name: str, /, **parameters: object) -> Rows:
        """As `query`, for the stored queries that give rows, which all SELECT queries do."""
        result = self.query(name, **parameters)
        assert isinstance(result, Rows)
        return result


def open(workspace: str | Path | None = None, notify: Callable[[str], None] = lambda message: None) -> Graph:
    """Open the graph of a workspace folder; by default the one around the current folder, else the packaged one.

    The first call for a state of the files builds the graph and keeps it in the user's cache folder; `notify` is told.

    Raises:
        WorkspaceError: if the folder is no workspace or contradicts itself.
        ParseError: for a file in it that is not well-formed.
    """
    found = find_workspace(None if workspace is None else Path(workspace))
    return Graph(found, open_built(found, notify))
