"""Mappings of a workspace, in SSSOM/TSV, as identifiers of things in the graph, each at its position in the text.

A mapping of a thing to `wikidata:Q191` is the identifier `<thing>/identifier/wikidata`, whose notation is `Q191`. The
rows that give its sources one by one are one mapping; one with the modifier Not is a mapping that was rejected.
A set declares known prefixes, and new ones for namespaces that have none.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.namespaces import BASE, LINKED, PREFIXES, iri_of
from foc_graph.rdf.positions import Document, Statement, Value
from foc_graph.rdf.terms import RDF_TYPE, XSD, is_iri
from foc_graph.sparql.tokens import position
from foc_graph.sssom.tsv import BUILT_IN, PREFIX, MappingSet, Row, converter, offset_of, read_mappings

_IDENTIFIER = ox.NamedNode(iri_of("adms:Identifier"))
_IRIS = {
    "predicate_id": iri_of("coal:linkProperty"),
    "mapping_source": iri_of("dcterms:source"),
    "mapping_justification": iri_of("sssom:mapping_justification"),
    "author_type": iri_of("coal:authorType"),
}
_NAMING = frozenset({"subject_id", "object_id", *_IRIS})
_FINE = re.compile(r"\.[0-9]{3}0*[1-9]")
_CONFIDENCE, _CREATED, _NOTE = map(iri_of, ("sssom:confidence", "dcterms:created", "coal:note"))
_IDENTIFIES, _SCHEME, _URL, _NOTATION = map(iri_of, ("coal:identifies", "coal:scheme", "schema:url", "skos:notation"))

OWN = {"coal": PREFIXES["coal"], "prov": PREFIXES["prov"]}
"""Prefixes of the values that every set here has."""

NO_LICENCE = "https://w3id.org/sssom/license/unspecified"
_SITE = re.compile("[^:]+://[^/?#]*")
_HOST = re.compile(f"{_SITE.pattern}|[^:]+:[^:/]*")


class Said(NamedTuple):
    """One statement of a mapping about its identifier."""

    identifier: str
    statement: Statement


def parse_mappings(text: str, where: str) -> list[ox.Triple]:
    """Return the identifiers that a mapping set gives things, without duplicates.

    Raises:
        ParseError: at the line and column of the fault.
    """
    mappings = read_mappings(text, where)
    check_prefixes(mappings, text, where)
    expand = mappings.expand
    checked: set[str] = set()
    for row in mappings.rows:
        for slot, value in row.slots.items():
            if slot not in _NAMING or value in checked:
                continue
            checked.add(value)
            if not is_iri(expand(value)):
                raise ParseError(where, *position(text, row.offsets[slot]), f"{slot}: {value!r} makes no IRI")
        if _FINE.search(row.slots.get("confidence", "")):
            raise ParseError(where, *position(text, row.offsets["confidence"]), "confidence: three decimals at most")
    node = cache(ox.NamedNode)
    return list(
        dict.fromkeys(
            ox.Triple(node(identifier), node(said.predicate), said.value)
            for identifier, said in statements(mappings)
            if said.value is not None
        )
    )


def check_prefixes(mappings: MappingSet, text: str, where: str) -> None:
    """Refuse a set whose prefixes do not mean what they mean everywhere.

    Raises:
        ParseError: at the line of the prefix.
    """
    for prefix, namespace in mappings.prefixes.items():
        known = {**PREFIXES, **LINKED}.get(prefix, namespace)
        if namespace != known:
            line, _ = position(text, offset_of(prefix, text))
            raise ParseError(where, line, None, f"header: curie_map: {prefix} stands for {known} here: write that")


def identifiers(mappings: MappingSet) -> Iterator[tuple[Row, str]]:
    """Iterate over the mappings that hold, with their identifiers; a second one of a thing in a scheme is numbered."""
    known: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    expand = mappings.expand
    for row in mappings.rows:
        if "predicate_modifier" in row.slots:
            continue
        thing, target = row.slots["subject_id"], row.slots["object_id"]
        prefix = target.partition(":")[0]
        targets = known[thing, prefix]
        number = targets.setdefault(target, len(targets) + 1)
        yield row, f"{expand(thing)}/identifier/{prefix}" + (f"-{number}" if number > 1 else "")


def scheme_of(prefix: str, base: str) -> str:
    """Return the identifier scheme of a prefix: of the shared vocabulary where all know it, else of the workspace."""
    return f"{BASE if prefix in LINKED else base}concept/identifier-scheme/{prefix}"


def statements(mappings: MappingSet) -> Iterator[Said]:
    """Iterate over the statements of a set about identifiers, with the offsets of their cells."""
    expand, node = mappings.expand, cache(ox.NamedNode)
    base = mappings.prefixes.get("id", f"{BASE}id/").removesuffix("id/")
    for row, identifier in identifiers(mappings):
        slots = row.slots
        prefix, _, local = slots["object_id"].partition(":")
        said: list[tuple[str, str, Value]] = [
            ("subject_id", RDF_TYPE, _IDENTIFIER),
            ("subject_id", _IDENTIFIES, node(expand(slots["subject_id"]))),
            ("object_id", _SCHEME, node(scheme_of(prefix, base))),
            ("object_id", _NOTATION, ox.Literal(local.rstrip("/"))),
            ("object_id", _URL, node(expand(slots["object_id"]))),
            *((slot, iri, node(expand(slots[slot]))) for slot, iri in _IRIS.items() if slot in slots),
        ]
        if "confidence" in slots:
            number = ox.Literal(f"{Decimal(slots['confidence']).normalize():f}", datatype=node(f"{XSD}decimal"))
            said.append(("confidence", _CONFIDENCE, number))
        if "mapping_date" in slots:
            day = ox.Literal(slots["mapping_date"], datatype=node(f"{XSD}date"))
            said.append(("mapping_date", _CREATED, day))
        if "comment" in slots:
            said.append(("comment", _NOTE, ox.Literal(slots["comment"], language="en")))
        for slot, predicate, value in said:
            offset = row.offsets.get(slot, row.offsets["subject_id"])
            yield Said(identifier, Statement(predicate, offset, value, offset))


class MappingDocument(Document):
    """A mapping set as a document about its identifiers; nothing stands in one that cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._said: defaultdict[str, list[Statement]] = defaultdict(list)
        with suppress(ParseError, ValueError):
            for identifier, statement in statements(read_mappings(text, "")):
                self._said[identifier].append(statement)

    def blocks(self, subject: str) -> list[int]:
        """Return the offset at which the first mapping of an identifier begins."""
        return [one.predicate_offset for one in self._said.get(subject, [])[:1]]

    def statements(self, subject: str) -> Iterator[Statement]:
        """Iterate over the statements about an identifier, in the order of the text."""
        yield from self._said.get(subject, [])


class Prefixes:
    """The prefixes of a set: by those that are known IRIs become CURIEs, and new ones can be declared."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._declared = {**BUILT_IN, **known}
        self._converter = converter(self._declared)
        self._count = Counter[str]()

    @property
    def all(self) -> dict[str, str]:
        """The namespace of each prefix that a set may have to declare."""
        return {prefix: namespace for prefix, namespace in self._declared.items() if prefix not in BUILT_IN}

    def compress(self, iri: str) -> str:
        """Return the IRI as a CURIE, or "" where no known prefix stands for its beginning, or one for all of it."""
        curie = self._converter.compress(iri) or ""
        return curie if curie.partition(":")[2] else ""

    def declare(self, namespace: str, wanted: str) -> str:
        """Declare a new prefix for a namespace that has none: the one that is wanted, numbered where that is taken.

        What can be no prefix becomes `ns`.
        """
        wanted = prefix = wanted if PREFIX.fullmatch(wanted) else "ns"
        while prefix in self._declared:
            self._count[wanted] += 1
            prefix = f"{wanted}-{self._count[wanted] + 1}"
        self._declared[prefix] = namespace
        return prefix


def declare_prefixes(base: str, known: Mapping[str, str], **iris: Iterable[str]) -> dict[str, str]:
    """Return the prefixes of a set: those of known datasets, and one for each other host of IRIs, by their key."""
    shared = {"shared": f"{BASE}id/"} if base != BASE else {}
    declared = {**OWN, "id": f"{base}id/", **known, **shared}
    for stem, listed in iris.items():
        chosen = Prefixes(declared)
        hosts: defaultdict[str, list[str]] = defaultdict(list)
        for iri in listed:
            if not chosen.compress(iri):
                hosts[_HOST.match(iri)[0]].append(iri)  # type: ignore[index]
        for namespace in dict.fromkeys(map(_namespace, hosts.values())):
            chosen.declare(namespace, stem)
        declared = chosen.all
    return declared


def _namespace(iris: Sequence[str]) -> str:
    """Return the beginning that IRIs of a host share, up to a character that parts names; at least the host."""
    shared = os.path.commonprefix([iri[:-1] for iri in iris])  # noqa: RUF071
    site = _SITE.match(shared)
    return shared[: max(*map(shared.rfind, "/#:?="), site.end() - 1 if site else 0) + 1]
