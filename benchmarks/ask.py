"""Questions in words of a set that was written for it: how many are understood, beside a plain search for keywords.

Run `python -m benchmarks.ask`. The questions are those of `benchmarks/questions`, written from what each stored
query answers, without its phrasings. Phrasings and words were learnt from the part `fit`, and none from `held`. A call
is right if it has exactly the query and the parameters expected. The keywords are the words of each query's name,
question and summary, with the same things and dates found. `--misses` lists what of the part `fit` is not right.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import foc_graph
from benchmarks.report import show_head, show_row, timed
from foc_graph.graph import Graph
from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions.filling import fill
from foc_graph.questions.languages import read_language
from foc_graph.questions.names import Names
from foc_graph.questions.phrasebook import Phrase, Phrasebook
from foc_graph.questions.question import Question
from foc_graph.questions.reading import Reader
from foc_graph.questions.rules import Rules, make_rules
from foc_graph.questions.scoring import Call
from foc_graph.questions.words import forms, seen, split

QUESTIONS = Path(__file__).parent / "questions"
TODAY = date(2026, 12, 1)
"""The day on which the questions are asked."""

Find = Callable[[str, str], Call | None]


class Asked(NamedTuple):
    """A question with the call that is right; None where it has to be declined."""

    language: str
    part: str
    question: str
    right: Call | None


def read_questions() -> Iterator[Asked]:
    """Give all questions."""
    for language in LANGUAGES:
        for line in (QUESTIONS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            call = Call(one["query"], _exact(one["parameters"])) if one["query"] else None
            yield Asked(language, one["part"], one["question"], call)


def _exact(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters to compare: lists in their order, and today as a day."""
    days = {"today": TODAY.isoformat()}
    return {
        name: sorted(value) if isinstance(value, list) else days.get(value, value) for name, value in parameters.items()
    }


def exact_call(call: Call | None) -> Call | None:
    """Return a call to compare."""
    return Call(call.query, _exact(call.parameters)) if call else None


def find_by_keywords(graph: Graph, rules: Rules) -> Find:
    """Return the search for keywords: the query with most of a question's words in its name, question and summary."""
    names = Names(rules)
    books = {code: Phrasebook(rules.queries, code, read_language(code)) for code in LANGUAGES}
    keywords = {
        name: frozenset(forms(f"{name.replace('_', ' ')} {query.question} {query.summary}").split())
        for name, query in rules.queries.items()
    }

    def find(text: str, language: str) -> Call | None:
        book = books[language]
        question = Question(seen(text), split(seen(text)), book, names, TODAY)
        said = {word.form for word in question.words} - book.little
        points = {name: len(said & words) / len(words) ** 0.5 for name, words in keywords.items()}
        best = max(points, key=lambda name: (points[name], name))
        if not points[best]:
            return None
        phrase = Phrase(
            best, (), frozenset(), (), {}, tuple(one.name for one in rules.queries[best].parameters), is_faint=False
        )
        filled = fill(rules, names, question, phrase, is_near=False)
        return Call(best, {**filled.parameters, **filled.assumed})

    return find


class Score:
    """Counts of questions by what became of them."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds = 0.0

    def add(self, asked: Asked, found: Call | None) -> bool:
        """Count a question; return whether what was found is right."""
        is_right = found == asked.right
        kind = "outside" if asked.right is None else "inside"
        self.counts[kind] += 1
        self.counts[f"{kind} right"] += is_right
        self.counts["wrong"] += asked.right is not None and found is not None and not is_right
        return is_right

    @property
    def cells(self) -> list[str]:
        """The figures of a row: the shares with their 95 % intervals (Wilson, 1927)."""
        counts = self.counts
        shares = [("inside right", "inside"), ("wrong", "inside"), ("outside right", "outside")]
        return [str(counts["inside"]), *(_share(counts[part], counts[whole]) for part, whole in shares)]


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    p, z = part / whole, 1.96
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    wide = z * (p * (1 - p) / whole + z * z / (4 * whole * whole)) ** 0.5 / (1 + z * z / whole)
    return f"{100 * p:.1f} ({100 * max(0, middle - wide):.1f} to {100 * min(1, middle + wide):.1f})"


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="list the misses of the part that was fitted on")
    options = parser.parse_args()
    graph = foc_graph.open()
    made, rules = timed(lambda: make_rules(graph))
    started, reader = timed(lambda: Reader(rules))
    ways: dict[str, Find] = {
        "foc ask": lambda text, _: reader.read(text, TODAY).call,
        "keywords": find_by_keywords(graph, rules),
    }
    questions = list(read_questions())
    show_head("part", "language", "way", ">in scope", ">% right", ">% wrong call", ">% declined of others", ">ms each")
    by_query: dict[str, Score] = {}
    for part in ("fit", "held"):
        for language in LANGUAGES:
            for way, find in ways.items():
                score = Score()
                for asked in (one for one in questions if (one.part, one.language) == (part, language)):
                    seconds, call = timed(lambda text=asked.question, to=find, by=language: exact_call(to(text, by)))
                    score.seconds += seconds
                    is_right = score.add(asked, call)
                    if way == "foc ask" and part == "held":
                        by_query.setdefault(asked.right.query if asked.right else "(none)", Score()).add(asked, call)
                    if options.misses and way == "foc ask" and part == "fit" and not is_right:
                        print(f"{language}: {asked.question}\n    {asked.right}\n    {call}")
                asked_number = score.counts["inside"] + score.counts["outside"]
                show_row(part, language, way, *score.cells, f"{1000 * score.seconds / asked_number:.1f}")
    print(f"\nrules of the packaged graph: {made:.2f} s, and their words: {started:.2f} s, once\n")
    show_head("query", ">held", ">% right")
    for name, score in sorted(by_query.items()):
        kind = "outside" if name == "(none)" else "inside"
        show_row(name, score.counts[kind], _share(score.counts[f"{kind} right"], score.counts[kind]))


if __name__ == "__main__":
    main()
