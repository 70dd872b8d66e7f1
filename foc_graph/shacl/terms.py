"""The terms of SHACL and DASH by what is done with them, as `terms.toml` lists them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foc_graph.errors import near_names
from foc_graph.rdf.terms import SH, Names
from foc_graph.shacl.shapes import PARAMETERS

_DASH = "http://datashapes.org/dash#"
_NAMESPACES = (SH, _DASH, *(f"http://www.w3.org/ns/{name}#" for name in ("shacl-node-expr", "shnex", "sparql")))
_LISTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("terms.toml").read_text("utf-8"))


def _iris(names: str) -> frozenset[str]:
    return frozenset(name.replace("dash:", _DASH) if ":" in name else SH + name for name in names.split())


TERMS = {kind: _iris(names) for kind, names in _LISTS["terms"].items()}
"""The terms by kind; predicates that are read, by what they stand on."""
TERMS["shape"] |= _iris(" ".join(PARAMETERS))
TERMS["parameter"] |= TERMS["shape"]
TERMS["other"] |= TERMS["shape"]
PLACES = {iri: place for place, names in _LISTS["values"].items() for iri in _iris(names)}
"""What the values of some predicates are."""
_own = (*PARAMETERS, *_LISTS["terms"]["unsupported"].split())
_components = (f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent" for name in _own)
VOCABULARY = frozenset[str]().union(_NAMESPACES, _components, *TERMS.values())


def why_unread(names: Names, term: ox.NamedNode, known: Collection[str]) -> str:
    """Say why a term would not be read where those `known` are, and which one may be meant; "" if it is read."""
    iri, name = term.value, names.term(term)
    if iri in known or not iri.startswith(_NAMESPACES):
        return ""
    prefix, namespace = ("dash:", _DASH) if iri.startswith(_DASH) else ("sh:", SH)
    if iri in TERMS["unsupported"] or not iri.startswith(namespace):
        return f"{name} is not supported"
    if iri in VOCABULARY:
        return f"{name} is not supported there"
    local_names = (one.removeprefix(namespace) for one in VOCABULARY if one.startswith(namespace))
    near = near_names(iri.removeprefix(namespace), local_names)
    return f"{name} is not known" + (f": did you mean {prefix}{near[0]}?" if near else "")
