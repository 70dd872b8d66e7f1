"""Known answers: what stored queries give over the world, told from how it was made and not by asking.

They hold for a store with the world, the shared vocabulary and concepts (`ontology/`), and what the rules derive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from benchmarks.world import answers_membership, answers_record, answers_structure
from benchmarks.world import tally as overview
from benchmarks.world.records import Appearance, Claim, Coalition, Completeness, Document, Membership, Record
from benchmarks.world.tally import Tally
from benchmarks.world.view import Row, View, coalition_of
from benchmarks.world.world import World

SAMPLE = 20
"""An answer of more rows is told by their number and a sample."""
SMALL = 500

FUNCTIONS: dict[str, Callable[..., list[Row]]] = {
    name: function
    for module in (answers_membership, answers_record, answers_structure)
    for name, function in vars(module).items()
    if callable(function) and not name.startswith("_") and function.__module__ == module.__name__
}
PAIR = ["probe", "probe-2"]
TRIO = ["probe", "probe-2", "probe-3"]
ORGANISATION = "organisation/probe-o40"
LARGE = ["c1", "c2"]
CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("members", {"coalition": "probe"}),
    ("members", {"coalition": "probe", "as_of": "2007"}),
    ("members", {"coalition": "probe", "as_of": "2012-06-30"}),
    ("members", {"coalition": "probe", "as_of": "2016-05"}),
    ("members", {"coalition": "probe", "as_of": "2030"}),
    ("members", {"coalition": "probe-3"}),
    ("members", {"coalition": "probe-3", "as_of": "2014"}),
    ("members", {"coalition": "probe-3", "as_of": "2015"}),
    ("memberships_of", {"agent": ORGANISATION}),
    ("memberships_of", {"agent": ORGANISATION, "as_of": "2015"}),
    ("memberships_of", {"agent": "person/probe-p1"}),
    ("people", {"body": "probe/wg1"}),
    ("people", {"body": "probe/wg1", "as_of": "2014"}),
    ("people", {"body": "probe/wg1", "as_of": "2028-01"}),
    ("chairs", {"coalition": "probe"}),
    ("composition", {"body": "probe/wg1"}),
    ("composition", {"body": "probe", "as_of": "2012"}),
    ("seats", {"coalition": "probe"}),
    ("seats", {"coalition": "probe", "as_of": "2012"}),
    ("interlocks", {"coalition": "probe"}),
    ("interlocks", {"coalition": "probe", "as_of": "2012"}),
    ("join_order", {"coalition": "probe"}),
    ("not_members", {"coalition": "probe-2", "of": "probe"}),
    ("not_members", {"coalition": "probe-2", "of": "probe", "as_of": "2013-04"}),
    ("not_members", {"coalition": "probe", "of": "probe-3", "as_of": "2010"}),
    ("overlap", {"coalitions": PAIR}),
    ("overlap", {"coalitions": TRIO, "as_of": "2011"}),
    ("members_by_region", {"coalition": "probe"}),
    ("members_by_region", {"coalition": "probe", "as_of": "2012"}),
    ("appearances", {"thing": "probe"}),
    ("appearances", {"thing": "probe/wg1"}),
    ("bodies", {"coalition": "probe"}),
    ("bodies", {"coalition": "probe", "kind": "working-group"}),
    ("bodies", {"coalition": "probe", "as_of": "2014-02"}),
    ("mandates", {"coalition": "probe"}),
    ("mandates", {"coalition": "probe", "as_of": "2014"}),
    ("conferences", {"coalition": "probe"}),
    ("documents", {"coalition": "probe"}),
    ("documents", {"coalition": "probe", "type": "terms-of-reference"}),
    ("documents", {"coalition": "probe", "since": "2010", "until": "2014-06"}),
    ("documents", {"body": "probe/wg1"}),
    ("outputs", {"body": "probe/wg1"}),
    ("statements_on", {"topic": "viet nam"}),
    ("endorsers", {"document": "probe/document/declaration"}),
    ("functions", {"body": "probe/wg1"}),
    ("mandate_lineage", {"body": "probe/wg1"}),
    ("search", {"text": "lantern"}),
    ("search", {"text": "lantern", "kind": "body"}),
    ("same_as", {"thing": ORGANISATION}),
    ("changes", {"since": "2012", "until": "2013", "coalition": "probe"}),
    ("timeline", {"thing": "probe"}),
    ("timeline", {"thing": "probe/wg1"}),
    ("timeline", {"thing": ORGANISATION}),
    ("timeline", {"thing": "probe", "since": "2011-03", "until": "2012"}),
    ("completeness", {"coalition": "probe"}),
    ("completeness", {"coalition": "probe-3"}),
    ("conflicts", {"coalition": "probe"}),
    ("sources", {"thing": "probe/wg1"}),
    ("sources", {"thing": ORGANISATION}),
    ("why", {"thing": "probe", "property": "coal:foundingMembers"}),
)
"""Questions about the probes, whose answers are the same at every size."""


class Answer(NamedTuple):
    """What a query gives: so many rows (None where that is not known), and all or some of them."""

    query: str
    parameters: dict[str, Any]
    count: int | None
    rows: list[Row]


class Known:
    """Sees every record of a world and then knows the answers."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._probes = View()
        self._large = View()

    def add(self, record: Record) -> None:
        """Take note of a record."""
        self.tally.add(record)
        coalition = coalition_of(record.slug)
        if coalition in TRIO:
            self._probes.add(record)
        elif coalition in LARGE and (
            isinstance(record, Coalition) or (isinstance(record, Membership) and record.organisation == coalition)
        ):
            self._large.add(record)

    def answers(self, world: World) -> list[Answer]:
        """All known answers, once the world is written."""
        disputed = next(one.subject for one in self._probes.all(Claim, "probe") if one.property == "begin")
        cases = (
            *CASES,
            ("why", {"thing": disputed}),
            ("why", {"thing": disputed, "property": "coal:begin"}),
        )
        found = [_whole(query, parameters, FUNCTIONS[query](self._probes, **parameters)) for query, parameters in cases]
        return [*found, *self._of_large(), *self._of_all(world)]

    def _of_large(self) -> Iterable[Answer]:
        """About the largest coalitions, which grow with the world."""
        for parameters in ({"coalition": "c1"}, {"coalition": "c1", "as_of": "2012"}):
            yield _whole("members", parameters, answers_membership.members(self._large, **parameters))
        parameters = {"coalition": "c2", "of": "c1"}
        yield _whole("not_members", parameters, answers_membership.not_members(self._large, **parameters))
        yield _whole("overlap", {"coalitions": LARGE}, answers_membership.overlap(self._large, LARGE))

    def _of_all(self, world: World) -> Iterable[Answer]:
        """About the whole world."""
        tally = self.tally
        yield _whole("coalitions", {}, overview.coalitions(tally))
        classes = overview.statistics(tally, world)
        yield Answer("statistics", {}, len(classes) + 1, classes)
        yield _whole("coverage", {}, overview.coverage(tally, world))
        yield _whole("unsourced", {}, [])
        yield _whole("countries", {}, answers_membership.countries())
        matrix = answers_membership.overlap_matrix
        some = [*matrix(self._probes, TRIO), *matrix(self._large, LARGE)]
        yield Answer("overlap_matrix", {}, overview.matrix_size(tally), some)
        yield Answer("overlap_matrix", {"as_of": "2011"}, None, matrix(self._probes, TRIO, "2011"))
        stale = answers_record.stale(self._probes, overview.STALE_BEFORE)
        yield Answer("stale", {"before": overview.STALE_BEFORE}, tally.stale, stale)
        yield Answer("people", {}, tally.seats, answers_membership.people(self._probes, "probe/wg1"))
        yield Answer("mandates", {}, tally.grants, answers_structure.mandates(self._probes, "probe"))
        yield Answer("conflicts", {}, tally.conflicting, answers_record.conflicts(self._probes, "probe"))
        yield Answer("completeness", {}, tally.kinds[Completeness], answers_record.completeness(self._probes, "probe"))
        yield Answer(
            "documents", {}, tally.kinds[Document], answers_structure.documents(self._probes, coalition="probe")
        )
        yield Answer(
            "documents",
            {"type": "declaration"},
            tally.document_types["declaration"],
            answers_structure.documents(self._probes, type="declaration"),
        )
        appearances = [row for thing in TRIO for row in answers_membership.appearances(self._probes, thing)]
        yield Answer("appearances", {}, tally.kinds[Appearance], appearances)
        graph = answers_structure.coalition_graph(self._probes, "probe")
        yield Answer("coalition_graph", {"coalition": "probe"}, None, graph)


def _whole(query: str, parameters: dict[str, Any], rows: list[Row]) -> Answer:
    return Answer(query, parameters, len(rows), rows if len(rows) <= SMALL else rows[:SAMPLE])
