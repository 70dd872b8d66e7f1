"""Charts of the graph: the same in a page, in a file and in a notebook.

Each is a module that declares its `KIND`; the template of the same name draws it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from foc_graph.charts.chart import Address, Chart, Kind, link_to_iri
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.queries.binding import read_values


def _declared() -> dict[str, Kind]:
    """Return the kinds of charts that the modules of this package declare, in their order, by name."""
    modules = (import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__))
    kinds: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


KINDS = _declared()
"""The kinds of charts by name."""


def find_kind(name: str) -> Kind:
    """Return the kind of chart of a name; `-` and `_` are the same in it.

    Raises:
        UnknownNameError: if there is none.
    """
    found = KINDS.get(name.replace("-", "_"))
    if found is None:
        raise UnknownNameError("chart", name, KINDS, otherwise="`foc plot` lists them")
    return found


def draw_chart(graph: Graph, name: str, address: Address | None = None, /, **parameters: object) -> Chart | None:
    """Draw the chart of a name with its parameters; None where the graph has nothing to draw.

    Without addresses, things link to their IRIs.

    Raises:
        UnknownNameError: for a chart, a parameter, or a thing in one that does not exist.
        ParameterError: for a parameter that is missing or no date.
    """
    kind = find_kind(name)
    readings = read_values(kind.name, kind.parameters, parameters, graph.resolver)
    given = {
        one.name: [reading.exact for reading in readings[one.name]] if one.repeatable else readings[one.name][0].exact
        for one in kind.parameters
        if one.name in readings
    }
    return kind.draw(graph, address or link_to_iri, **given)
