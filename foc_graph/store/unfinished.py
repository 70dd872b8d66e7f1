"""Loads that a server holds unfinished: how they are noted there, and how queries are kept from seeing them."""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.store.remote import RemoteStore
from foc_graph.store.result import Rows

LOADS = ox.NamedNode("urn:foc-graph:loads")
"""The graph in which loads are noted."""

STARTED = ox.NamedNode("urn:foc-graph:started")
"""From an unfinished load to the time of its start."""

LOAD = "urn:foc-graph:load:"
"""What the IRI of a load begins with, and of each graph that it keeps aside."""


def hide_unfinished(store: RemoteStore) -> None:
    """Keep queries from what an unfinished load has put aside, if there is one.

    Raises:
        ServiceError: if the server does not say.
    """
    if store.query(f"ASK {{ GRAPH {LOADS} {{ ?load {STARTED} ?time }} }}") is True:
        store.limit_to([graph for graph in graphs(store) if not graph.startswith(LOAD)])


def graphs(store: RemoteStore) -> list[str]:
    """The IRIs of the named graphs.

    Raises:
        ServiceError: if the server does not say.
    """
    rows = store.query("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    assert isinstance(rows, Rows)
    return [row["graph"] for row in rows]
