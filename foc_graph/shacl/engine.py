"""From data and shapes to a report, in one of the engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.rdf.positions import Positions
from foc_graph.shacl.data_graph import DataGraph, EmbeddedGraph
from foc_graph.shacl.labels import labels
from foc_graph.shacl.report import Report, make_report
from foc_graph.shacl.result import Finding
from foc_graph.shacl.run import Track, run
from foc_graph.shacl.selection import Choice, choose, find_things
from foc_graph.shacl.sources import LoadedShapes, file_triples

Engine = Literal["auto", "sparql", "duckdb", "pyshacl"]

LARGE = 2**23
"""Size of files in bytes from which data are validated in DuckDB, if it is installed, unless an engine is named."""

MANY = 10**5
"""Number of triples at hand from which they are."""


def judge(graph: DataGraph, loaded: LoadedShapes, choice: Choice, track: Track[list[Finding]]) -> Report:
    """Validate a data graph.

    Raises:
        ParseError: for a query that the graph does not accept.
        ServiceError: if what holds the graph fails.
        UnknownNameError: for a shape or thing that does not exist.
    """
    return _report(graph, run(graph, choose(graph, loaded, choice), track), loaded)


def judge_triples(
    files: Sequence[Path],
    triples: Sequence[ox.Triple | ox.Quad],
    positions: Positions,
    loaded: LoadedShapes,
    choice: Choice,
    engine: Engine,
    track: Track[list[Finding]],
) -> Report:
    """Validate the triples of files, and others, in an engine.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
        ParameterError: for a choice that the engine does not offer, or if it is not installed.
        ServiceError: if DuckDB fails.
        UnknownNameError: for a shape or thing that does not exist.
    """
    large = len(triples) >= MANY or sum(path.stat().st_size for path in files) >= LARGE
    if engine == "duckdb" or (engine == "auto" and large and find_spec("duckdb") is not None):
        try:
            import duckdb

            from foc_graph.shacl.columnar_graph import ColumnarGraph
        except ImportError as error:
            raise ParameterError("duckdb is not installed: pip install 'foc-graph[duckdb]'") from error
        try:
            with ColumnarGraph(files, triples, loaded.triples, positions) as columns:
                return judge(columns, loaded, choice, track)
        except duckdb.Error as error:
            problem = str(error).partition("\n")[0][:200]
            raise ServiceError(f"DuckDB cannot validate this: {problem}: take --engine sparql") from error
    graph = EmbeddedGraph(positions)
    graph.load(chain(file_triples(files), triples))
    if engine == "pyshacl":
        return _judge_with_pyshacl(graph, loaded, choice)
    graph.load_shapes(loaded.triples)
    return judge(graph, loaded, choice, track)


def _judge_with_pyshacl(graph: EmbeddedGraph, loaded: LoadedShapes, choice: Choice) -> Report:
    from foc_graph.shacl.pyshacl_engine import pyshacl_findings

    if choice.shapes or choice.changed is not None:
        raise ParameterError("pySHACL checks all shapes: choose no shapes and no changes, or take another engine")
    things = find_things(graph, choice) or choice.described
    findings = pyshacl_findings(graph.triples(), loaded.triples, things, nameless=not choice.things)
    return _report(graph, findings, loaded)


def _report(graph: DataGraph, findings: Iterable[Finding], loaded: LoadedShapes) -> Report:
    findings = list(findings)
    names = labels(graph, (one.focus for one in findings if isinstance(one.focus, ox.NamedNode)))
    place, parent = graph.places(node for one in findings for node in (one.focus, one.value) if node is not None)
    return make_report(findings, place, lambda iri: names.get(iri, ""), parent, loaded.warnings)
