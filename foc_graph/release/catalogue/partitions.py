"""The classes of a graph, their properties, and the classes and datatypes of the values, as partitions in VoID.

They lie in each other as void-generator writes them (https://github.com/JervenBolleman/void-generator): from them,
programs learn what a graph can be asked. Datatypes are described with the extension http://ldf.fi/void-ext#.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.release.catalogue.description import Description, Values, fragment, number
from foc_graph.store import Store
from foc_graph.store.results import Record, as_rows

_CLASSES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
HAVING (ISIRI(?class))
ORDER BY STR(?class)"""
_PROPERTIES = """SELECT
  ?class ?property (COUNT(*) AS ?triples) (COUNT(DISTINCT ?thing) AS ?subjects) (COUNT(DISTINCT ?value) AS ?objects)
WHERE { SELECT DISTINCT ?class ?thing ?property ?value WHERE { ?thing a ?class ; ?property ?value } }
GROUP BY ?class ?property
HAVING (ISIRI(?class))
ORDER BY STR(?class) STR(?property)"""
_VALUES = """SELECT ?class ?property ?kind (COUNT(*) AS ?triples)
WHERE {
  SELECT DISTINCT ?class ?thing ?property ?value ?kind
  WHERE {
    ?thing a ?class ; ?property ?value .
    %KIND%
  }
}
GROUP BY ?class ?property ?kind
HAVING (ISIRI(?class) && ISIRI(?kind))
ORDER BY STR(?class) STR(?property) STR(?kind)"""


class _Kind(NamedTuple):
    """A way to tell values apart: the pattern that finds their kind, and how VoID says it."""

    pattern: str
    partition: str
    term: str


_KINDS = (
    _Kind("?value a ?kind .", "void:classPartition", "void:class"),
    _Kind("BIND(DATATYPE(?value) AS ?kind)", "void-ext:datatypePartition", "void-ext:datatype"),
)


def add_partitions(out: Description, store: Store, here: str, base: str) -> dict[str, ox.NamedNode]:
    """Describe the class partitions of the graph in a store, and return them by class.

    Args:
        out: what they are added to.
        store: the store.
        here: what their IRIs begin with, before `#`.
        base: the beginning of the IRIs of the graph's own things.

    Raises:
        FocGraphError: if the store cannot be asked.
    """
    values = defaultdict[tuple[str, str], defaultdict[str, list[ox.NamedNode]]](lambda: defaultdict(list))
    for kind in _KINDS:
        for row in as_rows(store.query(_VALUES.replace("%KIND%", kind.pattern))):
            about = f"{_name(here, base, row)}/{fragment(row['kind'], base)}"
            said: dict[str, Values] = {kind.term: ox.NamedNode(row["kind"]), "void:triples": number(row["triples"])}
            values[row["class"], row["property"]][kind.partition].append(out.add(about, "void:Dataset", said))
    properties = defaultdict(list)
    for row in as_rows(store.query(_PROPERTIES)):
        said = {"void:property": ox.NamedNode(row["property"]), **size(row), **values[row["class"], row["property"]]}
        properties[row["class"]].append(out.add(_name(here, base, row), "void:Dataset", said))
    return {
        row["class"]: out.add(
            f"{here}#class/{fragment(row['class'], base)}",
            "void:Dataset",
            {
                "void:class": ox.NamedNode(row["class"]),
                "void:entities": number(row["things"]),
                "void:propertyPartition": properties[row["class"]],
            },
        )
        for row in as_rows(store.query(_CLASSES))
    }


def size(counts: Record) -> dict[str, Values]:
    """State how many triples a set of them has, and how many different subjects and objects."""
    return {
        "void:triples": number(counts["triples"]),
        "void:distinctSubjects": number(counts["subjects"]),
        "void:distinctObjects": number(counts["objects"]),
    }


def _name(here: str, base: str, row: Record) -> str:
    """Return the IRI of the partition of a property within that of a class."""
    return f"{here}#class/{fragment(row['class'], base)}/{fragment(row['property'], base)}"
