"""Of what pages were made, so that a later release makes only those anew that may come out otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.release.diff.snapshot_pair import Delta, Side
from foc_graph.release.incremental import Earlier
from foc_graph.release.site.descriptions import describe, outline
from foc_graph.release.site.view import Reads
from foc_graph.release.snapshot import Snapshot

_CACHED = 100_000


class Trace(NamedTuple):
    """Of what the page of a thing was made, whether search engines are to know it, and whether that is all there was.

    A page with pictures also depends on the answers of queries, and one with further pages lies in more files than
    its own: neither is `lasting`. `whole` and `outlines` are digests of the IRIs in `Reads`, separated by spaces.
    """

    iri: str
    is_listed: bool
    is_lasting: bool
    whole: str
    outlines: str

    @classmethod
    def of(cls, iri: str, is_listed: bool, is_lasting: bool, reads: Reads) -> Trace:
        """The trace of a page for which this was read."""
        digests = (" ".join(map(_digest, sorted(iris))) if is_lasting else "" for iris in reads)
        return cls(iri, is_listed, is_lasting, *digests)


@lru_cache(_CACHED)
def _digest(iri: str) -> str:
    """Two IRIs may share one, which makes a page anew that need not be."""
    return blake2b(iri.encode(), digest_size=8).hexdigest()


def write_traces(path: Path, graphs: Iterable[str], traces: Iterable[Trace]) -> Iterator[Trace]:
    """Write traces as they come, which are given on, after the IRIs of the named graphs."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(sorted(graphs)) + "\n")
        for trace in traces:
            file.write(json.dumps(trace) + "\n")
            yield trace


class _Changed:
    """What is not as it was when earlier pages were made."""

    def __init__(self, snapshot: Snapshot, delta: Delta, graphs: Iterable[str]) -> None:
        """`delta` led to the snapshot from a release whose named graphs were `graphs`."""
        quads = [*delta.quads("A"), *delta.quads("D")]
        after, before = (Side(snapshot.store, snapshot.base, one) for one in (None, delta))
        subjects = {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        outlines = {
            subject.value
            for subject in subjects
            if outline(describe(subject.value, after.quads(subject), snapshot.derived_graph))
            != outline(describe(subject.value, before.quads(subject), snapshot.derived_graph))
        }
        outlines |= set(graphs) ^ {graph.value for graph in snapshot.store.graphs()}
        named = (term for quad in quads for term in (quad.object, quad.graph_name))
        self._named = {term.value for term in named if isinstance(term, ox.NamedNode)}
        self._whole = frozenset(_digest(subject.value) for subject in subjects)
        self._outlines = frozenset(map(_digest, outlines))

    def touches(self, trace: Trace) -> bool:
        """Whether a page may come out otherwise than it did."""
        return (
            not trace.is_lasting
            or trace.iri in self._named
            or not self._whole.isdisjoint(trace.whole.split())
            or not self._outlines.isdisjoint(trace.outlines.split())
        )


def unchanged(snapshot: Snapshot, iris: Iterable[str], earlier: Earlier, delta: Delta) -> Iterator[Trace | None]:
    """For each IRI, in order: the trace of the page that it had, where it would come out the same; or None.

    `delta` led to the snapshot from the earlier release.
    """
    with earlier.traces.open(encoding="utf-8", newline="\n") as file:
        file.readline()
        changed = _Changed(snapshot, delta, json.loads(file.readline()))
        traces = (Trace(*json.loads(line)) for line in file)
        trace = next(traces, None)
        for iri in iris:
            while trace and trace.iri < iri:
                trace = next(traces, None)
            yield trace if trace and trace.iri == iri and not changed.touches(trace) else None
