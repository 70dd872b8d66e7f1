"""The colours of charts, and how they stand out and differ."""

import math
from itertools import combinations

import pytest

from foc_graph.charts.svg import palette
from tests.support.colours import contrast, linear

SIMULATED = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "full colour": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
"""Linear sRGB as readers see it, at severity 1: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009)."""

CATEGORIES = (
    *("government", "civil-society", "academia", "private-sector", "technical-community"),
    *("international-organisation", "media", "local-government", "investor"),
)
MARKS = ("sure", "presumed", "body", "body-presumed", "faint", "watch", "mark", "link", *CATEGORIES)
ON_SHADES = {"few": "mark", "some": "mark", "half": "mark", "many": "edge", "most": "edge"}


def perceived(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """A colour as a reader sees it, in Oklab (Ottosson 2020)."""
    seen = [max(sum(part * value for part, value in zip(row, linear(colour), strict=True)), 0.0) for row in matrix]
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    long, middle, short = (math.cbrt(sum(a * b for a, b in zip(row, seen, strict=True))) for row in cones)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_text_stand_out_from_the_ground(scheme: str) -> None:
    colours = {name.removeprefix("--"): value for name, value in palette(scheme).items()}
    assert [name for name in MARKS if contrast(colours[name], colours["edge"]) < 3] == []
    for text in ("mark", "faint", "link"):
        assert min(contrast(colours[text], colours[ground]) for ground in ("edge", "band")) >= 4.5
    for shade, text in ON_SHADES.items():
        assert contrast(colours[text], colours[shade]) >= 4.5
    assert contrast(colours["sure"], colours["maybe"]) >= 3, "the dashed edge of what is possible"
    assert contrast(colours["sure"], colours["presumed"]) >= 1.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reader", SIMULATED)
def test_categories_differ_for_every_reader(reader: str, scheme: str) -> None:
    colours = palette(scheme)
    seen = {one: perceived(colours[f"--{one}"], SIMULATED[reader]) for one in CATEGORIES}
    assert {(a, b) for a, b in combinations(seen, 2) if math.dist(seen[a], seen[b]) < 0.1} == set()
