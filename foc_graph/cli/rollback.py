"""`foc rollback`: an earlier release made current again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("rollback")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "version",
    metavar="VERSION",
    help="Release to go back to, for example 2026.10; by default the one before the current.",
)
def command(out: Path, version: str | None) -> None:
    """Make an earlier release of OUT the current one.

    Later releases are kept.

    \b
    Examples:
      foc rollback out
      foc rollback out --to 2026.10
    """
    from foc_graph.workspace.releases import Releases

    print(f"{out}/current points to {Releases(out).roll_back(version)}")
