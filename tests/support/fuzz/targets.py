"""The readers of outside data as targets: each with what it takes to hand it bytes."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import foc_graph
from foc_graph.graph import Graph
from foc_graph.panel.table import Panel
from tests.support.web_server import Web
from tests.support.workspaces import new_workspace, small_workspace


class Place:
    """A folder of a run of readers, with what they share; what they open is closed after the run."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder, self.opened = folder, opened

    def write(self, name: str, content: bytes) -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def workspace(self, name: str) -> Path:
        """A small workspace that includes nothing, made when it is first asked for, to be changed."""
        return self.folder / name if (self.folder / name).is_dir() else new_workspace(self.folder / name, "[]")

    @cached_property
    def graph(self) -> Graph:
        """The graph of the workspace of made-up coalitions."""
        return foc_graph.open(small_workspace(self.folder / "small"))

    @cached_property
    def panel(self) -> Panel:
        """A panel of one of its coalitions."""
        return self.graph.panel("first", years="2015")

    @cached_property
    def web(self) -> Web:
        """A web server."""
        web = Web()
        self.opened.callback(web.stop)
        return web


Reader = Callable[[Place, bytes], object]
"""Reads an input, or raises one of the refusals of its target."""


class Target(NamedTuple):
    """A reader, and what it may raise besides errors of the library; one that is slow takes far longer than others."""

    name: str
    read: Reader
    is_slow: bool
    refusals: tuple[type[Exception], ...]


TARGETS: dict[str, Target] = {}


def target(name: str, slow: bool = False, refusals: tuple[type[Exception], ...] = ()) -> Callable[[Reader], Reader]:
    """Enter a reader into the targets."""

    def enter(read: Reader) -> Reader:
        TARGETS[name] = Target(name, read, slow, refusals)
        return read

    return enter


def targets(name: str, *kinds: str, slow: bool = False) -> Callable[[Callable[[Place, bytes, str], object]], None]:
    """Enter a reader of several kinds of input, which it is given too, under a name with `{}` in place of the kind."""

    def enter(read: Callable[[Place, bytes, str], object]) -> None:
        for kind in kinds:
            target(name.format(kind), slow)(lambda place, content, kind=kind: read(place, content, kind))

    return enter
