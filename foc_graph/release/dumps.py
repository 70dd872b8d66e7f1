"""Dumps of the whole graph, in RDF 1.1 and 1.2, and of each coalition."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile, copyfileobj
from typing import BinaryIO, NamedTuple, cast

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted
from foc_graph.namespaces import BASE, PREFIXES, iri_of, is_slug
from foc_graph.progress import Track, tracked
from foc_graph.rdf.jsonld import write_jsonld
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.rdf_xml import write_xml
from foc_graph.release.files import File
from foc_graph.release.reification import reify
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.addresses import whole
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.releases import HTACCESS

WHOLE, WHOLE_12 = "all", "all.rdf12"
"""Names of the dumps of the whole graph, in RDF 1.1 and in RDF 1.2."""
FOLDER = "dumps"
OF_WHOLE = ("nq", "ttl", "trig", "jsonld", "rdf")
OF_COALITION = ("ttl", "jsonld")
"""The formats of the dumps, by ending: the first two of the whole graph are those of databases and of people."""

_APACHE = Path(__file__).with_name("dumps.htaccess")
"""Rules by which Apache sends a packed dump at its address without `.gz`, unpacked for who does not take gzip."""

_GZIP_LEVEL = 6
_MOST_SORTED = 500_000
"""Most quads that are sorted in memory, where they take 1 kB each: packed they are a third smaller then."""

_LEVELS = {"trig": 9}
"""Pages answer from this dump: readers wait for it."""
_Thing = ox.NamedNode | ox.BlankNode
_NAME_OF = ox.NamedNode(iri_of("coal:nameOf"))


class CoalitionDump(NamedTuple):
    """The contents of the dump of a coalition: the named graph that describes it, its triples, where they are from.

    `graphs` are the named graphs that have them, `languages` the tags of their texts, in order.
    """

    graph: str
    triples: int
    graphs: frozenset[str]
    languages: tuple[str, ...]


def write_dumps(snapshot: Snapshot, folder: Path, track: Track) -> None:
    """Write the dumps of the whole graph of a snapshot below a folder, packed by gzip, and Turtle unpacked too.

    Raises:
        ParameterError: for what RDF/XML cannot express.
        OSError: if they cannot be written.
    """
    target = folder / FOLDER
    target.mkdir()
    ordered = _sort(snapshot.store.quads()) if len(snapshot.store) <= _MOST_SORTED else None
    for ending in tracked(OF_WHOLE, "writing dumps", len(OF_WHOLE), track):
        with _packed(target / f"{WHOLE}.{ending}.gz", _LEVELS.get(ending, _GZIP_LEVEL)) as file:
            if ordered is None:
                write_whole(snapshot.store, file, FORMATS[ending], snapshot.base)
            else:
                _write_quads(ordered, file, FORMATS[ending], snapshot.base)
    with _packed(target / f"{WHOLE_12}.nq.gz") as file:
        reified = reify(snapshot)
        ox.serialize(reified if ordered is None else _sort(reified), file, ox.RdfFormat.N_QUADS)
    _unpack(target / f"{WHOLE}.ttl.gz")
    copyfile(_APACHE, target / HTACCESS)


def write_coalition_dumps(snapshot: Snapshot, folder: Path, track: Track) -> dict[str, CoalitionDump]:
    """Write the dump of each coalition of a snapshot below a folder, packed as the whole, and return what each holds.

    The dump of a coalition stands alone. It holds the things that its graph describes and what names them, and what all
    of these name in turn, with its names: members with their countries, sources, concepts, the vocabulary. What is
    derived of other things leads no further: a member has seats elsewhere, and these are of other coalitions. Only one
    coalition at a time is held in memory.

    Raises:
        ParameterError: for a coalition whose name no file can have.
        OSError: if they cannot be written.
    """
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    coalitions = sorted(coalition_graphs(snapshot).items())
    contents = {}
    for name, graph in tracked(coalitions, "writing dumps of coalitions", len(coalitions), track):
        quads = sorted(coalition_quads(snapshot, graph), key=_by_subject)
        triples = [quad.triple for quad in quads]
        contents[name] = _measure(graph, quads)
        with _packed(target / f"{name}.ttl.gz") as file:
            ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=PREFIXES, base_iri=snapshot.base)
        with _packed(target / f"{name}.jsonld.gz") as file:
            file.write(write_jsonld(triples, PREFIXES, snapshot.base))
        _unpack(target / f"{name}.ttl.gz")
    return contents


def _measure(graph: ox.NamedNode, quads: Sequence[ox.Quad]) -> CoalitionDump:
    literals = {quad.object for quad in quads if isinstance(quad.object, ox.Literal)}
    languages = tuple(sorted({literal.language for literal in literals if literal.language}))
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    return CoalitionDump(graph.value, len({quad.triple for quad in quads}), frozenset(graphs), languages)


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


def write_whole(store: EmbeddedStore, file: BinaryIO, format: ox.RdfFormat, base: str) -> None:
    """Write all that a store holds, one graph after the other where the format has no names for them.

    Where the format can, IRIs are written relative to a base.

    Raises:
        ParameterError: for what RDF/XML cannot express.
        OSError: if it cannot be written.
    """
    if format.supports_datasets:
        store.dump(file, format, base=base)
    elif format == ox.RdfFormat.RDF_XML:
        write_xml(store.quads(), file, PREFIXES)
    else:
        for graph in store.graphs():
            store.dump(file, format, graph, base)


def _write_quads(quads: Sequence[ox.Quad], file: BinaryIO, format: ox.RdfFormat, base: str) -> None:
    if format == ox.RdfFormat.RDF_XML:
        write_xml(quads, file, PREFIXES)
    else:
        said = quads if format.supports_datasets else (quad.triple for quad in quads)
        ox.serialize(said, file, format, prefixes=PREFIXES, base_iri=base)


def _sort(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads in an order in which what is alike is near: gzip looks back no further than 32 kB."""
    return sorted(quads, key=lambda quad: tuple(map(str, (quad.graph_name, quad.subject, quad.predicate, quad.object))))


def coalition_quads(snapshot: Snapshot, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Give the quads in the dump of a coalition, by the named graph that describes it."""
    things = _described_things(snapshot, graph)
    ours = (snapshot.base, BASE)
    for statements in things.values():
        for quad in statements:
            value = quad.object
            if value in things or not isinstance(value, ox.NamedNode) or not value.value.startswith(ours):
                yield quad


def _described_things(snapshot: Snapshot, graph: ox.NamedNode) -> dict[_Thing, list[ox.Quad]]:
    """Return the things in the dump of a coalition, as `write_coalition_dumps` has it, and what is said of them."""
    store, found = snapshot.store, dict[_Thing, list[ox.Quad]]()
    own = {quad.subject for quad in store.matching(None, None, None, graph)}
    waiting: list[object] = [*own]
    while waiting:
        thing = waiting.pop()
        if not isinstance(thing, _Thing) or thing in found:
            continue
        statements = list(store.matching(thing))
        if not statements:
            continue
        found[thing] = statements
        part_of = whole(thing.value)
        is_own = thing in own or (part_of is not None and ox.NamedNode(part_of) in own)
        leading = statements if is_own else [one for one in statements if one.graph_name != snapshot.derived_graph]
        waiting += (one.predicate for one in statements)
        waiting += (one.object for one in leading)
        waiting += (one.subject for one in store.matching(None, None if is_own else _NAME_OF, thing))
    return found


def group_dumps(files: Iterable[File]) -> Mapping[str, list[File]]:
    """Return the dumps among files, by name: a coalition's may have dots, so the endings are cut off from behind."""
    found: defaultdict[str, list[File]] = defaultdict(list)
    for one in files:
        folder, _, name = one.path.partition("/")
        if folder == FOLDER:
            found[name.removesuffix(".gz").rpartition(".")[0]].append(one)
    return found


def _by_subject(quad: ox.Quad) -> str:
    return str(quad.subject)


@contextmanager
def _packed(path: Path, level: int = _GZIP_LEVEL) -> Iterator[BinaryIO]:
    """Open a file to write what gzip packs, which says nothing of when and as what it was packed."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", level, file, mtime=0) as packed:
        yield cast(BinaryIO, packed)


def _unpack(path: Path) -> None:
    """Write what gzip packed into a file beside it: hosts that only send files cannot unpack it for a client."""
    with gzip.open(path) as packed, path.with_suffix("").open("wb") as file:
        copyfileobj(packed, file)
