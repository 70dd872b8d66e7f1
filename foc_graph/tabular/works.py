"""Bodies, their mandates and functions, and documents, signatures and meetings as rows."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.matching.lookup import Lookup, exact
from foc_graph.namespaces import BASE, iri_of, slugged
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.tabular.identity import Identity
from foc_graph.tabular.kinds import Column, Kind
from foc_graph.tabular.table import Row
from foc_graph.workspace.files import Term, Things, Values

_BEGIN = iri_of("coal:begin")
_TITLE, _CREATOR = iri_of("dcterms:title"), iri_of("dcterms:creator")
_LABEL, _CLASSIFICATION, _PART_OF = (
    iri_of(name) for name in ("skos:prefLabel", "org:classification", "org:subOrganizationOf")
)
_EMPOWERS, _DOCUMENT, _BY, _DATE = (
    iri_of(name) for name in ("coal:empowers", "coal:endorses", "coal:endorsedBy", "coal:date")
)
_CONVENED_BY, _ISSUED = iri_of("coal:convenedBy"), iri_of("dcterms:issued")


class _Dated(NamedTuple):
    iri: str
    date: Term | None

    def may_be_of(self, date: Term | None) -> bool:
        """Whether its date may be this one, at another precision."""
        if date is None or self.date is None:
            return True
        return date.value.startswith(self.date.value) or self.date.value.startswith(date.value)


class Titled(Identity):
    """Documents and meetings: the same title and date, of a meeting also the same bodies."""

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        self.path = self.named = "document" if kind.name == "documents" else "event"
        super().__init__(kind, coalition, names, things)
        self._titles: defaultdict[tuple[object, ...], list[_Dated]] = defaultdict(list)
        for iri in self.known():
            values = things[iri]
            date = next(iter([*values.get(_BEGIN, []), *values.get(_ISSUED, [])]), None)
            for title in values.get(_TITLE, []):
                self._titles[self._key(title.value, values.get(_CONVENED_BY, []))].append(_Dated(iri, date))

    def _find(self, row: Row) -> str | None:
        title = row.text("title")
        if not title:
            return None
        date = row.value("start", "date")
        titled = self._titles[self._key(title, row.values.get("convened_by") or [ox.NamedNode(self.coalition)])]
        same = [one.iri for one in titled if one.may_be_of(date)]
        if len(same) > 1:
            row.problem("title", f"may be any of {', '.join(map(self.names.slug, same))}: say which in a column id")
        elif titled and not same and self.path == "document":
            slug = self.names.slug(titled[0].iri)
            row.problem(
                "title", f"is that of {slug}, which has another date: say so in a column id, or add a year to it"
            )
        elif not slugged(title):
            row.problem("title", "contains no letter or digit to make a name of")
        else:
            iri = same[0] if same else self._new(f"{self.coalition}/{self.path}/{slugged(title)}")
            titled += [] if same else [_Dated(iri, date)]
            return iri
        return None

    def _key(self, title: str, convened_by: list[Term]) -> tuple[object, ...]:
        return (exact(title), frozenset(convened_by)) if self.path == "event" else (exact(title),)

    def defaults(self, row: Row) -> Values:
        """Return the coalition as its convener or creator where the row does not name one."""
        of: Values = {RDF_TYPE: [ox.NamedNode(iri_of(self.kind.type))]}
        if self.path == "event" and not row.value("convened_by"):
            of[_CONVENED_BY] = [ox.NamedNode(self.coalition)]
        if self.path == "document" and not row.value("adopted_by", "creator"):
            of[_CREATOR] = [ox.NamedNode(self.coalition)]
        return of

    def sentence(self, row: Row) -> str:
        """Return it as in "meeting “Spring meeting” of foc, 2014-03"."""
        when = row.value("date", "start")
        return self.label(row, "") + (f", {when.value}" if when else "")

    def label(self, row: Row, iri: str) -> str:
        """Return it as in "document “Charter” of foc"."""
        what = "document" if self.path == "document" else "meeting"
        return f"{what} “{row.text('title')}” of {self.slug}"


class Labelled(Identity):
    """Bodies and functions: the same name, of a function also the same body."""

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        self.path, self.named = ("function", "function") if kind.name == "functions" else ("", "body")
        super().__init__(kind, coalition, names, things)
        self._labels: dict[tuple[str, str], str] = {}
        for iri in self.known():
            for label in things[iri].get(_LABEL, []):
                self._labels[self._owner(iri), exact(label.value)] = iri

    def implied(self, iri: str, column: Column) -> list[Term]:
        """Return also the body of a function, which stands in its IRI."""
        if column.holds == "body":
            owner = self._owner(iri)
            return [ox.NamedNode(owner)] if self.names.find("body", owner) else []
        return super().implied(iri, column)

    def defaults(self, row: Row) -> Values:
        """Return the class of a body by its kind, and that it is a part of the coalition."""
        if self.path:
            return {RDF_TYPE: [ox.NamedNode(iri_of(self.kind.type))]}
        kind = row.value("kind")
        return {
            RDF_TYPE: [ox.NamedNode(self._classes.get(kind.value if kind else "", iri_of(self.kind.type)))],
            _PART_OF: [ox.NamedNode(self.coalition)],
        }

    def sentence(self, row: Row) -> str:
        """Return it as in "body “Secretariat” of foc"."""
        return self.label(row, "")

    def label(self, row: Row, iri: str) -> str:
        """Return it as in "function “Advice” of foc/an"."""
        return f"{self.named} “{row.text('name')}” of {self.names.slug(self._owner_of(row))}"

    @cached_property
    def _classes(self) -> dict[str, str]:
        """The class of bodies of each kind."""
        query = f"SELECT ?kind ?class {{ ?kind skos:inScheme <{BASE}concept/body-kind> ; rdfs:seeAlso ?class }}"
        return {row["kind"]: row["class"] for row in self.names.select(query)}

    def _is_one(self, values: Values) -> bool:
        return super()._is_one(values) if self.path else _PART_OF in values and _CLASSIFICATION in values

    def _owner(self, iri: str) -> str:
        return iri.rpartition(f"/{self.path}/")[0] if self.path else self.coalition

    def _owner_of(self, row: Row) -> str:
        return self._body(row) if self.path else self.coalition

    def _find(self, row: Row) -> str | None:
        name, owner = row.text("name"), self._owner_of(row)
        if not name:
            return None
        if not slugged(name):
            row.problem("name", "contains no letter or digit to make a name of")
            return None
        if (owner, exact(name)) not in self._labels:
            start = f"{owner}/{self.path}/{slugged(name)}" if self.path else f"{owner}/{self._short(row)}"
            self._labels[owner, exact(name)] = self._new(start)
        return self._labels[owner, exact(name)]

    def _short(self, row: Row) -> str:
        return slugged(row.text("abbreviation")) or slugged(row.text("name"))

    def _pattern(self) -> str:
        return super()._pattern() if self.path else "[a-z0-9-]+"

    def _example(self) -> str:
        return super()._example() if self.path else f"{self.slug}/..."


class Mandates(Identity):
    """Mandates: the same body with the same start or name; without either, the only one of the body."""

    path = named = "mandate"

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        super().__init__(kind, coalition, names, things)
        self._given: defaultdict[str, list[tuple[str, Term | None, str]]] = defaultdict(list)
        for iri in self.known():
            body, begin, label = (things[iri].get(one, [None])[0] for one in (_EMPOWERS, _BEGIN, _LABEL))
            if body:
                self._given[body.value].append((iri, begin, exact(label.value if label else "")))

    def _find(self, row: Row) -> str | None:
        body, begin, name = self._body(row), row.value("start"), exact(row.text("name"))
        given = self._given[body]
        same = [iri for iri, known, _ in given if begin and begin == known]
        same = same or [iri for iri, _, label in given if name and name == label]
        if not same and not begin and not name:
            same = [iri for iri, _, _ in given]
        if len(same) > 1:
            slugs = ", ".join(map(self.names.slug, same))
            row.problem("", f"may be about any of {slugs}: say which in a column id")
            return None
        if same:
            return same[0]
        number = 1 + max(
            (int(iri.rpartition("/")[2]) for iri, _, _ in given if iri.rpartition("/")[2].isdigit()), default=0
        )
        iri = f"{body}/{self.path}/{number}"
        given.append((iri, begin, name))
        return iri

    def defaults(self, row: Row) -> Values:
        """Return its body, and a name where the row has none."""
        body = self._body(row)
        return {
            RDF_TYPE: [ox.NamedNode(iri_of(self.kind.type))],
            _EMPOWERS: [ox.NamedNode(body)],
            _LABEL: [ox.Literal(f"Mandate of {self.names.label(body)}", language="en")],
        }

    def sentence(self, row: Row) -> str:
        """Return it as in "mandate of foc/an, 2024"."""
        begin = row.value("start")
        return self.label(row, "") + (f", {begin.value}" if begin else "")

    def label(self, row: Row, iri: str) -> str:
        """Return it as in "mandate of foc/an"."""
        return f"mandate of {self.names.slug(self._body(row))}"


class Signatures(Identity):
    """Endorsements: the same document and agent."""

    path = "endorsement"

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        super().__init__(kind, coalition, names, things)
        self._given: dict[tuple[Term | None, Term | None], str] = {}
        for iri in self.known():
            document, agent = (things[iri].get(one, [None])[0] for one in (_DOCUMENT, _BY))
            self._given[document, agent] = iri

    def _find(self, row: Row) -> str | None:
        document, agent = row.value("document"), row.value("signatory")
        if document is None or agent is None:
            return None
        if (document, agent) not in self._given:
            start = f"{document.value}/{self.path}/{agent.value.rpartition('/')[2]}"
            self._given[document, agent] = self._new(start)
        return self._given[document, agent]

    def _contradiction(self, row: Row, iri: str) -> str:
        known = self.things[iri]
        said = ((_DOCUMENT, row.value("document")), (_BY, row.value("signatory")))
        other = any(value is not None and known.get(one, [value]) != [value] for one, value in said)
        return (
            "is the signature of another, or of another document: sort whole rows, or leave id empty" if other else ""
        )

    def defaults(self, row: Row) -> Values:
        """Return the date of the document."""
        document = row.value("document")
        issued = self.things[document.value].get(_ISSUED, []) if document else []
        return {RDF_TYPE: [ox.NamedNode(iri_of(self.kind.type))], _DATE: list(issued)}

    def sentence(self, row: Row) -> str:
        """Return it as in "Estonia signs “Joint statement”"."""
        document, agent = row.value("document"), row.value("signatory")
        who, what = (self.names.label(one.value) if one else "?" for one in (agent, document))
        return f"{who} signs “{what}”"

    def label(self, row: Row, iri: str) -> str:
        """Return it likewise."""
        return self.sentence(row)
