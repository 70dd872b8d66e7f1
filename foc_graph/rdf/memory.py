"""Memory: what files of triples take once they are loaded, and what is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from foc_graph.errors import ParameterError

FACTORS = {".nt": 3, ".ttl": 8}
"""Bytes of memory for a byte of a file, measured with 0.2 and 1.1 million triples: Turtle takes 7 to 11."""

_GROUPS = {
    "": ("", "memory.max", "memory.current", "inactive_file"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""By controllers in `/proc/self/cgroup`, of both versions: a folder, the files of a limit and what is used, and what of
that is given back when it is needed."""


def check_memory(paths: Iterable[Path], remedy: str) -> None:
    """Refuse files that do not fit into the free memory; what is not known is not refused.

    Raises:
        ParameterError: with an estimate and the remedy.
    """
    sizes = {path: FACTORS.get(path.suffix, max(FACTORS.values())) * path.stat().st_size for path in paths}
    needed, free = sum(sizes.values()), min(free_memory(), default=None)
    if free is not None and needed > max(free, 0):
        largest = max(sizes, key=lambda path: sizes[path])
        what = f"{largest}{' and others' if len(sizes) > 1 else ''}"
        estimate = f"some {needed / 2**30:,.1f} GiB of memory, and {free / 2**30:,.1f} are free"
        raise ParameterError(f"{what}: would take {estimate}: {remedy}")


def free_memory(root: Path = Path("/")) -> Iterator[int]:
    """Give the bytes that the machine has free, and those that control groups of this process leave (Linux)."""
    for line in _lines(root / "proc/meminfo"):
        name, _, size = line.partition(":")
        if name == "MemAvailable":
            yield 1024 * int(size.split()[0])
    for line in _lines(root / "proc/self/cgroup"):
        _, kinds, name = line.split(":", 2)
        if kinds in _GROUPS:
            folder, most, used, cached = _GROUPS[kinds]
            group = root / "sys/fs/cgroup" / folder / name.lstrip("/")
            for one in (group, *group.parents):
                limit, taken = _lines(one / most), _lines(one / used)
                if limit and taken and limit[0].isdecimal():
                    found = (line.split() for line in _lines(one / "memory.stat"))
                    yield int(limit[0]) - int(taken[0]) + sum(int(size) for name, size in found if name == cached)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except OSError:
        return []
