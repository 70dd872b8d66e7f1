"""Pages for people, in the look of the static site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment

from foc_graph.namespaces import COAL, short
from foc_graph.rdf.terms import XSD
from foc_graph.server.requests import ProblemError
from foc_graph.server.snapshot import Snapshot
from foc_graph.site import render
from foc_graph.site.addresses import VOCABULARY, Addresses
from foc_graph.site.render import Site, environment
from foc_graph.site.view import Link, View, safe
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Result, Rows, Value

MOST = 500
"""Most rows that a page shows."""


class Shown(NamedTuple):
    """An answer as a table: its first rows, and how many there are, where that is known."""

    columns: Sequence[str]
    rows: list[list[Link]]
    total: int | None


def site_of(snapshot: Snapshot) -> Site:
    """Return what the pages of a snapshot say of it; without a release there is no version."""
    settings, release, base = snapshot.graph.workspace.settings, snapshot.release, snapshot.graph.base
    if release is None:
        return Site(settings.title, settings.publisher, settings.licence, base, "", settings.verified, base, base)
    return Site.of(settings, base, release.version, release.manifest["day"])


def view_of(snapshot: Snapshot) -> View:
    """Return the things of a snapshot as pages show them, for one page: threads must not share it."""
    store = snapshot.graph.store
    assert isinstance(store, EmbeddedStore)
    return View(store, snapshot.graph.base)


def render_page(template: str, snapshot: Snapshot, root: str, **context: Any) -> bytes:
    """Render a page from a template; `root` leads from its address to that of the front page."""
    return render.rendered(_environment(), template, site=site_of(snapshot), root=root, **context)


def problem_page(snapshot: Snapshot, path: str, problem: ProblemError) -> bytes:
    """Render the page of what went wrong at an address; `path` is that, as it was sent."""
    root, title = "../" * (path.count("/") - 1), problem.status.phrase
    return render_page("problem", snapshot, root, title=title, status=int(problem.status), detail=problem.detail)


def tabulate(result: Result, base: str, site: str) -> Shown:
    """Return an answer as a table; `site` leads to the pages of things."""
    assert not isinstance(result, bool)
    addresses = Addresses(base)
    rows: Iterable[Sequence[Value]]
    if isinstance(result, Rows):
        columns, rows = result.columns, result.first(MOST)
    else:
        columns = ("subject", "predicate", "object")
        rows = ((one.subject, one.predicate, one.object) for one in sorted(result, key=str))
    return Shown(columns, [[_link(term, addresses, site) for term in row] for row in islice(rows, MOST)], len(result))


def _link(term: Value, addresses: Addresses, site: str) -> Link:
    match term:
        case None:
            return Link("")
        case ox.Literal():
            is_address = term.datatype.value == f"{XSD}anyURI"
            return Link(term.value, safe(term.value) if is_address else "", term.language or "")
        case ox.NamedNode():
            text, page = short(term.value, addresses.bases[0]), addresses.page(term.value)
            if page == VOCABULARY:
                return Link(text, f"{site}{page}.html#{quote(term.value[len(COAL) :])}")
            return Link(text, f"{site}{page}.html" if page else safe(term.value))
        case _:
            return Link(str(term))


@cache
def _environment() -> Environment:
    return environment("foc_graph.server", live=True)


def read_templates() -> None:
    """Read the templates, which takes longer than to make a page of one."""
    for name in _environment().list_templates(("html",)):
        _environment().get_template(name)
