"""`foc link check`: faults in the identifiers and links of the graph."""

from __future__ import annotations

from pathlib import Path

import click

from foc_graph.cli import Context, store_options


@click.command("check")
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A dataset that is linked to, in Turtle or N-Triples; may be repeated.",
)
@store_options
@click.pass_obj
def check(context: Context, targets: tuple[Path, ...]) -> None:
    """Check identifiers, and links to other datasets.

    Exit 1 if one cannot be right. Check digits must fit and addresses be those of their identifiers; only what a scheme
    identifies may be the same as what it describes; all links together must not make two things one. What a --target
    says was withdrawn or merged, or is the same as something else, counts too. Mapping sets (data/links/*.sssom.tsv)
    must be well-formed; whether what they say is, `foc validate` tells.

    \b
    Examples:
      foc link check
      foc link check --target corporate-bodies.ttl
    """
    from foc_graph.links.check import check_links, check_mapping_sets
    from foc_graph.sssom.identifiers import DataPositions
    from foc_graph.workspace.settings import find_workspace

    workspace = find_workspace(context.workspace)
    findings = check_mapping_sets(workspace)
    if not findings:
        files = ((workspace.name(path), path) for path in workspace.data_files)
        findings = check_links(context.graph.store, context.graph.base, DataPositions(files), targets)
    print(*findings, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}", sep="\n")
    if findings:
        raise click.exceptions.Exit(1)
