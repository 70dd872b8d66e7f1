"""The log of changes as a Linked Data Event Stream: a root page, and a page that never changes for each release.

https://w3id.org/ldes/specification, https://w3id.org/tree/specification. A member is a version of a thing: it stands
for the thing at a release, with all that is stated of it then, its own properties moved to the member's IRI. In a page
the hypermedia come first and then member after member, as https://w3id.org/tree/specification/profile has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.release.diff.snapshot_pair import Facts
from foc_graph.release.diff.withdrawn import Withdrawn
from foc_graph.release.feeds.log import FOLDER, Event

ROOT = "ldes.ttl"
TREE, LDES, ACTIVITY = "https://w3id.org/tree#", "https://w3id.org/ldes#", "https://www.w3.org/ns/activitystreams#"
CREATED, VERSION_OF, SEQUENCE = (
    ox.NamedNode(iri_of(name)) for name in ("dcterms:created", "dcterms:isVersionOf", "schema:position")
)

_TYPE = ox.NamedNode(RDF_TYPE)
_PREFIXES = PREFIXES | {"as": ACTIVITY, "ldes": LDES, "tree": TREE}
ACTIONS = {"create": "Create", "update": "Update", "delete": "Delete"}


def page_name(version: str) -> str:
    """The file of the page of a release."""
    return f"ldes-{version}.ttl"


def write_page(
    folder: Path, latest: str, version: str, events: Iterable[Event], facts: Callable[[ox.NamedNode], Facts]
) -> None:
    """Write the page of a release: a member for each thing that its events are about.

    `folder` is that of the feeds, `latest` the address of the current release; `facts` gives what is stated of a thing.
    No page is written where there are no members.

    Raises:
        OSError: if the file cannot be written.
    """
    page = f"{latest}{FOLDER}/{page_name(version)}"
    about: dict[str, Event] = {}
    for event in events:
        if event.thing:
            about.setdefault(event.thing, event)
    members = [list(_member(f"{page}#{event.sequence}", event, facts)) for event in about.values()]
    if members:
        _write(folder / page_name(version), latest, page, members)


def carry_page(source: Path, folder: Path, latest: str, withdrawn: Withdrawn) -> None:
    """Bring the page of an earlier release along, as it is, or without members that must no longer be told.

    Raises:
        OSError: if a file cannot be read or written.
        SyntaxError: for a page that is not Turtle.
    """
    content = source.read_bytes()
    target = folder / source.name
    if not withdrawn:
        target.write_bytes(content)
        return
    triples = [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)]
    page, listed = f"{latest}{FOLDER}/{source.name}", ox.NamedNode(f"{TREE}member")
    members = (
        list(group)
        for subject, group in groupby(triples, key=lambda triple: triple.subject)
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(f"{page}#")
    )
    shown = {triple.object for triple in triples if triple.predicate == listed}
    kept = [one for one in members if one[0].subject in shown and not any(withdrawn.mentioned(str(t)) for t in one)]
    _write(target, latest, page, kept)


def write_root(folder: Path, latest: str, title: str, days: Sequence[tuple[str, str]]) -> None:
    """Write the root page, where a client begins; `days` are the releases that have a page, each with its day.

    Raises:
        OSError: if the file cannot be written.
    """
    root, stream = ox.NamedNode(f"{latest}{FOLDER}/{ROOT}"), _stream(latest)
    paths = (
        ("timestampPath", CREATED),
        ("sequencePath", SEQUENCE),
        ("versionOfPath", VERSION_OF),
        *((f"version{name}Object", ox.NamedNode(ACTIVITY + name)) for name in ACTIONS.values()),
    )
    triples = [
        ox.Triple(stream, _TYPE, ox.NamedNode(f"{LDES}EventStream")),
        ox.Triple(stream, ox.NamedNode(iri_of("dcterms:title")), ox.Literal(title)),
        *(ox.Triple(stream, ox.NamedNode(LDES + name), path) for name, path in paths),
        ox.Triple(stream, ox.NamedNode(f"{TREE}view"), root),
        ox.Triple(root, _TYPE, ox.NamedNode(f"{TREE}Node")),
        ox.Triple(root, _TYPE, ox.NamedNode(f"{LDES}EventSource")),
    ]
    for version, day in days:
        node = ox.NamedNode(f"{latest}{FOLDER}/{page_name(version)}")
        for bound, kind in (("from", "GreaterThanOrEqualToRelation"), ("to", "LessThanOrEqualToRelation")):
            relation = ox.NamedNode(f"{root.value}#{bound}-{version}")
            triples += [
                ox.Triple(root, ox.NamedNode(f"{TREE}relation"), relation),
                ox.Triple(relation, _TYPE, ox.NamedNode(TREE + kind)),
                ox.Triple(relation, ox.NamedNode(f"{TREE}node"), node),
                ox.Triple(relation, ox.NamedNode(f"{TREE}path"), CREATED),
                ox.Triple(relation, ox.NamedNode(f"{TREE}value"), _moment(day)),
            ]
    _serialise(folder / ROOT, triples)


def _stream(latest: str) -> ox.NamedNode:
    return ox.NamedNode(f"{latest}{FOLDER}/{ROOT}#stream")


def _member(iri: str, event: Event, facts: Callable[[ox.NamedNode], Facts]) -> Iterator[ox.Triple]:
    assert event.thing
    member, thing = ox.NamedNode(iri), ox.NamedNode(event.thing)
    yield ox.Triple(member, _TYPE, ox.NamedNode(ACTIVITY + ACTIONS[event.action]))
    yield ox.Triple(member, VERSION_OF, thing)
    yield ox.Triple(member, CREATED, _moment(event.day))
    yield ox.Triple(member, SEQUENCE, ox.Literal(event.sequence))
    ours = {CREATED.value, VERSION_OF.value, SEQUENCE.value}
    for predicate, values in sorted(facts(thing).items()) if event.action != "delete" else ():
        if predicate not in ours:
            yield from (ox.Triple(member, ox.NamedNode(predicate), value) for value in values)


def _write(path: Path, latest: str, page: str, members: Iterable[Sequence[ox.Triple]]) -> None:
    node, stream, listed = ox.NamedNode(page), _stream(latest), ox.NamedNode(f"{TREE}member")
    triples = [
        ox.Triple(node, _TYPE, ox.NamedNode(f"{TREE}Node")),
        ox.Triple(node, ox.NamedNode(f"{LDES}immutable"), ox.Literal(True)),
    ]
    for member in members:
        triples += [ox.Triple(stream, listed, member[0].subject), *member]
    _serialise(path, triples)


def _serialise(path: Path, triples: Sequence[ox.Triple]) -> None:
    text = "".join(map(str, triples))
    prefixes = {prefix: namespace for prefix, namespace in _PREFIXES.items() if f"<{namespace}" in text}
    with path.open("wb") as file:
        ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=prefixes)


def _moment(day: str) -> ox.Literal:
    return ox.Literal(f"{day}T00:00:00Z", datatype=ox.NamedNode(f"{XSD}dateTime"))
