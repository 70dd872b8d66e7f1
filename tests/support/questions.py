"""Questions in words about the packaged graph, which the library and pages of a release understand alike."""

import tomllib
from datetime import date
from typing import Any

from foc_graph.questions.reading import LONGEST
from tests.support import ROOT

TODAY = date(2026, 12, 1)
"""The day on which they are asked."""

_READ = tomllib.loads((ROOT / "tests" / "questions" / "asked.toml").read_text("utf-8"))
ASKED: dict[str, tuple[str, dict[str, Any]]] = {question: tuple(call) for question, call in _READ["asked"].items()}
"""Questions with the calls that they ask for."""

DECLINED: list[str] = [*_READ["declined"], "x" * (LONGEST + 1), "members of the FOC" + "\u200b" * 10 * LONGEST]
"""Questions that are declined, and texts that are none."""
