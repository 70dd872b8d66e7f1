"""What a page needs to know of a release to answer queries in a browser."""

from __future__ import annotations

import json
from pathlib import Path

from foc_graph.assets import FOLDER as ASSETS
from foc_graph.assets import PROGRAM
from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.release.dumps import FOLDER as DUMPS
from foc_graph.release.dumps import WHOLE
from foc_graph.release.files import file_below
from foc_graph.site.addresses import FOLDERS, PART, TOLD_BY

ABOUT = "engine.json"
"""The file that says it."""

_FILES = {"engine": f"{ASSETS}/{PROGRAM}", "dump": f"{DUMPS}/{WHOLE}.trig.gz"}


def write_engine(folder: Path, base: str) -> None:
    """Write `engine.json` into the folder of a release, if what answers was built: its files, and names of pages.

    Raises:
        OSError: if it cannot be written.
    """
    if not (folder / _FILES["engine"]).exists():
        return
    files = {name: file_below(folder, folder / path) for name, path in _FILES.items()}
    about = {
        "base": base,
        "shared": BASE,
        "prefixes": PREFIXES,
        "folders": FOLDERS,
        "part": PART,
        "told": TOLD_BY,
        **{name: {"path": one.path, "bytes": one.size, "sha256": one.sha256} for name, one in files.items()},
    }
    (folder / ABOUT).write_text(json.dumps(about, separators=(",", ":")) + "\n", encoding="utf-8", newline="\n")
