"""Networks as files: GraphML (Brandes and others, 2002) and GEXF 1.2, which programs for networks read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from foc_graph.rdf.xml_text import clean

_TYPES: dict[type, tuple[str, str]] = {
    bool: ("boolean", "boolean"),
    int: ("long", "long"),
    float: ("double", "double"),
}
"""The names of types in GraphML and in GEXF; all others are text."""


class Node(NamedTuple):
    """A thing of a network: its IRI, its label, and the kind of thing that it is."""

    iri: str
    label: str
    kind: str


class Edge(NamedTuple):
    """A tie between two things by their IRIs, with the cells of its row, and the first and last day of its time."""

    ends: tuple[str, str]
    weight: int | float | None
    cells: Mapping[str, object]
    begin: date | None
    end: date | None


class Network(NamedTuple):
    """Things, the ties between them, and the types of the cells of these by the names of their columns."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    types: Mapping[str, type]


def graphml(network: Network) -> bytes:
    """Return a network as GraphML: nodes with `label` and `kind`, edges with `weight` and their cells."""
    root = Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    is_weighted = any(edge.weight is not None for edge in network.edges)
    types = {**({"weight": float} if is_weighted else {}), **network.types}
    keys = [("node", "label", "string"), ("node", "kind", "string")]
    keys += [("edge", name, _TYPES.get(held, ("string",))[0]) for name, held in types.items()]
    for about, name, held in keys:
        attributes = {"id": f"{about}-{name}", "for": about, "attr.name": name, "attr.type": held}
        SubElement(root, "key", attributes)
    graph = SubElement(root, "graph", edgedefault="undirected")
    for node in network.nodes:
        element = SubElement(graph, "node", id=node.iri)
        for name, text in (("label", node.label), ("kind", node.kind)):
            SubElement(element, "data", key=f"node-{name}").text = text
    for edge in network.edges:
        element = SubElement(graph, "edge", source=edge.ends[0], target=edge.ends[1])
        for name, text in _texts({"weight": edge.weight, **edge.cells}):
            SubElement(element, "data", key=f"edge-{name}").text = text
    return _document(root)


def gexf(network: Network) -> bytes:
    """Return a network as GEXF: nodes with `kind`, edges with weight, time and cells.

    An edge has a `start` and an `end`, for the timeline of Gephi, where its first or last day is known.
    """
    root = Element("gexf", xmlns="http://www.gexf.net/1.2draft", version="1.2")
    is_timed = any(edge.begin or edge.end for edge in network.edges)
    timed = {"mode": "dynamic", "timeformat": "date"} if is_timed else {"mode": "static"}
    graph = SubElement(root, "graph", {"defaultedgetype": "undirected", **timed})
    _declare(graph, "node", {"kind": str})
    _declare(graph, "edge", network.types)
    nodes, edges = SubElement(graph, "nodes"), SubElement(graph, "edges")
    for node in network.nodes:
        element = SubElement(nodes, "node", id=node.iri, label=node.label)
        SubElement(SubElement(element, "attvalues"), "attvalue", {"for": "kind", "value": node.kind})
    for number, edge in enumerate(network.edges):
        known = dict(_texts({"weight": edge.weight, "start": edge.begin, "end": edge.end}))
        element = SubElement(
            edges, "edge", {"id": str(number), "source": edge.ends[0], "target": edge.ends[1], **known}
        )
        values = SubElement(element, "attvalues")
        for name, text in _texts(edge.cells):
            SubElement(values, "attvalue", {"for": name, "value": text})
    return _document(root)


def _declare(graph: Element, about: str, types: Mapping[str, type]) -> None:
    attributes = SubElement(graph, "attributes", {"class": about})
    for name, held in types.items():
        SubElement(attributes, "attribute", id=name, title=name, type=_TYPES.get(held, ("", "string"))[1])


def _texts(cells: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give the cells that hold something, as text."""
    for name, value in cells.items():
        if value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


def _document(root: Element) -> bytes:
    ElementTree.indent(root, "")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return (head + clean(ElementTree.tostring(root, encoding="unicode")) + "\n").encode()
