"""Files in parts: blocks of N-Triples or N-Quads lines without blank nodes, the same blocks on every reading.

Blank nodes become Skolem IRIs (RDF 1.1 Concepts, section 3.5), so that a part can be loaded by itself, and twice.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import BinaryIO, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.load.sources import Source
from foc_graph.progress import Track
from foc_graph.rdf.parser import MAX_TERM, GuardedFile, Readable, parse_turtle, parser_error, parsing, read_text
from foc_graph.rdf.terms import is_beyond_1_1, rename

CHANGED = "was changed since this load was stopped, in spite of its size and time: run the load again"
"""What is wrong with sources that lack a part which was loaded."""

OWN = "urn:foc-graph:"
"""What the names of graphs begin with that loads keep for themselves."""

_OWN = f"<{OWN}".encode()

_UNPACKED = 2**28
"""Bytes that a compressed file may hold, however small it is."""

_RATIO = 250
"""How many times its size a larger one may hold: dumps do with a tenth of that, so more is meant to do harm."""

_STATEMENT = 128
"""Bytes of a statement, about: how many of another format go into a part."""


class Part(NamedTuple):
    """Some statements of one source, or of several small ones."""

    name: str
    """The source, as messages show it."""
    line: int
    """The line of the source at which the part begins, or 0 where its lines are not those of the source."""
    graph: ox.NamedNode | None
    """The graph of the statements; without one they are N-Quads, else N-Triples."""
    content: bytes

    @property
    def format(self) -> ox.RdfFormat:
        """The format of the content."""
        return ox.RdfFormat.N_QUADS if self.graph is None else ox.RdfFormat.N_TRIPLES

    @property
    def digest(self) -> str:
        """The digest that distinguishes it from every other part."""
        graph = b"" if self.graph is None else self.graph.value.encode()
        return blake2b(graph + b"\0" + self.content, digest_size=16).hexdigest()

    def statements(self) -> Iterator[tuple[ox.NamedNode, ox.Triple]]:
        """Give the statements, each with its graph.

        Raises:
            ParseError: for a fault, or a statement that names no graph.
        """
        try:
            for quad in ox.parse(self.content, format=self.format):
                graph = self.graph or quad.graph_name
                if not isinstance(graph, ox.NamedNode):
                    raise ParseError(self.name, None, None, NAMELESS)
                yield graph, quad.triple
        except SyntaxError as error:
            raise self.fault(error) from error

    def fault(self, error: SyntaxError) -> ParseError:
        """Return a parser's error in this part as an error at its position in the source."""
        line = self.line + error.lineno - 1 if self.line and error.lineno else None
        problem = parser_error(self.name, self.format, error).problem
        return ParseError(self.name, line, error.offset if line else None, problem)


NAMELESS = "holds statements that name no graph: name one, or save them as N-Triples or Turtle"
"""What is wrong with a file of named graphs that has statements outside of them."""


def read_parts(sources: Sequence[Source], size: int, base: str, track: Track) -> Iterator[Part]:
    """Read sources in parts of about `size` bytes each.

    Raises:
        ParseError: for a file that cannot be read, or a fault that is seen on reading.
    """
    sizes = [source.path.stat().st_size for source in sources]
    small: list[Part] = []
    for number, source in enumerate(sources):
        progress = partial(_tell, track, sum(sizes[:number]), sum(sizes))
        for part in _parts(source, size, base, progress):
            if part.line:
                yield part
                continue
            if small and sum(len(one.content) for one in small) + len(part.content) > size:
                yield _joined(small)
                small = []
            small.append(part)
    if small:
        yield _joined(small)


def _tell(track: Track, before: int, total: int, read: int) -> None:
    track("loading", before + read, total)


def _joined(parts: Sequence[Part]) -> Part:
    return parts[0]._replace(content=b"".join(part.content for part in parts))


def _parts(source: Source, size: int, base: str, progress: Callable[[int], object]) -> Iterator[Part]:
    with parsing(source.name, source.format):
        if not stat.S_ISREG(source.path.stat().st_mode):
            raise ParseError(source.name, None, None, "not a regular file: name another")
        with source.path.open("rb") as file:
            content = GuardedFile(Unpacked(source, file, progress), source.name, source.format)
            if source.format in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
                parts = _lines(content, source, size)
            else:
                parts = _statements(content, source, size)
            for part in parts:
                if _OWN in part.content:
                    _check_graphs(part)
                yield part._replace(content=_skolemised(part, source, base)) if b"_:" in part.content else part


class Unpacked:
    """The uncompressed content of a file, which tells `progress` how far the file was read."""

    def __init__(self, source: Source, file: BinaryIO, progress: Callable[[int], object]) -> None:
        self._file, self._progress = file, progress
        self._content = source.unpacked(file)
        self._is_packed, self._size = bool(source.compression), 0

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes.

        Raises:
            OSError: for a file that is damaged, not compressed as its name says, or unpacks to far too much.
        """
        try:
            content = self._content.read(size)
        except Exception as error:  # each decompressor has its own
            raise OSError(
                f"damaged, or not compressed as its name says ({' '.join(str(error).split())}): fetch it again"
            ) from error
        if not content and self._is_packed and not self._file.tell():
            raise OSError("empty, not compressed as its name says: fetch it again")
        self._size += len(content)
        if self._is_packed and self._size > max(_UNPACKED, _RATIO * self._file.tell()):
            raise OSError(f"it unpacks to more than {_RATIO} times its size: unpack it first, if you trust it")
        self._progress(self._file.tell())
        return content


def _lines(content: Readable, source: Source, size: int) -> Iterator[Part]:
    """Give blocks of whole lines."""
    line, rest = 1, bytearray()
    while read := content.read(size):
        whole, end, after = read.rpartition(b"\n")
        if end:
            block = bytes(rest) + whole + end
            yield Part(source.name, line, source.graph, block)
            line, rest = line + block.count(b"\n"), bytearray(after)
        else:
            rest += read
        if len(rest) > MAX_TERM:
            raise ParseError(source.name, line, None, f"a line longer than {MAX_TERM:,} bytes")
    if rest:
        yield Part(source.name, line, source.graph, bytes(rest))


def _statements(content: Readable, source: Source, size: int) -> Iterator[Part]:
    """Give blocks of N-Quads that a parser makes of another format; blank nodes are numbered as they come."""
    numbers: dict[str, str] = {}

    def label(node: ox.BlankNode) -> ox.BlankNode:
        return ox.BlankNode(numbers.setdefault(node.value, f"n{len(numbers)}"))

    quads = ox.parse(content, format=source.format, base_iri=source.base)  # type: ignore[arg-type]
    while rows := list(islice(quads, max(size // _STATEMENT, 1))):
        if source.base is None and any(is_beyond_1_1(quad.object) for quad in rows):
            parse_turtle(read_text(source.path, source.name), source.name)  # which tells the position
        named = [
            ox.Quad(rename(s, label), p, rename(o, label), source.graph or rename(graph, label))
            for s, p, o, graph in rows
        ]
        yield Part(source.name, 0, None, ox.serialize(named, format=ox.RdfFormat.N_QUADS) or b"")


def _check_graphs(part: Part) -> None:
    for graph, _ in part.statements():
        if graph.value.startswith(OWN):
            raise ParseError(
                part.name, None, None, f"names the graph {graph}, and {OWN} is reserved for loads: use another name"
            )


def _skolemised(part: Part, source: Source, base: str) -> bytes:
    """Return the content of a part with an IRI for each blank node, made from its file and label."""
    file = source.path.resolve()

    def name(node: ox.BlankNode) -> ox.NamedNode:
        key = blake2b(f"{file}\0{node.value}".encode(errors="surrogateescape"), digest_size=16).hexdigest()
        return ox.NamedNode(f"{base}.well-known/genid/{key}")

    try:
        quads = [ox.Quad(*(rename(term, name) for term in quad)) for quad in ox.parse(part.content, format=part.format)]
    except SyntaxError as error:
        raise part.fault(error) from error
    return ox.serialize(quads, format=part.format) or b""
