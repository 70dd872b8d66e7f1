"""The answer to a question in words: what was understood, the call, its rows, and a sentence about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foc_graph.dates import in_words
from foc_graph.namespaces import possible_iris
from foc_graph.queries.phrasing import write_sentence
from foc_graph.questions.reading import Reader, Understood
from foc_graph.questions.scoring import Call
from foc_graph.store.results import Record, Result, Rows, python_value

if TYPE_CHECKING:
    from foc_graph.graph import Graph

_MOST_NAMED = 10
"""Most names that a sentence lists."""

_WITH_ARTICLE = (
    *("alliance", "board", "call", "charter", "coalition", "committee", "community", "council", "declaration"),
    *("force", "forum", "group", "initiative", "nations", "network", "panel", "partnership", "process", "programme"),
    *("secretariat", "statement", "unit"),
)
"""The nouns of names before which a sentence has an article."""

_DATES = ("date", "period")


class Answer:
    """The answer to a question in words.

    `call` is what the question asks, None where that is declined: then there is a `reason`, and `alternatives` are
    calls that may be meant. `confidence` is between 0 and 1.
    """

    def __init__(self, graph: Graph, reader: Reader, question: str, understood: Understood) -> None:
        self.question, self.call = question, understood.call
        self.confidence = round(understood.confidence, 2)
        self.alternatives = understood.alternatives
        self._graph, self._reader, self._understood = graph, reader, understood

    def __repr__(self) -> str:
        return f"<answer: {self.understood or self.reason}>"

    def _repr_html_(self) -> str:
        from foc_graph.store.results import html_table

        if isinstance(self.result, Rows):
            return self.result._repr_html_()
        return html_table(self.understood or self.reason, ("asks", "call"), self.choices)

    @property
    def understood(self) -> str:
        """Restate the question; empty where it is declined."""
        return self.restate(self.call) if self.call else ""

    @property
    def reason(self) -> str:
        """Say by which words it was understood, or why it is declined."""
        told = self._understood
        if self.call is None:
            return told.reason
        left = f"; not used: {', '.join(told.unused)}" if told.unused else ""
        return f"understood by {', '.join(told.used)}{left}" if told.used else f"understood by what it names{left}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """List what else may be meant: in words, and as a command."""
        return [(self.restate(call), self.command(call)) for call in self.alternatives]

    def restate(self, call: Call) -> str:
        """Return the sentence that says what a call asks."""
        query = self._graph.queries[call.query]
        types = {one.name: one.type for one in query.parameters}
        values = {
            name: _listed([self._say(types[name], one) for one in _values(value)])
            for name, value in call.parameters.items()
        }
        return write_sentence(query.asked["as"], values)

    def _say(self, type: str, value: str) -> str:
        if type in _DATES:
            return in_words(value)
        name = self._reader.name(value) if type not in ("string", "enum", "iri") else value
        noun = name.partition(" of ")[0].partition(" on ")[0].rpartition(" ")[2].casefold()
        return f"the {name}" if type in ("coalition", "body") and noun in _WITH_ARTICLE else name

    def command(self, call: Call) -> str:
        """Return the command that makes a call."""
        return self._graph.queries[call.query].command({name: _values(one) for name, one in call.parameters.items()})

    @cached_property
    def result(self) -> Result | None:
        """The result of the call; None where there is none.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        return self._graph.query(self.call.query, **self.call.parameters) if self.call else None

    @cached_property
    def records(self) -> list[Record]:
        """The rows: those about a thing that the question names besides, if it names one.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        if not isinstance(self.result, Rows):
            return []
        iris = {iri for slug in self._understood.about for iri in possible_iris(slug, self._graph.base)}
        return [row for row in self.result if not iris or not iris.isdisjoint(map(str, row.values()))]

    @property
    def sentence(self) -> str:
        """Say how many rows there are, how many of them are uncertain, and the first names; empty where it is declined.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        if not isinstance(self.result, Rows):
            return ""
        about = "".join(f" with {self._reader.name(slug)}" for slug in self._understood.about)
        rows = self.records
        if not rows:
            return f"Nothing on record{about}."
        unsure = sum(row.get("certainty") == "possible" for row in rows)
        names = list(dict.fromkeys(str(row["name"]) for row in rows if row.get("name")))
        noun = self.understood.partition(" ")[0].lower().rstrip(",")
        noun = noun if noun.endswith("s") or noun == "people" else "rows"
        noun = "row" if len(rows) == 1 else noun
        counted = f"{len(rows):,} {noun}{about}"
        counted += f", {unsure:,} of them uncertain" if unsure else ""
        if not names:
            return f"{counted}."
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        return f"{counted}: {', '.join(names[:_MOST_NAMED])}{more}."

    def to_json(self, run: bool = True) -> dict[str, Any]:
        """Return it as JSON has it; without the rows unless `run`.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        found: dict[str, Any] = {
            "understood": self.understood,
            "query": self.call.query if self.call else None,
            "parameters": dict(self.call.parameters) if self.call else {},
            "confidence": self.confidence,
            "alternatives": [call._asdict() for call in self.alternatives],
            "reason": self.reason,
        }
        if run:
            rows = self.result if isinstance(self.result, Rows) else None
            found["columns"] = list(rows.columns) if rows is not None else []
            found["rows"] = [[_plain(term) for term in row] for row in rows.terms] if rows is not None else []
        return found


def answer(graph: Graph, reader: Reader, question: str) -> Answer:
    """Answer a question about a graph.

    Raises:
        FocGraphError: if the graph cannot be asked.
    """
    return Answer(graph, reader, question, reader.read(question))


def _values(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [str(value)]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _plain(term: Any) -> Any:
    value = python_value(term)
    return value if isinstance(value, (bool, int, float)) or value is None else str(value)
