"""Labels: the best of the names that well-known properties give a thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from foc_graph.rdf.terms import STANDARD_PREFIXES
from foc_graph.store import Store
from foc_graph.store.results import Row, Rows

LABELS = tuple(
    STANDARD_PREFIXES[prefix] + name
    for prefix, name in (
        ("rdfs", "label"),
        ("skos", "prefLabel"),
        ("dcterms", "title"),
        ("foaf", "name"),
        ("schema", "name"),
        ("skosxl", "literalForm"),
    )
)
"""The properties that give names, the best first."""

_AT_ONCE = 500
"""Things in one query."""

Name = tuple[str, ox.Literal]
"""A property and the name that it gives."""


def pick_label(statements: Iterable[tuple[str, object]]) -> Name | None:
    """Return the best name among properties and values of one thing: in English, else in no language, else in another.

    Of several it is the first by tag of language, by property and by text.
    """
    names = [
        (name, value) for name, value in statements if name in LABELS and isinstance(value, ox.Literal) and value.value
    ]
    return min(names, key=_rank, default=None)


def pick_labels(rows: Iterable[Row]) -> dict[str, str]:
    """Return the labels of things by IRI, from rows of a thing, a property and a value."""
    said: dict[str, list[tuple[str, object]]] = {}
    for thing, name, value in rows:
        if isinstance(thing, ox.NamedNode) and isinstance(name, ox.NamedNode):
            said.setdefault(thing.value, []).append((name.value, value))
    return {thing: best[1].value for thing, names in said.items() if (best := pick_label(names))}


def find_labels(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Ask a store for the labels of things, by IRI; a thing without a name is left out."""
    found: dict[str, str] = {}
    for things in batched(iris):
        rows = store.query(
            f"SELECT ?thing ?property ?name WHERE {{ VALUES ?thing {{ {_nodes(things)} }} "
            f"VALUES ?property {{ {_nodes(LABELS)} }} ?thing ?property ?name }}"
        )
        assert isinstance(rows, Rows)
        found |= pick_labels(rows.terms)
    return found


def batched(iris: Iterable[str]) -> Iterator[list[str]]:
    """Give different IRIs in parts that one query takes."""
    wanted = sorted(set(iris))
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))


def _nodes(iris: Iterable[str]) -> str:
    return " ".join(str(ox.NamedNode(iri)) for iri in iris)


def _rank(name: Name) -> tuple[int, str, int, str]:
    language = name[1].language or ""
    level = 0 if language.partition("-")[0] == "en" else 2 if language else 1
    return level, language, LABELS.index(name[0]), name[1].value
