"""What a page needs to know of a release to answer queries in a browser."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from foc_graph.assets import FOLDER as ASSETS
from foc_graph.assets import PROGRAM
from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.release.dumps import FOLDER as DUMPS
from foc_graph.release.dumps import WHOLE
from foc_graph.release.files import file_below
from foc_graph.site.addresses import ASKED, FOLDERS, PART, TOLD_BY
from foc_graph.site.search import RULES

ABOUT = "engine.json"
"""The file that says it."""

_FILES = {"engine": f"{ASSETS}/{PROGRAM}", "dump": f"{DUMPS}/{WHOLE}.trig.gz", "rules": RULES}


def write_engine(folder: Path, base: str) -> None:
    """Write `engine.json` into the folder of a release, if what answers was built: its files, and names of pages.

    Raises:
        OSError: if it cannot be written.
    """
    if not (folder / _FILES["engine"]).exists():
        return
    about = {
        "base": base,
        "shared": BASE,
        "prefixes": PREFIXES,
        "folders": FOLDERS,
        "part": PART,
        "asked": ASKED,
        "told": TOLD_BY,
        **{name: _describe(folder, path) for name, path in _FILES.items()},
    }
    (folder / ABOUT).write_text(json.dumps(about, separators=(",", ":")) + "\n", encoding="utf-8", newline="\n")


def _describe(folder: Path, path: str) -> dict[str, Any]:
    """Describe a packed file, and what is in it, for some servers unpack it on the way."""
    packed, digest, size = file_below(folder, folder / path), sha256(), 0
    with gzip.open(folder / path) as file:
        while part := file.read(2**20):
            digest.update(part)
            size += len(part)
    unpacked = {"bytes": size, "sha256": digest.hexdigest()}
    return {"path": path, "bytes": packed.size, "sha256": packed.sha256, "unpacked": unpacked}
