"""Citations as reference managers read them, and addresses for corrections as a browser does."""

import json
from urllib.parse import parse_qs, urlsplit

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from foc_graph.site.about import Site, mark, stamp
from foc_graph.site.citations import FORMATS, Citation, show_citations, write_citation
from foc_graph.site.corrections import suggest_correction
from foc_graph.workspace.settings import Settings
from tests.support.html import Reader

BASE = "https://example.org/alliance/"
CIRCUMFLEX = "\u02c6"
"""As what pylatexenc reads `\\textasciicircum`."""

FOC = f"{BASE}id/foc"
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60)
TITLES = WORDS.map(lambda text: " ".join(text.split())).filter(bool)


def make_site(title: str = "Coalitions", version: str = "2026.11", corrections: str = "") -> Site:
    settings = Settings(title, BASE, "The Alliance & Co.", "", "", "", "", "", corrections=corrections)
    return Site.of(settings, BASE, version, "2026-11-24")


@given(TITLES, TITLES)
@example("'' `` -- --- !` ?` ,, << >>", "a ''b'' -c")
@example("The {Alliance} of 100% & #1_~^ \\ \\textbackslash{}", '<release-version> & "more"')
def test_reference_managers_read_back_what_is_cited(title: str, whole: str) -> None:
    cited = Citation(make_site(whole), title, FOC)
    library = bibtexparser.parse_string(write_citation(cited, "bib"), append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    fields = {name: field.value for name, field in library.entries[0].fields_dict.items()}
    assert fields == {
        "author": "The Alliance & Co.",
        "title": title.replace("^", CIRCUMFLEX),
        "howpublished": f"In: {whole}".replace("^", CIRCUMFLEX),
        "note": "Data set, release 2026.11",
        "year": "2026",
        "url": FOC,
    }
    (entry,) = rispy.loads(write_citation(cited, "ris"))
    assert (entry["title"], entry["secondary_title"], entry["year"], entry["urls"]) == (title, whole, "2026", [FOC])
    (item,) = json.loads(write_citation(cited, "csl.json"))
    assert (item["title"], item["container-title"], item["URL"]) == (title, whole, FOC)
    assert (item["version"], item["issued"]) == ("2026.11", {"date-parts": [[2026]]})


def test_no_two_entries_have_one_key() -> None:
    site = make_site()
    addresses = [f"{BASE}query/members?coalition={one}" for one in ("foc", "ogp")] + [f"{BASE}id/{n}" for n in range(9)]
    cited = [Citation(site, title, one) for one in addresses for title in ("Members", "成员")]
    cited += [Citation(one, "", one.address) for one in (site, make_site(version="2026.12"))]
    library = bibtexparser.parse_string("".join(write_citation(one, "bib") for one in cited))
    assert not library.failed_blocks
    keys = {(entry.key, entry.fields_dict["title"].value) for entry in library.entries}
    assert len(keys) == len(cited)
    assert [json.loads(write_citation(one, "csl.json"))[0]["id"] for one in cited] == [
        one.key for one in library.entries
    ]


def test_a_release_is_cited_as_a_data_set() -> None:
    cited = Citation(site := make_site(), "", site.address)
    (entry,) = rispy.loads(write_citation(cited, "ris"))
    assert (entry["type_of_reference"], entry["title"]) == ("DATA", "Coalitions")
    (item,) = json.loads(write_citation(cited, "csl.json"))
    assert (item["type"], item["URL"]) == ("dataset", f"{BASE}release/2026.11/")
    assert "container-title" not in item and "howpublished" not in write_citation(cited, "bib")


@given(TITLES, TITLES)
def test_a_page_shows_the_same_as_the_file(title: str, whole: str) -> None:
    site = make_site(whole)
    cited = Citation(site, title, FOC)
    for name, ending, text in show_citations(cited._replace(site=mark(site))):
        shown, marks = stamp(Markup("<pre>{}</pre>").format(text).encode(), site)
        assert "".join(Reader(shown.decode()).words) == write_citation(cited, ending)
        assert name == FORMATS[ending].name and {field for field, _ in marks} == {"version", "year"}


@pytest.mark.parametrize(
    "corrections",
    [
        "https://example.org/new?title={title}&body={body}",
        "https://example.org/new?body={body}&title={title}#form",
        "mailto:data@example.org?subject={title}&body={body}",
    ],
)
@pytest.mark.parametrize("value", ["", 'began: <December> 2011 & "more" {body} 100%'])
def test_a_correction_says_what_it_is_about(corrections: str, value: str) -> None:
    site = make_site(corrections=corrections)
    address, _ = stamp(suggest_correction(mark(site), "The {title} & Co.", FOC, value).encode(), site)
    (link,) = Reader(f'<a href="{address.decode()}">x</a>').links
    asked = {name.replace("subject", "title"): text for name, (text,) in parse_qs(urlsplit(link).query).items()}
    assert asked["title"] == f"Correction: The {{title}} & Co.{f', {value}' if value else ''}"
    told = [f"Value: {value}"] if value else []
    assert asked["body"].split("\r\n")[: 3 + len(told)] == [
        "Page: The {title} & Co.",
        f"Address: {FOC}",
        *told,
        "Release: 2026.11",
    ]
    assert "Which source says so?" in asked["body"]
