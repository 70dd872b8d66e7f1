"""`foc plot`: charts, with options and help made from their kinds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli import Context, NamedCommands, store_options
from foc_graph.cli.output import print_records, write
from foc_graph.errors import require

if TYPE_CHECKING:
    from foc_graph.charts.chart import Kind

_METAVARS = {"as_of": "DATE"}
_OUT = click.Option(
    ["--out"],
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write it here: .svg, .png or .html. Without, the SVG goes to standard output, if that is no terminal.",
)


class _Charts(NamedCommands):
    kind = "chart"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_kinds())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        kind = _kinds().get(cmd_name)
        return None if kind is None else _command(kind)


@click.command("plot", cls=_Charts, invoke_without_command=True, subcommand_metavar="NAME [OPTIONS]")
@store_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Draw a chart of the graph as SVG, PNG or HTML; without a NAME, list them.

    \b
    Examples:
      foc plot
      foc plot map --coalition foc --as-of 2015 --out members.svg
      foc plot mandates --coalition foc --out mandates.png
      foc plot upset --coalitions foc --coalitions mfc --coalitions ogp --out compared.html
      foc plot joins --coalition foc > joins.svg
    """
    if ctx.invoked_subcommand is None:
        columns = ("chart", "shows", "parameters")
        records = [
            {"chart": kind.name, "shows": kind.summary, "parameters": " ".join(map(_usage, kind.parameters))}
            for kind in _kinds().values()
        ]
        print_records(columns, records, "")


def _kinds() -> dict[str, Kind]:
    require("plot", "jinja2")
    from foc_graph.charts import KINDS

    return KINDS


def _option_name(marked: str) -> str:
    return f"--{marked.rstrip('?*').replace('_', '-')}"


def _usage(marked: str) -> str:
    return f"[{_option_name(marked)}]" if marked.endswith("?") else _option_name(marked)


def _command(kind: Kind) -> click.Command:
    options = [
        click.Option(
            [_option_name(marked), marked.rstrip("?*")],
            metavar=_METAVARS.get(marked.rstrip("?*"), "NAME"),
            multiple=marked.endswith("*"),
            help=f"{meaning}{'' if marked.endswith('?') else ' (required)'}",
        )
        for marked, meaning in kind.parameters.items()
    ]
    return click.command(kind.name, params=[*options, _OUT], help=kind.summary, short_help=kind.summary)(
        _callback(kind)
    )


def _callback(kind: Kind) -> Callable[..., None]:
    @store_options
    @click.pass_obj
    def draw(context: Context, /, out: Path | None, **values: Any) -> None:
        from foc_graph.charts import draw_chart
        from foc_graph.charts.chart import format_of, render

        if out is None and sys.stdout.isatty():
            raise click.UsageError("a chart is not for a terminal: name a file, as in --out chart.svg")
        if out is not None:
            format_of(out)
        chart = draw_chart(context.graph, kind.name, **{one: v for one, v in values.items() if v not in (None, ())})
        if chart is None:
            print("foc: there is nothing to draw", file=sys.stderr)
            return
        if out is None:
            write(render(chart, "svg"))
        else:
            chart.save(out)

    return draw
