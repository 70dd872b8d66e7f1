"""The parser of RDF files, folders and rdflib graphs, which reports each fault with file, line and column."""

from __future__ import annotations

import gzip
import os
import re
import stat
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Union, cast

import pyoxigraph as ox

from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.rdf.nesting import Nesting
from foc_graph.rdf.terms import is_beyond_1_1
from foc_graph.sparql.tokens import position, tokens

if TYPE_CHECKING:
    from rdflib import Graph

Source = Union[str, Path, "Graph"]
Sources = Source | list[Source] | tuple[Source, ...]
"""Files, folders and rdflib graphs."""

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
}
"""The formats in which graphs are read and written, by the ending of a file; the first three name the graph of each
statement."""

MAX_FILE_SIZE = 64 * 2**20
"""Largest Turtle file read into memory, in bytes."""

MAX_TERM = 2**24
"""Longest term or line that is handed to a parser, in bytes; Oxigraph's own limit."""

MAX_RATIO = 200
"""How many times larger than its file what gzip packed may be, beyond `MAX_TERM`: dumps reach 25, bombs 1,000."""

_BEYOND_1_1 = (
    "RDF 1.2 (a triple term, annotation or text direction), and files of a workspace are RDF 1.1: write a claim instead"
)
"""The message for a file of a workspace that is not RDF 1.1, which every store of today reads."""

_PERHAPS_BEYOND = re.compile(r"<<|~|\{\||@[A-Za-z0-9-]+--")
"""Text without this is surely RDF 1.1."""

NOT_UTF_8 = "not UTF-8: save the file in that encoding"
"""The message for a file in another encoding."""

_SHOWN = 200
"""Most characters of a parser's message, which may quote what it read."""

_START = 512
_NO_TEXT = "not text but {}: name the file that holds the data"
_FOREIGN = (
    (rb"\x1f\x8b", "compressed by gzip: unpack it"),
    (rb"BZh[1-9]1AY", "compressed by bzip2: unpack it"),
    (rb"\xfd7zXZ\0", "compressed by xz: unpack it"),
    (rb"\x28\xb5\x2f\xfd", "compressed by Zstandard: unpack it"),
    (rb"PK\x03\x04", "an archive (ZIP) or a workbook: unpack or convert it"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", _NO_TEXT.format("a picture")),
    (rb"%PDF-", _NO_TEXT.format("a PDF document")),
    (rb"\s*<(?i:!doctype|html)\s", "a web page (HTML), not data: download the file itself"),
    (rb"\s*<\?xml\s", "XML: convert it to Turtle"),
    (rb"\xff\xfe|\xfe\xff|.{0,3}\0", "not UTF-8 (UTF-16, or no text at all): save the file in that encoding"),
)
"""First bytes of files that are not read here, with what such a file is and what to do."""

_RELATIVE = "No scheme found in an absolute IRI"
_BY_LINES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
"""Formats in which a statement is a line, and IRIs are never relative."""


def read_bytes(path: Path, where: str) -> bytes:
    """Read a regular file of bounded size.

    Raises:
        ParseError: if it is no regular file, cannot be read or is too large.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ParseError(where, None, None, "not a regular file: name another")
        if status.st_size > MAX_FILE_SIZE:
            raise ParseError(where, None, None, f"larger than {MAX_FILE_SIZE // 2**20} MiB: split it")
        return path.read_bytes()
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror}") from error


@contextmanager
def open_unpacked(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read its bytes; one whose name ends in `.gz` is unpacked, up to `MAX_RATIO` times its size.

    Raises:
        OSError: if it cannot be read.
        ParseError: if what is read turns out to be damaged, or too much.
    """
    with path.open("rb") as file:
        try:
            yield BufferedReader(cast(Any, _Gzip(path, fileobj=file)), 2**20) if path.suffix == ".gz" else file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ParseError(str(path), None, None, f"not as gzip packs a file: {error}") from error


class _Gzip(gzip.GzipFile):
    """A file that is unpacked up to a size."""

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        most = MAX_TERM + MAX_RATIO * os.fstat(self.fileno()).st_size
        if self.tell() > most:
            raise ParseError(str(self.name), None, None, f"unpacks to more than {most:,} bytes: do not trust it")
        return content


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """Give the lines of a file, none longer than `MAX_TERM`.

    Raises:
        ParseError: for a longer one, of which no more is read.
    """
    while line := file.readline(MAX_TERM + 1):
        if len(line) > MAX_TERM:
            raise ParseError(file.name, None, None, f"a line longer than {MAX_TERM:,} bytes: split it")
        yield line


def file_iri(path: Path) -> str:
    """Return the IRI of a file, against which relative IRIs in it are resolved (RFC 3986, section 5.1.3)."""
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 (a link keeps its own name)


def read_text(path: Path, where: str) -> str:
    """Read a UTF-8 file as text, its line ends unchanged.

    Raises:
        ParseError: as `read_bytes`, or if it is not UTF-8, or plainly not text.
    """
    return _decoded(read_bytes(path, where), where)


def decoded(file: Readable, where: str) -> str:
    """Read an open UTF-8 file of bounded size as text.

    Raises:
        ParseError: if it is too large, not UTF-8, or plainly not text.
    """
    content = b""
    while more := file.read(MAX_FILE_SIZE + 1 - len(content)):
        content += more
        if len(content) > MAX_FILE_SIZE:
            raise ParseError(where, None, None, f"larger than {MAX_FILE_SIZE // 2**20} MiB: split it")
    return _decoded(content, where)


def _decoded(content: bytes, where: str) -> str:
    content = content.removeprefix(BOM_UTF8)
    check_start(content, where)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        raise ParseError(where, *position(before, len(before)), NOT_UTF_8) from error


def check_start(content: bytes, where: str) -> None:
    """Refuse what is plainly not text in UTF-8.

    Raises:
        ParseError: saying what it is, and what to do.
    """
    for pattern, problem in _FOREIGN:
        if re.match(pattern, content[:_START], re.DOTALL):
            raise ParseError(where, 1, 1, problem)


def parser_error(where: str, format: ox.RdfFormat, error: SyntaxError) -> ParseError:
    """Turn a parser's error into one of ours: the fault, its position, and what to do."""
    message = str(error.msg).partition(": ")[2] or str(error.msg)
    if message == _RELATIVE:
        problem = "a relative IRI: write it in full" + ("" if format in _BY_LINES else ", or declare a base above it")
    elif message.startswith("Invalid UTF-8"):
        problem = NOT_UTF_8
    else:
        shown = f"{message[: _SHOWN - 3]}..." if len(message) > _SHOWN else message
        problem = f"not {format.name}: {shown}: correct it" + (", or convert the file" if error.lineno == 1 else "")
    return ParseError(where, error.lineno, error.offset, problem)


@contextmanager
def parsing(where: str, format: ox.RdfFormat) -> Iterator[None]:
    """Turn what goes wrong while a file is read and parsed into our own errors.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    try:
        yield
    except SyntaxError as error:
        raise parser_error(where, format, error) from error
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror or error}") from error
    except MemoryError as error:  # the parser's own limit
        raise ParseError(where, None, None, f"a statement longer than {MAX_TERM:,} bytes: split it") from error


def parse_turtle(text: str, where: str, base: str | None = None) -> tuple[list[ox.Triple], dict[str, str]]:
    """Parse a Turtle document into its triples, without duplicates, and the prefixes it declares.

    `base` and the faults are as for `parse_statements`.

    Raises:
        ParseError: at the line and column of the fault.
    """
    quads, prefixes = parse_statements(text, where, base)
    return [quad.triple for quad in quads], prefixes


def parse_statements(text: str, where: str, base: str | None = None) -> tuple[list[ox.Quad], dict[str, str]]:
    """Parse a Turtle document into quads of the default graph, without duplicates, and the prefixes it declares.

    Relative IRIs are resolved against `base`, in a file from outside that of the file (`file_iri`); without one, as in
    a workspace's own files, they are faults, and so is all that RDF 1.1 does not have.

    Raises:
        ParseError: at the line and column of the fault.
    """
    Nesting(where).follow(text.encode())
    with parsing(where, ox.RdfFormat.TURTLE):
        parser = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
        quads = list(dict.fromkeys(parser))
    if base is None and _PERHAPS_BEYOND.search(text) and any(is_beyond_1_1(quad.object) for quad in quads):
        raise ParseError(where, *position(text, _offset_beyond_1_1(text)), _BEYOND_1_1)
    return quads, dict(parser.prefixes)


def _offset_beyond_1_1(text: str) -> int:
    """Find the first token of a Turtle document that RDF 1.1 does not have."""
    before = None
    for token in tokens(text):
        if token.text in ("<<(", "<<", "~") or (token.kind == "language" and "--" in token.text):
            return token.offset
        if token.text == "|" and before is not None:
            return before.offset
        before = token
    return 0


def stream_triples(path: Path, where: str) -> Iterator[ox.Quad]:
    """Give the triples of a Turtle or N-Triples file from outside, of any size, as quads in the order of the file.

    Duplicates are included.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    format = ox.RdfFormat.N_TRIPLES if path.suffix == ".nt" else ox.RdfFormat.TURTLE
    with parsing(where, format):
        if not stat.S_ISREG(path.stat().st_mode):
            raise ParseError(where, None, None, "not a regular file: name another")
        with path.open("rb") as file:
            content: Any = GuardedFile(file, where, format)
            yield from ox.parse(content, format=format, base_iri=file_iri(path), rename_blank_nodes=True)


def file_triples(paths: Iterable[Path]) -> Iterator[ox.Quad]:
    """Give the triples of files, as they come.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
    """
    return (quad for path in paths for quad in stream_triples(path, str(path)))


class Readable(Protocol):
    """A file that can be read piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes; none at the end."""
        ...


class GuardedFile:
    """A file that is safe to parse: text of bounded nesting, without the byte order mark that some editors write.

    Raises:
        ParseError: if it is plainly not text.
    """

    def __init__(self, file: Readable, where: str, format: ox.RdfFormat) -> None:
        self._file, self._nesting = file, Nesting(where, by_lines=format in _BY_LINES)
        start = b""
        while len(start) < _START and (more := file.read(_START - len(start))):
            start += more
        self._start = start.removeprefix(BOM_UTF8)
        check_start(self._start, where)

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes.

        Raises:
            ParseError: if something in them is nested too deep.
        """
        content = self._start[: size if size >= 0 else None] or self._file.read(size)
        self._start = self._start[len(content) :]
        self._nesting.follow(content)
        return content


def files_below(folder: Path, ending: str | tuple[str, ...] = "") -> list[Path]:
    """List the files below `folder` with that ending, or one of those, sorted, without hidden files and folders.

    Raises:
        WorkspaceError: for a folder that cannot be read.
    """
    found: list[str] = []

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise WorkspaceError(f"{error.filename}: cannot be read: {error.strerror}") from error

    for directory, subdirectories, names in os.walk(folder, onerror=refuse):
        subdirectories[:] = [name for name in subdirectories if not name.startswith(".")]
        found += [f"{directory}/{name}" for name in names if name.endswith(ending) and not name.startswith(".")]
    return [Path(path) for path in sorted(found)]


def chosen_files(paths: Iterable[Path], endings: tuple[str, ...]) -> list[Path]:
    """List the files named, and those with the endings below the folders named, sorted within each folder.

    Raises:
        ParseError: for a path that cannot be read, or a folder without such files.
        WorkspaceError: for a folder that cannot be read.
    """
    files: list[Path] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise ParseError(str(path), None, None, f"cannot be read: {error.strerror}") from error
        found = files_below(path, endings) if stat.S_ISDIR(mode) else [path]
        if not found:
            problem = f"holds no {' or '.join(endings)} file: name the folder or file that does"
            raise ParseError(str(path), None, None, problem)
        files += found
    return files


def split_sources(sources: Sources) -> tuple[list[Path], list[Graph]]:
    """Split sources into files, those of Turtle and N-Triples below folders included, and the graphs.

    Raises:
        ParseError: for a path that cannot be read, or a folder without such files.
    """
    listed = sources if isinstance(sources, (list, tuple)) else [sources]
    paths = chosen_files([Path(source) for source in listed if isinstance(source, (str, Path))], (".ttl", ".nt"))
    return paths, [source for source in listed if not isinstance(source, (str, Path))]


def graph_triples(graphs: Iterable[Graph]) -> Iterator[ox.Triple]:
    """Give the triples of rdflib graphs.

    Raises:
        ParseError: for a graph with terms that RDF does not have.
    """
    for graph in graphs:
        try:
            content = graph.serialize(format="nt", encoding="utf-8")
            yield from [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES, lenient=True)]
        except Exception as error:  # rdflib raises no kind of its own
            problem = f"holds a term that cannot be written as N-Triples: {' '.join(str(error).split())}: correct it"
            raise ParseError("the rdflib graph", None, None, problem) from error
