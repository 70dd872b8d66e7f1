"""`foc init`: a new workspace."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init", short_help="Make a workspace for a coalition of your own.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def command(directory: Path) -> None:
    """Make a workspace for a coalition of your own, with one worked example.

    It uses the vocabulary, shapes, queries and shared data that come with foc, and adds its own.

    \b
    Examples:
      foc init my-coalition
      foc --workspace my-coalition validate
    """
    from foc_graph.workspace.settings import init_workspace

    for path in init_workspace(directory):
        print(directory / path)
    print(f"next: read {directory / 'README.md'}")
