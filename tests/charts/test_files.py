"""Charts as files, and `foc plot`."""

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from foc_graph.charts import KINDS, chart
from foc_graph.charts.chart import FORMATS, Chart, render, render_svg
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from tests.support.charts import (
    SVG,
    chart_of,
    elements,
    texts,
)
from tests.support.commands import foc
from tests.support.programs import give_up


@pytest.fixture(scope="module")
def drawn(small: Graph) -> Chart:
    return chart_of(small, "joins", coalition="first")


def test_a_standalone_svg_has_all_that_it_needs(drawn: Chart) -> None:
    file = render_svg(drawn)
    root = ET.fromstring(file)
    assert [root.findtext(f"{SVG}{one}") for one in ("title", "desc")] == [drawn.title, drawn.text]
    assert root.get("width") and root.get("height") and elements(file, "rect", "ground")
    assert {text for _, text in drawn.legend} <= set(texts(file))
    assert f"{drawn.title} {drawn.subtitle}" in " ".join(texts(file))
    assert "@media (prefers-color-scheme: dark)" in file and "url(" not in file and "@import" not in file


def need_font() -> None:
    """Skip the test where no usable font is installed that a PNG can show text in."""
    if not chart._has_font():
        give_up("no usable font is installed: apt-get install fonts-dejavu-core")


def test_a_png_has_two_pixels_for_each_of_the_chart_and_shows_text(drawn: Chart) -> None:
    need_font()
    png = render(drawn, "png")
    root = ET.fromstring(render_svg(drawn))
    assert struct.unpack(">II", png[16:24]) == (2 * int(root.get("width", "")), 2 * int(float(root.get("height", ""))))
    textless = drawn._replace(svg=type(drawn.svg)(re.sub(r"<text.*?</text>", "", drawn.svg)))
    assert render(textless, "png") != png


def test_without_a_font_a_png_is_refused(drawn: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    import resvg_py

    paint = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **options: paint(**options, skip_system_fonts=True))
    chart._has_font.cache_clear()
    with pytest.raises(ParameterError, match="no usable font is installed"):
        render(drawn, "png")
    chart._has_font.cache_clear()


@pytest.mark.parametrize("ending", FORMATS)
def test_the_ending_says_what_is_written(ending: str, tmp_path: Path, small_root: Path) -> None:
    if ending == "png":
        need_font()
    target = tmp_path / f"chart.{ending}"
    done = foc("plot", "completeness", "--coalition", "first", "--out", str(target), cwd=small_root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    begins = {"svg": b"<svg ", "png": b"\x89PNG", "html": b"<!doctype html>"}
    assert target.read_bytes().startswith(begins[ending]) and list(tmp_path.iterdir()) == [target]


def test_without_a_file_the_svg_is_printed(drawn: Chart, small_root: Path) -> None:
    done = foc("plot", "joins", "--coalition", "first", cwd=small_root)
    assert (done.returncode, done.stdout.rstrip()) == (0, render_svg(drawn).rstrip())


def test_without_a_name_the_charts_are_listed() -> None:
    done = foc("plot")
    assert done.returncode == 0 and [line.partition(",")[0] for line in done.stdout.splitlines()[1:]] == list(KINDS)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("joins", "--coalition", "first", "--out", "folder.svg"), 2, "is a folder"),
        (("joins", "--coalition", "first", "--out", "none/a.svg"), 3, "cannot be written"),
        (("joins", "--coalition", "idle", "--out", "a.svg"), 0, "nothing to draw"),
        (("composition", "--coalition", "first", "--as-of", "0000"), 2, "'0000' is not a date"),
    ],
)
def test_what_cannot_be_drawn_gets_one_line(
    arguments: tuple[str, ...], code: int, says: str, tmp_path: Path, small_root: Path
) -> None:
    (tmp_path / "folder.svg").mkdir()
    done = foc("plot", *(str(tmp_path / one) if "." in one else one for one in arguments), cwd=small_root)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr and done.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["folder.svg"]
