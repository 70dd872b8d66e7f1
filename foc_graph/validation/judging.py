"""From data and shapes to a report, in one of the engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.validation.data import Data
from foc_graph.validation.finding import Finding
from foc_graph.validation.labels import labels
from foc_graph.validation.loading import LoadedShapes, Sources, split
from foc_graph.validation.location import Parent
from foc_graph.validation.report import Report, make_report
from foc_graph.validation.run import DataGraph, Track, run
from foc_graph.validation.selection import Choice, choose, find_things
from foc_graph.validation.shapes_graph import Place
from foc_graph.workspace.locate import Workspace
from foc_graph.workspace.places import Places
from foc_graph.workspace.reading import stream_triples

Engine = Literal["auto", "sparql", "duckdb", "pyshacl"]

LARGE = 2**23
"""Size of files in bytes from which data are validated in DuckDB, if it is installed, unless an engine is named."""

MANY = 10**5
"""Number of triples at hand from which they are."""

Shapes = Workspace | Sources
"""Where shapes come from."""


def load_shapes(shapes: Shapes) -> LoadedShapes:
    """The shapes of a workspace, or of files and graphs.

    Raises:
        ParseError: for a file that is not Turtle, or shapes that are not well-formed.
    """
    if isinstance(shapes, Workspace):
        return LoadedShapes((shapes.name(path), path) for path in shapes.shape_files)
    paths, graphs = split(shapes)
    return LoadedShapes(((str(path), path) for path in paths), graphs)


def judge(
    files: Sequence[Path],
    triples: Sequence[ox.Triple | ox.Quad],
    places: Places,
    loaded: LoadedShapes,
    choice: Choice,
    engine: Engine,
    track: Track[list[Finding]],
) -> Report:
    """Validate the triples of files, and others.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
        ParameterError: for a choice that the engine does not offer, or if it is not installed.
        UnknownNameError: for a shape or thing that does not exist.
    """
    large = len(triples) >= MANY or sum(path.stat().st_size for path in files) >= LARGE
    if engine == "duckdb" or (engine == "auto" and large and find_spec("duckdb") is not None):
        return _judge_columns(files, triples, places, loaded, choice, track)
    data = Data()
    data.load(chain(file_triples(files), triples))
    if engine == "pyshacl":
        from foc_graph.validation.pyshacl_engine import pyshacl_findings

        if choice.shapes or choice.changed is not None:
            raise ParameterError("pySHACL checks all shapes: choose no shapes and no changes, or take another engine")
        things = find_things(data, choice) or choice.described
        findings = pyshacl_findings(data.triples(), loaded.triples, things, nameless=not choice.things)
    else:
        data.load_shapes(loaded.triples)
        findings = run(data, choose(data, loaded, choice), track)
    return report(data, findings, places.place, data.parent, loaded)


def _judge_columns(
    files: Sequence[Path],
    triples: Sequence[ox.Triple | ox.Quad],
    places: Places,
    loaded: LoadedShapes,
    choice: Choice,
    track: Track[list[Finding]],
) -> Report:
    try:
        from foc_graph.validation.columnar import Columnar
    except ImportError as error:
        raise ParameterError("duckdb is not installed: pip install 'foc-graph[duckdb]'") from error

    data = Columnar(files, triples, loaded.triples, places)
    findings = run(data, choose(data, loaded, choice), track)
    data.locate(node for one in findings for node in (one.focus, one.value) if node is not None)
    return report(data, findings, data.place, data.parent, loaded)


def file_triples(files: Iterable[Path]) -> Iterator[ox.Quad]:
    """The triples of files, as they come.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    return (quad for path in files for quad in stream_triples(path, str(path)))


def report(graph: DataGraph, findings: Iterable[Finding], place: Place, parent: Parent, loaded: LoadedShapes) -> Report:
    """The report of what was found in a graph; the rest is as for `make_report`."""
    findings = list(findings)
    names = labels(graph, (one.focus for one in findings if isinstance(one.focus, ox.NamedNode)))
    return make_report(findings, place, lambda iri: names.get(iri, ""), parent, loaded.warnings, loaded.shapes)
