"""A call of each stored query that gives rows, on the small workspace, with each parameter that narrows it."""

from __future__ import annotations

from foc_graph.queries.header import read_queries
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT

VALUES: dict[str, object] = {
    "agent": "government/ee",
    "as_of": "2014",
    "before": "2027",
    "body": "first/group",
    "coalition": "first",
    "coalitions": ["first", "second", "third"],
    "document": "first/document/statement",
    "kind": "working-group",
    "of": "second",
    "since": "2011",
    "text": "estonia",
    "thing": "first",
    "topic": "shutdown",
    "type": "joint-statement",
    "until": "2026",
}
"""What stored queries are asked in the small workspace, by parameter."""

QUERIES = {name: query for name, query in read_queries(find_workspace(ROOT)).items() if query.columns}
CALLS = {
    f"{name}-{more}": (name, {key: VALUES[key] for key, is_needed in known.items() if is_needed or key == more})
    for name, query in QUERIES.items()
    for known in ({one.name: one.required for one in query.parameters},)
    for more in ("", *(one.name for one in query.parameters if one.name == "as_of" or one.type == "concept"))
}
