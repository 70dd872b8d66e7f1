"""Making the bodies of a coalition: their seats, mandates, outputs and meetings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.world import writing
from benchmarks.world.draws import VERIFIED, Draws, Period
from benchmarks.world.shared import Statements

OUTPUT_TYPES = ("report", "recommendations", "research", "good-practices")
KINDS = (
    "working-group",
    "task-force",
    "working-group",
    "advisory-body",
    "working-group",
    "steering-body",
    "secretariat",
)
ABBREVIATIONS = {
    "working-group": "wg",
    "task-force": "tf",
    "advisory-body": "ab",
    "steering-body": "sb",
    "secretariat": "su",
    "subcommittee": "sc",
}
NAMES = {
    "working-group": "Working Group",
    "task-force": "Task Force",
    "advisory-body": "Advisory Board",
    "steering-body": "Steering Committee",
    "secretariat": "Support Unit",
    "subcommittee": "Subcommittee",
}


class Body(NamedTuple):
    """A body of a coalition; `parent` is the coalition or another body."""

    slug: str
    name: str
    kind: str
    parent: str
    period: Period
    source: str


def bodies(draws: Draws, conference: str) -> Iterator[Statements]:
    parent = ""
    for number in range(1, 3 + draws.spec.members // 20):
        kind = "subcommittee" if parent and number % 7 == 0 else KINDS[(number - 1) % len(KINDS)]
        body = _body(draws, number, kind, parent if kind == "subcommittee" else draws.spec.slug)
        yield writing.body(*body)
        yield from _seats(draws, body, 24 if number == 1 else 4 + int(draws.chance() * 10))
        yield from _mandates(draws, body, conference if number % 3 == 1 else "")
        yield from _outputs(draws, body)
        yield from _meeting(draws, body)
        if not parent and body.period.verified:
            parent = body.slug


def _body(draws: Draws, number: int, kind: str, parent: str) -> Body:
    slug = f"{draws.spec.slug}/{ABBREVIATIONS[kind]}{number}"
    name = f"{NAMES[kind]} {number} of the {draws.spec.name}"
    first, last = draws.spec.founded + 1, draws.spec.ended or 2026
    if parent == draws.spec.slug:
        begin = draws.date(first if number == 1 else draws.year(first, min(last - 4, 2016)))
    else:
        begin = draws.date(2017)
    chance = 0.0 if number == 1 else draws.chance()
    if draws.spec.ended or 0.45 <= chance < 0.85:
        year = draws.year(int(begin[:4]) + 3, min(last - 1, 2024))
        period = Period(begin, draws.date(year))
    else:
        period = Period(begin, verified=VERIFIED) if chance < 0.45 else Period(begin, attested=draws.date(2022))
    return Body(slug, name, kind, parent, period, draws.source())


def _seats(draws: Draws, body: Body, count: int) -> Iterator[Statements]:
    taken = set()
    for number in range(count):
        agent = draws.person() if draws.chance() < 0.7 else draws.any_agent()
        if agent in taken:
            continue
        taken.add(agent)
        is_person = agent.startswith("person")
        role = (
            "co-chair" if number < 2 else ("member", "member", "member", "participant", "lead", "observer")[number % 6]
        )
        status, period = _seat(draws, body.period)
        affiliation = draws.any_agent() if is_person and number % 6 != 4 else ""
        yield writing.membership(
            f"{body.slug}/membership/{agent[agent.index('/') + 1 :]}{'' if role == 'member' else '-' + role}",
            agent,
            body.slug,
            role,
            status,
            period,
            draws.source(),
            affiliation,
            "adviser on policy" if is_person and number % 3 == 0 else "",
            affiliation if number % 4 == 1 else "",
        )
    name = f"{body.slug}/completeness/people"
    yield writing.completeness(name, body.slug, "people", "partial", count, count + 5, draws.source())


def _seat(draws: Draws, around: Period) -> tuple[str, Period]:
    """Status and period of a seat in a body: within its period, where the years must differ to be sure of that."""
    chance, first = draws.chance(), int(around.begin[:4])
    last = int(around.end[:4]) if around.end else 2018
    if chance < 0.2:
        attested = Period(attested=draws.date(draws.year(first + 1, last - 1)))
        return "", attested
    begin = around.begin if chance < 0.5 or first + 1 > last - 2 else draws.date(draws.year(first + 1, last - 2))
    if chance < 0.75:
        if around.end:
            return "former", Period(begin, around.end)
        return ("member", Period(begin, verified=draws.verified())) if around.verified else ("", Period(begin))
    end = draws.date(draws.year(int(begin[:4]) + 1, last - 1)) if int(begin[:4]) + 1 <= last - 1 else around.end
    return ("former", Period(begin, end)) if end else ("", Period(begin))


def _mandates(draws: Draws, body: Body, conference: str) -> Iterator[Statements]:
    name, begin = body.name, body.period.begin
    functions = tuple(f"{body.slug}/function/{task}" for task in ("advice", "research"))
    for function in functions:
        task = function.rpartition("/")[2]
        text = f"Give {task} on the questions that the coalition puts to the {name}."
        yield writing.function(function, f"{task.capitalize()} by the {name}", text, draws.source())
    middle = str(int(begin[:4]) + 2)
    terms = [body.period] if body.period.end else [Period(begin, middle), body.period._replace(begin=middle)]
    for number, period in enumerate(terms, 1):
        stem = f"{draws.spec.slug}/document/{body.slug.rpartition('/')[2]}-terms-of-reference"
        document, earlier = (stem, "") if number == 1 else (f"{stem}-2", stem)
        title = f"Terms of Reference {number} of the {name}"
        date, creator = period.begin, draws.spec.slug
        yield writing.document(document, title, "terms-of-reference", date, draws.source(), creator, replaces=earlier)
        granted_by = (document, conference) if conference and number == 1 else (document,)
        renews = f"{body.slug}/mandate/1" if number == 2 else ""
        assigned = functions if number == len(terms) else functions[:1]
        label = f"Mandate {number} of the {name}"
        slug = f"{body.slug}/mandate/{number}"
        yield writing.mandate(slug, label, body.slug, period, granted_by, assigned, renews, draws.source())


def _outputs(draws: Draws, body: Body) -> Iterator[Statements]:
    first, last = int(body.period.begin[:4]), int((body.period.end or "2025")[:4])
    count = 1 + int(draws.chance() * 3)
    for number in range(1, count + 1):
        kind = OUTPUT_TYPES[int(draws.chance() * len(OUTPUT_TYPES))]
        name = body.slug.rpartition("/")[2]
        yield writing.document(
            f"{draws.spec.slug}/document/{name}-output-{number}",
            f"Output {number} of the {body.name}",
            kind,
            "" if number == 3 else draws.date(draws.year(first, last)),
            draws.source(),
            body.slug,
            topics=draws.topics(),
            url=f"{body.slug}/output/{number}",
        )
    name = f"{body.slug}/completeness/outputs"
    yield writing.completeness(name, body.slug, "outputs", "complete", count, count, draws.source())


def _meeting(draws: Draws, body: Body) -> Iterator[Statements]:
    first, last = int(body.period.begin[:4]), int((body.period.end or "2025")[:4])
    name = body.slug.rpartition("/")[2]
    event = f"{draws.spec.slug}/event/{name}-meeting"
    period = Period(draws.date(draws.year(first + 1, last - 1)))
    host = draws.agent(int(draws.chance() * draws.governments))
    yield writing.event(
        event, f"Meeting of the {body.name}", "meeting", period, body.slug, host, draws.place(), draws.source()
    )
    for capacity in ("speaker", "moderator"):
        person = draws.person()
        slug = f"{body.slug}/appearance/{person[person.index('/') + 1 :]}-{capacity}"
        attested = period.begin if capacity == "speaker" else ""
        yield writing.appearance(slug, person, event, capacity, attested, draws.source())
