"""The rules of the linter: each yields the places of a pattern, and what is wrong there.

What is slow was measured with pyoxigraph 0.5 at a million triples, what differs was seen in rdflib 7, pyoxigraph and
Virtuoso 7; `docs/queries.md` lists the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from foc_graph.namespaces import PREFIXES
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.terms import XSD
from foc_graph.sparql.syntax import Expression, Group, Item, Query, Token, Triple, Values, parse, parts
from foc_graph.sparql.tokens import tokens

Places = Iterator[tuple[int, str]]
"""Offsets in the text of a query, and what is wrong there."""

_DATE_PARTS = frozenset({"YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ"})
_TEMPORAL = frozenset({"date", "dateTime", "dayTimeDuration", "duration", "gYear", "gYearMonth", "time"})
_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_ROUNDED = frozenset({"ROUND", "FLOOR", "CEIL"})


@dataclass(frozen=True)
class Subject:
    """A query as the rules see it."""

    query: Query
    parts: tuple[Item, ...]
    prefixes: dict[str, str]
    undeclared: dict[str, int]
    """The prefixes that are used and not declared, each with the offset of its first use."""
    parameters: frozenset[str]
    """The variables of parameters, with their question mark."""
    dates: frozenset[str]
    """Those of them that hold a date."""

    @classmethod
    def of(cls, query: StoredQuery) -> Subject:
        """A well-formed stored query, taken apart."""
        root = parse(query.text)
        read = [Token(*one) for one in tokens(query.text) if one[0] != "comment"]
        declared = {
            name.text.rstrip(":"): iri.text[1:-1]
            for word, name, iri in zip(read, read[1:], read[2:], strict=False)
            if word.word == "PREFIX"
        }
        used: dict[str, int] = {}
        for token in read:
            if token.kind == "name":
                used.setdefault(token.text.partition(":")[0], token.offset)
        undeclared = {prefix: offset for prefix, offset in used.items() if prefix not in {"_", *declared}}
        bound = {f"?{name}": one for one in query.parameters for name in one.variables}
        dates = frozenset(name for name, one in bound.items() if one.type in ("date", "period"))
        return cls(root, tuple(parts(root)), PREFIXES | declared, undeclared, frozenset(bound), dates)

    def groups(self, *kinds: str) -> Iterator[Group]:
        """The groups of these kinds, or all."""
        return (part for part in self.parts if isinstance(part, Group) and (not kinds or part.kind in kinds))

    def queries(self) -> Iterator[Query]:
        """The query and its sub-selects."""
        return (part for part in self.parts if isinstance(part, Query))

    def expressions(self) -> Iterator[tuple[Token, ...]]:
        """The tokens of each FILTER, BIND and HAVING, and of what a query form computes, groups and sorts by."""
        for part in self.parts:
            if isinstance(part, Expression):
                yield part.tokens
            elif isinstance(part, Query):
                yield part.head
                yield from (*part.group, *part.order)

    def calls(self) -> Iterator[Token]:
        """What stands before parentheses in expressions."""
        for expression in self.expressions():
            for name, bracket in pairwise(expression):
                if bracket.text == "(" and name.kind in ("word", "name", "iri"):
                    yield name

    def iri(self, token: Token) -> str:
        """The IRI of an `iri` or `name` token."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "") + local


def _exists_join(subject: Subject) -> Places:
    for group in subject.groups("EXISTS", "NOT EXISTS"):
        if _patterns(group) > 1:
            kind = group.kind
            instead = "MINUS, or OPTIONAL and !BOUND" if kind == "NOT EXISTS" else "a sub-select, or OPTIONAL and BOUND"
            yield (
                group.offset,
                f"{kind} of several patterns may be evaluated anew for each row: write {instead}",
            )


def _patterns(item: Item) -> int:
    """How many triple patterns an item stands for; a sequence path stands for as many as it has steps."""
    match item:
        case Triple():
            return 1 + sum(token.text == "/" for token in item.path)
        case Group():
            return sum(map(_patterns, item.items))
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
            yield name.offset, f"{name.text} is not a function of SPARQL 1.1: write it with those that are"


def _date_arithmetic(subject: Subject) -> Places:
    for expression in subject.expressions():
        for place, token in enumerate(expression):
            added = token.text in ("+", "-") or (token.kind == "number" and token.text[0] in "+-")
            if added and (_ends_in_date(subject, expression[:place]) or _begins_with_date(subject, expression[place:])):
                problem = "arithmetic with dates is not in SPARQL 1.1: compare dates, or bind what to compare with"
                yield token.offset, problem


def _ends_in_date(subject: Subject, expression: Sequence[Token]) -> bool:
    last = expression[-1] if expression else None
    if last is None:
        return False
    if last.text == ")":
        return _is_temporal_call(subject, expression[_opening(expression) - 1 :])
    return last.text in subject.dates or (
        last.kind in ("name", "iri") and subject.iri(last).removeprefix(XSD) in _TEMPORAL
    )


def _begins_with_date(subject: Subject, expression: Sequence[Token]) -> bool:
    operand = expression[1:5]
    return any(token.text in subject.dates for token in operand[:1]) or _is_temporal_call(subject, expression[1:])


def _is_temporal_call(subject: Subject, expression: Sequence[Token]) -> bool:
    """Whether an expression begins with NOW(), STRDT(..., xsd:date) or the like, or a literal of such a type."""
    if not expression:
        return False
    end = next((place for place, token in enumerate(expression) if token.text == ")"), 3)
    types = (token for token in expression[: end + 1] if token.kind in ("name", "iri"))
    typed = any(subject.iri(token).removeprefix(XSD) in _TEMPORAL for token in types)
    return expression[0].word == "NOW" or (typed and (expression[0].word == "STRDT" or expression[0].kind == "string"))


def _opening(expression: Sequence[Token]) -> int:
    """The place of the bracket that the last token closes."""
    depth = 0
    for place in range(len(expression) - 1, -1, -1):
        depth += (expression[place].kind == "close") - (expression[place].kind == "open")
        if depth == 0:
            return place
    return 0


def _division(subject: Subject) -> Places:
    for expression in subject.expressions():
        around: list[str] = []  # what each open bracket belongs to
        for place, token in enumerate(expression):
            before = expression[place - 1] if place else None
            if token.kind == "open":
                around.append(before.word if before else "")
            elif token.kind == "close":
                around.pop()
            elif token.text == "/" and _ROUNDED.isdisjoint(around):
                opening = _opening(expression[:place]) if before and before.text == ")" else 0
                if expression[opening - 1].word not in _ROUNDED:
                    problem = "engines keep different digits of a quotient: write ROUND(1000.0 * ... / ...) / 1000.0"
                    yield token.offset, problem


def _prefix(subject: Subject) -> Places:
    for prefix, offset in subject.undeclared.items():
        namespace = PREFIXES.get(prefix, "...")
        yield offset, f"{prefix}: is not declared, so other endpoints refuse it: write PREFIX {prefix}: <{namespace}>"


def _select_star(subject: Subject) -> Places:
    for query in subject.queries():
        for before, token in pairwise((Token("open", "", query.offset), *query.head)):
            if token.text == "*" and (
                not before.text or (query.head[0].word in ("DISTINCT", "REDUCED") and before is query.head[0])
            ):
                yield token.offset, "SELECT * gives other columns with each change of the pattern: name the columns"


def _order(subject: Subject) -> Places:
    query = subject.query
    one_row = not query.group and any(token.word in _AGGREGATES for token in query.head)
    if query.form != "SELECT" or one_row:
        return
    if not query.order:
        yield query.offset, "without ORDER BY the order of rows differs: write one that ends with STR(?iri)"
    elif (last := query.order[-1])[0].word != "STR":
        yield last[0].offset, "rows that are equal so far come in any order: end ORDER BY with STR(?iri)"


def _one_value(subject: Subject) -> Places:
    for group in subject.groups():
        first = group.items[0] if group.items else None
        if isinstance(first, Values) and first.rows == 1:
            yield first.offset, "Virtuoso drops rows of a group that starts with VALUES of one row: write BIND"


def _group_concat(subject: Subject) -> Places:
    for query in subject.queries():
        inner = query.where.items
        while len(inner) == 1 and isinstance(inner[0], Group):
            inner = inner[0].items
        ordered = len(inner) == 1 and isinstance(inner[0], Query) and inner[0].order
        conditions = (token for condition in query.having for token in condition.tokens)
        for token in (*query.head, *conditions):
            if token.word == "GROUP_CONCAT" and not ordered:
                problem = "GROUP_CONCAT joins in any order: let it take all rows of one sub-select with ORDER BY"
                yield token.offset, problem


def _cross_product(subject: Subject) -> Places:
    for group in subject.groups():
        joined: list[_Part] = []
        for item in group.items:
            near = [part for part in joined if part.variables & _variables(item)]
            if isinstance(item, Expression):  # what a BIND computes from two parts does not join them
                if item.target and near:
                    near[0].variables.add(item.target)
                continue
            if (isinstance(item, Group) and item.kind in ("UNION", "MINUS")) or not _variables(item):
                continue
            offset = min((part.offset for part in near), default=item.offset)
            joined = [part for part in joined if part not in near]
            joined.append(_Part(offset, _variables(item).union(*(part.variables for part in near))))
        for part in sorted(joined, key=lambda part: part.offset)[1:]:
            problem = "shares no variable with what stands before it, so all pairs are made: join them by a pattern"
            yield part.offset, problem


@dataclass
class _Part:
    """Items of a group that share variables, and where the first of them is."""

    offset: int
    variables: set[str]


def _variables(item: Item) -> set[str]:
    """The variables that an item of a group may bind, and those that its BIND looks at."""
    match item:
        case Triple():
            return {
                term for term in (item.subject, item.object, *(one.text for one in item.path)) if term[:1] in ("?", "$")
            }
        case Values():
            return set(item.variables)
        case Expression():
            return {token.text for token in item.tokens if token.kind == "variable"} if item.target else set()
        case Query():
            return item.projected
    return set().union(*map(_variables, item.items)) if item.kind != "MINUS" else set()


def _open_path(subject: Subject) -> Places:
    for query in subject.queries():  # a sub-select does not see what stands around it
        yield from _open_paths(query.where, subject.parameters)


def _open_paths(group: Group, around: frozenset[str]) -> Places:
    """Paths of which neither end is known, `around` are the variables that are known already."""
    for place, item in enumerate(group.items):
        others = (_variables(one) for number, one in enumerate(group.items) if number != place)
        known = around.union(*others)
        if isinstance(item, Triple) and _is_open(item, known):
            yield item.offset, "* or ? leads from any node to any node: bind one end by another pattern"
        elif isinstance(item, Group):
            yield from _open_paths(item, known)
        elif isinstance(item, Expression):
            for inner in item.groups:
                yield from _open_paths(inner, known)


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
    start = triple.subject in known or not triple.subject.startswith(("?", "$"))
    end = triple.object in known or not triple.object.startswith(("?", "$"))
    return any(
        empty[place] and not (start or end or False in empty[:place] or False in empty[place + 1 :])
        for place in range(len(steps))
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
