"""Pages that are made as they are asked for: each once, none held up by another, none kept without end."""

import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from foc_graph.server import state
from foc_graph.server.app import application
from foc_graph.server.cache import Cache
from foc_graph.server.live_pages import LiveSite
from foc_graph.server.snapshot import Settings, Snapshot
from foc_graph.server.state import State
from foc_graph.site.pages import Pages
from tests.support.http import until

ASKING = 20
SECONDS = 60


@pytest.fixture
def site(small_root: Path) -> Iterator[LiveSite]:
    snapshot = Snapshot.open(Settings(str(small_root)))
    yield LiveSite(snapshot)
    snapshot.close()


@contextmanager
def slow(path: str, patch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], threading.Event, threading.Event]]:
    """The paths of the pages that are made; that of one path is begun, and waits until it may go on."""
    begun, may_go_on, made, write = threading.Event(), threading.Event(), [], Pages.write_page

    def waiting(pages: Pages, thing: Any, page: str, *rest: str) -> Any:
        made.append(page)
        if page == path:
            begun.set()
            assert may_go_on.wait(SECONDS)
        return write(pages, thing, page, *rest)

    patch.setattr(Pages, "write_page", waiting)
    try:
        yield made, begun, may_go_on
    finally:
        may_go_on.set()


def test_a_page_that_many_ask_for_at_once_is_made_once(site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> None:
    with slow("doc/first", monkeypatch) as (made, begun, may_go_on), ThreadPoolExecutor(ASKING) as pool:
        asked = [pool.submit(site.find, "doc/first.html") for _ in range(ASKING)]
        assert begun.wait(SECONDS)
        may_go_on.set()
        found = {one.result(SECONDS) for one in asked}
    assert made == ["doc/first"]
    assert len(found) == 1 and None not in found


def test_a_page_that_takes_long_holds_up_no_other(site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = site.find("doc/second.html")
    with slow("doc/first", monkeypatch) as (made, begun, may_go_on), ThreadPoolExecutor(4) as pool:
        late = pool.submit(site.find, "doc/first.html")
        assert begun.wait(SECONDS)
        assert pool.submit(site.find, "doc/second.html").result(SECONDS) == ready
        others = [pool.submit(site.find, path) for path in ("index.html", "doc/third.html", "doc/first.ttl")]
        assert all(one.result(SECONDS) for one in others)
        assert not late.done()
        may_go_on.set()
        assert late.result(SECONDS)
    assert made == ["doc/first", "doc/third"]


def test_pages_that_are_made_side_by_side_are_those_made_alone(site: LiveSite, small_root: Path) -> None:
    paths = [f"{page}.html" for page in list(site.drawn)[:6]]
    with ThreadPoolExecutor(len(paths)) as pool:
        together = list(pool.map(site.find, paths))
    snapshot = Snapshot.open(Settings(str(small_root)))
    alone = LiveSite(snapshot)
    assert together == [alone.find(path) for path in paths]
    snapshot.close()


def test_a_server_makes_ahead_what_clients_ask_for_first(
    small_root: Path, monkeypatch: pytest.MonkeyPatch, make_ahead: Callable[..., Awaitable[None]]
) -> None:
    made: list[str] = []

    def counting(make: Callable[[LiveSite, str], object]) -> Callable[[LiveSite, str], object]:
        def counted(site: LiveSite, path: str) -> object:
            made.append(path)
            return make(site, path)

        return counted

    for name in ("find", "page"):
        monkeypatch.setattr(LiveSite, name, counting(getattr(LiveSite, name)))
    monkeypatch.setattr(State, "_get_ready", make_ahead)
    monkeypatch.setattr(state, "_MOST_READY", 2)
    app = application(Settings(str(small_root), processes=1))
    with TestClient(app):
        served: State = app.state.served
        until(lambda: served.ready_question_reader is not None)
        first, second, *_ = served.live.drawn
        assert made == ["index.html", first, second, "changes/index.html"]
        assert served._directory.value is not None


def test_what_is_kept_has_a_bound() -> None:
    made: list[int] = []

    def make(size: int) -> bytes:
        made.append(size)
        return bytes(size)

    cache: Cache[int, bytes] = Cache(len, 100)
    for size in (60, 30, 60, 40, 60, 30, 101, 60, 0, 0):
        assert len(cache.get(size, partial(make, size))) == size
    assert made == [60, 30, 40, 30, 101, 60, 0, 0]


def test_what_fails_is_told_to_all_and_tried_again() -> None:
    tries: list[Path] = []

    def make(path: Path) -> bytes:
        tries.append(path)
        raise OSError("gone")

    cache: Cache[Path, bytes] = Cache(len, 100)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            cache.get(Path(), partial(make, Path()))
    assert len(tries) == 2
