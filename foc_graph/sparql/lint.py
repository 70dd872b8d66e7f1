"""A linter of queries: its rules find what is slow, or what engines answer differently, with what to write instead.

Times were measured with pyoxigraph 0.5 at a million triples, differences seen in rdflib 7, pyoxigraph and Virtuoso 7;
`docs/reference/queries.md` lists the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from foc_graph.errors import ParseError
from foc_graph.sparql.limits import check_depth
from foc_graph.sparql.syntax import (
    Expression,
    Group,
    Pattern,
    Query,
    Triple,
    Union,
    UnreadPattern,
    Values,
    parse,
    parts,
)
from foc_graph.sparql.syntax import prefixes as declared_prefixes
from foc_graph.sparql.tokens import Token, position, tokens

XSD = "http://www.w3.org/2001/XMLSchema#"

Places = Iterator[tuple[int, str]]
"""Offsets in the text of a query, and what is wrong there."""

_DATE_PARTS = frozenset({"YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ"})
_TEMPORAL = frozenset({"date", "dateTime", "dayTimeDuration", "duration", "gYear", "gYearMonth", "time"})
_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_ROUNDED = frozenset({"ROUND", "FLOOR", "CEIL"})
_NO_QUERY = "not a SPARQL 1.1 query, here or just before"


class Finding(NamedTuple):
    """A position in a query that breaks a rule; `line` and `column` count from 1."""

    where: str
    line: int
    column: int
    rule: str
    problem: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}:{self.column}: {self.rule}: {self.problem}"


def lint(
    text: str, where: str, prefixes: Mapping[str, str], parameters: Collection[str] = (), dates: Collection[str] = ()
) -> list[Finding]:
    """Apply all rules to a query; messages call it `where`.

    `prefixes` need not be declared to be understood. The variables `parameters` get values before the query runs, those
    of them in `dates` a date.

    Raises:
        ParseError: if the text is no SPARQL 1.1 query.
    """
    _check_syntax(text, where, prefixes)
    try:
        subject = Subject.of(text, prefixes, parameters, dates)
    except UnreadPattern as error:
        raise ParseError(where, *position(text, error.offset), _NO_QUERY) from error
    return [
        Finding(where, *position(text, offset), rule, problem)
        for rule, check in RULES.items()
        for offset, problem in check(subject)
    ]


def _check_syntax(text: str, where: str, prefixes: Mapping[str, str]) -> None:
    """Parse with rdflib, which knows SPARQL 1.1 and nothing newer."""
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    check_depth(text, where)
    try:
        translateQuery(parseQuery(text), initNs=prefixes)
    except ParseBaseException as error:
        raise ParseError(where, error.lineno, error.column, _NO_QUERY) from error
    except Exception as error:  # that parser has no class of its own for what is well-formed and yet wrong
        raise ParseError(where, None, None, f"not a SPARQL 1.1 query: {error}") from error


@dataclass(frozen=True)
class Subject:
    """A query as the rules see it; variables go by their names."""

    query: Query
    parts: tuple[Pattern, ...]
    known: Mapping[str, str]
    """The namespaces of the usual prefixes."""
    prefixes: Mapping[str, str]
    undeclared: dict[str, int]
    """The prefixes that are used and not declared, each with the offset of its first use."""
    parameters: frozenset[str]
    dates: frozenset[str]

    @classmethod
    def of(cls, text: str, known: Mapping[str, str], parameters: Collection[str], dates: Collection[str]) -> Subject:
        """Read a well-formed query."""
        root = parse(text)
        declared = declared_prefixes(tokens(text))
        used: dict[str, int] = {}
        for token in tokens(text):
            if token.kind == "name":
                used.setdefault(token.text.partition(":")[0], token.offset)
        undeclared = {prefix: offset for prefix, offset in used.items() if prefix not in {"_", *declared}}
        return cls(
            root, tuple(parts(root)), known, {**known, **declared}, undeclared, frozenset(parameters), frozenset(dates)
        )

    def groups(self, *keywords: str) -> Iterator[Group]:
        """Give the groups with these keywords, or all."""
        return (part for part in self.parts if isinstance(part, Group) and (not keywords or part.keyword in keywords))

    def queries(self) -> Iterator[Query]:
        """Give the query and its sub-selects."""
        return (part for part in self.parts if isinstance(part, Query))

    def expressions(self) -> Iterator[tuple[Token, ...]]:
        """Give the tokens of each projection, and of each expression of a pattern or modifier."""
        for part in self.parts:
            if isinstance(part, Expression):
                yield part.tokens
            elif isinstance(part, Query):
                yield tuple(item for item in part.head if isinstance(item, Token))

    def calls(self) -> Iterator[Token]:
        """Give what stands before parentheses in expressions."""
        for expression in self.expressions():
            for name, bracket in pairwise(expression):
                if bracket.text == "(" and name.kind in ("word", "name", "iri"):
                    yield name

    def iri(self, token: Token) -> str:
        """Return the IRI of an `iri` or `name` token."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "") + local


def _exists_join(subject: Subject) -> Places:
    for group in subject.groups("EXISTS", "NOT EXISTS"):
        if _patterns(group) > 1:
            kind = group.keyword
            instead = "MINUS, or OPTIONAL and !BOUND" if kind == "NOT EXISTS" else "a sub-select, or OPTIONAL and BOUND"
            yield (
                group.offset,
                f"{kind} of several patterns may be evaluated anew for each row: write {instead}",
            )


def _patterns(item: Pattern) -> int:
    """Count the triple patterns of an item; a sequence path stands for as many as it has steps."""
    match item:
        case Triple():
            return 1 + sum(token.text == "/" for token in item.path)
        case Group():
            return sum(map(_patterns, item.patterns))
        case Union():
            return sum(map(_patterns, item.branches))
        case Query():
            return 1 + _patterns(item.where)
    return 0


def _exists_or(subject: Subject) -> Places:
    for part in subject.parts:
        if isinstance(part, Expression) and any(one.text == two.text == "|" for one, two in pairwise(part.tokens)):
            for group in part.groups:
                problem = "|| has it evaluated for each row: write a UNION or a sub-select that starts there"
                yield group.offset, problem


def _date_part(subject: Subject) -> Places:
    for name in subject.calls():
        if name.word in _DATE_PARTS:
            problem = f"{name.word} of an xsd:date or xsd:gYear fails in Virtuoso and is unbound in rdflib"
            yield name.offset, f"{problem}: write SUBSTR(STR(?date), ...)"


def _cast(subject: Subject) -> Places:
    for name in subject.calls():
        if name.kind != "word" and (iri := subject.iri(name)).startswith(XSD):
            instead = f"STRDT(..., {name.text})" if iri.removeprefix(XSD) in _TEMPORAL else "STR(...) or STRDT(...)"
            yield name.offset, f"the cast {name.text}(...) differs between engines: write {instead}"


def _function(subject: Subject) -> Places:
    for name in subject.calls():
        if name.kind != "word" and not subject.iri(name).startswith(XSD):
            yield name.offset, f"{name.text} is not a function of SPARQL 1.1: use one that is"


def _date_arithmetic(subject: Subject) -> Places:
    for expression in subject.expressions():
        for index, token in enumerate(expression):
            added = token.text in ("+", "-") or (token.kind == "number" and token.text[0] in "+-")
            if added and (_ends_in_date(subject, expression[:index]) or _begins_with_date(subject, expression[index:])):
                problem = "arithmetic with dates is not in SPARQL 1.1: compare dates, or bind what to compare with"
                yield token.offset, problem


def _ends_in_date(subject: Subject, expression: Sequence[Token]) -> bool:
    last = expression[-1] if expression else None
    if last is None:
        return False
    if last.text == ")":
        return _is_temporal_call(subject, expression[_opening(expression) - 1 :])
    return last.variable in subject.dates or (
        last.kind in ("name", "iri") and subject.iri(last).removeprefix(XSD) in _TEMPORAL
    )


def _begins_with_date(subject: Subject, expression: Sequence[Token]) -> bool:
    operand = expression[1:5]
    return any(token.variable in subject.dates for token in operand[:1]) or _is_temporal_call(subject, expression[1:])


def _is_temporal_call(subject: Subject, expression: Sequence[Token]) -> bool:
    """Whether an expression begins with NOW(), STRDT(..., xsd:date) or the like, or a literal of such a type."""
    if not expression:
        return False
    end = next((index for index, token in enumerate(expression) if token.text == ")"), 3)
    types = (token for token in expression[: end + 1] if token.kind in ("name", "iri"))
    typed = any(subject.iri(token).removeprefix(XSD) in _TEMPORAL for token in types)
    return expression[0].word == "NOW" or (typed and (expression[0].word == "STRDT" or expression[0].kind == "string"))


def _opening(expression: Sequence[Token]) -> int:
    """Find the bracket that the last token closes."""
    depth = 0
    for index in range(len(expression) - 1, -1, -1):
        depth += (expression[index].kind == "close") - (expression[index].kind == "open")
        if depth == 0:
            return index
    return 0


def _division(subject: Subject) -> Places:
    for expression in subject.expressions():
        around: list[str] = []  # what each open bracket belongs to
        for index, token in enumerate(expression):
            before = expression[index - 1] if index else None
            if token.kind == "open":
                around.append(before.word if before else "")
            elif token.kind == "close":
                around.pop()
            elif token.text == "/" and _ROUNDED.isdisjoint(around):
                opening = _opening(expression[:index]) if before and before.text == ")" else 0
                if expression[opening - 1].word not in _ROUNDED:
                    problem = "engines keep different digits of a quotient: write ROUND(1000.0 * ... / ...) / 1000.0"
                    yield token.offset, problem


def _prefix(subject: Subject) -> Places:
    for prefix, offset in subject.undeclared.items():
        namespace = subject.known.get(prefix, "...")
        yield (
            offset,
            f"{prefix}: is not declared, so other endpoints will reject it: write PREFIX {prefix}: <{namespace}>",
        )


def _select_star(subject: Subject) -> Places:
    for query in subject.queries():
        for token in [item for item in query.head if item.word not in ("DISTINCT", "REDUCED")][:1]:
            if token.text == "*":
                yield token.offset, "SELECT * gives other columns with each change of the pattern: name the columns"


def _order(subject: Subject) -> Places:
    query = subject.query
    ordered = query.conditions["ORDER"]
    one_row = not query.conditions["GROUP"] and any(item.word in _AGGREGATES for item in query.head)
    if query.form.word != "SELECT" or one_row:
        return
    if not ordered:
        yield query.offset, "without ORDER BY the order of rows differs: write one that ends with STR(?iri)"
    elif ordered[-1].items[0].word != "STR":
        yield ordered[-1].offset, "rows with the same values may come in any order: end ORDER BY with STR(?iri)"


def _one_value(subject: Subject) -> Places:
    for group in subject.groups():
        first = group.patterns[0] if group.patterns else None
        if isinstance(first, Values) and first.rows == 1:
            yield first.offset, "Virtuoso drops rows of a group that starts with VALUES of one row: write BIND"


def _group_concat(subject: Subject) -> Places:
    for query in subject.queries():
        inner = query.where.patterns
        while len(inner) == 1 and isinstance(inner[0], Group):
            inner = inner[0].patterns
        ordered = len(inner) == 1 and isinstance(inner[0], Query) and inner[0].conditions["ORDER"]
        conditions = (token for condition in query.conditions["HAVING"] for token in condition.tokens)
        for token in (*query.head, *conditions):
            if token.word == "GROUP_CONCAT" and not ordered:
                problem = "GROUP_CONCAT joins in any order: let it take all rows of one sub-select with ORDER BY"
                yield token.offset, problem


def _cross_product(subject: Subject) -> Places:
    for group in subject.groups():
        joined: list[_Part] = []
        for item in group.patterns:
            near = [part for part in joined if part.variables & _variables(item)]
            if isinstance(item, Expression):  # what a BIND computes from two parts does not join them
                if item.target and near:
                    near[0].variables.add(item.target)
                continue
            if (isinstance(item, Group) and item.keyword == "MINUS") or not _variables(item):
                continue
            offset = min((part.offset for part in near), default=item.offset)
            joined = [part for part in joined if part not in near]
            joined.append(_Part(offset, _variables(item).union(*(part.variables for part in near))))
        named = [part for part in joined if not all(name.startswith(":") for name in part.variables)]
        for part in sorted(named, key=lambda part: part.offset)[1:]:
            problem = "shares no variable with what stands before it, so all pairs are made: join them by a pattern"
            yield part.offset, problem


@dataclass
class _Part:
    """Items of a group that share variables, and where the first of them is."""

    offset: int
    variables: set[str]


def _variables(item: Pattern) -> set[str]:
    """Return the variables that an item of a group may bind, and those that its BIND looks at."""
    match item:
        case Triple():
            nodes = {_node(item.subject), _node(item.object)}
            return nodes.union(token.variable for token in item.path) - {""}
        case Values():
            return set(item.variables)
        case Expression():
            return {token.variable for token in item.tokens if token.variable} if item.target else set()
        case Query():
            return set(item.projected)
        case Union():
            return set().union(*map(_variables, item.branches))
        case Group():
            return set().union(*map(_variables, item.patterns)) if item.keyword != "MINUS" else set()


def _node(token: Token) -> str:
    """Return the name of a variable, that of a blank node after a colon, or "" for a known term."""
    if token.kind == "open":
        return f":{token.text}{token.offset}"
    return f":{token.text}" if token.text.startswith("_:") else token.variable


def _open_path(subject: Subject) -> Places:
    for query in subject.queries():  # a sub-select does not see what stands around it
        yield from _open_paths(query.where.patterns, subject.parameters)


def _open_paths(patterns: Sequence[Pattern], around: frozenset[str]) -> Places:
    """Find paths of which neither end is known; `around` are the variables that are known already."""
    for index, item in enumerate(patterns):
        others = (_variables(one) for number, one in enumerate(patterns) if number != index)
        known = around.union(*others)
        if isinstance(item, Triple) and _is_open(item, known):
            yield item.offset, "* or ? leads from any node to any node: bind one end by another pattern"
        elif isinstance(item, Group):
            yield from _open_paths(item.patterns, known)
        elif isinstance(item, Union):
            yield from _open_paths(item.branches, known)
        elif isinstance(item, Expression):
            for inner in item.groups:
                yield from _open_paths(inner.patterns, known)


def _is_open(triple: Triple, known: frozenset[str]) -> bool:
    """Whether a path has a step that may have no length and of which no end is known."""
    steps: list[list[str]] = [[]]
    depth = 0
    for token in triple.path:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == "/" and depth == 0:
            steps.append([])
        else:
            steps[-1].append(token.text)
    empty = [step[-1] in ("*", "?") for step in steps]
    start, end = (node.variable in known or not node.variable for node in (triple.subject, triple.object))
    return any(
        empty[index] and not (start or end or False in empty[:index] or False in empty[index + 1 :])
        for index in range(len(steps))
    )


RULES: dict[str, Callable[[Subject], Places]] = {
    "cast": _cast,
    "cross-product": _cross_product,
    "date-arithmetic": _date_arithmetic,
    "date-part": _date_part,
    "division": _division,
    "exists-join": _exists_join,
    "exists-or": _exists_or,
    "function": _function,
    "group-concat": _group_concat,
    "one-value": _one_value,
    "open-path": _open_path,
    "order": _order,
    "prefix": _prefix,
    "select-star": _select_star,
}
"""The rules by the names that findings and `allow` give them."""
