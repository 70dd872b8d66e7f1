"""Terms that stand for those which the embedded engine, or a query, cannot hold as they are.

pyoxigraph keeps numbers, dates and the like by value: `"01"^^xsd:integer` comes back as `1`, and `"300"^^xsd:byte` as
an `xsd:integer`. A stand-in has a datatype that the engine leaves alone.
"""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox

from foc_graph.rdf.terms import XSD
from foc_graph.shacl.result import Term

STAND_IN = "urn:foc-graph:written:"
"""What the datatype of a stand-in begins with; the literal's own datatype follows."""

CHOSEN = ox.NamedNode("urn:foc-graph:chosen")
"""The named graph, and the predicate in it, that marks the chosen focus nodes."""

CHOSEN_AS_REWRITTEN = ox.NamedNode("urn:foc-graph:chosen-as-rewritten")
"""The predicate in it that marks them as the embedded engine rewrites them."""

_NEVER = "(?!)"
_ZONE = r"(?:Z|[+-](?!00:00)[0-9:]{5})?"
_KEPT = {
    ox.NamedNode(XSD + name): re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "integer": "0|-?[1-9][0-9]{0,17}",
        "decimal": r"0|-?(?:[1-9][0-9]{0,15}|0(?=\.))(?:\.[0-9]{0,15}[1-9])?",
        "date": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_ZONE}",
        "dateTime": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?!24)[0-9:]{{8}}(?:\\.[0-9]{{0,8}}[1-9])?{_ZONE}",
        "time": f"(?!24)[0-9:]{{8}}(?:\\.[0-9]{{0,8}}[1-9])?{_ZONE}",
        "gYear": "[0-9]{4}",
        "gYearMonth": "[0-9]{4}-[0-9]{2}",
        **dict.fromkeys(
            (
                *("double", "float", "dateTimeStamp", "gMonth", "gMonthDay", "gDay"),
                *("duration", "dayTimeDuration", "yearMonthDuration"),
                *("long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
                *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
            ),
            _NEVER,
        ),
    }.items()
}
"""By datatype, texts that the engine surely gives back as they are; of other datatypes it does so with all."""


def stored(term: Term) -> Term:
    """A term as `EmbeddedGraph` stores it: a stand-in for a literal that the engine would rewrite."""
    return stand_in(term) if isinstance(term, ox.Literal) and is_rewritten(term) else term


def is_rewritten(literal: ox.Literal) -> bool:
    """Whether the engine may give a literal back in another form."""
    kept = _KEPT.get(literal.datatype)
    return kept is not None and not kept.fullmatch(literal.value)


def may_be_rewritten(datatype: ox.NamedNode) -> bool:
    """Whether the engine gives some literals of a datatype back in another form."""
    return datatype in _KEPT


def stand_in(literal: ox.Literal) -> ox.Literal:
    """The literal that stands for one that the engine would rewrite."""
    return ox.Literal(literal.value, datatype=ox.NamedNode(STAND_IN + literal.datatype.value))


def skolemised(term: Any) -> Any:
    """A blank node of the shapes as an IRI, since a query cannot name it and no data has it; any other term itself."""
    return ox.NamedNode(f"urn:foc-graph:blank:{term.value}") if isinstance(term, ox.BlankNode) else term


def as_written(term: Term) -> Term:
    """The term that a stand-in stands for; any other term itself."""
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(STAND_IN):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(STAND_IN)))
    return term
