"""The exact lookup of things: by IRI, CURIE, slug, identifier, a name in any case, or the beginning of a name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from foc_graph.errors import LONGER, near_names, quoted
from foc_graph.matching.index import KINDS, Thing, read_things
from foc_graph.matching.names import MAX_NAME, front, normalised, plain, spelt_out
from foc_graph.namespaces import BASE, expand, slug
from foc_graph.progress import Track, untracked
from foc_graph.store import Store
from foc_graph.store.labels import find_labels
from foc_graph.store.results import Rows, as_rows

if TYPE_CHECKING:
    from foc_graph.matching.matcher import Asked, Candidate, Matcher

MAX_HINTS = 200
"""Most unknown names for which near ones are looked for, which takes some milliseconds each."""

_MEANT = {
    "agent": ("government", "organisation", "person", "body", "coalition"),
    "holder": ("government", "organisation", "person", "body", "coalition"),
    "organisation": ("government", "organisation", "body", "coalition"),
    "body": ("body", "coalition"),
    "thing": (*KINDS, "place"),
    "act": ("document", "event"),
}
"""The kinds of things that a column of tables may hold, where they are more than its own."""

_NAMED = {
    "place": "?thing a schema:City ; rdfs:label|skos:altLabel|adms:identifier/skos:notation ?name",
    "source": "?thing a coal:Source ; schema:url ?name",
    "function": "?thing a coal:Function ; skos:prefLabel ?name",
    "mandate": "?thing a coal:Mandate ; skos:prefLabel ?name",
}
"""The patterns of names of things beside `KINDS` and concepts."""

_STEP = 100
"""Rows after which `match_column` reports its progress."""

_SHORT = 6
"""Fewest letters of a name in which one wrong letter counts as a misspelling."""

_PROBABLE = 0.1
"""Least probability of a thing that is named as perhaps meant."""

_SYMBOLS = str.maketrans({"&": " and ", "+": " plus ", "#": " hash ", ".": "", "_": " "})
_LEADING = re.compile(r"^(the|government of( the)?) ")


def meant(kind: str) -> tuple[str, ...]:
    """Return the kinds of things that a cell may name in a column for a kind."""
    return _MEANT.get(kind, (kind,))


@lru_cache(maxsize=2**18)
def exact(text: str) -> str:
    """Return a name without case, accents and punctuation, nor a leading "the" or "Government of"."""
    words = plain(text.translate(_SYMBOLS))
    return _LEADING.sub("", words) or words


def _letters(text: str) -> str:
    """Return the letters and digits of a name, without case and accents."""
    return exact(text).replace(" ", "")


def _shortened(name: str) -> set[str]:
    """Return the name, and all that remain without one of its letters; names one edit apart have one in common."""
    return {name, *(name[:at] + name[at + 1 :] for at, letter in enumerate(name) if not letter.isdigit())}


class Lookup:
    """The names by which a graph knows its things.

    A kind is one of `KINDS`, or `agent`, `place` (a city), `source` (known by its address), `function`, `mandate`, or
    the name of a concept scheme.
    """

    def __init__(self, store: Store, base: str) -> None:
        self._store, self._base = store, base
        self._named: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        self._iris: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._labels: dict[str, str] = {}
        self._fronts: dict[str, list[str]] = {}
        self._letters: dict[tuple[str, ...], Mapping[str, Collection[str]]] = {}
        self._edits: dict[str, dict[str, str]] = {}
        self._longest: dict[str, int] = {}
        self._loaded: set[str] = set()
        self._hints = 0

    def find(self, kind: str, text: str) -> str | None:
        """Return the IRI of the one thing that `text` names where a kind is asked for; None for none or several."""
        found = self.named(meant(kind), text)
        return found[0] if len(found) == 1 else None

    def named(self, kinds: Collection[str], text: str) -> list[str]:
        """Return the IRIs of all things of some kinds that `text` names."""
        self._load(kinds)
        if "/" in text or ":" in text:
            iri = expand(text) or f"{self._base}id/{text}"
            for one in (iri, iri.replace(self._base, BASE)):
                if found := next((self._iris[kind][one] for kind in kinds if one in self._iris[kind]), None):
                    return [found]
        for form in (exact(text), exact(spelt_out(text))):
            if named := dict.fromkeys(one for kind in kinds for one in self._named[kind].get(form, ())):
                return list(named)
        return []

    def identify(self, kind: str, text: str) -> list[str]:
        """Return the IRIs of the things that a person may mean by `text` where a kind is asked for.

        They are those that bear the name, else those of which a name, its part before a dash, or the slug has the same
        letters and digits, wherever there are spaces. A `thing` may be of any of `KINDS`, or a place.
        """
        if len(text) > MAX_NAME:
            return []
        kinds = meant(kind)
        found = self.named(kinds, text) or self._by_letters(kinds).get(_letters(text), ())
        return self.prefer_governments(found)

    def prefer_governments(self, iris: Collection[str]) -> list[str]:
        """Return things without the countries whose governments are among them."""
        governed = {self._governed.get(iri) for iri in iris}
        return [iri for iri in iris if iri not in governed]

    def _by_letters(self, kinds: tuple[str, ...]) -> Mapping[str, Collection[str]]:
        """Return the things of some kinds by the letters and digits of what they go by."""
        if kinds not in self._letters:
            called: defaultdict[str, dict[str, None]] = defaultdict(dict)
            for form, found in (item for kind in kinds for item in self._named[kind].items()):
                called[_letters(form)] |= found
            for iri in (iri for kind in kinds for iri in self._iris[kind].values()):
                path = self.slug(iri)
                for name in (path, path.rpartition("/")[2], *self._fronts.get(iri, ())):
                    called[_letters(name)][iri] = None
            called.pop("", None)
            self._letters[kinds] = called
        return self._letters[kinds]

    def add(self, kind: str, iri: str, name: str) -> None:
        """Add a new thing with a name."""
        self._labels[iri] = name
        self._add(kind, iri, [name])
        if kind == "person" and kind in self._edits:
            self._edits[kind] |= dict.fromkeys(_shortened(exact(name)), iri)

    def advice(self, kind: str, text: str) -> str:
        """Return what to write instead of a text that names none or several things."""
        if found := self.named(meant(kind), text):
            slugs = sorted(self.slug(iri) for iri in found)
            return f"{quoted(text)} may be any of {', '.join(slugs)}: write that instead of the name"
        what = "country or other member" if kind == "agent" else kind.replace("-", " ")
        return f"{quoted(text)} is not a known {what}: {self._hint(kind, text)}"

    def misspelt(self, kind: str, text: str) -> str:
        """Return the name of a thing of that kind from which `text` differs by one letter, else nothing.

        Short names, and those that differ in a digit, are different names.
        """
        if kind not in self._edits:
            self._load(meant(kind))
            self._edits[kind] = {
                edit: next(iter(found))
                for one in meant(kind)
                for name, found in self._named[one].items()
                for edit in _shortened(name)
            }
            self._longest[kind] = LONGER + max(map(len, self._edits[kind]), default=0)
        name = exact(text)
        if not _SHORT <= len(name) <= self._longest[kind]:
            return ""
        iri = next((self._edits[kind][edit] for edit in _shortened(name) if edit in self._edits[kind]), None)
        return self.label(iri) if iri else ""

    def label(self, iri: str) -> str:
        """Return what to show for a thing: its name, for a government that of its country, for a source its address."""
        iri = self._governed.get(iri, iri)
        if iri not in self._labels:
            self._labels[iri] = self._addresses.get(iri) or find_labels(self._store, [iri]).get(iri) or self.slug(iri)
        return self._labels[iri]

    @cached_property
    def _governed(self) -> dict[str, str]:
        """The countries of governments."""
        return self._pairs("?thing coal:governs ?other")

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """The addresses of sources."""
        return self._pairs("?thing a coal:Source ; schema:url ?other")

    def _pairs(self, pattern: str) -> dict[str, str]:
        query = f"SELECT ?thing (SAMPLE(STR(?other)) AS ?text) WHERE {{ {pattern} }} GROUP BY ?thing"
        return {row["thing"]: row["text"] for row in self.select(query)}

    def slug(self, iri: str) -> str:
        """Return the slug of a thing, its own or a shared one; for any other IRI, the IRI."""
        return slug(iri, self._base) or iri

    def _hint(self, kind: str, text: str) -> str:
        if not KINDS.keys() | _NAMED.keys() >= set(meant(kind)):
            every = {self.label(iri) for iri in self._iris[kind].values()}
            return f"write one of {', '.join(sorted(every))}"
        if self._hints < MAX_HINTS:
            self._hints += 1
            if near := list(dict.fromkeys(map(self.label, self.near(kind, text)))):
                return f"did you mean {' or '.join(near)}?"
        return "nothing is known under a similar name"

    def near(self, kind: str, text: str) -> list[str]:
        """Return the things of a kind that are called like a text that names none, the most probable first."""
        kinds = (*meant(kind), *(["country"] if kind == "agent" else []))
        matched = tuple(one for one in kinds if one in KINDS)
        if matched:
            from foc_graph.matching.matcher import Asked

            found = self._matcher.candidates(Asked(text, matched), 3)
            return self.prefer_governments([one.thing.iri for one in found if one.probability >= _PROBABLE])
        known = {name: list(found) for one in kinds for name, found in self._named[one].items()}
        return [iri for name in near_names(exact(text), known) for iri in known[name]]

    @cached_property
    def _matcher(self) -> Matcher:
        from foc_graph.matching.matcher import Matcher

        return Matcher(read_things(self._store))

    def _load(self, kinds: Iterable[str]) -> None:
        """Read the names of things of some kinds, unless they are known."""
        for kind in kinds:
            if kind in self._loaded:
                continue
            if kind in KINDS:
                self._loaded |= KINDS.keys()
                self._take(read_things(self._store, spoken=False))
            else:
                self._loaded.add(kind)
                for row in self.select(_query(kind)):
                    self._add(kind, row["thing"], [row["name"]])

    def _take(self, things: list[Thing]) -> None:
        """Index things; what a country is called, and its codes, mean its government only as a government."""
        coded = {one.facts["country"]: one for one in things if "country" in one.kinds and "country" in one.facts}
        for thing in things:
            self._fronts[thing.iri] = [first for name in thing.names if (first := front(name)[0])]
            names = [*thing.names, *_notations(thing)]
            if "government" in thing.kinds and (country := coded.get(thing.facts.get("country", ()))):
                self._add("government", thing.iri, [*names, *_notations(country)])
                names = [name for name in names if name not in country.names]
            for kind in thing.kinds:
                self._add(kind, thing.iri, names)

    def _add(self, kind: str, iri: str, names: Iterable[str]) -> None:
        self._iris[kind][iri] = iri
        for name in names:
            if kind == "source":
                self._iris[kind][name] = iri
            elif form := exact(name):
                self._named[kind][form][iri] = None

    def select(self, query: str) -> Rows:
        """Return the rows of a query of the graph."""
        return as_rows(self._store.query(query))


def match_column(
    matcher: Matcher,
    lookup: Lookup,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    column: str,
    kinds: tuple[str, ...] = (),
    country_column: str | None = None,
    limit: int = 5,
    track: Track = untracked,
) -> list[list[Candidate]]:
    """Return for each row the candidates for the name in a column, with the country in another one.

    Where no country is given, a name that exactly one thing bears means that thing, as in a table that is imported.

    Raises:
        ParameterError: if there is no such column.
    """
    from foc_graph.matching.matcher import Asked, column_index

    names = column_index(headings, column)
    countries = None if country_column is None else column_index(headings, country_column)
    known: dict[tuple[str, str], list[Candidate]] = {}
    found = []
    for done, row in enumerate(rows, 1):
        name, country = row[names], "" if countries is None else row[countries]
        if (name, country) not in known:
            asked = Asked(name, kinds, {"country": (country,)} if country else {})
            known[name, country] = _candidates(matcher, lookup, asked, limit)
        found.append(known[name, country])
        if done % _STEP == 0 or done == len(rows):
            track("matching", done, len(rows))
    return found


def _candidates(matcher: Matcher, lookup: Lookup, asked: Asked, limit: int) -> list[Candidate]:
    found = matcher.candidates(asked, limit)
    named = [] if asked.facts else lookup.named(asked.kinds or tuple(KINDS), asked.name)
    if len(named) != 1 or any(one.is_match and one.thing.iri == named[0] for one in found):
        return found
    return matcher.named(named[0], asked.name) or found


def _notations(thing: Thing) -> list[str]:
    """Return the identifiers of a thing."""
    return [value for key, values in thing.facts.items() if key not in ("country", "homepage") for value in values]


def _query(kind: str) -> str:
    scheme = f"?thing skos:inScheme <{BASE}concept/{kind}> ; skos:prefLabel|skos:altLabel|skos:notation ?name"
    pattern = _NAMED.get(kind, scheme)
    return f"SELECT DISTINCT ?thing ?name WHERE {{ {pattern} }}"


class Directory:
    """The things that are known by a slug."""

    def __init__(self, things: Iterable[Thing], base: str) -> None:
        from foc_graph.matching.matcher import Matcher

        self._base = base
        self.things = {key: thing for thing in things if (key := slug(thing.iri, base))}
        self.matcher = Matcher(self.things.values())
        named = {(normalised(name), key) for key, thing in self.things.items() for name in thing.names}
        self._names = sorted(named | {(normalised(key), key) for key in self.things})

    def id(self, iri: str) -> str:
        """Return the slug of a thing, or else its IRI."""
        return slug(iri, self._base) or iri

    def find(self, name: str) -> Thing | None:
        """Return the thing of which this is the slug or the IRI."""
        key = name.strip()
        return self.things.get(key) or self.things.get(slug(key, self._base) or "")

    def name(self, key: str) -> str:
        """Return the name of the thing that a client calls so, or the text itself where it names none."""
        return self.things[key].name if key in self.things else key

    def beginning(self, prefix: str) -> Iterator[tuple[str, Thing]]:
        """Give the things of which a name or the slug begins so, by that name, with slugs; also by a whole IRI."""
        found = self.find(prefix)
        keys = [self.id(found.iri)] if found is not None else []
        return ((key, self.things[key]) for key in dict.fromkeys((*keys, *self._beginning(normalised(prefix)))))

    def _beginning(self, start: str) -> Iterator[str]:
        for number in range(bisect_left(self._names, (start, "")), len(self._names)):
            name, key = self._names[number]
            if not name.startswith(start):
                return
            yield key
