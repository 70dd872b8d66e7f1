"""The page of downloads: the files of a release, whom each is for, how to cite it, and earlier releases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.dates import in_words
from foc_graph.namespaces import iri_of, slug
from foc_graph.site.media import CONTENTS, TABLES, media
from foc_graph.site.render import Renderer, embedded_json
from foc_graph.site.view import Link, View, safe

DOWNLOADS = "downloads"
"""The path of the page of downloads within a site, without ending."""

_LATER = ("manifest.json", "SHA256SUMS")
"""Files that are written after the page."""


class _Part(NamedTuple):
    """A part of the page: its anchor, its heading, a text about its files, and patterns of their paths."""

    key: str
    heading: str
    text: str
    files: Sequence[str]


_FIRST = (
    _Part(
        "tables",
        "A spreadsheet",
        "CSV, for spreadsheets, R and Python. In Excel, choose Data, then From Text/CSV.",
        [f"tables/{name}.csv" for name in TABLES],
    ),
    _Part("dumps", "Everything as RDF", "", ["dumps/all.ttl.gz", "dumps/all.nq.gz"]),
)
_REST = (
    _Part(
        "formats",
        "Everything in other formats",
        "",
        ["dumps/all.ttl", "dumps/all.trig.gz", "dumps/all.jsonld.gz", "dumps/all.rdf.gz", "dumps/all.rdf12.nq.gz"],
    ),
    _Part(
        "programs",
        "Tables for programs",
        "",
        ["tables/*.parquet", "tables/*.csv-metadata.json", "datapackage.json", "croissant.json"],
    ),
    _Part("links", "Mappings to other datasets", CONTENTS["links"], ["links/**/*.tsv"]),
    _Part(
        "feeds",
        "Changes",
        CONTENTS["changes"],
        ["CHANGES.md", "feeds/all.atom", "changes.rdfp", "feeds/events.jsonl", "feeds/ldes.ttl", "feeds/ldes-*.ttl"],
    ),
    _Part("ontology", "Vocabulary, concepts and shapes", "", ["ns.ttl", "ns.rdf", "ns.jsonld", "ontology/**/*"]),
    _Part("about", "About this release", "", ["catalog.ttl", "catalog.jsonld", *_LATER]),
)

_OF_COALITION = ("dumps/{}.ttl.gz", "dumps/{}.ttl", "dumps/{}.jsonld.gz", "feeds/{}.atom")
"""The paths of the files of a coalition; its name is to be filled in."""

_PURPOSES = {
    **{f"tables/{name}.csv": text for name, text in TABLES.items()},
    "dumps/all.rdf12.nq.gz": f"{CONTENTS['rdf12']} In RDF 1.2, for triple stores that read it.",
    "dumps/*.ttl": "Turtle, unpacked, for software that reads a URL.",
    "CHANGES.md": "What changed in words, for people.",
    "feeds/ldes*": "Linked Data Event Stream, for software that keeps a copy of the graph up to date.",
    "datapackage.json": "Data Package, for software that reads tables by their description.",
    "croissant.json": "Croissant, for machine learning and for searches for datasets.",
    "ns.*": "The vocabulary, for ontology editors and people who read RDF.",
    "ontology/*": "Sources of the vocabulary, concepts, shapes and rules, for those who change or reuse them.",
    "catalog.*": "The release in DCAT, for data portals.",
    "manifest.json": "Each file with its size and SHA-256 digest, for programs.",
    "SHA256SUMS": "The same digests, for sha256sum.",
}
"""The purposes of files, by patterns of their paths; those of others follow from their formats."""


class Download(NamedTuple):
    """Files of one purpose: links with their sizes."""

    links: list[Link]
    purpose: str


class Section(NamedTuple):
    """A part of the page with its files."""

    part: _Part
    files: list[Download]


class Coalition(NamedTuple):
    """A coalition with files of its own: links that name their formats."""

    name: Link
    links: list[Link]


def write_downloads(view: View, renderer: Renderer, earlier: Sequence[str]) -> None:
    """Write `downloads.html`, with links to what lies in the folder of the release by now."""
    site, folder = renderer.site, renderer.folder
    has_files = (folder / "dumps").is_dir()
    renderer.page(
        DOWNLOADS,
        DOWNLOADS,
        title="Downloads",
        first=list(_sections(folder, _FIRST)) if has_files else [],
        rest=list(_sections(folder, _REST)) if has_files else [],
        coalitions=sorted(_coalitions(folder, view), key=lambda one: one.name.text.casefold()),
        contents=CONTENTS["coalition"],
        formats=list(map(_purpose, _OF_COALITION)),
        earlier=[Link(version, f"{site.base}release/{version}/") for version in earlier],
        licence=Link(site.licence, safe(site.licence)),
        day=in_words(site.day),
        dataset=dataset(folder),
    )


def whole_dumps(folder: Path) -> list[Link]:
    """Return links to the dumps of the whole graph that most readers want."""
    return [_link(folder, path) for path in _found(folder, _FIRST[1].files)]


def dataset(folder: Path) -> Markup | None:
    """Return what the catalogue says of the release in schema.org's words."""
    path = folder / "dataset.jsonld"
    return embedded_json(json.loads(path.read_bytes())) if path.exists() else None


def _sections(folder: Path, parts: Iterable[_Part]) -> Iterator[Section]:
    """Give the parts that have files, with these by their purpose."""
    for part in parts:
        files: dict[str, list[Link]] = {}
        for path in _found(folder, part.files):
            files.setdefault(_purpose(path), []).append(_link(folder, path))
        if files:
            yield Section(part, [Download(links, purpose) for purpose, links in files.items()])


def _found(folder: Path, patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        if pattern in _LATER:
            yield pattern
        else:
            yield from (path.relative_to(folder).as_posix() for path in sorted(folder.glob(pattern)) if path.is_file())


def _purpose(path: str) -> str:
    kind = media(path)
    told = (text for pattern, text in _PURPOSES.items() if fnmatchcase(path, pattern))
    return next(told, f"{kind.purpose}." if kind else "")


def _coalitions(folder: Path, view: View) -> Iterator[Coalition]:
    """Give the coalitions that have dumps, each with these and its feed."""
    for name in {dump.name.removesuffix(".ttl.gz") for dump in folder.glob("dumps/*.ttl.gz")} - {"all"}:
        paths = _found(folder, (path.format(name) for path in _OF_COALITION))
        links = [_link(folder, path)._replace(text=kind.title) for path in paths if (kind := media(path))]
        yield Coalition(_name(view, name), links)


def _name(view: View, name: str) -> Link:
    """Return the name of the coalition that the graph with a name describes."""
    found, _ = view.instances(f"{view.base}graph/{name}").get(iri_of("coal:Coalition"), ([], 0))
    named = [one for one in found if slug(one, view.base) == name] or found
    return view.link(ox.NamedNode(named[0]), "")._replace(href="", note="") if named else Link(name)


def _link(folder: Path, path: str) -> Link:
    file = folder / path
    return Link(path.partition("/")[2] or path, path, note=_size(file.stat().st_size) if file.exists() else "")


def _size(count: int) -> str:
    """Return a number of bytes in words, in units of 1000."""
    amount, units = float(count), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 999.5 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
