"""Loads of whole graphs into a store on disk or a SPARQL server, where the rules then derive the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from foc_graph import __version__
from foc_graph.errors import ParseError
from foc_graph.load.sources import Source
from foc_graph.workspace.rules import Rule


class Loaded(NamedTuple):
    """The outcome of a load."""

    graphs: dict[str, int]
    """The number of triples by graph: of all graphs of a store on disk, of those that the load put into a server."""
    statements: int
    """How many statements were read, repeated ones included; 0 where only the last step was left to do."""


def key(sources: Sequence[Source], rules: Iterable[Rule]) -> str:
    """Return the key of a load: its sources by name, size and time of change, its rules and the program.

    Raises:
        ParseError: for a source that cannot be read.
    """
    digest = blake2b(__version__.encode(), digest_size=16)
    for source in sources:
        try:
            status = source.path.stat()
        except OSError as error:
            raise ParseError(source.name, None, None, f"cannot be read: {error.strerror}") from error
        file = f"{source.path.resolve()}\0{source.base}\0{source.graph}\0{status.st_size}\0{status.st_mtime_ns}\0"
        digest.update(file.encode(errors="surrogateescape"))
    for rule in rules:
        digest.update(f"{rule.name}\0{rule.text}\0".encode())
    return digest.hexdigest()
