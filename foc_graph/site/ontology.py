"""Pages of the vocabulary, and of the SHACL shapes, which are files of the workspace and not part of the graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain, takewhile
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.descriptions import Term, each, iris
from foc_graph.namespaces import COAL, PREFIXES, iri_of
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.parser import parse_turtle
from foc_graph.rdf.terms import RDF_TYPE, SH
from foc_graph.rdf.terms import Term as Node
from foc_graph.rdf.turtle import format_triples
from foc_graph.shacl.path import simple, sparql
from foc_graph.shacl.shapes import ShapesGraph, sh
from foc_graph.shacl.shapes_reader import read_path
from foc_graph.site.addresses import DESCRIPTIONS, VOCABULARY, XML, check_names, fragment, whole
from foc_graph.site.queries import areas
from foc_graph.site.render import Renderer
from foc_graph.site.view import Fact, Link, View, safe, term_name
from foc_graph.workspace.settings import Workspace

_CLASSES = {iri_of("owl:Class"), iri_of("rdfs:Class")}
_TEXTS = ("skos:definition", "skos:scopeNote", "skos:example")
_STATUS = ("owl:deprecated", "vs:term_status")
_ELSEWHERE = {iri_of(name) for name in (*_TEXTS, *_STATUS, "rdf:type", "rdfs:isDefinedBy", "skos:prefLabel")}
_WIDER = ("rdfs:subClassOf", "rdfs:subPropertyOf")
_HEADER = (
    *("owl:versionInfo", "owl:priorVersion", "bibo:status", "dcterms:modified", "dcterms:creator", "dcterms:license"),
    "dcterms:bibliographicCitation",
)
"""What the page says of the vocabulary itself."""


class Pattern(NamedTuple):
    """A worked example: Turtle, with the comment at its head as heading and explanation."""

    heading: str
    text: str
    turtle: str

    @classmethod
    def of(cls, example: str) -> Pattern:
        """Read the example of a vocabulary, of which the first comment is the heading."""
        lines = example.strip("\n").splitlines()
        head = [line.removeprefix("#").strip() for line in takewhile(lambda line: line.startswith("#"), lines)]
        return cls("".join(head[:1]), " ".join(head[1:]), "\n".join(lines[len(head) :]))


class Alignment(NamedTuple):
    """A term of another vocabulary, with the own terms that are kinds of it, and those that are near it."""

    term: Link
    kinds: list[Link]
    near: list[Link]


class TermEntry(NamedTuple):
    """One class or property; `name` is its anchor; `wider` and `near` are terms of other vocabularies.

    The `facts` name the wider ones without a link and the near ones not at all, since the page lists both.
    """

    name: str
    iri: str
    label: str
    kind: str
    definition: list[Link]
    scope: list[Link]
    examples: list[Link]
    facts: list[Fact]
    wider: list[Link]
    near: list[Link]
    status: str
    is_deprecated: bool


def write_vocabulary(view: View, renderer: Renderer, described: list[str], queries: Mapping[str, StoredQuery]) -> None:
    """Write `ns.html` and its descriptions: the shared vocabulary, with those of its terms that are described.

    The questions that it can answer are those of the stored queries.
    """
    about = view.described(COAL[:-1])
    apart = {one: iris(view.described(one).values, "skos:member") for one in iris(about.values, "vann:termGroup")}
    terms = [iri for iri in described if iri.startswith(COAL) and iri not in apart]
    triples = [
        ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), value)
        for iri in (COAL[:-1], *apart, *terms)
        for name, values in view.described(iri).values.items()
        for value in values
    ]
    entries = {iri: _entry(view, iri) for iri in terms}
    current = [iri for iri in terms if not entries[iri].is_deprecated and iri not in chain(*apart.values())]
    is_class = {iri: not _CLASSES.isdisjoint(iris(view.described(iri).values, "rdf:type")) for iri in terms}
    groups = [
        ("Classes", "classes", [entries[iri] for iri in current if is_class[iri]]),
        ("Properties", "properties", [entries[iri] for iri in current if not is_class[iri]]),
        *(
            (view.summary(group).label, group[len(COAL) :], [entries[iri] for iri in members if iri in entries])
            for group, members in apart.items()
        ),
        ("Deprecated terms", "deprecated", [one for one in entries.values() if one.is_deprecated]),
    ]
    renderer.describe(VOCABULARY, triples, (*DESCRIPTIONS, XML))
    renderer.page(
        "vocabulary",
        VOCABULARY,
        title=next((link.text for link in _texts(view, about.values, "dcterms:title")), "Vocabulary"),
        iri=COAL,
        about=_texts(view, about.values, "dcterms:description"),
        facts=[
            Fact(view.word(iri_of(name)), [view.link(term, "") for term in each(about.values, name)])
            for name in _HEADER
            if iri_of(name) in about.values
        ],
        patterns=[Pattern.of(link.text) for link in _texts(view, about.values, "skos:example")],
        areas=areas(queries.values(), ".html"),
        aligned=_alignments(entries.values()),
        groups=[group for group in groups if group[2]],
    )


def _alignments(entries: Iterable[TermEntry]) -> list[Alignment]:
    """Return the terms of other vocabularies that current ones are kinds of, or near, in the order of their names."""
    found: dict[str, Alignment] = {}
    for entry in entries:
        if entry.is_deprecated:
            continue
        link = Link(entry.name, f"#{entry.name}")
        for term in (*entry.wider, *entry.near):
            one = found.setdefault(term.text, Alignment(term, [], []))
            (one.kinds if term in entry.wider else one.near).append(link)
    return [found[name] for name in sorted(found)]


def _repeats(link: Link, iri: str) -> bool:
    """Whether a label says no more than the name of its term."""
    return link.text.replace(" ", "").casefold() == iri.rpartition("#")[2].casefold()


def _entry(view: View, iri: str) -> TermEntry:
    thing = view.described(iri)
    wider, near = (
        [_here(view, ox.NamedNode(one)) for one in iris(thing.stated, *names) if view.addresses.rest(one) is None]
        for names in (_WIDER, ("rdfs:seeAlso",))
    )
    facts = [
        Fact(view.word(name), [link._replace(href="") if link in wider else link for link in links])
        for name, terms in thing.stated.items()
        if name not in _ELSEWHERE
        and (links := [link for term in terms if (link := _here(view, term)) not in near and not _repeats(link, iri)])
    ]
    narrower = [one for name in _WIDER for one in view.incoming(iri, derived=False).get(iri_of(name), ([], 0))[0]]
    if narrower:
        facts.append(Fact("narrower", [_here(view, ox.NamedNode(one)) for one in narrower]))
    definition, scope, examples = (_texts(view, thing.values, name) for name in _TEXTS)
    status = ", ".join(link.text for link in _texts(view, thing.values, "vs:term_status"))
    deprecated = any(
        isinstance(term, ox.Literal) and term.value == "true" for term in each(thing.values, "owl:deprecated")
    )
    name, label, kind = iri[len(COAL) :], view.summary(iri).label, view.kind(thing.values)
    return TermEntry(name, iri, label, kind, definition, scope, examples, facts, wider, near, status, deprecated)


def _here(view: View, term: Term) -> Link:
    """Return a term as the page of the vocabulary shows it: its own by name, those of RDF and SKOS without a link."""
    link = _term(view, term)
    if isinstance(term, ox.NamedNode) and term.value.startswith(COAL):
        name = term.value[len(COAL) :]
        return Link(name, f"#{name}")
    return link._replace(href="") if link.text.startswith(("rdf:", "rdfs:", "skos:", "xsd:")) else link


def _texts(view: View, values: dict[str, list[Term]], name: str) -> list[Link]:
    return [view.link(term, "") for term in each(values, name)]


def _term(view: View, term: Term, root: str = "") -> Link:
    """Return a term of the vocabulary by its name, one from elsewhere as a CURIE."""
    if not isinstance(term, ox.NamedNode):
        return view.link(term, root)
    if view.page(term.value):
        link = view.link(term, root)
        return link._replace(text=term_name(term.value)) if term.value.startswith(COAL) else link
    return Link(term_name(term.value), safe(term.value))


_PARTS = ("property", "sparql")
"""The local names of the properties of SHACL with which a shape names what else it asks."""

_KINDS = ("class", "datatype", "node", "hasValue")
_SHOWN_ELSEWHERE = {RDF_TYPE, *(f"{SH}{name}" for name in ("message", "path", "select", "prefixes", *_PARTS))}
_TARGETS = tuple(f"{SH}target{name}" for name in ("Class", "SubjectsOf", "ObjectsOf", "Node"))
_FOLDER = "shapes/"
_INTRODUCTION = "Data quality rules (SHACL). Every release conforms to them."

Triples = Mapping[str, list[ox.Triple]]


def write_schemes(view: View, renderer: Renderer) -> None:
    """Write the descriptions of concept schemes in RDF/XML, which editors of ontologies read, beside their pages."""
    for iri in view.of_class("skos:ConceptScheme"):
        if page := view.page(iri):
            renderer.describe(page, view.description(view.described(iri)), (XML,))


def write_shapes(view: View, renderer: Renderer, workspace: Workspace) -> None:
    """Write a page with its descriptions for each shape and what it asks, and an index of those that have a target.

    `shapes/<name>.html` tells of the shapes `<name>` and `<name>-<what it asks>`, of which the first may be missing.

    Raises:
        ParseError: for a file that is not Turtle.
        WorkspaceError: for a shape whose name a file cannot have.
    """
    shapes = {iri: triples for iri, triples in _read(workspace).items() if _path(view, iri)}
    check_names(shapes.keys(), view.addresses)
    users: dict[str, set[str]] = {}
    pages: dict[str, list[str]] = {}
    for iri, triples in shapes.items():
        page = whole(iri) or iri
        pages.setdefault(page, []).append(iri)
        for triple in triples:
            if isinstance(triple.object, ox.NamedNode) and triple.object.value in shapes:
                used = whole(triple.object.value) or triple.object.value
                users.setdefault(used, set()).update({iri} if used != page else ())
    for page, told in pages.items():
        if not view.addresses.has_page(page):
            continue
        _write(view, renderer, shapes, page, told, [_shape_link(view, one) for one in sorted(users.get(page, ()))])
    everything = [triple for triples in shapes.values() for triple in triples]
    renderer.describe(f"{_FOLDER}index", _canonical(everything), (*DESCRIPTIONS, XML))
    entries = [
        (_shape_link(view, iri), targets)
        for iri, triples in shapes.items()
        if (targets := [_value(view, one.object) for one in triples if one.predicate.value in _TARGETS])
    ]
    renderer.page("index_of", f"{_FOLDER}index", title="Shapes", text=_INTRODUCTION, head=("shape", "of"), rows=entries)


def _path(view: View, iri: str) -> str:
    """Return the path of a shape's page, or nothing for what is no shape of ours."""
    found = view.addresses.rest(iri)
    return found[1] if found and found[1].startswith(_FOLDER) else ""


def _read(workspace: Workspace) -> Triples:
    """Read each shape and what it says, blank nodes included, sorted."""
    about: dict[Term, list[ox.Triple]] = {}
    for path in workspace.shape_files:
        where = workspace.name(path)
        for triple in parse_turtle(workspace.shape_text(path), where)[0]:
            about.setdefault(triple.subject, []).append(triple)
    shapes = sorted(subject.value for subject in about if isinstance(subject, ox.NamedNode))
    return {iri: _closure(about, ox.NamedNode(iri)) for iri in shapes}


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
    shapes: Triples,
    iri: str,
    told: list[str],
    users: list[Link],
) -> None:
    """Write the page of a shape that tells of those shapes, itself or what it asks."""
    triples = _canonical([triple for one in told for triple in shapes[one]])
    graph, shape = ShapesGraph(triples), ox.NamedNode(iri)
    asked = _requirements(shapes, iri, told, view)
    facts: dict[str, list[Link]] = {}
    for triple in triples:
        name = triple.predicate.value
        if triple.subject == shape and name not in _SHOWN_ELSEWHERE and not isinstance(triple.object, ox.BlankNode):
            facts.setdefault(name, []).append(_value(view, triple.object))
    kinds = [
        one.object.value
        for one in triples
        if one.subject == shape and one.predicate.value == RDF_TYPE and isinstance(one.object, ox.NamedNode)
    ]
    renderer.page(
        "shape",
        _path(view, iri),
        title=_name(iri),
        iri=iri,
        kind=next((_words(kind) for kind in kinds), "shape"),
        messages=_messages(graph, shape),
        asked=asked,
        facts=[Fact(_words(name), values) for name, values in facts.items()],
        users=users,
        turtle=format_triples(triples, prefixes=PREFIXES),
        index=Link("Shapes", "index.html"),
    )


def _value(view: View, term: Term) -> Link:
    if isinstance(term, ox.NamedNode) and _path(view, term.value):
        return _shape_link(view, term.value)
    return _term(view, term, "../")


def _shape_link(view: View, iri: str) -> Link:
    name, place = _path(view, whole(iri) or iri)[len(_FOLDER) :], fragment(iri)
    if not view.addresses.has_page(iri):
        return Link(_name(iri), safe(iri))
    return Link(_name(iri), f"{name}.html{'#' if place else ''}{place}" if name else "")


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]


def _words(iri: str) -> str:
    """Write `minCount` as `min count`."""
    local = re.split("[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower().replace("sparqlconstraint", "SPARQL constraint")


class Requirement(NamedTuple):
    """One thing that is asked, with the shape or constraint that asks it.

    `path` leads from a thing to the values that are meant, in the syntax of SPARQL; `number` says how many of them
    there may be, and what they are; both are empty for a constraint in SPARQL. `severity` is empty for a violation.
    """

    path: Link
    number: list[Link]
    messages: list[str]
    severity: str
    shape: Link
    anchor: str
    """What leads to it on the page of the shape; empty for what another shape asks too, and has its own page for."""


def _requirements(shapes: Triples, iri: str, told: Iterable[str], view: View) -> list[Requirement]:
    """Return what a shape asks of the values of properties and by SPARQL, in the order of the names.

    After that comes what else its page tells of. `shapes` has what is said of each shape, with blank nodes.
    """
    graph = ShapesGraph(shapes.get(iri, ()))
    parts = (one for name in _PARTS for one in graph.objects(ox.NamedNode(iri), sh(name)))
    asked = [one for one in parts if isinstance(one, ox.NamedNode) and one.value in shapes]
    asked += [one for name in told if name != iri and (one := ox.NamedNode(name)) not in asked]
    return [_requirement(ShapesGraph(shapes[one.value]), one, iri, view) for one in asked]


def _messages(graph: ShapesGraph, shape: Node) -> list[str]:
    """Return the messages of a shape; what they tell of a result is in brackets."""
    found = [one.value for one in graph.objects(shape, sh("message")) if isinstance(one, ox.Literal)]
    return [re.sub(r"\{[?$](\w+)\}", r"[\1]", text) for text in found]


def _path_of(graph: ShapesGraph, shape: Node, view: View) -> Link:
    """Return the path of a property shape, a link where it is one property; empty for other shapes."""
    node = graph.value(shape, sh("path"))
    if node is None:
        return Link("")
    path = read_path(graph, shape, node)
    one = simple(path)
    return Link(sparql(path, PREFIXES).replace("|", " | ")) if one is None else _value(view, one)


def counted(least: int, most: int | None) -> str:
    """Say how many there may be; without a `most` there is no bound."""
    if most is None:
        return f"at least {_number(least)}" if least else "any number"
    if most == 0:
        return "none"
    if least == most:
        return f"exactly {_number(least)}"
    return f"{_number(least)} to {_number(most)}" if least else f"at most {_number(most)}"


def _requirement(graph: ShapesGraph, shape: ox.NamedNode, page: str, view: View) -> Requirement:
    path = _path_of(graph, shape, view)
    severity = [_value(view, one).text.rpartition(":")[2].lower() for one in graph.objects(shape, sh("severity"))]
    number = _how_many(graph, shape, view) if path.text else []
    anchor = fragment(shape.value) if whole(shape.value) == page else ""
    return Requirement(path, number, _messages(graph, shape), "".join(severity), _value(view, shape), anchor)


def _how_many(graph: ShapesGraph, shape: Node, view: View) -> list[Link]:
    found = [Link(counted(_integer(graph, shape, "minCount") or 0, _integer(graph, shape, "maxCount")))]
    found += [_value(view, one) for name in _KINDS for one in graph.objects(shape, sh(name))]
    for one in graph.objects(shape, sh("qualifiedValueShape")):
        least, most = _integer(graph, shape, "qualifiedMinCount") or 0, _integer(graph, shape, "qualifiedMaxCount")
        found += [Link(f"{counted(least, most)} of"), _value(view, one)]
    return found


def _integer(graph: ShapesGraph, shape: Node, name: str) -> int | None:
    value = graph.value(shape, sh(name))
    return int(value.value) if isinstance(value, ox.Literal) else None


def _number(number: int) -> str:
    return "one" if number == 1 else str(number)
