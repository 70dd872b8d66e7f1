"""`foc query`: stored queries, with options and help made from their headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from foc_graph.cli import Context, NamedCommands, store_options
from foc_graph.cli.output import FORMATS, print_records, print_result
from foc_graph.queries.model import Parameter, StoredQuery

_METAVARS = {"date": "DATE", "period": "DATE", "string": "TEXT", "integer": "NUMBER", "iri": "IRI"}
_FORMAT = click.Option(
    ["--format"], type=click.Choice(FORMATS), help="Default: a table on a terminal, else csv (ttl for a graph)."
)
_ALLOW = click.Option(
    ["--allow-service"], multiple=True, metavar="URL", help="An endpoint that may be asked; may be repeated."
)
_SHOW_QUERY = click.Option(["--show-query"], is_flag=True, help="Print the SPARQL with its parameters bound instead.")


class _StoredQueries(NamedCommands):
    kind = "query"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(Context.of(ctx).graph.queries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        query = Context.of(ctx).graph.queries.get(cmd_name)
        return None if query is None else _command(query)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        context = Context.of(ctx)
        context.choose(store=ctx.params["store"], endpoint=ctx.params["endpoint"])
        context.foresee(args[1:])
        return super().resolve_command(ctx, args)


@click.command(cls=_StoredQueries, invoke_without_command=True, subcommand_metavar="NAME [OPTIONS]")
@click.option("--lint", is_flag=True, help="Name what is slow or differs between engines; exit 1 if anything does.")
@store_options
@click.pass_context
def command(ctx: click.Context, lint: bool) -> None:
    """Ask a stored query; without a NAME, list them.

    \b
    Examples:
      foc query
      foc query members --help
      foc query members --coalition foc --as-of 2015-05-04 --format csv
      foc query functions --body wg1
      foc query --lint
    """
    if lint:
        if ctx.invoked_subcommand is not None:
            raise click.UsageError("--lint looks at all queries: give no NAME")
        _lint(Context.of(ctx))
        return
    if ctx.invoked_subcommand is None:
        context = Context.of(ctx)
        columns = ("query", "asks", "parameters")
        records = [
            {"query": query.name, "asks": query.question, "parameters": " ".join(map(_usage, query.parameters))}
            for query in context.graph.queries.values()
        ]
        print_records(columns, records, context.graph.base)


def _lint(context: Context) -> None:
    from foc_graph.queries.lint import lint_workspace
    from foc_graph.workspace.settings import find_workspace

    findings = lint_workspace(find_workspace(context.workspace))
    print(*findings, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}", sep="\n")
    if findings:
        raise click.exceptions.Exit(1)


def _option_name(parameter: Parameter) -> str:
    return "--" + parameter.name.replace("_", "-")


def _usage(parameter: Parameter) -> str:
    return _option_name(parameter) if parameter.required else f"[{_option_name(parameter)}]"


def _command(query: StoredQuery) -> click.Command:
    columns = "".join(f"\n  {column}: {meaning}" for column, meaning in query.columns.items())
    result = f"Columns:{columns}" if columns else "The result is a graph."
    return click.command(
        query.name,
        params=[*map(_option, query.parameters), *([_ALLOW] if query.federated else []), _FORMAT, _SHOW_QUERY],
        help=f"{query.question}{_asks(query)}\n\n\b\n{result}\n\n\b\nExample:\n  {query.example}",
        short_help=query.summary,
    )(_callback(query))


def _asks(query: StoredQuery) -> str:
    """List the endpoints that a query asks, for its help."""
    return "".join(["\n\n\b\nIt also asks:", *(f"\n  {one}" for one in query.federated)]) if query.federated else ""


def _option(parameter: Parameter) -> click.Option:
    choices = click.Choice(parameter.values) if parameter.values else None
    details = [f"for example {parameter.example}"] if parameter.example else []
    details += ["required"] if parameter.required else []
    details += [f"at least {parameter.min}, by repeating it"] if parameter.min > 1 else []
    details += ["may be repeated"] if parameter.repeatable and parameter.min == 1 else []
    details += [f"default {parameter.default}"] if parameter.default else []
    return click.Option(
        [_option_name(parameter), parameter.name],
        type=choices,
        metavar=None if choices else _METAVARS.get(parameter.type, "NAME"),
        multiple=parameter.repeatable,
        help=f"{parameter.description} ({'; '.join(details)})" if details else parameter.description,
    )


def _callback(query: StoredQuery) -> Callable[..., None]:
    @store_options
    @click.pass_obj
    def ask(
        context: Context, /, format: str | None, show_query: bool, allow_service: tuple[str, ...] = (), **values: Any
    ) -> None:
        graph = context.graph
        given = {name: value for name, value in values.items() if value not in (None, ())}
        if show_query:
            print(graph.bound(query.name, **given).strip())
        else:
            print_result(graph.query(query.name, allow_service=allow_service, **given), format, graph.base)

    return ask
