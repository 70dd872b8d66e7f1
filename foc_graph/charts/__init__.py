"""Charts of the graph: the same in a page, in a file and in a notebook.

Each is a module that declares its `KIND`; the template of the same name draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from foc_graph.charts.chart import Address, Chart, Kind, link_to_iri
from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.graph import Graph


def _declared() -> dict[str, Kind]:
    """Return the kinds of charts that the modules of this package declare, in their order, by name."""
    modules = (import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__))
    kinds: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


KINDS = _declared()
"""The kinds of charts by name."""


def find_kind(name: str, parameters: Mapping[str, object]) -> Kind:
    """Return the kind of chart of a name, with which these parameters go.

    Raises:
        UnknownNameError: for a chart or a parameter that does not exist.
        ParameterError: for a parameter that is missing.
    """
    if name not in KINDS:
        raise UnknownNameError("chart", name, KINDS, otherwise="`foc plot` lists them")
    found = KINDS[name]
    known = {one.rstrip("?*"): one for one in found.parameters}
    for one in parameters:
        if one not in known:
            raise UnknownNameError("parameter", one, known)
    for one, marked in known.items():
        if one not in parameters and not marked.endswith("?"):
            raise ParameterError(f"{name} needs {one}: {found.parameters[marked]}")
    return found


def draw_chart(graph: Graph, name: str, address: Address | None = None, /, **parameters: object) -> Chart | None:
    """Draw the chart of a name with its parameters; None where the graph has nothing to draw.

    Without addresses, things link to their IRIs.

    Raises:
        UnknownNameError: for a chart, or a thing in a parameter, that does not exist.
        ParameterError: for a parameter that is missing, unknown, or no date.
    """
    return find_kind(name, parameters).draw(graph, address or link_to_iri, **parameters)
