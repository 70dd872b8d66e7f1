"""Codebooks of panels: every column with its meaning, codes and counts, in Markdown, CSVW and DDI.

DDI-Codebook 2.5: https://ddialliance.org/Specification/DDI-Codebook/2.5/. CSVW: W3C Metadata Vocabulary for
Tabular Data (2015).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from foc_graph import __version__
from foc_graph.graph import Graph
from foc_graph.panel.cells import CODES, sql_name
from foc_graph.panel.table import Panel
from foc_graph.panel.units import UNDATED, VALUES
from foc_graph.rdf.csvw import describe_column, describe_table
from foc_graph.rdf.terms import is_iri
from foc_graph.rdf.xml_text import clean
from foc_graph.store.files import find_format, markdown_table, write_file
from foc_graph.store.results import Record, as_rows

_DDI = "ddi:codebook:2_5"
_TYPES = {"INTEGER": "integer", "BIGINT": "integer", "DOUBLE": "double", "DECIMAL": "double", "DATE": "date"}
_MOST_VALUES = 12
"""Most different texts of a column that are counted each."""

_TERMS = f"""SELECT DISTINCT ?title ?rights ?licence
WHERE {{
  GRAPH ?graph {{ ?identifier coal:scheme ?scheme }}
  ?scheme skos:notation ?notation .
  FILTER(?notation IN ({", ".join(f'"{name}"' for name in CODES)}))
  ?graph dcterms:title ?title ; dcterms:rights ?rights .
  OPTIONAL {{ ?graph dcterms:license ?licence }}
}}
ORDER BY ?title"""


_RULES = {
    "any-day": "on any day of the year",
    "first-day": "on the first day of the year",
    "last-day": "on the last day of the year",
}


class Variable(NamedTuple):
    """A column: its name, meaning, type in XML Schema, what its codes mean, and what stands in its cells.

    `counts` are the numbers of cells with each code, or with each of a few texts.
    """

    name: str
    meaning: str
    type: str
    codes: Mapping[int | float, str]
    empty: int
    least: str
    most: str
    counts: Mapping[str, int]


class Codebook(NamedTuple):
    """What has to be known to read a panel.

    `facts`, `sureness` and `terms` are pairs of what is told and what is said of it: of the whole, of the cells by how
    sure they are, and of whose codes and tables are in it.
    """

    title: str
    publisher: str
    licence: str
    years: tuple[int, int]
    row: str
    rows: int
    facts: Sequence[tuple[str, str]]
    sureness: Sequence[tuple[str, str]]
    terms: Sequence[tuple[str, str]]
    variables: Sequence[Variable]

    def save(self, path: str | Path) -> None:
        """Write the codebook into a file, in one of `FORMATS`, by the ending of its name.

        Raises:
            ParameterError: for another ending, or a folder.
            ServiceError: if the file cannot be written.
        """
        path = Path(path)
        ending = find_format(path, FORMATS, "a codebook")
        write_file(self.serialise(ending), path)

    def serialise(self, format: str, table: str = "panel.csv") -> bytes:
        """Write the codebook in one of `FORMATS`, for a panel in the file `table`."""
        return FORMATS[format](self, table)


def make_codebook(panel: Panel, graph: Graph) -> Codebook:
    """Make the codebook of a panel of a graph.

    Raises:
        FocGraphError: if the graph cannot be asked.
    """
    settings, choice = graph.workspace.settings, panel.choice
    edition = f"release {graph.release.version}" if graph.release else f"as verified on {settings.verified}"
    dated = [("Years", choice.span.replace("-", " to ")), ("A member in a year is a member", _RULES[choice.rule])]
    if choice.unit in UNDATED:
        dated = []
    ((rows, *counted),) = panel.ask(f"SELECT count(*), {', '.join(map(_count, panel.columns))} FROM panel")
    kinds = {name: _TYPES.get(kind.partition("(")[0], "string") for name, kind in panel.types.items()}
    cells = dict(zip(kinds, counted, strict=True))
    few = {name for name, kind in kinds.items() if kind == "string" and cells[name]["different"] <= _MOST_VALUES}
    values = _values(panel, [name for name in kinds if name in few or name in VALUES])
    terms = [] if panel.columns.keys().isdisjoint(CODES) else list(map(_terms, as_rows(graph.sparql(_TERMS))))
    return Codebook(
        title=f"{settings.title}: {panel.caption}",
        publisher=settings.publisher,
        licence=settings.licence,
        years=choice.years,
        row=panel.row,
        rows=rows,
        facts=[
            ("A row is", panel.row),
            ("Rows", f"{rows:,}"),
            *dated,
            ("Coalitions", ", ".join(f"{name} ({slug})" for slug, name in panel.coalitions.items())),
            ("Made from", f"{settings.title}, {edition}, {graph.base}"),
            ("Published by", settings.publisher),
            ("Licence", settings.licence),
            ("Made with", f"foc-graph {__version__}"),
            ("Command", panel.command),
        ],
        sureness=list(_sureness(panel)),
        terms=[*terms, *((one.name, one.licence or "no licence is named") for one in panel.joined)],
        variables=[
            _variable(name, panel.columns[name], kind, rows - cells[name]["cells"], cells[name], values[name])
            for name, kind in kinds.items()
        ],
    )


def _count(column: str) -> str:
    """Return SQL for what is counted of a column."""
    name = sql_name(column)
    return (
        f"{{cells: count({name}), different: count(DISTINCT {name}), least: CAST(min({name}) AS VARCHAR), "
        f"most: CAST(max({name}) AS VARCHAR)}}"
    )


def _values(panel: Panel, names: Sequence[str]) -> Mapping[str, dict[str, int]]:
    """Return how many cells have each value of some columns, in order; the panel is made once for all of them."""
    parts = [
        f"SELECT {number} AS number, row_number() OVER (ORDER BY {column}) AS place, {column}::VARCHAR AS value, "
        f"count(*) AS cells FROM panel WHERE {column} IS NOT NULL GROUP BY {column}"
        for number, column in enumerate(map(sql_name, names))
    ]
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    if parts:
        told = f"SELECT number, value, cells FROM ({' UNION ALL '.join(parts)}) ORDER BY number, place"
        for number, value, cells in panel.ask(told):
            found[names[number]][value] = cells
    return found


def _variable(
    name: str, meaning: str, kind: str, empty: int, cells: Mapping[str, Any], counts: Mapping[str, int]
) -> Variable:
    codes = VALUES.get(name, {})
    is_range = kind != "string" and not codes
    least, most = (str(cells[side] or "") if is_range else "" for side in ("least", "most"))
    return Variable(name, meaning, kind, codes, empty, least, most, counts)


def _sureness(panel: Panel) -> Iterator[tuple[str, str]]:
    """Say how many cells are sure, and why others are not."""
    if "member" not in panel.columns:
        return
    for member, certainty, reason, number in panel.ask(
        "SELECT member, certainty, reason, count(*) FROM panel GROUP BY ALL ORDER BY ALL NULLS LAST"
    ):
        why = certainty or "known" if member is not None else reason
        yield f"member is {'empty' if member is None else member}, {why}", f"{number:,}"


def _terms(row: Record) -> tuple[str, str]:
    return row["title"], " ".join(text for text in (row["rights"], row["licence"]) if text)


def _write_markdown(book: Codebook, table: str) -> bytes:
    parts = [f"# {book.title}\n", f"The codebook of {table}.\n", markdown_table(("", ""), book.facts)]
    if book.sureness:
        parts += ["## How sure the cells are\n", markdown_table(("cells", "number"), book.sureness)]
    parts += ["## Columns\n", "An empty cell is unknown, or does not apply.\n"]
    parts.append(markdown_table(("column", "type", "says", "values", "empty"), map(_cells, book.variables)))
    if book.terms:
        parts += ["## Codes and tables of others\n", markdown_table(("of", "terms"), book.terms)]
    return "\n".join(parts).encode()


def _cells(one: Variable) -> list[str]:
    values = [
        f"{value} {one.codes[int(value)]} ({number:,})" if one.codes else f"{value} ({number:,})"
        for value, number in one.counts.items()
    ]
    said = ", ".join(values) or (f"{one.least} to {one.most}" if one.least else "")
    return [one.name, one.type, one.meaning, said, f"{one.empty:,}"]


def _write_csvw(book: Codebook, table: str) -> bytes:
    columns = [describe_column(one.name, one.meaning, one.type) for one in book.variables]
    notes: dict[str, Any] = {"dc:title": book.title, "dc:publisher": book.publisher}
    if is_iri(book.licence):
        notes["dc:license"] = {"@id": book.licence}
    notes["dc:description"] = " ".join(f"{name}: {text}." for name, text in (*book.facts, *book.sureness))
    notes["dc:rights"] = [f"{name}: {text}" for name, text in book.terms]
    described = describe_table(table, columns, **{name: note for name, note in notes.items() if note})
    return json.dumps(described, ensure_ascii=False, indent=2).encode() + b"\n"


def _write_ddi(book: Codebook, table: str) -> bytes:
    root = ElementTree.Element("codeBook", {"xmlns": _DDI, "version": "2.5", "xml:lang": "en"})

    def add(parent: ElementTree.Element, path: str, text: str = "", **attributes: str) -> ElementTree.Element:
        """Add elements below each other; the last has the text."""
        *above, name = path.split("/")
        for one in above:
            found = parent.find(one)
            parent = ElementTree.SubElement(parent, one) if found is None else found
        made = ElementTree.SubElement(parent, name, attributes)
        made.text = clean(text) or None
        return made

    study = add(root, "stdyDscr")
    add(study, "citation/titlStmt/titl", book.title)
    add(study, "citation/rspStmt/AuthEnty", book.publisher)
    add(study, "citation/distStmt/distrbtr", book.publisher)
    add(study, "stdyInfo/abstract", " ".join(f"{name}: {text}." for name, text in (*book.facts, *book.sureness)))
    for event, year in zip(("start", "end"), book.years, strict=True):
        add(study, "stdyInfo/sumDscr/timePrd", str(year), event=event, date=str(year))
    add(study, "stdyInfo/sumDscr/anlyUnit", book.row)
    conditions = (book.licence, *(f"{name}: {terms}" for name, terms in book.terms))
    add(study, "dataAccs/useStmt/conditions", " ".join(conditions))
    file = add(root, "fileDscr", ID="F1")
    add(file, "fileTxt/fileName", table)
    add(file, "fileTxt/dimensns/caseQnty", str(book.rows))
    add(file, "fileTxt/dimensns/varQnty", str(len(book.variables)))
    data = add(root, "dataDscr")
    for number, one in enumerate(book.variables, 1):
        kind = "numeric" if one.type in ("integer", "double") else "character"
        made = add(data, "var", ID=f"V{number}", name=clean(one.name), files="F1")
        add(made, "labl", one.meaning)
        add(made, "sumStat", str(book.rows - one.empty), type="vald")
        add(made, "sumStat", str(one.empty), type="invd")
        if kind == "numeric" and one.least:
            add(made, "sumStat", one.least, type="min")
            add(made, "sumStat", one.most, type="max")
        for value, count in one.counts.items():
            category = add(made, "catgry")
            add(category, "catValu", value)
            if one.codes:
                add(category, "labl", one.codes[int(value)])
            add(category, "catStat", str(count), type="freq")
        add(made, "varFormat", type=kind, schema="other", **({"category": "date"} if one.type == "date" else {}))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


FORMATS: Mapping[str, Callable[[Codebook, str], bytes]] = {
    "md": _write_markdown,
    "csv-metadata.json": _write_csvw,
    "xml": _write_ddi,
}
"""The formats of codebooks by the endings of their files: Markdown, CSVW and DDI-Codebook."""
