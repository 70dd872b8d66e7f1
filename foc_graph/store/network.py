"""Networks as files of GraphML (Brandes and others, 2002), which programs for networks read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from foc_graph.rdf.xml_text import clean

_TYPES: dict[type, str] = {bool: "boolean", int: "long", float: "double"}
"""The names of types; all others are text."""


class Node(NamedTuple):
    """A thing of a network: its IRI, its label, and the kind of thing that it is."""

    iri: str
    label: str
    kind: str


class Edge(NamedTuple):
    """A tie between two things by their IRIs, with the cells of its row."""

    ends: tuple[str, str]
    weight: int | float | None
    cells: Mapping[str, object]


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
    keys += [("edge", name, _TYPES.get(held, "string")) for name, held in types.items()]
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


def _texts(cells: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give the cells that hold something, as text."""
    for name, value in cells.items():
        if value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


def _document(root: Element) -> bytes:
    ElementTree.indent(root, "")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return (head + clean(ElementTree.tostring(root, encoding="unicode")) + "\n").encode()
