"""Text for XML 1.0 and HTML, which have no characters for some that a literal may hold (XML 1.0, production 2, Char).

Source: https://www.w3.org/TR/xml/#charsets; HTML counts the same ones as errors.
"""

from __future__ import annotations

import re
from io import RawIOBase
from typing import Any, BinaryIO

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Control characters but for tab, line feed and carriage return, surrogates, U+FFFE and U+FFFF."""

_REPLACEMENT = "\ufffd"
_FORBIDDEN_BYTES = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT_BYTES = _REPLACEMENT.encode()
_BEGUN = (b"\xef\xbf", b"\xef")
"""How the bytes of U+FFFE and U+FFFF begin."""


def clean(text: str) -> str:
    """Replace each character that XML does not have with U+FFFD."""
    return FORBIDDEN.sub(_REPLACEMENT, text)


class Cleaned(RawIOBase):
    """Writes a document in UTF-8 into a file, with U+FFFD in place of what XML does not have; it ends with a tag."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._begun = b""

    def write(self, content: Any) -> int:
        """Write a part; a character may go on in the next one."""
        whole = self._begun + content
        self._begun = next((begin for begin in _BEGUN if whole.endswith(begin)), b"")
        self._file.write(_FORBIDDEN_BYTES.sub(_REPLACEMENT_BYTES, whole.removesuffix(self._begun)))
        return len(content)
