"""Mutants of inputs: bytes flipped, cut, repeated, nested, spliced, or put in from a dictionary; the same by seed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

MAX_SIZE = 2**16
"""Longest mutant, in bytes."""

WORDS = [
    *(b"\0", b"\r", b"\n", b"\r\n", b"\t", b"\x1b[31m", b"\x7f", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"*/*"),
    *(one.encode() for one in ("\ufeff", "\u202e", "\u2028", "\x85", "\u200b", "\U0010ffff", "\u0130", "\u0665")),
    *(b"'", b'"', b'"""', b"'''", b"<", b">", b"<<(", b")>>", b"[", b"]", b"(", b")", b"{", b"}", b"\\", b"\\u0041"),
    *(b"\\uD800", b"\\U00110000", b".", b";", b",", b"#", b"#+ ", b"@en--ltr", b"@", b"^^", b"_:b", b"%00", b"%ff"),
    *(b"..", b"/", b"//", b"/../", b"file:///etc/passwd", b"http://[", b"javascript:", b"urn:foc-graph:loads", b"a:"),
    *(b"0", b"-1", b"-0", b"1e999999", b"1e-400", b"NaN", b"Infinity", b"9" * 400, b"9223372036854775808"),
    *(b"0000", b"99999", b"2015-02-30", b"2015-13", b"10000-01-01", b"T24:00:00", b"Z", b"+14:01", b"---", b"..."),
    *(b"true", b"null", b"[]", b"{}", b'""', b"~", b"&a ", b"*a", b"!!python/object:os.system", b"|", b">-", b": "),
    *(b"=cmd", b"+1", b"PREFIX ", b"BASE <x:>", b"SERVICE <x:>", b"H ", b"TX .", b"A ", b"D ", b"sha256:", b"q="),
]  # fmt: skip
"""Words and signs that readers treat as special, in text or bytes."""

_BRACKETS = [
    (b"[", b"]"),
    (b"(", b")"),
    (b"{", b"}"),
    (b"<<(", b")>>"),
    (b'{"a":', b"}"),
    (b"- ", b""),
    (b"<a>", b"</a>"),
]


class Mutator:
    """An endless supply of mutants."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)
        self._changes = (
            *([self._put_word] * 4 + [self._cut] * 3 + [self._set_byte] * 3 + [self._copy] * 2),
            *(self._splice, self._truncate, self._repeat, self._nest, self._swap, self._change_number, self._double),
        )

    def mutate(self, pool: Sequence[bytes]) -> bytes:
        """Return one of the inputs of a pool, changed at up to eight places."""
        content = self._random.choice(pool)
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            content = self._random.choice(self._changes)(content, pool)[:MAX_SIZE]
        return content

    def _range(self, content: bytes) -> tuple[int, int]:
        start = self._random.randrange(len(content) + 1)
        return start, min(len(content), start + self._random.choice((1, 1, 2, 4, 10, 40, 200)))

    def _put_word(self, content: bytes, _: Sequence[bytes]) -> bytes:
        start, end = self._range(content)
        return content[:start] + self._random.choice(WORDS) + content[self._random.choice((start, end)) :]

    def _cut(self, content: bytes, _: Sequence[bytes]) -> bytes:
        start, end = self._range(content)
        return content[:start] + content[end:]

    def _set_byte(self, content: bytes, _: Sequence[bytes]) -> bytes:
        at = self._random.randrange(len(content) + 1)
        old = content[at : at + 1] or b"\0"
        new = self._random.choice((old[0] ^ 1 << self._random.randrange(8), self._random.randrange(256), old[0] ^ 32))
        return content[:at] + bytes([new]) + content[at + 1 :]

    def _copy(self, content: bytes, _: Sequence[bytes]) -> bytes:
        start, end = self._range(content)
        at = self._random.randrange(len(content) + 1)
        return content[:at] + content[start:end] + content[at:]

    def _splice(self, content: bytes, pool: Sequence[bytes]) -> bytes:
        other = self._random.choice(pool)
        return content[: self._range(content)[0]] + other[self._range(other)[0] :]

    def _truncate(self, content: bytes, _: Sequence[bytes]) -> bytes:
        return content[: self._range(content)[0]]

    def _repeat(self, content: bytes, _: Sequence[bytes]) -> bytes:
        start, end = self._range(content)
        times = min(self._random.choice((10, 100, 1000, 10_000)), MAX_SIZE // max(end - start, 1))
        return content[:start] + content[start:end] * times + content[end:]

    def _nest(self, content: bytes, _: Sequence[bytes]) -> bytes:
        start, end = self._range(content)
        times = self._random.choice((3, 50, 200, 2000))
        opening, closing = self._random.choice(_BRACKETS)
        return content[:start] + opening * times + content[start:end] + closing * times + content[end:]

    def _swap(self, content: bytes, _: Sequence[bytes]) -> bytes:
        (start, end), (first, last) = sorted((self._range(content), self._range(content)))
        if end > first:
            return content
        return content[:start] + content[first:last] + content[end:first] + content[start:end] + content[last:]

    def _change_number(self, content: bytes, _: Sequence[bytes]) -> bytes:
        digits = [at for at, byte in enumerate(content[:2000]) if 48 <= byte <= 57]
        if not digits:
            return content
        at = self._random.choice(digits)
        return content[:at] + self._random.choice((b"0", b"9", b"-1", b"1000000", b"")) + content[at + 1 :]

    def _double(self, content: bytes, _: Sequence[bytes]) -> bytes:
        """Write a line twice."""
        lines = content.splitlines(keepends=True) or [b""]
        at = self._random.randrange(len(lines))
        return b"".join([*lines[:at], lines[at], *lines[at:]])
