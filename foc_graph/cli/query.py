"""`foc query`: stored queries, with options and help made from their headers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from foc_graph.cli import Context, NamedCommands, store_options
from foc_graph.cli.output import FORMATS, print_records, print_result
from foc_graph.queries.aliases import find_query, old_parameters, other_parameters, present
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


def _option_name(parameter: str) -> str:
    return "--" + parameter.replace("_", "-")


def _usage(parameter: Parameter) -> str:
    name = _option_name(parameter.name)
    return name if parameter.required else f"[{name}]"


def _command(query: StoredQuery, name: str) -> click.Command:
    """Make the command of a query that is asked by its name, or by an old one."""
    columns = "".join(f"\n  {column}: {meaning}" for column, meaning in query.columns.items())
    result = f"Columns:{columns}" if columns else "The result is a graph."
    options = [_option(parameter) for parameter in other_parameters(query, name)]
    options += [_option(parameter, hidden=True) for parameter in old_parameters(query, name)]
    return click.command(
        name,
        params=[*options, *([_ALLOW] if query.federated else []), _FORMAT, _SHOW_QUERY],
        help=f"{query.question}{_asks(query)}\n\n\b\n{result}\n\n\b\nExample:\n  {query.example}",
        short_help=query.summary,
    )(_callback(query, name))


def _asks(query: StoredQuery) -> str:
    """List the endpoints that a query asks, for its help."""
    return "".join(["\n\n\b\nIt also asks:", *(f"\n  {one}" for one in query.federated)]) if query.federated else ""


def _option(parameter: Parameter, hidden: bool = False) -> click.Option:
    choices = click.Choice(parameter.values) if parameter.values else None
    details = [f"for example {parameter.example}"] if parameter.example else []
    details += ["required"] if parameter.required else []
    details += [f"at least {parameter.min}, by repeating it"] if parameter.min > 1 else []
    details += ["may be repeated"] if parameter.repeatable and parameter.min == 1 else []
    details += [f"default {parameter.default}"] if parameter.default else []
    return click.Option(
        [_option_name(parameter.name), parameter.name],
        type=choices,
        metavar=None if choices else _METAVARS.get(parameter.type, "NAME"),
        multiple=parameter.repeatable,
        hidden=hidden,
        help=f"{parameter.description} ({'; '.join(details)})" if details else parameter.description,
    )


def _callback(query: StoredQuery, name: str) -> Callable[..., None]:
    @store_options
    @click.pass_obj
    def ask(
        context: Context, /, format: str | None, show_query: bool, allow_service: tuple[str, ...] = (), **values: Any
    ) -> None:
        graph = context.graph
        asked = {parameter: value for parameter, value in values.items() if value not in (None, ())}
        given = present(query, name, asked)
        _tell_new_names(query, name, asked)
        if show_query:
            print(graph.bound(query.name, **given).strip())
        else:
            print_result(graph.query(query.name, allow_service=allow_service, **given), format, graph.base, query)

    return ask


def _tell_new_names(query: StoredQuery, name: str, asked: Iterable[str]) -> None:
    """Say on standard error what the query and its parameters are called now, where old names are used."""
    renamed = {old: new for old, new in query.aliases.get(name, {}).items() if old in asked}
    if name != query.name or renamed:
        old = " ".join([name, *map(_option_name, renamed)])
        new = " ".join([query.name, *map(_option_name, renamed.values())])
        print(f"foc: `{old}` is now `{new}`: the old name answers until the next minor version", file=sys.stderr)
