"""Reading shapes and data from files and graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import chosen_files, file_iri, parse_turtle, read_text, stream_triples
from foc_graph.rdf.positions import Positions
from foc_graph.rdf.terms import STANDARD_NAMES, Names
from foc_graph.shacl.shapes import Shape, ShapesGraph
from foc_graph.shacl.shapes_reader import read_shapes

if TYPE_CHECKING:
    from rdflib import Graph

Source = Union[str, Path, "Graph"]
Sources = Source | list[Source] | tuple[Source, ...]
"""Files, folders and rdflib graphs."""


def split(sources: Sources) -> tuple[list[Path], list[Graph]]:
    """Split sources into files, those of Turtle and N-Triples below folders included, and the graphs.

    Raises:
        ParseError: for a path that cannot be read, or a folder without such files.
    """
    listed = sources if isinstance(sources, (list, tuple)) else [sources]
    paths = chosen_files([Path(source) for source in listed if isinstance(source, (str, Path))], (".ttl", ".nt"))
    return paths, [source for source in listed if not isinstance(source, (str, Path))]


def graph_triples(graphs: Iterable[Graph]) -> Iterator[ox.Triple]:
    """Give the triples of rdflib graphs.

    Raises:
        ParseError: for a graph with terms that are none in RDF.
    """
    for graph in graphs:
        try:
            content = graph.serialize(format="nt", encoding="utf-8")
            yield from [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES, lenient=True)]
        except Exception as error:  # rdflib raises no kind of its own
            problem = f"holds a term that cannot be written as N-Triples: {' '.join(str(error).split())}: correct it"
            raise ParseError("the rdflib graph", None, None, problem) from error


def file_triples(paths: Iterable[Path]) -> Iterator[ox.Quad]:
    """Give the triples of files, as they come.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    return (quad for path in paths for quad in stream_triples(path, str(path)))


class LoadedShapes:
    """The shapes with targets of some files and graphs, and warnings about what of them is not understood.

    Files are given by the names that messages show. With `relative`, their IRIs may be relative to them. Messages write
    other IRIs with `names`.

    Raises:
        ParseError: for a file that is not Turtle, or shapes that are not well-formed.
    """

    def __init__(
        self,
        files: Iterable[tuple[str, Path]],
        graphs: Iterable[Graph] = (),
        names: Names = STANDARD_NAMES,
        relative: bool = True,
    ) -> None:
        files = list(files)
        triples = [
            triple
            for name, path in files
            for triple in parse_turtle(read_text(path, name), name, file_iri(path) if relative else None)[0]
        ]
        self.triples = _renamed([*triples, *graph_triples(graphs)])
        self.graph = ShapesGraph(self.triples, Positions(files).position, names)
        self.names = names
        self.shapes: list[Shape]
        self.warnings: list[str]
        self.shapes, self.warnings = read_shapes(self.graph)


Shapes = Sources | LoadedShapes


def load_shapes(shapes: Shapes, names: Names = STANDARD_NAMES) -> LoadedShapes:
    """Load the shapes of files and graphs, if they are not loaded yet.

    Raises:
        ParseError: for a file that is not Turtle, or shapes that are not well-formed.
    """
    if isinstance(shapes, LoadedShapes):
        return shapes
    paths, graphs = split(shapes)
    return LoadedShapes(((str(path), path) for path in paths), graphs, names)


def _renamed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Number the blank nodes of triples in order, so that reports come in one order."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def renamed(term: Any) -> Any:
        return names.setdefault(term, ox.BlankNode(f"s{len(names):06}")) if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(renamed(one.subject), one.predicate, renamed(one.object)) for one in triples]
