"""The cache of built graphs: files read, rules run, queries parsed, so that the next start only opens them."""

from __future__ import annotations

import json
import os
import re
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import pyoxigraph as ox

from foc_graph import __version__
from foc_graph.errors import ServiceError
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.parser import GuardedFile, open_unpacked
from foc_graph.store.disk import hold, remove
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.journal import settle
from foc_graph.workspace.releases import Release
from foc_graph.workspace.settings import Workspace

_KEPT = 8
_READINGS = 3
"""Most times that files are read which are changed meanwhile."""
_MANIFEST = "manifest.json"
_STORE = "store"
_ASIDE = ".building-"


class Built(NamedTuple):
    """The graph of a workspace with all that is derived, and its stored queries by name."""

    store: EmbeddedStore
    queries: dict[str, StoredQuery]


def build(workspace: Workspace) -> Built:
    """Build in memory from the files.

    Raises:
        FocGraphError: for the first file that is wrong.
    """
    from foc_graph.queries.binding import with_choices
    from foc_graph.queries.header import read_queries
    from foc_graph.workspace.dataset import read_dataset
    from foc_graph.workspace.rules import apply_rules, read_rules

    store = EmbeddedStore.in_memory(PREFIXES)
    store.load(read_dataset(workspace))
    apply_rules(store, read_rules(workspace), workspace.derived_graph)
    queries = read_queries(workspace)
    return Built(store, {name: with_choices(query, store) for name, query in queries.items()})


def open_built(workspace: Workspace, notify: Callable[[str], None] = lambda message: None) -> Built:
    """Open the cached build of a workspace, or build it and keep it.

    The key is the path and content of every file in the workspace's folders, and the code's version. A cache that is
    damaged is built anew; where none can be written, or others may write to it, the graph is built in memory. Files
    that are changed while they are read are read again. `notify` is told when a build starts.

    Raises:
        FocGraphError: for the first file that is wrong.
    """
    key = _key(workspace)
    if (cached := _cached(key)) is not None:
        return cached
    notify("building the graph (once for this state of the files) ...")
    for _ in range(_READINGS):
        before, built = key, build(workspace)
        if (key := _key(workspace)) == before:
            break
    else:
        notify("the graph is not kept for the next start: its files are changed again and again")
        return built
    try:
        _write(private_folder() / key, built.queries, lambda path: save(built.store.quads(), path))
    except (OSError, RuntimeError, ServiceError) as error:
        notify(f"the graph is not kept for the next start: {error}")
    return built


def open_release(release: Release, notify: Callable[[str], None] = lambda message: None) -> EmbeddedStore:
    """Open the graph of a release; like that of a workspace, it is read once and kept in the cache.

    Raises:
        ServiceError: if its dump is missing, not listed, or not as it was published.
    """
    from hashlib import blake2b

    about = release.manifest["files"].get(release.dump_name, {})
    key = blake2b(f"release {ox.__version__} {about.get('sha256')}".encode(), digest_size=16).hexdigest()
    if about and (cached := _cached(key)) is not None:
        return cached.store
    notify(f"reading release {release.version} (once) ...")
    dump = release.dump
    try:
        folder = private_folder() / key
        _write(folder, {}, lambda path: _load(EmbeddedStore.in_folder(path, PREFIXES), dump))
        return _read(folder).store
    except (OSError, RuntimeError, ServiceError) as error:
        notify(f"the release is not kept for the next start: {error}")
    store = EmbeddedStore.in_memory(PREFIXES)
    _load(store, dump)
    return store


def _load(store: EmbeddedStore, dump: Path) -> None:
    try:
        with open_unpacked(dump) as file:
            store.bulk_load(GuardedFile(file, str(dump), ox.RdfFormat.N_QUADS), ox.RdfFormat.N_QUADS)
    except (FileNotFoundError, SyntaxError, MemoryError) as error:
        raise ServiceError(f"{dump}: cannot be read: {error}: `foc verify` lists what is damaged") from error
    store.flush()


def cache_folder() -> Path:
    """Return the user's cache folder for this program, or what `FOC_CACHE` names.

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


def private_folder(name: str = "") -> Path:
    """Return the cache folder, or the one of this name in it; one that is missing is made for the user alone.

    Raises:
        ServiceError: if other users own it or may write to it: what is kept there decides what is answered.
        OSError: if it cannot be made.
    """
    folder = cache_folder()
    for one in (folder, folder / name):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_private(one)
    return folder / name


def _check_private(folder: Path) -> None:
    if sys.platform == "win32":  # where folders of a profile are the user's by inheritance
        return
    status = folder.stat()
    if status.st_uid not in (0, os.getuid()) or status.st_mode & 0o022:
        problem = "other users own it or may write to it"
        raise ServiceError(f"{folder}: {problem}: name another folder with FOC_CACHE, or make this one yours alone")


def _key(workspace: Workspace) -> str:
    settle(workspace.root)
    return workspace.digest(f"{__version__} {ox.__version__}")


def _cached(key: str) -> Built | None:
    """Open the graph that is kept under a key; None where it is missing or damaged in any way."""
    try:
        return _read(private_folder() / key)
    except Exception:
        return None


def _read(folder: Path) -> Built:
    """Open a build, and hold it: the engine opens tables when needed."""
    _check_private(folder)
    with ExitStack() as opened:
        held = opened.enter_context(hold(folder / _MANIFEST, "rb"))
        checksum, _, body = held.read().partition(b"\n")
        manifest = json.loads(body)
        if int(checksum) != crc32(body) or manifest["checksums"] != _checksums(folder / _STORE):
            raise ValueError("the cache was changed")
        store = EmbeddedStore.read_only(folder / _STORE, PREFIXES)
        weakref.finalize(store, opened.pop_all().close)
    queries = {name: StoredQuery.from_json(record) for name, record in manifest["queries"].items()}
    return Built(store, queries)


def _write(folder: Path, queries: dict[str, StoredQuery], fill: Callable[[Path], None]) -> None:
    import shutil
    import tempfile

    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder.parent))
    try:
        fill(aside / _STORE)
        records = {name: query.to_json() for name, query in queries.items()}
        manifest = {"checksums": _checksums(aside / _STORE), "queries": records}
        body = json.dumps(manifest).encode()
        (aside / _MANIFEST).write_bytes(b"%d\n%b" % (crc32(body), body))
        if folder.exists():
            remove(folder / _MANIFEST)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _prune(folder.parent)


def _checksums(store: Path) -> dict[str, int]:
    """Compute CRC-32 of the files that hold a store's state: Oxigraph answers from a damaged table without an error."""
    return {
        entry.name: crc32(Path(entry).read_bytes())
        for entry in os.scandir(store)
        if entry.name == "CURRENT" or entry.name.startswith("MANIFEST") or entry.name.endswith((".sst", ".log"))
    }


def _prune(folder: Path) -> None:
    """Remove all but the newest builds and those being read, and what a stopped build left more than an hour ago."""
    import shutil

    builds = [path for path in folder.iterdir() if re.fullmatch("[0-9a-f]{32}", path.name)]
    left = [path for path in folder.glob(f"{_ASIDE}*") if path.stat().st_mtime < time.time() - 3600]
    builds.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in builds[_KEPT:]:
        with suppress(OSError):
            remove(path / _MANIFEST)
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
