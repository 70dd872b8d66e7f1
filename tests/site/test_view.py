"""Things as pages see them: their names in addresses and files, their periods in words, and what becomes a link."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph import namespaces
from foc_graph.descriptions import period
from foc_graph.errors import WorkspaceError
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.release.incremental import write_pages
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.view import safe
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.html import Reader
from tests.support.workspaces import BASE as OWN


def no_progress(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def snapshot_of(folder: Path, quads: Sequence[ox.Quad]) -> Snapshot:
    """A snapshot of these quads alone, whose store is in the folder."""
    save(quads, folder / "store")
    store = EmbeddedStore.read_only(folder / "store", namespaces.PREFIXES)
    return Snapshot(find_workspace(ROOT), store, OWN, "2026.11", date(2026, 11, 24))


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
def test_names_that_files_cannot_have_are_refused(tmp_path: Path, names: list[str]) -> None:
    kind, graph = ox.NamedNode(RDF_TYPE), ox.NamedNode(f"{OWN}graph/x")
    thing = ox.NamedNode(iri_of("coal:Body"))
    one = snapshot_of(tmp_path, [ox.Quad(ox.NamedNode(f"{OWN}id/{name}"), kind, thing, graph) for name in names])
    with pytest.raises(WorkspaceError, match=r"cannot have a page of this name|differ in case only"):
        write_pages(one, tmp_path / "site", no_progress, tmp_path / "traces", workers=1)
    assert not (tmp_path / "site").exists()


def test_a_thing_of_the_workspace_has_the_page_of_its_shared_namesake(tmp_path: Path) -> None:
    label, graph = ox.NamedNode(iri_of("rdfs:label")), ox.NamedNode(f"{OWN}graph/x")
    things = [
        (ox.NamedNode(f"{base}id/government/ee"), ox.Literal(base)) for base in (OWN, "https://w3id.org/coalition/")
    ]
    one = snapshot_of(tmp_path, [ox.Quad(thing, label, name, graph) for thing, name in things])
    write_pages(one, tmp_path, no_progress, tmp_path / "traces", workers=1)
    assert (
        f"use {OWN}id/government/ee" in Reader((tmp_path / "doc/government/ee.html").read_text(encoding="utf-8")).text
    )


def test_unnamed_nodes_are_neither_named_nor_described(tmp_path: Path) -> None:
    thing, see, graph = (ox.NamedNode(iri) for iri in (f"{OWN}id/x", iri_of("rdfs:seeAlso"), f"{OWN}graph/x"))
    nodes = (ox.BlankNode(), ox.BlankNode(), ox.NamedNode(f"{OWN}y"))
    write_pages(
        snapshot_of(tmp_path, [ox.Quad(thing, see, node, graph) for node in nodes]),
        tmp_path,
        no_progress,
        tmp_path / "traces",
        workers=1,
    )
    assert [quad.triple for quad in ox.parse(path=tmp_path / "doc/x.ttl")] == [ox.Triple(thing, see, nodes[2])]


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
