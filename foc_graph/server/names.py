"""Names that are like one that nothing bears."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import accumulate

_BESIDE = 20
"""How many names with the same end, and how many on either side in order, are looked at: a guess must cost little."""


class Names:
    """Names of several parts, separated by slashes."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(set(names))
        self._known = frozenset(self._names)
        self._by_end: dict[str, list[str]] = {}
        for name in self._names:
            same = self._by_end.setdefault(name.rpartition("/")[2], [])
            if len(same) < _BESIDE:
                same.append(name)

    def near(self, name: str) -> list[str]:
        """At most three names that are like this one, the likest first."""
        place = bisect(self._names, name)
        looked_at = {
            *self._names[max(0, place - _BESIDE) : place + _BESIDE],
            *self._by_end.get(name.rpartition("/")[2], ()),
            *self._known.intersection(accumulate(name)),
        }
        return get_close_matches(name, sorted(looked_at), n=3, cutoff=0.7)
