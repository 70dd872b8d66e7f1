"""The card of a thing, for a person to read: facts, answers of stored queries, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.descriptions import (
    DATED,
    ELSEWHERE,
    LINKS,
    NOTES,
    OTHER_NAMES,
    TEXTS,
    TITLES,
    Described,
    Term,
    describe,
    each,
    main_class,
    period_facts,
)
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of, short
from foc_graph.sparql.rewriting import insert
from foc_graph.store.files import find_format, html_page, markdown_table, shown, write_file
from foc_graph.store.labels import find_labels
from foc_graph.store.results import Rows, as_rows, html_table, plain_text
from foc_graph.term_labels import FACTS, ORDER, TERMS
from foc_graph.workspace.claims import SUPPORTING

SECTIONS = {
    "members": ("Members", "coalition"),
    "bodies": ("Bodies", "coalition"),
    "functions": ("Tasks", "body"),
    "people": ("People and offices", "body"),
    "memberships_of": ("Memberships and offices", "agent"),
    "sources": ("Sources", "thing"),
    "same_as": ("Identifiers elsewhere", "thing"),
}
"""The stored queries whose answers a card shows, in order: the heading, and the parameter that takes the thing."""

FORMATS = ("md", "html")
"""The formats of cards in files."""

_KINDS = ("org:classification", "dcterms:type")
_STATED = """
SELECT DISTINCT ?property ?value
WHERE {
  ?thing ?property ?value .
  FILTER NOT EXISTS { GRAPH ?derived { ?thing ?property ?value } }
}
ORDER BY ?property STR(?value)
"""
_DERIVED = """
PREFIX coal: <https://w3id.org/coalition/ns#>
SELECT DISTINCT ?property ?value
WHERE {
  VALUES ?property {
    coal:displayLabel
    coal:periodState
    coal:beginsEarliest
    coal:beginsLatest
    coal:endsEarliest
    coal:endsLatest
  }
  ?thing ?property ?value .
}
ORDER BY ?property STR(?value)
"""


@dataclass(frozen=True)
class Card:
    """A thing: its IRI, title and kind, facts and links in words, and the stored queries that have rows for it."""

    iri: str
    title: str
    kind: str
    facts: dict[str, list[str]]
    sections: dict[str, Rows]
    links: dict[str, list[str]]

    def save(self, path: str | Path) -> None:
        """Write the card into a file, as Markdown or a page of HTML by the ending of its name.

        Raises:
            ParameterError: for another ending, or a folder.
            ServiceError: if the file cannot be written.
        """
        path = Path(path)
        make = {"md": self._markdown, "html": self._html}[find_format(path, FORMATS, "a card")]
        write_file(make(), path)

    def _markdown(self) -> bytes:
        parts = [f"# {self.title}\n", f"{self.kind}\n", markdown_table(("", ""), self._pairs())]
        for name, rows in self.sections.items():
            head = rows.choose_columns(wide=True)
            parts += [f"## {SECTIONS[name][0]}\n", markdown_table(head.values(), shown(rows, head))]
        return "\n".join(parts).encode()

    def _html(self) -> bytes:
        tables = [html_table(self.kind, ("", ""), self._pairs(), is_whole=True)]
        for name, rows in self.sections.items():
            head = rows.choose_columns(wide=True)
            terms, shorten = rows.ordered(head), rows.presentation.shorten
            tables.append(html_table(SECTIONS[name][0], head.values(), terms, is_whole=True, shorten=shorten))
        return html_page(self.title, "\n".join(tables))

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = {**self.facts, **self.links, "IRI": [self.iri]}
        return [(name, value) for name, values in pairs.items() for value in values]


def card(graph: Graph, thing: str) -> Card:
    """Return the card of a thing named by slug, CURIE or IRI.

    Raises:
        UnknownNameError, AmbiguousNameError, ParameterError: if the name means no thing, or several.
    """
    node = graph.resolve(thing)
    described = _describe(graph, node)
    stated, values = described.stated, described.values
    nodes = [term.value for terms in values.values() for term in terms if isinstance(term, ox.NamedNode)]
    labels = find_labels(graph.store, [*stated, *nodes])

    def word(iri: str) -> str:
        return FACTS.get(iri) or TERMS.get(iri) or labels.get(iri) or short(iri, graph.base)

    def text(term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            return labels.get(term.value) or word(term.value)
        is_dated = isinstance(term, ox.Literal) and term.datatype.value in DATED
        return in_words(plain_text(term)) if is_dated else plain_text(term)

    sections = dict(_sections(graph, node.value))
    numbers = _numbers(graph, node.value, sections)

    def said(iri: str, *terms: Term) -> str:
        """Write values of a property with the numbers of the sources that say so."""
        cited = sorted({number for term in terms for number in numbers.get((iri, term), ())})
        return f" [{', '.join(map(str, cited))}]" if cited else ""

    names = [plain_text(term) for term in each(values, "coal:displayLabel", *TITLES, *OTHER_NAMES)]
    title, *others = dict.fromkeys(names or [short(node.value, graph.base)])
    kinds = [text(term) for term in each(stated, *_KINDS)]
    own_class = main_class(stated)
    found = [(-2, "also called", ["; ".join(others)])] if others else []
    found += [
        (-1, word(iri), [plain_text(term) + said(iri, term) for term in stated[iri]])
        for iri in map(iri_of, TEXTS)
        if iri in stated
    ]
    found += [
        (_order(iri), name, [period + said(iri, *values.get(iri, ()))]) for name, period, iri in period_facts(values)
    ]
    known = {*ELSEWHERE, *map(iri_of, _KINDS)}
    found += [
        (_order(iri), word(iri), [text(term) + said(iri, term) for term in terms])
        for iri, terms in stated.items()
        if iri not in known
    ]
    found += [(len(ORDER) + 1, "notes", list(map(plain_text, each(stated, *NOTES))))]
    facts: dict[str, list[str]] = {}
    for _, name, texts in sorted(found, key=lambda one: one[0]):
        if texts:
            facts.setdefault(name, []).extend(texts)
    return Card(
        iri=node.value,
        title=title,
        kind=", ".join(kinds) or (word(own_class) if own_class else "thing"),
        facts=facts,
        sections=sections,
        links={word(iri): list(map(plain_text, stated[iri])) for iri in map(iri_of, LINKS) if iri in stated},
    )


def _describe(graph: Graph, node: ox.NamedNode) -> Described:
    """Describe a thing by what files state of it, and what is derived of its name and period."""
    derived = graph.workspace.derived_graph
    clauses: dict[tuple[str, ...], str] = {
        ("thing",): f"BIND({node} AS ?thing)",
        ("derived",): f"BIND({derived} AS ?derived)",
    }
    quads = []
    for query, origin in ((_STATED, ox.DefaultGraph()), (_DERIVED, derived)):
        for name, value in as_rows(graph.sparql(insert(query, clauses))).terms:
            if isinstance(name, ox.NamedNode) and value is not None:
                quads.append(ox.Quad(node, name, value, origin))
    return describe(node.value, quads, derived)


def _sections(graph: Graph, iri: str) -> Iterator[tuple[str, Rows]]:
    """Give the stored queries that have rows for a thing, with these."""
    has_members = False
    for name, (_, parameter) in SECTIONS.items():
        if name == "people" and has_members:
            continue  # members are among those people
        with suppress(UnknownNameError):
            rows = graph.rows(name, **{parameter: iri})
            if len(rows):
                has_members = has_members or name == "members"
                yield name, rows.numbered() if name == "sources" else rows


def _numbers(graph: Graph, iri: str, sections: Mapping[str, Rows]) -> dict[tuple[str, Term], list[int]]:
    """Return the numbers of the sources that state or imply values of a thing, by property and value."""
    found: dict[tuple[str, Term], list[int]] = {}
    with suppress(UnknownNameError, KeyError):
        numbers = {record["source"]: number for number, record in enumerate(sections["sources"], 1)}
        why = graph.rows("why", thing=iri)
        for name, value, source, basis in why.ordered(("property", "value", "source", "basis")):
            if isinstance(name, ox.NamedNode) and value is not None and plain_text(basis) in SUPPORTING:
                found.setdefault((name.value, value), []).append(numbers[plain_text(source)])
    return found


def _order(iri: str) -> int:
    return ORDER.get(iri, len(ORDER))
