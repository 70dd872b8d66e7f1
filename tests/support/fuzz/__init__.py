"""Fuzzing of all readers of outside data: inputs of a corpus and mutants of them, which may be refused, and no more.

`python -m tests.support.fuzz --seconds 3600` does so for an hour.
"""

from __future__ import annotations

from tests.support.fuzz import files, releases, words  # noqa: F401 - they enter their targets
