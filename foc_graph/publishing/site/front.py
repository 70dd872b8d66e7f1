"""The page of the release, the lists of concept schemes and named graphs, and what search engines read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox

from foc_graph.publishing.site.addresses import DESCRIPTIONS
from foc_graph.publishing.site.dates import period
from foc_graph.publishing.site.descriptions import each
from foc_graph.publishing.site.render import Renderer, embedded_json
from foc_graph.publishing.site.view import Link, View, safe
from foc_graph.terms import iri_of
from foc_graph.time import in_words

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
_GROUPS = {
    "dumps": "Dumps of the whole and of each coalition",
    "tables": "Tables",
    "links": "Mappings to other datasets (SSSOM)",
    "feeds": "Feeds of changes",
    "ontology": "Vocabulary, concepts and shapes",
}
_ALONE = ("catalog.ttl", "catalog.jsonld", "CHANGES.md", "changes.rdfp")
_LAST = ("manifest.json", "SHA256SUMS")
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000
"""Most addresses in one sitemap (https://www.sitemaps.org/protocol.html)."""


class Download(NamedTuple):
    """One file, in its plain form and compressed: links with their sizes."""

    name: str
    files: list[Link]


class CoalitionRow(NamedTuple):
    """A coalition on the front page; the counts are those of current members and of bodies that the graph knows."""

    link: Link
    short: str
    since: str
    members: int
    bodies: int


def write_front(view: View, renderer: Renderer, earlier: Sequence[str]) -> None:
    """Write `index.html`, with links to what lies in the folder of the release by now, and the lists."""
    site = renderer.site
    renderer.page(
        "release",
        "index",
        title=site.title,
        counts=[(name, number) for one, name in _COUNTED.items() if (number := len(view.of_class(one)))],
        coalitions=[_coalition(view, iri) for iri in view.of_class("coal:Coalition")],
        groups=[(heading, list(_downloads(renderer.folder, name))) for name, heading in _GROUPS.items()],
        alone=[Link(name, name) for name in _ALONE if (renderer.folder / name).is_file()] + [Link(n, n) for n in _LAST],
        earlier=[Link(version, f"{site.base}release/{version}/") for version in earlier],
        licence=Link(site.licence, safe(site.licence)),
        day=in_words(site.day),
        dataset=_dataset(renderer.folder),
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


def _coalition(view: View, iri: str) -> CoalitionRow:
    values = view.described(iri).values
    known = period(values)
    short = next((term.value for term in each(values, "coal:abbreviation") if isinstance(term, ox.Literal)), "")
    bodies = view.incoming(iri, derived=False).get(iri_of("org:subOrganizationOf"))
    members = len(list(each(values, "org:hasMember")))
    link = view.link(ox.NamedNode(iri), "")
    return CoalitionRow(link, short, known.begin if known else "", members, bodies[1] if bodies else 0)


def _schemes(view: View) -> Iterator[tuple[Link, list[Link]]]:
    for iri in view.of_class("skos:ConceptScheme"):
        texts = list(each(view.described(iri).values, "dcterms:description"))
        yield view.link(ox.NamedNode(iri), "../"), [view.link(term, "../") for term in texts]


def _graphs(view: View, licence: str) -> Iterator[tuple[Link, list[Link]]]:
    for iri in view.graphs:
        stated = list(each(view.described(iri).values, "dcterms:license"))
        licences = stated or ([ox.NamedNode(licence)] if iri.startswith(view.base) else [])
        yield view.link(ox.NamedNode(iri), "../"), [view.link(term, "../") for term in licences]


def _downloads(folder: Path, group: str) -> Iterator[Download]:
    """The files of a group that lie there by now, each with its compressed forms beside it."""
    found: dict[str, list[Link]] = {}
    for path in sorted((folder / group).rglob("*")):
        if path.is_file():
            name = path.relative_to(folder / group).as_posix()
            plain = name.removesuffix(".gz").removesuffix(".zst")
            note = _size(path.stat().st_size)
            found.setdefault(plain, []).append(Link(name[len(plain) :] or name, f"{group}/{name}", note=note))
    for name, files in sorted(found.items(), key=lambda one: (not one[0].startswith("all."), one[0])):
        yield Download(name, files)


def _size(count: int) -> str:
    """A number of bytes in words, in units of 1000."""
    amount, units = float(count), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 999.5 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"


def _dataset(folder: Path) -> str | None:
    """What the catalogue says of the release in schema.org's words."""
    path = folder / "dataset.jsonld"
    return embedded_json(json.loads(path.read_bytes())) if path.exists() else None


def write_for_robots(renderer: Renderer, addresses: Iterable[str]) -> None:
    """Write `robots.txt`, and `sitemap.xml` with its parts for these addresses.

    Pages of persons ask not to be indexed; that is seen only where a page may be fetched. Their descriptions cannot
    ask, so they are not to be fetched.
    """
    site = renderer.site
    parts: list[str] = []
    rest = iter(addresses)
    while some := list(islice(rest, MOST_ADDRESSES)):
        name = f"sitemap-{len(parts) + 1}.xml"
        renderer.write(name, _sitemap("urlset", "url", some))
        parts.append(f"{site.latest}{name}")
    renderer.write("sitemap.xml", _sitemap("sitemapindex", "sitemap", parts))
    closed = [f"Disallow: /*doc/person/*.{ending}$" for ending in DESCRIPTIONS]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {site.latest}sitemap.xml", ""]
    renderer.write("robots.txt", "\n".join(lines).encode())


def _sitemap(root: str, item: str, addresses: Iterable[str]) -> bytes:
    tree = ElementTree.Element(root, xmlns=_XMLNS)
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(tree, item), "loc").text = address
    ElementTree.indent(tree, "")
    text: bytes = ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"
