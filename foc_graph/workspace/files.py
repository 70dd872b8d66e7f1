"""The statements in the files of a workspace, thing by thing, and the files as they become when things change."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import WorkspaceError
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.rdf.turtle import format_triples, head_comments
from foc_graph.workspace.settings import Workspace

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
        """The things whose IRI begins with `start`, and their values."""
        for contents in self._contents.values():
            yield from ((iri, values) for iri, values in contents.items() if iri.startswith(start))

    def file(self, iri: str) -> Path:
        """The file that describes a thing."""
        return self._files[iri]

    def check_named(self) -> None:
        """Refuse files with blank nodes, in which something could be overlooked.

        Raises:
            WorkspaceError: naming the first.
        """
        for path in sorted(self._nameless):
            raise WorkspaceError(f"{self.workspace.name(path)}: holds blank nodes: give the things IRIs first")

    def remove(self, iri: str) -> None:
        """Describe a thing no longer."""
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

    def texts(self) -> dict[Path, str]:
        """Each changed file as it becomes, in canonical form.

        Raises:
            WorkspaceError: for a file with blank nodes, whose things have no name to be told by.
        """
        return {path: self._text(path) for path in self._changed}

    def original(self, path: Path) -> str | None:
        """A file as it was read; None for a new one."""
        return self._texts.get(path)

    def _text(self, path: Path) -> str:
        where = self.workspace.name(path)
        if path in self._nameless:
            raise WorkspaceError(f"{where}: holds blank nodes, which cannot be told apart: give the things IRIs")
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
