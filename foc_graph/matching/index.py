"""The things of a graph that names can mean, and an index of those names."""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlsplit

from foc_graph.matching.names import Name, is_acronym
from foc_graph.namespaces import BASE, iri_of
from foc_graph.store import Store
from foc_graph.store.results import Record, as_rows

KINDS: Mapping[str, str] = {
    kind: iri_of(name)
    for kind, name in {
        "coalition": "coal:Coalition",
        "body": "coal:Body",
        "government": "coal:Government",
        "person": "foaf:Person",
        "country": "schema:Country",
        "document": "coal:Document",
        "event": "coal:Event",
        "organisation": "org:Organization",
    }.items()
}
"""The class of each kind; the first of several kinds of a thing says most about it."""

_DESCRIPTION = 120
"""Most characters of a description."""

_CODES = ("iso3166-1-alpha-2", "iso3166-1-alpha-3")
"""The schemes of identifiers that make up what is known as a thing's country."""

_THING = f"VALUES ?class {{ {' '.join(f'<{iri}>' for iri in KINDS.values())} }} ?thing a ?class"
_KINDS = f"SELECT DISTINCT ?thing ?class {{ {_THING} FILTER NOT EXISTS {{ ?thing dcterms:isReplacedBy ?heir }} }}"
_TEXT = "SELECT DISTINCT ?thing ?text (LANG(?text) AS ?language)"
_IS_TEXT = "FILTER(isLiteral(?text))"
_LABELS = f"{_TEXT} {{ {_THING} ; skos:prefLabel|dcterms:title|rdfs:label ?text {_IS_TEXT} }}"
_OTHER_NAMES = f"{_TEXT} {{ {_THING} ; skos:altLabel ?text {_IS_TEXT} }}"
_DESCRIPTIONS = f"{_TEXT} {{ {_THING} ; dcterms:description|coal:aim ?text {_IS_TEXT} }}"
_CATEGORIES = f"{_TEXT} {{ {_THING} ; coal:stakeholderCategory/skos:prefLabel ?text {_IS_TEXT} }}"
_LOCAL = f"""SELECT DISTINCT ?thing {{
  ?thing coal:stakeholderCategory <{BASE}concept/stakeholder-category/local-government>
}}"""
_HOMEPAGES = f"SELECT DISTINCT ?thing ?address {{ {_THING} ; foaf:homepage ?address }}"
_IDENTIFIERS = f"""SELECT DISTINCT ?thing ?scheme ?notation {{
  {_THING} ; adms:identifier ?identifier . ?identifier coal:scheme ?scheme ; skos:notation ?notation
  FILTER(isIRI(?scheme))
  FILTER NOT EXISTS {{ ?identifier coal:begin ?begin }}
}}"""
_GOVERNED = "SELECT DISTINCT ?thing ?country { ?thing coal:governs ?country }"
_PLACED = """SELECT DISTINCT ?thing ?country {
  ?country a schema:Country .
  ?thing coal:governs|org:subOrganizationOf/coal:governs
    |schema:location|schema:location/schema:containedInPlace ?country
}"""

Facts = defaultdict[str, defaultdict[str, set[str]]]


class Thing(NamedTuple):
    """A thing with its names: first the preferred one, then those in other languages, former ones and acronyms.

    A government has the names of its country as well, and a local one is the government of what it is called. `facts`
    are values by what they tell: `country` (codes of ISO 3166-1 and English name), `homepage` (hosts), and each scheme
    of identifiers by its notation. The last of `names`, of countries and their governments, are not of the graph but of
    CLDR: `cldr` has the language of each.
    """

    iri: str
    name: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    description: str
    facts: Mapping[str, tuple[str, ...]]
    cldr: Mapping[str, str] = {}


def read_things(store: Store, spoken: bool = True) -> list[Thing]:
    """Return the things of a graph that have a name, sorted by IRI, without those withdrawn or merged into another.

    With `spoken`, countries have the names of CLDR too.

    Raises:
        FocGraphError: if the store does not answer.
    """
    kinds, labels, others = (_by_thing(store, query) for query in (_KINDS, _LABELS, _OTHER_NAMES))
    names = {iri: _in_order(records) + _in_order(others.get(iri, [])) for iri, records in labels.items()}
    texts, categories = _by_thing(store, _DESCRIPTIONS), _by_thing(store, _CATEGORIES)
    governed = _by_thing(store, _GOVERNED)
    facts = _facts(store, names)
    in_cldr, local = _spoken(facts) if spoken else {}, _by_thing(store, _LOCAL)
    things = []
    for iri in sorted(kinds.keys() & names.keys()):
        classes = {record["class"] for record in kinds[iri]}
        countries = [record["country"] for record in governed.get(iri, [])]
        called = dict.fromkeys(names[iri] + [name for country in countries for name in names.get(country, [])])
        if iri in local:
            called |= {f"Government of {name}": None for name in names[iri]}
        cldr = {
            name: language
            for country in (iri, *countries)
            for name, language in in_cldr.get(country, {}).items()
            if name not in called
        }
        told = _in_order(texts.get(iri) or categories.get(iri, []))
        things.append(
            Thing(
                iri,
                names[iri][0],
                tuple(kind for kind, type in KINDS.items() if type in classes),
                (*called, *cldr),
                _short(told[0]) if told else "",
                {key: tuple(sorted(values)) for key, values in sorted(facts[iri].items()) if values},
                cldr,
            )
        )
    return things


def host(address: str) -> str:
    """Return the host of a web address, also of one without scheme, without a leading `www.`, else nothing."""
    try:
        found = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return ""
    return (found or "").removeprefix("www.")


def _facts(store: Store, names: Mapping[str, list[str]]) -> Facts:
    facts: Facts = defaultdict(lambda: defaultdict(set))
    for iri, records in _by_thing(store, _IDENTIFIERS).items():
        for record in records:
            facts[iri][record["scheme"].rpartition("/")[2]].add(str(record["notation"]))
    countries = {
        iri: {names[iri][0], *(code for scheme in _CODES for code in facts[iri][scheme])}
        for iri in [iri for iri, known in facts.items() if _CODES[0] in known and iri in names]
    }
    for iri, known in countries.items():
        facts[iri]["country"] |= known
    for iri, records in _by_thing(store, _PLACED).items():
        for record in records:
            facts[iri]["country"] |= countries.get(record["country"], set())
    for iri, records in _by_thing(store, _HOMEPAGES).items():
        facts[iri]["homepage"] |= {found for record in records if (found := host(str(record["address"])))}
    return facts


def _spoken(facts: Facts) -> dict[str, dict[str, str]]:
    """Return by the IRI of each country its names in many languages, and the language of each."""
    codes = {iri: code for iri, known in facts.items() for code in known[_CODES[0]]}
    names = country_names(set(codes.values())) if codes else {}
    return {iri: names[code] for iri, code in codes.items()}


def _by_thing(store: Store, query: str) -> dict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in as_rows(store.query(query)):
        found[record["thing"]].append(record)
    return found


def _in_order(records: list[Record]) -> list[str]:
    """Return the texts, English ones first, then by language and alphabet."""
    texts = sorted(
        (record["language"] not in ("en", ""), record["language"], str(record["text"])) for record in records
    )
    return list(dict.fromkeys(text for _, _, text in texts))


def _short(text: str) -> str:
    """Return the text on one line, cut at a word where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _DESCRIPTION else f"{line[:_DESCRIPTION].rpartition(' ')[0]} ..."


def country_names(codes: Collection[str]) -> dict[str, dict[str, str]]:
    """Return by the code of each country (ISO 3166-1, two letters) its names and the English name of each language.

    They are a table of CLDR that the package carries; a name that several languages share counts for the first of them.
    """
    table = json.loads(files(__package__).joinpath("country_names.json").read_bytes())
    return {code: {names[code]: language for language, names in table.items() if code in names} for code in codes}


_MOST_NEAR = 32
"""Most names that are given for one."""

_FIRST_SEEN = 500
"""Entries of the rarest grams, among which the near names are searched."""

_MOST_SEEN = 4_000
"""Most entries of grams that are looked at for one name."""

_MANY = 20_000
"""Number of names from which on grams have four letters, since three say too little."""

_SHORT = 10
"""Letters of a name that has grams of three letters too, a mistake in which would leave none of four."""

_LONG = 4
"""Letters of a word that is indexed as a whole too."""

_INITIALS = 3
"""Letters of an acronym that a name of several words may stand for."""


class Index:
    """An inverted index of names: by their words in any order, initials, and grams: runs of letters.

    A name is a number; `names`, `written` (as it was given first) and `owners` (whose it is) go by that.
    """

    def __init__(self, owned: Iterable[tuple[str, int]]) -> None:
        owners: defaultdict[Name, dict[int, None]] = defaultdict(dict)
        written: dict[Name, str] = {}
        for text, owner in owned:
            name = Name.of(text)
            if name.text:
                owners[name][owner] = None
                written.setdefault(name, text)
        self.names = tuple(owners)
        self.written = tuple(written.values())
        self.owners = tuple(map(tuple, owners.values()))
        self._same: defaultdict[str, list[int]] = defaultdict(list)
        self._initials: defaultdict[str, list[int]] = defaultdict(list)
        self._entries: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        words: Counter[str] = Counter()
        for number, name in enumerate(self.names):
            self._same[name.sorted].append(number)
            self._initials[name.initials].append(number)
            for gram in self._grams(name.text):
                self._entries[gram].append(number)
            words.update(set(name.text.split()))
        self._rarity = {word: math.log(1 + len(self.names) / count) for word, count in words.items()}
        self._unknown = math.log(1 + len(self.names))

    def rarity(self, word: str) -> float:
        """Return how distinctive a word is: the logarithm of how few names have it."""
        return self._rarity.get(word, self._unknown)

    def knows(self, word: str) -> bool:
        """Whether a name has this word."""
        return word in self._rarity

    def same(self, name: Name) -> list[int]:
        """Return the names with the same words."""
        return self._same.get(name.sorted, [])

    def spelt_out(self, acronym: str) -> list[int]:
        """Return the names whose words begin with the letters of an acronym."""
        return self._initials.get(acronym, []) if len(acronym) >= _INITIALS else []

    def acronyms(self, name: Name) -> list[int]:
        """Return the acronyms that the words of a name begin with."""
        initials = name.initials
        found = self._same.get(initials, []) if len(initials) >= _INITIALS else []
        return [number for number in found if is_acronym(self.written[number])]

    def near(self, name: Name) -> list[int]:
        """Return the names that share most with one, among those that share its rarest grams."""
        shared: Counter[int] = Counter()
        first: set[int] = set()
        seen = 0
        grams = sorted(self._grams(name.text))  # a set has another order in each process
        for entries in sorted(filter(None, map(self._entries.get, grams)), key=len):
            if seen <= _FIRST_SEEN:
                shared.update(entries[:_MOST_SEEN])
            elif seen <= _MOST_SEEN:
                first = first or set(shared)
                shared.update(first.intersection(entries))
            seen += len(entries)
        several = [item for item in shared.items() if item[1] > 1]
        most = several if len(several) >= _MOST_NEAR else shared.items()
        return [number for number, _ in sorted(most, key=itemgetter(1), reverse=True)[:_MOST_NEAR]]

    def _grams(self, text: str) -> set[str]:
        """Return the runs of letters of a name, and its long words."""
        padded = f" {text} "
        grams = {f"{word}." for word in text.split() if len(word) >= _LONG}
        if len(self.names) > _MANY:
            grams.update(padded[at : at + 4] for at in range(len(padded) - 3))
        if len(self.names) <= _MANY or len(text) <= _SHORT:
            grams.update(padded[at : at + 3] for at in range(len(padded) - 2))
        return grams
