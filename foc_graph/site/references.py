"""The sources of a thing by number, as its page shows them behind values: which says what, and where."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.descriptions import Described, Term, Values, each, iris
from foc_graph.namespaces import BASE, SOURCE_PROPERTIES
from foc_graph.site.relations import SOURCES, Table, table
from foc_graph.site.view import Link, View
from foc_graph.term_labels import FACTS
from foc_graph.workspace.claims import SUPPORTING

_MOST_SOURCES = 100
_SUPPORTING = frozenset(ox.NamedNode(f"{BASE}concept/support/{name}") for name in SUPPORTING)


class References(NamedTuple):
    """The sources of a thing: their table, the number of each, and the numbers of those that say each value."""

    table: Table | None
    known: dict[str, int]
    numbers: dict[tuple[str, Term], list[int]]
    disputed: frozenset[str]
    """The properties of which a source gives a value that the thing has not."""
    only: Sequence[int] = ()
    """The number of the one source that supports all values, where the sources of parts stand beside it."""

    def of(self, name: str, terms: Sequence[Term]) -> list[int]:
        """Return the numbers of the sources that support some values of a property."""
        found = {number for term in terms for number in self.numbers.get((name, term), ())}
        return sorted(found or (self.only if terms else ()))


def find_references(view: View, thing: Described, root: str) -> References:
    """Number the sources of a thing and of its parts, in the order of its page, and find which of them say what."""
    own = iris(thing.values, *SOURCE_PROPERTIES)
    further = (iris(part.values, *SOURCE_PROPERTIES) for part in view.parts(thing.iri))
    sources = list(dict.fromkeys(chain(own, *further)))
    if not sources:
        return References(None, {}, {}, frozenset())
    made = table(view, SOURCES, sources[:_MOST_SOURCES], root)
    known = {iri: number for number, iri in enumerate(made.things, 1)}
    numbers: dict[tuple[str, Term], list[int]] = {}
    said: dict[int, dict[str, None]] = {}
    disputed = set()
    for claim in view.claims(thing.iri):
        name, value = (next(each(claim.values, part), None) for part in ("rdf:predicate", "rdf:object"))
        if not isinstance(name, ox.NamedNode) or value is None:
            continue
        other = "" if value in thing.values.get(name.value, ()) else f" {view.link(value, root).text}"
        if other:
            disputed.add(name.value)
        for citation in iris(claim.values, "prov:qualifiedPrimarySource"):
            found = view.described(citation).values
            if not _SUPPORTING.isdisjoint(each(found, "coal:support")):
                for source in iris(found, "prov:entity"):
                    if number := known.get(source):
                        numbers.setdefault((name.value, value), []).append(number)
                        said.setdefault(number, {})[_said(view, name.value, other, found)] = None
    rows = [[*row, [Link(text) for text in said.get(number, ())]] for number, row in enumerate(made.rows, 1)]
    made = made._replace(columns=[*made.columns, "says"], rows=rows) if said else made
    anchors = [f"source-{number}" for number in known.values()]
    only = [known[one] for one in own if one in known] if len(own) == 1 < len(sources) else ()
    return References(made._replace(anchors=anchors), known, numbers, frozenset(disputed), only)


def _said(view: View, name: str, other: str, citation: Values) -> str:
    """Say which property a citation supports, with a value that the thing has not, and where in the source."""
    places = [term.value for term in each(citation, "coal:locator") if isinstance(term, ox.Literal)]
    return f"{FACTS.get(name) or view.word(name)}{other}{': ' if places else ''}{'; '.join(places)}"
