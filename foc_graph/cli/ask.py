"""`foc ask`: a question in words, answered by the stored query that it asks for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foc_graph.cli import Context, store_options
from foc_graph.cli.output import FORMATS, OUT, Format, check_out, plain, print_result, print_styled
from foc_graph.cli.tables import line_width, wrap

if TYPE_CHECKING:
    from foc_graph.questions.answer import Answer


@click.command("ask")
@click.argument("question", nargs=-1, required=True)
@click.option(
    "--format",
    type=Format(FORMATS),
    help="By default in words, with a table; json prints what was understood and the rows, others the rows alone.",
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
    if no_run and (out is not None or format not in (None, "json")):
        raise click.UsageError("--no-run makes no rows: leave out --out, and any --format but json")
    graph = context.graph
    answer = graph.ask(" ".join(question))
    if format == "json" and out is None:
        print(json.dumps(answer.to_json(run=not no_run), ensure_ascii=False, indent=2))
        return
    is_plain = format is None and out is None
    if answer.call is None:
        _decline(answer, is_error=not is_plain)
        return
    if is_plain:
        print_styled(plain(answer.understood), bold=True)
        print_styled(plain(answer.command(answer.call)), dim=True)
    if no_run:
        return
    query, result = graph.queries[answer.call.query], answer.picked if is_plain else answer.result
    assert result is not None
    if is_plain and answer.sentence:
        print("", *wrap(plain(answer.sentence), line_width()), "", sep="\n")
    print_result(result, "table" if is_plain and query.columns else format, graph.base, query, out=out)
    if is_plain:
        for line in _list_choices(answer):
            print(f"Or: {line}")
        for call in answer.sources:
            print(f"Who says so: {plain(answer.command(call))}")


def _decline(answer: Answer, is_error: bool) -> None:
    """Say why a question is not answered, and what is near it; on standard error where rows were asked for."""
    near = [f"Perhaps: {line}" for line in _list_choices(answer)]
    near = near or ["`foc query` lists what can be answered; `foc show` describes a thing."]
    click.echo("\n".join([f"Not answered: {plain(answer.reason)}.", *near]), err=is_error)


def _list_choices(answer: Answer) -> list[str]:
    """Return what else may be meant, each in words with its command."""
    return [f"{plain(said)}\n  {plain(call)}" for said, call in answer.choices]
