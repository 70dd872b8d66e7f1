"""A process measured from outside: wall and CPU time, peak memory, and ended at a limit of time."""

import os
import subprocess
import sys
import threading
import time
from typing import NamedTuple


class Run(NamedTuple):
    """A process: seconds of wall clock and of CPU, peak memory in bytes, exit code (below 0: ended), what it wrote."""

    wall: float
    cpu: float
    memory: int
    code: int
    output: str


def measure(command: list[str], seconds: float = 20_000) -> Run:
    """Run a command, ended after so many seconds."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode, output)


def ran(command: list[str]) -> Run:
    """Run a command that succeeds.

    Raises:
        SystemExit: It failed.
    """
    run = measure(command)
    if run.code:
        sys.exit(f"{command[:3]} ends with {run.code}")
    return run
