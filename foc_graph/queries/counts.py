"""The sentence that counts what the rows of an answer are about, by the header of its stored query."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from foc_graph.dates import in_words
from foc_graph.queries.model import StoredQuery
from foc_graph.store.results import Record

_WAYS = ("of", "sum", "each", "first")
_PART = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(\w+)\}|\(([^(){}|]*)(?:\|([^(){}|]*))?\)")
"""The place of a value, or two endings, for one and for more: `(y|ies)`; `(s)` is short for `(|s)`."""


def check_counts(given: Any, columns: Collection[str]) -> None:
    """Check `counts` of a header: a sentence, and how each value in it is found.

    Raises:
        ValueError: for a part that is not as documented.
    """
    if not isinstance(given, dict) or (given and not isinstance(given.get("as"), str)):
        raise ValueError("counts is a mapping that has a sentence under as")
    values = {name: spec for name, spec in given.items() if name != "as"}
    for name, spec in values.items():
        ways = [way for way in _WAYS if isinstance(spec, dict) and way in spec]
        if len(ways) != 1:
            raise ValueError(f"counts: {name} has one of {', '.join(_WAYS)}")
        template = spec[ways[0]]
        named = _names(template) if ways[0] in ("each", "first") else {template}
        if unknown := (named | spec.keys() - {*ways, "without"}) - {*columns}:
            raise ValueError(f"counts: {name} names {min(unknown)}, which is no column")
    if unknown := _names(given.get("as", "")) - values.keys():
        raise ValueError(f"counts: as has {{{min(unknown)}}}, which is not among its values")


def write_count(query: StoredQuery, rows: Sequence[Record]) -> str:
    """Return the sentence that counts rows of a stored query; empty where its header has none."""
    things: dict[str, set[object]] = {}
    values: dict[str, str] = {}
    specs = dict(query.counts)
    sentence = specs.pop("as", "")
    for name, spec in specs.items():
        if "of" in spec:
            fitting = {row[spec["of"]] for row in rows if _fits(row, spec)}
            things[name] = fitting - things.get(spec.get("without", ""), set())
            values[name] = f"{len(things[name]):,}"
        elif "sum" in spec:
            values[name] = f"{sum(int(str(row[spec['sum']] or 0)) for row in rows):,}"
        elif "each" in spec:
            *texts, last = [_fill(spec["each"], row) for row in rows]
            values[name] = f"{', '.join(texts)} and {last}" if texts else last
        else:
            values[name] = _fill(spec["first"], rows[0])
    return _fill(sentence, values)


def _names(template: str) -> set[str]:
    return {found[1] for found in _PLACE.finditer(template) if found[1]}


def _fits(row: Record, spec: Mapping[str, Any]) -> bool:
    """Whether a row has one of the values that are asked for in each column."""
    wanted = ((column, value) for column, value in spec.items() if column not in ("of", "without"))
    return all((row[column] or "") in (value if isinstance(value, list) else [value]) for column, value in wanted)


def _fill(template: str, values: Mapping[str, object]) -> str:
    """Put values in their places, with endings by the number before, without parts in `[]` that have none or 0."""

    def keep(part: re.Match[str]) -> str:
        return part[1] if all(values[name] not in (None, "", "0") for name in _names(part[1])) else ""

    number = ""

    def put(found: re.Match[str]) -> str:
        nonlocal number
        if found[1]:
            number = in_words(str(values[found[1]]))
            return number
        one, more = (found[2], found[3]) if found[3] is not None else ("", found[2])
        return one if number == "1" else more

    return _PLACE.sub(put, _PART.sub(keep, template))
