"""Tables from spreadsheets into the graph and back: what a support unit may type, and what it means."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from foc_graph.graph import open as open_graph
from foc_graph.matching.lookup import Lookup
from foc_graph.namespaces import iri_of
from foc_graph.rdf.parser import parse_turtle
from foc_graph.tabular import export_table
from foc_graph.tabular.cells import Referents
from foc_graph.tabular.importing import Plan, make_plan
from foc_graph.tabular.kinds import KINDS
from foc_graph.tabular.table import read_table, write_csv
from foc_graph.workspace.files import Things
from tests.support.campaign import campaign
from tests.support.tables import SOURCE, written
from tests.support.workspaces import new_workspace

COALITION = "https://example.org/coalition/id/example"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roster") / "workspace"
    shared = ("ontology", "queries", "data/agents/governments.ttl", "data/places", "data/tables/iso-3166-1.ttl")
    new_workspace(folder, json.dumps(shared))
    organisation = """PREFIX org: <http://www.w3.org/ns/org#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        <https://example.org/coalition/id/organisation/watch> a org:Organization ;
            skos:prefLabel "Coalition Watch"@en ; skos:altLabel "Old Watch"@en ."""
    (folder / "data" / "agents" / "watch.ttl").write_text(organisation, "utf-8")
    return folder


@pytest.fixture(scope="module")
def names(template: Path) -> Lookup:
    graph = open_graph(template)
    return Lookup(graph.store, graph.base)


def planned(
    names: Lookup, template: Path, path: Path, kind: str = "members", source: str = SOURCE
) -> tuple[Plan, Things]:
    things = Things(open_graph(template).workspace)
    referents = Referents(KINDS[kind], names, things, COALITION, source, "2026-11-24")
    return make_plan(read_table(path), KINDS[kind], COALITION, names, things, referents), things


@pytest.mark.parametrize(
    ("typed", "member"),
    [
        ("EST", "Estonia"),
        ("Cote d'Ivoire", "Côte d’Ivoire"),
        ("government/ee", "Estonia"),
        ("Old Watch", "Coalition Watch"),
    ],
)
def test_a_member_goes_by_any_name_or_code(
    typed: str, member: str, names: Lookup, template: Path, tmp_path: Path
) -> None:
    path = written(tmp_path, write_csv(["member"], [[typed]]))
    plan, _ = planned(names, template, path)
    assert not plan.problems
    assert plan.new[-1] == f"{member} joins example"


def test_a_date_is_read_at_its_own_precision(names: Lookup, template: Path, tmp_path: Path) -> None:
    dates = {
        "Armenia": ("2024", "2024"),
        "Chile": ("3 December 2024", "2024-12-03"),
        "France": ("Sept. 2024", "2024-09"),
        "Germany": ("Dezember 2024", "2024-12"),
        "Italy": ("décembre 2024", "2024-12"),
        "Japan": ("03.12.2024", "2024-12-03"),
        "Latvia": ("12/2024", "2024-12"),
        "Norway": ("2024-12-03 00:00:00", "2024-12-03"),
    }
    rows = [[country, typed] for country, (typed, _) in dates.items()]
    plan, _ = planned(names, template, written(tmp_path, write_csv(["country", "date joined"], rows)))
    assert plan.problems == []
    joins = [line for line in plan.new if " joins " in line]
    assert joins == [f"{country} joins example, {joined}" for country, (_, joined) in dates.items()]


HEADINGS = "Country;Code;Category;Joined;Left;Role;Status;Source"
MISTAKES = [
    ("Estonnia;;;2024;;;;", "Country", "'Estonnia' is not known, but Estonia is"),
    ("Atlantis;;;2024;;;;", "Country", "'Atlantis' is not a known country or other member"),
    ("Coallition Watch;;civil society;2024;;;;", "Country", "'Coallition Watch' is not known, but Coalition Watch is"),
    ("Austria;AU;;2024;;;;", "Country", "'Austria' and the code 'AU' are different countries"),
    ("Austria;ZZ;;2024;;;;", "Country", "the code 'ZZ' beside it is not a country code"),
    (";;;2024;;;;", "Country", "is empty"),
    ("Kenya;;;03/12/2024;;;;", "Joined", "write 2024-12-03 or 2024-03-12"),
    ("Armenia;;;3024;;;;", "Joined", "is the year right?"),
    ("NA;;;2024;;;;", "Country", "may be Namibia or mean nothing"),
    ("Canada;;;=TODAY();;;;", "Joined", "holds a formula (=TODAY())"),
    ("Chile;;;2024;2012;;;", "Left", "2012 lies before joined 2024"),
    ("Denmark;;;2024;;captain;;", "Role", "write one of chair, "),
    ("Germany;;;2024;;;;a page", "Source", "'a page' is not a web address"),
    ("Ghana;;;2024;;;;javascript:alert(1)", "Source", "is not a web address"),
    ("Italy;;;2024;;;;;more", "", "has more cells than there are headings"),
]


def test_every_mistake_is_reported_at_its_row_and_column(names: Lookup, template: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([HEADINGS, "Norway;NO;;2023;;;;", *(row for row, _, _ in MISTAKES)]) + "\n")
    plan, _ = planned(names, template, path)
    assert [(one.row, one.heading) for one in plan.problems] == [(row, one[1]) for row, one in enumerate(MISTAKES, 3)]
    for problem, (_, _, advice) in zip(plan.problems, MISTAKES, strict=True):
        assert advice in problem.text


def test_a_row_given_twice_is_a_mistake(names: Lookup, template: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member,joined\nNorway,2021\nChile,2020\nNorway,2021\n")
    plan, _ = planned(names, template, path)
    assert [str(problem) for problem in plan.problems] == [
        "row 4: says the same thing as row 2 or contradicts it: keep one of them"
    ]


def test_a_text_that_names_no_person_is_refused(names: Lookup, template: Path, tmp_path: Path) -> None:
    texts = ["TBC", "vacant", "jane.doe@example.org", "Smith, John", "Jane Doe and Bob Roe", "Person 1"]
    rows = [["secretariat", text, "staff"] for text in texts]
    plan, _ = planned(names, template, written(tmp_path, write_csv(["body", "person", "role"], rows)), "people")
    assert [(one.row, one.heading) for one in plan.problems] == [(row, "person") for row in range(2, 8)]
    assert not plan.new
    assert not planned(names, template, written(tmp_path, "body,person,role\nsecretariat,N/A,staff\n"), "people")[0].new


def test_titles_and_spellings_do_not_make_another_person(names: Lookup, template: Path, tmp_path: Path) -> None:
    rows = [["secretariat", "Dr. Anna Müller", "head"], ["secretariat", "Anna Muller", "staff"]]
    plan, _ = planned(names, template, written(tmp_path, write_csv(["body", "person", "role"], rows)), "people")
    assert [line for line in plan.new if line.startswith("new person")] == ["new person Anna Müller"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Norway,2021-05,2021-09\nNorway,2020-01,2020-06", ["2021-05 to 2021-09", "2020-01 to 2020-06"]),
        ("Norway,2020-01,2021\nNorway,2021-11,", None),
        ("Norway,2020-01,2021\nNorway,2022-11,", ["2020-01 to 2021", "2022-11"]),
    ],
    ids=["earlier", "perhaps later", "later"],
)
def test_periods_that_may_be_two_are_asked_about(
    rows: str, told: list[str] | None, names: Lookup, template: Path, tmp_path: Path
) -> None:
    plan, _ = planned(names, template, written(tmp_path, f"member,joined,left\n{rows}\n"))
    if told is None:
        assert ["or a period of its own" in problem.text for problem in plan.problems] == [True]
    else:
        assert not plan.problems
        assert [line.rpartition(", ")[2] for line in plan.new if line.startswith("Norway")] == told


def test_a_title_of_another_date_is_asked_about(names: Lookup, template: Path, tmp_path: Path) -> None:
    rows = "Annual report,report,2024-05\nAnnual report,report,2025-05\n"
    plan, _ = planned(names, template, written(tmp_path, f"title,type,date\n{rows}"), "documents")
    assert ["has another date" in problem.text for problem in plan.problems] == [True]


@pytest.mark.parametrize(("first", "second"), [("Kompany C", "Kompany C++"), ("Georgia Trust", "Georgia")])
def test_names_that_differ_are_not_taken_for_one(
    first: str, second: str, names: Lookup, template: Path, tmp_path: Path
) -> None:
    rows = [[first, "private sector"], [second, "private sector"]]
    plan, _ = planned(names, template, written(tmp_path, write_csv(["member", "category"], rows)))
    assert [(problem.row, problem.heading) for problem in plan.problems] == [(3, "member")]


def test_an_empty_cell_says_nothing(names: Lookup, template: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member,role,status,joined,left,note\nExample Foundation,-,,n/a,,\n")
    plan, _ = planned(names, template, path, source="")
    assert (plan.new, plan.changed, plan.problems, plan.unchanged) == ([], [], [], 1)


def test_an_id_that_contradicts_its_row_is_refused(names: Lookup, template: Path, tmp_path: Path) -> None:
    ids = {
        "example/membership/zz": "is no known membership",
        "example/membership/example-foundation": "is the membership of Example Foundation",
        "foc/membership/ee": "is not of the form",
        "example/../foc/membership/ee": "is not of the form",
        "https://example.net/membership/ee": "is not of the form",
    }
    path = written(tmp_path, write_csv(["id", "member"], [[given, "Estonia"] for given in ids]))
    plan, _ = planned(names, template, path)
    assert [(one.row, one.heading) for one in plan.problems] == [(row, "id") for row in range(2, 7)]
    for problem, advice in zip(plan.problems, ids.values(), strict=True):
        assert advice in problem.text


def test_headings_below_a_title_are_pointed_to(names: Lookup, template: Path, tmp_path: Path) -> None:
    plan, _ = planned(
        names, template, written(tmp_path, "Our members,,\n,,\nCountry / organisation,Joined (date)\nKenya,2020\n")
    )
    assert [str(problem) for problem in plan.problems] == [
        "row 1: no column for member: the headings seem to stand in row 3; delete what is above them"
    ]


def test_headings_as_people_write_them(names: Lookup, template: Path, tmp_path: Path) -> None:
    plan, _ = planned(
        names, template, written(tmp_path, "Country / organisation,Joined (date),Source(s)\nKenya,2020,\n")
    )
    assert (plan.problems, plan.unused) == ([], [])


def test_a_second_period_is_a_second_membership(names: Lookup, template: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member,joined,left\nNorway,2015,2018\nNorway,2021,\n")
    plan, things = planned(names, template, path)
    assert plan.new[-2:] == ["Norway was in example, 2015 to 2018", "Norway joins example, 2021"]
    assert f"{COALITION}/membership/no-2" in things


def test_a_missing_column_is_named(names: Lookup, template: Path, tmp_path: Path) -> None:
    plan, _ = planned(names, template, written(tmp_path, "joined\n2024\n"))
    assert [str(problem) for problem in plan.problems] == [
        "row 1: no column for member; `foc import --help` lists the headings"
    ]


def test_a_row_without_a_source_needs_one_for_all(names: Lookup, template: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member\nEstonia\n")
    plan, _ = planned(names, template, path, source="")
    assert [problem.heading for problem in plan.problems] == ["source"]
    assert not planned(names, template, path)[0].problems


# CSVW metadata beside the file.
def test_csvw_metadata_is_honoured(names: Lookup, template: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("Übersicht\nStaat;seit;Beleg\nKenya;24.12.2023;-\n".encode("latin-1"))
    written(
        tmp_path,
        """{
          "@context": "http://www.w3.org/ns/csvw", "url": "table.csv", "null": "-",
          "dialect": {"encoding": "latin-1", "delimiter": ";", "skipRows": 1},
          "tableSchema": {"columns": [
            {"titles": "Staat", "name": "member"},
            {"titles": ["seit"], "propertyUrl": "https://w3id.org/coalition/ns#begin",
             "datatype": {"base": "date", "format": "dd.MM.yyyy"}},
            {"titles": {"de": "Beleg"}, "propertyUrl": "dcterms:source"}
          ]}}""",
        "table.csv-metadata.json",
    )
    plan, _ = planned(names, template, path)
    assert not plan.problems
    assert plan.new[-1] == "Kenya joins example, 2023-12-24"


# Into the graph and back.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: (
        not re.search("[\u202a-\u202e\u2066-\u2069]", text)
        and " ".join(text.split()).casefold() not in ("", "-", "–", "—", "n/a", "#n/a", "none")
    )  # say nothing
)
LINES = st.lists(TEXT.map(lambda text: " ".join(text.split())), max_size=3, unique=True).map(sorted)
DATES = st.dates(date(1800, 1, 1), date(2100, 12, 31)).flatmap(
    lambda day: st.sampled_from([f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}"])
)
ROWS = st.fixed_dictionaries(
    {
        "joined": st.one_of(st.just(""), DATES),
        "role": st.sampled_from(["member", "observer", "chair"]),
        "capacity": TEXT.map(lambda text: " ".join(text.split())),
        "verified": st.one_of(st.just(""), DATES),
        "note": LINES.map("\n".join),
        "source": st.lists(
            st.sampled_from([SOURCE, "https://example.org/a?b=c;d", "http://example.org/é"]), min_size=1, unique=True
        )
        .map(sorted)
        .map("; ".join),
    }
)
MEMBERS = st.sampled_from(["Estonia", "South Korea", "Türkiye", "Coalition Watch", "Côte d’Ivoire"])


@campaign(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.dictionaries(MEMBERS, ROWS, min_size=1))
def test_csv_to_graph_to_csv_loses_nothing(
    table: dict[str, dict[str, str]], names: Lookup, template: Path, tmp_path: Path
) -> None:
    rows = [{"member": member, **dict(sorted(row.items()))} for member, row in table.items()]
    path = written(tmp_path, write_csv(list(rows[0]), [list(row.values()) for row in rows]))
    plan, things = planned(names, template, path)
    assert not plan.problems
    exported = write_csv(*export_table(KINDS["members"], COALITION, names, things))
    back = read_table(written(tmp_path, exported, "again.csv"))
    found = {cells[1]: dict(zip(back.headings, cells, strict=True)) for _, cells in back.rows}
    assert [{key: found[row["member"]][key] for key in row} for row in rows] == rows

    referents = Referents(KINDS["members"], names, things, COALITION, "", "2026-11-25")
    again = make_plan(back, KINDS["members"], COALITION, names, things, referents)
    assert (again.new, again.changed, again.problems) == ([], [], [])


@campaign(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cell=st.one_of(
        TEXT, st.sampled_from(['"@en . <x> a <y> .', "> . <http://x> <http://y> <http://z", "\\", "'''", '"""'])
    )
)
def test_a_cell_never_becomes_turtle(cell: str, names: Lookup, template: Path, tmp_path: Path) -> None:
    path = written(tmp_path, write_csv(["member", "note", "capacity"], [["Estonia", cell, cell]]))
    plan, things = planned(names, template, path)
    if plan.problems:
        return
    file = template / "data" / "coalitions" / "example" / "members.ttl"
    triples, _ = parse_turtle(things.texts()[file], "members.ttl")
    assert {triple.subject.value for triple in triples} == {
        f"{COALITION}/membership/{name}" for name in ("ee", "example-foundation")
    }
    texts = {triple.object.value for triple in triples if triple.predicate.value.endswith(("#note", "#capacity"))}
    assert texts <= {" ".join(cell.split()), *(" ".join(line.split()) for line in cell.splitlines())}


def test_a_status_that_role_and_dates_say_is_read_as_them(names: Lookup, template: Path, tmp_path: Path) -> None:
    statuses = {
        "no": ("2024,,,member", "member", []),
        "at": ("2024,,,active", "member", []),
        "be": ("2024,,,observer", "observer", []),
        "ca": ("2024,,head,observer", "head", []),
        "cl": ("2020,2022,,former", "member", []),
        "dk": ("2020,,,former", "member", ["ended-date-unknown"]),
    }
    rows = "".join(f"{code.upper()},{cells}\n" for code, (cells, _, _) in statuses.items())
    plan, things = planned(names, template, written(tmp_path, f"member,joined,left,role,status\n{rows}"))
    assert plan.problems == []
    for code, (_, role, state) in statuses.items():
        membership = things[f"{COALITION}/membership/{code}{'' if role == 'member' else f'-{role}'}"]
        values = [
            [value.value.rpartition("/")[2] for value in membership.get(iri_of(name), [])]
            for name in ("org:role", "coal:periodState", "coal:membershipStatus")
        ]
        assert values == [[role], state, []]


def test_a_phase_is_refused_as_a_status(names: Lookup, template: Path, tmp_path: Path) -> None:
    rows = "Norway,2024,inactive\nChile,2024,suspended\n"
    plan, _ = planned(names, template, written(tmp_path, f"member,joined,status\n{rows}"))
    assert [str(problem) for problem in plan.problems] == [
        f"row {row}, column status: {status} is a phase with its own dates: empty the cell and write it in Turtle"
        for row, status in ((2, "inactive"), (3, "suspended"))
    ]
