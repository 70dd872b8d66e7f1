"""Removal of a person from the data at their request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.matching.mentions import NAMES, Mentions
from foc_graph.matching.occurrences import Occurrence, find_occurrences
from foc_graph.namespaces import iri_digest, iri_of
from foc_graph.rdf.parser import read_text
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.sssom.identifiers import identifiers
from foc_graph.sssom.model import MAPPINGS
from foc_graph.sssom.tsv import format_mappings, read_mappings
from foc_graph.store.results import as_rows
from foc_graph.workspace.claims import format_claims, read_claims
from foc_graph.workspace.files import Things, Values
from foc_graph.workspace.releases import MANIFEST, SUMS
from foc_graph.workspace.settings import CLAIMS, FOLDERS, Workspace

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
_PERSON = ox.NamedNode(iri_of("foaf:Person"))
_FORM = iri_of("skosxl:literalForm")
_NOT_OURS = frozenset(("node_modules", "__pycache__"))
"""Folders of what was installed or made."""


class Removal(NamedTuple):
    """The outcome of a removal: what it takes out, and where the person still is or may be named, to be reworded."""

    removed: list[str]
    occurrences: list[Occurrence]
    texts: dict[Path, tuple[str | None, str]]
    """Each changed file as it was read and as it becomes."""
    digest: str
    """That of the workspace when it was read."""


def prepare_removal(graph: Graph, person: str) -> Removal:
    """Prepare to take out a person with all that is theirs alone: seats, appearances, endorsements, identifiers.

    Each IRI that goes leaves a tombstone: only the SHA-256 digest of the IRI, by which a request for it can be
    answered. Elsewhere only the link to the person goes. Lines of all files of the workspace that still name the
    person, or may do so, are listed.

    Raises:
        UnknownNameError, AmbiguousNameError: if `person` names no thing, or several.
        ParameterError: if it names no person, or one whom another workspace describes.
        WorkspaceError: for a file with blank nodes, in which the person could be overlooked.
    """
    iri = graph.resolve(person, "agent").value
    digest = graph.workspace.digest()
    things = Things(graph.workspace)
    things.check_named()
    if _PERSON not in things[iri].get(RDF_TYPE, []):
        raise ParameterError(f"{person} is not a person that this workspace describes")
    removed = _theirs(things, iri)
    texts, mapped = _unmapped(graph.workspace, set(removed))
    tables, claimed = _unclaimed(graph.workspace, set(removed))
    texts |= tables
    names = [name.value for predicate in NAMES for name in things[iri].get(predicate, [])]
    names += [name.value for one in removed for name in things[one].get(_FORM, [])]
    gone = {ox.NamedNode(one) for one in removed}
    for one in removed:
        things.remove(one)
    for other, values in list(things.items()):
        if any(value in gone for objects in values.values() for value in objects):
            kept = {
                predicate: [value for value in objects if value not in gone] for predicate, objects in values.items()
            }
            things.put(other, {predicate: objects for predicate, objects in kept.items() if objects}, "")
    removed += [*mapped, *claimed]
    for one in removed:
        _bury(things, one)
    texts |= {path: (things.original(path), text) for path, text in things.texts().items()}
    mentions = Mentions([*names, iri.rpartition("/")[2]], removed, [*_others(graph, iri), graph.base])
    return Removal(removed, list(_find(graph.workspace, texts, mentions)), texts, digest)


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


def _unclaimed(workspace: Workspace, removed: set[str]) -> tuple[dict[Path, tuple[str | None, str]], list[str]]:
    """Return the tables that lose claims about what is removed, before and after, and the claims that go."""
    texts: dict[Path, tuple[str | None, str]] = {}
    gone: list[str] = []
    for path in workspace.own_files("data", CLAIMS):
        text, vocabulary = read_text(path, workspace.name(path)), workspace.vocabulary(path)
        claims = read_claims(text, workspace.name(path), vocabulary)
        kept = [one for one in claims if removed.isdisjoint({one.lines[0].thing, one.lines[0].value.value})]
        if len(kept) < len(claims):
            texts[path] = text, format_claims(kept, vocabulary)
            gone += [one.iri for one in claims if one not in kept]
    return texts, gone


def _others(graph: Graph, person: str) -> list[str]:
    """List the names of the other people of a graph."""
    query = "SELECT ?name { ?person a foaf:Person ; skos:prefLabel|skos:altLabel|foaf:name ?name "
    rows = as_rows(graph.sparql(f"{query} FILTER(?person != {ox.NamedNode(person)}) }}"))
    return [row["name"] for row in rows]


def _find(workspace: Workspace, edited: dict[Path, tuple[str | None, str]], mentions: Mentions) -> Iterator[Occurrence]:
    """Find where people are named in the files of a workspace as they become."""
    own = (path for folder in FOLDERS for path in workspace.own_files(folder))
    for path in sorted({*edited, *own, *_files(workspace.root)}):
        content = edited[path][1].encode() if path in edited else None
        yield from find_occurrences(path, workspace.name(path), mentions, content)


def _files(root: Path) -> Iterator[Path]:
    """Give all files below a folder but links, hidden ones, and releases."""
    for directory, folders, names in os.walk(root):
        if MANIFEST in names and SUMS in names:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_OURS]
        paths = (Path(directory, name) for name in names if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _bury(things: Things, iri: str) -> None:
    digest = iri_digest(iri)
    values: Values = {
        RDF_TYPE: [ox.NamedNode(iri_of("coal:Tombstone"))],
        iri_of("coal:digest"): [ox.Literal(digest)],
        iri_of("dcterms:date"): [ox.Literal(datetime.now(UTC).date().isoformat(), datatype=ox.NamedNode(f"{XSD}date"))],
    }
    things.put(f"{things.workspace.base}id/tombstone/{digest[:16]}", values, "agents/tombstones.ttl")
