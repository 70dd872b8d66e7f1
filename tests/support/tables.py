"""Tables that people write, as files."""

import io
import zipfile
from pathlib import Path

from foc_graph.tabular.table import write_workbook

SOURCE = "https://example.org/roster"


def written(folder: Path, text: str, name: str = "table.csv") -> Path:
    """Write a table into a folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def workbook_with(path: Path, **parts: str | bytes) -> Path:
    """Write a workbook of one cell, with these contents for `sheet`, `workbook`, `styles` or parts of other names."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "workbook": "xl/workbook.xml", "styles": "xl/styles.xml"}
    given = {names.get(name, name): content for name, content in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(write_workbook({"members": (["member"], [["Estonia"]])}))) as plain,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in plain.namelist():
            if name not in given:
                book.writestr(name, plain.read(name))
        for name, content in given.items():
            book.writestr(name, content)
    return path
