"""How long the chains of a query are, and how often it is read: what parsing, planning and evaluating it recurse over.

All of it is seen in the terminals, in one pass, as pyoxigraph 0.5 goes about it.
"""

from __future__ import annotations

from dataclasses import dataclass

OPERATORS = frozenset("!+-*|&^=<>") | {"UNION", "BIND", "FILTER"}
"""What makes a chain longer by one wherever it stands."""

READ_TWICE = ("REGEX", "SUBSTR", "REPLACE", "GROUP_CONCAT")
"""Functions that are read with an optional argument first, then without."""

_APART = ("UNION", "OPTIONAL", "MINUS", "LATERAL", "EXISTS")
"""What comes before groups whose patterns do not continue the chain around."""

HEADS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
"""Keywords after which all parentheses, as far as the brackets around reach, hold expressions."""

HOLDERS = frozenset({"FILTER", "BIND"})
"""Keywords after which the next parentheses do."""

_NAMES = frozenset({"word", "name", "iri", "variable"})


class Place:
    """Where tokens stand: `now` is `group`, `head` (of a query form) or `expression`."""

    def __init__(self) -> None:
        self.now = "group"
        self._around: list[str] = []
        self._is_awaited = False

    def pass_by(self, kind: str, token: str) -> None:
        """Go on past a token of kind `open`, `close` or `word`."""
        if kind == "open":
            is_expression = token == "(" and (self._is_awaited or self.now != "group")
            self._around.append(self.now)
            self.now = "expression" if is_expression else "group"
            self._is_awaited = False
        elif kind == "close":
            self.now = self._around.pop() if self._around else self.now
        else:
            word = token.upper()
            self._is_awaited = self._is_awaited or word in HOLDERS
            if word in HEADS and self.now == "group":
                self.now = "head"


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
    """What is to be recursed over, and how much has been read, up to a place.

    A chain are the patterns that are joined in a group and the groups in it, the operators of an expression, or what is
    selected, described or ordered by. Rows of `VALUES` and templates of `CONSTRUCT` are none.
    """

    def __init__(self) -> None:
        self.read = 0
        """Characters, each as often as it may be read."""

        self._open = [_Bracket()]
        self._place = Place()
        self._kind = self._word = ""  # of the token before; words are in capitals
        self._offset = 0
        self._are_data_next = self._is_twice_next = self._is_description = False

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self._open) - 1

    @property
    def links(self) -> int:
        """Of the longest chain through the innermost open bracket."""
        here = self._open[-1]
        return here.links + here.patterns + here.operators + here.longest

    @property
    def steps(self) -> int:
        """Of the longest sequence in the innermost open bracket that is a part of a path."""
        here = self._open[-1]
        return max(here.steps, here.steps_beside) if here.is_part else 0

    def pass_by(self, kind: str, token: str, offset: int) -> None:
        """Go on past the next token."""
        here, place = self._open[-1], self._place.now
        self.read += (offset - self._offset) << here.readings
        self._offset = offset
        if kind == "comment" or (here.is_data and kind not in ("open", "close")):
            return
        word = token.upper() if kind == "word" else ""
        if kind in ("open", "close", "word"):
            self._place.pass_by(kind, token)
        if not here.is_data:
            self._count(here, place, kind, token, word)
        if place == "group":
            self._count_steps(here, kind, token, word)
        if kind == "open":
            self._enter(here, place, token)
        elif kind == "close" and self.depth:
            self._leave()
        self._is_twice_next = token in ("!", "~") or (self._is_twice_next and kind in _NAMES)
        self._kind, self._word = kind, word

    def _count(self, here: _Bracket, place: str, kind: str, token: str, word: str) -> None:
        is_list = here.token == "(" and place == "group"
        if is_list and kind not in ("close", "other") and self._kind not in ("open", "other"):
            here.patterns += 2  # an item after another
        if kind == "open":
            if token == "(":
                here.operators += place == "head"
                here.patterns += 2 * (self._place.now == "group" and not self._are_data_next)  # an item of a list
            else:
                here.patterns += token != "<<(" and not self._word.endswith(("UNION", "EXISTS"))
        elif kind == "word":
            here.operators += word in OPERATORS
            here.is_apart = here.is_apart or word == "SELECT"
            self._are_data_next = self._are_data_next or word == "VALUES"
            self._is_description = self._is_description or word == "DESCRIBE"
        elif kind in ("iri", "name"):
            here.operators += self._is_description and self.depth == 0
            here.patterns += kind == "name" and max(0, token.count(".") - 1)  # which may be read as full stops
        elif kind == "number":
            here.operators += token[0] in "+-"
        elif kind == "other":
            here.operators += token in OPERATORS
            here.patterns += token == "/" or (token in (".", ";", ",") and here.token in ("{", "["))
            here.patterns += 2 * (token in ("<<", "~") or (token == "|" and self._kind == "open"))  # `{|`

    def _count_steps(self, here: _Bracket, kind: str, token: str, word: str) -> None:
        if token == "/":
            here.steps += 1
        elif token == "|":
            here.steps_beside, here.steps, here.is_part = max(here.steps, here.steps_beside), 0, True
        elif here.token != "(" and (kind == "variable" or token in (".", ";", ",") or word not in ("", "A")):
            here.steps_beside, here.steps, here.is_part = 0, 0, False

    def _enter(self, around: _Bracket, place: str, token: str) -> None:
        is_call = self._kind in ("iri", "name") and place != "expression" == self._place.now
        times = self._is_twice_next + is_call + self._word.endswith(READ_TWICE)
        entered = _Bracket(token, around.links + around.patterns + around.operators, around.readings + times)
        entered.is_data = around.is_data or self._are_data_next or self._word == "CONSTRUCT"
        entered.is_apart = self._word.endswith(_APART)
        entered.is_part = token == "(" and self._place.now == "group"
        self._open.append(entered)
        self._are_data_next = self._are_data_next and token != "{"

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
