"""The canonical form of data files: of Turtle, and of mapping sets in SSSOM/TSV."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import read_text
from foc_graph.rdf.turtle import format_turtle
from foc_graph.sssom.identifiers import is_mapping_set, parse_data
from foc_graph.sssom.tsv import format_mappings, read_mappings


def format_file(path: Path, check: bool = False) -> bool:
    """Rewrite a data file in canonical form; with `check` only compare. True if the file was not canonical.

    The new text is written beside the file, read back and compared as a graph before it takes the file's place.

    Raises:
        ParseError: as `format_turtle`, or for what is no mapping set; the file is left as it is.
        ServiceError: if the file cannot be written.
    """
    where = str(path)
    text = read_text(path, where)
    is_set = is_mapping_set(path)
    formatted = format_mappings(read_mappings(text, where)) if is_set else format_turtle(text, where, PREFIXES)
    if path.read_bytes() == formatted.encode():
        return False
    if not check:
        if _canonical_quads(path, formatted, where) != _canonical_quads(path, text, where):
            raise ParseError(where, None, None, "formatting would change the graph; the file is left as it is")
        replace_files({path: (text, formatted)})
    return True


def replace_files(texts: Mapping[Path, tuple[str | None, str]]) -> None:
    """Give each file its new text; with it comes the text that it had when read, None for a new file.

    The new texts are written beside the files and then take their places, in the order given. Where one cannot, those
    before it get their old text back.

    Raises:
        ServiceError: if one cannot be written, or was changed by another since.
    """
    asides: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, (before, text) in texts.items():
            target = path.resolve()
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            asides[path] = Path(name)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(descriptor)
            if (read_text(target, str(path)) if target.exists() else None) != before:
                raise ServiceError(f"{path}: was changed meanwhile; run this again")
            asides[path].chmod(target.stat().st_mode if target.exists() else 0o644)
        for path, aside in asides.items():
            aside.replace(path.resolve())
            done.append(path)
    except OSError as error:
        for one in done:
            before = texts[one][0]
            one.resolve().unlink() if before is None else one.resolve().write_bytes(before.encode())
        raise ServiceError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        for aside in asides.values():
            aside.unlink(missing_ok=True)


def _canonical_quads(path: Path, text: str, where: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in parse_data(path, text, where))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
