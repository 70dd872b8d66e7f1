"""Stores that answer SPARQL: the embedded engine in memory or on disk, and SPARQL endpoints."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from foc_graph.store.results import Result


class Store(Protocol):
    """A store that answers SPARQL 1.1 queries; their default graph is the union of all graphs."""

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Return the rows of a SELECT, the truth of an ASK, or the triples of a CONSTRUCT or DESCRIBE.

        By SERVICE it asks only the `services`: endpoints by their IRIs.
        """
        ...
