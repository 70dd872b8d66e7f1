"""Search: things by any of their names, the most probable first."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.descriptions import NOT_KNOWN, period
from foc_graph.errors import FocGraphError
from foc_graph.matching.index import Thing
from foc_graph.matching.lookup import Directory
from foc_graph.matching.matcher import Asked
from foc_graph.matching.names import normalised
from foc_graph.questions.reading import Reader
from foc_graph.server.ask import ask_address
from foc_graph.server.negotiation import HTML
from foc_graph.server.requests import ProblemError, parameters
from foc_graph.server.responses import NOT_INDEXED, respond, respond_once, unavailable
from foc_graph.server.site import render_page
from foc_graph.server.state import State
from foc_graph.site.search import NOTHING, PAGE
from foc_graph.site.view import Link, View
from foc_graph.store.results import Record, as_rows

MAX_ASKED = 500
"""Longest text that is looked for, in characters."""

MOST = 1000
"""Most things that are found."""

_STEP = 20
"""How many stand on a page."""

_WITHIN = 2

_KINDS = ("coalition", "body", "government", "organisation", "event", "document", "concept", "person", "country")
"""In the order in which people want them, before all others."""

_CANDIDATES = 20
_NAMES = 5
_QUERY = "search"


class Understood(NamedTuple):
    """A question in words that was looked for: restated, the sentence of its answer, and the address of the whole."""

    text: str
    sentence: str
    address: str


class Hit(NamedTuple):
    """A thing that was found: what it is, when it was, its page, some of its other names, and what is said of it."""

    kind: str
    date: str
    link: Link
    names: Sequence[str]
    text: str


async def search(request: Request) -> Response:
    """Find the things of a name, a page at a time; without one, list the names from A to Z."""
    state: State = request.scope["served"]
    snapshot = state.current
    try:
        asked, number = _given(request)
    except ProblemError as problem:
        refuse = partial(_rendered, state, NOTHING | {"index": None, "problem": problem.detail})
        return await respond_once(request, refuse, problem.status, NOT_INDEXED, is_asking=False)
    if not asked:
        make = partial(_indexed, state)
        return await respond(request, (snapshot.tag, PAGE), make, is_asking=True)
    try:
        directory = await asyncio.wait_for(state.directory(), state.patience)
    except TimeoutError:
        return await respond_once(request, partial(_found, state, None, asked, number), headers=NOT_INDEXED)
    except FocGraphError as error:
        raise unavailable() from error
    reader = state.ready_question_reader
    if state.is_small:
        with suppress(FocGraphError):
            reader = await state.question_reader()
    make = partial(_found, state, directory, asked, number, reader)
    key = (snapshot.tag, PAGE, asked, number, reader and date.today())
    return await respond(request, key, make, HTML, NOT_INDEXED, is_asking=True)


def _indexed(state: State) -> bytes:
    return _rendered(state, {"index": state.live.index} | NOTHING)


def _given(request: Request) -> tuple[str, int]:
    """Read the text that is searched for, and the number of the page."""
    given = dict(parameters(request.scope["query_string"]))
    asked, number = " ".join(given.get("q", "").split()), given.get("page", "1")
    if len(asked) > MAX_ASKED:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the name is longer than {MAX_ASKED} characters: shorten it")
    if not re.fullmatch("[1-9][0-9]{0,3}", number):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "`page` is not a page number: leave it out")
    return asked, int(number)


def _found(state: State, directory: Directory | None, asked: str, number: int, reader: Reader | None = None) -> bytes:
    found = _ranked(state, directory, asked)
    number = min(number, max(1, -(-len(found) // _STEP)))
    first = (number - 1) * _STEP
    view = state.live.view
    hits = [_hit(view, iri, directory, asked) for iri in found[first : first + _STEP]]
    others = [("Previous", number - 1)] * (first > 0) + [("Next", number + 1)] * (first + _STEP < len(found))
    about = {
        "asked": asked,
        "hits": hits,
        "total": len(found),
        "first": first + 1,
        "pages": [(name, f"search?{urlencode({'q': asked, 'page': page})}") for name, page in others],
        "index": None if found or directory is None else state.live.index,
        "is_partial": directory is None,
        "question": _understand(state, reader, directory, asked) if reader and directory and number == 1 else None,
    }
    return _rendered(state, NOTHING | about)


def _rendered(state: State, about: dict[str, Any]) -> bytes:
    return render_page(PAGE, state.current, "", title="Search", **about)


def _understand(state: State, reader: Reader, directory: Directory, asked: str) -> Understood | None:
    """Answer a text that is a question; None for a name or the beginning of one, and for what cannot be answered now.

    The answer has no sentence where the graph is so large that it may take long.
    """
    if any(directory.beginning(asked)):
        return None
    answer = state.ask(reader, asked)
    if answer.call is None or answer.call.query == _QUERY:
        return None
    with suppress(FocGraphError):
        sentence = answer.sentence if state.is_small else ""
        return Understood(answer.understood, sentence, ask_address(asked))
    return None


def _ranked(state: State, directory: Directory | None, asked: str) -> list[str]:
    """Rank what a text may mean: what bears that name, then names that begin so, then those with its words.

    Only where nothing does, things are found whose names are like it. Sources come after what they are about.
    """
    snapshot = state.current
    iris: dict[str, None] = {}
    if directory:
        named = directory.find(asked)
        iris = dict.fromkeys([named.iri] if named else snapshot.graph.resolver.identify("thing", asked))
    labelled: list[tuple[int, int, int, str]] = []
    if _QUERY in snapshot.graph.queries:
        rows = as_rows(snapshot.store.query(snapshot.graph.bound(_QUERY, text=_words(asked))))
        labelled = sorted(
            (_distance(row, asked), _order(row["kind"]), number, row["thing"]) for number, row in enumerate(rows)
        )
    iris |= dict.fromkeys(iri for distance, *_, iri in labelled if distance < _WITHIN)
    if directory and normalised(asked):
        iris |= dict.fromkeys(thing.iri for _, thing in directory.beginning(asked))
    iris |= dict.fromkeys(iri for *_, iri in labelled)
    if directory and not iris and normalised(asked):
        iris = dict.fromkeys(one.thing.iri for one in directory.matcher.candidates(Asked(asked), _CANDIDATES))
    return list(iris)[:MOST]


def _words(asked: str) -> str:
    """Return the words without the ends of plurals: "statements" has to find a statement."""
    return " ".join(re.sub(r"(?<=\w{3})s$", "", word) for word in asked.split())


def _order(kind: str) -> int:
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _distance(row: Record, asked: str) -> int:
    """Return 0 for what is called so, 1 for what begins so, `_WITHIN` for others; a topic alone is less than a name."""
    name, start = str(row["label"]).casefold(), asked.casefold()
    if name.startswith(start):
        return int(name != start)
    is_named = row["kind"] != "document" or all(word in name for word in _words(start).split())
    return _WITHIN if is_named else _WITHIN + 1


def _hit(view: View, iri: str, directory: Directory | None, asked: str) -> Hit:
    summary = view.summary(iri)
    thing = directory.find(iri) if directory else None
    link = view.link(ox.NamedNode(iri), "")._replace(note="")
    names, text = (_names(thing, summary.label, asked), thing.description) if thing else ([], "")
    return Hit(summary.kind, _when(view, iri), link, names, text)


def _when(view: View, iri: str) -> str:
    """Say when a thing existed, or a document was issued."""
    known = period(view.outline(iri).values)
    if known is None or known.begin == NOT_KNOWN:
        return view.summary(iri).date
    if known.is_open or known.end == NOT_KNOWN:
        return f"{'began' if ' and ' in known.begin else 'since'} {known.begin}"
    return known.begin if known.begin == known.end else f"{known.begin} to {known.end}"


def _names(thing: Thing, label: str, asked: str) -> list[str]:
    """List the names by which a thing was found, or where its label tells that, what it is called for short."""
    text = normalised(asked)
    is_plain = text in normalised(label)
    fits = [name for name in thing.names if (name.isupper() if is_plain else text in normalised(name))]
    return [name for name in dict.fromkeys(fits) if name != label][:_NAMES]


ROUTES = [Route(f"/{name}", search) for name in (PAGE, f"{PAGE}.html")]
