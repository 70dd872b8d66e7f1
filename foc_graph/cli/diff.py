"""`foc diff`: changes in words, or as a patch."""

from __future__ import annotations

import sys

import click

from foc_graph.cli import Context


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option(
    "--format",
    type=click.Choice(["text", "patch", "json"]),
    default="text",
    show_default=True,
    help="Plain text, an RDF Patch, or JSON.",
)
@click.pass_obj
def command(context: Context, old: str, new: str, format: str) -> None:
    """Describe what changed between A and B.

    A and B can each be a release (its folder, or its version in the folder out), a file or folder of RDF, a workspace,
    or a git revision of the workspace. Derived statements are only counted. If a person was removed, the text does not
    say who; an RDF Patch holds every statement. The exit code is 1 if A and B differ.

    \b
    Examples:
      foc diff HEAD~1 .
      foc diff 2026.11 2026.12
      foc diff out/2026.11 out/current --format json
      foc diff old.nq.gz new.nq.gz --format patch > changes.rdfp
    """
    from foc_graph.release.diff.comparison import compare, write_patch

    if format == "patch":
        sys.stdout.flush()
        differs = write_patch(old, new, sys.stdout.buffer, context.workspace)
    else:
        comparison = compare(old, new, context.workspace)
        differs = comparison.differs
        if format == "json":
            print(comparison.json())
        else:
            for line in comparison.text():
                print(line)
    if differs:
        raise click.exceptions.Exit(1)
