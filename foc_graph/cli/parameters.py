"""Commands whose options are the parameters of a stored query or a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from foc_graph.cli.names import NAMED, Name
from foc_graph.errors import FocGraphError, ParameterErrors, ServiceError, quoted
from foc_graph.queries.model import Parameter

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_Read = TypeVar("_Read")

_METAVARS = {"date": "DATE", "period": "DATE", "string": "TEXT", "integer": "NUMBER", "iri": "PROPERTY"}


class ParameterCommand(click.Command):
    """A command whose required parameters, or else the first one, may stand without their names, in their order.

    What is wrong with its call is collected, to be reported together with what is wrong with the values.
    """

    def __init__(
        self,
        name: str,
        parameters: Sequence[Parameter],
        columns: Mapping[str, str] = MappingProxyType({}),
        **settings: Any,
    ) -> None:
        """Take the parameters, and the columns of the answer with their meanings, which the help lists."""
        super().__init__(name, context_settings={"allow_extra_args": True}, **settings)
        self._columns = columns
        self._unnamed = _unnamed(parameters)
        self._others = [one for one in parameters if one not in self._unnamed]
        self.mistakes: list[str] = []

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name first the parameters that need no name."""
        return [*map(_place, self._unnamed), *super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the columns."""
        super().format_options(ctx, formatter)
        if self._columns:
            with formatter.section("Columns"):
                formatter.write_dl(list(self._columns.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete options, and the next value that needs no name."""
        found = super().shell_complete(ctx, incomplete)
        following = [one for one in self._unnamed if one.repeatable or not ctx.params.get(one.name)]
        if following and not incomplete.startswith("-"):
            option = next(one for one in self.params if one.name == following[0].name)
            found += option.type.shell_complete(ctx, option, incomplete)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what can be parsed; values without a name are those of parameters that need none."""
        while True:
            try:
                rest = super().parse_args(ctx, list(args))
                break
            except (click.NoSuchOption, click.BadParameter) as error:
                left = _without(args, error, ctx)
                if ctx.resilient_parsing or len(left) == len(args):
                    raise
                self.mistakes.append(error.format_message())
                args = left
        for parameter in self._unnamed:
            if rest and not ctx.params[parameter.name]:
                taken = len(rest) if parameter.repeatable else 1
                ctx.params[parameter.name] = tuple(rest[:taken]) if parameter.repeatable else rest[0]
                rest = rest[taken:]
        if rest and not ctx.resilient_parsing:
            named = " or ".join(f"{option_name(one.name)} {rest[0]}" for one in self._others)
            named = f"name what it is, as in {named}, or " if named else ""
            cure = f"{named}put quotes around words that belong together"
            self.mistakes.append(f"{quoted(rest[0])} is one value too many: {cure}")
        return []


class _Values(click.Choice[str]):
    """The values of a parameter, for help and completion; others may name one of them too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value as it is."""
        return value


def read_call(ctx: click.Context, read: Callable[[], _Read]) -> _Read:
    """Return what a function reads from the values of a call of a `ParameterCommand`.

    Raises:
        FocGraphError: for all that is wrong with the call and its values.
    """
    assert isinstance(ctx.command, ParameterCommand)
    mistakes = ctx.command.mistakes
    try:
        found = read()
    except ServiceError:
        raise
    except FocGraphError as error:
        if not mistakes:
            raise
        raise ParameterErrors((*mistakes, *getattr(error, "problems", (error,)))) from error
    if mistakes:
        raise ParameterErrors(mistakes)
    return found


def option_name(parameter: str) -> str:
    """Return the name of the option for a parameter."""
    return f"--{parameter.replace('_', '-')}"


def usage(parameters: Sequence[Parameter]) -> str:
    """Return parameters as lists of commands show them: those without a name first, optional ones in brackets."""
    unnamed = _unnamed(parameters)
    options = (f"[{option_name(one.name)}]" for one in parameters if one not in unnamed)
    return " ".join([*map(_place, unnamed), *options])


def _unnamed(parameters: Sequence[Parameter]) -> list[Parameter]:
    """List the parameters that may stand without their names: the required ones, or else the first."""
    return [one for one in parameters if one.required and one.default is None] or list(parameters[:1])


def _place(parameter: Parameter) -> str:
    """Return what stands for a parameter without its name."""
    name = parameter.name.upper() + ("..." if parameter.repeatable else "")
    return name if parameter.required else f"[{name}]"


def option(parameter: Parameter, hidden: bool = False) -> click.Option:
    """Make the option for a parameter; whether it is given, and what it means, is not looked at."""
    details = ["required"] if parameter.required else []
    details += [f"at least {parameter.min}, separated by commas"] if parameter.min > 1 else []
    details += ["may be repeated"] if parameter.repeatable and parameter.min == 1 else []
    details += [parameter.hint] if parameter.hint else []
    details += [f"default {parameter.default}"] if parameter.default else []
    return click.Option(
        [option_name(parameter.name), parameter.name],
        type=_type(parameter),
        metavar=None if parameter.values else _METAVARS.get(parameter.type, "NAME"),
        multiple=parameter.repeatable,
        hidden=hidden,
        help=f"{parameter.description} ({'; '.join(details)})" if details else parameter.description,
    )


def _type(parameter: Parameter) -> click.ParamType[str] | None:
    """Return what completes the values of a parameter."""
    if parameter.values:
        return _Values(parameter.values)
    return Name(parameter.type) if parameter.type in NAMED else None


def _without(args: list[str], error: click.UsageError, ctx: click.Context) -> list[str]:
    """Return arguments without the option that is wrong, and its value where it takes one."""
    param = error.param if isinstance(error, click.BadParameter) else None
    names = param.opts if param else [getattr(error, "option_name", "")]
    normalise = ctx.token_normalize_func or str
    for at, token in enumerate(args):
        name, equals, _ = token.partition("=")
        if normalise(name) in map(normalise, names):
            return args[:at] + args[at + (2 if param and not equals else 1) :]
    return args
