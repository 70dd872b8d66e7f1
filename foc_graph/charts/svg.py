"""SVG from templates in the classes of one style sheet, and text in it, whose width nothing on a server can measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import category, east_asian_width

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from foc_graph.rdf.xml_text import clean

WIDTH, NARROW = 760, 360
"""Of charts with text, in pixels, at which their type has its size; the narrow one is for phones."""
EDGE = 2
"""Where names begin, and on a narrow screen the bars below them."""

SIZE = 13
"""Pixels of the type of charts; small type is `SMALL`."""
SMALL = 11
BOLD = 1.12
"""How much wider heavy type is."""

_NARROW = frozenset("fijlrtI.,:;'|!()[]/- ")
_BROAD = frozenset("mwMW@%—…")

STYLE = "chart.css"
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
_PROPERTY = re.compile(r"(?<![a-z-])(--[a-z-]++): ([^:;]++);")


def draw_svg(template: str, **context: Any) -> Markup:
    """Draw an SVG element from a template, to stand in a page."""
    return Markup(environment().get_template(f"{template}.svg").render(**context))


@cache
def draw_swatch(mark: str) -> Markup:
    """Draw a sample of a mark by its classes, to stand in a legend of a page."""
    return draw_svg("swatch", mark=mark)


@cache
def environment() -> Environment:
    """Return the templates of charts and of their files; what XML has no character for is left out."""
    made = Environment(
        loader=PackageLoader("foc_graph.charts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.globals["NARROW"] = NARROW
    return made


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return Markup(clean(value))
    return clean(value) if isinstance(value, str) else value


@cache
def style() -> str:
    """Read the style sheet of all charts."""
    return files(__package__).joinpath(STYLE).read_text("utf-8")


@cache
def palette(scheme: str = "light") -> dict[str, str]:
    """Return the colours of a scheme, `light` or `dark`, by the name of the custom property, such as `--certain`."""
    light = dict(_PROPERTY.findall(_DARK.sub("", style())))
    return light if scheme == "light" else light | dict(_PROPERTY.findall(_DARK.findall(style())[0]))


def resolved() -> str:
    """Return the style sheet in the light scheme for programs without custom properties and media queries."""
    colours = palette()
    return re.sub(r"var\((--[a-z-]+)\)", lambda match: colours[match[1]], _DARK.sub("", style()))


def text_width(text: str, size: float = SIZE) -> float:
    """Estimate generously how many pixels a text takes in the usual sans-serif fonts."""
    return size * sum(map(_part, text))


def _part(character: str) -> float:
    """Return the width of a character as a part of the size of its type."""
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.98
    if character.islower() and character.isascii():
        return 0.59
    if east_asian_width(character) in "WF":
        return 1.05
    return 0.0 if category(character) in ("Mn", "Me", "Cf") else 0.72


def many(number: int, one: str, more: str) -> str:
    """Return a number with the name of one thing or of more."""
    return f"{number:,} {one if number == 1 else more}"


def scale_to(most: int) -> list[int]:
    """Return round numbers from nought to at least so many."""
    step = next(step * 10**power for power in range(12) for step in (1, 2, 5) if step * 10**power * 5 >= max(most, 1))
    return list(range(0, -(-max(most, 1) // step) * step + 1, step))


def span(least: int, most: int) -> str:
    """Return a number, or a range of numbers where it is not known exactly."""
    return f"{least:,}" if least == most else f"{least:,}\N{EN DASH}{most:,}"


def list_some(names: Sequence[str], most: int) -> str:
    """Return so many names at most, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def cut(text: str, most: float, size: float = SIZE) -> str:
    """Return the text on one line, with an ellipsis where it would be wider than so many pixels."""
    longest = 2 * int(most)  # as many characters as pixels, and as many marks that have no width
    line = " ".join(text[: longest + 1].split())
    if len(text) <= longest and text_width(line, size) <= most:
        return line
    left, kept = most - size, 0
    for character in line:
        left -= size * _part(character)
        if left < 0 or kept >= most:
            break
        kept += 1
    return f"{line[:kept].rstrip()}…"


def break_lines(words: Sequence[str], most: float, size: float = SIZE, between: str = " ") -> list[list[int]]:
    """Return the numbers of the words on each line of so many pixels; `between` stands between two of them."""
    found: list[list[int]] = []
    left = 0.0
    for number, word in enumerate(words):
        needed = text_width(word + between, size)
        if not found or needed > left:
            found.append([])
            left = most
        found[-1].append(number)
        left -= needed
    return found


def wrap(text: str, wide: float, size: float = SIZE, most: int = 20) -> list[str]:
    """Return a text on at most so many lines of a width; longer words are broken, what does not fit is left out."""
    start = text[: most * int(wide)]
    words = [piece for word in start.split() for piece in _pieces(word, wide, size)]
    found = [" ".join(words[number] for number in line) for line in break_lines(words, wide - size, size)]
    if len(found) > most or len(start) < len(text):
        found[most - 1 :] = [cut(f"{' '.join(found[most - 1 : most + 1])} …", wide, size)]
    return found


def _pieces(word: str, wide: float, size: float) -> list[str]:
    """Return a word in pieces that are no wider than a line."""
    pieces, left = [""], wide - size
    for character in word:
        left -= size * _part(character)
        if left < 0 and pieces[-1]:
            pieces.append("")
            left = wide - size * (1 + _part(character))
        pieces[-1] += character
    return pieces
