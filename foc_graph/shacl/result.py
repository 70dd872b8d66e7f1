"""What validation finds: one SHACL validation result (SHACL section 3.6), as RDF terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from foc_graph.shacl.path import Path

if TYPE_CHECKING:
    from foc_graph.shacl.shapes import Shape

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Finding:
    """One validation result.

    `arguments` are the values of the constraint's parameters, such as a datatype, and `shapes` those that are shapes.
    """

    focus: Term
    path: Path | None
    value: Term | None
    severity: ox.NamedNode
    component: ox.NamedNode
    shape: ox.NamedNode | ox.BlankNode
    constraint: Term | None
    messages: tuple[ox.Literal, ...]
    arguments: tuple[Term, ...] = ()
    shapes: tuple[Shape, ...] = field(default=(), repr=False, compare=False)
