"""What is asked of the data for a shape, as a plan in words and as SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from foc_graph.rdf.terms import Term
from foc_graph.shacl import plan as p
from foc_graph.shacl.compiler import Check
from foc_graph.shacl.path import sparql as path_text
from foc_graph.shacl.plan import Condition, Plan
from foc_graph.shacl.shapes import local_name
from foc_graph.shacl.shapes_graph import named
from foc_graph.shacl.sparql import Dialect, select


def explain(checks: Iterable[Check], dialect: Dialect) -> str:
    """For each check: the constraint, its plan as comment lines, and its query."""
    return "\n\n".join("\n".join(_check(check, dialect)) for check in checks)


def _check(check: Check, dialect: Dialect) -> Iterator[str]:
    owner = check.constraint.query.node if check.constraint.query is not None else check.shape.node
    name = local_name(check.constraint)
    parts = [named(owner), f"sh:{name}ConstraintComponent" if ":" not in name else named(check.constraint.component)]
    if check.shape.path is not None:
        parts.append(path_text(check.shape.path, short=True))
    yield f"# {'  '.join(parts)}"
    yield f"# for targets of {named(check.root.node)}, the rows of:"
    yield from (f"#   {line}" for line in describe(check.plan))
    yield select(check.plan, dialect)


def describe(plan: Plan) -> Iterator[str]:
    """A plan in words, one operation a line, each with what it works on below it."""
    match plan:
        case p.Instances(column, kind):
            yield f"{column}: instances of {named(kind)}"
        case p.Nodes(column, terms):
            yield f"{column}: one of {_listed(terms)}"
        case p.Chosen(column):
            yield f"{column}: a chosen node"
        case p.Ends(column, predicate, side):
            yield f"{column}: {side}s of {named(predicate)}"
        case p.Union(parts):
            yield "union"
            yield from _below(parts)
        case p.Step(rows, start, path, end):
            yield f"{end}: from {start} by {path_text(path, short=True) or 'no step'}"
            yield from _below([rows])
        case p.Properties(rows, start, predicate_column, end):
            yield f"{predicate_column}, {end}: each property of {start}"
            yield from _below([rows])
        case p.Language(rows, start, end):
            yield f"{end}: language of {start}"
            yield from _below([rows])
        case p.Keep(rows, kept):
            yield f"keep where {condition(kept)}"
            yield from _below([rows])
        case p.Without(rows, other):
            yield "rows of the first that are not in the second"
            yield from _below([rows, other])
        case p.Within(rows, other):
            yield "rows of the first that are in the second"
            yield from _below([rows, other])
        case p.Tagged(parts, tag):
            yield f"union, with the number of the part as {tag}"
            yield from _below(parts)
        case p.Counted(rows, columns, counted, operator, number):
            yield f"{', '.join(columns)} where the count of {counted} {operator} {number}"
            yield from _below([rows])
        case p.Select(rows, columns):
            yield f"distinct {', '.join(columns)}"
            yield from _below([rows])
        case p.Answers(rows, query, _, _, _):
            yield f"answers to {named(query.node)}"
            yield from _below([rows])


def _below(plans: Iterable[Plan]) -> Iterator[str]:
    return (f"  {line}" for plan in plans for line in describe(plan))


def condition(one: Condition) -> str:
    """A condition in words."""
    match one:
        case p.IsKind(column, kinds):
            return f"{column} is {' or '.join(sorted(kinds))}"
        case p.HasDatatype(column, datatype):
            return f"{column} is a {named(datatype)}"
        case p.Compares(column, operator, other):
            return f"{column} {operator} {other if isinstance(other, str) else named(other)}"
        case p.HasLength(column, operator, length):
            return f"length of {column} {operator} {length}"
        case p.Matches(column, pattern, flags):
            return f"{column} matches /{pattern}/{flags}"
        case p.InLanguages(column, ranges):
            return f"language of {column} is in {', '.join(ranges)}"
        case p.OneOf(column, terms):
            return f"{column} is one of {_listed(terms)}"
        case p.InstanceOf(column, kind):
            return f"{column} is an instance of {named(kind)}"
        case p.Linked(column, predicate, to):
            end = "anything" if to is None else to if isinstance(to, str) else named(to)
            return f"{column} has {named(predicate)} {end}"
        case p.Reaches(column, path, end, inner):
            which = "" if inner == p.All(()) else f" where {condition(inner)}"
            return f"{column} has {path_text(path, short=True)} {end}{which}"
        case p.HasOnly(column, predicates):
            return f"{column} has no properties but {_listed(predicates)}"
        case p.Same(column, other):
            return f"{column} is {other}"
        case p.SameLanguage(column, other):
            return f"{column} and {other} are in one language"
        case p.Not(inner):
            return f"not ({condition(inner)})"
        case p.All(()):
            return "true"
        case p.Some(()):
            return "false"
        case p.All(parts):
            return " and ".join(f"({condition(part)})" for part in parts)
        case p.Some(parts):
            return " or ".join(f"({condition(part)})" for part in parts)
        case p.ExactlyOne(parts):
            return f"exactly one of {', '.join(f'({condition(part)})' for part in parts)}"


def _listed(terms: Iterable[Term]) -> str:
    shown = [named(term) for term in terms]
    return ", ".join([*shown[:8], *["..."] * (len(shown) > 8)])
