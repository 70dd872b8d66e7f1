"""Statements about things that a release describes, such as its datasets and files, and the files that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES as SHARED
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import XSD
from foc_graph.rdf.turtle import format_triples

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "spdx": "http://spdx.org/rdf/terms#",
}
"""Of vocabularies that catalogues use, beside those of the project."""

Value = ox.NamedNode | ox.Literal
Values = Value | Iterable[Value] | None


class Description:
    """A graph that grows; names of classes and properties are CURIEs."""

    def __init__(self) -> None:
        self._triples: dict[ox.Triple, None] = {}

    def add(self, subject: str, types: str, properties: Mapping[str, Values] | None = None) -> ox.NamedNode:
        """Say of a thing what it is (classes, separated by spaces) and more; None and empty lists say nothing."""
        about = ox.NamedNode(subject)
        said: dict[str, Values] = {"rdf:type": [name(kind) for kind in types.split()], **(properties or {})}
        for predicate, values in said.items():
            for value in [values] if isinstance(values, Value) else values or []:
                self._triples[ox.Triple(about, name(predicate), value)] = None
        return about

    def write_turtle(self, path: Path) -> None:
        """Write the graph in the project's one form of Turtle."""
        path.write_bytes(format_triples(list(self._triples), prefixes=PREFIXES).encode())

    def write_jsonld(self, path: Path) -> None:
        """Write the graph as JSON-LD, with the prefixes that it uses as context."""
        ordered = sorted(self._triples, key=str)
        text = "".join(map(str, ordered))
        prefixes = {key: iri for key, iri in sorted({**SHARED, **PREFIXES}.items()) if f"<{iri}" in text}
        ox.serialize(ordered, path, ox.RdfFormat.JSON_LD, prefixes=prefixes)


def name(curie: str) -> ox.NamedNode:
    """The class or property that a CURIE names."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else iri_of(curie))


def english(text: str) -> ox.Literal:
    """An English text."""
    return ox.Literal(text, language="en")


def typed(value: str | int | date, datatype: str) -> ox.Literal:
    """A literal of an XSD type, such as `date`."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))
