"""The network of the things that the rows of a stored query join."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import TYPE_CHECKING

import pyoxigraph as ox

from foc_graph.namespaces import COAL, short
from foc_graph.rdf.terms import is_iri
from foc_graph.store.frames import typed_columns
from foc_graph.store.labels import batched, find_labels
from foc_graph.store.network import Edge, Network, Node
from foc_graph.store.results import Rows, Value, as_rows, plain_text

if TYPE_CHECKING:
    from foc_graph.graph import Graph
    from foc_graph.queries.binding import Bound


def make_network(graph: Graph, bound: Bound, rows: Rows) -> Network:
    """Return what the rows of a query join, by the `network` of its header and the parameters that were given.

    A row joins each thing of one end with each of the other; one whose weight is 0 joins none, but its things are
    there. All other columns are cells of its edges.
    """
    query = bound.query
    ends = [_ends(bound, rows, query.network[end]) for end in ("from", "to")]
    weight = query.network.get("weight")
    left_out = {*query.network.values(), *query.renamed}
    columns = {column.name: column for column in typed_columns(rows, {name: name for name in rows.columns})}
    cells = {name: column for name, column in columns.items() if name not in left_out}
    iris: dict[str, None] = {}
    edges = []
    for number, (firsts, seconds) in enumerate(zip(*ends, strict=True)):
        iris |= dict.fromkeys([*firsts, *seconds])
        weighs = columns[weight].values[number] if weight else None
        if weighs == 0:
            continue
        told = {name: column.values[number] for name, column in cells.items()}
        edges += [Edge(pair, weighs, told) for pair in product(firsts, seconds)]
    labels, kinds = find_labels(graph.store, iris), _kinds(graph, iris)
    nodes = [Node(iri, labels.get(iri) or short(iri, graph.base), kinds.get(iri, "")) for iri in iris]
    return Network(nodes, edges, {name: column.type for name, column in cells.items()})


def _ends(bound: Bound, rows: Rows, end: str) -> list[list[str]]:
    """Return the IRIs at one end of each row."""
    if end in rows.columns:
        return [_iris(row[0]) for row in rows.ordered([end])]
    return [[reading.terms[0].value for reading in bound.readings[end]]] * len(rows)


def _iris(term: Value) -> list[str]:
    """Return the IRI that a cell is, or those that its text lists."""
    return [iri for iri in plain_text(term).split() if is_iri(iri)]


def _kinds(graph: Graph, iris: Collection[str]) -> dict[str, str]:
    """Return the label of the class that each thing is said to be of, one of the vocabulary before others."""
    classes: dict[str, list[str]] = {}
    for things in batched(iris):
        values = " ".join(str(ox.NamedNode(iri)) for iri in things)
        asked = f"""SELECT DISTINCT ?thing ?class WHERE {{
            VALUES ?thing {{ {values} }} ?thing a ?class
            FILTER NOT EXISTS {{ GRAPH {graph.workspace.derived_graph} {{ ?thing a ?class }} }} }}"""
        for row in as_rows(graph.sparql(asked)):
            classes.setdefault(row["thing"], []).append(row["class"])
    chosen = {iri: min(found, key=lambda one: (not one.startswith(COAL), one)) for iri, found in classes.items()}
    labels = find_labels(graph.store, chosen.values())
    return {iri: labels.get(one) or short(one, graph.base) for iri, one in chosen.items()}
