"""Names of things in a sentence: `the membership of Armenia in the Freedom Online Coalition`."""

from __future__ import annotations

import re
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import iri_of
from foc_graph.release.diff.snapshot_pair import Facts, Node, Side, Value
from foc_graph.site.term_labels import TERMS

_WORDS = {
    "coal:attested": "attestation",
    "coal:beginsEarliest": "earliest begin",
    "coal:beginsLatest": "latest begin",
    "coal:endsEarliest": "earliest end",
    "coal:endsLatest": "latest end",
    "coal:retrieved": "day of retrieval",
    "dcterms:created": "date",
    "dcterms:issued": "date of issue",
    "dcterms:subject": "topic",
    "org:subOrganizationOf": "parent",
    "rdf:object": "value",
    "rdfs:seeAlso": "further link",
    "schema:location": "place",
    "skos:altLabel": "other name",
    "skos:prefLabel": "name",
    "schema:superEvent": "larger event",
    "schema:url": "address",
    "sssom:mapping_justification": "justification",
}
"""Nouns for properties whose labels are none."""

_NOUNS = {iri_of(name): noun for name, noun in _WORDS.items()}
_LONGEST = 120

_COLLECTIVES = re.compile(
    r"agenda|alliance|board|call|cent(?:re|er)|chair|charter|coalitions?|committee|community|constituency|council|"
    r"declaration|force|forum|foundation|fund|group|initiative|mechanism|network|observatory|panel|partnership|process|"
    r"programme|secretariat|statement|union|unit",
    re.IGNORECASE,
)
"""Nouns that take an article in the name of a coalition or body: the Freedom Online Coalition, but Working Group 1."""


class Role(NamedTuple):
    """The words for a role: `Armenia joined`, `Armenia is a member of`."""

    taking: str
    holding: str


_ROLES = {
    "member": Role("joined", "a member of"),
    "observer": Role("became an observer of", "an observer of"),
    "endorser": Role("endorsed", "an endorser of"),
    "participant": Role("became a participant in", "a participant in"),
    "partner": Role("became a partner of", "a partner of"),
    "staff": Role("joined the staff of", "on the staff of"),
}


class Names:
    """The names of things in one state of the graph."""

    def __init__(self, side: Side) -> None:
        self.side = side

    def value(self, term: Value) -> str:
        """Name a value in few words."""
        name = TERMS.get(getattr(term, "value", "")) or self.side.name(term)
        return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."

    def values(self, terms: tuple[Value, ...]) -> str:
        """Name several values."""
        return ", ".join(map(self._of, terms))

    def agent(self, term: Value | None) -> str:
        """Name who acts: a government goes by its country, as in sources."""
        if term is None:
            return "someone"
        name = self.value(term)
        is_government = isinstance(term, ox.NamedNode) and self.side.kind(term) == "government"
        return name.removeprefix("Government of ") if is_government else name

    def whole(self, term: Value | None) -> str:
        """Name a coalition or body, with an article where English has one."""
        return "something" if term is None else _with_article(self.value(term))

    def role(self, facts: Facts) -> Role:
        """Return the words for the role of a membership."""
        role = facts.first("org:role")
        if not isinstance(role, ox.NamedNode):
            return _ROLES["member"]
        key = role.value.rpartition("/")[2]
        status = facts.first("coal:membershipStatus")
        if key == "member" and isinstance(status, ox.NamedNode) and status.value.endswith("/observer"):
            key = "observer"
        name = self.value(role)
        return _ROLES.get(key) or Role(f"became {name} of", f"{name} of")

    def thing(self, thing: Node) -> str:
        """Name a thing as the subject of a sentence or after `of`."""
        facts, label = self.side.facts(thing), self.side.label(thing)
        match self.side.kind(thing):
            case "membership":
                role, whole = self.role(facts), self.whole(facts.first("org:organization"))
                agent = self.agent(facts.first("org:member"))
                if role.taking == "joined":
                    return f"the membership of {agent} in {whole}"
                return f"the term of {agent} as {role.holding} {whole}"
            case "coalition" | "body":
                return self.whole(thing)
            case "mandate":
                if label and "mandate" in label.casefold():
                    return f"the {label[0].lower()}{label[1:]}"
                return f'the mandate "{label}"' if label else f"a mandate of {self.whole(facts.first('coal:mandates'))}"
            case "endorsement":
                return f"the signature of {self.of(facts, 'coal:endorsedBy')} under {self.of(facts, 'coal:endorses')}"
            case "appearance":
                return f"the appearance of {self.of(facts, 'coal:appearanceOf')} in {self.of(facts, 'coal:appearedIn')}"
            case "claim":
                predicate = facts.first("rdf:predicate")
                name = self.property(predicate.value) if isinstance(predicate, ox.NamedNode) else "properties"
                return f"a claim on the {name} of {self.of(facts, 'rdf:subject')}"
            case "completeness":
                return f"the coverage of the {self.of(facts, 'coal:list')} of {self.of(facts, 'coal:completenessOf')}"
            case "identifier":
                return f"identifier {self.of(facts, 'coal:scheme')} {self.of(facts, 'skos:notation')}"
            case "name":
                return f'the name "{self.of(facts, "skosxl:literalForm")}"'
            case "withdrawal":
                return "an entry that was withdrawn"
            case "event" | "document":
                return f'the {self.of(facts, "dcterms:type", self.side.kind(thing))} "{self.value(thing)}"'
            case "person" | "organisation" | "government" | "country" | "city" | "region":
                return self.agent(thing)
            case "thing" | "nameless thing":
                return self.value(thing)
            case kind:
                return f'the {kind} "{self.value(thing)}"'

    def of(self, facts: Facts, name: str, otherwise: str = "something") -> str:
        """Name the values of a property."""
        values = facts.get(iri_of(name), ())
        return ", ".join(map(self._of, values)) or otherwise

    def _of(self, value: Value) -> str:
        if isinstance(value, ox.NamedNode) and self.side.kind(value) in ("coalition", "body", "event", "document"):
            return self.thing(value)
        return self.agent(value)

    def property(self, predicate: str) -> str:
        """Name a property by a noun or by its label in the vocabulary, else by the words of its IRI."""
        label = _NOUNS.get(predicate) or self.side.label(ox.NamedNode(predicate))
        local = re.split(r"[#/]", predicate)[-1]
        return label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower() or predicate


def _with_article(label: str) -> str:
    head = re.split(r" (?:of|on|for|to|in|against) |[,(:]| - ", label)[0].rpartition(" ")[2]
    return f"the {label}" if _COLLECTIVES.fullmatch(head) and not label.startswith("The ") else label
