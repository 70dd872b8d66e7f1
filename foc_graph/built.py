"""The built graph: files read, rules run, queries parsed; kept in a cache so that the next start only opens it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

try:  # hashlib loads OpenSSL, which takes longer than to hash all the files
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

import pyoxigraph as ox

from foc_graph import __version__
from foc_graph.catalogue.query import StoredQuery
from foc_graph.errors import ServiceError
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.locate import FOLDERS, SETTINGS, Workspace

_KEPT = 8
_MANIFEST = "manifest.json"
_STORE = "store"


class Built(NamedTuple):
    """A workspace's base, its graph with all that is derived, and its stored queries by name."""

    base: str
    store: EmbeddedStore
    queries: dict[str, StoredQuery]


def build(workspace: Workspace) -> Built:
    """Build in memory from the files.

    Raises:
        FocGraphError: for the first file that is wrong.
    """
    from foc_graph.catalogue.reading import read_queries
    from foc_graph.rules import apply_rules, read_rules
    from foc_graph.workspace.dataset import read_dataset

    store = EmbeddedStore.in_memory()
    store.load(read_dataset(workspace))
    apply_rules(store, read_rules(workspace), workspace.derived_graph)
    return Built(workspace.base, store, read_queries(workspace))


def open_built(workspace: Workspace, notify: Callable[[str], None] = lambda message: None) -> Built:
    """Open the cached build of a workspace, or build it and keep it.

    The key is the path and content of every file in the workspace's folders, and the code's version. A cache that is
    damaged is built anew; where none can be written, the graph is built in memory. `notify` is told when a build
    starts.

    Raises:
        FocGraphError: for the first file that is wrong.
    """
    folder = cache_folder() / _key(workspace)
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError, TypeError, ServiceError):
        notify("building the graph (once for this state of the files) ...")
    built = build(workspace)
    try:
        _write(built, folder)
        return _read(folder)
    except (OSError, ServiceError) as error:
        notify(f"the graph is not kept for the next start: {error}")
        return built


def cache_folder() -> Path:
    """The user's cache folder for this program, or what `FOC_CACHE` names.

    Written out, since importing a library for it takes longer than the query (see `benchmarks/cold_query.py`).
    """
    if chosen := os.environ.get("FOC_CACHE"):
        return Path(chosen)
    match sys.platform:
        case "win32":
            caches = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        case "darwin":
            caches = Path.home() / "Library" / "Caches"
        case _:
            caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "foc-graph")


def _key(workspace: Workspace) -> str:
    digest = blake2b(f"{__version__} {ox.__version__}".encode(), digest_size=16)
    for folder in FOLDERS:
        for directory, subdirectories, names in os.walk(workspace.root / folder):
            subdirectories.sort()
            for name in sorted(names):
                path = Path(directory, name)
                content = path.read_bytes()
                digest.update(f"\0{path}\0{len(content)}\0".encode())
                digest.update(content)
    digest.update((workspace.root / SETTINGS).read_bytes())
    return digest.hexdigest()


def _read(folder: Path) -> Built:
    manifest = json.loads((folder / _MANIFEST).read_bytes())
    if _sizes(folder / _STORE) != manifest["sizes"]:
        raise ValueError("files of the store were changed")
    store = EmbeddedStore.read_only(folder / _STORE)
    queries = {name: StoredQuery.from_json(record) for name, record in manifest["queries"].items()}
    return Built(manifest["base"], store, queries)


def _write(built: Built, folder: Path) -> None:
    import shutil
    import tempfile

    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        built.store.save(aside / _STORE)
        queries = {name: query.to_json() for name, query in built.queries.items()}
        manifest = {"base": built.base, "sizes": _sizes(aside / _STORE), "queries": queries}
        (aside / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _prune(folder.parent)


def _sizes(store: Path) -> dict[str, int]:
    return {entry.name: entry.stat().st_size for entry in os.scandir(store) if entry.name.endswith(".sst")}


def _prune(folder: Path) -> None:
    """Remove all but the newest builds."""
    import shutil

    builds = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in builds[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
