"""Pictures as files that stand by themselves: SVG, PNG and HTML."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from markupsafe import Markup

from foc_graph.charts.chart import Picture, environment, standalone
from foc_graph.charts.style import resolved, style
from foc_graph.errors import ParameterError, ServiceError

FORMATS = ("svg", "png", "html")
_ZOOM = 2
"""Pixels of a PNG to one of the picture."""


def rendered(picture: Picture, format: str) -> bytes:
    """The picture as a file: an `svg` or a page of `html` with its style sheet, or a `png` in the light scheme.

    Raises:
        ParameterError: for another format; for `png` where resvg-py is not installed, or there is no font.
    """
    if format == "svg":
        return standalone(picture).encode()
    if format == "html":
        return environment().get_template("page.html").render(picture=picture, sheet=Markup(style())).encode()
    if format == "png":
        return _png(standalone(picture, resolved()))
    raise ParameterError(f"a picture has no format {format!r}: choose {', '.join(FORMATS)}")


def format_of(path: Path) -> str:
    """The format of a file by the ending of its name.

    Raises:
        ParameterError: for an ending that no format has, and for a folder.
    """
    format = path.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise ParameterError(f"{path}: how a picture is written follows from the ending: .{', .'.join(FORMATS)}")
    if path.is_dir():
        raise ParameterError(f"{path}: is a folder; name a file")
    return format


def write(content: bytes, path: Path) -> None:
    """Give a file its content: it is written beside, and then takes its place.

    Raises:
        ServiceError: if that cannot be done.
    """
    aside = None
    try:
        target = path.resolve()
        descriptor, aside = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(aside).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(aside).replace(target)
        aside = None
    except OSError as error:
        raise ServiceError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if aside is not None:
            Path(aside).unlink(missing_ok=True)


def _png(svg: str) -> bytes:
    try:
        import resvg_py
    except ImportError as error:
        raise ParameterError("resvg-py is not installed: pip install 'foc-graph[plot]'") from error
    if not _has_font():
        raise ParameterError("no font is installed with which a PNG could show text: install one, or write an SVG")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_ZOOM))


@cache
def _has_font() -> bool:
    """Whether text can be drawn in a font of pictures: with it, an image differs from one without it."""
    import resvg_py

    def painted(text: str) -> bytes:
        frame = '<svg xmlns="http://www.w3.org/2000/svg" class="picture" width="20" height="20">{}</svg>'
        return bytes(resvg_py.svg_to_bytes(svg_string=frame.format(f"<style>{resolved()}</style>{text}")))

    return painted('<text y="15">x</text>') != painted("")
