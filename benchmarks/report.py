"""Reports of benchmarks: seconds that work takes, a description of the machine, tables in Markdown."""

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

MEMORY = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
"""Bytes of the machine."""


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that some work takes, and what comes of it."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def machine() -> str:
    """Describe what the figures depend on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
    return f"{os.cpu_count()} cores of {processor}, {MEMORY / 2**30:.0f} GiB, Python {platform.python_version()}"


def show_head(*headings: str) -> None:
    """Begin a table; a heading that begins with `>` is that of numbers."""
    show_row(*(heading.removeprefix(">") for heading in headings))
    show_row(*("--:" if heading.startswith(">") else "---" for heading in headings))


def show_row(*cells: object) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
