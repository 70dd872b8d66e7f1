"""The YAML at the head of a file; that of a SPARQL file is in `#+` lines, the form that grlc introduced."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader  # of libyaml, five times as fast
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import read_text

MAX_HEADER = 500_000
"""Longest header, in characters; PyYAML takes some seconds for it."""

_KEPT = 256
"""Headers that are kept once read."""

YAML_TYPES = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
"""How a plain scalar tells its type, as PyYAML has it, but for dates, which stay text."""


class _Loader(SafeLoader):
    """YAML of plain values, without aliases; dates stay text, since `2015-05` and `2015-05-04` are both dates here."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            raise yaml.constructor.ConstructorError(None, None, "an alias is not allowed", node.start_mark)
        return super().construct_object(node, deep)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":  # copies what aliases name before anything is constructed
                raise yaml.constructor.ConstructorError(None, None, "a merge key is not allowed", key.start_mark)
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} occurs twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = YAML_TYPES
_PLAIN = ("str", "int", "float", "bool", "null", "seq", "map")
_Loader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.rpartition(":")[2] in _PLAIN
}


class _TextLoader(_Loader):
    """The same, where every plain scalar is text."""


_TextLoader.yaml_implicit_resolvers = {}


def read_header(path: Path, where: str) -> tuple[Mapping[str, Any], str]:
    """Read the header of a SPARQL file, and its text with the header blanked, so that line numbers stay.

    Headers are cached: parsing one takes longer than everything else about a stored query.

    Raises:
        ParseError: if there is no header, or it is too long or not a YAML mapping.
    """
    lines = read_text(path, where).replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    header = _header("\n".join(line[2:].removeprefix(" ") for line in lines[:end]), where)
    if not isinstance(header, dict):
        raise ParseError(where, 1, None, "header: begin the file with lines such as `#+ summary: what it answers`")
    return header, "\n" * end + "\n".join(lines[end:])


@lru_cache(_KEPT)
def _header(text: str, where: str) -> Any:
    return _read(text, where, _Loader)


def read_texts(text: str, where: str) -> Any:
    """Read the YAML at the head of a file, every scalar as it is written.

    Raises:
        ParseError: if it is too long, or at the line of a fault.
    """
    return _read(text, where, _TextLoader)


def _read(text: str, where: str, loader: type[_Loader]) -> Any:
    if len(text) > MAX_HEADER:
        raise ParseError(where, 1, None, f"header: more than {MAX_HEADER:,} characters: leave out what is not needed")
    try:
        return yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ParseError(where, line, None, f"header: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ParseError(where, 1, None, f"header: not YAML: {' '.join(str(error).split())}") from error
