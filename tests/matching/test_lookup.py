"""One table read by two commands: what `foc import` takes a cell for, and what `foc link match` says of it."""

from pathlib import Path

import pytest

from foc_graph.graph import Graph
from foc_graph.graph import open as open_graph
from foc_graph.matching.index import read_things
from foc_graph.matching.lookup import Lookup, exact, match_column, meant
from foc_graph.matching.matcher import Matcher
from foc_graph.namespaces import BASE
from foc_graph.tabular import prepare_import
from foc_graph.tabular.table import read_table, write_csv
from tests.support import WorkspaceMaker
from tests.support.workspaces import new_workspace

NAMED = {
    "Estonia": "ee",
    "LT": "lt",
    "LVA": "lv",
    "government/se": "se",
    "https://w3id.org/coalition/id/government/fi": "fi",
    "Q20": "no",
    "208": "dk",
    "turkiye": "tr",
    "Korea, Republic of": "kr",
    "Government of the Netherlands": "nl",
    "Deutschland": "de",
    "Coalition Watch": "watch",
    "old watch": "watchdog",
    "organisation/access-now": "access-now",
    "Government of the European Union": "european-union",
    "Meta": "meta",
    "Czech Rep.": "cz",
    "Bosnia & Herz.": "ba",
}
"""Texts that name one thing exactly, by the last segment of its slug."""

LIKE = {"Meta Inc": "Meta", "Acess Now": "Access Now", "Alankomaat": "Netherlands", "Coalition Wach": "Coalition Watch"}
"""Texts that are like the name of a thing, or are its name in CLDR alone."""

UNKNOWN = ["Atlantis", "Twin"]
"""Texts that name nothing, or two things."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lookup") / "workspace"
    new_workspace(folder)
    organisations = {
        "watch": '"Coalition Watch"@en',
        "watchdog": '"Watchdog"@en ; skos:altLabel "Old Watch"@en',
        "twin-one": '"Twin One"@en ; skos:altLabel "Twin"@en',
        "twin-two": '"Twin Two"@en ; skos:altLabel "Twin"@en',
    }
    text = "PREFIX org: <http://www.w3.org/ns/org#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n" + "".join(
        f"<https://example.org/coalition/id/organisation/{slug}> a org:Organization ; skos:prefLabel {names} .\n"
        for slug, names in organisations.items()
    )
    (folder / "data" / "agents" / "watch.ttl").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "members.csv"
    path.write_text(write_csv(["member"], [[text] for text in (*NAMED, *LIKE, *UNKNOWN)]), "utf-8")
    return path


@pytest.fixture(scope="module")
def graph(workspace: Path) -> Graph:
    return open_graph(workspace)


@pytest.fixture(scope="module")
def matcher(graph: Graph) -> Matcher:
    return Matcher(read_things(graph.store))


def test_import_and_link_match_agree_on_every_cell(
    table: Path, workspace: Path, graph: Graph, matcher: Matcher
) -> None:
    read = read_table(table)
    texts = [cells[0] for _, cells in read.rows]
    prepared = prepare_import(table, "members", "example", "https://example.org/roster", workspace)
    assert {texts[row - 2]: iri.rpartition("/")[2] for iri, row in prepared.plan.rows.items()} == NAMED
    refused = {texts[problem.row - 2]: problem.text for problem in prepared.plan.problems}
    assert list(refused) == [*LIKE, *UNKNOWN]

    lookup = Lookup(graph.store, graph.base)
    rows = [cells for _, cells in read.rows]
    found = match_column(matcher, lookup, read.headings, rows, "member", meant("agent"))
    matches = {text: one[0].thing.iri for text, one in zip(texts, found, strict=True) if one and one[0].is_match}
    assert {text: iri.rpartition("/")[2] for text, iri in matches.items() if text in NAMED} == NAMED
    assert {text: lookup.label(iri) for text, iri in matches.items() if text not in NAMED} == LIKE
    for text, name in LIKE.items():
        assert f"did you mean {name}" in refused[text] or f"but {name} is" in refused[text]
    assert "may be any of organisation/twin-one, organisation/twin-two" in refused["Twin"]


@pytest.mark.parametrize(("name", "country"), [("Burma", "mm"), ("Ivory Coast", "ci")])
def test_former_names_of_countries_are_known_to_both(name: str, country: str, graph: Graph, matcher: Matcher) -> None:
    lookup = Lookup(graph.store, graph.base)
    iri = f"{BASE}id/country/{country}"
    assert lookup.find("country", name) == iri
    (found,) = match_column(matcher, lookup, ["name"], [[name]], "name", ("country",))
    assert found[0].is_match and found[0].thing.iri == iri


def test_a_government_goes_by_its_own_country_where_no_country_has_a_code(make_workspace: WorkspaceMaker) -> None:
    root = make_workspace(
        data="""
        BASE <https://w3id.org/coalition/id/>
        PREFIX schema: <https://schema.org/>
        <country/xa> a schema:Country ; skos:prefLabel "Arcadia"@en .
        <country/xb> a schema:Country ; skos:prefLabel "Borduria"@en .
        <government/xa> a coal:Government ; skos:prefLabel "Government of Arcadia"@en ; coal:governs <country/xa> .
        <government/xb> a coal:Government ; skos:prefLabel "Government of Borduria"@en ; coal:governs <country/xb> .
        """
    )
    graph = open_graph(root)
    lookup = Lookup(graph.store, graph.base)
    for name, slug in (("Arcadia", "xa"), ("borduria", "xb")):
        assert lookup.find("agent", name) == f"https://w3id.org/coalition/id/government/{slug}"
        assert lookup.find("country", name) == f"https://w3id.org/coalition/id/country/{slug}"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kompany C", "Kompany C++"), ("Acme Inc", "Acme Ltd"), ("Bayern", "Bavaria"), ("Smith, Anna", "Anna Smith")],
)
def test_names_that_are_only_alike_are_not_the_same(one: str, other: str) -> None:
    assert exact(one) != exact(other)


def test_a_source_is_shown_by_its_address_and_a_government_by_its_country(make_workspace: WorkspaceMaker) -> None:
    things = """
@prefix schema: <https://schema.org/> .
@prefix id: <https://w3id.org/coalition/id/> .
id:odd a coal:Source ; schema:url "https://example.org/not an IRI"^^<http://www.w3.org/2001/XMLSchema#anyURI> .
id:xx-government a coal:Government ; coal:governs id:xx .
id:xx a schema:Country ; skos:prefLabel "Xanadu"@en .
"""
    graph = open_graph(make_workspace(things=things))
    lookup = Lookup(graph.store, graph.base)
    labels = [lookup.label(f"{graph.base}id/{slug}") for slug in ("odd", "xx-government", "nowhere")]
    assert labels == ["https://example.org/not an IRI", "Xanadu", "nowhere"]
