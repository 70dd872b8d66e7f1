"""Programs that tests run, and what happens where one is not installed."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest


def find_program(name: str, install: str) -> str:
    """Return the path of a program beside this Python or on the PATH; a test that needs another is given up."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    if found := shutil.which(name, path=places):
        return found
    give_up(f"{name} is not installed: {install}")


def give_up(reason: str) -> NoReturn:
    """Skip the test that needs what is missing; with FOC_REQUIRE_SERVERS set, let it fail."""
    if os.environ.get("FOC_REQUIRE_SERVERS"):
        pytest.fail(reason)
    pytest.skip(reason)
