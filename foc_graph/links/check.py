"""Checks of the links of a graph to other datasets: each fault with its position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.links.schemes import SCHEMES, address_of
from foc_graph.matching.index import KINDS
from foc_graph.namespaces import iri_of, short, slug
from foc_graph.rdf.parser import read_text, stream_triples
from foc_graph.rdf.positions import Positions
from foc_graph.sssom.identifiers import parse_mappings
from foc_graph.sssom.model import MAPPINGS
from foc_graph.store import Store
from foc_graph.store.results import as_rows
from foc_graph.workspace.settings import Workspace

_RECORDS = """SELECT ?record ?thing (STR(?in) AS ?scheme) (STR(?code) AS ?notation) ?address ?property
WHERE {
  ?record a adms:Identifier ;
          coal:identifies ?thing ;
          coal:scheme/skos:notation ?in ;
          skos:notation ?code .
  FILTER(isIRI(?record) && isIRI(?thing) && isLiteral(?code))
  OPTIONAL {
    ?record schema:url ?address ;
            coal:linkProperty ?property .
    FILTER(isIRI(?address))
  }
}
ORDER BY STR(?record)"""
_LINKS = """SELECT ?thing ?same
WHERE { ?thing owl:sameAs ?same FILTER(isIRI(?thing) && isIRI(?same)) }
ORDER BY ?thing ?same"""
_OF_CLASSES = """SELECT ?thing ?class
WHERE {
  { SELECT DISTINCT ?thing WHERE { ?record coal:identifies ?thing } }
  ?thing a ?class .
}"""
_CLASSES = {**KINDS, "city": iri_of("schema:City"), "concept": iri_of("skos:Concept"), "region": iri_of("coal:Region")}
_SAME = iri_of("owl:sameAs")
_REPLACED = iri_of("dcterms:isReplacedBy")
_DEPRECATED = {iri_of("owl:deprecated"), "http://publications.europa.eu/ontology/authority/deprecated"}
_NOTATION, _ADDRESS, _PROPERTY = map(iri_of, ("skos:notation", "schema:url", "coal:linkProperty"))


class Finding(NamedTuple):
    """A fault, and where it stands: `file:line:column`, or the thing where that is not known."""

    position: str
    problem: str

    def __str__(self) -> str:
        return f"{self.position}: {self.problem}"


class _Record(NamedTuple):
    """An identifier of a thing; `address` and `property` are empty where it has no link."""

    iri: str
    thing: str
    scheme: str
    notation: str
    address: str
    property: str


class _Fault(NamedTuple):
    """A fault in what a thing says by a property, and the value there if it is known."""

    subject: str
    predicate: str
    value: ox.NamedNode | ox.Literal | None
    problem: str


class _Statement(NamedTuple):
    """The subject of a statement, and its property."""

    subject: str
    predicate: str


class _Link(NamedTuple):
    """A thing, and the address of what is the same."""

    thing: str
    address: str


def check_links(store: Store, base: str, positions: Positions, targets: Iterable[Path] = ()) -> list[Finding]:
    """Find the faults in the identifiers and `owl:sameAs` links of a graph, in the order of their positions.

    `targets` are files of other datasets, in Turtle or N-Triples: they may say that an address was withdrawn or merged,
    or that two are of the same thing.

    Raises:
        ParseError: for a file that is not well-formed.
    """
    records = [_Record(*(value or "" for value in row.values())) for row in as_rows(store.query(_RECORDS))]
    kinds = _kinds(store)
    links = _links(store)
    told = _Told.by(targets, {*(record.address for record in records), *(link.address for link in links)})
    faults = [fault for record in records for fault in _in_record(record, kinds[record.thing])]
    linked = _statements(records, links)
    faults += [*_withdrawn(linked, told), *_contradictions(records, links, linked, told, base)]
    return sorted({_finding(fault, positions, base) for fault in faults}, key=_order)


def check_mapping_sets(workspace: Workspace) -> list[Finding]:
    """Find the first fault in each of a workspace's own mapping sets that cannot be read."""
    findings = []
    for path in workspace.own_files("data", MAPPINGS):
        where = workspace.name(path)
        try:
            parse_mappings(read_text(path, where), where)
        except ParseError as error:
            position = ":".join(str(part) for part in (where, error.line, error.column) if part is not None)
            findings.append(Finding(position, error.problem))
    return findings


def _finding(fault: _Fault, positions: Positions, base: str) -> Finding:
    subject, predicate, value, problem = fault
    return Finding(positions.position(subject, predicate, value) or short(subject, base), problem)


def _order(finding: Finding) -> tuple[str, list[int], str]:
    name, *numbers = finding.position.split(":")
    return name, [int(number) for number in numbers if number.isdecimal()], finding.problem


def _links(store: Store) -> list[_Link]:
    return [_Link(row["thing"], row["same"]) for row in as_rows(store.query(_LINKS))]


def _kinds(store: Store) -> defaultdict[str, set[str]]:
    """Find the classes of things with identifiers."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in as_rows(store.query(_OF_CLASSES)):
        found[row["thing"]].add(row["class"])
    return found


def _in_record(record: _Record, classes: set[str]) -> Iterator[_Fault]:
    """Find faults of an identifier by itself."""
    if (scheme := SCHEMES.get(record.scheme)) is None:
        return
    if scheme.is_valid is not None and not scheme.is_valid(record.notation):
        problem = f"{record.notation} is no {scheme.name}: its check digits do not fit, so copy it again"
        yield _Fault(record.iri, _NOTATION, ox.Literal(record.notation), problem)
    elif (right := address_of(record.scheme, record.notation)) and record.address not in ("", right):
        problem = f"<{record.address}> is not the address of {record.notation}: <{right}> is"
        yield _Fault(record.iri, _ADDRESS, ox.NamedNode(record.address), problem)
    if record.property == _SAME and scheme.kinds and not classes & {_CLASSES[kind] for kind in scheme.kinds}:
        problem = f"{scheme.name}: of a thing that is {' or '.join(scheme.kinds)}, as this is not: use rdfs:seeAlso"
        yield _Fault(record.iri, _PROPERTY, ox.NamedNode(_SAME), problem)


class _Told(NamedTuple):
    """Statements of other datasets about addresses: those replaced, withdrawn, or the same as others."""

    replaced: dict[str, str]
    withdrawn: set[str]
    same: list[_Link]

    @classmethod
    def by(cls, paths: Iterable[Path], addresses: set[str]) -> _Told:
        told = cls({}, set(), [])
        for path in paths:
            if path.suffix not in (".ttl", ".nt"):
                raise ParseError(str(path), None, None, "not Turtle (.ttl) or N-Triples (.nt): convert it")
            for quad in stream_triples(path, str(path)):
                told._add(quad, addresses)
        return told

    def _add(self, quad: ox.Quad, addresses: set[str]) -> None:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, ox.NamedNode):
            return
        is_merged = predicate == _REPLACED
        if isinstance(value, ox.NamedNode) and predicate == _SAME:
            self.same.append(_Link(subject.value, value.value))
            # as Wikidata tells it: an item that is the same as another item
            is_merged = subject.value.rpartition("/")[0] == value.value.rpartition("/")[0]
        if subject.value not in addresses:
            return
        if isinstance(value, ox.NamedNode) and is_merged:
            self.replaced[subject.value] = value.value
        elif isinstance(value, ox.Literal) and predicate in _DEPRECATED and value.value in ("true", "1"):
            self.withdrawn.add(subject.value)


def _withdrawn(linked: Mapping[_Link, _Statement], told: _Told) -> Iterator[_Fault]:
    for (_, address), statement in linked.items():
        if address in told.replaced:
            yield _Fault(*statement, ox.NamedNode(address), f"merged into <{told.replaced[address]}>: link to that")
        elif address in told.withdrawn:
            yield _Fault(*statement, ox.NamedNode(address), f"<{address}> was withdrawn there: remove the link")


def _statements(records: Sequence[_Record], links: Sequence[_Link]) -> dict[_Link, _Statement]:
    """Return what names the address of each link: an identifier, or the thing itself."""
    found = {link: _Statement(link.thing, _SAME) for link in links}
    named = {_Link(record.thing, record.address): record for record in records if record.address}
    return {**found, **{link: _Statement(record.iri, _ADDRESS) for link, record in named.items()}}


def _contradictions(
    records: Sequence[_Record], links: Sequence[_Link], linked: Mapping[_Link, _Statement], told: _Told, base: str
) -> Iterator[_Fault]:
    """Find contradictions between links: two of our things the same, or one thing twice in a scheme."""
    groups = _Groups()
    for one, other in (*links, *told.same):
        groups.join(one, other)
    schemes = {record.address: record.scheme for record in records if record.property == _SAME}
    things: dict[str, str] = {}
    known: dict[tuple[str, str], str] = {}
    for link in links:
        root, scheme = groups.root(link.thing), schemes.get(link.address, "")
        ours = [iri for iri in link if slug(iri, base)]
        others = [iri for iri in ours if things.setdefault(root, iri) != iri]
        first = known.setdefault((root, scheme), link.address) if scheme else link.address
        if others:
            one, other = short(others[0], base), short(things[root], base)
            problem = f"this makes {one} the same as {other}: one of the links is wrong"
        elif first != link.address:
            problem = f"<{first}> is of the same thing, and {scheme} has one for each: one of the links is wrong"
        else:
            continue
        yield _Fault(*linked[link], ox.NamedNode(link.address), problem)


class _Groups:
    """IRIs that are the same, each group by one of them."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, iri: str) -> str:
        """Find the IRI that stands for the group of another."""
        path = [iri]
        while (above := self._above.get(path[-1], path[-1])) != path[-1]:
            path.append(above)
        self._above |= dict.fromkeys(path, path[-1])
        return path[-1]

    def join(self, one: str, other: str) -> None:
        """Join the groups of two IRIs that are the same."""
        roots = sorted((self.root(one), self.root(other)))
        self._above[roots[1]] = roots[0]
