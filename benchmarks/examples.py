"""The examples of `foc_graph.questions.languages`, which are written from the part `fit` of `benchmarks/questions`.

Run `python -m benchmarks.examples` after questions were added. An example is a question that is not surely understood
without examples: the words that say what it asks, with slots for what it names.
"""

from collections.abc import Sequence
from pathlib import Path

import foc_graph
from benchmarks.ask import TODAY, Asked, exact_call, read_questions
from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions import languages
from foc_graph.questions.languages import read_language
from foc_graph.questions.names import Names
from foc_graph.questions.phrasebook import Phrasebook
from foc_graph.questions.question import Question
from foc_graph.questions.reading import Reader
from foc_graph.questions.rules import Rules, make_rules
from foc_graph.questions.scoring import Call
from foc_graph.questions.words import seen, split

SURE = 0.9
"""The confidence from which a question is surely understood."""


def write_examples(rules: Rules, questions: Sequence[Asked]) -> None:
    """Write the examples of each language, for queries where it does not matter which of two things is named first."""
    folder = Path(languages.__file__).with_name(languages.EXAMPLES)
    for language in LANGUAGES:
        (folder / f"{language}.txt").write_text("", encoding="utf-8")
    read_language.cache_clear()
    reader, names = Reader(rules), Names(rules)
    needed = {name: [one.type for one in query.parameters if one.required] for name, query in rules.queries.items()}
    ordered = {name for name, types in needed.items() if len(types) > len({*types}) and "date" not in types}
    for language in LANGUAGES:
        book = Phrasebook(rules.queries, language, read_language(language))
        lines = set()
        for asked in questions:
            if asked.right is None or (asked.part, asked.language) != ("fit", language):
                continue
            if asked.right.query in ordered:
                continue
            understood = reader.read(asked.question, TODAY)
            if understood.confidence >= SURE and exact_call(understood.call) == asked.right:
                continue
            text = seen(asked.question)
            if example := _example(Question(text, split(text), book, names, TODAY), asked.right, rules):
                lines.add(f"{asked.right.query}: {example}\n")
        (folder / f"{language}.txt").write_text("".join(sorted(lines)), encoding="utf-8")


def _example(question: Question, call: Call, rules: Rules) -> str:
    """Return the words of a question that say what is asked, with slots for what it names."""
    book, parts, placed = question.book, [], set[str]()
    values = {value: name for name, given in call.parameters.items() for value in _listed(given)}
    mentions = {mention.start: mention for mention in (*question.names, *question.dates)}
    covered = question.named | question.dated
    for at, word in enumerate(question.words):
        if at in mentions:
            told = [rules.things[number].path for number in mentions[at].things] or [mentions[at].period]
            parts += [f"{{{slot}}}" for slot in sorted({values[one] for one in told if one in values} - placed)]
            placed |= {values[one] for one in told if one in values}
        is_name = word.form not in book.common and bool(question.having[at])
        is_said = not (
            word.form in book.little or word.form in book.beyond or word.form.isdigit() or len(word.form) < 2
        )
        if at not in covered and is_said and not is_name and word.form not in parts:
            parts.append(word.form)
    slots = (f"{{{name}}}" for name in call.parameters if name not in placed)
    return " ".join((*parts, *slots)) if any(part[0] != "{" and part not in book.faint for part in parts) else ""


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


if __name__ == "__main__":
    write_examples(make_rules(foc_graph.open()), list(read_questions()))
