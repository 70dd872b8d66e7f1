"""The front page with its coverage of lists, the lists of concept schemes and graphs, and what search engines read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of
from foc_graph.site.addresses import DESCRIPTIONS
from foc_graph.site.descriptions import each
from foc_graph.site.downloads import dataset, downloads
from foc_graph.site.page_charts import FOLDER
from foc_graph.site.recent import recent, span
from foc_graph.site.render import Renderer
from foc_graph.site.sparklines import HEIGHT, WIDTH, Growth, draw_growths
from foc_graph.site.view import Link, View, safe
from foc_graph.store.results import Record, Rows

_COUNTED = {
    "coal:Coalition": "coalitions",
    "coal:Body": "bodies within them",
    "coal:Government": "governments",
    "foaf:Person": "persons",
    "coal:Membership": "memberships",
    "coal:Mandate": "mandates",
    "coal:Event": "events",
    "coal:Document": "documents",
    "coal:Source": "sources",
}
_WAYS_IN = ("index", "compare", "search", "query/index", "downloads")
"""Pages of the whole site that search engines are told of, without ending; those of things have addresses for good."""

_COALITIONS = "coalitions"
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000
"""Most addresses in one sitemap (https://www.sitemaps.org/protocol.html)."""

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
        dumps=[one for one in downloads(renderer.folder, "dumps") if one.name.startswith("all.")],
        has_feeds=(renderer.folder / "feeds").is_dir(),
        earlier=[Link(version, f"{site.base}release/{version}/") for version in earlier],
        licence=Link(site.licence, safe(site.licence)),
        dataset=dataset(renderer.folder),
        **front(graph, view, site.day),
    )
    lists = (
        (
            "concept/index",
            "Concepts",
            "The lists of kinds, roles, statuses and topics that the data draw on.",
            "scheme",
        ),
        ("graph/index", "Named graphs", "The parts of the data, each with the licence that it is under.", "graph"),
    )
    for path, title, text, head in lists:
        rows = _schemes(view) if head == "scheme" else _graphs(view, site.licence)
        about = "is for" if head == "scheme" else "licence"
        renderer.page("index_of", path, title=title, text=text, head=(head, about), rows=list(rows))


def front(graph: Graph, view: View, day: str) -> dict[str, Any]:
    """Return what the front page shows of a graph as of a day, ISO 8601."""
    stated = statements(graph)
    return {
        "counts": _counts(graph),
        "coalitions": list(_coalitions(graph, view, of_members(stated), day)),
        "spark": (WIDTH, HEIGHT),
        "lists": list_counts(stated),
        "changes": recent(graph, view, day),
        "span": span(day),
        "day": in_words(day),
    }


def _counts(graph: Graph) -> list[tuple[str, int]]:
    """Count the things of each kind."""
    classes = {iri_of(name): word for name, word in _COUNTED.items()}
    values = " ".join(f"<{iri}>" for iri in classes)
    rows = graph.sparql(
        f"SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ VALUES ?class {{ {values} }} ?thing a ?class "
        "FILTER(isIRI(?thing)) } GROUP BY ?class"
    )
    assert isinstance(rows, Rows)
    found = {row["class"]: row["count"] for row in rows}
    return [(word, found[iri]) for iri, word in classes.items() if found.get(iri)]


def _coalitions(graph: Graph, view: View, stated: Mapping[str, Record], day: str) -> Iterator[CoalitionRow]:
    if _COALITIONS not in graph.queries:
        return
    rows = list(graph.rows(_COALITIONS))
    founded = {row["coalition"]: row["founded"] for row in rows if row["founded"]}
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


def write_for_robots(renderer: Renderer, addresses: Iterable[str]) -> None:
    """Write `robots.txt`, and `sitemap.xml` with its parts: pages of the whole site, then these addresses.

    Pages of persons ask not to be indexed; that is seen only where a page may be fetched. Their descriptions and
    charts cannot ask, so they are not to be fetched.
    """
    site = renderer.site
    parts: list[str] = []
    rest = chain((f"{site.latest}{path}.html" for path in _WAYS_IN), addresses)
    while some := list(islice(rest, MOST_ADDRESSES)):
        name = f"sitemap-{len(parts) + 1}.xml"
        renderer.write(name, _sitemap("urlset", "url", some))
        parts.append(f"{site.latest}{name}")
    renderer.write("sitemap.xml", _sitemap("sitemapindex", "sitemap", parts))
    closed = [f"Disallow: /*doc/person/*.{ending}$" for ending in DESCRIPTIONS]
    closed.append(f"Disallow: /*{FOLDER}/person/*.svg$")
    lines = ["User-agent: *", *closed, "", f"Sitemap: {site.latest}sitemap.xml", ""]
    renderer.write("robots.txt", "\n".join(lines).encode())


def _sitemap(root: str, item: str, addresses: Iterable[str]) -> bytes:
    tree = ElementTree.Element(root, xmlns=_XMLNS)
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(tree, item), "loc").text = address
    ElementTree.indent(tree, "")
    text: bytes = ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


class Extent(NamedTuple):
    """How much of the list of a coalition's members is known: `share` is 0 to 1, and None where nobody knows."""

    text: str
    state: str
    share: float | None


class ListCount(NamedTuple):
    """Of one kind of list, how many are in which of the `STATES`."""

    name: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Return how many there are."""
        return sum(self.counts.values())


def statements(graph: Graph) -> list[Record]:
    """Read what is stated of the lists of coalitions, bodies and documents."""
    rows = graph.sparql(_STATEMENTS)
    assert isinstance(rows, Rows)
    return list(rows)


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
        return Extent("not known" if state == "unknown" else f"{known}, not all", state, None)
    expected = f"{least} to {most}" if least and most and least != most else f"{whole}"
    return Extent(f"{known} of {expected}{'' if most else ' or more'}", state, min(1.0, known / whole))
