"""The dataset of a workspace: all its quads, each file in its named graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from foc_graph.dates import is_malformed
from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.rdf.parser import file_iri, read_text
from foc_graph.sparql.tokens import position
from foc_graph.workspace.data_files import data_positions, parse_data
from foc_graph.workspace.migrations import read_migrations, refuse_replaced
from foc_graph.workspace.settings import Workspace


def read_dataset(
    workspace: Workspace,
    extra: Iterable[Path] = (),
    judged: bool = False,
    edited: Mapping[Path, str] = MappingProxyType({}),
) -> Iterator[ox.Quad]:
    """Read all quads that queries see before rules run: vocabulary, concepts, data, each file in its named graph.

    `extra` files, from outside the workspace, go into the default graph. Where the quads are `judged` by shapes, which
    know no named graphs, all do, and invalid dates are let through. The texts of `edited` files stand for theirs.

    Raises:
        ParseError: for a file that is not what its name says, or a malformed date.
        WorkspaceError: if two files describe one thing, or one is written for an earlier version of the vocabulary.
    """
    migrations, own = read_migrations(workspace), set(workspace.own_files("data"))
    described: dict[object, Path] = {}
    clashes: list[tuple[str, Path, Path]] = []
    for path in dict.fromkeys((*workspace.data_files, *edited, *extra)):
        text = edited[path] if path in edited else read_text(path, workspace.name(path))
        quads = described_in(workspace, path, text)
        if path in own:
            refuse_replaced(quads, text, workspace.name(path), migrations)
        if not judged:
            _check_dates(quads, text, workspace.name(path))
        for subject in dict.fromkeys(quad.subject for quad in quads):
            first = described.setdefault(subject, path)
            if first != path and isinstance(subject, ox.NamedNode):
                clashes.append((subject.value, first, path))
        graph = workspace.graph_name(path)
        if graph == workspace.derived_graph:
            raise WorkspaceError(
                f"{workspace.name(path)}: the name `derived` is reserved for derived statements: rename the folder"
            )
        if judged:
            yield from quads
        else:
            yield from (ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)
    if clashes:
        iri, *files = clashes[0]
        found = (data_positions(workspace, [path], edited).position(iri) or workspace.name(path) for path in files)
        more = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
        raise WorkspaceError(
            f"{' and '.join(found)} both describe <{iri}>{more}: keep all that is said of a thing in one file"
        )


def described_in(workspace: Workspace, path: Path, text: str) -> list[ox.Quad]:
    """Parse a data file with this text; in one from outside the workspace, IRIs may be relative to it.

    Raises:
        ParseError: at the line and column of the fault.
    """
    is_outside = isinstance(workspace.graph_name(path), ox.DefaultGraph)
    return parse_data(workspace, path, text, workspace.name(path), file_iri(path) if is_outside else None)


def is_malformed_date(term: object) -> bool:
    """Whether a term is a date that is not of its type."""
    return isinstance(term, ox.Literal) and is_malformed(term.value, term.datatype.value)


def _check_dates(quads: list[ox.Quad], text: str, where: str) -> None:
    for quad in quads:
        value = quad.object
        if isinstance(value, ox.Literal) and is_malformed_date(value):
            line_and_column = position(text, max(text.find(f'"{value.value}"'), 0))
            raise ParseError(
                where, *line_and_column, f"{value.value!r} is not a date of its type: write 2015, 2015-05 or 2015-05-04"
            )
