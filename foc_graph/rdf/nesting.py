"""The depth of brackets in Turtle, TriG, N-Triples or N-Quads, followed as the text comes in, piece by piece.

Triple terms of RDF 1.2 hold each other, and pyoxigraph 0.5 ends the process where 100,000 do. All brackets count, so
that whoever takes what was read, statement by statement or term by term, may recurse over it as well.

Sources: RDF 1.2 Turtle, section 6.5; RDF 1.2 N-Triples, section 3.
"""

from __future__ import annotations

import re

from foc_graph.errors import ParseError
from foc_graph.sparql.limits import MAX_DEPTH, TOO_DEEP

_LONGEST_MARK = 3
"""Bytes of the longest mark, which may be cut at the end of a piece."""

_BETWEEN = re.compile(
    rb"""(?:[^"'#<>\\()\[\]{}|]++ | <[^<>"{}|^`\\\x00-\x20]*+> | \\.
    | "(?:[^"\\\r\n]++|\\.)++" | '(?:[^'\\\r\n]++|\\.)++' | ""(?=[^"]) | ''(?=[^']))*+""",
    re.DOTALL | re.VERBOSE,
)
"""The text between brackets, as far as it is whole."""

_MARK = re.compile(
    rb"""(?P<open><<\(|<<|\{\||[(\[{]) | (?P<close>\)>>|>>|\|\}|[)\]}]) | (?P<inside>\"""|\'\'\'|["'<\#]) | .""",
    re.DOTALL | re.VERBOSE,
)
_REST = {
    b"#": re.compile(rb"[^\r\n]*+"),
    b"<": re.compile(rb"[^<>\r\n]*+"),
    b'"': re.compile(rb'(?:[^"\\\r\n]++|\\.)*+', re.DOTALL),
    b"'": re.compile(rb"(?:[^'\\\r\n]++|\\.)*+", re.DOTALL),
    b'"""': re.compile(rb'(?:[^"\\]++|\\.|"{1,2}(?=[^"]))*+', re.DOTALL),
    b"'''": re.compile(rb"(?:[^'\\]++|\\.|'{1,2}(?=[^']))*+", re.DOTALL),
}
"""The rest of a comment, IRI or string after the mark that begins it, as far as it is whole, up to its end."""

_CONTINUED = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""

_END = {mark: mark for mark in _REST} | {b"#": b"\n", b"<": b">"}


class Nesting:
    """Follows the brackets of a document; one that is not well-formed is followed up to its first fault.

    Where statements end with their lines (`by_lines`), only lines with triple terms are looked into.
    """

    def __init__(self, where: str, by_lines: bool = False) -> None:
        self._where, self._by_lines = where, by_lines
        self._depth, self._inside = 0, b""
        self._left = b""  # what comes before may not be whole
        self._line, self._column = 1, 1  # at which that begins

    def follow(self, piece: bytes) -> None:
        """Go on over the next piece.

        Raises:
            ParseError: at the bracket that is nested deeper than `MAX_DEPTH`.
        """
        text = self._left + piece
        offset = self._skipped_lines(text) if self._by_lines else 0
        last = len(text) - _LONGEST_MARK
        while offset <= last:
            offset = self._finished(text, offset) if self._inside else _end(_BETWEEN, text, offset)
            if offset > last or self._inside:
                break
            mark = _MARK.match(text, offset)
            assert mark is not None
            offset = mark.end()
            if mark["open"]:
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    raise ParseError(self._where, *self._position(text, mark.start()), TOO_DEEP)
            elif mark["close"]:
                self._depth = max(0, self._depth - 1)
            elif mark["inside"]:
                self._inside = mark["inside"]
        self._line, self._column = self._position(text, offset)
        self._left = text[offset:]

    def _skipped_lines(self, text: bytes) -> int:
        """Return the offset of the first line that is to be looked into: the last one may go on."""
        start = text.rfind(b"\n", 0, text.find(b"<<(") if b"<<(" in text else len(text)) + 1
        if start:
            self._depth, self._inside = 0, b""
        return start

    def _finished(self, text: bytes, offset: int) -> int:
        """Go on to the end of a comment, IRI or string, which may be that of its line, as far as it is there."""
        offset, end = _end(_REST[self._inside], text, offset), _END[self._inside]
        if text.startswith(end, offset):
            self._inside = b""
            return offset + len(end)
        if offset + _LONGEST_MARK <= len(text):
            self._inside = b""
        return offset

    def _position(self, text: bytes, offset: int) -> tuple[int, int]:
        """Return line and column of an offset in `text`, in characters."""
        start = text.rfind(b"\n", 0, offset) + 1
        column = len(text[start:offset].translate(None, _CONTINUED)) + 1
        return (self._line + text.count(b"\n", 0, offset), column) if start else (self._line, self._column + column - 1)


def _end(pattern: re.Pattern[bytes], text: bytes, offset: int) -> int:
    match = pattern.match(text, offset)
    assert match is not None
    return match.end()
