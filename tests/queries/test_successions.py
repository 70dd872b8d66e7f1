"""A chair passes on: of a sole chair whose end is not on record, the planned end and the next chair bound the term."""

from collections.abc import Mapping

import pytest

import foc_graph
from foc_graph.dates import PartialDate
from foc_graph.graph import Graph
from foc_graph.site.members import list_chairs
from foc_graph.site.view import View
from tests.support.workspaces import BASE, PREFIXES, new_workspace

Term = Mapping[str, str]

CASES: dict[str, tuple[list[Term], dict[str, dict[str, str]], str]] = {
    "a handover on a day": (
        [
            {"who": "ee", "begin": "2019-03-01", "plannedEnd": "2020-03-01", "attested": "2019-12"},
            {"who": "fi", "begin": "2020-03-01", "end": "2021"},
        ],
        {
            "2019-12-15": {"ee": "possible"},
            "2020-02-29": {"ee": "possible"},
            "2020-03-01": {"fi": "certain"},
            "2020": {"ee": "possible", "fi": "certain"},
            "2022": {},
        },
        "2020-02-29",
    ),
    "the outgoing chair seen on the day of the handover": (
        [
            {"who": "ee", "begin": "2019", "plannedEnd": "2020-03-01", "attested": "2020-03-01"},
            {"who": "fi", "begin": "2020-03-01", "verified": "2024"},
        ],
        {"2020-03-01": {"ee": "certain", "fi": "certain"}, "2020-03-02": {"fi": "certain"}},
        "2020-03-01",
    ),
    "the next chair known to the month": (
        [{"who": "ee", "begin": "2019", "plannedEnd": "2020"}, {"who": "fi", "begin": "2021-03", "verified": "2024"}],
        {"2021-03-30": {"ee": "possible", "fi": "possible"}, "2021-03-31": {"fi": "certain"}},
        "2021-03-30",
    ),
    "a gap": (
        [
            {"who": "ee", "begin": "2019", "plannedEnd": "2020-06", "verified": "2019-11"},
            {"who": "fi", "begin": "2024-01-01", "end": "2024"},
        ],
        {
            "2020-06": {"ee": "presumed"},
            "2023-12-31": {"ee": "possible"},
            "2024-01-01": {"fi": "certain"},
            "2026": {},
        },
        "2023-12-31",
    ),
    "the next chair began before the plan of the one before ended": (
        [{"who": "ee", "begin": "2019", "plannedEnd": "2021-06-30"}, {"who": "fi", "begin": "2020-07", "end": "2023"}],
        {"2021-06-30": {"ee": "possible", "fi": "certain"}, "2021-07-01": {"fi": "certain"}},
        "2021-06-30",
    ),
    "two that are certain at once for a year": (
        [
            {"who": "ee", "begin": "2019", "plannedEnd": "2021", "attested": "2021-06"},
            {"who": "fi", "begin": "2020-07", "end": "2023"},
        ],
        {"2021-06": {"ee": "certain", "fi": "certain"}, "2026": {"ee": "possible"}},
        "",
    ),
    "two planned ends": (
        [
            {"who": "ee", "begin": "2019", "plannedEnd": "2020-03"},
            {"who": "fi", "begin": "2020-04-01", "plannedEnd": "2021-03"},
            {"who": "gh", "begin": "2021-04-01", "verified": "2026"},
        ],
        {"2020-06": {"fi": "possible"}, "2021-06": {"gh": "certain"}},
        "2020-03-31",
    ),
    "a chair who comes back": (
        [
            {"who": "ee", "begin": "2015", "plannedEnd": "2016"},
            {"who": "fi", "begin": "2017-01-01", "end": "2018"},
            {"who": "ee", "begin": "2019-01-01", "verified": "2020"},
        ],
        {"2017-06": {"fi": "certain"}, "2019-06": {"ee": "certain"}, "2026": {"ee": "presumed"}},
        "2016-12-31",
    ),
    "no plan": (
        [{"who": "ee", "begin": "2019"}, {"who": "fi", "begin": "2020-04-01", "verified": "2026"}],
        {"2026": {"ee": "possible", "fi": "certain"}},
        "",
    ),
    "co-chairs": (
        [
            {"who": "ee", "begin": "2019", "plannedEnd": "2020", "role": "co-chair"},
            {"who": "fi", "begin": "2021", "verified": "2026", "role": "co-chair"},
        ],
        {"2026": {"ee": "possible", "fi": "certain"}},
        "",
    ),
    "a coalition that ended first": (
        [
            {"who": "ee", "begin": "2009", "plannedEnd": "2010"},
            {"who": "fi", "begin": "2012-01-01", "end": "2012"},
            {"who": "gh", "begin": "2012-06", "plannedEnd": "2013"},
        ],
        {
            "2011": {"ee": "possible"},
            "2012": {"fi": "certain", "gh": "certain"},
            "2014": {"gh": "possible"},
            "2015": {},
        },
        "2011-12-31",
    ),
}
"""The terms of a coalition, who chairs it on dates and how surely, and the last day of the first term by the rule."""

ENDED = "a coalition that ended first"
NAMES = {"ee": "Estonia", "fi": "Finland", "gh": "Ghana"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    root = new_workspace(tmp_path_factory.mktemp("chairs") / "w", '["ontology", "queries"]')
    text = PREFIXES + "".join(
        f'<id/country/{code}> a schema:Country ; skos:prefLabel "{name}"@en .\n'
        f'<id/government/{code}> a coal:Government ; coal:governs <id/country/{code}> ; skos:prefLabel "{name}"@en .\n'
        for code, name in NAMES.items()
    )
    for number, (case, (terms, *_)) in enumerate(CASES.items()):
        end = 'coal:end "2014"^^xsd:gYear ; ' if case == ENDED else ""
        text += f'<id/c{number}> a coal:Coalition ; {end}skos:prefLabel "Club {number}"@en .\n'
        for at, term in enumerate(terms):
            dates = "".join(
                f'coal:{name} "{value}"^^<{PartialDate.parse(value).datatype}> ; '
                for name, value in term.items()
                if name not in ("who", "role")
            )
            text += (
                f"<id/c{number}/membership/{at}> a coal:Membership ; {dates}org:organization <id/c{number}> ; "
                f"org:member <id/government/{term['who']}> ; org:role concept:role\\/{term.get('role', 'chair')} .\n"
            )
    (root / "data" / "chairs.ttl").write_text(text, "utf-8")
    return foc_graph.open(root)


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES)
def test_a_chair_ends_when_the_next_one_has_begun(graph: Graph, number: int) -> None:
    terms, answers, last = [*CASES.values()][number]
    for as_of, expected in answers.items():
        rows = list(graph.query("chairs", coalition=f"c{number}", as_of=as_of))
        assert {row["chair"].removeprefix(f"{BASE}id/government/"): row["certainty"] for row in rows} == expected, as_of
        shown = [row["name"] for row in rows if row["certainty"] != "possible"] or [row["name"] for row in rows]
        page = list_chairs(graph, View(graph.store, graph.base), f"c{number}", as_of, "")
        assert [link.text for link in page] == shown, as_of
    first = next(row for row in graph.query("chairs", coalition=f"c{number}") if row["membership"].endswith("/0"))
    plan = f"planned end {terms[0].get('plannedEnd')}; succeeded by Finland"
    assert first["because"] == (plan if last else "")


def test_other_faces_end_the_term_alike(graph: Graph) -> None:
    """The panel and the chart have its last day, also where it was open when last seen, and `ask` does not name it."""
    pytest.importorskip("duckdb")
    for number, (case, (_, _, last)) in enumerate(CASES.items()):
        left = [row for row in graph.panel(f"c{number}", unit="event") if row["event"] == "left-the-chair"]
        ends = {row["membership"].rpartition("/")[2]: row["latest"] for row in left}
        assert str(ends.get("0", "")) == last, case
    drawn = graph.plot("memberships", agent="government/ee").svg
    assert "Club 3: chair, began 2019, ended between November 2019 and December 2023" in drawn
    assert graph.ask("who chairs club 0 now?").sentence == "Nothing on record."
