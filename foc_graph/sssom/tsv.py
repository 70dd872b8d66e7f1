"""The reader and writer of SSSOM/TSV, the Simple Standard for Sharing Ontological Mappings, version 1.1.

Source: https://mapping-commons.github.io/sssom/spec/ (the model, SSSOM/TSV and its canonical form).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cache, cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from foc_graph.errors import ParseError, quoted
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.header import YAML_TYPES, read_texts
from foc_graph.rdf.terms import is_iri
from foc_graph.sparql.tokens import position
from foc_graph.sssom.model import DATES, ENTITIES, MAPPING_SLOTS, MULTIVALUED, NEEDED, PROPAGATED, SCORES, SET_SLOTS

if TYPE_CHECKING:
    from curies import Converter

MAX_CELL = 20_000
"""Most characters of a cell."""

MAX_COLUMNS = 500
"""Most cells of a row."""

BUILT_IN = {
    **{prefix: PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd")},
    "linkml": "https://w3id.org/linkml/",
}
"""Prefixes that a set need not declare."""

AUTHOR_TYPE = {"slot_name": "author_type", "property": "coal:authorType", "type_hint": "linkml:Uriorcurie"}
"""The extension slot that tells whether a person or a program made a mapping."""

PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""What may be a prefix."""

_CELL = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^"\t\r\n][^\t\r\n]*)?)(?P<end>\t|\r?\n|\Z)')
_CURIE = re.compile(rf"({PREFIX.pattern}):([^\s<>\"{{}}|\\^`\u200b-\u200f\u202a-\u202e\u2060-\u2069]+)")
_PLAIN_LINE = re.compile(r'([^"\r\n]+)(?:\r?\n|\Z)')
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")
_BLANK = re.compile(r"(?:\r?\n)+")
_COMMENT = re.compile(r"^# *#|^#[^\"']*[ \t]#")
_CHECKED = frozenset({*ENTITIES, *SCORES, *DATES, "predicate_modifier"})
_SPECIAL = re.compile(r'[\t\r\n"]')
_SCORE = re.compile(r"0|1|0?\.[0-9]+|1\.0+|0\.0*")


class Row(NamedTuple):
    """One mapping: its line, its slots as text (CURIEs as CURIEs, no empty ones), and at which offset each stands."""

    line: int
    slots: dict[str, str]
    offsets: dict[str, int] = {}  # noqa: RUF012

    def all(self, slot: str) -> list[str]:
        """Return the values of a slot; those of a multivalued one stand between bars."""
        text = self.slots.get(slot, "")
        if slot not in MULTIVALUED:
            return [text] if text else []
        return [re.sub(r"\\([\\|])", r"\1", one) for one in re.findall(r"(?:\\[\\|]|[^|])+", text)]


class MappingSet(NamedTuple):
    """Slots of a set but for its CURIE map, that map, and its mappings, which have the propagated slots."""

    metadata: dict[str, Any]
    prefixes: dict[str, str]
    rows: list[Row]

    @property
    def expand(self) -> Callable[[str], str]:
        """The function that gives the IRI of a CURIE of the set, and works out each once."""
        namespaces = {**BUILT_IN, **self.prefixes}

        def expand(text: str) -> str:
            prefix, _, local = text.partition(":")
            return namespaces[prefix] + local if prefix in namespaces else ""

        return cache(expand)


def converter(prefixes: dict[str, str]) -> Converter:
    """Return the converter between CURIEs and IRIs by these prefixes and the built-in ones.

    Raises:
        ValueError: if two prefixes stand for one namespace.
    """
    from curies import Converter

    return Converter.from_prefix_map({**BUILT_IN, **prefixes})


def read_mappings(text: str, where: str) -> MappingSet:
    """Read the mapping set that a document holds.

    A column that is neither a slot nor a defined extension is refused, so that writing the set loses nothing.

    Raises:
        ParseError: at the line and column of the fault.
    """
    return _Reader(text, where).read()


class _Reader:
    def __init__(self, text: str, where: str) -> None:
        self._text, self._where = text, where
        if "\r" in text and "\n" not in text:
            raise ParseError(where, 1, None, "its lines end with a carriage return alone: save it with line feeds")
        head = re.match(r"(?:#[^\n]*(?:\n|\Z))*", text)
        assert head is not None
        self._start = head.end()

    def read(self) -> MappingSet:
        metadata = self._metadata
        prefixes = self._prefixes(metadata.pop("curie_map", {}))
        self._known = {**BUILT_IN, **prefixes}
        if len({*self._known.values()}) < len(self._known):
            raise self._header("curie_map: two prefixes stand for one namespace, or one prefix for two")
        for slot in ("mapping_set_id", "license"):
            if not is_iri(str(metadata.get(slot, ""))):
                raise self._header(f"{slot}: give it as an IRI, as in `#{slot}: https://example.org/`", slot)
        self._extensions = self._extended(metadata.get("extension_definitions", []))
        for slot in metadata.keys() & {*ENTITIES, *SCORES, *DATES}:
            self._check(slot, _text(metadata[slot]), offset_of(slot, self._text))
        rows = list(self._rows())
        for slot in PROPAGATED & metadata.keys():
            if not any(slot in row.slots for row in rows):
                value = _text(metadata.pop(slot))
                for row in rows:
                    row.slots[slot] = value
        return MappingSet(metadata, prefixes, rows)

    @cached_property
    def _metadata(self) -> dict[str, Any]:
        lines = self._text[: self._start].split("\n")
        for number, line in enumerate(lines, 1):
            if _COMMENT.search(line):
                problem = "header: a comment, which would be lost: tell it in the slot comment"
                raise ParseError(self._where, number, None, problem)
        metadata = read_texts("\n".join(line[1:].removesuffix("\r") for line in lines), self._where)
        if not isinstance(metadata, dict):
            raise self._header("begin the file with lines such as `#mapping_set_id: https://example.org/set`")
        defined = metadata.get("extension_definitions", [])
        names = [one.get("slot_name") for one in defined if isinstance(one, dict)] if isinstance(defined, list) else []
        if unknown := [str(key) for key in metadata if key not in SET_SLOTS and key not in names]:
            problem = f"{quoted(unknown[0])} is no slot of a mapping set: correct or remove it"
            raise self._header(problem, unknown[0])
        return {slot: value for slot, value in metadata.items() if value}

    def _prefixes(self, declared: object) -> dict[str, str]:
        if not isinstance(declared, dict):
            raise self._header("curie_map: write one prefix and its namespace a line")
        for prefix, namespace in declared.items():
            if not (isinstance(prefix, str) and PREFIX.fullmatch(prefix) and is_iri(str(namespace))):
                raise self._header(f"curie_map: {quoted(str(prefix))} is no prefix, or its namespace is no IRI", prefix)
            if namespace != BUILT_IN.get(prefix, namespace):
                raise self._header(
                    f"curie_map: {prefix} stands for {BUILT_IN[prefix]} in every set: name it otherwise", prefix
                )
        return {prefix: namespace for prefix, namespace in declared.items() if prefix not in BUILT_IN}

    def _extended(self, defined: object) -> set[str]:
        if not isinstance(defined, list) or not all(isinstance(one, dict) and one.get("slot_name") for one in defined):
            raise self._header("extension_definitions: give each a slot_name, a property and a type_hint")
        for one in defined:
            for key in ("property", "type_hint"):
                self._check_curie(str(one.get(key, "")), key, 0)
        return {str(one["slot_name"]) for one in defined}

    def _rows(self) -> Iterator[Row]:
        records = self._records()
        headings = [text for text, _ in next(records, [("", self._start)])]
        if missing := [slot for slot in NEEDED if slot not in headings]:
            raise self._at(self._start, f"has no column {missing[0]}: the first line after the # lines names the slots")
        for heading in headings:
            if heading not in MAPPING_SLOTS and heading not in self._extensions:
                raise self._at(self._start, f"{quoted(heading)} is no slot of SSSOM 1.1: define it as an extension")
        if len(set(headings)) < len(headings):
            raise self._at(self._start, "has two columns of one name: remove one")
        line, seen = position(self._text, self._start)[0], self._start
        checked: set[tuple[str, str]] = set()
        for cells in records:
            offset = cells[0][1]
            line += self._text.count("\n", seen, offset)
            seen = offset
            if len(cells) > len(headings):
                raise self._at(cells[len(headings)][1], "a row has more cells than there are columns")
            named = {slot: cell for slot, cell in zip(headings, cells, strict=False) if cell[0]}
            for slot in NEEDED:
                if slot not in named:
                    raise self._at(offset, f"{slot} is empty: every mapping has one")
            for slot, (value, offset) in named.items():
                if slot in _CHECKED and (slot, value) not in checked:
                    self._check(slot, value, offset)
                    checked.add((slot, value))
            yield Row(
                line,
                {slot: value for slot, (value, _) in named.items()},
                {slot: offset for slot, (_, offset) in named.items()},
            )

    def _records(self) -> Iterator[list[tuple[str, int]]]:
        """Give the cells of each line that is not empty, with their offsets."""
        offset, cells = self._start, list[tuple[str, int]]()
        while offset < len(self._text) or cells:
            if not cells:
                if blank := _BLANK.match(self._text, offset):
                    offset = blank.end()
                    continue
                if plain := _PLAIN_LINE.match(self._text, offset):
                    line = plain[1].split("\t")
                    if len(line) <= MAX_COLUMNS and len(plain[1]) <= MAX_CELL and not _CONTROL.search(plain[1]):
                        offsets = accumulate((len(value) + 1 for value in line[:-1]), initial=offset)
                        offset = plain.end()
                        if plain[1].strip():
                            yield list(zip(map(str.strip, line), offsets, strict=True))
                        continue
            cell = _CELL.match(self._text, offset)
            if cell is None:
                raise self._at(offset, 'a quoted cell does not end: close it with ", and write "" for one within')
            value = cell["plain"] or (cell["quoted"] or "").replace('""', '"')
            if len(value) > MAX_CELL or _CONTROL.search(value):
                raise self._at(offset, f"a cell with control characters, or more than {MAX_CELL:,} characters")
            cells.append((value.strip(), offset))
            if len(cells) > MAX_COLUMNS:
                raise self._at(offset, f"more than {MAX_COLUMNS} cells in a row")
            offset = cell.end()
            if cell["end"] != "\t":
                if any(value for value, _ in cells):
                    yield cells
                cells = []

    def _check(self, slot: str, value: str, offset: int) -> None:
        if slot in ENTITIES:
            for one in Row(0, {slot: value}).all(slot):
                self._check_curie(one, slot, offset)
        elif slot in SCORES and not _SCORE.fullmatch(value):
            raise self._at(offset, f"{slot}: {quoted(value)} is no number from 0 to 1")
        elif slot in DATES and not _is_day(value):
            raise self._at(offset, f"{slot}: {quoted(value)} is no date: write 2026-05-04")
        elif slot == "predicate_modifier" and value != "Not":
            raise self._at(offset, f"{slot}: {quoted(value)} is no modifier: write Not, or nothing")

    def _check_curie(self, text: str, slot: str, offset: int) -> None:
        match = _CURIE.fullmatch(text)
        if match is None:
            raise self._at(offset, f"{slot}: {quoted(text)} is no CURIE, such as wikidata:Q42")
        if match[1] not in self._known:
            raise self._at(offset, f"{slot}: unknown prefix {match[1]}: declare it in the curie_map of the file")

    def _header(self, problem: str, key: object = "") -> ParseError:
        line, _ = position(self._text, offset_of(str(key), self._text))
        return ParseError(self._where, line, None, f"header: {problem}")

    def _at(self, offset: int, problem: str) -> ParseError:
        return ParseError(self._where, *position(self._text, offset), problem)


def offset_of(key: str, text: str) -> int:
    """Return the offset of a key in the head of a set, or 0."""
    found = re.search(rf"^# *{re.escape(key)}:", text, re.MULTILINE)
    return found.start() if found else 0


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(re.sub(r"([\\|])", r"\\\1", str(one)) for one in value)
    return str(value)


def format_mappings(mappings: MappingSet) -> str:
    """Write a set as canonical SSSOM/TSV: slots and rows in order, shared values in the head, used prefixes only."""
    rows = [{slot: value for slot, value in row.slots.items() if value} for row in mappings.rows]
    used = set(mappings.metadata).union(*rows)
    shared = {slot: row[slot] for row in rows[:1] for slot in PROPAGATED & row.keys()}
    shared = {slot: value for slot, value in shared.items() if all(row.get(slot) == value for row in rows)}
    defined = [one for one in mappings.metadata.get("extension_definitions", []) if str(one["slot_name"]) in used]
    defined.sort(key=lambda one: str(one["property"]))
    order = [*MAPPING_SLOTS, *(str(one["slot_name"]) for one in defined)]
    filled = set().union(*rows)
    columns = [slot for slot in order if slot not in shared and slot in filled] or list(NEEDED)
    for slot in SCORES.intersection(columns):
        for row in rows:
            if slot in row:
                row[slot] = f"{float(row[slot]):.3f}".rstrip("0").rstrip(".")
    lines = sorted([row.get(slot, "") for slot in columns] for row in rows)
    head = {
        **mappings.metadata,
        **{slot: Row(0, {slot: value}).all(slot) if slot in MULTIVALUED else value for slot, value in shared.items()},
        "curie_map": _declared(mappings.prefixes, rows, defined),
        "extension_definitions": defined,
    }
    standing = {slot: head[slot] for slot in (*SET_SLOTS, *order[len(MAPPING_SLOTS) :]) if head.get(slot)}
    dumped = yaml.dump(standing, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**9)
    commented = "".join(f"#{line}\n" for line in dumped.splitlines())
    return commented + "".join("\t".join(map(_quote, line)) + "\n" for line in (columns, *lines))


def _declared(
    prefixes: dict[str, str], rows: Collection[dict[str, str]], defined: Iterable[dict[str, Any]]
) -> dict[str, str]:
    """Return the prefixes of the CURIEs in a set, sorted."""
    used = {str(one[key]).partition(":")[0] for one in defined for key in ("property", "type_hint")}
    for slot in {*ENTITIES, *(str(one["slot_name"]) for one in defined)}:
        texts = {row[slot] for row in rows if slot in row}
        used |= {one.partition(":")[0] for text in texts for one in Row(0, {slot: text}).all(slot)}
    return {prefix: prefixes[prefix] for prefix in sorted(used & prefixes.keys())}


def _quote(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _SPECIAL.search(value) else value


class _Dumper(yaml.SafeDumper):
    """YAML with plain scalars, where they can be, else double-quoted ones."""

    yaml_implicit_resolvers = YAML_TYPES

    def choose_scalar_style(self) -> str:
        style = super().choose_scalar_style()
        return '"' if style == "'" else str(style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)
