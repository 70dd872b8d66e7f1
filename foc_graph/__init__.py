"""The sourced, queryable record of the coalitions that shape the internet.

Example:
    import foc_graph
    graph = foc_graph.open()
    for record in graph.query("members", coalition="foc", as_of="2015-05-04"):
        print(record["name"], record["certainty"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foc_graph.errors import FocGraphError
    from foc_graph.graph import Graph, open
    from foc_graph.validation import validate

__version__ = "0.1.0"
__all__ = ["FocGraphError", "Graph", "open", "validate"]

_MODULES = {
    "FocGraphError": "foc_graph.errors",
    "Graph": "foc_graph.graph",
    "open": "foc_graph.graph",
    "validate": "foc_graph.validation",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that a query does not pay for validation."""
    from importlib import import_module

    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
