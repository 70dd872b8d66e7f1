"""`foc fmt`: canonical Turtle, SSSOM/TSV and tables of claims."""

from __future__ import annotations

from pathlib import Path

import click

from foc_graph.cli import Context


@click.command("fmt")
@click.argument("paths", metavar="[PATH ...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file is not formatted.")
@click.option(
    "--migrate", is_flag=True, help="First migrate the data of the workspace to this version of the vocabulary."
)
@click.pass_obj
def command(context: Context, paths: tuple[Path, ...], check: bool, migrate: bool) -> None:
    """Format Turtle and SSSOM/TSV files, and tables of claims.

    Without PATH, all files of the workspace are formatted. Formatting never changes the data: the new text is compared
    with the old before it replaces it.

    \b
    Examples:
      foc fmt
      foc fmt --check
      foc fmt data/coalitions/foc/members.ttl
      foc fmt --migrate
    """
    from foc_graph.cli.output import plain
    from foc_graph.rdf.parser import chosen_files
    from foc_graph.workspace.files import format_file
    from foc_graph.workspace.migrations import migrate_workspace
    from foc_graph.workspace.settings import DATA, find_workspace

    workspace = find_workspace(context.workspace)
    migrated = 0
    if migrate:
        if paths:
            raise click.UsageError("--migrate changes all data of the workspace: leave out PATH")
        for path in migrate_workspace(workspace, check):
            print(f"{'would migrate' if check else 'migrated'} {plain(workspace.name(path))}")
            migrated += 1
    if paths:
        files = chosen_files(paths, DATA)
    else:
        files = workspace.own_files("ontology", ".ttl") + workspace.own_files("data", DATA)
    done = "would reformat" if check else "reformatted"
    formatted = 0
    for path in files:
        if format_file(path, workspace, check):
            print(f"{done} {plain(str(path))}")
            formatted += 1
    print(f"{len(files)} file{'' if len(files) == 1 else 's'} read, {formatted} {done}")
    if check and (formatted or migrated):
        raise click.exceptions.Exit(1)
