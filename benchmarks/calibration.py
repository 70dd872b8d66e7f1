"""Fits the coefficients of `foc_graph.matching.similarity` to names of which is known what they mean, and reports.

Run `python -m benchmarks.calibration`. The names of `tests/gold` are parted by a hash: to one half, and to the same
names with typing mistakes, a logistic regression is fitted by Newton's method; the other half tells how good the
matches are.
With `--report` nothing is fitted: the coefficients in force are reported on.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

import foc_graph
from benchmarks.linking import misspelt
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

KINDS = ("all", "country", "organisation", "government")
THRESHOLDS = (0.7, 0.75, 0.8, 0.85, 0.9)


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
    rows = [[1.0, *(example.features[name] for name in names[1:])] for example in known]
    weights = [0.0] * len(names)
    for _ in range(STEPS):
        slope = [HOLD * weight for weight in weights]
        curve = [[HOLD * (row == column) for column in range(len(names))] for row in range(len(names))]
        for row, example in zip(rows, known, strict=True):
            chance = 1 / (1 + exp(-sum(map(float.__mul__, weights, row))))
            for place, value in enumerate(row):
                if value:
                    slope[place] += (chance - example.is_meant) * value
                    for other, second in enumerate(row):
                        curve[place][other] += chance * (1 - chance) * value * second
        weights = [weight - step for weight, step in zip(weights, _solved(curve, slope), strict=True)]
    return dict(zip(names, weights, strict=True))


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of linear equations with a positive definite matrix, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place, pivot in enumerate(rows):
        for row in rows[:place] + rows[place + 1 :]:
            factor = row[place] / pivot[place]
            for column, value in enumerate(pivot):
                row[column] -= factor * value
    return [row[-1] / row[place] for place, row in enumerate(rows)]


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
    print(f"\n| kind | names | of the graph | matched | right | precision | recall | comes first | in first {LIMIT} |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: |")
    counts["all"] = sum(counts.values(), Counter())
    for kind, of_kind in sorted(counts.items()):
        precision = of_kind["right"] / of_kind["matched"] if of_kind["matched"] else 1.0
        shares = [of_kind[what] / of_kind["meant"] if of_kind["meant"] else 1.0 for what in ("right", "first", "found")]
        figures = " | ".join(str(of_kind[what]) for what in ("names", "meant", "matched", "right"))
        print(f"| {kind} | {figures} | {precision:.3f} | {' | '.join(f'{share:.3f}' for share in shares)} |")
    print("\n| probability | candidates | mean | are meant |\n| --- | --: | --: | --: |")
    for band, members in sorted(bands.items()):
        mean = sum(chance for chance, _ in members) / len(members)
        share = sum(is_meant for _, is_meant in members) / len(members)
        print(f"| {band / 10:.1f} to {band / 10 + 0.1:.1f} | {len(members)} | {mean:.3f} | {share:.3f} |")


def curve(matcher: Matcher, known: list[Case]) -> None:
    """Print precision and recall for several probabilities from which a candidate would be a match."""
    firsts = [(case, (matcher.candidates(case.asked, 1) or [None])[0]) for case in known]
    print("\n| match from | " + " | ".join(KINDS) + " |\n| --: |" + " --: |" * len(KINDS))
    for least in THRESHOLDS:
        cells = []
        for kind in KINDS:
            of_kind = [(case, first) for case, first in firsts if kind in ("all", case.asked.kinds[0])]
            matched = [
                case.expected == first.thing.iri for case, first in of_kind if first and first.probability >= least
            ]
            meant = sum(bool(case.expected) for case, _ in of_kind)
            cells.append(f"{sum(matched) / len(matched):.3f} / {sum(matched) / meant:.3f}")
        print(f"| {least} | {' | '.join(cells)} |")


def peers(things: list[Thing], known: list[Case]) -> None:
    """Print how it would be to take the name that rapidfuzz finds to be the likest, from some score on."""
    choices: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for thing in things:
        for kind in thing.kinds:
            choices[kind] += [(normalised(name), thing.iri) for name in thing.names]
    print(
        "\n| scorer of rapidfuzz | from | matched | right | precision | recall |\n| --- | --: | --: | --: | --: | --: |"
    )
    meant = sum(bool(case.expected) for case in known)
    for scorer in (fuzz.ratio, fuzz.WRatio):
        for least in (85, 90, 95, 100):
            matched = right = 0
            for case in known:
                names = choices[case.asked.kinds[0]]
                name = normalised(case.asked.name)
                best = process.extractOne(name, [words for words, _ in names], scorer=scorer, score_cutoff=least)
                matched += best is not None
                right += best is not None and names[best[2]][1] == case.expected
            figures = f"{matched} | {right} | {right / matched:.3f} | {right / meant:.3f}"
            print(f"| {scorer.__name__} | {least} | {figures} |")


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
        curve(matcher, cases(is_held_out))
    peers(things, cases(held_out=True))


if __name__ == "__main__":
    main()
