"""The score of a question as one phrasing of a query: which of its words are used, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence, Set
from typing import Any, NamedTuple

from foc_graph.queries.model import Parameter
from foc_graph.questions.filling import Filled
from foc_graph.questions.parameters import CHOOSING, is_text
from foc_graph.questions.phrasebook import Phrase
from foc_graph.questions.question import Question

UNKNOWN, UNUSED = 1.8, 3.0
"""Costs of a word that no phrasing has, and of a thing or date that a query does not take."""

PASSING = 0.1
"""Cost of a word that says little, where it is not used."""

ELSEWHERE = 0.6
"""Share of its weight that a word has which only another phrasing of the query has."""

CHOSEN = 2.2
"""Weight of words that say which kind of body, document or event is asked for."""

SHARE = 0.62
"""Part of the score that the used words of the question make up; the words of the phrasing make up the rest."""

TYPICAL, GIVEN = 0.1, 0.03
"""Gains from a word that all phrasings of a query have, and from a parameter that has a value."""

LACKING, DROPPED, EMPTY = 0.1, 0.3, 0.12
"""Costs of a parameter without its value, of a thing or date that none takes, and of slots that are all empty."""

TEXT, WORDY, LONG = 0.8, 1.0, 4
"""Share of its score that a search without quotes has; cost of a word of questions in its text; how many words of
it cost nothing."""

_ENDS = "\"\u201c\u201d\u00bb\u2019'\u203a"
_QUOTED = re.compile(
    f"(?<!\\w)[\"\u201c\u201e\u00ab\u2018'\u2039]\\s*([^\\s{_ENDS}][^{_ENDS}]*[^\\s{_ENDS}])\\s*[{_ENDS}]"
)
"""A text in quotes, without the spaces around it. Each space matches in one way only, which keeps the time short."""


class Call(NamedTuple):
    """A stored query with parameters."""

    query: str
    parameters: Mapping[str, Any]


class Reading(NamedTuple):
    """A question as one query.

    `missing` are parameters without a value that need one, `beyond` says what is asked for that nothing answers, and
    `strange` are words that are written as names and are none.
    """

    score: float
    call: Call
    missing: Sequence[str]
    used: Sequence[str]
    unused: Sequence[str]
    language: str
    ambiguous: Sequence[str] = ()
    about: Sequence[str] = ()
    beyond: str = ""
    strange: Sequence[str] = ()


class _Text(NamedTuple):
    """The text that is looked for: from where to where it stands, and whether in quotes."""

    start: int
    end: int
    is_quoted: bool


def score(question: Question, phrase: Phrase, filled: Filled, parameters: Sequence[Parameter]) -> Reading | None:
    """Return how well a question is one phrasing of a query; None where it is not at all."""
    book, given = question.book, {one.name: one for one in parameters}
    covered = filled.covered.union(*(mention.span for mention in filled.left))
    hits = _match(question, phrase, covered)
    chosen = [slot for slot in phrase.slots if slot in CHOOSING and slot in filled.parameters]
    if not _is_asked(question, phrase, filled, hits, chosen):
        return None
    values, unused = dict(filled.parameters), [*map(question.typed, filled.left)]
    got, factor = CHOSEN * len(chosen), 1.0
    total = got + UNUSED * len(filled.left)
    text = next(filter(is_text, parameters), None)
    if text is not None:
        is_named = any(question.form(at) not in book.kinds for at in hits)
        told = _find_text(question, sorted(hits), book.own[phrase.query]) if is_named else None
        if told is None:
            return None
        values = {text.name: question.text[told.start : told.end]} | _choices(question, told, parameters)
        covered = frozenset(n for n, word in enumerate(question.words) if told.start <= word.start < told.end)
        got, total, unused = 0.0, _wordiness(question, told, covered), []
        factor = 1.0 if told.is_quoted else TEXT
    beyond, used, strange = "a forecast" if question.is_future else question.beyond, [], []
    for at, word in enumerate(question.words):
        if at in covered:
            continue
        known = question.known[at]
        weight = max((book.weights[one] for one in known), default=UNKNOWN)
        if at in hits or not phrase.known.isdisjoint(known):
            got += weight
            total += weight
            used.append(word.typed)
        elif word.form in book.little or (text is not None and word.form in book.kinds):
            continue
        elif not book.own[phrase.query].isdisjoint(known):
            got += weight * ELSEWHERE
            total += weight
            used.append(word.typed)
        elif word.form in book.faint and word.form not in book.beyond:
            total += PASSING
        else:
            total += weight
            unused.append(word.typed)
            beyond = beyond or book.beyond.get(word.form, "")
            if not known and question.is_name(at):
                strange.append(word.typed)
    said = sum(phrase.weights[hit] for hit in hits.values()) + CHOSEN * len(chosen)
    points = got / total * (SHARE + (1 - SHARE) * said / (sum(phrase.weights) + CHOSEN * len(chosen))) * factor
    typical = book.typical[phrase.query]
    told_words = (word for at in hits for word in question.known[at] if word not in book.faint)
    points += TYPICAL * max((*(typical.get(word, 0) for word in told_words), bool(chosen))) - filled.cost
    days = [one.name for one in parameters if one.type == "date"]
    if len(days) > 1 and given[days[1]].required and days[0] in values:
        values.setdefault(days[1], question.today.isoformat())
    missing = [one.name for one in parameters if one.required and one.default is None and one.name not in values]
    if phrase.slots and not missing and text is None and values.keys().isdisjoint(phrase.slots):
        points -= EMPTY
    given_values = len(values) - (len(days) > 1 and values.keys() >= {*days})
    dropped = DROPPED * len(filled.left) if text is None else 0
    points += GIVEN * given_values - LACKING * len(missing) - dropped
    values |= filled.assumed
    call = Call(phrase.query, {one.name: values[one.name] for one in parameters if one.name in values})
    return Reading(points, call, missing, used, unused, book.code, filled.ambiguous, filled.about, beyond, strange)


def _match(question: Question, phrase: Phrase, covered: Collection[int]) -> dict[int, int]:
    """Return the words of a question that are words of a phrasing, each of them once."""
    hits: dict[int, int] = {}
    for at in range(len(question.words)):
        if at not in covered and not phrase.known.isdisjoint(question.known[at]):
            free = (n for n, one in enumerate(phrase.words) if n not in hits.values())
            hit = next((n for n in free if not phrase.words[n].isdisjoint(question.known[at])), None)
            if hit is not None:
                hits[at] = hit
    return hits


def _is_asked(
    question: Question, phrase: Phrase, filled: Filled, hits: Mapping[int, int], chosen: Collection[str]
) -> bool:
    """Tell whether a question has the needed words of a phrasing, in their place, and one that says something."""
    if not (hits or chosen) or not phrase.needed.keys() <= {*hits.values()}:
        return False
    if not phrase.is_faint and not chosen and all(question.words[at].form in question.book.faint for at in hits):
        return False
    return len(filled.spots) < 2 or all(
        sum(spot < at for spot in filled.spots) == phrase.needed[hit]
        for at, hit in hits.items()
        if hit in phrase.needed
    )


def _find_text(question: Question, hits: Sequence[int], own: Set[str]) -> _Text | None:
    """Return the text that is looked for: in quotes, else after the words that ask for it, else before them."""
    if quoted := _QUOTED.search(question.text):
        return _Text(*quoted.span(1), is_quoted=True)
    words, little, last = question.words, question.book.little, hits[-1]
    stops = [
        at for at in range(1, len(words)) if not {*",;"}.isdisjoint(question.text[words[at - 1].end : words[at].start])
    ]
    begin = max((*(at for at in stops if at <= last), *(at + 1 for at in hits[-2:-1])), default=0)
    for start, end in ((last + 1, min((at for at in stops if at > last + 1), default=len(words))), (begin, last)):
        while start < end and (words[start].form in little or not own.isdisjoint(question.known[start])):
            start += 1
        while end > start and words[end - 1].form in question.book.common:
            end -= 1
        if start < end:
            return _Text(words[start].start, words[end - 1].end, is_quoted=False)
    return None


def _choices(question: Question, told: _Text, parameters: Sequence[Parameter]) -> dict[str, str]:
    """Return the choices that words beside a text name, where they name one."""
    kinds = {
        question.book.kinds[word.form]
        for word in question.words
        if word.form in question.book.kinds and not told.start <= word.start < told.end
    }
    return {
        one.name: min(kinds) for one in parameters if one.type == "enum" and len(kinds) == 1 and kinds <= {*one.values}
    }


def _wordiness(question: Question, told: _Text, covered: Collection[int]) -> float:
    """Return what speaks against a text that is looked for: that it reads as a question."""
    if told.is_quoted:
        return 0.0
    book = question.book
    words = [question.words[at].form for at in covered]
    asking = sum(word not in book.little and (word in book.vocabulary or word in book.beyond) for word in words)
    return WORDY * (asking + max(0, len(words) - LONG))
