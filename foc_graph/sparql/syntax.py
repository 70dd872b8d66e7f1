"""A SPARQL query taken apart into groups, patterns and expressions, each with its place.

Reads what a parser has accepted (`lint` sees to that) and keeps each part's offset, which the engines' own parsers do
not tell. Source: SPARQL 1.1 section 19.8, the rules `SubSelect`, `GroupGraphPattern` and `TriplesBlock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from foc_graph.sparql.tokens import tokens


@dataclass(frozen=True)
class Token:
    """A terminal: its kind as in `lexical`, its text and its offset."""

    kind: str
    text: str
    offset: int

    @property
    def word(self) -> str:
        """A keyword or the name of a function, in capitals; "" for anything else."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True)
class Triple:
    """A triple pattern; `subject` and `object` are "" where they are written in brackets."""

    offset: int
    subject: str
    path: tuple[Token, ...]
    object: str


@dataclass(frozen=True)
class Expression:
    """What a FILTER tests or a BIND computes; `groups` are those of its (NOT) EXISTS, `target` is what BIND binds."""

    offset: int
    tokens: tuple[Token, ...]
    groups: tuple[Group, ...]
    target: str = ""


@dataclass(frozen=True)
class Values:
    """A VALUES table: its variables and how many rows it has."""

    offset: int
    variables: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Group:
    """What stands in braces, in order; `kind` is the keyword before them, "UNION" for each branch of one."""

    kind: str
    offset: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Query:
    """A query form, at the outermost or as a sub-select.

    `head` is the projection of a SELECT with its expressions (a template is left out); `group` and `order` are the
    conditions of GROUP BY and ORDER BY, each as its tokens.
    """

    form: str
    offset: int
    head: tuple[Token, ...]
    where: Group
    group: tuple[tuple[Token, ...], ...]
    having: tuple[Expression, ...]
    order: tuple[tuple[Token, ...], ...]

    @property
    def projected(self) -> set[str]:
        """The variables that it gives to what stands around it."""
        depth, names = 0, set()
        before = ""
        for token in self.head:
            depth += (token.kind == "open") - (token.kind == "close")
            if token.kind == "variable" and (depth == 0 or before == "AS"):
                names.add(token.text)
            before = token.word
        return names


Item = Triple | Expression | Values | Group | Query


def parse(text: str) -> Query:
    """The one query in a well-formed SPARQL text."""
    return _Reader(text).query()


def parts(part: Item) -> Iterator[Item]:
    """A part and all parts within it, in order, those of sub-selects and of tests of existence included."""
    yield part
    inner: tuple[Item, ...] = ()
    match part:
        case Query():
            inner = (part.where, *part.having)
        case Expression():
            inner = part.groups
        case Group():
            inner = part.items
    for one in inner:
        yield from parts(one)


class _Reader:
    """One pass over the tokens; `_next` is the one to be read."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            part for kind, token, offset in tokens(text) if kind != "comment" for part in _split(kind, token, offset)
        ]
        self._tokens.append(Token("close", "}", len(text)))
        self._place = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def query(self) -> Query:
        while self._next.word not in ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE"):
            self._take()
        form = self._take()
        head: list[Token] = []
        if form.word == "CONSTRUCT" and self._next.text == "{":
            self._bracketed()
        while self._next.word != "WHERE" and self._next.text != "{":
            head += self._bracketed()
        if self._next.word == "WHERE":
            self._take()
        where = self._group("WHERE")
        having: list[Expression] = []
        conditions: dict[str, list[tuple[Token, ...]]] = {"GROUP": [], "ORDER": []}
        part = ""
        while self._next.text != "}":
            if self._next.word in ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"):
                part = self._take().word
                if part in conditions:
                    self._take()  # BY
            elif part == "HAVING":
                having.append(self._expression())
            elif part in conditions:
                conditions[part].append(tuple(self._condition()))
            else:
                self._bracketed()
        group, order = map(tuple, conditions.values())
        return Query(form.word, form.offset, tuple(head), where, group, tuple(having), order)

    def _group(self, kind: str) -> Group:
        opened = self._take()
        items: list[Item] = []
        while self._next.text != "}":
            items += self._items(items)
        self._take()
        return Group(kind, opened.offset, tuple(items))

    def _items(self, before: list[Item]) -> list[Item]:
        token = self._next
        if token.text == ".":
            self._take()
            return []
        if token.text == "{":
            group = self._group("")
            if self._next.word != "UNION":
                return [group]
            branches = [Group("UNION", group.offset, group.items)]
            while self._next.word == "UNION":
                self._take()
                branches.append(self._group("UNION"))
            return [Group("", group.offset, tuple(branches))]
        match token.word:
            case "SELECT":
                return [self.query()]
            case "OPTIONAL" | "MINUS":
                self._take()
                return [self._group(token.word)]
            case "GRAPH" | "SERVICE":
                while self._next.text != "{":
                    self._take()
                group = self._group(token.word)
                return [Group(token.word, token.offset, group.items)]
            case "FILTER":
                self._take()
                return [self._expression()]
            case "BIND":
                self._take()
                inner = self._expression()
                return [Expression(token.offset, inner.tokens, inner.groups, inner.tokens[-2].text)]
            case "VALUES":
                return [self._values()]
        return list(self._triples())

    def _values(self) -> Values:
        start = self._take()
        variables = [token.text for token in self._bracketed() if token.kind == "variable"]
        table = self._bracketed()[1:-1]
        if table and table[0].text == "(":
            rows = sum(token.text == "(" for token in table)
        else:  # a literal with a tag or a datatype is several tokens
            pairs = pairwise([start, *table])
            rows = sum(token.kind != "other" and before.text not in ("@", "^") for before, token in pairs)
        return Values(start.offset, tuple(variables), rows)

    def _triples(self) -> Iterator[Triple]:
        subject = self._term()
        while self._next.text != ".":
            verb = self._path()
            while True:
                yield Triple(verb[0].offset, subject, verb, self._term())
                if self._next.text != ",":
                    break
                self._take()
            while self._next.text == ";":
                self._take()
            if self._next.text in (".", "}", "{") or self._next.word in _AFTER_TRIPLES:
                return

    def _path(self) -> tuple[Token, ...]:
        path: list[Token] = []
        while True:
            while self._next.text in ("^", "!"):
                path.append(self._take())
            path += self._bracketed()
            while self._next.kind == "other" and self._next.text in ("*", "+", "?"):
                path.append(self._take())
            if self._next.text not in ("/", "|"):
                return tuple(path)
            path.append(self._take())

    def _term(self) -> str:
        term = self._bracketed()
        if self._next.text == "@":
            self._take()
            self._take()
        elif self._next.text == "^":
            self._take()
            self._take()
            self._take()
        return term[0].text if len(term) == 1 else ""

    def _expression(self) -> Expression:
        """What follows FILTER, HAVING or BIND: in parentheses, a function call, or a test of existence."""
        found: list[Token] = []
        inner: list[Group] = []
        start = self._next.offset
        depth = 0
        while True:
            token = self._take()
            found.append(token)
            depth += (token.kind == "open") - (token.kind == "close")
            if token.word == "EXISTS":
                negated = len(found) > 1 and found[-2].word == "NOT"
                offset = found[-2].offset if negated else token.offset
                group = self._group("NOT EXISTS" if negated else "EXISTS")
                inner.append(Group(group.kind, offset, group.items))
            if depth == 0 and (token.kind == "close" or token.word == "EXISTS"):
                return Expression(start, tuple(found), tuple(inner))

    def _condition(self) -> list[Token]:
        """One condition of ORDER BY: a variable, or a function or direction with what is in its parentheses."""
        first = self._bracketed()
        return first if first[0].kind in ("variable", "open") else first + self._bracketed()

    def _bracketed(self) -> list[Token]:
        """The next token; with all up to the bracket that closes it, where it opens one."""
        found: list[Token] = []
        depth = 0
        while True:
            token = self._take()
            found.append(token)
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return found


_AFTER_TRIPLES = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"})


def _split(kind: str, text: str, offset: int) -> Iterator[Token]:
    """A token without the full stop that ends a pattern, which may follow a name without a space."""
    end = len(text.rstrip(".")) if kind in ("name", "word") else len(text)
    yield Token(kind, text[:end], offset)
    for place in range(end, len(text)):
        yield Token("other", ".", offset + place)
