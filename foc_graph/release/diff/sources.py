"""What can be compared: a release, a file or folder of RDF, a workspace, or a revision of one in git."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, cast

import pyoxigraph as ox

from foc_graph.cache import build, open_built
from foc_graph.errors import ParameterError, quoted
from foc_graph.load.chunks import Unpacked
from foc_graph.load.sources import COMPRESSIONS, LOADED, Source
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.rdf.parser import GuardedFile, file_iri, files_below, parsing
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.releases import CURRENT, DUMP, MANIFEST, OUT, Release, find_release, is_version
from foc_graph.workspace.revisions import revision
from foc_graph.workspace.settings import SETTINGS, Workspace, find_workspace

_ENDINGS = {format + compression: (format, compression) for format in LOADED for compression in COMPRESSIONS}


class Compared(NamedTuple):
    """A graph in canonical form, the base of its names, and the day to which it stands, or an empty text."""

    lines: Canonical
    base: str
    day: str


def read_compared(name: str, workspace: Path | None, scratch: Path, place: Path) -> Compared:
    """The graph that a name stands for, with what rules derive where it is one of a workspace.

    A path goes before the version of a release in `out`, and that before a revision in git of the workspace. `scratch`
    is an empty folder for what is made of it. Relative IRIs of files are resolved as if the files lay at `place`, so
    that two versions of a file say the same.

    Raises:
        ParameterError: for a name that stands for nothing, or a folder without RDF.
        FocGraphError: for what cannot be read.
    """
    path, lines = Path(name), scratch / "lines"
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    known = is_version(name) or name == CURRENT
    if (path / MANIFEST if exists else OUT / name / MANIFEST if known else Path()).is_file():
        return _release(find_release(name), lines)
    if (path / CURRENT / MANIFEST).is_file():
        raise ParameterError(f"{name}: a folder of releases: name one of them, such as {path / CURRENT}")
    if not exists:
        then = revision(find_workspace(workspace), name, scratch)
        return _workspace(then, build(then).store, lines)
    if (path / SETTINGS).is_file():
        there = find_workspace(path)
        return _workspace(there, open_built(there).store, lines)
    files = files_below(path, tuple(_ENDINGS)) if path.is_dir() else [path]
    if not files:
        kinds = f"a release (it has no {MANIFEST}) nor a workspace ({SETTINGS})"
        raise ParameterError(f"{name}: neither {kinds}, and holds no {', '.join(LOADED)} file: name one of these")
    sources = [_source(file, file_iri(place / file.relative_to(path))) for file in files]
    here = find_workspace(workspace)
    return Compared(_canonical(_read(sources, scratch / "store"), lines), here.base, here.settings.verified)


def load_lines(lines: Canonical, folder: Path) -> EmbeddedStore:
    """A new store in a folder with a graph in canonical form."""
    store = EmbeddedStore.in_folder(folder, PREFIXES)
    with lines.path.open("rb") as file:
        store.bulk_load(file, ox.RdfFormat.N_QUADS)
    return store


def _release(release: Release, lines: Path) -> Compared:
    release.check(DUMP)
    return Compared(canonical(release.dump, lines), release.base, str(release.manifest.get("day", "")))


def _workspace(workspace: Workspace, store: EmbeddedStore, lines: Path) -> Compared:
    return Compared(_canonical(store, lines), workspace.base, workspace.settings.verified)


def _canonical(store: EmbeddedStore, lines: Path) -> Canonical:
    dump = lines.with_name("dump.nq")
    with dump.open("wb") as file:
        store.dump(file, ox.RdfFormat.N_QUADS)
    return canonical(dump, lines)


def _read(sources: list[Source], folder: Path) -> EmbeddedStore:
    store = EmbeddedStore.in_folder(folder, PREFIXES)
    for source in sources:
        with parsing(source.name, source.format), source.path.open("rb") as file:
            content = GuardedFile(Unpacked(source, file, lambda read: None), source.name)
            store.bulk_load(cast("bytes", content), source.format, base=source.base)
    return store


def _source(path: Path, base: str) -> Source:
    ending = next((ending for ending in _ENDINGS if path.name.endswith(ending)), None)
    if ending is None:
        known = f"{', '.join(LOADED)}, also with {', '.join(COMPRESSIONS[1:])}"
        raise ParameterError(f"{quoted(str(path))}: not a known format by its ending: convert it to one of {known}")
    format, compression = _ENDINGS[ending]
    return Source(str(path), path, LOADED[format], compression, None, base)
