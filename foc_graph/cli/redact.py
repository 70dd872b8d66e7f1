"""`foc redact`: people removed from earlier releases at their request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from foc_graph.cli import signing
from foc_graph.cli.output import list_occurrences, plain, progress

if TYPE_CHECKING:
    from minisign import SecretKey


@click.command("redact")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--also", metavar="TEXT", multiple=True, help="Remove statements with this text too.")
@signing
@click.option("--dry-run", is_flag=True, help="Show which releases would change without writing anything.")
def command(out: Path, also: tuple[str, ...], key: SecretKey | None, dry_run: bool) -> None:
    """Remove withdrawn people from earlier releases too.

    These are the people withdrawn in the newest release of OUT. Any earlier release that still names one is rebuilt
    without them, and its manifest says so; the others are not touched. Lines of any release that still name someone,
    or may do so by a part of the name, initials or a handle, are listed, and the exit code is 1: with --also you say
    which of these texts go too.

    \b
    Examples:
      foc redact out --dry-run
      foc redact out
      foc redact out --also "Ms Lovelace" --also ada.lovelace@example.org
    """
    from foc_graph.release.redact import redact

    with progress() as track:
        releases, occurrences = redact(out, also=also, key=key, dry_run=dry_run, track=track)
    for one in releases:
        print(f"{out / one.version}: {one.statements:,} statements, with the entries of")
        for thing in one.things:
            print(f"- {plain(thing)}")
    if not releases:
        print(f"{out}: no release holds anyone who was taken out")
    elif dry_run:
        print("nothing was written (--dry-run)")
    list_occurrences(occurrences, str)
    if occurrences:
        raise click.exceptions.Exit(1)
