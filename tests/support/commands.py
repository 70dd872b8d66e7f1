"""The command line, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

FOC = [sys.executable, "-m", "foc_graph"]


def foc(*arguments: str, stdin: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `foc` with these arguments, and return what it printed."""
    return subprocess.run([*FOC, *arguments], input=stdin, cwd=cwd, capture_output=True, text=True, timeout=120)
