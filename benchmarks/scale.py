"""Linking whole tables with Splink on Spark in local mode: how fast, and how good the links are.

Run `python -m benchmarks.scale`. Both sides are made as `benchmarks.linking` makes things, those on the right with
typing mistakes. The peer is the matcher in one process, which has the left side in memory and is asked for one name at
a time. With `--report`, the names of `tests/gold` are linked instead, and reported on as `benchmarks.calibration` does;
with `--fit`, the match weights are fitted to the half that is not held out, and printed.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import log
from typing import Any, NamedTuple

import numpy as np

import foc_graph
from benchmarks.calibration import HOLD, STEPS, Case, cases, report, with_mistakes
from benchmarks.linking import SEED, misspelt, things
from benchmarks.report import machine
from foc_graph.links.linkage import best_names, linked, linker, spark
from foc_graph.links.model import LEAST_FREQUENCY, LEVELS, WEIGHTS, NameRow, codes_of, rows_of, settings
from foc_graph.matching.index import Thing, read_things
from foc_graph.matching.matcher import ACCEPT, Asked, Candidate, Matcher

SIZES = (10_000, 30_000, 100_000)
ROUNDS = 3
"""Fits, each to the pairs of names that fit best by the one before."""


class Found(NamedTuple):
    """A candidate as a report takes it."""

    thing: Thing
    probability: float
    is_match: bool


class Linked:
    """What Splink finds for names, asked as a matcher is."""

    def __init__(self, known: list[Thing], asked: list[Case]) -> None:
        by_iri = {thing.iri: thing for thing in known}
        self._found: defaultdict[tuple[object, ...], list[Found]] = defaultdict(list)
        with spark() as session:
            for pair in linked(session, rows_of(known), rows(asked), codes_of(known), 0.0):
                chance = pair.probability
                key = _key(asked[int(pair.right)].asked)
                self._found[key].append(Found(by_iri[pair.left], chance, chance >= ACCEPT))

    def candidates(self, asked: Asked, limit: int) -> list[Found]:
        """The most probable things."""
        return self._found[_key(asked)][:limit]


def _key(asked: Asked) -> tuple[object, ...]:
    return asked.name, asked.kinds, *asked.facts.items()


def rows(asked: list[Case]) -> Iterator[NameRow]:
    """The names that are asked for, by their number; each once."""
    seen = set()
    for number, (case, _) in enumerate(asked):
        if (key := _key(case)) not in seen:
            seen.add(key)
            yield NameRow(str(number), case.name, " ".join(case.kinds), "".join(case.facts.get("country", ())))


class Example(NamedTuple):
    """The pair of names that fits best of a thing and a name that is asked for, and whether that is meant.

    Features are 1 of levels that are so, else 0, and how rare the rarest word is, in bits.
    """

    asked: int
    features: list[float]
    is_meant: bool


def examples(known: list[Thing], asked: list[Case], weights: Mapping[str, float]) -> list[Example]:
    """The pairs that fit best by some weights; the features go by their names."""
    levels = [
        f"cast(gamma_{column} = {len(labels) - 1 - place} as int)"
        for column, labels in LEVELS.items()
        for place in range(len(labels))
    ]
    place = len(LEVELS["rarest"]) - 1 - list(LEVELS["rarest"]).index("same")
    rarity = f"-log2(greatest(tf_rarest_l, tf_rarest_r, {LEAST_FREQUENCY}))"
    columns = [*levels, f"case when gamma_rarest = {place} then {rarity} else 0 end"]
    with spark() as session:
        told = replace(settings(weights), retain_matching_columns=True)
        linking = linker(session, rows_of(known), rows(asked), codes_of(known), told)
        best = best_names(linking.inference.predict(warning_mode="never").as_spark_dataframe())
        found = best.selectExpr("record_l", "record_r", *columns).toLocalIterator()
        return [
            Example(int(right), [1.0, *map(float, values)], asked[int(right)].expected == left)
            for left, right, *values in found
        ]


def fitted(known: list[Example]) -> list[float]:
    """The weights of a conditional logistic regression, by Newton's method; large ones are held back a little.

    A name means one of the things that it is compared with, or none.
    """
    order = sorted(known)
    rows = np.array([example.features for example in order])
    meant = np.array([example.is_meant for example in order], dtype=float)
    _, first, group = np.unique([example.asked for example in order], return_index=True, return_inverse=True)
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        odds = np.exp(rows @ weights)
        chances = odds / (1 + np.add.reduceat(odds, first))[group]
        weighed = rows * chances[:, None]
        means = np.add.reduceat(weighed, first)
        curve = rows.T @ weighed - means.T @ means + HOLD * np.eye(len(weights))
        weights -= np.linalg.solve(curve, rows.T @ (chances - meant) + HOLD * weights)
    return [float(weight) for weight in weights]


def fit(known: list[Thing]) -> Mapping[str, float]:
    """Match weights, in bits."""
    names = [f"{column}: {label}" for column, labels in LEVELS.items() for label in labels]
    names = ["constant", *names, "rarest: rarity"]
    asked, weights = list(with_mistakes(cases(held_out=False))), WEIGHTS
    for _ in range(ROUNDS):
        learnt = dict(zip(names, fitted(examples(known, asked, weights)), strict=True))
        weights = {name: round(weight / log(2), 2) for name, weight in learnt.items()}
        weights |= {name: weight for name, weight in WEIGHTS.items() if name.startswith("host: ")}
    return weights


def splink(known: list[Thing], asked: list[NameRow]) -> tuple[float, float, dict[str, Found]]:
    """Link with Splink: seconds until it can begin, seconds that it takes, the most probable thing for each record."""
    by_iri = {thing.iri: thing for thing in known}
    found: dict[str, Found] = {}
    start = time.perf_counter()
    with spark() as session:
        begun = time.perf_counter()
        for pair in linked(session, rows_of(known), asked, {}):
            found.setdefault(pair.right, Found(by_iri[pair.left], pair.probability, pair.probability >= ACCEPT))
        return begun - start, time.perf_counter() - begun, found


def matcher(known: list[Thing], asked: list[NameRow]) -> tuple[float, float, dict[str, Candidate]]:
    """Link with the matcher, likewise."""
    start = time.perf_counter()
    matching = Matcher(known)
    begun = time.perf_counter()
    found = {}
    for row in asked:
        for candidate in matching.candidates(Asked(row.name, ("organisation",)), 1):
            found[row.id] = candidate
    return begun - start, time.perf_counter() - begun, found


def measure(count: int, engine: Callable[[list[Thing], list[NameRow]], tuple[float, float, dict[str, Any]]]) -> None:
    """Print one line of the table."""
    dice = random.Random(SEED + 1)
    known = things(count)
    asked = [NameRow(thing.iri, misspelt(thing.name, dice), "organisation") for thing in known]
    begun, took, found = engine(known, asked)
    right = [iri for iri, first in found.items() if first.thing.iri == iri]
    matched = [iri for iri, first in found.items() if first.is_match]
    precision = len(set(matched).intersection(right)) / len(matched)
    figures = f"{count:,} | {engine.__name__} | {begun:.1f} s | {took:.1f} s | {count / took:,.0f}"
    print(f"| {figures} | {len(right) / count:.3f} | {len(matched) / count:.3f} | {precision:.4f} |", flush=True)


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many things a side")
    parser.add_argument("--report", action="store_true", help="link the gold set")
    parser.add_argument("--fit", action="store_true", help="fit the match weights")
    options = parser.parse_args()
    if options.fit or options.report:
        known = read_things(foc_graph.open().store)
        if options.fit:
            print(*(f'"{name}": {weight},' for name, weight in fit(known).items()), sep="\n")
        for held_out in (False, True):
            print(f"\nThe half {'held out' if held_out else 'fitted to'}")
            asked = cases(held_out)
            report(Linked(known, asked), asked)
        return
    print(machine(), end="\n\n")
    print("| a side | engine | start | link | records/s | first is right | matched | of these right |")
    print("| --: | --- | --: | --: | --: | --: | --: | --: |", flush=True)
    for size in options.sizes:
        for engine in (splink, matcher):
            measure(size, engine)


if __name__ == "__main__":
    main()
