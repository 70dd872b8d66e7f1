"""The canonical form of a dataset: one N-Quads line for each quad, sorted; its SHA-256 digest names the dataset.

RDF Dataset Canonicalization (RDFC-1.0, https://www.w3.org/TR/rdf-canon/). Without blank nodes, which the project's own
data do not have, it comes to sorting the lines; that is done on disk, for any number of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from heapq import merge
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.rdf.parser import open_unpacked, read_lines
from foc_graph.rdf.terms import blank_nodes
from foc_graph.sparql.limits import check_depth

CHUNK = 64 * 2**20
"""Bytes of lines that are sorted in memory at a time."""

MAX_BLANK_NODES = 200
"""RDFC-1.0 takes a time that grows steeply with blank nodes that resemble each other."""


class Canonical(NamedTuple):
    """The canonical form of a dataset, in a file: how many quads it has, and the SHA-256 digest in hexadecimal."""

    path: Path
    quads: int
    sha256: str


def canonical(dump: Path, target: Path) -> Canonical:
    """Write the canonical form of N-Quads as pyoxigraph serialises them, whose terms are in canonical form already.

    The dump may be packed by gzip.

    Raises:
        ParameterError: for a dataset with more than `MAX_BLANK_NODES`.
        ParseError: for triples as terms that are nested too deep, a line that is too long, or as `open_unpacked`.
    """
    with open_unpacked(dump) as file, TemporaryDirectory(prefix=".sorting-", dir=target.parent) as folder:
        nameless: set[ox.BlankNode] = set()
        with ExitStack() as files:
            runs = [files.enter_context(run) for run in _runs(file, Path(folder), nameless)]
            if not nameless:
                return _write(target, merge(*runs))
    if len(nameless) > MAX_BLANK_NODES:
        problem = f"{len(nameless)} blank nodes, and at most {MAX_BLANK_NODES} can be given canonical names"
        raise ParameterError(
            f"the graph contains {problem}: give these things IRIs, or load it, which creates Skolem IRIs"
        )
    with open_unpacked(dump) as file:
        dataset = ox.Dataset(ox.parse(file, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = BytesIO()
    ox.serialize(dataset, lines, ox.RdfFormat.N_QUADS)
    return _write(target, sorted(lines.getvalue().splitlines(keepends=True)))


def _runs(file: BinaryIO, folder: Path, nameless: set[ox.BlankNode]) -> Iterator[BinaryIO]:
    """Write files of sorted lines, and add the blank nodes in them to `nameless`."""
    for _, batch in groupby(read_lines(file), lambda _: file.tell() // CHUNK):
        lines = sorted(batch)
        for line in lines:
            if b"<<(" in line:
                check_depth(line.decode(errors="replace"), file.name)
            if b"_:" in line:
                for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS):  # more than one after a carriage return
                    nameless.update(blank_nodes(quad.subject, quad.object))
        run = (folder / f"run-{file.tell()}").open("w+b")
        run.writelines(lines)
        run.seek(0)
        yield run


def _write(path: Path, lines: Iterable[bytes]) -> Canonical:
    digest, count = sha256(), 0
    with path.open("wb") as file:
        for line, _ in groupby(lines):
            file.write(line)
            digest.update(line)
            count += 1
    return Canonical(path, count, digest.hexdigest())
