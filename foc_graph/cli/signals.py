"""Signals that end a command whose work leaves files or processes behind unless it is closed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


@contextmanager
def leaving_in_order() -> Iterator[None]:
    """Let SIGINT and SIGTERM close first what is open; only the main thread may set that."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGINT, signal.SIGTERM)}
    came = 0
    try:
        yield
    except KeyboardInterrupt:  # what others make of SIGINT
        came = signal.SIGINT
        raise
    except SystemExit as error:
        came = error.code - 128 if isinstance(error.code, int) else 0
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came in before:
            signal.raise_signal(came)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    # Another one must not stop what closes.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)
