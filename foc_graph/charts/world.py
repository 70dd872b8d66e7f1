"""The map of the world: paths of countries by UN M49 code, or by name where they have none.

`npm run world` in `ui/` draws it from Natural Earth.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

BORDERS = (
    "Borders and names are those of Natural Earth, which shows who holds a territory, not who has a right to it. "
    "They say nothing of the view of this dataset, its sources or its publisher."
)


class World(NamedTuple):
    """A map of a width and height; `shapes` are paths of SVG, `points` stand for countries that are small on it."""

    width: int
    height: int
    shapes: dict[str, str]
    points: dict[str, tuple[int, int]]


@cache
def world() -> World:
    """Read the map."""
    return World(**json.loads(files(__package__).joinpath("world.json").read_bytes()))
