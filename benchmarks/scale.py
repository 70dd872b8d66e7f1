"""Linking whole tables with Splink: how fast on DuckDB and on Spark in local mode, and how good the links are.

Run `python -m benchmarks.scale`. Both sides are made as `benchmarks.linking` makes things, those on the right with
typing mistakes. With `--report`, the names of `tests/gold` are linked instead, and reported on as
`benchmarks.calibration` does; with `--fit`, the match weights are fitted to the half that is not held out, and printed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from math import log
from typing import NamedTuple

import duckdb
import numpy as np

import foc_graph
from benchmarks.calibration import HOLD, STEPS, Case, cases, report, with_mistakes
from benchmarks.linking import SEED, misspelt, things
from benchmarks.report import machine
from foc_graph.links.engines import Backend, Duck, spark
from foc_graph.links.linkage import Pair, likest, linked, linker
from foc_graph.links.model import LEAST_FREQUENCY, LEVELS, WEIGHTS, NameRow, codes_of, rows_of, settings
from foc_graph.matching.index import Thing, read_things
from foc_graph.matching.matcher import ACCEPT, Asked

SIZES = (10_000, 30_000, 100_000)
ROUNDS = 3
"""Fits, each to the pairs of names that fit best by the one before."""


@contextmanager
def duck() -> Iterator[Duck]:
    """Open DuckDB in memory."""
    with duckdb.connect() as connection:
        yield Duck(connection)


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
        with duck() as backend:
            for pair in linked(backend, rows_of(known), rows(asked), codes_of(known), 0.0):
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
        f"cast(gamma_{column} = {len(labels) - 1 - place} as integer)"
        for column, labels in LEVELS.items()
        for place in range(len(labels))
    ]
    place = len(LEVELS["rarest"]) - 1 - list(LEVELS["rarest"]).index("same")
    rarity = f"-log2(greatest(tf_rarest_l, tf_rarest_r, {LEAST_FREQUENCY}))"
    columns = ", ".join([*levels, f"case when gamma_rarest = {place} then {rarity} else 0 end"])
    with duck() as backend:
        told = replace(settings(weights), retain_matching_columns=True)
        linking = linker(backend, rows_of(known), rows(asked), codes_of(known), told)
        best = likest(linking.inference.predict(warning_mode="never").physical_name)
        found = backend.rows(f"select record_l, record_r, {columns} from ({best}) best")
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


def measure(count: int, backend: Callable[[], AbstractContextManager[Backend]]) -> None:
    """Print one line of the table."""
    dice = random.Random(SEED + 1)
    known = things(count)
    right = [NameRow(thing.iri, misspelt(thing.name, dice), "organisation") for thing in known]
    left = list(rows_of(known))
    start = time.perf_counter()
    with backend() as running:
        begun = time.perf_counter() - start
        first: dict[str, Pair] = {}
        pairs = 0
        for pair in linked(running, left, right, {}):
            first.setdefault(pair.right, pair)
            pairs += 1
        took = time.perf_counter() - start - begun
    right_ones = sum(pair.left == pair.right for pair in first.values())
    sure = [pair for pair in first.values() if pair.probability >= ACCEPT]
    precision = sum(pair.left == pair.right for pair in sure) / len(sure)
    figures = f"{count:,} | {backend.__name__} | {begun:.1f} s | {took:.1f} s | {count / took:,.0f} | {pairs:,}"
    print(f"| {figures} | {right_ones / count:.3f} | {len(sure) / count:.3f} | {precision:.4f} |", flush=True)


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many things a side")
    parser.add_argument("--engine", choices=("duck", "spark"), help="only this one")
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
    print("| a side | engine | start | link | records/s | pairs | first is right | matched | of these right |")
    print("| --: | --- | --: | --: | --: | --: | --: | --: | --: |", flush=True)
    for size in options.sizes:
        for backend in (duck, spark):
            if options.engine in (None, backend.__name__):
                measure(size, backend)


if __name__ == "__main__":
    main()
