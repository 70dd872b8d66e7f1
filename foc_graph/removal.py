"""Removal of a person from the data at their request."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.matching.names import plain
from foc_graph.namespaces import iri_digest, iri_of
from foc_graph.rdf.parser import read_text
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.sssom.identifiers import identifiers
from foc_graph.sssom.model import MAPPINGS
from foc_graph.sssom.tsv import format_mappings, read_mappings
from foc_graph.workspace.files import Things, Values
from foc_graph.workspace.settings import FOLDERS, Workspace

_OWN = tuple(
    map(
        iri_of,
        (
            "org:member",
            "coal:appearanceOf",
            "coal:endorsedBy",
            "coal:identifies",
            "coal:nameOf",
            "coal:phaseOf",
            "dcterms:isReplacedBy",
            "rdf:subject",
            "rdf:object",
        ),
    )
)
_NAMES = tuple(map(iri_of, ("skos:prefLabel", "skos:altLabel", "skosxl:literalForm")))


class Removal(NamedTuple):
    """The outcome of a removal: what it takes out, and where the name still stands, to be reworded by hand."""

    removed: list[str]
    mentions: list[str]
    texts: dict[Path, tuple[str | None, str]]
    """Each changed file as it was read and as it becomes."""


def prepare_removal(graph: Graph, person: str) -> Removal:
    """Prepare to take out a person with all that is theirs alone: seats, appearances, endorsements, identifiers.

    Each IRI that goes leaves an anonymous tombstone: only the SHA-256 digest of the IRI, by which a request for it can
    be answered. Elsewhere only the link to the person goes. Lines that still name the person are listed.

    Raises:
        UnknownNameError, AmbiguousNameError: if `person` names no thing, or several.
        ParameterError: if it names no person, or one whom another workspace describes.
        WorkspaceError: for a file with blank nodes, in which the person could be overlooked.
    """
    iri = graph.resolve(person, "agent").value
    things = Things(graph.workspace)
    things.check_named()
    if ox.NamedNode(iri_of("foaf:Person")) not in things[iri].get(RDF_TYPE, []):
        raise ParameterError(f"{person} is not a person that this workspace describes")
    removed = _theirs(things, iri)
    texts, mapped = _unmapped(graph.workspace, set(removed))
    names = [name.value for one in removed for predicate in _NAMES for name in things[one].get(predicate, [])]
    gone = {ox.NamedNode(one) for one in removed}
    for one in removed:
        things.remove(one)
    for other, values in list(things.items()):
        if any(value in gone for objects in values.values() for value in objects):
            kept = {
                predicate: [value for value in objects if value not in gone] for predicate, objects in values.items()
            }
            things.put(other, {predicate: objects for predicate, objects in kept.items() if objects}, "")
    removed += mapped
    for one in removed:
        _bury(things, one)
    texts |= {path: (things.original(path), text) for path, text in things.texts().items()}
    mentions = _mentions(things.workspace, {path: text for path, (_, text) in texts.items()}, [*names, iri])
    return Removal(removed, mentions, texts)


def _theirs(things: Things, iri: str) -> list[str]:
    """List the person, what is about them, and what is about that in turn."""
    found = [iri]
    for one in found:
        node = ox.NamedNode(one)
        for other, values in things.items():
            if other not in found and any(node in values.get(predicate, []) for predicate in _OWN):
                found.append(other)
    return found


def _unmapped(workspace: Workspace, removed: set[str]) -> tuple[dict[Path, tuple[str | None, str]], list[str]]:
    """Return the mapping sets that lose mappings, before and after, and the identifiers that go."""
    texts: dict[Path, tuple[str | None, str]] = {}
    gone: list[str] = []
    for path in workspace.own_files("data", MAPPINGS):
        text = read_text(path, workspace.name(path))
        mappings = read_mappings(text, workspace.name(path))
        expand = mappings.expand
        kept = [row for row in mappings.rows if expand(row.slots["subject_id"]) not in removed]
        if len(kept) < len(mappings.rows):
            texts[path] = text, format_mappings(mappings._replace(rows=kept))
            gone += [iri for row, iri in identifiers(mappings) if expand(row.slots["subject_id"]) in removed]
    return texts, list(dict.fromkeys(gone))


def _mentions(workspace: Workspace, edited: dict[Path, str], names: list[str]) -> list[str]:
    """Find the lines, comments too, that hold a name in either order, whatever its case and accents."""
    words = [plain(name.rpartition("/")[2]).split() for name in names]
    wanted = {f" {' '.join(order)} " for name in words for order in (name, name[-1:] + name[:-1])}
    found = []
    for path in dict.fromkeys((*edited, *(path for folder in FOLDERS for path in workspace.own_files(folder)))):
        text = edited[path] if path in edited else read_text(path, workspace.name(path))
        for number, line in enumerate(text.splitlines(), 1):
            if any(name in f" {plain(line)} " for name in wanted):
                found.append(f"{workspace.name(path)}:{number}")
    return sorted(found)


def _bury(things: Things, iri: str) -> None:
    digest = iri_digest(iri)
    values: Values = {
        RDF_TYPE: [ox.NamedNode(iri_of("coal:Tombstone"))],
        iri_of("coal:digest"): [ox.Literal(digest)],
        iri_of("dcterms:date"): [ox.Literal(datetime.now(UTC).date().isoformat(), datatype=ox.NamedNode(f"{XSD}date"))],
    }
    things.put(f"{things.workspace.base}id/tombstone/{digest[:16]}", values, "agents/tombstones.ttl")
