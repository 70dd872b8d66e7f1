"""The resolver of what a person types (slug, CURIE or IRI): the one thing that is meant, or names near it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate

import pyoxigraph as ox

from foc_graph.errors import AmbiguousNameError, ParameterError, UnknownNameError, near_names, quoted
from foc_graph.namespaces import BASE, expand, is_slug, possible_iris, short, slug
from foc_graph.store import Store
from foc_graph.store.results import Rows

MAX_CANDIDATES = 10_000
"""Most things among which an unknown name looks for a similar one; servers seldom give more rows."""

_BESIDE = 20
"""How many paths with the same end, and how many on either side in order, are compared: a guess must cost little."""

_CLASSES = {
    "coalition": "coal:Coalition",
    "body": "coal:Body coal:Coalition",
    "agent": "foaf:Agent",
}
_PREFIXES = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def resolve(store: Store, base: str, kind: str, text: str) -> ox.NamedNode:
    """Find the thing of a kind (`coalition`, `body`, `agent`, `thing`) that `text` names; `iri` takes any IRI.

    A slug is the whole of what follows `<base>id/` (also of shared things), or its last segments; of several things the
    least deep is meant.

    Raises:
        ParameterError: if an `iri` is none.
        UnknownNameError: if nothing of that kind bears the name; it suggests what is labelled so, or near names.
        AmbiguousNameError: if several things do.
    """
    iri = expand(text)
    if kind == "iri":
        if iri is None:
            raise ParameterError(f"{quoted(text)} is not an IRI or a CURIE with a known prefix")
        return ox.NamedNode(iri)
    if iri is None and not is_slug(text):
        raise _unknown(store, base, kind, text)
    for whole in map(ox.NamedNode, possible_iris(text, base)):
        if _things(store, kind, start=f"BIND({whole} AS ?thing)"):
            return whole
    own, shared, ending = ox.Literal(f"{base}id/"), ox.Literal(f"{BASE}id/"), ox.Literal(f"/{text}")
    start = f"STRSTARTS(STR(?thing), {own}) || STRSTARTS(STR(?thing), {shared})"
    condition = f"FILTER(({start}) && STRENDS(STR(?thing), {ending}))"
    found = [] if iri else _things(store, kind, condition)
    shallow = [thing for thing in found if thing.count("/") == min(thing.count("/") for thing in found)]
    if len(shallow) > 1:
        raise AmbiguousNameError(kind, text, (short(thing, base) for thing in shallow))
    if not shallow:
        raise _unknown(store, base, kind, text)
    return ox.NamedNode(shallow[0])


def resolve_concept(store: Store, scheme: str, text: str) -> ox.NamedNode:
    """Find the concept of a scheme, shared or of a workspace's own, that a notation, a CURIE or an IRI names.

    Raises:
        UnknownNameError: if there is none; it suggests similar notations.
        AmbiguousNameError: if two concepts have the notation.
    """
    concepts, kind = find_concepts(store, scheme), scheme.replace("-", " ")
    found = [iri for iri, notation in concepts.items() if text == notation or expand(text) == iri]
    if len(found) > 1:
        raise AmbiguousNameError(kind, text, found)
    if not found:
        known = sorted(concepts.values())
        all_known = f"there are {', '.join(known)}" if known else "the graph holds none; `foc load` brings concepts in"
        raise UnknownNameError(kind, text, known, otherwise=all_known)
    return ox.NamedNode(found[0])


def find_concepts(store: Store, scheme: str) -> dict[str, str]:
    """Find the concepts of a scheme, and the notation of each."""
    pattern = f"?concept skos:inScheme <{BASE}concept/{scheme}> ; skos:notation ?notation"
    rows = store.query(f"{_PREFIXES}SELECT ?concept ?notation WHERE {{ {pattern} }}")
    assert isinstance(rows, Rows)
    return {row["concept"]: row["notation"] for row in rows}


def _unknown(store: Store, base: str, kind: str, text: str) -> UnknownNameError:
    """Return the error for a name that nothing bears; it suggests what is labelled so, else similar names."""
    label = ox.Literal(text.encode(errors="replace").decode())
    named = "rdfs:label|skos:altLabel"
    condition = f"?thing {named}|coal:governs/({named}) ?label FILTER(LCASE(STR(?label)) = LCASE({label}))"
    labelled = [slug(thing, base) or short(thing, base) for thing in _things(store, kind, condition)]
    things = _things(store, kind, "", f"LIMIT {MAX_CANDIDATES}")
    if not things:
        return UnknownNameError(kind, text, (), otherwise=f"the graph holds no {kind}; `foc load` brings data in")
    names = [name for thing in things if (name := slug(thing, base))]
    return UnknownNameError(kind, text, [*names, *(name.rpartition("/")[2] for name in names)], labelled)


def _things(store: Store, kind: str, condition: str = "", limit: str = "", start: str = "") -> list[str]:
    """Find the things of a kind; `start` binds what engines begin with, `condition` is what they test."""
    values = f"VALUES ?class {{ {_CLASSES[kind]} }}" if kind in _CLASSES else ""
    pattern = f"{start} {values} ?thing a ?class . {condition}"
    rows = store.query(f"{_PREFIXES}SELECT DISTINCT ?thing WHERE {{ {pattern} }} {limit}")
    assert isinstance(rows, Rows)
    return [record["thing"] for record in rows]


class PathIndex:
    """An index of paths in which those near one that is not there are found in bounded time."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = sorted(set(paths))
        self._known = frozenset(self._paths)
        self._by_end: dict[str, list[str]] = {}
        for path in self._paths:
            same = self._by_end.setdefault(path.rpartition("/")[2], [])
            if len(same) < _BESIDE:
                same.append(path)

    def near(self, path: str) -> list[str]:
        """Return at most three paths of the same folder that are like this one, the closest first."""
        at = bisect(self._paths, path)
        compared = {
            *self._paths[max(0, at - _BESIDE) : at + _BESIDE],
            *self._by_end.get(path.rpartition("/")[2], ()),
            *self._known.intersection(accumulate(path)),
        }
        folder = path[: path.find("/") + 1]
        below = (one.removeprefix(folder) for one in compared if one.startswith(folder))
        return [folder + one for one in near_names(path.removeprefix(folder), below)]
