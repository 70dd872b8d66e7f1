"""From data and shapes to a report, in one of the engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.validation.data import Data
from foc_graph.validation.finding import Finding
from foc_graph.validation.labels import labels
from foc_graph.validation.loading import LoadedShapes, Sources, graph_triples, split
from foc_graph.validation.location import Parent
from foc_graph.validation.report import Report, make_report
from foc_graph.validation.run import DataGraph, Track, run
from foc_graph.validation.selection import Choice, choose, find_things
from foc_graph.validation.shapes_graph import Place
from foc_graph.workspace.locate import Workspace
from foc_graph.workspace.places import Places
from foc_graph.workspace.reading import stream_triples

if TYPE_CHECKING:
    from rdflib import Graph

Engine = Literal["auto", "sparql", "duckdb", "pyshacl"]

LARGE = 2**23
"""Size in bytes from which files are validated in DuckDB, if it is installed, unless an engine is named."""

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


def triples(paths: Iterable[Path], graphs: Iterable[Graph]) -> Iterator[ox.Triple | ox.Quad]:
    """The triples of files and graphs, as they come.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    for path in paths:
        yield from stream_triples(path, str(path))
    for graph in graphs:
        yield from graph_triples(graph)


def judge(
    triples: Iterable[ox.Triple | ox.Quad],
    loaded: LoadedShapes,
    places: Places,
    choice: Choice,
    engine: Engine,
    track: Track[list[Finding]],
) -> Report:
    """Validate triples in the embedded store, or with pySHACL.

    Raises:
        ParameterError: for a choice that pySHACL does not offer.
        UnknownNameError: for a shape or thing that does not exist.
    """
    data = Data()
    data.load(triples)
    if engine == "pyshacl":
        from foc_graph.validation.pyshacl_engine import pyshacl_findings

        if choice.shapes or choice.changed is not None:
            raise ParameterError("pySHACL checks all shapes: choose no shapes and no changes, or take the other engine")
        things = find_things(data, choice) or choice.described
        findings = pyshacl_findings(data.triples(), loaded.triples, things, nameless=not choice.things)
    else:
        data.load_shapes(loaded.triples)
        findings = run(data, choose(data, loaded, choice), track)
    return report(data, findings, places.place, data.parent, loaded)


def is_large(paths: Iterable[Path]) -> bool:
    """Whether files are better validated in DuckDB, which is installed."""
    return find_spec("duckdb") is not None and sum(path.stat().st_size for path in paths) >= LARGE


def judge_columns(paths: Iterable[Path], loaded: LoadedShapes, choice: Choice, track: Track[list[Finding]]) -> Report:
    """Validate files in DuckDB.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
        ParameterError: if DuckDB is not installed.
        UnknownNameError: for a shape or thing that does not exist.
    """
    try:
        from foc_graph.validation.columnar import Columnar
    except ImportError as error:
        raise ParameterError("duckdb is not installed: pip install 'foc-graph[duckdb]'") from error

    data = Columnar(paths, loaded.triples)
    findings = run(data, choose(data, loaded, choice), track)
    data.locate(node for one in findings for node in (one.focus, one.value) if node is not None)
    return report(data, findings, data.place, data.parent, loaded)


def report(graph: DataGraph, findings: Iterable[Finding], place: Place, parent: Parent, loaded: LoadedShapes) -> Report:
    """The report of what was found in a graph; the rest is as for `make_report`."""
    findings = list(findings)
    names = labels(graph, (one.focus for one in findings if isinstance(one.focus, ox.NamedNode)))
    return make_report(findings, place, lambda iri: names.get(iri, ""), parent, loaded.warnings, loaded.shapes)
