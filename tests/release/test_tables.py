"""Tables of a release: the rows of stored queries for all coalitions, the same in CSV and Parquet, and described."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from csvw import CSVW

from foc_graph.errors import FocGraphError, UnknownNameError, WorkspaceError
from foc_graph.graph import Graph
from foc_graph.graph.cache import open_built
from foc_graph.release.snapshot import take_snapshot
from foc_graph.release.tables import write_tables
from foc_graph.workspace.settings import find_workspace
from tests.support import WorkspaceMaker
from tests.support.workspaces import PREFIXES, new_workspace

NAMES = ["members", "people", "mandates", "documents", "identifiers"]
LABELS = [
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "@SUM(A1)",
    "-2, +3",
    'a "quoted", name',
    "two\nlines\r\nand more",
    " spaces around ",
    "Ünïcødé ☃ \U0001f600",
    "<script>alert(1)</script>",
]
THINGS = """
PREFIX role: <https://w3id.org/coalition/concept/role/>
PREFIX type: <https://w3id.org/coalition/concept/document-type/>
PREFIX void: <http://rdfs.org/ns/void#>
BASE <https://example.org/coalition/id/>
<../graph/example> a void:Dataset ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; dcterms:rights "Identifiers of ROR & Co."@en .
<person/ada> a foaf:Person ; skos:prefLabel "Ada"@en .
<example/secretariat/membership/ada> a coal:Membership ;
    coal:begin "2024-05"^^xsd:gYearMonth ; coal:end "2025"^^xsd:gYear ;
    dcterms:source <source/minutes> , <source/charter> ;
    org:member <person/ada> ; org:organization <example/secretariat> ; org:role role:chair .
<example/membership/ada-chair> a coal:Membership ;
    dcterms:source <source/charter> ;
    org:member <person/ada> ; org:organization <example> ; org:role role:chair .
<example/secretariat/mandate/1> a coal:Mandate ;
    coal:empowers <example/secretariat> ; coal:grantedBy <example/document/charter> ;
    coal:begin "2024"^^xsd:gYear ; dcterms:isReferencedBy <source/charter> .
<example/document/charter> a coal:Document ;
    dcterms:title "Charter"@en ; dcterms:type type:charter ;
    dcterms:issued "2024-03-04"^^xsd:date ; schema:url <https://example.org/charter,1> ;
    dcterms:isReferencedBy <source/charter> .
<elsewhere/document/report> a coal:Document ;
    dcterms:title "Report"@en ; dcterms:type type:report ;
    dcterms:isReferencedBy <source/charter> .
<organisation/example-foundation/identifier/ror> a adms:Identifier ;
    coal:identifies <organisation/example-foundation> ; coal:linkProperty owl:sameAs ;
    coal:scheme <https://w3id.org/coalition/concept/identifier-scheme/ror> ;
    dcterms:source <source/charter> ; schema:url <https://ror.org/0> ; skos:notation "=0" .
<person/ada> owl:sameAs <https://example.com/ada> .
"""


def member(number: int, label: str) -> str:
    return (
        f"<organisation/o{number}> a org:Organization ; skos:prefLabel {json.dumps(label, ensure_ascii=False)}@en .\n"
        f"<example/membership/o{number}> a coal:Membership ; dcterms:source <source/charter> ; "
        f"org:member <organisation/o{number}> ; org:organization <example> ; "
        f"org:role role:member .\n"
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace under its own base, with labels that do harm where they are not escaped."""
    root = new_workspace(tmp_path_factory.mktemp("own") / "workspace", '["ontology", "queries"]')
    members = "".join(member(number, label) for number, label in enumerate(LABELS))
    file = root / "data" / "coalitions" / "example" / "more.ttl"
    file.write_text(PREFIXES + THINGS + members, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def own(cache: Path, workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of that workspace."""
    return tables(workspace, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def of_small(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the workspace of made-up coalitions."""
    return tables(small_root, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module", params=["of_small", "own"])
def folder(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


def tables(root: Path, folder: Path, base: str | None = None) -> Path:
    workspace = find_workspace(root)
    with take_snapshot(workspace, open_built(workspace).store, base) as opened:
        write_tables(opened, folder, parquet=True)
    return folder / "tables"


def parquet(folder: Path, name: str) -> list[dict[str, Any]]:
    return pl.read_parquet(folder / f"{name}.parquet").to_dicts()


def metadata(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / f"{name}.csv-metadata.json").read_text("utf-8"))


def columns(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    return {column["name"]: column for column in metadata(folder, name)["tableSchema"]["columns"]}


def shown(row: dict[str, Any]) -> dict[str, str]:
    """A row of Parquet as CSV has it, but for the `'` before what looks like a formula."""
    return {
        name: " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        for name, value in row.items()
    }


def plain(value: Any) -> str:
    """A value as the package csvw reads it, as text."""
    match value:
        case list():
            return " ".join(map(plain, value))
        case datetime():
            return str(value.date())
    return "" if value is None else value.unsplit() if hasattr(value, "unsplit") else str(value)


def unguarded(cell: str, column: dict[str, Any]) -> str:
    """A cell without the `'` before what looks like a formula."""
    guarded = column["datatype"] == "string" and re.match(r"''*[=+@\t\r-]", cell)
    return cell[1:] if guarded else cell


def asked(graph: Graph, name: str) -> Iterator[dict[str, Any]]:
    """The rows of the stored query for each coalition."""
    for coalition in graph.rows("coalitions"):
        for row in graph.rows(name, coalition=coalition["coalition"]):
            yield {"coalition": coalition["coalition"], **row}


def without(row: dict[str, Any], *names: str) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, value or None) for name, value in row.items() if name not in names))


OF_A_DATE = ("certainty", "status_now")
"""Columns of queries that matter as of a date, which a table is not."""


@pytest.mark.parametrize("name", ["members", "mandates", "documents"])
def test_the_rows_are_those_of_the_stored_query_for_each_coalition(name: str, small: Graph, of_small: Path) -> None:
    expected = {without(row, *OF_A_DATE) for row in asked(small, name)}
    given = [column for column in small.queries[name].columns if column not in OF_A_DATE]
    found = {
        without({column: str(row[column] or "") for column in ["coalition", *given]}) for row in parquet(of_small, name)
    }
    assert found == expected
    assert next(iter(columns(of_small, name))) == "coalition"


def test_people_are_the_seats_in_bodies_and_what_makes_no_member(small: Graph, of_small: Path) -> None:
    given = [column for column in small.queries["people"].columns if column != "certainty"]
    coalitions = {row["coalition"] for row in small.rows("coalitions")}
    rows = [row for row in parquet(of_small, "people") if row["body"] not in coalitions]
    found = [without({column: row[column] for column in given}) for row in rows]
    assert sorted(found, key=str) == sorted((without(row, "certainty") for row in small.rows("people")), key=str)
    others = [row["membership"] for row in parquet(of_small, "people") if row["body"] in coalitions]
    members = {row["membership"] for row in parquet(of_small, "members")}
    everyone = [row["membership"] for one in coalitions for row in small.rows("people", body=one)]
    assert sorted(others) == sorted(set(everyone) - members) != []


def test_every_membership_is_in_one_row_of_one_table_with_its_coalition(small: Graph, of_small: Path) -> None:
    found = [row["membership"] for name in ("members", "people") for row in parquet(of_small, name)]
    expected = [row["m"] for row in small.sparql("SELECT ?m WHERE { ?m a coal:Membership }")]
    assert sorted(found) == sorted(expected)
    assert all(row["membership"].startswith(row["coalition"] + "/") for row in parquet(of_small, "people"))


@pytest.mark.parametrize("thing", ["country/ee", "country/de"])
def test_identifiers_are_those_of_a_thing(thing: str, small: Graph, of_small: Path) -> None:
    rows = [row for row in parquet(of_small, "identifiers") if row["thing"] == f"{small.base}id/{thing}"]
    expected = [(row["scheme"], row["identifier"], row["uri"]) for row in small.rows("same_as", thing=thing)]
    assert expected
    assert sorted((row["scheme"], row["identifier"], row["uri"]) for row in rows) == sorted(expected)


def test_an_identifier_has_the_licence_of_its_graph(own: Path) -> None:
    attribution = "https://creativecommons.org/licenses/by/4.0/"
    licences = {(row["scheme"], row["licence"]) for row in parquet(own, "identifiers")}
    assert licences == {("ror", attribution), (None, None)}
    described = metadata(own, "identifiers")
    assert described["dc:license"] == [{"@id": attribution}]
    assert described["dc:rights"] == ["Identifiers of ROR & Co."]


@pytest.mark.parametrize("name", NAMES)
def test_each_row_has_sources(name: str, folder: Path) -> None:
    linked = [row for row in parquet(folder, name) if name != "identifiers" or row["record"]]
    assert linked
    assert [row for row in linked if not row["sources"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_csv_is_valid_by_its_metadata_and_holds_the_rows_of_parquet(name: str, folder: Path) -> None:
    """By the validator of the package csvw, which checks datatypes, formats, required cells and the primary key."""
    read = CSVW(str(folder / f"{name}.csv"), md_url=str(folder / f"{name}.csv-metadata.json"), validate=True)
    assert read.is_valid, [str(warning.message) for warning in read.warnings]
    texts = columns(folder, name)
    rows = [
        {column: unguarded(plain(value), texts[column]) for column, value in row.items()}
        for row in read.tables[0].iterdicts()
    ]
    assert rows == [shown(row) for row in parquet(folder, name)] != []
    assert (folder / f"{name}.csv").read_bytes().endswith(b"\r\n")


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_described_and_keys_hold(name: str, folder: Path) -> None:
    described = metadata(folder, name)
    assert all(column["dc:description"] for column in described["tableSchema"]["columns"])
    assert described["dc:title"]
    assert described["dc:publisher"]["schema:name"]
    keys = [tuple(row[column] for column in described["tableSchema"]["primaryKey"]) for row in parquet(folder, name)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", NAMES)
def test_the_graph_says_what_a_property_url_says(name: str, workspace: Path, own: Path) -> None:
    store = open_built(find_workspace(workspace)).store
    about = metadata(own, name)["tableSchema"].get("aboutUrl", "")
    checked = 0
    for column, said in columns(own, name).items():
        if "propertyUrl" not in said:
            continue
        subject = said.get("aboutUrl", about)[2:-1]
        query = f"SELECT DISTINCT ?s ?o WHERE {{ ?s <{said['propertyUrl']}> ?o }}"
        known = {(row["s"], str(row["o"])) for row in store.query(query)}
        pairs = {(row[subject], str(row[column])) for row in parquet(own, name) if row[column] is not None}
        assert pairs <= known, column
        checked += len(pairs)
    assert checked or not about


@pytest.mark.parametrize("name", NAMES)
def test_other_readers_of_parquet_get_typed_columns(name: str, of_small: Path) -> None:
    types = {"date": "DATE", "double": "DOUBLE", "separator": "VARCHAR[]"}
    relation = duckdb.read_parquet(str(of_small / f"{name}.parquet"))
    found = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert found == {
        column: types["separator"] if "separator" in said else types.get(str(said["datatype"]), "VARCHAR")
        for column, said in columns(of_small, name).items()
    }


def test_dates_are_as_precise_as_the_source_with_bounds_as_days(own: Path) -> None:
    seat = next(row for row in parquet(own, "people") if row["body"].endswith("/secretariat"))
    assert (seat["begin"], seat["end"], seat["state"]) == ("2024-05", "2025", "ended")
    assert (seat["begin_earliest"], seat["begin_latest"]) == (date(2024, 5, 1), date(2024, 5, 31))
    assert (seat["end_earliest"], seat["end_latest"]) == (date(2025, 1, 1), date(2025, 12, 31))
    assert seat["sources"] == [f"https://example.org/coalition/id/source/{name}" for name in ("charter", "minutes")]
    assert seat["coalition"] == "https://example.org/coalition/id/example"


def test_labels_are_kept_as_they_are(own: Path) -> None:
    assert set(LABELS) <= {row["name"] for row in parquet(own, "members")}


def test_no_cell_runs_as_a_formula(own: Path) -> None:
    content = "".join((own / f"{name}.csv").read_text("utf-8") for name in NAMES)
    cells = {cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row}
    assert {"'=0", f"'{LABELS[0]}", f"'{LABELS[1]}"} <= cells
    assert {cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))} == set()


def test_what_belongs_to_no_coalition_or_record_is_there_too(own: Path) -> None:
    documents = {row["document"]: row["coalition"] for row in parquet(own, "documents")}
    assert documents["https://example.org/coalition/id/elsewhere/document/report"] is None
    links = [row for row in parquet(own, "identifiers") if row["uri"] == "https://example.com/ada"]
    assert [(row["name"], row["scheme"], row["record"]) for row in links] == [("Ada", None, None)]


def test_things_are_under_the_base_of_the_snapshot(cache: Path, workspace: Path, tmp_path: Path) -> None:
    folder = tables(workspace, tmp_path, "https://mirror.example/c/")
    members = parquet(folder, "members")
    assert {row["coalition"] for row in members} == {"https://mirror.example/c/id/example"}
    assert all(row["membership"].startswith("https://mirror.example/c/id/") for row in members)
    assert all(source.startswith("https://mirror.example/c/id/") for row in members for source in row["sources"])


@pytest.mark.parametrize(
    ("old", "new", "error", "problem"),
    [
        ("", "", WorkspaceError, "has no stored query 'documents', of which a table is made"),
        (
            "?title ?type ?date ?url",
            "?title ?type ?date",
            UnknownNameError,
            "unknown column of documents 'url': .* select",
        ),
    ],
)
def test_a_workspace_without_a_query_or_column_is_told(
    old: str, new: str, error: type[FocGraphError], problem: str, make_workspace: WorkspaceMaker, tmp_path: Path
) -> None:
    root = make_workspace(coalition="<https://w3id.org/coalition/id/foc> a coal:Coalition .")
    path = root / "queries" / "structure" / "documents.rq"
    text = path.read_text("utf-8")
    path.unlink()
    if old:
        path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(error, match=problem):
        tables(root, tmp_path)
