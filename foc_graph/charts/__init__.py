"""Charts of the graph: the same in a page, in a file and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping

from foc_graph.charts import completeness, composition, joins, mandates, map, matrix, memberships, upset
from foc_graph.charts.chart import Address, Chart, Kind, linked
from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.graph import Graph

_COALITION = {"coalition": "the coalition, such as foc"}
_AS_OF = {"as_of?": "a day, month or year; by default that of the data"}

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "map",
            "The members of a coalition on a map of the world, as of a date.",
            _COALITION | _AS_OF,
            map.draw,
        ),
        Kind(
            "joins",
            "How many belonged to a coalition over time, and when each joined and left.",
            _COALITION,
            joins.draw,
        ),
        Kind(
            "mandates",
            "When a coalition and its bodies, or one body, existed and held mandates.",
            {"coalition?": _COALITION["coalition"], "body?": "or one body, such as foc/wg1"},
            mandates.draw,
        ),
        Kind(
            "memberships",
            "In which coalitions and bodies a government, organisation or person sits or sat, as what and when.",
            {"agent": "the government, organisation or person, such as government/ee"},
            memberships.draw,
        ),
        Kind(
            "composition",
            "Who holds seats in a coalition and its bodies, or in one body, by stakeholder category.",
            {
                "coalition?": _COALITION["coalition"],
                "body?": "or one body, such as foc/wg1",
            }
            | _AS_OF,
            composition.draw,
        ),
        Kind(
            "completeness",
            "How much of each list of a coalition and its bodies is known.",
            _COALITION,
            completeness.draw,
        ),
        Kind(
            "upset",
            "Who belongs to exactly which of some coalitions, as of a date.",
            {"coalitions*": "the coalitions to compare, at least two"} | _AS_OF,
            upset.draw,
        ),
        Kind(
            "matrix",
            "How many members each two coalitions share, as of a date.",
            _AS_OF,
            matrix.draw,
        ),
    )
}
"""The kinds of charts by name."""


def kind(name: str, parameters: Mapping[str, object]) -> Kind:
    """The kind of chart of a name, with which these parameters go.

    Raises:
        UnknownNameError: for a chart or a parameter that does not exist.
        ParameterError: for a parameter that is missing.
    """
    if name not in KINDS:
        raise UnknownNameError("picture", name, KINDS)
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
    """The chart of a name with its parameters; None where the graph has nothing to draw.

    Without addresses, things link to their IRIs.

    Raises:
        UnknownNameError: for a chart, or a thing in a parameter, that does not exist.
        ParameterError: for a parameter that is missing, unknown, or no date.
    """
    return kind(name, parameters).draw(graph, address or linked, **parameters)
