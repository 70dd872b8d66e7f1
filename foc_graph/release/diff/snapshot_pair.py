"""Two states of a graph, before and after a delta: what each states of a thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import islice

import pyoxigraph as ox

from foc_graph.namespaces import iri_of, short
from foc_graph.rdf.patch import Step
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.labels import pick_label

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_BLOCK = 10_000
_KEPT = 50_000
_DERIVED = "graph/derived"

KINDS = {
    "coal:Tombstone": "withdrawal",
    "coal:Coalition": "coalition",
    "coal:Body": "body",
    "coal:AdvisoryBody": "body",
    "coal:DiplomaticNetwork": "body",
    "coal:SteeringBody": "body",
    "coal:SupportUnit": "body",
    "coal:TaskForce": "body",
    "coal:WorkingGroup": "body",
    "coal:Membership": "membership",
    "coal:MembershipPhase": "phase",
    "coal:Mandate": "mandate",
    "coal:Function": "function",
    "coal:Event": "event",
    "coal:Source": "source",
    "coal:Document": "document",
    "coal:Endorsement": "endorsement",
    "coal:Appearance": "appearance",
    "coal:Claim": "claim",
    "coal:Completeness": "completeness",
    "adms:Identifier": "identifier",
    "skosxl:Label": "name",
    "coal:Government": "government",
    "foaf:Person": "person",
    "org:Organization": "organisation",
    "org:FormalOrganization": "organisation",
    "schema:Country": "country",
    "schema:City": "city",
    "coal:Region": "region",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "concept",
    "owl:Class": "term",
    "owl:ObjectProperty": "term",
    "owl:DatatypeProperty": "term",
    "owl:Ontology": "vocabulary",
    "sh:NodeShape": "shape",
    "sh:PropertyShape": "shape",
    "void:Dataset": "graph",
}
"""The kind of a thing by its class; the first class that a thing has decides."""

NAMELESS = "nameless thing"
OTHER = "thing"

_KINDS = {iri_of(name): kind for name, kind in KINDS.items()}


def is_derived(graph: object) -> bool:
    """Whether a named graph holds what rules derive."""
    return isinstance(graph, ox.NamedNode) and graph.value.endswith(_DERIVED)


class Facts(dict[str, tuple[Value, ...]]):
    """Statements about a thing: the objects by the IRI of the predicate, sorted; methods know predicates by CURIEs."""

    def first(self, name: str) -> Value | None:
        """Return the first value of a property."""
        return next(iter(self.get(iri_of(name), ())), None)

    def text(self, name: str) -> str | None:
        """Return the first value of a property if it is a literal."""
        value = self.first(name)
        return value.value if isinstance(value, ox.Literal) else None

    def texts(self, name: str) -> list[str]:
        """List the values of a property that are literals."""
        return [value.value for value in self.get(iri_of(name), ()) if isinstance(value, ox.Literal)]

    def iris(self, *names: str) -> list[str]:
        """List the values of properties that are IRIs."""
        values = (value for name in names for value in self.get(iri_of(name), ()))
        return [value.value for value in values if isinstance(value, ox.NamedNode)]


class Delta:
    """The quads that a patch adds and deletes, by subject."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.added: dict[object, list[ox.Quad]] = {}
        self.deleted: dict[object, list[ox.Quad]] = {}
        rest = iter(steps)
        while block := list(islice(rest, _BLOCK)):
            quads = ox.parse(b"".join(line for _, line in block), format=ox.RdfFormat.N_QUADS)
            for (code, _), quad in zip(block, quads, strict=True):
                by_subject = self.added if code == "A" else self.deleted
                by_subject.setdefault(quad.subject, []).append(quad)

    @cached_property
    def subjects(self) -> list[Node]:
        """List all things of which a statement changed that rules do not derive, sorted."""
        stated = {
            quad.subject
            for quads in (*self.added.values(), *self.deleted.values())
            for quad in quads
            if not is_derived(quad.graph_name) and not isinstance(quad.subject, ox.Triple)
        }
        return sorted(stated, key=str)

    def count(self, code: str, derived: bool) -> int:
        """Count the quads that are added (`A`) or deleted (`D`), of those that are derived or of the others."""
        return sum(is_derived(quad.graph_name) == derived for quad in self.quads(code))

    def quads(self, code: str) -> Iterator[ox.Quad]:
        """Give all that are added (`A`) or deleted (`D`)."""
        return (quad for quads in (self.added if code == "A" else self.deleted).values() for quad in quads)


class Side:
    """One state of a graph: that of a store, or with `delta`, that from which the delta led to the store's."""

    def __init__(self, store: EmbeddedStore, base: str, delta: Delta | None = None) -> None:
        self._store, self._base, self._delta = store, base, delta
        self.quads = lru_cache(_KEPT)(self._read)
        """All quads about a thing."""

    def _read(self, thing: Node) -> list[ox.Quad]:
        found = list(self._store.matching(thing))
        if self._delta:
            added = set(self._delta.added.get(thing, ()))
            found = [quad for quad in found if quad not in added] + self._delta.deleted.get(thing, [])
        return sorted(found, key=str)

    def facts(self, thing: Node) -> Facts:
        """Return the statements about a thing, without what rules derive."""
        facts: dict[str, dict[Value, None]] = {}
        for quad in self.quads(thing):
            if not is_derived(quad.graph_name):
                facts.setdefault(quad.predicate.value, {})[quad.object] = None
        return Facts({predicate: tuple(values) for predicate, values in facts.items()})

    def types(self, thing: Node) -> set[str]:
        """Return the IRIs of its classes, derived ones included."""
        classes = (quad.object for quad in self.quads(thing) if quad.predicate.value == RDF_TYPE)
        return {one.value for one in classes if isinstance(one, ox.NamedNode)}

    def kind(self, thing: Node) -> str:
        """Return the kind of a thing: a value of `KINDS`, or `thing`."""
        if isinstance(thing, ox.BlankNode):
            return NAMELESS
        types = self.types(thing)
        return next((kind for iri, kind in _KINDS.items() if iri in types), OTHER)

    def label(self, thing: Node) -> str | None:
        """Return its name, in English if there is one."""
        best = pick_label((quad.predicate.value, quad.object) for quad in self.quads(thing))
        return best[1].value if best else None

    def name(self, term: Value) -> str:
        """Return a name of a value for people: a label, else a short name, a text or date as it stands."""
        if isinstance(term, ox.NamedNode):
            return self.label(term) or short(term.value, self._base)
        if isinstance(term, ox.Triple):
            return f"<<( {' '.join(map(self.name, term))} )>>"
        return term.value if isinstance(term, ox.Literal) else "something without a name"
