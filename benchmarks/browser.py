"""Answers of a release in a browser, beside those of `foc serve` and of pyoxigraph over the same graph.

Run `python -m benchmarks.browser [RELEASE]`, with Chromium (Debian `chromium`); without a folder of a release, the
packaged graph is published first. Each stored query with parameters is asked with its example: in Chromium from a
host of files, first with nothing loaded, then on the same page; from `foc serve` over HTTP; and by a bare script,
first with the dump still to be read. The rows must be the same.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

import foc_graph
from benchmarks.report import machine, show_head, show_row, timed
from benchmarks.servers.peers import foc
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.release.build import publish
from foc_graph.site.queries import example
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.file_host import sending
from tests.support.programs import find_program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COLD = "members"
TURNS = 3
JSON = "application/sparql-results+json"


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", nargs="?", type=Path, metavar="RELEASE", help="the folder of a release")
    folder = parser.parse_args().release
    with tempfile.TemporaryDirectory() as name:
        if folder is None:
            folder = publish(Path(name) / "releases", Workspace(ROOT)).release.path
        graph = foc_graph.open(ROOT)
        queries = graph.queries.values()
        calls = {query.name: example(query) for query in queries if query.columns and not query.federated}
        bound = {query: graph.bound(query, **given) for query, given in calls.items()}
        print(f"{machine()}\n")
        with browser() as chromium, sending(folder.resolve().parent, folder.resolve().name) as site:
            in_browser, rows, bytes_sent = ask_in_browser(chromium, site, graph, calls)
        by_script = ask_by_script(folder, bound, rows)
        by_server = ask_server(calls, rows)
    show_head("where", ">first answer, ms", ">median, ms", ">95 %", ">most")
    for where, (cold, times) in {
        "Chromium, from files": in_browser,
        "foc serve": by_server,
        "pyoxigraph, a script": by_script,
    }.items():
        often = sorted(times.values())
        most = max(times, key=lambda one: times[one])
        cells = (1000 * one for one in (cold, statistics.median(often), often[int(0.95 * len(often))], often[-1]))
        show_row(where, *(f"{cell:,.1f}" for cell in cells), f"`{most}`")
    print(f"\n{len(calls)} queries; to answer, Chromium fetched {bytes_sent:,} bytes.")


@contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium meanwhile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = find_program("chromium", "apt-get install chromium")
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


def ask_in_browser(
    chromium: Browser, site: str, graph: Graph, calls: dict[str, Any]
) -> tuple[tuple[float, dict[str, float]], dict[str, int], int]:
    """Return the times of answers, how many rows they had, and the bytes of all files fetched for the first one."""
    firsts, sent = [], 0
    for _ in range(TURNS):
        page = chromium.new_context().new_page()
        responses: list[Any] = []
        page.on("response", lambda one, responses=responses: responses.append(one))
        seconds, _ = timed(lambda page=page: opened(page, site, COLD, calls[COLD]))
        firsts.append(seconds)
        sent = sum(len(one.body()) for one in responses)
    times, rows = {}, {}
    for name, given in calls.items():
        opened(page, site, name, given)
        rows[name] = int(re.sub(r"\D", "", page.locator("#answer .count").first.inner_text() or "0"))
        times[name] = min(page.evaluate(AGAIN) for _ in range(TURNS)) / 1000
    return (statistics.median(firsts), times), rows, sent


AGAIN = """() => new Promise((done) => {
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#formats")) return;
    observer.disconnect();
    done(performance.now() - start);
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
  document.querySelector("#formats").remove();
  document.querySelector("form.question").requestSubmit();
})"""
"""Asks once more, and gives the milliseconds until the answer is on the page."""


ASK_ALL = """() => {
  const form = document.querySelector("form.question");
  for (const one of form.elements) one.value = "";
  form.requestSubmit();
}"""
"""Asks without any values."""


def opened(page: Page, site: str, name: str, given: dict[str, list[str]]) -> None:
    """Open the page of a query and wait until the browser has answered."""
    pairs = [(key, one) for key, values in given.items() for one in values]
    page.goto(f"{site}query/{name}.html?{urlencode(pairs)}")
    if not pairs:
        page.evaluate(ASK_ALL)
    page.locator("#formats button").first.wait_for(timeout=120_000)


def ask_server(calls: dict[str, Any], rows: dict[str, int]) -> tuple[float, dict[str, float]]:
    """Return the times of answers over HTTP, none of them kept; the first is that of a server that has just started."""
    with foc(ROOT, 1) as server:
        times: dict[str, float] = {}
        for name, given in [(COLD, calls[COLD]), *calls.items()]:
            pairs = [(key, one) for key, values in given.items() for one in values]
            request = Request(f"{server.address}query/{name}.json?{urlencode(pairs)}")
            seconds, found = timed(lambda request=request: urlopen(request).read())
            check(name, len(json.loads(found)["results"]["bindings"]), rows)
            times.setdefault("", seconds)
            times[name] = seconds
    return times.pop(""), times


def ask_by_script(folder: Path, bound: dict[str, str], rows: dict[str, int]) -> tuple[float, dict[str, float]]:
    """Return the times of answers of a store in memory; the first includes reading the dump."""
    store = ox.Store()

    def ask(name: str) -> None:
        found = store.query(bound[name], use_default_graph_as_union=True, prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)
        answer = found.serialize(format=ox.QueryResultsFormat.JSON)
        assert answer is not None
        check(name, len(json.loads(answer)["results"]["bindings"]), rows)

    def read_and_ask() -> None:
        store.load(gzip.decompress((folder / "dumps/all.trig.gz").read_bytes()), ox.RdfFormat.TRIG)
        ask(COLD)

    first, _ = timed(read_and_ask)
    return first, {name: min(timed(lambda name=name: ask(name))[0] for _ in range(TURNS)) for name in bound}


def check(name: str, count: int, rows: dict[str, int]) -> None:
    """End with a message where an answer has other rows than the browser's."""
    if count != rows[name]:
        sys.exit(f"{name}: {count} rows, but {rows[name]} in the browser")


if __name__ == "__main__":
    main()
