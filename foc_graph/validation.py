"""Validation of a workspace, its files and revisions, or of other data, with slugs and our prefixes as names."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox

from foc_graph import namespaces, shacl
from foc_graph.errors import ParameterError
from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.progress import Track, untracked
from foc_graph.rdf.parser import Sources, chosen_files, read_text, split_sources
from foc_graph.rdf.patch import read_patch
from foc_graph.rdf.positions import NOWHERE, Positions
from foc_graph.rdf.terms import Names
from foc_graph.shacl.data_graph import EmbeddedGraph
from foc_graph.shacl.engine import Choice, Engine, judge_embedded, judge_triples
from foc_graph.shacl.report import Report
from foc_graph.shacl.shapes_reader import LoadedShapes, load_shapes
from foc_graph.store import Store
from foc_graph.workspace.data_files import data_positions
from foc_graph.workspace.dataset import described_in, is_malformed_date, read_dataset
from foc_graph.workspace.settings import DATA, Workspace, find_workspace, revision

Shapes = Workspace | Sources
"""Where shapes come from."""


class SlugNames(Names):
    """Slugs under the base of a workspace or the shared one, and CURIEs with our prefixes."""

    def __init__(self, base: str = BASE) -> None:
        super().__init__(PREFIXES)
        self._base = base

    def short(self, iri: str) -> str:
        """Write an IRI as a slug, a CURIE, or in full."""
        return namespaces.short(iri)

    def candidates(self, name: str) -> Iterator[str]:
        """Give the IRIs that a thing with a name may have, the likeliest first."""
        yield from namespaces.possible_iris(name, self._base)


def validate(
    data: Sources,
    shapes: Sources | None = None,
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | None = None,
    engine: Engine = "auto",
    allow_unknown: bool = False,
    track: Track = untracked,
) -> Report:
    """Validate Turtle files, folders or rdflib graphs with shapes, nothing of a workspace added.

    Without `shapes`, `data` are files or folders, judged in the context of the workspace around the current folder.
    Things may be named by slugs. The rest is as for `shacl.validate`.

    Raises:
        ParseError: for a file that is not well-formed Turtle, or shapes that are not well-formed SHACL.
        ParameterError: for a graph without shapes, or a choice that the engine does not offer, or is not installed.
        UnknownNameError: for a shape or thing that does not exist.
    """
    options: dict[str, Any] = {"only": only, "focus": focus, "since": since, "engine": engine, "track": track}
    if shapes is not None:
        return shacl.validate(data, load_shapes(shapes, SlugNames(), allow_unknown), **options)
    paths, graphs = split_sources(data)
    if graphs:
        raise ParameterError("to validate a graph, give shapes as well")
    return validate_workspace(find_workspace(), paths, allow_unknown=allow_unknown, **options)


def validate_workspace(
    workspace: Workspace,
    chosen: Iterable[Path] = (),
    edited: Mapping[Path, str] = MappingProxyType({}),
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | None = None,
    engine: Engine = "auto",
    allow_unknown: bool = False,
    track: Track = untracked,
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
    files, data_files = [path.resolve() for path in chosen_files(chosen, DATA)], workspace.data_files
    if workspace.settings.include and not (files or edited or since):
        own = {*workspace.own_files("ontology", ".ttl"), *workspace.own_files("data", DATA)}
        files = [path for path in data_files if path in own]
    extra = [path for path in files if path not in data_files]
    asserted = list(read_dataset(workspace, extra, judged=True, edited=edited))
    positions = data_positions(workspace, (*data_files, *extra), edited)
    graph = _with_derived(workspace, asserted, positions)
    described: list[ox.NamedNode] = []
    for path, text in {**{path: read_text(path, workspace.name(path)) for path in files}, **edited}.items():
        triples = described_in(workspace, path, text)
        described += dict.fromkeys(one.subject for one in triples if isinstance(one.subject, ox.NamedNode))
    changed = None if since is None else _changed(workspace, asserted, graph, since)
    chosen_things = tuple(described) if files or edited else None
    choice = Choice(tuple(only), tuple(focus), chosen_things, changed)
    loaded = _load_shapes(workspace, allow_unknown)
    if engine == "duckdb":
        every = dict.fromkeys((*(quad.triple for quad in asserted), *graph.triples()))
        return judge_triples((), list(every), positions, loaded, choice, engine, track)
    return judge_embedded(graph, loaded, choice, engine, track)


def validate_store(
    store: Store,
    shapes: Shapes | None = None,
    *,
    only: Iterable[str] = (),
    focus: Iterable[str] = (),
    since: str | None = None,
    allow_unknown: bool = False,
    track: Track = untracked,
) -> Report:
    """Validate the default graph of a store, page by page; it is only read.

    Without `shapes`, with those of the workspace around the current folder. The rest is as for `shacl.validate_store`.

    Raises:
        ServiceError: if the store cannot be read, or holds no triples.
        ParseError: for shapes that are not well-formed SHACL.
        UnknownNameError: for a shape or thing that does not exist.
    """
    loaded = _load_shapes(shapes or find_workspace(), allow_unknown)
    return shacl.validate_store(store, loaded, only=only, focus=focus, since=since, track=track)


def explain_shapes(shapes: Shapes, names: Collection[str], allow_unknown: bool = False) -> str:
    """Explain some shapes or constraints: their plans in words, and their SPARQL queries.

    Raises:
        ParseError: for shapes that are not well-formed SHACL.
        UnknownNameError: for a shape that does not exist.
    """
    return shacl.explain_shapes(_load_shapes(shapes, allow_unknown), names)


def _load_shapes(shapes: Shapes, allow_unknown: bool) -> LoadedShapes:
    if not isinstance(shapes, Workspace):
        return load_shapes(shapes, SlugNames(), allow_unknown)
    texts = {path: shapes.shape_text(path) for path in shapes.shape_files}
    files = ((shapes.name(path), path) for path in texts)
    names = SlugNames(shapes.base)
    return LoadedShapes(files, (), names, False, texts, allow_unknown, optional=True)


def _with_derived(workspace: Workspace, asserted: Iterable[ox.Quad], positions: Positions = NOWHERE) -> EmbeddedGraph:
    """Load quads and what rules make of them, without the malformed dates that follow from a malformed one."""
    from foc_graph.workspace.rules import apply_rules, read_rules

    graph = EmbeddedGraph(positions)
    graph.load(asserted)
    rules = read_rules(workspace)
    graph.derive(PREFIXES, lambda store, name: apply_rules(store, rules, name), is_malformed_date)
    return graph


def _changed(
    workspace: Workspace, asserted: list[ox.Quad], graph: EmbeddedGraph, since: str
) -> frozenset[ox.Triple] | None:
    """Find the triples that differ, derived ones included; None where the shapes differ and all is to be checked.

    Triples with blank nodes, which have no lasting names, always differ.
    """
    if Path(since).is_file():
        patch = read_patch(Path(since))
        kept = {quad.triple for quad in asserted} - patch.added
        old = (ox.Quad(*triple) for triple in kept | patch.deleted)
        return frozenset({*graph.triples()} ^ {*_with_derived(workspace, old).triples()})
    with tempfile.TemporaryDirectory() as folder:
        then = revision(workspace, since, Path(folder))
        texts = [
            [(path.relative_to(one.root), path.read_bytes()) for path in one.own_files("ontology/shapes", ".ttl")]
            for one in (then, workspace)
        ]
        if texts[0] != texts[1]:
            return None
        return frozenset({*graph.triples()} ^ {*_with_derived(then, read_dataset(then, judged=True)).triples()})
