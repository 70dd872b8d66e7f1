"""Validating Turtle with SHACL shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox
from rdflib import BNode, Graph, URIRef

from foc_graph.errors import ParameterError
from foc_graph.rules import apply_rules, read_rules
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.validation.engine import DataGraph, MirroredGraph, literals_as_written, run
from foc_graph.validation.focus import narrowed
from foc_graph.validation.report import Report, ValidationResult, read_report
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.locate import Workspace, find_workspace
from foc_graph.workspace.places import places
from foc_graph.workspace.reading import parse_turtle, read_text, turtle_files

__all__ = ["Report", "ValidationResult", "validate", "validate_workspace"]

Source = str | Path | Graph


@literals_as_written()
def validate(data: Source | Sequence[Source], shapes: Source | Sequence[Source] | None = None) -> Report:
    """Validate Turtle files, folders or rdflib graphs with shapes, nothing of a workspace added.

    Without `shapes`, `data` are files or folders, judged in the context of the workspace around the current folder.

    Raises:
        ParseError: for a file that is not well-formed Turtle, or shapes that are not well-formed SHACL.
        ParameterError: for a graph without shapes.
    """
    paths, graphs = _split(data)
    if shapes is None:
        if graphs:
            raise ParameterError("a graph is validated with shapes of its own: give shapes as well")
        return validate_workspace(find_workspace(), paths)
    results = run(_merge(paths, graphs), _merge(*_split(shapes)))
    return read_report(results, places((str(path), path) for path in paths))


@literals_as_written()
def validate_workspace(
    workspace: Workspace, chosen: Iterable[Path] = (), edited: Mapping[Path, str] = MappingProxyType({})
) -> Report:
    """Validate a workspace, what its rules derive included; with `chosen` files, only the things that they describe.

    What it includes of the packaged workspace is context, since that is validated where it is made.
    The texts of `edited` files stand for what is on disk, and these are chosen too.

    Raises:
        ParseError: for a file that is not well-formed.
        WorkspaceError: if two files describe one thing.
    """
    focus_files = [path.resolve() for path in turtle_files(chosen)]
    if workspace.settings.include and not (focus_files or edited):
        focus_files = workspace.own_files("data", ".ttl")
    known = workspace.data_files
    extra = [path for path in focus_files if path not in known]
    store = EmbeddedStore.in_memory()
    store.load(read_dataset(workspace, extra, judged=True, edited=edited))
    apply_rules(store, read_rules(workspace), workspace.derived_graph)
    data = _to_rdflib((quad.triple for quad in store.quads()), MirroredGraph())
    shapes: Graph = _merge(workspace.shape_files, [])
    texts = {**{path: read_text(path, workspace.name(path)) for path in focus_files}, **edited}
    if texts:
        focus = {URIRef(iri) for path, text in texts.items() for iri in _subjects(text, workspace.name(path))}
        nameless = {node for node in data.subjects() if isinstance(node, BNode)}
        shapes = narrowed(shapes, data, {*focus, *nameless})
    results = run(data, shapes)
    return read_report(results, places((workspace.name(path), path) for path in (*known, *extra)))


def _split(sources: Source | Sequence[Source]) -> tuple[list[Path], list[Graph]]:
    listed = [sources] if isinstance(sources, (str, Path, Graph)) else sources
    paths = turtle_files(Path(source) for source in listed if not isinstance(source, Graph))
    return paths, [source for source in listed if isinstance(source, Graph)]


def _merge(paths: Iterable[Path], graphs: Iterable[Graph]) -> DataGraph:
    triples = (triple for path in paths for triple in parse_turtle(read_text(path, str(path)), str(path))[0])
    merged = _to_rdflib(triples, DataGraph())
    for graph in graphs:
        merged += graph
    return merged


def _to_rdflib(triples: Iterable[ox.Triple], graph: DataGraph) -> DataGraph:
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph


def _subjects(text: str, where: str) -> set[str]:
    triples, _ = parse_turtle(text, where)
    return {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)}
