"""Tables that people write, as files."""

from __future__ import annotations

from pathlib import Path

SOURCE = "https://example.org/roster"


def written(folder: Path, text: str, name: str = "table.csv") -> Path:
    """Write a table into a folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
