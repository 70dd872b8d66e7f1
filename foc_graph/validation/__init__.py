"""Validating data with SHACL shapes: files, a workspace, or what a SPARQL endpoint holds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.terms import BASE
from foc_graph.validation.changes import Patch, read_patch, revision
from foc_graph.validation.compiler import checks
from foc_graph.validation.data import Data
from foc_graph.validation.endpoint import Endpoint
from foc_graph.validation.explain import explain
from foc_graph.validation.finding import Finding, Term
from foc_graph.validation.labels import labels
from foc_graph.validation.loading import LoadedShapes, graph_triples, split
from foc_graph.validation.report import Report, ValidationResult, make_report
from foc_graph.validation.run import DataGraph, Track, run, untracked
from foc_graph.validation.selection import Choice, all_checks, choose, find_things, named_checks
from foc_graph.validation.shapes_graph import Place
from foc_graph.validation.sparql import Dialect
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.locate import Workspace, find_workspace
from foc_graph.workspace.places import Places
from foc_graph.workspace.reading import parse_turtle, read_text, stream_triples, turtle_files

if TYPE_CHECKING:
    from rdflib import Graph

    from foc_graph.validation.loading import Source

__all__ = ["Report", "ValidationResult", "explain_shapes", "validate", "validate_endpoint", "validate_workspace"]

Engine = Literal["auto", "sparql", "duckdb", "pyshacl"]

LARGE = 2**23
"""Size in bytes from which files are validated in DuckDB, if it is installed, unless an engine is named."""


def validate(
    data: Source | list[Source] | tuple[Source, ...],
    shapes: Source | list[Source] | tuple[Source, ...] | None = None,
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | None = None,
    engine: Engine = "auto",
    track: Track[list[Finding]] = untracked,
) -> Report:
    """Validate Turtle files, folders or rdflib graphs with shapes, nothing of a workspace added.

    Without `shapes`, `data` are files or folders, judged in the context of the workspace around the current folder.
    `only` names shapes and constraints to check, `focus` things to check; `since` is an RDF Patch, what of
    the data changed, and only what that may have touched is checked. `engine` says what validates: shapes compiled to
    `sparql`, the same as SQL in `duckdb` for large files, or `pyshacl`; `auto` is one of the first two.

    Raises:
        ParseError: for a file that is not well-formed Turtle, or shapes that are not well-formed SHACL.
        ParameterError: for a graph without shapes, or a choice that the engine does not offer, or is not installed.
        UnknownNameError: for a shape or thing that does not exist.
    """
    paths, graphs = split(data)
    if shapes is None:
        if graphs:
            raise ParameterError("a graph is validated with shapes of its own: give shapes as well")
        workspace = find_workspace()
        return validate_workspace(workspace, paths, only=only, focus=focus, since=since, engine=engine, track=track)
    loaded = _load(shapes)
    changed = None
    if since is not None:
        patch = read_patch(Path(since))
        changed = patch.added | patch.deleted
    choice = Choice(tuple(only), tuple(focus), changed=changed)
    if engine == "duckdb" or (engine == "auto" and changed is None and not graphs and _is_large(paths)):
        if changed is not None or graphs:
            raise ParameterError("DuckDB reads files as a whole: give no graph and no changes, or take another engine")
        return _judge_large(paths, loaded, choice, track)
    places = Places((str(path), path) for path in paths)
    return _judge(_triples(paths, graphs), loaded, places, choice, engine, track)


def validate_workspace(
    workspace: Workspace,
    chosen: Iterable[Path] = (),
    edited: Mapping[Path, str] = MappingProxyType({}),
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | None = None,
    engine: Engine = "auto",
    track: Track[list[Finding]] = untracked,
) -> Report:
    """Validate a workspace, what its rules derive included; with `chosen` files, only the things that they describe.

    What it includes of the packaged workspace is context, since that is validated where it is made.
    The texts of `edited` files stand for what is on disk, and these are chosen too. `since` is a revision in git, or an
    RDF Patch that led to the present state. The rest is as for `validate`.

    Raises:
        ParseError: for a file that is not well-formed.
        WorkspaceError: if two files describe one thing.
        ParameterError: for a choice that the engine does not offer, or what is no revision.
        UnknownNameError: for a shape or thing that does not exist.
    """
    if engine == "duckdb":
        raise ParameterError("DuckDB validates files with shapes of their own, no workspace: take another engine")
    files = [path.resolve() for path in turtle_files(chosen)]
    if workspace.settings.include and not (files or edited or since):
        files = workspace.own_files("data", ".ttl")
    extra = [path for path in files if path not in workspace.data_files]
    quads = list(read_dataset(workspace, extra, judged=True, edited=edited))
    quads += _derived(workspace, quads)
    described: list[ox.NamedNode] = []
    for path, text in {**{path: read_text(path, workspace.name(path)) for path in files}, **edited}.items():
        triples, _ = parse_turtle(text, workspace.name(path))
        described += dict.fromkeys(one.subject for one in triples if isinstance(one.subject, ox.NamedNode))
    changed = None if since is None else _changed(workspace, quads, since)
    chosen_things = tuple(described) if files or edited else None
    choice = Choice(tuple(only), tuple(focus), chosen_things, changed, workspace.base)
    loaded = _load(workspace)
    places = Places(((workspace.name(path), path) for path in (*workspace.data_files, *extra)), edited)
    return _judge(quads, loaded, places, choice, engine, track)


def validate_endpoint(
    url: str,
    shapes: Workspace | Source | list[Source] | tuple[Source, ...] | None = None,
    *,
    graph: str | None = None,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    timeout: float = 60.0,
    track: Track[list[Finding]] = untracked,
) -> Report:
    """Validate what a SPARQL endpoint holds, in one of its graphs or in its default graph; it is only read.

    Without `shapes`, with those of the workspace around the current folder. `timeout` is in seconds, for one query.

    Raises:
        ServiceError: if the endpoint does not give a whole answer to each query, or holds no triples.
        ParseError: for shapes that are not well-formed SHACL.
        ParameterError: for a URL, a graph or a time that is none.
        UnknownNameError: for a shape or thing that does not exist.
    """
    from foc_graph.store.remote import RemoteStore

    shapes = shapes or find_workspace()
    loaded = _load(shapes)
    choice = Choice(tuple(only), tuple(focus), base=shapes.base if isinstance(shapes, Workspace) else BASE)
    endpoint = Endpoint(RemoteStore(url, graph, timeout))
    endpoint.check(loaded.shapes)
    endpoint.choose(find_things(endpoint, choice))
    wanted = named_checks(all_checks(endpoint, loaded.shapes), loaded.shapes, choice.shapes)
    findings = run(endpoint, wanted, track)
    return _report(endpoint, findings, Places(()).place, lambda node: None, loaded)


def explain_shapes(shapes: Workspace | Source | list[Source] | tuple[Source, ...], names: Collection[str]) -> str:
    """The plans and SPARQL queries of some shapes or constraints.

    Raises:
        ParseError: for shapes that are not well-formed SHACL.
        UnknownNameError: for a shape that does not exist.
    """
    loaded = _load(shapes)
    every = (check for shape in loaded.shapes for check in checks(shape))
    return explain(named_checks(every, loaded.shapes, names), Dialect())


def _load(shapes: Workspace | Source | list[Source] | tuple[Source, ...]) -> LoadedShapes:
    if isinstance(shapes, Workspace):
        return LoadedShapes((shapes.name(path), path) for path in shapes.shape_files)
    paths, graphs = split(shapes)
    return LoadedShapes(((str(path), path) for path in paths), graphs)


def _triples(paths: Iterable[Path], graphs: Iterable[Graph]) -> Iterator[ox.Triple | ox.Quad]:
    for path in paths:
        yield from stream_triples(path, str(path))
    for graph in graphs:
        yield from graph_triples(graph)


def _derived(workspace: Workspace, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    from foc_graph.rules import apply_rules, read_rules

    store = EmbeddedStore.in_memory()
    store.load(quads)
    apply_rules(store, read_rules(workspace), workspace.derived_graph)
    return [quad for quad in store.quads() if quad.graph_name == workspace.derived_graph]


def _changed(workspace: Workspace, quads: list[ox.Quad], since: str) -> frozenset[ox.Triple] | None:
    """The triples that differ, derived ones included; None where the shapes differ, so that all is to be checked.

    Triples with blank nodes, which have no lasting names, always differ.
    """
    now = {quad.triple for quad in quads}
    if Path(since).is_file():
        patch = read_patch(Path(since))
        return frozenset(now ^ _before(workspace, quads, patch))
    with tempfile.TemporaryDirectory() as folder:
        then = revision(workspace, since, Path(folder))
        texts = [
            [(path.relative_to(one.root), path.read_bytes()) for path in one.own_files("ontology/shapes", ".ttl")]
            for one in (then, workspace)
        ]
        if texts[0] != texts[1]:
            return None
        old = list(read_dataset(then, judged=True))
        return frozenset(now ^ {quad.triple for quad in (*old, *_derived(then, old))})


def _before(workspace: Workspace, quads: list[ox.Quad], patch: Patch) -> set[ox.Triple]:
    asserted = {quad.triple for quad in quads if quad.graph_name != workspace.derived_graph}
    old = [ox.Quad(*triple) for triple in (asserted - patch.added) | patch.deleted]
    return {quad.triple for quad in (*old, *_derived(workspace, old))}


def _judge(
    triples: Iterable[ox.Triple | ox.Quad],
    loaded: LoadedShapes,
    places: Places,
    choice: Choice,
    engine: Engine,
    track: Track[list[Finding]],
) -> Report:
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
    return _report(data, findings, places.place, data.parent, loaded)


def _is_large(paths: list[Path]) -> bool:
    return find_spec("duckdb") is not None and sum(path.stat().st_size for path in paths) >= LARGE


def _judge_large(paths: list[Path], loaded: LoadedShapes, choice: Choice, track: Track[list[Finding]]) -> Report:
    try:
        from foc_graph.validation.columnar import Columnar
    except ImportError as error:
        raise ParameterError("duckdb is not installed: pip install 'foc-graph[duckdb]'") from error

    data = Columnar(paths, loaded.triples)
    if choice.things:
        data.choose(find_things(data, choice))
    findings = run(data, named_checks(all_checks(data, loaded.shapes), loaded.shapes, choice.shapes), track)
    data.locate(node for one in findings for node in (one.focus, one.value) if node is not None)
    return _report(data, findings, data.place, data.parent, loaded)


def _report(
    graph: DataGraph,
    findings: list[Finding],
    place: Place,
    parent: Callable[[ox.BlankNode], tuple[Term, ox.NamedNode] | None],
    loaded: LoadedShapes,
) -> Report:
    names = labels(graph, (one.focus for one in findings if isinstance(one.focus, ox.NamedNode)))
    return make_report(findings, place, lambda iri: names.get(iri, ""), parent, loaded.warnings, loaded.shapes)
