"""The libraries of extras."""

from __future__ import annotations

from importlib import import_module

from foc_graph.errors import ParameterError


def need(*modules: str, extra: str = "link") -> None:
    """Make sure that these can be imported.

    Raises:
        ParameterError: for one that is not installed.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            raise ParameterError(f"{module} is not installed: pip install 'foc-graph[{extra}]'") from error
