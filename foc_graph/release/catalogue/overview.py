"""An overview of a release: coalitions, counts, coverage in time and space, and the terms of its graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import WorkspaceError
from foc_graph.namespaces import slug
from foc_graph.release.dumps import CoalitionDump
from foc_graph.release.snapshot import Snapshot, Terms, terms_of_use
from foc_graph.site.media import CONTENTS
from foc_graph.store.labels import find_labels
from foc_graph.workspace.settings import SETTINGS

_KINDS = {
    "coal:Coalition": ("coalition", "coalitions"),
    "coal:Body": ("body", "bodies"),
    "coal:Membership": ("membership", "memberships"),
    "coal:Mandate": ("mandate", "mandates"),
    "coal:Event": ("event", "events"),
    "coal:Document": ("document", "documents"),
    "coal:Source": ("source", "sources"),
}
KEYWORDS = ("coalition", "membership", "mandate", "internet governance", "linked data")

_BEGINS = """SELECT ?graph (MIN(?begin) AS ?earliest)
WHERE {
  ?thing coal:beginsEarliest ?begin .
  GRAPH ?graph { ?thing a ?class }
}
GROUP BY ?graph"""
_REGIONS = """SELECT DISTINCT ?graph ?thing ?place ?label
WHERE {
  {
    SELECT DISTINCT ?graph ?country
    WHERE {
      GRAPH ?graph { ?membership org:member ?agent }
      ?agent coal:governs ?country .
    }
  }
  ?country schema:containedInPlace+ ?thing .
  ?thing schema:containedInPlace ?world ; coal:displayLabel ?label .
  FILTER NOT EXISTS { ?world schema:containedInPlace ?larger }
  BIND(?thing AS ?place)
}
ORDER BY ?label STR(?place)"""
_COUNTRIES = """SELECT ?graph ?thing ?place ?label
WHERE {
  {
    SELECT DISTINCT ?graph ?thing
    WHERE {
      GRAPH ?graph { ?membership org:member ?agent }
      ?agent coal:governs ?thing .
    }
  }
  ?thing coal:displayLabel ?label .
  OPTIONAL {
    VALUES ?scheme { "eu-authority-country" "geonames" }
    ?thing adms:identifier ?identifier .
    ?identifier coal:scheme/skos:notation ?scheme ; schema:url ?known .
  }
  BIND(COALESCE(?known, ?thing) AS ?place)
}
ORDER BY ?label STR(?thing) ?scheme STR(?place)"""
_LANGUAGES = """SELECT DISTINCT ?language
WHERE {
  ?thing rdfs:label ?label .
  BIND(LANG(?label) AS ?language)
  FILTER(?language != "")
}
ORDER BY ?language"""


_Places = tuple[tuple[str, str], ...]


class Coverage(NamedTuple):
    """The day on which the first thing in a part may have begun, regions and countries, and tags of languages.

    Places have an IRI and a name: countries that of the EU's table, else of GeoNames, else their own.
    """

    begin: str | None = None
    regions: _Places = ()
    countries: _Places = ()
    languages: tuple[str, ...] = ()


class Part(NamedTuple):
    """The dump of one coalition: its name in `dumps/<name>`, what it holds, and what that covers."""

    name: str
    dump: CoalitionDump
    coalition: str
    label: str
    coverage: Coverage

    @property
    def description(self) -> str:
        """Describe the contents of the dump."""
        return f"{self.label}: {CONTENTS['coalition']}"


class Overview(NamedTuple):
    """The contents of a release; `terms` are those of each of its named graphs, by IRI."""

    parts: tuple[Part, ...]
    counts: str
    coverage: Coverage
    terms: Mapping[str, Terms]

    @property
    def subjects(self) -> str:
        """Name the coalition, or say how many coalitions there are."""
        return self.parts[0].label if len(self.parts) == 1 else f"{len(self.parts):,} coalitions"

    @property
    def keywords(self) -> list[str]:
        """Return words by which the release is found."""
        return [*KEYWORDS, *(part.label for part in self.parts)]

    def description(self, day: date) -> str:
        """Describe the contents of the release; `day` is the day to which it stands."""
        text = (
            f"{self.subjects}: who belongs, since when, in which body and under which mandate, and which source says so"
        )
        return f"{text}. As of {day}: {self.counts}."


def survey(snapshot: Snapshot, dumped: Mapping[str, CoalitionDump]) -> Overview:
    """Compute the overview of a snapshot from its graph; `dumped` are the dumps of coalitions, by their names.

    Raises:
        WorkspaceError: if `workspace.toml` lacks what a catalogue must say: title, publisher and licence.
    """
    _check(snapshot)
    begins = {row["graph"]: row["earliest"] for row in snapshot.rows(_BEGINS)}
    regions, countries = (_places(snapshot, query) for query in (_REGIONS, _COUNTRIES))
    begin = min(filter(None, begins.values()), default=None)
    languages = tuple(row["language"] for row in snapshot.rows(_LANGUAGES))
    coverage = Coverage(begin, _together(regions), _together(countries), languages)
    parts = tuple(_parts(snapshot, dumped, begins, regions, countries))
    return Overview(parts, _counts(snapshot), coverage, terms_of_use(snapshot))


def _places(snapshot: Snapshot, query: str) -> dict[str, _Places]:
    """Return places by the graph of the coalition whose members they are of; of one thing, the first."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in snapshot.rows(query):
        found.setdefault(row["graph"], {}).setdefault(row["thing"], (row["place"], row["label"]))
    return {graph: tuple(places.values()) for graph, places in found.items()}


def _together(places: Mapping[str, _Places]) -> _Places:
    return tuple(sorted({one for found in places.values() for one in found}, key=lambda place: place[::-1]))


def _check(snapshot: Snapshot) -> None:
    settings, where = snapshot.workspace.settings, f"{snapshot.workspace.root}/{SETTINGS}"
    for key, value in (("title", settings.title), ("publisher", settings.publisher)):
        if not value.strip():
            raise WorkspaceError(f"{where}: {key} is empty: a catalogue needs it")


def _parts(
    snapshot: Snapshot,
    dumped: Mapping[str, CoalitionDump],
    begins: Mapping[str, str],
    regions: Mapping[str, _Places],
    countries: Mapping[str, _Places],
) -> Iterator[Part]:
    for name, dump in dumped.items():
        graph = dump.graph
        found = snapshot.instances("coal:Coalition", ox.NamedNode(graph))
        coalition = next((iri for iri in found if slug(iri, snapshot.base) == name), found[0])
        called = find_labels(snapshot.store, [coalition]).get(coalition, name)
        places = regions.get(graph, ()), countries.get(graph, ())
        yield Part(name, dump, coalition, called, Coverage(begins.get(graph), *places, dump.languages))


def _counts(snapshot: Snapshot) -> str:
    """Count things in words, such as `1 coalition, 2 bodies and 12 sources`."""
    words = []
    for kind, (one, many) in _KINDS.items():
        count = snapshot.row(f"SELECT (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ ?thing a {kind} }}")["n"]
        if count:
            words.append(f"{count:,} {one if count == 1 else many}")
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
