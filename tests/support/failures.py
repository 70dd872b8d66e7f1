"""Failures at each call that changes what is on the disk: the process dies, is interrupted, or the disk fails."""

import errno
import io
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest

from foc_graph.errors import FocGraphError
from foc_graph.workspace import releases
from tests.support.campaign import SEED, SHARE

Step = tuple[str, int]
"""A call that changes what is on the disk: its name, and the how manieth of that name."""

FILLS = ("open", "fsync", "link", "mkdir", "symlink")
"""The names of calls that fail where a disk is full; `open` is for files that are to be written."""

CHANGES = (*FILLS, "chmod", "exchange", "rename", "replace", "rmdir", "sync", "unlink")
"""The names of all calls that change the disk."""


@contextmanager
def failing_at(
    step: Step, fail: Callable[[], object], spared: Path | None = None, then: Collection[str] = ()
) -> Iterator[Counter[str]]:
    """Do `fail` before a call, and before all those with the names `then` that follow.

    All such calls are counted by name, but for those below a spared folder.
    """
    calls: Counter[str] = Counter()
    failed = False

    def watched(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def watching(*arguments: object, **options: object) -> object:
            nonlocal failed
            reads = name == "open" and "r" in str((*arguments, options.get("mode", ""))[1])
            if not reads and not (spared and arguments and Path(str(arguments[0])).is_relative_to(spared)):
                calls[name] += 1
                if (name, calls[name]) == step or (failed and name in then):
                    failed = True
                    fail()
            return call(*arguments, **options)

        return watching

    with pytest.MonkeyPatch.context() as patch:
        for name in set(CHANGES) - {"exchange", "open"}:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        patch.setattr(io, "open", watched("open", io.open))
        patch.setattr(releases, "_exchange", watched("exchange", releases._exchange))
        yield calls


class DeadError(BaseException):
    """The end of a process."""


def die() -> None:
    """End the process; no call that it makes on its way out may do anything."""
    raise DeadError


def fail(code: int) -> None:
    """Fail as the file system does, by the number of an error."""
    raise OSError(code, os.strerror(code))


def interrupt() -> None:
    """Do what Ctrl+C does."""
    raise KeyboardInterrupt


STOPS: dict[str, tuple[Callable[[], None], Collection[str]]] = {
    "killed": (die, CHANGES),
    "interrupted": (interrupt, ()),
    "refused": (partial(fail, errno.EPERM), ()),
    "disk full": (partial(fail, errno.ENOSPC), FILLS),
    "disk read-only": (partial(fail, errno.EROFS), CHANGES),
}
"""Failures before a call, and the calls before which they come ever after."""


def steps(calls: Counter[str]) -> list[Step]:
    """List each of the calls that were counted."""
    return [(name, number) for name, count in sorted(calls.items()) for number in range(1, count + 1)]


def moves(step: Step) -> bool:
    """Whether a call moves or links something, or brings it onto the disk, or is the first of another kind."""
    return step[1] == 1 or step[0] in ("exchange", "rename", "replace", "symlink", "sync")


Place = tuple[str, Step]
"""A failure, by its name, and the call before which it comes."""


def stopped_everywhere(
    renew: Callable[[], object],
    run: Callable[[], object],
    spared: Path | None = None,
    where: Callable[[Step], bool] = lambda step: True,
) -> Iterator[Place]:
    """Run an operation again and again, each time from the start and stopped in another place.

    A place is each kind of failure at each call that changes the disk. `make test-all` tries all, other runs one in
    twenty by their seed.
    """
    renew()
    with failing_at(("", 0), lambda: None, spared) as calls:
        run()
    every = [(stop, step) for stop in STOPS for step in steps(calls) if where(step)]
    for stop, step in Random(SEED).sample(every, math.ceil(len(every) * (1 if SHARE >= 1 else 0.05))):
        fail, then = STOPS[stop]
        renew()
        with failing_at(step, fail, spared, then), suppress(FocGraphError, KeyboardInterrupt, DeadError):
            run()
        yield stop, step


@contextmanager
def interrupted_at(line: int, folder: Path) -> Iterator[Counter[str]]:
    """Do what Ctrl+C does before a line of the code below a folder; all lines are counted."""
    lines: Counter[str] = Counter()

    def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        if not Path(frame.f_code.co_filename).is_relative_to(folder):
            return None
        if event == "line":
            lines["line"] += 1
            if lines["line"] == line:
                interrupt()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(before)
