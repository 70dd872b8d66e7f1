"""`foc remove`: a person removed from the data at their request."""

from __future__ import annotations

import sys

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.names import Name
from foc_graph.cli.output import cell, list_occurrences
from foc_graph.errors import FocGraphError


@click.command("remove")
@click.argument("person", type=Name("agent"))
@click.option("--dry-run", is_flag=True, help="Show what would be removed without writing anything.")
@click.pass_obj
def command(context: Context, person: str, dry_run: bool) -> None:
    """Remove a person at their request.

    Their seats, appearances and endorsements are removed too, and each leaves a tombstone, which does not tell the
    name. Lines of any file that still name the person, or may do so by a part of the name, initials or a handle, are
    listed for you to reword by hand, and the exit code is 1.

    \b
    Examples:
      foc remove person/ada-example --dry-run
      foc remove person/ada-example
    """
    from foc_graph.removal import prepare_removal
    from foc_graph.validation import validate_workspace
    from foc_graph.workspace.files import replace_files

    removal = prepare_removal(context.graph, person)
    for iri in removal.removed:
        print(f"- {cell(iri, context.graph.base)}")
    notify("validating ...")
    edited = {path: text for path, (_, text) in removal.texts.items()}
    report = validate_workspace(context.graph.workspace, edited=edited)
    if report.violations:
        print(report.to_text(), file=sys.stderr)
        raise FocGraphError(
            f"{person}: the remaining data would break rules of the graph (see above); nothing was written"
        )
    if dry_run:
        print("nothing was written (--dry-run)")
    else:
        replace_files(removal.texts, removal.digest)
    list_occurrences(removal.occurrences, context.graph.workspace.name)
    if removal.occurrences:
        raise click.exceptions.Exit(1)
