"""Parameters with which charts of any kind can be drawn."""

from __future__ import annotations

from foc_graph.charts import KINDS


def given_for(name: str, subject: str, other: str = "second") -> dict[str, object]:
    """Parameters with which a kind draws a coalition, or an agent."""
    known = KINDS[name].parameters
    if "agent" in known:
        return {"agent": subject}
    if "coalitions*" in known:
        return {"coalitions": [subject, other]}
    return {} if name == "matrix" else {"coalition": subject}
