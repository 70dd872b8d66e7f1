"""Networks of the things that the rows of stored queries join, as other libraries read them."""

from pathlib import Path
from typing import Any

import networkx
import pytest

from foc_graph.errors import ParseError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query
from foc_graph.store.network import Edge, Network, Node, graphml
from foc_graph.store.results import as_rows
from tests.support.workspaces import BASE

HEADER = """#+ summary: Who holds a seat
#+ question: Who holds a seat?
#+ parameters:
#+   - {name: body, type: body, required: true, description: the body}
#+   - {name: topic, type: body, description: another}
#+ columns: {agent: who, weight: how much}
#+ network: NETWORK
#+ expect: []
SELECT ?agent (1 AS ?weight)
WHERE { ?seat org:member ?agent ; org:organization ?body ; dcterms:subject ?topic }
ORDER BY STR(?agent)
"""


def network_of(graph: Graph, folder: Path, query: str, **parameters: str) -> Any:
    path = folder / "network.graphml"
    as_rows(graph.query(query, **parameters)).save(path)
    return networkx.read_graphml(path)


def test_memberships_join_an_agent_to_bodies_with_roles_and_dates(small: Graph, tmp_path: Path) -> None:
    found = network_of(small, tmp_path, "memberships_of", agent="ee")
    estonia, first = f"{BASE}id/government/ee", f"{BASE}id/first"
    assert found.nodes[estonia] == {"label": "Government of Estonia", "kind": "government"}
    assert found.nodes[first]["kind"] == "coalition" and found.number_of_edges(estonia, first) == 2
    ties = {tie["role"]: tie for tie in found.get_edge_data(estonia, first).values()}
    assert ties["member"]["begin"] == "2012" and ties["chair"]["end_latest"] == "2015-12-31"


def test_a_matrix_joins_coalitions_by_what_they_share(small: Graph, tmp_path: Path) -> None:
    rows = as_rows(small.query("overlap_matrix"))
    found = network_of(small, tmp_path, "overlap_matrix")
    weights = {(one["coalition_a"], one["coalition_b"]): one["shared"] for one in rows if one["shared"]}
    assert {(one, other): tie["weight"] for one, other, tie in found.edges(data=True)} == weights and weights
    assert set(found) == {one[end] for one in rows for end in ("coalition_a", "coalition_b")}


def test_interlocks_join_each_agent_to_each_of_its_bodies(small: Graph, tmp_path: Path) -> None:
    rows = list(as_rows(small.query("interlocks")))
    found = network_of(small, tmp_path, "interlocks")
    assert {row["agent"]: found.degree(row["agent"]) for row in rows} == {row["agent"]: row["bodies"] for row in rows}
    names = {found.nodes[body]["label"] for body in rows[0]["body_ids"].split()}
    assert names == set(rows[0]["body_names"].split("; "))


def test_every_query_with_a_network_gives_one(graph: Graph, tmp_path: Path) -> None:
    for query in graph.queries.values():
        if query.network:
            given = query.expect[0]["with"]
            found = network_of(graph, tmp_path, query.name, **given)
            assert all(set(about) == {"label", "kind"} for _, about in found.nodes(data=True)) and found.size()


def test_hostile_labels_and_cells_are_text(tmp_path: Path) -> None:
    hostile = '<a>&"\x00\x1b\u202e]]>'
    nodes = [Node("urn:a", hostile, "kind"), Node("urn:b", "b", hostile)]
    edges = [Edge(("urn:a", "urn:b"), 2, {"is_open": True, "note": hostile, "none": None})]
    types = {"is_open": bool, "note": str, "none": str}
    path = tmp_path / "a.graphml"
    path.write_bytes(graphml(Network(nodes, edges, types)))
    found = networkx.read_graphml(path)
    clean = hostile.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert found.nodes["urn:a"]["label"] == found.nodes["urn:b"]["kind"] == clean
    tie = found.edges["urn:a", "urn:b"]
    assert (tie["is_open"], tie["note"], float(tie["weight"])) == (True, clean, 2.0)


@pytest.mark.parametrize(
    "network",
    [
        "[agent, body]",
        "{from: agent}",
        "{from: agent, to: agent}",
        "{from: agent, to: nothing}",
        "{from: agent, to: topic}",
        "{from: agent, to: body, weight: body}",
        "{from: agent, to: body, colour: agent}",
        "{from: [agent], to: body}",
    ],
)
def test_a_network_that_does_not_fit_is_refused(network: str, tmp_path: Path) -> None:
    path = tmp_path / "seats.rq"
    path.write_text(HEADER.replace("NETWORK", "{from: agent, to: body, weight: weight}"), "utf-8")
    assert read_query(path, path.name).network["to"] == "body"
    path.write_text(HEADER.replace("NETWORK", network), "utf-8")
    with pytest.raises(ParseError, match="header: "):
        read_query(path, path.name)
