"""Where in the files a thing is described: `file:line` of its block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from foc_graph.workspace.reading import read_text

_PREFIX = re.compile(r"@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:<(?P<iri>[^<>\s]*)>|(?P<prefix>[\w.-]*):(?P<local>[\w.%-]*))(?=\s|$)")


def places(files: Iterable[tuple[str, Path]]) -> Callable[[str], str]:
    """A function from the IRI of a thing to `name:line` of the first block about it, or "" where there is none.

    `files` gives the name to show and the path of each Turtle file. A block is a line that starts with the subject,
    as in canonical Turtle.
    """
    found: dict[str, str] = {}
    for name, path in files:
        prefixes: dict[str, str] = {}
        for number, line in enumerate(read_text(path, name).split("\n"), 1):
            if declared := _PREFIX.match(line):
                prefixes[declared[1]] = declared[2]
            elif subject := _SUBJECT.match(line):
                iri = subject["iri"] or prefixes.get(subject["prefix"] or "", "") + (subject["local"] or "")
                found.setdefault(iri, f"{name}:{number}")
    return lambda iri: found.get(iri, "")
