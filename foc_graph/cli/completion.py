"""`foc completion`: shell completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from foc_graph.cli import COMPLETING


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script for tab completion in your SHELL.

    The tab key then completes commands, queries, options, and the names of coalitions, bodies and agents.

    \b
    Examples:
      foc completion bash > ~/.local/share/bash-completion/completions/foc
      foc completion zsh > "${fpath[1]}/_foc"
      foc completion fish > ~/.config/fish/completions/foc.fish
    """
    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(ctx.find_root().command, {}, "foc", COMPLETING).source())
