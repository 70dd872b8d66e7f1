"""Lexical forms of literals: those that XSD allows, and those that the embedded engine rewrites.

The lexical spaces of the XSD datatypes that SPARQL knows (XSD 1.1 part 2) are given as regular expressions and bounds.
pyoxigraph keeps numbers, dates and the like by value: `"01"^^xsd:integer` comes back as `1`, and `"300"^^xsd:byte` as
an `xsd:integer`. A stand-in, with a datatype that the engine leaves alone, stands for such a literal.
"""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox

from foc_graph.rdf.terms import RDF, XSD, Node, rename

_BY_FOUR = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP = f"(?:(?:[1-9][0-9]+|[0-9]{{2}}){_BY_FOUR}|(?:[1-9][0-9]*)?(?:00|{_BY_FOUR})00)"
_YEAR = "-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_MONTH_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DATE = f"(?:{_YEAR}-{_MONTH_DAY}|-?{_LEAP}-02-29)"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DAY_TIME = r"(?:[0-9]+D(?:T{0})?|T{0})".format(
    r"(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S)"
)
_YEAR_MONTH = "(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_FLOAT = r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"

LEXICAL = {
    XSD + name: pattern
    for name, pattern in {
        "boolean": "(?:true|false|1|0)",
        "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
        "float": _FLOAT,
        "double": _FLOAT,
        "date": _DATE + _ZONE,
        "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
        "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE[:-1]}",
        "time": _TIME + _ZONE,
        "gYear": _YEAR + _ZONE,
        "gYearMonth": f"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}",
        "gMonth": f"--(?:0[1-9]|1[0-2]){_ZONE}",
        "gMonthDay": f"--(?:{_MONTH_DAY}|02-29){_ZONE}",
        "gDay": f"---(?:0[1-9]|[12][0-9]|3[01]){_ZONE}",
        "duration": f"-?P(?:{_YEAR_MONTH}{_DAY_TIME}?|{_DAY_TIME})",
        "dayTimeDuration": f"-?P{_DAY_TIME}",
        "yearMonthDuration": f"-?P{_YEAR_MONTH}",
        "hexBinary": "(?:[0-9a-fA-F]{2})*",
        "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
        "nonNegativeInteger": r"\+?[0-9]+|-0+",
        "positiveInteger": r"\+?0*[1-9][0-9]*",
        "nonPositiveInteger": r"-[0-9]+|\+?0+",
        "negativeInteger": "-0*[1-9][0-9]*",
        **dict.fromkeys(
            ("integer", "long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
            "[+-]?[0-9]+",
        ),
    }.items()
}
"""By IRI of a datatype, what the whole of a literal's text must match; any text fits a datatype that is not here."""

BOUNDS = {
    XSD + name: bounds
    for name, bounds in {
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-(2**7), 2**7 - 1),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 2**8 - 1),
    }.items()
}
"""By IRI of an integer datatype of so many bits, its least and greatest value."""

NUMERIC = frozenset(
    {
        *BOUNDS,
        *(XSD + name for name in ("integer", "decimal", "double", "float")),
        *(XSD + name for name in ("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger")),
    }
)
"""The datatypes, by IRI, whose values SPARQL compares as numbers."""

LANG_STRING, DIR_LANG_STRING = ox.NamedNode(RDF + "langString"), ox.NamedNode(RDF + "dirLangString")
"""The datatypes of text with a language tag, without and with a direction."""


STAND_IN = "urn:foc-graph:written:"
"""The beginning of the datatype of a stand-in; the literal's own datatype follows."""

CHOSEN = ox.NamedNode("urn:foc-graph:chosen")
"""The named graph, and the predicate in it, that marks the chosen focus nodes."""

CHOSEN_AS_REWRITTEN = ox.NamedNode("urn:foc-graph:chosen-as-rewritten")
"""The predicate in it that marks them as the embedded engine rewrites them."""

_NEVER = "(?!)"
_KEPT_ZONE = r"(?:Z|[+-](?!00:00)[0-9:]{5})?"
_KEPT = {
    ox.NamedNode(XSD + name): re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "integer": "0|-?[1-9][0-9]{0,17}",
        "decimal": r"0|-?(?:[1-9][0-9]{0,15}|0(?=\.))(?:\.[0-9]{0,15}[1-9])?",
        "date": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_KEPT_ZONE}",
        "dateTime": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?!24)[0-9:]{{8}}(?:\\.[0-9]{{0,8}}[1-9])?{_KEPT_ZONE}",
        "time": f"(?!24)[0-9:]{{8}}(?:\\.[0-9]{{0,8}}[1-9])?{_KEPT_ZONE}",
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


def stored(node: Any) -> Any:
    """Return a node as `EmbeddedGraph` stores it: with a stand-in for a literal that the engine would rewrite."""
    if isinstance(node, ox.Triple):
        return ox.Triple(node.subject, node.predicate, stored(node.object))
    if isinstance(node, ox.Literal) and is_rewritten(node):
        return ox.Literal(node.value, datatype=ox.NamedNode(STAND_IN + node.datatype.value))
    return node


def is_rewritten(node: Node) -> bool:
    """Whether the engine may give a literal, also one in a triple term, back in another form."""
    if isinstance(node, ox.Triple):
        return is_rewritten(node.object)
    kept = _KEPT.get(node.datatype) if isinstance(node, ox.Literal) else None
    return kept is not None and not kept.fullmatch(node.value)


def may_be_rewritten(datatype: ox.NamedNode) -> bool:
    """Whether the engine gives some literals of a datatype back in another form."""
    return datatype in _KEPT


def skolemised(term: Any) -> Any:
    """Return a term with IRIs for blank nodes of the shapes, which no query can name and no data has."""
    return rename(term, lambda node: ox.NamedNode(f"urn:foc-graph:blank:{node.value}"))


def as_written(node: Any) -> Any:
    """Return the node that another stands for, as `stored` gives it."""
    if isinstance(node, ox.Triple):
        return ox.Triple(node.subject, node.predicate, as_written(node.object))
    if isinstance(node, ox.Literal) and node.datatype.value.startswith(STAND_IN):
        return ox.Literal(node.value, datatype=ox.NamedNode(node.datatype.value.removeprefix(STAND_IN)))
    return node


_EMPTY = ox.Store()


def holds(expression: str) -> bool:
    """Whether an expression without variables is true; an error is not."""
    return bool(_EMPTY.query(f"ASK {{ FILTER({expression}) }}"))
