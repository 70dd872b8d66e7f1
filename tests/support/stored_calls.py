"""A call of each stored query that gives rows, on the small workspace, with each parameter that narrows it."""

from foc_graph.queries.header import read_queries
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT

VALUES: dict[str, object] = {
    "agent": "government/ee",
    "as_of": "2014",
    "before": "2027",
    "body": "first/group",
    "body-kind": "working-group",
    "coalition": "first",
    "coalitions": ["first", "second", "third"],
    "document": "first/document/statement",
    "document-type": "joint-statement",
    "event-kind": "conference",
    "members_of": "second",
    "missing_in": "first",
    "since": "2011",
    "source": "source/gazette",
    "text": "estonia",
    "thing": "first",
    "topic": "internet-shutdowns",
    "until": "2026",
}
"""The values that stored queries are asked with: by parameter, in the plural if it repeats, or by scheme."""

QUERIES = {name: query for name, query in read_queries(find_workspace(ROOT)).items() if query.columns}
CALLS = {
    f"{name}-{more}": (
        name,
        {
            one.name: VALUES[one.scheme or (f"{one.name}s" if one.repeatable else one.name)]
            for one in query.parameters
            if one.required or one.name == more
        },
    )
    for name, query in QUERIES.items()
    for more in ("", *(one.name for one in query.parameters if one.name == "as_of" or one.type == "concept"))
}
