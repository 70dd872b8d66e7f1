"""Fits the coefficients of `foc_graph.matching.similarity` to names of which is known what they mean, and reports.

Run `python -m benchmarks.calibration`. The names of `tests/gold` are parted by a hash: to one half, and to the same
names with typing mistakes, a logistic regression is fitted by Newton's method; the other half tells how good the
matches are.
With `--report` nothing is fitted: the coefficients in force are reported on.
"""

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

import foc_graph
from benchmarks.linking import misspelt
from benchmarks.report import show_head, show_row
from foc_graph.matching.index import Thing, read_things
from foc_graph.matching.matcher import Asked, Matcher
from foc_graph.matching.names import normalised
from foc_graph.matching.similarity import inputs
from foc_graph.namespaces import BASE

GOLD = Path(__file__).parent.parent / "tests" / "gold"
LIMIT = 5
STEPS = 12
HOLD = 0.1
LEAST_LETTERS = 6
"""Letters of a name that still means the same when some are wrong."""


class Case(NamedTuple):
    """A name as a dataset writes it, and the IRI of what it means, or empty."""

    asked: Asked
    expected: str


class Example(NamedTuple):
    """The features of a candidate, and whether it is what is meant."""

    features: dict[str, float]
    is_meant: bool


def cases(held_out: bool) -> list[Case]:
    """One half of the gold set."""
    found = []
    for path in sorted(GOLD.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                digest = sha256(f"{row['name']}|{row['kind']}|{row['country']}".encode()).digest()
                if bool(digest[0] % 2) == held_out:
                    facts = {"country": (row["country"],)} if row["country"] else {}
                    expected = f"{BASE}id/{row['expected']}" if row["expected"] else ""
                    found.append(Case(Asked(row["name"], (row["kind"],), facts), expected))
    return found


def with_mistakes(known: Iterable[Case]) -> Iterator[Case]:
    """The cases, and those of longer names once more with typing mistakes."""
    dice = random.Random(8)
    for case in known:
        yield case
        if len(case.asked.name) >= LEAST_LETTERS and case.asked.name.isascii():
            yield case._replace(asked=case.asked._replace(name=misspelt(case.asked.name, dice)))


def examples(matcher: Matcher, known: Iterable[Case]) -> list[Example]:
    """The candidates of all names."""
    return [
        Example(inputs(candidate.features), candidate.thing.iri == case.expected)
        for case in known
        for candidate in matcher.candidates(case.asked, LIMIT)
    ]


def fitted(known: list[Example]) -> dict[str, float]:
    """The coefficients of a logistic regression, by Newton's method; large ones are held back a little."""
    names = ["constant", *known[0].features]
    rows = np.array([[1.0, *(example.features[name] for name in names[1:])] for example in known])
    meant = np.array([example.is_meant for example in known], dtype=float)
    weights = np.zeros(len(names))
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (chances - meant) + HOLD * weights
        curve = (rows.T * (chances * (1 - chances))) @ rows + HOLD * np.eye(len(names))
        weights -= np.linalg.solve(curve, slope)
    return dict(zip(names, map(float, weights), strict=True))


def report(matcher: Matcher, known: list[Case]) -> None:
    """Print precision and recall of the matches by kind, and how often candidates of each probability are meant."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    bands: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for case in known:
        found = matcher.candidates(case.asked, LIMIT)
        match = found[0].thing.iri if found and found[0].is_match else ""
        of_kind = counts[case.asked.kinds[0]]
        of_kind["names"] += 1
        of_kind["meant"] += bool(case.expected)
        of_kind["matched"] += bool(match)
        of_kind["right"] += bool(match) and match == case.expected
        of_kind["first"] += bool(found and case.expected) and found[0].thing.iri == case.expected
        of_kind["found"] += case.expected in [candidate.thing.iri for candidate in found]
        for candidate in found:
            band = min(9, int(candidate.probability * 10))
            bands[band].append((candidate.probability, candidate.thing.iri == case.expected))
    print()
    headings = (">names", ">of the graph", ">matched", ">right", ">precision", ">recall", ">comes first")
    show_head("kind", *headings, f">in first {LIMIT}")
    counts["all"] = sum(counts.values(), Counter())
    for kind, of_kind in sorted(counts.items()):
        precision = of_kind["right"] / of_kind["matched"] if of_kind["matched"] else 1.0
        shares = [of_kind[what] / of_kind["meant"] if of_kind["meant"] else 1.0 for what in ("right", "first", "found")]
        counted = (of_kind[what] for what in ("names", "meant", "matched", "right"))
        show_row(kind, *counted, *(f"{share:.3f}" for share in (precision, *shares)))
    print()
    show_head("probability", ">candidates", ">mean", ">are meant")
    for band, members in sorted(bands.items()):
        mean = sum(chance for chance, _ in members) / len(members)
        share = sum(is_meant for _, is_meant in members) / len(members)
        show_row(f"{band / 10:.1f} to {band / 10 + 0.1:.1f}", len(members), f"{mean:.3f}", f"{share:.3f}")


def peers(things: list[Thing], known: list[Case]) -> None:
    """Print how it would be to take the name that rapidfuzz finds to be the likest, from some score on."""
    choices: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for thing in things:
        for kind in thing.kinds:
            choices[kind] += [(normalised(name), thing.iri) for name in thing.names]
    print()
    show_head("`ratio` of RapidFuzz from", ">matched", ">right", ">precision", ">recall")
    meant = sum(bool(case.expected) for case in known)
    for least in (85, 90, 95, 100):
        matched = right = 0
        for case in known:
            names = choices[case.asked.kinds[0]]
            name = normalised(case.asked.name)
            best = process.extractOne(name, [words for words, _ in names], scorer=fuzz.ratio, score_cutoff=least)
            matched += best is not None
            right += best is not None and names[best[2]][1] == case.expected
        show_row(least, matched, right, f"{right / matched:.3f}", f"{right / meant:.3f}")


def main() -> None:
    """Fit on one half, print the coefficients, and report on the other half by those in force."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="do not fit")
    options = parser.parse_args()
    things = read_things(foc_graph.open().store)
    matcher = Matcher(things)
    if not options.report:
        for name, value in fitted(examples(matcher, with_mistakes(cases(held_out=False)))).items():
            print(f'"{name}": {value:.2f},')
    for is_held_out in (False, True):
        print(f"\nThe half {'held out' if is_held_out else 'fitted to'}")
        report(matcher, cases(is_held_out))
    peers(things, cases(held_out=True))


if __name__ == "__main__":
    main()
