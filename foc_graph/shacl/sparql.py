"""Plans as SPARQL 1.1 queries, also in forms that Virtuoso 7 answers rightly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

import pyoxigraph as ox

from foc_graph.rdf.terms import RDF_TYPE, RDFS, XSD, Node, Term, term_text
from foc_graph.shacl import plan as p
from foc_graph.shacl.lexical_forms import (
    BOUNDS,
    CHOSEN,
    CHOSEN_AS_REWRITTEN,
    LANG_STRING,
    LEXICAL,
    NUMERIC,
    STAND_IN,
    may_be_rewritten,
    skolemised,
    stored,
)
from foc_graph.shacl.path import Path, Sequence, optional
from foc_graph.shacl.path import sparql as path_text
from foc_graph.shacl.plan import Condition, Plan
from foc_graph.sparql.rewriting import prebind

Subclasses = Mapping[ox.NamedNode, tuple[ox.NamedNode, ...]]
"""The classes below each class, itself included, where the data were asked for them."""

_TYPE = f"<{RDF_TYPE}>"
_BELOW = f"{_TYPE}/<{RDFS}subClassOf>*"
_KINDS = {"IRI": "isIRI", "BlankNode": "isBLANK", "Literal": "isLITERAL"}


@dataclass(frozen=True)
class Dialect:
    """The form of queries for a store: which classes are known, whether literals have stand-ins there.

    A `portable` query is for stores of which nothing is known.
    """

    subclasses: Subclasses = field(default_factory=dict)
    stand_ins: bool = False
    portable: bool = False


def select(plan: Plan, dialect: Dialect) -> str:
    """Write the query whose solutions are the rows of a plan, without duplicates."""
    writer = _PortableWriter(dialect) if dialect.portable else _Writer(dialect)
    return writer.select(plan)


def possible(plan: p.Answers, dialect: Dialect) -> str | None:
    """Write the question whether a query has any answers, whatever the rows that it is asked for.

    None where these are few, or where the query alone cannot tell.
    """
    if p.is_bounded(plan.input) or plan.query.template.form == "ASK" or not plan.query.template.stands_alone:
        return None
    return f"ASK {{ {_Writer(dialect).answers(plan, '')} }}"


def variables(columns: p.Columns) -> str:
    """Write columns as the variables of a projection."""
    return " ".join(f"?{column}" for column in columns)


class _Writer:
    """Writes one query; variables that are no columns get names of their own."""

    def __init__(self, dialect: Dialect) -> None:
        self._subclasses = dialect.subclasses
        self._stand_ins = dialect.stand_ins
        self._numbers = count(1)

    def select(self, plan: Plan) -> str:
        """Write the whole query."""
        return f"SELECT DISTINCT {variables(plan.columns)} WHERE {{\n{self.group(plan)}\n}}"

    def term(self, term: Node) -> str:
        """Write a term of the shapes as the store has it."""
        return term_text(skolemised(stored(term) if self._stand_ins else term))

    def _number(self, column: str) -> str:
        """Write a literal to compare, as its own datatype has it."""
        if not self._stand_ins:
            return f"?{column}"
        datatype = f"STR(DATATYPE(?{column}))"
        own = f"STRDT(STR(?{column}), IRI(STRAFTER({datatype}, {ox.Literal(STAND_IN)})))"
        return f"IF(STRSTARTS({datatype}, {ox.Literal(STAND_IN)}), {own}, ?{column})"

    def new(self) -> str:
        """Write a variable that is no column."""
        return f"?any{next(self._numbers)}"

    def group(self, plan: Plan) -> str:
        """Write what stands between the braces of a group whose solutions are the rows, perhaps more than once."""
        match plan:
            case p.Instances(column, kind):
                return self._instances(f"?{column}", kind)
            case p.Nodes(column, terms):
                return f"VALUES ?{column} {{ {' '.join(map(self.term, terms))} }}"
            case p.Chosen(column):
                marks = CHOSEN if self._stand_ins else CHOSEN_AS_REWRITTEN
                return f"GRAPH {CHOSEN} {{ {CHOSEN} {marks} ?{column} }}"
            case p.Ends(column, predicate, side):
                pair = (f"?{column}", self.new()) if side == "subject" else (self.new(), f"?{column}")
                return f"{pair[0]} {predicate} {pair[1]} ."
            case p.Union(parts):
                return union(map(self.group, parts))
            case p.Step(rows, start, path, end):
                return self._step(self.group(rows), f"?{start}", path, f"?{end}")
            case p.Properties(rows, start, predicate_column, end):
                return f"{self.group(rows)}\n?{start} ?{predicate_column} ?{end} ."
            case p.Language(rows, start, end):
                return f'{self.group(rows)}\nFILTER(LANG(?{start}) != "")\nBIND(LCASE(LANG(?{start})) AS ?{end})'
            case p.Keep(rows, condition):
                return f"{self.group(rows)}\nFILTER({self.condition(condition)})"
            case p.Without(rows, other):
                return f"{self.group(rows)}\nMINUS {{\n{self._shared(other, plan.columns)}\n}}"
            case p.Within(rows, p.Instances() | p.Ends() | p.Nodes() as other) if rows.columns == other.columns:
                return f"{self.group(rows)}\n{self.group(other)}"
            case p.Within(rows, other):
                return f"{self.group(rows)}\n{self._distinct(other, common(rows, other))}"
            case p.Tagged(parts, tag):
                return union(f"{self.group(part)}\nBIND({number} AS ?{tag})" for number, part in enumerate(parts))
            case p.Counted(rows, columns, counted, operator, number):
                names = variables(columns)
                having = f"COUNT(DISTINCT ?{counted}) {operator} {number}"
                return f"{{ SELECT {names} WHERE {{\n{self.group(rows)}\n}} GROUP BY {names} HAVING ({having}) }}"
            case p.Select(rows, columns):
                return self._distinct(rows, columns)
            case p.Answers():
                return self.answers(plan, self.group(plan.input))

    def _distinct(self, plan: Plan, columns: p.Columns) -> str:
        return f"{{ SELECT DISTINCT {variables(columns)} WHERE {{\n{self.group(plan)}\n}} }}"

    def _shared(self, plan: Plan, columns: p.Columns) -> str:
        """Write a plan for MINUS: what it has beside the shared columns does not matter there."""
        match plan:
            case p.Select(rows, _) if set(rows.columns) & set(columns) <= set(plan.columns):
                return self._shared(rows, columns)
            case p.Union(parts):
                return union(self._shared(part, columns) for part in parts)
        return self.group(plan)

    def _instances(self, node: str, kind: ox.NamedNode) -> str:
        classes = self._subclasses.get(kind)
        if classes is None:
            return f"{node} {_BELOW} {kind} ."
        return union(f"{node} {_TYPE} {one} ." for one in classes)

    def _step(self, rows: str, start: str, path: Path, end: str) -> str:
        taken = f"{rows}\n{start} {path_text(path)} {end} ."
        if not optional(path):
            return taken
        here = f"{rows}\nBIND({start} AS {end})"
        return here if path_text(path) == "" else union([here, taken])

    def answers(self, plan: p.Answers, rows: str) -> str:
        """Write a query of the shapes' author, with the group of the rows that it is asked for."""
        names = {name: f"?{column}" for name, column in plan.variables} | {"this": f"?{plan.this}"}
        if plan.value is not None:
            names["value"] = f"?{plan.value}"
        number = next(self._numbers)

        def term(name: str) -> str | None:
            if name in names:
                return names[name]
            if name in plan.query.absent:
                return None
            constant = plan.query.constants.get(name)
            if constant is None:
                return f"?{name}_{number}"
            return str(skolemised(constant)) if isinstance(constant, Term) else f"({path_text(constant)})"

        grouped = plan.query.template.is_grouped
        own = tuple(f"?{column}" for column in (plan.this, plan.value) if column is not None)
        columns = own if grouped else tuple(f"?{column}" for column in plan.input.columns)
        text = prebind(plan.query.template, term, rows, tuple(dict.fromkeys(columns)), str(CHOSEN))
        return f"{rows}\n{text}" if grouped and set(columns) != {f"?{one}" for one in plan.input.columns} else text

    def condition(self, condition: Condition) -> str:
        """Write an expression that is true or false, never an error."""
        match condition:
            case p.IsKind(column, kinds):
                return any_of(f"{_KINDS[kind]}(?{column})" for kind in sorted(kinds))
            case p.HasDatatype(column, datatype):
                return self._well_typed(f"?{column}", datatype)
            case p.Compares(column, operator, other):
                left, right = self._number(column), self._number(other) if isinstance(other, str) else str(other)
                return f"COALESCE({left} {operator} {right}, false)"
            case p.HasLength(column, operator, length):
                return f"(!isBLANK(?{column}) && STRLEN(STR(?{column})) {operator} {length})"
            case p.Matches(column, pattern, flags):
                options = f", {ox.Literal(flags)}" if flags else ""
                return f"(!isBLANK(?{column}) && REGEX(STR(?{column}), {ox.Literal(pattern)}{options}))"
            case p.InLanguages(column, ranges):
                tests = any_of(f"LANGMATCHES(LANG(?{column}), {ox.Literal(one)})" for one in ranges)
                return f"(isLITERAL(?{column}) && {tests})"
            case p.OneOf(column, terms):
                if terms and all(isinstance(term, ox.NamedNode) for term in terms):
                    return f"?{column} IN ({', '.join(map(str, terms))})"
                return any_of(f"sameTerm(?{column}, {self.term(term)})" for term in terms)
            case p.InstanceOf(column, kind):
                classes = self._subclasses.get(kind)
                if classes is None:
                    return f"EXISTS {{ ?{column} {_BELOW} {kind} }}"
                return any_of(f"EXISTS {{ ?{column} {_TYPE} {one} }}" for one in classes)
            case p.Linked(column, predicate, to):
                end = self.new() if to is None else f"?{to}" if isinstance(to, str) else self.term(to)
                return f"EXISTS {{ ?{column} {predicate} {end} }}"
            case p.Reaches(column, path, end, inner):
                test = "" if inner == p.All(()) else f" FILTER({self.condition(inner)})"
                return f"EXISTS {{ ?{column} {path_text(path)} ?{end}{test} }}"
            case p.HasOnly(column, predicates):
                own = self.new()
                listed = f" FILTER({own} NOT IN ({', '.join(map(str, predicates))}))" if predicates else ""
                return f"NOT EXISTS {{ ?{column} {own} {self.new()}{listed} }}"
            case p.Same(column, other):
                return f"sameTerm(?{column}, ?{other})"
            case p.SameLanguage(column, other):
                tags = [f"LCASE(LANG(?{one}))" for one in (column, other)]
                return f'(isLITERAL(?{column}) && isLITERAL(?{other}) && {tags[0]} != "" && {tags[0]} = {tags[1]})'
            case p.Not(p.Not(inner)):
                return self.condition(inner)
            case p.Not(inner):
                return negated(self.condition(inner))
            case p.All(conditions):
                return all_of(map(self.condition, conditions))
            case p.Some(conditions):
                return any_of(map(self.condition, conditions))
            case p.ExactlyOne(()):
                return "false"
            case p.ExactlyOne(conditions):
                return "(" + " + ".join(f"IF({self.condition(one)}, 1, 0)" for one in conditions) + " = 1)"

    def has_datatype(self, node: str, datatype: ox.NamedNode) -> str:
        """Write an expression that is true of the literals of a datatype, well-formed or not."""
        return f"DATATYPE({node}) = {datatype}"

    def _well_typed(self, node: str, datatype: ox.NamedNode) -> str:
        own = self.has_datatype(node, datatype)
        if self._stand_ins and may_be_rewritten(datatype):
            own = f"({own} || DATATYPE({node}) = <{STAND_IN}{datatype.value}>)"
        tests = [f"isLITERAL({node})", own]
        if pattern := LEXICAL.get(datatype.value):
            tests.append(f"REGEX(STR({node}), {ox.Literal(f'^(?:{pattern})$')})")
        if bounds := BOUNDS.get(datatype.value):
            number = f"<{XSD}decimal>(STR({node}))"
            least, most = (ox.Literal(str(bound), datatype=ox.NamedNode(f"{XSD}decimal")) for bound in bounds)
            tests += [f"COALESCE({number} >= {least}, false)", f"COALESCE({number} <= {most}, false)"]
        return all_of(tests)


def negated(test: str) -> str:
    """Write an expression that is true where another is false."""
    if test.startswith("EXISTS {"):
        return f"NOT {test}"
    if test.startswith("NOT EXISTS {"):
        return test.removeprefix("NOT ")
    return f"!({test})"


def all_of(tests: Iterable[str]) -> str:
    """Write an expression that is true where all of some are."""
    listed = list(tests)
    return "true" if not listed else listed[0] if len(listed) == 1 else f"({' && '.join(listed)})"


def any_of(tests: Iterable[str]) -> str:
    """Write an expression that is true where one of some is."""
    listed = list(tests)
    return "false" if not listed else listed[0] if len(listed) == 1 else f"({' || '.join(listed)})"


def union(groups: Iterable[str]) -> str:
    """Write a group with the solutions of all of some."""
    listed = list(groups)
    return listed[0] if len(listed) == 1 else " UNION ".join(f"{{\n{group}\n}}" for group in listed)


def common(one: Plan, other: Plan) -> p.Columns:
    """Return the columns that two plans share."""
    return tuple(column for column in one.columns if column in other.columns)


_NONE = ox.NamedNode("urn:foc-graph:none")


class _PortableWriter(_Writer):
    """Writes one query for stores that are not known, in forms that Virtuoso 7 answers rightly as well.

    Seen there (7.2.12), where the plain forms are right by the standard:

    - a filter inside `MINUS` or `NOT EXISTS` that looks at a variable of the outside also filters the outside;
    - `VALUES` as an operand of `UNION` gives nothing, and gives plain text for text with a language tag;
    - an expression that is an error counts as true inside `!`, `COALESCE` and `IF`, which decides what cannot be
      compared;
    - `sameTerm` is false for plain text, and inside `||`; `DATATYPE` of text with a language tag is an error;
    - `=` between a variable and an IRI at the end of a path with `*` or `+` loses solutions, as such a path after `/`
      does;
    - `EXISTS` inside `IF` is a syntax error.
    """

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
