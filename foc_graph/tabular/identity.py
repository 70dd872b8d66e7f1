"""The identity of a row's thing: one that the files describe, or a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from foc_graph.errors import quoted
from foc_graph.matching.lookup import Lookup
from foc_graph.namespaces import expand, iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.tabular.kinds import Column, Kind
from foc_graph.tabular.table import Row
from foc_graph.workspace.files import Term, Things, Values


class Identity:
    """The identity of a row's thing: named in the column `id`, or found by what the row says, or new."""

    path = ""
    named = ""
    """As what its new things can be named in later rows and sheets."""

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        self.kind, self.coalition, self.names, self.things = kind, coalition, names, things
        self.slug = names.slug(coalition)
        self._taken: set[str] = set()

    def known(self) -> Iterator[str]:
        """Give the things of this kind that the files describe."""
        for iri, values in self.things.items(f"{self.coalition}/"):
            if self._is_one(values):
                yield iri

    def listed(self, apart: bool) -> Iterator[str]:
        """Give the known things that a table of this kind lists; `apart` from those that another sheet lists."""
        return self.known()

    def implied(self, iri: str, column: Column) -> list[Term]:
        """Return the values of a column without a predicate that follow from the IRI of a thing."""
        return [ox.NamedNode(iri)] if column.holds == "id" else []

    def subject(self, row: Row) -> str | None:
        """Return the IRI of what the row is about, or None where the row does not say it well enough."""
        given = row.text("id")
        if not given:
            iri = self._find(row)
        else:
            iri = expand(given) or f"{self.things.workspace.base}id/{given}"
            if not re.fullmatch(rf"{re.escape(self.coalition)}/{self._pattern()}", iri):
                row.problem("id", f"{quoted(given)} is not of the form {self._example()}")
                return None
            if problem := self._contradiction(row, iri):
                row.problem("id", problem)
                return None
        if iri is not None:
            self._taken.add(iri)
        return iri

    def interpret(self, row: Row) -> None:
        """Turn what cells say in the words of tables into what is stated."""

    def defaults(self, row: Row) -> Values:
        """Return what a new thing says beyond its cells."""
        raise NotImplementedError

    def sentence(self, row: Row) -> str:
        """Return a new thing in words."""
        raise NotImplementedError

    def label(self, row: Row, iri: str) -> str:
        """Return a known thing in words."""
        raise NotImplementedError

    def _is_one(self, values: Values) -> bool:
        return ox.NamedNode(iri_of(self.kind.type)) in values.get(RDF_TYPE, [])

    def _contradiction(self, row: Row, iri: str) -> str:
        """Return what of the row contradicts the thing that its `id` names; nothing where all agrees."""
        return ""

    def _find(self, row: Row) -> str | None:
        raise NotImplementedError

    def _pattern(self) -> str:
        return f"([a-z0-9-]+/)*{self.path}/[a-z0-9-]+"

    def _example(self) -> str:
        return f"{self.slug}/{self.path}/..."

    def _body(self, row: Row) -> str:
        """Return the body that a row names, else the coalition."""
        body = row.value("body")
        return body.value if body else self.coalition

    def _new(self, start: str) -> str:
        """Return `start`, or with the first number that makes it new."""
        iri, number = start, 2
        while iri in self.things or iri in self._taken:
            iri, number = f"{start}-{number}", number + 1
        return iri
