"""Random tests: some examples in every run, many in a campaign."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

SHARE = float(os.environ.get("FOC_CAMPAIGN", 0.2))
"""The share of a campaign that this run does: `make test-all` does all of it; 10 makes it ten times as long."""


def examples(number: int) -> int:
    """Return how many random examples to try, where a campaign tries this number."""
    return max(1, round(number * SHARE))


def campaign(number: int, **options: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a Hypothesis test try this number of examples in a campaign; takes what `hypothesis.settings` takes."""
    return lambda test: pytest.mark.campaign(settings(max_examples=examples(number), deadline=None, **options)(test))
