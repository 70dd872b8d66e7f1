"""Names of the things that results are about."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from foc_graph.terms import PREFIXES
from foc_graph.validation.run import DataGraph

_PROPERTIES = (
    ("skos", "prefLabel"), ("rdfs", "label"), ("foaf", "name"), ("dcterms", "title"), ("schema", "name")
)  # fmt: skip
_AT_ONCE = 500


def labels(graph: DataGraph, nodes: Iterable[ox.NamedNode]) -> dict[str, str]:
    """A name for each thing that has one, by IRI: of the first property above, in English if there is one."""
    order = [ox.NamedNode(PREFIXES[prefix] + name) for prefix, name in _PROPERTIES]
    wanted = sorted({str(node) for node in nodes})
    found: dict[str, tuple[int, int, str]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            f"SELECT DISTINCT ?thing ?property ?label WHERE {{\n"
            f"VALUES ?thing {{ {' '.join(wanted[start : start + _AT_ONCE])} }}\n"
            f"VALUES ?property {{ {' '.join(map(str, order))} }}\n?thing ?property ?label .\n}}"
        )
        for thing, predicate, label in graph.rows(query, ("thing", "property", "label")):
            if (
                isinstance(thing, ox.NamedNode)
                and isinstance(predicate, ox.NamedNode)
                and isinstance(label, ox.Literal)
            ):
                foreign = (label.language or "en").partition("-")[0].lower() != "en"
                rank = (order.index(predicate), int(foreign), label.value)
                found[thing.value] = min(rank, found.get(thing.value, rank))
    return {thing: label for thing, (_, _, label) in found.items()}
