"""Reading shapes and data from files and graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import pyoxigraph as ox

from foc_graph.validation.shapes import Shape
from foc_graph.validation.shapes_graph import ShapesGraph
from foc_graph.validation.shapes_reader import read_shapes
from foc_graph.workspace.places import Places
from foc_graph.workspace.reading import parse_turtle, read_text, turtle_files

if TYPE_CHECKING:
    from rdflib import Graph

Source = Union[str, Path, "Graph"]
Sources = Source | list[Source] | tuple[Source, ...]
"""Files, folders and rdflib graphs."""


def split(sources: Sources) -> tuple[list[Path], list[Graph]]:
    """The files among the sources, those below folders included, and the graphs."""
    listed = sources if isinstance(sources, (list, tuple)) else [sources]
    paths = turtle_files(Path(source) for source in listed if isinstance(source, (str, Path)))
    return paths, [source for source in listed if not isinstance(source, (str, Path))]


def graph_triples(graph: Graph) -> Iterator[ox.Triple]:
    """The triples of an rdflib graph."""
    content = graph.serialize(format="nt", encoding="utf-8")
    return (quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES, lenient=True))


class LoadedShapes:
    """The shapes of some files and graphs, those with targets, and what of them is not understood.

    Raises:
        ParseError: for a file that is not Turtle, or shapes that are not well-formed.
    """

    def __init__(self, files: Iterable[tuple[str, Path]], graphs: Iterable[Graph] = ()) -> None:
        files = list(files)
        triples = [triple for name, path in files for triple in parse_turtle(read_text(path, name), name)[0]]
        self.triples = _renamed([*triples, *(triple for graph in graphs for triple in graph_triples(graph))])
        self.graph = ShapesGraph(self.triples, Places(files).place)
        self.shapes: list[Shape]
        self.warnings: list[str]
        self.shapes, self.warnings = read_shapes(self.graph)


def _renamed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples with blank nodes numbered in order, so that reports come in one order."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def renamed(term: Any) -> Any:
        return names.setdefault(term, ox.BlankNode(f"s{len(names):06}")) if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(renamed(one.subject), one.predicate, renamed(one.object)) for one in triples]
