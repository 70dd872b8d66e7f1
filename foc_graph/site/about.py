"""The names of a site and of its release in pages, and their positions: one release can be renamed to another.

Pages are rendered with marks in place of what the release is called.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.site.addresses import LATEST
from foc_graph.workspace.settings import Settings

DESCRIPTION = (
    "Who belongs to which coalition, since when, in which body and under which mandate. Every statement names its "
    "source, and what is unknown is marked as unknown."
)
"""The sentence by which a site says what it holds."""


PICTURES = "picture"
"""The folder of the pictures of pages."""

PICTURED = ("coal:Coalition", "coal:Body", "coal:Document")
"""The classes whose things may have pictures of their own; of documents, those that a coalition adopted."""


class Site(NamedTuple):
    """The site that a page is part of: that of a release, or without a version, of the graph as it is now.

    `day` is ISO 8601, `year` and `day_in_words` are of it; `address` and `latest` are IRIs. `corrections` is where
    readers may suggest them, with `{title}` and `{body}` for what they say; empty where they may not. `pictured`
    are the classes whose things have a picture of their own; None where a site has no pictures.
    """

    title: str
    publisher: str
    licence: str
    base: str
    version: str
    day: str
    year: str
    day_in_words: str
    address: str
    latest: str
    corrections: str = ""
    pictured: Sequence[str] | None = None

    @classmethod
    def of(cls, settings: Settings, base: str, version: str, day: str) -> Site:
        """Return the site of a release under a base, of a workspace with these settings."""
        about = (settings.title, settings.publisher, settings.licence, base, version, day, day[:4], in_words(day))
        address, latest = (f"{base}release/{version}/", f"{base}{LATEST}") if version else (base, base)
        return cls(*about, address, latest, settings.corrections)

    @classmethod
    def of_graph(cls, graph: Graph) -> Site:
        """Return the site of a graph: of its release, if it is of one, else as it was last verified."""
        settings, release = graph.workspace.settings, graph.release
        version, day = (release.version, release.day) if release else ("", settings.verified)
        return cls.of(settings, graph.base, version, day)

    def picture(self, name: str) -> str | None:
        """Return the address of a picture, if the site has pictures."""
        return None if self.pictured is None else f"{self.latest}{PICTURES}/{name}.png"

    def of_version(self, version: str, day: str) -> Site:
        """Return the same site in another release."""
        of_day = {"day": day, "year": day[:4], "day_in_words": in_words(day)}
        return self._replace(version=version, address=f"{self.base}release/{version}/", **of_day)


Marks = Sequence[tuple[str, int]]
"""Where the bytes of a page name its release: fields of `Site`, each with its position, in order."""

_MARKED = ("version", "day", "year", "day_in_words")
"""Fields by which the pages of one release differ from those of another."""

_MARK = re.compile(b"<release-([a-z_]+)>")
"""A mark in place of such a field; texts of the data cannot hold one, for their `<` is escaped."""


def mark(site: Site) -> Site:
    """Return a site with marks in place of what its release is called."""
    marks = {name: Markup(f"<release-{name}>") for name in _MARKED if getattr(site, name)}
    address = Markup("{}release/{}/").format(site.base, marks["version"]) if site.version else site.address
    return site._replace(address=address, **marks)


def stamp(content: bytes, site: Site) -> tuple[bytes, Marks]:
    """Put in the place of each mark what it stands for, and return their positions too."""
    parts: list[bytes] = []
    positions: list[tuple[str, int]] = []
    length = 0
    for number, part in enumerate(_MARK.split(content)):
        if number % 2:
            positions.append((part.decode(), length))
            part = getattr(site, part.decode()).encode()
        parts.append(part)
        length += len(part)
    return b"".join(parts), positions


def restamp(content: bytes, marks: Marks, before: Site, site: Site) -> tuple[bytes, Marks]:
    """Return a page of an earlier release as it is in another, and where it names that; `marks` are those it had."""
    parts: list[bytes] = []
    start = 0
    for name, position in marks:
        parts += [content[start:position], f"<release-{name}>".encode()]
        start = position + len(getattr(before, name).encode())
    return stamp(b"".join([*parts, content[start:]]), site)
