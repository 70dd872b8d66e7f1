"""The readers of outside data as targets: each with what it takes to hand it bytes."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import foc_graph
from foc_graph.graph import Graph
from tests.support.workspaces import new_workspace, small_workspace

Reader = Callable[[bytes], object]
"""Reads an input, or raises one of the refusals of its target."""


class Place:
    """A folder of a run of readers, with the workspaces that they share; what they open is closed after the run."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder, self.opened = folder, opened

    def write(self, name: str, content: bytes) -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    @cached_property
    def root(self) -> Path:
        """The workspace of made-up coalitions."""
        return small_workspace(self.folder / "small")

    @cached_property
    def graph(self) -> Graph:
        """Its graph, built before the first input is read."""
        graph = foc_graph.open(self.root)
        assert graph.store
        return graph

    def workspace(self, name: str) -> Path:
        """A small workspace that includes nothing, to be changed."""
        return new_workspace(self.folder / name, "[]")


class Target(NamedTuple):
    """A reader, which `open` makes, and what it may raise besides; one that is slow takes far longer than others."""

    name: str
    open: Callable[[Place], Reader]
    is_slow: bool
    refusals: tuple[type[Exception], ...]


TARGETS: dict[str, Target] = {}


def target(
    name: str, slow: bool = False, refusals: tuple[type[Exception], ...] = ()
) -> Callable[[Callable[[Place], Reader]], Callable[[Place], Reader]]:
    """Enter what makes a reader into the targets; `refusals` are what it may raise besides errors of the library."""

    def enter(open: Callable[[Place], Reader]) -> Callable[[Place], Reader]:
        TARGETS[name] = Target(name, open, slow, refusals)
        return open

    return enter
