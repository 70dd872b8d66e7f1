"""Every collected row about members, chairs, conferences and bodies is answered by a stored query.

Every statement, document and meeting is in the graph with its values and sources.

`tests/facts/` holds the columns that matter of the tables that the facts were collected in.
"""

from __future__ import annotations

import csv
from collections import Counter
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
DOCUMENTS = """SELECT ?document ?title ?other_title ?type ?issued ?url ?source ?topic
WHERE {
  ?document a coal:Document ;
            dcterms:source/schema:url ?source ;
            dcterms:title ?title ;
            dcterms:type/skos:prefLabel ?type .
  OPTIONAL { ?document dcterms:issued ?issued }
  OPTIONAL { ?document dcterms:subject/(skos:prefLabel|skos:altLabel) ?topic }
  OPTIONAL { ?document schema:url ?url }
  OPTIONAL { ?document skos:altLabel ?other_title }
}
ORDER BY ?document"""
RELATIONS = """SELECT ?document ?relation ?other
WHERE {
  {
    ?document a coal:Document ;
              dcterms:replaces ?other .
    BIND("supersedes" AS ?relation)
  }
  UNION
  {
    ?document a coal:Document .
    ?mandate coal:grantedBy|prov:wasInfluencedBy ?document ;
             coal:mandates ?other .
    BIND("mandates" AS ?relation)
  }
}
ORDER BY ?document ?other"""
MEETINGS = """SELECT ?event ?body ?begin ?end ?place ?source
WHERE {
  ?event a coal:Event ;
         coal:begin ?begin ;
         coal:end ?end ;
         coal:heldBy|schema:about ?body ;
         dcterms:source/schema:url ?source .
  FILTER(STRSTARTS(STR(?event), "https://w3id.org/coalition/id/foc/"))
  OPTIONAL { ?event schema:location/(skos:prefLabel|skos:altLabel) ?place }
}
ORDER BY ?event"""


def table(name: str, folder: Path = FACTS) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(iri: str) -> str:
    return iri.rpartition("/id/")[2]


def by_slug(rows: Rows, column: str) -> dict[str, Record]:
    return {slug(row[column]): {key: value or "" for key, value in row.items()} for row in rows}


def gathered(graph: Graph, query: str, key: str) -> dict[str, dict[str, set[str]]]:
    """All values of each column, by the thing in column `key`."""
    rows = graph.sparql(query)
    assert isinstance(rows, Rows)
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        columns = found.setdefault(slug(row[key]), {})
        for column, value in row.items():
            columns.setdefault(column, set()).update({str(value)} if value else ())
    return found


def addresses(cell: str) -> set[str]:
    """The addresses in a cell, without the search words that a stored copy may carry."""
    return {address.partition("?hilite=UN")[0] for address in cell.split(";") if address}


@pytest.mark.parametrize("name", ["members", "chairs", "conferences", "bodies", "statements", "documents", "meetings"])
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
            coalition = by_slug(graph.rows("coalitions"), "coalition")["foc"]
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


STATEMENT_TYPES = {
    "FOC statement": "statement",
    "chair's statement": "chair’s statement",
    "guiding principles": "principles",
}
"""The types of the statements that have another name among the document types."""

TYPED_AS_DOCUMENTS = {
    "Freedom Online: Joint Action for Free Expression on the Internet": "founding declaration",
    "Recommendations for Freedom Online (Tallinn Agenda)": "recommendations",
    "Ottawa Agenda": "principles",
}
"""The types of statements that a row of the documents puts more narrowly."""


def test_statements(graph: Graph) -> None:
    """A statement that is also a row of the outputs or documents is one document, and keeps the more precise date."""
    found = gathered(graph, DOCUMENTS, "document")
    by_title = {title: row for row in found.values() for title in row["title"] | row["other_title"]}
    for fact in table("statements"):
        row = by_title[fact["title"]]
        kind = TYPED_AS_DOCUMENTS.get(fact["title"], STATEMENT_TYPES.get(fact["type"], fact["type"]))
        assert row["type"] == {kind}
        assert {date[: len(fact["date"])] for date in row["issued"]} == ({fact["date"]} if fact["date"] else set())
        assert addresses(fact["url"]) <= row["url"] | row["source"]
        assert addresses(fact["source_url"]) <= row["source"]
        assert set(fact["topic_keywords"].split("; ")) <= row["topic"]


DOCUMENT_TYPES = {
    "conference decision": "decision",
    "high-level principles": "principles",
    "ministerial recommendations": "recommendations",
    "programme of work": "programme of action",
    "statement and work plan": "statement",
}
"""The types of the documents that have another name among the document types."""


def test_documents_and_what_they_mandate_and_replace(graph: Graph) -> None:
    found = gathered(graph, DOCUMENTS, "document")
    by_title = {title: (name, row) for name, row in found.items() for title in row["title"]}
    facts = table("documents")
    names = {fact["id"]: by_title[fact["title"]][0] for fact in facts}
    expected = set()
    for fact in facts:
        name, row = by_title[fact["title"]]
        assert row["type"] == {DOCUMENT_TYPES.get(fact["type"], fact["type"])}
        assert row["issued"] == ({fact["date"]} if fact["date"] else set())
        assert addresses(fact["source_url"]) <= row["source"]
        bodies = ["foc" if body == "foc" else f"foc/{body}" for body in fact["mandates_body_id"].split(";") if body]
        expected |= {(name, "mandates", body) for body in bodies}
        if fact["supersedes"]:
            expected.add((name, "supersedes", names[fact["supersedes"]]))
    relations = graph.sparql(RELATIONS)
    assert isinstance(relations, Rows)
    assert expected == {
        (slug(row["document"]), row["relation"], slug(row["other"]))
        for row in relations
        if slug(row["document"]).startswith("foc/document/")
    }


NOT_CITIES = {"", "Jalisco", "online"}


def test_meetings(graph: Graph) -> None:
    """Each row is one event, of the same body, dates, place and sources; a meeting that is a conference is that one."""
    events = gathered(graph, MEETINGS, "event")
    for fact in table("meetings"):
        body = "foc" if fact["body_id"] == "foc" else f"foc/{fact['body_id']}"
        row = next(
            (
                name
                for name, event in events.items()
                if body in {slug(agent) for agent in event["body"]}
                and event["begin"] == {fact["date"]}
                and event["end"] == {fact["date_end"] or fact["date"]}
                and (fact["place"] in event["place"] or (fact["place"] in NOT_CITIES and not event["place"]))
                and addresses(fact["source_url"]) <= event["source"]
            ),
            None,
        )
        assert row is not None, fact
        del events[row]
    assert Counter(name.rpartition("/")[2].partition("-")[0] for name in events) == {
        "conference": 9,
        "high": 1,
        "ministerial": 1,
    }, "events that no row tells of"
