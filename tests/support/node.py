"""The scripts of pages in Node.js, without a browser."""

import shutil
import subprocess

from tests.support import ROOT
from tests.support.programs import give_up

UI = ROOT / "ui"


def find_node() -> str:
    """Find Node.js, or skip the test."""
    node = shutil.which("node")
    if node is None:
        give_up("Node.js is not installed")
    return node


def run_node(*arguments: str) -> str:
    """Run Node.js in the folder of the scripts, and return what it printed."""
    done = subprocess.run([find_node(), *arguments], cwd=UI, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
