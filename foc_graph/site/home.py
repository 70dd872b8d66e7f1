"""The front page with the growth of each coalition, and the lists of concepts and graphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.dates import in_words
from foc_graph.descriptions import each
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, iri_of
from foc_graph.site.addresses import ADDRESSES, DESCRIPTIONS, XML
from foc_graph.site.changes import recent
from foc_graph.site.downloads import dataset, whole_dumps
from foc_graph.site.featured import answer_questions, find_featured
from foc_graph.site.render import Renderer, style_sheet
from foc_graph.site.view import Link, View, safe
from foc_graph.store.results import Record, as_rows

_COUNTED = {
    "coal:Coalition": ("coalition", "coalitions"),
    "coal:Body": ("body", "bodies within them"),
    "coal:Government": ("government", "governments"),
    "foaf:Person": ("person", "people"),
    "coal:Membership": ("membership", "memberships"),
    "coal:Mandate": ("mandate", "mandates"),
    "coal:Event": ("event", "events"),
    "coal:Document": ("document", "documents"),
    "coal:Source": ("source", "sources"),
}
"""The words for one thing of a class, and for several."""

_COALITIONS = "coalitions"
MISSING = "404"
"""The path of the page that a web server shows for what is not there."""

STATES = ("complete", "partial", "unknown")
_MEMBERS = "members"
_STATEMENTS = """SELECT ?body ?list ?state ?expected_min ?expected_max
WHERE {
  ?statement coal:completenessOf ?body ;
             coal:list/skos:notation ?list ;
             coal:completenessState/skos:notation ?state .
  OPTIONAL { ?statement coal:expectedMin ?expected_min }
  OPTIONAL { ?statement coal:expectedMax ?expected_max }
}
ORDER BY STR(?body) ?list STR(?state)
"""
"""The columns of the stored query `completeness` but for `known`: to count all lists would take long."""


WIDTH, HEIGHT = 136, 27
"""Size of the chart of a coalition's growth, in its own units."""

_BOUNDS = ("begins_earliest", "begins_latest", "ends_earliest", "ends_latest")
_MEMBERSHIPS = f"""SELECT ?coalition ?state ?{" ?".join(_BOUNDS)} (COUNT(DISTINCT ?member) AS ?members)
WHERE {{
  ?coalition a coal:Coalition .
  ?membership org:organization ?coalition ; org:role ?role ; org:member ?member .
  FILTER EXISTS {{ ?role dcterms:type <{BASE}concept/role-kind/member> }}
  OPTIONAL {{ ?membership coal:membershipStatus ?status }}
  FILTER(!BOUND(?status) || ?status != <{BASE}concept/membership-status/invited>)
  OPTIONAL {{ ?membership coal:periodState/skos:notation ?state }}
  OPTIONAL {{ ?membership coal:beginsEarliest ?earliest_begin }}
  OPTIONAL {{ ?membership coal:beginsLatest ?latest_begin }}
  OPTIONAL {{ ?membership coal:endsEarliest ?earliest_end }}
  OPTIONAL {{ ?membership coal:endsLatest ?latest_end }}
  BIND(SUBSTR(STR(?earliest_begin), 1, 4) AS ?begins_earliest)
  BIND(SUBSTR(STR(?latest_begin), 1, 4) AS ?begins_latest)
  BIND(STR(?earliest_end) AS ?ends_earliest)
  BIND(STR(?latest_end) AS ?ends_latest)
}}
GROUP BY ?coalition ?state ?{" ?".join(_BOUNDS)}
"""
"""Memberships that begin in the same year and end on the same day are counted together: so there are few rows."""


class CoalitionRow(NamedTuple):
    """A coalition on the front page: the year it was founded in, and how many members it has by the newest sources."""

    link: Link
    short: str
    founded: str
    members: int
    bodies: int
    growth: Growth | None
    extent: Extent


def write_front(graph: Graph, view: View, renderer: Renderer, earlier: Sequence[str]) -> None:
    """Write `index.html`, with links to what lies in the folder of the release by now, and the lists."""
    site = renderer.site
    renderer.page(
        "release",
        "index",
        title=site.title,
        dumps=whole_dumps(renderer.folder),
        has_feeds=(renderer.folder / "feeds").is_dir(),
        earlier=[Link(version, f"{site.base}release/{version}/") for version in earlier],
        licence=Link(site.licence, safe(site.licence)),
        dataset=dataset(renderer.folder),
        **front(graph, view, site.day),
    )
    style = Markup(style_sheet().decode())
    renderer.page(MISSING, MISSING, title="Not found", latest=site.latest, table=ADDRESSES, style=style)
    lists = (
        (
            "concept/index",
            "Concepts",
            "The kinds, roles, statuses and topics used in the data.",
            "scheme",
        ),
        ("graph/index", "Named graphs", "The parts of the data, each with its licence.", "graph"),
    )
    renderer.describe("graph/index", view.description(*map(view.described, view.graphs)), (*DESCRIPTIONS, XML))
    for path, title, text, head in lists:
        rows = _schemes(view) if head == "scheme" else _graphs(view, site.licence)
        about = "what it is for" if head == "scheme" else "licence"
        renderer.page("index_of", path, title=title, text=text, head=(head, about), rows=list(rows))


def front(graph: Graph, view: View, day: str) -> dict[str, Any]:
    """Return what the front page shows of a graph as of a day, ISO 8601."""
    stated, featured = statements(graph), find_featured(graph)
    rows = _coalitions(graph, view, of_members(stated), day)
    first = view.link(ox.NamedNode(featured), "").href if featured else ""
    return {
        "counts": _counts(graph),
        "featured": answer_questions(graph, view, featured, day) if featured else None,
        "coalitions": sorted(rows, key=lambda row: row.link.href != first),
        "spark": (WIDTH, HEIGHT),
        "lists": list_counts(stated),
        "changes": recent(graph, view, day),
        "day": in_words(day),
    }


def _counts(graph: Graph) -> list[tuple[str, int]]:
    """Count the things of each kind."""
    classes = {iri_of(name): words for name, words in _COUNTED.items()}
    values = " ".join(f"<{iri}>" for iri in classes)
    rows = graph.sparql(
        f"SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ VALUES ?class {{ {values} }} ?thing a ?class "
        "FILTER(isIRI(?thing)) } GROUP BY ?class"
    )
    found = {row["class"]: row["count"] for row in as_rows(rows)}
    return [(words[found[iri] > 1], found[iri]) for iri, words in classes.items() if found.get(iri)]


def _coalitions(graph: Graph, view: View, stated: Mapping[str, Record], day: str) -> Iterator[CoalitionRow]:
    if _COALITIONS not in graph.queries:
        return
    rows = list(graph.rows(_COALITIONS, ["begin"]))
    founded = {row["coalition"]: row["begin"] for row in rows if row["begin"]}
    drawn = draw_growths(graph, founded, int(day[:4]))
    for row in rows:
        iri = row["coalition"]
        began = founded[iri][:4] if iri in founded else ""
        told = (row["abbreviation"] or "", began, row["members"], row["bodies"])
        link = view.link(ox.NamedNode(iri), "")._replace(note="")
        yield CoalitionRow(link, *told, drawn.get(iri), extent(stated.get(iri), row["members"]))


def _schemes(view: View) -> Iterator[tuple[Link, list[Link]]]:
    for iri in view.of_class("skos:ConceptScheme"):
        texts = list(each(view.described(iri).values, "dcterms:description"))
        yield view.link(ox.NamedNode(iri), "../"), [view.link(term, "../") for term in texts]


def _graphs(view: View, licence: str) -> Iterator[tuple[Link, list[Link]]]:
    for link, iri in sorted((view.link(ox.NamedNode(iri), "../"), iri) for iri in view.graphs):
        stated = list(each(view.described(iri).values, "dcterms:license"))
        licences = stated or ([ox.NamedNode(licence)] if iri.startswith(view.base) else [])
        yield link, [view.link(term, "../") for term in licences]


class Extent(NamedTuple):
    """The known part of the list of a coalition's members: `share` is 0 to 1, or None where the whole is unknown."""

    text: str
    state: str
    share: float | None


class ListCount(NamedTuple):
    """The numbers of lists of one kind in each of the `STATES`."""

    name: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Return how many there are."""
        return sum(self.counts.values())


def statements(graph: Graph) -> list[Record]:
    """Read what is stated of the lists of coalitions, bodies and documents."""
    return list(as_rows(graph.sparql(_STATEMENTS)))


def of_members(rows: Iterable[Record]) -> dict[str, Record]:
    """Return what is stated of the list of members of each coalition or body, by IRI."""
    return {row["body"]: row for row in rows if row["list"] == _MEMBERS}


def list_counts(rows: Iterable[Record]) -> list[ListCount]:
    """Count the kinds of lists, the most frequent first."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["list"], Counter())[row["state"]] += 1
    counts = [ListCount(name, {state: states[state] for state in STATES}) for name, states in found.items()]
    return sorted(counts, key=lambda one: (-one.total, one.name))


def extent(row: Record | None, known: int) -> Extent:
    """Return how much of a list is known, by what is stated of it; `known` is how many are in the graph."""
    if row is None:
        return Extent("not stated", "unknown", None)
    least, most, state = row["expected_min"], row["expected_max"], row["state"]
    if state == "complete":
        return Extent("complete", state, 1.0)
    whole = most or least
    if state == "unknown" or not whole:
        return Extent("total unknown" if state == "unknown" else f"{known}, incomplete", state, None)
    expected = f"{least} to {most}" if least and most and least != most else f"{whole}"
    text = f"{known} of {expected}" if most else f"{known} (at least {whole} expected)"
    return Extent(text, state, min(1.0, known / whole))


class Growth(NamedTuple):
    """The members of a coalition over the years: areas of a chart in `WIDTH` and `HEIGHT`, and the same in words."""

    sure: str
    possible: str
    text: str


def draw_growths(graph: Graph, founded: Mapping[str, str], last: int) -> dict[str, Growth]:
    """Draw the members of coalitions, by IRI, on one scale of years that ends with the year `last`.

    `founded` has the date at which a coalition began, where that is known: before that year none is drawn.
    """
    found: dict[str, list[Record]] = {}
    for row in as_rows(graph.sparql(_MEMBERSHIPS)):
        found.setdefault(row["coalition"], []).append(row)
    starts = {iri: _start(records, founded.get(iri), last) for iri, records in found.items()}
    first = min(starts.values(), default=last)
    return {iri: _drawn(records, range(starts[iri], last + 1), first) for iri, records in sorted(found.items())}


def _start(records: Iterable[Record], founded: str | None, last: int) -> int:
    known = [founded[:4]] if founded else [begin for one in records if (begin := one["begins_latest"])]
    return min([last, *map(int, known)])


def _drawn(records: Iterable[Record], years: range, first: int) -> Growth:
    counts = [_counted(records, year) for year in years]
    most = max(1, *(sure + possible for sure, possible in counts))
    step = WIDTH / (years[-1] + 1 - first)
    left = (years[0] - first) * step
    upper, lower = ([round(HEIGHT - (HEIGHT - 1) * count / most, 1) for count in line] for line in _lines(counts))
    words = f"Members: {_told(*counts[0])} in {years[0]}, {_told(*counts[-1])} in {years[-1]}"
    return Growth(_area(lower, left, step), _area(upper, left, step), words)


def _lines(counts: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return how many there were at most, and how many surely."""
    pairs = list(counts)
    return [sure + possible for sure, possible in pairs], [sure for sure, _ in pairs]


def _counted(records: Iterable[Record], year: int) -> tuple[int, int]:
    """Count the members at the end of a year, sure or when last checked, and those who may have been members."""
    sure = possible = 0
    last_day = f"{year:04}-12-31"
    for one in records:
        earliest, latest = (int(one[name]) if one[name] else None for name in _BOUNDS[:2])
        ends_earliest, ends_latest = one["ends_earliest"] or "", one["ends_latest"] or last_day
        if (earliest is not None and earliest > year) or ends_latest < last_day:
            continue
        if latest is not None and latest <= year and (one["state"] == "open" or ends_earliest >= last_day):
            sure += one["members"]
        else:
            possible += one["members"]
    return sure, possible


def _told(sure: int, possible: int) -> str:
    return f"{sure} to {sure + possible}" if possible else str(sure)


def _area(heights: list[float], left: float, step: float) -> str:
    """Draw a stepped area from the bottom up to these heights, as an SVG path; empty where it has no height."""
    if all(height >= HEIGHT for height in heights):
        return ""
    steps = "".join(f"V{height:g}h{step:.2f}" for height in heights)
    return f"M{left:.1f} {HEIGHT}{steps}V{HEIGHT}z"
