"""`foc redact`: people removed from earlier releases at their request."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from foc_graph.cli.output import progress


@click.command("redact")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show which releases would change without writing anything.")
def command(out: Path, dry_run: bool) -> None:
    """Remove withdrawn people from earlier releases too.

    These are the people withdrawn in the newest release of OUT. Any earlier release that still names one is rebuilt
    without them, and its manifest says so; the others are not touched. If a name still occurs in a file that is kept
    as it was, the file is listed, and the exit code is 1.

    \b
    Examples:
      foc redact out --dry-run
      foc redact out
    """
    from foc_graph.release.redact import redact

    with progress() as track:
        releases, mentions = redact(out, dry_run=dry_run, track=track)
    for one in releases:
        print(f"{out / one.version}: {one.statements:,} statements, with the entries of")
        for thing in one.things:
            print(f"- {thing}")
    if not releases:
        print(f"{out}: no release holds anyone who was taken out")
    elif dry_run:
        print("nothing was written (--dry-run)")
    for path in mentions:
        print(f"still named in {path}", file=sys.stderr)
    if mentions:
        raise click.exceptions.Exit(1)
