"""The languages in which questions are asked: their words for dates, kinds and names, and examples of questions.

An example is a line such as `chairs: {coalition} rotating chair history`: a stored query, and the words that say
something of a question that asks it, with slots for what it names. `python -m benchmarks.examples` writes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from foc_graph.questions.words import forms
from foc_graph.rdf.header import read_texts

Phrases = Sequence[str]

EXAMPLES = "examples"
"""The folder of the examples in each language, below that of this module."""

TURNS = ("preceding", "following", "joining", "leaving")
"""The lists of phrases that give a date by who joined or left."""


class Language(NamedTuple):
    """The words of a language; all are as `forms` has them.

    `little` words say nothing about what is asked, `faint` ones little. Dates stand after the phrases of `since`,
    `after`, `until`, `before`, `between` (with `joined` between the two) and `at`; an event is one between `meanwhile`
    and `happened`, and so is what a member did, a word of `joining` or `leaving`, after `meanwhile`, `preceding` or
    `following`. A verb of `present` makes a question one about today, unless a word of `past` is in it. `beyond` are
    words for what no record answers, by what that is. `polite` phrases are left out, and `conjunctions` join what is
    listed. Words are written as one with one of `joints` between them. `examples` has, by stored query, phrasings that
    were learnt from questions.
    """

    little: Phrases
    faint: Phrases
    synonyms: Sequence[Phrases]
    beyond: Mapping[str, Phrases]
    concepts: Mapping[str, Mapping[str, Phrases]]
    properties: Mapping[str, Phrases]
    kinds: Mapping[str, Phrases]
    names: Mapping[str, Phrases]
    seasons: Mapping[str, Phrases]
    relative: Mapping[str, Phrases]
    since: Phrases
    after: Phrases
    until: Phrases
    before: Phrases
    between: Phrases
    joined: Phrases
    at: Phrases
    on: Phrases
    earlier: Phrases
    later: Phrases
    present: Phrases
    past: Phrases
    meanwhile: Phrases
    happened: Phrases
    preceding: Phrases
    following: Phrases
    joining: Phrases
    leaving: Phrases
    polite: Phrases
    examples: Mapping[str, str]
    conjunctions: Phrases
    joints: Phrases = ()


@cache
def read_language(code: str) -> Language:
    """Read one of the languages of `foc_graph.queries.phrasing.LANGUAGES`."""
    text = files("foc_graph.questions").joinpath("languages", f"{code}.yaml").read_text(encoding="utf-8")
    found = _folded(read_texts(text, f"{code}.yaml"))
    dates = found.pop("dates")
    found["names"] = {forms(word): others for word, others in found["names"].items()}
    return Language(**found, **dates, examples=_read_examples(code))


def _read_examples(code: str) -> dict[str, str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    text = files("foc_graph.questions").joinpath(EXAMPLES, f"{code}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        query, _, phrasing = line.partition(": ")
        found[query].append(phrasing)
    return {query: ";".join(phrasings) for query, phrasings in found.items()}


def _folded(value: Any) -> Any:
    """Return the words in nested lists and mappings as they are compared; keys stay."""
    if isinstance(value, dict):
        return {key: _folded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_folded(one) for one in value]
    return forms(str(value))
