"""Pictures of the graph: the same in a page, in a file and in a notebook."""

from __future__ import annotations

from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.plotting import members_map
from foc_graph.plotting.picture import Address, Kind, Picture

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "map",
            "The members of a coalition on a map of the world, as of a date.",
            {"coalition": "the coalition, such as foc", "as_of?": "a day, month or year; by default that of the data"},
            members_map.draw,
        ),
    )
}
"""The kinds of pictures by name."""


def picture(graph: Graph, name: str, address: Address | None = None, /, **parameters: object) -> Picture | None:
    """The picture of a name with its parameters; None where the graph has nothing to draw.

    Raises:
        UnknownNameError: for a picture, or a thing in a parameter, that does not exist.
        ParameterError: for a parameter that is missing, unknown, or no date.
    """
    if name not in KINDS:
        raise UnknownNameError("picture", name, KINDS)
    kind = KINDS[name]
    known = {one.rstrip("?*"): one for one in kind.parameters}
    for one in parameters:
        if one not in known:
            raise UnknownNameError("parameter", one, known)
    for one, marked in known.items():
        if one not in parameters and not marked.endswith("?"):
            raise ParameterError(f"{name} needs {one}: {kind.parameters[marked]}")
    return kind.draw(graph, address or (lambda iri: iri), **parameters)
