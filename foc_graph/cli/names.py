"""Names of things as parameters of commands, which the shell completes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from foc_graph.cli import COMPLETING, Context

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_CLASSES = {
    "coalition": "coal:Coalition",
    "body": "coal:Body coal:Coalition",
    "agent": "foaf:Agent",
    "thing": "foaf:Agent coal:Coalition coal:Body coal:Mandate coal:Document coal:Event schema:Country",
}
NAMED = frozenset(_CLASSES)
"""The types of parameters that are names of things."""
_LONGEST = 80
"""Most characters of a name that is shown as help."""
_NAMES = """SELECT DISTINCT ?thing ?label ?name {{
  VALUES ?class {{ {classes} }}
  ?thing a ?class ; coal:governs?/(rdfs:label|skos:prefLabel|skos:altLabel|dcterms:title) ?name
  OPTIONAL {{ ?thing coal:displayLabel ?label }}
}}"""


class Name(click.ParamType[str]):
    """The name of a thing of a kind: `coalition`, `body`, `agent` or any `thing`.

    The shell completes it by the beginning of a slug, or of its last part, and otherwise of a name, in any case. What
    goes wrong meanwhile is passed over in silence.
    """

    name = "name"

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the slugs that go on from what was typed, each with its name as help."""
        from click.shell_completion import CompletionItem

        try:
            return [CompletionItem(value, help=name) for value, name in self._complete(Context.of(ctx), incomplete)]
        except Exception:
            return []

    def _complete(self, context: Context, typed: str) -> Iterator[tuple[str, str]]:
        from foc_graph.cli.output import cell
        from foc_graph.namespaces import is_slug, slug
        from foc_graph.store.results import as_rows

        graph, typed = context.graph, typed.casefold()
        labels: dict[str, str] = {}
        named: dict[str, None] = {}
        for row in as_rows(graph.store.query(_NAMES.format(classes=_CLASSES[self._kind]))):
            if (known := slug(row["thing"], graph.base)) and is_slug(known):
                name = str(row["name"])
                labels.setdefault(known, str(row["label"] or name))
                if name.casefold().startswith(typed):
                    named[known] = None
        ends = Counter(one.rpartition("/")[2] for one in labels)
        begun = {one: one for one in labels if one.startswith(typed)}
        if typed:
            parts = ((one.rpartition("/")[2], one) for one in labels)
            begun |= {end: one for end, one in parts if ends[end] == 1 and end.startswith(typed)}
        found = begun or {one: one for one in named}
        if not begun and len(found) > 1 and os.environ.get(COMPLETING, "").startswith("bash"):
            return  # it would put what they have in common in the place of what was typed
        for value, known in sorted(found.items()):
            yield value, cell(labels[known][:_LONGEST], "")
