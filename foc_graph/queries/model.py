"""The model of a stored query: its question, parameters and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from shlex import join
from types import MappingProxyType
from typing import Any, NamedTuple

THINGS = ("iri", "coalition", "body", "agent", "thing")
"""The types of parameters that name a thing."""

TYPES = (*THINGS, "date", "period", "string", "integer", "enum", "concept")


_AREAS: Mapping[str, str] = MappingProxyType(
    {
        "overview": "An overview",
        "membership": "Members and people",
        "structure": "Bodies, mandates and documents",
        "find": "Finding things",
        "record": "The record: changes, sources, what is missing",
    }
)
_OTHERS = "Others"


_HINTS = {
    "coalition": "name, acronym or slug",
    "body": "name, acronym or slug",
    "agent": "name, acronym or slug",
    "thing": "name, acronym, slug or IRI",
    "iri": "name, CURIE or IRI",
    "date": "for example 2015, May 2015 or today",
    "period": "for example 2015, May 2015 or today",
    "integer": "a whole number",
}
"""The forms in which people may type a value, by the type of its parameter."""


class Parameter(NamedTuple):
    """One parameter of a stored query.

    `values` lists the choices of an enum, or in a built graph the notations of a concept scheme, which `scheme` names;
    `min` is how many different values are needed where one is not enough.
    """

    name: str
    type: str
    description: str
    required: bool = False
    repeatable: bool = False
    default: str | None = None
    example: str | None = None
    values: tuple[str, ...] = ()
    scheme: str = ""
    min: int = 1

    @property
    def hint(self) -> str:
        """Name the forms in which its value may be typed, with an example unless it is a date."""
        parts = [_HINTS[self.type]] if self.type in _HINTS else []
        if self.example and self.type not in ("date", "period"):
            parts.append(f"for example {self.example.replace(' ', ',') if self.repeatable else self.example}")
        return ", ".join(parts)

    @property
    def variables(self) -> tuple[str, ...]:
        """The SPARQL variables that it binds: a date or period binds its first and last day."""
        if self.type in ("date", "period"):
            return (f"{self.name}_first", f"{self.name}_last")
        if self.type == "concept":
            return (f"{self.name}_concept",)
        return (self.name,)


class StoredQuery(NamedTuple):
    """A query of the catalogue; `text` is the SPARQL without its header, `columns` is empty where it gives a graph.

    `allow` names rules of the linter that it may break, each with the reason. `federated` are the addresses of the
    endpoints that it asks besides the graph. `aliases` are names that still answer; under each, the present names of
    parameters by their old ones. `renamed` has the present names of columns by their old ones, which are among the
    columns too. `headings` are those of the columns that matter most to people, in their order. `network` says what
    its rows join: `from` and `to` are a column or a parameter each, and `weight` is a column. `asked` says how people
    ask it in words: phrasings by language, and under `as` the sentence that restates a question. `counts` says how to
    count what the rows are about (`foc_graph.queries.counts`).
    """

    name: str
    summary: str
    question: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: dict[str, str]
    example: str
    expect: tuple[dict[str, Any], ...]
    text: str
    allow: Mapping[str, str] = MappingProxyType({})
    federated: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    renamed: Mapping[str, str] = MappingProxyType({})
    headings: Mapping[str, str] = MappingProxyType({})
    network: Mapping[str, str] = MappingProxyType({})
    asked: Mapping[str, str] = MappingProxyType({})
    counts: Mapping[str, Any] = MappingProxyType({})

    def head(self, columns: Iterable[str]) -> dict[str, str]:
        """Return the columns of an answer as people see them: in their order, without old names, each with its heading.

        A column without one is headed by its name, as the ID of what another column already names so.
        """
        present = [column for column in columns if column not in self.renamed]
        head = {column: heading for column, heading in self.headings.items() if column in present}
        for column in present:
            heading = column[:1].upper() + column[1:].replace("_", " ")
            head.setdefault(column, f"{heading} ID" if heading in head.values() else heading)
        return head

    def command(self, given: Mapping[str, Sequence[str]]) -> str:
        """Return the command that asks it with values of parameters, those that are required without their names.

        A value that begins as an option does is none: what people ask for is in it.
        """
        needed = [one.name for one in self.parameters if one.required and one.default is None]
        unnamed = [value for name in needed for value in given.get(name, ())]
        named = {name: values for name, values in given.items() if name not in needed}
        flags = [
            part for name, values in named.items() for one in values for part in (f"--{name.replace('_', '-')}", one)
        ]
        if any(value.startswith("-") for value in unnamed):
            return join(["foc", "query", self.name, *flags, "--", *unnamed])
        return join(["foc", "query", self.name, *unnamed, *flags])

    @property
    def area(self) -> str:
        """Return the heading under which people find it, by the first of its tags."""
        return _AREAS.get(self.tags[0], _OTHERS) if self.tags else _OTHERS

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object that `from_json` reads back."""
        keys = ("allow", "aliases", "renamed", "headings", "network", "asked", "counts")
        mappings = {key: dict(getattr(self, key)) for key in keys}
        return {**self._asdict(), **mappings, "parameters": [parameter._asdict() for parameter in self.parameters]}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> StoredQuery:
        """Read a query from what `to_json` returned."""
        parameters = tuple(Parameter(**{**one, "values": tuple(one["values"])}) for one in record["parameters"])
        lists = {key: tuple(record[key]) for key in ("tags", "expect", "federated")}
        return cls(**{**record, **lists, "parameters": parameters})


def by_area(queries: Iterable[StoredQuery]) -> dict[str, list[StoredQuery]]:
    """Return queries under the headings of their areas, by name."""
    found: dict[str, list[StoredQuery]] = {heading: [] for heading in (*_AREAS.values(), _OTHERS)}
    for query in sorted(queries, key=lambda query: query.name):
        found[query.area].append(query)
    return {heading: listed for heading, listed in found.items() if listed}
