"""Who joined and left, and the sentences that count it: who came twice, coalitions without members or dates."""

from pathlib import Path

import foc_graph
from foc_graph.queries.counts import write_count
from tests.support.workspaces import PREFIXES, new_workspace

CLUBS = """<id/club> a coal:Coalition ; skos:prefLabel "Club"@en .
<id/empty> a coal:Coalition ; skos:prefLabel "Empty"@en .
<id/organisation/a> a org:Organization ; skos:prefLabel "A"@en .
<id/club/membership/a> a coal:Membership ; org:organization <id/club> ; org:member <id/organisation/a> ;
    org:role concept:role\\/member ; coal:begin "2012"^^xsd:gYear ; coal:end "2014-05"^^xsd:gYearMonth .
<id/club/membership/a-2> a coal:Membership ; org:organization <id/club> ; org:member <id/organisation/a> ;
    org:role concept:role\\/member ; coal:begin "2016"^^xsd:gYear ; coal:end "2018-01-31"^^xsd:date .
"""


def test_who_joined_twice_and_left_twice_has_two_rows_and_each_has_its_answer(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "w", '["ontology", "queries"]')
    (root / "data" / "club.ttl").write_text(PREFIXES + CLUBS, "utf-8")
    graph = foc_graph.open(root)

    def said(name: str, **given: str) -> str:
        return write_count(graph.queries[name], list(graph.query(name, **given)))

    assert [row["position"] for row in graph.query("joiners", coalition="club")] == [1, 2]
    assert [row["end"] for row in graph.query("leavers", coalition="club")] == ["2014-05", "2018-01-31"]
    assert said("joiners", coalition="club", since="2015") == "1 joined"
    assert said("leavers", coalition="club", since="2014-05-20") == "2 left (1 uncertain)"
    assert said("members", coalition="club") == "0 members, 1 former member"
    for as_of, answer in (
        ("2013", "yes, since 2012 (certain)"),
        ("2014-05-20", "possibly, known to the month (possible)"),
        ("1990", "no, it joined in 2012 (certain)"),
        ("2099", "no, it left in May 2014 (certain)"),
    ):
        assert said("belongs_to", agent="organisation/a", coalition="club", as_of=as_of) == f"A: {answer}"
    assert said("belongs_to", agent="organisation/a", coalition="empty") == "A: no, no membership is on record"
    assert said("members", coalition="empty") == "0 members" and said("begin_dates", coalition="empty").startswith(
        "Of 0"
    )
