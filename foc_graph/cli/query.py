"""`foc query`: stored queries, with options and help made from their headers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foc_graph.cli import Context, NamedCommands, store_options, tell
from foc_graph.cli.output import FORMAT, OUT, cell, check_out, is_for_people, print_records, print_result, print_styled
from foc_graph.cli.parameters import ParameterCommand, option, option_name, read_call, usage
from foc_graph.queries.aliases import find_query, old_parameters, other_parameters
from foc_graph.queries.counts import write_count
from foc_graph.queries.model import StoredQuery, by_area
from foc_graph.store.results import Result, Rows

if TYPE_CHECKING:
    from foc_graph.graph import Graph
    from foc_graph.queries.binding import Bound

_ALLOW = click.Option(
    ["--allow-service"], multiple=True, metavar="URL", help="An endpoint that may be asked (may be repeated)."
)
_COLUMNS = click.Option(
    ["--columns"], metavar="NAMES", help="Show only these columns, by name or heading, separated by commas."
)
_WIDE = click.Option(["--wide"], is_flag=True, help="Show all columns of the table, not only the most important.")
_SHOW_QUERY = click.Option(
    ["--show-query"], is_flag=True, help="Print the SPARQL with your values instead of running it."
)


class _StoredQueries(NamedCommands):
    kind = "query"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(Context.of(ctx).graph.queries)

    def groups(self, ctx: click.Context) -> dict[str, list[str]]:
        areas = by_area(Context.of(ctx).graph.queries.values())
        return {area: [query.name for query in queries] for area, queries in areas.items()}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        query = find_query(Context.of(ctx).graph.queries, cmd_name)
        return None if query is None else _command(query, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        context = Context.of(ctx)
        context.choose(store=ctx.params["store"], endpoint=ctx.params["endpoint"])
        context.foresee(args[1:])
        return super().resolve_command(ctx, args)


@click.command(cls=_StoredQueries, invoke_without_command=True, subcommand_metavar="NAME [OPTIONS]")
@click.option(
    "--lint", is_flag=True, help="List what is slow or differs between engines; exit with 1 if there is anything."
)
@store_options
@click.pass_context
def command(ctx: click.Context, lint: bool) -> None:
    """Run a stored query, or list them all.

    \b
    Examples:
      foc query
      foc query members --help
      foc query members FOC --as-of 'May 2015'
      foc query members FOC --out members.xlsx
      foc query functions "Working Group 1"
      foc query --lint
    """
    if lint:
        if ctx.invoked_subcommand is not None:
            raise click.UsageError("--lint checks all queries: leave out NAME")
        _lint(Context.of(ctx))
        return
    if ctx.invoked_subcommand is None:
        graph = Context.of(ctx).graph
        if sys.stdout.isatty():
            print(_overview(ctx, graph.queries.values()), end="")
        else:
            columns = ("query", "asks", "parameters", "area")
            records = [
                (query.name, query.question, usage(query.parameters), query.area) for query in graph.queries.values()
            ]
            print_records(columns, [dict(zip(columns, record, strict=True)) for record in records], graph.base)


def _overview(ctx: click.Context, queries: Iterable[StoredQuery]) -> str:
    """Write each query with its parameters and its question, by area, as wide as help."""
    formatter = ctx.make_formatter()
    for area, listed in by_area(queries).items():
        with formatter.section(area):
            for query in listed:
                formatter.write_usage(query.name, usage(query.parameters), prefix=" " * formatter.current_indent)
                with formatter.indentation():
                    formatter.write_text(query.question)
    formatter.write_paragraph()
    formatter.write_text("foc query NAME --help explains a query, its parameters and its columns.")
    return formatter.getvalue()


def _lint(context: Context) -> None:
    from foc_graph.queries.lint import lint_workspace
    from foc_graph.workspace.settings import find_workspace

    findings = lint_workspace(find_workspace(context.workspace))
    print(*findings, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}", sep="\n")
    if findings:
        raise click.exceptions.Exit(1)


def _command(query: StoredQuery, name: str) -> click.Command:
    """Make the command of a query that is asked by its name, or by an old one."""
    columns = {column: meaning for column, meaning in query.columns.items() if column not in query.renamed}
    result = "" if columns else "\n\nThe answer is a graph."
    parameters, old = other_parameters(query, name), old_parameters(query, name)
    options = [*map(option, parameters), *(option(parameter, hidden=True) for parameter in old)]
    return click.command(
        name,
        cls=ParameterCommand,
        parameters=(*parameters, *old),
        columns=columns,
        params=[*options, *([_ALLOW] if query.federated else []), _COLUMNS, _WIDE, _SHOW_QUERY],
        help=f"{query.question}{_asks(query)}{result}\n\n\b\nExample:\n  {query.example}",
        short_help=query.summary,
    )(_callback(query, name))


def _asks(query: StoredQuery) -> str:
    """List the endpoints that a query asks, for its help."""
    return "".join(["\n\n\b\nIt also asks:", *(f"\n  {one}" for one in query.federated)]) if query.federated else ""


def _callback(query: StoredQuery, name: str) -> Callable[..., None]:
    @FORMAT
    @OUT
    @store_options
    @click.pass_context
    def ask(
        ctx: click.Context,
        /,
        format: str | None,
        columns: str | None,
        wide: bool,
        show_query: bool,
        out: Path | None,
        allow_service: tuple[str, ...] = (),
        **values: Any,
    ) -> None:
        check_out(out, format)
        graph = Context.of(ctx).graph
        asked = {parameter: value for parameter, value in values.items() if value not in (None, ())}
        _tell_new_names(query, name, asked)
        bound = read_call(ctx, lambda: graph.bind(name, **asked))
        tell(bound.readings)
        if show_query:
            print(bound.text.strip())
        else:
            result = graph.run(bound, allow_service)
            print_result(result, format, graph.base, query, columns, wide, out)
            _remark(graph, bound, result, is_for_people(format, out))

    return ask


def _remark(graph: Graph, bound: Bound, result: Result, is_table: bool) -> None:
    """Say on standard error why an answer is empty, and below a table what it counts and what its certainties mean."""
    from foc_graph.graph.remarks import explain_certainty, explain_empty

    if isinstance(result, Rows):
        if not len(result) and (reason := explain_empty(graph, bound)):
            print(f"foc: no rows: {cell(str(reason), '')}", file=sys.stderr)
        if is_table and len(result) and (counted := write_count(bound.query, list(result))):
            print_styled(f"{counted}.")
        if is_table and (meanings := explain_certainty(result, graph.base)):
            print_styled(str(meanings), dim=True)


def _tell_new_names(query: StoredQuery, name: str, asked: Iterable[str]) -> None:
    """Say on standard error what the query and its parameters are called now, where old names are used."""
    renamed = {old: new for old, new in query.aliases.get(name, {}).items() if old in asked}
    if name.replace("-", "_").lower() != query.name or renamed:
        old = " ".join([name, *map(option_name, renamed)])
        new = " ".join([query.name, *map(option_name, renamed.values())])
        print(f"foc: `{old}` is now `{new}`: the old name works until the next minor version", file=sys.stderr)
