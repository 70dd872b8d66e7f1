"""Pages of the SHACL shapes, which are files of the workspace and not part of the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import pyoxigraph as ox

from foc_graph.namespaces import COAL
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.rdf.terms import RDF_TYPE, SH
from foc_graph.rdf.turtle import format_triples
from foc_graph.shacl.shapes_graph import ShapesGraph
from foc_graph.site.addresses import check_names
from foc_graph.site.descriptions import Term
from foc_graph.site.render import Renderer
from foc_graph.site.requirements import PARTS, Requirement, messages, path_of, requirements
from foc_graph.site.things import Fact
from foc_graph.site.view import Link, View, safe, term_name
from foc_graph.workspace.settings import Workspace

_SHOWN_ELSEWHERE = {RDF_TYPE, *(f"{SH}{name}" for name in ("message", "path", "select", "prefixes", *PARTS))}
_TARGETS = tuple(f"{SH}target{name}" for name in ("Class", "SubjectsOf", "ObjectsOf", "Node"))
_FOLDER = "shapes/"

Triples = Mapping[str, list[ox.Triple]]


def write_shapes(view: View, renderer: Renderer, workspace: Workspace) -> None:
    """Write `shapes/<name>.html` with its descriptions for each shape, and an index of those that have a target.

    Raises:
        ParseError: for a file that is not Turtle.
        WorkspaceError: for a shape whose name a file cannot have.
    """
    shapes = {iri: triples for iri, triples in _read(workspace).items() if _path(view, iri)}
    check_names(shapes.keys(), view.addresses)
    users: dict[str, set[str]] = {}
    for iri, triples in shapes.items():
        for triple in triples:
            if isinstance(triple.object, ox.NamedNode) and triple.object.value in shapes:
                users.setdefault(triple.object.value, set()).add(iri)
    for iri, triples in shapes.items():
        asked = requirements(shapes, iri, partial(_value, view))
        _write(view, renderer, iri, triples, asked, [_shape_link(view, one) for one in sorted(users.get(iri, ()))])
    entries = [
        (_shape_link(view, iri), targets)
        for iri, triples in shapes.items()
        if (targets := [_value(view, one.object) for one in triples if one.predicate.value in _TARGETS])
    ]
    renderer.page("index_of", f"{_FOLDER}index", title="Shapes", text=_INTRODUCTION, head=("shape", "of"), rows=entries)


_INTRODUCTION = "What right data is, in SHACL: a release is published only where nothing is at odds with these shapes."


def _path(view: View, iri: str) -> str:
    """The path of a shape's page, or nothing for what is no shape of ours or has a namesake in the workspace."""
    found = view.addresses.rest(iri)
    return found[1] if found and found[1].startswith(_FOLDER) else ""


def _read(workspace: Workspace) -> Triples:
    """Each shape and what it says, blank nodes included, sorted."""
    about: dict[Term, list[ox.Triple]] = {}
    for path in workspace.shape_files:
        where = workspace.name(path)
        for triple in parse_turtle(read_text(path, where), where)[0]:
            about.setdefault(triple.subject, []).append(triple)
    shapes = sorted(subject.value for subject in about if isinstance(subject, ox.NamedNode))
    return {iri: _canonical(_closure(about, ox.NamedNode(iri))) for iri in shapes}


def _closure(about: Mapping[Term, list[ox.Triple]], start: ox.NamedNode) -> list[ox.Triple]:
    found: list[ox.Triple] = []
    waiting: list[Term] = [start]
    for node in waiting:
        for triple in about.get(node, ()):
            found.append(triple)
            if isinstance(triple.object, ox.BlankNode) and triple.object not in waiting:
                waiting.append(triple.object)
    return found


def _canonical(triples: list[ox.Triple]) -> list[ox.Triple]:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def _write(
    view: View,
    renderer: Renderer,
    iri: str,
    triples: list[ox.Triple],
    asked: list[Requirement],
    users: list[Link],
) -> None:
    graph, shape = ShapesGraph(triples), ox.NamedNode(iri)
    path = path_of(graph, shape, partial(_value, view))
    facts: dict[str, list[Link]] = {f"{SH}path": [path]} if path.text else {}
    for triple in triples:
        name = triple.predicate.value
        if triple.subject == shape and name not in _SHOWN_ELSEWHERE and not isinstance(triple.object, ox.BlankNode):
            facts.setdefault(name, []).append(_value(view, triple.object))
    kinds = [
        one.object.value for one in triples if one.predicate.value == RDF_TYPE and isinstance(one.object, ox.NamedNode)
    ]
    renderer.described(
        "shape",
        _path(view, iri),
        triples,
        title=_name(iri),
        iri=iri,
        kind=next((_words(kind) for kind in kinds), "shape"),
        messages=messages(graph, shape),
        asked=asked,
        facts=[Fact(_words(name), values) for name, values in facts.items()],
        users=users,
        turtle=format_triples(triples),
        index=Link("Shapes", "index.html"),
    )


def _value(view: View, term: Term) -> Link:
    if not isinstance(term, ox.NamedNode):
        return view.link(term, "../")
    if _path(view, term.value):
        return _shape_link(view, term.value)
    if view.page(term.value):
        link = view.link(term, "../")
        return link._replace(text=term_name(term.value)) if term.value.startswith(COAL) else link
    return Link(term_name(term.value), safe(term.value))


def _shape_link(view: View, iri: str) -> Link:
    name = _path(view, iri)[len(_FOLDER) :]
    return Link(_name(iri), f"{name}.html" if name else "")


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]


def _words(iri: str) -> str:
    """`minCount` as `min count`."""
    local = re.split("[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower().replace("sparqlconstraint", "SPARQL constraint")
