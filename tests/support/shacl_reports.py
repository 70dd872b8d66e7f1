"""Findings of SHACL about a small file, and reports of them."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.positions import Positions
from foc_graph.rdf.terms import XSD, Term
from foc_graph.shacl.path import Path as PropertyPath
from foc_graph.shacl.path import Predicate
from foc_graph.shacl.report import Report, Scope, make_report
from foc_graph.shacl.results import Finding
from foc_graph.validation import SlugNames

SH = PREFIXES["sh"]
DATA = """PREFIX x: <x:>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

x:a
    x:p 1 , "two"@en , x:b ;
    x:q [ x:p 3 ; x:q ( 4 [ x:p 5 ] ) ] ;
    x:year "2015" ;
.

x:b x:p x:a , x:b ; x:r x:c .
x:c x:q x:b .
"""
P, Q, R = (Predicate(ox.NamedNode(f"x:{name}")) for name in "pqr")
SHAPE = ox.NamedNode("x:Shape")
A, B, C = (ox.NamedNode(f"x:{name}") for name in "abc")


def literal(text: str, datatype: str = "string") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def finding(
    focus: Term = A,
    path: PropertyPath | None = P,
    value: Term | None = None,
    component: str = "MinCount",
    arguments: tuple[Term, ...] = (),
    messages: tuple[ox.Literal, ...] = (ox.Literal("Do it.", language="en"),),
    severity: str = f"{SH}Violation",
    shape: ox.NamedNode | ox.BlankNode = SHAPE,
    constraint: Term | None = None,
) -> Finding:
    iri = component if ":" in component else f"{SH}{component}ConstraintComponent"
    named = ox.NamedNode(severity), ox.NamedNode(iri)
    return Finding(focus, path, value, *named, shape, constraint, messages, arguments)


def report(*findings: Finding, data: str = DATA, label: Callable[[str], str] = lambda iri: "") -> Report:
    """The report of findings in a file `d/x.ttl`."""
    path = Path("d/x.ttl")
    parents = {
        quad.object: (quad.subject, quad.predicate)
        for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)
        if isinstance(quad.object, ox.BlankNode)
    }
    return make_report(
        findings,
        Positions([("d/x.ttl", path)], {path: data}).position,
        label,
        parents.get,
        names=SlugNames(),
        scope=Scope(2, 1234),
    )


def printed(shown: Report, suggest: bool = False) -> str:
    """Return a report as the command line prints it."""
    return f"{shown.to_text(suggest)}\n"
