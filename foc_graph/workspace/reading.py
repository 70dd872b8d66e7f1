"""Turtle files into triples, with every fault reported at file, line and column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.lexical import check_depth

MAX_FILE_SIZE = 64 * 2**20
"""Largest Turtle file read into memory, in bytes."""


def read_text(path: Path, where: str) -> str:
    """The text of a UTF-8 file, with LF line ends.

    Raises:
        ParseError: if it cannot be read, is too large or is not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_FILE_SIZE:
            raise ParseError(where, None, None, f"larger than {MAX_FILE_SIZE // 2**20} MiB: split it")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
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
    return list(dict.fromkeys(quad.triple for quad in quads)), dict(parser.prefixes)


def turtle_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the `.ttl` files below the folders named, sorted within each folder.

    Raises:
        ParseError: for a path that does not exist.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ParseError(str(path), None, None, "no such file or folder")
        files += sorted(path.rglob("*.ttl")) if path.is_dir() else [path]
    return files
