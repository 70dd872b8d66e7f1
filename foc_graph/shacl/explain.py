"""Explanations: what a shape asks of the data, as a plan in words and as SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from foc_graph.rdf.terms import Names, Node
from foc_graph.shacl import plan as p
from foc_graph.shacl.compiler import Check
from foc_graph.shacl.path import sparql as path_text
from foc_graph.shacl.plan import Condition, Plan
from foc_graph.shacl.shapes import local_name
from foc_graph.shacl.sparql import Dialect, select


def explain(checks: Iterable[Check], dialect: Dialect, names: Names) -> str:
    """Explain each check by its constraint, its plan as comment lines, and its query."""
    explainer = _Explainer(names)
    return "\n\n".join("\n".join(explainer.check(check, dialect)) for check in checks)


class _Explainer:
    def __init__(self, names: Names) -> None:
        self._names = names

    def check(self, check: Check, dialect: Dialect) -> Iterator[str]:
        owner = check.constraint.query.node if check.constraint.query is not None else check.shape.node
        name = local_name(check.constraint)
        parts = [
            self._names.term(owner),
            f"sh:{name}ConstraintComponent" if ":" not in name else self._names.term(check.constraint.component),
        ]
        if check.shape.path is not None:
            parts.append(path_text(check.shape.path, self._names.prefixes))
        yield f"# {'  '.join(parts)}"
        yield f"# for targets of {self._names.term(check.root.node)}, the rows of:"
        yield from (f"#   {line}" for line in self.describe(check.plan))
        yield select(check.plan, dialect)

    def describe(self, plan: Plan) -> Iterator[str]:
        """Describe a plan in words, one operation a line, each with what it works on below it."""
        match plan:
            case p.Instances(column, kind):
                yield f"{column}: instances of {self._names.term(kind)}"
            case p.Nodes(column, terms):
                yield f"{column}: one of {self._listed(terms)}"
            case p.Chosen(column):
                yield f"{column}: a chosen node"
            case p.Ends(column, predicate, side):
                yield f"{column}: {side}s of {self._names.term(predicate)}"
            case p.Union(parts):
                yield "union"
                yield from self._below(parts)
            case p.Step(rows, start, path, end):
                yield f"{end}: from {start} by {path_text(path, self._names.prefixes) or 'no step'}"
                yield from self._below([rows])
            case p.Properties(rows, start, predicate_column, end):
                yield f"{predicate_column}, {end}: each property of {start}"
                yield from self._below([rows])
            case p.Language(rows, start, end):
                yield f"{end}: language of {start}"
                yield from self._below([rows])
            case p.Keep(rows, kept):
                yield f"keep where {self.condition(kept)}"
                yield from self._below([rows])
            case p.Without(rows, other):
                yield "rows of the first that are not in the second"
                yield from self._below([rows, other])
            case p.Within(rows, other):
                yield "rows of the first that are in the second"
                yield from self._below([rows, other])
            case p.Tagged(parts, tag):
                yield f"union, with the number of the part as {tag}"
                yield from self._below(parts)
            case p.Counted(rows, columns, counted, operator, number):
                yield f"{', '.join(columns)} where the count of {counted} {operator} {number}"
                yield from self._below([rows])
            case p.Select(rows, columns):
                yield f"distinct {', '.join(columns)}"
                yield from self._below([rows])
            case p.Answers(rows, query, _, _, _):
                yield f"answers to {self._names.term(query.node)}"
                yield from self._below([rows])

    def _below(self, plans: Iterable[Plan]) -> Iterator[str]:
        return (f"  {line}" for plan in plans for line in self.describe(plan))

    def condition(self, one: Condition) -> str:
        """Describe a condition in words."""
        match one:
            case p.IsKind(column, kinds):
                return f"{column} is {' or '.join(sorted(kinds))}"
            case p.HasDatatype(column, datatype):
                return f"{column} is a {self._names.term(datatype)}"
            case p.Compares(column, operator, other):
                return f"{column} {operator} {other if isinstance(other, str) else self._names.term(other)}"
            case p.HasLength(column, operator, length):
                return f"length of {column} {operator} {length}"
            case p.Matches(column, pattern, flags):
                return f"{column} matches /{pattern}/{flags}"
            case p.InLanguages(column, ranges):
                return f"language of {column} is in {', '.join(ranges)}"
            case p.OneOf(column, terms):
                return f"{column} is one of {self._listed(terms)}"
            case p.InstanceOf(column, kind):
                return f"{column} is an instance of {self._names.term(kind)}"
            case p.Linked(column, predicate, to):
                end = "anything" if to is None else to if isinstance(to, str) else self._names.term(to)
                return f"{column} has {self._names.term(predicate)} {end}"
            case p.Reaches(column, path, end, inner):
                which = "" if inner == p.All(()) else f" where {self.condition(inner)}"
                return f"{column} has {path_text(path, self._names.prefixes)} {end}{which}"
            case p.HasOnly(column, predicates):
                return f"{column} has no properties but {self._listed(predicates)}"
            case p.Same(column, other):
                return f"{column} is {other}"
            case p.SameLanguage(column, other):
                return f"{column} and {other} are in one language"
            case p.Not(inner):
                return f"not ({self.condition(inner)})"
            case p.All(()):
                return "true"
            case p.Some(()):
                return "false"
            case p.All(parts):
                return " and ".join(f"({self.condition(part)})" for part in parts)
            case p.Some(parts):
                return " or ".join(f"({self.condition(part)})" for part in parts)
            case p.ExactlyOne(parts):
                return f"exactly one of {', '.join(f'({self.condition(part)})' for part in parts)}"

    def _listed(self, terms: Iterable[Node]) -> str:
        shown = [self._names.term(term) for term in terms]
        return ", ".join([*shown[:8], *["..."] * (len(shown) > 8)])
