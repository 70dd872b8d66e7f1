"""RDF Patch (https://afs.github.io/rdf-patch/): read, made from two graphs, written and applied.

A graph that a patch is made from or applied to is its canonical N-Quads, one line a quad, in the order of the bytes
(see `canonical.py`). A patch that is made has its deletions and additions in the same order.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from heapq import merge
from itertools import groupby
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, ServiceError, quoted
from foc_graph.rdf.parser import MAX_TERM, NOT_UTF_8, parser_error
from foc_graph.rdf.terms import blank_nodes
from foc_graph.sparql.limits import check_depth

_IGNORED = frozenset({"TX", "PA", "PD"})
"""Codes of lines that say nothing of statements: the begin of a transaction, and prefixes."""

Step = tuple[str, bytes]
"""`A` or `D`, and the line that is added or deleted."""


@dataclass(frozen=True)
class Patch:
    """An RDF Patch: its headers by word, each with its values, and `A` or `D` for each quad, the last word on it.

    Quads and headers are in the order of the file.
    """

    headers: dict[str, list[str]] = field(default_factory=dict)
    changes: dict[ox.Quad, str] = field(default_factory=dict)

    def header(self, word: str) -> str | None:
        """Return the first value of a header, if there is one."""
        return next(iter(self.headers.get(word, ())), None)

    @property
    def added(self) -> frozenset[ox.Triple]:
        """The triples that are added, graphs aside."""
        return self._triples("A")

    @property
    def deleted(self) -> frozenset[ox.Triple]:
        """The triples that are deleted, graphs aside."""
        return self._triples("D")

    @property
    def triples(self) -> frozenset[ox.Triple] | None:
        """All of these; None where there are blank nodes among them, whose labels say nothing of the data's."""
        return None if any(blank_nodes(*self._codes)) else frozenset(self._codes)

    def lines(self, code: str) -> Iterator[bytes]:
        """Iterate over the quads that are added (`A`) or deleted (`D`), as canonical N-Quads."""
        return (f"{quad} .\n".encode() for quad, one in self.changes.items() if one == code)

    def apply(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Apply the patch to the sorted lines of a graph, of which only one is held in memory."""
        deleted, withheld = set(self.lines("D")), set(self.headers.get("withheld", ()))
        kept = (line for line in lines if line not in deleted)
        if withheld:
            kept = (line for line in kept if sha256(line).hexdigest() not in withheld)
        return (line for line, _ in groupby(merge(kept, sorted(self.lines("A")))))

    @cached_property
    def _codes(self) -> dict[ox.Triple, str]:
        return {quad.triple: code for quad, code in self.changes.items()}

    def _triples(self, wanted: str) -> frozenset[ox.Triple]:
        return frozenset(triple for triple, code in self._codes.items() if code == wanted)


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
        raise ParameterError(f"{quoted(str(path))} is not an RDF Patch; git revisions work only in a workspace")
    patch, pending = Patch(), list[tuple[str, ox.Quad]]()
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
    """Iterate over number, code and rest of each line that is neither empty nor a comment."""
    where = str(path)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_TERM + 1), b""), 1):
                if len(line) > MAX_TERM:
                    raise ParseError(where, number, None, f"a line longer than {MAX_TERM:,} bytes")
                code, *rest = line.decode("utf-8-sig" if number == 1 else "utf-8").split(None, 1) or [""]
                if code and not code.startswith("#"):
                    yield number, code, "".join(rest)
    except UnicodeDecodeError as error:
        raise ParseError(where, number, None, NOT_UTF_8) from error
    except OSError as error:
        raise ParseError(where, None, None, f"cannot be read: {error.strerror}") from error


def _quad(path: Path, number: int, text: str) -> ox.Quad:
    try:
        check_depth(text, str(path))
        quad: ox.Quad
        (quad,) = ox.parse(text, format=ox.RdfFormat.N_QUADS)
    except ParseError as error:
        raise ParseError(str(path), number, None, error.problem) from error
    except (SyntaxError, ValueError) as error:
        problem = "write one on each line"
        if isinstance(error, SyntaxError):
            problem = parser_error("", ox.RdfFormat.N_QUADS, error).problem
        raise ParseError(str(path), number, None, f"not a triple or quad: {problem}") from error
    return quad


def difference(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[Step]:
    """Iterate over the steps from one sorted sequence of lines to another; only a line of each is held in memory."""
    before, after = iter(old), iter(new)
    gone, come = next(before, None), next(after, None)
    while gone is not None or come is not None:
        if gone == come:
            gone, come = next(before, None), next(after, None)
        elif come is None or (gone is not None and gone < come):
            assert gone is not None
            yield "D", gone
            gone = next(before, None)
        else:
            yield "A", come
            come = next(after, None)


def patch_text(
    steps: Iterable[Step],
    hashes: tuple[str, str],
    prev: str | None = None,
    withheld: Iterable[str] = (),
    identity: str | None = None,
) -> Iterator[bytes]:
    """Write the lines of a patch, with the hashes (SHA-256, hexadecimal) of the datasets between which it leads.

    Its `id` is the `identity`, or follows from the hashes and `prev`, the `id` of the patch before. `withheld` are the
    SHA-256 digests of lines that are to be deleted without being shown (see `withhold`).
    """
    identity = identity or f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join((*hashes, prev or '')))}"
    yield f"H id <{identity}> .\n".encode()
    if prev:
        yield f"H prev <{prev}> .\n".encode()
    for word, digest in zip(("before", "after"), hashes, strict=True):
        yield f'H {word} "sha256:{digest}" .\n'.encode()
    for digest in sorted(withheld):
        yield f'H withheld "{digest}" .\n'.encode()
    yield b"TX .\n"
    yield from (code.encode() + b" " + line for code, line in steps)
    yield b"TC .\n"


def withhold(steps: Iterable[Step], hidden: Callable[[bytes], bool]) -> tuple[list[Step], set[str]]:
    """Leave out deletions of `hidden` lines, and return the other steps and the SHA-256 digest of each of these lines.

    Whoever holds the line can find it by the digest.
    """
    shown, withheld = list[Step](), set[str]()
    for code, line in steps:
        if code == "D" and hidden(line):
            withheld.add(sha256(line).hexdigest())
        else:
            shown.append((code, line))
    return shown, withheld


def check_patch(lines: Iterable[bytes], patch: Path, expected: str) -> None:
    """Apply a patch to the sorted lines of a graph and compare the hash (SHA-256) of the result with the one expected.

    Raises:
        ServiceError: if it leads elsewhere.
        ParseError: for a file that is no RDF Patch.
    """
    digest = sha256()
    for line in read_patch(patch).apply(lines):
        digest.update(line)
    if digest.hexdigest() != expected:
        raise ServiceError(f"{patch}: does not turn the previous graph into the new one: publish again")
