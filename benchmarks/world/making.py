"""Making the part of the world that belongs to one coalition: one thing after the other."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.world import writing
from benchmarks.world.bodies import bodies
from benchmarks.world.draws import LAST_JOINED, VERIFIED, Draws, Period
from benchmarks.world.shared import Statements

FOUNDERS = 4


def things(draws: Draws) -> Iterator[Statements]:
    """Everything in the coalition's graph, what is pointed at first where that is short."""
    yield from _itself(draws)
    yield from _members(draws)
    yield from _chairs(draws)
    conferences = list(_conferences(draws))
    yield from conferences
    yield from _statements(draws)
    yield from bodies(draws, conferences[0][0])
    yield from _completeness(draws)


def _itself(draws: Draws) -> Iterator[Statements]:
    spec, slug = draws.spec, draws.spec.slug
    founding, source = 10 + spec.members // 10, draws.source()
    yield writing.coalition(slug, spec.name, slug.upper(), draws.period, founding, source)
    newest = str(spec.ended) if spec.ended else VERIFIED
    counts = {str(spec.founded + 2): spec.members // 2, str(spec.founded + 4): spec.members * 3 // 4}
    for number, (date, count) in enumerate({**counts, newest: spec.members}.items(), 1):
        rank, ruling = ("preferred", "The newest count is chosen.") if date == newest else ("normal", "")
        claim = f"{slug}/claim/memberCount-{number}"
        yield from writing.claim(claim, slug, "memberCount", str(count), rank, draws.source(), ruling, date)
    for number, count in enumerate((founding, founding - 1, founding + 2), 1):
        rank, ruling = ("normal", "") if number > 1 else ("preferred", "The count with names is chosen.")
        claim = f"{slug}/claim/foundingMemberCount-{number}"
        yield from writing.claim(claim, slug, "foundingMemberCount", str(count), rank, draws.source(), ruling)


def _members(draws: Draws) -> Iterator[Statements]:
    for number in range(draws.spec.members):
        agent = draws.agent(number)
        slug = f"{draws.spec.slug}/membership/{agent[agent.index('/') + 1 :]}"
        if number < FOUNDERS:
            begin = draws.period.begin
            over = Period(begin, draws.period.end)
            terms = [("former", over)] if draws.period.end else [("member", Period(begin, verified=VERIFIED))]
        else:
            terms = _over_terms(draws) if draws.period.end else _terms(draws)
        for term, (status, period) in enumerate(terms, 1):
            role = "observer" if status == "observer" else draws.spec.role
            name = slug if term == 1 else f"{slug}-{term}"
            name = f"{name}-observer" if role == "observer" else name
            yield writing.membership(name, agent, draws.spec.slug, role, status, period, draws.source())
            if number % 8 == 1 and period.begin:
                yield from _claims(draws, name, period.begin)


def _terms(draws: Draws) -> list[tuple[str, Period]]:
    """The terms of a member, with its status in each."""
    chance, first = draws.chance(), draws.period.begin
    if chance < 0.55:
        return [("member", Period(draws.begin(first, LAST_JOINED), verified=draws.verified()))]
    if chance < 0.68:
        begin = draws.begin(first, LAST_JOINED)
        end = draws.date(draws.year(int(begin[:4]) + 1, 2025))
        return [(("former", "withdrawn", "removed")[int(draws.chance() * 3)], Period(begin, end))]
    if chance < 0.74:
        begin = draws.begin(first, LAST_JOINED)
        return [("former", Period(begin, attested=begin, state="ended-date-unknown"))]
    if chance < 0.80:
        return [("member", Period(verified=draws.verified()))]
    if chance < 0.85:
        begin = draws.begin(first, LAST_JOINED)
        return [("", Period(begin, attested=draws.date(draws.year(LAST_JOINED + 1, 2024))))]
    if chance < 0.89:
        year = draws.year(int(first[:4]) + 1, LAST_JOINED)
        earliest, latest = f"{year}-03-01", f"{year}-10-31"
        period = Period(verified=draws.verified(), begins_earliest=earliest, begins_latest=latest)
        return [("member", period)]
    if chance < 0.93:
        year = draws.year(int(first[:4]) + 1, LAST_JOINED - 3)
        again = Period(draws.date(year + 3), verified=draws.verified())
        return [("withdrawn", Period(draws.date(year), draws.date(year + 1))), ("member", again)]
    if chance < 0.96:
        return [("observer", Period(draws.begin(first, LAST_JOINED), verified=draws.verified()))]
    if chance < 0.98:
        return [("invited", Period(attested=draws.date(draws.year(LAST_JOINED + 1, 2025))))]
    return [("member", Period(draws.begin(first, LAST_JOINED), verified=draws.verified()))]


def _over_terms(draws: Draws) -> list[tuple[str, Period]]:
    """The term of a member of a coalition that is over."""
    begin = draws.begin(draws.period.begin, draws.spec.ended - 2)
    if draws.chance() < 0.3:
        return [("former", Period(begin, attested=draws.date(int(begin[:4]) + 1)))]
    year = draws.year(int(begin[:4]) + 1, draws.spec.ended)
    return [("former", Period(begin, draws.period.end if year == draws.spec.ended else draws.date(year)))]


def _claims(draws: Draws, subject: str, begin: str) -> Iterator[Statements]:
    other = str(int(begin[:4]) - 1)
    ruling = "The source nearest to the event is chosen."
    source = draws.source()
    yield from writing.claim(f"{subject}/claim/begin-1", subject, "begin", begin, "preferred", source, ruling)
    yield from writing.claim(f"{subject}/claim/begin-2", subject, "begin", other, "normal", draws.source(source))


def _chairs(draws: Draws) -> Iterator[Statements]:
    if draws.spec.role != "member":
        return
    slug = draws.spec.slug
    last = draws.spec.ended - 1 if draws.spec.ended else 2026
    for term, year in enumerate(range(draws.spec.founded + 1, last, 2)):
        agent = draws.agent(term % FOUNDERS)
        role = "interim-chair" if term % 5 == 4 else "chair"
        again = f"-{term // FOUNDERS + 1}" if term >= FOUNDERS else ""
        name = f"{slug}/membership/{agent[agent.index('/') + 1 :]}-{role}{again}"
        goes_on = year + 2 >= last and not draws.spec.ended
        period = Period(str(year), verified=VERIFIED) if goes_on else Period(str(year), f"{year + 1}-06")
        yield writing.membership(name, agent, slug, role, "member" if goes_on else "former", period, draws.source())


def _conferences(draws: Draws) -> Iterator[Statements]:
    slug, last = draws.spec.slug, draws.spec.ended or 2026
    for edition, year in enumerate(range(draws.spec.founded + 1, last, 3), 1):
        month = f"{year}-{1 + int(draws.chance() * 12):02}"
        day = 1 + int(draws.chance() * 26)
        period = Period(f"{month}-{day:02}", f"{month}-{day + 1:02}")
        yield writing.event(
            f"{slug}/event/conference-{year}",
            f"Conference {year} of the {draws.spec.name}",
            "conference" if edition % 4 else "ministerial-meeting",
            period,
            slug,
            draws.agent(edition % draws.governments),
            draws.place(),
            draws.source(),
            f"{slug}/document/declaration" if edition == 1 else "",
            edition,
        )


def _statements(draws: Draws) -> Iterator[Statements]:
    """What the coalition as a whole adopted, and who endorsed it."""
    spec, slug = draws.spec, draws.spec.slug
    name = f"{slug}/document/declaration"
    issued = str(spec.founded + 1)
    title = f"Declaration of the {spec.name}"
    yield writing.document(name, title, "declaration", issued, draws.source(), adopted_by=slug, topics=draws.topics())
    yield from _endorsements(draws, name, issued, min(40, spec.members))
    for number in range(1, 2 + spec.members // 6):
        name = f"{slug}/document/statement-{number}"
        issued = "" if number % 9 == 5 else draws.date(draws.year(spec.founded + 1, (spec.ended or 2026) - 1))
        yield writing.document(
            name,
            f"Joint Statement {number} of the {spec.name}",
            "joint-statement",
            issued,
            draws.source(),
            adopted_by=slug,
            topics=draws.topics(),
            url=f"{slug}/statement/{number}",
        )
        yield from _endorsements(draws, name, issued, number % 5)


def _endorsements(draws: Draws, document: str, issued: str, count: int) -> Iterator[Statements]:
    start = int(draws.chance() * draws.spec.members)
    for number in range(min(count, draws.spec.members)):
        agent = draws.agent((start + number) % draws.spec.members)
        name = f"{document}/endorsement/{agent[agent.index('/') + 1 :]}"
        yield writing.endorsement(name, document, agent, issued if number % 4 else "", draws.source())
    if count:
        name = f"{document}/completeness/endorsements"
        yield writing.completeness(name, document, "endorsements", "complete", count, count, draws.source())


def _completeness(draws: Draws) -> Iterator[Statements]:
    slug = draws.spec.slug
    lists = {"members": draws.spec.members, "bodies": 0, "chairs": 0, "documents": 0, "meetings": 0}
    for name, expected in lists.items():
        state = "complete" if expected else "partial"
        expected = expected or -1
        yield writing.completeness(f"{slug}/completeness/{name}", slug, name, state, expected, expected, draws.source())
