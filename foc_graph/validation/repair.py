"""Repairs that are certain.

A repair is suggested only where one change makes the result go away and no other would do it with what is written:

- `sh:hasValue`: the value that must be there is added;
- `sh:datatype`: the text of the literal is in the lexical space of the datatype that is asked for, which therefore must
  be one that not just any text fits. A literal with a language, or `0` and `1` for a boolean, may mean something else;
- `sh:nodeKind sh:IRI`: the literal is the whole of an `http` or `https` IRI;
- `sh:in`: exactly one of the values differs from this one by datatype and language alone, or by letter case alone.

All else leaves a choice: `sh:equals` may lack a value on one side or have one too many on the other, a predicate that
`sh:closed` does not allow may be misspelt, superfluous, or missing in the shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from foc_graph.terms import PREFIXES, XSD, curie, is_iri
from foc_graph.validation.datatypes import BOUNDS, LEXICAL
from foc_graph.validation.finding import Finding, Term
from foc_graph.validation.path import simple

_SH = PREFIXES["sh"]
_BOOLEAN, _URI = f"{XSD}boolean", f"{XSD}anyURI"
_FIT_ANY_WORD = {f"{XSD}language", f"{XSD}hexBinary"}


@dataclass(frozen=True)
class Suggestion:
    """Triples to remove and to add; as text, one a line in Turtle with the usual prefixes, after a `-` or `+`."""

    remove: tuple[ox.Triple, ...]
    add: tuple[ox.Triple, ...]

    def __str__(self) -> str:
        return "\n".join(
            f"{sign} {_shown(triple.subject)} {_shown(triple.predicate)} {_shown(triple.object)} ."
            for sign, triples in (("-", self.remove), ("+", self.add))
            for triple in triples
        )


def suggestion(finding: Finding) -> Suggestion | None:
    """The repair of a result about a named thing and one predicate, where it is certain."""
    predicate, value = simple(finding.path), finding.value
    if predicate is None or not isinstance(finding.focus, ox.NamedNode):
        return None
    better = _required(finding) if value is None else _replacement(finding, value)
    if better is None or better == value:
        return None
    new = ox.Triple(finding.focus, predicate, better)
    return Suggestion(() if value is None else (ox.Triple(finding.focus, predicate, value),), (new,))


def _required(finding: Finding) -> ox.NamedNode | ox.Literal | None:
    match finding.component.value.removeprefix(_SH), finding.arguments:
        case "HasValueConstraintComponent", (ox.NamedNode() | ox.Literal() as required,):
            return required
    return None


def _replacement(finding: Finding, value: Term) -> ox.NamedNode | ox.Literal | None:
    match finding.component.value.removeprefix(_SH), finding.arguments, value:
        case "DatatypeConstraintComponent", (ox.NamedNode() as datatype,), ox.Literal():
            return _typed(value, datatype)
        case "NodeKindConstraintComponent", (kind,), ox.Literal() if kind.value == f"{_SH}IRI" and _is_address(value):
            return ox.NamedNode(value.value)
        case "InConstraintComponent", allowed, _:
            near = {term for term in allowed if _is_near(term, value)}
            match list(near):
                case [ox.NamedNode() | ox.Literal() as only]:
                    return only
    return None


def _typed(value: ox.Literal, datatype: ox.NamedNode) -> ox.Literal | None:
    name, text = datatype.value, value.value
    fits = re.fullmatch(LEXICAL[name], text) if name in LEXICAL else name == _URI and _is_address(value)
    if value.language or not fits or name in _FIT_ANY_WORD or (name == _BOOLEAN and text in ("0", "1")):
        return None
    least, most = BOUNDS.get(name, (None, None))
    if (least is not None and int(text) < least) or (most is not None and int(text) > most):
        return None
    return ox.Literal(text, datatype=datatype)


def _is_address(literal: ox.Literal) -> bool:
    plain = literal.datatype.value in (f"{XSD}string", _URI)
    return plain and re.match(r"https?://[^/?#]", literal.value) is not None and is_iri(literal.value)


def _is_near(term: Term, value: Term) -> bool:
    if isinstance(term, ox.Literal) and isinstance(value, ox.Literal):
        if term.value == value.value:
            return True
        if (term.datatype, term.language) != (value.datatype, value.language):
            return False
    elif not (isinstance(term, ox.NamedNode) and isinstance(value, ox.NamedNode)):
        return False
    return term.value.casefold() == value.value.casefold()


def _shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.NamedNode):
        return curie(term.value) or str(term)
    if isinstance(term, ox.Literal) and not term.language and term.datatype.value != f"{XSD}string":
        return f"{_shown(ox.Literal(term.value))}^^{_shown(term.datatype)}"
    return "".join(one if one.isprintable() else f"\\U{ord(one):08X}" for one in str(term))
