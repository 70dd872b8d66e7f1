"""Tables of claims: values of things, and which source says so, a line a value and source (`claims.tsv`).

A claim is named `<thing>/claim/<property>-<digest of the value>`, or as its line says, and a citation of a source by a
fragment of that name. So sorting, adding or removing lines renames nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import is_malformed
from foc_graph.errors import ParseError, quoted
from foc_graph.namespaces import BASE, PREFIXES, expand, iri_of, is_slug
from foc_graph.rdf.positions import Document, Statement, Value
from foc_graph.rdf.terms import RDF, XSD, curie, is_iri
from foc_graph.sparql.tokens import position

NEEDED = ("thing", "property", "value", "source", "support")
COLUMNS = (*NEEDED, "locator", "rank", "ruling", "attested", "note", "claim")

SUPPORTS = ("states", "implies", "contradicts", "not-visible", "none-found")
"""The ways in which a source bears on a value."""

SUPPORTING = SUPPORTS[:2]
"""Those of a source that says so."""

RANKS = ("preferred", "normal", "deprecated")

MAX_CELL = 2_000
"""Most characters of a cell."""

_OF_CLAIM = ("rank", "ruling", "claim")
_TAGGED = re.compile("(.*)@([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)")
_LANGUAGE_STRING, _STRING = f"{RDF}langString", f"{XSD}string"
_DATES = {4: f"{XSD}gYear", 7: f"{XSD}gYearMonth", 10: f"{XSD}date"}
_FORMS = {f"{XSD}integer": "[+-]?[0-9]+", f"{XSD}decimal": r"[+-]?[0-9]*\.?[0-9]+", f"{XSD}boolean": "true|false"}
_CONTROL = re.compile("[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]")
_NAME = re.compile("[A-Za-z][A-Za-z0-9-]*-[0-9a-f]+")
_ID, _SOURCE = "id/", "id/source/"


class Vocabulary(NamedTuple):
    """By what the cells of a table become terms: the base of IRIs, the language of texts, and the ranges of properties.

    `ranges` has the IRIs of classes and datatypes by that of the property.
    """

    base: str
    language: str
    ranges: Mapping[str, frozenset[str]]


class Line(NamedTuple):
    """A line of a table: its cells by column, the offset of each in the text, and the terms that they stand for."""

    cells: Mapping[str, str]
    offsets: Mapping[str, int]
    thing: str
    predicate: str
    value: Value
    source: str
    attested: tuple[ox.Literal, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The cells that the lines of one claim share."""
        return self.thing, self.predicate, str(self.value), " ".join(one.value for one in self.attested)


class Claim(NamedTuple):
    """A value of a thing and the lines that cite sources for it."""

    iri: str
    lines: list[Line]

    def cell(self, column: str) -> tuple[str, Line]:
        """Return what its lines have in a column that is of the claim, and the first line that has it."""
        return next(((line.cells[column], line) for line in self.lines if line.cells[column]), ("", self.lines[0]))


def read_claims(text: str, where: str, vocabulary: Vocabulary) -> list[Claim]:
    """Read a table of claims.

    Raises:
        ParseError: at the line and column of the fault.
    """
    return _Reader(text, where, vocabulary).claims()


def parse_claims(text: str, where: str, vocabulary: Vocabulary) -> list[ox.Triple]:
    """Return the claims of a table and their citations, without duplicates.

    Raises:
        ParseError: at the line and column of the fault.
    """
    node = cache(ox.NamedNode)
    return list(
        dict.fromkeys(
            ox.Triple(node(subject), node(one.predicate), one.value)
            for subject, one in statements(read_claims(text, where, vocabulary), vocabulary)
            if one.value is not None
        )
    )


def format_claims(claims: list[Claim], vocabulary: Vocabulary) -> str:
    """Write a table: sorted, terms in their short form, and what is of a claim on the first of its lines."""
    rows = []
    for claim in claims:
        shared = {column: claim.cell(column)[0] for column in _OF_CLAIM}
        if shared["rank"] == "normal":
            shared["rank"] = ""
        if claim.iri == _iri(claim.lines[0], ""):
            shared["claim"] = ""
        for line in sorted(claim.lines, key=lambda one: _short(one.source, vocabulary.base, _SOURCE)):
            cells = {
                **line.cells,
                **shared,
                "thing": _short(line.thing, vocabulary.base, _ID),
                "property": curie(line.predicate, PREFIXES) or f"<{line.predicate}>",
                "value": _written(line.value, vocabulary),
                "source": _short(line.source, vocabulary.base, _SOURCE),
                "attested": line.key[-1],
            }
            rows.append([cells[column] for column in COLUMNS])
            shared = dict.fromkeys(_OF_CLAIM, "")
    return "".join("\t".join(row) + "\n" for row in [list(COLUMNS), *sorted(rows)])


def statements(claims: list[Claim], vocabulary: Vocabulary) -> Iterator[tuple[str, Statement]]:
    """Iterate over the statements about claims and their citations, with the offsets of their cells."""
    text = cache(lambda text: ox.Literal(text, language=vocabulary.language))
    for claim in claims:
        line = claim.lines[0]
        rank, ranked = claim.cell("rank")
        ruling, ruled = claim.cell("ruling")
        yield claim.iri, _said(line, "thing", "rdf:type", ox.NamedNode(iri_of("coal:Claim")))
        yield claim.iri, _said(line, "thing", "rdf:subject", ox.NamedNode(line.thing))
        yield claim.iri, _said(line, "property", "rdf:predicate", ox.NamedNode(line.predicate))
        yield claim.iri, _said(line, "value", "rdf:object", line.value)
        yield claim.iri, _said(ranked, "rank", "coal:rank", _concept("claim-rank", rank or "normal"))
        for day in line.attested:
            yield claim.iri, _said(line, "attested", "coal:attested", day)
        if ruling:
            yield claim.iri, _said(ruled, "ruling", "coal:ruling", text(ruling))
        for line in claim.lines:
            source = ox.NamedNode(line.source)
            citation = f"{claim.iri}#{_fragment(line.source, vocabulary.base)}"
            if line.cells["support"] in SUPPORTING:
                yield claim.iri, _said(line, "source", "dcterms:source", source)
            yield claim.iri, _said(line, "source", "prov:qualifiedPrimarySource", ox.NamedNode(citation))
            yield citation, _said(line, "source", "rdf:type", ox.NamedNode(iri_of("coal:Citation")))
            yield citation, _said(line, "source", "prov:entity", source)
            yield citation, _said(line, "support", "coal:support", _concept("support", line.cells["support"]))
            for column, predicate in (("locator", "coal:locator"), ("note", "skos:note")):
                if line.cells[column]:
                    yield citation, _said(line, column, predicate, text(line.cells[column]))


def _said(line: Line, column: str, predicate: str, value: Value) -> Statement:
    offset = line.offsets[column]
    return Statement(iri_of(predicate), offset, value, offset)


@cache
def _concept(scheme: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}concept/{scheme}/{name}")


def _fragment(source: str, base: str) -> str:
    """Return the fragment of the citation of a source: its slug, or a digest of an IRI that has none."""
    name = _short(source, base, _SOURCE)
    return name if is_slug(name) else sha256(source.encode()).hexdigest()[:16]


def _iri(line: Line, name: str) -> str:
    if not name:
        said = "\n".join(line.key[1:])
        local = re.sub("[^A-Za-z0-9-]", "", re.split("[#/:]", line.predicate)[-1]) or "value"
        name = f"{local}-{sha256(said.encode()).hexdigest()[:8]}"
    return f"{line.thing}/claim/{name}"


def _short(iri: str, base: str, folder: str) -> str:
    """Write an IRI below a folder of the base as what follows it, another in angle brackets."""
    rest = iri.removeprefix(base + folder)
    return rest if rest != iri and is_slug(rest) else f"<{iri}>"


def _written(value: Value, vocabulary: Vocabulary) -> str:
    if isinstance(value, ox.NamedNode):
        rest = value.value.removeprefix(vocabulary.base)
        return f"<{rest}>" if is_slug(rest) else f"<{value.value}>"
    if value.language and (value.language != vocabulary.language or _TAGGED.fullmatch(value.value)):
        return f"{value.value}@{value.language}"
    return value.value


class _Reader:
    def __init__(self, text: str, where: str, vocabulary: Vocabulary) -> None:
        self._text, self._where, self._vocabulary = text, where, vocabulary

    def claims(self) -> list[Claim]:
        found: defaultdict[tuple[str, str, str, str], list[Line]] = defaultdict(list)
        cited: dict[tuple[object, ...], Line] = {}
        for line in self._lines():
            first = cited.setdefault((*line.key, line.source), line)
            if first is not line:
                problem = f"line {self._line(first)} cites it for this value already: join them"
                raise self._fault(line, "source", problem)
            found[line.key].append(line)
        claims: dict[str, Claim] = {}
        for lines in found.values():
            for column in _OF_CLAIM:
                named = [line for line in lines if line.cells[column]]
                for line in named[1:]:
                    if line.cells[column] != named[0].cells[column]:
                        problem = f"line {self._line(named[0])} has another {column} for this value: keep one of them"
                        raise self._fault(line, column, problem)
            name = next((line.cells["claim"] for line in lines if line.cells["claim"]), "")
            claim = Claim(_iri(lines[0], name), lines)
            if claims.setdefault(claim.iri, claim) is not claim:
                line = claim.cell("claim")[1]
                problem = f"line {self._line(claims[claim.iri].lines[0])} has a claim of this name: give it another"
                raise self._fault(line, "claim", problem)
        return list(claims.values())

    def _lines(self) -> Iterator[Line]:
        columns: list[str] = []
        offset = 0
        for row in self._text.split("\n"):
            cells = row.removesuffix("\r").split("\t")
            if not columns:
                columns = self._columns(cells)
            elif any(cells):
                if len(cells) > len(columns):
                    start = offset + sum(len(cell) + 1 for cell in cells[: len(columns)])
                    problem = f"{len(cells)} cells, and {len(columns)} columns: take out tabs within a text"
                    raise self._at(start, problem)
                yield self._read(columns, cells, offset)
            offset += len(row) + 1

    def _columns(self, cells: list[str]) -> list[str]:
        wanted = f"begin with a line of the columns {', '.join(NEEDED)}; others are {', '.join(COLUMNS[5:])}"
        cells[0] = cells[0].removeprefix("\ufeff")
        if unknown := [cell for cell in cells if cell not in COLUMNS or cells.count(cell) > 1]:
            raise self._at(0, f"{quoted(unknown[0])} is no column of claims, or is there twice: {wanted}")
        if missing := [column for column in NEEDED if column not in cells]:
            raise self._at(0, f"no column {missing[0]}: {wanted}")
        return cells

    def _read(self, columns: list[str], row: list[str], start: int) -> Line:
        cells, offsets = dict.fromkeys(COLUMNS, ""), dict.fromkeys(COLUMNS, start)
        offset = start
        for column, cell in zip(columns, row, strict=False):
            cells[column], offsets[column] = cell.strip(), offset + len(cell) - len(cell.lstrip())
            if len(cell) > MAX_CELL:
                raise self._at(offset, f"{column}: {len(cell):,} characters: {MAX_CELL:,} at most")
            if _CONTROL.search(cell):
                raise self._at(offset, f"{column}: holds a control character: take it out")
            offset += len(cell) + 1
        for column in NEEDED:
            if not cells[column]:
                raise self._at(offsets[column], f"{column}: is empty: fill it in, or remove the line")
        for column, known in (("support", SUPPORTS), ("rank", ("", *RANKS))):
            if cells[column] not in known:
                problem = f"{column}: {quoted(cells[column])} is none: write {', '.join(filter(None, known))}"
                raise self._at(offsets[column], problem)
        if cells["claim"] and not _NAME.fullmatch(cells["claim"]):
            problem = f"claim: {quoted(cells['claim'])} is no name of a claim: leave it empty, or write begin-1"
            raise self._at(offsets["claim"], problem)
        attested = (self._date("attested", one, offsets) for one in sorted(cells["attested"].split()))
        name = self._property(cells["property"], offsets)
        return Line(
            cells,
            offsets,
            self._named("thing", cells["thing"], _ID, offsets),
            name,
            self._value(name, cells, offsets),
            self._named("source", cells["source"], _SOURCE, offsets),
            tuple(attested),
        )

    def _named(self, column: str, cell: str, folder: str, offsets: Mapping[str, int]) -> str:
        if is_slug(cell):
            return f"{self._vocabulary.base}{folder}{cell}"
        iri = self._in_brackets(cell)
        if iri is None:
            example = "foc/wg1" if column == "thing" else "foc-history"
            problem = f"{column}: {quoted(cell)} is no name: write what follows {folder}, as in {example}, or <an IRI>"
            raise self._at(offsets[column], problem)
        return iri

    def _in_brackets(self, cell: str) -> str | None:
        if not (cell.startswith("<") and cell.endswith(">")):
            return None
        iri = cell[1:-1] if is_iri(cell[1:-1]) else f"{self._vocabulary.base}{cell[1:-1]}"
        return iri if is_iri(iri) and ">" not in iri else None

    def _property(self, cell: str, offsets: Mapping[str, int]) -> str:
        iri = self._in_brackets(cell) or (expand(cell) if ":" in cell else None)
        if iri is None:
            raise self._at(offsets["property"], f"property: {quoted(cell)} is none: write a CURIE such as coal:begin")
        if iri not in self._vocabulary.ranges:
            advice = "check its spelling, or give it an rdfs:range in ontology/"
            raise self._at(offsets["property"], f"property: the vocabulary has no range for {quoted(cell)}: {advice}")
        return iri

    def _value(self, name: str, cells: Mapping[str, str], offsets: Mapping[str, int]) -> Value:
        cell, ranges = cells["value"], self._vocabulary.ranges[name]
        if (iri := self._in_brackets(cell)) is not None:
            return ox.NamedNode(iri)
        if ranges & set(_DATES.values()):
            return self._date("value", cell, offsets)
        for datatype in sorted(ranges & _FORMS.keys()):
            if re.fullmatch(_FORMS[datatype], cell):
                return ox.Literal(cell, datatype=ox.NamedNode(datatype))
            wanted = datatype.removeprefix(XSD)
            problem = f"value: {quoted(cell)} is no {wanted}, as {cells['property']} has: correct it"
            raise self._at(offsets["value"], problem)
        if _LANGUAGE_STRING in ranges:
            tagged = _TAGGED.fullmatch(cell)
            text, language = tagged.groups() if tagged else (cell, self._vocabulary.language)
            return ox.Literal(text, language=language)
        datatypes = sorted(one for one in ranges if one.startswith(XSD))
        if not datatypes:
            problem = f"value: {cells['property']} leads to a thing: write its IRI in angle brackets, such as <id/foc>"
            raise self._at(offsets["value"], problem)
        return ox.Literal(cell, datatype=ox.NamedNode(datatypes[0]))

    def _date(self, column: str, cell: str, offsets: Mapping[str, int]) -> ox.Literal:
        datatype = _DATES.get(len(cell), f"{XSD}date")
        if is_malformed(cell, datatype):
            raise self._at(offsets[column], f"{column}: {quoted(cell)} is no date: write 2015, 2015-05 or 2015-05-04")
        return ox.Literal(cell, datatype=ox.NamedNode(datatype))

    def _line(self, line: Line) -> int:
        return position(self._text, line.offsets["thing"])[0]

    def _fault(self, line: Line, column: str, problem: str) -> ParseError:
        return self._at(line.offsets[column], f"{column}: {problem}")

    def _at(self, offset: int, problem: str) -> ParseError:
        return ParseError(self._where, *position(self._text, offset), problem)


class ClaimsDocument(Document):
    """A table of claims as a document about claims and citations; nothing stands in one that cannot be read."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text)
        self._said: defaultdict[str, list[Statement]] = defaultdict(list)
        with suppress(ParseError):
            for subject, statement in statements(read_claims(text, "", vocabulary), vocabulary):
                self._said[subject].append(statement)

    def blocks(self, subject: str) -> list[int]:
        """Return the offset of the first cell about a claim or citation."""
        return [one.predicate_offset for one in self._said.get(subject, [])[:1]]

    def statements(self, subject: str) -> Iterator[Statement]:
        """Iterate over the statements about a claim or citation, in the order of the text."""
        yield from self._said.get(subject, [])
