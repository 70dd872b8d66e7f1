"""What the mapping sets of a workspace say already: which links were accepted or rejected, and by which prefixes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from foc_graph.terms import LINKED, iri_of, short
from foc_graph.workspace.locate import MAPPINGS, Workspace
from foc_graph.workspace.reading import read_text
from foc_graph.workspace.sssom import read_mappings

LINKS = "data/links"
"""The folder of a workspace's mapping sets."""

EXACT = (iri_of("owl:sameAs"), iri_of("skos:exactMatch"))
"""Predicates that make both sides the same thing."""


class Pair(NamedTuple):
    """The IRIs of a thing and of what it is linked to, or not."""

    thing: str
    address: str


class Decided:
    """The decisions in the mapping sets of a workspace.

    `prefixes` are those of datasets, in the one prefix map or in a set; `files` has the workspace's own set of a
    dataset by its namespace.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read them.

        Raises:
            ParseError: for a set that is not well-formed.
        """
        self._base = workspace.base
        self._pairs: set[Pair] = set()
        self._addresses: dict[tuple[str, str], tuple[str, str]] = {}
        self._things: dict[str, tuple[str, str]] = {}
        self.prefixes = dict(LINKED)
        self.files: dict[str, Path] = {}
        for path in workspace.files(LINKS, MAPPINGS):
            where = workspace.name(path)
            mappings = read_mappings(read_text(path, where), where)
            expand = mappings.converter.expand
            for row in mappings.rows:
                prefix = row.slots["object_id"].partition(":")[0]
                namespace = expand(f"{prefix}:") or ""
                self.prefixes.setdefault(prefix, namespace)
                if path.is_relative_to(workspace.root):
                    self.files.setdefault(namespace, path)
                subject, predicate, target = (
                    expand(row.slots[slot]) or "" for slot in ("subject_id", "predicate_id", "object_id")
                )
                is_exact = predicate in EXACT and "predicate_modifier" not in row.slots
                self.note(Pair(subject, target), namespace, is_exact, f"{where}:{row.line}")

    def note(self, pair: Pair, namespace: str, is_exact: bool, place: str) -> None:
        """Take in a decision, whether it makes both sides the same, and where it stands."""
        self._pairs.add(pair)
        if is_exact:
            self._addresses.setdefault((pair.thing, namespace), (pair.address, place))
            self._things.setdefault(pair.address, (pair.thing, place))

    def is_open(self, pair: Pair) -> bool:
        """Whether a link was neither accepted nor rejected."""
        return pair not in self._pairs

    def may_be(self, pair: Pair) -> bool:
        """Whether a link is open, to something in a dataset, and nothing stands against both sides being the same."""
        namespace = max(filter(pair.address.startswith, self.prefixes.values()), key=len, default="")
        return pair.address != namespace and self.is_open(pair) and self.contradiction(pair, namespace) is None

    def contradiction(self, pair: Pair, namespace: str) -> str | None:
        """What stands against both sides being the same, in one line."""
        thing = short(pair.thing, self._base)
        address, place = self._addresses.get((pair.thing, namespace), (pair.address, ""))
        if address != pair.address:
            return f"{thing} is the same as <{address}> already ({place}): reject this, or correct that first"
        other, place = self._things.get(pair.address, (pair.thing, ""))
        if other != pair.thing:
            known = short(other, self._base)
            return f"<{pair.address}> is the same as {known} already ({place}): reject this, or correct that first"
        return None
