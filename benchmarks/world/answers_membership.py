"""What the queries of `queries/membership/` and `queries/overview/` give, from the records of their coalitions."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from math import floor

from benchmarks.world import agents
from benchmarks.world.periods import bounds
from benchmarks.world.records import Appearance, Body, Coalition, Completeness, Event, Membership
from benchmarks.world.view import BELONGING, NO_SEAT, OVER, Row, View, iri, shown

CHAIRS = ("chair", "co-chair", "interim-chair", "interim-co-chair")


def members(view: View, coalition: str, as_of: str = "") -> list[Row]:
    rows = []
    for one in view.members(coalition):
        certain = view.certainty(one, as_of)
        if one.role in (*BELONGING, "observer") and certain is not None:
            days = bounds(one.period, view.around(one))
            rows.append(
                {
                    "member": iri(one.agent),
                    "name": shown(one.agent, as_of),
                    "status": view.status(one, as_of),
                    "joined": one.period.begin or None,
                    "left": one.period.end or None,
                    "certainty": certain,
                    "verified": one.period.verified or None,
                    "joined_earliest": days.begins_earliest or None,
                    "joined_latest": days.begins_latest or None,
                    "membership": iri(one.slug),
                    "role": one.role,
                    "left_earliest": days.ends_earliest or None,
                    "left_latest": days.ends_latest or None,
                    "state": view.state(one),
                    "status_now": one.status or None,
                }
            )
    return rows


def memberships_of(view: View, agent: str, as_of: str = "") -> list[Row]:
    rows = []
    for one in view.all(Membership):
        certain = view.certainty(one, as_of)
        if one.agent == agent and certain is not None:
            days = bounds(one.period, view.around(one))
            rows.append(
                {
                    "body": iri(one.organisation),
                    "name": view.label(one.organisation),
                    "role": one.role,
                    "start": one.period.begin or None,
                    "end": one.period.end or None,
                    "certainty": certain,
                    "verified": one.period.verified or None,
                    "membership": iri(one.slug),
                    "status": view.status(one, as_of),
                    "start_earliest": days.begins_earliest or None,
                    "start_latest": days.begins_latest or None,
                    "end_earliest": days.ends_earliest or None,
                    "end_latest": days.ends_latest or None,
                    "state": view.state(one),
                    "status_now": one.status or None,
                }
            )
    return rows


def people(view: View, body: str, as_of: str = "") -> list[Row]:
    rows = []
    for one in view.members(body):
        certain = view.certainty(one, as_of)
        origin = one.affiliation or ("" if one.agent.startswith("person/") else one.agent)
        if certain is not None:
            rows.append(
                {
                    "agent": iri(one.agent),
                    "name": agents.label_of(one.agent),
                    "role": one.role,
                    "organisation": agents.label_of(origin) if origin else None,
                    "category": _category(one) or None,
                    "start": one.period.begin or None,
                    "end": one.period.end or None,
                    "certainty": certain,
                    "body": iri(body),
                    "membership": iri(one.slug),
                }
            )
    return rows


def chairs(view: View, coalition: str) -> list[Row]:
    return [
        {
            "chair": iri(one.agent),
            "name": shown(one.agent),
            "start": one.period.begin or None,
            "end": one.period.end or None,
            "role": one.role,
            "state": view.state(one),
            "membership": iri(one.slug),
        }
        for one in view.members(coalition)
        if one.role in CHAIRS
    ]


def _seats(view: View, body: str, as_of: str) -> tuple[Counter[str], Counter[str], Completeness | None]:
    """Seats by category, how many of them are sure, and what is said of how many there should be."""
    record = view.get(body)
    assert isinstance(record, (Body, Coalition))
    is_body = isinstance(record, Body)
    is_over = is_body and view.state(record).startswith("ended")
    categories: dict[str, list[str]] = defaultdict(list)
    certain: Counter[str] = Counter()
    for one in view.members(body):
        sure = view.certainty(one, as_of)
        is_counted = one.status != "invited" and (as_of or is_over or one.status not in OVER)
        is_seat = one.role not in NO_SEAT if is_body else one.role in BELONGING
        if sure is not None and is_seat and is_counted:
            categories[one.agent].append(_category(one) or "~")
            certain[one.agent] = max(certain[one.agent], int(sure != "possible"))
    seats, sure_seats = Counter[str](), Counter[str]()
    for agent, known in categories.items():
        category = min(known).replace("~", "unknown")
        seats[category] += 1
        sure_seats[category] += certain[agent]
    about = (one for one in view.all(Completeness) if one.subject == body and one.list in ("members", "people"))
    return seats, sure_seats, next(about, None)


def composition(view: View, body: str, as_of: str = "") -> list[Row]:
    seats, sure_seats, statement = _seats(view, body, as_of)
    assert statement is not None
    total = seats.total()
    span = f"{statement.expected_min} to " if statement.expected_min < statement.expected_max else ""
    return [
        {
            "category": category,
            "seats": count,
            "share": floor(1000 * count / total + 0.5) / 1000,
            "completeness": f"{total} of {span}{statement.expected_max} members known",
            "certain": sure_seats[category],
        }
        for category, count in seats.items()
    ]


def seats(view: View, coalition: str, as_of: str = "") -> list[Row]:
    rows = []
    for body in (coalition, *(one.slug for one in view.all(Body, coalition))):
        found, sure, statement = _seats(view, body, as_of)
        least, most = (statement.expected_min, statement.expected_max) if statement else (-1, -1)
        for category, count in found.items() or [("", 0)]:
            rows.append(
                {
                    "body": iri(body),
                    "name": view.label(body),
                    "category": category,
                    "seats": count,
                    "certain": sure[category],
                    "expected_min": None if least < 0 else least,
                    "expected_max": None if most < 0 else most,
                }
            )
    return rows


def interlocks(view: View, coalition: str, as_of: str = "") -> list[Row]:
    bodies: dict[str, set[str]] = defaultdict(set)
    for one in view.all(Membership, coalition):
        if one.role not in NO_SEAT and one.status != "invited" and view.certainty(one, as_of) is not None:
            bodies[one.agent].add(one.organisation)
            if one.affiliation:
                bodies[one.affiliation].add(one.organisation)
    return [
        {
            "agent": iri(agent),
            "name": shown(agent, as_of),
            "bodies": len(held),
            "body_names": "; ".join(sorted(map(view.label, held))),
        }
        for agent, held in bodies.items()
        if len(held) > 1
    ]


def join_order(view: View, coalition: str) -> list[Row]:
    joined: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for one in view.members(coalition):
        if one.role in BELONGING and one.status != "invited":
            days = bounds(one.period, view.around(one))
            known = (one.period.begin, days.begins_earliest or "0000-01-01", days.begins_latest or "9999-12-31")
            joined[one.agent].append(known)
    first = {agent: tuple(map(min, zip(*known, strict=True))) for agent, known in joined.items()}
    rows = []
    for agent, (begin, earliest, latest) in first.items():
        others = [days for other, days in first.items() if other != agent]
        before = sum(other_latest < earliest for _, _, other_latest in others)
        unsure = any(other_latest >= earliest and other < latest for _, other, other_latest in others)
        rows.append(
            {
                "position": before + 1,
                "member": iri(agent),
                "joined": begin,
                "certainty": "possible" if unsure else "certain",
                "name": shown(agent),
            }
        )
    return rows


def not_members(view: View, coalition: str, of: str, as_of: str = "") -> list[Row]:
    others = view.belonging(coalition, as_of)
    rows = []
    for agent, rank in view.belonging(of, as_of).items():
        other = others.get(agent, 0)
        if other < 2:
            certain = "possible" if 1 in (rank, other) else "presumed" if rank == 2 else "certain"
            rows.append({"member": iri(agent), "name": shown(agent, as_of), "certainty": certain if as_of else ""})
    return rows


def overlap(view: View, coalitions: list[str], as_of: str = "") -> list[Row]:
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    for coalition in sorted(coalitions):
        for agent, rank in view.belonging(coalition, as_of).items():
            ranks[agent][coalition] = rank
    return [
        {
            "member": iri(agent),
            "name": shown(agent, as_of),
            "coalitions": ", ".join(known),
            "certainty": ("possible", "presumed", "certain")[min(known.values()) - 1] if as_of else "",
        }
        for agent, known in ranks.items()
        if len(known) > 1
    ]


def overlap_matrix(view: View, coalitions: list[str], as_of: str = "") -> list[Row]:
    rows = []
    for one, other in combinations(sorted(coalitions), 2):
        first, second = set(view.belonging(one, as_of)), set(view.belonging(other, as_of))
        if first or second:
            rows.append(
                {
                    "coalition_a": iri(one),
                    "coalition_b": iri(other),
                    "shared": len(first & second),
                    "only_a": len(first - second),
                    "only_b": len(second - first),
                }
            )
    return rows


def countries() -> list[Row]:
    return [
        {
            "government": iri(f"government/{letters}"),
            "country": iri(f"country/{letters}"),
            "name": agents.country_name(country),
            "alpha2": None,
            "alpha3": None,
            "m49": None,
        }
        for country in range(agents.COUNTRIES)
        for letters in [agents.code(country)]
    ]


def members_by_region(view: View, coalition: str, as_of: str = "") -> list[Row]:
    sure: dict[str, int] = {}
    for one in view.members(coalition):
        certain = view.certainty(one, as_of)
        is_counted = one.status != "invited" and (as_of or one.status not in OVER)
        if one.role in BELONGING and is_counted and certain is not None:
            sure[one.agent] = max(sure.get(one.agent, 0), int(certain != "possible"))
    regions: dict[str, list[int]] = defaultdict(list)
    for agent, is_sure in sure.items():
        country = agents.country_of(agent)
        regions["unknown" if country is None else agents.region_name(country)].append(is_sure)
    return [
        {"region": region, "members": sum(found), "possible": len(found) - sum(found)}
        for region, found in regions.items()
    ]


def appearances(view: View, thing: str) -> list[Row]:
    rows = []
    for one in view.all(Appearance):
        event = view.get(one.event)
        assert isinstance(event, Event)
        if thing in (one.agent, one.event, *view.above(event.held_by)):
            rows.append(
                {
                    "person": iri(one.agent),
                    "name": agents.label_of(one.agent),
                    "role": one.capacity,
                    "event": iri(one.event),
                    "date": one.attested or event.period.begin,
                }
            )
    return rows


def _category(membership: Membership) -> str:
    own = agents.category_of(membership.agent)
    return own or (agents.category_of(membership.affiliation) if membership.affiliation else "")
