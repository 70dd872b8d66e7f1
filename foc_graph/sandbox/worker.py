"""A process that does one task after another, shut off from everything but a store and perhaps a folder of its own.

Its arguments name the module that does the tasks and what that prepares for, the store, the folder (or nothing) and the
limits. It reads requests from standard input and writes answers to standard output: frames of a kind (one byte), a
length (four bytes, big-endian) and a content. The first says which layers of its confinement are in force (JSON). A
request is JSON; an answer is a head, then the content in pieces, then an end; or a fault (JSON) at any time. The parent
limits the time that a task may take.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from foc_graph.sandbox.confinement import Confinement

READY, HEAD, PIECE, END, FAULT = b"rhpef"

MAX_PIECE = 2**16
"""Most bytes of a piece of an answer, however much is written at once."""

_NICENESS = 10


class Limits(NamedTuple):
    """The limits of one task, in bytes: of its answer, of memory beyond what it begins with, of a temporary file."""

    answer: int
    memory: int
    file: int = 2**27


class Fault(Exception):
    """What ends a task without an answer: one of the kinds of `sandbox.pool.TaskError`, and a message."""

    def __init__(self, kind: str, message: str = "") -> None:
        self.kind, self.message = kind, message
        super().__init__(message)


class _EnoughError(Exception):
    """As many pieces of the answer have been sent as were asked for."""


class Output:
    """The output of one task, sent on in pieces: after `most` of them, the rest is not made."""

    def __init__(self, output: BinaryIO, limit: int) -> None:
        self._output, self._limit = output, limit
        self._waiting = bytearray()
        self.most = math.inf

    def head(self, kind: str) -> None:
        """Send the kind of the answer."""
        _send(self._output, HEAD, kind.encode())

    def write(self, content: bytes) -> int:
        """Send a part of the answer, sooner or later."""
        self._limit -= len(content)
        if self._limit < 0:
            raise Fault("large")
        self._waiting += content
        while len(self._waiting) >= MAX_PIECE:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Send a piece of what waits."""
        if self._waiting:
            if self.most == 0:
                raise _EnoughError
            _send(self._output, PIECE, bytes(self._waiting[:MAX_PIECE]))
            del self._waiting[:MAX_PIECE]
            self.most -= 1


Work = Callable[[dict[str, Any], Output], None]
"""What does a task: takes a request and writes the answer; raises `Fault`."""

Opening = Callable[[Path], Work]
"""What opens a store for tasks; it can be read, but nothing be imported."""


def main() -> None:
    """Do the tasks of a module, whose `prepare` takes an argument and returns what opens a store for them."""
    name, argument, store, scratch, *numbers = sys.argv[1:]
    limits, opening = Limits(*map(int, numbers)), import_module(name).prepare(argument)
    os.nice(_NICENESS)
    confinement = Confinement(Path(store), Path(scratch) if scratch else None)
    work: Work = opening(Path(store))
    layers = confinement.seal(limits.memory, limits.file)
    source, output = sys.stdin.buffer, sys.stdout.buffer
    _send(output, READY, json.dumps(layers._asdict()).encode())
    while length := source.read(4):
        request, answer = json.loads(source.read(int.from_bytes(length, "big"))), Output(output, limits.answer)
        try:
            try:
                work(request, answer)
                answer.flush()
            except _EnoughError:
                pass
            _send(output, END, b"")
        except Fault as fault:
            _send(output, FAULT, json.dumps({"kind": fault.kind, "message": fault.message}).encode())
        except MemoryError:
            _send(output, FAULT, json.dumps({"kind": "memory", "message": ""}).encode())


def _send(output: BinaryIO, kind: int, content: bytes) -> None:
    """Write one frame."""
    output.write(bytes([kind]) + len(content).to_bytes(4, "big") + content)
    output.flush()
