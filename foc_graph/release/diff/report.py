"""Changes for people to read: by coalition, many of a kind in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from foc_graph.release.diff.change import Change, tidy

SHARED = "Shared by all coalitions"
"""The heading of what belongs to no coalition in particular."""

_FEW, _SOME = 3, 12
_MANY = {
    "verified": (_FEW, "{n} entries were verified again"),
    "sources": (_SOME, "The sources of {n} entries changed"),
    "withdrawal": (_FEW, "{n} entries were withdrawn"),
    "nameless thing": (0, "{n} things without a name were {done}"),
    "concept": (_FEW, "{n} concepts were {done}"),
    "term": (_FEW, "{n} terms of the vocabulary were {done}"),
    "shape": (_FEW, "{n} shapes were {done}"),
    "identifier": (_SOME, "{n} identifiers were {done}"),
    "name": (_SOME, "{n} names were {done}"),
    "source": (_SOME, "{n} sources were {done}"),
    "city": (_SOME, "{n} cities were {done}"),
    "country": (_SOME, "{n} countries were {done}"),
    "region": (_SOME, "{n} regions were {done}"),
    "thing": (_SOME, "{n} other things were {done}"),
}
"""Of which kinds more than so many changes, of one group, are told in one line."""

_DONE = {"create": "added", "update": "changed", "delete": "removed"}


def grouped(changes: Iterable[Change], label: Callable[[str], str]) -> Iterator[tuple[str, list[Change | str]]]:
    """The changes of each coalition, and then those of none, with the heading of each group.

    What there is much of is one line in place of its changes. `label` names a coalition by its IRI.
    """
    for coalition, group in groupby(changes, key=lambda change: change.coalition):
        yield tidy(label(coalition)) if coalition else SHARED, list(_shortened(list(group)))


def _shortened(changes: Sequence[Change]) -> Iterator[Change | str]:
    of_kind: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        of_kind.setdefault((change.kind, change.action), []).append(change)
    for (kind, action), some in of_kind.items():
        limit, sentence = _MANY.get(kind, (len(some), ""))
        things = len({change.thing or change.text for change in some})
        if len(some) > limit and things > 1:
            yield sentence.format(n=f"{things:,}", done=_DONE[action])
        else:
            yield from some


def as_text(changes: Iterable[Change], label: Callable[[str], str]) -> Iterator[str]:
    """The lines of a report for a terminal."""
    for heading, group in grouped(changes, label):
        yield heading
        yield from (f"  {line if isinstance(line, str) else line.text}" for line in group)


def as_markdown(changes: Iterable[Change], label: Callable[[str], str]) -> Iterator[str]:
    """The lines of a report in Markdown (CommonMark), with links to the sources."""
    for heading, group in grouped(changes, label):
        yield f"\n## {escaped(heading)}\n"
        for line in group:
            yield f"- {escaped(line)}." if isinstance(line, str) else f"- {escaped(line.text)}.{_sources(line, label)}"


def _sources(change: Change, label: Callable[[str], str]) -> str:
    links = [
        f"[{escaped(label(source))}](<{source}>)"
        for source in change.sources
        if source.startswith(("http://", "https://"))
    ]
    more = f" and {len(links) - 3} more" if len(links) > 3 else ""
    return f" Source{'s' * (len(links) > 1)}: {', '.join(links[:3])}{more}." if links else ""


def escaped(text: str) -> str:
    """A text that stands for itself in Markdown, on one line (CommonMark 0.31, section 2.4)."""
    line = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]<>&#|~!])|^([-+=]|[0-9]+(?=[.)]))", _escape, line)


def _escape(match: re.Match[str]) -> str:
    special = match[0]
    return f"{special}\\" if special[0].isdigit() else f"\\{special}"
