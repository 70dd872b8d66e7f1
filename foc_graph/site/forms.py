"""Forms of stored queries: a field for each parameter, with what a reader may choose or type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.store.labels import find_labels
from foc_graph.store.results import as_rows

_MOST_NAMED = 1000
"""Most things that a form offers."""

_COALITIONS = f"""PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?coalition ?body
WHERE {{
  ?coalition a coal:Coalition
  OPTIONAL {{ ?body org:transitiveSubOrganizationOf ?coalition }}
}}
ORDER BY STR(?coalition) STR(?body)
LIMIT {_MOST_NAMED}
"""

_AGENTS = f"""PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT DISTINCT ?agent
WHERE {{
  VALUES ?class {{ coal:Government org:Organization }}
  ?agent a ?class .
  [] org:member ?agent
}}
ORDER BY STR(?agent)
LIMIT {_MOST_NAMED}
"""

_NAMED_IN_MENUS = ("coalition", "body")
"""Types of parameters whose values are chosen from menus."""


class Menu(NamedTuple):
    """The values that a reader may choose, with their names, perhaps under a heading."""

    heading: str
    options: Sequence[tuple[str, str]]


class Field(NamedTuple):
    """A parameter in the form, with a value for each input, and menus to choose it from, or names to type."""

    parameter: Parameter
    values: list[str]
    menus: Sequence[Menu] = ()
    names: Sequence[str] = ()


class Forms:
    """The forms of the stored queries of a graph, which is asked once for what they offer."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._menus = cache(self._find_menus)
        self._names = cache(self._find_names)

    def fields(self, query: StoredQuery, given: Mapping[str, Sequence[str]]) -> list[Field]:
        """Return the fields of a query, with the values given by the names of its parameters."""
        return [self._field(parameter, given.get(parameter.name, ())) for parameter in query.parameters]

    def _field(self, parameter: Parameter, given: Sequence[str]) -> Field:
        count = max(parameter.min, len(given) + 1) if parameter.repeatable else 1
        values = [*given, *[""] * count][: max(count, len(given))]
        menus: list[Menu] = []
        if parameter.values:
            menus = [Menu("", [(value, value.replace("-", " ")) for value in parameter.values])]
        elif parameter.type in _NAMED_IN_MENUS:
            menus = self._menus(parameter.type)
        known = {value for menu in menus for value, _ in menu.options}
        other = [value for value in given if value not in known]
        if menus and other:
            menus = [Menu("", [(value, value) for value in other]), *menus]
        return Field(parameter, values, menus, self._names() if parameter.type == "agent" else ())

    def _find_menus(self, kind: str) -> list[Menu]:
        """Return the coalitions as one menu, or these with their bodies as a menu each; of too many, none."""
        graph = self._graph
        rows = list(as_rows(graph.sparql(_COALITIONS)))
        if len(rows) == _MOST_NAMED:
            return []
        found = find_labels(graph.store, {iri for row in rows for iri in (row["coalition"], row["body"]) if iri})

        def options(iris: Iterable[str]) -> list[tuple[str, str]]:
            named = [(short(iri, graph.base), found.get(iri, iri)) for iri in dict.fromkeys(iris)]
            return sorted(named, key=lambda one: one[1].casefold())

        if kind == "coalition":
            return [Menu("", options(row["coalition"] for row in rows))]
        wholes: dict[str, list[str]] = {}
        for row in rows:
            wholes.setdefault(row["coalition"], [row["coalition"]]).extend(filter(None, [row["body"]]))
        return [Menu(found.get(whole, whole), options(bodies)) for whole, bodies in wholes.items()]

    def _find_names(self) -> list[str]:
        """List the names of those who belong to something; people can be typed as well."""
        agents = [row["agent"] for row in as_rows(self._graph.sparql(_AGENTS))]
        return sorted(set(find_labels(self._graph.store, agents).values()), key=str.casefold)
