"""The style sheet of pictures, and the colours in it: custom properties by scheme, light or dark."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

STYLE = "picture.css"
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
_PROPERTY = re.compile(r"(--[a-z-]+): ([^;]+);")


@cache
def style() -> str:
    """The style sheet of all pictures."""
    return files(__package__).joinpath(STYLE).read_text("utf-8")


@cache
def palette(scheme: str = "light") -> dict[str, str]:
    """The colours of a scheme, `light` or `dark`, by the name of the custom property, such as `--certain`."""
    light = dict(_PROPERTY.findall(_DARK.sub("", style())))
    return light if scheme == "light" else light | dict(_PROPERTY.findall(_DARK.findall(style())[0]))


def resolved() -> str:
    """The style sheet in the light scheme for programs that know neither custom properties nor media queries."""
    colours = palette()
    return re.sub(r"var\((--[a-z-]+)\)", lambda match: colours[match[1]], _DARK.sub("", style()))
