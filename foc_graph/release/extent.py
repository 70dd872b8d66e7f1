"""The extent of a release: what a workspace describes, and of what it shares with others only what that uses."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from foc_graph.namespaces import BASE

ReadGraph = Callable[[ox.NamedNode], Iterable[ox.Quad]]
"""Gives the quads of a named graph."""

_VOCABULARY = ox.NamedNode(f"{BASE}graph/ontology")


def shared_graphs(graphs: Iterable[ox.NamedNode], base: str) -> list[ox.NamedNode]:
    """List the graphs of data that come from the packaged workspace into one of another base."""
    return [
        graph
        for graph in graphs
        if graph.value.startswith(f"{BASE}graph/") and not graph.value.startswith(base) and graph != _VOCABULARY
    ]


def used_quads(graphs: Iterable[ox.NamedNode], base: str, read: ReadGraph) -> Iterator[ox.Quad]:
    """Give the quads of graphs, of the shared ones those of things that are used, by graph.

    A thing is used if something else names it that is used or that the workspace describes itself, or if it is a part
    of a thing that is used, such as an identifier: its IRI continues that of the whole. The vocabulary is used whole,
    with its mappings.
    """
    shared = set(shared_graphs(graphs, base))
    derived = ox.NamedNode(f"{base}graph/derived")
    vocabulary = {quad.subject.value for quad in read(_VOCABULARY) if isinstance(quad.subject, ox.NamedNode)}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for graph in shared:
        for quad in read(graph):
            if isinstance(quad.subject, ox.NamedNode):
                objects = named[quad.subject.value]
                if isinstance(quad.object, ox.NamedNode):
                    objects.add(quad.object.value)
    own = [graph for graph in graphs if graph not in shared and graph not in (derived, _VOCABULARY)]
    beginnings = {_name(quad.object) for graph in own for quad in read(graph) if _is_shared(quad.object)}
    used = _closure(beginnings | vocabulary, named)
    kept = {quad.graph_name for graph in shared for quad in read(graph) if _name(quad.subject) in used}

    def is_kept(quad: ox.Quad) -> bool:
        if quad.graph_name in shared:
            return _name(quad.subject) in used or quad.subject in kept
        return quad.graph_name != derived or all(
            not _is_shared(term) or _is_of(_name(term), used) for term in (quad.subject, quad.object)
        )

    for graph in graphs:
        yield from filter(is_kept, read(graph))


def _closure(beginnings: Iterable[str], named: dict[str, set[str]]) -> set[str]:
    """Return these things, what they name, the parts of all of them, and so on."""
    known = sorted(named)
    used: set[str] = set()
    waiting = list(beginnings)
    while waiting:
        thing = waiting.pop()
        if thing in used:
            continue
        used.add(thing)
        waiting += (other for other in named.get(thing, ()) if other in named)
        for part in range(bisect_left(known, f"{thing}/"), len(known)):
            if not known[part].startswith(f"{thing}/"):
                break
            waiting.append(known[part])
    return used


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _is_shared(term: object) -> bool:
    return _name(term).startswith(f"{BASE}id/")


def _is_of(name: str, things: set[str]) -> bool:
    """Whether a name is that of one of the things, or of a part of one."""
    while len(name) > len(BASE):
        if name in things:
            return True
        name = name.rpartition("/")[0]
    return False
