"""Writes the packaged graph, and copies of all its things, as N-Quads.

Run `python -m benchmarks.generate --triples 1e8 --out world.nq.gz`. A copy has named graphs and IRIs of its own: the
first of `id/foc` is `id/c1-foc`. What is asked of one thing finds as much as in the packaged graph, however large the
world is.
"""

import argparse
import gzip
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import pyoxigraph as ox

from foc_graph.graph.cache import build
from foc_graph.namespaces import BASE
from foc_graph.queries.header import read_queries
from foc_graph.workspace.settings import find_workspace

WORKSPACE = find_workspace(Path(__file__).parent.parent)
QUERIES = {name: query for name, query in read_queries(WORKSPACE).items() if not query.federated}
CALLS = {name: [expected["with"] for expected in query.expect] for name, query in QUERIES.items()}
"""The calls in the headers of stored queries; those about one thing have the same rows in every world."""


def main() -> None:
    """Write the world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, required=True, metavar="N", help="how many, for example 1e6")
    parser.add_argument("--out", default="-", metavar="FILE", help=".nq or .nq.gz; standard output if left out")
    options = parser.parse_args()
    try:
        generate(int(options.triples), options.out)
    except (OSError, OverflowError, ValueError) as error:
        parser.error(str(error))


def generate(triples: int, out: str) -> None:
    """Write a world of so many triples to a file, or `-`.

    Raises:
        ValueError: if there are fewer triples than in the packaged graph.
    """
    quads = packaged()
    if triples < len(quads):
        raise ValueError(f"the packaged graph has {len(quads):,} triples: name at least as many")
    renamed = re.compile(f"<{re.escape(BASE)}(id|graph)/".encode())
    with opened(out) as file:
        for copy, start in enumerate(range(0, triples, len(quads))):
            part = b"".join(quads[: triples - start])
            file.write(renamed.sub(rf"<{BASE}\1/c{copy}-".encode(), part) if copy else part)


def packaged() -> list[bytes]:
    """Return the packaged data as lines of N-Quads, without the vocabulary and what rules derive."""
    left_out = {WORKSPACE.derived_graph, *map(WORKSPACE.graph_name, WORKSPACE.own_files("ontology", ".ttl"))}
    quads = (quad for quad in build(WORKSPACE).store.quads() if quad.graph_name not in left_out)
    return sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The file to write; compressed text names neither file nor time, so that its bytes are always the same."""
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with Path(name).open("wb") as raw:
        if not name.endswith(".gz"):
            yield raw
            return
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as packed:
            yield cast(BinaryIO, packed)


if __name__ == "__main__":
    main()
