"""A store on disk: a folder with a manifest that names the current RocksDB store.

A load works on a copy aside, which takes the place of the current store at once; a reader never sees half of it. The
folder holds `foc-store.json` (the manifest), `store-1` (the current store, a new number for each load; the one before
stays as long as it is read), `lock`, and while a load runs, or has been stopped, `loading` (the copy, and a journal of
what is in it).
"""

from __future__ import annotations

import json
import os
import re
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple
from zlib import crc32

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError, quoted
from foc_graph.rdf.terms import STANDARD_PREFIXES
from foc_graph.store.embedded import EmbeddedStore

try:
    import fcntl
except ImportError:  # on Windows, where files that are open cannot be removed
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
"""Version of the manifest and of what lies beside it."""

ENGINE = f"pyoxigraph {'.'.join(ox.__version__.split('.')[:2])}"
"""What writes the RocksDB store; another minor version may lay out its tables otherwise."""

_MANIFEST, _NEW_MANIFEST, _LOADING, _LOCK = "foc-store.json", "foc-store.json.new", "loading", "lock"
_READERS = "readers"
_STORE = "store-[0-9]+"
_OURS = re.compile(rf"{_MANIFEST}|{_NEW_MANIFEST}|{_LOADING}|{_LOCK}|{_STORE}")
_ENGINES = re.compile(r"[0-9]+\.(sst|log|blob)|(MANIFEST|OPTIONS)-[0-9]+|IDENTITY|LOCK|LOG.*")
"""The files of a store that was removed in part."""
_AGAIN = "load the data into a new folder with `foc load`"


class _Current(NamedTuple):
    """The current store by the manifest: its folder, and what is known of its files."""

    store: str
    files: dict[str, list[int]]


class StoreFolder:
    """A store on disk by its folder: any number of processes read it, one at a time loads into it."""

    def __init__(self, path: Path, prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> None:
        """Take the folder of the store, and the prefixes that queries need not declare."""
        self.path = path
        self._prefixes = prefixes

    def open(self) -> EmbeddedStore:
        """Open the current store, to be read; it stays as it is, and whole, while loads go on.

        Raises:
            ParameterError: for a folder that is missing or holds no store.
            ServiceError: for a store that is half-written, damaged or of another version, or cannot be read.
        """
        current = self._current()
        while True:
            try:
                return self._read(current)
            except ServiceError:
                if (now := self._current()) == current:
                    raise
                current = now  # a load put another one in its place meanwhile

    @contextmanager
    def aside(self, key: str) -> Iterator[Aside]:
        """Open a copy of the current store, to be changed by one load while all others read on.

        What an earlier load of the same `key` left unfinished is taken up again, unless the current store is another
        since. Without a current store the copy is empty; a folder that is missing is made.

        Raises:
            ParameterError: for a folder that holds other things.
            ServiceError: while another load holds the lock, as `open`, or where the file system fails, as it does when
                the disk is full; the current store is then as it was.
        """
        from filelock import FileLock, Timeout

        names = self._names()
        if not all(_is_ours(self.path / name) for name in names) and _MANIFEST not in names:
            raise ParameterError(f"{self.path}: not empty and not a store (no {_MANIFEST}): name another folder")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / _LOCK, timeout=0):
                current = self._current() if (self.path / _MANIFEST).exists() else None
                if current is not None:
                    self._read(current)
                aside = Aside(self.path, current and current.store, key, self._prefixes)
                try:
                    yield aside
                finally:
                    aside.close()
        except Timeout as error:
            raise ServiceError(f"{self.path}: another load is writing to it: wait until it has finished") from error
        except (OSError, NotImplementedError) as error:
            problem = " ".join(str(error).split())
            advice = "the store is unchanged: fix that, and run the same load again"
            raise ServiceError(f"{self.path}: cannot be written ({problem}); {advice}") from error

    def _names(self) -> list[str]:
        try:
            return [path.name for path in self.path.iterdir()]
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise ParameterError(f"{self.path}: a file, not a folder: name the folder of a store") from error
        except (OSError, ValueError) as error:
            raise ServiceError(f"{self.path}: cannot be read: {error}") from error

    def _current(self) -> _Current:
        """Read the manifest."""
        try:
            content = (self.path / _MANIFEST).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._without_manifest() from error
        except (OSError, ValueError) as error:
            raise ServiceError(f"{self.path / _MANIFEST}: cannot be read: {error}") from error
        try:
            manifest = json.loads(content)
            version = (manifest["format"], manifest["engine"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._damaged(f"{_MANIFEST} is not what a load wrote") from error
        if version != (FORMAT, ENGINE):
            written = f"format {version[0]!r} of {quoted(str(version[1]))}"
            problem = f"the store is in {written}, and this program reads format {FORMAT} of {ENGINE!r}"
            raise ServiceError(f"{self.path}: {problem}: {_AGAIN}")
        current = _Current(manifest.get("store"), manifest.get("files"))
        if (
            content != _serialised(manifest)
            or not (isinstance(current.store, str) and re.fullmatch(_STORE, current.store))
            or not isinstance(current.files, dict)
        ):
            raise self._damaged(f"{_MANIFEST} is not what a load wrote")
        return current

    def _without_manifest(self) -> ParameterError | ServiceError:
        names = self._names()
        if not names or not all(_is_ours(self.path / name) for name in names):
            what = "no such folder" if not self.path.exists() else f"not a store: it has no {_MANIFEST}"
            return ParameterError(f"{self.path}: {what}: `foc load SOURCE --store DIR` creates a store")
        return ServiceError(f"{self.path}: the first load into it was interrupted: run the same `foc load` again")

    def _read(self, current: _Current) -> EmbeddedStore:
        """Open a store whose files are those of the manifest, and hold it: the engine opens tables when needed."""
        folder = self.path / current.store
        try:
            held = hold(folder / _READERS, "rb")
            files = _files(folder)
        except OSError as error:
            raise self._damaged(f"{current.store} cannot be read ({error.strerror})") from error
        for name in sorted(files.keys() | current.files.keys()):
            if files.get(name) != current.files.get(name):
                raise self._damaged(f"{current.store}/{name} is not what a load wrote")
        store = EmbeddedStore.read_only(folder, self._prefixes)
        weakref.finalize(store, held.close)
        return store

    def _damaged(self, problem: str) -> ServiceError:
        return ServiceError(f"{self.path}: the store is damaged: {problem}: {_AGAIN}")


class Aside:
    """A store that a load fills, and the digests of those parts of the load that are in it."""

    store: EmbeddedStore
    """It can be read and changed until `commit`."""

    folder: Path
    """Where the load may keep files of its own, which go with what else was aside."""

    done: set[str]
    """The digests that were marked, also by an earlier load of the same key."""

    def __init__(self, folder: Path, current: str | None, key: str, prefixes: Mapping[str, str]) -> None:
        """Take a folder that is locked; see `StoreFolder.aside`."""
        self._folder, self._current, self._prefixes = folder, current, prefixes
        self.folder = folder / _LOADING
        self._made, self._journal = self.folder / "store", self.folder / "journal"
        self._lock = threading.Lock()
        self._remove_others(_LOADING)
        first = json.dumps({"key": key, "engine": ENGINE, "store": current}).encode() + b"\n"
        if not self._resume(first):
            self._start(first)

    def mark(self, digest: str) -> None:
        """Note that a part is in the store; called from any thread."""
        with self._lock, self._journal.open("ab") as journal:
            journal.write(f"{digest}\n".encode())
            self.done.add(digest)

    def forget(self) -> None:
        """Forget the parts of a load, so that the next one begins anew."""
        self._journal.unlink()

    def commit(self, optimise: bool = False) -> None:
        """Make the store the current one, and remove the one before; `optimise` compacts it first, which takes time.

        Raises:
            OSError: if the file system fails; the store before is then still the current one.
        """
        if optimise:
            self.store.optimise()
        self.store.flush()
        self.close()
        (self._made / _READERS).touch()
        sync(self._made)  # the engine has synced the files in it
        name = f"store-{int(self._current.rpartition('-')[2]) + 1 if self._current else 1}"
        manifest = {"format": FORMAT, "engine": ENGINE, "store": name, "files": _files(self._made)}
        new = self._folder / _NEW_MANIFEST
        new.write_bytes(_serialised(manifest))
        sync(new)
        self._made.rename(self._folder / name)
        sync(self._folder)
        new.replace(self._folder / _MANIFEST)
        sync(self._folder)
        self._current = name
        self._remove_others()

    def close(self) -> None:
        """Release the files of the store."""
        self.store.close()

    def _resume(self, first: bytes) -> bool:
        """Take up what an earlier load left, if it began so, and its store can be opened."""
        with suppress(OSError, RuntimeError):
            content = self._journal.read_bytes()
            if content.startswith(first) and (self._made / "CURRENT").is_file():
                whole = content[: content.rindex(b"\n") + 1]  # the last line may be torn
                os.truncate(self._journal, len(whole))
                self.done = set(whole.decode().splitlines()[1:])
                self.store = EmbeddedStore(ox.Store(str(self._made)), prefixes=self._prefixes)
                return True
        return False

    def _start(self, first: bytes) -> None:
        self._journal.unlink(missing_ok=True)  # first, so that nobody resumes what is half removed
        self._remove_others()
        self.folder.mkdir()
        if self._current is not None:
            ox.Store.read_only(str(self._folder / self._current)).backup(str(self._made))
        self.done = set()
        self.store = EmbeddedStore(ox.Store(str(self._made)), prefixes=self._prefixes)
        self._journal.write_bytes(first)

    def _remove_others(self, *kept: str) -> None:
        """Remove what earlier loads left, but for the current store and those that are being read."""
        for path in self._folder.iterdir():
            if path.name in (_LOCK, _MANIFEST, self._current, *kept) or not _is_ours(path):
                continue
            if not path.is_dir():
                path.unlink(missing_ok=True)
            else:
                with suppress(OSError):
                    remove(path / _READERS)


def _is_ours(path: Path) -> bool:
    """Whether a load made a file or folder; a folder is known by what it holds, so that a user's own is left alone."""
    if not _OURS.fullmatch(path.name) or not path.is_dir():
        return _OURS.fullmatch(path.name) is not None
    names = {entry.name for entry in path.iterdir()}
    return not names.isdisjoint(("store", "journal", "CURRENT", _READERS)) or all(map(_ENGINES.fullmatch, names))


def _serialised(manifest: dict[str, Any]) -> bytes:
    """Write a manifest with the CRC-32 of its other fields."""
    fields = {name: value for name, value in manifest.items() if name != "checksum"}
    fields["checksum"] = crc32(json.dumps(fields, sort_keys=True).encode())
    return json.dumps(fields, sort_keys=True, indent=1).encode()


def _files(store: Path) -> dict[str, list[int]]:
    """Return the size of each file that holds a store's state, and the CRC-32 of the few that say which those are."""
    files = {}
    for entry in os.scandir(store):
        if entry.name == "CURRENT" or entry.name.startswith("MANIFEST"):
            files[entry.name] = [entry.stat().st_size, crc32(Path(entry).read_bytes())]
        elif entry.name.endswith((".sst", ".log")):
            files[entry.name] = [entry.stat().st_size]
    return files


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, outlast a loss of power."""
    if os.name == "nt" and path.is_dir():
        return  # Windows keeps names by itself, and opens no folder
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hold(path: Path, mode: Literal["rb", "r+b"]) -> BinaryIO:
    """Open a file that many hold at once for reading, or one alone for writing, as long as it is open.

    Raises:
        BlockingIOError: if others hold it otherwise.
        OSError: if it cannot be opened.
    """
    with ExitStack() as opened:
        file = opened.enter_context(path.open(mode))
        if fcntl is not None:
            fcntl.flock(file, (fcntl.LOCK_SH if mode == "rb" else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        opened.pop_all()
    return file


def remove(held: Path) -> None:
    """Remove the folder of a file that those who read there hold; the file may be missing.

    Raises:
        OSError: if somebody does.
    """
    import shutil

    with ExitStack() as opened:
        if held.exists():
            opened.enter_context(hold(held, "r+b"))
        shutil.rmtree(held.parent, ignore_errors=True)
