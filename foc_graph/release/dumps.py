"""Dumps of the whole graph and of each coalition, in six formats, and of the whole in RDF 1.2; plain and compressed."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import file_digest
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted
from foc_graph.namespaces import PREFIXES, is_slug, slug
from foc_graph.progress import Track
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.xml_text import FORBIDDEN
from foc_graph.release.files import File
from foc_graph.release.incremental import Earlier
from foc_graph.release.reification import reify
from foc_graph.release.snapshot import Snapshot
from foc_graph.store.embedded import EmbeddedStore

WHOLE, WHOLE_12 = "all", "all.rdf12"
"""Names of the dumps of the whole graph, in RDF 1.1 and in RDF 1.2."""
FOLDER = "dumps"
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 9
_BLOCK = 2**20
_XML_NAME = re.compile(r"[^\W\d][\w.-]*$")


def write_dumps(snapshot: Snapshot, folder: Path, track: Track, earlier: Earlier | None = None) -> None:
    """Write `dumps/all.*`, `dumps/all.rdf12.*` and `dumps/<coalition>.*` below a folder.

    The dump of a coalition holds its graph, what is derived of the things in it, and all that is said of the agents,
    places, sources and documents that they name. Only one coalition at a time is held in memory. A dump that is
    as it was in an earlier release is not compressed again: its compressed forms are carried over.

    Raises:
        ParameterError: for what RDF/XML cannot express, or a coalition whose name no file can have.
        OSError: if they cannot be written.
    """
    target = folder / FOLDER
    target.mkdir()
    coalitions = coalition_graphs(snapshot)
    total = len(FORMATS) * (len(coalitions) + 1) + 2
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        written = []
        for path in _plain(snapshot, target, coalitions):
            written.append(pool.submit(_compress, path, earlier))
            track("writing dumps", len(written), total)
        for one in written:
            one.result()


def coalition_graphs(snapshot: Snapshot) -> dict[str, ox.NamedNode]:
    """Return the named graphs that describe a coalition, by their name in `graph/<name>`.

    Raises:
        ParameterError: for a name that no file of its own can have.
    """
    start = f"{snapshot.base}graph/"
    found = {}
    for graph in snapshot.store.graphs():
        if graph.value.startswith(start) and snapshot.instances("coal:Coalition", graph):
            name = graph.value[len(start) :]
            if name in (WHOLE, WHOLE_12) or "/" in name or not is_slug(name):
                raise ParameterError(f"{graph}: a dump cannot be named {quoted(name)}: rename the coalition's folder")
            found[name] = graph
    found.pop("derived", None)
    return found


def _plain(snapshot: Snapshot, target: Path, coalitions: dict[str, ox.NamedNode]) -> Iterator[Path]:
    for ending, format in FORMATS.items():
        path = target / f"{WHOLE}.{ending}"
        with path.open("wb") as file:
            write_whole(snapshot.store, file, format)
        yield path
    named, unnamed = (target / f"{WHOLE_12}.{ending}" for ending in ("nq", "ttl"))
    ox.serialize(reify(snapshot), named, ox.RdfFormat.N_QUADS)
    yield named
    ox.serialize((quad.triple for quad in ox.parse(path=named)), unnamed, ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    yield unnamed
    for name, graph in coalitions.items():
        quads = sorted(coalition_quads(snapshot, graph), key=lambda quad: str(quad.subject))
        for ending, format in FORMATS.items():
            path = target / f"{name}.{ending}"
            with path.open("wb") as file:
                if format == ox.RdfFormat.RDF_XML:
                    _write_xml(quads, file)
                else:
                    data = quads if format.supports_datasets else (quad.triple for quad in quads)
                    ox.serialize(data, file, format, prefixes=PREFIXES)
            yield path


def write_whole(store: EmbeddedStore, file: BinaryIO, format: ox.RdfFormat) -> None:
    """Write all that a store holds, one graph after the other where the format has no names for them.

    Raises:
        ParameterError: for what RDF/XML cannot express.
        OSError: if it cannot be written.
    """
    if format.supports_datasets:
        store.dump(file, format)
    elif format == ox.RdfFormat.RDF_XML:
        _write_xml(store.quads(), file)
    else:
        for graph in store.graphs():
            store.dump(file, format, graph)


def coalition_quads(snapshot: Snapshot, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Give the quads in the dump of a coalition, by the named graph that describes it."""
    own = list(snapshot.store.matching(None, None, None, graph))
    subjects = dict.fromkeys(quad.subject for quad in own)
    named = dict.fromkeys(quad.object for quad in own if isinstance(quad.object, ox.NamedNode))
    yield from own
    for subject in subjects:
        yield from snapshot.store.matching(subject, None, None, snapshot.derived_graph)
    for thing in named:
        if thing not in subjects and slug(thing.value, snapshot.base):
            yield from snapshot.store.matching(thing, None, None)


def group_dumps(files: Iterable[File]) -> Mapping[str, list[File]]:
    """Return the dumps among files, by name: a coalition's may have dots, so the endings are cut off from behind."""
    found: defaultdict[str, list[File]] = defaultdict(list)
    for one in files:
        folder, _, name = one.path.partition("/")
        if folder == FOLDER:
            found[name.removesuffix(".gz").removesuffix(".zst").rpartition(".")[0]].append(one)
    return found


class _Returns(RawIOBase):
    """A file of XML in which a carriage return is a reference: a reader would take it for a line feed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, content: Any) -> int:
        self._file.write(content.replace(b"\r", b"&#xD;"))
        return len(content)


def _write_xml(quads: Iterable[ox.Quad], file: BinaryIO) -> None:
    """Write RDF/XML, which cannot express all of RDF (RDF 1.1 XML Syntax, section 9).

    Raises:
        ParameterError: for a property or text that it has no way to write.
    """
    ox.serialize(map(_for_xml, quads), cast(BinaryIO, _Returns(file)), ox.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _for_xml(quad: ox.Quad) -> ox.Triple:
    predicate, value = quad.predicate.value, quad.object
    if not _XML_NAME.search(predicate):
        raise ParameterError(f"{quad.subject}: RDF/XML has no name for {quoted(predicate)}: let it end with letters")
    if isinstance(value, ox.Literal) and FORBIDDEN.search(value.value):
        raise ParameterError(f"{quad.subject}: {quoted(value.value)} holds a character that XML forbids: take it out")
    return quad.triple


def _compress(path: Path, earlier: Earlier | None) -> None:
    from backports import zstd

    names = [f"{path.name}.gz", f"{path.name}.zst"]
    with path.open("rb") as plain:
        same = earlier and earlier.digest(f"{FOLDER}/{path.name}") == file_digest(plain, "sha256").hexdigest()
        if earlier and same and all(earlier.carry(f"{FOLDER}/{name}", path.parent.parent) for name in names):
            return
        gz, zst = map(path.with_name, names)
        plain.seek(0)
        with gz.open("wb") as file, gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed:
            shutil.copyfileobj(plain, packed, _BLOCK)
        plain.seek(0)
        with zstd.open(zst, "wb", level=_ZSTD_LEVEL) as packed:
            shutil.copyfileobj(plain, packed, _BLOCK)
