"""SHACL validation results (SHACL section 3.6): as RDF terms, as plain text, and their messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from foc_graph.rdf.terms import Names, Node, Term
from foc_graph.shacl.compiler import Check
from foc_graph.shacl.path import Path
from foc_graph.shacl.shapes import Shape, local_name

SEVERITIES = ("Violation", "Warning", "Info")
"""The local names of SHACL's own severities, the gravest first."""

MILDER = SEVERITIES[1:]
"""Those of results that are no violations."""


@dataclass(frozen=True)
class Finding:
    """One validation result, as RDF terms.

    `arguments` are the values of the constraint's parameters, such as a datatype, and `shapes` those that are shapes.
    """

    focus: Node
    path: Path | None
    value: Node | None
    severity: ox.NamedNode
    component: ox.NamedNode
    shape: ox.NamedNode | ox.BlankNode
    constraint: Term | None
    messages: tuple[ox.Literal, ...]
    arguments: tuple[Term, ...] = ()
    shapes: tuple[Shape, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True)
class ValidationResult:
    """One validation result, as plain text.

    IRIs and literals are plain text, blank nodes `_:` and a label, which means nothing outside of the report. `where`
    is `file:line:column` of the offending triple, or empty. `path` is the IRI of a predicate, or another path in
    SPARQL's syntax. `severity` and `component` are local names, such as `Violation` and `MinCountConstraintComponent`,
    where they are SHACL's own, else IRIs. `shape` is the SPARQL constraint if it has an IRI, else the shape. `label`
    names the focus node, and `suggestion` is what to remove and to add where a repair is certain; both may be empty.
    """

    where: str
    focus: str
    path: str
    value: str
    severity: str
    component: str
    shape: str
    message: str
    label: str = ""
    suggestion: str = ""

    @property
    def position(self) -> tuple[str, int, int] | None:
        """File, line and column of `where`."""
        if not self.where:
            return None
        file, line, column = self.where.rsplit(":", 2)
        return file, int(line), int(column)


_VARIABLE = re.compile(r"\{[?$](\w+)\}")
_TEXTS = {
    "Class": "The value must be an instance of {0}.",
    "Datatype": "The value must be a literal of datatype {0}.",
    "NodeKind": "The value must be of kind {0}.",
    "MinCount": "There must be at least {0} values.",
    "MaxCount": "There must be at most {0} values.",
    "MinExclusive": "The value must be greater than {0}.",
    "MinInclusive": "The value must be at least {0}.",
    "MaxExclusive": "The value must be less than {0}.",
    "MaxInclusive": "The value must be at most {0}.",
    "MinLength": "The value must have at least {0} characters.",
    "MaxLength": "The value must have at most {0} characters.",
    "Pattern": "The value must match the regular expression {0}.",
    "LanguageIn": "The value must be in one of the languages {list}.",
    "UniqueLang": "There must be one value for each language.",
    "Equals": "The values must be those of {0}.",
    "Disjoint": "The value must not be a value of {0}.",
    "LessThan": "The value must be less than those of {0}.",
    "LessThanOrEquals": "The value must not be greater than those of {0}.",
    "Not": "The value must not conform to shape {shapes}.",
    "And": "The value must conform to all of the shapes {shapes}.",
    "Or": "The value must conform to at least one of the shapes {shapes}.",
    "Xone": "The value must conform to exactly one of the shapes {shapes}.",
    "Node": "The value must conform to shape {shapes}.",
    "QualifiedMinCount": "At least {0} values must conform to shape {shape}.",
    "QualifiedMaxCount": "At most {0} values may conform to shape {shape}.",
    "Closed": "The predicate is not among those that the shape allows: {list}.",
    "HasValue": "The value {0} must be there.",
    "In": "The value must be one of {list}.",
    "SPARQL": "The SPARQL constraint {0} must hold.",
}
_LONGEST_LIST = 10


def messages(check: Check, answers: Mapping[str, Node], names: Names) -> tuple[ox.Literal, ...]:
    """Give the messages of a result: its query's, else its shape's, else a plain one (SHACL sections 2.1.5, 5.3.2)."""
    query = check.constraint.query
    if query is None:
        return check.shape.messages or (_default_message(check, names),)
    said = answers.get("message")
    if isinstance(said, ox.Literal) and not query.messages:
        return (said,)
    terms = {name: term for name, term in query.constants.items() if isinstance(term, Term)}
    templates = query.messages or check.shape.messages or (_default_message(check, names),)
    return tuple(_filled(template, terms | dict(answers), names) for template in templates)


def _filled(template: ox.Literal, terms: Mapping[str, Node], names: Names) -> ox.Literal:
    text = _VARIABLE.sub(
        lambda match: _shown(terms[match[1]], names) if match[1] in terms else match[0], template.value
    )
    return ox.Literal(text, language=template.language) if template.language else ox.Literal(text)


def _default_message(check: Check, names: Names) -> ox.Literal:
    """Say in English what a constraint without a message asks for."""
    terms = check.constraint.terms
    shapes = [
        names.term(shape.node) if isinstance(shape.node, ox.NamedNode) else "given there"
        for shape in check.constraint.shapes
    ]
    listed = ", ".join(
        [*(_shown(term, names) for term in terms[:_LONGEST_LIST]), *["..."] * (len(terms) > _LONGEST_LIST)]
    )
    name = local_name(check.constraint)
    template = _TEXTS.get(name, f"The constraint {names.term(check.constraint.component)} must hold.")
    first = _shown(terms[0], names) if terms else ""
    shown = template.format(first, list=listed or "none", shapes=", ".join(shapes), shape=(shapes or [""])[0])
    return ox.Literal(shown, language="en")


def _shown(term: Node, names: Names) -> str:
    return term.value if isinstance(term, ox.Literal) else names.term(term)
