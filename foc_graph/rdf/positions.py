"""Positions of triples in files, `file:line:column`, and the statements of a Turtle document from which they follow.

Source: RDF 1.2 Turtle, section 6. A document is taken to be well-formed; in one that is not, what stands before the
fault is found.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import file_iri, read_text
from foc_graph.rdf.terms import RDF, RDF_TYPE, Node, blank_nodes

Value = ox.NamedNode | ox.Literal

_NIL = ox.NamedNode(RDF + "nil")

# Beyond ASCII, all that stands outside of strings, IRIs and comments is part of a name.
_NAME = r"[A-Za-z0-9_\x80-\U0010FFFF-]"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\."
_IRI = r"<[^<>]*+>"
_PREFIXED = (
    rf"(?:{_NAME}(?:{_NAME}|\.+(?={_NAME}))*+)?+:"
    rf"(?:(?:[A-Za-z0-9_:\x80-\U0010FFFF]|{_ESCAPED})(?:{_NAME}++|:|{_ESCAPED}|\.+(?=[:%\\]|{_NAME}))*+)?+"
)
_LABEL = rf"_:{_NAME}(?:{_NAME}|\.+(?={_NAME}))*+"
_STRING = (
    r'"{3}(?:"{0,2}(?:[^"\\]++|\\.))*+"{3}' r"|'{3}(?:'{0,2}(?:[^'\\]++|\\.))*+'{3}"
    r'|"(?:[^"\\\n\r]++|\\.)*+"' r"|'(?:[^'\\\n\r]++|\\.)*+'"
)  # fmt: skip
_LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"
_NUMBER = r"[+-]?(?:(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)[Ee][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"
_COMMENT = r"\#[^\n\r]*+"
_GAP = rf"(?:[ \t\r\n]++|{_COMMENT})"


class _Pattern:
    """A regular expression, compiled when it is first used, since that takes long and where all is well none is."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self._text, self._flags = text, flags

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        """The method of the compiled one that matches at an offset."""
        return re.compile(self._text, self._flags).match

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        """Its method that finds all matches."""
        return re.compile(self._text, self._flags).finditer


_TOKEN = _Pattern(
    rf"(?P<iri>{_IRI})|(?P<string>{_STRING})|(?P<comment>{_COMMENT})|(?P<language>{_LANGUAGE})|(?P<number>{_NUMBER})"
    rf"|(?P<label>{_LABEL})|(?P<name>{_PREFIXED})|(?P<word>[A-Za-z]++)"
    r"|(?P<mark>\^\^|<<\(?+|\)?+>>|\{\||\|\}|[][(),;.~])",
    re.DOTALL,
)
_DIRECTIVE = _Pattern(
    rf"(?:(?:@prefix{_GAP}*+|(?i:prefix){_GAP}++)(?P<prefix>[^\s:<#]*+):{_GAP}*+(?P<namespace>{_IRI})"
    rf"|(?:@base|(?i:base)){_GAP}*+(?P<base>{_IRI})|(?:@version|(?i:version)){_GAP}*+(?:{_STRING}))"
    rf"(?:{_GAP}*+\.)?+"
)
_SUBJECT = _Pattern(rf"{_IRI}|(?!_:){_PREFIXED}")
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+:[^\\]*+\Z")
_SKIPPED = re.compile(rf"{_GAP}*+")
_REST = _Pattern(
    rf"(?:[ \t\r\n;,()\[\]^{{|}}~>]++|{_IRI}|<<|{_STRING}|{_NUMBER}|{_LABEL}|{_PREFIXED}|{_LANGUAGE}|[A-Za-z]++"
    rf"|{_COMMENT})*+\.",
    re.DOTALL,
)
_ANY = ox.NamedNode("x:x")
_OPEN, _CLOSE = ("[", "(", "<<(", "<<", "{|"), ("]", ")", ")>>", ">>", "|}")

_Offset = tuple[int, int]
"""The number of a document and an offset in it."""


class Statement(NamedTuple):
    """One triple about a named thing: offsets of its predicate and object; `value` is None for a blank node."""

    predicate: str
    predicate_offset: int
    value: Value | ox.Triple | None
    value_offset: int


class Document(ABC):
    """A text that makes statements about things."""

    def __init__(self, text: str) -> None:
        self._text = text

    @abstractmethod
    def blocks(self, subject: str) -> list[int]:
        """Return the offsets at which blocks about a thing begin."""

    @abstractmethod
    def statements(self, subject: str) -> Iterator[Statement]:
        """Iterate over the statements about a thing, in the order of the text."""

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column (both from 1, in characters) of an offset."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]


class Positions:
    """The positions of triples in data files, which are read when first asked for.

    `files` gives the name to show and the path of each; `texts` stand for what is on disk. What cannot be read, or is
    larger than `parser.MAX_FILE_SIZE`, holds no positions. `read` makes a document of a file with its text.
    """

    def __init__(
        self,
        files: Iterable[tuple[str, Path]],
        texts: Mapping[Path, str] = MappingProxyType({}),
        read: Callable[[Path, str], Document] = lambda path, text: TurtleDocument(text, file_iri(path)),
    ) -> None:
        self._files = list(files)
        self._texts = texts
        self._read = read
        self._things: dict[str, _Thing] = {}

    def without(self, names: Collection[str]) -> Positions:
        """Leave out the files with these names."""
        return Positions(((name, path) for name, path in self._files if name not in names), self._texts, self._read)

    def position(self, subject: str, predicate: str | None = None, value: Node | None = None) -> str:
        """Return `name:line:column` of a triple about the thing `subject`, or "" where no file describes it.

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
            documents.append((name, self._read(path, text)))
        return documents


NOWHERE = Positions(())
"""The positions of triples that are in no file."""


class _Thing:
    """Where a thing's first block, its predicates and its values stand first."""

    def __init__(self, subject: str, documents: list[Document]) -> None:
        self._blocks = [(number, offset) for number, one in enumerate(documents) for offset in one.blocks(subject)]
        self._predicates: dict[str, _Offset] = {}
        self._values: dict[tuple[str, Node], _Offset] = {}
        for number, document in enumerate(documents):
            for statement in document.statements(subject):
                self._predicates.setdefault(statement.predicate, (number, statement.predicate_offset))
                if statement.value is not None:
                    self._values.setdefault((statement.predicate, statement.value), (number, statement.value_offset))

    def find(self, predicate: str | None, value: Node | None) -> _Offset | None:
        """Find the position nearest to a triple."""
        if predicate is not None and value is not None:
            key = predicate, value
            found = self._values.get(key) or (None if isinstance(value, ox.NamedNode) else self._stored.get(key))
            if found:
                return found
        block = self._blocks[0] if self._blocks else None
        return block if predicate is None else self._predicates.get(predicate, block)

    @cached_property
    def _stored(self) -> dict[tuple[str, Node], _Offset]:
        """The literals as the embedded store gives them back: numbers and dates in another form, `int` as `integer`.

        So are those of triple terms.
        """
        stored: dict[tuple[str, Node], _Offset] = {}
        for (predicate, value), offset in self._values.items():
            if not isinstance(value, ox.NamedNode):
                store = ox.Store()
                store.add(ox.Quad(_ANY, _ANY, value))
                (quad,) = store
                stored.setdefault((predicate, quad.object), offset)
        return stored


class TurtleDocument(Document):
    """A Turtle document, its blocks found in one quick pass; a block is read in full only when asked for.

    Relative IRIs are resolved against `base`.
    """

    def __init__(self, text: str, base: str) -> None:
        super().__init__(text)
        self._base = base
        self._declared: list[tuple[str | None, str]] = []
        self._blocks: dict[str, list[_Block]] = {}
        with suppress(KeyError, SyntaxError):  # an undeclared prefix or an IRI that is none
            self._find_blocks()

    def blocks(self, subject: str) -> list[int]:
        """Return the offsets at which the blocks about a thing begin."""
        return [block.offset for block in self._blocks.get(subject, [])]

    def statements(self, subject: str) -> Iterator[Statement]:
        """Iterate over the triples about a thing, in the order of the text."""
        found = (statement for block in self._blocks.get(subject, []) for statement in self._statements(block))
        yield from sorted(found, key=lambda statement: statement.value_offset)

    def _find_blocks(self) -> None:
        text, scope, offset = self._text, _Scope(self._base), 0
        while True:
            offset = _end(_SKIPPED.match(text, offset))
            if offset == len(text):
                return
            if directive := _DIRECTIVE.match(text, offset):
                if iri := directive["namespace"] or directive["base"]:
                    self._declared.append(scope.declare(directive["prefix"], scope.iri(iri)))
                offset = directive.end()
                continue
            if subject := _SUBJECT.match(text, offset):
                self._add(scope.iri(subject[0]), offset, subject.end())
            end = _end(_REST.match(text, offset))
            if text.find("~", offset, end) >= 0:
                self._find_reifiers(offset, end, scope)
            offset = end

    def _add(self, subject: str, offset: int, start: int | None) -> None:
        self._blocks.setdefault(subject, []).append(_Block(offset, start, len(self._declared)))

    def _find_reifiers(self, offset: int, end: int, scope: _Scope) -> None:
        """Find the blocks about things that a statement names as its reifiers, or as those of triples in it."""
        found = [match for match in _TOKEN.finditer(self._text, offset, end) if match.lastgroup != "comment"]
        depths = list(accumulate((match[0] in _OPEN) - (match[0] in _CLOSE) for match in found))
        subject_end = depths.index(0) if 0 in depths else None
        for number, (mark, reifier, after) in enumerate(zip(found, found[1:], found[2:], strict=False), 2):
            if mark[0] == "~" and reifier.lastgroup in ("iri", "name"):
                follows = after[0] == "{|" or number == subject_end
                self._add(scope.iri(reifier[0]), mark.start(), after.end() if follows else None)

    def _statements(self, block: _Block) -> Iterator[Statement]:
        start = block.start
        if start is None:
            return
        scope = _Scope(self._base)
        for prefix, iri in self._declared[: block.declared]:
            scope.declare(prefix, iri)
        predicate, predicate_offset, value_offset, depth, is_annotated = "", start, start, 0, False
        parts: list[tuple[str, str]] = []
        for match in _TOKEN.finditer(self._text, start):
            kind, token = match.lastgroup or "", match[0]
            if kind == "comment":
                continue
            if depth == 0 and token in (",", ";", ".", "|}"):
                if parts:
                    yield Statement(predicate, predicate_offset, _term(parts, scope), value_offset)
                parts, is_annotated = [], False
                predicate = "" if token == ";" else predicate
                if token in (".", "|}"):
                    return
            elif not predicate:
                predicate, predicate_offset = RDF_TYPE if token == "a" else scope.iri(token), match.start()
            else:
                is_annotated = is_annotated or (depth == 0 and token in ("~", "{|"))
                if not is_annotated:
                    value_offset = value_offset if parts else match.start()
                    parts.append((kind, token))
                depth += (token in _OPEN) - (token in _CLOSE)


class _Block(NamedTuple):
    """A block about one thing: its offset, and that of its first predicate, if it has one.

    `declared` counts the prefixes and bases that were declared before it.
    """

    offset: int
    start: int | None
    declared: int


class _Scope:
    """The prefixes and the base that hold at one point of a document."""

    def __init__(self, base: str) -> None:
        self._prefixes: dict[str, str] = {}
        self._base = base

    def declare(self, prefix: str | None, iri: str) -> tuple[str | None, str]:
        """Bind a prefix, or (None) the base."""
        if prefix is None:
            self._base = iri
        else:
            self._prefixes[prefix] = iri
        return prefix, iri

    def iri(self, token: str) -> str:
        """Return the IRI that `<...>` or a prefixed name stands for."""
        if token[0] != "<":
            prefix, _, local = token.partition(":")
            return self._prefixes[prefix] + (re.sub(r"\\(.)", r"\1", local) if "\\" in local else local)
        if _ABSOLUTE.match(token):
            return token[1:-1]
        resolved = _parsed(token, self._base)
        assert isinstance(resolved, ox.NamedNode)
        return resolved.value


def _term(parts: list[tuple[str, str]], scope: _Scope) -> Value | ox.Triple | None:
    kind, token = parts[0]
    if kind in ("iri", "name"):
        return ox.NamedNode(scope.iri(token))
    if token == "<<":
        match parts[-3:]:
            case [(_, "~"), ("iri" | "name", reifier), _]:
                return ox.NamedNode(scope.iri(reifier))
        return None
    if kind == "label" or (kind == "mark" and token != "<<("):
        return _NIL if [token for _, token in parts] == ["(", ")"] else None
    texts = (f"<{scope.iri(text)}>" if kind in ("iri", "name") else text for kind, text in parts)
    value = _parsed("".join(text if text[0] in "@^<" else f" {text}" for text in texts))
    return None if any(blank_nodes(value)) else value


def _parsed(source: str, base: str | None = None) -> Value | ox.Triple:
    triple = next(ox.parse(f"<x:x> <x:x> {source} .", format=ox.RdfFormat.TURTLE, base_iri=base)).triple
    assert isinstance(triple.object, Value | ox.Triple)
    return triple.object


def _end(match: re.Match[str] | None) -> int:
    if match is None:
        raise SyntaxError("not Turtle")
    return match.end()
