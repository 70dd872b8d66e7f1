"""The command line: in this process, which starts at once, or in one of its own, where that matters."""

import io
import math
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from foc_graph import graph
from foc_graph.cli import main
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT

FOC = [sys.executable, "-m", "foc_graph"]
Done = subprocess.CompletedProcess[str]


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def foc(
    *arguments: str, stdin: str = "", cwd: Path = ROOT, width: int | None = None, seconds: float = math.inf
) -> Done:
    """Run `foc` in this process, and return what it printed: to a terminal, if its width is given.

    After so many seconds a log has a line about the progress of long work: none, however slow the machine is. All
    commands about the packaged workspace share one graph.
    """
    process, leave = os.getpid(), os._exit
    given, output, errors = (io.BytesIO(content) for content in (stdin.encode(errors="surrogateescape"), b"", b""))

    def leaving(code: int) -> NoReturn:
        if os.getpid() != process:  # one that the command started
            leave(code)
        raise _Left(code)

    streams = zip(("stdin", "stdout", "stderr"), (given, output, errors), strict=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.setattr(os, "_exit", leaving)
        patch.setattr(sys, "argv", ["foc", *arguments])
        patch.setattr("foc_graph.cli.output.SECONDS", seconds)
        patch.setattr(graph, "open", _open)
        for name, stream in streams:
            kind = io.TextIOWrapper if width is None or name == "stdin" else _Terminal
            patch.setattr(sys, name, kind(stream, "utf-8", write_through=True))
        if width is not None:
            patch.setenv("COLUMNS", str(width))
        with pytest.raises(_Left) as left:
            main()
        printed = [stream.getvalue().decode().replace("\r\n", "\n") for stream in (output, errors)]
    return Done(["foc", *arguments], left.value.code, *printed)


_open_graph = graph.open


@cache
def _packaged() -> graph.Graph:
    return _open_graph(ROOT)


def _open(workspace: str | Path | None = None, *arguments: Any, **options: Any) -> graph.Graph:
    if not any(options.values()) and find_workspace(workspace and Path(workspace)).root == ROOT:
        return _packaged()
    return _open_graph(workspace, *arguments, **options)


class _Left(BaseException):
    """The end of the command in place of that of this process."""

    def __init__(self, code: int) -> None:
        self.code = code


def foc_process(*arguments: str, stdin: str = "", cwd: Path = ROOT) -> Done:
    """Run `foc` in a process of its own, and return what it printed."""
    return subprocess.run([*FOC, *arguments], input=stdin, cwd=cwd, capture_output=True, text=True, timeout=120)
