"""`foc ask`: a question in words, answered by the stored query that it asks for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.output import OUT, check_out, plain, print_result, print_styled
from foc_graph.store.results import GRAPH_FORMATS, TEXT_FORMATS

if TYPE_CHECKING:
    from foc_graph.questions.answer import Answer

_FORMATS = tuple(dict.fromkeys(("table", "json", *TEXT_FORMATS, *GRAPH_FORMATS)))


@click.command("ask")
@click.argument("question", nargs=-1, required=True)
@click.option(
    "--format",
    type=click.Choice(_FORMATS),
    help="By default in words, with a table; json has what was understood and the rows, others have the rows alone.",
)
@OUT
@click.option("--no-run", is_flag=True, help="Say only what was understood, without the answer.")
@store_options
@click.pass_obj
def command(context: Context, question: tuple[str, ...], format: str | None, out: Path | None, no_run: bool) -> None:
    """Answer a question in words, or say why not.

    It is understood in English, French, German and Spanish, by the phrasings of the stored queries: no language model
    is asked. What is not understood for sure is declined.

    \b
    Examples:
      foc ask "who were members of the Freedom Online Coalition in May 2015?"
      foc ask wer hatte 2018 den Vorsitz der FOC
      foc ask "what was Working Group 1 mandated to do?" --format csv
      foc ask "is Estonia a member of the OGP?" --format json --no-run
    """
    check_out(out, None if format == "json" else format)
    graph = context.graph
    answer = graph.ask(" ".join(question))
    if format == "json" and out is None:
        print(json.dumps(answer.to_json(run=not no_run), ensure_ascii=False, indent=2))
        return
    is_plain = format is None and out is None
    if answer.call is None:
        _decline(answer, sys.stdout if is_plain else sys.stderr)
        return
    if is_plain:
        print_styled(plain(answer.understood), bold=True)
        print_styled(plain(answer.command(answer.call)), dim=True)
    if no_run:
        return
    query, result = graph.queries[answer.call.query], answer.result
    assert result is not None
    if is_plain and answer.sentence:
        print(f"\n{plain(answer.sentence)}\n")
    print_result(result, "table" if is_plain and query.columns else format, graph.base, query, out=out)
    if is_plain:
        _print_choices("Or", answer.choices)


def _decline(answer: Answer, file: object) -> None:
    """Say why a question is not answered, and what is near it."""
    print(f"Not answered: {plain(answer.reason)}.", file=file)  # type: ignore[call-overload]
    if answer.alternatives:
        _print_choices("Perhaps", answer.choices)
    else:
        print("`foc query` lists what can be answered.", file=file)  # type: ignore[call-overload]


def _print_choices(heading: str, choices: Iterable[tuple[str, str]]) -> None:
    for said, call in choices:
        print(f"{heading}: {plain(said)}")
        print_styled(f"  {plain(call)}", dim=True)
