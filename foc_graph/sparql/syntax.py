"""The syntax tree of a query: groups in braces, and the patterns, expressions and sub-selects in them.

Groups are found in any text whose braces match. A group reads its patterns when it is asked for them, which needs a
query that a parser has accepted. All parts keep their offset, which the engines' own parsers do not tell.

Source: SPARQL 1.1 section 19.8, the rules `SubSelect`, `GroupGraphPattern` and `TriplesBlock`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import ClassVar

from foc_graph.errors import ParseError
from foc_graph.sparql.tokens import Token, position, tokens

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_KEYWORDS = frozenset({"WHERE", "OPTIONAL", "MINUS", "UNION", "EXISTS", "CONSTRUCT", "LATERAL"})
_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})
_BEFORE_GROUPS = frozenset({"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "LATERAL"})
_AFTER_TRIPLES = _BEFORE_GROUPS | {"FILTER", "BIND", "VALUES"}
_NODES = frozenset({"iri", "name", "variable", "string", "number", "word"})


class UnreadPattern(Exception):
    """A pattern that is none of SPARQL 1.1, at an offset."""

    def __init__(self, item: Item) -> None:
        self.offset = item.offset
        super().__init__(item)


@dataclass(frozen=True)
class Triple:
    """A triple pattern; of a node in brackets, the token that opens them."""

    subject: Token
    path: tuple[Token, ...]
    object: Token

    @property
    def offset(self) -> int:
        """The offset of its path."""
        return self.path[0].offset


@dataclass(frozen=True)
class Expression:
    """The test of a FILTER or HAVING, what a BIND computes, or a condition of GROUP BY or ORDER BY."""

    offset: int
    items: tuple[Item, ...]
    target: str = ""
    """The name of the variable that BIND binds."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Its tokens, without those in the groups of (NOT) EXISTS."""
        return tuple(item for item in self.items if isinstance(item, Token))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of (NOT) EXISTS."""
        return tuple(item for item in self.items if isinstance(item, Group))


@dataclass(frozen=True)
class Values:
    """A VALUES table: its variables and how many rows it has."""

    offset: int
    variables: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Union:
    """Groups with UNION between them."""

    branches: tuple[Group, ...]

    @property
    def offset(self) -> int:
        """The offset of the first."""
        return self.branches[0].offset


@dataclass(frozen=True, eq=False)
class Group:
    """Tokens and groups between two braces.

    `keyword` comes before the braces, such as "OPTIONAL" or "NOT EXISTS", and `offset` is where it stands; without one,
    that of the opening brace. `start` is the offset of this brace, and `end` that after the closing one.
    """

    keyword: str
    offset: int
    start: int
    items: tuple[Item, ...]
    end: int

    kind: ClassVar[str] = "group"
    text: ClassVar[str] = ""
    word: ClassVar[str] = ""
    variable: ClassVar[str] = ""

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns, expressions and sub-selects in the group of a well-formed query.

        Raises:
            UnreadPattern: for what is not in SPARQL 1.1.
        """
        return _Reader(self.items).patterns()

    @cached_property
    def select(self) -> Query | None:
        """The sub-select that the group consists of, if it does."""
        return _Reader(self.items).query() if self.items and self.items[0].word == "SELECT" else None

    def tokens(self) -> Iterator[Token]:
        """Give all tokens, those of inner groups included."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.tokens()
            else:
                yield item

    def groups(self) -> Iterator[Group]:
        """Give all groups within, in the order in which they begin."""
        for item in self.items:
            if isinstance(item, Group):
                yield item
                yield from item.groups()


@dataclass(frozen=True, eq=False)
class Query:
    """A query form, at the outermost or as a sub-select.

    `head` comes before the group of its pattern, such as the projection of a SELECT, and `modifiers` come after it. A
    template is left out.
    """

    form: Token
    head: tuple[Item, ...]
    where: Group
    modifiers: tuple[Item, ...]

    @property
    def offset(self) -> int:
        """The offset of its form."""
        return self.form.offset

    @cached_property
    def projected(self) -> tuple[str, ...]:
        """The names of the variables that its projection lists: those by themselves and those after AS."""
        depth, before, names = 0, "", []
        for item in self.head:
            depth += (item.kind == "open") - (item.kind == "close")
            if item.variable and (depth == 0 or before == "AS"):
                names.append(item.variable)
            before = item.word
        return tuple(dict.fromkeys(names))

    @cached_property
    def conditions(self) -> dict[str, tuple[Expression, ...]]:
        """The conditions of GROUP BY, HAVING and ORDER BY, by the first word of these."""
        return _Reader(self.modifiers).conditions()


Item = Token | Group
Pattern = Triple | Expression | Values | Union | Group | Query


@lru_cache(16)
def nest(text: str, where: str = "query") -> Group:
    """Put the tokens of a text into the groups that its braces make; comments are left out.

    Raises:
        ParseError: for a brace without its other.
    """
    opened: list[tuple[list[Item], Token]] = []
    items: list[Item] = []
    for token in tokens(text):
        if token.text == "{":
            opened.append((items, token))
            items = []
        elif token.text == "}":
            if not opened:
                raise ParseError(where, *position(text, token.offset), "has one closing brace too many")
            inner, (items, brace) = tuple(items), opened.pop()
            items.append(Group(*_keyword(items, brace), brace.offset, inner, token.end))
        elif token.kind != "comment":
            items.append(token)
    if opened:
        raise ParseError(where, *position(text, opened[-1][1].offset), "has one opening brace too many")
    return Group("", 0, 0, tuple(items), len(text))


def _keyword(before: list[Item], brace: Token) -> tuple[str, int]:
    match [item.word for item in before[-3:]]:
        case [*_, "NOT", "EXISTS"]:
            return "NOT EXISTS", before[-2].offset
        case [*_, word] if word in _KEYWORDS:
            return word, before[-1].offset
        case [*_, "GRAPH" | "SERVICE" as word, ""]:
            return word, before[-2].offset
        case ["SERVICE", "SILENT", ""]:
            return "SERVICE", before[-3].offset
    return "", brace.offset


def parse(text: str, where: str = "query") -> Query:
    """Read the one query of a text.

    Raises:
        ParseError: for a brace without its other, or where there is no query form.
    """
    items = nest(text, where).items
    forms = (number for number, item in enumerate(items) if item.word in FORMS)
    if (first := next(forms, None)) is None:
        raise ParseError(where, None, None, "has no SELECT, ASK, CONSTRUCT or DESCRIBE")
    return _Reader(items[first:]).query()


def form(text: str) -> str:
    """Return the form of a query that has one, such as `SELECT`."""
    return next(token.word for token in tokens(text) if token.word in FORMS)


def prefixes(found: Iterable[Token]) -> dict[str, str]:
    """Return the namespaces that tokens declare, by prefix."""
    read = [token for token in found if token.kind != "comment"]
    declarations = zip(read, read[1:], read[2:], strict=False)
    return {name.text.rstrip(":"): iri.text[1:-1] for word, name, iri in declarations if word.word == "PREFIX"}


def names_dataset(query: str) -> bool:
    """Whether a query has a FROM clause."""
    return "FROM" in query.upper() and any(token.word == "FROM" for token in tokens(query))


def parts(part: Pattern) -> Iterator[Pattern]:
    """Give a part and all parts within it, in order, those of sub-selects and of tests of existence included."""
    yield part
    inner: Iterable[Pattern] = ()
    match part:
        case Query():
            groups = (item for item in part.head if isinstance(item, Group))
            inner = (*groups, part.where, *(one for found in part.conditions.values() for one in found))
        case Expression():
            inner = part.groups
        case Group():
            inner = part.patterns
        case Union():
            inner = part.branches
    for one in inner:
        yield from parts(one)


class _Reader:
    """One pass over the items of a group; `_next` is the one to be read."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self._items = (*items, Token("end", "", items[-1].end if items else 0))
        self._at = 0
        self._found: list[Pattern] = []

    @property
    def _next(self) -> Item:
        return self._items[self._at]

    def _take(self) -> Item:
        item = self._next
        if item.kind == "end":
            raise UnreadPattern(item)
        self._at += 1
        return item

    def _take_token(self) -> Token:
        item = self._take()
        if isinstance(item, Group):
            raise UnreadPattern(item)
        return item

    def _take_group(self) -> Group:
        """Take a group, with what stands before it."""
        while not isinstance(item := self._take(), Group):
            pass
        return item

    def query(self) -> Query:
        form = self._take_token()
        if form.word == "CONSTRUCT" and isinstance(self._next, Group):
            self._take()
        head: list[Item] = []
        depth = 0
        while self._next.kind != "end" and (depth or (self._next.kind != "group" and self._next.word != "WHERE")):
            depth += (self._next.kind == "open") - (self._next.kind == "close")
            head.append(self._take())
        end = self._next.offset
        where = Group("", end, end, (), end) if self._next.kind == "end" else self._take_group()
        return Query(form, tuple(head), where, self._items[self._at : -1])

    def conditions(self) -> dict[str, tuple[Expression, ...]]:
        found: dict[str, list[Expression]] = {"GROUP": [], "HAVING": [], "ORDER": []}
        part = ""
        while self._next.kind != "end":
            if self._next.word in _MODIFIERS:
                part = self._take().word
            elif part in found and self._next.word != "BY":
                found[part].append(self._expression())
            else:
                self._take()
        return {part: tuple(conditions) for part, conditions in found.items()}

    def patterns(self) -> tuple[Pattern, ...]:
        while self._next.kind != "end":
            if self._next.text == ".":
                self._take()
            elif self._next.kind == "group":
                self._groups()
            elif self._next.word == "SELECT":
                return (self.query(),)
            elif self._next.word in _BEFORE_GROUPS:
                self._found.append(self._take_group())
            elif self._next.word == "FILTER":
                self._take()
                self._found.append(self._expression())
            elif self._next.word == "BIND":
                offset, inner = self._take().offset, self._expression()
                self._found.append(Expression(offset, inner.items, inner.items[-2].variable))
            elif self._next.word == "VALUES":
                self._values()
            else:
                self._triples()
        return tuple(self._found)

    def _groups(self) -> None:
        branches = [self._take_group()]
        while self._next.word == "UNION":
            branches.append(self._take_group())
        self._found.append(branches[0] if len(branches) == 1 else Union(tuple(branches)))

    def _values(self) -> None:
        offset = self._take().offset
        variables = tuple(item.variable for item in self._bracketed() if item.variable)
        table = tuple(self._take_group().tokens())
        if table and table[0].text == "(":
            rows = sum(token.text == "(" for token in table)
        else:  # a literal with a tag or a datatype is several tokens
            pairs = pairwise([Token("open", "{", offset), *table])
            rows = sum(token.kind != "other" and before.text not in ("@", "^") for before, token in pairs)
        self._found.append(Values(offset, variables, rows))

    def _triples(self) -> None:
        is_bracketed = self._next.text in ("[", "(")
        subject = self._node()
        if not (is_bracketed and self._ends_triples()):
            self._properties(subject)

    def _ends_triples(self) -> bool:
        return self._next.text in ("", ".", "]") or self._next.word in _AFTER_TRIPLES

    def _properties(self, subject: Token) -> None:
        while True:
            path = self._path()
            self._found.append(Triple(subject, path, self._node()))
            while self._next.text == ",":
                self._take()
                self._found.append(Triple(subject, path, self._node()))
            if self._next.text != ";":
                return
            while self._next.text == ";":
                self._take()
            if self._ends_triples():
                return

    def _path(self) -> tuple[Token, ...]:
        path: list[Token] = []
        while True:
            while self._next.text in ("^", "!"):
                path.append(self._take_token())
            if self._next.kind not in ("iri", "name", "variable") and self._next.text not in ("a", "("):
                raise UnreadPattern(self._next)
            path += (item for item in self._bracketed() if isinstance(item, Token))
            while self._next.text in ("*", "+", "?"):
                path.append(self._take_token())
            if self._next.text not in ("/", "|"):
                return tuple(path)
            path.append(self._take_token())

    def _node(self) -> Token:
        node = self._take_token()
        if node.text == "(":
            return self._list(node)
        if node.text == "[":
            if self._next.text != "]":
                self._properties(node)
            if (closing := self._take()).text != "]":
                raise UnreadPattern(closing)
        elif node.kind not in _NODES:
            raise UnreadPattern(node)
        if node.kind == "string" and self._next.text == "@":
            self._at += 2
        elif node.kind == "string" and [item.text for item in self._items[self._at : self._at + 2]] == ["^", "^"]:
            self._at += 3
        return node

    def _list(self, opened: Token) -> Token:
        """Read the items of a list as the triples that they stand for, and return its first node."""
        nodes = []
        while self._next.text != ")":
            nodes.append(self._node())
        end = Token("iri", f"<{_RDF}nil>", self._take().offset)
        cells = [opened, *(Token("open", ",", node.offset) for node in nodes[1:]), end]
        for node, cell, rest in zip(nodes, cells, cells[1:], strict=False):
            self._found.append(Triple(cell, (Token("iri", f"<{_RDF}first>", node.offset),), node))
            self._found.append(Triple(cell, (Token("iri", f"<{_RDF}rest>", node.offset),), rest))
        return opened if nodes else end

    def _expression(self) -> Expression:
        """Read a variable, or what ends with parentheses or the group of a test of existence."""
        found = self._bracketed()
        while found[-1].kind not in ("close", "group") and not (found[0].variable and len(found) == 1):
            found += self._bracketed()
        return Expression(found[0].offset, tuple(found))

    def _bracketed(self) -> list[Item]:
        """Take the next item; with all up to the bracket that closes it, where it opens one."""
        found: list[Item] = []
        depth = 0
        while True:
            item = self._take()
            found.append(item)
            depth += (item.kind == "open") - (item.kind == "close")
            if depth == 0:
                return found
