"""Writes a larger world in the project's own vocabulary as N-Quads.

Run `python -m benchmarks.generate --triples 1e8 --seed 1 --out world.nq.gz`. The same size and seed give the same
bytes. Each coalition has a named graph; agents, places, sources and the like have one each.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from benchmarks.world.world import World


def main() -> None:
    """Write the world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, required=True, metavar="N", help="how many, for example 1e6")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another world (default 1)")
    parser.add_argument("--out", default="-", metavar="FILE", help=".nq or .nq.gz; standard output if left out")
    options = parser.parse_args()
    try:
        generate(int(options.triples), options.seed, options.out)
    except (OSError, OverflowError, ValueError) as error:
        parser.error(str(error))


def generate(triples: int, seed: int, out: str) -> None:
    """Write a world to a file, or `-`."""
    world = World(triples, seed)
    with opened(out) as file, progress(world) as show:

        def write(text: str) -> None:
            file.write(text.encode())
            show()

        world.write(write)
        assert world.written == triples, f"{world.written:,} triples were written"


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


@contextmanager
def progress(world: World) -> Iterator[Callable[[], None]]:
    """What shows, on a terminal, how far the writing is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("triples", total=world.triples)
        yield lambda: bar.update(task, completed=world.written)


if __name__ == "__main__":
    main()
