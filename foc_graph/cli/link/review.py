"""`foc link review`: proposed links, accepted or rejected one by one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.output import cell

if TYPE_CHECKING:
    from foc_graph.links.review import Proposal
    from foc_graph.matching.index import Thing

_KEYS = {"a": "accept", "r": "reject", "s": "skip", "q": "quit"}
_NAMES = 4
"""Most names of a thing that are shown."""
_QUESTION = ", ".join(f"{name} ({key})" for key, name in _KEYS.items())


@click.command("review")
@click.argument("proposals", type=click.Path(path_type=Path))
@click.option("--source", required=True, metavar="SLUG", help="Slug of the source that shows which links are right.")
@click.option("--into", type=click.Path(path_type=Path), metavar="FILE", help="Mapping set to write decisions to.")
@store_options
@click.pass_obj
def review(context: Context, proposals: Path, source: str, into: Path | None) -> None:
    """Accept or reject proposed links, one by one.

    PROPOSALS is the file that `foc link suggest` wrote. The most probable come first: press a to accept, r to reject,
    s to skip, q to quit. Each decision is saved at once with today's date and the --source, which must be in the graph,
    in the workspace's mapping set for the other dataset (in data/links/, named after the prefix of its addresses).
    Skipped proposals come up again next time. In a pipe, write one letter a line.

    \b
    Examples:
      foc link review proposals.sssom.tsv --source ror-records
      foc link review proposals.sssom.tsv --source register --into data/links/register.sssom.tsv
    """
    from foc_graph.links.review import Review
    from foc_graph.matching.index import read_things

    graph = context.graph
    named = graph.resolve(source if source.startswith("source/") else f"source/{source}").value
    work = Review(graph, proposals, named, into)
    things = {thing.iri: thing for thing in read_things(graph.store)}
    done = {"accept": 0, "reject": 0}
    keys = _keys()
    for number, proposal in enumerate(work.proposals, 1):
        print(f"\n{number} of {len(work.proposals)}")
        for line in _lines(proposal, things, graph.base):
            print(f"  {line}")
        decision = _decision(work.contradiction(proposal), keys)
        if decision == "quit":
            break
        if decision != "skip":
            work.decide(proposal, decision == "accept", date.today())
            done[decision] += 1
    left = len(work.proposals) - sum(done.values())
    print(f"\n{done['accept']} accepted, {done['reject']} rejected, {left} left")
    if missing := work.undescribed():
        print("also describe", ", ".join(f"<{iri}> in {file}" for iri, file in missing.items()))


def _lines(proposal: Proposal, things: Mapping[str, Thing], base: str) -> Iterator[str]:
    """Describe both sides of a link, and the evidence for it."""
    slots = proposal.slots
    names, kind, country = [slots.get("subject_label", "")], slots.get("subject_category", ""), ""
    if thing := things.get(proposal.link.thing):
        names, kind, country = list(thing.names[:_NAMES]), thing.kinds[0], ", ".join(thing.facts.get("country", ()))
    told = {
        "here": [" | ".join(names), kind, country, proposal.link.thing],
        "there": [slots.get("object_label", ""), slots.get("object_category", ""), proposal.link.address],
        "link": [slots["predicate_id"], f"probability {slots.get('confidence', 'unknown')}", slots.get("comment", "")],
    }
    for what, texts in told.items():
        yield f"{what:6} {'; '.join(shown for text in texts if (shown := cell(text, base).strip()))}"


def _decision(contradiction: str | None, keys: Iterator[str]) -> str:
    """Ask for the decision on a proposal; the end of the input quits."""
    while True:
        print(f"{_QUESTION}? ", end="", flush=True)
        key = next(keys, "q").strip().lower()
        print(_KEYS.get(key, key))
        if key not in _KEYS:
            print(f"press one of {', '.join(_KEYS)}")
        elif _KEYS[key] == "accept" and contradiction:
            print(cell(contradiction, ""))
        else:
            return _KEYS[key]


def _keys() -> Iterator[str]:
    """Give the keys pressed on a terminal; without one, the lines of standard input."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    while True:
        try:
            yield click.getchar()
        except (KeyboardInterrupt, EOFError):
            return
