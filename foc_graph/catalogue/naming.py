"""From what a person types (slug, CURIE or IRI) to the one thing that is meant."""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.errors import AmbiguousNameError, ParameterError, UnknownNameError
from foc_graph.store.interface import Store
from foc_graph.store.result import Rows
from foc_graph.terms import expand, is_slug, short, slug

_CLASSES = {
    "coalition": "coal:Coalition",
    "body": "coal:Body coal:Coalition",
    "agent": "foaf:Agent",
}
_PREFIXES = "PREFIX coal: <https://w3id.org/coalition/ns#>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"


def resolve(store: Store, base: str, kind: str, text: str) -> ox.NamedNode:
    """The thing of a kind (`coalition`, `body`, `agent`, `thing`) that `text` names; `iri` takes any IRI unchecked.

    A slug is the whole of what follows `<base>id/`, or its last segments where that is unambiguous.

    Raises:
        ParameterError: if `text` is neither slug, CURIE nor IRI.
        UnknownNameError: if nothing of that kind bears the name; it suggests near ones.
        AmbiguousNameError: if several things do.
    """
    iri = expand(text)
    if kind == "iri":
        if iri is None:
            raise ParameterError(f"{text!r} is not an IRI or a CURIE with a known prefix")
        return ox.NamedNode(iri)
    if iri is None and not is_slug(text):
        raise ParameterError(
            f"{text!r} names no {kind}: write a slug such as foc/wg1 (`foc query search` finds it), a CURIE or an IRI"
        )
    whole = ox.NamedNode(iri or f"{base}id/{text}")
    if _things(store, kind, f"FILTER(?thing = {whole})"):
        return whole
    ending = ox.Literal(f"/{text}")
    found = [] if iri else _things(store, kind, f"FILTER(STRENDS(STR(?thing), {ending}))")
    if len(found) > 1:
        raise AmbiguousNameError(kind, text, (short(thing, base) for thing in found))
    if not found:
        raise UnknownNameError(kind, text, _names(_things(store, kind, ""), base))
    return ox.NamedNode(found[0])


def _things(store: Store, kind: str, condition: str) -> list[str]:
    values = f"VALUES ?class {{ {_CLASSES[kind]} }}" if kind in _CLASSES else ""
    rows = store.query(f"{_PREFIXES}SELECT DISTINCT ?thing WHERE {{ {values} ?thing a ?class {condition} }}")
    assert isinstance(rows, Rows)
    return [record["thing"] for record in rows]


def _names(iris: list[str], base: str) -> list[str]:
    slugs = [name for iri in iris if (name := slug(iri, base))]
    return slugs + [name.rpartition("/")[2] for name in slugs]
