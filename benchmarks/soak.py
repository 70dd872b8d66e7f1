"""Minutes of `foc serve` under readers and strangers' work, with another release in force every two: is memory level?

Run `foc publish OUT --version 2026.1` and the same with `2026.2`, then `python -m benchmarks.soak OUT`. Readers ask for
pages of things, stored queries and panels; strangers for queries of their own, some of which are ended at a
limit. No address is asked for twice in a minute, so answers are made, kept and dropped all the time. Exits with 1 if
an answer is none that is meant, or if memory at the end is more than a tenth above that at a third of the time.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path
from urllib.parse import quote

import httpx2

from benchmarks.report import machine, show_head, show_row
from foc_graph.graph import open as open_graph
from foc_graph.workspace.releases import Releases
from tests.support.foc_server import FocServer
from tests.support.processes import family

CLIENTS = 4
PAUSE = 0.1
"""Seconds of a client between two requests."""
ENDLESS = 40
"""How many turns of a client have one query that is ended after 30 seconds."""
SWITCH, SAMPLE, PART = 120, 2, 300
"""Seconds after which the other release comes into force, between two samples, and of a row of the table."""
WITHIN = 1.1
EXPECTED = {200, 404, 413, 422, 503}
"""404: things that only one release has; the others: what is refused or ended at a limit."""


def main() -> None:
    """Soak and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a folder of two releases or more")
    parser.add_argument("--minutes", type=float, default=30, metavar="N", help="how long (default 30)")
    options = parser.parse_args()
    print(machine(), flush=True)
    releases, statuses, ended = Releases(options.out), Counter[str](), threading.Event()
    slugs = [terms[0].value.rpartition("/id/")[2] for terms in open_graph().query("coalitions").terms]
    samples: list[tuple[float, float]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        FocServer(Path(folder), "--release-dir", str(options.out)) as server,
    ):
        clients = [
            threading.Thread(target=ask, args=(server.url, addresses(slugs, seed), statuses, ended))
            for seed in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        begin = switched = time.monotonic()
        versions = cycle(releases.versions())
        while (now := time.monotonic()) < begin + 60 * options.minutes:
            if now > switched + SWITCH:
                releases.switch(next(versions))
                switched = now
            samples.append((now - begin, taken(server.process.pid)))
            time.sleep(SAMPLE)
        ended.set()
        for client in clients:
            client.join()
    show(samples, statuses)
    parts = [
        statistics.median(mib for at, mib in samples if low < at / (60 * options.minutes) <= high)
        for low, high in ((0.25, 0.42), (0.83, 1))
    ]
    print(f"\nfrom a third of the time to its end: {parts[1] / parts[0]:.2f} times the memory")
    if parts[1] > WITHIN * parts[0] or any(int(status) not in EXPECTED for status in statuses):
        sys.exit(1)


def addresses(slugs: list[str], seed: int) -> Iterator[str]:
    """Yield paths, of readers and of strangers in turn, by a seed."""
    chance = random.Random(seed)
    for number in count():
        slug, day = chance.choice(slugs), f"{chance.randrange(2005, 2027)}-{chance.randrange(1, 13):02}"
        few = f"SELECT * WHERE {{ ?s ?p ?o FILTER(?o != {seed * 10**7 + number}) }} LIMIT {chance.randrange(1, 3000)}"
        endless = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?a ?b ?c . ?d ?e ?f FILTER(?c != {number} && ?a = ?f) }}"
        yield from (
            f"/doc/{slug}?as_of={day}",
            f"/query/members.json?coalition={slug}&as_of={day}",
            f"/panel.csv?coalition={slug}&years={day[:4]}",
            f"/sparql?query={quote(few)}",
            f"/sparql?query={quote(endless if number % ENDLESS == ENDLESS // CLIENTS * seed else few + ' OFFSET 10')}",
        )


def ask(url: str, paths: Iterator[str], statuses: Counter[str], ended: threading.Event) -> None:
    """Ask for one path after the other until it is ended."""
    with httpx2.Client(base_url=url, timeout=120, trust_env=False) as client:
        while not ended.wait(PAUSE):
            statuses[str(client.get(next(paths)).status_code)] += 1


def taken(root: int) -> float:
    """Return the memory in MiB of a server and the processes below it, shared parts counted once."""
    total = 0
    for process in family(root):
        with suppress(OSError):
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += sum(map(int, re.findall(r"^Pss: +([0-9]+) kB", rollup, re.MULTILINE)))
    return total / 2**10


def show(samples: list[tuple[float, float]], statuses: Counter[str]) -> None:
    """Print the memory in each part of the time, and how many answers had which status."""
    show_head("minutes", ">median MiB", ">most MiB")
    for begin in range(0, round(samples[-1][0]), PART):
        part = [mib for at, mib in samples if begin <= at < begin + PART]
        show_row(f"{begin // 60} to {(begin + PART) // 60}", f"{statistics.median(part):,.0f}", f"{max(part):,.0f}")
    print(f"\n{statuses.total():,} answers, by status: {dict(statuses)}")


if __name__ == "__main__":
    main()
