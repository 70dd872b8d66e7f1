"""Programs that tests run, and what happens where one is not installed."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest


class MissingProgramError(Exception):
    """A program is not installed."""


def find_program(name: str, install: str) -> str:
    """The path of a program beside this Python or on the PATH."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    if found := shutil.which(name, path=places):
        return found
    raise MissingProgramError(f"{name} is not installed: {install}")


def give_up(missing: MissingProgramError) -> NoReturn:
    """Skip the test that needs a program; with FOC_REQUIRE_SERVERS set, let it fail."""
    if os.environ.get("FOC_REQUIRE_SERVERS"):
        pytest.fail(str(missing))
    pytest.skip(str(missing))
