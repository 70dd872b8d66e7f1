"""Progress of long work, reported to a callback."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

Track = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much it is in all, such as bytes or rules."""


def untracked(what: str, done: int, total: int) -> None:
    """Report nothing."""


def tracked(items: Iterable[T], what: str, total: int, track: Track, every: int = 1) -> Iterator[T]:
    """Iterate over items, and report after `every` so many, and after the last, how many the caller has dealt with."""
    for done, item in enumerate(items, 1):
        yield item
        if done % every == 0 or done == total:
            track(what, done, total)
