"""Concepts of a workspace's own: what has one is listed, counted and found as what has the broader one."""

from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import AmbiguousNameError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE as SHARED
from foc_graph.store.results import Rows, as_rows
from tests.support.stored_calls import CALLS
from tests.support.workspaces import PREFIXES, small_workspace

OWN = {
    "body-kind/working-group": "body-kind/circle",
    "document-type/joint-statement": "document-type/open-letter",
    "event-kind/conference": "event-kind/summit",
    "role/member": "role/associate-member",
    "role/observer": "role/guest",
    "role/endorser": "role/adherent",
    "role/chair": "role/president",
    "stakeholder-category/civil-society": "stakeholder-category/charity",
}
"""Concepts of the workspace's own, by the shared one that is broader."""


def concept(shared: str, own: str) -> str:
    """A concept of the workspace's own, under its own base."""
    scheme, _, name = own.partition("/")
    kind = "org:Role , skos:Concept" if scheme == "role" else "skos:Concept"
    return f"""
<concept/{own}>
    a {kind} ;
    skos:broader <{SHARED}concept/{shared}> ;
    skos:definition "Is one of the workspace’s own."@en ;
    skos:inScheme <{SHARED}concept/{scheme}> ;
    skos:prefLabel "{name}"@en ;
.
"""


@pytest.fixture(scope="module")
def broader(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The small workspace, in which nothing has the concepts of its own."""
    root = small_workspace(tmp_path_factory.mktemp("shared") / "workspace")
    (root / "data" / "concepts.ttl").write_text(PREFIXES + "".join(map(concept, OWN, OWN.values())), "utf-8")
    return foc_graph.open(root)


@pytest.fixture(scope="module")
def own(broader: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The small workspace, in which everything has concepts of its own in place of the shared ones."""
    root = small_workspace(tmp_path_factory.mktemp("own") / "workspace")
    for path in (root / "data").rglob("*.ttl"):
        text = path.read_text("utf-8")
        for one, other in OWN.items():
            written = one.replace("/", r"\/")
            text = text.replace(f"concept:{written} ;", f"<concept/{other}> ;")
        path.write_text(text, "utf-8")
    concepts = (broader.workspace.root / "data" / "concepts.ttl").read_text("utf-8")
    (root / "data" / "concepts.ttl").write_text(concepts, "utf-8")
    return foc_graph.open(root)


def rows(graph: Graph, name: str, given: dict[str, object]) -> list[str]:
    """The rows that a stored query gives, sorted, with the shared concepts in place of the workspace's own."""
    result = graph.query(name, **given)
    assert isinstance(result, Rows)
    text = result.to_csv()
    for one, other in OWN.items():
        text = text.replace(f"{graph.base}concept/{other}", f"{SHARED}concept/{one}")
        text = text.replace(other.rpartition("/")[2], one.rpartition("/")[2])
    return sorted(text.splitlines())


def test_a_concept_under_any_base_has_a_notation(own: Graph) -> None:
    found = own.sparql(f"SELECT ?notation WHERE {{ <{own.base}concept/role/guest> skos:notation ?notation }}")
    assert isinstance(found, Rows)
    assert [row["notation"] for row in found] == ["guest"]
    assert {"associate-member", "guest"} <= {row["role"] for row in own.rows("members", coalition="first")}


def test_a_parameter_takes_the_notation_of_an_own_concept(own: Graph) -> None:
    bodies = own.rows("bodies", coalition="first", kind="circle")
    assert [row["body"] for row in bodies] == [f"{own.base}id/first/group"]
    assert len(list(own.query("documents", type="open-letter"))) == 1
    assert len(list(own.query("documents", type=f"{own.base}concept/document-type/open-letter"))) == 1


def test_what_is_no_concept_of_the_scheme_is_refused_with_what_there_is(own: Graph) -> None:
    with pytest.raises(UnknownNameError, match="bodies: kind: unknown body kind 'circel': did you mean circle"):
        own.query("bodies", coalition="first", kind="circel")
    with pytest.raises(UnknownNameError, match="unknown body kind 'x': there are accountability-body, advisory-body"):
        own.query("bodies", coalition="first", kind="x")


def test_two_concepts_of_one_notation_are_told_apart_by_their_iris(cache: Path, tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "workspace")
    (root / "data" / "concepts.ttl").write_text(PREFIXES + concept("body-kind/cohort", "body-kind/office"), "utf-8")
    graph = foc_graph.open(root)
    with pytest.raises(AmbiguousNameError, match=f"kind 'office' is ambiguous: .* {SHARED}concept/body-kind/office"):
        graph.query("bodies", coalition="first", kind="office")


def test_a_parameter_of_a_built_graph_lists_the_concepts_that_it_takes(own: Graph) -> None:
    (kind,) = (one for one in own.queries["bodies"].parameters if one.name == "kind")
    assert {"circle", "working-group", "office"} < set(kind.values)


@pytest.mark.parametrize(("name", "given"), CALLS.values(), ids=CALLS)
def test_what_has_an_own_concept_is_answered_as_what_has_the_broader_one(
    name: str, given: dict[str, object], own: Graph, broader: Graph
) -> None:
    assert rows(own, name, given) == rows(broader, name, given)


def test_who_has_an_own_role_is_a_member_in_terms_of_org(own: Graph, broader: Graph) -> None:
    asked = "SELECT ?whole ?member WHERE { ?whole org:hasMember ?member } ORDER BY ?whole ?member"
    found = own.sparql(asked)
    assert isinstance(found, Rows) and len(found) > 0
    assert [*found] == [*as_rows(broader.sparql(asked))]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("joins", {"coalition": "first"}),
        ("map", {"coalition": "first"}),
        ("memberships", {"agent": "government/cl"}),
        ("memberships", {"agent": "government/ee"}),
        ("upset", {"coalition": ["first", "second"]}),
    ],
)
def test_a_chart_shows_who_has_an_own_role_as_who_has_the_broader_one(
    name: str, given: dict[str, object], own: Graph, broader: Graph
) -> None:
    drawn, as_broader = own.plot(name, **given), broader.plot(name, **given)
    assert (drawn.text, drawn.legend, drawn.things) == (as_broader.text, as_broader.legend, as_broader.things)
