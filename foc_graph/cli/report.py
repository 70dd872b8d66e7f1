"""Printing a validation report for a person: by thing, with places, and what to do."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, TextIO

from foc_graph.cli.output import cell
from foc_graph.namespaces import BASE

if TYPE_CHECKING:
    from foc_graph.validation import Report, ValidationResult

WIDTH = 100
"""Columns that lines are kept to, but for what has no place to break at."""


def print_report(report: Report, file: TextIO, suggest: bool = False) -> None:
    """Print results by thing, with their places and what to do, and how many there are.

    With `suggest`, each certain repair is shown below its result: `-` a triple to remove, `+` one to add.
    """
    things: dict[str, list[ValidationResult]] = {}
    for result in report.results:
        things.setdefault(result.focus, []).append(result)
    for results in things.values():
        print(_heading(results[0]), file=file)
        for result in results:
            for line in _lines(result, results[0], suggest):
                print(line, file=file)
    repairs = sum(bool(result.suggestion) for result in report.results)
    if repairs and not suggest:
        print(f"{repairs} certain repair{'' if repairs == 1 else 's'}: --suggest shows what to change", file=file)
    counts = ", ".join(f"{cell(severity, BASE)}: {count}" for severity, count in report.counts.items())
    print(counts or "conforms", file=file)


def _heading(first: ValidationResult) -> str:
    name = "a blank node" if first.focus.startswith("_:") else cell(first.focus, BASE)
    where, label = cell(first.where, BASE) or "(in no file)", cell(first.label, BASE)
    if not label:
        return f"{where}  {name}"
    heading = f"{where}  {_cut(label, WIDTH - len(where) - 2)}"
    gap = " " if len(heading) + len(name) + 3 <= WIDTH else "\n    "
    return f"{heading}{gap}({name})"


def _lines(result: ValidationResult, first: ValidationResult, suggest: bool) -> list[str]:
    value = "a blank node" if result.value.startswith("_:") else cell(result.value, BASE)
    known = [_own_place(result, first), cell(result.severity, BASE), cell(result.path, BASE)]
    line = "  " + "  ".join(filter(None, known))
    lines = [f"{line}  {_cut(value, WIDTH - len(line) - 2)}".rstrip()]
    lines += wrap(
        cell(result.message, BASE),
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    if suggest:
        lines += [f"    {cell(change, BASE)}" for change in result.suggestion.splitlines()]
    return lines


def _cut(text: str, room: int) -> str:
    """The text, cut to the room that there is in the line, but not to less than 20 characters."""
    room = max(room, 20)
    return text if len(text) <= room else f"{text[: room - 3]}..."


def _own_place(result: ValidationResult, first: ValidationResult) -> str:
    """Where a result stands, if not in the line of the thing's heading."""
    if result.position is None or first.position is None or result.position[:2] == first.position[:2]:
        return ""
    file, line, column = result.position
    return f"{line}:{column}" if file == first.position[0] else cell(result.where, BASE)
