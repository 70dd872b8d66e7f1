"""`foc verify`: verification that releases are as they were published."""

from __future__ import annotations

from pathlib import Path

import click

from foc_graph.cli.output import progress


@click.command("verify")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def command(directory: Path) -> None:
    """Check that releases are as they were published.

    DIR is a release or a folder of releases. Every file is compared with its checksum and every dataset with its hash;
    the catalogue must be valid and say what is so of each file, every thing have its page, and each patch lead from the
    release before. Every IRI that an earlier release published must be described in the current one, or be withdrawn
    there.

    \b
    Examples:
      foc verify out
      foc verify out/2026.11
    """
    from foc_graph.release.verify import verify

    with progress() as track:
        faults = verify(directory, track)
    for fault in faults:
        print(fault)
    if faults:
        raise click.exceptions.Exit(1)
    print(f"{directory}: as it was published")
