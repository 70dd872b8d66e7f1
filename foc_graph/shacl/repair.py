"""Repairs of violations, where they are certain: triples to remove and to add.

A repair is suggested only where one change makes the result go away and no other would do it with what is written:

- `sh:hasValue`: the value that must be there is added;
- `sh:datatype`, `sh:nodeKind`, and `sh:node`, `sh:and`, `sh:or` and `sh:xone` where they judge the value itself: of all
  literals with the same text, and the IRI where the text is the whole of an `http` or `https` one, just one is allowed.
  Its datatype must be one that not just any text fits. A literal with a language, or `0` and `1` for a boolean, may
  mean something else;
- `sh:in`: exactly one of the values differs from this one by datatype and language alone, or by letter case alone.

All else leaves a choice: `sh:equals` may lack a value on one side or have one too many on the other, a predicate that
`sh:closed` does not allow may be misspelt, superfluous, or missing in the shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from foc_graph.rdf.terms import SH, XSD, Node, Term, curie, is_iri
from foc_graph.shacl.lexical_forms import BOUNDS, LEXICAL, holds
from foc_graph.shacl.path import simple
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import COMPARISONS, NODE_KINDS, Constraint, Shape, local_name, within

_BOOLEAN, _URI = f"{XSD}boolean", f"{XSD}anyURI"
_FIT_ANY_WORD = {f"{XSD}language", f"{XSD}hexBinary"}
_OTHER = ox.NamedNode(f"{XSD}anyAtomicType")
"""Stands for the datatypes that a shape does not name."""


@dataclass(frozen=True)
class Suggestion:
    """Triples to remove and to add."""

    remove: tuple[ox.Triple, ...]
    add: tuple[ox.Triple, ...]

    def to_text(self, prefixes: Mapping[str, str]) -> str:
        """Write the triples one a line in Turtle with these prefixes, after a `-` or `+`."""
        return "\n".join(
            f"{sign} {' '.join(_shown(term, prefixes) for term in triple)} ."
            for sign, triples in (("-", self.remove), ("+", self.add))
            for triple in triples
        )


def suggestion(finding: Finding) -> Suggestion | None:
    """Return the repair of a result about a named thing and one predicate, where it is certain."""
    predicate, value = simple(finding.path), finding.value
    if predicate is None or not isinstance(finding.focus, ox.NamedNode):
        return None
    better = _required(finding) if value is None else _replacement(finding, value)
    if better is None or better == value:
        return None
    new = ox.Triple(finding.focus, predicate, better)
    return Suggestion(() if value is None else (ox.Triple(finding.focus, predicate, value),), (new,))


def _required(finding: Finding) -> ox.NamedNode | ox.Literal | None:
    match finding.component.value.removeprefix(SH), finding.arguments:
        case "HasValueConstraintComponent", (ox.NamedNode() | ox.Literal() as required,):
            return required
    return None


def _replacement(finding: Finding, value: Node) -> ox.NamedNode | ox.Literal | None:
    constraint = Constraint(finding.component, finding.arguments, finding.shapes)
    match local_name(constraint):
        case "In":
            near = {term for term in constraint.terms if _is_near(term, value)}
            match list(near):
                case [ox.NamedNode() | ox.Literal() as only]:
                    return only
        case "Datatype" | "NodeKind" | "Node" | "And" | "Or" | "Xone" if isinstance(value, ox.Literal):
            return _only_reading(value, constraint)
    return None


def _only_reading(value: ox.Literal, constraint: Constraint) -> ox.NamedNode | ox.Literal | None:
    """Return the one term with the text of a literal that a constraint allows."""
    outcomes = {term: _meets(term, constraint) for term in _readings(value, constraint)}
    match [term for term, met in outcomes.items() if met is not False]:
        case [ox.NamedNode() | ox.Literal() as only] if outcomes[only] and _is_meant(only, value):
            return only
    return None


def _readings(value: ox.Literal, constraint: Constraint) -> set[ox.NamedNode | ox.Literal]:
    """Return the terms with the text of a literal that a constraint tells apart."""
    found: set[ox.NamedNode | ox.Literal] = {
        ox.Literal(value.value, datatype=_OTHER),
        ox.Literal(value.value, language="und"),
    }
    if _is_address(value):
        found.add(ox.NamedNode(value.value))
    for one in within(constraint):
        match local_name(one), one.terms:
            case "Datatype", (ox.NamedNode() as datatype,):
                found.add(ox.Literal(value.value, datatype=datatype))
            case "In" | "HasValue", terms:
                found.update(term for term in terms if not isinstance(term, ox.BlankNode) and term.value == value.value)
    return found


def _is_meant(term: ox.NamedNode | ox.Literal, value: ox.Literal) -> bool:
    """Whether a literal almost certainly means the term with its text."""
    if isinstance(term, ox.NamedNode):
        return True
    name = term.datatype.value
    if value.language or name in _FIT_ANY_WORD or (name == _BOOLEAN and term.value in ("0", "1")):
        return False
    return name in LEXICAL or (name == _URI and _is_address(value))


def _conforms(term: ox.NamedNode | ox.Literal, shape: Shape) -> bool | None:
    """Whether a term conforms to a shape; None where the term alone does not tell."""
    return None if shape.path is not None else _every(_meets(term, one) for one in shape.constraints)


def _meets(term: ox.NamedNode | ox.Literal, constraint: Constraint) -> bool | None:
    """Whether a constraint allows a term; None where the term alone does not tell."""
    terms = constraint.terms
    judged = (_conforms(term, shape) for shape in constraint.shapes)
    match local_name(constraint):
        case "Node" | "And":
            return _every(judged)
        case "Or":
            return _opposite(_every(map(_opposite, judged)))
        case "Xone":
            each = list(judged)
            return None if None in each else each.count(True) == 1
        case "Not":
            return _opposite(_every(judged))
        case "Datatype":
            return isinstance(term, ox.Literal) and terms == (term.datatype,) and _is_well_formed(term)
        case "NodeKind" if terms:
            kind = "IRI" if isinstance(term, ox.NamedNode) else "Literal"
            return kind in NODE_KINDS[terms[0].value.removeprefix(SH)]
        case "In" | "HasValue":
            return term in terms
        case "Class" if isinstance(term, ox.Literal):
            return False
        case "LanguageIn" if isinstance(term, ox.NamedNode) or not term.language:
            return False
        case "MinLength":
            return len(term.value) >= int(terms[0].value)
        case "MaxLength":
            return len(term.value) <= int(terms[0].value)
        case "Pattern":
            return holds(f"REGEX({', '.join(map(str, (ox.Literal(term.value), *terms)))})")
        case name if name in COMPARISONS and isinstance(term, ox.Literal):
            told = term.datatype != _OTHER and not term.language
            return holds(f"{term} {COMPARISONS[name]} {terms[0]}") if told else None
    return None


def _every(outcomes: Iterable[bool | None]) -> bool | None:
    known = True
    for outcome in outcomes:
        if outcome is False:
            return False
        known = known and outcome is not None
    return True if known else None


def _opposite(outcome: bool | None) -> bool | None:
    return None if outcome is None else not outcome


def _is_well_formed(literal: ox.Literal) -> bool:
    name, text = literal.datatype.value, literal.value
    if name in LEXICAL and not re.fullmatch(LEXICAL[name], text):
        return False
    least, most = BOUNDS.get(name, (None, None))
    return (least is None or Decimal(text) >= least) and (most is None or Decimal(text) <= most)


def _is_address(literal: ox.Literal) -> bool:
    plain = literal.datatype.value in (f"{XSD}string", _URI)
    return plain and re.match(r"https?://[^/?#]", literal.value) is not None and is_iri(literal.value)


def _is_near(term: Term, value: Node) -> bool:
    if isinstance(term, ox.Literal) and isinstance(value, ox.Literal):
        if term.value == value.value:
            return True
        if (term.datatype, term.language) != (value.datatype, value.language):
            return False
    elif not (isinstance(term, ox.NamedNode) and isinstance(value, ox.NamedNode)):
        return False
    return term.value.casefold() == value.value.casefold()


def _shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, ox.NamedNode):
        return curie(term.value, prefixes) or str(term)
    if isinstance(term, ox.Literal) and not term.language and term.datatype.value != f"{XSD}string":
        return f"{_shown(ox.Literal(term.value), prefixes)}^^{_shown(term.datatype, prefixes)}"
    return "".join(one if one.isprintable() else f"\\U{ord(one):08X}" for one in str(term))
