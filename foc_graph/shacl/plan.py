"""Plans: what must be asked of the data, as relational operations free of any query language.

A plan is a set of rows over named columns, whose cells are RDF terms. The compiler makes one for each constraint, its
rows being the violations; a backend, such as `sparql`, writes it in the language of a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pyoxigraph as ox

from foc_graph.rdf.terms import Node, Term
from foc_graph.shacl.path import Path
from foc_graph.shacl.shapes import Query

Columns = tuple[str, ...]


# Conditions on the cells of one row. Each holds or does not hold; none fails.


@dataclass(frozen=True)
class IsKind:
    """The node is of one of these kinds: `IRI`, `BlankNode`, `Literal`."""

    column: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class HasDatatype:
    """A literal of this datatype, in its lexical space."""

    column: str
    datatype: ox.NamedNode


@dataclass(frozen=True)
class Compares:
    """The comparison holds; what cannot be compared does not. `other` is a column or a literal."""

    column: str
    operator: Literal["<", "<=", ">", ">="]
    other: str | Term


@dataclass(frozen=True)
class HasLength:
    """An IRI or literal with at least, or at most, so many characters."""

    column: str
    operator: Literal["<=", ">="]
    length: int


@dataclass(frozen=True)
class Matches:
    """An IRI or literal in which the regular expression (of SPARQL's REGEX) is found."""

    column: str
    pattern: str
    flags: str


@dataclass(frozen=True)
class InLanguages:
    """A literal whose language tag is in one of these basic ranges (RFC 4647)."""

    column: str
    ranges: tuple[str, ...]


@dataclass(frozen=True)
class OneOf:
    """One of these terms."""

    column: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class InstanceOf:
    """A SHACL instance of a class (SHACL section 1.2), subclasses included."""

    column: str
    type: ox.NamedNode


@dataclass(frozen=True)
class Linked:
    """There is a triple from a node by a predicate to a term, a column, or (None) anything."""

    column: str
    predicate: ox.NamedNode
    to: str | Term | None


@dataclass(frozen=True)
class Reaches:
    """Some node that the path leads to, in column `end`, meets the condition; the path is at least one step long."""

    column: str
    path: Path
    end: str
    condition: Condition


@dataclass(frozen=True)
class HasOnly:
    """The node has no predicates but these."""

    column: str
    predicates: tuple[Term, ...]


@dataclass(frozen=True)
class Same:
    """Two columns have the same term."""

    column: str
    other: str


@dataclass(frozen=True)
class SameLanguage:
    """Two columns have literals with the same language tag."""

    column: str
    other: str


@dataclass(frozen=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True)
class All:
    """Each of the conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class ExactlyOne:
    """One of the conditions holds and the others do not."""

    conditions: tuple[Condition, ...]


Condition = (
    IsKind | HasDatatype | Compares | HasLength | Matches | InLanguages | OneOf | InstanceOf | Linked | Reaches
    | HasOnly | Same | SameLanguage | Not | All | Some | ExactlyOne
)  # fmt: skip


# Operations.


class _OneColumn:
    column: str

    @property
    def columns(self) -> Columns:
        """The names of the columns."""
        return (self.column,)


class _SameColumns:
    input: Plan

    @property
    def columns(self) -> Columns:
        """The names of the columns: those of the input."""
        return self.input.columns


class _OneMore:
    input: Plan
    end: str

    @property
    def columns(self) -> Columns:
        """The names of the columns: those of the input and a new one."""
        return (*self.input.columns, self.end)


@dataclass(frozen=True)
class Instances(_OneColumn):
    """The SHACL instances of a class, subclasses included."""

    column: str
    type: ox.NamedNode


@dataclass(frozen=True)
class Nodes(_OneColumn):
    """These terms."""

    column: str
    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Chosen(_OneColumn):
    """The nodes that were chosen to be validated."""

    column: str


@dataclass(frozen=True)
class Ends(_OneColumn):
    """The subjects, or the objects, of a predicate's triples."""

    column: str
    predicate: ox.NamedNode
    side: Literal["subject", "object"]


@dataclass(frozen=True)
class Union:
    """The rows of all parts, which have the same columns."""

    parts: tuple[Plan, ...]

    @property
    def columns(self) -> Columns:
        """The names of the columns."""
        return self.parts[0].columns


@dataclass(frozen=True)
class Step(_OneMore):
    """Each row with every node that its node in column `start` reaches by a path, in the new column `end`."""

    input: Plan
    start: str
    path: Path
    end: str


@dataclass(frozen=True)
class Properties:
    """Each row with every predicate and value of its node in column `start`, in two new columns."""

    input: Plan
    start: str
    predicate: str
    end: str

    @property
    def columns(self) -> Columns:
        """The names of the columns."""
        return (*self.input.columns, self.predicate, self.end)


@dataclass(frozen=True)
class Language(_OneMore):
    """Each row whose literal in column `start` has a language tag, with the tag in the new column `end`."""

    input: Plan
    start: str
    end: str


@dataclass(frozen=True)
class Keep(_SameColumns):
    """The rows that meet a condition."""

    input: Plan
    condition: Condition


@dataclass(frozen=True)
class Without(_SameColumns):
    """The rows that agree with no row of `other` on the columns that both have."""

    input: Plan
    other: Plan


@dataclass(frozen=True)
class Within(_SameColumns):
    """The rows that agree with some row of `other` on the columns that both have."""

    input: Plan
    other: Plan


@dataclass(frozen=True)
class Tagged:
    """The rows of all parts, each with the number of its part in the new column `tag`."""

    parts: tuple[Plan, ...]
    tag: str

    @property
    def columns(self) -> Columns:
        """The names of the columns."""
        return (*self.parts[0].columns, self.tag)


@dataclass(frozen=True)
class Counted:
    """The distinct rows over `columns` that occur with so many different terms in column `counted`."""

    input: Plan
    columns: Columns
    counted: str
    operator: Literal[">=", "="]
    number: int


@dataclass(frozen=True)
class Select:
    """The distinct rows over some of the columns."""

    input: Plan
    columns: Columns


@dataclass(frozen=True)
class Answers:
    """The answers of a SHACL-SPARQL query for each row, with `$this` and `$value` taken from columns.

    `variables` are the result variables that are wanted, each in a new column.
    """

    input: Plan
    query: Query
    this: str
    value: str | None
    variables: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> Columns:
        """The names of the columns."""
        return (*self.input.columns, *(column for _, column in self.variables))


Plan = (
    Instances | Nodes | Chosen | Ends | Union | Step | Properties | Language | Keep | Without | Within | Tagged
    | Counted | Select | Answers
)  # fmt: skip


OPERATIONS = get_args(Plan)


def inputs(plan: Plan) -> tuple[Plan, ...]:
    """Return the plans that a plan works on."""
    direct = tuple(getattr(plan, name) for name in ("input", "other") if hasattr(plan, name))
    return (*direct, *getattr(plan, "parts", ()))


def asks(plan: Plan) -> bool:
    """Whether a plan depends on a query of the shapes' author."""
    return isinstance(plan, Answers) or any(map(asks, inputs(plan)))


def is_bounded(plan: Plan) -> bool:
    """Whether the rows of a plan are those of nodes that it lists, or that were chosen."""
    return isinstance(plan, Nodes | Chosen) or any(map(is_bounded, inputs(plan)))
