"""The answer to a question in words: what was understood, the call, its rows, and a sentence about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foc_graph.dates import in_words
from foc_graph.graph.remarks import THINGS
from foc_graph.namespaces import possible_iris
from foc_graph.queries.counts import write_count
from foc_graph.queries.phrasing import write_sentence
from foc_graph.questions.reading import Reader, Understood
from foc_graph.questions.scoring import Call
from foc_graph.store.results import Result, Rows, html_table, python_value

if TYPE_CHECKING:
    from foc_graph.graph import Graph

_MOST_NAMED = 10
"""Most names that a sentence lists."""

_DATES = ("date", "period")

_WHY = "why"
"""The stored query that says which source gives each value of a thing."""


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
        if isinstance(self.picked, Rows):
            return self.picked._repr_html_()
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

    @property
    def sources(self) -> list[Call]:
        """The calls that say who says so, of each thing that the question names."""
        queries = self._graph.queries
        if self.call is None or self.call.query == _WHY or _WHY not in queries:
            return []
        given = list_values(self.call)
        named = (
            value
            for one in queries[self.call.query].parameters
            if one.type in THINGS
            for value in given.get(one.name, ())
        )
        return [Call(_WHY, {"thing": thing}) for thing in named]

    def restate(self, call: Call) -> str:
        """Return the sentence that says what a call asks."""
        query = self._graph.queries[call.query]
        types = {one.name: one.type for one in query.parameters}
        values = {
            name: _listed([self._say(types[name], one) for one in values]) for name, values in list_values(call).items()
        }
        return write_sentence(query.asked["as"], values)

    def _say(self, type: str, value: str) -> str:
        if type in _DATES:
            return in_words(value)
        if type == "iri":
            return value.rpartition(":")[2]
        return self._name(value, type in ("coalition", "body"))

    def _name(self, slug: str, is_group: bool = True) -> str:
        """Return what a thing is called, with an article where a group's name has one."""
        thing = self._reader.things.get(slug)
        if thing is None:
            return slug
        return thing.name_with_article if is_group else thing.name

    def command(self, call: Call) -> str:
        """Return the command that makes a call."""
        return self._graph.queries[call.query].command(list_values(call))

    @cached_property
    def result(self) -> Result | None:
        """The result of the call; None where there is none.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        return self._graph.query(self.call.query, **self.call.parameters) if self.call else None

    @cached_property
    def picked(self) -> Result | None:
        """The result, of rows those about a thing that the question names besides, if it names one.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        iris = {iri for slug in self._understood.about for iri in possible_iris(slug, self._graph.base)}
        return self.result.about(iris) if iris and isinstance(self.result, Rows) else self.result

    @property
    def sentence(self) -> str:
        """Say how many rows there are, how many of them are uncertain, and the first names; empty where it is declined.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        if not isinstance(self.picked, Rows):
            return ""
        about = "".join(f" about {self._name(slug)}" for slug in self._understood.about)
        rows = list(self.picked)
        if not rows:
            return f"Nothing on record{about}."
        unsure = sum(row.get("certainty") == "possible" for row in rows)
        names = list(dict.fromkeys(str(row["name"]) for row in rows if row.get("name")))
        noun = self.understood.partition(" ")[0].lower().rstrip(",")
        if len(rows) == 1 or not (noun.endswith("s") or noun == "people"):
            noun = "row" if len(rows) == 1 else "rows"
        counted = f"{len(rows):,} {noun}{about}" + (f", {unsure:,} of them uncertain" if unsure else "")
        if self.call and not about:
            counted = write_count(self._graph.queries[self.call.query], rows) or counted
        if not names or about or names[0] in counted:
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


def list_values(call: Call) -> dict[str, Sequence[str]]:
    """List the values of each parameter of a call."""
    return {name: one if isinstance(one, list) else [str(one)] for name, one in call.parameters.items()}


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _plain(term: Any) -> Any:
    value = python_value(term)
    return value if isinstance(value, (bool, int, float)) or value is None else str(value)
