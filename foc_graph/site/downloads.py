"""The page of downloads: the files of a release, how to cite it, and earlier releases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.dates import in_words
from foc_graph.site.render import Renderer, embedded_json
from foc_graph.site.view import Link, safe

DOWNLOADS = "downloads"
"""The path of the page of downloads within a site, without ending."""

_GROUPS = {
    "dumps": "The whole graph, and each coalition",
    "tables": "Tables",
    "links": "Mappings to other datasets (SSSOM)",
    "feeds": "Change feeds",
    "ontology": "Vocabulary, concepts and shapes",
}
_ALONE = ("catalog.ttl", "catalog.jsonld", "CHANGES.md", "changes.rdfp")
_LAST = ("manifest.json", "SHA256SUMS")


class Download(NamedTuple):
    """One file, in its plain form and compressed: links with their sizes."""

    name: str
    files: list[Link]


def write_downloads(renderer: Renderer, earlier: Sequence[str]) -> None:
    """Write `downloads.html`, with links to what lies in the folder of the release by now."""
    site = renderer.site
    renderer.page(
        DOWNLOADS,
        DOWNLOADS,
        title="Downloads",
        groups=[
            (name, heading, found) for name, heading in _GROUPS.items() if (found := downloads(renderer.folder, name))
        ],
        alone=[Link(name, name) for name in _ALONE if (renderer.folder / name).is_file()] + [Link(n, n) for n in _LAST],
        earlier=[Link(version, f"{site.base}release/{version}/") for version in earlier],
        licence=Link(site.licence, safe(site.licence)),
        day=in_words(site.day),
        dataset=dataset(renderer.folder),
    )


def downloads(folder: Path, group: str) -> list[Download]:
    """Return the files of a group that lie there by now, each with its compressed forms; first those of all."""
    return sorted(_downloads(folder, group), key=lambda one: (not one.name.startswith("all."), one.name))


def dataset(folder: Path) -> Markup | None:
    """Return what the catalogue says of the release in schema.org's words."""
    path = folder / "dataset.jsonld"
    return embedded_json(json.loads(path.read_bytes())) if path.exists() else None


def _downloads(folder: Path, group: str) -> Iterator[Download]:
    found: dict[str, list[Link]] = {}
    for path in sorted((folder / group).rglob("*")):
        if path.is_file():
            name = path.relative_to(folder / group).as_posix()
            plain = name.removesuffix(".gz").removesuffix(".zst")
            note = _size(path.stat().st_size)
            files = found.setdefault(plain, [])
            files.append(Link(name[len(plain) :] if files else name, f"{group}/{name}", note=note))
    return (Download(name, files) for name, files in found.items())


def _size(count: int) -> str:
    """Return a number of bytes in words, in units of 1000."""
    amount, units = float(count), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 999.5 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
