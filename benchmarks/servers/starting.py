"""How soon `foc serve` answers: from the start of its process to its first answer of a stored query."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

from benchmarks.report import show_head, show_row
from benchmarks.servers.load import fetch
from tests.support import ROOT

TIMES = 10
QUERY = "query/chairs.json?coalition=foc"


def starting() -> None:
    """Print how long it takes with the packaged data, built before or not."""
    print()
    show_head("cache", ">median s", ">longest s")
    with TemporaryDirectory() as warm:
        first_answer(warm)
        show("warm", [first_answer(warm) for _ in range(TIMES)])
    cold = []
    for _ in range(TIMES):
        with TemporaryDirectory() as empty:
            cold.append(first_answer(empty))
    show("cold", cold)


def show(cache: str, times: list[float]) -> None:
    """Print a row of the table."""
    show_row(cache, f"{statistics.median(times):.2f}", f"{max(times):.2f}")


def first_answer(cache: str) -> float:
    """Seconds to the first answer, with a folder for the cache."""
    command = [sys.executable, "-m", "foc_graph", "--workspace", str(ROOT), "serve", "--port", "0"]
    environment, quiet = {**os.environ, "FOC_CACHE": cache}, subprocess.DEVNULL
    begin = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("serving ").strip()
        with fetch(address + QUERY, timeout=60) as answer:
            answer.read()
        taken = time.perf_counter() - begin
        process.terminate()
    return taken
