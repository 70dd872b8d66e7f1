"""The page of downloads: what most readers want comes first, and every file is there with whom it is for."""

import re
from pathlib import Path

import pytest

from foc_graph.graph import Graph
from foc_graph.site.about import Site
from foc_graph.site.downloads import write_downloads
from foc_graph.site.render import Renderer
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore
from tests.support.html import Reader
from tests.support.workspaces import DAY

FILES = {
    "dumps/all.nq.gz": 4200,
    "dumps/all.ttl.gz": 2100,
    "dumps/all.rdf.gz": 3000,
    "dumps/first.ttl": 9000,
    "dumps/first.ttl.gz": 1500,
    "dumps/first.jsonld.gz": 1600,
    "dumps/unknown.ttl.gz": 700,
    "tables/documents.csv": 20,
    "tables/members.csv": 30,
    "tables/members.csv-metadata.json": 40,
    "feeds/all.atom": 9,
    "feeds/first.atom": 10,
    "catalog.ttl": 2,
}


def page(folder: Path, graph: Graph, version: str = "2026.11") -> str:
    """The page of downloads of what lies in a folder by now."""
    assert isinstance(graph.store, EmbeddedStore)
    site = Site.of(graph.workspace.settings, graph.base, version, DAY)
    write_downloads(View(graph.store, graph.base), Renderer(site, folder, live=not version), ["2026.10"])
    return (folder / "downloads.html").read_text("utf-8")


def sections(text: str) -> dict[str, Reader]:
    """The parts of the page by their anchors, in order."""
    return {key: Reader(part) for key, part in re.findall(r'<section id="(\w+)">(.*?)</section>', text, re.DOTALL)}


@pytest.fixture
def shown(small: Graph, tmp_path: Path) -> dict[str, Reader]:
    for name, size in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    return sections(page(tmp_path, small))


def test_a_spreadsheet_everything_and_one_coalition_come_first(shown: dict[str, Reader]) -> None:
    assert list(shown)[:3] == ["tables", "dumps", "coalitions"]
    assert shown["tables"].links == ["tables/members.csv", "tables/documents.csv"]
    assert "members.csv 30 bytes Who belongs to which coalition" in shown["tables"].text
    assert shown["dumps"].links == ["dumps/all.ttl.gz", "dumps/all.nq.gz"]
    assert "all.ttl.gz 2.1 kB Turtle, gzip, for people who read RDF" in shown["dumps"].text


def test_coalitions_go_by_their_names_with_their_files(shown: dict[str, Reader]) -> None:
    text, links = shown["coalitions"].text, shown["coalitions"].links
    dumps = [f"dumps/first.{ending}" for ending in ("ttl.gz", "ttl", "jsonld.gz")]
    assert links == [*dumps, "feeds/first.atom", "dumps/unknown.ttl.gz"]
    assert "First Coalition Turtle, gzip 1.5 kB · Turtle 9.0 kB · JSON-LD, gzip 1.6 kB · Atom 10 bytes" in text
    assert "JSON-LD, gzip, for developers who work with JSON. Atom, for feed readers." in text


def test_the_rest_says_whom_it_is_for(shown: dict[str, Reader]) -> None:
    assert list(shown)[3:] == ["formats", "programs", "feeds", "about", "cite", "licence", "earlier"]
    for key, words in {
        "formats": "all.rdf.gz 3.0 kB RDF/XML, gzip, for ontology editors",
        "programs": "CSVW metadata, for people and software that ask what a column means",
        "feeds": "all.atom 9 bytes Atom, for feed readers",
        "about": "The release in DCAT, for data portals",
    }.items():
        assert words in shown[key].text, key
    assert shown["about"].links == ["catalog.ttl", "manifest.json", "SHA256SUMS"]


def test_without_a_release_the_page_tells_what_can_be_had(small: Graph, tmp_path: Path) -> None:
    text = page(tmp_path, small, "")
    assert list(sections(text)) == ["cite", "licence", "earlier"]
    assert "download files come with each release" in text and 'href="query/index.html"' in text


def test_every_file_of_data_is_on_the_page_of_a_release(small_release: Path) -> None:
    release = small_release / "current"
    page = Reader((release / "downloads.html").read_text("utf-8"))
    folders = ("dumps", "tables", "links", "feeds", "ontology")
    files = {path for folder in folders for path in (release / folder).rglob("[!.]*") if path.is_file()}
    assert {path.relative_to(release).as_posix() for path in files} - {*page.links} == set()
    own = {link for link in page.links if not link.startswith(("http", "#", "data:"))}
    assert [link for link in own if not (release / link.partition("#")[0]).is_file()] == []
