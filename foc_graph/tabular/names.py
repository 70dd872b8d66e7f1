"""From what someone types in a cell to the thing that is meant: any name, code, slug or IRI it has in the graph."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

from foc_graph.errors import quoted
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, expand, slug

MAX_HINTS = 200
"""Most unknown names for which similar ones are looked for, which takes some milliseconds each."""

_NEAR = 0.75
_SHORT = 6
_CLASSES = {
    "agent": "foaf:Agent",
    "person": "foaf:Person",
    "organisation": "foaf:Organization",
    "body": "coal:Body coal:Coalition",
    "document": "coal:Document",
    "place": "schema:City",
    "government": "coal:Government",
    "country": "schema:Country",
    "source": "coal:Source",
}
_NAMES = "rdfs:label|skos:altLabel|adms:identifier/skos:notation"
_WORDS = re.compile(r"[\w+#]+")
_LEADING = re.compile(r"^(the|government of( the)?) ")


@lru_cache(maxsize=2**18)
def key(text: str) -> str:
    """A name without case, accents and punctuation, nor a leading "the" or "Government of"."""
    plain = text.casefold().replace("&", " and ").replace(".", "")
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = " ".join(_WORDS.findall(plain))
    return _LEADING.sub("", words) or words


def slugged(text: str) -> str:
    """A name as a path segment of an IRI: lower-case ASCII letters, digits and hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_text.replace("'", "")).strip("-")[:80].rstrip("-")


def _shortened(name: str) -> set[str]:
    """The name, and what remains of it without one of its letters; names one edit apart have one of these in common."""
    return {name, *(name[:at] + name[at + 1 :] for at, letter in enumerate(name) if not letter.isdigit())}


class Names:
    """The names by which a graph knows its things; each kind is looked up when first asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._indexes: dict[str, dict[str, set[str]]] = {}
        self._labels: dict[str, str] = {}
        self._edits: dict[str, dict[str, str]] = {}
        self._hints = 0

    def find(self, kind: str, text: str) -> str | None:
        """IRI of the one thing of a kind that `text` names; None where it names none or several."""
        found = self._found(kind, text)
        return next(iter(found)) if len(found) == 1 else None

    def advice(self, kind: str, text: str) -> str:
        """What to write instead of a text that names none or several things."""
        if found := self._found(kind, text):
            slugs = sorted(self.slug(iri) for iri in found)
            return f"{quoted(text)} may be any of {', '.join(slugs)}: write that instead of the name"
        return self._unknown(kind, text)

    def _found(self, kind: str, text: str) -> set[str]:
        index = self._index(kind)
        exact = index.get(f"<{self._iri(text)}>") if "/" in text or ":" in text else None
        return exact or index.get(key(text)) or set()

    def add(self, kinds: tuple[str, ...], iri: str, name: str) -> None:
        """Know a new thing by a name from now on."""
        self.label(iri)
        self._labels[iri] = name
        for kind in kinds:
            for known in (f"<{iri}>", f"<{name}>" if kind == "source" else key(name)):
                self._index(kind).setdefault(known, set()).add(iri)
            if kind == "person" and kind in self._edits:
                self._edits[kind] |= dict.fromkeys(_shortened(key(name)), iri)

    def misspelt(self, kind: str, text: str) -> str:
        """The name of a thing of that kind from which `text` differs by one letter, else nothing.

        Short names and those that differ in a digit are told apart by that letter.
        """
        if kind not in self._edits:
            self._edits[kind] = {}
            for name, found in self._index(kind).items():
                if not name.startswith("<"):
                    self._edits[kind] |= dict.fromkeys(_shortened(name), next(iter(found)))
        name = key(text)
        if len(name) < _SHORT:
            return ""
        iri = next((self._edits[kind][edit] for edit in _shortened(name) if edit in self._edits[kind]), None)
        return self.label(iri) if iri else ""

    def label(self, iri: str) -> str:
        """What to show for a thing: its name, for a government that of its country, for a source its address."""
        if not self._labels:
            self._labels = {
                row["thing"]: row["label"]
                for row in self._select(
                    """SELECT ?thing (SAMPLE(?name) AS ?label) WHERE {
                      ?thing rdfs:label ?own FILTER(LANG(?own) = "en")
                      OPTIONAL { ?thing coal:governs/rdfs:label ?country FILTER(LANG(?country) = "en") }
                      OPTIONAL { ?thing a coal:Source ; schema:url ?address }
                      BIND(STR(COALESCE(?address, ?country, ?own)) AS ?name)
                    } GROUP BY ?thing"""
                )
            }
        return self._labels.get(iri, self.slug(iri))

    def slug(self, iri: str) -> str:
        """The slug of a thing, its own or a shared one; for any other IRI, the IRI."""
        return slug(iri, self._graph.base) or iri

    def _iri(self, text: str) -> str:
        return expand(text) or f"{self._graph.base}id/{text}"

    def _unknown(self, kind: str, text: str) -> str:
        hint = "nothing is known under a similar name"
        if self._hints < MAX_HINTS:
            self._hints += 1
            index = self._index(kind)
            matches = difflib.get_close_matches(key(text), [name for name in index if name[0] != "<"], 3, _NEAR)
            near = list(dict.fromkeys(self.label(iri) for match in matches for iri in sorted(index[match])))
            if kind not in _CLASSES:
                every = {self.label(iri) for found in index.values() for iri in found}
                hint = f"write one of {', '.join(sorted(every))}"
            elif near:
                hint = f"did you mean {' or '.join(near)}?"
        what = "country or other member" if kind == "agent" else kind.replace("-", " ")
        return f"{quoted(text)} is not a known {what}: {hint}"

    def _index(self, kind: str) -> dict[str, set[str]]:
        if kind not in self._indexes:
            index: defaultdict[str, set[str]] = defaultdict(set)
            for row in self._select(self._query(kind)):
                index[f"<{row['thing']}>"].add(row["thing"])
                index[f"<{row['thing'].replace(BASE, self._graph.base)}>"].add(row["thing"])
                index[f"<{row['name']}>" if kind == "source" else key(row["name"])].add(row["thing"])
            index.pop("", None)
            self._indexes[kind] = dict(index)
        return self._indexes[kind]

    def _query(self, kind: str) -> str:
        if kind not in _CLASSES:
            return f"""SELECT ?thing ?name WHERE {{
              ?thing skos:inScheme <{BASE}concept/{kind}> ; skos:prefLabel|skos:altLabel|skos:notation ?name }}"""
        property = "schema:url" if kind == "source" else f"{_NAMES}|coal:governs/({_NAMES})"
        return f"""SELECT DISTINCT ?thing ?name WHERE {{
              VALUES ?class {{ {_CLASSES[kind]} }} ?thing a ?class ; {property} ?name }}"""

    def _select(self, query: str) -> list[dict[str, str]]:
        return list(self._graph.sparql(query))  # type: ignore[arg-type]
