"""Plans as SPARQL 1.1 for stores that are not known, in forms that Virtuoso 7 answers rightly as well.

Seen there (7.2.12), where the plain forms of `sparql` are right by the standard:

- a filter inside `MINUS` or `NOT EXISTS` that looks at a variable of the outside also filters the outside;
- `VALUES` as an operand of `UNION` gives nothing, and gives plain text for text with a language tag;
- an expression that is an error counts as true inside `!`, `COALESCE` and `IF`, which decides what cannot be compared;
- `sameTerm` is false for plain text, and inside `||`; `DATATYPE` of text with a language tag is an error;
- `=` between a variable and an IRI at the end of a path with `*` or `+` loses solutions, as such a path after `/` does;
- `EXISTS` inside `IF` is a syntax error.
"""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.shacl import plan as p
from foc_graph.shacl.datatypes import LANG_STRING, NUMERIC
from foc_graph.shacl.path import Sequence
from foc_graph.shacl.plan import Condition, Plan
from foc_graph.shacl.sparql import Dialect, Writer, all_of, any_of, common, negated, union, variables

_NONE = ox.NamedNode("urn:foc-graph:none")


def select(plan: Plan, dialect: Dialect) -> str:
    """The query whose solutions are the rows of a plan, without duplicates."""
    return _PortableWriter(dialect).select(plan)


class _PortableWriter(Writer):
    def group(self, plan: Plan) -> str:
        match plan:
            case p.Nodes(column, terms):
                tagged = [term for term in terms if isinstance(term, ox.Literal) and term.language]
                parts = [f"BIND({term} AS ?{column})" for term in tagged]
                if others := tuple(term for term in terms if term not in tagged):
                    parts.append(super().group(p.Nodes(column, others * 2 if len(others) == 1 else others)))
                return union(f"{{ SELECT ?{column} WHERE {{ {part} }} }}" for part in parts)
            case p.Without(rows, other):
                shared, found = common(rows, other), self.new()
                marked = f"SELECT DISTINCT {variables(shared)} (1 AS {found}) WHERE {{\n{self.group(other)}\n}}"
                return f"{self.group(rows)}\nOPTIONAL {{ {{ {marked} }} }}\nFILTER(!BOUND({found}))"
            case p.Step(rows, start, Sequence((first, second, *rest)), end):
                middle = self.new().removeprefix("?")
                onward = Sequence((second, *rest)) if rest else second
                return self.group(p.Step(p.Step(rows, start, first, middle), middle, onward, end))
        return super().group(plan)

    def condition(self, condition: Condition) -> str:
        match condition:
            case p.OneOf(column, terms):
                iris = [term for term in terms if isinstance(term, ox.NamedNode)]
                literals = [self._equal(column, term) for term in terms if isinstance(term, ox.Literal)]
                listed = f"?{column} IN ({', '.join(map(str, [*iris, _NONE]))})"
                return any_of([listed] * bool(iris) + literals)
            case p.Compares(column, operator, str() as other):
                one, two = f"?{column}", f"?{other}"
                alike = f"{_datatype(one)} = {_datatype(two)}"
                comparable = (
                    f"isLITERAL({one}) && isLITERAL({two}) && ((isNUMERIC({one}) && isNUMERIC({two})) || {alike})"
                )
                return f"({comparable} && COALESCE({one} {operator} {two}, false))"
            case p.Compares(column, operator, other):
                node = f"?{column}"
                if not isinstance(other, ox.Literal) or other.language:
                    return "false"
                numeric = other.datatype.value in NUMERIC
                comparable = f"isNUMERIC({node})" if numeric else self.has_datatype(node, other.datatype)
                return f"(isLITERAL({node}) && {comparable} && COALESCE({node} {operator} {other}, false))"
            case p.ExactlyOne(conditions):
                tests = [self.condition(one) for one in conditions]
                return any_of(
                    all_of(test if one == number else negated(test) for one, test in enumerate(tests))
                    for number in range(len(tests))
                )
        return super().condition(condition)

    def has_datatype(self, node: str, datatype: ox.NamedNode) -> str:
        return f'LANG({node}) != ""' if datatype == LANG_STRING else f"{_datatype(node)} = {datatype}"

    def _equal(self, column: str, literal: ox.Literal) -> str:
        node, tests = f"?{column}", [f"STR(?{column}) = {ox.Literal(literal.value)}"]
        if literal.language:
            tests.append(f"LCASE(LANG({node})) = {ox.Literal(literal.language.lower())}")
        else:
            tests.append(self.has_datatype(node, literal.datatype))
        return all_of([f"isLITERAL({node})", *tests])


def _datatype(node: str) -> str:
    return f"COALESCE(DATATYPE({node}), {_NONE})"
