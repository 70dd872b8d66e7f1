"""Memberships as rows: of a coalition or its bodies, and offices in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.matching.lookup import Lookup
from foc_graph.namespaces import BASE, iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.tabular.identity import Identity
from foc_graph.tabular.kinds import Kind
from foc_graph.tabular.table import Row
from foc_graph.workspace.files import Term, Things, Values

MEMBER, OBSERVER = (ox.NamedNode(f"{BASE}concept/role/{name}") for name in ("member", "observer"))
_OVER = ox.NamedNode(f"{BASE}concept/period-state/ended-date-unknown")
_MEMBER, _ORGANIZATION, _ROLE = iri_of("org:member"), iri_of("org:organization"), iri_of("org:role")
_BEGIN, _END = iri_of("coal:begin"), iri_of("coal:end")


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

    def listed(self, apart: bool) -> Iterator[str]:
        """Give those of its kind; offices are members or people too, unless they are on a sheet of their own."""
        for iri in self.known():
            is_office = not self._offices.isdisjoint(self.things[iri].get(_ROLE, []))
            if is_office if self.kind.name == "offices" else not (apart and is_office):
                yield iri

    @cached_property
    def _offices(self) -> set[Term]:
        """The roles that are offices."""
        query = f"SELECT ?role {{ ?role skos:broader*/dcterms:type <{BASE}concept/role-kind/office-holder> }}"
        return {ox.NamedNode(row["role"]) for row in self.names.select(query)}

    def _is_one(self, values: Values) -> bool:
        in_coalition = values.get(_ORGANIZATION) == [ox.NamedNode(self.coalition)]
        own = self.kind.name == "offices" or in_coalition == (self.kind.name == "members")
        return own and super()._is_one(values)

    def _parts(self, row: Row) -> tuple[Term | None, Term | None, Term]:
        """Return organisation, member and role."""
        organization = row.value("body") if self.kind.name == "people" else ox.NamedNode(self._body(row))
        return organization, row.value("member", "holder", "person", "organisation"), row.value("role") or MEMBER

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
        _, member, _ = self._parts(row)
        return self.names.label(member.value) if member else "?"

    def _where(self, row: Row) -> str:
        organization, _, _ = self._parts(row)
        return self.names.slug(organization.value) if organization else "?"
