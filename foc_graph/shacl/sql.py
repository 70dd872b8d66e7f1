"""Plans as SQL over a table of triples, for DuckDB.

The tables are `triples(s, p, o, line)`, with subjects and objects as canonical N-Triples writes them and predicates by
number, `predicates(iri, number)`, `types(s, o)` with the triples of `rdf:type`, and `chosen(node)`.
What is asked of terms is in `triples_table`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from math import prod

import pyoxigraph as ox

from foc_graph.rdf.terms import XSD, Node, Term
from foc_graph.shacl import plan as p
from foc_graph.shacl.lexical_forms import BOUNDS, LANG_STRING, LEXICAL, skolemised
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence, forward
from foc_graph.shacl.plan import Condition, Plan
from foc_graph.shacl.shapes import SUBCLASS
from foc_graph.shacl.sparql import Subclasses, common

_SAFE_PATTERN = re.compile(
    r"""(?:
        (?: [^\\\[\](){}*+?] | \\[dDwWsS] | \\[^\w\s] | \((?!\?) | \)
          | \[\^?-?(?: \w-\w | [^\\\[\]&~-] | \\[dDwWsS] | \\[^\w\s] )+-?\]
        ) (?: [*+?] | \{[0-9]{1,3}(?:,[0-9]{0,3})?\} )? (?![*+?{])
    )*""",
    re.VERBOSE | re.ASCII,
)
"""Regular expressions that mean the same to DuckDB as to SPARQL's REGEX, but for `\\d`, `\\w`, `\\s` and letters of
either case, which are the same of printable ASCII only."""

MAX_COUNT = 1000
"""Most repetitions, those of nested counts multiplied, that DuckDB takes."""


class Unsupported(Exception):
    """A plan that is not written as SQL: with SPARQL, a path of any length in a condition, or an unusual pattern."""


def select(plan: Plan, predicates: Mapping[str, int], subclasses: Subclasses) -> str:
    """Write the query whose rows are those of a plan, without duplicates.

    `predicates` are the numbers of those in the data, `subclasses` the classes below some, where that is known.

    Raises:
        Unsupported: for a plan that SQL cannot express, or expresses badly.
    """
    writer = _Writer(predicates, subclasses)
    return f"SELECT DISTINCT {_names(plan.columns)} FROM ({writer.rows(plan)})"


class _Writer:
    """Writes one query."""

    def __init__(self, predicates: Mapping[str, int], subclasses: Subclasses) -> None:
        self._predicates = predicates
        self._subclasses = subclasses
        self._numbers = count(1)

    def _alias(self) -> str:
        return f"a{next(self._numbers)}"

    def _table(self, plan: Plan) -> str:
        """Write a subquery with an alias."""
        return f"({self.rows(plan)}) {self._alias()}"

    def _number(self, predicate: Term) -> int:
        return self._predicates.get(str(predicate), 0)

    def rows(self, plan: Plan) -> str:
        """Write a query whose rows are those of a plan, perhaps more than once."""
        match plan:
            case p.Instances(column, kind):
                return self._instances(kind, column)
            case p.Nodes(column, terms):
                return f"SELECT unnest([{', '.join(map(_term, terms))}]::VARCHAR[]) AS {_name(column)}"
            case p.Chosen(column):
                return f"SELECT node AS {_name(column)} FROM chosen"
            case p.Ends(column, predicate, side):
                return f"SELECT {side[0]} AS {_name(column)} FROM triples WHERE p = {self._number(predicate)}"
            case p.Union(parts):
                return " UNION ALL ".join(f"SELECT {_names(plan.columns)} FROM {self._table(part)}" for part in parts)
            case p.Step(rows, start, path, end):
                return self._step(rows, start, forward(path), end)
            case p.Properties(rows, start, predicate_column, end):
                own = f"i.*, n.iri AS {_name(predicate_column)}, t.o AS {_name(end)}"
                joined = f"JOIN triples t ON t.s = i.{_name(start)} JOIN predicates n ON n.number = t.p"
                return f"SELECT {own} FROM ({self.rows(rows)}) i {joined}"
            case p.Language(rows, start, end):
                tag = f"language(i.{_name(start)})"
                own = f"'\"' || {tag} || '\"' AS {_name(end)}"
                return f"SELECT i.*, {own} FROM ({self.rows(rows)}) i WHERE {tag} <> ''"
            case p.Keep(rows, condition):
                alias = self._alias()
                scope = {column: f"{alias}.{_name(column)}" for column in rows.columns}
                return f"SELECT * FROM ({self.rows(rows)}) {alias} WHERE {self._condition(condition, scope)}"
            case p.Without(rows, other):
                return self._matched(rows, other, "NOT EXISTS")
            case p.Within(rows, other):
                return self._matched(rows, other, "EXISTS")
            case p.Tagged(parts, tag):
                return " UNION ALL ".join(
                    f"SELECT {_names(part.columns)}, {number} AS {_name(tag)} FROM {self._table(part)}"
                    for number, part in enumerate(parts)
                )
            case p.Counted(rows, columns, counted, operator, number):
                having = f"count(DISTINCT {_name(counted)}) {operator} {number}"
                return f"SELECT {_names(columns)} FROM {self._table(rows)} GROUP BY {_names(columns)} HAVING {having}"
            case p.Select(rows, columns):
                return f"SELECT DISTINCT {_names(columns)} FROM {self._table(rows)}"
            case p.Answers():
                raise Unsupported

    def _instances(self, kind: ox.NamedNode, column: str) -> str:
        classes = self._subclasses.get(kind)
        listed = ", ".join(map(_term, classes or ()))
        if classes is None:
            narrower = f"SELECT t.s FROM triples t JOIN below b ON t.o = b.x AND t.p = {self._number(SUBCLASS)}"
            listed = f"WITH RECURSIVE below(x) AS (SELECT {_term(kind)} UNION {narrower}) SELECT x FROM below"
        return f"SELECT s AS {_name(column)} FROM types WHERE o IN ({listed})"

    def _matched(self, rows: Plan, other: Plan, test: str) -> str:
        one, two = self._alias(), self._alias()
        equal = " AND ".join(f"{one}.{_name(column)} = {two}.{_name(column)}" for column in common(rows, other))
        matching = f"SELECT 1 FROM ({self.rows(other)}) {two} WHERE {equal}"
        return f"SELECT * FROM ({self.rows(rows)}) {one} WHERE {test} ({matching})"

    def _step(self, rows: Plan, start: str, path: Path, end: str) -> str:
        if (own := self._single(path)) is not None:
            number, here, there = own
            joined = f"JOIN triples t ON t.{here} = i.{_name(start)} AND t.p = {number}"
            return f"SELECT i.*, t.{there} AS {_name(end)} FROM ({self.rows(rows)}) i {joined}"
        given, starts = self._alias(), self._alias()
        origins = f"SELECT DISTINCT {_name(start)} AS k, {_name(start)} AS x FROM {given}"
        reached = f"WITH {starts} AS ({origins}) SELECT DISTINCT k, x FROM ({self._follow(starts, path)})"
        joined = f"{given} i JOIN ({reached}) r ON r.k = i.{_name(start)}"
        return f"WITH {given} AS ({self.rows(rows)}) SELECT i.*, r.x AS {_name(end)} FROM {joined}"

    def _single(self, path: Path) -> tuple[int, str, str] | None:
        match path:
            case Predicate(predicate):
                return self._number(predicate), "s", "o"
            case Inverse(Predicate(predicate)):
                return self._number(predicate), "o", "s"
        return None

    def _follow(self, starts: str, path: Path) -> str:
        """Follow a path from the nodes `x`, each with an origin `k`: pairs of an origin and what its node reaches."""
        if (own := self._single(path)) is not None:
            number, here, there = own
            return f"SELECT f.k, t.{there} AS x FROM {starts} f JOIN triples t ON t.{here} = f.x AND t.p = {number}"
        match path:
            case Sequence(()):
                return f"SELECT k, x FROM {starts}"
            case Sequence((one,)):
                return self._follow(starts, one)
            case Sequence((one, *rest)):
                middle = self._alias()
                nodes = f"SELECT DISTINCT k, x FROM ({self._follow(starts, one)})"
                onward = self._follow(middle, Sequence(tuple(rest)))
                return f"WITH {middle} AS ({nodes}) SELECT k, x FROM ({onward})"
            case Alternative(parts):
                return " UNION ALL ".join(f"SELECT k, x FROM ({self._follow(starts, part)})" for part in parts)
            case Repeat(inner, "?"):
                return f"SELECT k, x FROM {starts} UNION ALL SELECT k, x FROM ({self._follow(starts, inner)})"
            case Repeat(inner, times):
                found = self._alias()
                start = self._follow(starts, inner) if times == "+" else f"SELECT k, x FROM {starts}"
                onward = self._follow(found, inner)
                both = f"SELECT k, x FROM ({start}) UNION SELECT k, x FROM ({onward})"
                return f"WITH RECURSIVE {found}(k, x) AS ({both}) SELECT k, x FROM {found}"
        raise AssertionError(path)

    def _condition(self, condition: Condition, scope: Mapping[str, str]) -> str:
        """Write an expression that is true or false, never NULL."""
        match condition:
            case p.IsKind(column, kinds):
                first = {"IRI": "<", "BlankNode": "_", "Literal": '"'}
                return _any_of(f"starts_with({scope[column]}, {_text(first[kind])})" for kind in sorted(kinds))
            case p.HasDatatype(column, datatype):
                return _well_typed(scope[column], datatype.value)
            case p.Compares(column, operator, other):
                return _compared(scope[column], operator, scope[other] if isinstance(other, str) else _term(other))
            case p.HasLength(column, operator, length):
                node = scope[column]
                return f"(NOT starts_with({node}, '_') AND length(lexical({node})) {operator} {length})"
            case p.Matches(column, pattern, flags):
                return _matches(scope[column], pattern, flags)
            case p.InLanguages(column, ranges):
                tag = f"language({scope[column]})"
                found = _any_of(_in_range(tag, one.lower()) for one in ranges)
                return f"(starts_with({scope[column]}, '\"') AND {found})"
            case p.OneOf(column, terms):
                return f"{scope[column]} IN ({', '.join(map(_term, terms))})" if terms else "false"
            case p.InstanceOf(column, kind):
                return f"{scope[column]} IN ({self._instances(kind, 'node')})"
            case p.Linked(column, predicate, to):
                end = scope[to] if isinstance(to, str) else None if to is None else _term(to)
                step = self._number(predicate), "s", "o"
                return self._exists(step, scope[column], lambda there: "true" if end is None else f"{there} = {end}")
            case p.Reaches(column, path, end, inner):
                if (single := self._single(path)) is None:
                    raise Unsupported
                return self._exists(single, scope[column], lambda there: self._condition(inner, {**scope, end: there}))
            case p.HasOnly(column, predicates):
                allowed = ", ".join(str(self._number(one)) for one in predicates) or "0"
                own = self._alias()
                other = f"SELECT 1 FROM triples {own} WHERE {own}.s = {scope[column]} AND {own}.p NOT IN ({allowed})"
                return f"NOT EXISTS ({other})"
            case p.Same(column, other):
                return f"{scope[column]} = {scope[other]}"
            case p.SameLanguage(column, other):
                tags = [f"language({scope[one]})" for one in (column, other)]
                return f"({tags[0]} <> '' AND {tags[0]} = {tags[1]})"
            case p.Not(inner):
                return f"NOT ({self._condition(inner, scope)})"
            case p.All(conditions):
                return _all_of(self._condition(one, scope) for one in conditions)
            case p.Some(conditions):
                return _any_of(self._condition(one, scope) for one in conditions)
            case p.ExactlyOne(()):
                return "false"
            case p.ExactlyOne(conditions):
                met = ", ".join(f"({self._condition(one, scope)})::INT" for one in conditions)
                return f"(list_sum([{met}]) = 1)"

    def _exists(self, step: tuple[int, str, str], node: str, test: Callable[[str], str]) -> str:
        """Write that a node has a step whose end meets a test."""
        (number, here, there), alias = step, self._alias()
        found = f"{alias}.p = {number} AND {alias}.{here} = {node} AND {test(f'{alias}.{there}')}"
        return f"EXISTS (SELECT 1 FROM triples {alias} WHERE {found})"


def _well_typed(node: str, datatype: str) -> str:
    if datatype == f"{XSD}string":
        return f"(starts_with({node}, '\"') AND ends_with({node}, '\"'))"
    if datatype == LANG_STRING.value:
        return f"language({node}) <> ''"
    pattern = LEXICAL.get(datatype)
    if pattern is None:
        ending = f'"^^<{datatype}>'
        return f"ends_with({node}, {_text(ending)})"
    whole = rf'"(?:{pattern})"\^\^<{re.escape(datatype)}>'
    tests = [f"regexp_full_match({node}, {_text(whole)})"]
    if datatype in BOUNDS:
        least, most = BOUNDS[datatype]
        tests.append(f"coalesce(TRY_CAST(lexical({node}) AS HUGEINT) BETWEEN {least} AND {most}, false)")
    return _all_of(tests)


def _compared(one: str, operator: str, other: str) -> str:
    return (
        f"coalesce(number({one}) {operator} number({other}), plain({one}) {operator} plain({other}), "
        f"CASE WHEN length({one}) = length({other}) THEN moment({one}) {operator} moment({other}) END, "
        f"CASE WHEN starts_with({one}, '\"') AND starts_with({other}, '\"') "
        f"THEN compared({one}, '{operator}', {other}) ELSE false END)"
    )


def _matches(node: str, pattern: str, flags: str) -> str:
    counts = [int(number) for number in re.findall("[{,]([0-9]+)", pattern) if number != "0"]
    usual = pattern.isascii() and flags in ("", "i") and prod(counts) <= MAX_COUNT
    if not (usual and _SAFE_PATTERN.fullmatch(pattern)):
        raise Unsupported
    found = f"regexp_matches(lexical({node}), {_text(pattern)}, {_text(flags or 'c')})"
    if flags or re.search(r"\\[dDwWsS]", pattern):
        asked = f"matched(lexical({node}), {_text(pattern)}, {_text(flags)})"
        found = f"CASE WHEN regexp_full_match(lexical({node}), '[ -~]*') THEN {found} ELSE {asked} END"
    return f"(NOT starts_with({node}, '_') AND {found})"


def _in_range(tag: str, wanted: str) -> str:
    if wanted == "*":
        return f"{tag} <> ''"
    return f"({tag} = {_text(wanted)} OR starts_with({tag}, {_text(wanted + '-')}))"


def _term(node: Node) -> str:
    """Write a term as a text in SQL."""
    return _text(str(skolemised(node)))


def _text(content: str) -> str:
    """Write a text literal in SQL."""
    return "'" + content.replace("'", "''") + "'"


def _name(column: str) -> str:
    """Write a column in SQL."""
    return f'"{column}"'


def _names(columns: p.Columns) -> str:
    """Write columns in SQL."""
    return ", ".join(map(_name, columns))


def _all_of(tests: Iterable[str]) -> str:
    """Write an expression that is true where all of some are."""
    listed = [f"({test})" for test in tests]
    return f"({' AND '.join(listed)})" if listed else "true"


def _any_of(tests: Iterable[str]) -> str:
    """Write an expression that is true where one of some is."""
    listed = [f"({test})" for test in tests]
    return f"({' OR '.join(listed)})" if listed else "false"
