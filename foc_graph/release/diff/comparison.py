"""Two graphs compared, and the ways to tell the difference: in words, as JSON, in RDF, and as a patch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.errors import ParameterError
from foc_graph.namespaces import PREFIXES, iri_of, short
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.release.diff.change import Change, find_changes
from foc_graph.release.diff.patch import difference, patch_text
from foc_graph.release.diff.report import as_text
from foc_graph.release.diff.snapshot_pair import Delta, Side
from foc_graph.release.diff.sources import Compared, load_lines, read_compared
from foc_graph.release.diff.withdrawn import Withdrawn, digests
from foc_graph.release.feeds.ldes import ACTIONS, ACTIVITY


class Comparison(NamedTuple):
    """How a graph differs from another: changes in words, statements added and removed, and of these the derived ones.

    `labels` are the names of coalitions by IRI.
    """

    changes: list[Change]
    added: int
    removed: int
    derived_added: int
    derived_removed: int
    labels: dict[str, str]

    @property
    def differs(self) -> bool:
        """Whether there is any difference, be it in what rules derive."""
        return bool(self.added or self.removed or self.derived_added or self.derived_removed)

    def text(self) -> Iterator[str]:
        """The lines of a report."""
        yield from as_text(self.changes, self.labels.__getitem__)
        if self.added or self.removed:
            yield f"statements added: {self.added:,}; removed: {self.removed:,}"
        elif self.differs:
            derived = f"{self.derived_added:,} more and {self.derived_removed:,} fewer"
            yield f"nothing that is stated differs; of statements, rules derive {derived}"

    def json(self) -> str:
        """Counts and changes, as a JSON object."""
        counts = self._asdict() | {"changes": [change._asdict() for change in self.changes]}
        del counts["labels"]
        return json.dumps(counts, ensure_ascii=False, indent=1)

    def turtle(self) -> bytes:
        """The changes as activities of the vocabulary ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-core/)."""
        triples = [triple for change in self.changes for triple in _activity(change)]
        prefixes = {"as": ACTIVITY, "dcterms": PREFIXES["dcterms"], "xsd": XSD}
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def compare(old: str, new: str, workspace: Path | None = None) -> Comparison:
    """Compare what two names stand for: releases, files, folders, workspaces, or revisions of one in git.

    Raises:
        ParameterError: for a name that stands for nothing.
        FocGraphError: for what cannot be read.
    """
    with TemporaryDirectory(prefix="foc-diff-") as scratch:
        before, after = _read(old, new, workspace, Path(scratch))
        with before.lines.path.open("rb") as olds, after.lines.path.open("rb") as news:
            delta = Delta(difference(olds, news))
        store = load_lines(after.lines, Path(scratch) / "store")
        withdrawn = Withdrawn(digests(delta.quads("A")), delta.quads("D"))
        changes = find_changes(store, after.base, delta, withdrawn, after.day)
        sides = Side(store, after.base), Side(store, after.base, delta)
        coalitions = {change.coalition for change in changes if change.coalition}
        labels = {iri: _label(iri, sides, after.base) for iri in coalitions}
        store.close()
    added, removed, more, fewer = (delta.count(code, derived) for derived in (False, True) for code in "AD")
    return Comparison(changes, added, removed, more, fewer, labels)


def write_patch(old: str, new: str, file: BinaryIO, workspace: Path | None = None) -> bool:
    """Write the RDF Patch that leads from one graph to another, whole; whether they differ.

    Raises:
        FocGraphError: as `compare`.
    """
    with TemporaryDirectory(prefix="foc-diff-") as scratch:
        before, after = _read(old, new, workspace, Path(scratch))
        hashes = before.lines.sha256, after.lines.sha256
        with before.lines.path.open("rb") as olds, after.lines.path.open("rb") as news:
            file.writelines(patch_text(difference(olds, news), hashes))
        return hashes[0] != hashes[1]


def _read(old: str, new: str, workspace: Path | None, scratch: Path) -> tuple[Compared, Compared]:
    sides = []
    for name, folder in ((old, scratch / "old"), (new, scratch / "new")):
        folder.mkdir()
        sides.append(read_compared(name, workspace, folder, Path(new)))
    return sides[0], sides[1]


def _label(iri: str, sides: tuple[Side, Side], base: str) -> str:
    labels = (side.label(ox.NamedNode(iri)) for side in sides)
    return next((label for label in labels if label), short(iri, base))


def _activity(change: Change) -> Iterator[ox.Triple]:
    activity = ox.NamedNode(f"urn:uuid:{uuid5(NAMESPACE_URL, f'{change.thing} {change.text}')}")
    yield ox.Triple(activity, ox.NamedNode(RDF_TYPE), ox.NamedNode(ACTIVITY + ACTIONS[change.action]))
    yield ox.Triple(activity, ox.NamedNode(f"{ACTIVITY}summary"), ox.Literal(change.text, language="en"))
    for name, iri in (("object", change.thing), ("context", change.coalition)):
        if iri:
            yield ox.Triple(activity, ox.NamedNode(ACTIVITY + name), ox.NamedNode(iri))
    if change.date:
        yield ox.Triple(activity, ox.NamedNode(iri_of("dcterms:date")), _date(change.date))
    for source in change.sources:
        yield ox.Triple(activity, ox.NamedNode(iri_of("dcterms:source")), ox.NamedNode(source))


def _date(text: str) -> ox.Literal:
    try:
        return ox.Literal(text, datatype=ox.NamedNode(PartialDate.parse(text).datatype))
    except ParameterError:
        return ox.Literal(text)
