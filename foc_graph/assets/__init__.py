"""What pages load in a browser, and the map of the world: made by `make ui`, and absent where that has not been run."""

from __future__ import annotations

from importlib.resources import files

NAMES = ("explore.js", "sparql.js", "sparql.css")
"""What pages may load, by its name in the folder `assets` of a site."""

WORLD = "world.json"


def asset(name: str) -> bytes | None:
    """The content of a built file; None where it has not been built."""
    file = files(__name__).joinpath("built", name)
    return file.read_bytes() if file.is_file() else None
