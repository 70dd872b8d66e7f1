"""`foc remove`: a person removed from the data at their request."""

from __future__ import annotations

import sys

import click

from foc_graph.cli import Context, notify
from foc_graph.cli.names import Name
from foc_graph.cli.output import cell
from foc_graph.errors import FocGraphError


@click.command("remove")
@click.argument("person", type=Name("agent"))
@click.option("--dry-run", is_flag=True, help="Show what would go, and write nothing.")
@click.pass_obj
def command(context: Context, person: str, dry_run: bool) -> None:
    """Remove a person at their request.

    What is theirs alone goes too: seats, appearances, endorsements. Each leaves an anonymous tombstone. Where the name
    still stands, in texts or in the IRIs of others, the places are listed, to be reworded by hand: exit 1.

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
    if "Violation" in report.counts:
        print(report.to_text(), file=sys.stderr)
        raise FocGraphError(f"{person}: what remains would break rules of the graph; nothing was written")
    if dry_run:
        print("nothing was written (--dry-run)")
    else:
        replace_files(removal.texts)
    for mention in removal.mentions:
        print(f"still named in {mention}", file=sys.stderr)
    if removal.mentions:
        raise click.exceptions.Exit(1)
