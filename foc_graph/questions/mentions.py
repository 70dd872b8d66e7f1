"""Mentions of dates and things in a question: which of its words they are, and what they may mean."""

from __future__ import annotations

from typing import NamedTuple


class Mention(NamedTuple):
    """Words of a question, from `start` up to `end`, that mention a date or a thing.

    A date has the exact forms of its `first` and its `last` part, which are the same but for an interval, and says in
    `relation` how it bounds what is asked: `at`, `on`, `since`, `after`, `until` or `before`. A thing has the numbers
    of those that may be meant. What is `weak` may also be ordinary words.
    """

    start: int
    end: int
    first: str = ""
    last: str = ""
    relation: str = ""
    things: tuple[int, ...] = ()
    weak: bool = False

    @property
    def span(self) -> frozenset[int]:
        """The numbers of its words."""
        return frozenset(range(self.start, self.end))

    @property
    def period(self) -> str:
        """Return the whole of the date in EDTF level 0."""
        return self.first if self.first == self.last else f"{self.first}/{self.last}"
