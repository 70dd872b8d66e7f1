"""What "as of" means (certain, presumed, possible), from partial dates to answers."""

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import foc_graph
from foc_graph import namespaces
from foc_graph.dates import PartialDate
from foc_graph.graph import Graph
from foc_graph.rdf.parser import parse_turtle
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Record
from foc_graph.workspace.rules import apply_rules, read_rules
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.workspaces import PREFIXES

VERIFIED = "2026-11-24"
WORKSPACE = find_workspace(ROOT)
RULES = read_rules(WORKSPACE)
GRAPH = ox.NamedNode(f"{WORKSPACE.base}graph/ontology")

packaged_graph = cache(lambda: foc_graph.open(ROOT))

Period = Mapping[str, str]
"""Property (begin, end, attested, ...) to date, `periodState` or `basis` to the slug of a concept.

`normal begin` and the like are claims: the rank, the property, and its value.
"""
Answers = dict[str, dict[int, tuple[str, str]]]
CONCEPTS = {"periodState": "period-state", "basis": "basis"}


def statements(period: Period) -> str:
    return " ".join(f"coal:{name} {term(name, value)} ;" for name, value in period.items() if " " not in name)


def term(name: str, value: str) -> str:
    if name in CONCEPTS:
        return f"<{WORKSPACE.base}concept/{CONCEPTS[name]}/{value}>"
    return f'"{value}"^^<{PartialDate.parse(value).datatype}>'


def claims(thing: str, period: Period) -> str:
    return "\n".join(
        f"<{thing}/claim/{number}> a coal:Claim ; rdf:subject <{thing}> ; rdf:predicate coal:{name.split()[1]} ; "
        f"rdf:object {term(name, value)} ; coal:rank <{WORKSPACE.base}concept/claim-rank/{name.split()[0]}> ."
        for number, (name, value) in enumerate(period.items())
        if " " in name
    )


def graph_of(coalition: Period, memberships: Iterable[Period], phases: Iterable[tuple[str, Period]] = ()) -> Graph:
    """A graph of one coalition `x` whose member `organisation/N` holds the N-th membership, the first with phases."""
    base = f"{WORKSPACE.base}id/"
    text = f'{PREFIXES} <{base}x> a coal:Coalition ; {statements(coalition)} skos:prefLabel "X"@en .\n'
    text += claims(f"{base}x", coalition)
    for number, period in enumerate(memberships):
        text += f"""<{base}organisation/{number}> a org:Organization ; skos:prefLabel "{number}"@en .
            <{base}x/membership/{number}> a coal:Membership ; org:organization <{base}x> ;
                org:member <{base}organisation/{number}> ; {statements(period)}
                org:role <{WORKSPACE.base}concept/role/member> .
        """ + claims(f"{base}x/membership/{number}", period)
    for number, (status, period) in enumerate(phases, 1):
        text += f"""<{base}x/membership/0/phase/{number}> a coal:MembershipPhase ; {statements(period)}
            coal:phaseOf <{base}x/membership/0> ;
            coal:membershipStatus <{WORKSPACE.base}concept/membership-status/{status}> .
        """
    packaged, store = packaged_graph(), EmbeddedStore.in_memory(namespaces.PREFIXES)
    store.load(packaged.store.matching(graph=GRAPH))
    store.load(ox.Quad(t.subject, t.predicate, t.object) for t in parse_turtle(text, "test")[0])
    apply_rules(store, RULES, WORKSPACE.derived_graph)
    return Graph(WORKSPACE, store, packaged.queries)


def answers_of(rows: Iterable[Record]) -> dict[int, tuple[str, str]]:
    return {int(row["name"]): (row["certainty"], row["because"]) for row in rows}


def certainties(graph: Graph, as_of: str) -> dict[int, str]:
    found = answers_of(graph.query("members", coalition="x", as_of=as_of))
    return {number: certainty for number, (certainty, _) in found.items()}


CASES = tomllib.loads(Path(__file__).with_name("periods.toml").read_text("utf-8"))["period"]
"""What is written of periods, and by dates how certain they are then; in some cases why that is in doubt, too."""


@pytest.fixture(scope="module")
def designed() -> Graph:
    return graph_of({}, [case["written"] for case in CASES])


@pytest.fixture(scope="module")
def listed(designed: Graph) -> Answers:
    """Certainty and reason of each member that is listed, by the date that is asked for."""
    dates = {as_of for case in CASES for as_of in case["answers"]}
    return {as_of: answers_of(designed.query("members", coalition="x", as_of=as_of)) for as_of in dates}


def test_what_dates_mean(designed: Graph, listed: Answers) -> None:
    now = {row["name"]: (row["state"], row["certainty"]) for row in designed.query("members", coalition="x")}
    for number, case in enumerate(CASES):
        assert now[str(number)] == (case.get("state", now[str(number)][0]), ""), case
        for as_of, expected in case["answers"].items():
            found = listed[as_of].get(number, ("", ""))
            assert found == tuple(expected) if isinstance(expected, list) else found[0] == expected, (case, as_of)


def test_queries_about_an_agent_and_a_body_decide_alike(designed: Graph, listed: Answers) -> None:
    for as_of, expected in listed.items():
        assert answers_of(designed.query("people", body="x", as_of=as_of)) == expected
    for number, case in enumerate(CASES):
        for as_of in case["answers"] if "state" in case else ():
            rows = designed.query("memberships_of", agent=f"organisation/{number}", as_of=as_of)
            assert [(row["certainty"], row["because"]) for row in rows] == [listed[as_of].get(number)] * (
                number in listed[as_of]
            )


PHASED: dict[str, tuple[Period, list[tuple[str, Period]], dict[str, str], str | None]] = {
    "dated": (
        {"begin": "2012", "end": "2023-08-17"},
        [("inactive", {"begin": "2016-05-04", "end": "2023-08-17"})],
        {"2015": "active", "2016": "inactive", "2016-05-03": "active", "2017": "inactive", "2023": "inactive"},
        "former",
    ),
    "still open": (
        {"begin": "2012", "verified": VERIFIED},
        [("suspended", {"begin": "2024-10", "verified": "2025"})],
        {"2024-09": "active", "2024-11": "suspended", "2030": "suspended"},
        "suspended",
    ),
    "only possible": (
        {"begin": "2012", "verified": VERIFIED},
        [("inactive", {"attested": "2016"})],
        {"2015": "active", "2016": "inactive", "2017": "active"},
        "active",
    ),
    "two in a year": (
        {"begin": "2012", "verified": VERIFIED},
        [("inactive", {"begin": "2016-01", "end": "2016-03"}), ("suspended", {"begin": "2016-09", "end": "2017"})],
        {"2016-02": "inactive", "2016": "suspended", "2018": "active"},
        "active",
    ),
    "open when the membership ended": (
        {"begin": "2012", "end": "2019"},
        [("inactive", {"begin": "2018-12", "verified": "2019-04"})],
        {"2019-04": "inactive", "2019": "inactive"},
        "former",
    ),
    "of a membership that may go on": (
        {"attested": "2015"},
        [("inactive", {"begin": "2014", "verified": "2015"})],
        {"2015": "inactive"},
        None,
    ),
}


@pytest.mark.parametrize("name", PHASED)
def test_a_phase_shows_in_the_status(name: str) -> None:
    membership, phases, statuses, now = PHASED[name]
    graph = graph_of({}, [membership], phases)
    found = {as_of: [row["status"] for row in graph.query("members", coalition="x", as_of=as_of)] for as_of in statuses}
    assert found == {as_of: [status] for as_of, status in statuses.items()}
    assert [row["status_now"] for row in graph.query("members", coalition="x")] == [now]
    assert [row["status"] for row in graph.query("memberships_of", agent="organisation/0")] == [now]


def test_a_phase_lies_within_its_membership() -> None:
    graph = graph_of({"begin": "2012"}, [{"begin": "2014", "end": "2019"}], [("inactive", {})])
    asked = "coal:beginsEarliest ?begins ; coal:endsLatest ?ends ; coal:periodState ?state"
    (bounds,) = graph.sparql(f"SELECT * WHERE {{ ?phase coal:phaseOf ?x ; {asked} }}")
    assert (bounds["begins"], bounds["ends"]) == ("2014-01-01", "2019-12-31")
    assert str(bounds["state"]).endswith("/ended-date-unknown")


def test_a_membership_lies_within_its_coalition() -> None:
    """A year of joining is no earlier than the coalition's first day, an unknown end no later than its last."""
    graph = graph_of({"begin": "2011-12-08", "end": "2015"}, [{"begin": "2011"}])
    found = [certainties(graph, as_of).get(0) for as_of in ("2011-12-07", "2011-12-08", "2011", "2014", "2016")]
    assert found == [None, "possible", "certain", "possible", None]


def test_nothing_is_presumed_after_the_end_or_the_planned_end_of_what_contains_it() -> None:
    ended, planned = (
        graph_of({end: "2014-06-30"}, [{"begin": "2012", "verified": "2013"}]) for end in ("end", "plannedEnd")
    )
    assert [certainties(ended, as_of) for as_of in ("2014", "2014-07")] == [{0: "presumed"}, {}]
    assert [certainties(planned, as_of) for as_of in ("2014", "2014-07")] == [{0: "presumed"}, {0: "possible"}]


DAYS = st.dates(datetime.date(2010, 1, 1), datetime.date(2014, 12, 31))
PARTIAL = st.builds(lambda day, precision: day.isoformat()[:precision], DAYS, st.sampled_from([4, 7, 10]))
DATED = ("begin", "end", "attested", "verified", "plannedEnd")
CLAIMED = tuple(f"{rank} {name}" for rank in ("normal", "deprecated") for name in ("begin", "end"))
BOUNDED = ("beginNotBefore", "beginNotAfter", "endNotBefore", "endNotAfter")
PERIODS = st.fixed_dictionaries(
    {}, optional={name: PARTIAL for name in (*DATED, *CLAIMED)} | {name: DAYS.map(str) for name in BOUNDED}
)


def possible_worlds(period: Period) -> list[tuple[int, int]]:
    """Every whole-month begin and end that what is written of a period allows, months counted from 2009-01.

    A brute force over months, so dates are cut to months; an unbounded end is the last month of 2015. A begin or end
    lies from the earliest to the latest of what is stated, and claimed by sources that are not deprecated nor vaguer.
    """
    everything = range(7 * 12)
    attested, verified = _months(period, "attested"), _months(period, "verified")
    least_begin, most_begin, least_end, most_end = (_months(period, name) for name in BOUNDED)
    return [
        (b, e)
        for b in _claimed(period, "begin") or everything
        for e in _claimed(period, "end") or everything
        if b <= e
        and all(one is None or (b <= one[-1] and e >= one[0]) for one in (attested, verified))
        and (least_begin is None or b >= least_begin[0])
        and (most_begin is None or b <= most_begin[-1])
        and (least_end is None or e >= least_end[0])
        and (most_end is None or e <= most_end[-1])
    ]


def _claimed(period: Period, name: str) -> range | None:
    stated, claimed = period.get(name, ""), period.get(f"normal {name}", "")
    is_rival = stated and claimed and not stated.startswith(claimed)
    days = [day for one in (name, f"normal {name}")[: 1 + bool(is_rival)] for day in _months(period, one) or ()]
    return range(min(days), max(days) + 1) if days else None


def _months(period: Period, name: str) -> range | None:
    if name not in period:
        return None
    date = PartialDate.parse(period[name])
    return range(_month(date.first_day), _month(date.last_day) + 1)


def _month(day: str) -> int:
    return (int(day[:4]) - 2009) * 12 + int(day[5:7]) - 1


@campaign(40)
@given(st.just({}) | PERIODS, st.lists(PERIODS, min_size=1, max_size=12), st.lists(DAYS, min_size=1, max_size=4))
def test_certainty_agrees_with_every_world_that_the_dates_allow(
    coalition: dict[str, str], periods: list[dict[str, str]], days: list[datetime.date]
) -> None:
    """At month precision: certain in a month means in all worlds, listed means in at least one.

    Presumed means begun in all worlds, not certain, and not before the month in which it was last verified to be
    open, nor after a planned end. In every world a membership lies within its coalition; of one that has ended, none
    is verified to be open.
    """
    around, *monthly = ({name: date[:7] for name, date in period.items()} for period in (coalition, *periods))
    outer = possible_worlds(around)
    assume(outer)
    first, last = min(begin for begin, _ in outer), max(end for _, end in outer)

    def worlds_of(period: Period) -> list[tuple[int, int]]:
        return [(begin, end) for begin, end in possible_worlds(period) if first <= begin and end <= last]

    if "end" in around:
        monthly = [{name: date for name, date in period.items() if name != "verified"} for period in monthly]
    consistent = [period for period in monthly if worlds_of(period)]
    graph = graph_of(as_days(around), map(as_days, consistent))
    for day in days:
        as_of = day.isoformat()[:7]
        month = _month(f"{as_of}-01")
        answers = certainties(graph, as_of)
        for number, period in enumerate(consistent):
            worlds = worlds_of(period)
            holding = [begin <= month <= end for begin, end in worlds]
            assert (number in answers) == any(holding), (period, as_of)
            assert (answers.get(number) == "certain") == all(holding), (period, as_of)
            verified = _months(period, "verified")
            is_unchecked = verified is not None and "end" not in period and month >= verified[0]
            plans = [_months(one, "plannedEnd") for one in (around, period)]
            is_planned = all(plan is None or month <= plan[-1] for plan in plans)
            has_begun = any(holding) and all(begin <= month for begin, _ in worlds)
            presumed = is_unchecked and is_planned and has_begun and not all(holding)
            assert (answers.get(number) == "presumed") == presumed, (period, as_of)


def as_days(period: Period) -> Period:
    """Write bounds, which are days, as the first or last day of their month."""
    return {
        name: (PartialDate.parse(date).first_day if name.endswith("Before") else PartialDate.parse(date).last_day)
        if name in BOUNDED
        else date
        for name, date in period.items()
    }
