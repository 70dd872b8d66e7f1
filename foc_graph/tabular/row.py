"""One row while it is read: its values by heading, and what is wrong with it."""

from __future__ import annotations

from typing import NamedTuple

from foc_graph.tabular.table import Problem
from foc_graph.workspace.files import Term


class Row(NamedTuple):
    """A row: texts and terms of its cells by heading; problems go to the list that all rows share."""

    number: int
    texts: dict[str, list[str]]
    values: dict[str, list[Term]]
    problems: list[Problem]

    def problem(self, heading: str, text: str) -> None:
        """Note what is wrong with a cell, or with the row where `heading` is empty."""
        self.problems.append(Problem(self.number, heading, text))

    def value(self, *headings: str) -> Term | None:
        """The first value under the first of these headings that has one."""
        return next((self.values[heading][0] for heading in headings if self.values.get(heading)), None)

    def text(self, *headings: str) -> str:
        """The first text under the first of these headings that has one, else nothing."""
        return next((self.texts[heading][0] for heading in headings if self.texts.get(heading)), "")
