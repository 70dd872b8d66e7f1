"""Every collected row about members, chairs, conferences and bodies is answered by a stored query.

`tests/facts/` holds the columns that matter of the tables that the facts were collected in.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import ROOT

from foc_graph.graph import Graph
from foc_graph.store.result import Record, Rows

FACTS = Path(__file__).parent / "facts"
COLLECTED = ROOT.parent / "shared" / "facts"

KINDS = {
    "working group": "working-group",
    "internal working group": "internal-working-group",
    "multistakeholder advisory body": "advisory-body",
    "cohort of a body": "cohort",
    "secretariat": "secretariat",
    "governance body": "steering-body",
    "governance office": "office",
    "task force": "task-force",
    "diplomatic network": "diplomatic-network",
}
BOUNDS = """SELECT ?membership ?begins_earliest ?begins_latest
WHERE {
  ?membership coal:beginsEarliest ?begins_earliest ;
              coal:beginsLatest ?begins_latest ;
              org:organization <https://w3id.org/coalition/id/foc> .
}
ORDER BY ?membership"""


def table(name: str, folder: Path = FACTS) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(iri: str) -> str:
    return iri.rpartition("/id/")[2]


def by_slug(rows: Rows, column: str) -> dict[str, Record]:
    return {slug(row[column]): {key: value or "" for key, value in row.items()} for row in rows}


@pytest.mark.parametrize("name", ["members", "chairs", "conferences", "bodies"])
def test_the_tables_here_are_the_ones_collected(name: str) -> None:
    if not COLLECTED.is_dir():
        pytest.skip("the folder of collected facts is not beside this checkout")
    kept = table(name)
    assert kept == [{column: row[column] for column in kept[0]} for row in table(name, COLLECTED)]


def test_members(graph: Graph) -> None:
    found = by_slug(graph.rows("members", coalition="foc"), "member")
    rows = graph.sparql(BOUNDS)
    assert isinstance(rows, Rows)
    bounds = {slug(row["membership"]): (row["begins_earliest"], row["begins_latest"]) for row in rows}
    facts = table("members")
    assert len(found) == len(facts) == 43
    for fact in facts:
        code = fact["iso2"].lower()
        row = found[f"government/{code}"]
        assert (row["name"], row["status"]) == (fact["country"], fact["status"])
        assert (row["joined"], row["left"]) == (fact["joined"], fact["left_or_suspended"])
        ending = "-observer" if fact["status"] == "observer" else ""
        assert bounds[f"foc/membership/{code}{ending}"] == (fact["joined_earliest"], fact["joined_latest"]), code


def test_chairs(graph: Graph) -> None:
    """The two rows of Ghana are one term, and in 2017 the Friends of the Chair acted as chair."""
    facts = table("chairs")
    terms = {
        (fact["country"] or "Friends of the Chair", fact["start"], fact["end"])
        for fact in facts
        if (fact["country"], fact["year"]) != ("Ghana", "2020")
    }
    rows = graph.rows("chairs", coalition="foc")
    assert len(facts) == 16 and len(rows) == 15
    assert {(row["name"], row["start"] or "", row["end"] or "") for row in rows} == terms


def test_conferences(graph: Graph) -> None:
    facts = table("conferences")
    rows = [{key: value or "" for key, value in row.items()} for row in graph.rows("conferences", coalition="foc")]
    assert len(rows) == len(facts) == 12
    found = {(row["title"], row["city"], row["start"], row["end"], str(row["edition"])) for row in rows}
    assert found == {(f["title"], f["city"], f["start"], f["end"], f["edition"]) for f in facts}


def test_bodies_and_their_mandates(graph: Graph) -> None:
    """The first row of a body is followed; the second founding year of a working group stays as a claim."""
    bodies = by_slug(graph.rows("bodies", coalition="foc"), "body")
    mandates = by_slug(graph.rows("mandates", coalition="foc"), "body")
    alternatives = set()
    seen = set()
    for fact in table("bodies"):
        if fact["id"] in seen:
            alternatives.add((fact["id"], fact["founded"]))
            continue
        seen.add(fact["id"])
        if fact["id"] == "foc":
            (coalition,) = graph.rows("coalitions")
            assert (coalition["name"], coalition["abbreviation"]) == (fact["name"], fact["abbrev"])
            assert coalition["founded"] == fact["founded"]
        elif fact["kind"] in KINDS:
            row = bodies.pop(f"foc/{fact['id']}")
            assert (row["name"], row["kind"], row["founded"]) == (fact["name"], KINDS[fact["kind"]], fact["founded"])
            if fact["mandate_start"] or fact["mandate_end"]:
                mandate = mandates[f"foc/{fact['id']}"]
                assert (mandate["start"], mandate["end"]) == (fact["mandate_start"], fact["mandate_end"])
        else:
            (row,) = graph.rows("search", text=fact["name"], kind="organisation")
            assert slug(row["thing"]) == f"organisation/{fact['id']}"
    assert not bodies, "bodies that no row tells of"
    claims = {
        (slug(row["subject"]).rpartition("/")[2], str(row["value"]))
        for row in graph.rows("conflicts", coalition="foc")
        if row["property"].endswith("#begin")
    }
    assert alternatives <= claims and {(body, "2013") for body, _ in alternatives} <= claims
