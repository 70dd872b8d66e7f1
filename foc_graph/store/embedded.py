"""The embedded engine: pyoxigraph, in memory or on disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError
from foc_graph.lexical import check_query
from foc_graph.store.result import Result, Rows, Triples
from foc_graph.terms import PREFIXES

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class EmbeddedStore:
    """A store in this process; the default graph of a query is the union of all, unless graphs are listed."""

    def __init__(
        self, store: ox.Store, default_graphs: Sequence[Graph] | None = None, named_graphs: Sequence[Graph] = ()
    ) -> None:
        self._store = store
        self._dataset: dict[str, Any] = (
            {"use_default_graph_as_union": True}
            if default_graphs is None
            else {"default_graph": list(default_graphs), "named_graphs": list(named_graphs)}
        )

    @classmethod
    def in_memory(cls) -> EmbeddedStore:
        """An empty store that lives as long as the process."""
        return cls(ox.Store())

    @classmethod
    def read_only(cls, path: Path) -> EmbeddedStore:
        """A store on disk that many processes may read at once.

        Raises:
            ServiceError: if it cannot be opened.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except (OSError, RuntimeError) as error:
            raise ServiceError(f"{path}: not a readable store: {error}") from error

    def save(self, path: Path) -> None:
        """Write all quads to a new store on disk.

        Raises:
            ServiceError: if that fails.
        """
        try:
            copy = ox.Store(str(path))
            copy.bulk_extend(self.quads())
            copy.flush()
            del copy  # closes it
        except OSError as error:
            raise ServiceError(f"{path}: the store cannot be written: {error}") from error

    def query(self, text: str) -> Result:
        """Evaluate a SPARQL 1.1 query; the usual prefixes (`terms.PREFIXES`) need not be declared.

        Raises:
            ParseError: if it is not one, is no Unicode text, or is too long or too deeply nested.
            ServiceError: if the store cannot be read.
        """
        check_query(text)
        try:
            result = self._store.query(text, prefixes=PREFIXES, **self._dataset)
            if isinstance(result, ox.QuerySolutions):
                return Rows(result.serialize(format=ox.QueryResultsFormat.JSON) or b"")
            if isinstance(result, ox.QueryBoolean):
                return bool(result)
            return Triples(result)
        except SyntaxError as error:
            raise _parse_error(text, str(error.msg)) from error
        except OSError as error:
            raise ServiceError(f"the store cannot be read: {error}") from error
        except RuntimeError as error:
            raise ParseError("query", None, None, f"cannot be evaluated: {error}") from error

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads."""
        self._store.bulk_extend(quads)

    def holds(self, triple: ox.Triple) -> bool:
        """Whether some graph holds the triple."""
        return (
            next(self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is not None
        )

    def quads(self) -> Iterator[ox.Quad]:
        """All quads."""
        return self._store.quads_for_pattern(None, None, None, None)

    def __len__(self) -> int:
        return len(self._store)


def _parse_error(text: str, message: str) -> ParseError:
    """From Oxigraph's `error at LINE:COLUMN: ...`, which names the last place it reached and every character class."""
    place = re.match(r"error at ([0-9]+):([0-9]+): ", message)
    if place is None:
        return ParseError("query", None, None, " ".join(message.split()))
    line, column = int(place[1]), int(place[2])
    before = text.split("\n")[line - 1][: column - 1]
    problem = f"not a SPARQL 1.1 query at or before the end of {before.strip()[-40:]!r}"
    if "Prefix not found" in message:
        problem += ": a prefix is not declared"
    return ParseError("query", line, column, problem)
