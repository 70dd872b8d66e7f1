"""Where in the files a triple stands: `file:line:column`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import file_iri, read_text

if TYPE_CHECKING:
    from foc_graph.rdf.statements import Statement

Term = ox.NamedNode | ox.BlankNode | ox.Literal
_Offset = tuple[int, int]
"""The number of a document and an offset in it."""

_NODE = ox.NamedNode("x:x")


class Document(Protocol):
    """A text that makes statements about things."""

    def blocks(self, subject: str) -> list[int]:
        """The offsets at which blocks about a thing begin."""
        ...

    def statements(self, subject: str) -> Iterator[Statement]:
        """The statements about a thing."""
        ...

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1."""
        ...


class Places:
    """The places of triples in data files, which are read when first asked for.

    `files` gives the name to show and the path of each; `texts` stand for what is on disk. What cannot be read, or is
    larger than `reading.MAX_FILE_SIZE`, holds no places.
    """

    def __init__(self, files: Iterable[tuple[str, Path]], texts: Mapping[Path, str] = MappingProxyType({})) -> None:
        self._files = list(files)
        self._texts = texts
        self._things: dict[str, _Thing] = {}

    def without(self, names: Collection[str]) -> Places:
        """The places in the files that do not have these names."""
        return type(self)(((name, path) for name, path in self._files if name not in names), self._texts)

    @staticmethod
    def read(path: Path, text: str) -> Document:
        """Read a file with this text."""
        from foc_graph.rdf.statements import Document

        return Document(text, file_iri(path))

    def place(self, subject: str, predicate: str | None = None, value: Term | None = None) -> str:
        """`name:line:column` of a triple about the thing with the IRI `subject`, or "" where no file describes it.

        That of the object; where `value` is not given or not found, of the first such predicate; where that is not
        found either, of the thing's first block. A literal is also found where it is written in another form than the
        store gives it in, such as `1.50` for `1.5`.
        """
        if subject not in self._things:
            self._things[subject] = _Thing(subject, [document for _, document in self._documents])
        found = self._things[subject].find(predicate, value)
        if found is None:
            return ""
        name, document = self._documents[found[0]]
        line, column = document.position(found[1])
        return f"{name}:{line}:{column}"

    @cached_property
    def _documents(self) -> list[tuple[str, Document]]:
        if not self._files:
            return []
        documents: list[tuple[str, Document]] = []
        for name, path in self._files:
            try:
                text = self._texts[path] if path in self._texts else read_text(path, name)
            except ParseError:
                continue
            documents.append((name, self.read(path, text)))
        return documents


NOWHERE = Places(())
"""The places of triples that are in no file."""


class _Thing:
    """Where a thing's first block, its predicates and its values stand first."""

    def __init__(self, subject: str, documents: list[Document]) -> None:
        self._blocks = [(number, offset) for number, one in enumerate(documents) for offset in one.blocks(subject)]
        self._predicates: dict[str, _Offset] = {}
        self._values: dict[tuple[str, Term], _Offset] = {}
        for number, document in enumerate(documents):
            for statement in document.statements(subject):
                self._predicates.setdefault(statement.predicate, (number, statement.predicate_offset))
                if statement.value is not None:
                    self._values.setdefault((statement.predicate, statement.value), (number, statement.value_offset))

    def find(self, predicate: str | None, value: Term | None) -> _Offset | None:
        """The nearest to a triple that there is."""
        if predicate is not None and value is not None:
            key = predicate, value
            found = self._values.get(key) or (self._stored.get(key) if isinstance(value, ox.Literal) else None)
            if found:
                return found
        block = self._blocks[0] if self._blocks else None
        return block if predicate is None else self._predicates.get(predicate, block)

    @cached_property
    def _stored(self) -> dict[tuple[str, Term], _Offset]:
        """The literals as the embedded store gives them back: numbers and dates in another form, `int` as `integer`."""
        stored: dict[tuple[str, Term], _Offset] = {}
        for (predicate, value), offset in self._values.items():
            if isinstance(value, ox.Literal):
                store = ox.Store()
                store.add(ox.Quad(_NODE, _NODE, value))
                (quad,) = store
                assert isinstance(quad.object, ox.Literal)
                stored.setdefault((predicate, quad.object), offset)
        return stored
