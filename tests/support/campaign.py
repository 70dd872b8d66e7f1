"""Random tests: a tenth of their examples by a committed seed, or all of them by that of the day."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

SHARE = float(os.environ.get("FOC_CAMPAIGN", 0.1))
"""The share of a campaign that this run does: `make test-all` does all of it; 10 makes it ten times as long."""

SEED = int(os.environ.get("FOC_SEED", 20261202)) if SHARE >= 1 else 20261202
"""What random choices begin with: `make test-all` takes the date's, less than a campaign always the same."""

settings.register_profile("campaign", derandomize=SHARE < 1, deadline=None, print_blob=True)
settings.load_profile("campaign")


def examples(number: int) -> int:
    """Return how many random examples to try, where a campaign tries this number."""
    return max(1, round(number * SHARE))


def campaign(number: int, **options: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a Hypothesis test try this number of examples in a campaign; takes what `hypothesis.settings` takes."""
    return lambda test: pytest.mark.campaign(settings(max_examples=examples(number), **options)(test))
