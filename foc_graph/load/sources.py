"""The sources of a load: files, by the format and compression of their names, each with its named graph."""

from __future__ import annotations

import stat
from collections.abc import Container, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, quoted
from foc_graph.rdf.parser import FORMATS, Readable, decoded, file_iri, files_below
from foc_graph.rdf.terms import is_iri
from foc_graph.sssom.model import MAPPINGS
from foc_graph.workspace.data_files import parse_data
from foc_graph.workspace.settings import CLAIMS, Workspace

LOADED = {
    **{f".{ending}": FORMATS[ending] for ending in ("nq", "trig", "nt", "ttl")},
    **dict.fromkeys((MAPPINGS, CLAIMS), ox.RdfFormat.N_TRIPLES),
}
"""Formats by ending; where a folder has one dump in several, the first of these is read.

What a mapping set or table of claims says is handed on as N-Triples.
"""

COMPRESSIONS = ("", ".gz", ".bz2", ".xz", ".zst")
"""Endings of compressed files, after that of the format; of one dump in several, the first of these is read."""

ENDINGS = tuple(format + compression for format in LOADED for compression in COMPRESSIONS)
"""The endings of the files that can be read, in that order."""

UNKNOWN_FORMAT = (
    "not a known format by its ending: convert it to one of "
    f"{', '.join(LOADED)}, also with {', '.join(COMPRESSIONS[1:])}"
)


class Source(NamedTuple):
    """A file: its name in messages, its format, its compression, and the graph of its triples.

    `graph` is None where the file itself names graphs (N-Quads, TriG). Relative IRIs are resolved against `base`;
    without one, as in a workspace's own files, they are faults. A table of claims is read as one of `workspace`.
    """

    name: str
    path: Path
    format: ox.RdfFormat
    compression: str
    graph: ox.NamedNode | None
    base: str | None = None
    workspace: Workspace | None = None

    def unpacked(self, file: BinaryIO) -> Readable:
        """Open the file uncompressed.

        Raises:
            ParameterError: if what reads this compression is not installed.
            ParseError: for a file that is named as a mapping set or table of claims and is none.
        """
        content = self._uncompressed(file)
        path = self.path.with_name(self.path.name.removesuffix(self.compression))
        if self.workspace is None or not path.name.endswith((MAPPINGS, CLAIMS)):
            return content
        triples = parse_data(self.workspace, path, decoded(content, self.name), self.name)
        return BytesIO(ox.serialize(triples, format=self.format) or b"")

    def _uncompressed(self, file: BinaryIO) -> Readable:
        match self.compression:
            case ".gz":
                import gzip

                return gzip.GzipFile(fileobj=file)
            case ".bz2":
                import bz2

                return bz2.BZ2File(file)
            case ".xz":
                import lzma

                return lzma.LZMAFile(file)
            case ".zst":
                from backports import zstd

                return zstd.ZstdFile(file)
        return file


def find_sources(paths: Iterable[Path], workspace: Workspace, graph: str | None = None) -> list[Source]:
    """List the files to read for paths of files and folders, and the ontology of the workspace, which rules need.

    A file of the workspace brings all files of its graph along, since a graph is loaded as a whole. The triples of
    another file go into `graph`, by default `<base>graph/<name of the file>`. No path: the whole workspace.

    Raises:
        ParseError: for a path that cannot be read, or is no file of a known format.
        ParameterError: for a graph that is not an IRI, or that no file needs.
    """
    if graph is not None and (not is_iri(graph) or graph.startswith("urn:foc-graph:")):
        raise ParameterError(f"{quoted(graph)} is not the IRI of a graph, or is reserved for loads")
    own = {path.resolve(): path for path in workspace.data_files}
    ontology = set(workspace.files("ontology")) & set(own.values())
    given = list(paths)
    wanted = {workspace.graph_name(path) for path in (ontology if given else own.values())}
    others: dict[Path, Source] = {}
    for path in given:
        for found in _files(path, workspace, own):
            if found.resolve() in own:
                wanted.add(workspace.graph_name(own[found.resolve()]))
            elif found.resolve() not in others:
                others[found.resolve()] = _source(found, workspace, graph)
    if graph is not None and not any(source.graph for source in others.values()):
        raise ParameterError("--graph is for triples from outside the workspace, and there are none: leave it out")
    files = [path for path in own.values() if workspace.graph_name(path) in wanted]
    return [
        *(
            Source(
                workspace.name(path),
                path,
                LOADED[_ending(path)],
                "",
                cast("ox.NamedNode", workspace.graph_name(path)),
                workspace=workspace,
            )
            for path in files
        ),
        *others.values(),
    ]


def _files(path: Path, workspace: Workspace, own: Container[Path]) -> Iterator[Path]:
    """Give the files that a path means; `own` are those of the workspace."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ParseError(str(path), None, None, f"cannot be read: {reason}") from error
    if stat.S_ISREG(mode):
        yield path
        return
    if not stat.S_ISDIR(mode):
        raise ParseError(str(path), None, None, "not a regular file: name another")
    if path.resolve() == workspace.root:
        yield from workspace.data_files
        return
    chosen: dict[Path, Path] = {}
    for found in sorted(files_below(path, ENDINGS), key=lambda found: (ENDINGS.index(_ending(found)), found)):
        whole = found if found.resolve() in own else found.with_name(found.name.removesuffix(_ending(found)))
        chosen.setdefault(whole, found)
    if not chosen:
        raise ParseError(str(path), None, None, f"holds no {', '.join(LOADED)} file: name the folder that does")
    yield from sorted(chosen.values())


def source_of(path: Path, workspace: Workspace, base: str) -> Source | None:
    """Return a file as a source of triples of the default graph; None where its ending names no known format."""
    ending = _ending(path)
    if not ending:
        return None
    compression = path.suffix if path.suffix in COMPRESSIONS else ""
    return Source(str(path), path, LOADED[ending.removesuffix(compression)], compression, None, base, workspace)


def _ending(path: Path) -> str:
    """Return the ending that shows the format and compression of a file, or nothing."""
    return next((ending for ending in ENDINGS if path.name.endswith(ending)), "")


def _source(path: Path, workspace: Workspace, graph: str | None) -> Source:
    name = str(path)
    if any("\ud800" <= character <= "\udfff" for character in name):
        raise ParseError(ascii(name), None, None, "a file name that is not UTF-8: rename it")
    source = source_of(path, workspace, file_iri(path))
    if source is None:
        raise ParseError(name, None, None, UNKNOWN_FORMAT)
    if source.format.supports_datasets:
        return source
    chosen = ox.NamedNode(graph or f"{workspace.base}graph/{quote(path.name.removesuffix(_ending(path)))}")
    if chosen in {workspace.derived_graph, *map(workspace.graph_name, workspace.data_files)}:
        raise ParameterError(f"{name} would replace the workspace's graph {chosen}: choose another with --graph")
    return source._replace(graph=chosen)
