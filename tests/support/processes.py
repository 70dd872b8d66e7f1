"""Processes as Linux lists them: what ends or is closed while they are read is left out."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def family(process: int) -> Iterator[int]:
    """A process and those that it started."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in children.read_text().split():
                yield from family(int(child))


def files(process: int) -> Iterator[str]:
    """What a process has open."""
    with suppress(FileNotFoundError):
        for file in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):
                yield str(file.readlink())
