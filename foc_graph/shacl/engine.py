"""Engines: the choice of checks, which run on a data graph side by side, and the report of what they find."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, ServiceError, UnknownNameError, install_command, require
from foc_graph.progress import Track, tracked, untracked
from foc_graph.rdf.memory import check_memory
from foc_graph.rdf.parser import file_triples
from foc_graph.rdf.positions import Positions
from foc_graph.rdf.terms import STANDARD_NAMES, Names, Node, Term, is_iri
from foc_graph.shacl.compiler import Check, checks, focus_nodes, parts_of_data
from foc_graph.shacl.data_graph import DataGraph, EmbeddedGraph
from foc_graph.shacl.dependencies import affected, looks_anywhere
from foc_graph.shacl.lexical_forms import DIR_LANG_STRING
from foc_graph.shacl.path import Inverse, Predicate, predicates
from foc_graph.shacl.plan import (
    Ends,
    HasDatatype,
    Instances,
    Keep,
    Nodes,
    OneOf,
    Properties,
    Select,
    Step,
    Union,
    asks,
)
from foc_graph.shacl.report import NOTHING, Report, Scope, make_report
from foc_graph.shacl.results import Finding, messages
from foc_graph.shacl.shapes import SUBCLASS, TYPE, Shape, local_name, sh, within
from foc_graph.shacl.shapes_reader import LoadedShapes
from foc_graph.shacl.sparql import Subclasses
from foc_graph.store.labels import LABELS, batched, pick_labels
from foc_graph.store.results import Value

Engine = Literal["auto", "sparql", "duckdb", "pyshacl"]

LARGE = 2**23
"""Size of files in bytes from which data are validated in DuckDB, if it is installed, unless an engine is named."""

MAX_JOINED = 500
"""Most shapes whose focus nodes are counted by one query: engines recurse over what is joined."""

_COLUMNS = ("duckdb", "numpy")
"""What validation in DuckDB needs: its functions in Python go by NumPy."""

MAX_CLASSES = 16
"""Most classes below one that are named in a query; with more, the query follows `rdfs:subClassOf` itself."""

MAX_KNOWN = 1000
"""Most classes that are asked for those below them."""


@dataclass(frozen=True)
class Choice:
    """Shapes or constraints, and things, as a person names them; all where none are named.

    `described` are the things of some files, whose blank nodes are checked as well; `changed` are the triples that a
    change added or deleted.
    """

    shapes: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    described: tuple[ox.NamedNode, ...] | None = None
    changed: frozenset[ox.Triple] | None = None


def choose(graph: DataGraph, loaded: LoadedShapes, choice: Choice) -> list[Check]:
    """Choose the checks that are asked for; the graph learns which nodes they are for.

    Raises:
        UnknownNameError: for a shape or thing that does not exist.
    """
    shapes = loaded.shapes
    graph.choose(None)
    if choice.things:
        graph.choose(_find_things(graph, choice, loaded.names))
    elif choice.described is not None:
        graph.choose([*choice.described, *graph.nameless()])
    elif choice.changed is not None and (nodes := _affected(graph, shapes, choice.changed)) is not None:
        predicates = {triple.predicate for triple in choice.changed}
        whole = [shape for shape in shapes if looks_anywhere(shape, predicates)]
        found = list(_all_checks(graph, whole))
        graph.choose(nodes)
        found += _all_checks(graph, [shape for shape in shapes if shape not in whole and _is_for_some(graph, shape)])
        return named_checks(found, loaded, choice.shapes)
    return named_checks(_all_checks(graph, shapes), loaded, choice.shapes)


def _affected(graph: DataGraph, shapes: Iterable[Shape], changed: Collection[ox.Triple]) -> set[Node] | None:
    """Return the nodes that a change may matter for; None where that may be any."""
    if any(triple.predicate == SUBCLASS for triple in changed):
        return None
    nodes = affected(shapes, changed, graph.neighbours)
    can_be_named = graph.knows_blank_nodes or not any(isinstance(node, ox.BlankNode) for node in nodes)
    return nodes if can_be_named else None


def _is_for_some(graph: DataGraph, shape: Shape) -> bool:
    """Whether one of the chosen nodes is a focus node of a shape."""
    return bool(graph.rows(focus_nodes(shape.targets, "this", graph.focus("this")), {}))


def _find_things(graph: DataGraph, choice: Choice, names: Names) -> list[ox.NamedNode]:
    """Find the things that a choice names."""
    found = []
    for name in choice.things:
        candidates = (ox.NamedNode(iri) for iri in names.candidates(name) if is_iri(iri))
        thing = next(filter(graph.mentions, candidates), None)
        if thing is None:
            raise UnknownNameError("thing", name, ())
        found.append(thing)
    return found


def _all_checks(graph: DataGraph, shapes: Iterable[Shape]) -> Iterator[Check]:
    """Give the checks of all shapes, for the chosen nodes where some were chosen."""
    return (check for shape in shapes for check in checks(shape, graph.focus))


def named_checks(found: Iterable[Check], loaded: LoadedShapes, names: Collection[str]) -> list[Check]:
    """Select the checks that belong to shapes or constraints with these names: IRI, CURIE or what follows the last `/`.

    Raises:
        UnknownNameError: for a name that none has.
    """
    if not names:
        return list(found)
    known = {name for shape in loaded.shapes for check in checks(shape) for name in check.names}
    wanted = set()
    for name in names:
        matching = {iri for iri in known if iri == loaded.names.expand(name) or re.split("[/#]", iri)[-1] == name}
        if not matching:
            raise UnknownNameError("shape", name, [re.split("[/#]", iri)[-1] for iri in known])
        wanted |= matching
    return [check for check in found if wanted & check.names]


def judge(graph: DataGraph, loaded: LoadedShapes, choice: Choice, track: Track) -> Report:
    """Validate a data graph.

    Raises:
        ParseError: for a query that the graph does not accept.
        ServiceError: if what holds the graph fails.
        UnknownNameError: for a shape or thing that does not exist.
    """
    _check_data(graph, loaded)
    wanted = choose(graph, loaded, choice)
    return _report(graph, run(graph, wanted, track, loaded.names), loaded, _scope(graph, wanted, loaded))


def _scope(graph: DataGraph, wanted: Iterable[Check], loaded: LoadedShapes) -> Scope:
    """Count the shapes of some checks and their focus nodes; find the targets without any, where all nodes may be."""
    nodes, known = {check.root: check.nodes for check in wanted}, subclasses(graph, wanted)
    if not nodes:
        return NOTHING
    if len(nodes) <= MAX_JOINED:
        number = graph.count(Select(Union(tuple(nodes.values())), ("this",)), known)
    else:
        number = len({row for part in nodes.values() for row in graph.rows(part, known)})
    whole = not loaded.optional and all(
        part == focus_nodes(shape.targets, "this", None) for shape, part in nodes.items()
    )
    return Scope(len(nodes), number, tuple(_unmatched(graph, nodes, known, loaded)) if whole else ())


def _unmatched(graph: DataGraph, shapes: Iterable[Shape], known: Subclasses, loaded: LoadedShapes) -> Iterator[str]:
    """Say which targets nothing in the data matches, and whether a class of it has the name of one that is missed."""
    parts = {part: shape for shape in shapes for part in parts_of_data(shape.targets, "this")}
    missed = [part for part in parts if not graph.count(part, known)]
    kinds = graph.rows(Select(Ends("kind", TYPE, "object"), ("kind",)), {}) if missed else ()
    classes = {_own_name(kind): kind for (kind,) in kinds if isinstance(kind, ox.NamedNode)}
    for part in missed:
        term = part.type if isinstance(part, Instances) else part.predicate
        target = "targetClass" if isinstance(part, Instances) else f"target{part.side.capitalize()}sOf"
        where, name = loaded.graph.position(parts[part].node, sh(target), term) or "shapes", loaded.names.term(term)
        if not isinstance(part, Instances):
            yield f"{where}: nothing in the data has {name}"
        elif other := classes.get(_own_name(term)):
            version = "perhaps the data are of another version of the vocabulary"
            yield f"{where}: nothing in the data is a {name}, but there is {loaded.names.term(other)}: {version}"
        else:
            yield f"{where}: nothing in the data is a {name}"


def _own_name(iri: ox.NamedNode) -> str:
    return re.split("[/#]", iri.value)[-1]


def _check_data(graph: DataGraph, loaded: LoadedShapes) -> None:
    """Refuse what SHACL 1.2 reads in data: links to shapes, marks, and directions where languages are compared."""
    terms = dict.fromkeys(map(sh, ("shape", "incomplete", "incompleteURIStart")), "")
    for predicate, of in (terms | dict.fromkeys(_compared(loaded.shapes), "the direction of text in ")).items():
        values = Ends("value", predicate, "object")
        found = Keep(values, HasDatatype("value", DIR_LANG_STRING)) if of else values
        rows = graph.rows(Step(found, "value", Inverse(Predicate(predicate)), "it"), {})
        for value, node in sorted(rows, key=str)[:1]:
            assert isinstance(node, Term)
            where = graph.locators([node])[0](node.value, predicate.value, value) or "data"
            loaded.graph.unread(node, predicate, f"{of}{loaded.names.term(predicate)} is not supported", where=where)


def _compared(shapes: Iterable[Shape]) -> Iterator[ox.NamedNode]:
    """Give the predicates of the paths whose values `sh:uniqueLang` compares."""
    for shape in shapes:
        if shape.path is not None and any(local_name(one) == "UniqueLang" for one in shape.constraints):
            yield from predicates(shape.path)
        yield from _compared(inner for one in shape.constraints for inner in one.shapes)


def judge_triples(
    files: Sequence[Path],
    triples: Sequence[ox.Triple | ox.Quad],
    positions: Positions,
    loaded: LoadedShapes,
    choice: Choice,
    engine: Engine,
    track: Track,
) -> Report:
    """Validate the triples of files, and others, in an engine.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
        ParameterError: for a choice that the engine does not offer, if it is not installed, or for files that do not
            fit into memory where no engine is named.
        ServiceError: if DuckDB fails.
        UnknownNameError: for a shape or thing that does not exist.
    """
    large = sum(path.stat().st_size for path in files) >= LARGE
    if engine == "duckdb" or (engine == "auto" and large and all(map(find_spec, _COLUMNS))):
        require(*_COLUMNS)
        import duckdb

        from foc_graph.shacl.columnar_graph import ColumnarGraph
        from foc_graph.shacl.triples_table import BeyondColumns

        try:
            with ColumnarGraph(files, triples, loaded.triples, positions) as columns:
                return judge(columns, loaded, choice, track)
        except BeyondColumns:
            if engine == "duckdb":
                raise
        except duckdb.Error as error:
            problem = str(error).partition("\n")[0][:200]
            raise ServiceError(f"DuckDB cannot validate this: {problem}: use --engine sparql") from error
    if engine == "auto":
        check_memory(
            files, f"validate it in DuckDB ({install_command(_COLUMNS)}), or all the same with --engine sparql"
        )
    graph = EmbeddedGraph(positions)
    graph.load(chain(file_triples(files), triples))
    return judge_embedded(graph, loaded, choice, engine, track)


def judge_embedded(
    graph: EmbeddedGraph, loaded: LoadedShapes, choice: Choice, engine: Engine, track: Track = untracked
) -> Report:
    """Validate an embedded graph, by SPARQL or by pySHACL.

    Raises:
        ParameterError: for a choice that the engine does not offer.
        UnknownNameError: for a shape or thing that does not exist.
    """
    if engine == "pyshacl":
        return _judge_with_pyshacl(graph, loaded, choice)
    graph.load_shapes(loaded.triples)
    return judge(graph, loaded, choice, track)


def _judge_with_pyshacl(graph: EmbeddedGraph, loaded: LoadedShapes, choice: Choice) -> Report:
    from foc_graph.shacl.pyshacl_engine import pyshacl_findings

    if choice.shapes or choice.changed is not None:
        raise ParameterError(
            "pySHACL always checks all shapes: leave out --shape and --changed-since, or use another engine"
        )
    _check_data(graph, loaded)
    things = _find_things(graph, choice, loaded.names) or choice.described
    findings = pyshacl_findings(graph.triples(), loaded.triples, things, nameless=not choice.things)
    return _report(graph, findings, loaded, _scope(graph, choose(graph, loaded, choice), loaded))


def _report(graph: DataGraph, findings: Iterable[Finding], loaded: LoadedShapes, scope: Scope) -> Report:
    findings = list(findings)
    labels = _labels(graph, (one.focus for one in findings if isinstance(one.focus, ox.NamedNode)))
    locate, parent = graph.locators(node for one in findings for node in (one.focus, one.value) if node is not None)
    warnings, names = loaded.graph.warnings, loaded.names
    return make_report(findings, locate, lambda iri: labels.get(iri, ""), parent, warnings, names, scope)


def run(
    graph: DataGraph,
    wanted: Sequence[Check],
    track: Track = untracked,
    names: Names = STANDARD_NAMES,
) -> list[Finding]:
    """Find what violates the checks, in their order; messages write IRIs with `names`.

    Raises:
        ParseError: for a query that the store does not accept.
        ServiceError: if the store fails.
    """
    known = subclasses(graph, wanted)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        slowest_first = sorted(range(len(wanted)), key=lambda number: not asks(wanted[number].plan))
        futures = {number: pool.submit(_findings, wanted[number], graph, known, names) for number in slowest_first}
        results = (futures[number].result() for number in range(len(wanted)))
        return [finding for found in tracked(results, "validating", len(wanted), track) for finding in found]
    finally:
        pool.shutdown(cancel_futures=True)


def subclasses(graph: DataGraph, wanted: Iterable[Check]) -> Subclasses:
    """Find the classes below each class of the checks, itself included; not of those with many, or nameless ones.

    They are asked for level by level: not every server can follow a path from several classes at once.
    """
    named = {kind for check in wanted for kind in _classes(check)}
    narrower: dict[Value, list[Value]] = {kind: [] for kind in named}
    level = sorted(named, key=str)
    while level and len(narrower) <= MAX_KNOWN:
        below_them = Step(Nodes("class", tuple(level)), "class", Inverse(Predicate(SUBCLASS)), "below")
        level = []
        for kind, one in graph.rows(below_them, {}):
            narrower[kind].append(one)
            if one not in narrower:
                narrower[one] = []
                level += [one] if isinstance(one, ox.NamedNode) else []
    known: dict[ox.NamedNode, tuple[ox.NamedNode, ...]] = {}
    for kind in named if not level else ():
        below: list[Value] = [kind]
        for one in below:
            below += [other for other in narrower[one] if other not in below]
        classes = tuple(one for one in below if isinstance(one, ox.NamedNode))
        if len(below) <= MAX_CLASSES and len(classes) == len(below):
            known[kind] = classes
    return known


def _classes(check: Check) -> Iterator[ox.NamedNode]:
    yield from check.root.targets.classes
    for constraint in within(check.constraint):
        if local_name(constraint) == "Class":
            yield from (term for term in constraint.terms if isinstance(term, ox.NamedNode))


def _findings(check: Check, graph: DataGraph, subclasses: Subclasses, names: Names) -> list[Finding]:
    try:
        rows = graph.rows(check.plan, subclasses)
    except ParseError as error:
        raise _refused(check, error, names) from error
    found = [_finding(check, dict(zip(check.plan.columns, row, strict=True)), names) for row in rows]
    limit = check.constraint.query.template.limit if check.constraint.query is not None else None
    return found if limit is None else _limited(found, limit)


def _limited(found: list[Finding], limit: int) -> list[Finding]:
    """Keep the first findings of each focus node: `LIMIT` in a constraint counts for one node."""
    counts: Counter[Node] = Counter()
    kept = []
    for one in sorted(found, key=lambda one: str(one.value)):
        counts[one.focus] += 1
        kept += [one] if counts[one.focus] <= limit else []
    return kept


def _finding(check: Check, row: dict[str, Value], names: Names) -> Finding:
    cells: dict[str, Node] = {column: term for column, term in row.items() if term is not None}
    answers = {name: cells[column] for name, column in check.answers if column in cells}
    focus = cells.get(check.focus)
    if focus is None:
        raise ServiceError(
            f"the store answers the query of {names.term(check.shape.node)} without a focus node: do not trust it"
        )
    value = cells.get(check.value) if check.value is not None else None
    query = check.constraint.query
    if query is not None and check.shape.path is None:
        value = answers.get("value", focus)
        answers |= {"this": focus}
    path = cells.get(check.path) if check.path is not None else None
    return Finding(
        focus=focus,
        path=Predicate(path) if isinstance(path, ox.NamedNode) else check.shape.path,
        value=value,
        severity=check.shape.severity,
        component=check.constraint.component,
        shape=check.shape.node,
        constraint=query.node if query is not None and local_name(check.constraint) == "SPARQL" else None,
        messages=messages(check, answers | {"this": focus} | ({"value": value} if value is not None else {}), names),
        arguments=check.constraint.terms,
        shapes=check.constraint.shapes,
    )


def _refused(check: Check, error: ParseError, names: Names) -> ParseError:
    """Refuse a query at the position of its author's part, where that is at fault."""
    query = check.constraint.query
    node = names.term(check.shape.node if query is None else query.node)
    where = (query.position if query is not None else check.shape.position)() or "shapes"
    return ParseError(where, None, None, f"{node}: its query is refused: {error.problem}")


def _labels(graph: DataGraph, nodes: Iterable[ox.NamedNode]) -> dict[str, str]:
    """Find the labels of things, by IRI."""
    properties = OneOf("property", tuple(map(ox.NamedNode, LABELS)))
    found: dict[str, str] = {}
    for iris in batched(node.value for node in nodes):
        things = Nodes("thing", tuple(map(ox.NamedNode, iris)))
        found |= pick_labels(graph.rows(Keep(Properties(things, "thing", "property", "label"), properties), {}))
    return found
