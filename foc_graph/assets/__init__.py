"""Files that pages load in a browser: made by `make ui`, and absent where that has not been run."""

from __future__ import annotations

from importlib.resources import files

FOLDER = "assets"
"""The folder of a site in which they lie."""

_SCRIPT = "explore.js"

LICENCES = "THIRD-PARTY.txt"
"""The licences of what the others hold."""

ENGINE = "engine.js"
"""The worker that answers queries in a browser, by the program in `PROGRAM`."""

PROGRAM = "engine.wasm.gz"

EDITOR = "sparql.js"
"""The editor of queries."""

_EXERCISES = "learn.js"

NAMES = (_SCRIPT, LICENCES, ENGINE, PROGRAM, "ask.js", "questions.js", _EXERCISES, EDITOR, "sparql.css")
"""What pages need."""


def asset(name: str) -> bytes | None:
    """Return the content of a built file, or None where it has not been built."""
    file = files(__name__).joinpath("built", name)
    return file.read_bytes() if file.is_file() else None


def is_built(name: str) -> bool:
    """Whether there is a built file of that name."""
    return files(__name__).joinpath("built", name).is_file()


def script() -> str:
    """Return the path within a site of the script that every page loads, or "" where it has not been built."""
    return f"{FOLDER}/{_SCRIPT}" if is_built(_SCRIPT) else ""
