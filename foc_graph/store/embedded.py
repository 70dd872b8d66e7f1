"""The embedded engine: pyoxigraph, in memory or on disk."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError, quoted
from foc_graph.rdf.terms import STANDARD_PREFIXES
from foc_graph.sparql.limits import check_query
from foc_graph.sparql.syntax import names_dataset
from foc_graph.sparql.tokens import position, tokens
from foc_graph.store.results import Result, Rows, Triples

if TYPE_CHECKING:
    from foc_graph.rdf.parser import Readable

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class EmbeddedStore:
    """A store in this process; the default graph of a query is the union of all, unless graphs are listed."""

    def __init__(
        self,
        store: ox.Store,
        default_graphs: Sequence[Graph] | None = None,
        named_graphs: Sequence[Graph] = (),
        path: Path | None = None,
        prefixes: Mapping[str, str] = STANDARD_PREFIXES,
    ) -> None:
        """Take a store and the graphs that its default graph merges.

        `path` is its folder, if it is on disk; `prefixes` need not be declared in queries.
        """
        self._store = store
        self._prefixes = dict(prefixes)
        self.path = path
        self._dataset: dict[str, Any] = (
            {"use_default_graph_as_union": True}
            if default_graphs is None
            else {"default_graph": list(default_graphs), "named_graphs": list(named_graphs)}
        )

    @classmethod
    def in_memory(cls, prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> EmbeddedStore:
        """Make an empty store that lives as long as the process."""
        return cls(ox.Store(), prefixes=prefixes)

    @classmethod
    def in_folder(cls, path: Path, prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> EmbeddedStore:
        """Open a store on disk that this process alone reads and writes, or make an empty one.

        Raises:
            ServiceError: if it cannot be opened.
        """
        try:
            return cls(ox.Store(str(path)), path=path, prefixes=prefixes)
        except OSError as error:
            raise ServiceError(f"{path}: not a store that can be written: {error}") from error

    @classmethod
    def read_only(cls, path: Path, prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> EmbeddedStore:
        """Open a store on disk that many processes may read at once.

        Raises:
            ServiceError: if it cannot be opened.
        """
        try:
            return cls(ox.Store.read_only(str(path)), path=path, prefixes=prefixes)
        except (OSError, RuntimeError) as error:
            raise ServiceError(f"{path}: not a readable store: {error}") from error

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Evaluate a SPARQL 1.1 query; the prefixes of the store need not be declared.

        Raises:
            ParseError: if it is not one, is no Unicode text, or is too long or too deeply nested.
            ServiceError: if the store cannot be read, or one of the `services` gives no answer.
        """
        with _told(text, services):
            result = self._ask(text, services)
            if isinstance(result, ox.QuerySolutions):
                return Rows(result)
            if isinstance(result, ox.QueryBoolean):
                return bool(result)
            return Triples(result, self._prefixes)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads."""
        self._store.bulk_extend(quads)

    def add(self, quads: Sequence[ox.Quad]) -> None:
        """Add a few quads, in less time than `load` takes for so few."""
        self._store.extend(quads)

    def bulk_load(
        self,
        content: Readable | bytes,
        format: ox.RdfFormat,
        graph: ox.NamedNode | None = None,
        base: str | None = None,
    ) -> None:
        """Add what a serialisation holds; `graph` is where the triples of one without graph names go.

        Several threads may do so at once. Blank nodes of each call are nodes of their own.

        Raises:
            SyntaxError: if it is not well-formed; what came before the fault may be in the store.
            OSError: if the store cannot be written.
        """
        self._store.bulk_load(input=content, format=format, to_graph=graph, base_iri=base)  # type: ignore[arg-type]

    def remove_graphs(self, graphs: Iterable[ox.NamedNode]) -> None:
        """Remove named graphs and all that they hold."""
        for graph in graphs:
            self._store.remove_graph(graph)

    def construct(self, text: str, file: BinaryIO) -> None:
        """Write the triples of a CONSTRUCT query into a file as N-Triples, some perhaps repeated.

        Raises:
            ParseError: if it is not such a query.
        """
        with _told(text):
            found = self._ask(text)
            if not isinstance(found, ox.QueryTriples):
                raise ParseError("query", None, None, "not a CONSTRUCT query")
            found.serialize(file, ox.RdfFormat.N_TRIPLES)

    def remove_repeated(self, graph: ox.NamedNode) -> None:
        """Remove from a graph the triples that another one holds too: a union counts them twice."""
        others = f"EXISTS {{ ?s ?p ?o }} || EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {graph}) }}"
        twice = f"GRAPH {graph} {{ ?s ?p ?o }} FILTER({others})"
        found = self._store.query(f"SELECT DISTINCT ?s ?p ?o WHERE {{ {twice} }}")
        assert isinstance(found, ox.QuerySolutions)
        for s, p, o in list(found):
            self._store.remove(ox.Quad(s, p, o, graph))

    def _ask(self, text: str, services: Collection[str] = ()) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        check_query(text, services=services)
        dataset = self._dataset
        if "default_graph" not in dataset and names_dataset(text):  # which the union would override
            dataset = {}
        return self._store.query(text, prefixes=self._prefixes, **dataset)

    def flush(self) -> None:
        """Flush all that was written to the disk.

        Raises:
            OSError: if that fails.
        """
        self._store.flush()

    def optimise(self) -> None:
        """Compact the tables on disk, which makes reading quicker; it takes time and disk space.

        Raises:
            OSError: if that fails.
        """
        self._store.optimize()

    def close(self) -> None:
        """Release the files; the store cannot be used after."""
        self.__dict__.pop("_store", None)

    def holds_in(self, graph: ox.NamedNode, triple: ox.Triple) -> bool:
        """Whether a graph holds the triple."""
        return ox.Quad(triple.subject, triple.predicate, triple.object, graph) in self._store

    def has_unnamed(self) -> bool:
        """Whether there are triples that are in no named graph."""
        return next(self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None

    @property
    def folder(self) -> Path:
        """The folder of a store on disk."""
        assert self.path is not None
        return self.path

    def size(self) -> int:
        """Count the bytes that the files of a store on disk take."""
        return sum(entry.stat().st_size for entry in self.folder.iterdir())

    def dump(
        self, file: BinaryIO, format: ox.RdfFormat, graph: ox.NamedNode | None = None, base: str | None = None
    ) -> None:
        """Write all quads, or the triples of one named graph, in the order in which the store keeps them.

        Where the format can, IRIs are written relative to a `base`.

        Raises:
            ValueError: for all quads in a format that has no named graphs.
        """
        self._store.dump(file, format, from_graph=graph, prefixes=self._prefixes, base_iri=base)

    def graphs(self) -> list[ox.NamedNode]:
        """List the named graphs, sorted by IRI."""
        named = (graph for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode))
        return sorted(named, key=lambda graph: graph.value)

    def quads(self) -> Iterator[ox.Quad]:
        """Give all quads."""
        return self.matching()

    def matching(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None = None,
        predicate: ox.NamedNode | None = None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """Give the quads with these terms."""
        return self._store.quads_for_pattern(subject, predicate, object, graph)

    def __len__(self) -> int:
        return len(self._store)


def save(quads: Iterable[ox.Quad], path: Path) -> None:
    """Write quads to a new store on disk.

    Raises:
        ServiceError: if that fails.
    """
    try:
        store = ox.Store(str(path))
        store.bulk_extend(quads)
        store.flush()
        del store  # closes it
    except OSError as error:
        raise ServiceError(f"{path}: the store cannot be written: {error}") from error


@contextmanager
def _told(text: str, services: Collection[str] = ()) -> Iterator[None]:
    """Turn what is wrong with a query, or with the store, into our own errors."""
    try:
        yield
    except SyntaxError as error:
        raise _relative(text) or parse_error(text, str(error.msg)) from error
    except (OSError, RuntimeError) as error:
        if services:
            asked = f"this graph, or one of {', '.join(services)}, gives no answer"
            raise ServiceError(f"{asked}: {quoted(' '.join(str(error).split()))}") from error
        if isinstance(error, OSError) or str(error).startswith("Corruption:"):
            raise ServiceError(f"the store cannot be read: {error}") from error
        raise ParseError("query", None, None, f"cannot be evaluated: {error}") from error


def _relative(text: str) -> ParseError | None:
    """Describe the fault of a query that holds a relative IRI and declares no base."""
    if "BASE" in text.upper():
        return None
    for kind, token, offset in tokens(text):
        if kind == "iri" and ":" not in token:
            problem = f"{quoted(token)} is a relative IRI: write it in full, or declare a BASE"
            return ParseError("query", *position(text, offset), problem)
    return None


def parse_error(text: str, message: str) -> ParseError:
    """Make an error of Oxigraph's `error at LINE:COLUMN: ...`, which names the last position that it reached."""
    position = re.match(r"error at ([0-9]+):([0-9]+): ", message)
    if position is None:
        return ParseError("query", None, None, " ".join(message.split()))
    line, column = int(position[1]), int(position[2])
    before = text.split("\n")[line - 1][: column - 1]
    problem = f"not a SPARQL 1.1 query at or before the end of {before.strip()[-40:]!r}"
    if "Prefix not found" in message:
        problem += ": a prefix is not declared"
    return ParseError("query", line, column, problem)
