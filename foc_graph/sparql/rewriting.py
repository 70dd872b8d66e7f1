"""Queries with something added or bound: clauses at each WHERE, usual prefixes, and the pre-bound variables of SHACL.

SHACL defines pre-binding for one node at a time (SHACL section 5.3 and appendix A): the value takes the variable's
place everywhere. Here a query is asked for all nodes at once, which gives the same answers: the candidates are put at
the start of the query's pattern, and of each group inside it that mentions a pre-bound variable, since its expressions
might look at what it does not bind by itself, and since engines may evaluate it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, takewhile

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.sparql.syntax import (
    FORMS,
    Expression,
    Group,
    Item,
    Pattern,
    Query,
    Triple,
    Union,
    UnreadPattern,
    nest,
    parse,
)
from foc_graph.sparql.syntax import prefixes as declared_prefixes
from foc_graph.sparql.tokens import Token, position, tokens

VALUE_VARIABLES = frozenset({"this", "value"})
_EXPRESSIONS = frozenset({"FILTER", "BIND", "HAVING"})
_ESCAPED = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")
_TESTS = frozenset({"EXISTS", "NOT EXISTS"})
_NO_TEST = " FILTER(true)"
"""The text in the place of a test that is left out, since it also parts the patterns around it."""


def insert(text: str, clauses: Mapping[tuple[str, ...], str]) -> str:
    """Put each clause at the start of every `WHERE { ... }` that uses one of its variables.

    What stands in the `WHERE { ... }` of a sub-select counts for that one only: so a sub-select that stands alone in
    its group stays alone, and engines keep its order.

    Raises:
        ParseError: for a brace without its other.
    """
    pieces, start = [], 0
    for offset, used in find_groups(text):
        added = [f"\n  {clause}" for variables, clause in clauses.items() if used.intersection(variables)]
        pieces += [text[start:offset], *added]
        start = offset
    return "".join(pieces) + text[start:]


@lru_cache(256)
def find_groups(text: str) -> tuple[tuple[int, frozenset[str]], ...]:
    """Find the offset after the brace of each `WHERE {`, and the variables used in that group outside sub-selects.

    Raises:
        ParseError: for a brace without its other.
    """
    groups = (group for group in nest(text).groups() if group.keyword == "WHERE")
    return tuple((group.start + 1, frozenset(_used(group))) for group in groups)


def _used(group: Group) -> Iterator[str]:
    for item in group.items:
        if not isinstance(item, Group):
            yield item.variable
        elif item.keyword != "WHERE":
            yield from _used(item)


def declare_prefixes(text: str, prefixes: Mapping[str, str]) -> tuple[str, str]:
    """Return the form of a query, and its text with those of the prefixes declared that it uses and does not declare.

    The declarations go before the first line, so that lines in a server's words are lines of `text`.

    Raises:
        ParseError: for a text that asks nothing, such as an update.
    """
    found = [token for token in tokens(text) if token.kind != "comment"]
    for token in found:
        if token.kind in ("name", "other") and re.search(r"\\(?:$|[uU])", token.text):
            problem = "an escape outside strings and IRIs, which servers read differently: write the character"
            raise ParseError("query", *position(text, token.offset), problem)
    form = next((token.word for token in found if token.word not in ("", "PREFIX", "BASE")), "")
    if form not in FORMS:
        problem = "not a SPARQL 1.1 query: write SELECT, ASK, CONSTRUCT or DESCRIBE; a server's data are never changed"
        raise ParseError("query", None, None, problem)
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    missing = sorted((used - declared_prefixes(found).keys()) & prefixes.keys())
    return form, "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in missing) + text


class UnsupportedQuery(Exception):
    """A query that pre-binding does not allow, or that is none; the message says why."""


@dataclass(frozen=True)
class Template:
    """A SELECT or ASK query with variables that are bound before it runs.

    `text` has neither comments nor prefixes; `modifiers` are those that choose no solutions, for which `limit` stands.
    """

    text: str
    query: Query
    modifiers: tuple[Item, ...]
    limit: int | None

    @property
    def form(self) -> str:
        """`SELECT` or `ASK`."""
        return self.query.form.word

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the result variables, in the order of the projection."""
        if any(item.text == "*" for item in self.query.head[:2]):
            return tuple(dict.fromkeys(token.variable for token in self.query.where.tokens() if token.variable))
        return self.query.projected

    @property
    def is_grouped(self) -> bool:
        """Whether it has GROUP BY or HAVING."""
        return any(item.word in ("GROUP", "HAVING") for item in self.modifiers)

    @cached_property
    def stands_alone(self) -> bool:
        """Whether each group that looks at `$this` binds it itself.

        Asked without candidates, the query then finds at least what it finds for any of them.
        """
        return all(map(_binds_this, _looking(self.query.where)))

    def space(self, item: Item) -> str:
        """Return the space before an item of the query."""
        offset = item.start if isinstance(item, Group) else item.offset
        start = offset
        while self.text[start - 1].isspace():
            start -= 1
        return self.text[start:offset]


def read_template(text: str, prefixes: Mapping[str, str], constants: Iterable[str]) -> Template:
    """Read a query whose variables `constants`, and those for nodes, are bound before it runs.

    Raises:
        UnsupportedQuery: for what SHACL does not allow with pre-bound variables (appendix A), and for what has not the
            form of a SELECT or ASK query.
    """
    text = _written_out(text, dict(prefixes))
    try:
        items = nest(text).items
    except ParseError as error:
        raise UnsupportedQuery(error.problem) from error
    words = [item.word for item in items if item.word]
    groups = [item for item in items if isinstance(item, Group)]
    if words[:1] not in (["SELECT"], ["ASK"]) or len(groups) != 1 or "FROM" in words:
        raise UnsupportedQuery("is not one SELECT or ASK query without FROM")
    query = parse(text)
    _check(items, {"this", *constants} | ({"value"} if words[0] == "ASK" else set()))
    modifiers, limit = _limited(query.modifiers)
    return Template(text, query, modifiers, limit)


def _written_out(text: str, prefixes: dict[str, str]) -> str:
    """Write a query without prologue and comments, with names in full and a variable for each blank node."""
    pieces: list[str] = []
    end = 0
    declared: list[str] = []
    for token in tokens(text):
        space, end = text[end : token.offset], token.end
        if token.kind == "comment":
            continue
        if declared:  # PREFIX name: <iri>
            declared.append(token.text)
            if len(declared) == 3:
                prefixes[declared[1].rstrip(":")] = token.text[1:-1]
                declared = []
        elif token.word == "PREFIX":
            declared = [token.text]
        elif token.word == "BASE":
            raise UnsupportedQuery("uses BASE: write out the IRIs")
        elif token.kind == "name" and token.text.startswith("_:"):
            pieces.append(f"{space}?blank_{token.text[2:]}")
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in prefixes:
                raise UnsupportedQuery(f"uses prefix {prefix!r}, which no sh:declare of its sh:prefixes gives")
            try:
                iri = ox.NamedNode(prefixes[prefix] + _ESCAPED.sub(r"\1", local))
            except ValueError as error:
                raise UnsupportedQuery(f"uses {token.text}, which is no absolute IRI") from error
            pieces.append(f"{space}{iri}")
        else:
            pieces.append(f"{space}{token.text}")
    return "".join(pieces)


def _check(items: tuple[Item, ...], bound: Collection[str]) -> None:
    whole = Group("", 0, 0, items, 0)
    found = list(whole.tokens())
    for token in found:
        if token.word in ("MINUS", "VALUES", "SERVICE"):
            raise UnsupportedQuery(f"uses {token.word}, which SHACL does not allow there")
    for first, second in pairwise(found):
        if first.word == "AS" and second.variable in bound:
            raise UnsupportedQuery(f"assigns ${second.variable}, which is bound before it runs")
    for group in whole.groups():
        if (select := group.select) is not None and "this" not in select.projected:
            raise UnsupportedQuery("has a sub-select that does not give $this: add it to its SELECT")


def _limited(modifiers: tuple[Item, ...]) -> tuple[tuple[Item, ...], int | None]:
    words = [item.word for item in modifiers]
    if "OFFSET" in words or ("LIMIT" in words and "ORDER" in words):
        raise UnsupportedQuery("picks solutions by OFFSET, or by ORDER BY with LIMIT: say by FILTER which are wanted")
    if "ORDER" in words:
        return modifiers[: words.index("ORDER")], None
    if "LIMIT" in words:
        cut = words.index("LIMIT")
        return modifiers[:cut], int(modifiers[cut + 1].text)
    return modifiers, None


Term = Callable[[str], str | None]
"""Gives what stands for a variable: another variable, a term, or None where it has no value."""


def prebind(template: Template, term: Term, candidates: str, columns: tuple[str, ...], hidden: str = "") -> str:
    """Write a query as a sub-select with the candidates in it, which gives the `columns` beside what it gives itself.

    `hidden` is the graph that a variable of GRAPH does not name.
    """
    writer = _Writer(template, term, candidates, hidden)
    body = writer.group(template.query.where, within_exists=False, inject=True)
    if template.form == "ASK":
        return f"{{ SELECT DISTINCT {' '.join(columns)} WHERE {body} }}"
    modifiers = "".join(writer.items(template.modifiers, within_exists=False))
    if template.is_grouped and not any(item.variable == "this" for item in template.modifiers):
        modifiers = f" GROUP BY {' '.join(columns)}{modifiers}"
    return f"{{ SELECT DISTINCT {writer.projection(columns)} WHERE {body}{modifiers} }}"


class _Writer:
    """Writes the parts of one query."""

    def __init__(self, template: Template, term: Term, candidates: str, hidden: str) -> None:
        self._template, self._term, self._candidates, self._hidden = template, term, candidates, hidden

    def projection(self, columns: tuple[str, ...]) -> str:
        shown = [item for item in self._template.query.head if item.word not in ("DISTINCT", "REDUCED")]
        if shown and shown[0].text == "*":
            return "*"
        parts, depth = list(columns), 0
        for item in shown:
            depth += item.text == "("
            text = self._token(item)
            if depth:
                parts.append(f"{self._template.space(item)}{text}")
            elif item.variable and text.startswith("?") and text not in columns:
                parts.append(text)
            depth -= item.text == ")"
        return " ".join(parts)

    def group(self, group: Group, within_exists: bool, inject: bool) -> str:
        added = f" {self._candidates}" if inject and not within_exists and group.select is None else ""
        absent = [] if within_exists else _negations(group)
        text = "".join(self.items(_without(group.items, absent), within_exists))
        if absent:
            minus = "".join(self.items(_without(group.items, _tests(group)), within_exists))
        for pattern in absent:
            unwanted = "".join(self.items(pattern.items, within_exists=True))
            text += f" MINUS {{ {{{added}{minus} }}{unwanted} }}"
        return f"{self._template.space(group)}{{{added}{text} }}"

    def items(self, items: Sequence[Item | str], within_exists: bool) -> Iterator[str]:
        skipped = 0
        for number, item in enumerate(items):
            if skipped:
                skipped -= 1
            elif isinstance(item, str):
                yield item
            elif isinstance(item, Group):
                looks = _looks_at_bound if item.keyword == "OPTIONAL" else _mentions_bound
                exists = within_exists or item.keyword in _TESTS
                yield self.group(item, exists, inject=item.keyword != "GRAPH" and looks(item))
                if item.keyword == "GRAPH" and (named := self._token(items[number - 1])).startswith("?"):
                    yield f" FILTER({named} != {self._hidden})"
            elif item.word == "BOUND" and (known := self._known(items[number + 1 : number + 4])) is not None:
                yield f"{self._template.space(item)}({known})"
                skipped = 3
            else:
                yield f"{self._template.space(item)}{self._token(item)}"

    def _known(self, items: Sequence[Item | str]) -> str | None:
        """Say for `( ?variable )` whether it is bound, where that is known before the query runs."""
        match items:
            case [Token(), Token() as name, Token()] if name.variable:
                text = self._term(name.variable)
                return "false" if text is None else None if text.startswith("?") else "true"
        return None

    def _token(self, item: Item | str) -> str:
        if isinstance(item, str) or not item.variable:
            return item if isinstance(item, str) else item.text
        text = self._term(item.variable)
        return f"?{item.variable}" if text is None else text


def _negations(group: Group) -> list[Group]:
    """Return the groups of each `FILTER NOT EXISTS` of several patterns, to be written as MINUS.

    Engines may evaluate such a test anew for each solution. `MINUS` with the outer patterns repeated removes the same
    solutions where all variables of the outer patterns are surely bound: where these are plain triples and filters.
    """
    inner = [item for item in group.items if isinstance(item, Group)]
    if group.select is not None or not all(item.keyword in _TESTS for item in inner):
        return []
    return [test for test in _tests(group) if test.keyword == "NOT EXISTS" and _several(test)]


def _tests(group: Group) -> list[Group]:
    """Return the groups of tests of existence that stand alone in a FILTER."""
    return [
        item
        for number, item in enumerate(group.items)
        if isinstance(item, Group)
        and item.keyword in _TESTS
        and group.items[number - len(item.keyword.split()) - 1].word == "FILTER"
    ]


def _without(items: Iterable[Item], tests: Collection[Group]) -> list[Item | str]:
    """Leave out the FILTERs of some tests of existence."""
    kept: list[Item | str] = []
    for item in items:
        kept.append(item)
        if isinstance(item, Group) and item in tests:
            kept[-len(item.keyword.split()) - 2 :] = [_NO_TEST]
    return kept


def _several(group: Group) -> bool:
    """Whether a group has several triple patterns, and no groups."""
    return all(item.kind != "group" for item in group.items) and any(
        item.text in (";", ",", "/", ".") for item in group.items[:-1]
    )


def _looks_at_bound(group: Group) -> bool:
    """Whether an expression of the group itself looks at a variable that is bound from outside."""
    if not any(item.word in _EXPRESSIONS for item in group.items):
        return False
    tests = (item for item in group.items if isinstance(item, Group) and item.keyword in _TESTS)
    return any(item.variable in VALUE_VARIABLES for item in group.items) or any(map(_mentions_bound, tests))


def _looking(group: Group) -> Iterator[Group]:
    """Give a group and those within, but for tests of existence, whose patterns or expressions look at `$this`."""
    looks = _looks_at_bound if group.keyword == "OPTIONAL" else _mentions_bound
    if group.select is None and group.keyword != "GRAPH" and looks(group):
        yield group
    inner = (item for item in group.items if isinstance(item, Group) and item.keyword not in _TESTS)
    yield from (found for item in inner for found in _looking(item))


def _binds_this(pattern: Pattern) -> bool:
    """Whether a pattern surely binds `$this`, by a triple of one step, before a part of it needs the value."""
    match pattern:
        case Triple(subject, (step,), end):
            return "this" in (subject.variable, end.variable) and step.variable != "PATH"
        case Union(branches):
            return all(map(_binds_this, branches))
        case Query(where=where, modifiers=modifiers):
            return _binds_this(where) and not any(item.word in ("LIMIT", "OFFSET") for item in modifiers)
        case Group():
            with suppress(UnreadPattern):
                return any(map(_binds_this, takewhile(_is_joined, pattern.patterns)))
    return False


def _is_joined(pattern: Pattern) -> bool:
    """Whether a pattern means the same at any place among those that begin its group."""
    match pattern:
        case Triple() | Union() | Query() | Group("") | Expression(target=""):
            return True
    return False


def _mentions_bound(group: Group) -> bool:
    return any(token.variable in VALUE_VARIABLES for token in group.tokens())
