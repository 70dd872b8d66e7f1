"""Fragments of SPARQL, `queries/fragments/<name>.sparql`, that several stored queries include."""

from __future__ import annotations

import re
from pathlib import Path

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import read_text

_INCLUDE = re.compile(r"(?m)^([ \t]*)INCLUDE <([a-z][a-z0-9-]*)>[ \t]*$")


def read_source(path: Path, where: str) -> bytes:
    """Return the file of a stored query as it is published: its header, and plain SPARQL.

    Raises:
        ParseError: if it cannot be read, or a fragment is not there.
    """
    return splice(read_text(path, where), path, where).encode()


def splice(text: str, path: Path, where: str, joint: str = "\n") -> str:
    """Return the text of the query in `path` with its fragments in place: plain SPARQL.

    `joint` stands between the lines of a fragment: with a space, the lines of the query keep their numbers.

    Raises:
        ParseError: for a fragment that is not there.
    """
    folder = next((one for one in path.parents if one.name == "queries"), path.parent) / "fragments"

    def read(found: re.Match[str]) -> str:
        fragment = folder / f"{found[2]}.sparql"
        if not fragment.is_file():
            line = text.count("\n", 0, found.start()) + 1
            known = ", ".join(sorted(one.stem for one in folder.glob("*.sparql"))) or "none"
            raise ParseError(where, line, None, f"{found[0].strip()}: no such fragment; there are: {known}")
        lines = read_text(fragment, f"queries/fragments/{fragment.name}").splitlines()
        return joint.join(found[1] + line for line in lines if not line.startswith("#"))

    return _INCLUDE.sub(read, text)
