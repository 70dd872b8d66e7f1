"""The style sheet of a site: of pages, of what scripts add to them, and of pictures, in one file."""

from __future__ import annotations

import re
from importlib.resources import files

from foc_graph.charts.style import style

NAME = "style.css"
_SHEETS = (NAME, "explore.css")


def style_sheet() -> bytes:
    """The sheets one after the other, without comments and without the white space that only people need."""
    here = files(__package__)
    text = "".join([*(here.joinpath(name).read_text("utf-8") for name in _SHEETS), style()])
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", " ".join(plain.split())).encode()
