"""The command line `foc`: each command calls one library function and prints what it gives."""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from foc_graph import __version__
from foc_graph.errors import FocGraphError, UnknownNameError

if TYPE_CHECKING:
    from foc_graph.graph import Graph

_COMMANDS = ("query", "sparql", "show", "validate", "fmt", "completion")


class Context:
    """What the global options say; the graph is opened when a command first needs it."""

    def __init__(self, workspace: Path | None) -> None:
        self.workspace = workspace
        self._graph: Graph | None = None

    @property
    def graph(self) -> Graph:
        """The graph of the chosen workspace."""
        if self._graph is None:
            from foc_graph.graph import open

            self._graph = open(self.workspace, notify)
            gc.enable()
            # A query runs in native code, which only the system's own handling can interrupt.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        return self._graph


class NamedCommands(click.Group):
    """A group that answers an unknown command with the nearest names."""

    kind = "command"

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with near names in the error."""
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            raise UnknownNameError(self.kind, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


class _LazyCommands(NamedCommands):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"foc_graph.cli.{cmd_name}").command
        return command


@click.command(cls=_LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--workspace",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with workspace.toml; by default the one around this folder, else the packaged data.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="foc")
@click.pass_context
def foc(ctx: click.Context, workspace: Path | None, debug: bool) -> None:
    """Ask the sourced record of the coalitions that shape the internet.

    \b
    Examples:
      foc query members --coalition foc --as-of 2015-05-04
      foc show wg1
      foc sparql 'SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }'
      foc validate data/coalitions/foc/members.ttl

    Exit codes: 0 done, 1 the check found something, 2 wrong usage or input, 3 a service failed.
    """
    ctx.obj = Context(workspace)


def notify(message: str) -> None:
    """Tell a person at a terminal what takes time."""
    if sys.stderr.isatty():
        print(f"foc: {message}", file=sys.stderr)


def main() -> NoReturn:
    """Run the command line and exit."""
    debug = "--debug" in sys.argv
    try:
        code = foc.main(prog_name="foc", standalone_mode=False)
        sys.stdout.flush()
        os._exit(code if isinstance(code, int) else 0)  # nothing is left to do, and tearing down takes a while
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except (click.ClickException, FocGraphError) as error:
        if debug:
            raise
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        print(f"foc: {' '.join(message.split())}", file=sys.stderr)
        sys.exit(error.exit_code)
