"""A campaign: targets take turns in processes of their own, which are watched and may crash or hang."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import resource
import struct
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from tests.support.fuzz.fuzzer import CORPUS, Fuzzer, corpus, keep, kind_of
from tests.support.fuzz.mutation import MAX_SIZE
from tests.support.fuzz.targets import Place, Target

PATIENCE = 120.0
"""Seconds, on a machine that does other things too, after which an input that is being read still counts as endless."""

_TURN = 1.0
_REPORT = 60.0
_ADDRESSES = 3 * 2**30
"""Bytes of addresses that a process may use beyond those that it has when it starts."""

_INPUT = struct.Struct("=QHI")
"""The work of a process: how many inputs it had, the number of the target, the length of the input that follows."""


class Failure(NamedTuple):
    """A fault that an input brings out, and where the input is kept."""

    target: str
    problem: str
    path: Path


class Tally:
    """The progress of a campaign."""

    def __init__(self) -> None:
        self.inputs = Counter[str]()
        self.slowest: dict[str, float] = {}
        self.failures: dict[tuple[str, str], Failure] = {}

    def line(self, seconds: float) -> str:
        """Return it as a line."""
        count = self.inputs.total()
        name, slowest = max(self.slowest.items(), key=lambda item: item[1], default=("none", 0.0))
        rate = count / max(seconds, 1)
        return (
            f"{seconds:,.0f} s: {count:,} inputs of {len(self.inputs)} targets, {rate:,.0f} a second; "
            f"the slowest took {slowest:.2f} s of CPU ({name}); {len(self.failures)} failures"
        )


class _Process:
    """A process in which some targets take turns, and what it is working on."""

    def __init__(self, targets: Sequence[Target], seed: str) -> None:
        self.targets = targets
        self._folder = tempfile.TemporaryDirectory(prefix="foc-fuzz-", ignore_cleanup_errors=True)
        self._memory = mmap.mmap(-1, _INPUT.size + MAX_SIZE)
        context = multiprocessing.get_context("fork")
        self.messages, other = context.Pipe(duplex=False)
        work = targets, seed, Path(self._folder.name), self._memory, other
        self._process = context.Process(target=_work, args=work, daemon=True)
        self._process.start()
        other.close()
        self._number, self._since = -1, time.monotonic()

    def is_stuck(self, patience: float) -> bool:
        """Whether it has been working on one input for too long."""
        number, _, _ = _INPUT.unpack_from(self._memory)
        if number != self._number:
            self._number, self._since = number, time.monotonic()
        return time.monotonic() - self._since > patience

    def stop(self) -> tuple[str, bytes, int | None]:
        """End it, and return the target and the input that it was working on, and how it had ended, if it had."""
        self._process.join(0.1)
        code = self._process.exitcode
        self._process.kill()
        self._process.join()
        self.messages.close()
        _, target, length = _INPUT.unpack_from(self._memory)
        content = self._memory[_INPUT.size : _INPUT.size + length]
        self._memory.close()
        self._folder.cleanup()
        return self.targets[target].name, content, code


def run(
    targets: Sequence[Target],
    seconds: float,
    seed: int,
    processes: int = 1,
    patience: float = PATIENCE,
    folder: Path = CORPUS,
    report: Callable[[str], object] = print,
) -> Tally:
    """Give mutants to targets for some time; an input that fails is kept in the corpus `folder`, one of a kind."""
    tally, start, reported, restarts = Tally(), time.monotonic(), 0.0, 0
    shares = [targets[number::processes] for number in range(min(processes, len(targets)))]
    running = [_Process(share, f"{seed} {number}") for number, share in enumerate(shares)]

    def fail(target: str, content: bytes, problem: str) -> None:
        key = target, kind_of(problem)
        if key not in tally.failures:
            tally.failures[key] = Failure(target, problem, keep(target, content, problem, folder))
            report(f"{tally.failures[key].path}: {problem}")

    try:
        while (now := time.monotonic() - start) < seconds:
            if now - reported >= _REPORT:
                reported = now
                report(tally.line(now))
            time.sleep(0.05)
            for place, process in enumerate(running):
                ended = False
                try:
                    while process.messages.poll():
                        kind, *told = process.messages.recv()
                        if kind == "failure":
                            fail(*told)
                        else:
                            name, count, slowest = told
                            tally.inputs[name] += count
                            tally.slowest[name] = max(slowest, tally.slowest.get(name, 0.0))
                except EOFError:
                    ended = True
                if ended or process.is_stuck(patience):
                    name, content, code = process.stop()
                    fail(name, content, f"crash {code}" if ended else f"endless: more than {patience:g} s")
                    restarts += 1
                    running[place] = _Process(process.targets, f"{seed} {place} {restarts}")
    finally:
        for process in running:
            process.stop()
    report(tally.line(time.monotonic() - start))
    return tally


def _work(targets: Sequence[Target], seed: str, folder: Path, memory: mmap.mmap, messages: Connection) -> None:
    """Let targets take turns without end."""
    with ExitStack() as opened:
        os.environ["FOC_CACHE"] = f"{folder}/cache"
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where libraries in Rust print their panics
        place = Place(folder, opened)
        _limit_addresses()
        fuzzers: dict[int, Fuzzer] = {}
        known: set[tuple[str, str]] = set()
        number = 0

        def working_on(target: int, content: bytes) -> None:
            nonlocal number
            number += 1
            memory[_INPUT.size : _INPUT.size + len(content)] = content
            _INPUT.pack_into(memory, 0, number, target, len(content))

        for turn in cycle(range(len(targets))):
            target = targets[turn]
            working_on(turn, b"")
            if turn not in fuzzers:
                inputs = [path.read_bytes() for path in corpus(target.name)]
                fuzzers[turn] = Fuzzer(target, target.open(place), inputs, seed)
            fuzzer, count, slowest, end = fuzzers[turn], 0, 0.0, time.monotonic() + _TURN
            while time.monotonic() < end:
                content = fuzzer.next()
                working_on(turn, content)
                start = time.process_time()
                problem = fuzzer.try_input(content)
                slowest = max(slowest, time.process_time() - start)
                count += 1
                if problem and (target.name, kind_of(problem)) not in known:
                    known.add((target.name, kind_of(problem)))
                    messages.send(("failure", target.name, fuzzer.shorten(content, problem), problem))
            messages.send(("turn", target.name, count, slowest))


def _limit_addresses() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _ADDRESSES,) * 2)
