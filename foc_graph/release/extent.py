"""The extent of a release: what a workspace describes, and of what it shares with others only what that uses."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

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
    """Give the quads of graphs, of the shared ones those of things that are used.

    A thing is used if something else names it that is used or that the workspace describes itself, or if it is a part
    of a thing that is used, such as an identifier: its IRI continues that of the whole. The vocabulary is used whole,
    with its mappings.
    """
    shared = set(shared_graphs(graphs, base))
    derived = ox.NamedNode(f"{base}graph/derived")
    described: defaultdict[str, list[ox.Quad]] = defaultdict(list)
    for graph in shared:
        for quad in read(graph):
            if name := _name(quad.subject):
                described[name].append(quad)
    own = [graph for graph in graphs if graph not in shared and graph not in (derived, _VOCABULARY)]
    beginnings = {_name(quad.object) for graph in own for quad in read(graph) if _is_shared(quad.object)}
    used = _closure(beginnings | {_name(quad.subject) for quad in read(_VOCABULARY)}, described)
    kept = {quad.graph_name for name in used for quad in described.get(name, ())}
    for name in used | {_name(graph) for graph in kept}:
        yield from described.get(name, ())
    for graph in graphs:
        if graph == derived:
            yield from (quad for quad in read(graph) if _is_of(quad.subject, used) and _is_of(quad.object, used))
        elif graph not in shared:
            yield from read(graph)


def _closure(beginnings: Iterable[str], described: Mapping[str, Iterable[ox.Quad]]) -> set[str]:
    """Return these things, what their descriptions name, the parts of all of them, and so on."""
    known = sorted(described)
    used: set[str] = {""}
    waiting = list(beginnings)
    while waiting:
        thing = waiting.pop()
        if thing in used:
            continue
        used.add(thing)
        waiting += (name for quad in described.get(thing, ()) if (name := _name(quad.object)) in described)
        for part in range(bisect_left(known, f"{thing}/"), len(known)):
            if not known[part].startswith(f"{thing}/"):
                break
            waiting.append(known[part])
    return used


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _is_shared(term: object) -> bool:
    return _name(term).startswith(f"{BASE}id/")


def _is_of(term: object, things: set[str]) -> bool:
    """Whether a term names one of the things, or a part of one, or nothing that is shared."""
    name = _name(term)
    if not _is_shared(term):
        return True
    while len(name) > len(BASE):
        if name in things:
            return True
        name = name.rpartition("/")[0]
    return False
