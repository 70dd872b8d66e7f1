"""What the queries of `queries/structure/` and `queries/find/` give, from the records of their coalitions."""

from __future__ import annotations

from benchmarks.world import agents
from benchmarks.world.periods import bounds
from benchmarks.world.records import Body, Coalition, Document, Endorsement, Event, Function, Mandate
from benchmarks.world.terms import PAGE
from benchmarks.world.view import Row, View, iri, shown
from foc_graph.terms import iri_of
from foc_graph.time import PartialDate

CONFERENCES = ("conference", "high-level-meeting", "ministerial-meeting")


def _bounds(view: View, one: Body | Mandate, begin: str, end: str) -> Row:
    """The bounds of a period, in columns that begin with these words."""
    days = bounds(one.period, view.around(one))
    return {
        f"{begin}_earliest": days.begins_earliest or None,
        f"{begin}_latest": days.begins_latest or None,
        f"{end}_earliest": days.ends_earliest or None,
        f"{end}_latest": days.ends_latest or None,
    }


def bodies(view: View, coalition: str, kind: str = "", as_of: str = "") -> list[Row]:
    return [
        {
            "body": iri(one.slug),
            "name": one.name,
            "kind": one.kind,
            "founded": one.period.begin or None,
            "ended": one.period.end or None,
            "certainty": certain,
            "verified": one.period.verified or None,
            **_bounds(view, one, "founded", "ended"),
            "state": view.state(one),
        }
        for one in view.all(Body, coalition)
        if kind in ("", one.kind) and (certain := view.certainty(one, as_of)) is not None
    ]


def mandates(view: View, coalition: str, as_of: str = "") -> list[Row]:
    return [
        {
            "mandate": iri(one.slug),
            "body": iri(one.body),
            "name": view.label(one.body),
            "start": one.period.begin or None,
            "end": one.period.end or None,
            "state": view.state(one),
            "granted_by": iri(granted_by),
            "certainty": certain,
            "verified": one.period.verified or None,
            **_bounds(view, one, "start", "end"),
        }
        for one in view.all(Mandate, coalition)
        if (certain := view.certainty(one, as_of)) is not None
        for granted_by in one.granted_by
    ]


def conferences(view: View, coalition: str) -> list[Row]:
    return [
        {
            "conference": iri(one.slug),
            "title": one.title,
            "city": f"City {one.place[-2:].upper()}",
            "country": f"Country {one.place[-2:].upper()}",
            "start": one.period.begin or None,
            "end": one.period.end or None,
            "kind": one.kind,
            "edition": one.edition,
        }
        for one in view.all(Event)
        if one.held_by == coalition and one.kind in CONFERENCES
    ]


def documents(
    view: View, coalition: str = "", body: str = "", type: str = "", since: str = "", until: str = ""
) -> list[Row]:
    rows = []
    for one in view.all(Document, coalition):
        makers = [one.creator, one.adopted_by]
        makers += [event.held_by for event in view.all(Event) if event.generated == one.slug]
        makers += [mandate.body for mandate in view.all(Mandate) if one.slug in mandate.granted_by]
        of_body = not body or any(body in view.above(maker) for maker in makers if maker)
        if of_body and type in ("", one.type) and _within(one.issued, since, until):
            rows.append({"document": iri(one.slug), **_document(one)})
    return rows


def outputs(view: View, body: str) -> list[Row]:
    return [{"output": iri(one.slug), **_document(one)} for one in view.all(Document) if one.creator == body]


def statements_on(view: View, topic: str) -> list[Row]:
    return [
        {"document": iri(one.slug), "title": one.title, "date": one.issued or None}
        for one in view.all(Document)
        if topic.replace(" ", "-") in one.topics
    ]


def endorsers(view: View, document: str) -> list[Row]:
    return [
        {"agent": iri(one.agent), "name": shown(one.agent), "date": one.date or None}
        for one in view.all(Endorsement)
        if one.document == document
    ]


def functions(view: View, body: str) -> list[Row]:
    assigned = {slug for one in view.all(Mandate) if one.body == body for slug in one.assigns}
    return [
        {"function": iri(one.slug), "text": one.definition, "name": one.name}
        for one in view.all(Function)
        if one.slug in assigned
    ]


def mandate_lineage(view: View, body: str) -> list[Row]:
    links: set[tuple[str, str, str]] = set()
    granting: set[str] = set()
    for mandate in view.all(Mandate):
        if mandate.body == body:
            granting.update(mandate.granted_by)
            links.update((slug, "grants", mandate.slug) for slug in mandate.granted_by)
            if mandate.renews:
                links.add((mandate.slug, "renews", mandate.renews))
    replaced = {one.slug: one.replaces for one in view.all(Document) if one.replaces}
    while more := {new for pair in replaced.items() if granting.intersection(pair) for new in pair} - granting:
        granting |= more
    links.update((slug, "replaces", earlier) for slug, earlier in replaced.items() if slug in granting)
    links.update((one.slug, "generates", one.generated) for one in view.all(Event) if one.generated in granting)
    rows = []
    for slug, relation, other in sorted(links):
        record = view.get(slug)
        assert isinstance(record, (Document, Event, Mandate))
        date = record.issued if isinstance(record, Document) else record.period.begin
        rows.append(
            {
                "document": iri(slug),
                "title": view.label(slug),
                "date": date or None,
                "relation": relation,
                "other": iri(other),
            }
        )
    return rows


def search(view: View, text: str, kind: str = "") -> list[Row]:
    rows = []
    for one in view.everything():
        found = type(one).__name__.lower()
        if isinstance(one, (Body, Coalition, Document, Event, Function, Mandate)) and kind in ("", found):
            names = [view.label(one.slug), one.abbreviation if isinstance(one, Coalition) else ""]
            if any(text.lower() in name.lower() for name in names):
                rows.append({"thing": iri(one.slug), "label": names[0], "kind": found})
    return rows


def same_as(view: View, thing: str) -> list[Row]:
    notation = agents.register_notation(thing)
    return [{"scheme": "opencorporates", "identifier": notation, "uri": f"{PAGE}register/{notation}"}]


def coalition_graph(view: View, coalition: str) -> list[Row]:
    """Some of its triples: what bodies are part of, and names of who takes part."""
    parts = [(one.slug, "org:subOrganizationOf", iri(one.parent)) for one in view.all(Body, coalition)]
    names = [(one.agent, "rdfs:label", agents.label_of(one.agent)) for one in view.members(coalition)]
    return [
        {"subject": iri(subject), "predicate": iri_of(predicate), "object": value}
        for subject, predicate, value in (*parts, *dict.fromkeys(names))
    ]


def _document(document: Document) -> Row:
    return {
        "title": document.title,
        "type": document.type,
        "date": document.issued or None,
        "url": PAGE + document.url if document.url else None,
    }


def _within(date: str, since: str, until: str) -> bool:
    if not date:
        return not (since or until)
    after = not since or date >= PartialDate(since).first_day[: len(date)]
    return after and (not until or date <= PartialDate(until).last_day[: len(date)])
