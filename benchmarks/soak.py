"""Some minutes of `foc serve` under normal and hostile clients at once, with a reload each minute.

Run `python -m benchmarks.soak --minutes 10`. The packaged workspace is published twice, and two processes serve the
folder of both releases, of which now one and now the other is in force. Normal clients ask for stored queries, pages
of things, ad-hoc queries, dumps and files, with and without an entity tag; each answer must have the bytes that it had
before. The hostile ones have addresses of their own. Exits with 1 if a normal request was lost or answered wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.processes import descendants
from benchmarks.publishing import published
from benchmarks.report import machine, show_head, show_row
from benchmarks.soaking.hostile import attack
from benchmarks.soaking.normal import Client, Known, Outcome, learn, wishes
from foc_graph.graph import open as open_graph
from foc_graph.workspace.releases import Releases
from tests.support import ROOT
from tests.support.foc_server import FocServer

VERSIONS = ("2026.11", "2026.12")
WORKERS = 2
CLIENTS = 8
RELOAD = 60
"""Seconds after which the other release comes into force."""
EVERY = 1.0
"""Seconds between two samples of what the server takes."""
PARTS = 10
"""Of the time, that the table of these samples tells apart."""
EVALUATES = b"foc_graph.sandbox.worker"
"""In the command of a process that answers strangers' queries."""
LIMIT = 120
"""Seconds for the server to open a release."""
SHOWN = 20
"""Problems that are printed."""


class Sample(NamedTuple):
    """Resources of the processes that serve at a time (a monotonic clock): memory in bytes, shared parts; files."""

    time: float
    memory: int
    files: int


def main() -> None:
    """Soak and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, metavar="N", help="how long (default 10)")
    options = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for version in VERSIONS:
            published(ROOT, folder / "out", folder / "cache", version)
        with FocServer(folder, "--release-dir", str(folder / "out"), "--workers", str(WORKERS)) as server:
            outcomes, samples, came = soaked(server, Releases(folder / "out"), 60 * options.minutes)
            faults = [line for line in told(server) if line["level"] != "info"]
    normal(outcomes)
    hostile(came)
    resources(samples)
    print(f"\n{len(faults)} warnings and errors in the log: {dict(Counter(line['event'] for line in faults))}")
    problems = [one.problem for one in outcomes if one.problem]
    if problems:
        sys.exit("\n".join([f"{len(problems)} normal requests were lost or answered wrong:", *problems[:SHOWN]]))


def soaked(
    server: FocServer, releases: Releases, seconds: float
) -> tuple[list[Outcome], list[Sample], dict[str, Counter[str]]]:
    """How normal requests went, what the server took, and what came of the hostile requests."""
    port = urlsplit(server.url).port or 0
    wanted = wishes(open_graph(ROOT), releases.release("current"))
    ended, versions = threading.Event(), cycle(VERSIONS)
    known: Known = {}
    wait_for(server, "opened", WORKERS)
    for times in range(1, len(VERSIONS) + 1):
        releases.switch(next(versions))
        wait_for(server, "reloaded", times * WORKERS)
        learn(port, wanted, known)
    samples: list[Sample] = []
    watcher = threading.Thread(target=lambda: samples.extend(watch(server.process.pid, ended)))
    clients = [Client(f"127.0.0.{number + 2}", port, wanted, known, ended) for number in range(CLIENTS)]
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        attacking = elsewhere.submit(attack, port, seconds)
        for thread in (watcher, *clients):
            thread.start()
        try:
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(RELOAD, left))
                releases.switch(next(versions))
            came = attacking.result()
        finally:
            ended.set()
    for thread in (watcher, *clients):
        thread.join()
    return [one for client in clients for one in client.outcomes], samples, came


def wait_for(server: FocServer, event: str, times: int) -> None:
    """Wait until the log tells of an event so many times."""
    end = time.monotonic() + LIMIT
    while sum(line["event"] == event for line in told(server)) < times:
        assert time.monotonic() < end and server.process.poll() is None, event
        time.sleep(0.2)


def told(server: FocServer) -> list[dict[str, Any]]:
    """What the log tells in whole lines."""
    return [json.loads(line) for line in server.log.read_text("utf-8").split("\n")[:-1]]


def normal(outcomes: Sequence[Outcome]) -> None:
    """How requests of each kind went."""
    print()
    show_head("normal requests", ">asked", ">lost or wrong", ">median ms", ">p99 ms", ">longest ms")
    kinds: dict[str, list[Outcome]] = {}
    for one in sorted(outcomes):
        kinds.setdefault(one.kind, []).append(one)
    for kind, found in {**kinds, "**all**": outcomes}.items():
        times = [1000 * one.seconds for one in found]
        figures = (statistics.median(times), statistics.quantiles(times, n=100)[98], max(times))
        wrong = sum(bool(one.problem) for one in found)
        show_row(kind, f"{len(found):,}", wrong, *(f"{one:,.1f}" for one in figures))


def hostile(came: dict[str, Counter[str]]) -> None:
    """What came of the attacks."""
    print()
    show_head("hostile clients", "answers")
    for kind, counted in came.items():
        show_row(kind, ", ".join(f"{count:,} times {what}" for what, count in counted.most_common()))


def watch(root: int, ended: threading.Event) -> Iterator[Sample]:
    """Sample what a server and the processes below it take, until it is ended."""
    while not ended.wait(EVERY):
        found = [taken for pid in descendants(root) if (taken := taken_by(pid))]
        yield Sample(time.monotonic(), sum(memory for memory, _ in found), sum(files for _, files in found))


def taken_by(pid: int) -> tuple[int, int] | None:
    """Return the memory and the open files of a process; None if it has ended, or answers strangers' queries."""
    folder = Path(f"/proc/{pid}")
    try:
        if EVALUATES in (folder / "cmdline").read_bytes():
            return None
        (size,) = re.findall(r"^Pss: +([0-9]+) kB", (folder / "smaps_rollup").read_text(), re.MULTILINE)
        return 1024 * int(size), len(list((folder / "fd").iterdir()))
    except (OSError, ValueError):
        return None


def resources(samples: Sequence[Sample]) -> None:
    """Print what the processes that serve took in each tenth of the time."""
    print()
    show_head("minutes", ">MiB", ">at most", ">files")
    size = len(samples) / PARTS
    for number in range(PARTS):
        part = samples[round(number * size) : round((number + 1) * size)]
        memory = [one.memory / 2**20 for one in part]
        minutes = " to ".join(f"{(one.time - samples[0].time) / 60:.1f}" for one in (part[0], part[-1]))
        figures = f"{statistics.median(memory):,.0f}", f"{max(memory):,.0f}"
        show_row(minutes, *figures, max(one.files for one in part))


if __name__ == "__main__":
    main()
