"""What "as of" means (certain, presumed, possible), from partial dates to answers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foc_graph import namespaces
from foc_graph.dates import PartialDate
from foc_graph.graph import Graph
from foc_graph.queries.header import read_queries
from foc_graph.rdf.parser import parse_turtle
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.rules import apply_rules, read_rules
from foc_graph.workspace.settings import find_workspace
from tests.support import PREFIXES, ROOT
from tests.support.campaign import campaign

VERIFIED = "2026-11-24"
WORKSPACE = find_workspace(ROOT)
RULES = read_rules(WORKSPACE)
QUERIES = read_queries(WORKSPACE)
ONTOLOGY = [
    quad for quad in read_dataset(WORKSPACE) if quad.graph_name == ox.NamedNode(WORKSPACE.base + "graph/ontology")
]

Period = Mapping[str, str]
"""Property (begin, end, attested, ...) to date, or `periodState` to the slug of a state."""


def statements(period: Period) -> str:
    state = f"<{WORKSPACE.base}concept/period-state/{{}}>"
    return " ".join(
        f"coal:{name} {state.format(value)} ;"
        if name == "periodState"
        else f'coal:{name} "{value}"^^<{PartialDate.parse(value).datatype}> ;'
        for name, value in period.items()
    )


def graph_of(coalition: Period, memberships: Iterable[Period]) -> Graph:
    """A graph of one coalition `x` whose member `organisation/N` holds the N-th membership."""
    base = f"{WORKSPACE.base}id/"
    text = f'{PREFIXES} <{base}x> a coal:Coalition ; {statements(coalition)} skos:prefLabel "X"@en .\n'
    for number, period in enumerate(memberships):
        text += f"""<{base}organisation/{number}> a org:Organization ; skos:prefLabel "{number}"@en .
            <{base}x/membership/{number}> a coal:Membership ; org:organization <{base}x> ;
                org:member <{base}organisation/{number}> ; {statements(period)}
                org:role <{WORKSPACE.base}concept/role/member> ;
                coal:membershipStatus <{WORKSPACE.base}concept/membership-status/member> .
        """
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    store.load(ONTOLOGY)
    store.load(ox.Quad(t.subject, t.predicate, t.object) for t in parse_turtle(text, "test")[0])
    apply_rules(store, RULES, WORKSPACE.derived_graph)
    return Graph(WORKSPACE, store, QUERIES)


def certainties(graph: Graph, as_of: str) -> dict[int, str]:
    rows = graph.query("members", coalition="x", as_of=as_of)
    return {int(row["name"]): row["certainty"] for row in rows}


DESIGNED = [
    (
        {"begin": "2012", "verified": VERIFIED},
        {"2012": "certain", "2012-06-01": "possible", "2013-01-01": "certain", "2030": "presumed", "2011": None},
    ),
    ({"begin": "2014", "end": "2014"}, {"2014": "certain", "2014-07": "possible", "2013": None, "2015": None}),
    (
        {"periodState": "ended-date-unknown", "attested": "2015-05"},
        {"2015-05": "certain", "2016": "possible", "2015-05-04": "possible", "2014": "possible"},
    ),
    ({"verified": VERIFIED}, {VERIFIED: "certain", "2020": "possible", "2027": "presumed"}),
    (
        {"begin": "2012", "verified": "2019-04"},
        {"2018": "certain", "2019-04": "certain", "2019-04-15": "possible", "2019": "certain", "2019-05": "presumed"},
    ),
    ({"begin": "2012", "verified": "2019"}, {"2019": "certain", "2019-06": "possible", "2020": "presumed"}),
    ({"begin": "2012-12-07", "verified": VERIFIED}, {"2012-12-06": None, "2012-12-07": "certain", "2012": "certain"}),
    (
        {"beginsEarliest": "2022-10-01", "beginsLatest": "2023-01-31", "verified": VERIFIED},
        {"2022-09": None, "2022": "possible", "2022-12-31": "possible", "2023": "certain"},
    ),
    ({"begin": "2011", "end": "2026-02-10"}, {"2026-02-10": "certain", "2026-02-11": None, "2030": None}),
]


@pytest.mark.parametrize(("period", "answers"), DESIGNED, ids=[str(period) for period, _ in DESIGNED])
def test_the_designed_examples(period: Period, answers: dict[str, str | None]) -> None:
    graph = graph_of({}, [period])
    assert {as_of: certainties(graph, as_of).get(0) for as_of in answers} == answers


def test_queries_about_an_agent_and_a_body_decide_alike() -> None:
    graph = graph_of({}, [period for period, _ in DESIGNED])
    for as_of in {as_of for _, answers in DESIGNED for as_of in answers}:
        expected = certainties(graph, as_of)
        assert {int(row["name"]): row["certainty"] for row in graph.query("people", body="x", as_of=as_of)} == expected
        for number in range(len(DESIGNED)):
            rows = graph.query("memberships_of", agent=f"organisation/{number}", as_of=as_of)
            assert [row["certainty"] for row in rows] == ([expected[number]] if number in expected else [])


def test_a_membership_lies_within_its_coalition() -> None:
    """A year of joining is no earlier than the coalition's first day, an unknown end no later than its last."""
    graph = graph_of({"begin": "2011-12-08", "end": "2015"}, [{"begin": "2011"}])
    assert certainties(graph, "2011-12-07") == {}
    assert certainties(graph, "2011-12-08") == {0: "possible"}
    assert certainties(graph, "2011") == {0: "certain"}
    assert certainties(graph, "2014") == {0: "possible"}
    assert certainties(graph, "2016") == {}


DAYS = st.dates(datetime.date(2010, 1, 1), datetime.date(2014, 12, 31))
PARTIAL = st.builds(lambda day, precision: day.isoformat()[:precision], DAYS, st.sampled_from([4, 7, 10]))
PERIODS = st.fixed_dictionaries(
    {}, optional={"begin": PARTIAL, "end": PARTIAL, "attested": PARTIAL, "verified": PARTIAL}
)


def possible_worlds(period: Period) -> list[tuple[int, int]]:
    """Every whole-month begin and end that what is written of a period allows, months counted from 2009-01.

    A brute force over months, so dates are cut to months; an unbounded end is the last month of 2015.
    """

    begin, end, attested, verified = (_months(period, name) for name in ("begin", "end", "attested", "verified"))
    everything = range(7 * 12)
    return [
        (b, e)
        for b in begin or everything
        for e in end or everything
        if b <= e
        and (attested is None or (b <= attested[-1] and e >= attested[0]))
        and (verified is None or (b <= verified[-1] and e >= verified[0]))
    ]


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

    Presumed means begun in all worlds, not certain, and after what was last verified to be open. In every world a
    membership lies within its coalition; of one that has ended, none is verified to be open.
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
    graph = graph_of(around, consistent)
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
            is_open = verified is not None and "end" not in period and month > verified[-1]
            presumed = is_open and not all(holding) and all(begin <= month for begin, _ in worlds)
            assert (answers.get(number) == "presumed") == presumed, (period, as_of)
