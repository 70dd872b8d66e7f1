"""Bounds of a query text: its length, its depth, its chains of patterns and operators, and how often it is read.

Parsers and engines recurse over brackets and chains. One pass over the tokens finds both, as pyoxigraph 0.5 reads them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from foc_graph.errors import ParseError, quoted
from foc_graph.sparql.tokens import HEADS, HOLDERS, Context, Token, position, tokens

OPERATORS = frozenset("!+-*|&^=<>") | {"UNION", "BIND", "FILTER"}
"""Tokens that make a chain longer by one wherever they stand."""

READ_TWICE = ("REGEX", "SUBSTR", "REPLACE", "GROUP_CONCAT")
"""Functions that are read with an optional argument first, then without."""

_APART = ("UNION", "OPTIONAL", "MINUS", "LATERAL", "EXISTS")
"""Words before groups whose patterns do not continue the chain around."""

_NAMES = frozenset({"word", "name", "iri", "variable"})


MAX_DEPTH = 64
"""Deepest nesting of brackets that is handed to a parser; parsers recurse, and a crash takes the process with it."""

TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels: simplify it"
"""The message for a text that is nested deeper."""

MAX_QUERY_LENGTH = 1_000_000
"""Longest query text, in characters."""

MAX_LINKS = 2000
"""Longest chain of patterns, operators or columns: a query is evaluated by recursion over chains as over brackets, and
with a stack of 8 MiB pyoxigraph 0.5 crashes from 2,600 patterns on."""

MAX_READ = 10_000_000
"""Most characters that are read with all repetitions: pyoxigraph 0.5 reads some brackets twice, those within four times
and so on, this many in between 1 and 20 seconds."""

MAX_IRI_LENGTH = 2000
"""Longest IRI of a query, in characters."""

MAX_PART = 16
"""Most steps of a sequence that is part of a path: with pyoxigraph 0.5 each doubles the time to plan."""

_ONE_LINK = (*OPERATORS, "/", "{", "[", ".", ";", ",", "~")
_TWO_LINKS = ("(", "?", "$", ":", "'", '"', "<")
"""Lists, and items of lists that have no space between them."""

_REPEATERS = (*READ_TWICE, "EXISTS", "!", "~")

_SHORT = 2**14
"""Most characters of a query whose check is remembered: most are asked many times."""

_BEFORE_AN_END = re.compile(r"(?<![^<>\s])[^<>\s]++>")
"""Text up to an end bracket, without spaces or brackets: slashes in it are those of an IRI, not steps."""

_LONG_IRI = re.compile(rf"<[^<>\s]{{{MAX_IRI_LENGTH - 1},}}")

_OPAQUE = re.compile(r"""<[^<>"'{}|^`\s()\[\]]*>|"[^"\n\r]*"|'[^'\n\r]*'|#[^\n\r]*""")
"""IRIs without brackets, strings, comments: what stands in them is no bracket of the query."""

_ESCAPES = ("\\", '"""', "'''")
_PERHAPS_COMPARED = re.compile(r"(?:^|[\n\r])(?>[^\n\r]*?<(?!https?://)[^\s<>#]*+#)[^\n\r]*[)\]}]")
"""What may be a comparison and a comment, not an IRI; nothing is compared with `//`."""

_PERHAPS_OPAQUE = re.compile(r"""["']|<(?!=?[ \t\n\r])""")
_BRACKET = re.compile(r"[{}()\[\]]")

_KEYWORDS = HEADS | HOLDERS | {"SERVICE", "TRUE", "FALSE", "GROUP_CONCAT"}
_RUN_TOGETHER = re.compile("^TRUE|^FALSE|SERVICE|FILTER|BIND|SELECT|GROUP|ORDER|HAVING")
"""Finds words that some parsers take apart into a keyword and something else, or that are one."""

_LIKE_A_KEYWORD = re.compile("(?i)(?=[^:]{0,100}:)[^:]*(?:SERVICE|FILTER|HAVING|ORDERBY|GROUPBY)[^:]*:")
"""A prefix from which some parsers take a keyword off, where only so the text is a query."""

_STRING = re.compile(
    r"""(?:[^\\]|\\[tbnrf"'\\]
    |\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[0-9A-Fa-f]{4})*+""",
    re.VERBOSE,
)


@dataclass(slots=True)
class _Bracket:
    """An open bracket, and what has been counted in it so far.

    Patterns are joined, and those of brackets in it with them; of operators, the longest chain in brackets counts.
    """

    token: str = ""
    links: int = 0  # of the brackets around
    readings: int = 0  # how often it is read, as a power of 2
    is_data: bool = False
    is_apart: bool = False  # whether its patterns are not joined to those around
    is_part: bool = False  # whether steps are those of a path in brackets, or beside `|`
    patterns: int = 0
    operators: int = 0
    longest: int = 0  # chain of a bracket in it
    steps: int = 0
    steps_beside: int = 0  # of the longest sequence before `|`


class Chains:
    """The recursion that a query needs, and how much of it has been read, up to a token.

    A chain are the patterns that are joined in a group and the groups in it, the operators of an expression, or what is
    selected, described or ordered by. Rows of `VALUES` and templates of `CONSTRUCT` are none.
    """

    def __init__(self) -> None:
        self.read = 0
        """Characters, each as often as it may be read."""

        self._open = [_Bracket()]
        self._context = Context()
        self._kind = self._word = ""  # of the token before; words are in capitals
        self._offset = 0
        self._are_data_next = self._is_twice_next = self._is_description = False

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self._open) - 1

    @property
    def links(self) -> int:
        """How many links the longest chain through the innermost open bracket has."""
        here = self._open[-1]
        return here.links + here.patterns + here.operators + here.longest

    @property
    def steps(self) -> int:
        """How many steps the longest sequence in the innermost open bracket has that is a part of a path."""
        here = self._open[-1]
        return max(here.steps, here.steps_beside) if here.is_part else 0

    def pass_by(self, token: Token) -> None:
        """Go on past the next token."""
        kind, text, offset = token
        here, context = self._open[-1], self._context.now
        self.read += (offset - self._offset) << here.readings
        self._offset = offset
        if kind == "comment" or (here.is_data and kind not in ("open", "close")):
            return
        word = text.upper() if kind == "word" else ""
        if kind in ("open", "close", "word"):
            self._context.pass_by(token)
        if not here.is_data:
            self._count(here, context, kind, text, word)
        if context == "group":
            self._count_steps(here, kind, text, word)
        if kind == "open":
            self._enter(here, context, text)
        elif kind == "close" and self.depth:
            self._leave()
        self._is_twice_next = text in ("!", "~") or (self._is_twice_next and kind in _NAMES)
        self._kind, self._word = kind, word

    def _count(self, here: _Bracket, context: str, kind: str, text: str, word: str) -> None:
        is_list = here.token == "(" and context == "group"
        if is_list and kind not in ("close", "other") and self._kind not in ("open", "other"):
            here.patterns += 2  # an item after another
        if kind == "open":
            if text == "(":
                here.operators += context == "head"
                here.patterns += 2 * (self._context.now == "group" and not self._are_data_next)  # an item of a list
            else:
                here.patterns += text != "<<(" and not self._word.endswith(("UNION", "EXISTS"))
        elif kind == "word":
            here.operators += word in OPERATORS
            here.is_apart = here.is_apart or word == "SELECT"
            self._are_data_next = self._are_data_next or word == "VALUES"
            self._is_description = self._is_description or word == "DESCRIBE"
        elif kind in ("iri", "name"):
            here.operators += self._is_description and self.depth == 0
            here.patterns += kind == "name" and max(0, text.count(".") - 1)  # which may be read as full stops
        elif kind == "number":
            here.operators += text[0] in "+-"
        elif kind == "other":
            here.operators += text in OPERATORS
            here.patterns += text == "/" or (text in (".", ";", ",") and here.token in ("{", "["))
            here.patterns += 2 * (text in ("<<", "~") or (text == "|" and self._kind == "open"))  # `{|`

    def _count_steps(self, here: _Bracket, kind: str, text: str, word: str) -> None:
        if text == "/":
            here.steps += 1
        elif text == "|":
            here.steps_beside, here.steps, here.is_part = max(here.steps, here.steps_beside), 0, True
        elif here.token != "(" and (kind == "variable" or text in (".", ";", ",") or word not in ("", "A")):
            here.steps_beside, here.steps, here.is_part = 0, 0, False

    def _enter(self, around: _Bracket, context: str, text: str) -> None:
        is_call = self._kind in ("iri", "name") and context != "expression" == self._context.now
        times = self._is_twice_next + is_call + self._word.endswith(READ_TWICE)
        entered = _Bracket(text, around.links + around.patterns + around.operators, around.readings + times)
        entered.is_data = around.is_data or self._are_data_next or self._word == "CONSTRUCT"
        entered.is_apart = self._word.endswith(_APART)
        entered.is_part = text == "(" and self._context.now == "group"
        self._open.append(entered)
        self._are_data_next = self._are_data_next and text != "{"

    def _leave(self) -> None:
        left = self._open.pop()
        around = self._open[-1]
        chain = left.operators + left.longest
        if left.is_apart:
            chain += left.patterns
        else:
            around.patterns += left.patterns
        around.longest = max(around.longest, chain)
        if left.is_part:
            around.steps += max(left.steps, left.steps_beside)


def check_depth(text: str, where: str) -> None:
    """Refuse text nested deeper than MAX_DEPTH.

    Raises:
        ParseError: at the bracket that is one too deep.
    """
    if _is_shallow(text):
        return
    depth = 0
    for token in tokens(text):
        depth = max(0, depth + (token.kind == "open") - (token.kind == "close"))
        if depth > MAX_DEPTH:
            raise ParseError(where, *position(text, token.offset), TOO_DEEP)


def check_query(text: str, where: str = "query", services: Collection[str] = ()) -> None:
    """Refuse a query that would ask another server, or that no parser can be given: too long, too deep, not Unicode.

    The `services` may be asked: the IRIs of endpoints, which the query writes in full.

    Raises:
        ParseError: saying what is refused, and where.
    """
    if len(text) > MAX_QUERY_LENGTH:
        raise ParseError(where, None, None, f"longer than {MAX_QUERY_LENGTH:,} characters: shorten it")
    (_check if len(text) <= _SHORT else _check.__wrapped__)(text, where, tuple(services))


@lru_cache(512)
def _check(text: str, where: str, services: Sequence[str]) -> None:
    if (surrogate := re.search("[\ud800-\udfff]", text)) is not None:  # also stands for a byte that is not UTF-8
        problem = "not valid Unicode text: write the query in UTF-8"
        raise ParseError(where, *position(text, surrogate.start()), problem)
    if _is_plain(text):
        return
    chains = Chains()
    before = ""
    expects_endpoint = False
    for token in tokens(text):
        chains.pass_by(token)
        refusal = _refusal(token, before, chains)
        if token.word == "SERVICE" and services:
            expects_endpoint, refusal = True, None
        elif expects_endpoint and token.kind != "comment" and token.word != "SILENT":
            expects_endpoint = False
            if token.kind != "iri" or token.text[1:-1] not in services:
                refusal = (
                    f"SERVICE {quoted(token.text)} is not one of the endpoints that may be asked: {', '.join(services)}"
                )
        if refusal is not None:
            raise ParseError(where, *position(text, token.offset), refusal)
        before = before if token.kind == "comment" else token.text


def _refusal(token: Token, before: str, chains: Chains) -> str | None:
    """Say why a query is refused at a token after another, if it is."""
    kind, text, _ = token
    word = text.upper() if kind == "word" else ""
    if word == "SERVICE":
        return "SERVICE would ask another server, which this tool does not do: ask there directly"
    if word not in _KEYWORDS and _RUN_TOGETHER.search(word):
        return f"{quoted(text)} is no keyword: write a space between words"
    if kind == "open" and _LIKE_A_KEYWORD.match(before):
        return f"{quoted(before)} may be read as a keyword here: rename its prefix"
    if kind == "name" and any(map(_RUN_TOGETHER.search, text.upper().split(".", 2)[2:])):  # from a second full stop on
        return f"{quoted(text)} may be read as a name, a full stop and a keyword: write its IRI in full"
    if kind == "string" and not _STRING.fullmatch(text):
        return "a string has an escape that SPARQL does not know: write the character, or two backslashes"
    if kind == "iri" and len(text) > MAX_IRI_LENGTH:
        return f"an IRI longer than {MAX_IRI_LENGTH:,} characters"
    if chains.depth > MAX_DEPTH:
        return TOO_DEEP
    if chains.links > MAX_LINKS:
        return f"more than {MAX_LINKS:,} patterns, operators or columns in a row: simplify it, or use VALUES or IN"
    if chains.steps > MAX_PART:
        return f"more than {MAX_PART} steps of a path in brackets or beside |: ask in parts"
    if chains.read > MAX_READ:
        return "functions or negations nested so deep that parsing takes too long: use BIND for the inner ones"
    return None


def _is_shallow(text: str) -> bool:
    return _brackets(text) <= MAX_DEPTH


def _brackets(text: str) -> int:
    return sum(map(text.count, "{(["))


def _depth_bound(text: str) -> int:
    """Return a depth that the brackets of a query do not exceed; how many there are, where some may be text."""
    rest = _OPAQUE.sub("\0", text)
    is_unclear = any(one in text for one in _ESCAPES) or _PERHAPS_COMPARED.search(text)
    if is_unclear or _PERHAPS_OPAQUE.search(rest):
        return _brackets(text)
    depth = deepest = 0
    for bracket in _BRACKET.findall(rest):
        depth = depth + 1 if bracket in "{([" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _is_plain(text: str) -> bool:
    """Whether a query surely passes the checks of its tokens in `check_query`; most do, and this is quicker to see."""
    capitals = text.upper()
    links = sum(map(capitals.count, _ONE_LINK)) + 2 * (sum(map(text.count, _TWO_LINKS)) + len(text.split()))
    return (
        _depth_bound(text) <= MAX_DEPTH
        and links <= MAX_LINKS
        and len(text) << sum(map(capitals.count, _REPEATERS)) <= MAX_READ
        and text.count("/") - "".join(_BEFORE_AN_END.findall(text)).count("/") <= MAX_PART
        and "SERVICE" not in capitals
        and _LONG_IRI.search(text) is None
    )
