"""Changes in words: the rows of the stored query `changes`, those that belong together in one sentence.

The front page has the newest, a page for each year all of it by month, and a feed the newest for those who follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby, islice
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.descriptions import iris
from foc_graph.graph import Graph
from foc_graph.rdf.atom import Entry, format_feed
from foc_graph.site.about import Site
from foc_graph.site.render import Renderer
from foc_graph.site.view import Link, View
from foc_graph.store.results import Record

QUERY = "changes"
YEARS = 2
"""How many years back a change counts as late."""

FOLDER = "changes"
"""The folder of the pages of years, and of the feed."""

FEED = f"{FOLDER}/feed.atom"
_FIRST = "0001"
_MOST_SHOWN = 500
"""Most changes of a year that its page shows."""

_MOST_FED = 100
_MOST = 12
_LOOKED_AT = 200
"""Most changes of one kind and date that are looked at; more are not counted."""

_NAMED = 3
"""Most names of those who did the same on one day; of more, the rest are counted."""

_HAPPENED = {"held": "took place", "issued": "was issued", "founded": "was founded", "ended": "ended"}
_DID = {"joined": "joined", "left": "left", "endorsed": "endorsed"}


class Change(NamedTuple):
    """A change: its date as ISO 8601 and in words, texts and links that make up a sentence, and what it happened to."""

    when: str
    date: str
    parts: Sequence[Link]
    subject: str

    @property
    def text(self) -> str:
        """Return the sentence, without its full stop."""
        return " ".join(part.text for part in self.parts).replace(" ,", ",")


class Month(NamedTuple):
    """The changes of a month, or those of a year of which no month is known."""

    heading: str
    changes: list[Change]


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
    return list(islice(_list_changes(graph, view, span(day), ""), _MOST))


def write_changes(graph: Graph, view: View, renderer: Renderer) -> None:
    """Write a page for each year with changes up to the day of the site, an index that shows the newest, and a feed."""
    site = renderer.site
    found = _list_changes(graph, view, {"since": _FIRST, "until": site.day}, "../")
    years = {year: list(same) for year, same in groupby(found, lambda change: change.when[:4])} or {site.year: []}
    listed = [Link(year, f"{year}.html") for year in years]
    for number, (year, changes) in enumerate(years.items()):
        about = {
            "title": f"What changed in {year}",
            "year": year,
            "months": list(_by_month(changes[:_MOST_SHOWN])),
            "total": len(changes),
            "years": listed,
        }
        for name in (year, "index") if number == 0 else (year,):
            renderer.page("changes", f"{FOLDER}/{name}", **about)
    newest = list(islice((change for changes in years.values() for change in changes), _MOST_FED))
    renderer.write(FEED, _format_feed(site, newest))


def _format_feed(site: Site, changes: Iterable[Change]) -> bytes:
    pages = f"{site.latest}{FOLDER}/"
    entries = [
        Entry(f"{pages}{year}.html#{_digest(one)}", f"{one.date}: {one.text}", _first_day(one.when), one.subject)
        for one in changes
        for year in [one.when[:4]]
    ]
    title = f"{site.title}: what changed"
    return format_feed(f"{site.latest}{FEED}", title, site.publisher, site.day, entries)


def _digest(change: Change) -> str:
    return blake2b(f"{change.when} {change.text} {change.subject}".encode(), digest_size=8).hexdigest()


def _first_day(date: str) -> str:
    return f"{date}-01-01"[:10] if len(date) == 4 else f"{date}-01"[:10]


def _by_month(changes: Iterable[Change]) -> Iterator[Month]:
    for month, same in groupby(changes, lambda change: change.when[:7]):
        yield Month(in_words(month) if len(month) == 7 else "Month unknown", list(same))


def _list_changes(graph: Graph, view: View, within: Mapping[str, str], root: str) -> Iterator[Change]:
    """Give the changes between two dates, the newest first; `root` leads from the page to the folder of the release."""
    if QUERY not in graph.queries:
        return
    rows = sorted(graph.rows(QUERY, **within), key=_date, reverse=True)
    for _, same in groupby(rows, _date):
        yield from _told(view, same, root)


def _date(row: Record) -> str:
    return str(row["date"])


def _told(view: View, rows: Iterable[Record], root: str) -> Iterator[Change]:
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
            names = [_agent(view, actors[row["subject"]], root) for row in same]
            parts = [*_listed(names, kinds[deed.verb] > _LOOKED_AT), *_deed(view, deed, root)]
            yield Change(deed.date, in_words(deed.date), parts, deed.target)
        else:
            row = same[0]
            verb = _HAPPENED.get(row["change"], row["change"].rpartition(" ")[2])
            parts = [_thing(view, row["subject"], root), Link(verb)]
            yield Change(row["date"], in_words(row["date"]), parts, row["subject"])


def _deed(view: View, deed: _Deed, root: str) -> Iterator[Link]:
    role, _, change = deed.verb.rpartition(" ")
    if deed.verb in _DID or not role:
        yield Link(_DID.get(deed.verb, deed.verb))
    else:
        yield Link(f"{'became' if change == 'began' else 'ended as'} {role} of")
    yield _thing(view, deed.target, root)


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


def _agent(view: View, iri: str, root: str) -> Link:
    """Return a link to a government by the name of its country, to others by their own."""
    link = _thing(view, iri, root)
    governed = iris(view.described(iri).values, "coal:governs")
    return link._replace(text=view.summary(governed[0]).label) if governed else link


def _thing(view: View, iri: str, root: str) -> Link:
    return view.link(ox.NamedNode(iri), root)._replace(note="")
