"""Data that are kept open, so that a change of them is checked without reading and checking the rest again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from foc_graph.validation.changes import read_patch
from foc_graph.validation.data import Data
from foc_graph.validation.dependencies import queries
from foc_graph.validation.finding import Finding
from foc_graph.validation.judging import Shapes, file_triples, load_shapes, report
from foc_graph.validation.loading import Sources, graph_triples, split
from foc_graph.validation.query_accesses import looks
from foc_graph.validation.report import Report
from foc_graph.validation.run import Track, run, untracked
from foc_graph.validation.selection import Choice, choose
from foc_graph.workspace.places import Places


class Validator:
    """Turtle files, folders or rdflib graphs, with the shapes that they are validated with, kept in memory.

    Raises:
        ParseError: for a file that is not well-formed Turtle, or shapes that are not well-formed SHACL.
    """

    def __init__(self, data: Sources, shapes: Shapes) -> None:
        paths, graphs = split(data)
        self._loaded = load_shapes(shapes)
        self._places = Places((str(path), path) for path in paths)
        self._data = Data()
        self._data.load(file_triples(paths))
        for graph in graphs:
            self._data.load(graph_triples(graph))
        self._data.load_shapes(self._loaded.triples)
        for query in (query for shape in self._loaded.shapes for query in queries(shape)):
            looks(query)  # kept for the changes to come

    def validate(
        self, *, only: Iterable[str] = (), focus: Iterable[str] = (), track: Track[list[Finding]] = untracked
    ) -> Report:
        """Validate all of the data, or by `only` some shapes and constraints, or by `focus` some things.

        Raises:
            UnknownNameError: for a shape or thing that does not exist.
        """
        return self._judge(Choice(tuple(only), tuple(focus)), track)

    def change(self, patch: str | Path, track: Track[list[Finding]] = untracked) -> Report:
        """Take in an RDF Patch, and validate what it may matter for: the report has the results of those nodes.

        Places are those of the files as they were; a triple that the patch adds is in none. A blank node of the data
        has no label that a patch could know.

        Raises:
            ParseError: for a file that is no RDF Patch; nothing has changed then.
        """
        change = read_patch(Path(patch))
        self._data.change(change.added, change.deleted)
        return self._judge(Choice(changed=change.triples), track)

    def _judge(self, choice: Choice, track: Track[list[Finding]]) -> Report:
        findings = run(self._data, choose(self._data, self._loaded, choice), track)
        return report(self._data, findings, self._places.place, self._data.parent, self._loaded)
