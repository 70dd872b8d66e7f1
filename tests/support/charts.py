"""Charts for tests: how any kind is drawn, and what its SVG holds."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from foc_graph import namespaces
from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import Chart
from foc_graph.charts.svg import resolved
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, iri_of
from foc_graph.queries.header import read_queries
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT

SVG = "{http://www.w3.org/2000/svg}"
WORKSPACE = find_workspace(ROOT)
QUERIES = read_queries(WORKSPACE)

HOSTILE = {
    "markup": "<script>alert(1)</script><style>*{}</style>\"'&]]><!--",
    "500 characters": "Überlang " * 55 + "Ende",
    "one word of 500 characters": "W" * 500,
    "right to left": "المملكة العربية السعودية \u202eתנועה",
    "wide": "自由オンライン連合" * 40,
    "control characters": "a\u0001b\u0008c\ufffed",
    "marks without width": "e" + "\u0301" * 500,
    "nothing": "",
}


def given_for(name: str, subject: str, other: str = "second") -> dict[str, object]:
    """Parameters with which a kind draws a coalition, or an agent."""
    first = KINDS[name].parameters[0]
    if name == "matrix":
        return {}
    return {first.name: [subject, other] if first.repeatable else subject}


def chart_of(graph: Graph, name: str, **parameters: object) -> Chart:
    """The chart of what has one."""
    found = draw_chart(graph, name, **parameters)
    assert found is not None
    return found


def elements(svg: str, tag: str, mark: str = "") -> list[ET.Element]:
    """Elements of a chart of a tag and, if given, a class."""
    found = ET.fromstring(svg).iter(f"{SVG}{tag}")
    return [one for one in found if not mark or mark in one.get("class", "").split()]


def texts(svg: str) -> list[str]:
    """The texts that a chart shows, each on one line."""
    return ["".join(one.itertext()) for one in elements(svg, "text")]


def titles(svg: str) -> list[str]:
    """The titles of the marks of a chart."""
    return [one.text or "" for one in elements(svg, "title")]


def drawings(found: Chart) -> list[str]:
    """The drawing of a chart, and that for a narrow screen if it has one."""
    return [str(one) for one in (found.svg, found.narrow) if one]


def check_whole(found: Chart) -> None:
    """That a chart says what it shows, and its drawings are whole."""
    assert found.title and found.what and found.reading
    for svg in drawings(found):
        check_drawing(svg)


def check_drawing(svg: str) -> None:
    """That a drawing is XML of the kinds of elements that a page may hold, with all marks within its viewBox."""
    root = ET.fromstring(svg)
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert root.get("aria-label") and root.get("role") == "group"
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in {"svg", "g", "a", "path", "rect", "circle", "text", "tspan", "title", "use"}
        assert "style" not in one.attrib and not any(name.startswith("on") for name in one.attrib)
        assert one.get("id", "countries") == "countries", "what another drawing repeats"
        assert all(
            name != "href" or value.startswith(("http://", "https://", "#countries"))
            for name, value in one.attrib.items()
        )
        x, y = float(one.get("x") or one.get("cx") or left), float(one.get("y") or one.get("cy") or top)
        radius = float(one.get("r") or 0)
        assert (left <= x - radius and x + radius + float(one.get("width") or 0) <= left + width) or one is root
        assert (top <= y - radius and y + radius + float(one.get("height") or 0) <= top + height) or one is root


def check_within(found: Chart) -> None:
    import resvg_py

    for svg in drawings(found):
        if "<use " in svg:  # a part of another drawing, which goes on outside
            continue
        *_, width, height = map(int, ET.fromstring(svg).get("viewBox", "").split())
        size = f'width="{width}" height="{height}"'
        inner = svg.replace("<svg ", f'<svg x="200" y="200" {size} overflow="visible" ', 1)
        frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 400}" height="{height + 400}">'
        cover = f'<style>{resolved()}</style><rect x="200" y="200" {size} fill="white"/></svg>'
        painted = [bytes(resvg_py.svg_to_bytes(svg_string=f"{frame}{one}{cover}")) for one in (inner, "")]
        assert painted[0] == painted[1]


def graph_of(triples: Iterable[ox.Quad]) -> Graph:
    """A graph of triples of a test's own, with the stored queries."""
    store = ox.Store()
    store.bulk_extend(triples)
    return Graph(WORKSPACE, EmbeddedStore(store, prefixes=namespaces.PREFIXES), QUERIES)


def agent_slug(name: str) -> str:
    return f"organisation/{name.encode().hex()[:40] or 0}"


def made(coalition: str, members: list[tuple[str, str, str]], role: str = "member", mandates: int = 1) -> Graph:
    """A graph with a coalition, a body with mandates, and members: their names and when they began and ended."""

    def thing(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{BASE}{name}")

    def bounds(of: ox.NamedNode, begin: str, end: str) -> Iterator[ox.Quad]:
        for name, day in (("begins", begin), ("ends", end)):
            for side in ("Earliest", "Latest") if day else ():
                yield ox.Quad(
                    of,
                    ox.NamedNode(iri_of(f"coal:{name}{side}")),
                    ox.Literal(day, datatype=ox.NamedNode(iri_of("xsd:date"))),
                )

    def says(subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(RDF_TYPE if name == "a" else iri_of(name)), value)

    def triples() -> Iterator[ox.Quad]:
        whole, body = thing("id/made"), thing("id/made/group")
        for one in (whole, thing("id/other")):
            yield says(one, "a", ox.NamedNode(iri_of("coal:Coalition")))
        yield says(body, "a", ox.NamedNode(iri_of("coal:Body")))
        for one in (whole, body, thing("id/other")):
            yield says(one, "coal:displayLabel", ox.Literal(coalition, language="en"))
            yield says(one, "rdfs:label", ox.Literal(coalition, language="en"))
        yield says(body, "org:transitiveSubOrganizationOf", whole)
        yield says(body, "org:classification", thing("concept/body-kind/working-group"))
        yield says(thing("concept/body-kind/working-group"), "skos:notation", ox.Literal("working-group"))
        for number in range(mandates):
            mandate = thing(f"id/made/group/mandate/{number}")
            yield says(mandate, "coal:empowers", body)
            yield from bounds(mandate, "2015-01-01", "2016-01-01")
        yield says(thing("concept/role/member"), "skos:notation", ox.Literal(role))
        yield says(thing("concept/role/member"), "dcterms:type", thing("concept/role-kind/member"))
        yield says(thing("concept/role-kind/member"), "skos:notation", ox.Literal("member"))
        yield says(thing("concept/period-state/ended"), "skos:notation", ox.Literal("ended"))
        yield says(thing("id/made/completeness"), "coal:completenessOf", whole)
        yield says(thing("id/made/completeness"), "coal:list", thing("concept/list/members"))
        yield says(thing("id/made/completeness"), "coal:completenessState", thing("concept/completeness/partial"))
        yield says(thing("concept/list/members"), "skos:notation", ox.Literal("members"))
        yield says(thing("concept/completeness/partial"), "skos:notation", ox.Literal("partial"))
        for number, (name, begin, end) in enumerate(members):
            agent = thing(f"id/{agent_slug(name)}")
            for place in (whole, body, thing("id/other"))[: 3 if number < 3 else 1]:
                one = ox.NamedNode(f"{place.value}/membership/{number}")
                yield says(one, "org:organization", place)
                yield says(one, "org:member", agent)
                yield says(one, "org:role", thing("concept/role/member"))
                yield from bounds(one, begin, end)
                if end:
                    yield says(one, "coal:periodState", thing("concept/period-state/ended"))
            yield says(agent, "coal:displayLabel", ox.Literal(name, language="en"))
            yield says(agent, "rdfs:label", ox.Literal(name, language="en"))
            yield says(agent, "a", ox.NamedNode(iri_of("foaf:Agent")))
            yield from bounds(thing("id/made/group/mandate/0"), begin, "") if number == 0 else ()
            yield from bounds(body, begin, end) if number == 0 else ()

    return graph_of(triples())
