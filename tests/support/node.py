"""The scripts of pages in Node.js, without a browser."""

import shutil
import subprocess

from tests.support import ROOT
from tests.support.programs import MissingProgramError, give_up

UI = ROOT / "ui"


def run_node(*arguments: str) -> str:
    """Run Node.js in the folder of the scripts, and return what it printed."""
    node = shutil.which("node")
    if node is None:
        give_up(MissingProgramError("Node.js is not installed"))
    done = subprocess.run([node, *arguments], cwd=UI, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
