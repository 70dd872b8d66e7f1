"""Things as pages see them: their names in addresses and files, their periods in words, and what becomes a link."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph.descriptions import period
from foc_graph.errors import WorkspaceError
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE, iri_of
from foc_graph.release.incremental import write_pages
from foc_graph.release.snapshot import take_snapshot
from foc_graph.site.about import Site
from foc_graph.site.addresses import Addresses, check_names
from foc_graph.site.pages import Pages, Task
from foc_graph.site.view import safe
from foc_graph.store.embedded import save
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.html import Reader
from tests.support.workspaces import BASE as OWN
from tests.support.workspaces import bare_workspace


@pytest.mark.parametrize(
    "names",
    [
        ["a%2Fb"],
        ["a/../../b"],
        [".."],
        ["a//b"],
        [".hidden"],
        ["a/.htaccess"],
        ["é"],
        ["a?b"],
        ["a#b"],
        ["a~b"],
        ["end."],
        ["con"],
        ["a/Aux.x"],
        ["a.html"],
        ["a.TTL/b"],
        ["a.svg"],
        ["index"],
        ["x" * 151],
        ["/".join(["x" * 100] * 5)],
        ["/".join(["x"] * 33)],
        ["Wg1", "wg1"],
        ["a/WG", "a/Wg"],
    ],
)
def test_names_that_files_cannot_have_are_refused(names: list[str]) -> None:
    with pytest.raises(WorkspaceError, match=r"cannot have a page of this name|differ in case only"):
        check_names({f"{OWN}id/{name}" for name in names}, Addresses(OWN))


def test_nothing_is_written_where_a_file_cannot_have_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    workspace = Workspace(bare_workspace(tmp_path / "workspace", data="<https://example.org/id/a.html> a <x:One> .\n"))
    with (
        take_snapshot(workspace, open_built(workspace).store, version="2026.11") as one,
        pytest.raises(WorkspaceError, match="of this name"),
    ):
        write_pages(one, tmp_path / "site", lambda *told: None, tmp_path / "traces")
    assert not (tmp_path / "site").exists()


@pytest.fixture
def odd(tmp_path: Path) -> Pages:
    """The writer of pages of things of which no name or description is plain."""
    graph, label, see = (ox.NamedNode(iri) for iri in (f"{OWN}graph/x", iri_of("rdfs:label"), iri_of("rdfs:seeAlso")))
    said = [(f"{base}id/government/ee", label, ox.Literal(base)) for base in (OWN, BASE)]
    said += [(f"{OWN}id/x", see, node) for node in (ox.BlankNode(), ox.BlankNode(), ox.NamedNode(f"{OWN}y"))]
    save([ox.Quad(ox.NamedNode(thing), name, value, graph) for thing, name, value in said], tmp_path / "store")
    workspace = find_workspace(ROOT)
    about = Site.of(workspace.settings, OWN, "2026.11", "2026-11-24")
    return Pages(workspace, tmp_path / "store", about, tmp_path / "site")


def test_a_thing_of_the_workspace_has_the_page_of_its_shared_namesake(odd: Pages) -> None:
    odd.write([Task(iri) for iri in sorted(odd.view.subjects())])
    page = odd.renderer.folder / "doc" / "government" / "ee.html"
    assert f"use {OWN}id/government/ee" in Reader(page.read_text(encoding="utf-8")).text


def test_unnamed_nodes_are_neither_named_nor_described(odd: Pages) -> None:
    odd.write([Task(f"{OWN}id/x")])
    described = [quad.triple for quad in ox.parse(path=odd.renderer.folder / "doc" / "x.ttl")]
    assert described == [ox.Triple(*map(ox.NamedNode, (f"{OWN}id/x", iri_of("rdfs:seeAlso"), f"{OWN}y")))]


@pytest.mark.parametrize(
    ("said", "begin", "end", "seen"),
    [
        (
            {"begin": "2011-12", "verified": "2026-11-24", "periodState": "open"},
            "December 2011",
            "still active (checked 24 November 2026)",
            "",
        ),
        ({"begin": "2013", "end": "2017-05-04", "periodState": "ended"}, "2013", "4 May 2017", ""),
        ({"attested": "2015", "periodState": "unknown"}, "not known", "not known", "last seen 2015"),
        ({"begin": "2015", "periodState": "ended-date-unknown"}, "2015", "ended, date not known", ""),
        (
            {"beginsEarliest": "2022-10-01", "beginsLatest": "2023-01-31"},
            "between October 2022 and January 2023",
            "not known",
            "",
        ),
        ({"beginsLatest": "2023-01-31", "periodState": "open"}, "by 31 January 2023", "still active", ""),
        ({"beginsEarliest": "2022-10-01"}, "not known", "not known", ""),
    ],
)
def test_periods_in_words(said: dict[str, str], begin: str, end: str, seen: str) -> None:
    values = {
        iri_of(f"coal:{name}"): [
            ox.NamedNode(f"https://w3id.org/coalition/concept/period-state/{text}")
            if name == "periodState"
            else ox.Literal(text)
        ]
        for name, text in said.items()
    }
    known = period(values)
    assert known is not None
    assert (known.begin, known.end, known.seen) == (begin, end, seen)


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("https://example.org/a%20b?c=d#e", True),
        ("HTTP://example.org/", True),
        ("mailto:x@example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("https:alert(1)", False),
        ("http://[bad", False),
        ("//example.org", False),
        ("https://example.org/\u202e", False),
    ],
)
def test_only_addresses_of_the_web_and_of_mail_become_links(address: str, links: bool) -> None:
    assert safe(address) == (address if links else "")
