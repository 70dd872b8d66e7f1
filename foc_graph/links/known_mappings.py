"""What the mapping sets of a workspace say already: which links were accepted or rejected, and by which prefixes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from foc_graph.namespaces import LINKED, iri_of, short
from foc_graph.rdf.parser import read_text
from foc_graph.rdf.terms import is_site
from foc_graph.sssom.model import MAPPINGS
from foc_graph.sssom.tsv import read_mappings
from foc_graph.workspace.settings import Workspace

LINKS = "data/links"
"""The folder of a workspace's new mapping sets."""

EXACT = (iri_of("owl:sameAs"), iri_of("skos:exactMatch"))
"""Predicates that make both sides the same thing."""


class Link(NamedTuple):
    """The IRIs of a thing and of what it is linked to, or not."""

    thing: str
    address: str


class Decided:
    """The decisions in the mapping sets of a workspace.

    `prefixes` are those of datasets, in the one prefix map or in a set; `files` has the workspace's own set of a
    dataset by its namespace, and `texts` what was read of each file, by its resolved path.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read them.

        Raises:
            ParseError: for a set that is not well-formed.
        """
        self._base = workspace.base
        self._links: set[Link] = set()
        self._addresses: dict[tuple[str, str], tuple[str, str]] = {}
        self._things: dict[str, tuple[str, str]] = {}
        self.prefixes = dict(LINKED)
        self.files: dict[str, Path] = {}
        self.texts: dict[Path, str] = {}
        for path in workspace.files("data", MAPPINGS):
            where = workspace.name(path)
            text = self.texts[path.resolve()] = read_text(path, where)
            mappings = read_mappings(text, where)
            expand = mappings.expand
            for row in mappings.rows:
                prefix = row.slots["object_id"].partition(":")[0]
                namespace = expand(f"{prefix}:")
                self.prefixes.setdefault(prefix, namespace)
                if path.is_relative_to(workspace.root):
                    self.files.setdefault(namespace, path)
                subject, predicate, target = (
                    expand(row.slots[slot]) for slot in ("subject_id", "predicate_id", "object_id")
                )
                is_exact = predicate in EXACT and "predicate_modifier" not in row.slots
                self.note(Link(subject, target), namespace, is_exact, f"{where}:{row.line}")

    def note(self, link: Link, namespace: str, is_exact: bool, place: str) -> None:
        """Take in a decision, whether it makes both sides the same, and where it stands."""
        self._links.add(link)
        if is_exact:
            self._addresses.setdefault((link.thing, namespace), (link.address, place))
            self._things.setdefault(link.address, (link.thing, place))

    def is_open(self, link: Link) -> bool:
        """Whether a link was neither accepted nor rejected."""
        return link not in self._links

    def may_be(self, link: Link) -> bool:
        """Whether a link is open, to something in a dataset, and nothing stands against both sides being the same."""
        namespace = max(filter(link.address.startswith, self.prefixes.values()), key=len, default="")
        if is_site(link.address) or link.address == namespace:
            return False
        return self.is_open(link) and self.contradiction(link, namespace) is None

    def contradiction(self, link: Link, namespace: str) -> str | None:
        """What stands against both sides being the same, in one line."""
        thing = short(link.thing, self._base)
        address, place = self._addresses.get((link.thing, namespace), (link.address, ""))
        if address != link.address:
            return f"{thing} is the same as <{address}> already ({place}): reject this, or correct that first"
        other, place = self._things.get(link.address, (link.thing, ""))
        if other != link.thing:
            known = short(other, self._base)
            return f"<{link.address}> is the same as {known} already ({place}): reject this, or correct that first"
        return None
