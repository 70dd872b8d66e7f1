"""Charts for tests: how any kind is drawn, and what its SVG holds."""

import xml.etree.ElementTree as ET
from functools import cache

import pyoxigraph as ox

from foc_graph import namespaces
from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import Chart
from foc_graph.charts.svg import resolved
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE
from foc_graph.queries.header import read_queries
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
    """Check that nothing of a chart is painted outside its drawing."""
    for svg in drawings(found):
        if "<use " in svg:  # a part of another drawing, which goes on outside
            continue
        *_, width, height = map(int, ET.fromstring(svg).get("viewBox", "").split())
        placed = f'<svg x="200" y="200" width="{width}" height="{height}" overflow="visible" '
        assert _covered(width, height, svg.replace("<svg ", placed, 1)) == _blank(width, height)


def _covered(width: int, height: int, inner: str) -> bytes:
    """Paint what a frame around a drawing shows where a white sheet covers the drawing itself."""
    import resvg_py

    frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 400}" height="{height + 400}">'
    sheet = f'<rect x="200" y="200" width="{width}" height="{height}" fill="white"/>'
    return bytes(resvg_py.svg_to_bytes(svg_string=f"{frame}{inner}<style>{resolved()}</style>{sheet}</svg>"))


@cache
def _blank(width: int, height: int) -> bytes:
    return _covered(width, height, "")


def agent_slug(name: str) -> str:
    return f"organisation/{name.encode().hex()[:40] or 0}"


def made(coalition: str, members: list[tuple[str, str, str]], role: str = "member", mandates: int = 1) -> Graph:
    """A graph with a coalition, a body with mandates, and members: their names and when they began and ended."""

    def bounds(begin: str, end: str) -> str:
        days = {"begins": begin, "ends": end}
        sides = (
            f'coal:{name}{side} "{day}"^^xsd:date' for name, day in days.items() for side in ("Earliest", "Latest")
        )
        return " ; ".join(["", *(side for side in sides if '""' not in side)])

    def label(text: str) -> str:
        literal = ox.Literal(text, language="en")
        return f"coal:displayLabel {literal} ; rdfs:label {literal}"

    (_, begin, end), *_ = [*members, ("", "", "")]
    parts = [
        *(f"PREFIX {prefix}: <{iri}>" for prefix, iri in namespaces.PREFIXES.items()),
        f"""<id/made> a coal:Coalition ; {label(coalition)} .
        <id/other> a coal:Coalition ; {label(coalition)} .
        <id/made/group> a coal:Body ; {label(coalition)} ; org:transitiveSubOrganizationOf <id/made> ;
            org:classification <concept/body-kind/working-group> {bounds(begin, end)} .
        <id/made/group/mandate/0> coal:empowers <id/made/group> {bounds(begin, "")} .
        <concept/body-kind/working-group> skos:notation "working-group" .
        <concept/role/member> skos:notation {ox.Literal(role)} ; dcterms:type <concept/role-kind/member> .
        <concept/role-kind/member> skos:notation "member" .
        <concept/period-state/ended> skos:notation "ended" .
        <id/made/completeness> coal:completenessOf <id/made> ; coal:list <concept/list/members> ;
            coal:completenessState <concept/completeness/partial> .
        <concept/list/members> skos:notation "members" .
        <concept/completeness/partial> skos:notation "partial" .""",
        *(
            f"<id/made/group/mandate/{at}> coal:empowers <id/made/group> {bounds('2015-01-01', '2016-01-01')} ."
            for at in range(mandates)
        ),
    ]
    for at, (name, begin, end) in enumerate(members):
        state = "; coal:periodState <concept/period-state/ended>" * bool(end)
        parts.append(f"<id/{agent_slug(name)}> a foaf:Agent ; {label(name)} .")
        parts += (
            f"<id/{place}/membership/{at}> org:organization <id/{place}> ; org:member <id/{agent_slug(name)}> ; "
            f"org:role <concept/role/member> {bounds(begin, end)} {state} ."
            for place in ("made", "made/group", "other")[: 3 if at < 3 else 1]
        )
    store = ox.Store()
    store.bulk_extend(ox.parse("\n".join(parts), format=ox.RdfFormat.TURTLE, base_iri=BASE))
    return Graph(WORKSPACE, EmbeddedStore(store, prefixes=namespaces.PREFIXES), QUERIES)
