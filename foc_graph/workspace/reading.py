"""Turtle files into triples, with every fault reported at file, line and column."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.lexical import check_depth
from foc_graph.workspace.locate import files_below

MAX_FILE_SIZE = 64 * 2**20
"""Largest Turtle file read into memory, in bytes."""


BEYOND_1_1 = "holds terms of RDF 1.2 (triples as terms, text direction): write RDF 1.1"
"""What is wrong with a file that our engines would read differently."""

_LONGEST = 64
_DIRECTED = re.compile(rb"(?<!\\)[\"']@[A-Za-z0-9-]{1,50}--(?:ltr|rtl)")


def read_bytes(path: Path, where: str) -> bytes:
    """The content of a regular file of bounded size.

    Raises:
        ParseError: if it is no regular file, cannot be read or is too large.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ParseError(where, None, None, "not a regular file")
        if status.st_size > MAX_FILE_SIZE:
            raise ParseError(where, None, None, f"larger than {MAX_FILE_SIZE // 2**20} MiB: split it")
        return path.read_bytes()
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror}") from error


def read_text(path: Path, where: str) -> str:
    """The text of a UTF-8 file, its line ends as they are.

    Raises:
        ParseError: as `read_bytes`, or if it is not UTF-8.
    """
    return _decoded(read_bytes(path, where), where)


def decoded(file: Readable, where: str) -> str:
    """The text of an open UTF-8 file of bounded size.

    Raises:
        ParseError: if it is too large or not UTF-8.
    """
    content = b""
    while more := file.read(MAX_FILE_SIZE + 1 - len(content)):
        content += more
        if len(content) > MAX_FILE_SIZE:
            raise ParseError(where, None, None, f"larger than {MAX_FILE_SIZE // 2**20} MiB: split it")
    return _decoded(content, where)


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError(where, line, None, "not UTF-8: save the file in that encoding") from error


def parse_turtle(text: str, where: str) -> tuple[list[ox.Triple], dict[str, str]]:
    """The triples of a Turtle document, without duplicates, and the prefixes it declares.

    Raises:
        ParseError: at the line and column of the fault.
    """
    check_depth(text, where)
    try:
        parser = ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        quads = list(parser)
    except SyntaxError as error:
        problem = str(error.msg).partition(": ")[2] or str(error.msg)
        raise ParseError(where, error.lineno, error.offset, problem) from error
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    if any(isinstance(triple.object, ox.Triple) or getattr(triple.object, "direction", None) for triple in triples):
        raise ParseError(where, None, None, BEYOND_1_1)
    return triples, dict(parser.prefixes)


def stream_triples(path: Path, where: str) -> Iterator[ox.Quad]:
    """The triples of a Turtle or N-Triples file of any size, as quads and as they come, duplicates included.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    format = ox.RdfFormat.N_TRIPLES if path.suffix == ".nt" else ox.RdfFormat.TURTLE
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ParseError(where, None, None, "not a regular file")
        with path.open("rb") as file:
            yield from ox.parse(GuardedFile(file, where), format=format, rename_blank_nodes=True)  # type: ignore[arg-type]
    except SyntaxError as error:
        problem = str(error.msg).partition(": ")[2] or str(error.msg)
        raise ParseError(where, error.lineno, error.offset, problem) from error
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror or error}") from error


class Readable(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


class GuardedFile:
    """A file that refuses to hand a parser terms of RDF 1.2; triples as terms, nested deeply, end the process."""

    def __init__(self, file: Readable, where: str) -> None:
        self._file, self._where, self._end = file, where, b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes.

        Raises:
            ParseError: if they hold such terms.
        """
        content = self._file.read(size)
        seen = self._end + content
        if b"<<(" in seen or ((b"--ltr" in seen or b"--rtl" in seen) and _DIRECTED.search(seen)):
            raise ParseError(self._where, None, None, BEYOND_1_1)
        self._end = content[-_LONGEST:]
        return content


def chosen_files(paths: Iterable[Path], endings: tuple[str, ...]) -> list[Path]:
    """The files named, and those with the endings below the folders named, sorted within each folder.

    Raises:
        ParseError: for a path that cannot be read.
        WorkspaceError: for a folder that cannot be read.
    """
    files: list[Path] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise ParseError(str(path), None, None, f"cannot be read: {error.strerror}") from error
        files += files_below(path, endings) if stat.S_ISDIR(mode) else [path]
    return files
