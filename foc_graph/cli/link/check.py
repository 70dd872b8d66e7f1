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
    help="A dataset that the graph links to, in Turtle or N-Triples (may be repeated).",
)
@store_options
@click.pass_obj
def check(context: Context, targets: tuple[Path, ...]) -> None:
    """Check identifiers, and links to other datasets.

    Check digits must be right, and addresses must match their identifiers. A link may call two things the same only if
    the scheme of the identifier is for that kind of thing, and the links together must not make two things the same.
    Whatever a --target says was withdrawn, merged or is the same as something else is checked too. Mapping sets
    (data/links/*.sssom.tsv) must be well-formed; to check their content, use `foc validate`. The exit code is 1 if
    anything is wrong.

    \b
    Examples:
      foc link check
      foc link check --target corporate-bodies.ttl
    """
    from foc_graph.links.check import check_links, check_mapping_sets
    from foc_graph.workspace.data_files import data_positions
    from foc_graph.workspace.settings import find_workspace

    workspace = find_workspace(context.workspace)
    findings = check_mapping_sets(workspace)
    if not findings:
        positions = data_positions(workspace, workspace.data_files)
        findings = check_links(context.graph.store, context.graph.base, positions, targets)
    print(*findings, f"{len(findings)} finding{'' if len(findings) == 1 else 's'}", sep="\n")
    if findings:
        raise click.exceptions.Exit(1)
