"""`foc plot`: charts, with options and help made from their kinds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli import Context, NamedCommands, store_options, tell
from foc_graph.cli.output import print_records, write
from foc_graph.cli.parameters import ParameterCommand, option, read_call, usage
from foc_graph.queries.binding import read_values

if TYPE_CHECKING:
    from foc_graph.charts.chart import Kind

_OUT = click.Option(
    ["--out"],
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File to write, ending in .svg, .png or .html. Without it, SVG goes to standard output if redirected.",
)


class _Charts(NamedCommands):
    kind = "chart"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_kinds())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        kind = _kinds().get(cmd_name.replace("-", "_"))
        return None if kind is None else _command(kind)


@click.command("plot", cls=_Charts, invoke_without_command=True, subcommand_metavar="NAME [OPTIONS]")
@store_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Draw a chart as SVG, PNG or HTML, or list the charts.

    \b
    Examples:
      foc plot
      foc plot map FOC --as-of 2015 --out members.svg
      foc plot mandates FOC --out mandates.png
      foc plot upset FOC,MFC,OGP --out compared.html
      foc plot joins FOC > joins.svg
    """
    if ctx.invoked_subcommand is None:
        columns = ("chart", "shows", "parameters")
        records = [
            {"chart": kind.name, "shows": kind.summary, "parameters": usage(kind.parameters)}
            for kind in _kinds().values()
        ]
        print_records(columns, records, "")


def _kinds() -> dict[str, Kind]:
    from foc_graph.charts import KINDS

    return KINDS


def _command(kind: Kind) -> click.Command:
    return click.command(
        kind.name,
        cls=ParameterCommand,
        parameters=kind.parameters,
        params=[*map(option, kind.parameters), _OUT],
        help=kind.summary,
        short_help=kind.summary,
    )(_callback(kind))


def _callback(kind: Kind) -> Callable[..., None]:
    @store_options
    @click.pass_context
    def draw(ctx: click.Context, /, out: Path | None, **values: Any) -> None:
        from foc_graph.charts import draw_chart
        from foc_graph.charts.chart import FORMATS, render
        from foc_graph.store.files import find_format

        if out is None and sys.stdout.isatty():
            raise click.UsageError(
                "a chart cannot be shown in a terminal: write it to a file, for example --out chart.svg"
            )
        if out is not None:
            find_format(out, FORMATS, "a chart")
        graph = Context.of(ctx).graph
        asked = {parameter: value for parameter, value in values.items() if value not in (None, ())}
        tell(read_call(ctx, lambda: read_values(kind.name, kind.parameters, asked, graph.resolver)))
        chart = draw_chart(graph, kind.name, **asked)
        if chart is None:
            print("foc: nothing to draw: the graph has no data for this chart", file=sys.stderr)
            return
        if out is None:
            write(render(chart, "svg"))
        else:
            chart.save(out)

    return draw
