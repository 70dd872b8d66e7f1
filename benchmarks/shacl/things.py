"""A kind of thing in the generated data, written as N-Triples from a template."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

BASE = "https://example.org/alliance/"
PREFIXES = {
    "al": f"{BASE}ns#",
    "id": f"{BASE}id/",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
NAME = re.compile(rf"(?<![\w<:])({'|'.join(PREFIXES)}):((?<=id:)[\w/{{}}-]+|[\w{{}}-]+)")
TOKEN = re.compile(r'"[^"]*"|<[^>]*>|[^"<]+')

Counts = Mapping[str, int]
Fields = dict[str, object]
Fill = Callable[[int, Counts, random.Random], Fields]


def expand(text: str) -> str:
    """Prefixed names outside quotes as N-Triples IRIs."""
    return TOKEN.sub(
        lambda token: (
            token[0] if token[0][0] in '"<' else NAME.sub(lambda name: f"<{PREFIXES[name[1]]}{name[2]}>", token[0])
        ),
        text,
    )


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its subject and triples, how many per unit of size and at least, and what fills the braces.

    A line of `triples` is predicate and object, or begins with a blank node that is the subject. What is in `cycle` is
    said in turn: thing number i has the triples in `cycle[i % len(cycle)]` as well. Faults are made only in the part
    `faulty` of all numbers, so that no fault touches what the results of another depend on.
    """

    subject: str
    share: float
    least: int
    fill: Fill
    triples: str
    cycle: tuple[str, ...] = ("",)
    faulty: tuple[float, float] = (1 / 2, 1)

    @cached_property
    def templates(self) -> list[str]:
        """N-Triples for each turn of the cycle."""
        subject = expand(self.subject)
        return [
            "".join(
                f"{expand(line)} .\n" if line.startswith("_:") else f"{subject} {expand(line)} .\n"
                for line in (self.triples + turn).splitlines()
                if line
            )
            for turn in self.cycle
        ]

    def write(self, number: int, counts: Counts, rng: random.Random) -> tuple[str, Fields]:
        """The N-Triples of one thing, and what filled the braces."""
        fields = {"i": number, **self.fill(number, counts, rng)}
        return self.templates[number % len(self.cycle)].format_map(fields), fields
