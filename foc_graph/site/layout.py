"""The order of a page: which sections and figures stand together, under which heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.site.descriptions import Described
from foc_graph.site.figures import Figure
from foc_graph.site.members import Members
from foc_graph.site.relations import Section


class Part(NamedTuple):
    """A part of a page: figures, members, sections; `size` is of what it lists, if that is one kind of thing."""

    heading: str
    key: str
    figures: list[Figure]
    sections: list[Section]
    members: Members | None
    size: str | None

    @property
    def is_dated(self) -> bool:
        """Whether it tells how things were at a date."""
        return self.members is not None or any("as_of" in one.picture.parameters for one in self.figures)


class _Plan(NamedTuple):
    """The heading of a part, and the names of its figures and the keys of its sections, in order."""

    heading: str
    figures: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


_EVENTS = _Plan("Events", (), ("coal-heldBy", "coal-hostedBy", "coal-appearedIn"))
_COMPLETENESS = _Plan("How complete this is", ("completeness",), ("coal-completenessOf",))
_CLAIMS = _Plan("Claims of the sources", (), ("rdf-subject",))
_DOCUMENTS = ("coal-adoptedBy", "dcterms-creator", "dcterms-subject")
_MEMBERS, _OFFICES = "Members", "Offices"
_AGENT = (_Plan("Memberships and offices", ("memberships",), ("org-member",)),)
_PLANS = {
    "coal:Coalition": (
        _Plan(_MEMBERS, ("map", "joins")),
        _Plan(_OFFICES, (), ("org-organization",)),
        _Plan("Bodies and mandates", ("mandates",), ("coal-mandates", "org-subOrganizationOf", "coal-grantedBy")),
        _Plan("Composition", ("composition",)),
        _Plan("Documents and statements", (), _DOCUMENTS),
        _EVENTS,
        _COMPLETENESS,
        _CLAIMS,
    ),
    "coal:Body": (
        _Plan("Mandate", ("mandates",), ("coal-mandates",)),
        _Plan("People and offices", ("composition",), ("org-organization",)),
        _Plan("Outputs", (), (*_DOCUMENTS, "prov-generated")),
        _EVENTS,
        _Plan("What became of it", (), ("coal-supersedes", "coal-renews", "dcterms-replaces")),
        _Plan("Parts", (), ("org-subOrganizationOf",)),
        _COMPLETENESS,
        _CLAIMS,
    ),
    "coal:Government": _AGENT,
    "foaf:Person": _AGENT,
    "org:Organization": _AGENT,
}
_HEADINGS = {iri_of("coal:Coalition"): {"org-subOrganizationOf": "Bodies"}}
_BY_CLASS = {iri_of(name): plans for name, plans in _PLANS.items()}


def parts(
    thing: Described, sections: Sequence[Section], figures: Sequence[Figure], members: Members | None
) -> list[Part]:
    """The parts of the page of a thing: as planned for its class, and each other section as one of its own."""
    classes = {str(getattr(term, "value", "")) for term in thing.values.get(RDF_TYPE, ())}
    name = next((name for name in _BY_CLASS if name in classes), "")
    headings = _HEADINGS.get(name, {})
    by_key = {one.key: one._replace(heading=headings.get(one.key, one.heading)) for one in sections}
    by_name = {one.picture.name: one for one in figures}
    found = []
    for plan in _BY_CLASS.get(name, ()):
        made = _part(
            "Members and offices" if plan.heading == _OFFICES and members is None else plan.heading,
            [by_name[name] for name in plan.figures if name in by_name],
            [by_key.pop(key) for key in plan.sections if key in by_key],
            members if plan.heading == _MEMBERS else None,
        )
        if made.figures or made.sections or made.members:
            found.append(made)
    return found + [_part(one.heading, [], [one], None) for one in by_key.values()]


def _part(heading: str, figures: list[Figure], sections: list[Section], members: Members | None) -> Part:
    """Of one section alone the heading is that of the part, and its key too."""
    one = sections[0] if len(sections) == 1 else None
    key = one.key if one else heading.casefold().replace(" ", "-")
    size = f"{one.total:,}" if one else members.size if members else None
    return Part(heading, key, figures, sections, members, size)
