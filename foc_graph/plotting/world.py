"""The map of the world that `make ui` draws: paths of countries by UN M49 code, or by name where they have none."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from foc_graph.assets import WORLD, asset
from foc_graph.errors import ParameterError

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
    """The map.

    Raises:
        ParameterError: if it has not been built.
    """
    content = asset(WORLD)
    if content is None:
        raise ParameterError("there is no map of the world here: run `make ui`, or install the package from its wheel")
    return World(**json.loads(content))


def is_built() -> bool:
    """Whether there is a map."""
    return asset(WORLD) is not None
