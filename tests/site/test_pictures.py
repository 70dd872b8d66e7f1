"""Pictures of pages, for where links to them are shared."""

import struct

import pytest

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE
from foc_graph.site import pictures
from foc_graph.site.about import PICTURED
from foc_graph.site.pictures import RELEASE, Pictures, find_own, list_pictures, picture_name
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore
from tests.support.workspaces import DAY


def make_view(graph: Graph) -> View:
    assert isinstance(graph.store, EmbeddedStore)
    return View(graph.store, graph.base)


def read_size(picture: bytes | None) -> tuple[int, int]:
    """The width and height of a PNG (https://www.w3.org/TR/png-3/#11IHDR)."""
    assert picture is not None and picture.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_each_picture_is_drawn_in_one_size(small: Graph) -> None:
    view = make_view(small)
    drawn = Pictures(small, view, DAY)
    names = list(list_pictures(view, find_own(view)))
    assert len(names) == len(set(names)) > 8
    assert {read_size(drawn.draw(name)) for name in names} == {(800, 420)}


def test_a_coalition_and_its_statements_differ_as_its_members_did(small: Graph) -> None:
    drawn = Pictures(small, make_view(small), DAY)
    names = [RELEASE, "first", "second", "first/group", "first/document/statement"]
    found = [drawn.draw(name) for name in names]
    assert len({content for content in found if content}) == len(names)
    assert drawn.draw("first") == found[1], "the same again"


def test_what_has_no_picture_of_its_own_has_that_of_its_kind(small: Graph) -> None:
    view = make_view(small)
    drawn = Pictures(small, view, DAY)
    for iri, page, name in (
        (f"{small.base}id/first", "doc/first", "first"),
        (f"{small.base}id/first/group", "doc/first/group", "first/group"),
        (f"{small.base}id/government/ee", "doc/government/ee", "_government"),
        (f"{small.base}id/first/group/mandate/1", "doc/first/group/mandate/1", "_mandate"),
        (f"{BASE}concept/role/chair", "concept/role/chair", "_other"),
    ):
        assert picture_name(view, iri, page, PICTURED) == name
        assert read_size(drawn.draw(name)) == (800, 420)
    assert picture_name(view, f"{small.base}id/first", "doc/first", ()) == "_other"
    assert [drawn.draw(name) for name in ("government/ee", "nobody", "_nothing", "")] == [None] * 4


def test_a_site_has_no_more_pictures_than_it_may(small: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    view = make_view(small)
    assert len(list(list_pictures(view, find_own(view)))) <= pictures.MOST
    coalitions = len(view.of_class("coal:Coalition"))
    for most, own in ((5, []), (coalitions + 10, ["coal:Coalition"]), (10_000, list(PICTURED))):
        monkeypatch.setattr(pictures, "MOST", most)
        assert find_own(view) == own
        assert len(list(list_pictures(view, own))) <= max(most, 8)
