"""Validation of files, rdflib graphs and stores with SHACL shapes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from pathlib import Path

from foc_graph.progress import Track, untracked
from foc_graph.rdf.parser import Sources, file_triples, graph_triples, split_sources
from foc_graph.rdf.patch import read_patch
from foc_graph.rdf.positions import Positions
from foc_graph.rdf.terms import STANDARD_NAMES, Names
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import EmbeddedGraph, EndpointGraph
from foc_graph.shacl.engine import Choice, Engine, judge, judge_triples, named_checks
from foc_graph.shacl.explain import explain
from foc_graph.shacl.report import Report
from foc_graph.shacl.shapes_reader import Shapes, load_shapes
from foc_graph.shacl.sparql import Dialect
from foc_graph.store import Store


def validate(
    data: Sources,
    shapes: Shapes,
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | Path | None = None,
    engine: Engine = "auto",
    allow_unknown: bool = False,
    names: Names = STANDARD_NAMES,
    track: Track = untracked,
) -> Report:
    """Validate Turtle or N-Triples files, folders of them, or rdflib graphs with shapes.

    Args:
        data: what to validate.
        shapes: the shapes, from the same kinds of sources.
        only: the shapes and constraints to check, by IRI, CURIE or the end of the IRI; all if there are none.
        focus: the things to check, by IRI or CURIE; all if there are none.
        since: an RDF Patch that led to the data: only what it may have touched is checked.
        engine: shapes as `sparql`, or as SQL in `duckdb` for large data; `auto` is one of these, by size. `pyshacl` is
            a second opinion.
        allow_unknown: list in the report what is not understood and so not checked, in place of an error.
        names: the short names of IRIs in the report, in messages, and in `only` and `focus`.
        track: passes on the results of each check, and may show progress.

    Raises:
        ParseError: for a file that is not well-formed, or shapes that are not well-formed SHACL.
        ParameterError: for a choice that the engine does not offer, or is not installed.
        UnknownNameError: for a shape or thing that does not exist.
    """
    paths, graphs = split_sources(data)
    loaded = load_shapes(shapes, names, allow_unknown)
    choice = Choice(tuple(only), tuple(focus), changed=None if since is None else read_patch(Path(since)).triples)
    positions = Positions((str(path), path) for path in paths)
    return judge_triples(paths, list(graph_triples(graphs)), positions, loaded, choice, engine, track)


def validate_store(
    store: Store,
    shapes: Shapes,
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | Path | None = None,
    allow_unknown: bool = False,
    names: Names = STANDARD_NAMES,
    track: Track = untracked,
) -> Report:
    """Validate the default graph of a store or a SPARQL endpoint, page by page; it is only read.

    `since` is an RDF Patch that the store has taken in. The rest is as for `validate`.

    Raises:
        ServiceError: if the store cannot be read, or holds no triples.
        ParseError: for shapes that are not well-formed SHACL.
        UnknownNameError: for a shape or thing that does not exist.
    """
    loaded = load_shapes(shapes, names, allow_unknown)
    changed = None if since is None else read_patch(Path(since)).triples
    endpoint = EndpointGraph(store)
    endpoint.check(loaded.shapes, loaded.names)
    return judge(endpoint, loaded, Choice(tuple(only), tuple(focus), changed=changed), track)


def explain_shapes(shapes: Shapes, only: Collection[str], names: Names = STANDARD_NAMES) -> str:
    """Explain some shapes or constraints: their plans in words, and their SPARQL queries.

    Raises:
        ParseError: for shapes that are not well-formed SHACL.
        UnknownNameError: for a shape that does not exist.
    """
    loaded = load_shapes(shapes, names)
    every = (check for shape in loaded.shapes for check in checks(shape))
    return explain(named_checks(every, loaded, only), Dialect(), loaded.names)


class Validator:
    """Data and shapes in memory, so that a change is validated without reading and checking the rest again.

    `names` are as for `validate`.

    Raises:
        ParseError: for a file that is not well-formed, or shapes that are not well-formed SHACL.
    """

    def __init__(self, data: Sources, shapes: Shapes, names: Names = STANDARD_NAMES) -> None:
        paths, graphs = split_sources(data)
        self._loaded = load_shapes(shapes, names)
        self._graph = EmbeddedGraph(Positions((str(path), path) for path in paths))
        self._graph.load(chain(file_triples(paths), graph_triples(graphs)))
        self._graph.load_shapes(self._loaded.triples)

    def validate(self, *, only: Iterable[str] = (), focus: Iterable[str] = (), track: Track = untracked) -> Report:
        """Validate all of the data, or by `only` some shapes and constraints, or by `focus` some things.

        Raises:
            UnknownNameError: for a shape or thing that does not exist.
        """
        return judge(self._graph, self._loaded, Choice(tuple(only), tuple(focus)), track)

    def apply(self, patch: str | Path, track: Track = untracked) -> Report:
        """Apply an RDF Patch, and validate the nodes that it may matter for.

        Positions are those of the files as they were; a triple that the patch adds is in none. A blank node of the data
        has no label that a patch could know.

        Raises:
            ParseError: for a file that is no RDF Patch; nothing has changed then.
        """
        change = read_patch(Path(patch))
        self._graph.apply(change.added, change.deleted)
        return judge(self._graph, self._loaded, Choice(changed=change.triples), track)
