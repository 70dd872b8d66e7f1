"""The terminals that Turtle and SPARQL share, in one linear pass: enough to find comments, brackets and keywords.

Whether `<` begins an IRI or compares is told by where it stands, since SPARQL's own terminals do not tell: an IRI may
hold `'` and `#`, so that a wrong guess would hide what follows in a string or a comment, or bring it out of one.

Sources: Turtle 1.1 section 6.5, SPARQL 1.1 section 19.8 (IRIREF, STRING_LITERAL*, comments, VAR1/VAR2, PNAME, ECHAR).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

HEADS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
"""Keywords after which all parentheses, as far as the brackets around reach, hold expressions."""

HOLDERS = frozenset({"FILTER", "BIND"})
"""Keywords after which the next parentheses do."""

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_FIRST = f"{_BASE}_0-9"
_LATER = f"{_FIRST}\u00b7\u0300-\u036f\u203f\u2040"
_TOKEN = re.compile(
    rf"""\s*+(?:
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<string>\"{{3}}(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"{{3}} | '{{3}}(?:(?:'|'')?(?:[^'\\]|\\.))*'{{3}}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$][{_FIRST}][{_LATER}]*)
    | (?P<language>(?<=@)[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    | (?P<name>(?:[{_BASE}][{_LATER}.-]{{0,99}}+(?<!\.)|_)?:
        (?:(?:[{_FIRST}:%]|\\.)(?:[{_LATER}:%-]|\\.|\.++(?=[{_LATER}:%\\-]))*)?)
    | (?P<number>[+-]?(?:(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))
    | (?P<word>\w+)
    | (?P<open><<\(|[{{(\[])
    | (?P<close>[}})\]])
    | (?P<other><<|\\.|\S)
    | \Z)""",
    re.VERBOSE | re.DOTALL,
)


class Context:
    """The part of a query that a token stands in: `now` is `group`, `head` (of a query form) or `expression`."""

    def __init__(self) -> None:
        self.now = "group"
        self._around: list[str] = []
        self._is_awaited = False

    def pass_by(self, token: Token) -> None:
        """Go on past a token of kind `open`, `close` or `word`."""
        if token.kind == "open":
            is_expression = token.text == "(" and (self._is_awaited or self.now != "group")
            self._around.append(self.now)
            self.now = "expression" if is_expression else "group"
            self._is_awaited = False
        elif token.kind == "close":
            self.now = self._around.pop() if self._around else self.now
        else:
            word = token.word
            self._is_awaited = self._is_awaited or word in HOLDERS
            if word in HEADS and self.now == "group":
                self.now = "head"


class Token(NamedTuple):
    """A terminal: `kind` is the name of its group in the pattern of terminals."""

    kind: str
    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + len(self.text)

    @property
    def word(self) -> str:
        """A keyword or the name of a function, in capitals; "" for anything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The name of a variable; "" for anything else."""
        return self.text[1:] if self.kind == "variable" else ""


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of `text` in order; what fits no terminal comes as single characters of kind `other`."""
    start: int | None = 0
    context = Context()
    is_operand = False
    before = ""
    while start is not None:
        matches, start = _TOKEN.finditer(text, start), None
        for match in matches:
            kind, group = match.lastgroup, match.lastindex
            if kind is None or group is None:  # at the end
                return
            found, offset = match[group], match.start(group)
            if is_operand and found[0] == "<" and len(found) > 1 and context.now == "expression":
                kind, found, start = "other", "<", offset + 1
            token = Token(kind, found, offset)
            yield token
            if kind == "comment":
                continue
            is_operand = kind not in ("open", "other") or (before == found == ">")  # which ends a triple term
            if kind in ("open", "close", "word"):
                context.pass_by(token)
                is_operand = is_operand and found.upper() != "DISTINCT"
            before = found
            if start is not None:
                break


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column (both from 1) of an offset in `text`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
