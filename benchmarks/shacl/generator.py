"""Writes data of about so many triples as N-Triples, and the validation results that it must give.

Deterministic by seed. Faults are rare (about 0.1 % of things), but each is made at least once at every size.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from benchmarks.shacl.faults import Fault
from benchmarks.shacl.faults_agents import FAULTS as AGENTS
from benchmarks.shacl.faults_records import FAULTS as RECORDS
from benchmarks.shacl.kinds import KINDS, SINGLE
from benchmarks.shacl.things import Counts, Fields, Kind, expand

FAULTS = (*AGENTS, *RECORDS)
FAULT_RATE = 0.001
SHAPES = {name: Path(__file__).with_name(f"{name}.ttl") for name in ("tuned", "judged")}
TOPIC = expand("id:topic/none")
CONSTANT = {"judged": [(TOPIC, "", "Class", TOPIC)]}  # a target node that the data do not describe

Result = tuple[str, str, str, str]
"""Focus node, path, component, value: as in N-Triples, blank nodes `_:`, what is missing empty."""


def generate(size: int, data: Path, seed: int = 4) -> dict[str, Counter[Result]]:
    """Write about `size` triples to `data`; the results that either set of shapes must give."""
    counts = _counts(size)
    rng = random.Random(seed)
    expected = {name: Counter(CONSTANT.get(name, [])) for name in SHAPES}
    with data.open("w", encoding="utf-8", newline="\n") as file:
        file.write(SINGLE)
        for name, kind in KINDS.items():
            faults = _places(name, counts, rng)
            for number in range(counts[name]):
                text, fields = kind.write(number, counts, rng)
                if number in faults:
                    fields["self"] = kind.subject.format_map(fields)
                    text = _edited(text, faults[number], fields)
                    expected["tuned"].update(_results(faults[number].tuned, fields))
                    expected["judged"].update(_results(faults[number].judged, fields))
                file.write(text)
    return expected


def _counts(size: int) -> Counts:
    """How many there are of each kind, so that the triples come to about `size`."""

    def counts(units: int) -> Counts:
        return {name: max(kind.least, round(kind.share * units)) for name, kind in KINDS.items()}

    def triples(units: int) -> float:
        return sum(count * _mean_triples(KINDS[name]) for name, count in counts(units).items())

    step = 15  # people know each other in fives, and the three kinds of organisations alternate
    units = step
    per_step = triples(100 * step) - triples(99 * step)
    units = max(step, round(size / per_step) * step)
    while units > step and triples(units) > size:
        units -= step
    return counts(units)


def _mean_triples(kind: Kind) -> float:
    return sum(template.count("\n") for template in kind.templates) / len(kind.templates)


def _places(name: str, counts: Counts, rng: random.Random) -> dict[int, Fault]:
    """Which things of a kind have which fault: evenly apart, each fault as often as there is room."""
    first, end = (int(share * counts[name]) for share in KINDS[name].faulty)
    faults = [fault for fault in FAULTS if fault.kind == name]
    if not faults:
        return {}
    times = max(1, round(FAULT_RATE * sum(counts.values()) / len(FAULTS)))
    faults *= min(times, (end - first) // len(faults))
    rng.shuffle(faults)
    return {first + place * (end - first) // len(faults): fault for place, fault in enumerate(faults)}


def _edited(text: str, fault: Fault, fields: Fields) -> str:
    own = expand(str(fields["self"]))
    lines = text.splitlines(keepends=True)
    for edit in fault.edits:
        sign, statement = edit[0], expand(edit[2:].format_map(fields))
        if not edit[2:].startswith(("_:", "id:", "{self}")):
            statement = f"{own} {statement}"
        start = " ".join(statement.split(" ")[:2]) + " "
        if sign in "-=":
            lines = [line for line in lines if not line.startswith(start)]
        if sign in "+=":
            lines.append(f"{statement} .\n")
    return "".join(lines)


def _results(texts: tuple[str, ...], fields: Fields) -> list[Result]:
    results = []
    for text in texts:
        result, _, focus = expand(text.format_map(fields)).partition(" @ ")
        component, path, value = [*result.split(" ", 2), ""][:3]
        own = expand(str(fields["self"]))
        results.append((_plain(focus or own), "" if path == "." else path, component, _plain(value)))
    return results


def _plain(term: str) -> str:
    return "_:" if term.startswith("_:") else term
