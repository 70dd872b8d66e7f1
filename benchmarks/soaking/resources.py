"""What a server and all processes below it take, once a second."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import descendants

EVERY = 1.0
EVALUATES = b"foc_graph.sandbox.worker"
"""In the command of a process that answers strangers' queries."""


class Sample(NamedTuple):
    """What it took at a time (a monotonic clock).

    `serving` and `whole` are bytes of memory, shared ones by part (PSS): of the processes without those that evaluate
    strangers' queries, and of all; `resident` is the sum of what all have in memory (RSS).
    """

    time: float
    serving: int
    whole: int
    resident: int
    processes: int
    files: int


class Watcher(threading.Thread):
    """Takes samples until it is told to stop."""

    def __init__(self, root: int, ended: threading.Event) -> None:
        super().__init__()
        self.samples: list[Sample] = []
        self._root, self._ended = root, ended

    def run(self) -> None:
        while not self._ended.wait(EVERY):
            self.samples.append(sample(self._root))


def sample(root: int) -> Sample:
    """What a process and those below it take now."""
    found = [taken for pid in descendants(root) if (taken := _taken(pid))]
    serving, whole, resident, files = (sum(column) for column in zip((0, 0, 0, 0), *found, strict=True))
    return Sample(time.monotonic(), serving, whole, resident, len(found), files)


def _taken(pid: int) -> tuple[int, int, int, int] | None:
    """Memory of a process that serves, memory of any, what is resident, open files; None if it has ended."""
    folder = Path(f"/proc/{pid}")
    try:
        sizes = dict(re.findall(r"^(Pss|Rss): +([0-9]+) kB", (folder / "smaps_rollup").read_text(), re.MULTILINE))
        files = len(list((folder / "fd").iterdir()))
        evaluates = EVALUATES in (folder / "cmdline").read_bytes()
    except OSError:
        return None
    shared, resident = (1024 * int(sizes.get(name, 0)) for name in ("Pss", "Rss"))
    return 0 if evaluates else shared, shared, resident, files
