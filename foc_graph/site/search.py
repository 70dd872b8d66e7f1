"""Names to look through without a server: an index from A to Z, and a list for the script of pages."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pyoxigraph as ox

from foc_graph.assets import ENGINE, is_built
from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of
from foc_graph.questions.export import export_rules
from foc_graph.questions.rules import make_rules
from foc_graph.site.render import Renderer
from foc_graph.site.view import Link, View
from foc_graph.store.results import as_rows

PAGE = "search"
"""The path of the page within a site, without ending."""

LIST = "search.json"

RULES = "questions.json.gz"
"""The rules of questions in words, by which a browser reads them."""

MOST_LISTED, MOST_FOUND = 1000, 5000
"""Most names of the index, and of the list."""

_INDEXED = {
    "coalition": "coal:Coalition",
    "body": "coal:Body",
    "government": "coal:Government",
    "organisation": "org:Organization",
}
_FOUND = {**_INDEXED, "event": "coal:Event", "document": "coal:Document", "country": "schema:Country"}
"""In the order in which people want them. Persons are in neither: their pages ask not to be indexed."""

_WORDS = """
SELECT ?thing (STR(?name) AS ?text) WHERE {
  { ?thing rdfs:label|skos:altLabel ?name }
  UNION { ?thing coal:governs/(rdfs:label|skos:altLabel) ?name }
  UNION { ?thing a coal:Event ; dcterms:type/rdfs:label ?name }
  UNION { ?thing a coal:Event ; schema:location/(schema:containedInPlace?)/rdfs:label ?name }
  UNION { ?thing a coal:Event ; coal:begin ?name }
  UNION { ?thing a coal:Document ; dcterms:issued ?name }
  UNION { ?thing a coal:Document ; dcterms:subject/rdfs:label ?name }
  UNION { ?thing a coal:Document ; dcterms:type/rdfs:label ?name }
}"""
"""The texts by which things are found, those of the stored query `search`."""

_OTHERS = "other scripts"


class Entry(NamedTuple):
    """A name of a thing, its language unless that is English, what the thing is, and the path of its page.

    `words` are further ones by which it is found: of other names, and of what it has to do with.
    """

    label: str
    language: str
    kind: str
    path: str
    words: str = ""

    @property
    def letter(self) -> str:
        """Return the letter of the alphabet under which it stands."""
        first = unicodedata.normalize("NFKD", self.label.lstrip())[:1].upper()
        return first if "A" <= first <= "Z" else "0-9" if first.isdigit() else _OTHERS


class Index(NamedTuple):
    """Names by letter, the first of them where they are very many, and how many there are."""

    letters: Sequence[tuple[str, list[tuple[Link, str]]]]
    total: int

    @property
    def shown(self) -> int:
        """Return how many are listed."""
        return sum(len(entries) for _, entries in self.letters)


def write_search(graph: Graph, view: View, renderer: Renderer) -> None:
    """Write `search.html`, and what its script needs.

    This is `search.json`, a list of name, kind, path without ending, and words for each thing, and where pages are
    answered in the browser, the rules of questions in words.
    """
    listed, is_answered = entries(graph, view, _INDEXED), is_built(ENGINE)
    renderer.page(PAGE, PAGE, title="Search", index=index(listed), is_answered=is_answered, **NOTHING)
    every = sorted(entries(graph, view, _FOUND), key=lambda one: list(_FOUND).index(one.kind))[:MOST_FOUND]
    found = [[one.label, one.kind, one.path, one.words] for one in every]
    renderer.write(LIST, _to_json(found))
    if is_answered:
        renderer.write(RULES, gzip.compress(_to_json(export_rules(make_rules(graph))), compresslevel=6, mtime=0))


def _to_json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


NOTHING: dict[str, Any] = {
    "asked": "",
    "question": None,
    "hits": (),
    "total": 0,
    "first": 1,
    "pages": (),
    "is_partial": False,
    "problem": None,
}
"""What the page shows before anything was asked."""


def names_index(graph: Graph, view: View) -> Index:
    """Return the index of the names of coalitions, bodies, governments and organisations."""
    return index(entries(graph, view, _INDEXED))


def entries(graph: Graph, view: View, kinds: dict[str, str]) -> list[Entry]:
    """Return the things of some kinds, given with their classes, by name; each counts as its first kind."""
    classes = {iri_of(name): kind for kind, name in kinds.items()}
    values = " ".join(str(ox.NamedNode(iri)) for iri in classes)
    rows = graph.sparql(
        f"SELECT ?thing ?class ?name (LANG(?name) AS ?language) WHERE {{ VALUES ?class {{ {values} }} ?thing a ?class ;"
        " rdfs:label ?name FILTER(isIRI(?thing)) FILTER NOT EXISTS { ?thing dcterms:isReplacedBy ?heir } }"
    )
    order = {iri: number for number, iri in enumerate(classes)}
    best: dict[str, tuple[int, bool, str, str]] = {}
    for row in as_rows(rows):
        language = row["language"] or ""
        rank = (order[row["class"]], not language.startswith("en"), language, str(row["name"]))
        best[row["thing"]] = min(best.get(row["thing"], rank), rank)
    names = list(classes.values())
    words = _read_words(graph)
    found = [
        Entry(name, language if is_foreign else "", names[number], page, _rest(words.get(iri, ()), name))
        for iri, (number, is_foreign, language, name) in best.items()
        if (page := view.addresses.page(iri)) and view.addresses.namesake(iri) not in best
    ]
    return sorted(found, key=lambda one: (one.label.casefold(), one.path))


def _read_words(graph: Graph) -> dict[str, set[str]]:
    """Return the words of the texts by which things are found."""
    found: dict[str, set[str]] = {}
    for row in as_rows(graph.sparql(_WORDS)):
        found.setdefault(row["thing"], set()).update(_split(row["text"]))
    return found


def _rest(words: Iterable[str], name: str) -> str:
    """Return the words that a name does not have."""
    return " ".join(sorted({*words} - {*_split(name)}))


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def index(found: Iterable[Entry]) -> Index:
    """Return the names by letter; those in other scripts stand last."""
    listed = sorted(found, key=lambda one: (one.letter == _OTHERS, one.letter))
    letters = groupby(listed[:MOST_LISTED], key=lambda one: one.letter)
    shown = [(letter, [(_link(one), one.kind) for one in same]) for letter, same in letters]
    return Index(shown, len(listed))


def _link(entry: Entry) -> Link:
    return Link(entry.label, f"{entry.path}.html", entry.language)
