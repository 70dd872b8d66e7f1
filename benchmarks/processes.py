"""A process measured from outside: wall and CPU time, peak memory, and stopped at a limit of either."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
LIMIT = 20_000.0
"""Most seconds of a process that is to succeed."""
MEMORY = 20 * 2**30
"""Most bytes of it."""


@dataclass(frozen=True)
class Run:
    """One process: seconds of wall clock and CPU, peak memory in bytes, exit code, output, last line of errors.

    `stopped` is the limit that ended it, or empty.
    """

    wall: float
    cpu: float
    memory: int
    code: int
    output: str
    complaint: str
    stopped: str


def measure(command: list[str], seconds: float, memory: float) -> Run:
    """Run a command, stopped after so many seconds or when it takes more than so many bytes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    stopped: list[str] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            over_time = time.perf_counter() - start > seconds
            if over_time or _resident(process.pid) > memory:
                stopped.append(f"over {seconds:g} s" if over_time else f"over {memory / 2**30:.1f} GiB")
                os.killpg(process.pid, signal.SIGKILL)
                return

    watcher = threading.Thread(target=watch)
    outputs: dict[str, str] = {}
    readers = [
        threading.Thread(target=lambda name=name: outputs.update({name: getattr(process, name).read()}))
        for name in ("stdout", "stderr")
    ]
    for thread in (watcher, *readers):
        thread.start()
    status, usage = os.wait4(process.pid, 0)[1:]
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    for thread in (watcher, *readers):
        thread.join()
    complaint = (outputs["stderr"].strip().splitlines() or [f"exit {process.returncode}"])[-1].strip()[:80]
    cpu = usage.ru_utime + usage.ru_stime
    return Run(wall, cpu, usage.ru_maxrss * 1024, process.returncode, outputs["stdout"], complaint, "".join(stopped))


def ran(command: list[str]) -> Run:
    """A process that succeeds; on the way it may say how far it is."""
    run = measure(command, LIMIT, MEMORY)
    if run.code:
        sys.exit(f"{command[:3]}: {run.complaint} {run.stopped}")
    return run


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
