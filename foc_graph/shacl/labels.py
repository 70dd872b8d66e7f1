"""Names of the things that results are about."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.shacl.data_graph import DataGraph
from foc_graph.shacl.plan import Keep, Nodes, OneOf, Properties

_PROPERTIES = (
    ("skos", "prefLabel"), ("rdfs", "label"), ("foaf", "name"), ("dcterms", "title"), ("schema", "name")
)  # fmt: skip
_AT_ONCE = 500


def labels(graph: DataGraph, nodes: Iterable[ox.NamedNode]) -> dict[str, str]:
    """A name for each thing that has one, by IRI: of the first property above, in English if there is one."""
    order = tuple(ox.NamedNode(PREFIXES[prefix] + name) for prefix, name in _PROPERTIES)
    wanted = sorted(set(nodes), key=str)
    found: dict[str, tuple[int, int, str]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        things = Nodes("thing", tuple(wanted[start : start + _AT_ONCE]))
        named = Keep(Properties(things, "thing", "property", "label"), OneOf("property", order))
        for thing, predicate, label in graph.rows(named, {}):
            if (
                isinstance(thing, ox.NamedNode)
                and isinstance(predicate, ox.NamedNode)
                and isinstance(label, ox.Literal)
            ):
                foreign = (label.language or "en").partition("-")[0].lower() != "en"
                rank = (order.index(predicate), int(foreign), label.value)
                found[thing.value] = min(rank, found.get(thing.value, rank))
    return {thing: label for thing, (_, _, label) in found.items()}
