"""SHACL property paths (SHACL section 2.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pyoxigraph as ox

from foc_graph.rdf.terms import curie


@dataclass(frozen=True)
class Predicate:
    """One step along a predicate."""

    iri: ox.NamedNode


@dataclass(frozen=True)
class Inverse:
    """A path, taken backwards."""

    path: Path


@dataclass(frozen=True)
class Sequence:
    """Paths, one after the other."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Any one of several paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Repeat:
    """A path taken any number of times (`*`), at least once (`+`), or at most once (`?`)."""

    path: Path
    times: Literal["*", "+", "?"]


REPEATS: dict[str, Literal["*", "+", "?"]] = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
"""How often a path is taken, by SHACL's property for it."""

Path = Predicate | Inverse | Sequence | Alternative | Repeat


def simple(path: Path | None) -> ox.NamedNode | None:
    """Return the predicate of a path of one forward step, else None."""
    return path.iri if isinstance(path, Predicate) else None


def optional(path: Path) -> bool:
    """Whether a node reaches itself by the path, even one that no triple mentions."""
    match path:
        case Predicate():
            return False
        case Inverse(inner):
            return optional(inner)
        case Sequence(parts):
            return all(map(optional, parts))
        case Alternative(parts):
            return any(map(optional, parts))
        case Repeat(inner, times):
            return times != "+" or optional(inner)


def sparql(path: Path, prefixes: Mapping[str, str] = MappingProxyType({})) -> str:
    """Write a path in SPARQL's syntax (SPARQL 1.1 section 9), its IRIs with these prefixes."""
    match path:
        case Predicate(iri):
            return (curie(iri.value, prefixes) if prefixes else None) or str(iri)
        case Inverse(inner):
            return f"^{_grouped(inner, prefixes)}"
        case Sequence(parts):
            return "/".join(_grouped(part, prefixes) for part in parts)
        case Alternative(parts):
            return "|".join(_grouped(part, prefixes) for part in parts)
        case Repeat(inner, times):
            return f"{_grouped(inner, prefixes)}{times}"


def _grouped(path: Path, prefixes: Mapping[str, str]) -> str:
    text = sparql(path, prefixes)
    return text if isinstance(path, Predicate) else f"({text})"


def forward(path: Path) -> Path:
    """Return the same path with `^` only before predicates."""
    match path:
        case Predicate() | Inverse(Predicate()):
            return path
        case Inverse(Inverse(inner)):
            return forward(inner)
        case Inverse(Sequence(parts)):
            return Sequence(tuple(forward(Inverse(part)) for part in reversed(parts)))
        case Inverse(Alternative(parts)):
            return Alternative(tuple(forward(Inverse(part)) for part in parts))
        case Inverse(Repeat(inner, times)):
            return Repeat(forward(Inverse(inner)), times)
        case Sequence(parts):
            return Sequence(tuple(map(forward, parts)))
        case Alternative(parts):
            return Alternative(tuple(map(forward, parts)))
        case Repeat(inner, times):
            return Repeat(forward(inner), times)
    raise AssertionError(path)


def predicates(path: Path) -> frozenset[ox.NamedNode]:
    """Return the predicates of a path."""
    match path:
        case Predicate(iri):
            return frozenset({iri})
        case Inverse(inner) | Repeat(inner, _):
            return predicates(inner)
        case Sequence(parts) | Alternative(parts):
            return frozenset[ox.NamedNode]().union(*map(predicates, parts))
    raise AssertionError(path)
