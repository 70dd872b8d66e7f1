"""The command line `foc`: each command calls one library function and prints its result."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from itertools import chain
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from foc_graph import __version__
from foc_graph.errors import FocGraphError, ParameterError, ParameterErrors, UnknownNameError

if TYPE_CHECKING:
    from foc_graph.graph import Graph
    from foc_graph.queries.binding import Readings
    from foc_graph.store import Store

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Ask": ("query", "ask", "show", "sparql", "plot", "panel", "cite"),
    "Keep": ("init", "import", "export", "validate", "fmt", "diff", "link"),
    "Publish": ("publish", "verify", "rollback", "remove", "redact"),
    "Run": ("serve", "mcp", "load", "completion"),
}
_COMMANDS = tuple(chain.from_iterable(_GROUPS.values()))
COMPLETING = "_FOC_COMPLETE"
"""The variable of the environment by which a shell asks for the words that go on from a line."""
_ASKING = ("query", "ask", "sparql", "show", "plot", "panel", "cite")
_STOPPED = 130
"""The exit code of what Ctrl+C stopped, as shells have it."""
_LINE = 1_000
"""Most letters of a summary in help, where lines are wrapped."""
_STORE_OPTIONS = frozenset(("--store", "--endpoint", "--graph", "--timeout"))


class Context:
    """The global options; the graph is opened when a command first needs it.

    `store_options` say what is asked in place of the workspace's own graph: `store`, or `endpoint`, `graph` and
    `timeout`; `at_release` names a release that is.
    """

    def __init__(self, workspace: Path | None, at_release: str | None = None) -> None:
        self.workspace = workspace
        self.at_release = at_release
        self.store_options: dict[str, Any] = {}
        self._graph: Graph | None = None
        self._builds = True

    @classmethod
    def of(cls, ctx: click.Context) -> Context:
        """Return the context of a command line; make it during completion, when no command has."""
        root = ctx.find_root()
        root.obj = root.obj or cls(root.params.get("workspace"), root.params.get("at_release"))
        context: Context = root.obj
        return context

    def choose(self, **options: Any) -> None:
        """Take in the options of one command that say what is asked; a command's win over those before it."""
        given = {name: value for name, value in options.items() if value is not None}
        for name, against in (("store", ("endpoint", "graph", "timeout")), ("endpoint", ("store",))):
            if name in given:
                self.store_options = {
                    other: value for other, value in self.store_options.items() if other not in against
                }
        self.store_options |= given

    def foresee(self, words: Iterable[str]) -> None:
        """Avoid building the workspace's graph for the names of its queries where the line says what else is asked."""
        self._builds = _STORE_OPTIONS.isdisjoint(word.partition("=")[0] for word in words)

    @property
    def graph(self) -> Graph:
        """The graph of the chosen workspace, store or endpoint."""
        if self._graph is None:
            from foc_graph.graph import Graph, open

            if self.at_release is not None:
                self._graph = open(self.workspace, at_release=self.at_release, **self.store_options)
            elif self._builds and not self.store_options:
                self._graph = open(self.workspace, notify)
            else:
                from foc_graph.workspace.settings import find_workspace

                workspace = find_workspace(self.workspace)
                self._graph = Graph(workspace, self._open_store)
        return self._graph

    def read(self, kind: str, text: str) -> str:
        """Return the exact name of the thing of a kind that a text means; say on standard error which, if it differs.

        Raises:
            UnknownNameError, AmbiguousNameError: if it means none, or several.
        """
        reading = self.graph.read(kind, text)
        tell({kind: [reading]})
        return reading.exact

    def _open_store(self) -> Store:
        from foc_graph.graph import open_store
        from foc_graph.graph.cache import open_built
        from foc_graph.workspace.settings import find_workspace

        if self.store_options:
            return open_store(**self.store_options)
        return open_built(find_workspace(self.workspace), notify).store  # what was foreseen was another option's value


class _SecretKeyFile(click.Path):
    """A file with a secret key of minisign, which becomes the key."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from foc_graph.release.signature import read_secret_key

        return read_secret_key(Path(value), lambda: _ask_password(value))


def _ask_password(path: str) -> str:
    if not sys.stdin.isatty():
        raise ParameterError(f"{path}: encrypted, and no terminal to ask for the password: use a key without one")
    return str(click.prompt("Password of the key", hide_input=True, err=True))


signing = click.option(
    "--sign",
    "key",
    metavar="KEY",
    type=_SecretKeyFile(),
    help="Sign with this secret key of minisign (Ed25519); its password is asked for.",
)


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name a store or an endpoint; the context takes them in."""

    @click.option(
        "--store", metavar="DIR", type=click.Path(path_type=Path), help="Ask a store on disk instead of the workspace."
    )
    @click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of the workspace.")
    @click.option(
        "--graph", metavar="IRI", help="With --endpoint: named graph to ask; by default the endpoint chooses."
    )
    @click.option("--timeout", metavar="SECONDS", type=float, help="With --endpoint: limit for one query (default 60).")
    @wraps(command)
    def choosing(
        *arguments: Any,
        store: Path | None,
        endpoint: str | None,
        graph: str | None,
        timeout: float | None,
        **options: Any,
    ) -> Any:
        context = Context.of(click.get_current_context())
        context.choose(store=store, endpoint=endpoint, graph=graph, timeout=timeout)
        return command(*arguments, **options)

    return choosing


class NamedCommands(click.Group):
    """A group that answers an unknown command with the nearest names."""

    kind = "command"

    def known(self, ctx: click.Context) -> list[str]:
        """List the names that an unknown one may have meant."""
        return self.list_commands(ctx)

    def groups(self, ctx: click.Context) -> Mapping[str, Sequence[str]]:
        """Return the names of commands by the headings under which help lists them."""
        return {"Commands": self.list_commands(ctx)}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, with whole summaries in one column."""
        width = max(map(len, self.list_commands(ctx)), default=0)
        for heading, names in self.groups(ctx).items():
            commands = {name: command for name in names if (command := self.get_command(ctx, name))}
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(width), command.get_short_help_str(_LINE)) for name, command in commands.items()]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command as click does; the error for an unknown name suggests near ones."""
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            raise UnknownNameError(
                self.kind, args[0], self.known(ctx), otherwise=f"`{ctx.command_path} --help` lists them"
            )
        return super().resolve_command(ctx, args)


class _LazyCommands(NamedCommands):
    def known(self, ctx: click.Context) -> list[str]:
        try:
            context = Context(ctx.params["workspace"])
            context.choose(store=ctx.params["store"], endpoint=ctx.params["endpoint"])
            queries = context.graph.queries
        except FocGraphError:
            return list(_COMMANDS)
        return [*_COMMANDS, *(f"query {name}" for name in queries)]

    def groups(self, ctx: click.Context) -> Mapping[str, Sequence[str]]:
        return _GROUPS

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"foc_graph.cli.{module}").command
        return command


def _normalise(name: str) -> str:
    """Return the name of a command, an option or a choice as it is known: `-` and `_` are the same in it."""
    return name.replace("_", "-").lower()


@click.command(
    cls=_LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": _normalise}
)
@click.option(
    "--workspace",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with workspace.toml; by default the nearest one above this folder, else the packaged data.",
)
@store_options
@click.option(
    "--at-release",
    metavar="VERSION|DIR",
    help="Ask an earlier release: its version in the folder out, or its own folder.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="foc")
@click.pass_context
def foc(ctx: click.Context, workspace: Path | None, at_release: str | None, debug: bool) -> None:
    """Query a sourced record of the coalitions that shape the internet.

    \b
    Examples:
      foc query members FOC --as-of 'May 2015'
      foc show "Working Group 1"
      foc sparql 'SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }'
      foc validate data/coalitions/foc/members.ttl
      foc --at-release 2026.11 query members FOC --as-of 2015

    For completion with the tab key, see `foc completion --help`.

    Exit codes: 0 success, 1 a check found something, 2 wrong usage or input, 3 a service failed.
    """
    context = Context.of(ctx)
    name = ctx.invoked_subcommand or ""
    if at_release is not None and name not in _ASKING:
        raise click.UsageError(f"{name} cannot be used with --at-release, which is for {', '.join(_ASKING)}")
    command = foc.get_command(ctx, name)
    if context.store_options and command and not any(option.name == "endpoint" for option in command.params):
        raise click.UsageError(f"{name} works on the files of a workspace: leave out --store and --endpoint")


def tell(readings: Readings) -> None:
    """Say on standard error how values were read that are not in their exact form."""
    from foc_graph.cli.output import cell

    for reading in (one for found in readings.values() for one in found if one.words):
        print(f"foc: {cell(str(reading), '')}", file=sys.stderr)


def notify(message: str) -> None:
    """Print to a terminal what takes time."""
    if sys.stderr.isatty() and COMPLETING not in os.environ:
        print(f"foc: {message}", file=sys.stderr)


def main() -> NoReturn:
    """Run the command line and exit with 0, 1 (a check found something), 2 (wrong input) or 3 (a service failed)."""
    if sys.stdout is None:
        os._exit(_report(OSError(), "standard output is closed", 3))
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = 0
    except OSError as error:
        code = _report(error, f"standard output cannot be written: {error}", 3)
    os._exit(code)  # nothing is left to do, and tearing down takes a while


def _run() -> int:
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        code = foc.main(prog_name="foc", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        return 2
    except click.ClickException as error:
        return _report(error, error.format_message(), error.exit_code)
    except ParameterErrors as error:
        return _report(error, "\n".join(error.problems), error.exit_code)
    except FocGraphError as error:
        return _report(error, str(error), error.exit_code)
    except (BrokenPipeError, SystemExit):  # click ends so where the reader of its output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except click.Abort as error:
        return _report(error, "stopped before it had finished", _STOPPED)
    except UnicodeError as error:
        return _report(error, f"not valid Unicode text: {error}", 2)
    except (MemoryError, OSError) as error:
        return _report(error, f"{type(error).__name__}: {error}", 3)
    except Exception as error:
        return _report(error, f"internal error: {type(error).__name__}: {error} (--debug shows where)", 3)


def _report(error: BaseException, message: str, code: int) -> int:
    if sys.stderr is not None and COMPLETING not in os.environ:
        if "--debug" in sys.argv:
            import traceback

            traceback.print_exception(error)
        for line in message.splitlines() if isinstance(error, ParameterErrors) else [message]:
            print(f"foc: {' '.join(line.split())}", file=sys.stderr)
    return code
