"""A process that answers one public query after another, shut off from everything but a store.

It reads requests from standard input and writes answers to standard output: frames of a kind (one byte), a length (four
bytes, big-endian) and a content. The first says which layers of its confinement are in force (JSON). A request is JSON;
an answer is a head (`rows`, `boolean` or `graph`), then the content in pieces, then an end; or a fault (JSON) at any
time. The parent limits what a query may cost besides memory.
"""

from __future__ import annotations

import json
import math
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.xml_text import Cleaned
from foc_graph.sandbox.confinement import Confinement
from foc_graph.sparql.syntax import names_dataset
from foc_graph.store.results import ROW_FORMATS

READY, HEAD, PIECE, END, FAULT = b"rhpef"

MAX_PIECE = 2**16
"""Most bytes of a piece of an answer, however much is written at once."""


class Limits(NamedTuple):
    """The limits of one query: bytes of its answer, bytes of memory beyond those of the store."""

    answer: int
    memory: int


class _TooLargeError(Exception):
    """The answer is larger than the limit."""


class _EnoughError(Exception):
    """As many pieces of the answer have been sent as were asked for."""


class _Answer:
    """The output of one query, sent on in pieces."""

    def __init__(self, output: BinaryIO, limit: int, pieces: float) -> None:
        self._output, self._limit, self._pieces = output, limit, pieces
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        """Send a part of it, sooner or later."""
        self._limit -= len(content)
        if self._limit < 0:
            raise _TooLargeError
        self._waiting += content
        while len(self._waiting) >= MAX_PIECE:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Send a piece of what waits."""
        if self._waiting:
            if self._pieces == 0:
                raise _EnoughError
            send(self._output, PIECE, bytes(self._waiting[:MAX_PIECE]))
            del self._waiting[:MAX_PIECE]
            self._pieces -= 1


def send(output: BinaryIO, kind: int, content: bytes) -> None:
    """Write one frame."""
    output.write(bytes([kind]) + len(content).to_bytes(4, "big") + content)
    output.flush()


def main() -> None:
    """Serve the store that the first argument names, within the limits of the others."""
    folder, limits = Path(sys.argv[1]), Limits(*map(int, sys.argv[2:]))
    confinement = Confinement(folder)
    store = ox.Store.read_only(str(folder))
    next(iter(store), None)
    layers = confinement.seal(limits.memory)
    source, output = sys.stdin.buffer, sys.stdout.buffer
    send(output, READY, json.dumps(layers._asdict()).encode())
    while length := source.read(4):
        request = json.loads(source.read(int.from_bytes(length, "big")))
        try:
            _answer(store, request, output, limits.answer)
        except _TooLargeError:
            _fault(output, "large", "")
        except SyntaxError as error:
            _fault(output, "syntax", str(error.msg))
        except (ValueError, RuntimeError) as error:
            _fault(output, "evaluation", str(error))
        except (MemoryError, OSError) as error:
            if "RDF 1.2" in str(error):  # of a format that has no triple terms
                _fault(output, "evaluation", f"{error}: ask for Turtle or N-Triples")
            else:
                _fault(output, "memory", "")


def _fault(output: BinaryIO, kind: str, message: str) -> None:
    send(output, FAULT, json.dumps({"kind": kind, "message": message}).encode())


def _answer(store: ox.Store, request: dict[str, Any], output: BinaryIO, limit: int) -> None:
    """Evaluate a query: `query`, `base`, `rows` and `graph` (formats), `default_graphs`, `named_graphs`, `pieces`.

    The last three may be null: as many pieces as there are.
    """
    found = store.query(request["query"], base_iri=request["base"], prefixes=PREFIXES, **_dataset(request))
    answer = _Answer(output, limit, request["pieces"] or math.inf)
    with suppress(_EnoughError):
        if isinstance(found, ox.QueryTriples):
            send(output, HEAD, b"graph")
            ox.serialize(found, _clean(answer, request["graph"]), FORMATS[request["graph"]], prefixes=PREFIXES)
        else:
            send(output, HEAD, b"boolean" if isinstance(found, ox.QueryBoolean) else b"rows")
            found.serialize(_clean(answer, request["rows"]), ROW_FORMATS[request["rows"]])
        answer.flush()
    send(output, END, b"")


def _clean(answer: _Answer, format: str) -> BinaryIO:
    """Return the file for an answer, which leaves out of XML the characters that XML does not have."""
    file = cast(BinaryIO, answer)
    return cast(BinaryIO, Cleaned(file)) if format in ("rdf", "xml") else file


def _dataset(request: dict[str, Any]) -> dict[str, Any]:
    default, named = request["default_graphs"], request["named_graphs"]
    if default is None and named is None:
        return {"use_default_graph_as_union": not names_dataset(request["query"])}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in default or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in named or ()],
    }


if __name__ == "__main__":
    main()
