"""Pages for people, in the look of the static site."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment

from foc_graph.graph import Graph
from foc_graph.queries.model import StoredQuery
from foc_graph.server.problems import ProblemError
from foc_graph.server.query_service import State
from foc_graph.site import render
from foc_graph.site.render import Site, environment
from foc_graph.site.view import View
from foc_graph.store.base import Store
from foc_graph.store.embedded import EmbeddedStore


def site_of(state: State) -> Site:
    """What the pages of a state say of it; without a release there is no version."""
    settings, release, base = state.graph.workspace.settings, state.release, state.graph.base
    if release is None:
        return Site(settings.title, settings.publisher, settings.licence, base, "", settings.verified, base, base)
    return Site.of(settings, base, release.version, release.manifest["day"])


def view_of(state: State) -> View:
    """The things of a state as pages show them, for one page: it is not to be shared by threads."""
    store = state.graph.store
    assert isinstance(store, EmbeddedStore)
    return View(store, state.graph.base)


class _Content(NamedTuple):
    """What a graph is made of."""

    base: str
    store: Store
    queries: dict[str, StoredQuery]


def graph_of(state: State) -> Graph:
    """The graph of a state, asked where its stored queries are."""
    graph = state.graph
    return Graph(graph.workspace, _Content(graph.base, state.store, graph.queries))


def rendered(template: str, state: State, root: str, **context: Any) -> bytes:
    """A page from a template; `root` leads from its address to that of the front page."""
    return render.rendered(_environment(), template, site=site_of(state), root=root, **context)


def problem_page(state: State, path: str, problem: ProblemError) -> bytes:
    """The page of what went wrong at an address; `path` is that, as it was sent."""
    root, title = "../" * (path.count("/") - 1), problem.status.phrase
    return rendered("problem", state, root, title=title, status=int(problem.status), detail=problem.detail)


@cache
def _environment() -> Environment:
    return environment("foc_graph.server", live=True)


def read_templates() -> None:
    """Read the templates, which takes longer than to make a page of one."""
    for name in _environment().list_templates(("html",)):
        _environment().get_template(name)
