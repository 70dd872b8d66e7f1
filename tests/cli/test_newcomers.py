"""The first commands of newcomers end as they wanted, or with a message that contains the cure."""

import shlex
import tomllib
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.commands import foc

COMMANDS = tomllib.loads((ROOT / "tests" / "cli" / "newcomers.toml").read_text("utf-8"))["command"]


@pytest.mark.parametrize("command", COMMANDS, ids=[command["line"] for command in COMMANDS])
def test_a_first_command_succeeds_or_says_the_cure(command: dict[str, str], tmp_path: Path) -> None:
    done = foc(*shlex.split(command["line"].format(tmp=tmp_path))[1:], width=120)
    if "cure" in command:
        assert done.returncode == 2
        assert command["cure"] in done.stderr
        assert all(line.startswith("foc: ") for line in done.stderr.splitlines())
        return
    assert done.returncode == 0
    written = tmp_path / command["wants"]
    assert written.exists() or command["wants"] in done.stdout + done.stderr
