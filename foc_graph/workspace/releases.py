"""Releases on disk: a folder for each version, and `current`, a link to the one that is in force."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError, quoted
from foc_graph.rdf.parser import open_unpacked

FORMAT = 1
"""Version of the manifest and of what lies beside it."""

OUT = Path("out")
"""The folder, in the current one, in which releases are looked for by their version."""

MANIFEST, SUMS, CURRENT, LEDGER, DUMP = "manifest.json", "SHA256SUMS", "current", "ledger.csv", "dumps/all.nq.gz"
SIGNATURE = f"{SUMS}.minisig"
REPLACING, LOCK, _BUILDING, _NEW = ".replacing", ".lock", ".building", ".current.new"
LEFT = (_BUILDING, _NEW)
"""Leftovers of a stopped command in a folder of releases."""
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
"""Of Linux (rename(2))."""
HTACCESS = ".htaccess"
SERVED = (HTACCESS, "robots.txt")
"""What a web server reads at the root of what it serves."""
_VERSION = re.compile(r"[0-9]{4}\.(0[1-9]|1[0-2])(\.[1-9][0-9]{0,5})?", re.ASCII)
_NAME = re.compile(r"(?!.*(?:^|/)\.{0,2}(?:/|$))[^\\:\x00-\x1f\x7f]+", re.ASCII)
"""Of a file, relative to the folder of its release: no part of it is empty or leads upwards."""


class Release(NamedTuple):
    """One release: its folder and what its manifest says."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Its calendar version."""
        return str(self.manifest["version"])

    @property
    def previous(self) -> str | None:
        """The version that was current when it was made; its patch leads on from there."""
        previous = self.manifest["previous"]
        return previous and str(previous)

    @property
    def base(self) -> str:
        """The beginning of the IRIs of its things."""
        return str(self.manifest["base"])

    @property
    def day(self) -> str:
        """The day on which its facts were checked, as ISO 8601."""
        return str(self.manifest["day"])

    @property
    def redactions(self) -> list[dict[str, Any]]:
        """When people were taken out of it after it was published, and the hash of its dataset before each time."""
        return list(self.manifest.get("redactions", ()))

    @property
    def omitted(self) -> list[str]:
        """Patterns of the files that it lacks, because what writes them was not installed."""
        return list(self.manifest.get("omitted", ()))

    @property
    def dump(self) -> Path:
        """All that it publishes, as N-Quads, which is known to be as it was published.

        Raises:
            ServiceError: as `check`.
        """
        self.check(self.dump_name)
        return self.file(self.dump_name)

    @property
    def dump_name(self) -> str:
        """The path of that file in the release: the earliest did not pack it."""
        plain = DUMP.removesuffix(".gz")
        return plain if plain in self.manifest["files"] else DUMP

    def quads(self) -> Iterator[ox.Quad]:
        """Give all that it publishes.

        Raises:
            OSError: if its dump cannot be read.
            SyntaxError: if that is no N-Quads.
            ParseError: as `open_unpacked`.
            ServiceError: as `check`.
        """
        with open_unpacked(self.dump) as file:
            yield from ox.parse(file, format=ox.RdfFormat.N_QUADS)

    def names(self, folder: str, ending: str = "") -> list[str]:
        """List the files below a folder with that ending, sorted."""
        names = self.manifest["files"]
        return sorted(name for name in names if name.startswith(f"{folder}/") and name.endswith(ending))

    def file(self, name: str) -> Path:
        """Return the path of one of its files, whether it is there or not.

        Raises:
            ServiceError: for a link or a special file in its place, or in that of a folder: what is behind it was not
                published.
        """
        path = str(self.path)
        for part in name.split("/"):
            path = f"{path}/{part}"
            try:
                mode = os.lstat(path).st_mode
            except OSError:
                break
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise ServiceError(f"{path}: neither a plain file nor a folder: restore it from a copy of the release")
        return self.path / name

    def check(self, *names: str) -> None:
        """Compare files, or all in a folder, with the digests in the manifest: what is built on must be whole.

        Raises:
            ServiceError: for a file that is missing, not as it was published, or there without being listed.
        """
        from hashlib import file_digest

        folders, listed = tuple(f"{name}/" for name in names), self.manifest["files"]
        unlisted = [name for name in names if name not in listed and self.file(name).is_file()]
        for name in (*unlisted, *listed):
            if name in names or name.startswith(folders):
                try:
                    with self.file(name).open("rb") as file:
                        same = name in listed and file_digest(file, "sha256").hexdigest() == listed[name]["sha256"]
                except OSError:
                    same = False
                if not same:
                    raise ServiceError(f"{self.path / name}: not as it was published: restore it from a copy")

    @property
    def dataset_hash(self) -> str:
        """SHA-256 of the canonical N-Quads (RDFC-1.0) of all that it publishes, in hexadecimal digits."""
        return str(self.manifest["dataset"]["sha256"])


def read_release(path: Path) -> Release:
    """Read the release in a folder.

    Raises:
        ParameterError: if there is none.
        ServiceError: if its manifest cannot be read, or is not of a release of this format.
    """
    where = path / MANIFEST
    try:
        if not stat.S_ISREG(where.lstat().st_mode):
            raise ValueError
        manifest = json.loads(where.read_bytes())
        if (format := manifest["format"]) != FORMAT:
            raise ServiceError(f"{where}: a release of format {format!r}, and this program reads {FORMAT}")
        texts = (manifest["version"], manifest["base"], manifest["day"], manifest["dataset"]["sha256"])
        digests = [about["sha256"] for about in manifest["files"].values()]
        if not is_version(manifest["version"]) or not all(isinstance(text, str) for text in (*texts, *digests)):
            raise ValueError
        if not all(map(is_file_name, manifest["files"])):
            raise ValueError
        if not all(isinstance(one, str) and is_version(release) for one, release in manifest["vocabularies"].items()):
            raise ValueError
        date.fromisoformat(manifest["day"])
        if not all(isinstance(one, dict) for one in manifest.get("redactions", ())):
            raise ValueError
        if not all(isinstance(one, str) for one in manifest.get("omitted", ())):
            raise ValueError
        if not (manifest["previous"] is None or is_version(manifest["previous"])) or manifest["dataset"]["quads"] < 0:
            raise ValueError
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ParameterError(f"{path}: not a release: it has no {MANIFEST}") from error
    except OSError as error:
        raise ServiceError(f"{where}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ServiceError(f"{where}: not the manifest of a release: restore the folder, or publish again") from error
    return Release(path, manifest)


def read_published(path: Path, digest: str) -> bytes | None:
    """Return the content of a file of a release; None where it is missing or its SHA-256 digest is another."""
    from hashlib import sha256

    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if sha256(content).hexdigest() == digest else None


def is_file_name(name: str) -> bool:
    """Whether a text can name a file of a release: a path below its folder, with forward slashes."""
    return _NAME.fullmatch(name) is not None


def find_release(name: str | Path) -> Release:
    """Find a release by its folder, or by its version in the folder `OUT`.

    Raises:
        ParameterError: if there is none.
        ServiceError: if its manifest cannot be read.
    """
    path = Path(name)
    return read_release(path) if (path / MANIFEST).is_file() else Releases(OUT).release(str(name))


def is_version(text: str) -> bool:
    """Whether a text is a calendar version: 2026.11, or 2026.11.1 for the second release in a month."""
    return _VERSION.fullmatch(text) is not None


def order(version: str) -> list[int]:
    """Return the key that sorts versions by time."""
    return [int(part) for part in version.split(".")]


class Releases:
    """A folder of releases: any number of programs read it, one at a time publishes into it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def versions(self) -> list[str]:
        """List the versions, the oldest first.

        Raises:
            ParameterError: for a folder with other things in it, or no folder.
            ServiceError: if it cannot be read.
        """
        try:
            names = sorted(entry.name for entry in self.path.iterdir())
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise ParameterError(f"{self.path}: a file, not a folder: name the folder of releases") from error
        except OSError as error:
            raise ServiceError(f"{self.path}: cannot be read: {error.strerror}") from error
        ours = {CURRENT, LEDGER, _BUILDING, REPLACING, _NEW, LOCK, *SERVED}
        for name in names:
            path = self.path / name
            if name not in ours and (not is_version(name) or path.is_symlink() or not (path / MANIFEST).is_file()):
                problem = f"not empty and not a folder of releases ({quoted(name)} is in it)"
                raise ParameterError(f"{self.path}: {problem}: name another folder")
        return sorted((name for name in names if name not in ours), key=order)

    def release(self, version: str) -> Release:
        """Read the release of a version, or of `current`.

        Raises:
            ParameterError: if there is none; the message lists the others.
            ServiceError: if it is damaged.
        """
        versions = self.versions()
        if version == CURRENT:
            version = self._current()
        if version not in versions:
            known = f"there are {', '.join(versions)}" if versions else "there is none yet"
            raise ParameterError(f"{self.path}: no release {quoted(version)}: {known}")
        release = read_release(self.path / version)
        if release.version != version:
            raise ServiceError(f"{release.path / MANIFEST}: of release {release.version}: restore the folder")
        return release

    def stamp(self, version: str) -> tuple[int, int] | None:
        """Return what changes when a release is made anew, as redaction does; None where there is none."""
        if not is_version(version):
            return None
        try:
            about = (self.path / version / MANIFEST).stat()
        except OSError:
            return None
        return about.st_ino, about.st_ctime_ns

    def current(self) -> Release | None:
        """Read the release in force; None before the first."""
        return self.release(CURRENT) if os.path.lexists(self.path / CURRENT) else None

    def switched(self) -> float:
        """Return the second since which the release in force is so; 0 where there is none."""
        try:
            return (self.path / CURRENT).lstat().st_mtime
        except OSError:
            return 0

    def _current(self) -> str:
        """Return the version to which `current` leads."""
        link = self.path / CURRENT
        if not os.path.lexists(link):
            raise ParameterError(
                f"{self.path}: there are no releases in this folder: name another, or publish one with `foc publish`"
            )
        if not link.is_symlink():
            raise ServiceError(f"{link}: not a link to a release: move it away, then `foc rollback OUT --to VERSION`")
        target = str(link.readlink())
        if target not in self.versions():
            raise ServiceError(
                f"{link}: points to {quoted(target)}, which is not a release: `foc rollback OUT --to VERSION`"
            )
        return target

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Open an empty folder aside, in which one process builds a release; what is left there in the end is removed.

        Raises:
            ParameterError: for a folder with other things in it.
            ServiceError: while another process publishes, or where the file system fails, as it does when the disk is
                full; the releases are then as they were, or will be replaced by the next command that writes there.
        """
        import shutil

        from filelock import FileLock, Timeout

        self.versions()
        aside, link = self.path / _BUILDING, self.path / CURRENT
        if os.path.lexists(link) and not link.is_symlink():
            raise ServiceError(f"{link}: not a link to a release: move it away, then `foc rollback OUT --to VERSION`")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / LOCK, timeout=0):
                shutil.rmtree(aside, ignore_errors=True)
                aside.mkdir()
                try:
                    self._complete()
                    yield aside
                finally:
                    shutil.rmtree(aside, ignore_errors=True)
        except Timeout as error:
            raise ServiceError(
                f"{self.path}: another process is publishing there: wait until it has finished"
            ) from error
        except (OSError, NotImplementedError) as error:
            problem = " ".join(str(error).split())
            is_ready = (self.path / REPLACING).exists()
            left = f"`foc redact {self.path}` goes on" if is_ready else "the releases are unchanged"
            raise ServiceError(f"{self.path}: cannot be written ({problem}); {left}") from error

    def add(self, aside: Path, version: str) -> None:
        """Move a release that was built into its place, whole, once all of it is on the disk."""
        _sync()
        aside.rename(self.path / version)
        _sync()

    def replace(self, made: Mapping[str, Path]) -> None:
        """Replace releases of the same versions by those that were made anew aside: all of them, and each whole.

        Where the process dies between two of them, the next one that builds here, and no reader, replaces the rest.
        """
        ready = self.path / _BUILDING / REPLACING
        ready.mkdir()
        for version, aside in made.items():
            aside.rename(ready / version)
        _sync()
        ready.rename(self.path / REPLACING)
        self._complete()

    def complete(self) -> None:
        """Go on with a replacement that was stopped, if there is one, before a command that writes here reads."""
        if (self.path / REPLACING).exists():
            with self.building():
                pass

    def _complete(self) -> None:
        """Replace the releases that are ready for it: those that were redacted once more than the published ones."""
        replacing = self.path / REPLACING
        if not replacing.is_dir() or replacing.is_symlink():
            return
        for made in [path for path in sorted(replacing.iterdir()) if is_version(path.name) and not path.is_symlink()]:
            published = self.path / made.name
            if published.exists() and len(read_release(made).redactions) <= len(read_release(published).redactions):
                continue
            if published.exists() and not _exchange(made, published):
                published.rename(replacing / f"{made.name}.old")
            if not published.exists():
                made.rename(published)
        _sync()
        replacing.rename(self.path / _BUILDING / "replaced")

    def switch(self, version: str) -> None:
        """Make a release the current one, at once for all that read `current`.

        Raises:
            OSError: if the link cannot be made.
        """
        new = self.path / _NEW
        with suppress(FileNotFoundError):
            new.unlink()
        new.symlink_to(version, target_is_directory=True)
        new.replace(self.path / CURRENT)
        if not os.path.lexists(self.path / LEDGER):
            (self.path / LEDGER).symlink_to(f"{CURRENT}/{LEDGER}")
        _sync()

    def roll_back(self, version: str | None = None) -> str:
        """Make another release the current one: that of a version, by default the one from which it was made.

        Raises:
            ParameterError: if there is none.
            ServiceError: if the link cannot be written.
        """
        self.complete()
        wanted = version or self.release(CURRENT).previous
        if wanted is None:
            raise ParameterError(f"{self.path}: {self._current()} is the first release: name another with --to")
        if wanted not in (versions := self.versions()):
            raise ParameterError(f"{self.path}: no release {quoted(wanted)}: there are {', '.join(versions) or 'none'}")
        with self.building():
            self.switch(wanted)
        return wanted


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders at once; False where the system has no way to."""
    import ctypes

    try:
        exchange = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(exchange(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def _sync() -> None:
    """Flush all that was written to the disk."""
    if hasattr(os, "sync"):  # not on Windows
        os.sync()  # one call: a site has tens of thousands of files
