"""One table read by two commands: what `foc import` takes a cell for, and what `foc link match` says of it."""

from pathlib import Path

import pytest

from foc_graph.graph import open as open_graph
from foc_graph.matching.index import read_things
from foc_graph.matching.lookup import Lookup, exact, match_column, meant
from foc_graph.matching.matcher import Matcher
from foc_graph.tabular import prepare_import
from foc_graph.tabular.table import read_table, write_csv
from tests.support import WorkspaceMaker
from tests.support.workspaces import PREFIXES, small_workspace

NAMED = {
    "Chile": "cl",
    "LV": "lv",
    "KEN": "ke",
    "government/mn": "mn",
    "https://example.org/coalition/id/government/mt": "mt",
    "Q191": "ee",
    "276": "de",
    "georgia": "ge",
    "Macedonia, Republic of": "mk",
    "Government of the Australia": "au",
    "Coalition Watch": "watch",
    "old watch": "watchdog",
    "organisation/lab": "lab",
    "Meta": "meta",
    "Cafe & Herz.": "cafe",
}
"""Texts that name one thing exactly, by the last segment of its slug."""

LIKE = {"Meta Inc": "Meta", "Acess Now": "Access Now", "Saksa": "Germany", "Coalition Wach": "Coalition Watch"}
"""Texts that are like the name of a thing, or are its name in CLDR alone."""

UNKNOWN = ["Atlantis", "Twin"]
"""Texts that name nothing, or two things."""


def test_import_and_link_match_agree_on_every_cell(tmp_path: Path) -> None:
    folder = small_workspace(tmp_path / "workspace")
    organisations = {
        "access": '"Access Now"@en',
        "cafe": '"Café and Herzegovina"@en',
        "meta": '"Meta"@en',
        "watchdog": '"Watchdog"@en ; skos:altLabel "Old Watch"@en',
        "twin-one": '"Twin One"@en ; skos:altLabel "Twin"@en',
        "twin-two": '"Twin Two"@en ; skos:altLabel "Twin"@en',
    }
    text = PREFIXES + "".join(
        f"<id/organisation/{slug}> a org:Organization ; skos:prefLabel {names} .\n"
        for slug, names in organisations.items()
    )
    (folder / "data" / "agents" / "watch.ttl").write_text(text, "utf-8")
    table = tmp_path / "members.csv"
    table.write_text(write_csv(["member"], [[text] for text in (*NAMED, *LIKE, *UNKNOWN)]), "utf-8")
    read = read_table(table)
    texts = [cells[0] for _, cells in read.rows]
    prepared = prepare_import(table, "members", "example", "https://example.org/roster", folder)
    assert {texts[row - 2]: iri.rpartition("/")[2] for iri, row in prepared.plan.rows.items()} == NAMED
    refused = {texts[problem.row - 2]: problem.text for problem in prepared.plan.problems}
    assert list(refused) == [*LIKE, *UNKNOWN]

    graph = open_graph(folder)
    matcher, lookup = Matcher(read_things(graph.store)), Lookup(graph.store, graph.base)
    rows = [cells for _, cells in read.rows]
    found = match_column(matcher, lookup, read.headings, rows, "member", meant("agent"))
    matches = {text: one[0].thing.iri for text, one in zip(texts, found, strict=True) if one and one[0].is_match}
    assert {text: iri.rpartition("/")[2] for text, iri in matches.items() if text in NAMED} == NAMED
    assert {text: lookup.label(iri) for text, iri in matches.items() if text not in NAMED} == LIKE
    for text, name in LIKE.items():
        assert f"did you mean {name}" in refused[text] or f"but {name} is" in refused[text]
    assert "may be any of organisation/twin-one, organisation/twin-two" in refused["Twin"]


def test_a_government_goes_by_its_own_country_and_a_source_by_its_address(make_workspace: WorkspaceMaker) -> None:
    root = make_workspace(
        data="""
        BASE <https://w3id.org/coalition/id/>
        PREFIX schema: <https://schema.org/>
        <country/xa> a schema:Country ; skos:prefLabel "Arcadia"@en .
        <country/xb> a schema:Country ; skos:prefLabel "Borduria"@en .
        <government/xa> a coal:Government ; skos:prefLabel "Government of Arcadia"@en ; coal:governs <country/xa> .
        <government/xb> a coal:Government ; skos:prefLabel "Government of Borduria"@en ; coal:governs <country/xb> .
        <nameless> a coal:Government ; coal:governs <country/xb> .
        <odd> a coal:Source ; schema:url "https://example.org/not an IRI"^^xsd:anyURI .
        """
    )
    graph = open_graph(root)
    lookup = Lookup(graph.store, graph.base)
    for name, slug in (("Arcadia", "xa"), ("borduria", "xb")):
        assert lookup.find("agent", name) == f"https://w3id.org/coalition/id/government/{slug}"
        assert lookup.find("country", name) == f"https://w3id.org/coalition/id/country/{slug}"
    labels = [lookup.label(f"{graph.base}id/{slug}") for slug in ("odd", "nameless", "nowhere")]
    assert labels == ["https://example.org/not an IRI", "Borduria", "nowhere"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kompany C", "Kompany C++"), ("Acme Inc", "Acme Ltd"), ("Bayern", "Bavaria"), ("Smith, Anna", "Anna Smith")],
)
def test_names_that_are_only_alike_are_not_the_same(one: str, other: str) -> None:
    assert exact(one) != exact(other)


@pytest.mark.parametrize("letter", ["x", "&", "é"])
def test_a_text_longer_than_any_name_gets_no_help_for_spelling(
    small_root: Path, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = open_graph(small_root)
    lookup = Lookup(graph.store, graph.base)
    assert lookup.misspelt("agent", "Coalition Wach") == "Coalition Watch"
    monkeypatch.setattr("foc_graph.matching.lookup._shortened", None)
    monkeypatch.setattr("difflib.get_close_matches", None)
    for text in (letter * 32_767, "Coalition Watch" + letter * 400):
        assert lookup.misspelt("agent", text) == ""
        for kind in ("agent", "place"):
            assert lookup.advice(kind, text).endswith(": nothing is known under a similar name")
