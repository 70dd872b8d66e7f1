"""Occurrences of people in files of any kind, by line: packed files and tables are looked into."""

from __future__ import annotations

import gzip
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile

from backports import zstd

from foc_graph.matching.mentions import Mentions

_ZIPPED = frozenset((".docx", ".epub", ".odp", ".ods", ".odt", ".pptx", ".xlsx", ".zip"))
_PACKED = {b"PK\3\4": ".zip", b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
"""Beginnings of files that are packed, whatever they are called: workbooks and documents are ZIP files."""

_SEALED = frozenset((".7z", ".bz2", ".duckdb", ".pdf", ".rar", ".tar", ".tgz", ".xls", ".xz"))
_SEALED_STARTS = (b"7z\xbc\xaf", b"BZh", b"%PDF", b"Rar!", b"\xd0\xcf\x11\xe0", b"\xfd7zXZ", b"Obj\1")
"""Endings and beginnings of files whose text is packed in ways that are not read here."""

_PROGRAM = b"\0asm"
"""Beginning of programs in WebAssembly, such as the engine of a release: they are large, and tell of nobody."""

_UTF_16 = (BOM_UTF16_BE, BOM_UTF16_LE)
_ENCODINGS = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1256", "cp874", "koi8_r"),
    *("gb18030", "big5", "shift_jis", "euc_kr"),
)
"""Of tables and texts that are not UTF-8: those of Windows, and those of East Asia."""

_MAX_LINE, _BLOCK, _MAX_UNPACKED = 2**24, 2**20, 2**32
"""Bytes of a line that are searched at once, of the lines that are, and of a file when it is unpacked."""

_FAULTS = (OSError, EOFError, ImportError, RuntimeError, ValueError, BadZipFile, zlib.error, zstd.ZstdError)


class Occurrence(NamedTuple):
    """A line of a file that surely names a person (`is_certain`) or may do so; line 0 is the whole file, or its name.

    `problem` says why a file could not be searched.
    """

    path: Path
    line: int
    is_certain: bool
    excerpt: str
    problem: str = ""


def find_occurrences(path: Path, name: str, mentions: Mentions, content: bytes | None = None) -> Iterator[Occurrence]:
    """Find the lines of a file that name people or may do so; `name` is what its path tells of it.

    With `content`, that is searched in place of what the file holds now. A packed copy (`.gz`, `.zst`) of a file beside
    it is that file again, and left out.
    """
    if found := mentions.read(name):
        yield Occurrence(path, 0, *found)
    if content is not None:
        yield from _search(path, BytesIO(content), mentions)
        return
    try:
        if not _is_copy(path):
            with ExitStack() as stack:
                for file in _texts(path, stack):
                    yield from _search(path, file, mentions)
    except _FAULTS as error:
        yield Occurrence(path, 0, False, "", " ".join(str(error).split()) or type(error).__name__)


def _search(path: Path, file: BinaryIO, mentions: Mentions) -> Iterator[Occurrence]:
    number, read = 1, 0
    for block in _blocks(file):
        if not read and block[0].startswith(_PROGRAM):
            return
        read += sum(map(len, block))
        if read > _MAX_UNPACKED:
            raise OSError(f"larger than {_MAX_UNPACKED // 2**30} GiB when unpacked")
        if block[0].startswith(_UTF_16):
            raise OSError("text in UTF-16 is not read")
        encodings = _ENCODINGS[:1] if any(b"\0" in line for line in block) else _ENCODINGS
        if mentions.may_be_named(_decoded(b"".join(block), encodings), is_line=False):
            for at, line in enumerate(block, number):
                if found := mentions.read(_decoded(line, encodings)):
                    yield Occurrence(path, at, *found)
        number += len(block)


def _decoded(content: bytes, others: Sequence[str]) -> str:
    """Return a text in UTF-8; what is not UTF-8, also as it reads in the other encodings."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return " ".join(content.decode(one, "replace") for one in ("utf-8", *others))


def _blocks(file: BinaryIO) -> Iterator[list[bytes]]:
    """Give the lines of a file, some at a time."""
    block, size = list[bytes](), 0
    while line := file.readline(_MAX_LINE):
        block.append(line)
        size += len(line)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _is_copy(path: Path) -> bool:
    """Whether a file is the one beside it, packed."""
    plain = path.with_suffix("")
    if path.suffix not in (".gz", ".zst") or not plain.is_file():
        return False
    with ExitStack() as stack, plain.open("rb") as file:
        (packed,) = _texts(path, stack)
        return all(one == other for one, other in zip_longest(_blocks(packed), _blocks(file)))


def _texts(path: Path, stack: ExitStack) -> Iterator[BinaryIO]:
    """Open what a file holds: itself, what is packed in it, or a table as CSV."""
    ending = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(8)
    if ending in _SEALED or start.startswith(_SEALED_STARTS):
        raise OSError(f"files in the form {ending or 'that this one has'} are not read")
    ending = next((packed for known, packed in _PACKED.items() if start.startswith(known)), ending)
    if ending == ".gz":
        yield cast("BinaryIO", stack.enter_context(gzip.GzipFile(path)))
    elif ending == ".zst":
        yield cast("BinaryIO", stack.enter_context(zstd.ZstdFile(path)))
    elif ending in _ZIPPED:
        archive = stack.enter_context(ZipFile(path))
        yield BytesIO("\n".join(archive.namelist()).encode())
        yield from (cast("BinaryIO", stack.enter_context(archive.open(one))) for one in archive.infolist())
    elif ending == ".parquet":
        yield BytesIO(_table(path))
    else:
        yield stack.enter_context(path.open("rb"))


def _table(path: Path) -> bytes:
    """Return a table in Parquet as CSV."""
    import polars

    try:
        frame = polars.read_parquet(path)
        lists = [name for name, kind in frame.schema.items() if isinstance(kind, polars.List)]
        texts = polars.col(lists).cast(polars.List(polars.String)).list.join(" ")
        return frame.with_columns(texts).write_csv().encode()
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException) as error:
        raise OSError(str(error)) from error
