"""Tables for people: as wide as the terminal, of whole words, and as records where they do not fit."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

_GAP = "  "
_NARROWEST, _WIDEST, _IN_A_PIPE = 20, 1000, 100
"""Cells of a line: the least and the most that are reckoned with, and those where no terminal tells."""

_TALLEST = 12
"""Most lines of a row on average: records read better than columns that are narrower and taller than this."""


def line_width() -> int:
    """Return how many cells a line has on the terminal, or as COLUMNS says."""
    return min(max(shutil.get_terminal_size((_IN_A_PIPE, 0)).columns, _NARROWEST), _WIDEST)


def lay_out(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the lines of a table, headings and a rule first, or of a record for each row where a table is too wide.

    A line is at most `width` cells wide. Only a word that is wider than that by itself is broken, after a slash or
    hyphen if it has one. A record leaves out what is empty.
    """
    for breaks in (False, True):
        if widths := _fit([head, *rows], width, breaks):
            lines = [line for row in rows for line in _row(row, widths)]
            if len(lines) <= _TALLEST * len(rows):
                return [*_row(head, widths), *_row(["─" * size for size in widths], widths), *lines]
    records = [[pair for pair in zip(head, row, strict=True) if pair[1]] for row in rows]
    return [line for record in records for line in ("", *pair_lines(record, width, head))][1:]


def pair_lines(pairs: Iterable[tuple[str, str]], width: int, labels: Iterable[str], hanging: str = "") -> Iterator[str]:
    """Give the lines of labels and values side by side, the values where the widest of the `labels` ends.

    What does not fit on a line goes on below, after what is `hanging`.
    """
    from rich.cells import cell_len

    label = min(max(map(cell_len, labels), default=0), width // 2 - len(_GAP))
    room = width - label - len(_GAP)
    for name, value in pairs:
        first, *rest = wrap(value, room - len(hanging)) or [""]
        yield from _beside([wrap(name, label), [first, *(hanging + line for line in rest)]], [label, room])


def wrap(text: str, width: int) -> list[str]:
    """Break a text at spaces into lines of at most `width` cells; break a word only if it is wider by itself."""
    from rich.cells import cell_len, chop_cells

    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        elif cell_len(word) <= width:
            lines.append(word)
        else:
            lines.append("")
            for part in (piece for whole in _parts(word, width) for piece in chop_cells(whole, width)):
                if cell_len(lines[-1]) + cell_len(part) <= width:
                    lines[-1] += part
                else:
                    lines.append(part)
    return lines


def _fit(rows: Sequence[Sequence[str]], width: int, breaks: bool) -> list[int] | None:
    """Return the widths of columns side by side, or None if their longest words do not fit; addresses may break."""
    from rich.cells import cell_len

    columns = list(zip(*rows, strict=True))
    room = width - len(_GAP) * (len(columns) - 1)
    parts = _parts if breaks else lambda word: [word]
    least = [
        max((cell_len(part) for text in column for word in text.split() for part in parts(word)), default=0)
        for column in columns
    ]
    most = [max(map(cell_len, column)) for column in columns]
    if sum(least) > room:
        return None
    level = room
    while sum(widths := [max(low, min(high, level)) for low, high in zip(least, most, strict=True)]) > room:
        level -= 1
    return widths


def _parts(word: str, width: int = _WIDEST) -> list[str]:
    """Return the parts between which a word may be broken: after slashes of an address, and hyphens of a wide part."""
    from rich.cells import cell_len

    parts = re.findall(r"[^/]+/*|/+", word) if "://" in word else [word]
    return [one for part in parts for one in (re.findall("[^-]+-*|-+", part) if cell_len(part) > width else [part])]


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Give the lines of cells side by side."""
    return _beside(map(wrap, cells, widths), widths)


def _beside(columns: Iterable[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    from rich.cells import set_cell_size

    for parts in zip_longest(*columns, fillvalue=""):
        yield _GAP.join(map(set_cell_size, parts, widths)).rstrip()
