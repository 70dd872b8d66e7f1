"""Taking a person who asks for it out of the data."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.terms import RDF_TYPE, XSD, iri_of
from foc_graph.workspace.things import Things, Values

_OWN = tuple(map(iri_of, ("org:member", "coal:appearanceOf", "coal:endorsedBy", "rdf:subject", "coal:identifies")))
_NAMES = tuple(map(iri_of, ("skos:prefLabel", "skos:altLabel")))


class Removal(NamedTuple):
    """What a removal takes out, and where the name still stands, to be reworded by hand."""

    removed: list[str]
    mentions: list[str]
    texts: dict[Path, tuple[str | None, str]]
    """Each changed file as it was read and as it becomes."""


def prepare_removal(graph: Graph, person: str) -> Removal:
    """Prepare to take out a person with all that is theirs alone: seats, appearances, endorsements, identifiers.

    Each IRI that goes leaves an anonymous tombstone: only the SHA-256 digest of the IRI, by which a request for it can
    be answered. Elsewhere only the link to the person goes. Names in texts and in the IRIs of others are listed.

    Raises:
        UnknownNameError, AmbiguousNameError: if `person` names no thing, or several.
        ParameterError: if it names no person, or one whom another workspace describes.
    """
    iri = graph.resolve(person, "agent").value
    things = Things(graph.workspace)
    if things[iri].get(RDF_TYPE) != [ox.NamedNode(iri_of("foaf:Person"))]:
        raise ParameterError(f"{person} is not a person that this workspace describes")
    names = [name.value for predicate in _NAMES for name in things[iri].get(predicate, [])]
    removed = _theirs(things, iri)
    gone = {ox.NamedNode(one) for one in removed}
    for one in removed:
        things.remove(one)
    for other, values in list(things.items()):
        if any(value in gone for objects in values.values() for value in objects):
            kept = {
                predicate: [value for value in objects if value not in gone] for predicate, objects in values.items()
            }
            things.put(other, {predicate: objects for predicate, objects in kept.items() if objects}, "")
    mentions = _mentions(things, [*names, iri.rpartition("/")[2]])
    for one in removed:
        _bury(things, one)
    texts = {path: (things.original(path), text) for path, text in things.texts().items()}
    return Removal(removed, mentions, texts)


def _theirs(things: Things, iri: str) -> list[str]:
    """The person, and what is about them or about what is theirs."""
    found = [iri]
    for one in found:
        node = ox.NamedNode(one)
        for other, values in things.items():
            if other not in found and any(node in values.get(predicate, []) for predicate in _OWN):
                found.append(other)
    return found


def _mentions(things: Things, names: list[str]) -> list[str]:
    name = things.workspace.name
    return sorted(
        {
            f"{name(things.file(iri))}: <{iri}>"
            for iri, values in things.items()
            for text in (iri, *(value.value for objects in values.values() for value in objects))
            if any(one.casefold() in text.casefold() for one in names)
        }
    )


def _bury(things: Things, iri: str) -> None:
    digest = sha256(iri.encode()).hexdigest()
    values: Values = {
        RDF_TYPE: [ox.NamedNode(iri_of("coal:Tombstone"))],
        iri_of("coal:digest"): [ox.Literal(digest)],
        iri_of("dcterms:date"): [ox.Literal(datetime.now(UTC).date().isoformat(), datatype=ox.NamedNode(f"{XSD}date"))],
    }
    things.put(f"{things.workspace.base}id/tombstone/{digest[:16]}", values, "agents/tombstones.ttl")
