"""Recent changes in words: the newest rows of the stored query `changes`, those that belong together in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.descriptions import iris
from foc_graph.graph import Graph
from foc_graph.site.view import Link, View
from foc_graph.store.results import Record

QUERY = "changes"
YEARS = 2
"""How many years back a change counts as late."""

_MOST = 12
_LOOKED_AT = 200
"""Most changes of one kind and date that are looked at; more are not counted."""

_NAMED = 3
"""Most names of those who did the same on one day; of more, the rest are counted."""

_HAPPENED = {"held": "took place", "issued": "was issued", "founded": "was founded", "ended": "ended"}
_DID = {"joined": "joined", "left": "left", "endorsed": "endorsed"}


class Change(NamedTuple):
    """A change at a date, which is in words: texts and links that make up a sentence."""

    date: str
    parts: Sequence[Link]


class _Deed(NamedTuple):
    """A deed: equal for all who did the same at the same date."""

    date: str
    verb: str
    target: str


def span(day: str) -> Mapping[str, str]:
    """Return the parameters of `changes` for the last years up to a day, ISO 8601."""
    year = int(day[:4]) - YEARS
    return {"since": f"{year:04}{day[4:]}" if not day.endswith("02-29") else f"{year:04}-02-28", "until": day}


def recent(graph: Graph, view: View, day: str) -> list[Change]:
    """Return the newest changes up to a day, the newest first, without persons, whose pages are not indexed."""
    if QUERY not in graph.queries:
        return []
    rows = sorted(graph.rows(QUERY, **span(day)), key=_date, reverse=True)
    told = (change for _, same in groupby(rows, _date) for change in _told(view, same))
    return list(islice(told, _MOST))


def _date(row: Record) -> str:
    return str(row["date"])


def _told(view: View, rows: Iterable[Record]) -> Iterator[Change]:
    """Describe what happened at one date."""
    deeds: dict[_Deed | str, list[Record]] = {}
    actors: dict[str, str] = {}
    kinds = Counter[str]()
    for row in rows:
        kinds[row["change"]] += 1
        if kinds[row["change"]] > _LOOKED_AT:
            continue
        if view.is_about_person(row["subject"]):
            continue
        actor, target = _parties(view, row["subject"])
        deed: _Deed | str = row["subject"] + row["change"]
        if actor and target:
            actors[row["subject"]] = actor
            deed = _Deed(row["date"], row["change"], target)
        deeds.setdefault(deed, []).append(row)
    for deed, same in deeds.items():
        if isinstance(deed, _Deed):
            names = [_agent(view, actors[row["subject"]]) for row in same]
            yield Change(in_words(deed.date), [*_listed(names, kinds[deed.verb] > _LOOKED_AT), *_deed(view, deed)])
        else:
            row = same[0]
            verb = _HAPPENED.get(row["change"], row["change"].rpartition(" ")[2])
            yield Change(in_words(row["date"]), [_thing(view, row["subject"]), Link(verb)])


def _deed(view: View, deed: _Deed) -> Iterator[Link]:
    role, _, change = deed.verb.rpartition(" ")
    if deed.verb in _DID or not role:
        yield Link(_DID.get(deed.verb, deed.verb))
    else:
        yield Link(f"{'became' if change == 'began' else 'ended as'} {role} of")
    yield _thing(view, deed.target)


def _listed(names: Sequence[Link], is_cut: bool) -> Iterator[Link]:
    """List `A`, `A and B`, `A, B, C and 5 more`, or `and others` where not all changes were looked at."""
    names = sorted(names, key=lambda link: link.text.casefold())
    shown, rest = names[:_NAMED], len(names) - _NAMED
    for number, name in enumerate(shown):
        if number:
            yield Link("and" if rest <= 0 and not is_cut and number == len(shown) - 1 else ",")
        yield name
    if rest > 0:
        yield Link("and others" if is_cut else f"and {rest} more")
    elif is_cut:
        yield Link("and perhaps others")


def _parties(view: View, iri: str) -> tuple[str, str]:
    """Return the parties to a deed: the member and the organisation, or the endorser and the text; else nothing."""
    values = view.described(iri).values
    actors, targets = iris(values, "org:member", "coal:endorsedBy"), iris(values, "org:organization", "coal:endorses")
    return (actors[0], targets[0]) if actors and targets else ("", "")


def _agent(view: View, iri: str) -> Link:
    """Return a link to a government by the name of its country, to others by their own."""
    link = _thing(view, iri)
    governed = iris(view.described(iri).values, "coal:governs")
    return link._replace(text=view.summary(governed[0]).label) if governed else link


def _thing(view: View, iri: str) -> Link:
    return view.link(ox.NamedNode(iri), "")._replace(note="")
