"""Loads that a server holds unfinished: how they are noted there, and how queries are kept from seeing them."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox

from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import Result, Rows

LOADS = ox.NamedNode("urn:foc-graph:loads")
"""The graph in which loads are noted."""

STARTED = ox.NamedNode("urn:foc-graph:started")
"""From an unfinished load to the time of its start."""

LOAD = "urn:foc-graph:load:"
"""What the IRI of a load begins with, and of each graph that it keeps aside."""


class SettledStore:
    """A server without what an unfinished load has put aside there, which it is asked for before the first query."""

    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        self._settled = False

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """As `RemoteStore.query`.

        Raises:
            ParseError, ServiceError: as there.
        """
        if not self._settled:
            if self._store.query(f"ASK {{ GRAPH {LOADS} {{ ?load {STARTED} ?time }} }}") is True:
                self._store.limit_to([graph for graph in graphs(self._store) if not graph.startswith(LOAD)])
            self._settled = True
        return self._store.query(text, services)


def graphs(store: RemoteStore) -> list[str]:
    """The IRIs of the named graphs.

    Raises:
        ServiceError: if the server does not say.
    """
    rows = store.query("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    assert isinstance(rows, Rows)
    return [row["graph"] for row in rows]
