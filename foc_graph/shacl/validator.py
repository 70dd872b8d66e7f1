"""Data that are kept open, so that a change of them is checked without reading and checking the rest again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from foc_graph.rdf.positions import Positions
from foc_graph.shacl.data_graph import EmbeddedGraph
from foc_graph.shacl.engine import Track, judge, untracked
from foc_graph.shacl.query_accesses import query_accesses
from foc_graph.shacl.report import Report
from foc_graph.shacl.results import Finding
from foc_graph.shacl.selection import Choice
from foc_graph.shacl.shapes import queries
from foc_graph.shacl.sources import Shapes, Sources, file_triples, graph_triples, load_shapes, split
from foc_graph.workspace.revisions import read_patch


class Validator:
    """Turtle files, folders or rdflib graphs, with the shapes that they are validated with, kept in memory.

    Raises:
        ParseError: for a file that is not well-formed Turtle, or shapes that are not well-formed SHACL.
    """

    def __init__(self, data: Sources, shapes: Shapes) -> None:
        paths, graphs = split(data)
        self._loaded = load_shapes(shapes)
        self._graph = EmbeddedGraph(Positions((str(path), path) for path in paths))
        self._graph.load(chain(file_triples(paths), graph_triples(graphs)))
        self._graph.load_shapes(self._loaded.triples)
        for query in queries(self._loaded.shapes):
            query_accesses(query)  # so that the first change takes no longer than others

    def validate(
        self, *, only: Iterable[str] = (), focus: Iterable[str] = (), track: Track[list[Finding]] = untracked
    ) -> Report:
        """Validate all of the data, or by `only` some shapes and constraints, or by `focus` some things.

        Raises:
            UnknownNameError: for a shape or thing that does not exist.
        """
        return judge(self._graph, self._loaded, Choice(tuple(only), tuple(focus)), track)

    def apply(self, patch: str | Path, track: Track[list[Finding]] = untracked) -> Report:
        """Take in an RDF Patch, and validate what it may matter for: the report has the results of those nodes.

        Positions are those of the files as they were; a triple that the patch adds is in none. A blank node of the data
        has no label that a patch could know.

        Raises:
            ParseError: for a file that is no RDF Patch; nothing has changed then.
        """
        change = read_patch(Path(patch))
        self._graph.apply(change.added, change.deleted)
        return judge(self._graph, self._loaded, Choice(changed=change.triples), track)
