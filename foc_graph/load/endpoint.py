"""Loads into a SPARQL server: into graphs aside, which then take the place of those of the same name.

The order makes a load that was stopped at any step go on by itself: a part is noted after it is in, adding twice
changes nothing, and graphs are moved only when all are whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError
from foc_graph.load import Loaded, key
from foc_graph.load.chunks import CHANGED, Part, read_parts
from foc_graph.load.sources import Source
from foc_graph.load.verify import Distinct, Sample
from foc_graph.progress import Track
from foc_graph.rdf.terms import XSD
from foc_graph.store.remote import LOAD, LOADS, STARTED, RemoteStore
from foc_graph.store.results import as_rows
from foc_graph.workspace.rules import Rule, as_update, read_rules, stages
from foc_graph.workspace.settings import Workspace

PART = 2 * 2**20
"""Size of a part, in bytes."""

_BRINGS = ox.NamedNode("urn:foc-graph:brings")
_RUN = ox.NamedNode("urn:foc-graph:run")
_DONE = ox.NamedNode("urn:foc-graph:done")
_LOADED_BY = ox.NamedNode("urn:foc-graph:loadedBy")
_AS_WRITTEN = [ox.Literal("").datatype, ox.Literal("", language="en").datatype, ox.NamedNode(f"{XSD}date")]
_ANY = "{ ?s ?p ?o }"
_STEP = "step: "
_WHOLE, _MOVING, _MOVED = (_STEP + name for name in ("whole", "moving", "moved"))


def load_endpoint(
    store: RemoteStore, sources: Sequence[Source], workspace: Workspace, track: Track, restart: bool = False
) -> Loaded:
    """Load graphs into a server, in place of those of the same name, and run the workspace's rules there.

    A load that was stopped goes on where it was, if it is of the same sources; with `restart`, what any load left is
    dropped first. Rules see the graphs of this load and of earlier ones, not what else the server holds.

    Raises:
        ParseError: for a source that is not well-formed.
        ServiceError: if the server fails, loses statements, or holds an unfinished load of other sources.
    """
    rules = read_rules(workspace)
    load = _Load(store, key(sources, rules))
    load.begin(restart)
    statements = 0
    if _MOVING not in load.done:
        load.bring(source.graph for source in sources if source.graph is not None)
        parts = read_parts(sources, PART, workspace.base, track)
        statements = load.fill(parts, workspace.derived_graph)
        load.derive(rules, workspace.derived_graph, track)
    load.move()
    return Loaded({graph.value: load.count(graph) for graph in sorted(load.brought, key=str)}, statements)


class _Load:
    """A load by its key, and what the server has noted of it."""

    def __init__(self, store: RemoteStore, key: str) -> None:
        self._store, self._load = store, ox.NamedNode(LOAD + key)
        self._whole, self._stage = self._named("whole"), self._named("stage")
        self._run = uuid4().hex
        self._seen: set[str] = set()
        self.done: set[str] = set()
        self.brought: set[ox.NamedNode] = set()

    def begin(self, restart: bool) -> None:
        """Read what an earlier run has done, or note the start."""
        begun = {load: time for load, time in self._noted("?load ?time", f"?load {STARTED} ?time")}
        if restart:
            self._drop(begun)
            begun = {}
        if others := begun.keys() - {self._load.value}:
            problem = f"a load of other sources, begun {min(begun[load] for load in others)}, did not end"
            raise self._store.error(problem, "run that one again, or drop what it left by --restart")
        if not begun:
            time = datetime.now(UTC).isoformat(timespec="seconds")
            self._note([(STARTED, ox.Literal(time, datatype=ox.NamedNode(f"{XSD}dateTime")))])
        self._update(
            f"DELETE WHERE {{ GRAPH {LOADS} {{ {self._load} {_RUN} ?run }} }}",
            f'INSERT DATA {{ GRAPH {LOADS} {{ {self._load} {_RUN} "{self._run}" }} }}',
        )
        self.done = {step for (step,) in self._noted("?step", f"{self._load} {_DONE} ?step")}
        self.brought = self._graphs(f"{self._load} {_BRINGS} ?graph")

    def bring(self, graphs: Iterable[ox.NamedNode]) -> None:
        """Note the graphs that the load will put in place, empty ones too."""
        if new := set(graphs) - self.brought:
            self._note([(_BRINGS, graph) for graph in new])
            self.brought |= new

    def fill(self, parts: Iterable[Part], derived_graph: ox.NamedNode) -> int:
        """Send what is not there yet, compare, and count all statements except those that were derived."""
        sample, distinct = Sample(derived_graph), Distinct()
        try:
            statements = sum(self._send(part, sample, distinct, derived_graph) for part in parts)
            if any(not step.startswith(_STEP) for step in self.done - self._seen):
                raise ParseError("a source", None, None, CHANGED)
        except ParseError:
            self._check_run()
            self._drop([self._load.value])
            raise
        try:
            distinct.compare(lambda graph: self.count(self._aside(graph)), self._store.error)
            sample.compare(lambda graph, triple: self._holds(self._aside(graph), triple), self._store.error)
        except ServiceError:
            self._check_run()
            self._drop([self._load.value])
            raise
        return statements

    def _send(self, part: Part, sample: Sample, distinct: Distinct, derived_graph: ox.NamedNode) -> int:
        sample.take(part)
        graphs: dict[ox.NamedNode, list[ox.Triple]] = {}
        for graph, triple in part.statements():
            if graph != derived_graph:
                graphs.setdefault(graph, []).append(triple)
                distinct.add(graph, triple)
        self._seen.add(part.digest)
        if part.digest not in self.done:
            self.bring(graphs)
            for graph, triples in graphs.items():
                self._store.add(self._aside(graph), triples)
            self._mark(part.digest)
        return sum(map(len, graphs.values()))

    def derive(self, rules: Sequence[Rule], derived_graph: ox.NamedNode, track: Track) -> None:
        """Run rules over what is loaded and what loads before brought, as one graph, stage by stage."""
        if _WHOLE not in self.done:
            self.bring([derived_graph])
            earlier = self._graphs(f"?graph {_LOADED_BY} ?load") - self.brought
            every = [*map(self._aside, self.brought), *earlier]
            self._update(
                f"DROP SILENT GRAPH {self._whole}", *(f"ADD SILENT {graph} TO {self._whole}" for graph in every)
            )
            self._mark(_WHOLE)
        ran = 0
        for number, stage in enumerate(stages(rules)):
            if (name := f"{_STEP}stage {number}") not in self.done:
                self._update(f"DROP SILENT GRAPH {self._stage}")
                for rule in stage:
                    track("deriving", ran, len(rules))
                    self._update(as_update(rule, self._whole, self._stage))
                    ran += 1
                held = f"GRAPH {self._stage} {_ANY} GRAPH {self._whole} {_ANY}"
                self._update(f"DELETE {{ GRAPH {self._stage} {_ANY} }} WHERE {{ {held} }}")
                for graph in (self._aside(derived_graph), self._whole):
                    self._update(f"ADD SILENT {self._stage} TO {graph}")
                self._mark(name)
        self._mark(_MOVING)

    def move(self) -> None:
        """Put all graphs in place, and forget the load.

        The graphs aside are dropped only when all is in place and noted: until then each step can be repeated.
        """
        copies = {graph: self._aside(graph) for graph in self.brought}
        if _MOVED not in self.done:
            counts = {graph: self.count(aside) for graph, aside in copies.items()}
            self._check_run()
            dropped = [f"DROP SILENT GRAPH {graph}" for graph in copies]
            self._update(*dropped, *(f"ADD {aside} TO {graph}" for graph, aside in copies.items() if counts[graph]))
            for graph, sent in counts.items():
                if (found := self.count(graph)) != sent:
                    problem = f"{graph} has {found:,} triples, and {sent:,} were to be there"
                    raise self._store.error(problem, "run the same load again")
            loaded = " ".join(f"{graph} {_LOADED_BY} {self._load} ." for graph in self.brought)
            self._update(f"INSERT DATA {{ GRAPH {LOADS} {{ {loaded} }} }}")
            self._mark(_MOVED)
        for graph in (*copies.values(), self._whole, self._stage):
            self._update(f"DROP SILENT GRAPH {graph}")
        self._update(f"DELETE WHERE {{ GRAPH {LOADS} {{ {self._load} ?p ?o }} }}")

    def count(self, graph: ox.NamedNode) -> int:
        """Count the triples in a graph."""
        rows = as_rows(self._store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))
        return int(next(iter(rows))["n"])

    def _named(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._load.value}:{name}")

    def _aside(self, graph: ox.NamedNode) -> ox.NamedNode:
        """Return the name of the graph in which the load keeps what another will hold."""
        return self._named(f"graph:{quote(graph.value, safe='')}")

    def _holds(self, graph: ox.NamedNode, triple: ox.Triple) -> bool:
        """Whether a graph holds a triple; for numbers and the like, which engines may rewrite, any value counts."""
        innermost = triple.object
        while isinstance(innermost, ox.Triple):
            innermost = innermost.object
        exact = not isinstance(innermost, ox.Literal) or innermost.datatype in _AS_WRITTEN
        pattern = triple if exact else f"{triple.subject} {triple.predicate} ?value"
        return self._store.query(f"ASK {{ GRAPH {graph} {{ {pattern} }} }}") is True

    def _noted(self, columns: str, pattern: str) -> list[tuple[str, ...]]:
        """Read the notes of the server on loads."""
        rows = as_rows(self._store.query(f"SELECT {columns} WHERE {{ GRAPH {LOADS} {{ {pattern} }} }}"))
        return [tuple(map(str, row.values())) for row in rows]

    def _graphs(self, pattern: str) -> set[ox.NamedNode]:
        return {ox.NamedNode(graph) for (graph,) in self._noted("?graph", pattern)}

    def _check_run(self) -> None:
        """Check that no other run of the same load has begun since."""
        if self._noted("?run", f"{self._load} {_RUN} ?run") != [(self._run,)]:
            raise self._store.error("the same load was begun again elsewhere", "let that one end")

    def _mark(self, step: str) -> None:
        self._check_run()
        self._note([(_DONE, ox.Literal(step))])
        self.done.add(step)

    def _note(self, facts: Iterable[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]) -> None:
        said = " ; ".join(f"{predicate} {value}" for predicate, value in facts)
        self._update(f"INSERT DATA {{ GRAPH {LOADS} {{ {self._load} {said} }} }}")

    def _update(self, *operations: str) -> None:
        self._store.update(" ;\n".join(operations))

    def _drop(self, loads: Iterable[str]) -> None:
        """Remove what loads have put aside, and their notes."""
        for graph in self._store.graphs() if loads else ():
            if graph.startswith(tuple(f"{load}:" for load in loads)):
                self._update(f"DROP SILENT GRAPH <{graph}>")
        for load in loads:
            self._update(f"DELETE WHERE {{ GRAPH {LOADS} {{ <{load}> ?p ?o }} }}")
