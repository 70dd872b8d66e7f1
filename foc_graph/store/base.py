"""The protocol of every store."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from foc_graph.store.results import Result


class Store(Protocol):
    """Something that answers SPARQL 1.1 queries; their default graph is the union of all graphs."""

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Rows of a SELECT, the truth of an ASK, or the triples of a CONSTRUCT or DESCRIBE.

        By SERVICE it asks only the `services`: endpoints by their IRIs.
        """
        ...
