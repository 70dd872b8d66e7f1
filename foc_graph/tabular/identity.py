"""The identity of a row's thing: one that the files describe, or a new one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.errors import quoted
from foc_graph.matching.lookup import Lookup, exact
from foc_graph.namespaces import BASE, expand, iri_of, slugged
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.tabular.kinds import Kind
from foc_graph.tabular.table import Row
from foc_graph.workspace.files import Term, Things, Values

MEMBER, OBSERVER = (ox.NamedNode(f"{BASE}concept/role/{name}") for name in ("member", "observer"))
_OVER = ox.NamedNode(f"{BASE}concept/period-state/ended-date-unknown")
_MEMBER, _ORGANIZATION, _ROLE = iri_of("org:member"), iri_of("org:organization"), iri_of("org:role")
_BEGIN, _END = iri_of("coal:begin"), iri_of("coal:end")
_TITLE, _CREATOR = iri_of("dcterms:title"), iri_of("dcterms:creator")
_CONVENED_BY, _ISSUED = iri_of("coal:convenedBy"), iri_of("dcterms:issued")


class Identity:
    """The identity of a row's thing: named in the column `id`, or found by what the row says, or new."""

    path = ""

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        self.kind, self.coalition, self.names, self.things = kind, coalition, names, things
        self.slug = names.slug(coalition)
        self._taken: set[str] = set()

    def known(self) -> Iterator[str]:
        """Give the things of this kind that the files describe."""
        type_ = ox.NamedNode(iri_of(self.kind.type))
        for iri, values in self.things.items(f"{self.coalition}/"):
            if type_ in values.get(RDF_TYPE, []) and self._is_one(values):
                yield iri

    def subject(self, row: Row) -> str | None:
        """Return the IRI of what the row is about, or None where the row does not say it well enough."""
        given = row.text("id")
        if not given:
            iri = self._find(row)
        else:
            iri = expand(given) or f"{self.things.workspace.base}id/{given}"
            if not re.fullmatch(rf"{re.escape(self.coalition)}/([a-z0-9-]+/)*{self.path}/[a-z0-9-]+", iri):
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
        return True

    def _contradiction(self, row: Row, iri: str) -> str:
        """Return what of the row contradicts the thing that its `id` names; nothing where all agrees."""
        return ""

    def _find(self, row: Row) -> str | None:
        raise NotImplementedError

    def _example(self) -> str:
        return f"{self.slug}/{self.path}/..."

    def _new(self, start: str) -> str:
        """Return `start`, or with the first number that makes it new."""
        iri, number = start, 2
        while iri in self.things or iri in self._taken:
            iri, number = f"{start}-{number}", number + 1
        return iri


class _Seat(NamedTuple):
    iri: str
    begin: Term | None
    end: Term | None

    def is_apart(self, begin: Term | None, end: Term | None) -> bool:
        """Whether a period with these dates surely is another: one had ended when the other began."""
        return _before(self.end, begin) or _before(end, self.begin)

    def may_be_apart(self, begin: Term | None) -> bool:
        """Whether a period that begins so may be another: it begins later, and not surely before this one ended."""
        if begin is None or self.end is None or not _before(self.begin, begin):
            return False
        return PartialDate(begin.value).last_day >= PartialDate(self.end.value).first_day


def _before(earlier: Term | None, later: Term | None) -> bool:
    if earlier is None or later is None:
        return False
    return PartialDate(earlier.value).last_day < PartialDate(later.value).first_day


class Seats(Identity):
    """Memberships: the same agent in the same role of the same body, unless it begins after the known one ended."""

    path = "membership"

    def __init__(self, kind: Kind, coalition: str, names: Lookup, things: Things) -> None:
        super().__init__(kind, coalition, names, things)
        self._begin, self._end = ("joined", "left") if kind.name == "members" else ("start", "end")
        self._seats: defaultdict[tuple[Term | None, ...], list[_Seat]] = defaultdict(list)
        for iri in self.known():
            organization, member, role, begin, end = (
                things[iri].get(one, [None])[0] for one in (_ORGANIZATION, _MEMBER, _ROLE, _BEGIN, _END)
            )
            self._seats[organization, member, role].append(_Seat(iri, begin, end))

    def _is_one(self, values: Values) -> bool:
        in_coalition = values.get(_ORGANIZATION) == [ox.NamedNode(self.coalition)]
        return in_coalition == (self.kind.name == "members")

    def _parts(self, row: Row) -> tuple[Term | None, Term | None, Term]:
        """Return organisation, member and role."""
        organization = ox.NamedNode(self.coalition) if self.kind.name == "members" else row.value("body")
        return organization, row.value("member", "person", "organisation"), row.value("role") or MEMBER

    def interpret(self, row: Row) -> None:
        """Take from the status what role and dates say: it holds, is over, or is that of an observer."""
        status = row.value("status")
        match status.value.rpartition("/")[2] if status else "":
            case "active" | "member":
                del row.values["status"]
            case "observer":
                del row.values["status"]
                row.values["role"] = row.values.get("role") or [OBSERVER]
            case "former":
                del row.values["status"]
                if not row.value(self._end):
                    row.values["state"] = row.values.get("state") or [_OVER]
            case "inactive" | "suspended" as phase:
                row.problem("status", f"{phase} is a phase with its own dates: empty the cell and write it in Turtle")

    def _find(self, row: Row) -> str | None:
        organization, member, role = self._parts(row)
        if organization is None or member is None:
            return None
        begin = row.value(self._begin)
        seats = self._seats[organization, member, role]
        end = row.value(self._end)
        same = [seat for seat in seats if begin is not None and begin == seat.begin]
        near = same or [seat for seat in seats if not seat.is_apart(begin, end)]
        unsure = not same and any(seat.may_be_apart(begin) for seat in near)
        same = near
        if len(same) > 1 or unsure:
            slugs = ", ".join(self.names.slug(seat.iri) for seat in same)
            row.problem("", f"may be about {slugs} or a period of its own: say which in a column id")
            return None
        if same:
            known = same[0]
            seats[seats.index(known)] = _Seat(known.iri, begin or known.begin, end or known.end)
            return known.iri
        agent = member.value.rpartition("/")[2]
        suffix = "" if role == MEMBER else f"-{role.value.rpartition('/')[2]}"
        iri = self._new(f"{organization.value}/{self.path}/{agent}{suffix}")
        seats.append(_Seat(iri, begin, end))
        return iri

    def _contradiction(self, row: Row, iri: str) -> str:
        organization, member, _ = self._parts(row)
        if organization is None or member is None:
            return ""
        if iri.rpartition("/")[0] != f"{organization.value}/{self.path}":
            return f"is no membership of {self._where(row)}"
        known = self.things[iri].get(_MEMBER, [])
        if known and known != [member]:
            return f"is the membership of {self.names.label(known[0].value)}: sort whole rows, or leave id empty"
        if not known and not iri.rpartition("/")[2].startswith(member.value.rpartition("/")[2]):
            return "is no known membership: leave id empty for a new one"
        return ""

    def defaults(self, row: Row) -> Values:
        """Return its parts."""
        organization, member, role = self._parts(row)
        return {
            RDF_TYPE: [ox.NamedNode(iri_of(self.kind.type))],
            _ORGANIZATION: [organization] if organization else [],
            _MEMBER: [member] if member else [],
            _ROLE: [role],
        }

    def sentence(self, row: Row) -> str:
        """Return it as in "Armenia joins foc, 2024-12-03"."""
        _, _, role = self._parts(row)
        begin, end = row.value(self._begin), row.value(self._end)
        as_role = "" if role == MEMBER else f" as {self.names.label(role.value)}"
        if end:
            start = begin.value if begin else "?"
            return f"{self._who(row)} was in {self._where(row)}{as_role}, {start} to {end.value}"
        return f"{self._who(row)} joins {self._where(row)}{as_role}" + (f", {begin.value}" if begin else "")

    def label(self, row: Row, iri: str) -> str:
        """Return it as in "Armenia in foc"."""
        return f"{self._who(row)} in {self._where(row)}"

    def _who(self, row: Row) -> str:
        member = row.value("member", "person", "organisation")
        return self.names.label(member.value) if member else "?"

    def _where(self, row: Row) -> str:
        organization, _, _ = self._parts(row)
        return self.names.slug(organization.value) if organization else "?"


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
        self.path = "document" if kind.name == "documents" else "event"
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
            row.problem("title", "has no letter or digit that a name could be made of")
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


IDENTITIES: dict[str, Callable[[Kind, str, Lookup, Things], Identity]] = {
    "members": Seats,
    "people": Seats,
    "documents": Titled,
    "meetings": Titled,
}
