"""RDF Patch between two graphs in canonical form: made, written and applied line by line.

https://afs.github.io/rdf-patch/. A graph is its canonical N-Quads, one line a quad, in the order of the bytes
(see `canonical.py`). A patch tells the deletions and additions in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from heapq import merge
from itertools import groupby
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from foc_graph.errors import ServiceError
from foc_graph.rdf.patch import read_patch

Step = tuple[str, bytes]
"""`A` or `D`, and the line that is added or deleted."""


def difference(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[Step]:
    """What leads from one sorted sequence of lines to another; only a line of each is held in memory."""
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
    """The lines of a patch, with the hashes (SHA-256, hexadecimal) of the datasets between which it leads.

    Its `id` is the `identity`, or follows from the hashes and `prev`, the `id` of the patch before. `withheld` are the
    SHA-256 digests of lines that are to be deleted and not told (see `withhold`).
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
    """The steps without deletions of `hidden` lines, and the SHA-256 digest of each of these lines.

    By the digest, whoever holds the line can find it.
    """
    told, withheld = list[Step](), set[str]()
    for code, line in steps:
        if code == "D" and hidden(line):
            withheld.add(sha256(line).hexdigest())
        else:
            told.append((code, line))
    return told, withheld


def apply_patch(lines: Iterable[bytes], patch: Path) -> Iterator[bytes]:
    """The sorted lines of a graph with a patch applied; the patch is held in memory, the graph is not.

    Raises:
        ParseError: for a file that is no RDF Patch.
        ParameterError: for what is no file.
    """
    headers, changes = read_patch(patch)
    withheld = set(headers.get("withheld", ()))
    deleted = {f"{quad} .\n".encode() for quad, code in changes.items() if code == "D"}
    added = sorted(f"{quad} .\n".encode() for quad, code in changes.items() if code == "A")
    kept = (line for line in lines if line not in deleted)
    if withheld:
        kept = (line for line in kept if sha256(line).hexdigest() not in withheld)
    return (line for line, _ in groupby(merge(kept, added)))


def check_patch(lines: Iterable[bytes], patch: Path, expected: str) -> None:
    """Compare what a patch makes of the sorted lines of a graph with the hash (SHA-256) of the graph it should lead to.

    Raises:
        ServiceError: if it leads elsewhere.
        ParseError: for a file that is no RDF Patch.
    """
    digest = sha256()
    for line in apply_patch(lines, patch):
        digest.update(line)
    if digest.hexdigest() != expected:
        raise ServiceError(f"{patch}: does not lead from the previous graph to the new one: publish again")
