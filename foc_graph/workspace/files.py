"""The files of a workspace: their statements thing by thing, their canonical form, and how they are replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError, WorkspaceError
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.rdf.turtle import format_triples, head_comments
from foc_graph.workspace.data_files import format_data, parse_data
from foc_graph.workspace.journal import changing, replace
from foc_graph.workspace.settings import Workspace, find_root

Term = ox.NamedNode | ox.Literal
Values = dict[str, list[Term]]
"""Values of a thing by IRI of the predicate."""


class Things:
    """The things that the files of one folder of data describe, with their asserted values.

    Raises:
        ParseError: for a file that is not Turtle.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._texts: dict[Path, str] = {}
        self._files: dict[str, Path] = {}
        self._contents: dict[Path, dict[str, Values]] = {}
        self._prefixes: dict[Path, dict[str, str]] = {}
        self._nameless: set[Path] = set()
        self._changed: dict[Path, None] = {}
        self._paths: dict[str, Path] = {}
        self._replaced: dict[Path, str] = {}
        for path in workspace.own_files("data", ".ttl"):
            self._texts[path] = read_text(path, workspace.name(path))
            contents = self._contents.setdefault(path, {})
            triples, self._prefixes[path] = parse_turtle(self._texts[path], workspace.name(path))
            for triple in triples:
                if not (isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, Term)):
                    self._nameless.add(path)
                    continue
                self._files[triple.subject.value] = path
                values = contents.setdefault(triple.subject.value, {})
                values.setdefault(triple.predicate.value, []).append(triple.object)

    def __contains__(self, iri: str) -> bool:
        return iri in self._files

    def __getitem__(self, iri: str) -> Values:
        return self._contents[self._files[iri]][iri] if iri in self._files else {}

    def items(self, start: str = "") -> Iterator[tuple[str, Values]]:
        """Iterate over the things whose IRI begins with `start`, and their values."""
        for contents in self._contents.values():
            yield from ((iri, values) for iri, values in contents.items() if iri.startswith(start))

    def file(self, iri: str) -> Path:
        """Return the file that describes a thing."""
        return self._files[iri]

    def check_named(self) -> None:
        """Refuse files with blank nodes, in which a thing could be overlooked.

        Raises:
            WorkspaceError: naming the first.
        """
        for path in sorted(self._nameless):
            raise WorkspaceError(f"{self.workspace.name(path)}: contains blank nodes: give these things IRIs first")

    def remove(self, iri: str) -> None:
        """Remove a thing from its file."""
        path = self._files.pop(iri)
        del self._contents[path][iri]
        self._changed[path] = None

    def put(self, iri: str, values: Values, file: str) -> None:
        """Describe a thing by these values instead of its present ones, in its file; a new one in `file` of data."""
        if file not in self._paths:
            self._paths[file] = self.workspace.root / "data" / file
        path = self._files.get(iri) or self._paths[file]
        self._files[iri] = path
        self._contents.setdefault(path, {})[iri] = values
        self._changed[path] = None

    def read_text_file(self, path: Path) -> str:
        """Return the text of a file that is not Turtle, empty for one that does not exist."""
        if path not in self._texts and path.exists():
            self._texts[path] = read_text(path, self.workspace.name(path))
        return self._replaced.get(path, self._texts.get(path, ""))

    def replace_text_file(self, path: Path, text: str) -> None:
        """Give a file that is not Turtle a new text, which is in canonical form."""
        self._replaced[path] = text

    def texts(self) -> dict[Path, str]:
        """Return each changed file as it becomes, in canonical form.

        Raises:
            WorkspaceError: for a file with blank nodes, whose things have no names.
        """
        return {path: self._text(path) for path in self._changed} | self._replaced

    def original(self, path: Path) -> str | None:
        """Return a file as it was read; None for a new one."""
        return self._texts.get(path)

    def _text(self, path: Path) -> str:
        where = self.workspace.name(path)
        if path in self._nameless:
            raise WorkspaceError(f"{where}: contains blank nodes, which cannot be compared: give these things IRIs")
        node = cache(ox.NamedNode)
        triples = [
            ox.Triple(subject, node(predicate), value)
            for iri, values in self._contents[path].items()
            for subject in [ox.NamedNode(iri)]
            for predicate, objects in values.items()
            for value in objects
        ]
        head = head_comments(self._texts.get(path, ""), where)
        return format_triples(triples, head, {**self._prefixes.get(path, {}), **PREFIXES})


def format_file(path: Path, workspace: Workspace, check: bool = False) -> bool:
    """Rewrite a data file in canonical form; with `check` only compare. True if the file was not canonical.

    The new text is read back and compared as a graph before it takes the file's place.

    Raises:
        ParseError: for what is not what its name says; the file is left as it is.
        ServiceError: if the file cannot be written.
    """
    where = str(path)
    text = read_text(path, where)
    formatted = format_data(workspace, path, text, where)
    if path.read_bytes() == formatted.encode():
        return False
    if not check:
        if _canonical_quads(workspace, path, formatted) != _canonical_quads(workspace, path, text):
            raise ParseError(where, None, None, "formatting would change the data, so the file was left as it is")
        replace_files({path: (text, formatted)})
    return True


def replace_files(texts: Mapping[Path, tuple[str | None, str]], digest: str = "") -> None:
    """Give each file its new text, all or none; with it comes the text that it had when read, None for a new file.

    `digest` is that of the workspace on which the texts rest.

    Raises:
        WorkspaceError: for a link that leads out of the workspace.
        ServiceError: if one cannot be written, or was changed by another since, and as `changing`.
    """
    if not texts:
        return
    root = _root(next(iter(texts)))
    with changing(root):
        if digest and Workspace(root).digest() != digest:
            raise ServiceError(f"{root}: a file was changed in the meantime: run the command again")
        for path, (before, _) in texts.items():
            if (read_text(path, str(path)) if path.exists() else None) != before:
                raise ServiceError(f"{path}: was changed in the meantime: run the command again")
        replace(root, {path: text.encode() for path, (_, text) in texts.items()})


def _root(path: Path) -> Path:
    """Return the folder of the workspace in which a file has its name; without one, the file's own."""
    return find_root(Path(os.path.abspath(path)).parents) or path.resolve().parent  # noqa: PTH100 (a link is itself)


def _canonical_quads(workspace: Workspace, path: Path, text: str) -> ox.Dataset:
    dataset = ox.Dataset(parse_data(workspace, path, text, str(path)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
