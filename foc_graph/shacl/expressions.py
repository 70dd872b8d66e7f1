"""What SPARQL says of terms."""

from __future__ import annotations

import pyoxigraph as ox

_EMPTY = ox.Store()


def holds(expression: str) -> bool:
    """Whether an expression without variables is true; an error is not."""
    return bool(_EMPTY.query(f"ASK {{ FILTER({expression}) }}"))
