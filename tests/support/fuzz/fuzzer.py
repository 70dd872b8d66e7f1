"""One input at a time: what a reader says to it, what that costs, and what is wrong with either."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Sequence
from hashlib import blake2b
from itertools import cycle
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from foc_graph.errors import FocGraphError
from tests.support import ROOT
from tests.support.fuzz.mutation import Mutator
from tests.support.fuzz.targets import Reader, Target

CORPUS = ROOT / "tests" / "corpus"
"""The inputs of each target, in a folder of its name; those that failed once are called by what was wrong."""

MAX_MEMORY = 256 * 2**10
"""By how much memory may grow with one input, in KiB."""

_POOL = 1000
"""Most inputs that mutants are made of."""

_LONGEST = 1000
"""Most characters of a message."""


def corpus(target: str) -> list[Path]:
    """List the inputs of a target."""
    return sorted((CORPUS / target).iterdir())


def try_input(target: Target, read: Reader, content: bytes) -> tuple[str, str]:
    """Hand an input to a reader, and return what it says, and what is wrong with that, or nothing."""
    said, problem, memory, start = "", "", getrusage(RUSAGE_SELF).ru_maxrss, time.process_time()
    try:
        read(content)
    except target.refusals as error:
        said = str(error)
        problem = _of_message(said) if isinstance(error, FocGraphError) else ""
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also the panic of a library in Rust
        last = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}"
    spent, grown = time.process_time() - start, getrusage(RUSAGE_SELF).ru_maxrss - memory
    if spent > target.seconds:
        problem = problem or f"slow: {spent:.1f} s of CPU, of {target.seconds:g} s"
    if grown > MAX_MEMORY:
        problem = problem or f"large: {grown // 2**10} MiB of memory, of {MAX_MEMORY // 2**10} MiB"
    return said, problem


def _of_message(said: str) -> str:
    odd = sorted({character for character in said if not character.isprintable()})
    if odd:
        return f"message with {', '.join(map(ascii, odd))}: {said[:200]!r}"
    return "" if 0 < len(said) <= _LONGEST else f"message of {len(said)} characters: {said[:200]!r}"


class Fuzzer:
    """Makes mutants of the inputs of one target, and of those to which its reader said something new; by seed."""

    def __init__(self, target: Target, read: Reader, inputs: Sequence[bytes], seed: int | str) -> None:
        self._target, self._read = target, read
        self._mutator = Mutator(f"{target.name} {seed}")
        self._inputs, self._found = inputs, list(inputs)
        self._said: set[str] = set()
        self._pools = cycle((self._inputs, self._found))

    def next(self) -> bytes:
        """Return the next mutant, of the inputs and of all in turn: what is new is often refused at once."""
        return self._mutator.mutate(next(self._pools))

    def try_input(self, content: bytes) -> str:
        """Return what is wrong with what the reader makes of an input, or nothing."""
        said, problem = try_input(self._target, self._read, content)
        kind = re.sub(r"'[^']*'|\"[^\"]*\"|<[^>]*>|[0-9]+|[^\x20-\x7e]+", "", said[:_LONGEST])[:80]
        if not problem and kind not in self._said and len(self._found) < _POOL:
            self._said.add(kind)
            self._found.append(content)
        return problem

    def shorten(self, content: bytes, problem: str, seconds: float = 5.0) -> bytes:
        """Leave out parts of an input, as long as the same is wrong."""
        end, size = time.monotonic() + seconds, len(content) // 2
        while size:
            for start in range(0, len(content), size):
                less = content[:start] + content[start + size :]
                if time.monotonic() < end and kind_of(try_input(self._target, self._read, less)[1]) == kind_of(problem):
                    content = less
                    break
            else:
                size //= 2
        return content


def kind_of(problem: str) -> str:
    """Return what two problems have in common that are alike: the exception and its place, or `slow` and the like."""
    return re.split(r"(?<=[0-9]): |: | with | of ", problem, maxsplit=1)[0] if problem else ""


def keep(target: str, content: bytes, problem: str, folder: Path = CORPUS) -> Path:
    """Add an input that failed to a corpus, and return its path."""
    name = re.sub("[^a-z0-9]+", "-", kind_of(problem).casefold()).strip("-")
    path = folder / target / f"{name}-{blake2b(content, digest_size=3).hexdigest()}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
