"""The values that parameters take in questions: which kinds of things, and which dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from foc_graph.queries.model import Parameter
from foc_graph.questions.words import Mention

KINDS: Mapping[str, Collection[str]] = {
    "coalition": ("coalition",),
    "body": ("body", "coalition"),
    "agent": ("government", "organisation", "person", "body", "coalition"),
    "source": ("source", "document"),
}
"""The kinds of things that a parameter of a type takes; all others take any."""

LIKELY: Mapping[str, Collection[str]] = {
    "coalition": ("coalition",),
    "body": ("body",),
    "agent": ("government", "organisation", "person"),
    "document": ("document",),
    "source": ("source",),
}
"""Those that it mostly names, by its name or type."""

CHOOSING = ("kind", "type")
"""The parameters whose values are words for what is asked."""


def is_text(parameter: Parameter) -> bool:
    """Tell whether a parameter is the text that a query looks for."""
    return parameter.type == "string" and parameter.required


def list_likely(parameter: Parameter) -> Collection[str]:
    """List the kinds of things that a parameter mostly names."""
    return LIKELY.get(parameter.name) or LIKELY.get(parameter.type, ())


def assign_date(mention: Mention, parameters: Sequence[Parameter], filled: Collection[str]) -> dict[str, str]:
    """Return the parameters of which a date is the value: a period, a date, or two dates from one to the other."""
    period = next((one.name for one in parameters if one.type == "period"), "")
    days = [one.name for one in parameters if one.type == "date"]
    if period:
        is_at = mention.relation in ("at", "on") and period not in filled
        return {period: mention.period} if is_at else {}
    if not days or mention.weak or mention.relation == "on":
        return {}
    if len(days) == 1:
        return {} if days[0] in filled else {days[0]: mention.first}
    since, until = days[:2]
    if mention.relation == "at":
        return {} if {since, until} & {*filled} else {since: mention.first, until: mention.last}
    name = since if mention.relation in ("since", "after") else until
    return {} if name in filled else {name: mention.first}
