"""The colours of pages and of charts, as their style sheets have them, and how they stand out."""

import re

from tests.support import ROOT

SHEET = ROOT / "foc_graph" / "site" / "style.css"


def tokens(scheme: str) -> dict[str, str]:
    """The colours of pages in a scheme, `light` or `dark`, by name, such as `ink`."""
    light, dark, *_ = re.findall(r":root \{(.*?)\}", SHEET.read_text("utf-8"), re.DOTALL)
    return dict(re.findall("--([a-z]+): (#[0-9a-f]{6})", light if scheme == "light" else dark))


def linear(colour: str) -> tuple[float, ...]:
    """The light of red, green and blue of a colour as `#rrggbb`, 0 to 1."""
    values = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in values)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)
