"""`foc publish`: a release of the graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foc_graph.cli import Context, signing, store_options
from foc_graph.cli.output import plain, progress
from foc_graph.errors import install_command

if TYPE_CHECKING:
    from minisign import SecretKey


@click.command("publish")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--base", metavar="IRI", help="Base of the published addresses; by default that of the workspace.")
@click.option(
    "--version", metavar="VERSION", help="Version, for example 2026.11 or 2026.11.1; by default that of workspace.toml."
)
@signing
@store_options
@click.pass_obj
def command(context: Context, out: Path, base: str | None, version: str | None, key: SecretKey | None) -> None:
    """Publish the graph as a release in the folder OUT.

    When the release is complete, OUT/current points to it. The same graph always gives the same bytes. A graph is not
    published if it breaks a shape, or if an IRI of an earlier release would disappear.

    \b
    Examples:
      foc publish out
      foc publish out --version 2026.11.1
      foc publish out --base https://example.org/coalitions/
      foc publish out --sign ~/.minisign/minisign.key
      foc publish out --store graph
    """
    from foc_graph.graph import open_store
    from foc_graph.release.build import OPTIONAL, NonconformingError, publish
    from foc_graph.workspace.settings import ENDINGS, find_obstacle, find_workspace

    workspace = find_workspace(context.workspace)
    store = open_store(**context.store_options) if context.store_options else None
    try:
        with progress() as track:
            release, is_new, current = publish(out, workspace, store, base=base, version=version, key=key, track=track)
    except NonconformingError as error:
        print(error.report.to_text())
        raise
    print(f"{out / release.version}: {release.dataset_hash}")
    for files in release.omitted:
        package = OPTIONAL[files]
        left_out = f"{files} left out, for which {package} is not installed"
        print(f"foc: {left_out}: {install_command([package])}", file=sys.stderr)
    for path in workspace.other_files():
        wanted = f"not a file whose name ends in {' or '.join(ENDINGS)}"
        print(f"foc: {plain(workspace.name(path))} left out: {wanted}", file=sys.stderr)
    if not workspace.settings.site and (obstacle := find_obstacle(release.base)):
        print(f"foc: the addresses of this release lead nowhere: {obstacle}", file=sys.stderr)
    if not is_new:
        print(f"already published, unchanged; {out}/current points to {current}")
