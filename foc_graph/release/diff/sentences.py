"""Changes of one thing in plain sentences, and the names of things in them: `the membership of Armenia in ...`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import SOURCE_PROPERTIES, iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.release.diff.snapshot_pair import Facts, Node, Side, Value
from foc_graph.term_labels import TERMS

_WORDS = {
    "coal:attested": "attestation",
    "coal:beginNotBefore": "earliest begin",
    "coal:beginNotAfter": "latest begin",
    "coal:endNotBefore": "earliest end",
    "coal:endNotAfter": "latest end",
    "coal:retrieved": "day of retrieval",
    "dcterms:created": "date",
    "dcterms:issued": "date of issue",
    "dcterms:subject": "topic",
    "org:subOrganizationOf": "parent",
    "rdf:object": "value",
    "rdfs:seeAlso": "further link",
    "schema:archivedAt": "address of the archived copy",
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
                return f'the mandate "{label}"' if label else f"a mandate of {self.whole(facts.first('coal:empowers'))}"
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


Action = Literal["create", "update", "delete"]

_TEXTS = frozenset(
    map(iri_of, ("coal:note", "coal:aim", "coal:ruling", "dcterms:description", "skos:definition", "skos:scopeNote"))
)
_NAMES = frozenset(map(iri_of, ("skos:prefLabel", "dcterms:title", "skosxl:literalForm")))
_SOURCES = tuple(map(iri_of, SOURCE_PROPERTIES))
_DATES = ("coal:begin", "dcterms:issued", "coal:date", "coal:attested", "dcterms:date")
_OVER = ("ended", "ended-date-unknown", "former", "removed", "withdrawn")
_VERBS = frozenset(
    ("assigns", "empowers", "endorses", "generated", "governs", "identifies", "renews", "replaces", "supersedes")
)
_LINKING = (" by", " in", " of", " to")


class Sentence(NamedTuple):
    """A sentence without its full stop, its date in the world, and the kind of change if it is a part of one."""

    text: str
    date: str | None = None
    kind: str | None = None


def describe_new(names: Names, thing: Node, day: str) -> Sentence:
    """Describe a new thing; `day` is the one to which the graph stands."""
    facts, it = names.side.facts(thing), names.thing(thing)
    date = next((date for name in _DATES if (date := facts.text(name))), None)
    match names.side.kind(thing):
        case "membership":
            return _membership(names, facts)
        case "coalition":
            return Sentence(f"{it} was added", date)
        case "body":
            return Sentence(f"{it} was established{_when(date)}" if date else f"{it} was added", date)
        case "mandate":
            return Sentence(f"{it} began{_when(date)}", date) if date else Sentence(f"{it} was added")
        case "event":
            end = facts.text("coal:end")
            held = "is to be held" if date and date > day else "was held"
            where = f" in {names.of(facts, 'schema:location')}" if facts.first("schema:location") else ""
            return Sentence(f"{it} {held}{where}{_when(date, end)}", date)
        case "document":
            return Sentence(f"{it} was published{_when(date)}" if date else f"{it} was added", date)
        case "endorsement":
            signed = f"{names.agent(facts.first('coal:endorsedBy'))} signed {names.of(facts, 'coal:endorses')}"
            return Sentence(signed + _when(date), date)
        case "appearance":
            capacity = f" as {names.of(facts, 'coal:capacity')}" if facts.first("coal:capacity") else ""
            agent = names.agent(facts.first("coal:appearanceOf"))
            return Sentence(f"{agent} appeared in {names.of(facts, 'coal:appearedIn')}{capacity}{_when(date)}", date)
        case "claim":
            return Sentence(f"{it} was added: {names.of(facts, 'rdf:object')}{_when(date)}", date)
        case "completeness":
            return Sentence(f"{it} is {names.of(facts, 'coal:completenessState')}")
        case "identifier":
            return Sentence(f"{it} was added to {names.of(facts, 'coal:identifies')}")
        case "name":
            return Sentence(f"{it} was added to {names.of(facts, 'coal:nameOf')}")
        case "withdrawal":
            return Sentence(f"an entry was withdrawn{_when(date)}", date)
        case "person" | "organisation" | "government" | "country" | "city" | "region" as kind:
            return Sentence(f'the {kind} "{names.value(thing)}" was added')
        case _:
            return Sentence(f"{it} was added")


def describe_removed(names: Names, thing: Node, heir: str | None) -> Sentence:
    """Describe that a thing is gone; `heir` is the name of what took its place."""
    it, facts = names.thing(thing), names.side.facts(thing)
    if heir:
        return Sentence(f"{it} was merged into {heir}")
    match names.side.kind(thing):
        case "identifier":
            return Sentence(f"{it} was removed from {names.of(facts, 'coal:identifies')}")
        case "name":
            return Sentence(f"{it} was removed from {names.of(facts, 'coal:nameOf')}")
        case "coalition" | "body" | "membership" | "event" | "mandate":
            return Sentence(f"{it} was removed")
        case _:
            return Sentence(f"{it} was removed")


def describe_changed(now: Names, then: Names, thing: Node) -> Iterator[Sentence]:
    """Describe a change of a thing that was there before, property by property; at least one sentence."""
    new, old = now.side.facts(thing), then.side.facts(thing)
    changed = {
        predicate: (_without(new, old, predicate), _without(old, new, predicate)) for predicate in sorted({*new, *old})
    }
    changed = {predicate: sides for predicate, sides in changed.items() if any(sides)}
    heirs, _ = changed.get(iri_of("dcterms:isReplacedBy"), ((), ()))
    if heirs:
        yield Sentence(f"{then.thing(thing)} was merged into {now.values(heirs)}")
        return
    kind_stays = iri_of("org:role") not in changed
    if not changed:
        yield Sentence(f"{now.thing(thing)} moved to another named graph")
        return
    kind, it = now.side.kind(thing), now.thing(thing) if kind_stays else then.thing(thing)
    if ending := _ending(now, kind, it, new, old):
        yield ending
        over = {iri_of(f"coal:{name}") for name in ("end", "membershipStatus", "periodState", "verified")}
        changed = {predicate: sides for predicate, sides in changed.items() if predicate not in over}
    if not changed.keys().isdisjoint(_SOURCES):
        yield _sources(now, then, it, new, old)
    for predicate, (come, gone) in changed.items():
        if predicate in _SOURCES:
            continue
        kept = len(new.get(predicate, ())) > len(come)
        yield _property(now, then, it, predicate, come, gone, kept)


def _membership(names: Names, facts: Facts) -> Sentence:
    agent, whole = names.agent(facts.first("org:member")), names.whole(facts.first("org:organization"))
    role, begin, end = names.role(facts), facts.text("coal:begin"), facts.text("coal:end")
    if end or _is_over(facts):
        return Sentence(f"{agent} was {role.holding} {whole}{_when(begin, end)}", end or begin)
    if begin:
        return Sentence(f"{agent} {role.taking} {whole}{_when(begin)}", begin)
    return Sentence(f"{agent} is {role.holding} {whole}")


def _ending(now: Names, kind: str, it: str, new: Facts, old: Facts) -> Sentence | None:
    end = new.text("coal:end")
    is_end = bool(end) and old.first("coal:end") is None
    if kind == "membership" and (is_end or (_is_over(new) and not _is_over(old))):
        agent, whole, role = now.agent(new.first("org:member")), now.whole(new.first("org:organization")), now.role(new)
        leaving = f"left {whole}" if role.taking == "joined" else f"ceased to be {role.holding} {whole}"
        if _is_over(new, ("removed",)):
            leaving = f"was removed from {whole}"
        return Sentence(f"{agent} {leaving}{_when(end)}", end)
    if is_end and kind in ("mandate", "body", "coalition"):
        return Sentence(f"{it} ended{_when(end)}", end)
    return None


def _is_over(facts: Facts, states: tuple[str, ...] = _OVER) -> bool:
    said = (facts.first("coal:membershipStatus"), facts.first("coal:periodState"))
    return any(isinstance(one, ox.NamedNode) and one.value.rpartition("/")[2] in states for one in said)


def _sources(now: Names, then: Names, it: str, new: Facts, old: Facts) -> Sentence:
    """Describe which sources came and went, whichever property names them."""
    after, before = (dict.fromkeys(value for name in _SOURCES for value in side.get(name, ())) for side in (new, old))
    came = [f'"{now.value(source)}" is now a source for {it}' for source in after if source not in before]
    went = [f'"{then.value(source)}" is no longer a source for {it}' for source in before if source not in after]
    return Sentence("; ".join(came + went) or f"the sources of {it} are named by another property", None, "sources")


def _property(
    now: Names, then: Names, it: str, predicate: str, come: tuple[Value, ...], gone: tuple[Value, ...], kept: bool
) -> Sentence:
    """Describe the values that one property gained and lost; `kept` says whether it has other values, which stay."""
    name, new, old = now.property(predicate), now.values(come), then.values(gone)
    if predicate == iri_of("coal:verified") and come and new > old:
        return Sentence(f"{it} was verified again ({new})", None, "verified")
    if predicate in _NAMES and len(come) == len(gone) == 1:
        return Sentence(f"{old} is now called {new}")
    if predicate == iri_of("owl:sameAs") and come:
        return Sentence(f"{it} is the same as {new}")
    if predicate == RDF_TYPE:
        word = "now also" if come and kept else "now" if come else "no longer"
        before = f" (was {_a(old)})" if come and gone else ""
        return Sentence(f"{it} is {word} {_a(new or old)}{before}")
    if predicate in _TEXTS:
        return Sentence(f"the {name} of {it} was {'changed' if come and gone else 'added' if come else 'removed'}")
    if name in _VERBS or name.endswith(_LINKING):
        word = "now also" if come and kept else "now" if come else "no longer"
        before = f" (before: {old})" if come and gone else ""
        return Sentence(f"{it}: {word} {name} {new or old}{before}")
    if kept:
        parts = [f"now includes {new}"] * bool(come) + [f"no longer includes {old}"] * bool(gone)
        return Sentence(f"the {name} of {it} {' and '.join(parts)}")
    if new == old:
        return Sentence(f"the {name} of {it} was changed")
    if not come:
        return Sentence(f"the {name} of {it} is no longer given (was {old})")
    return Sentence(f"the {name} of {it} is {f'now {new} (was {old})' if gone else new}")


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def _without(facts: Facts, others: Facts, predicate: str) -> tuple[Value, ...]:
    before = set(others.get(predicate, ()))
    return tuple(value for value in facts.get(predicate, ()) if value not in before)


def _when(begin: str | None, end: str | None = None) -> str:
    if begin and end and begin != end:
        return f" ({begin} to {end})"
    if begin or end:
        return f" ({begin})" if begin else f" (until {end})"
    return ""
