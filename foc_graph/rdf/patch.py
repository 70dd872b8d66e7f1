"""Reading RDF Patch: the statements that it adds and deletes (https://afs.github.io/rdf-patch/)."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, quoted
from foc_graph.rdf.parser import BEYOND_1_1, NOT_UTF_8, parser_error

MAX_LINE = 2**24
"""Longest line, in bytes."""

_IGNORED = frozenset({"TX", "PA", "PD"})
"""Codes of lines that say nothing of statements: the begin of a transaction, and prefixes."""


class Patch(NamedTuple):
    """What a patch says: its headers by word, each with its values, and `A` or `D` for each quad, the last word on it.

    Quads and headers are in the order of the file.
    """

    headers: dict[str, list[str]]
    changes: dict[ox.Quad, str]

    @property
    def added(self) -> frozenset[ox.Triple]:
        """The triples that the patch adds, graphs aside."""
        return self._triples("A")

    @property
    def deleted(self) -> frozenset[ox.Triple]:
        """The triples that the patch deletes, graphs aside."""
        return self._triples("D")

    @property
    def triples(self) -> frozenset[ox.Triple] | None:
        """All of these; None where there are blank nodes among them, whose labels say nothing of the data's."""
        every = self.added | self.deleted
        nameless = any(isinstance(term, ox.BlankNode) for triple in every for term in (triple.subject, triple.object))
        return None if nameless else every

    def _triples(self, wanted: str) -> frozenset[ox.Triple]:
        last = {quad.triple: code for quad, code in self.changes.items()}
        return frozenset(triple for triple, code in last.items() if code == wanted)


def read_patch(path: Path) -> Patch:
    """Read lines that begin with `A` or `D` and go on as N-Quads; what a transaction aborts by `TA` is left out.

    Raises:
        ParseError: for a line that is neither such a line nor one of the header, of a transaction or of a prefix.
        ParameterError: for what is no file.
    """
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        regular = False
    if not regular:
        raise ParameterError(f"{quoted(str(path))} is no RDF Patch; a revision in git is known of a workspace alone")
    patch, pending = Patch({}, {}), list[tuple[str, ox.Quad]]()
    for number, code, rest in _lines(path):
        if code == "H":
            word, _, value = rest.strip().removesuffix(".").strip().partition(" ")
            patch.headers.setdefault(word.strip('"'), []).append(value.strip().strip('<>"'))
        elif code in ("A", "D"):
            pending.append((code, _quad(path, number, rest)))
        elif code == "TA":
            pending.clear()
        elif code == "TC":
            _commit(patch, pending)
        elif code not in _IGNORED:
            problem = f"{quoted(code)} is not a line of an RDF Patch: begin it with A or D"
            raise ParseError(str(path), number, 1, problem)
    _commit(patch, pending)
    return patch


def _commit(patch: Patch, pending: list[tuple[str, ox.Quad]]) -> None:
    for code, quad in pending:
        patch.changes.pop(quad, None)
        patch.changes[quad] = code
    pending.clear()


def _lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """Number, code and rest of each line that is neither empty nor a comment."""
    where = str(path)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE + 1), b""), 1):
                if len(line) > MAX_LINE:
                    raise ParseError(where, number, None, f"a line longer than {MAX_LINE:,} bytes")
                code, *rest = line.decode("utf-8-sig" if number == 1 else "utf-8").split(None, 1) or [""]
                if code and not code.startswith("#"):
                    yield number, code, "".join(rest)
    except UnicodeDecodeError as error:
        raise ParseError(where, number, None, NOT_UTF_8) from error
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror}") from error


def _quad(path: Path, number: int, text: str) -> ox.Quad:
    if "<<(" in text:
        raise ParseError(str(path), number, None, "holds triples as terms, which are RDF 1.2: write RDF 1.1")
    try:
        quad: ox.Quad
        (quad,) = ox.parse(text, format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        problem = "write one on each line"
        if isinstance(error, SyntaxError):
            problem = parser_error("", ox.RdfFormat.N_QUADS, error).problem
        raise ParseError(str(path), number, None, f"not a triple or quad: {problem}") from error
    if getattr(quad.object, "direction", None):
        raise ParseError(str(path), number, None, BEYOND_1_1)
    return quad
